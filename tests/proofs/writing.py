"""Ledgers written to disk in every format, as other programs write them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

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
