"""When a customer is late: on time otherwise, now and then, always, since some month, in one spell, in a yearly pause.

A customer against its own past. Each pattern says how likely an invoice is late in which months; how well each fits
the customer's other invoices gives its probability (Bayes): three late of three say less than thirty of thirty.
Invoices whose papers explain them (:mod:`~arkit.diagnosis.causes.papers`) and the item in question are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.diagnosis.causes.evidence import Found
from arkit.diagnosis.causes.view import Bools, Floats, Ints, View, months
from arkit.messages import Message

PATTERNS = ("on_time_otherwise", "late_now_and_then", "always_late", "late_since", "slowed", "yearly_pause")
PRIOR = np.array([0.0, -0.7, -1.5, -2.0, -2.0, -2.0])
"""Log-odds of each pattern before a customer's invoices are seen, the search for the best months included."""
_PAUSE_SHIFT = 6
"""Days before the due date when an invoice would be paid in time: in which month is asked then."""


@dataclass(frozen=True, eq=False)
class Counts:
    """Late and all invoices of each customer by due month, without those that explain themselves.

    Parameters
    ----------
    view
        The past.
    own_reason
        By document number: invoices that explain themselves.
    """

    view: View
    own_reason: Bools

    @cached_property
    def fallen(self) -> pd.DataFrame:
        """The invoices counted: not those that are open within the days of grace, of which nothing is known yet."""
        fallen = self.view.fallen
        pending = (fallen["open_minor"] != 0) & ~fallen["late"]
        left_out = pending.to_numpy() | self.own_reason[fallen["number"].to_numpy()]
        counted: pd.DataFrame = fallen[~left_out].reset_index(drop=True)
        return counted

    @cached_property
    def first(self) -> int:
        """The first due month (year * 12 + month)."""
        return int(self.fallen["month"].min()) if len(self.fallen) else 0

    @cached_property
    def length(self) -> int:
        """How many months there are up to the day."""
        today = self.view.past.today
        return max(1, today.year * 12 + today.month - self.first + 1) if len(self.fallen) else 1

    def table(self, weights: NDArray[np.bool_] | None = None) -> Ints:
        """Return counts by customer and month."""
        cell = self.fallen["customer"].to_numpy() * self.length + self.fallen["month"].to_numpy() - self.first
        size = len(self.view.names) * self.length
        counts = np.bincount(cell, None if weights is None else weights.astype(np.float64), size)
        return counts.astype(np.int64).reshape(-1, self.length)

    @cached_property
    def all(self) -> Ints:
        """All invoices."""
        return self.table()

    @cached_property
    def late(self) -> Ints:
        """Late invoices."""
        return self.table(self.fallen["late"].to_numpy())

    @cached_property
    def itself(self) -> tuple[Bools, Bools]:
        """Of each overdue item: whether it is counted, and whether it is counted as late."""
        place = self.view.row_of[self.fallen["number"].to_numpy()]
        counted = np.zeros(len(self.view.items), dtype=bool)
        late = counted.copy()
        counted[place[place >= 0]] = True
        late[place[place >= 0]] = self.fallen["late"].to_numpy()[place >= 0]
        return counted, late


@dataclass(frozen=True, eq=False)
class Fit:
    """How the patterns fit each overdue item's customer.

    Parameters
    ----------
    probability
        By item (row) and pattern (column).
    inside, outside
        Per pattern, by item: late and all invoices within the months where the pattern has him late, and outside.
    since, until
        Per pattern, by item: those months (year * 12 + month).
    """

    probability: Floats
    inside: dict[str, tuple[Ints, Ints]]
    outside: dict[str, tuple[Ints, Ints]]
    since: dict[str, Ints]
    until: dict[str, Ints]

    def of(self, *names: str) -> Floats:
        """Return the probability of some patterns together."""
        total: Floats = self.probability[:, [PATTERNS.index(name) for name in names]].sum(axis=1)
        return total


def _likelihood(late: Ints, all_: Ints, rate: float) -> Floats:
    fitted: Floats = late * np.log(rate) + (all_ - late) * np.log1p(-rate)
    return fitted


def fit(counts: Counts) -> Fit:
    """Fit the patterns to the customer of each overdue item, the item itself left out."""
    view, settings = counts.view, counts.view.settings
    items = view.items
    customer = items["customer"].to_numpy()
    due = months(items["due"])
    place = np.clip(due - counts.first, 0, counts.length - 1)
    counted, late_itself = counts.itself
    zero = np.zeros((len(view.names), 1), dtype=np.int64)
    late, all_ = (np.hstack([zero, np.cumsum(table, axis=1)]) for table in (counts.late, counts.all))
    total = late[customer, -1] - late_itself, all_[customer, -1] - counted

    low, some, high = settings.untroubled_rate, settings.sometimes_rate, settings.standing_rate
    none = np.zeros_like(total[0])
    everything = {name: (np.zeros_like(place), np.full_like(place, counts.length - 1)) for name in PATTERNS[:3]}
    scores = {
        name: (_likelihood(*total, rate), total, (none, none), *everything[name])
        for name, rate in zip(PATTERNS[:3], (low, some, high), strict=True)
    }

    def within(begin: Ints, end: Ints) -> tuple[Floats, tuple[Ints, Ints], tuple[Ints, Ints], Ints, Ints]:
        inside = (
            late[customer, end + 1] - late[customer, begin] - late_itself,
            all_[customer, end + 1] - all_[customer, begin] - counted,
        )
        outside = total[0] - inside[0], total[1] - inside[1]
        fitted = _likelihood(*inside, high) + _likelihood(*outside, low)
        return np.where(outside[1] > 0, fitted, -np.inf), inside, outside, begin, end  # else it is "always"

    last = np.full_like(place, counts.length - 1)
    spell = settings.episode_months
    begins = [np.maximum(place - back, 0) for back in range(counts.length)]
    scores["late_since"] = _best([within(np.minimum(b, np.maximum(last - spell, 0)), last) for b in begins])
    scores["slowed"] = _best(
        [
            within(np.maximum(place - back, 0), np.minimum(place + ahead, last))
            for back in range(spell)
            for ahead in range(spell - back)
        ]
    )
    scores["yearly_pause"] = _pauses(counts, total, counted, late_itself)
    fitted = np.column_stack([scores[name][0] for name in PATTERNS]) + PRIOR
    fitted -= fitted.max(axis=1, keepdims=True)
    probability = np.exp(fitted) / np.exp(fitted).sum(axis=1, keepdims=True)
    return Fit(
        probability,
        {name: scores[name][1] for name in PATTERNS},
        {name: scores[name][2] for name in PATTERNS},
        {name: scores[name][3] + (0 if name == "yearly_pause" else counts.first) for name in PATTERNS},
        {name: scores[name][4] + (0 if name == "yearly_pause" else counts.first) for name in PATTERNS},
    )


_Score = tuple[Floats, tuple[Ints, Ints], tuple[Ints, Ints], Ints, Ints]


def _best(choices: list[_Score]) -> _Score:
    """Return, item by item, the choice that fits best."""
    fitted = np.column_stack([choice[0] for choice in choices])
    best = fitted.argmax(axis=1)

    def pick(values: list[Ints]) -> Ints:
        chosen: Ints = np.column_stack(values)[np.arange(len(best)), best]
        return chosen

    return (
        fitted.max(axis=1, initial=-np.inf),
        (pick([c[1][0] for c in choices]), pick([c[1][1] for c in choices])),
        (pick([c[2][0] for c in choices]), pick([c[2][1] for c in choices])),
        pick([c[3] for c in choices]),
        pick([c[4] for c in choices]),
    )


def _pauses(counts: Counts, total: tuple[Ints, Ints], counted: Bools, late_itself: Bools) -> _Score:
    """Fit a pause of two calendar months, the same in every year, that the item would have been paid in."""
    view, settings = counts.view, counts.view.settings
    shifted = (counts.fallen["due"] - pd.Timedelta(days=_PAUSE_SHIFT)).dt.month.to_numpy() - 1
    customer = counts.fallen["customer"].to_numpy()
    size = len(view.names) * 12
    all_ = np.bincount(customer * 12 + shifted, minlength=size).reshape(-1, 12)
    late = np.bincount(customer * 12 + shifted, counts.fallen["late"].to_numpy(np.float64), size).reshape(-1, 12)
    items = view.items
    mine: Ints = np.asarray((items["due"] - pd.Timedelta(days=_PAUSE_SHIFT)).dt.month, dtype=np.int64) - 1
    who = items["customer"].to_numpy()
    choices: list[_Score] = []
    earlier: Ints = (mine - 1) % 12
    for begin in [mine, earlier]:
        end: Ints = (begin + 1) % 12
        inside_late: Ints = (late[who, begin] + late[who, end]).astype(np.int64) - late_itself
        inside_all: Ints = (all_[who, begin] + all_[who, end]).astype(np.int64) - counted
        inside, outside = (inside_late, inside_all), (total[0] - inside_late, total[1] - inside_all)
        low, high = settings.untroubled_rate, settings.standing_rate
        fitted = _likelihood(*inside, high) + _likelihood(*outside, low)
        choices.append((np.where(inside[1] >= 2, fitted, -np.inf), inside, outside, begin, end))
    return _best(choices)


def found(view: View, fitted: Fit) -> Iterator[Found]:
    """Yield the patterns, each as strong as it is probable; where the customer has no other invoice, none."""
    words = _words(view, fitted)
    seen = fitted.inside["always_late"][1] + fitted.outside["always_late"][1]
    for number, name in enumerate(PATTERNS):
        yield Found(name, fitted.probability[:, number] * seen / (seen + 1), words[name])


def month_words(number: int) -> str:
    """Return a month (year * 12 + month) as text, 2025-03."""
    year, month = divmod(number - 1, 12)
    return f"{year}-{month + 1:02d}"


def _words(view: View, fitted: Fit) -> dict[str, Callable[[int], Message]]:
    def numbers(name: str, row: int) -> dict[str, object]:
        late, all_ = fitted.inside[name]
        late_else, all_else = fitted.outside[name]
        return {
            "customer": view.called(row), "late": int(late[row]), "all": int(all_[row]),
            "late_else": int(late_else[row]), "all_else": int(all_else[row]),
            "since": month_words(int(fitted.since[name][row])), "until": month_words(int(fitted.until[name][row])),
        }  # fmt: skip

    def on_time(row: int) -> Message:
        return Message(
            "{customer} pays on time otherwise: {late} of {all} other invoices were late",
            **numbers("on_time_otherwise", row),
        )

    def now_and_then(row: int) -> Message:
        return Message(
            "{customer} is late now and then: {late} of {all} other invoices", **numbers("late_now_and_then", row)
        )

    def always(row: int) -> Message:
        return Message(
            "{customer} is late as a rule: {late} of {all} other invoices, all along", **numbers("always_late", row)
        )

    def since(row: int) -> Message:
        return Message(
            "{customer} is late since {since}: {late} of {all} other invoices; before, {late_else} of {all_else}",
            **numbers("late_since", row),
        )

    def slowed(row: int) -> Message:
        return Message(
            "{customer} slowed against its own past: of what fell due from {since} to {until} {late} of {all} other "
            "invoices were late; else, {late_else} of {all_else}",
            **numbers("slowed", row),
        )

    def pause(row: int) -> Message:
        begin, end = int(fitted.since["yearly_pause"][row]), int(fitted.until["yearly_pause"][row])
        return Message(
            "{customer} does not pay in the same two months of every year ({begin} and {end}): {late} of {all} other "
            "invoices of those months were late; else, {late_else} of {all_else}",
            begin=f"{begin + 1:02d}",
            end=f"{end + 1:02d}",
            **numbers("yearly_pause", row),
        )

    return dict(zip(PATTERNS, (on_time, now_and_then, always, since, slowed, pause), strict=True))
