"""The collection timetable 催收时间表 as data: read from ``timetable.yaml`` and held to account."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from arkit.diagnosis.causes.families import UNKNOWN, Key, Strict, Worded, keys, parsed

Channel = Literal["reminder", "call", "letter", "visit", "legal", "agency"]
Stage = Literal["warning", "collection", "resolution"]
Share = Annotated[float, Field(ge=0, le=1)]


class Way(Strict):
    """A channel: what it costs, in calls, and the countries where it is not lawful."""

    key: Channel
    effort: Annotated[float, Field(gt=0)]
    en: str
    zh: str
    banned_in: tuple[str, ...] = ()

    @property
    def words(self) -> Worded:
        """The channel in both languages."""
        return Worded(self.en, self.zh)


class Talk(Strict):
    """What to open with and what to have at hand, in both languages."""

    opening_en: str
    opening_zh: str
    papers_en: tuple[str, ...]
    papers_zh: tuple[str, ...]

    @model_validator(mode="after")
    def _paired(self) -> Self:
        if len(self.papers_en) != len(self.papers_zh):
            msg = f"papers_en has {len(self.papers_en)} entries and papers_zh {len(self.papers_zh)}: give both for each"
            raise ValueError(msg)
        return self

    @property
    def opening(self) -> Worded:
        """The first sentence."""
        return Worded(self.opening_en, self.opening_zh)

    @property
    def papers(self) -> tuple[Worded, ...]:
        """The papers to have at hand."""
        return tuple(Worded(en, zh) for en, zh in zip(self.papers_en, self.papers_zh, strict=True))


class Step(Talk):
    """A step: from which day past due, at which stage, through which channels, and by whom."""

    stage: Stage
    from_day: int
    usual: Channel
    channels: tuple[Channel, ...]
    who_en: str
    who_zh: str

    @property
    def who(self) -> Worded:
        """Who does it."""
        return Worded(self.who_en, self.who_zh)


class Answer(Talk):
    """What a contact does where a cause is at work, and what we do ourselves first."""

    chance: dict[Channel, Share]
    escalate: bool = False
    ours_en: str = ""
    ours_zh: str = ""

    @property
    def ours(self) -> Worded | None:
        """Our own homework; None where there is none."""
        return Worded(self.ours_en, self.ours_zh) if self.ours_en else None


class Urgency(Strict):
    """Factors by early-warning level, and after a broken promise."""

    routine: float
    watch: float
    warning: float
    alarm: float
    broken_promise: float


class Timetable(Strict):
    """The whole file."""

    rest_days: Annotated[int, Field(ge=1)]
    horizon_days: Annotated[int, Field(ge=7)]
    again: Share
    pending: Share
    fade: tuple[tuple[int, Share], ...]
    urgency: Urgency
    channels: tuple[Way, ...]
    steps: tuple[Step, ...]
    causes: dict[Key | Literal["unknown"], Answer]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        ways = {way.key for way in self.channels}
        if missing := [key for key in (*keys(), UNKNOWN) if key not in self.causes]:
            msg = f"causes lacks {', '.join(missing)}"
            raise ValueError(msg)
        if any(a.from_day >= b.from_day for a, b in pairwise(self.steps)):
            msg = "steps must be in the order of from_day"
            raise ValueError(msg)
        for step in self.steps:
            if not {step.usual, *step.channels} <= ways:
                msg = f"the step from day {step.from_day} uses a channel that channels does not describe"
                raise ValueError(msg)
            if step.usual not in step.channels:
                msg = f"the step from day {step.from_day} has the usual channel {step.usual}, which it does not allow"
                raise ValueError(msg)
        for cause, answer in self.causes.items():
            if lacking := ways - answer.chance.keys():
                msg = f"cause {cause} gives no chance for {', '.join(sorted(lacking))}"
                raise ValueError(msg)
        if not any(set(step.channels) - self.barred("CN") for step in self.steps):
            msg = "no step has a channel that is lawful in China"
            raise ValueError(msg)
        return self

    def barred(self, country: str) -> set[str]:
        """Return the channels that are not lawful in a country (ISO 3166, two letters)."""
        return {way.key for way in self.channels if country in way.banned_in}

    def step_of(self, late_days: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the place of the step that is reached; -1 before the first."""
        starts = np.array([step.from_day for step in self.steps])
        return np.searchsorted(starts, late_days, side="right") - 1

    def collectable(self, late_days: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the share still collectable at so many days past due."""
        days, shares = zip(*self.fade, strict=True)
        return np.asarray(np.interp(late_days, days, shares), dtype=np.float64)


def read_timetable(path: str | Path) -> Timetable:
    """Read a firm's own timetable; pydantic's ValidationError names each entry that is wrong."""
    return Timetable.model_validate(parsed(Path(path).read_text(encoding="utf-8")))


@cache
def timetable() -> Timetable:
    """Return the timetable that the product comes with."""
    text = files("arkit.collecting").joinpath("timetable.yaml").read_text(encoding="utf-8")
    return Timetable.model_validate(parsed(text))
