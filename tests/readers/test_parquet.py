from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import arkit
from arkit.readers import grid, typed
from arkit.readers.opening import open_source


def documents(*numbers: str, **changed: Any) -> pa.Table:
    count = len(numbers)
    columns = {
        "document_id": list(numbers),
        "customer_id": ["007"] * count,
        "kind": ["invoice"] * count,
        "date": [dt.date(2024, 1, 31)] * count,
        "due_date": [dt.date(2024, 3, 1)] * count,
        "amount": [Decimal("10.25")] * count,
        "currency": ["EUR"] * count,
    } | changed
    return pa.table({name: values for name, values in columns.items() if values is not None})


def put(table: pa.Table, path: Path, **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, **options)
    return path


def ids(source: object) -> list[str]:
    return sorted(arkit.read(source).documents["document_id"])


@pytest.mark.parametrize("name", ["documents.parquet", "no ending"])
def test_a_file_is_read_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    ledger = arkit.read(put(documents("001", "002"), tmp_path / name))
    assert ledger.documents["document_id"].tolist() == ["001", "002"]
    assert ledger.intake.totals.loc["EUR", "file"] == Decimal("20.50")
    assert (ledger.intake.source, ledger.intake.tables[0].file) == (name, name)


def test_the_parts_of_a_folder_are_one_table_and_their_rows_are_counted_through(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    put(documents("001", "002"), folder / "part-0.snappy.parquet")
    put(documents("003"), folder / "part-1.zstd.parquet", compression="zstd")
    (folder / "_SUCCESS").touch()
    put(documents("009"), folder / "_temporary.parquet")
    ledger = arkit.read(folder)
    assert ledger.documents["document_id"].tolist() == ["001", "002", "003"]
    assert (ledger.intake.tables[0].file, ledger.intake.tables[0].rows) == ("ledger", 3)
    put(documents("004", kind=["what"]), folder / "part-2.parquet")
    with pytest.raises(arkit.LedgerError, match=r"ledger:row 5:kind: kind must be one of"):
        arkit.read(folder)


def test_parts_may_differ_in_the_order_and_type_of_their_columns(tmp_path: Path) -> None:
    put(documents("001"), tmp_path / "a.parquet")
    other = documents("x", document_id=[2.0], amount=[10.5]).select(list(reversed(documents("x").column_names)))
    put(other, tmp_path / "b.parquet")
    read = arkit.read(tmp_path).documents
    assert read["document_id"].tolist() == ["001", "2"]
    assert read["amount"].tolist() == [10.25, 10.5]


def test_the_names_of_folders_give_values_that_keep_their_zeros(tmp_path: Path) -> None:
    bare = {"region": None, "currency": None}
    put(documents("001", **bare), tmp_path / "ledger/currency=EUR/region=01/part-0.parquet")
    put(documents("002", **bare), tmp_path / "ledger/currency=CNY/region=a%20b/part-0.parquet")
    put(documents("003", **bare), tmp_path / "ledger/currency=CNY/region=__HIVE_DEFAULT_PARTITION__/part-0.parquet")
    for source in (tmp_path / "ledger", str(tmp_path / "ledger/*/*/*.parquet"), tmp_path / "ledger/**/*.parquet"):
        read = arkit.read(source).documents.set_index("document_id").sort_index()
        assert read["currency"].tolist() == ["EUR", "CNY", "CNY"]
        assert read["region"].tolist()[:2] == ["01", "a b"]
        assert read["region"].isna().tolist() == [False, False, True]


def test_a_folder_may_mix_tables_and_formats(tmp_path: Path) -> None:
    put(documents("001", "002"), tmp_path / "documents.parquet")
    (tmp_path / "customers.csv").write_text("customer_id,name\n007,Bond\n")
    settled = pa.table({"document_id": ["001"], "date": [dt.date(2024, 2, 1)], "amount": [5.0], "kind": ["payment"]})
    put(settled, tmp_path / "applications/part-0.parquet")
    put(settled.set_column(0, "document_id", [["002"]]), tmp_path / "applications/part-1.parquet")
    ledger = arkit.read(tmp_path)
    assert sorted((table.table, table.file) for table in ledger.intake.tables) == [
        ("applications", "applications"),
        ("customers", "customers.csv"),
        ("documents", "documents.parquet"),
    ]
    assert arkit.aging(ledger, as_of="2024-02-29").loc["EUR", "total"] == 10.5


def test_a_pattern_finds_files_of_any_format(tmp_path: Path) -> None:
    put(documents("001"), tmp_path / "2024.parquet")
    put(documents("002"), tmp_path / "2025.parquet")
    put(documents("003"), tmp_path / "draft.parquet")
    assert ids(tmp_path / "20*.parquet") == ["001", "002"]
    assert ids(tmp_path / "202?.parquet") == ["001", "002"]
    (tmp_path / "a.csv").write_text("document_id,customer_id,kind,date,amount,currency\n5,C,invoice,2024-01-31,1,EUR\n")
    assert ids(tmp_path / "*.csv") == ["5"]
    with pytest.raises(arkit.LedgerError, match=r"no such file or folder \[no_such_file\]"):
        arkit.read(tmp_path / "*.xlsx")
    literal = put(documents("004"), tmp_path / "[2024].parquet")
    assert ids(literal) == ["004"]


def test_one_row_in_two_parts_is_a_duplicate(tmp_path: Path) -> None:
    put(documents("001"), tmp_path / "documents.parquet")
    put(documents("001"), tmp_path / "documents_old.parquet")
    with pytest.raises(arkit.LedgerError, match=r"row 3:document_id.*\(first in row 2\).*\[duplicate_id\]"):
        arkit.read(tmp_path)


@pytest.mark.parametrize(
    ("mark", "what"), [("_delta_log/0.json", "Delta Lake"), ("metadata/v1.metadata.json", "Apache Iceberg")]
)
def test_a_table_that_keeps_its_past_is_refused(tmp_path: Path, mark: str, what: str) -> None:
    put(documents("001"), tmp_path / "data.parquet")
    (tmp_path / mark).parent.mkdir()
    (tmp_path / mark).touch()
    with pytest.raises(arkit.LedgerError, match=rf"table of {what}.*rows that it no longer has.*\[versioned_table\]"):
        arkit.read(tmp_path)


def test_a_damaged_file_is_refused_wherever_the_damage_is(tmp_path: Path) -> None:
    path = put(documents(*map(str, range(500))), tmp_path / "a.parquet", use_dictionary=False)
    data = path.read_bytes()
    for cut in (5, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:cut])
        with pytest.raises(arkit.LedgerError, match=r"a.parquet: this is not a table \(Parquet: .*\[not_a_table\]"):
            arkit.read(path)
    first = pq.ParquetFile(pa.BufferReader(data)).metadata.row_group(0).column(0).data_page_offset
    path.write_bytes(data[:first] + b"\xff" * 40 + data[first + 40 :])
    with pytest.raises(arkit.LedgerError, match=r"a.parquet: this is not a table \(Parquet: .*\[not_a_table\]"):
        arkit.read(path)


def test_two_columns_of_one_name_are_both_there(tmp_path: Path) -> None:
    table = documents("001").append_column("amount", pa.array([7]))
    with pytest.raises(arkit.LedgerError, match=r"several columns stand for amount: amount, amount"):
        arkit.read(put(table, tmp_path / "a.parquet"))
    (opened,) = open_source(tmp_path / "a.parquet")
    assert [cells.to_pylist() for cells, name in zip(opened.body(0).cells, opened.head[0], strict=True)
            if name == "amount"] == [["10.25"], ["7"]]  # fmt: skip


def test_size_limits_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = put(documents(*map(str, range(100_000))), tmp_path / "a" / "a.parquet")
    with monkeypatch.context() as patch:
        patch.setattr(typed, "MAX_UNPACKED_BYTES", 1 << 20)
        with pytest.raises(arkit.LedgerError, match=r"too large: > 1 MiB.*\[too_large\]"):
            arkit.read(few)
    monkeypatch.setattr(grid, "MAX_FILE_BYTES", 10)
    for source in (few, few.parent):
        with pytest.raises(arkit.LedgerError, match=r"too large: 1 MiB, and the limit is 0 MiB \[too_large\]"):
            arkit.read(source)
