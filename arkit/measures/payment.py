"""How long customers take to pay, and how late that is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from arkit import formulas
from arkit.columns import PAID_EVENTS, SALES_KINDS
from arkit.frames import Frame, collect, day, moment, month_end, until
from arkit.measures.results import NOTHING_PAID, SNAPSHOT, By, finish, index_of, names_of, note, unavailable
from arkit.money import exact

if TYPE_CHECKING:
    from arkit.ledger import Ledger

COLUMNS = (
    "invoices", "amount", "average_days", "weighted_days", "average_days_late", "weighted_days_late",
    "average_beyond_terms", "weighted_beyond_terms", "late_share_number", "late_share_amount",
)  # fmt: skip


def payment_days(ledger: Ledger, *, as_of: str | dt.date, months: int = 12, by: By = None) -> pd.DataFrame:
    """Measure how many days customers took to pay 付款天数, and how late they were.

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
    paid = _paid(ledger, names, limit, months)
    invoices = _closing(ledger, paying, limit).select(*groups, "document_id", "date", "due", "effective").unique()
    closed = collect(invoices.group_by(*groups, "date", "due", "effective").agg(nw.len().alias("weight")))
    by_invoice, by_amount = _timings(closed, groups), _timings(paid, groups)
    keys = sorted({*by_invoice, *by_amount, *(() if names else ((code,) for code in ledger.currencies))})
    rows, notes = [], []
    for key in keys:
        row = _row(by_invoice.get(key, _Timing()), by_amount.get(key, _Timing()), key[0])
        rows.append(row)
        if np.isnan(row[3]):
            notes.append(note("weighted_days", dict(zip(groups, key, strict=True)), NOTHING_PAID))
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=index_of(keys, groups), dtype="float64")
    return finish(frame, as_of=limit, conventions=conventions, notes=notes)


def paid_by_amount(ledger: Ledger, *, as_of: dt.date, months: int = 12) -> pd.DataFrame:
    """Return of :func:`payment_days`, by currency, what is weighted by amount: no document needs to be looked at.

    Returns
    -------
    pandas.DataFrame
        Index ``currency``; ``amount, weighted_days, weighted_days_late, weighted_beyond_terms, late_share_amount``.
    """
    columns = [name for name in COLUMNS if name.startswith("weighted") or name.endswith("amount")]
    conventions = {"months": months, "paid_by": ", ".join(PAID_EVENTS)}
    if ledger.scope == "snapshot":
        return unavailable(ledger, columns, SNAPSHOT, as_of=as_of, conventions=conventions)
    found = _timings(_paid(ledger, (), as_of, months), ["currency"])
    rows = [_row(_Timing(), found.get((code,), _Timing()), code) for code in ledger.currencies]
    index = pd.Index(ledger.currencies, name="currency")
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=index, dtype="float64")[columns]
    silent = frame.index[frame["weighted_days"].isna()]
    notes = [note("weighted_days", {"currency": code}, NOTHING_PAID) for code in silent]
    return finish(frame, as_of=as_of, conventions=conventions, notes=notes)


def _paid(ledger: Ledger, names: tuple[str, ...], limit: dt.date, months: int) -> pd.DataFrame:
    """Return what was paid in a period by group, date of the document, due date and day: one scan for any period."""
    groups, kept = ["currency", *names], ledger.cube(names).results
    if "paid" not in kept:
        rows = ledger.entries(names).filter(nw.col("kind").is_in(SALES_KINDS), nw.col("event").is_in(PAID_EVENTS))
        days = rows.group_by(*groups, "date", "due", "effective")
        kept["paid"] = collect(days.agg(nw.col("minor").sum().alias("weight")))
        kept["paid"]["weight"] *= -1
    paid: pd.DataFrame = kept["paid"]
    first = pd.Timestamp(month_end(limit, -months))
    return paid[(paid["effective"] > first) & (paid["effective"] <= pd.Timestamp(limit))].reset_index(drop=True)


def _paying(rows: Frame, limit: dt.date, months: int) -> Frame:
    return until(rows, limit).filter(
        nw.col("effective") > moment(rows, month_end(limit, -months)),
        nw.col("kind").is_in(SALES_KINDS),
        nw.col("event").is_in(PAID_EVENTS),
    )


def _closing(ledger: Ledger, paying: Frame, limit: dt.date) -> Frame:
    """Return the payments that brought a document to zero, also where a later event opens it again."""
    for_good = paying.filter(nw.col("effective") == nw.col("closed_on"))
    sums = ledger.movements(limit).filter(nw.col("kind").is_in(SALES_KINDS)).group_by("document_id")
    ends = sums.agg(nw.col("minor").sum().alias("open"), nw.col("effective").max().alias("last"))
    zero = ends.filter(nw.col("open") == 0).select("document_id", "last")
    for_now = paying.join(zero, on="document_id", how="inner").filter(nw.col("effective") == nw.col("last"))
    return nw.concat([for_good, for_now.select(for_good.collect_schema().names())], how="vertical")


@dataclass(frozen=True)
class _Timing:
    """When a group paid: days from the document and from the due date, each with its weight (invoices or money)."""

    took: tuple[int, ...] = ()
    beyond: tuple[int, ...] = ()
    weight: tuple[int, ...] = ()

    @property
    def late(self) -> tuple[int, ...]:
        """Days late: early counts as 0."""
        return tuple(max(days, 0) for days in self.beyond)

    def late_share(self) -> float:
        """Return the share (0-1) of the weight that came after the due date."""
        late = sum(weight for weight, days in zip(self.weight, self.beyond, strict=True) if days > 0)
        total = sum(self.weight)
        return late / total if total > 0 else float("nan")


def _timings(rows: pd.DataFrame, groups: list[str]) -> dict[tuple[Any, ...], _Timing]:
    took = (rows["effective"] - rows["date"]).dt.days.to_numpy()
    beyond = (rows["effective"] - rows["due"]).dt.days.to_numpy()
    weight = rows["weight"].to_numpy().astype("int64")
    at = rows.groupby(groups, sort=False).indices
    return {
        key if isinstance(key, tuple) else (key,): _Timing(
            *(tuple(part[i].tolist()) for part in (took, beyond, weight))
        )
        for key, i in at.items()
    }


def _row(invoices: _Timing, amounts: _Timing, code: str) -> tuple[float, ...]:
    mean = formulas.weighted_average_days
    return (
        float(sum(invoices.weight)), float(exact(sum(amounts.weight), code)),
        mean(invoices.took, invoices.weight), mean(amounts.took, amounts.weight),
        mean(invoices.late, invoices.weight), mean(amounts.late, amounts.weight),
        mean(invoices.beyond, invoices.weight), mean(amounts.beyond, amounts.weight),
        invoices.late_share(), amounts.late_share(),
    )  # fmt: skip
