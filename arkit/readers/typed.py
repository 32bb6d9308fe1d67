"""Typed tables (Arrow, frames, Parquet, query results) as the text that files hold, exactly and column by column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from arkit.messages import Message
from arkit.readers.grid import (
    DATE,
    MAX_COLUMNS,
    MAX_UNPACKED_BYTES,
    NUMBER,
    TEXT,
    Grid,
    RawTable,
    as_arrow,
    without_blank_rows,
)
from arkit.readers.refusal import refuse, rule

CHUNK = 1 << 17
"""Rows that are turned into text at once."""
EXACT_FLOAT = 2.0**53
"""From here on a float has lost whole numbers; its text keeps the exponent, by which an id shows that it is rounded."""

Kinds = npt.NDArray[np.uint8]


class NotACellError(Exception):
    """A column holds what no cell of a table can be; the text names it."""


def open_table(
    names: Sequence[object], column: Callable[[int], Iterable[Any]], file: str, sheet: str | None = None
) -> Grid:
    """Return a typed table as a grid whose header row is the names of its columns.

    Parameters
    ----------
    names
        The columns.
    column
        Given a column's position, its chunks: Arrow arrays, or sequences of Python values. It may be called again.
    file, sheet
        Where the table comes from, for a person.
    """
    header = tuple("" if name is None else str(name) for name in names)
    if len(header) > MAX_COLUMNS:
        what = Message("{n} columns", n=len(header))
        refuse(rule("too_large", file=file, sheet=sheet, what=what, limit=f"{MAX_COLUMNS:,}"))

    def body(_: int) -> RawTable:
        texts, kinds = _texts(header, column, file, sheet)
        rows = np.arange(2, (len(texts[0]) if texts else 0) + 2, dtype=np.int64)
        return without_blank_rows(RawTable(header, tuple(texts), tuple(kinds), rows))

    return Grid(file, sheet, [header], body)


def _texts(
    header: tuple[str, ...], column: Callable[[int], Iterable[Any]], file: str, sheet: str | None
) -> tuple[list[Any], list[Kinds | None]]:
    """Return the text of every column and its kinds, or refuse what is no table of cells or too large."""
    import pyarrow as pa

    spent, texts, kinds = 0, [], []
    for position, name in enumerate(header):
        parts: list[tuple[Any, int]] = []
        try:
            for chunk in column(position):
                for cells, kind in text_of(chunk):
                    parts.append((cells, kind))
                    spent += cells.nbytes
                    if spent > MAX_UNPACKED_BYTES:
                        limit = f"{MAX_UNPACKED_BYTES / 1024**2:,.0f} MiB"
                        refuse(rule("too_large", file=file, sheet=sheet, what=f"> {limit}", limit=limit))
        except NotACellError as error:
            refuse(rule("not_a_cell", file=file, sheet=sheet, column=name, what=str(error)))
        texts.append(pa.concat_arrays([cells for cells, _ in parts]) if parts else as_arrow([]))
        kinds.append(_kinds([(len(cells), kind) for cells, kind in parts]))
    return texts, kinds


def _kinds(parts: list[tuple[int, int]]) -> Kinds | None:
    """Return one kind per cell; None where all is text. A column of one kind takes no memory for it."""
    found = {kind for _, kind in parts}
    if found <= {TEXT}:
        return None
    if len(found) == 1:
        return np.broadcast_to(np.uint8(found.pop()), sum(count for count, _ in parts))
    counts, values = zip(*parts, strict=True)
    return np.repeat(np.array(values, dtype=np.uint8), counts)


def text_of(values: Any) -> Iterator[tuple[Any, int]]:  # noqa: ANN401 (pyarrow ships no types)
    """Yield the cells of a column as Arrow text with what they are: ``TEXT``, ``NUMBER`` or ``DATE``.

    A time of day stands behind its date only where it is not midnight; a time with a zone is told by the clock of
    that zone, as a file would show it.

    Raises
    ------
    NotACellError
        They are lists, records or raw bytes.

    Examples
    --------
    >>> [(cells.to_pylist(), kind) for cells, kind in text_of([1930571429.0, None, 0.25])]
    [(['1930571429', '', '0.25'], 1)]
    """
    import pyarrow as pa

    if not isinstance(values, pa.Array | pa.ChunkedArray):
        values = compact(values)
    if not isinstance(values, pa.Array | pa.ChunkedArray):
        yield from _one_by_one(values)
        return
    for chunk in values.chunks if isinstance(values, pa.ChunkedArray) else [values]:
        for start in range(0, len(chunk), CHUNK):
            yield _typed(chunk.slice(start, CHUNK))


def compact(values: Any) -> Any:  # noqa: ANN401
    """Return Python values as an Arrow array; as they are, where they are of several types or would change."""
    import pyarrow as pa

    try:
        typed = pa.array(values, from_pandas=True)
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        return values
    native = getattr(values, "dtype", np.dtype(object)) != np.dtype(object)
    # Arrow knows one zone per column, and a column of Python values may have several
    zoned = pa.types.is_timestamp(typed.type) and not native and any(getattr(v, "tzinfo", None) for v in values)
    return values if zoned or isinstance(typed.type, pa.BaseExtensionType) else typed


def _typed(cells: Any) -> tuple[Any, int]:  # noqa: ANN401
    import pyarrow as pa
    import pyarrow.compute as pc

    types, kind = pa.types, cells.type
    if isinstance(kind, pa.BaseExtensionType) and _is_text(kind.storage_type):
        return _typed(cells.storage)
    if types.is_run_end_encoded(kind):
        return _typed(pc.run_end_decode(cells))
    if types.is_dictionary(kind):
        distinct, what = _typed(cells.dictionary)
        return pc.fill_null(distinct.take(cells.indices), ""), what
    if types.is_null(kind):
        return as_arrow([""] * len(cells)), TEXT
    if _is_text(kind) or types.is_binary(kind) or types.is_large_binary(kind):
        return _filled(cells, pa.string()), TEXT
    if types.is_boolean(kind):
        return pc.fill_null(pc.if_else(cells, "TRUE", "FALSE"), ""), TEXT
    if types.is_integer(kind):
        return _filled(cells, pa.string()), NUMBER
    if types.is_floating(kind):
        return pc.fill_null(_floats(cells), ""), NUMBER
    if types.is_decimal(kind):
        return pc.fill_null(_decimals(cells), ""), NUMBER
    if types.is_date(kind):
        return _filled(cells.cast(pa.date32()), pa.string()), DATE
    if types.is_timestamp(kind):
        return pc.fill_null(_moments(cells), ""), DATE
    if types.is_time(kind):
        return _filled(cells, pa.string()), TEXT
    raise NotACellError(str(kind))


def _is_text(kind: Any) -> bool:  # noqa: ANN401
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _filled(cells: Any, kind: Any) -> Any:  # noqa: ANN401
    """Return cells cast to text, empty where there is nothing; bytes must be UTF-8."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        return pc.fill_null(cells.cast(kind), "")
    except pa.ArrowInvalid as error:
        raise NotACellError(str(cells.type)) from error


def _floats(cells: Any) -> Any:  # noqa: ANN401
    """Return the shortest text that is exactly this float: 1930571429.0 is 1930571429, 1e-7 is 0.0000001."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if cells.type == pa.float16():
        cells = cells.cast(pa.float32())
    cells = pc.if_else(pc.is_nan(cells), None, pc.if_else(pc.equal(cells, 0), pa.scalar(0, cells.type), cells))
    small = pc.less(pc.abs(cells), EXACT_FLOAT)
    if pc.all(pc.and_(small, pc.equal(pc.floor(cells), cells))).as_py():
        return cells.cast(pa.int64()).cast(pa.string())
    texts = cells.cast(pa.string())
    exponent = pc.fill_null(pc.and_(pc.match_substring(texts, "e"), small), fill_value=False)
    if not pc.any(exponent).as_py():
        return texts
    values = cells.filter(exponent).to_numpy(zero_copy_only=False)
    plain = [np.format_float_positional(value, trim="-") for value in values]
    return pc.replace_with_mask(texts, exponent, as_arrow(plain))


def _decimals(cells: Any) -> Any:  # noqa: ANN401
    """Return decimals as plain text without zeros at the end of the fraction."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = cells.cast(pa.string())
    exponent = pc.fill_null(pc.match_substring(texts, "E"), fill_value=False)
    if pc.any(exponent).as_py():
        plain = [format(Decimal(text), "f") for text in texts.filter(exponent).to_pylist()]
        texts = pc.replace_with_mask(texts, exponent, as_arrow(plain))
    if cells.type.scale <= 0:
        return texts
    return pc.utf8_rtrim(pc.utf8_rtrim(texts, "0"), ".")


def _moments(cells: Any) -> Any:  # noqa: ANN401
    """Return timestamps as ISO dates, with the time of day where there is one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if cells.type.tz is not None:
        cells = pc.local_timestamp(cells)
    days = cells.cast(pa.date32())
    midnight = pc.equal(days.cast(cells.type), cells)
    dates = days.cast(pa.string())
    if pc.all(midnight).as_py():
        return dates
    times = cells.cast(pa.string())
    if cells.type.unit != "s":
        times = pc.utf8_rtrim(pc.utf8_rtrim(times, "0"), ".")
    return pc.if_else(midnight, dates, times)


def _one_by_one(values: Iterable[Any]) -> Iterator[tuple[Any, int]]:
    """Yield runs of cells of one kind from a column of several."""
    texts: list[str] = []
    run = TEXT
    for value in values:
        text, kind = _cell(value)
        if kind != run and text and texts:
            yield as_arrow(texts), run
            texts = []
        run = kind if text else run
        texts.append(text)
    if texts:
        yield as_arrow(texts), run


def _cell(value: Any) -> tuple[str, int]:  # noqa: ANN401
    """Return one Python value as text, and what it is."""
    import pandas as pd

    if isinstance(value, str):
        return value, TEXT
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bytes | bytearray | dict | list | tuple | set | frozenset | np.ndarray):
        raise NotACellError(type(value).__name__)
    if pd.isna(value):
        return "", TEXT
    if isinstance(value, bool):
        return str(value).upper(), TEXT
    if isinstance(value, int):
        return str(value), NUMBER
    if isinstance(value, float):
        if not abs(value) < EXACT_FLOAT:
            return np.format_float_scientific(value, trim="-", exp_digits=2), NUMBER
        return (str(int(value)) if value.is_integer() else np.format_float_positional(value, trim="-")), NUMBER
    if isinstance(value, Decimal):
        text = format(value, "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text), NUMBER
    if isinstance(value, dt.datetime):
        clock = value.replace(tzinfo=None)
        return (clock.isoformat(sep=" ") if clock.time() != dt.time() else clock.date().isoformat()), DATE
    if isinstance(value, dt.date):
        return value.isoformat(), DATE
    if isinstance(value, dt.timedelta):
        raise NotACellError(type(value).__name__)
    return str(value), TEXT
