"""Days sales outstanding, in the six forms that are in use."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from arkit import formulas
from arkit.buckets import Bills
from arkit.columns import SALES_KINDS
from arkit.entries import DOCUMENT
from arkit.errors import choose
from arkit.frames import collect, day, month_end, month_number, month_of
from arkit.measures.flows import monthly
from arkit.measures.results import (
    IN_CREDIT,
    MORE_THAN_SALES,
    NO_SALES,
    NO_TAX,
    SHORT_HISTORY,
    SNAPSHOT,
    By,
    each_currency,
    finish,
    index_of,
    names_of,
    note,
    unavailable,
)  # fmt: skip
from arkit.messages import Message
from arkit.money import exact

if TYPE_CHECKING:
    from arkit.ledger import Ledger

Method = Literal["countback", "simple", "rolling", "best_possible", "sales_weighted", "true"]
Receivables = Literal["ending", "average"]
Days = Literal["actual", "360", "365"]
Vat = Literal["gross", "net"]
CreditNotes = Literal["before", "after"]

COLUMNS = ("dso", "receivables", "credit_sales", "days")
MONTHS: dict[str, int] = {"simple": 3, "best_possible": 3, "rolling": 12, "true": 12}
"""The period of each method, in months, where the caller names none; the others use the whole ledger."""
QUIET_DAYS = 14
"""Invoicing that stopped longer ago than this deserves a warning beside DSO."""


@dataclass(frozen=True)
class _Group:
    """One row's months, latest last: all that a form of DSO needs."""

    months: np.ndarray
    receivables: np.ndarray
    not_due: np.ndarray
    sales: np.ndarray
    days: np.ndarray

    def upto(self, month: int) -> _Group:
        keep = self.months <= month
        return _Group(*(getattr(self, name)[keep] for name in self.__dataclass_fields__))


def dso(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    method: Method = "countback",
    months: int | None = None,
    by: By = None,
    receivables: Receivables = "ending",
    days: Days = "actual",
    vat: Vat = "gross",
    credit_notes: CreditNotes = "before",
    bills: Bills = "with",
) -> pd.DataFrame:
    """Measure how many days of credit sales are still receivable 应收账款周转天数.

    Parameters
    ----------
    ledger
        A full ledger; a snapshot gives NaN and says why.
    as_of
        The date. Periods are calendar months that end with the month of ``as_of``, itself counted to date.
    method
        ``simple``: receivables / credit sales of the period x its days (3 months).
        ``rolling``: the same with the average of the period's month-end receivables (12 months).
        ``countback``: the receivables use up the latest months' sales one by one; the days of the months used.
        ``best_possible``: what is not due / credit sales x days (3 months).
        ``sales_weighted``: for each invoicing month the share of its sales that is still open x its days, summed.
        ``true``: the days that each invoice of the period was outstanding, to its settlement or to ``as_of``,
        weighted by amount (12 months); what is open makes it a lower bound.
    months
        The period, where the method has one.
    by
        Column(s) of documents or customers to group by.
    receivables
        ``ending``, or the ``average`` of the month-ends of the period (``rolling`` always averages).
    days
        ``actual`` days of the months, or a year of ``360`` or ``365`` days in twelve equal months.
    vat
        Sales as invoiced (``gross``), or without the tax in them (``net``).
    credit_notes
        Sales ``before`` or ``after`` the credit notes of the month.
    bills
        Count acceptance bills in hand as receivable, or not.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (, group); columns ``dso`` (days) and its terms ``receivables, credit_sales`` (major
        units) and ``days``. ``attrs["notes"]`` says why a value is NaN.

    References
    ----------
    Credit Research Foundation, definitions of DSO, best possible DSO, sales weighted DSO and true DSO.
    """
    limit = day(as_of)
    for name, value, allowed in (
        ("method", method, Method), ("receivables", receivables, Receivables), ("days", days, Days),
        ("vat", vat, Vat), ("credit_notes", credit_notes, CreditNotes), ("bills", bills, Bills),
    ):  # fmt: skip
        choose(name, value, allowed)
    period = months or MONTHS.get(method)
    conventions = {
        "method": method, "months": period or "all", "receivables": "average" if method == "rolling" else receivables,
        "days": days, "vat": vat, "credit_notes": credit_notes, "bills": bills,
    }  # fmt: skip
    reason = _impossible(ledger, vat)
    if reason is not None:
        return unavailable(ledger, COLUMNS, reason, as_of=limit, conventions=conventions)
    names = names_of(by)
    groups = _groups(ledger, limit, names, days, vat, credit_notes, bills)
    moved = _by_document(ledger, limit, names) if method in ("true", "sales_weighted") else {}
    rows: dict[tuple[Any, ...], tuple[float, ...]] = {}
    notes = []
    for key, group in groups.items():
        if method == "true":
            values = _true(moved.get(key), key[0], limit, period or MONTHS[method])
        elif method == "sales_weighted":
            values = _sales_weighted(moved.get(key), key[0], group)
        else:
            values = _plain(group, method, period, receivables == "average")
        rows[key] = values
        if np.isnan(values[0]):
            where = dict(zip(["currency", *names], key, strict=True))
            notes.append(note("dso", where, _why(method, group, period, values)))
    frame = pd.DataFrame(
        list(rows.values()), columns=list(COLUMNS), index=index_of(list(rows), ["currency", *names]), dtype="float64"
    )
    notes += _stale(ledger, limit) if not names else []
    return finish(each_currency(frame, ledger, notes), as_of=limit, conventions=conventions, notes=notes)


def dso_history(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    months: int = 24,
    methods: Sequence[Method] = ("countback", "simple", "best_possible"),
    days: Days = "actual",
    vat: Vat = "gross",
    credit_notes: CreditNotes = "before",
    bills: Bills = "with",
) -> pd.DataFrame:
    """Measure DSO at a date and the month-ends before it 周转天数走势, by methods that need month-ends only.

    Returns
    -------
    pandas.DataFrame
        Index ``currency, as_of`` (Timestamp); a column per method, in days, each as :func:`dso` gives it.
    """
    limit = day(as_of)
    for method in methods:
        choose("method", method, Literal["countback", "simple", "rolling", "best_possible"])
    conventions = {
        "methods": ", ".join(methods),
        "days": days,
        "vat": vat,
        "credit_notes": credit_notes,
        "bills": bills,
    }
    reason = _impossible(ledger, vat)
    if reason is not None:
        return unavailable(ledger, methods, reason, as_of=limit, conventions=conventions)
    last = month_number(limit)
    index, rows = [], []
    for key, group in _groups(ledger, limit, (), days, vat, credit_notes, bills).items():
        for month in range(max(last - months + 1, int(group.months[0])), last + 1):
            at = group.upto(month)
            rows.append([_plain(at, method, MONTHS.get(method), False)[0] for method in methods])
            index.append((*key, pd.Timestamp(limit if month == last else month_of(month))))
    frame = pd.DataFrame(rows, columns=list(methods), index=index_of(index, ["currency", "as_of"]), dtype="float64")
    return finish(frame, as_of=limit, conventions=conventions)


def _impossible(ledger: Ledger, vat: str) -> Message | None:
    if ledger.scope == "snapshot":
        return SNAPSHOT
    return NO_TAX if vat == "net" and "tax" not in ledger.columns("documents") else None


def _groups(
    ledger: Ledger, limit: dt.date, names: tuple[str, ...], days: str, vat: str, credit_notes: str, bills: str
) -> dict[tuple[Any, ...], _Group]:
    table = monthly(ledger.cube(names, bills=bills, until=limit), limit)
    sales = table["credit_sales"]
    if vat == "net":
        sales = sales - table["tax"]
    if credit_notes == "after":
        sales = sales - table["credit_notes"]
    table = table.assign(sales=sales)
    result = {}
    for key, part in table.groupby(level=list(range(table.index.nlevels - 1)), sort=True):
        numbers = part.index.get_level_values("month").to_numpy()
        lengths = np.array([month_of(int(n)).day for n in numbers], dtype="float64")
        lengths[-1] = limit.day
        if days != "actual":
            lengths = lengths / [month_of(int(n)).day for n in numbers] * int(days) / 12
        receivables, not_due, sold = (part[c].to_numpy() for c in ("receivables", "not_due", "sales"))
        result[_key(key)] = _Group(numbers, receivables, not_due, sold, lengths)
    return result


def _plain(group: _Group, method: str, period: int | None, average: bool) -> tuple[float, ...]:
    """Return (dso, receivables, credit sales, days) of the methods that month-end figures suffice for."""
    if method == "countback":
        numerator = float(group.receivables[-1])
        value = formulas.countback_dso(numerator, group.sales[::-1].tolist(), group.days[::-1].tolist())
        return value, numerator, float(group.sales.sum()), float(group.days.sum())
    span = period or MONTHS[method]
    sales, days = float(group.sales[-span:].sum()), float(group.days[-span:].sum())
    if method == "best_possible":
        numerator = float(group.not_due[-1])
        value = formulas.best_possible_dso(numerator, sales, days)
    else:
        mean = average or method == "rolling"
        numerator = float(group.receivables[-span:].mean() if mean else group.receivables[-1])
        value = formulas.dso(numerator, sales, days)
    return value if len(group.months) >= span else float("nan"), numerator, sales, days


def _by_document(ledger: Ledger, limit: dt.date, names: tuple[str, ...]) -> dict[tuple[Any, ...], pd.DataFrame]:
    """Return how sales documents moved, by their date and the date of effect: one scan, on the engine, for any date."""
    kept = ledger.cube(names).results
    if "sales_moved" not in kept:
        rows = ledger.entries(names).filter(nw.col("kind").is_in(SALES_KINDS))
        days = rows.group_by("currency", *names, "event", "date", "effective")
        kept["sales_moved"] = collect(days.agg(nw.col("minor").sum()))
    moved = kept["sales_moved"]
    moved = moved[moved["effective"] <= pd.Timestamp(limit)]
    return {_key(key): part for key, part in moved.groupby(["currency", *names], sort=False)}


def _true(moved: pd.DataFrame | None, code: str, limit: dt.date, period: int) -> tuple[float, ...]:
    """Weigh the days from each invoice of the period to its settlement, or to now, by amount."""
    start = month_end(limit, -period)
    span = float((limit - start).days)
    if moved is None:
        return (float("nan"), 0.0, 0.0, span)
    rows = moved[moved["date"] > pd.Timestamp(start)]
    settled = rows[rows["event"] != DOCUMENT]
    still_open = rows.groupby("date", sort=False)["minor"].sum()
    waited = [
        *(settled["effective"] - settled["date"]).dt.days,
        *((pd.Timestamp(limit) - date).days for date in still_open.index),
    ]
    value = formulas.weighted_average_days(waited, [*-settled["minor"], *still_open])
    sold = int(rows.loc[rows["event"] == DOCUMENT, "minor"].sum())
    return (value, float(exact(int(still_open.sum()), code)), float(exact(sold, code)), span)


def _sales_weighted(moved: pd.DataFrame | None, code: str, group: _Group) -> tuple[float, ...]:
    """Add up, over invoicing months, the days of each month's sales that are still open."""
    if moved is None:
        return (float("nan"), 0.0, float(group.sales.sum()), float(group.days.sum()))
    month = moved["date"].dt.year * 12 + moved["date"].dt.month
    still_open = moved["minor"].groupby(month.to_numpy()).sum().reindex(group.months, fill_value=0)
    amounts = [float(exact(int(minor), code)) for minor in still_open]
    terms = [
        formulas.dso(amount, sold, length)
        for amount, sold, length in zip(amounts, group.sales, group.days, strict=True)
        if amount
    ]
    value = math.fsum(terms) if group.sales.sum() > 0 else float("nan")
    return (value, math.fsum(amounts), float(group.sales.sum()), float(group.days.sum()))


def _key(key: Any) -> tuple[Any, ...]:  # noqa: ANN401 (what groupby gives for one column or several)
    return key if isinstance(key, tuple) else (key,)


def _stale(ledger: Ledger, limit: dt.date) -> list[dict[str, Any]]:
    """Warn where invoicing stops well before the date: the days since then count as days without sales."""
    notes = []
    for (code,), moved in sorted(_by_document(ledger, limit, ()).items()):
        date = moved.loc[moved["event"] == DOCUMENT, "date"].max().date()
        quiet = (limit - date).days
        if quiet > QUIET_DAYS:
            reason = Message(
                "the last credit sale is of {date}, {n} days before: read DSO with care", date=date, n=quiet
            )
            notes.append(note("dso", {"currency": code}, reason))
    return notes


def _why(method: str, group: _Group, period: int | None, values: tuple[float, ...]) -> Message:
    if method != "true" and period is not None and len(group.months) < period:
        return SHORT_HISTORY
    if method == "countback" and values[1] < 0:
        return IN_CREDIT
    return MORE_THAN_SALES if method == "countback" and values[2] > 0 else NO_SALES
