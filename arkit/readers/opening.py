"""From a path to grids: what a file is shows in its first bytes, not in its name."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from arkit.readers.delimited import open_text
from arkit.readers.grid import MAX_FILE_BYTES, Grid
from arkit.readers.refusal import refuse, rule
from arkit.readers.workbook import open_workbook

TEXT_ENDINGS = (".csv", ".tsv")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_NOT_TABLES = (
    (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"%PDF", "PDF"), (b"\x1f\x8b", "gzip"),
    (b"PAR1", "Parquet"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"{\\rtf", "RTF"),
    (b"SQLite format 3", "SQLite"),
)  # fmt: skip


def open_source(source: str | PathLike[str]) -> list[Grid]:
    """Open a file, or each table of a folder.

    Raises
    ------
    LedgerError
        There is no such file, the folder holds no table, or a file is no table.
    """
    path = Path(source)
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except ValueError:  # a path with a NUL in it
        is_folder = is_file = False
    if not (is_folder or is_file):
        refuse(rule("no_such_file", file=str(source)))
    try:
        return [grid for file in (_tables_of(path) if is_folder else [path]) for grid in open_file(file)]
    except OSError as error:
        refuse(rule("unreadable_file", file=path.name, what=error.strerror or str(error)))


def _tables_of(folder: Path) -> list[Path]:
    """Return the text tables of a folder; its only workbook where it has none."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith((".", "~$")))
    texts = [p for p in files if p.suffix.lower() in TEXT_ENDINGS]
    books = [p for p in files if p.suffix.lower() in WORKBOOK_ENDINGS]
    if texts:
        return texts
    if len(books) == 1:
        return books
    refuse(rule("no_tables", file=folder.name, n=len(books), files=", ".join(p.name for p in files[:10]) or "-"))


def open_file(path: Path) -> list[Grid]:
    """Open one file by what its first bytes say that it is."""
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        mebi = 1024**2
        refuse(
            rule("too_large", file=path.name, what=f"{size / mebi:,.0f} MiB", limit=f"{MAX_FILE_BYTES / mebi:,.0f} MiB")
        )
    data = path.read_bytes()
    if not data or data.isspace():
        refuse(rule("empty_file", file=path.name))
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return open_workbook(data, path.name)
    for magic, kind in _NOT_TABLES:
        if data.startswith(magic):
            refuse(rule("not_a_table", file=path.name, what=kind))
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml")):
        refuse(rule("not_a_table", file=path.name, what="HTML" if b"<?xml" not in start[:5] else "XML"))
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        refuse(rule("not_a_table", file=path.name, what="binary"))
    return [open_text(data, path.name)]
