"""How a claim stands with the customer at a date: disputed 争议, or promised 承诺付款."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import narwhals.stable.v2 as nw
import pandas as pd

from arkit.columns import CREDIT_KINDS
from arkit.errors import choose
from arkit.frames import Frame

if TYPE_CHECKING:
    from arkit.ledger import Ledger

Standing = Literal["disputed", "promised"]


def set_apart(rows: Frame, ledger: Ledger, date: dt.date, apart: Sequence[Standing]) -> tuple[dict[str, Frame], Frame]:
    """Return the entries of the claims that stand apart, by how they stand, and the entries of all else.

    A claim that is both stands in the first that is named.
    """
    found: dict[str, Frame] = {}
    for name in apart:
        choose("apart", name, Standing)
        numbers = {"disputed": disputed, "promised": promised}[name](ledger, date)
        chosen = nw.col("document_id").is_in(numbers) & ~nw.col("kind").is_in(CREDIT_KINDS)
        found[name] = rows.filter(chosen)
        rows = rows.filter(~chosen)
    return found, rows


def disputed(ledger: Ledger, date: dt.date) -> list[str]:
    """Return the documents under dispute at a date: opened by then, and not closed since."""
    told = _told(ledger, date, ("dispute_opened", "dispute_closed"))
    last = told.groupby("document_id")["kind"].last()
    return sorted(map(str, last.index[last == "dispute_opened"]))


def promised(ledger: Ledger, date: dt.date) -> list[str]:
    """Return the documents with a running promise at a date: the latest one names a day that has not passed."""
    told = _told(ledger, date, ("promise", "plan"))
    if "due_on" not in told.columns:
        return []
    last = told.groupby("document_id").tail(1)
    return sorted(map(str, last.loc[last["due_on"] >= pd.Timestamp(date), "document_id"]))


def _told(ledger: Ledger, date: dt.date, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Return what the log has of some kinds about single documents by a date, in its order."""
    log = ledger.table("activities")
    if log.empty or "document_id" not in log.columns:
        return pd.DataFrame(columns=["document_id", "kind"])
    told = log[log["kind"].isin(kinds) & (log["date"] <= pd.Timestamp(date))]
    return told.dropna(subset="document_id").sort_values("date", kind="stable")
