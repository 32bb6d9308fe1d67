"""The ways to an allowance: which rates a date has, and what they make of the base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar, cast

import numpy as np

from arkit.errors import ArkitError, choose, together
from arkit.frames import month_number, month_of
from arkit.measures.allowance.base import Ints
from arkit.measures.allowance.history import Found, History
from arkit.measures.allowance.scenarios import Millionths, Scenario, millionths, share, weighted
from arkit.messages import Message

Method = Literal[
    "loss_rates", "roll_rates", "aging", "percentage_of_balance", "percentage_of_sales", "individual", "direct"
]
Rates = float | Sequence[float] | Mapping[str | tuple[str, ...], float | Sequence[float]] | None

V = TypeVar("V")
USUAL = {"days": (30, 60, 90, 180, 360), "years": (1, 2, 3), "fiscal_years": (1, 2, 3)}
"""Finer than an ageing in its tail: there the losses are, and young and old claims in one bucket blur its rate."""
OWN_PAST = ("loss_rates", "roll_rates")
GIVEN = ("aging", "percentage_of_balance", "percentage_of_sales")
MONTHS = {"loss_rates": 36, "roll_rates": 12}
"""Month-ends of history that a method takes where the caller names none."""

SOURCES: dict[str, Message] = {
    "loss_rates": Message("IFRS 9 B5.5.35 and B5.5.52, CAS 22 (portfolios): own history of losses by age"),
    "roll_rates": Message("Migration to loss under CAS 22 and IFRS 9 B5.5.35; OCC Comptroller's Handbook, roll rates"),
    "aging": Message("IFRS 9 Illustrative Example 12; ASC 326-20-55 Example 5; textbooks: ageing method, given rates"),
    "percentage_of_balance": Message("textbooks: percentage of the balance, one given rate"),
    "percentage_of_sales": Message("textbooks: percentage of credit sales, which gives the charge and not the balance"),
    "individual": Message("textbooks: item by item; CAS 22: individually assessed"),
    "direct": Message("direct write-off of small firms: no allowance; the charge is what is written off"),
}


@dataclass(frozen=True)
class Line:
    """One row of the matrix: minor units and millionths; None where not defined."""

    base: int
    rate: Millionths
    expected: Millionths
    allowance: int | None


@dataclass(frozen=True)
class Way:
    """A method with its settings, checked.

    Parameters
    ----------
    method, months, follow, last_rate
        As for :func:`arkit.provision`.
    given
        Rates by segment and bucket, or None.
    scenarios
        What lies ahead.
    """

    method: Method
    months: int
    follow: int
    last_rate: float | None
    given: Rates
    scenarios: tuple[Scenario, ...]

    def __post_init__(self) -> None:
        """Refuse settings that do not belong to the method, all at once."""
        choose("method", self.method, Method)
        together(self._own_or_given, self._last, self._months)

    def _own_or_given(self) -> None:
        if (self.given is not None) != (self.method in GIVEN):
            said = (
                Message("needs given rates")
                if self.method in GIVEN
                else Message("takes no rates: it finds its own or none")
            )
            raise ArkitError(Message("method {method} {said}", method=self.method, said=said))

    def _last(self) -> None:
        if self.last_rate is not None and (self.method != "roll_rates" or not 0 <= self.last_rate <= 1):
            raise ArkitError(Message("last_rate is a share from 0 to 1 and belongs to method roll_rates"))

    def _months(self) -> None:
        if self.months < 1 or self.follow < 1:
            raise ArkitError(
                Message(
                    "months and follow must be 1 or more; got {months} and {follow}",
                    months=self.months,
                    follow=self.follow,
                )
            )

    @property
    def whole(self) -> bool:
        """Whether the base is one amount, whatever its age."""
        return self.method == "percentage_of_balance"

    @property
    def has_matrix(self) -> bool:
        """Whether the allowance is a rate of the base."""
        return self.method in (*OWN_PAST, "aging", "percentage_of_balance")

    def rates(self, history: History, month: int) -> Found:
        """Return the rates of a month, with what was known at its end (of the last complete month)."""
        known = min(month, history.last)
        if self.method == "loss_rates":
            return history.loss_rates(known, self.months, self.follow)
        if self.method == "roll_rates":
            return history.roll_rates(known, self.months, self.last_rate)
        width = 1 if self.whole else history.bases.buckets
        table = np.array([_given(self.given, group, width) for group in history.groups], dtype=float)
        return Found(table.reshape(-1, width), {}, np.zeros(len(history.groups)))

    def lines(self, base: Ints, found: Found) -> list[list[Line]]:
        """Return the matrix of a base, segment by segment."""
        if self.whole:
            base = base.sum(axis=1, keepdims=True)
        made = []
        for amounts, rates in zip(base.tolist(), found.rate.tolist(), strict=True):
            historic = [millionths(rate) for rate in rates]
            expected = [weighted(rate, self.scenarios) for rate in historic]
            made.append([Line(a, h, e, share(a, e)) for a, h, e in zip(amounts, historic, expected, strict=True)])
        return made

    def allowance(self, history: History, month: int) -> list[int | None]:
        """Return the collective allowance of each segment at a month's end, as it would have been made then."""
        date = history.as_of if month >= month_number(history.as_of) else month_of(month)
        lines = self.lines(history.bases.at(date), self.rates(history, month))
        return [added([line.allowance for line in row]) for row in lines]


def added(parts: Sequence[int | None]) -> int | None:
    """Return the sum of amounts, None where one of them is not defined."""
    return None if None in parts else sum(cast(Sequence[int], parts))


def one_rate(given: Rates, group: tuple[str, ...]) -> float:
    """Return the one rate of a segment."""
    return _given(given, group, 1)[0]


def of_segment(given: Mapping[str | tuple[str, ...], V], group: tuple[str, ...]) -> V | None:
    """Return what a mapping holds for a segment, keyed as the rows of the matrix are, or without the currency."""
    keys: list[str | tuple[str, ...]] = [group, group[1:], group[-1], group[0]]
    return next((given[key] for key in keys if key in given), None)


def _given(given: Rates, group: tuple[str, ...], width: int) -> list[float]:
    """Return the rates of a segment."""
    if isinstance(given, Mapping):
        known, name = "; ".join(map(str, given)), ", ".join(group)
        given = of_segment(given, group)
        if given is None:
            raise ArkitError(Message("rates= lacks the segment {group}; given are: {given}", group=name, given=known))
    rates = [float(given)] if isinstance(given, int | float) else [float(rate) for rate in cast(Sequence[float], given)]
    if len(rates) != width:
        raise ArkitError(
            Message("{n} rate(s) are needed, one for each age; got {got}", n=width, got=", ".join(map(str, rates)))
        )
    wrong = [rate for rate in rates if not 0 <= rate <= 1]
    if wrong:
        raise ArkitError(
            Message("a rate is a share from 0 to 1 (0.05 for 5 %); got {got}", got=", ".join(map(str, wrong)))
        )
    return rates


def from_first_year(given: Rates, ages: int, basis: str, unit: str) -> Rates:
    """Return given rates with one for what is not due, which is nothing where ages count years of the document date.

    Examples
    --------
    >>> from_first_year([0.05, 0.2, 1], 4, "document", "years"), from_first_year([0.05, 0.2], 4, "due", "years")
    ([0.0, 0.05, 0.2, 1], [0.05, 0.2])
    """
    if basis != "document" or unit == "days" or given is None or isinstance(given, int | float):
        return given
    if isinstance(given, Mapping):
        return {key: cast(Sequence[float], from_first_year(rates, ages, basis, unit)) for key, rates in given.items()}
    return [0.0, *given] if len(given) == ages - 1 else given


def check_rates(method: str, given: Rates, ages: int) -> None:
    """Refuse given rates that do not fit the ages, before a ledger is looked at.

    Raises
    ------
    ArkitError
        For too few, too many, or what is no share.
    """
    if given is None or method not in GIVEN:
        return
    width = ages if method == "aging" else 1
    for rates in given.values() if isinstance(given, Mapping) else (given,):
        _given(rates, (), width)
