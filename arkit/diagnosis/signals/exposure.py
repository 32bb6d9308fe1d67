"""Signals in how much is at stake: limits, surges of orders, one customer's share, orders that stopped."""

from __future__ import annotations

import numpy as np
import pandas as pd

from arkit.diagnosis.signals.look import Look, Measured
from arkit.diagnosis.signals.rules import signal
from arkit.messages import Message


@signal("customers:credit_limit")
def over_limit(look: Look, *, used: float, severe_used: float) -> Measured:
    """Measure balance as a share of the credit limit, where it is above it."""
    share = _used(look)

    def say(who: str) -> Message:
        return Message(
            "owes {balance:,.0f} {currency}, {used:.0%} of the limit of {limit:,.0f}",
            balance=look.balance[who], currency=look.currency[who], used=share[who], limit=_limit(look)[who],
        )  # fmt: skip

    return look.measured(share, used, severe_used, say, share > 1)


@signal("customers:credit_limit")
def near_limit(look: Look, *, used: float) -> Measured:
    """Measure balance as a share of the credit limit, where it is nearly used."""
    share = _used(look)

    def say(who: str) -> Message:
        return Message(
            "{used:.0%} of the limit of {limit:,.0f} {currency} is used",
            used=share[who], limit=_limit(look)[who], currency=look.currency[who],
        )  # fmt: skip

    return look.measured(share, used, np.inf, say, share <= 1)


def _limit(look: Look) -> pd.Series:
    return look.file["credit_limit"].astype("float64")


def _used(look: Look) -> pd.Series:
    limit = _limit(look)
    return look.balance / limit.where(limit > 0)


@signal()
def concentration(look: Look, *, share: float, severe_share: float) -> Measured:
    """Measure the share of the customer in all that is receivable in his currency."""
    balance = look.balance.clip(lower=0)
    total = balance.groupby(look.currency).transform("sum")

    def say(who: str) -> Message:
        return Message(
            "owes {share:.0%} of all {currency} receivables",
            share=balance[who] / total[who], currency=look.currency[who],
        )  # fmt: skip

    return look.measured(balance / total.where(total > 0), share, severe_share, say)


@signal("history")
def order_surge(
    look: Look,
    *,
    recent_days: float,
    past_days: float,
    least_items: float,
    times: float,
    severe_times: float,
    least_z: float,
) -> Measured:
    """Measure sales of late as a multiple of the usual, in number and amount.

    Where the same weeks a year ago were more than the usual, they take its place.
    """
    sales = look.sales[look.sales["main"] & (look.sales["minor"] > 0)]
    since = look.ago(recent_days)
    recent = sales[sales["date"] > since]
    before = sales[(sales["date"] <= since) & (sales["date"] > look.ago(recent_days + past_days))]
    season = sales[(sales["date"] <= look.ago(365)) & (sales["date"] > look.ago(365 + recent_days))]
    part = recent_days / past_days
    usual = _larger(look.count(before) * part, look.count(season))
    usual_money = _larger(look.money(before, "minor") * part, look.money(season, "minor"))
    number, amount = look.count(recent), look.money(recent, "minor")
    ratio = -_larger(-amount / usual_money.where(usual_money > 0), -number / usual.where(usual > 0))
    z = (number - usual) / usual.clip(lower=1) ** 0.5
    first = look.per(sales.groupby("customer_id")["date"].min())
    known = (look.count(before) >= least_items) & (first <= look.ago(recent_days + past_days / 2))

    def say(who: str) -> Message:
        return Message(
            "{n} invoices over {amount:,.0f} {currency} within {days} days, {times:.1f} times the usual",
            n=int(number[who]), amount=amount[who], currency=look.currency[who], days=int(recent_days),
            times=ratio[who],
        )  # fmt: skip

    return look.measured(ratio.where(known), times, severe_times, say, z >= least_z)


def _larger(one: pd.Series, other: pd.Series) -> pd.Series:
    return one.where(one >= other, other)


@signal("history")
def stopped_ordering(
    look: Look, *, days: float, severe_days: float, times_usual: float, least_orders: float
) -> Measured:
    """Measure the days without an order from a regular buyer who owes overdue money."""
    days_of = look.sales[["customer_id", "date"]].drop_duplicates().sort_values(["customer_id", "date"])
    gap = days_of.groupby("customer_id")["date"].diff().dt.days.groupby(days_of["customer_id"]).median()
    usual, last = look.per(gap), look.per(days_of.groupby("customer_id")["date"].max())
    since = (look.today - last).dt.days
    regular = (look.count(days_of) >= least_orders) & (since >= times_usual * usual) & (look.overdue > 0)

    def say(who: str) -> Message:
        return Message(
            "no order for {days} days (usual: every {usual:.0f}) while {overdue:,.0f} {currency} is overdue",
            days=int(since[who]), usual=usual[who], overdue=look.overdue[who], currency=look.currency[who],
        )  # fmt: skip

    return look.measured(since, days, severe_days, say, regular)
