"""Excel and OpenDocument workbooks, through calamine: cells become text, and remember what the workbook said."""

from __future__ import annotations

import datetime as dt
import io
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
)
from arkit.readers.refusal import refuse, rule

_KIND = {str: TEXT, bool: TEXT, int: NUMBER, float: NUMBER, dt.date: DATE, dt.datetime: DATE}


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
            cells = sheet.to_python(skip_empty_area=False)
            if cells:
                grids.append(_grid(cells, file, name))
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


def _grid(cells: list[list[Any]], file: str, sheet: str) -> Grid:
    head = [[_text(cell) for cell in row] for row in cells[:HEAD]]

    def body(header: int) -> RawTable:
        filled = [(i, row) for i, row in enumerate(cells[header + 1 :], header + 2) if any(c != "" for c in row)]
        rows = np.array([number for number, _ in filled], dtype=np.int64)
        columns = list(zip(*(row for _, row in filled), strict=True)) or [() for _ in head[header]]
        texts, kinds = zip(*(_column(column) for column in columns), strict=True)
        return RawTable(tuple(head[header]), texts, kinds, rows)

    return Grid(file, sheet, head, body)


def _column(values: tuple[Any, ...]) -> tuple[Any, npt.NDArray[np.uint8] | None]:
    types = set(map(type, values))
    if types <= {str}:
        return as_arrow(values), None
    kinds = np.fromiter((_KIND.get(type(value), TEXT) for value in values), dtype=np.uint8, count=len(values))
    return as_arrow([value if type(value) is str else _text(value) for value in values]), kinds


def _text(value: Any) -> str:  # noqa: ANN401 (whatever a cell holds)
    """Return a cell as text: 1930571429.0 as 1930571429, a date as ISO; a computed number without its float dust."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        if not np.isfinite(value):
            return str(value)
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return np.format_float_positional(round(float(f"{value:.15g}"), 10), trim="-")  # a workbook keeps 15 digits
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ") if value.time() != dt.time() else value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
