"""How customers behave: one rule or statistic after the other, the first that holds decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from arkit.diagnosis.signals.look import Look
from arkit.diagnosis.signals.paying import shift
from arkit.diagnosis.types.kinds import Behaviour, BehaviourSettings
from arkit.messages import Message

_MONTHS = 12


@dataclass(frozen=True, eq=False)
class Rule:
    """A type, the customers whom its rule or statistic puts there, and the words for one of them."""

    key: Behaviour
    holds: pd.Series
    say: Callable[[str], Message]


def behaviour(look: Look, settings: BehaviourSettings) -> pd.DataFrame:
    """Return the behaviour type of each active customer.

    Returns
    -------
    pandas.DataFrame
        Index customer; ``behaviour`` and ``rule`` (:class:`~arkit.messages.Message`: the rule or statistic).
    """
    if look.missing(("history",)) is not None:
        reason = Message("the ledger holds no settled items to judge by")
        return _frame(look.active, ["unknown"] * len(look.active), [reason] * len(look.active))
    kinds: pd.Series = pd.Series("", index=look.customers, dtype="object")
    words: dict[str, Message] = {}
    for rule in _rules(look, settings):
        mine = rule.holds.reindex(look.customers, fill_value=False).astype("bool") & (kinds == "")
        kinds[mine] = rule.key
        words |= {who: rule.say(who) for who in look.active[mine.reindex(look.active).to_numpy()]}
    return _frame(look.active, kinds.reindex(look.active).tolist(), [words[who] for who in look.active])


def _frame(customers: pd.Index, kinds: list[str], words: list[Message]) -> pd.DataFrame:
    frame = pd.DataFrame({"behaviour": pd.Series(kinds, dtype="str"), "rule": pd.Series(words, dtype="object")})
    return frame.set_axis(customers)


def _rules(look: Look, settings: BehaviourSettings) -> Iterator[Rule]:
    window = _judged(look, settings)
    late = window[window["late_days"] > settings.grace_days]
    number, late_number = look.count(window), look.count(late)
    share = late_number / number.where(number > 0)
    delay = look.per(late.groupby("customer_id")["late_days"].median())
    since = window.groupby("customer_id")["due"].min()
    yield _too_new(look, settings, number)
    promised = look.promises[look.promises["due_on"] > look.ago(settings.window_days)]
    made, broken = look.count(promised), look.count(promised[~promised["kept"]])
    argued, disputes = _disputes(look, settings)
    yield Rule(
        "disputing",
        (argued >= settings.least_disputes) & (argued >= settings.disputed_share * disputes),
        lambda who: Message(
            "{n} of {all} invoices of the last {days} days were disputed",
            n=int(argued[who]), all=int(disputes[who]), days=settings.window_days,
        ),
    )  # fmt: skip
    confirmed, ordered = _confirmed(look, settings), look.count(look.sales[look.sales["date"] > look.ago(90)])
    yield Rule(
        "wilful",
        (made >= settings.least_promises) & (broken >= settings.wilful_broken_share * made) & (confirmed > 0)
        & (ordered > 0) & (share >= settings.wilful_late_share) & (delay >= settings.wilful_days),
        lambda who: Message(
            "hypothesis, to be confirmed by a person: {broken} of {made} promises broken, {confirmed} debts "
            "acknowledged, {ordered} invoices in the last 90 days, hardly a dispute, "
            "late by {delay:.0f} days at the median",
            broken=int(broken[who]), made=int(made[who]), confirmed=int(confirmed[who]), ordered=int(ordered[who]),
            delay=delay[who],
        ),
    )  # fmt: skip
    yield Rule(
        "promise_breaker",
        (made >= settings.least_promises) & (broken >= settings.broken_share * made),
        lambda who: Message(
            "{broken} of {made} promises of the last {days} days were not kept",
            broken=int(broken[who]), made=int(made[who]), days=settings.window_days,
        ),
    )  # fmt: skip
    yield _seasonal(look, settings)
    yield _slowing(look, settings)
    yield _habit(look, settings, late, share)
    prompt, all_ = share <= settings.prompt_share, pd.Series(data=True, index=look.customers)

    def how_often(who: str) -> Message:
        return Message(
            "{late} of {n} invoices that fell due since {date:%Y-%m-%d} were more than {grace} days late",
            late=int(late_number[who]), n=int(number[who]), date=since[who], grace=settings.grace_days,
        )  # fmt: skip

    yield Rule("prompt", prompt, how_often)
    yield Rule("irregular", all_, how_often)


def _judged(look: Look, settings: BehaviourSettings) -> pd.DataFrame:
    """Return the invoices that fell due within the window; of a customer with too few of them, all that he ever had."""
    fallen = look.fallen[look.fallen["due"] < look.ago(settings.grace_days)]
    recent = fallen["due"] > look.ago(settings.window_days)
    enough = look.count(fallen[recent]) >= settings.least_items
    return fallen[recent | ~fallen["customer_id"].isin(enough.index[enough])]


def _too_new(look: Look, settings: BehaviourSettings, number: pd.Series) -> Rule:
    first = look.documents.groupby("customer_id")["date"].min()
    short = first > look.today - pd.DateOffset(months=settings.least_months)
    return Rule(
        "too_new",
        short.reindex(look.customers, fill_value=True) | (number < settings.least_items),
        lambda who: Message(
            "first document on {date:%Y-%m-%d}, {n} invoices fell due since",
            date=first[who], n=int(number[who]),
        ),
    )  # fmt: skip


def _disputes(look: Look, settings: BehaviourSettings) -> tuple[pd.Series, pd.Series]:
    """Return how many of the window's invoices were disputed, and how many there were, by customer."""
    sales = look.sales[look.sales["date"] > look.ago(settings.window_days)]
    argued = look.log.loc[look.log["kind"] == "dispute_opened", "document_id"]
    return look.count(sales[sales["document_id"].isin(argued)]), look.count(sales)


def _confirmed(look: Look, settings: BehaviourSettings) -> pd.Series:
    log = look.log
    return look.count(log[(log["kind"] == "acknowledgement") & (log["date"] > look.ago(settings.window_days))])


def _seasonal(look: Look, settings: BehaviourSettings) -> Rule:
    """Compare, for each run of calendar months, the share late within it and outside it, over the whole history."""
    fallen = look.fallen[look.fallen["due"] < look.ago(settings.grace_days)]
    is_late = (fallen["late_days"] > settings.grace_days).to_numpy(np.float64)
    who = look.customers.get_indexer(pd.Index(fallen["customer_id"]))
    cell = who * _MONTHS + fallen["due"].dt.month.to_numpy() - 1
    size = len(look.customers) * _MONTHS
    number = np.bincount(cell, minlength=size).reshape(-1, _MONTHS)
    late = np.bincount(cell, is_late, minlength=size).reshape(-1, _MONTHS)
    years = fallen.assign(cell=cell, year=fallen["due"].dt.year)[is_late > 0].groupby("cell")["year"].nunique()
    twice = years.reindex(range(size), fill_value=0).to_numpy().reshape(-1, _MONTHS) >= 2
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
    place = {name: number for number, name in enumerate(look.customers)}

    def say(customer: str) -> Message:
        row = place[customer]
        at, month = divmod(int(best[row]), _MONTHS)
        return Message(
            "{inside:.0%} of what falls due from month {first} to {last} is late, year after year, {outside:.0%} else",
            inside=inside[at, row, month], outside=outside[at, row, month], first=month + 1,
            last=(month + at + 1) % _MONTHS + 1,
        )  # fmt: skip

    return Rule("seasonal", pd.Series(gap.max(axis=1) > -1.0, index=look.customers), say)


def _slowing(look: Look, settings: BehaviourSettings) -> Rule:
    slow = shift(look, settings.recent_days, settings.window_days, 2 * settings.grace_days)
    enough = (slow["n_now"] >= 3) & (slow["n_then"] >= settings.least_items) & (slow["now"] > 0)
    return Rule(
        "slowing",
        enough & (slow["shift"] >= settings.shift_days) & (slow["z"] >= settings.least_z),
        lambda who: Message(
            "pays {shift:.0f} days later than in the year before ({z:.1f} standard errors)",
            shift=slow.loc[who, "shift"], z=slow.loc[who, "z"],
        ),
    )  # fmt: skip


def _habit(look: Look, settings: BehaviourSettings, late: pd.DataFrame, share: pd.Series) -> Rule:
    """Late as a rule, and evenly: the delays lie close together, or keep their median from one half to the other."""
    days = late.groupby("customer_id")["late_days"]
    spread = look.per(days.quantile(0.75) - days.quantile(0.25))
    newer = late["due"] > look.ago(settings.window_days / 2)
    half = [look.per(late[rows].groupby("customer_id")["late_days"].median()) for rows in (newer, ~newer)]
    even = (spread <= settings.habit_spread_days) | ((half[0] - half[1]).abs() <= settings.habit_drift_days)
    middle = look.per(days.median())
    return Rule(
        "habitually_late",
        (share >= settings.habit_share) & even,
        lambda who: Message(
            "{share:.0%} of its invoices are late, by {days:.0f} days at the median, half within {spread:.0f} days",
            share=share[who], days=middle[who], spread=spread[who],
        ),
    )  # fmt: skip
