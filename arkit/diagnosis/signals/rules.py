"""Signals and early-warning levels as data: ``signals.yaml`` and ``levels.yaml``, which a firm edits."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, Self

from pydantic import Field, model_validator

from arkit.diagnosis.causes.families import Strict, Worded, parsed
from arkit.diagnosis.signals.look import Look, Measured

Topic = Literal["paying", "contact", "papers", "exposure", "standing"]
Measure = Callable[..., Measured]


@dataclass(frozen=True)
class Registered:
    """A signal's function and what it must find in a ledger."""

    measure: Measure
    needs: tuple[str, ...]


REGISTRY: dict[str, Registered] = {}
"""The functions by key, in the order of their definition."""


def signal(*needs: str) -> Callable[[Measure], Measure]:
    """Register the function of a signal under its name.

    Parameters
    ----------
    needs
        What the ledger must hold: ``history`` (settled items), a table, or ``table:column``.
    """

    def register(measure: Measure) -> Measure:
        REGISTRY[measure.__name__] = Registered(measure=measure, needs=needs)
        return measure

    return register


class Rule(Strict):
    """One signal in the data file.

    Parameters
    ----------
    topic
        What it is about.
    points, severe_points
        What it adds to the score when it fires, and when it is severe.
    settings
        Thresholds: exactly the keyword arguments of the signal's function.
    en, zh
        Its name.
    definition_en, definition_zh
        When it fires, with the settings as ``{fields}``.
    """

    topic: Topic
    points: int = Field(ge=0, le=100)
    severe_points: int = Field(ge=0, le=100)
    settings: dict[str, float]
    en: str
    zh: str
    definition_en: str
    definition_zh: str

    @property
    def words(self) -> Worded:
        """The name in both languages."""
        return Worded(self.en, self.zh)

    @property
    def definition(self) -> Worded:
        """The definition with its thresholds, in both languages."""
        return Worded(self.definition_en.format(**self.settings), self.definition_zh.format(**self.settings))

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.severe_points < self.points:
            msg = f"severe_points must not be below points ({self.points}); got {self.severe_points}"
            raise ValueError(msg)
        return self

    def measure(self, key: str, look: Look) -> Measured:
        """Measure the signal with the thresholds of this rule."""
        return REGISTRY[key].measure(look, **self.settings)


class Level(Strict):
    """One early-warning level 预警等级.

    Parameters
    ----------
    key
        As the results name it.
    stage
        Stage of follow-up: none, warning 预警, collection 催收, resolution 解决.
    from_points
        The least score.
    at_once
        Signals that lift a customer to this level whatever the score.
    within_days
        In how many days somebody must have looked.
    en, zh
        Its name.
    who_en, who_zh
        Who looks.
    triggers_en, triggers_zh
        What it sets going.
    """

    key: str
    stage: Literal["none", "warning", "collection", "resolution"]
    from_points: int
    at_once: tuple[str, ...] = ()
    within_days: int
    en: str
    zh: str
    who_en: str
    who_zh: str
    triggers_en: tuple[str, ...]
    triggers_zh: tuple[str, ...]

    @property
    def words(self) -> Worded:
        """The name in both languages."""
        return Worded(self.en, self.zh)

    @property
    def who(self) -> Worded:
        """Who looks, in both languages."""
        return Worded(self.who_en, self.who_zh)

    @property
    def triggers(self) -> tuple[Worded, ...]:
        """What the level sets going, in both languages."""
        return tuple(Worded(en, zh) for en, zh in zip(self.triggers_en, self.triggers_zh, strict=True))


class Table(Strict):
    """Both data files: ``rules`` by key, ``levels`` from calm to worst."""

    rules: dict[str, Rule]
    levels: tuple[Level, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        unknown = sorted(set(self.rules) - set(REGISTRY))
        if unknown:
            msg = f"no such signals: {', '.join(unknown)}; there are: {', '.join(REGISTRY)}"
            raise ValueError(msg)
        for key, rule in self.rules.items():
            wanted = list(inspect.signature(REGISTRY[key].measure).parameters)[1:]
            if sorted(wanted) != sorted(rule.settings):
                msg = f"the settings of {key} must be {', '.join(wanted)}; got {', '.join(rule.settings)}"
                raise ValueError(msg)
            try:
                rule.definition.to("zh")
            except (KeyError, IndexError) as error:
                msg = f"the definition of {key} names {error}, which is none of its settings: {', '.join(wanted)}"
                raise ValueError(msg) from error
        points = [level.from_points for level in self.levels]
        if points != sorted(points) or points[0] != 0:
            msg = f"from_points must rise from 0 level by level; got {points}"
            raise ValueError(msg)
        missing = sorted({key for level in self.levels for key in level.at_once} - set(self.rules))
        if missing:
            msg = f"at_once names signals that are not in the table: {', '.join(missing)}"
            raise ValueError(msg)
        return self


def read_table(signals: str, levels: str) -> Table:
    """Read the two data files from their text, checked against the functions.

    Raises
    ------
    pydantic.ValidationError
        For an unknown signal, settings that are not the function's, levels out of order, a missing language.
    """
    return Table.model_validate({"rules": parsed(signals), "levels": parsed(levels)})


@cache
def table() -> Table:
    """Return the signals and levels that the product comes with."""
    from arkit.diagnosis.signals import contact, credit_file, exposure, papers, paying  # noqa: F401 (they register)

    here = files("arkit.diagnosis.signals")
    return read_table(*(here.joinpath(f"{name}.yaml").read_text(encoding="utf-8") for name in ("signals", "levels")))
