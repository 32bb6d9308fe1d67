"""What was written off, and what came back, since the opening of the allowance: the documents behind both."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import pandas as pd

from arkit.buckets import Buckets
from arkit.columns import CREDIT_KINDS
from arkit.entries import DOCUMENT
from arkit.frames import collect, moment, until
from arkit.money import major

if TYPE_CHECKING:
    from arkit.ledger import Ledger


def losses(ledger: Ledger, as_of: dt.date, since: dt.date, names: tuple[str, ...], rules: Buckets) -> pd.DataFrame:
    """Return write-offs of claims and recoveries after ``since``, by day and document.

    Their sums by segment and month are the roll-forward's.

    Returns
    -------
    pandas.DataFrame
        ``document_id, customer_id, currency`` (, segment), ``date`` on which it took effect, ``kind`` (``write_off`` or
        ``recovery``) and ``amount``, above 0 unless it was taken back.
    """
    entries = ledger.entries(names)
    if rules.bills == "without":
        entries = entries.filter(nw.col("kind") != "bill")
    keys = list(dict.fromkeys(["document_id", "customer_id", "currency", *names]))
    lost = (nw.col("event") == "write_off") & ~nw.col("kind").is_in([*CREDIT_KINDS, "adjustment"])
    back = (nw.col("event") == DOCUMENT) & (nw.col("kind") == "recovery")
    rows = until(entries, as_of, (lost | back) & (nw.col("effective") > moment(entries, since)))
    frame = collect(rows.select(*keys, "effective", "event", "minor"))
    amount = frame["minor"].where(frame["event"] != "write_off", -frame["minor"]).astype("float64")
    kind = frame["event"].astype("str").where(frame["event"] == "write_off", "recovery")
    found = frame[keys].assign(
        date=pd.to_datetime(frame["effective"]), kind=kind, amount=major(amount, frame["currency"])
    )
    return found.sort_values(["currency", "date", "document_id"], ignore_index=True)
