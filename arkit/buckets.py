"""How open amounts are sorted by age: the conventions of an ageing, and the sorting itself.

Dates are compared with cut-off dates, never subtracted: engines do not agree on what a difference of dates is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from arkit.errors import ArkitError, choose
from arkit.frames import Frame, added, moment
from arkit.messages import Message
from arkit.money import major

Basis = Literal["due", "document"]
Credits = Literal["separate", "by_age"]
Bills = Literal["with", "without"]
Unit = Literal["days", "years", "fiscal_years"]
USUAL: dict[str, tuple[int, ...]] = {"days": (30, 60, 90), "years": (1, 2, 3), "fiscal_years": (1, 2, 3)}
"""The limits of an ageing unless others are given."""


def limits_of(
    buckets: Sequence[int] | None, unit: Unit, usual: Mapping[str, tuple[int, ...]] = USUAL
) -> tuple[int, ...]:
    """Return limits as given, or the usual ones of a unit.

    Examples
    --------
    >>> limits_of(None, "years"), limits_of((1, 5), "years")
    ((1, 2, 3), (1, 5))
    """
    choose("unit", unit, Unit)
    return usual[unit] if buckets is None else tuple(buckets)


@dataclass(frozen=True)
class Buckets:
    """The conventions of an ageing, checked.

    Parameters
    ----------
    limits
        Upper limits, inclusive, ascending; 0 days late is not due, and the last bucket has no limit.
    basis
        Days count from the ``due`` or from the ``document`` date.
    credits
        Credit notes, payments and refunds ``separate`` in a column, or ``by_age`` among the rest by their own date.
    bills
        Acceptance bills in hand counted, or not.
    unit
        What the limits count: ``days``; ``years`` by anniversary (1年以内: up to the same day of the next year); or
        ``fiscal_years``, the accounting periods that a claim has been carried across (1年以内: of the current one).
    year_start
        The month in which an accounting period begins.
    """

    limits: tuple[int, ...] = (30, 60, 90)
    basis: Basis = "due"
    credits: Credits = "separate"
    bills: Bills = "with"
    unit: Unit = "days"
    year_start: int = 1

    def __post_init__(self) -> None:
        """Refuse what is no convention."""
        choose("basis", self.basis, Basis)
        choose("credits", self.credits, Credits)
        choose("bills", self.bills, Bills)
        choose("unit", self.unit, Unit)
        limits = self.limits
        if not limits or limits[0] < 1 or any(more <= less for less, more in pairwise(limits)):
            such = Message("days such as (30, 60, 90)") if self.unit == "days" else Message("years such as (1, 2, 3)")
            raise ArkitError(
                Message("buckets must be ascending numbers of {such}, got {got}", such=such, got=repr(limits))
            )
        if self.year_start not in range(1, 13):
            msg = f"year_start must be a month from 1 to 12, got {self.year_start!r}"
            raise ArkitError(msg)

    @property
    def names(self) -> list[str]:
        """The columns of the ageing but for the total.

        Examples
        --------
        >>> Buckets((30, 60)).names
        ['not_due', 'd1_30', 'd31_60', 'over_60', 'unapplied']
        >>> Buckets((1, 2, 3), unit="years").names
        ['not_due', 'y0_1', 'y1_2', 'y2_3', 'over_3y', 'unapplied']
        """
        spans = list(zip([0, *self.limits[:-1]], self.limits, strict=True))
        apart = ["unapplied"] if self.credits == "separate" else []
        if self.unit == "days":
            return ["not_due", *(f"d{low + 1}_{high}" for low, high in spans), f"over_{self.limits[-1]}", *apart]
        return ["not_due", *(f"y{low}_{high}" for low, high in spans), f"over_{self.limits[-1]}y", *apart]

    @property
    def conventions(self) -> dict[str, object]:
        """What an output has to name."""
        limits = ", ".join(map(str, self.limits))
        told: dict[str, object] = {"basis": self.basis, "buckets": limits, "credits": self.credits, "bills": self.bills}
        if self.unit != "days":
            told["unit"] = self.unit
        return told if self.unit != "fiscal_years" else {**told, "year_start": self.year_start}

    def cut_offs(self, as_of: dt.date) -> list[dt.date]:
        """Return, for 0 and each limit, the date before which a claim is older, latest first.

        Examples
        --------
        >>> rules = Buckets((1, 2), unit="fiscal_years", year_start=4)
        >>> [str(date) for date in rules.cut_offs(dt.date(2026, 2, 28))]
        ['2026-02-28', '2025-04-01', '2024-04-01']
        """
        if self.unit == "days":
            return [as_of - dt.timedelta(days=days) for days in (0, *self.limits)]
        # a document of today is in its first year; a due date of today is not late
        newest = as_of if self.basis == "due" else as_of + dt.timedelta(days=1)
        if self.unit == "years":
            return [newest, *(_years_before(as_of, years) for years in self.limits)]
        begins = as_of.year - (as_of.month < self.year_start)
        return [newest, *(dt.date(begins - years + 1, self.year_start, 1) for years in self.limits)]

    def at(self, date: dt.date, aged_from: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the bucket at a date of claims that age from some days (since 1970-01-01); 0 is not due.

        Examples
        --------
        >>> Buckets((30, 60)).at(dt.date(1970, 3, 2), np.array([60, 59, 30, 29, 0]))
        array([0, 1, 1, 2, 2])
        """
        ascending = np.array(self.cut_offs(date)[::-1], dtype="datetime64[D]").astype("int64")
        older: npt.NDArray[np.int64] = len(ascending) - np.searchsorted(ascending, aged_from, side="right")
        return older

    @property
    def reads(self) -> list[str]:
        """The columns of entries that sorting reads, besides the keys."""
        return ["minor", "claim", *(["kind"] if self.bills == "without" else []), self._aged]

    @property
    def _aged(self) -> str:
        return "due" if self.basis == "due" else "date"

    def sort(self, open_entries: Frame, as_of: dt.date, keys: Sequence[str]) -> pd.DataFrame:
        """Add the entries of what is open up by age and group.

        Parameters
        ----------
        open_entries
            As :meth:`arkit.Ledger.movements` gives them.
        as_of
            The date that age counts to.
        keys
            Columns to group by; the first is ``currency``.

        Returns
        -------
        pandas.DataFrame
            Index ``keys``; columns ``names`` and ``total``, major units. Groups without anything open are left out.
        """
        if self.bills == "without":
            open_entries = open_entries.filter(nw.col("kind") != "bill")
        aged, what = self._aged, "claim" if self.credits == "separate" else "minor"
        cut_offs = {f"older_{i}": date for i, date in enumerate(self.cut_offs(as_of))}
        flags = {name: (nw.col(aged) < moment(open_entries, at)).cast(nw.Int64) for name, at in cut_offs.items()}
        amounts = open_entries.select(*keys, "minor", "claim", *((nw.col(what) * f).alias(n) for n, f in flags.items()))
        sums = added(amounts, keys, ["minor", "claim", *flags])
        # what lies between two cut-off dates is what was due before one, less what was due before the next
        before = sums[[what, *flags]].to_numpy(dtype="int64")
        parts = [before[:, :-1] - before[:, 1:], before[:, -1]]
        if self.credits == "separate":
            parts.append(sums["minor"].to_numpy(dtype="int64") - before[:, 0])
        between = np.column_stack(parts)
        there = np.asarray(between.any(axis=1)) | (len(keys) == 1)
        groups = [sums[key][there] for key in keys]
        index = pd.MultiIndex.from_arrays(groups) if len(keys) > 1 else pd.Index(groups[0])
        return with_total(pd.DataFrame(between[there], columns=self.names, index=index).sort_index())


def _years_before(date: dt.date, years: int) -> dt.date:
    """Return the same day some years before; of 29 February 1 March where there is none: the 28th is a year ago."""
    try:
        return date.replace(year=date.year - years)
    except ValueError:
        return dt.date(date.year - years, 3, 1)


def with_total(minor: pd.DataFrame) -> pd.DataFrame:
    """Return whole minor units, with their total, as major units."""
    minor = minor.assign(total=minor.sum(axis=1))
    return major(minor, minor.index.get_level_values("currency"))
