"""Excel and OpenDocument workbooks, through calamine: cells become text, and remember what the workbook said."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Callable
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from arkit.messages import Message
from arkit.readers import archive
from arkit.readers.grid import (
    DATE,
    HEAD,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_WORKBOOK_BYTES,
    NUMBER,
    TEXT,
    Grid,
    RawTable,
    as_arrow,
    without_blank_rows,
)
from arkit.readers.refusal import refuse, rule

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_BLOCK = 1_000
"""Rows of a sheet that are taken at once."""
_KIND = {str: TEXT, bool: TEXT, int: NUMBER, float: NUMBER, dt.date: DATE, dt.datetime: DATE}
_EXACT = 1e10
"""Below it hundredths have fewer digits than a workbook keeps, and Arrow writes them without an exponent."""


def open_workbook(data: bytes, file: str) -> list[Grid]:
    """Open the bytes of a workbook; one grid per sheet that holds anything.

    Raises
    ------
    LedgerError
        It is too large, protected by a password, or no workbook.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    if len(data) > MAX_WORKBOOK_BYTES:
        refuse(rule("too_large", file=file, what=_size(len(data)), limit=_size(MAX_WORKBOOK_BYTES)))
    if data.startswith(b"PK"):
        archive.check(data, file)
    grids = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MAX_CELLS or sheet.total_width > MAX_COLUMNS:
                what = Message("{rows} rows by {columns} columns", rows=sheet.total_height, columns=sheet.total_width)
                refuse(rule("too_large", file=file, sheet=name, what=what, limit=f"{MAX_CELLS:,}"))
            if (grid := _grid(sheet, file)) is not None:
                grids.append(grid)
    except CalamineError as error:
        refuse(rule("not_a_workbook", file=file, what=str(error)[:200]))
    except BaseException as error:  # a panic of the Rust library below is no Exception
        if type(error).__name__ != "PanicException":
            raise
        refuse(rule("not_a_workbook", file=file, what=str(error)[:200]))
    if not grids:
        refuse(rule("empty_file", file=file))
    return grids


def _size(count: int) -> str:
    return f"{count / 1024**2:,.0f} MiB"


def _grid(sheet: CalamineSheet, file: str) -> Grid | None:
    """Return a sheet by its columns; None where it has no cells.

    It is taken in blocks of rows, as a list for each of many rows would be passed over by Python's garbage collector.
    """
    across = 0 if sheet.start is None else sheet.start[1] + sheet.width
    head: list[list[str]] = []
    blocks: list[list[tuple[Any, ...]]] = []
    rows = sheet.iter_rows()
    while block := [row + [""] * (across - len(row)) for row in islice(rows, _BLOCK)]:  # rows above the first are short
        head += [[_text(cell) for cell in row] for row in block[: HEAD - len(head)]]
        blocks.append(list(zip(*block, strict=True)))
    if not head:
        return None
    columns = [tuple(chain.from_iterable(parts)) for parts in zip(*blocks, strict=True)]
    del blocks

    def body(header: int) -> RawTable:
        texts, kinds = zip(*(_column(column[header + 1 :]) for column in columns), strict=True)
        numbers = np.arange(header + 2, header + 2 + len(texts[0]), dtype=np.int64)
        return without_blank_rows(RawTable(tuple(head[header]), texts, kinds, numbers))

    return Grid(file, sheet.name, head, body)


def _column(values: tuple[Any, ...]) -> tuple[Any, npt.NDArray[np.uint8] | None]:
    types = set(map(type, values))
    if types <= {str}:
        return as_arrow(values), None
    known = {kind: _KIND.get(kind, TEXT) for kind in types}
    kinds = np.fromiter(map(known.__getitem__, map(type, values)), dtype=np.uint8, count=len(values))
    if types <= {str, float}:
        return _numbers(values), kinds
    text = {kind: _TEXT.get(kind, str) for kind in types}
    return as_arrow([text[type(value)](value) for value in values]), kinds


def _numbers(values: tuple[Any, ...]) -> Any:  # noqa: ANN401 (pyarrow ships no types)
    """Return numbers and texts as texts; whole hundredths all at once, as they have no float dust to be cleaned of."""
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = np.fromiter((value if type(value) is float else np.nan for value in values), float, len(values))
    with np.errstate(over="ignore", invalid="ignore"):
        plain = (np.rint(numbers * 100) / 100 == numbers) & (np.abs(numbers) < _EXACT)
    texts = pc.replace_substring_regex(pa.array(numbers + 0.0, mask=~plain).cast(pa.string()), r"\.0$", "")
    if plain.all():
        return texts
    return pc.coalesce(texts, as_arrow([None if done else _text(v) for done, v in zip(plain, values, strict=True)]))


def _text(value: Any) -> str:  # noqa: ANN401 (whatever a cell holds)
    """Return a cell as text: 1930571429.0 as 1930571429, a date as ISO; a computed number without its float dust."""
    return _TEXT.get(type(value), str)(value)


def _number(value: float) -> str:
    """Return a number as the workbook's own program shows it in full: 15 digits, and of decimals no more than 10."""
    text = repr(value)
    if len(text) < 13 and "e" not in text and value:  # as most amounts are: nothing to round
        return text.removesuffix(".0")
    text = f"{value:.15g}"
    if ("e" in text and math.isfinite(value)) or len(text.partition(".")[2]) > 10:
        text = np.format_float_positional(round(float(text), 10), trim="-")
    return "0" if value == 0 else text


@lru_cache(maxsize=20_000)
def _day(value: dt.datetime) -> str:
    return value.isoformat(sep=" ") if value.time() != dt.time() else value.date().isoformat()


_TEXT: dict[type, Callable[[Any], str]] = {
    bool: lambda value: str(value).upper(),
    float: _number,
    dt.datetime: _day,
    dt.date: lru_cache(maxsize=20_000)(dt.date.isoformat),
    dt.time: dt.time.isoformat,
}
"""How a cell of a type is written; any other says it itself."""
