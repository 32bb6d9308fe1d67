"""The few things that differ between engines; everything else is narwhals, written once.

pandas wants datetimes at midnight and ids as categories, DuckDB wants dates and a table to come back to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from arkit.errors import ArkitError

Frame = nw.LazyFrame[Any]
"""A narwhals frame. An eager one (pandas) serves as well: only methods that both have are used."""

FOREVER = dt.date(9999, 12, 31)
"""Stands for "has not happened": a date that every comparison finds in the future."""

_names = count()


def wrap(native: Any) -> Frame:  # noqa: ANN401 (any frame that narwhals knows)
    """Return a native frame as a narwhals one; polars frames become lazy, so that they run as one plan."""
    try:
        frame: Frame = nw.from_native(native)
    except TypeError:
        msg = f"a ledger table must be a pandas or Polars frame or a DuckDB relation, got {type(native).__name__}"
        raise ArkitError(msg) from None
    return frame.lazy() if frame.implementation.is_polars() else frame


def is_lazy(frame: object) -> bool:
    """Tell whether a frame is a plan rather than data in memory."""
    return isinstance(frame, nw.LazyFrame)


def collect(frame: Frame) -> pd.DataFrame:
    """Bring a small result home as pandas; DuckDB's wide integers come back as int64, decimals as float64."""
    schema = frame.collect_schema()
    decimals = [name for name, dtype in schema.items() if dtype == nw.Decimal]
    if decimals:
        frame = frame.with_columns(nw.col(*decimals).cast(nw.Float64))
    wide = [name for name, dtype in schema.items() if dtype == nw.Int128]
    if wide:
        frame = frame.with_columns(nw.col(*wide).cast(nw.Int64))
    result: pd.DataFrame = frame.collect("pyarrow").to_pandas() if is_lazy(frame) else frame.to_native().copy()
    for name, dtype in schema.items():
        if dtype in (nw.Date, nw.Datetime):
            result[name] = result[name].astype("datetime64[us]")
        elif dtype == nw.Categorical:
            result[name] = result[name].astype("str")
    return result.reset_index(drop=True)


def records(rows: Sequence[Mapping[str, Any]], *, words: Sequence[str]) -> pd.DataFrame:
    """Return rows as a frame whose columns ``words`` keep the messages that they hold.

    pandas takes a message for a plain string, which can not be said in another language.
    """
    return pd.DataFrame(rows).assign(**{name: pd.Series([r[name] for r in rows], dtype="object") for name in words})


def added(frame: Frame, keys: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """Bring home the sums of whole numbers by group: a row per group that occurs, in no order, keys as text.

    On pandas keys that are categories are grouped by their codes: by themselves each group's text would be looked up.
    """
    native: Any = frame.to_native() if frame.implementation.is_pandas() else None
    if native is None or not all(isinstance(native[key].dtype, pd.CategoricalDtype) for key in keys):
        return collect(frame.group_by(*keys).agg(nw.col(*columns).sum()))
    places = [native[key].array for key in keys]
    sizes = [len(place.categories) for place in places]
    code = np.zeros(len(native), dtype=np.int64)
    for place, size in zip(places, sizes, strict=True):
        code = code * size + place.codes
    sums: pd.DataFrame = native[[*columns]].groupby(code, sort=False).sum()
    found = np.unravel_index(sums.index.to_numpy(), sizes)
    names = {key: place.categories.astype("str").take(at) for key, place, at in zip(keys, places, found, strict=True)}
    return pd.DataFrame({**names, **{name: sums[name].to_numpy() for name in columns}})


def moment(frame: Frame, day: dt.date) -> nw.Expr:
    """Return a date as a literal of the type that a ledger's dates have on this engine."""
    if frame.implementation.is_pandas():
        return nw.lit(dt.datetime(day.year, day.month, day.day), nw.Datetime("us"))  # noqa: DTZ001
    return nw.lit(day, nw.Date)


def until(events: Frame, limit: dt.date, *also: nw.Expr, columns: Sequence[str] | None = None) -> Frame:
    """Return the events in effect at a date, of which more may be asked (``also``).

    They are sorted by ``effective``: on pandas that is a slice, no scan. What is asked for in ``columns`` is there at
    least; a plan leaves out what nobody reads by itself.
    """
    if not events.implementation.is_pandas():
        return events.filter(nw.col("effective") <= moment(events, limit), *also)
    native: pd.DataFrame = events.to_native()
    rows = slice(native["effective"].searchsorted(pd.Timestamp(limit), side="right"))
    early: Frame = nw.from_native(native.iloc[rows] if columns is None else native[[*columns]].iloc[rows])
    return early.filter(*also) if also else early


def materialise(frame: Frame) -> Frame:
    """Compute a frame once, where it lives, so that what follows starts from the result."""
    if not is_lazy(frame):
        return frame
    if frame.implementation.is_duckdb():
        relation = frame.to_native()
        name = f"arkit_{next(_names)}"
        relation.query("_", f"CREATE TEMP TABLE {name} AS SELECT * FROM _")
        # from a relation of one row: from this one the table would drag the plan that made it through every later query
        here = relation.query("_", "SELECT 1").materialize()
        table: Frame = nw.from_native(here.query("_", f"SELECT * FROM {name}"))
        return table
    return frame.collect().lazy()


def placed(rows: pd.DataFrame, near: Frame) -> Frame:
    """Return a few rows from pandas on the engine where a frame lives."""
    if near.implementation.is_pandas():
        return wrap(rows)
    if near.implementation.is_polars():
        import polars as pl

        return wrap(pl.from_pandas(rows))
    return wrap(near.to_native().query("_", "SELECT * FROM rows"))  # DuckDB finds the frame by its name here


def share_keys(documents: Frame, *others: tuple[Frame, tuple[str, ...]]) -> tuple[Frame, ...]:
    """Encode document ids as one category on pandas, where text keys make joins slow; unknown ids become null.

    Parameters
    ----------
    documents
        The table whose ``document_id`` names the categories.
    *others
        Tables with the columns that hold such ids.
    """
    if not documents.implementation.is_pandas():
        return (documents, *(frame for frame, _ in others))
    ids = pd.Index(documents.to_native()["document_id"])
    keys = pd.CategoricalDtype(ids)
    shared: list[Frame] = []
    for frame, columns in [(documents, ("document_id",)), *others]:
        native: pd.DataFrame = frame.to_native()
        codes = {name: ids.get_indexer(pd.Index(native[name])) for name in columns}
        encoded = {name: pd.Categorical.from_codes(code, dtype=keys) for name, code in codes.items()}
        with_keys: Frame = nw.from_native(native.assign(**encoded))
        shared.append(with_keys)
    return tuple(shared)


def all_distinct(column: pd.Series) -> bool:
    """Tell whether no value of a column occurs twice; one in ascending order, as numbers often are, is not hashed."""
    if column.hasnans or not len(column):
        return bool(column.is_unique)
    if isinstance(column.dtype, pd.StringDtype) and column.dtype.storage == "pyarrow":
        import pyarrow.compute as pc

        texts = column.array.__arrow_array__()
        if pc.all(pc.less(texts[:-1], texts[1:])).as_py():
            return True
    return bool(pd.Index(column).is_unique)


def as_categories(frame: Frame, *columns: str) -> Frame:
    """Encode text as categories on pandas, where grouping by text is slow; elsewhere leave it."""
    if not frame.implementation.is_pandas():
        return frame
    native: pd.DataFrame = frame.to_native()
    return nw.from_native(native.assign(**{c: native[c].astype("category") for c in columns}))


def day(value: str | dt.date) -> dt.date:
    """Return a date given as ISO text or as a date.

    Raises
    ------
    ArkitError
        If it is neither: an order of day and month is never guessed.

    Examples
    --------
    >>> day("2026-01-31")
    datetime.date(2026, 1, 31)
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        msg = f"as_of must be a date or ISO text such as '2026-01-31', got {value!r}"
        raise ArkitError(msg) from None


def month_end(value: dt.date, months: int = 0) -> dt.date:
    """Return the last day of the month that lies so many months from a date.

    Examples
    --------
    >>> month_end(dt.date(2024, 1, 15), 1)
    datetime.date(2024, 2, 29)
    """
    ahead = value.year * 12 + value.month + months
    return dt.date(ahead // 12, ahead % 12 + 1, 1) - dt.timedelta(days=1)


def month_number(value: dt.date) -> int:
    """Return a month as a running number, ``year * 12 + month``: comparable on every engine."""
    return value.year * 12 + value.month


def month_of(number: int) -> dt.date:
    """Return the last day of the month with a running number."""
    return month_end(dt.date((number - 1) // 12, (number - 1) % 12 + 1, 1))


def month_ends(as_of: dt.date, months: int) -> list[dt.date]:
    """Return the last days of the months up to a date; the last is the date itself.

    Examples
    --------
    >>> [str(date) for date in month_ends(dt.date(2026, 3, 15), 3)]
    ['2026-01-31', '2026-02-28', '2026-03-15']
    """
    return [*(month_end(as_of, -back) for back in range(months - 1, 0, -1)), as_of]
