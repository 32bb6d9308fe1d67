"""A rate table from a file or a frame: columns found by their headers, every cell typed or refused."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from os import PathLike
from typing import Any, NoReturn

import narwhals.stable.v2 as nw
import pandas as pd

from arkit.columns import NO_CURRENCY
from arkit.frames import collect, wrap
from arkit.intake import Problem
from arkit.messages import Message
from arkit.money import known_currencies
from arkit.rates.rules import refuse, rule
from arkit.readers.grid import Grid
from arkit.readers.opening import open_source
from arkit.readers.recognise import plain

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
_TABLE = "rates"
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))(?:[ T]00:00:00)?")
_NUMBER = re.compile(r"[+-]?(\d{1,12}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?")


def read_rates(source: Any) -> pd.DataFrame:  # noqa: ANN401 (a path, or any frame that narwhals knows)
    """Read a table of exchange rates.

    Parameters
    ----------
    source
        Path of a CSV file or a workbook, or a frame, with columns ``date, currency, rate`` (日期, 币种, 汇率): the
        units of the base currency for ONE unit of the currency, on a day. Dates are ISO, or begin with the year in
        another way; a rate has a decimal point and up to 10 decimals. A column ``base`` (本位币) is optional: a table
        can hold rates in several base currencies. Further columns are left out.

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
    columns = _of_file(source) if isinstance(source, str | PathLike) else _of_frame(source)
    table, problems = _typed(columns)
    refuse([*problems, *columns.problems, *_repeated(table, columns)], Message("the rate table"))
    keys = [name for name in ("base", "currency", "date") if name in table]
    return table.sort_values(keys, ignore_index=True)


@dataclass(frozen=True)
class _Columns:
    """The cells of a table under canonical names, with where they are from."""

    cells: Mapping[str, Sequence[Any]]
    rows: Sequence[int]
    headers: dict[str, str]
    file: str | None = None
    sheet: str | None = None
    problems: tuple[Problem, ...] = ()

    def at(self, name: str, position: int) -> dict[str, Any]:
        """Return the place of a cell, for a problem."""
        header = self.headers[name]
        return {"table": _TABLE, "file": self.file, "sheet": self.sheet, "row": self.rows[position], "column": header}


def _of_file(source: str | PathLike[str]) -> _Columns:
    grids = open_source(source)
    found = [(grid, header) for grid in grids if (header := _header(grid)) is not None]
    if not found:
        nearest = max(((grid, row) for grid in grids for row in grid.head), key=lambda pair: len(_said(pair[1])))
        _lacking(nearest[1], nearest[0].file, nearest[0].sheet)
    if len(found) > 1:
        places = ", ".join(grid.place for grid, _ in found)
        refuse([rule("several_tables", file=grids[0].file, table=_TABLE, places=places)], Message("the rate table"))
    grid, header = found[0]
    raw = grid.body(header)
    at = _positions(raw.header, grid.file, grid.sheet)
    ragged = (
        rule("ragged_row", table=_TABLE, file=grid.file, sheet=grid.sheet, row=row, value=text[:80])
        for row, text in raw.ragged
    )
    return _Columns(
        {name: raw.cells[position].to_pylist() for name, position in at.items()}, raw.rows.tolist(),
        {name: raw.header[position].strip() for name, position in at.items()}, grid.file, grid.sheet, tuple(ragged),
    )  # fmt: skip


def _of_frame(source: Any) -> _Columns:  # noqa: ANN401
    """Take the columns of a frame; its rows count from 0."""
    frame = wrap(source)
    names = frame.collect_schema().names()
    at = {name: names[position] for name, position in _positions([str(name) for name in names], None, None).items()}
    exact = frame.select(nw.col(header).alias(name) for name, header in at.items())
    # a decimal column comes home as text: as a float it would not be what was given
    decimals = [name for name, dtype in exact.collect_schema().items() if dtype == nw.Decimal]
    table = collect(exact.with_columns(nw.col(*decimals).cast(nw.String)) if decimals else exact)
    cells = {name: table[name].astype("object").where(table[name].notna(), "").tolist() for name in at}
    return _Columns(cells, range(len(table)), at)


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


def _positions(headers: Sequence[str], file: str | None, sheet: str | None) -> dict[str, int]:
    """Return the position of each column; refuse a table that lacks one, or has one twice."""
    said = [plain(header) for header in headers]
    at = {name: [i for i, word in enumerate(said) if word in map(plain, words)] for name, words in WORDS.items()}
    if not all(at[name] for name in _NEEDED):
        _lacking(headers, file, sheet)
    twice = [
        rule("duplicate_column", table=_TABLE, file=file, sheet=sheet, column=name, name=name,
             headers=", ".join(headers[i] for i in places))
        for name, places in at.items()
        if len(places) > 1
    ]  # fmt: skip
    refuse(twice, Message("the rate table"))
    return {name: places[0] for name, places in at.items() if places}


def _lacking(headers: Sequence[str], file: str | None, sheet: str | None) -> None:
    """Refuse a table for the columns that it lacks."""
    missing = [name for name in _NEEDED if name not in _said(headers)]
    words = ", ".join(" / ".join(WORDS[name]) for name in missing)
    shown = ", ".join(header.strip() for header in headers if header.strip()) or "-"
    problem = rule(
        "missing_column", table=_TABLE, file=file, sheet=sheet, missing=", ".join(missing), headers=shown, words=words
    )
    refuse([problem], Message("the rate table"))


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
            text = unicodedata.normalize("NFKC", str(cell)).strip()
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
