"""How a customer pays when he is late: how long, how evenly, in parts, on which days, or not at all any more."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from arkit.diagnosis.causes.evidence import Found, there
from arkit.diagnosis.causes.pattern import Counts
from arkit.diagnosis.causes.view import Bools, Floats, View, days, text
from arkit.messages import Message

_FEW = 3
"""Fewer late invoices than this have no typical delay; fewer payments, no pay day."""


def found(view: View, counts: Counts) -> Iterator[Found]:
    """Yield what the customer's late payments look like."""
    yield from _delays(view, counts)
    yield from _parts(view, counts)
    yield from _pay_days(view)
    yield _stopped(view)


def _delays(view: View, counts: Counts) -> Iterator[Found]:
    """Yield long delays and short, even ones: the days late of the customer's late invoices that were settled."""
    late = counts.fallen[counts.fallen["late"]]
    settled = late[late["closed_on"].notna()].groupby("customer")["late_days"]
    number = settled.size().reindex(range(len(view.names)), fill_value=0).to_numpy()
    middle = settled.median().reindex(range(len(view.names))).to_numpy()
    spread = (settled.quantile(0.75) - settled.quantile(0.25)).reindex(range(len(view.names))).to_numpy()
    customer, settings = view.items["customer"].to_numpy(), view.settings
    weight = number / (number + _FEW)
    enough = number >= _FEW
    own_days = view.items["late_days"].to_numpy()
    longest = settings.long_delay_days
    slow = np.clip((np.nan_to_num(middle) - 0.6 * longest) / (0.6 * longest), 0, 1) * weight
    short = enough & (middle <= settings.short_delay_days) & (spread <= settings.steady_days)
    even = enough & (middle > settings.short_delay_days) & (middle <= longest) & (spread <= 1.5 * settings.steady_days)
    names = text(view.items["document_id"])

    def typical(row: int) -> Message:
        who = customer[row]
        return Message(
            "the customer's {n} late invoices that were settled took {days} days beyond the due date at the median, "
            "half of them within {spread} days of each other",
            n=int(number[who]), days=int(middle[who]), spread=int(spread[who]),
        )  # fmt: skip

    def old(row: int) -> Message:
        return Message("{document} is {n} days overdue", document=names[row], n=int(own_days[row]))

    beyond = np.clip(own_days / longest - 1, 0, 1)
    within = own_days <= settings.short_delay_days + settings.steady_days
    yield Found("long_delays", slow[customer], typical)
    yield Found("short_even_delays", (short * weight)[customer] * within, typical)
    yield Found("even_delays", (even * weight)[customer] * (own_days <= longest), typical)
    yield Found("long_overdue", beyond, old)


def _parts(view: View, counts: Counts) -> Iterator[Found]:
    """Yield part payments: of the item itself, and of the customer's other late invoices."""
    items = view.items
    paid = view.past.payments
    whole = np.bincount(view.numbers(paid["document_id"]), paid["minor"].to_numpy(np.float64), len(view.documents))
    share = whole[items["number"].to_numpy()] / items["minor"].to_numpy()
    names, customer = text(items["document_id"]), items["customer"].to_numpy()
    late = counts.fallen[counts.fallen["late"]]
    split = ((late["parts"] >= 2) | ((late["parts"] >= 1) & (late["open_minor"] != 0))).to_numpy()
    itself = view.row_of[late["number"].to_numpy()]
    number = view.per_customer(late["customer"], split)[customer] - view.per_item(itself[split])
    all_ = view.per_customer(late["customer"])[customer] - view.per_item(itself)
    rate = (number + 0.1 * view.settings.shrink) / (all_ + view.settings.shrink)

    def part(row: int) -> Message:
        return Message(
            "{document} was paid in part ({share:.0%}), the rest is open", document=names[row], share=share[row]
        )

    def others(row: int) -> Message:
        return Message(
            "{n} of the customer's {all} other late invoices were paid in parts", n=int(number[row]), all=int(all_[row])
        )

    yield there("paid_in_part", (share > 0) & (share < 1), part)
    yield Found("pays_in_parts", np.clip((rate - 0.1) / 0.4, 0, 1), others)
    yield Found("never_in_parts", np.where(number == 0, all_ / (all_ + 10), 0.0), others)


def _pay_days(view: View) -> Iterator[Found]:
    """Yield fixed pay days: one or two short windows of the month in which nearly all money comes."""
    dates = view.pay_days
    customer = dates["customer"].to_numpy()
    width = view.settings.pay_day_window
    on = np.bincount(customer * 31 + dates["date"].dt.day.to_numpy() - 1, minlength=len(view.names) * 31)
    on = on.reshape(-1, 31)
    ring = np.hstack([on, on[:, :width]])
    sums = np.cumsum(np.hstack([np.zeros((len(on), 1)), ring]), axis=1)
    window = sums[:, width : width + 31] - sums[:, :31]  # payments in the days d, d+1, ... of the month
    total = on.sum(axis=1)
    one = _share(window.max(axis=1, initial=0), total)
    fortnight = np.roll(window, -15, axis=1)
    two = _share((window + fortnight).max(axis=1, initial=0), total)
    first, both = window.argmax(axis=1), (window + fortnight).argmax(axis=1)
    mine = view.items["customer"].to_numpy()

    def single(row: int) -> Message:
        who = mine[row]
        return Message(
            "{share:.0%} of the customer's {n} payments came between day {first} and day {last} of the month",
            share=one[who], n=int(total[who]), first=int(first[who]) + 1, last=(int(first[who]) + width - 1) % 31 + 1,
        )  # fmt: skip

    def double(row: int) -> Message:
        who = mine[row]
        return Message(
            "{share:.0%} of the customer's {n} payments came in two runs a month, from day {first} and a fortnight on",
            share=two[who], n=int(total[who]), first=int(both[who]) + 1,
        )  # fmt: skip

    enough = total / (total + 2.0 * _FEW)
    once = np.clip((one - 0.55) / 0.3, 0, 1) * enough
    twice = np.clip((two - 0.65) / 0.25, 0, 1) * enough * (1 - np.clip((one - 0.55) / 0.3, 0, 1))
    yield Found("one_pay_day", once[mine], single)
    yield Found("two_pay_days", twice[mine], double)
    loose = (1 - np.maximum(np.clip((one - 0.55) / 0.3, 0, 1), np.clip((two - 0.65) / 0.25, 0, 1))) * enough
    yield Found("no_pay_day", loose[mine], double)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)


def stopped(view: View) -> tuple[Bools, np.ndarray, np.ndarray]:
    """Tell which customers stopped paying, the days since their last payment, and how many items fell due since then.

    Stopped: no payment for ``silent_days`` and for four of the customer's usual intervals, and at least two of his
    items fell due meanwhile; or deliveries were stopped (a ``hold``).
    """
    number, dates = len(view.names), view.pay_days
    who, day = dates["customer"].to_numpy(), days(dates["date"])
    by = pd.Series(np.diff(day, prepend=0)).where(np.diff(who, prepend=-1) == 0).groupby(who)
    gap = by.median().reindex(range(number)).to_numpy()
    start = view.documents.groupby("customer")["date"].min().reindex(range(number))
    last = np.maximum(pd.Series(day).groupby(who).max().reindex(range(number), fill_value=0).to_numpy(), days(start))
    today = int(days(pd.Series([view.past.today]))[0])
    since = today - last
    items = view.items[view.is_sale]
    fell = days(items["due"]) > last[items["customer"].to_numpy()]
    missed = np.bincount(items["customer"].to_numpy()[fell], minlength=number)
    quiet = (since > view.settings.silent_days) & (since > 4 * np.nan_to_num(gap, nan=30.0)) & (missed >= 2)
    held = np.zeros(number, dtype=bool)
    log = view.activities
    held[log.loc[(log["kind"] == "hold") & (log["customer"] >= 0), "customer"].to_numpy(np.int64)] = True
    return quiet | (held & (since > view.settings.silent_days / 2)), since, missed


def _stopped(view: View) -> Found:
    gone, since, missed = stopped(view)
    mine = view.items["customer"].to_numpy()

    def say(row: int) -> Message:
        who = mine[row]
        if not missed[who]:
            return Message("the customer has paid nothing for {n} days, and deliveries are on hold", n=int(since[who]))
        return Message(
            "the customer has paid nothing for {n} days; {items} items fell due meanwhile",
            n=int(since[who]), items=int(missed[who]),
        )  # fmt: skip

    return there("stopped_paying", gone[mine], say)
