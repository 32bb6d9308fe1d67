"""What the parts of a scenario are called in words: conditions, chances, levels, money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from arkit.text import N_, UNDEFINED, Text
from arkit.training import parts
from arkit.training.model import Scenario
from arkit.training.parts import Band, Case, When
from arkit.training.survey import Spot, span

PLAYERS = {
    "random": N_("at random"),
    "soft": N_("always the softest"),
    "hard": N_("always the hardest"),
    "best": N_("best play"),
}
SEVERITIES = {"error": N_("error"), "warning": N_("warning")}


@dataclass(frozen=True)
class Wording:
    """The words for one scenario in one language."""

    scenario: Scenario
    text: Text

    def of(self, text: parts.Text) -> str:
        """Return a text of the scenario."""
        return text.zh if self.text.lang == "zh" else text.en

    def one(self, words: Mapping[str, str], key: str) -> str:
        """Return the word for one of a closed set."""
        return self.text.say(words[key])

    def joined(self, told: Iterable[str]) -> str:
        """Return parts of a list with the semicolon of the language."""
        return ("；" if self.text.lang == "zh" else "; ").join(told)

    @cached_property
    def currency(self) -> str:
        """The account's currency."""
        return self.scenario.account.currency

    def money(self, value: float | None) -> str:
        """Return an amount in whole major units, with its code."""
        return UNDEFINED if value is None else f"{self.currency}\N{NO-BREAK SPACE}{self.text.number(value)}"

    def short(self, value: float | None) -> str:
        """Return an amount that fits a box."""
        if value is None or abs(value) < 1e6:
            return self.money(value)
        return self.text.short_money(value, self.currency)

    def worth(self, spot: Spot) -> str:
        """Return the value of a node; in brackets that of random play, where best play never comes."""
        if spot.value is None and spot.at_random is not None:
            return f"({self.short(spot.at_random)})"
        return self.short(spot.value)

    def share(self, share: float | None) -> str:
        """Return a share (0-1) in whole per cent, or with a decimal where that would hide it."""
        if share is None:
            return UNDEFINED
        near_an_end = 0 < share < 0.01 or 0.99 < share < 1
        return self.text.percent(share, 1 if near_an_end and 0.0005 <= share < 0.9995 else 0)

    def often(self, times: float) -> str:
        """Return how often something happens in a play: in per cent, or as a number where it is more than once."""
        return self.share(times) if times < 1.0005 else f"\N{MULTIPLICATION SIGN}{self.text.number(times, 2)}"

    def owed(self, value: float | None) -> str:
        """Return a value as a share of what is owed."""
        return self.text.percent(None if value is None else value / float(self.scenario.account.total))

    def range(self, low: float, high: float) -> str:
        """Return one share, or the two ends of a range."""
        return self.share(low) if low == high else f"{self.share(low)}\N{EN DASH}{self.share(high)}"

    def chances(self, cases: Sequence[Case]) -> str:
        """Return a probability by hidden reason, ranges over the states; one number where it is the same for all."""
        spans = {key: span(cases, key) for key in self.scenario.reasons}
        if len(set(spans.values())) == 1:
            return self.range(*next(iter(spans.values())))
        told = [f"{self.range(*ends)} {self.reason(key)}" for key, ends in spans.items()]
        return self.joined(told)

    def reason(self, key: str) -> str:
        """Return the title of a hidden reason."""
        return self.of(self.scenario.reasons[key].title)

    def condition(self, when: When, reasons: Sequence[str] = ()) -> str:
        """Return a condition in words; nothing for one that always holds."""
        told = [self._band(self.of(self.scenario.variables[name].title), band) for name, band in when.items()]
        if reasons:
            named = [self.reason(key) for key in reasons]
            told.append(self.text.say("the reason is: {reasons}", reasons=" / ".join(named)))
        return self.joined(told)

    def _band(self, name: str, band: Band) -> str:
        low, high = band.at_least, band.at_most
        if low is None:
            return self.text.say("{name} at most {high}", name=name, high=high)
        if high is None:
            return self.text.say("{name} at least {low}", name=name, low=low)
        return self.text.say("{name} {low} to {high}", name=name, low=low, high=high)

    def effects(self, effects: Mapping[str, int]) -> str:
        """Return what is added to the state."""
        told = (f"{self.of(self.scenario.variables[name].title)} {by:+d}" for name, by in effects.items())
        return self.joined(told).replace("-", "\N{MINUS SIGN}")
