"""What a scenario is made of: texts, conditions, chances and effects; all of them data, none of them evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from arkit.diagnosis.causes.families import Strict, Worded

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Whole = Annotated[int, Field(strict=True)]
"""A whole number; neither ``yes`` nor a text that looks like one."""
Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Level = Literal["low", "medium", "high"]
Mark = Literal["preparation", "opening", "diagnosis", "concession", "commitment", "conduct", "record"]
"""What the rubric looks at beside the money."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class Text(Strict):
    """What a person reads, in both languages; it holds no condition and no field."""

    en: Words
    zh: Words

    @property
    def words(self) -> Worded:
        """The text, in either language."""
        return Worded(self.en, self.zh)


class Band(Strict):
    """A range of a state variable, both ends included; an end that is left out is open."""

    at_least: Whole | None = None
    at_most: Whole | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.at_least is None and self.at_most is None:
            msg = "a band needs at_least, at_most or both"
            raise ValueError(msg)
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            msg = f"at_least {self.at_least} is above at_most {self.at_most}: nothing is in the band"
            raise ValueError(msg)
        return self

    def holds(self, value: int) -> bool:
        """Tell whether a value is in the band."""
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


When = dict[Key, Band]
"""State variable -> band; all of them must hold, and an empty one always does."""


def holds(when: When, values: Mapping[str, int]) -> bool:
    """Tell whether a condition on the state holds.

    Examples
    --------
    >>> holds({"trust": Band(at_least=40)}, {"trust": 40})
    True
    """
    return all(band.holds(values[name]) for name, band in when.items())


class Guarded(Strict):
    """Something that applies in some states and for some hidden reasons; with neither given, always.

    Parameters
    ----------
    when
        Condition on the state variables, which the player may infer.
    reasons
        Hidden reasons for which it applies; empty: for each.
    """

    when: When = Field(default_factory=dict)
    reasons: tuple[Key, ...] = ()

    def applies(self, values: Mapping[str, int], reason: str) -> bool:
        """Tell whether it applies in a state, for a hidden reason."""
        return (not self.reasons or reason in self.reasons) and holds(self.when, values)

    @property
    def always(self) -> bool:
        """Whether it applies in every state and for every reason."""
        return not self.reasons and not self.when


class Case(Guarded):
    """One case of a probability (0-1)."""

    p: Share


def _cases(given: Any) -> Any:  # noqa: ANN401 (a number or a list, as it stands in the file)
    plain = isinstance(given, int | float) and not isinstance(given, bool)
    return ({"p": given},) if plain else given


def _ends_in_a_case_for_all(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    if not cases or not cases[-1].always:
        msg = "the last case must hold always: give it p alone, without when or reasons"
        raise ValueError(msg)
    return cases


Chance = Annotated[
    tuple[Case, ...],
    AfterValidator(_ends_in_a_case_for_all),
    BeforeValidator(_cases, json_schema_input_type=float | tuple[Case, ...]),
]
"""A probability: a number, or cases of which the first that applies counts."""


def chance(cases: tuple[Case, ...], values: Mapping[str, int], reason: str) -> float:
    """Return the probability in a state, for a hidden reason: that of the first case that applies."""
    return next(case.p for case in cases if case.applies(values, reason))


Effects = dict[Key, Whole]
"""State variable -> what is added to it; the sum is held within the variable's bounds."""
