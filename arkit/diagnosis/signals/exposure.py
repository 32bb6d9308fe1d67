"""Signals in how much is at stake: limits, surges of orders, one customer's share, orders that stopped."""

from __future__ import annotations

import numpy as np

from arkit.diagnosis.coded import ratio
from arkit.diagnosis.signals.look import Look, Measured
from arkit.diagnosis.signals.rules import signal
from arkit.messages import Message


@signal("customers:credit_limit")
def over_limit(look: Look, *, used: float, severe_used: float) -> Measured:
    """Measure balance as a share of the credit limit, where it is above it."""
    share = ratio(look.balance, look.limit)

    def say(who: int) -> Message:
        return Message(
            "owes {balance:,.0f} {currency}, {used:.0%} of the limit of {limit:,.0f}",
            balance=look.balance[who], currency=look.currency[who], used=share[who], limit=look.limit[who],
        )  # fmt: skip

    return look.measured(share, used, severe_used, say, share > 1)


@signal("customers:credit_limit")
def near_limit(look: Look, *, used: float) -> Measured:
    """Measure balance as a share of the credit limit, where it is nearly used."""
    share = ratio(look.balance, look.limit)

    def say(who: int) -> Message:
        return Message(
            "{used:.0%} of the limit of {limit:,.0f} {currency} is used",
            used=share[who], limit=look.limit[who], currency=look.currency[who],
        )  # fmt: skip

    return look.measured(share, used, np.inf, say, share <= 1)


@signal()
def concentration(look: Look, *, share: float, severe_share: float) -> Measured:
    """Measure the share of the customer in all that is receivable in his currency."""
    balance = look.balance.clip(min=0)
    names, code = np.unique(look.currency.astype(str), return_inverse=True)
    part = ratio(balance, np.bincount(code, balance, len(names))[code])

    def say(who: int) -> Message:
        return Message("owes {share:.0%} of all {currency} receivables", share=part[who], currency=look.currency[who])

    return look.measured(part, share, severe_share, say)


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
    sales = look.sales.where(look.sales["main"] & (look.sales["minor"] > 0))
    age = sales["age"]
    recent = sales.where(age < recent_days)
    before = sales.where((age >= recent_days) & (age < recent_days + past_days))
    season = sales.where((age >= 365) & (age < 365 + recent_days))
    part = recent_days / past_days
    usual = np.maximum(look.count(before) * part, look.count(season))
    usual_money = np.maximum(look.money(before, "minor") * part, look.money(season, "minor"))
    number, amount = look.count(recent), look.money(recent, "minor")
    often = ratio(number, usual)
    often = np.where(np.isnan(often), np.nan, np.fmin(often, ratio(amount, usual_money)))
    z = (number - usual) / np.maximum(usual, 1) ** 0.5
    known = (look.count(before) >= least_items) & (look.oldest(sales) >= recent_days + past_days // 2)

    def say(who: int) -> Message:
        return Message(
            "{n} invoices over {amount:,.0f} {currency} within {days} days, {times:.1f} times the usual",
            n=number[who], amount=amount[who], currency=look.currency[who], days=int(recent_days), times=often[who],
        )  # fmt: skip

    return look.measured(often, times, severe_times, say, known & (z >= least_z))


@signal("history")
def stopped_ordering(
    look: Look, *, days: float, severe_days: float, times_usual: float, least_orders: float
) -> Measured:
    """Measure the days without an order from a regular buyer who owes overdue money."""
    orders = look.days_of(look.sales)
    usual, since = look.usual_gap(orders), look.youngest(orders)
    regular = (look.count(orders) >= least_orders) & (since >= times_usual * usual) & (look.overdue > 0)

    def say(who: int) -> Message:
        return Message(
            "no order for {days} days (usual: every {usual:.0f}) while {overdue:,.0f} {currency} is overdue",
            days=since[who], usual=usual[who], overdue=look.overdue[who], currency=look.currency[who],
        )  # fmt: skip

    return look.measured(since, days, severe_days, say, regular)
