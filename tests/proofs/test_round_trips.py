"""Reading what was written gives the same ledger, whatever the format."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from every_event import ledgers
from hypothesis import given
from hypothesis import strategies as st
from random_ledgers import COLUMNS, Tables
from share import examples
from writing import FRAMES, Rows, TextForm, frames, ods, parquet_folder, sqlite, text_folder, xlsx

import arkit

NOTES = (
    None, "北京鑫源贸易有限公司，应收", 'says "no"', "two\nlines", "=cmd|' /C calc'!A0", "@SUM(A1)", "+1", "a;b,c|d",
    "<script>alert(1)</script>", "0012", "1.930571429E9", "=1+1", "\u202eright to left", "Größe №7 🙂",
)  # fmt: skip
CHINESE = "客户名称应收账款"
"""Common characters, by which a file in the Chinese encoding is known."""
NUMBERS = ("document_id", "by_document_id", "invoice_id")

forms = st.builds(
    TextForm,
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
)
notes = st.lists(
    st.sampled_from(NOTES) | st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12),
    min_size=1,
    max_size=4,
)
prefixes = st.sampled_from(["", "00", "发票-", "a b/", "=", "'"])
scales = st.sampled_from([1, 10_007, 1_000_003])


@st.composite
def annotated(draw: st.DrawFn) -> Tables:
    """Ledgers with awkward texts beside their documents, awkward numbers, and amounts up to thousands of millions."""
    tables, texts, prefix, scale = draw(ledgers(2)), draw(notes), draw(prefixes), draw(scales)

    def changed(row: dict[str, Any]) -> dict[str, Any]:
        numbers = {key: row[key] and f"{prefix}{row[key]}" for key in NUMBERS if key in row}
        return row | numbers | {key: row[key] and row[key] * scale for key in ("amount", "tax") if key in row}

    documents = [
        {**changed(row), "note": (texts[i % len(texts)] or "").strip() or None}
        for i, row in enumerate(tables.documents)
    ]
    customers = [{**row, "name": f"{CHINESE} {row['name']}"} for row in tables.customers]
    return Tables(documents, list(map(changed, tables.applications)), customers)


def rows_of(tables: Tables) -> dict[str, Rows]:
    """A header and rows for each table that has any."""
    names = {"documents": (*COLUMNS[0], "note"), "applications": COLUMNS[1], "customers": COLUMNS[2]}
    return {
        table: [list(names[table]), *([row[name] for name in names[table]] for row in rows)]
        for table, rows in tables._asdict().items()
        if rows
    }


def canonical(cell: Any) -> Any:
    """What the ledger makes of a cell that was written."""
    if isinstance(cell, dt.date):
        return pd.Timestamp(cell)
    return float(cell) if isinstance(cell, Decimal) else cell


def assert_same_ledger(read: arkit.Ledger, tables: Tables) -> None:
    """Compare every cell of every table, and the totals, which are added up here in exact decimals."""
    written = rows_of(tables)
    assert {table.table for table in read.intake.tables} == set(written)
    for name, (header, *rows) in written.items():
        frame = read.table(name)[header]
        got = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
        assert got == [list(map(canonical, row)) for row in rows]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in tables.documents:
        sums[row["currency"]] += row["amount"]
    assert read.intake.totals["file"].to_dict() == read.intake.totals["used"].to_dict() == sums
    assert read.intake.ties()
    assert not read.intake.refused.size


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for one example."""
    with TemporaryDirectory() as name:
        yield Path(name)


@examples
@given(annotated(), forms)
def test_text(tables: Tables, form: TextForm):
    if form.encoding == "gb18030":
        tables = Tables([{**row, "note": CHINESE} for row in tables.documents], *tables[1:])
    with folder() as path:
        assert_same_ledger(arkit.read(text_folder(rows_of(tables), path, form)), tables)


@pytest.mark.parametrize("write", [xlsx, ods, parquet_folder])
@examples
@given(tables=annotated())
def test_files(write: Callable[..., Path], tables: Tables):
    with folder() as path:
        assert_same_ledger(arkit.read(write(rows_of(tables), path)), tables)


@examples
@given(annotated(), st.sampled_from(FRAMES))
def test_frames(tables: Tables, kind: str):
    assert_same_ledger(arkit.read(frames(rows_of(tables), kind)), tables)


@examples
@given(annotated())
def test_a_database(tables: Tables):
    rows = rows_of(tables)
    with folder() as path:
        assert_same_ledger(arkit.read(sqlite(rows, path), table={name: name for name in rows}), tables)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_form_of_a_text_file_is_found_out(tmp_path: Path, delimiter: str, encoding: str):
    header = ["document_id", "customer_id", "kind", "date", "due_date", "amount", "currency", "note"]
    row = ["001", "C1", "invoice", "2024-01-31", None, Decimal("1.50"), "CNY", CHINESE]
    text_folder({"documents": [header, row]}, tmp_path, TextForm(delimiter, encoding))
    (table,) = arkit.read(tmp_path).intake.tables
    assert (table.delimiter, table.encoding) == (delimiter, encoding)
