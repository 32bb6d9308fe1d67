"""Ages between which claims roll: the buckets of an ageing, or years of age of which what is not late is the first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arkit.buckets import Basis, Buckets
from arkit.errors import ArkitError

Limits = Sequence[int] | str
"""Numbers of days, or the word ``years``: 1年以内, 1–2年, 2–3年, 3年以上."""


@dataclass(frozen=True)
class Ages:
    """The buckets of an age, youngest first; credits are no claims and have none."""

    rules: Buckets

    @classmethod
    def of(cls, buckets: Limits, basis: Basis) -> Ages:
        """Check limits in days or the word ``years``.

        Raises
        ------
        ArkitError
            For limits that do not ascend, or another word.
        """
        if buckets == "years":
            return cls(Buckets((1, 2, 3), basis, "by_age", unit="years"))
        if isinstance(buckets, str):
            msg = f"buckets must be numbers of days such as (30, 60, 90), or 'years'; got {buckets!r}"
            raise ArkitError(msg)
        return cls(Buckets(tuple(buckets), basis, "by_age"))

    @property
    def _first(self) -> int:
        """The bucket that is the youngest: in years, what is not late yet is in the first year."""
        return 0 if self.rules.unit == "days" else 1

    @property
    def names(self) -> tuple[str, ...]:
        """What the buckets are called in a frame."""
        return tuple(self.rules.names[self._first :])

    @property
    def said(self) -> str:
        """What an output has to name."""
        return "years" if self._first else ", ".join(map(str, self.rules.limits))

    @property
    def step(self) -> int:
        """How many months lie between two positions unless it is said: a month for days, a year for years."""
        return 12 if self._first else 1

    def at(self, date: dt.date, aged_from: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the bucket at a date of claims that age from some days (since 1970-01-01)."""
        return np.maximum(self.rules.at(date, aged_from) - self._first, 0)
