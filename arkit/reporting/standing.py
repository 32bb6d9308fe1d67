"""Where one currency stands: the plain figures from which the summary is worded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from arkit.charts.position import late_columns

if TYPE_CHECKING:
    from arkit.reporting.page import Report

SOON = 30
"""Days ahead in which an item "falls due soon"."""
MOST = 0.8
"""The part of what is overdue that a first round of contacts should reach."""


DUST = 0.0005
"""Below any currency's smallest coin: what is left of adding floats up."""


@dataclass(frozen=True)
class Position:
    """Receivables at one date, in major units."""

    date: dt.date
    total: float
    owed: float
    overdue: float

    @property
    def share(self) -> float:
        """What is overdue over what is owed before credits (0-1); NaN where nothing is owed."""
        return self.overdue / self.owed if self.owed else float("nan")


@dataclass(frozen=True)
class Speed:
    """DSO in days; NaN where not defined, and then why."""

    dso: float = float("nan")
    before: float = float("nan")
    best: float = float("nan")
    reason: str = ""
    warning: str = ""


@dataclass(frozen=True)
class Debtor:
    """A customer by name, with an amount in major units."""

    name: str
    amount: float


@dataclass(frozen=True)
class Cause:
    """The largest likely cause of what is overdue, in words, and its share (0-1); without words it is not known."""

    words: str
    share: float


@dataclass(frozen=True)
class Warned:
    """How much of what went beyond so many days overdue stood on the watch list (0-1) so many days before it did."""

    limit: int
    since: dt.date
    days_before: int
    share: float


@dataclass(frozen=True)
class Contact:
    """Whom to contact, how, and when."""

    name: str
    how: str
    on: dt.date


@dataclass(frozen=True)
class Contacts:
    """What the work list has for the week.

    Parameters
    ----------
    number, first
        How many contacts, and the first of them; None where there is none.
    tasks, tasks_amount
        How many overdue documents wait for us rather than for the customer, and what is open on them.
    """

    number: int
    first: Contact | None
    tasks: int = 0
    tasks_amount: float = 0.0


@dataclass(frozen=True)
class Standing:
    """All that the summary of one currency says.

    Parameters
    ----------
    currency
        ISO code.
    now, before
        The position, and that of the last month-end before it; None where the ledger can not tell.
    documents, customers
        How many items are open (credits apart), and whose they are.
    oldest, oldest_days, oldest_items
        Amount, lower bound in days, and number of items of the oldest bucket.
    unapplied, coverable
        Credit not yet applied (positive), and how much of it stands beside overdue items of the same customer.
    due_soon
        What falls due in the next :data:`SOON` days.
    late, reach
        Customers with something overdue, most first; how many of them hold :data:`MOST` of it.
    largest
        The largest debtor by total, where anything is owed.
    speed
        DSO.
    cause, warned, contacts
        What diagnosis, track record and work list say; None where they say nothing.
    """

    currency: str
    now: Position
    before: Position | None
    documents: int
    customers: int
    oldest: float
    oldest_days: int
    oldest_items: int
    unapplied: float
    coverable: float
    due_soon: float
    late: tuple[Debtor, ...]
    reach: int
    largest: Debtor | None
    speed: Speed
    cause: Cause | None = None
    warned: Warned | None = None
    contacts: Contacts | None = None


def standing(report: Report, currency: str) -> Standing:
    """Work out where a currency stands, from the report's measures."""
    row = cells(report.measure("aging"), currency)
    late = late_columns(report.measure("aging"))
    customers = of_currency(report.measure("aging", by="customer_id"), currency)
    items = report.open_items
    claims = items[(items["currency"] == currency) & (items["open"] > 0) & ~items["kind"].isin(["refund"])]
    overdue = customers[late].sum(axis=1).sort_values(ascending=False, kind="stable")
    overdue = overdue[overdue > DUST]
    reached = overdue.cumsum() < MOST * overdue.sum() - 0.005
    totals = customers["total"].sort_values(ascending=False, kind="stable")
    credit = -customers["unapplied"].clip(upper=0)
    soon = pd.Timestamp(report.as_of) + pd.Timedelta(days=SOON)
    ahead = claims[(claims["due_date"] > pd.Timestamp(report.as_of)) & (claims["due_date"] <= soon)]
    days = int(late[-1].removeprefix("over_"))
    return Standing(
        currency=currency,
        now=_position(row, late, report.as_of),
        before=_before(report, currency, late),
        documents=len(claims),
        customers=int(claims["customer_id"].nunique()),
        oldest=float(row[late[-1]]),
        oldest_days=days,
        oldest_items=int((claims["days_overdue"] > days).sum()),
        unapplied=-float(row["unapplied"]),
        coverable=float(pd.concat([customers[late].sum(axis=1).clip(lower=0), credit], axis=1).min(axis=1).sum()),
        due_soon=float(ahead["open"].sum()),
        late=tuple(Debtor(report.name(str(i)), float(v)) for i, v in overdue.items()),
        reach=int(reached.sum()) + 1 if len(overdue) else 0,
        largest=_largest(report, totals),
        speed=speed(report, currency),
    )


def cells(frame: pd.DataFrame, key: Hashable) -> dict[str, Any]:
    """Return one row of a measure as a plain dictionary."""
    (row,) = frame.loc[[key]].to_dict("records")
    return {str(column): value for column, value in row.items()}


def of_currency(frame: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return one currency's rows of a grouped measure, indexed by the group."""
    rows = frame[frame.index.get_level_values("currency") == currency]
    return rows.droplevel("currency") if frame.index.nlevels > 1 else rows


def speed(report: Report, currency: str) -> Speed:
    """Return DSO at the date and a month before, with what must be known beside it."""
    now = report.measure("dso", method="countback")
    notes = [n for n in now.attrs.get("notes", []) if n["where"].get("currency", currency) == currency]
    said = notes[0]["reason"].to(report.text.lang) if notes else ""
    value = float(now["dso"].get(currency, float("nan")))
    if value != value:
        return Speed(reason=said)
    history = of_currency(report.measure("dso_history", months=report.months), currency)
    before = float(history["countback"].iloc[-2]) if len(history) > 1 else float("nan")
    best = float(report.measure("dso", method="best_possible")["dso"].get(currency, float("nan")))
    return Speed(value, before, best, warning=said)


def _position(row: dict[str, Any], late: list[str], date: dt.date) -> Position:
    overdue = sum(float(row[column]) for column in late)
    return Position(date, float(row["total"]), float(row["not_due"]) + overdue, overdue)


def _before(report: Report, currency: str, late: list[str]) -> Position | None:
    first = report.ledger.first_day()
    if report.snapshot or first is None:
        return None
    history = of_currency(report.measure("aging_history", months=max(report.months, 2)), currency)
    date = pd.Timestamp(history.index[-2])
    return _position(cells(history, date), late, date.date()) if date.date() >= first else None


def _largest(report: Report, totals: pd.Series) -> Debtor | None:
    if totals.empty or float(totals.iloc[0]) <= 0:
        return None
    return Debtor(report.name(str(totals.index[0])), float(totals.iloc[0]))
