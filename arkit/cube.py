"""The entries summed by month: tens of thousands of rows at any ledger size, from which all month-ends come.

A movement is identified by its document's month, the month in which it took effect, the date it ages from, its
document's kind and its event. The position at any month-end, by any bucket limits, is a sum over these rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from arkit.frames import Frame, collect, month_end, month_number, until

KEYS = ("kind", "event", "document_month", "month", "aged_from")


@dataclass(frozen=True)
class Cube:
    """Movements summed by month and group.

    Parameters
    ----------
    frame
        ``currency``, the group's columns, ``kind, event, document_month, month`` (year * 12 + month),
        ``aged_from`` (days since 1970-01-01), ``minor`` and ``tax`` (int64).
    by
        Names of the group's columns.
    entries
        What it was summed from: a date within a month needs it again.
    basis, bills
        The conventions it was summed by.
    results
        What measures computed from this very cube, kept with it.
    """

    frame: pd.DataFrame
    by: tuple[str, ...]
    entries: Frame
    basis: str
    bills: str
    results: dict[Hashable, Any] = field(default_factory=dict)

    @classmethod
    def build(cls, entries: Frame, *, by: Sequence[str], basis: str, bills: str) -> Cube:
        """Sum entries on their own engine."""
        by = tuple(name for name in by if name != "currency")
        if bills == "without":
            entries = entries.filter(nw.col("kind") != "bill")
        return cls(_sum(entries, by, basis), by, entries, basis, bills)

    def until(self, as_of: dt.date) -> Cube:
        """Return the cube of what is in effect at a date; within a month, that month is summed anew."""
        month = month_number(as_of)
        if as_of == month_end(as_of):
            return replace(self, frame=self.frame[self.frame["month"] <= month], results={})
        current = until(self.entries, as_of).filter(nw.col("month") == month)
        before = self.frame[self.frame["month"] < month]
        parts = [before, _sum(current, self.by, self.basis)]
        return replace(self, frame=pd.concat(parts, ignore_index=True), results={})

    @property
    def groups(self) -> list[str]:
        """The columns that make a row of a result: the currency, and the group's."""
        return ["currency", *self.by]


def _sum(entries: Frame, by: tuple[str, ...], basis: str) -> pd.DataFrame:
    aged = "due" if basis == "due" else "date"
    rows = entries.with_columns(nw.col(aged).alias("aged_from"))
    sums = collect(rows.group_by("currency", *by, *KEYS).agg(nw.col("minor").sum(), nw.col("tax").sum()))
    sums["aged_from"] = sums["aged_from"].to_numpy().astype("datetime64[D]").astype("int64")
    return sums.astype({"minor": "int64", "tax": "int64", "month": "int64", "document_month": "int64"})
