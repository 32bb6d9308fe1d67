"""Excel workbooks built part by part, so that each part can be wrong in its own way."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from writing import archive

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BOOK = f"{_CONTENT}.sheet.main+xml"
MACRO_BOOK = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

Write = Callable[[str, str], str]
"""From a cell's address and its text to the XML of the cell."""


class Styled(NamedTuple):
    """A cell's XML between its tags, and its attributes."""

    inside: str
    attributes: str = ""


def cell(address: str, text: str) -> str:
    """Return a cell: a number where the text is a plain one, else the text itself."""
    if re.fullmatch(r"-?(0|[1-9]\d{0,14})(\.\d{1,6})?", text):
        return f'<c r="{address}"><v>{text}</v></c>'
    return inline(address, text)


def inline(address: str, text: str) -> str:
    """Return a cell of text."""
    return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>' if text else ""


def letters(position: int) -> str:
    """Return the letters of a column, the first being 0."""
    found = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        found = chr(65 + rest) + found
    return found


def sheet(rows: Sequence[Sequence[str]], write: Write = cell, dimension: str = "") -> str:
    """Return the XML of a sheet."""
    lines = [
        f'<row r="{i}">{"".join(write(f"{letters(j)}{i}", text) for j, text in enumerate(row))}</row>'
        for i, row in enumerate(rows, 1)
    ]
    return sheet_of("".join(lines), dimension)


def sheet_of(lines: str, dimension: str = "") -> str:
    """Return the XML of a sheet around its rows."""
    told = f"<dimension ref={quoteattr(dimension)}/>" if dimension else ""
    return f"{HEAD}<worksheet {MAIN}>{told}<sheetData>{lines}</sheetData></worksheet>"


def parts(*sheets: str, name: str = "Sheet1", book: str = _BOOK) -> dict[str, str | bytes]:
    """Return the parts of a workbook with these sheets: name in the archive -> content."""
    numbers = range(1, len(sheets) + 1)
    names = [name, *(f"Sheet{i}" for i in numbers if i > 1)]
    listed = "".join(f'<sheet name={quoteattr(names[i - 1])} sheetId="{i}" r:id="rId{i}"/>' for i in numbers)
    types = "".join(_type(f"/xl/worksheets/sheet{i}.xml", f"{_CONTENT}.worksheet+xml") for i in numbers)
    related = "".join(_relation(f"rId{i}", "worksheet", f"worksheets/sheet{i}.xml") for i in numbers)
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        f"{_type('/xl/workbook.xml', book)}{types}{_type('/xl/sharedStrings.xml', f'{_CONTENT}.sharedStrings+xml')}"
        "</Types>",
        "_rels/.rels": _relations(_relation("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{HEAD}<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(related + _relation("rId99", "sharedStrings", "sharedStrings.xml")),
        "xl/sharedStrings.xml": shared([]),
        **{f"xl/worksheets/sheet{i}.xml": content for i, content in zip(numbers, sheets, strict=True)},
    }


def shared(texts: Sequence[str], before: str = "") -> str:
    """Return the XML of the shared texts; each is XML already."""
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return f"{HEAD}{before}<sst {MAIN}>{items}</sst>"


def workbook(*sheets: str, name: str = "Sheet1") -> bytes:
    """Return the bytes of a workbook with these sheets."""
    return archive(parts(*sheets, name=name))


def _type(part: str, content: str) -> str:
    return f'<Override PartName="{part}" ContentType="{content}"/>'


def _relation(number: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'


def _relations(inside: str) -> str:
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'
