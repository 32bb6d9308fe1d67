"""Dates as people write them: the order of day and month comes from the whole column, or the column is refused.

Each distinct text is read once, in every order that it allows; the column, then the table, then the profile decide.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

Order = Literal["dmy", "mdy", "ymd"]
ORDERS: tuple[str, ...] = get_args(Order)
EMPTY = frozenset(
    {"", "-", "--", "/", "null", "none", "nan", "nat", "n/a", "#n/a", "00.00.0000", "0000-00-00", "00000000", "0",
     "1900-01-01", "01/01/1900", "1/1/1900", "01.01.1900", "0001-01-01", "01/01/0001"}
)  # fmt: skip
"""How systems write "no date"."""

FEW = 0.02
"""Share of a column's dates below which those with a day beyond the 12th may be slips, and tell nothing."""
_MANY = 50
_FIRST, _LAST = dt.date(1950, 1, 1), dt.date(2199, 12, 31)
_EPOCH = dt.date(1899, 12, 30)  # day 0 of spreadsheets, whose 1900 has a 29 February
_MONTHS = {
    name: month
    for month, names in enumerate(zip(calendar.month_abbr[1:], calendar.month_name[1:], strict=True), 1)
    for name in (names[0].lower(), names[1].lower())
}
_TIME = r"[T ]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?$"
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})日?)?")
_COMPACT = re.compile(r"((?:19|20|21)\d{2})(\d{2})(\d{2})(?:\.0+)?")
_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_SHORT = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_DAY_NAME = re.compile(r"(\d{1,2})[-/ .]*([A-Za-z]{3,9})[-/ .,]*(\d{4}|\d{2})")
_NAME_DAY = re.compile(r"([A-Za-z]{3,9})[. ]*(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})")
_DESTROYED = re.compile(r"\d{1,2}:\d{2}(\.\d+|:\d{2})?|#+|\d(\.\d+)?E\+?\d+", re.IGNORECASE)

Days = npt.NDArray[np.datetime64]
NAT = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class DateColumn:
    """A date column, its distinct texts read in every possible order.

    Parameters
    ----------
    codes
        Per row the position of its text in ``texts``.
    texts
        The distinct texts.
    certain
        The date of a text that reads one way only, else NaT.
    empty, destroyed
        Texts that say "no date", and those that a spreadsheet has destroyed.
    readings
        Order -> the date of a text in that order, NaT where it has none; for texts with an order to decide.
    """

    codes: npt.NDArray[np.int64]
    texts: tuple[str, ...]
    certain: Days
    empty: npt.NDArray[np.bool_]
    destroyed: npt.NDArray[np.bool_]
    readings: dict[str, Days]

    @property
    def open(self) -> npt.NDArray[np.bool_]:
        """Texts whose order is to be decided: those that some order can read."""
        unread: npt.NDArray[np.bool_] = np.logical_and.reduce([np.isnat(days) for days in self.readings.values()])
        return ~unread

    def possible(self) -> tuple[str, ...]:
        """Return the orders that read every open text; one, where all of them read it alike."""
        can = [order for order in ORDERS if not np.isnat(self.readings[order][self.open]).any()]
        if len(can) == 1 and self._told_by_few(can[0]):
            return tuple(order for order in ORDERS if not np.isnat(self.readings[order][self.open]).all())
        if can and all((self.readings[o][self.open] == self.readings[can[0]][self.open]).all() for o in can):
            return (can[0],)
        return tuple(can)

    def _told_by_few(self, order: str) -> bool:
        """Tell whether almost all dates would read in another order, too."""
        others = np.logical_or.reduce([~np.isnat(self.readings[o][self.open]) for o in ORDERS if o != order])
        return len(others) >= _MANY and bool((~others).mean() < FEW)

    def majority(self) -> str:
        """Return the order that reads the most rows."""
        counts = np.bincount(self.codes, minlength=len(self.texts))
        return max(ORDERS, key=lambda order: int(counts[~np.isnat(self.readings[order])].sum()))

    def days(self, order: str | None) -> Days:
        """Return the date of each row, NaT where it has none."""
        days = self.certain if order is None else np.where(self.open, self.readings[order], self.certain)
        return days[self.codes] if len(days) else np.full(len(self.codes), NAT)


def analyse(cells: Any) -> DateColumn:  # noqa: ANN401 (an Arrow array)
    """Read the distinct texts of a column in every order that they allow."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pc.any(pc.match_substring(cells, ":")).as_py():
        cells = pc.replace_substring_regex(cells, _TIME, "")
    coded = cells.dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    texts = tuple(coded.dictionary.to_pylist())
    certain = np.full(len(texts), NAT)
    readings: dict[str, Days] = {order: np.full(len(texts), NAT) for order in ORDERS}
    empty, destroyed = np.zeros(len(texts), dtype=bool), np.zeros(len(texts), dtype=bool)
    for i, raw in enumerate(texts):
        text = raw.strip()
        if text.casefold() in EMPTY:
            empty[i] = True
        elif found := _SHORT.fullmatch(text):
            for order, parts in _short_readings(found):
                readings[order][i] = _date(*parts)
        else:
            certain[i] = _certain(text)
            destroyed[i] = np.isnat(certain[i]) and _DESTROYED.fullmatch(text) is not None
    codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return DateColumn(codes, texts, certain, empty, destroyed, readings)


def _short_readings(found: re.Match[str]) -> Iterable[tuple[str, tuple[int, int, int]]]:
    first, second, last = int(found[1]), int(found[3]), int(found[4])
    year = last if len(found[4]) == 4 else _century(last)
    yield "dmy", (year, second, first)
    yield "mdy", (year, first, second)
    if len(found[4]) == 2 and len(found[1]) == 2:
        yield "ymd", (_century(first), second, last)


def _century(year: int) -> int:
    return year + (2000 if year < 70 else 1900)


def _date(year: int, month: int, day: int) -> np.datetime64:
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return NAT
    return np.datetime64(date, "D") if _FIRST <= date <= _LAST else NAT


def _certain(text: str) -> np.datetime64:
    """Return the date of a text that can be read in one way only, or NaT."""
    if found := _YEAR_FIRST.fullmatch(text):
        return _date(int(found[1]), int(found[3]), int(found[4]))
    if found := _COMPACT.fullmatch(text) or _CHINESE.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3] or 1))
    if found := _MONTH.fullmatch(text):
        return _date(int(found[1]), int(found[2]), 1)
    if found := _SERIAL.fullmatch(text):
        date = _EPOCH + dt.timedelta(days=int(found[1]))
        return _date(date.year, date.month, date.day)
    if (found := _DAY_NAME.fullmatch(text)) and (month := _MONTHS.get(found[2].lower())):
        return _date(int(found[3]) if len(found[3]) == 4 else _century(int(found[3])), month, int(found[1]))
    if (found := _NAME_DAY.fullmatch(text)) and (month := _MONTHS.get(found[1].lower())):
        return _date(int(found[3]), month, int(found[2]))
    return NAT


def decide(columns: dict[str, DateColumn], given: str | None, default: str | None) -> dict[str, str | None]:
    """Return the order of each column that has one to decide; None where it reads both ways and nothing tells.

    Parameters
    ----------
    columns
        The date columns of one table, by name.
    given
        What the caller says; it overrides everything.
    default
        What the profile says; used only where columns read both ways.
    """
    undecided = {name: column for name, column in columns.items() if column.open.any()}
    if given is not None:
        return dict.fromkeys(undecided, given)
    possible = {name: column.possible() for name, column in undecided.items()}
    orders: dict[str, str | None] = {}
    for name, column in undecided.items():
        if len(possible[name]) < 2:
            orders[name] = possible[name][0] if possible[name] else column.majority()
    # a column that tells (not one whose dates read alike in every order) tells for its neighbours
    told = {orders[n] for n in orders if sum(_reads_all(undecided[n], order) for order in ORDERS) == 1}
    for name in undecided.keys() - orders.keys():
        fitting = [order for order in told if order in possible[name]] if len(told) == 1 else []
        orders[name] = fitting[0] if fitting else default if default in possible[name] else None
    return orders


def _reads_all(column: DateColumn, order: str) -> bool:
    return not np.isnat(column.readings[order][column.open]).any()
