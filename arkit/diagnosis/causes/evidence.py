"""Pieces of evidence: a table of what each speaks for and how strongly (``evidence.yaml``), and what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from arkit.diagnosis.causes.families import Key, Strict, parsed
from arkit.messages import Message

Nature = Literal["rule", "statistic", "contact"]


class Evidence(Strict):
    """One piece of evidence.

    Parameters
    ----------
    nature
        ``rule``: the papers say so; ``statistic``: a comparison; ``contact``: what was noted in talking.
    points
        By family, what it adds at full strength: natural log-odds, 2.3 is ten to one, negative speaks against.
    en, zh
        Why it speaks for that.
    """

    nature: Nature
    points: dict[Key, float] = Field(min_length=1)
    en: str
    zh: str


class Settings(Strict):
    """Thresholds; what each means stands beside it in ``evidence.yaml``."""

    grace_days: int
    unknown_points: float
    least_confidence: float
    least_points: float
    floor_share: float
    invoiced_late_days: int
    policy_days: int
    stretched_days: int
    month_end_days: int
    large_order: float
    covered: float
    contact_days: int
    silent_days: int
    long_delay_days: int
    short_delay_days: int
    steady_days: int
    pay_day_window: int
    untroubled_rate: float
    sometimes_rate: float
    standing_rate: float
    episode_months: int
    shrink: float
    slump_customers: int


class Table(Strict):
    """The whole data file."""

    settings: Settings
    evidence: dict[str, Evidence]


@cache
def table() -> Table:
    """Return the table that the product comes with."""
    text = files("arkit.diagnosis.causes").joinpath("evidence.yaml").read_text(encoding="utf-8")
    return Table.model_validate(parsed(text))


@dataclass(frozen=True, eq=False)
class Found:
    """What one piece of evidence says of each overdue item.

    Parameters
    ----------
    key
        Its row in the table.
    strength
        By overdue item: 0 not there, 1 as strong as the table says; a statistic may lie between.
    say
        The words for an item, by its place: which documents, dates, contacts, comparisons.
    """

    key: str
    strength: NDArray[np.float64]
    say: Callable[[int], Message]


def there(key: str, mask: NDArray[np.bool_], say: Callable[[int], Message]) -> Found:
    """Return evidence that is either there or not."""
    return Found(key, mask.astype(np.float64), say)
