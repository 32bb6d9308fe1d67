"""How long customers take to pay, and how late that is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from arkit import formulas
from arkit.columns import PAID_EVENTS, SALES_KINDS
from arkit.frames import Frame, collect, day, moment, month_end
from arkit.measures.results import NOTHING_PAID, SNAPSHOT, By, finish, index_of, names_of, note, unavailable
from arkit.money import exact

if TYPE_CHECKING:
    from arkit.ledger import Ledger

COLUMNS = (
    "invoices", "amount", "average_days", "weighted_days", "average_days_late", "weighted_days_late",
    "average_beyond_terms", "weighted_beyond_terms", "late_share_number", "late_share_amount",
)  # fmt: skip


def payment_days(ledger: Ledger, *, as_of: str | dt.date, months: int = 12, by: By = None) -> pd.DataFrame:
    """Measure how many days customers took to pay, and how late they were.

    Invoices and debit notes count when a payment, a bill or a discount closes them (``average``); each amount paid
    counts on its own day (``weighted``), part payments included. Credit notes and write-offs are not payment.

    Parameters
    ----------
    ledger
        A full ledger; a snapshot gives NaN and says why.
    as_of, months
        The period: the calendar months up to ``as_of``, its own month to date included.
    by
        Column(s) of documents or customers to group by.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (, group). ``invoices`` closed and ``amount`` paid in the period (major units); days from
        the document to payment (``average_days`` over invoices, ``weighted_days`` by amount), days late (early is
        0), days beyond terms (early is negative), and the shares (0-1) of invoices and of money that came after the
        due date.
    """
    limit = day(as_of)
    conventions = {"months": months, "paid_by": ", ".join(PAID_EVENTS)}
    if ledger.scope == "snapshot":
        return unavailable(ledger, COLUMNS, SNAPSHOT, as_of=limit, conventions=conventions)
    names = names_of(by)
    groups = ["currency", *names]
    paying = _paying(ledger.entries(names), limit, months)
    paid = collect(paying.group_by(*groups, "date", "due", "effective").agg(nw.col("minor").sum()))
    closing = paying.filter(nw.col("effective") == nw.col("closed_on"))
    invoices = closing.select(*groups, "document_id", "date", "due", "effective").unique()
    closed = collect(invoices.group_by(*groups, "date", "due", "effective").agg(nw.len().alias("n")))
    keys = sorted({*_keys(paid, groups), *_keys(closed, groups), *(() if names else ((c,) for c in ledger.currencies))})
    rows, notes = [], []
    by_paid, by_closed = _split(paid, groups), _split(closed, groups)
    for key in keys:
        row = _row(by_closed.get(key, closed.iloc[:0]), by_paid.get(key, paid.iloc[:0]), key[0])
        rows.append(row)
        if np.isnan(row[3]):
            notes.append(note("weighted_days", dict(zip(groups, key, strict=True)), NOTHING_PAID))
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=index_of(keys, groups), dtype="float64")
    return finish(frame, as_of=limit, conventions=conventions, notes=notes)


def _paying(rows: Frame, limit: dt.date, months: int) -> Frame:
    return rows.filter(
        nw.col("kind").is_in(SALES_KINDS),
        nw.col("event").is_in(PAID_EVENTS),
        nw.col("effective") > moment(rows, "effective", month_end(limit, -months)),
        nw.col("effective") <= moment(rows, "effective", limit),
    )


def _row(closed: pd.DataFrame, paid: pd.DataFrame, code: str) -> tuple[float, ...]:
    took, beyond = _days(closed)
    number = closed["n"].astype("int64").tolist()
    paid_took, paid_beyond = _days(paid)
    amount = (-paid["minor"].astype("int64")).tolist()
    mean = formulas.weighted_average_days
    invoices, total = sum(number), sum(amount)
    late_number = sum(n for n, days in zip(number, beyond, strict=True) if days > 0)
    late_amount = sum(a for a, days in zip(amount, paid_beyond, strict=True) if days > 0)
    return (
        float(invoices), float(exact(total, code)),
        mean(took, number), mean(paid_took, amount),
        mean(_late(beyond), number), mean(_late(paid_beyond), amount),
        mean(beyond, number), mean(paid_beyond, amount),
        late_number / invoices if invoices else float("nan"), late_amount / total if total > 0 else float("nan"),
    )  # fmt: skip


def _days(rows: pd.DataFrame) -> tuple[list[int], list[int]]:
    """Return the days from document to payment, and from due date to payment."""
    return (rows["effective"] - rows["date"]).dt.days.tolist(), (rows["effective"] - rows["due"]).dt.days.tolist()


def _late(days: list[int]) -> list[int]:
    return [max(day, 0) for day in days]


def _split(frame: pd.DataFrame, groups: list[str]) -> dict[tuple[Any, ...], pd.DataFrame]:
    return {key: part for key, part in frame.groupby(groups, sort=False)}


def _keys(frame: pd.DataFrame, groups: list[str]) -> list[tuple[Any, ...]]:
    return list(frame[groups].drop_duplicates().itertuples(index=False, name=None))
