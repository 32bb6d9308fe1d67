"""A rate table from a file or a frame: columns found by their headers, every cell typed or refused."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any, NoReturn

import pandas as pd

from arkit.columns import NO_CURRENCY
from arkit.intake import Problem
from arkit.messages import Message
from arkit.money import known_currencies
from arkit.rates.rules import refuse, rule
from arkit.readers.grid import Grid
from arkit.readers.matching import plain
from arkit.readers.opening import open_source

RATE_DIGITS = 10
"""Decimals that a rate may have."""

WORDS = {
    "date": ("date", "日期"),
    "currency": ("currency", "币种", "币别", "货币"),
    "rate": ("rate", "exchange rate", "汇率"),
    "base": ("base", "base currency", "本位币"),
}
"""Canonical column -> the headers that stand for it."""
_NEEDED = ("date", "currency", "rate")
_TABLE, _WHAT = "rates", Message("the rate table")
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))(?:[ T]00:00:00)?")
_NUMBER = re.compile(r"[+-]?(\d{1,12}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?")


def read_rates(source: Any) -> pd.DataFrame:  # noqa: ANN401 (a path or a frame)
    """Read a table of exchange rates.

    Parameters
    ----------
    source
        The path of a CSV file, a workbook or a Parquet file, or a frame: whatever :func:`arkit.read` opens. Columns are
        ``date, currency, rate`` (日期, 币种, 汇率): units of the base currency for ONE unit of the currency, on a day.
        Dates are ISO, or begin with the year in another way; a rate has a decimal point and up to 10 decimals. A
        column ``base`` (本位币) is optional: a table can hold rates in several base currencies. Others are left out.

    Returns
    -------
    pandas.DataFrame
        ``date`` (datetime64), ``currency``, ``rate`` (Decimal, exact), and ``base`` where the source has it; by
        currency and date.

    Raises
    ------
    LedgerError
        With all problems at once: what can not be opened, missing columns, empty cells, dates and numbers that are
        none, unknown currencies, rates that are not positive or too fine, two rates of one currency and day.

    Examples
    --------
    >>> rates = read_rates(pd.DataFrame({"date": ["2026-01-05"], "currency": ["USD"], "rate": ["7.0123"]}))
    >>> rates["rate"].tolist()
    [Decimal('7.0123')]
    """
    columns = _columns(open_source(source))
    table, problems = _typed(columns)
    refuse([*problems, *columns.problems, *_repeated(table, columns)], _WHAT)
    keys = [name for name in ("base", "currency", "date") if name in table]
    return table.sort_values(keys, ignore_index=True)


@dataclass(frozen=True)
class _Columns:
    """The cells of a table under canonical names, with where they are from."""

    cells: Mapping[str, Sequence[str]]
    rows: Sequence[int]
    headers: Mapping[str, str]
    grid: Grid
    problems: tuple[Problem, ...]

    def at(self, name: str, position: int) -> dict[str, Any]:
        """Return the place of a cell, for a problem."""
        header = self.headers[name]
        return {**_place(self.grid), "row": self.rows[position], "column": header}


def _place(grid: Grid) -> dict[str, Any]:
    return {"table": _TABLE, "file": grid.file, "sheet": grid.sheet}


def _columns(grids: Sequence[Grid]) -> _Columns:
    """Return the columns of the one table that has them all."""
    found = [(grid, header) for grid in grids if (header := _header(grid)) is not None]
    if not found:
        nearest = max(((grid, row) for grid in grids for row in grid.head), key=lambda pair: len(_said(pair[1])))
        refuse([_lacking(*nearest)], _WHAT)
    if len(found) > 1:
        places = ", ".join(grid.place for grid, _ in found)
        refuse([rule("several_tables", file=grids[0].file, table=_TABLE, places=places)], _WHAT)
    grid, header = found[0]
    raw = grid.body(header)
    at = _positions(grid, raw.header)
    ragged = (rule("ragged_row", **_place(grid), row=row, value=text[:80]) for row, text in raw.ragged)
    return _Columns(
        {name: raw.cells[position].to_pylist() for name, position in at.items()}, raw.rows.tolist(),
        {name: raw.header[position].strip() for name, position in at.items()}, grid, tuple(ragged),
    )  # fmt: skip


def _header(grid: Grid) -> int | None:
    """Return the position of the first row that has all words of the header."""
    for position, row in enumerate(grid.head):
        if _said(row) >= {*_NEEDED}:
            return position
    return None


def _said(headers: Sequence[str]) -> set[str]:
    """Return the columns that headers stand for."""
    said = {plain(header) for header in headers}
    return {name for name, words in WORDS.items() if said & {plain(word) for word in words}}


def _positions(grid: Grid, headers: Sequence[str]) -> dict[str, int]:
    """Return the position of each column; refuse a table that has one twice."""
    said = [plain(header) for header in headers]
    at = {name: [i for i, word in enumerate(said) if word in map(plain, words)] for name, words in WORDS.items()}
    twice = [
        rule("duplicate_column", **_place(grid), column=name, name=name,
             headers=", ".join(headers[i] for i in places))
        for name, places in at.items()
        if len(places) > 1
    ]  # fmt: skip
    refuse(twice, _WHAT)
    return {name: places[0] for name, places in at.items() if places}


def _lacking(grid: Grid, headers: Sequence[str]) -> Problem:
    """Return what a table lacks, and what it has."""
    missing = [name for name in _NEEDED if name not in _said(headers)]
    words = ", ".join(" / ".join(WORDS[name]) for name in missing)
    shown = ", ".join(header.strip() for header in headers if header.strip()) or "-"
    return rule("missing_column", **_place(grid), missing=", ".join(missing), headers=shown, words=words)


class _Broken(ValueError):
    """A cell that breaks a rule, whose name is the text."""


def _typed(columns: _Columns) -> tuple[pd.DataFrame, list[Problem]]:
    problems: list[Problem] = []
    readers: dict[str, Callable[[str], object]] = {
        "date": _date, "currency": _currency, "rate": _rate, "base": _currency,
    }  # fmt: skip
    table: dict[str, list[object]] = {}
    for name, cells in columns.cells.items():
        table[name] = []
        for position, cell in enumerate(cells):
            text = unicodedata.normalize("NFKC", cell).strip()
            try:
                table[name].append(readers[name](text))
            except _Broken as broken:
                table[name].append(None)
                at, shown = columns.at(name, position), text or None
                problems.append(rule(str(broken), **at, value=shown, name=columns.headers[name], digits=RATE_DIGITS))
    frame = pd.DataFrame({name: pd.Series(values, dtype="object") for name, values in table.items()})
    return frame.assign(date=pd.to_datetime(frame["date"]).astype("datetime64[us]")), problems


def _date(text: str) -> dt.date:
    found = _DATE.fullmatch(text)
    try:
        return (
            dt.date(*(int(part) for part in found.groups() if part is not None)) if found else _no("not_a_date", text)
        )
    except ValueError:
        return _no("not_a_date", text)


def _currency(text: str) -> str:
    code = text.upper()
    return code if code in known_currencies() and code != NO_CURRENCY else _no("unknown_currency", text)


def _rate(text: str) -> Decimal:
    if _NUMBER.fullmatch(text) is None:
        _no("not_a_number", text)
    with localcontext(prec=150):
        given = Decimal(text)
        rate = given.quantize(Decimal(1).scaleb(-RATE_DIGITS)).normalize()
    if given <= 0:
        _no("not_positive_rate", text)
    return rate if rate == given else _no("rate_too_fine", text)


def _no(name: str, text: str) -> NoReturn:
    raise _Broken(name if text else "missing_value")


def _repeated(table: pd.DataFrame, columns: _Columns) -> Iterator[Problem]:
    keys = [name for name in ("base", "currency", "date") if name in table]
    known = table[keys].notna().all(axis=1)
    again = known & table[known].duplicated(keys).reindex(table.index, fill_value=False)
    for position in again.to_numpy().nonzero()[0].tolist():
        row = table.iloc[position]
        value = f"{row['currency']} {row['date'].date()}"
        yield rule("duplicate_rate", **columns.at("rate", position), value=value)
