"""Ages between which claims roll: limits in days, or years counted by anniversary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arkit.buckets import Basis, Buckets
from arkit.errors import ArkitError

Limits = Sequence[int] | str
"""Numbers of days, or the word ``years``."""
YEARS = ("within_1y", "y1_2", "y2_3", "over_3y")
"""1年以内, 1–2年, 2–3年, 3年以上."""


@dataclass(frozen=True)
class Ages:
    """The buckets of an age, youngest first.

    Parameters
    ----------
    limits
        Upper limits in days, inclusive, beginning with 0 (not due); empty: years, counted by anniversary.
    names
        What the buckets are called in a frame.
    """

    limits: tuple[int, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, buckets: Limits, basis: Basis) -> Ages:
        """Check limits in days or the word ``years``.

        Raises
        ------
        ArkitError
            For limits that do not ascend, or another word.
        """
        if isinstance(buckets, str):
            if buckets != "years":
                msg = f"buckets must be numbers of days such as (30, 60, 90), or 'years'; got {buckets!r}"
                raise ArkitError(msg)
            Buckets(basis=basis)
            return cls((), YEARS)
        rules = Buckets(tuple(buckets), basis, "by_age")
        return cls((0, *rules.limits), tuple(rules.names))

    @property
    def said(self) -> str:
        """What an output has to name."""
        return ", ".join(map(str, self.limits[1:])) or "years"

    @property
    def step(self) -> int:
        """How many months lie between two positions unless it is said: a month for days, a year for years."""
        return 1 if self.limits else 12

    def at(self, date: dt.date, aged_from: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the bucket at a date of claims that age from some days (since 1970-01-01)."""
        if self.limits:
            cut_offs = [date - dt.timedelta(days=days) for days in self.limits]
        else:
            cut_offs = [_years_before(date, years) for years in range(1, len(self.names))]
        ascending = np.array(cut_offs[::-1], dtype="datetime64[D]").astype("int64")
        older: npt.NDArray[np.int64] = len(ascending) - np.searchsorted(ascending, aged_from, side="right")
        return older


def _years_before(date: dt.date, years: int) -> dt.date:
    """Return the same day some years before; 1 March for 29 February where there is none: the 28th is a year ago."""
    try:
        return date.replace(year=date.year - years)
    except ValueError:
        return date.replace(year=date.year - years, month=3, day=1)
