"""Ledgers written to disk in every format, as other programs write them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import sqlite3
import zipfile
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

Rows = list[list[Any]]
"""A header and the rows below it: texts, dates, Decimals, None."""


class TextForm(NamedTuple):
    """How a text file is written."""

    delimiter: str = ","
    encoding: str = "utf-8"
    quoting: int = csv.QUOTE_MINIMAL
    newline: str = "\n"


PLAIN = TextForm()


def plain(cell: Any) -> str:
    """Return a cell as text: ISO dates, decimal points."""
    if cell is None:
        return ""
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def text(rows: Rows, form: TextForm = PLAIN) -> bytes:
    """Return the bytes of a delimited text file."""
    target = io.StringIO()
    csv.writer(target, delimiter=form.delimiter, quoting=form.quoting, lineterminator=form.newline).writerows(
        [plain(cell) for cell in row] for row in rows
    )
    return target.getvalue().encode(form.encoding)


def text_folder(tables: dict[str, Rows], folder: Path, form: TextForm = PLAIN) -> Path:
    """Write each table as a text file of a folder."""
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_bytes(text(rows, form))
    return folder


def xlsx(tables: dict[str, Rows], folder: Path) -> Path:
    """Write each table as a sheet of an Excel workbook: true dates and numbers, the rest as text."""
    path = folder / "ledger.xlsx"
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(path, options) as book:
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(i, j, cell)
    return path


def arrow(rows: Rows) -> pa.Table:
    """Return a table with the types of a good export: dates, exact decimals, text."""
    header, *body = rows
    columns = zip(*body, strict=True)
    return pa.table({name: pa.array(cells, _type(cells)) for name, cells in zip(header, columns, strict=True)})


def _type(cells: tuple[Any, ...]) -> pa.DataType:
    kinds = {type(cell) for cell in cells} - {type(None)}
    return {dt.date: pa.date32(), Decimal: pa.decimal128(24, 3)}.get(kinds.pop() if kinds else str, pa.string())


def parquet_folder(tables: dict[str, Rows], folder: Path) -> Path:
    """Write each table as a Parquet file of a folder."""
    for name, rows in tables.items():
        pq.write_table(arrow(rows), folder / f"{name}.parquet")
    return folder


FRAMES = ("arrow", "duckdb", "pandas", "polars")


def frames(tables: dict[str, Rows], kind: str) -> dict[str, Any]:
    """Return each table as a frame of a kind."""
    made = {name: arrow(rows) for name, rows in tables.items()}
    if kind == "duckdb":
        connection = duckdb.connect()
        return {name: connection.from_arrow(table) for name, table in made.items()}
    if kind == "polars":
        return {name: pl.from_arrow(table) for name, table in made.items()}
    if kind == "pandas":
        return {name: table.to_pandas(date_as_object=False) for name, table in made.items()}
    return made


def sqlite(tables: dict[str, Rows], folder: Path) -> str:
    """Write each table into a database, whose types are hints; return its URL."""
    path = folder / "ledger.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        for name, (header, *rows) in tables.items():
            columns = ", ".join(f"{column} {_SQL.get(column, 'text')}" for column in header)
            connection.execute(f"create table {name} ({columns})")
            marks = ", ".join("?" * len(header))
            connection.executemany(f"insert into {name} values ({marks})", [[*map(_stored, row)] for row in rows])
    return f"sqlite:///{path}"


_SQL = {"date": "date", "due_date": "date", "amount": "numeric", "tax": "numeric"}


def _stored(cell: Any) -> str | None:
    return None if cell is None else plain(cell)


_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def ods(tables: dict[str, Rows], folder: Path) -> Path:
    """Write each table as a sheet of an OpenDocument workbook."""
    sheets = [
        f'<table:table table:name="{escape(name)}">{"".join(map(ods_row, rows))}</table:table>'
        for name, rows in tables.items()
    ]
    path = folder / "ledger.ods"
    path.write_bytes(ods_of("".join(sheets)))
    return path


def ods_of(sheets: str, before: str = "") -> bytes:
    """Return the bytes of an OpenDocument workbook around the XML of its sheets."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content {_NAMES} office:version="1.3">'
        f"<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return archive({"mimetype": _ODS, "content.xml": content, "META-INF/manifest.xml": manifest})


def archive(parts: dict[str, str | bytes]) -> bytes:
    """Return the bytes of a zip archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return target.getvalue()


def ods_row(row: list[Any]) -> str:
    return f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>"


def ods_cell(cell: Any) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, dt.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    if isinstance(cell, Decimal):
        return f'<table:table-cell office:value-type="float" office:value="{cell:f}"/>'
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(cell).split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'
