"""Packed tables, and addresses that fsspec opens."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import arkit
from arkit.readers import grid

CSV = b"document_id,customer_id,kind,date,due_date,amount,currency\n007,C1,invoice,2024-01-31,2024-03-01,5.00,EUR\n"
CUSTOMERS = b"customer_id,name\nC1,Bond\n"


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_gzip_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "documents.csv.gz"
    path.write_bytes(gzip.compress(CSV))
    ledger = arkit.read(path)
    assert ledger.documents["document_id"].tolist() == ["007"]
    assert (ledger.intake.source, ledger.intake.tables[0].file) == ("documents.csv.gz", "documents.csv")
    assert arkit.read(tmp_path).intake.rows == 1


def test_the_tables_of_an_archive_are_read(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    members = {"out/documents.csv": CSV, "out/customers.CSV": CUSTOMERS, "read me.txt": b"x", "out/.hidden.csv": b"",
               "__MACOSX/out/documents.csv": b"\0"}  # fmt: skip
    path.write_bytes(zipped(members))
    ledger = arkit.read(path)
    assert [table.file for table in ledger.intake.tables] == ["documents.csv", "customers.CSV"]
    assert ledger.customers["name"].tolist() == ["Bond"]


def test_parquet_in_an_archive_is_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    header, row = (line.split(b",") for line in CSV.splitlines())
    pq.write_table(pa.table({name.decode(): [cell.decode()] for name, cell in zip(header, row, strict=True)}), buffer)
    (tmp_path / "a.zip").write_bytes(zipped({"documents.parquet": buffer.getvalue()}))
    assert arkit.read(tmp_path / "a.zip").documents["document_id"].tolist() == ["007"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (gzip.compress(CSV)[:-9], r"not a table \(gzip: .*\[not_a_table\]"),
        (gzip.compress(CSV)[:20] + bytes(30), r"not a table \(gzip: .*\[not_a_table\]"),
        (gzip.compress(gzip.compress(CSV)), r"not a table \(gzip\)"),
        (gzip.compress(b""), r"there is nothing in it.*\[empty_file\]"),
        (zipped({"a.txt": CSV}), r"not a table \(ZIP\)"),
        (zipped({"a.csv": zipped({"b.csv": CSV})}), r"\[not_a_workbook\]"),
        (zipped({"a.csv": b""}), r"a.csv: there is nothing in it.*\[empty_file\]"),
        (zipped({"a.csv": CSV})[:60], r"\[not_a_workbook\]"),
        (zipped({"a.csv": CSV}).replace(b"a.csv-", b"a.csv+"), r"\[not_a_(table|workbook)\]"),
    ],
    ids=["cut", "damaged", "twice", "nothing", "no table", "nested", "empty", "cut archive", "damaged archive"],
)
def test_what_can_not_be_unpacked_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "thing").write_bytes(data)
    with pytest.raises(arkit.LedgerError, match=said):
        arkit.read(tmp_path / "thing")


def test_a_password_is_said(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.csv": CSV}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    (tmp_path / "a.zip").write_bytes(bytes(data))
    with pytest.raises(arkit.LedgerError, match=r"ZIP: .*encrypted.*\[not_a_table\]"):
        arkit.read(tmp_path / "a.zip")


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped({"a.csv": data})], ids=["gzip", "zip"])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "MAX_FILE_BYTES", 1 << 20)
    (tmp_path / "a").write_bytes(pack(bytes(1 << 24)))
    with pytest.raises(arkit.LedgerError, match=r"too large: (1|16) MiB, and the limit is 1 MiB \[too_large\]"):
        arkit.read(tmp_path / "a")


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped({"a.csv": data})], ids=["gzip", "zip"])
def test_what_unpacks_to_more_than_any_table_does_is_refused(tmp_path: Path, pack) -> None:
    (tmp_path / "a").write_bytes(pack(CSV + bytes(1 << 25)))
    with pytest.raises(arkit.LedgerError, match=r"too large: (16|32) MiB, and the limit is 16 MiB \[too_large\]"):
        arkit.read(tmp_path / "a")


class Remote(dict):
    """Stands for fsspec, of which only ``open`` is asked."""

    def open(self, address: str, mode: str) -> io.BytesIO:
        assert mode == "rb"
        if address.startswith("s3://"):
            raise ImportError("install s3fs", name="s3fs")
        if address.startswith("secret://"):
            raise PermissionError("no entry for key:hunter2")
        if address not in self:
            raise FileNotFoundError(address)
        return io.BytesIO(self[address])


def test_an_address_is_opened_through_fsspec(monkeypatch: pytest.MonkeyPatch) -> None:
    files = Remote({"memory://exports/documents.csv": CSV, "memory://a.csv.gz": gzip.compress(CSV)})
    monkeypatch.setitem(sys.modules, "fsspec", SimpleNamespace(open=files.open))
    for address, name in (("memory://exports/documents.csv", "documents.csv"), ("memory://a.csv.gz", "a.csv.gz")):
        ledger = arkit.read(address)
        assert ledger.documents["document_id"].tolist() == ["007"]
        assert ledger.intake.source == name
    with pytest.raises(arkit.LedgerError, match=r"b.csv: there is no such file.*\[no_such_file\]"):
        arkit.read("memory://b.csv")
    with pytest.raises(arkit.LedgerError, match=r"a.csv: reading it needs the package s3fs.*\[missing_package\]"):
        arkit.read("s3://key:hunter2@bucket/a.csv")
    with pytest.raises(arkit.LedgerError, match=r"a.csv: .*PermissionError.*\[unreadable_file\]") as caught:
        arkit.read("secret://key:hunter2@bucket/a.csv?token=hunter2")
    assert "hunter2" not in f"{caught.value} {caught.value.__context__} {caught.value.__cause__}"


def test_without_fsspec_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(arkit.LedgerError, match=r"a.csv: reading it needs the package fsspec.*\[missing_package\]"):
        arkit.read("s3://key:secret@bucket/a.csv")
