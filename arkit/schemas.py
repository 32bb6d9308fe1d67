"""What a canonical table must hold, declared once with pandera and checked on every engine.

pandera checks pandas frames; for a table that stays in another engine the same declaration is read rule by rule
and asked of the data where they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import pandas as pd

from arkit import columns as c
from arkit.frames import Frame, all_distinct, collect
from arkit.intake import Problem
from arkit.messages import Message
from arkit.money import known_currencies

if TYPE_CHECKING:
    import pandera.pandas as pa

REQUIRED: dict[str, tuple[str, ...]] = {
    "documents": c.DOCUMENT_COLUMNS,
    "applications": c.APPLICATION_COLUMNS,
    "customers": ("customer_id",),
    "activities": ("customer_id", "date", "kind"),
    "targets": ("month", "amount"),
}
IDS = ("document_id", "by_document_id", "customer_id", "invoice_id", "order_number", "payer", "bank")
DATES = ("date", "due_date", "delivered_on", "due_on", "month")
_SHOWN = 20

_TODO = {
    "missing_value": Message("Every row needs a value here; fill it in, or leave the row out at its source."),
    "duplicate_id": Message("Give each document its own number; instalments share invoice_id instead."),
    "unknown_value": Message("Map it to one of the allowed values in the profile."),
    "not_a_date": Message("Give a date column, or ISO text such as 2026-01-31."),
    "not_a_number": Message("Give numbers in major units; leave no text in the column."),
}


@cache
def schema(table: str, *, distinct: bool = False) -> pa.DataFrameSchema:
    """Return the pandera schema of a canonical table; of one whose ids are known to be distinct, without that rule."""
    import pandera.pandas as pa

    def required(*, unique: bool = False, allowed: tuple[str, ...] = ()) -> pa.Column:
        checks = [pa.Check.isin(allowed)] if allowed else []
        return pa.Column(nullable=False, unique=unique and not distinct, checks=checks)

    declared: dict[str, dict[str, pa.Column]] = {
        "documents": {
            "document_id": required(unique=True),
            "customer_id": required(),
            "kind": required(allowed=c.DOCUMENT_KINDS),
            "date": required(),
            "amount": required(),
            "currency": required(allowed=tuple(sorted(known_currencies()))),
        },
        "applications": {
            "document_id": required(),
            "date": required(),
            "amount": required(),
            "kind": required(allowed=c.APPLICATION_KINDS),
        },
        "customers": {"customer_id": required(unique=True)},
        "activities": {
            "customer_id": required(),
            "date": required(),
            "kind": required(allowed=c.ACTIVITY_KINDS),
        },
        "targets": {"month": required(), "amount": required()},
    }
    return pa.DataFrameSchema(declared[table])


def missing_columns(frame: Frame, table: str) -> Iterator[Problem]:
    """Name all required columns that a table lacks, and those at hand."""
    present = frame.collect_schema().names()
    missing = [name for name in REQUIRED[table] if name not in present]
    if missing:
        yield Problem(
            "missing_column",
            Message("{table} lacks the columns {missing}", table=table, missing=", ".join(missing)),
            Message("It has: {present}. Rename what stands for them.", present=", ".join(map(str, present))),
            table=table,
        )


def canonical(frame: Frame, table: str) -> tuple[Frame, list[Problem]]:
    """Bring ids to text, dates to days and amounts to numbers; report what can not be brought.

    Times of day are dropped: a ledger knows days.
    """
    names = [name for name in frame.collect_schema().names() if name in (*IDS, *DATES, "amount", "tax")]
    if frame.implementation.is_pandas():
        native: pd.DataFrame = frame.to_native().reset_index(drop=True)
        problems: list[Problem] = []
        fixed = {name: _canonical_column(native[name], name, table, problems) for name in names}
        return nw.from_native(native.assign(**fixed)), problems
    types = {n: nw.String if n in IDS else nw.Date if n in DATES else None for n in names}
    return frame.with_columns(nw.col(n).cast(t) for n, t in types.items() if t is not None), []


def _canonical_column(column: pd.Series, name: str, table: str, problems: list[Problem]) -> pd.Series:
    if name in IDS:
        return _as_text(column)
    if name in DATES:
        if column.dtype.kind == "M":
            days = column.dt.tz_localize(None) if column.dt.tz is not None else column
            return days.astype("datetime64[us]").dt.normalize()
        days = pd.to_datetime(column, format="ISO8601", errors="coerce")
        bad = column.notna() & days.isna() & (column.astype("str").str.strip() != "")
        problems += _at(column[bad], "not_a_date", Message("This is not a date"), name, table)
        return days.astype("datetime64[us]").dt.normalize()
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        return column.astype("float64") if isinstance(column.dtype, pd.ArrowDtype) else column
    numbers = pd.to_numeric(column, errors="coerce")
    problems += _at(
        column[column.notna() & numbers.isna()], "not_a_number", Message("This is not a number"), name, table
    )
    return numbers.astype("float64")


def _as_text(column: pd.Series) -> pd.Series:
    """Return ids as text: the float 1930571429.0 is the id 1930571429, nothing is ever empty text."""
    if pd.api.types.is_float_dtype(column.dtype) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    text = column.astype("str").where(column.notna())
    return text.where(text != "")


def _at(bad: pd.Series, rule: str, message: Message, column: str, table: str) -> list[Problem]:
    return [
        Problem(rule, message, _TODO[rule], table=table, row=row, column=column, value=str(value))
        for row, value in zip(bad.index.to_list(), bad, strict=True)
    ]


def violations(frame: Frame, table: str) -> list[Problem]:
    """Hold a table against its schema; every failure at once, with row (position, from 0), column and value."""
    if frame.implementation.is_pandas():
        return _violations_pandas(frame.to_native(), table)
    return list(_violations_in_place(frame, table))


def _violations_pandas(native: pd.DataFrame, table: str) -> list[Problem]:
    from pandera.errors import SchemaErrors

    try:
        schema(table, distinct=_distinct(native, table)).validate(native, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
    else:
        return []
    problems = []
    for column, check, value, row in cases[["column", "check", "failure_case", "index"]].itertuples(index=False):
        at = None if pd.isna(row) else int(row)
        problems.append(_problem(table, str(column), str(check), value, at))
    return problems


def _distinct(native: pd.DataFrame, table: str) -> bool:
    return all(all_distinct(native[name]) for name, column in schema(table).columns.items() if column.unique)


def _violations_in_place(frame: Frame, table: str) -> Iterator[Problem]:
    for name, column in schema(table).columns.items():
        found: list[tuple[str, Frame]] = [("not_nullable", frame.filter(nw.col(name).is_null()))]
        if column.unique:
            counts = frame.group_by(name).agg(nw.len().alias("n")).filter(nw.col("n") > 1)
            found.append(("field_uniqueness", counts))
        for check in column.checks:
            allowed = list(check.statistics["allowed_values"])
            found.append(("isin", frame.filter(~nw.col(name).is_in(allowed) & ~nw.col(name).is_null())))
        for check_name, bad in found:
            for value in collect(bad.select(name).head(_SHOWN))[name]:
                yield _problem(table, name, check_name, value, None)


def _problem(table: str, column: str, check: str, value: Any, row: int | None) -> Problem:  # noqa: ANN401 (a cell)
    if check.startswith("not_nullable"):
        rule, message = "missing_value", Message("{column} is empty", column=column)
    elif check.startswith("field_uniqueness"):
        rule, message = "duplicate_id", Message("{column} occurs more than once", column=column)
    else:
        rule = "unknown_value"
        allowed = {"documents.kind": c.DOCUMENT_KINDS, "applications.kind": c.APPLICATION_KINDS}.get(
            f"{table}.{column}", c.ACTIVITY_KINDS
        )
        message = (
            Message("{column} is no ISO 4217 code", column=column)
            if column == "currency"
            else Message("{column} must be one of {allowed}", column=column, allowed=", ".join(allowed))
        )
    shown = None if value is None or pd.isna(value) else str(value)
    return Problem(rule, message, _TODO[rule], table=table, row=row, column=column, value=shown)
