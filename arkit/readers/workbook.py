"""Excel and OpenDocument workbooks, through calamine: cells become text, and remember what the workbook said."""

from __future__ import annotations

import datetime as dt
import gc
import io
import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

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
    collecting = gc.isenabled()
    gc.disable()  # millions of cells without a cycle among them: each collection would walk through all for nothing
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MAX_CELLS or sheet.total_width > MAX_COLUMNS:
                what = Message("{rows} rows by {columns} columns", rows=sheet.total_height, columns=sheet.total_width)
                refuse(rule("too_large", file=file, sheet=name, what=what, limit=f"{MAX_CELLS:,}"))
            cells = sheet.to_python(skip_empty_area=False)
            if cells:
                grids.append(_grid(cells, file, name))
    except CalamineError as error:
        refuse(rule("not_a_workbook", file=file, what=str(error)[:200]))
    except BaseException as error:  # a panic of the Rust library below is no Exception
        if type(error).__name__ != "PanicException":
            raise
        refuse(rule("not_a_workbook", file=file, what=str(error)[:200]))
    finally:
        if collecting:
            gc.enable()
    if not grids:
        refuse(rule("empty_file", file=file))
    return grids


def _size(count: int) -> str:
    return f"{count / 1024**2:,.0f} MiB"


def _grid(cells: list[list[Any]], file: str, sheet: str) -> Grid:
    head = [[_text(cell) for cell in row] for row in cells[:HEAD]]

    columns = list(zip(*cells, strict=True))  # which the garbage collector, unlike the rows, need not walk through
    count = len(cells)

    def body(header: int) -> RawTable:
        texts, kinds = zip(*(_column(column[header + 1 :]) for column in columns), strict=True)
        rows = np.arange(header + 2, count + 1, dtype=np.int64)
        return without_blank_rows(RawTable(tuple(head[header]), texts, kinds, rows))

    return Grid(file, sheet, head, body)


def _column(values: tuple[Any, ...]) -> tuple[Any, npt.NDArray[np.uint8] | None]:
    types = set(map(type, values))
    if types <= {str}:
        return as_arrow(values), None
    if types == {float} and (texts := _hundredths(values)) is not None:
        return texts, np.full(len(values), NUMBER, np.uint8)
    if len(types) == 1:
        kind = types.pop()
        return as_arrow(list(map(_TEXT.get(kind, str), values))), np.full(len(values), _KIND.get(kind, TEXT), np.uint8)
    kinds = np.fromiter((_KIND.get(type(value), TEXT) for value in values), dtype=np.uint8, count=len(values))
    text = {kind: _TEXT.get(kind, str) for kind in types}
    return as_arrow([text[type(value)](value) for value in values]), kinds


def _hundredths(values: tuple[float, ...]) -> Any | None:  # noqa: ANN401 (pyarrow ships no types)
    """Return numbers that are all whole hundredths, as amounts are, as texts at once; None where one is not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = np.array(values)
    with np.errstate(over="ignore", invalid="ignore"):
        if not ((np.rint(numbers * 100) / 100 == numbers) & (np.abs(numbers) < _EXACT)).all():
            return None
    return pc.replace_substring_regex(pa.array(numbers + 0.0).cast(pa.string()), r"\.0$", "")


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
