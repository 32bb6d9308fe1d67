from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import arkit
from arkit.readers import typed
from arkit.readers.grid import DATE, NUMBER, TEXT
from arkit.readers.opening import open_source

SHANGHAI = ZoneInfo("Asia/Shanghai")
at = dt.datetime.fromisoformat


def cells(values: Any) -> list[str]:
    """The text of a column."""
    return [text for part, _ in typed.text_of(values) for text in part.to_pylist()]


def kinds(values: Any) -> list[int]:
    return [kind for part, kind in typed.text_of(values) for _ in range(len(part))]


@pytest.mark.parametrize(
    ("values", "texts", "kind"),
    [
        (pa.array([7, None, -7], pa.int64()), ["7", "", "-7"], NUMBER),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"], NUMBER),
        (pa.array([1930571429.0, -0.0, None]), ["1930571429", "0", ""], NUMBER),
        (pa.array([0.1 + 0.2, 1e-7, float("nan"), 1e15]), ["0.30000000000000004", "0.0000001", "", "1000000000000000"],
         NUMBER),
        (pa.array([0.1, 16777216.0], pa.float32()), ["0.1", "16777216"], NUMBER),
        (pa.array([1.5], pa.float16()), ["1.5"], NUMBER),
        (pa.array([Decimal("1234.5000"), Decimal("0.0000"), Decimal("-0.0001")]), ["1234.5", "0", "-0.0001"], NUMBER),
        (pa.array([Decimal("0E-8"), Decimal("1E-8")], pa.decimal128(18, 8)), ["0", "0.00000001"], NUMBER),
        (pa.array([Decimal("12345678901234567890123456789012345678901.25"), None]),
         ["12345678901234567890123456789012345678901.25", ""], NUMBER),
        (pa.array([Decimal(1930571400)], pa.decimal128(20, 0)), ["1930571400"], NUMBER),
        (pa.array([dt.date(2024, 1, 31), None]), ["2024-01-31", ""], DATE),
        (pa.array([dt.date(2024, 1, 31)], pa.date64()), ["2024-01-31"], DATE),
        (pa.array([at("1969-12-31"), at("2024-01-31 08:30")], pa.timestamp("ns")),
         ["1969-12-31", "2024-01-31 08:30:00"], DATE),
        (pa.array([at("2024-01-31 23:00:10")], pa.timestamp("s")), ["2024-01-31 23:00:10"], DATE),
        (pa.array([at("2024-01-30 16:00Z")], pa.timestamp("us", "Asia/Shanghai")), ["2024-01-31"], DATE),
        (pa.array([True, False, None]), ["TRUE", "FALSE", ""], TEXT),
        (pa.array(["007", None], pa.string_view()), ["007", ""], TEXT),
        (pa.array([b"007", None]), ["007", ""], TEXT),
        (pa.array(["a", None, "b", "a"]).dictionary_encode(), ["a", "", "b", "a"], TEXT),
        (pa.array([None, None]), ["", ""], TEXT),
        (pa.array([dt.time(8, 30)], pa.time32("s")), ["08:30:00"], TEXT),
        (pa.RunEndEncodedArray.from_arrays([2, 3], pa.array([5, 6])), ["5", "5", "6"], NUMBER),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)  # fmt: skip
def test_arrow_cells_become_the_text_that_files_hold(values: pa.Array, texts: list[str], kind: int) -> None:
    assert cells(values) == texts
    assert set(kinds(values)) == {kind}


def test_a_column_of_several_types_is_told_cell_by_cell() -> None:
    values = ["007", 1930571429.0, 5, Decimal("1.50"), dt.date(2024, 1, 31), None, float("nan"), pd.NaT, True,
              np.float64(0.25), np.int64(3), at("2024-01-31 08:00"), pd.Timestamp("2024-01-31"),
              1e17, -0.0]  # fmt: skip
    assert cells(values) == [
        "007", "1930571429", "5", "1.5", "2024-01-31", "", "", "", "TRUE", "0.25", "3", "2024-01-31 08:00:00",
        "2024-01-31", "1e+17", "0",
    ]  # fmt: skip
    told = dict(zip(cells(values), kinds(values), strict=True))
    assert (told["007"], told["1930571429"], told["2024-01-31"], told["TRUE"]) == (TEXT, NUMBER, DATE, TEXT)


def test_times_of_several_zones_are_each_told_by_their_own_clock() -> None:
    values = [dt.datetime(2024, 1, 31, tzinfo=dt.UTC), dt.datetime(2024, 1, 31, tzinfo=SHANGHAI)]
    assert cells(values) == ["2024-01-31", "2024-01-31"]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53).map(float), min_size=1))
def test_a_float_is_told_exactly(values: list[float]) -> None:
    texts = cells(pa.array(values))
    assert [float(text) for text in texts] == values
    assert texts == cells([*values, "x"])[:-1]  # cell by cell it is the same
    assert all("e" not in text for text, value in zip(texts, values, strict=True) if abs(value) < 2**53)


@given(st.lists(st.decimals(-(10**20), 10**20, places=4), min_size=1))
def test_a_decimal_is_told_exactly(values: list[Decimal]) -> None:
    texts = cells(values)
    assert [Decimal(text) for text in texts] == values
    assert texts == cells([*values, "x"])[:-1]


@given(st.lists(st.datetimes() | st.dates().map(lambda day: dt.datetime.combine(day, dt.time())), min_size=1))
def test_a_moment_is_told_exactly(values: list[dt.datetime]) -> None:
    texts = cells(pa.array(values, pa.timestamp("us")))
    assert [dt.datetime.fromisoformat(text.ljust(26, "0") if "." in text else text) for text in texts] == values


FRAME = pd.DataFrame({
    "document_id": [1930571429.0, 124.0],
    "customer_id": ["007", "008"],
    "kind": pd.Categorical(["invoice", "payment"]),
    "date": pd.to_datetime(["2024-01-31", "2024-02-10"]),
    "due_date": [dt.date(2024, 3, 1), None],
    "amount": [Decimal("1234.50"), Decimal("-34.50")],
    "currency": ["EUR", "EUR"],
})  # fmt: skip

FRAMES: dict[str, Callable[[], Any]] = {
    "pandas DataFrame": lambda: FRAME,
    "polars DataFrame": lambda: pl.from_pandas(FRAME),
    "polars LazyFrame": lambda: pl.from_pandas(FRAME).lazy(),
    "pyarrow Table": lambda: pa.Table.from_pandas(FRAME),
    "pyarrow RecordBatchReader": lambda: pa.Table.from_pandas(FRAME).to_reader(),
    "duckdb DuckDBPyRelation": lambda: duckdb.from_arrow(pa.Table.from_pandas(FRAME)),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_of_any_kind_is_read(name: str) -> None:
    ledger = arkit.read(FRAMES[name]())
    documents = ledger.documents
    assert documents["document_id"].tolist() == ["1930571429", "124"]
    assert documents["customer_id"].tolist() == ["007", "008"]
    assert documents["amount"].tolist() == [1234.5, -34.5]
    assert [str(day)[:10] for day in documents["date"]] == ["2024-01-31", "2024-02-10"]
    assert ledger.intake.source == name
    assert ledger.intake.ties()


def test_a_mapping_gives_each_table_its_name() -> None:
    applications = pl.DataFrame({"document_id": [1930571429], "by_document_id": [124.0], "date": ["2024-02-10"],
                                 "amount": [34.5], "kind": ["payment"]})  # fmt: skip
    ledger = arkit.read({"documents": FRAME, "applications": applications})
    assert ledger.applications["by_document_id"].tolist() == ["124"]
    assert ledger.intake.source == "documents, applications"
    assert arkit.aging(ledger, as_of="2024-02-29").loc["EUR", "total"] == 1200.0
    with pytest.raises(arkit.LedgerError, match=r"polars DataFrame:applications:row 2:document_id: no document has"):
        arkit.read({"documents": FRAME.assign(document_id=["1", "124"]), "applications": applications})


def test_float_ids_as_text_and_a_column_of_both_are_mended() -> None:
    frame = FRAME.assign(document_id=["1930571429.0", "124.0"], customer_id=pd.Series([7.0, "007"], dtype=object))
    documents = arkit.read(frame).documents
    assert documents["document_id"].tolist() == ["1930571429", "124"]
    assert documents["customer_id"].tolist() == ["7", "007"]


def test_an_id_that_a_float_has_rounded_is_refused() -> None:
    with pytest.raises(arkit.LedgerError, match=r"has rounded this number \(got '1\.2345678901234568e\+17'\)"):
        arkit.read(FRAME.assign(document_id=[123456789012345678.0, 1.0]))


def test_a_number_of_three_decimals_is_no_thousand() -> None:
    frame = FRAME.assign(amount=[1.234, -2.0], currency="KWD")
    assert arkit.read(frame).documents["amount"].tolist() == [1.234, -2.0]


def test_dates_that_are_partly_text_are_refused() -> None:
    frame = FRAME.assign(date=pd.Series([dt.date(2024, 4, 3), "13/04/2024"], dtype=object))
    with pytest.raises(arkit.LedgerError, match=r"row 3:date.*\[half_converted_dates\]"):
        arkit.read(frame)


def test_the_named_levels_of_an_index_are_columns() -> None:
    frame = FRAME.set_index(["customer_id", "document_id"])
    assert arkit.read(frame).documents["document_id"].tolist() == ["1930571429", "124"]
    assert arkit.read(FRAME.set_index("document_id", drop=False)).intake.rows == 2


def test_headers_need_not_be_text_nor_differ() -> None:
    frame = FRAME.assign(a=1, b=2).set_axis([*FRAME.columns, 2024, 2024], axis=1)
    read = arkit.read(frame).documents
    assert read[["2024", "2024.1"]].iloc[0].tolist() == ["1", "2"]


def test_periods_are_text_and_extension_types_of_text_are_read() -> None:
    frame = pd.DataFrame({"p": pd.period_range("2024-01", periods=2, freq="M")})
    (grid,) = open_source(frame)
    assert grid.body(0).cells[0].to_pylist() == ["2024-01", "2024-02"]
    assert cells([uuid.UUID(int=7)]) == ["00000000-0000-0000-0000-000000000007"]
    assert cells(pa.ExtensionArray.from_storage(pa.json_(), pa.array(['{"a": 1}']))) == ['{"a": 1}']


def test_rows_in_which_there_is_nothing_are_no_rows_and_keep_their_number() -> None:
    frame = pd.concat([FRAME[:1], FRAME[:1].map(lambda _: None), FRAME[1:].assign(date="soon")]).astype(object)
    with pytest.raises(arkit.LedgerError, match=r"pandas DataFrame:row 4:date: this is not a date \(got 'soon'\)"):
        arkit.read(frame, dates="ymd")


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ([[1], [2]], "list<item: int64>"),
        ([{"a": 1}, None], "struct<a: int64>"),
        ([b"\xff\xfe", None], "binary"),
        ([dt.timedelta(days=1), None], "duration"),
        ([{"a": 1}, "x"], "dict"),
        ([["a"], "x"], "list"),
        ([dt.timedelta(days=1), "x"], "Timedelta|timedelta"),
    ],
    ids=str,
)
def test_what_is_no_cell_is_refused_by_name(values: list, what: str) -> None:
    frame = FRAME.assign(extra=pd.Series(values, dtype=object))
    with pytest.raises(arkit.LedgerError, match=rf"pandas DataFrame:extra: the column holds ({what}).*\[not_a_cell\]"):
        arkit.read(frame)


@pytest.mark.parametrize("thing", [None, 7, object(), [1], pd.Series([1])], ids=lambda thing: type(thing).__name__)
def test_what_is_no_frame_is_refused(thing: object) -> None:
    with pytest.raises(
        arkit.ArkitError, match=r"read takes a path, a database URL, a frame or a mapping of frames, got"
    ):
        arkit.read(thing)


def test_a_table_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(arkit.LedgerError, match=r"too large: 1001 columns, and the limit is 1,000 \[too_large\]"):
        arkit.read(pd.DataFrame(np.zeros((1, 1001))))
    monkeypatch.setattr(typed, "MAX_UNPACKED_BYTES", 1 << 20)
    text = pa.DictionaryArray.from_arrays(pa.array(np.zeros(100, dtype=np.int32)), pa.array(["x" * 32_000]))
    with pytest.raises(arkit.LedgerError, match=r"too large: > 1 MiB, and the limit is 1 MiB \[too_large\]"):
        arkit.read(pa.table({name: text for name in FRAME.columns}))


def test_long_columns_are_told_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed, "CHUNK", 3)
    table = pa.table({"a": [1.0, 2.0, 3.5, None, None, None, 1e-7], "b": ["x"] * 7})
    (grid,) = open_source(pa.concat_tables([table, table]))
    raw = grid.body(0)
    assert raw.cells[0].to_pylist() == ["1", "2", "3.5", "", "", "", "0.0000001"] * 2
    assert raw.kinds[0] is not None
    assert raw.kinds[1] is None
    assert raw.rows.tolist() == list(range(2, 16))
