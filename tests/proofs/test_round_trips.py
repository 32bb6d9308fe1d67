"""Reading what was written gives the same ledger, whatever the format."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from every_event import ledgers
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from random_ledgers import COLUMNS, Tables, to_frames
from share import examples
from writing import Rows, TextForm, ods, text_folder, xlsx

import arkit

NOTES = (
    None, "北京鑫源贸易有限公司，应收", 'says "no"', "two\nlines", "=cmd|' /C calc'!A0", "@SUM(A1)", "+1", "a;b,c|d",
    "<script>alert(1)</script>", "0012", "1.930571429E9", "=1+1", "\u202eright to left", "Größe №7 🙂",
)  # fmt: skip
CHINESE = "客户名称应收账款"
"""Common characters, by which a file in the Chinese encoding is known."""

forms = st.builds(
    TextForm,
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
)
notes = st.lists(st.sampled_from(NOTES), min_size=1, max_size=4)


def annotated(tables: Tables, texts: list[str | None]) -> Tables:
    """Put awkward texts beside the documents, in a column that is carried through."""
    documents = [{**row, "note": texts[i % len(texts)]} for i, row in enumerate(tables.documents)]
    customers = [{**row, "name": f"{CHINESE} {row['name']}"} for row in tables.customers]
    return Tables(documents, tables.applications, customers)


def rows_of(tables: Tables) -> dict[str, Rows]:
    """A header and rows for each table that has any."""
    names = {"documents": (*COLUMNS[0], "note"), "applications": COLUMNS[1], "customers": COLUMNS[2]}
    return {
        table: [list(names[table]), *([row[name] for name in names[table]] for row in rows)]
        for table, rows in tables._asdict().items()
        if rows
    }


def given_as_frames(tables: Tables) -> arkit.Ledger:
    """The ledger that never went through a file."""
    frames = to_frames(tables)
    frames["documents"]["note"] = pd.array([row["note"] for row in tables.documents], dtype="str")
    return arkit.Ledger(**{name: frame for name, frame in frames.items() if len(frame)})


def cells(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame's cells, None where there is nothing, whatever the columns' types."""
    return frame.astype(object).where(frame.notna(), None)


def assert_same_ledger(read: arkit.Ledger, tables: Tables) -> None:
    """Compare every cell of every table, and the totals, which are added up here in exact decimals."""
    want = given_as_frames(tables)
    for name in ("documents", "applications", "customers"):
        ours, theirs = read.table(name), want.table(name)
        assert_frame_equal(cells(ours[list(theirs.columns)]), cells(theirs))
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in tables.documents:
        sums[row["currency"]] += row["amount"]
    assert read.intake.totals["file"].to_dict() == read.intake.totals["used"].to_dict() == sums
    assert read.intake.ties()
    assert not read.intake.refused.size


@examples
@given(ledgers(2), notes, forms)
def test_text(tables: Tables, texts: list, form: TextForm):
    tables = annotated(tables, texts)
    if form.encoding == "gb18030":
        tables = Tables([{**row, "note": CHINESE} for row in tables.documents], *tables[1:])
    with TemporaryDirectory() as folder:
        ledger = arkit.read(text_folder(rows_of(tables), Path(folder), form))
    assert_same_ledger(ledger, tables)


@pytest.mark.parametrize("write", [xlsx, ods])
@examples
@given(tables=ledgers(2), texts=notes)
def test_workbooks(write: Callable[..., Path], tables: Tables, texts: list):
    tables = annotated(tables, texts)
    with TemporaryDirectory() as folder:
        ledger = arkit.read(write(rows_of(tables), Path(folder)))
    assert_same_ledger(ledger, tables)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_form_of_a_text_file_is_found_out(tmp_path: Path, delimiter: str, encoding: str):
    header = ["document_id", "customer_id", "kind", "date", "due_date", "amount", "currency", "note"]
    row = ["001", "C1", "invoice", "2024-01-31", None, Decimal("1.50"), "CNY", CHINESE]
    text_folder({"documents": [header, row]}, tmp_path, TextForm(delimiter, encoding))
    (table,) = arkit.read(tmp_path).intake.tables
    assert (table.delimiter, table.encoding) == (delimiter, encoding)
