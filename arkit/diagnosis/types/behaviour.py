"""How customers behave: one rule or statistic after the other, the first that holds decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from arkit.diagnosis.coded import Flags, Floats, Ints, Rows, quantile, ratio
from arkit.diagnosis.signals.look import Look
from arkit.diagnosis.signals.paying import shift
from arkit.diagnosis.types.kinds import Behaviour, BehaviourSettings
from arkit.messages import Message

_MONTHS = 12


@dataclass(frozen=True, eq=False)
class Rule:
    """A type, the customers (by number) whom its rule or statistic puts there, and the words for one of them."""

    key: Behaviour
    holds: Flags
    say: Callable[[int], Message]


def behaviour(look: Look, settings: BehaviourSettings) -> pd.DataFrame:
    """Return the behaviour type of each active customer.

    Returns
    -------
    pandas.DataFrame
        Index customer; ``behaviour`` and ``rule`` (:class:`~arkit.messages.Message`: the rule or statistic).
    """
    who = np.flatnonzero(look.active)
    if look.missing(("history",)) is not None:
        reason = Message("the ledger holds no settled items to judge by")
        return _frame(look, ["unknown"] * len(who), [reason] * len(who))
    rules = list(_rules(look, settings))
    first = np.argmax([rule.holds for rule in rules], axis=0)[who]
    mine = [rules[place] for place in first]
    words = [rule.say(customer) for rule, customer in zip(mine, who.tolist(), strict=True)]
    return _frame(look, [rule.key for rule in mine], words)


def _frame(look: Look, kinds: list[Behaviour] | list[str], words: list[Message]) -> pd.DataFrame:
    frame = pd.DataFrame({"behaviour": pd.Series(kinds, dtype="str"), "rule": pd.Series(words, dtype="object")})
    return frame.set_axis(pd.Index(look.customers[look.active]))


def _rules(look: Look, settings: BehaviourSettings) -> Iterator[Rule]:
    window = _judged(look, settings)
    late = window.where(window["late_days"] > settings.grace_days)
    number, late_number = look.count(window), look.count(late)
    share, since = ratio(late_number, number), look.oldest(window, "overdue")
    delay = quantile(late["customer"], late["late_days"], len(look.customers))
    yield _too_new(look, settings, number)
    promised = look.promises.where(look.promises["overdue"] < settings.window_days)
    made, broken = look.count(promised), look.count(promised.where(~promised["kept"]))
    argued, disputes = _disputes(look, settings)
    yield Rule(
        "disputing",
        (argued >= settings.least_disputes) & (argued >= settings.disputed_share * disputes),
        lambda who: Message(
            "{n} of {all} invoices of the last {days} days were disputed",
            n=argued[who], all=disputes[who], days=settings.window_days,
        ),
    )  # fmt: skip
    confirmed, ordered = _confirmed(look, settings), look.count(look.sales.where(look.sales["age"] < 90))
    yield Rule(
        "wilful",
        (made >= settings.least_promises) & (broken >= settings.wilful_broken_share * made) & (confirmed > 0)
        & (ordered > 0) & (share >= settings.wilful_late_share) & (delay >= settings.wilful_days),
        lambda who: Message(
            "hypothesis, to be confirmed by a person: {broken} of {made} promises broken, {confirmed} debts "
            "acknowledged, {ordered} invoices in the last 90 days, hardly a dispute, "
            "late by {delay:.0f} days at the median",
            broken=broken[who], made=made[who], confirmed=confirmed[who], ordered=ordered[who], delay=delay[who],
        ),
    )  # fmt: skip
    yield Rule(
        "promise_breaker",
        (made >= settings.least_promises) & (broken >= settings.broken_share * made),
        lambda who: Message(
            "{broken} of {made} promises of the last {days} days were not kept",
            broken=broken[who], made=made[who], days=settings.window_days,
        ),
    )  # fmt: skip
    yield _seasonal(look, settings)
    yield _slowing(look, settings)
    yield _habit(look, settings, late, share)

    def how_often(who: int) -> Message:
        return Message(
            "{late} of {n} invoices that fell due since {date:%Y-%m-%d} were more than {grace} days late",
            late=late_number[who], n=number[who], date=look.date(since[who]), grace=settings.grace_days,
        )  # fmt: skip

    yield Rule("prompt", share <= settings.prompt_share, how_often)
    yield Rule("irregular", np.ones(len(share), dtype=bool), how_often)


def _judged(look: Look, settings: BehaviourSettings) -> Rows:
    """Return the invoices that fell due within the window; of a customer with too few of them, all that he ever had."""
    fallen = look.fallen.where(look.fallen["overdue"] > settings.grace_days)
    recent = fallen["overdue"] < settings.window_days
    few = look.count(fallen.where(recent)) < settings.least_items
    return fallen.where(recent | few[fallen["customer"]])


def _too_new(look: Look, settings: BehaviourSettings, number: Ints) -> Rule:
    first, long = look.oldest(look.documents), look.past.today - pd.DateOffset(months=settings.least_months)
    return Rule(
        "too_new",
        (first < (look.past.today - long).days) | (number < settings.least_items),
        lambda who: Message(
            "first document on {date:%Y-%m-%d}, {n} invoices fell due since",
            date=look.date(first[who]), n=number[who],
        ),
    )  # fmt: skip


def _disputes(look: Look, settings: BehaviourSettings) -> tuple[Ints, Ints]:
    """Return how many of the window's invoices were disputed, and how many there were, by customer."""
    sales = look.sales.where(look.sales["age"] < settings.window_days)
    argued = look.among(look.log.where(look.log.isin("kind", "dispute_opened")))
    return look.count(sales.where(argued[sales["number"]])), look.count(sales)


def _confirmed(look: Look, settings: BehaviourSettings) -> Ints:
    log = look.log
    return look.count(log.where(log.isin("kind", "acknowledgement") & (log["age"] < settings.window_days)))


def _seasonal(look: Look, settings: BehaviourSettings) -> Rule:
    """Compare, for each run of calendar months, the share late within it and outside it, over the whole history."""
    fallen = look.fallen.where(look.fallen["overdue"] > settings.grace_days)
    is_late = (fallen["late_days"] > settings.grace_days).astype(np.float64)
    due = (np.datetime64(look.past.as_of, "D") - fallen["overdue"]).astype("datetime64[M]").astype(np.int64)
    year, month = np.divmod(due, _MONTHS)
    cell = fallen["customer"] * _MONTHS + month
    size = len(look.customers) * _MONTHS
    number = np.bincount(cell, minlength=size).reshape(-1, _MONTHS)
    late = np.bincount(cell, is_late, minlength=size).reshape(-1, _MONTHS)
    years = np.unique(np.stack([cell, year])[:, is_late > 0], axis=1)[0]
    twice = np.bincount(years, minlength=size).reshape(-1, _MONTHS) >= 2
    all_, all_late = number.sum(axis=1, keepdims=True), late.sum(axis=1, keepdims=True)
    inside, outside, fits = (np.zeros((settings.season_months - 1, *number.shape)) for _ in range(3))
    for at, months in enumerate(range(2, settings.season_months + 1)):
        within, late_within, again = (
            np.sum([np.roll(cells, -ahead, axis=1) for ahead in range(months)], axis=0)
            for cells in (number, late, twice.astype(np.int64))
        )
        inside[at] = late_within / np.maximum(within, 1)
        outside[at] = np.where(all_ > within, (all_late - late_within) / np.maximum(all_ - within, 1), 1.0)
        rest = all_ - within
        usual = all_late / np.maximum(all_, 1)
        error = np.sqrt(usual * (1 - usual) * (1 / np.maximum(within, 1) + 1 / np.maximum(rest, 1)))
        clear = inside[at] - outside[at] >= settings.season_z * error
        fits[at] = (within >= settings.season_items) & (again > 0) & clear
    fits *= (inside >= settings.season_share) & (outside <= settings.off_season_share)
    gap = np.where(fits > 0, inside - outside, -1.0).transpose(1, 0, 2).reshape(len(look.customers), -1)
    best = gap.argmax(axis=1)

    def say(row: int) -> Message:
        at, month = divmod(int(best[row]), _MONTHS)
        return Message(
            "{inside:.0%} of what falls due from month {first} to {last} is late, year after year, {outside:.0%} else",
            inside=inside[at, row, month], outside=outside[at, row, month], first=month + 1,
            last=(month + at + 1) % _MONTHS + 1,
        )  # fmt: skip

    return Rule("seasonal", gap.max(axis=1) > -1.0, say)


def _slowing(look: Look, settings: BehaviourSettings) -> Rule:
    slow = shift(look, settings.recent_days, settings.window_days, 2 * settings.grace_days)
    enough = (slow.n_now >= 3) & (slow.n_then >= settings.least_items) & (slow.now > 0)
    return Rule(
        "slowing",
        enough & (slow.days >= settings.shift_days) & (slow.z >= settings.least_z),
        lambda who: Message(
            "pays {shift:.0f} days later than in the year before ({z:.1f} standard errors)",
            shift=slow.days[who], z=slow.z[who],
        ),
    )  # fmt: skip


def _habit(look: Look, settings: BehaviourSettings, late: Rows, share: Floats) -> Rule:
    """Late as a rule, and evenly: the delays lie close together, or keep their median from one half to the other."""

    def days(rows: Rows, part: float) -> Floats:
        return quantile(rows["customer"], rows["late_days"], len(look.customers), part)

    spread = days(late, 0.75) - days(late, 0.25)
    newer = late["overdue"] < settings.window_days // 2
    drift = np.abs(days(late.where(newer), 0.5) - days(late.where(~newer), 0.5))
    even = (spread <= settings.habit_spread_days) | (drift <= settings.habit_drift_days)
    middle = days(late, 0.5)
    return Rule(
        "habitually_late",
        (share >= settings.habit_share) & even,
        lambda who: Message(
            "{share:.0%} of its invoices are late, by {days:.0f} days at the median, half within {spread:.0f} days",
            share=share[who], days=middle[who], spread=spread[who],
        ),
    )  # fmt: skip
