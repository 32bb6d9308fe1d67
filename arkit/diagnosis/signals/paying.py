"""Signals in how a customer pays: late, later than before, in parts, out of turn, not at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arkit.diagnosis.coded import SPAN, Floats, Ints, Rows, mean, ratio
from arkit.diagnosis.signals.look import NEVER, Look, Measured
from arkit.diagnosis.signals.rules import signal
from arkit.messages import Message


@signal("history")
def often_late(
    look: Look, *, window_days: float, grace_days: float, least_items: float, share: float, severe_share: float
) -> Measured:
    """Measure the share of the invoices that fell due of late and were paid after the grace, or are open after it."""
    fallen = look.fallen
    fallen = fallen.where((fallen["overdue"] < window_days) & (fallen["overdue"] > grace_days))
    late, all_ = look.count(fallen.where(fallen["late_days"] > grace_days)), look.count(fallen)

    def say(who: int) -> Message:
        return Message(
            "{late} of {n} invoices that fell due within {days} days were more than {grace} days late",
            late=late[who], n=all_[who], days=int(window_days), grace=int(grace_days),
        )  # fmt: skip

    return look.measured(ratio(late, all_), share, severe_share, say, all_ >= least_items)


@signal("history")
def growing_lateness(
    look: Look, *, period_days: float, wait_days: float, least_items: float, step_days: float, severe_days: float
) -> Measured:
    """Measure the smaller of two steps of the mean days late over three periods, some weeks after the due dates."""
    fallen = look.fallen.where(look.fallen["overdue"] > wait_days)
    period = (fallen["overdue"] - int(wait_days)) // int(period_days)
    means = []
    for number in (2, 1, 0):
        rows = fallen.where(period == number)
        late = mean(rows["customer"], rows["late_days"].clip(min=0), len(look.customers))
        means.append(np.where(look.count(rows) >= least_items, late, np.nan))

    def say(who: int) -> Message:
        a, b, c = (late[who] for late in means)
        return Message(
            "days late on average in three periods of {days} days: {a:.0f}, {b:.0f}, {c:.0f}",
            days=int(period_days), a=a, b=b, c=c,
        )  # fmt: skip

    return look.measured(np.diff(means, axis=0).min(axis=0), step_days, severe_days, say)


@signal("history")
def slowing(
    look: Look, *, recent_days: float, past_days: float, wait_days: float, least_recent: float, least_past: float,
    shift_days: float, severe_days: float, least_z: float,
) -> Measured:  # fmt: skip
    """Measure the days by which payment slowed against the customer's own past, beyond what chance explains."""
    slow = shift(look, recent_days, past_days, wait_days)
    known = (slow.n_now >= least_recent) & (slow.n_then >= least_past)

    def say(who: int) -> Message:
        return Message(
            "days late on average: {now:.0f} for the latest {n:.0f} invoices, {then:.0f} in the year before",
            now=slow.now[who], n=slow.n_now[who], then=slow.then[who],
        )  # fmt: skip

    return look.measured(slow.days, shift_days, severe_days, say, known & (slow.z >= least_z))


@dataclass(frozen=True, eq=False)
class Shift:
    """By customer: mean days from due to payment and number of invoices, now and before.

    ``days`` is now - then, ``z`` that in standard errors; the spread is pooled and at least three days.
    """

    now: Floats
    then: Floats
    n_now: Ints
    n_then: Ints
    days: Floats
    z: Floats


def shift(look: Look, recent_days: float, past_days: float, wait_days: float) -> Shift:
    """Compare days from due to payment of what fell due lately with the time before."""
    fallen = look.fallen.where(look.fallen["overdue"] > wait_days)
    overdue, turn = fallen["overdue"], wait_days + recent_days
    halves = fallen.where(overdue < turn), fallen.where((overdue >= turn) & (overdue < turn + past_days))
    size = len(look.customers)
    now, then = (mean(rows["customer"], rows["late_days"], size) for rows in halves)
    n_now, n_then = (look.count(rows) for rows in halves)
    squares = np.zeros(size)
    for rows, middle in zip(halves, (now, then), strict=True):
        who = rows["customer"]
        squares += np.bincount(who, (rows["late_days"] - middle[who]) ** 2, size)
    pooled = np.sqrt(squares / np.maximum(n_now + n_then - 2, 1)).clip(min=3.0)
    ones = np.ones(size)
    error = pooled * np.sqrt(ratio(ones, n_now) + ratio(ones, n_then))
    return Shift(now, then, n_now, n_then, now - then, ratio(now - then, error))


@signal()
def over_90(look: Look, *, days: float, share: float, severe_share: float) -> Measured:
    """Measure the share of what the customer owes that is long overdue."""
    items = look.overdue_items
    amount, claims = look.money(items.where(items["late_days"] > days)), look.claims

    def say(who: int) -> Message:
        return Message(
            "{amount:,.0f} {currency} is more than {days} days overdue, {share:.0%} of what is owed",
            amount=amount[who], currency=look.currency[who], days=int(days), share=amount[who] / claims[who],
        )  # fmt: skip

    return look.measured(ratio(amount, claims), share, severe_share, say, amount > 0)


@signal()
def mostly_overdue(look: Look, *, share: float, severe_share: float, days: float) -> Measured:
    """Measure the share of what the customer owes that is overdue, some days of grace allowed."""
    items = look.overdue_items
    amount, claims = look.money(items.where(items["late_days"] > days)), look.claims

    def say(who: int) -> Message:
        return Message(
            "{amount:,.0f} of {claims:,.0f} {currency} owed is more than {days} days overdue",
            amount=amount[who], claims=claims[who], currency=look.currency[who], days=int(days),
        )  # fmt: skip

    return look.measured(ratio(amount, claims), share, severe_share, say)


@signal()
def oldest_item(look: Look, *, days: float, severe_days: float) -> Measured:
    """Measure the age of the oldest overdue item."""
    items = look.overdue_items
    age = look.oldest(items, "overdue")

    def say(who: int) -> Message:
        mine = items.where((items["customer"] == who) & (items["overdue"] == age[who]))
        number = min(mine["number"], key=look.document_id)
        return Message(
            "{document} ({amount:,.0f} {currency}) is {days} days overdue",
            document=look.document_id(number), amount=look.open(number), currency=look.currency[who], days=age[who],
        )  # fmt: skip

    return look.measured(np.where(age > 0, age, np.nan), days, severe_days, say)


@signal("history")
def split_payments(
    look: Look, *, window_days: float, least_items: float, share: float, severe_share: float
) -> Measured:
    """Measure the share of the invoices paid of late that were paid in several payments on different days."""
    paid = look.paid.where(look.paid["age"] < window_days)
    days = np.unique(paid["number"] * SPAN + paid["age"])
    number, parts = np.unique(days // SPAN, return_counts=True)
    invoices = Rows({"customer": look.documents["customer"][number]})
    split, all_ = look.count(invoices.where(parts > 1)), look.count(invoices)

    def say(who: int) -> Message:
        return Message(
            "{split} of {n} invoices paid within {days} days were paid in several payments",
            split=split[who], n=all_[who], days=int(window_days),
        )  # fmt: skip

    return look.measured(ratio(split, all_), share, severe_share, say, split >= least_items)


@signal("history")
def part_paid(look: Look, *, wait_days: float, items: float, severe_items: float) -> Measured:
    """Measure the number of overdue invoices of which a part was paid some time ago and the rest is open."""
    last = np.full(len(look.past.documents), -NEVER, dtype=np.int64)
    np.minimum.at(last, look.paid["number"], look.paid["age"])
    overdue = look.overdue_items
    stuck = overdue.where((last[overdue["number"]] > wait_days) & (last[overdue["number"]] < -NEVER)).oldest_first(
        "overdue"
    )
    number, first = look.count(stuck), look.first(stuck)

    def say(who: int) -> Message:
        item = stuck["number"][first[who]]
        return Message(
            "overdue items paid in part: {n}; of {document} {open:,.0f} {currency} is open since {date:%Y-%m-%d}",
            n=number[who], document=look.document_id(item), open=look.open(item), currency=look.currency[who],
            date=look.date(last[item]),
        )  # fmt: skip

    return look.measured(number, items, severe_items, say)


@signal("history")
def newer_first(look: Look, *, window_days: float, overdue_days: float, apart_days: float, items: float,
                severe_items: float) -> Measured:  # fmt: skip
    """Measure the number of invoices paid of late although an older one was overdue.

    An older one that was disputed does not count. What is left: a dispute nobody logged, misapplied cash, or a choice.
    """
    argued = look.among(look.log.where(look.log.isin("kind", "dispute_opened")))
    old = look.overdue_items.where(look.overdue_items["late_days"] >= overdue_days)
    old = old.where(~argued[old["number"]]).oldest_first("overdue")
    age, oldest = look.oldest(old, "overdue"), look.first(old)
    paid = look.fallen.where((look.fallen["closed"] < window_days) & (look.fallen["closed"] > NEVER))
    limit = age[paid["customer"]]
    newer = paid.where((paid["overdue"] < limit - int(apart_days)) & (paid["closed"] < limit))
    number = look.count(newer)

    def say(who: int) -> Message:
        return Message(
            "{n} newer invoices were paid within {days} days while {document}, {late} days overdue, is open",
            n=number[who], days=int(window_days), document=look.document_id(old["number"][oldest[who]]), late=age[who],
        )  # fmt: skip

    return look.measured(number, items, severe_items, say)


@signal("history")
def silence(look: Look, *, days: float, severe_days: float, times_usual: float) -> Measured:
    """Measure the days without a payment while something is overdue, where the customer usually pays far more often."""
    last, never = look.youngest(look.pay_days), look.oldest(look.fallen, "overdue")
    paid, usual = look.count(look.pay_days) > 0, look.usual_gap(look.pay_days)
    since = np.where(paid, last, never)

    def say(who: int) -> Message:
        if not paid[who]:
            return Message("no payment ever came; the first invoice fell due {days} days ago", days=since[who])
        return Message(
            "no payment for {days} days (usual: every {usual:.0f}) while {overdue:,.0f} {currency} is overdue",
            days=since[who], usual=since[who] if np.isnan(usual[who]) else usual[who],
            overdue=look.overdue[who], currency=look.currency[who],
        )  # fmt: skip

    quiet = (look.overdue > 0) & (since >= times_usual * np.nan_to_num(usual))
    return look.measured(np.where(since > NEVER, since, np.nan), days, severe_days, say, quiet)
