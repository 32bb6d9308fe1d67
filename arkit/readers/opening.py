"""From what a caller gives to grids: a path, a pattern, an address or frames; a file is what its first bytes say."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable
from itertools import takewhile
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from arkit.errors import ArkitError
from arkit.messages import Message
from arkit.readers import database, frames, parquet
from arkit.readers.delimited import open_text
from arkit.readers.grid import MAX_FILE_BYTES, Grid, within_limit
from arkit.readers.packed import GZIP, ZIP, unpack
from arkit.readers.refusal import refuse, rule
from arkit.readers.workbook import open_workbook

TEXT_ENDINGS = (".csv", ".tsv")
PACKED_ENDINGS = (".csv.gz", ".tsv.gz")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_ADDRESS = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+://")
_NOT_TABLES = (
    (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"%PDF", "PDF"), (GZIP, "gzip"),
    (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"{\\rtf", "RTF"), (b"SQLite format 3", "SQLite"),
)  # fmt: skip


def open_source(
    source: Any,  # noqa: ANN401 (a path, an address, a frame, or a mapping of frames)
    *,
    table: database.Asked = None,
    query: database.Asked = None,
) -> list[Grid]:
    """Open a file, each table of a folder or a pattern, a database, an fsspec address, or frames.

    Raises
    ------
    LedgerError
        There is no such source, it holds no table, or a file is no table.
    ArkitError
        The source is of no kind that can be read, or the arguments do not go together.
    """
    address = isinstance(source, str) and _ADDRESS.match(source) is not None
    asked = table is not None or query is not None
    if address and (asked or database.is_database(source)):
        return database.open_database(source, table, query)
    if asked:
        raise ArkitError(Message("table= and query= are for the URL of a database, got {got}", got=described(source)))
    if address:
        return open_bytes(_fetch(source), described(source))
    if not isinstance(source, str | PathLike):
        return frames.open_frames(source)
    return _open_path(Path(source))


def described(source: Any) -> str:  # noqa: ANN401
    """Return the name of a source for a person; never a user or a password.

    Examples
    --------
    >>> described("exports/ledger.csv"), described("s3://key:secret@bucket/2026/ledger.csv?token=secret")
    ('ledger.csv', 'ledger.csv')
    """
    if not isinstance(source, str | PathLike):
        return frames.described(source)
    text = fspath(source)
    if not isinstance(source, str) or not _ADDRESS.match(source):
        return Path(text).name
    if database.is_database(source):
        return database.shown(source)
    return source.split("?")[0].rstrip("/").rsplit("/", 1)[-1].rsplit("@", 1)[-1]


def _open_path(path: Path) -> list[Grid]:
    try:
        if path.is_dir():
            files = [entry for entry in path.iterdir() if entry.is_file()]
            return _open_tables(files, path.name, parquet.open_folder(path))
        if path.is_file():
            return open_file(path)
        if files := _found(path):
            root = Path(*takewhile(lambda part: not glob.has_magic(part), path.parts))
            return _open_tables(files, path.name, parquet.open_parts(filter(parquet.is_parquet, files), root))
    except OSError as error:
        refuse(rule("unreadable_file", file=path.name, what=error.strerror or str(error)))
    refuse(rule("no_such_file", file=str(path)))


def _found(pattern: Path) -> list[Path]:
    """Return the files that a pattern such as ``data/*.parquet`` finds."""
    if "\0" in str(pattern):
        return []
    return [file for file in map(Path, glob.glob(str(pattern), recursive=True)) if file.is_file()]


def _open_tables(files: Iterable[Path], name: str, opened: list[Grid]) -> list[Grid]:
    """Add the text tables among files to the Parquet tables; the only workbook, where there is neither."""
    files = sorted(p for p in files if not p.name.startswith((".", "~$")))
    texts = [p for p in files if p.name.lower().endswith((*TEXT_ENDINGS, *PACKED_ENDINGS))]
    books = [p for p in files if p.suffix.lower() in WORKBOOK_ENDINGS]
    if texts or opened:
        return [*(grid for file in texts for grid in open_file(file)), *opened]
    if len(books) == 1:
        return open_file(books[0])
    refuse(rule("no_tables", file=name, n=len(books), files=", ".join(p.name for p in files[:10]) or "-"))


def _fetch(address: str) -> bytes:
    """Return the bytes at an address that fsspec can open: https://filesystem-spec.readthedocs.io/."""
    name, problem, data = described(address), None, b""
    try:
        import fsspec
    except ImportError:
        refuse(rule("missing_package", file=name, package="fsspec"))
    try:
        with fsspec.open(address, "rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except ImportError as error:
        problem = rule("missing_package", file=name, package=error.name or str(error))
    except FileNotFoundError:
        problem = rule("no_such_file", file=name)
    except Exception as error:  # each file system has its own, and its words may hold what is secret
        problem = rule("unreadable_file", file=name, what=type(error).__name__)
    if problem is not None:
        refuse(problem)
    within_limit(len(data), name)
    return data


def open_file(path: Path) -> list[Grid]:
    """Open one file by what its first bytes say that it is."""
    within_limit(path.stat().st_size, path.name)
    with path.open("rb") as stream:
        if stream.read(4) == parquet.MAGIC:
            return [parquet.open_parquet([parquet.Part(path.name, str(path))], path.name)]
    return open_bytes(path.read_bytes(), path.name)


def open_bytes(data: bytes, name: str, *, packed: bool = False) -> list[Grid]:
    """Open the bytes of one file; what was packed is not unpacked a second time."""
    if not data or data.isspace():
        refuse(rule("empty_file", file=name))
    if data.startswith(parquet.MAGIC):
        return [parquet.open_parquet([parquet.Part(name, data)], name)]
    if not packed and (inner := unpack(data, name, (*TEXT_ENDINGS, *parquet.ENDINGS))) is not None:
        return [grid for file, content in inner for grid in open_bytes(content, file, packed=True)]
    if data.startswith((ZIP, b"\xd0\xcf\x11\xe0")):
        return open_workbook(data, name)
    for magic, kind in _NOT_TABLES:
        if data.startswith(magic):
            refuse(rule("not_a_table", file=name, what=kind))
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml")):
        refuse(rule("not_a_table", file=name, what="HTML" if b"<?xml" not in start[:5] else "XML"))
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        refuse(rule("not_a_table", file=name, what="binary"))
    return [open_text(data, name)]
