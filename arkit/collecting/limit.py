"""The suggested credit limit 建议信用额度 of a customer, by payment record and by capacity to pay."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan, nan

import numpy as np
import pandas as pd

from arkit.columns import PAID_EVENTS, SALES_KINDS
from arkit.diagnosis.past import Past, Table
from arkit.formulas import limit_by_capacity, limit_by_record
from arkit.messages import Message
from arkit.money import digits

TOLERATED_DAYS = 15
"""A delay of so many days beyond the due date is lived with."""
LOST_DAYS = 90
"""What is paid later than this counts for nothing; in between it counts in part."""
WINDOW_DAYS = 365
LEAST_MONTHS = 3
"""Trade shorter than this says nothing about a pace of buying."""
MONTH_DAYS = 30

NO_SETTLEMENTS = Message("the ledger holds no settled items: neither pace nor payment is known from it")
TOO_SHORT = Message("less than {months} months of trade")
NO_PURCHASES = Message("no purchases on account within {days} days")
NOTHING_DUE = Message("nothing fell due within {days} days")
NOTHING_OWED = Message("nothing was owed at any month-end of the last {days} days")


@dataclass(frozen=True)
class Limit:
    """A limit by one method.

    Parameters
    ----------
    value
        Major units; NaN where it can not be computed.
    terms
        What it is made of: amounts in major units, days, shares (0-1).
    reason
        Why it can not be computed.
    """

    value: float
    terms: dict[str, float] = field(default_factory=dict)
    reason: Message | None = None


@dataclass(frozen=True)
class SuggestedLimit:
    """What a customer's own trade and payments suggest.

    Parameters
    ----------
    currency
        ISO code.
    record
        ``monthly_purchases, terms_days, tolerated_days, behaviour``: what he needs at his pace, scaled by how he pays.
    capacity
        ``peak_balance, peak_paid``: the most of a month-end's balance that he paid within 30 days.
    """

    currency: str
    record: Limit
    capacity: Limit

    @property
    def unsecured(self) -> float:
        """Up to here without security: the lower of the two; NaN where neither is known."""
        known = [each.value for each in (self.record, self.capacity) if not isnan(each.value)]
        return min(known) if known else nan

    @property
    def secured(self) -> float:
        """Up to here against security or a release: the higher of the two; NaN where not both are known."""
        both = (self.record.value, self.capacity.value)
        return nan if any(isnan(value) for value in both) else max(both)


def suggested_limit(
    past: Past, customer_id: str, currency: str, *, tolerated_days: int = TOLERATED_DAYS
) -> SuggestedLimit:
    """Suggest a credit limit from a customer's own purchases and payments.

    Parameters
    ----------
    past
        What was known at the date.
    customer_id, currency
        Whose, and in which currency.
    tolerated_days
        Delay beyond the due date that is lived with.

    Returns
    -------
    SuggestedLimit
        By record and by capacity, each with its terms, or NaN and the reason.

    Notes
    -----
    By record: purchases (invoices and debit notes less credit notes, with tax) of up to twelve months, by month, times
    terms granted (days from date to due date, weighted by amount) and tolerated delay over 30, times behaviour
    (:func:`arkit.formulas.limit_by_record`). Behaviour is the mean, by amount, over what fell due in that time less
    credit notes, of 1 for what was paid within the tolerated delay, falling evenly to 0 at 90 days late; what is still
    open counts as if paid today, what was written off as 0. By capacity: of each month-end's balance of the year, what
    was paid within 30 days; the largest (:func:`arkit.formulas.limit_by_capacity`). A bill counts as payment, though it
    may still bounce.
    """
    if past.scope == "snapshot" or past.moves.empty:
        nothing = Limit(nan, {}, NO_SETTLEMENTS)
        return SuggestedLimit(currency, nothing, nothing)
    mine = _rows(past, "documents", customer_id)
    mine = mine[mine["currency"].eq(currency)]
    sales = mine[mine["kind"].isin(SALES_KINDS)]
    moves = _rows(past, "moves", customer_id)
    moves = moves[moves["document_id"].isin(sales["document_id"])]
    scale = 10.0 ** digits(currency)
    record = _record(past.today, mine, sales, moves, tolerated_days, scale)
    return SuggestedLimit(currency, record, _capacity(past.today, sales, moves, scale))


def _rows(past: Past, table: Table, customer_id: str) -> pd.DataFrame:
    """Return a customer's rows of a table; where the rows of each are is looked up once for all customers."""
    frame: pd.DataFrame = getattr(past, table)
    where = past.once(
        ("rows of each customer", table), lambda: frame.groupby("customer_id", observed=True, sort=False).indices
    )
    return frame.iloc[where.get(customer_id, [])]


def _record(
    today: pd.Timestamp, mine: pd.DataFrame, sales: pd.DataFrame, moves: pd.DataFrame, tolerated: int, scale: float
) -> Limit:
    first = sales["date"].min()
    traded = (today - first).days / MONTH_DAYS if len(sales) else 0.0
    if traded < LEAST_MONTHS:
        return Limit(nan, {}, Message(TOO_SHORT.template, months=LEAST_MONTHS))
    since = today - pd.Timedelta(days=WINDOW_DAYS)
    bought = sales[sales["date"] > since]
    returned = mine[mine["kind"].eq("credit_note") & (mine["date"] > since)]
    purchases = float(bought["minor"].sum() + returned["minor"].sum()) / scale
    if purchases <= 0:
        return Limit(nan, {}, Message(NO_PURCHASES.template, days=WINDOW_DAYS))
    monthly = purchases / min(traded, WINDOW_DAYS / MONTH_DAYS)
    granted = (bought["due"] - bought["date"]).dt.days.clip(lower=0)
    terms = float(np.average(granted, weights=bought["minor"].clip(lower=0)))
    late = today - pd.Timedelta(days=tolerated)
    due = sales[(sales["due"] > since) & (sales["due"] <= late)]
    behaved = _behaviour(due, moves, tolerated)
    known = {"monthly_purchases": monthly, "terms_days": terms, "tolerated_days": float(tolerated)}
    if isnan(behaved):
        return Limit(nan, known, Message(NOTHING_DUE.template, days=WINDOW_DAYS))
    return Limit(limit_by_record(monthly, terms + tolerated, behaved), {**known, "behaviour": behaved})


def _behaviour(due: pd.DataFrame, moves: pd.DataFrame, tolerated: int) -> float:
    """Return how far (0-1) what fell due was paid within the tolerated delay."""
    of = moves[moves["document_id"].isin(due["document_id"])]
    paid = of[of["event"].isin(PAID_EVENTS)]
    owed = float(due["minor"].sum() - of.loc[of["event"].eq("credit_note"), "minor"].sum())
    if owed <= 0:
        return nan

    def counted(amount: pd.Series, late: pd.Series) -> float:
        part = ((LOST_DAYS - late) / max(LOST_DAYS - tolerated, 1)).clip(0, 1).where(late > tolerated, 1.0)
        return float((amount * part).sum())

    total = counted(paid["minor"], paid["late_days"]) + counted(due["open_minor"], due["late_days"])
    return min(max(total / owed, 0.0), 1.0)


def _capacity(today: pd.Timestamp, sales: pd.DataFrame, moves: pd.DataFrame, scale: float) -> Limit:
    last = today - pd.Timedelta(days=MONTH_DAYS)
    ends = pd.date_range(today - pd.Timedelta(days=WINDOW_DAYS), last, freq="ME").to_numpy()
    paid = moves["event"].isin(PAID_EVENTS).to_numpy()
    sold, moved = (sales["date"].to_numpy(), sales["minor"].to_numpy()), moves["minor"].to_numpy()
    invoiced, effective = moves["date"].to_numpy(), moves["effective"].to_numpy()
    balances, parts = [], []
    for end in ends:
        open_then = sold[1][sold[0] <= end].sum() - moved[effective <= end].sum()
        soon = (effective > end) & (effective <= end + np.timedelta64(MONTH_DAYS, "D"))
        parts.append(max(float(moved[paid & soon & (invoiced <= end)].sum()) / scale, 0.0))
        balances.append(max(float(open_then) / scale, 0.0))
    value = limit_by_capacity(balances, parts)
    if isnan(value):
        return Limit(nan, {}, Message(NOTHING_OWED.template, days=WINDOW_DAYS))
    return Limit(value, {"peak_balance": max(balances), "peak_paid": max(parts)})
