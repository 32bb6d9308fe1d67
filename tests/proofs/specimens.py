"""The fixture files as plain rows, and an independent reading of what their amounts add up to.

Nothing here uses the reader but to learn, once per untouched file, its layout and total; a file whose total the plain
sum below does not give (a journal with opening balances, say) is judged only by what leaves its total alone.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import yaml
from writing import TextForm

import arkit
from arkit.readers import profiles

FIXTURES = Path(__file__).parents[1] / "readers" / "fixtures"
SIGNS = {"amount": 1, "debit": 1, "credit": -1}
"""Canonical columns that make up a row's amount."""

Cells = tuple[tuple[str, ...], ...]


class Unreadable(ValueError):
    """A cell under an amount that is no number by any convention, so that no total can be right."""


@dataclass(frozen=True)
class Specimen:
    """A fixture file.

    Parameters
    ----------
    path, rows
        Where it is, and all its cells as text, titles above the header included.
    form
        How its text is written; how to write it, if it is a workbook.
    header
        Position of the header row.
    amounts
        Header -> sign, of the columns that are an amount.
    mark
        The decimal mark.
    options
        What a user has to say to have it read.
    total
        What the untouched file adds up to, over all currencies.
    plain
        Whether the total is the plain sum of the amounts.
    """

    path: Path
    rows: Cells
    form: TextForm
    header: int
    amounts: dict[str, int]
    mark: str
    options: dict[str, Any]
    total: Decimal
    plain: bool

    @property
    def words(self) -> tuple[str, ...]:
        """The header."""
        return self.rows[self.header]

    @property
    def amount(self) -> int:
        """Position of an amount column."""
        return next(i for i, word in enumerate(self.words) if word in self.amounts)

    @property
    def body(self) -> Cells:
        """The rows below the header."""
        return self.rows[self.header + 1 :]

    def total_of(self, rows: Sequence[Sequence[str]]) -> Decimal:
        """Add up the amounts of rows, wherever the header stands now.

        Raises
        ------
        Unreadable
            There is no such header, or a cell is no number.
        """
        found = [i for i, row in enumerate(rows) if set(self.amounts) <= {cell.strip() for cell in row}]
        if not found:
            raise Unreadable(self.amounts)
        words = [cell.strip() for cell in rows[found[0]]]
        total = Decimal(0)
        for row in rows[found[0] + 1 :]:
            for word, sign in self.amounts.items():
                position = words.index(word)
                total += sign * (number(row[position], self.mark) if position < len(row) else 0)
        return total

    def total_in(self, data: bytes, form: TextForm) -> Decimal:
        """Add up the amounts of a text file's bytes."""
        try:
            text = data.decode(form.encoding)
        except UnicodeDecodeError:
            text = data.decode(form.encoding, errors="replace")
        return self.total_of(parsed(text, form.delimiter))


def parsed(text: str, delimiter: str) -> list[list[str]]:
    """Return the cells of a text, by the standard library's reader."""
    csv.field_size_limit(1 << 30)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def number(cell: str, mark: str) -> Decimal:
    """Read one amount by the conventions of people: spaces, symbols, brackets, a minus on either side, full width.

    Raises
    ------
    Unreadable
        It is no number.
    """
    text = unicodedata.normalize("NFKC", cell.strip()).replace("\N{MINUS SIGN}", "-")
    text = re.sub(r'^="(.*)"$', r"\1", text)
    if text.casefold() in ("", "-", "--", "/", "null", "none", "nan", "n/a", "#n/a"):
        return Decimal(0)
    text = re.sub(r"[\s'’¥$€£]", "", text)
    sign = 1
    if text.startswith("(") and text.endswith(")"):
        sign, text = -1, text[1:-1]
    if text.endswith("-"):
        sign, text = -sign, text[:-1]
    text = text.replace("," if mark == "." else ".", "").replace(mark, ".")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)", text, flags=re.ASCII):
        raise Unreadable(cell)
    try:
        return sign * Decimal(text)
    except InvalidOperation as error:
        raise Unreadable(cell) from error


@cache
def specimens() -> tuple[Specimen, ...]:
    """Load every fixture that is one file; what stands beside it in ``expected.yaml`` says how a user reads it."""
    alone = [path for path in sorted(FIXTURES.iterdir()) if path.suffix == ".csv"]
    for expected in sorted(FIXTURES.glob("*/expected.yaml")):
        files = [path for path in expected.parent.iterdir() if path != expected]
        if len(files) == 1 and "refused" not in _yaml(expected):
            alone += files
    return tuple(_load(path) for path in alone)


@cache
def _yaml(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return loaded


def _load(path: Path) -> Specimen:
    beside = path.parent / "expected.yaml"
    told = (_yaml(beside).get("read") or {}) if beside.exists() else {}
    options = {key: str(value) if key == "exported_on" else value for key, value in told.items()}
    clean = arkit.read(path, **options)
    (table,) = (table for table in clean.intake.tables if table.table == "documents")
    form = TextForm(table.delimiter or ",", table.encoding or "utf-8")
    rows = _workbook(path, table.sheet) if table.delimiter is None else _text(path, form)
    columns = profiles.load(clean.intake.profile).tables["documents"].columns
    known = {_bare(word) for words in columns.values() for word in words}
    header = max(range(min(len(rows), 40)), key=lambda i: sum(_bare(cell) in known for cell in rows[i]))
    amounts = {
        word: sign
        for name, sign in SIGNS.items()
        for word in rows[header]
        if _bare(word) in map(_bare, columns.get(name, ()))
    }
    total = sum(clean.intake.totals["file"], Decimal(0))
    specimen = Specimen(path, rows, form, header, amounts, ".", options, total, plain=False)
    for mark in (".", ","):
        candidate = Specimen(path, rows, form, header, amounts, mark, options, total, plain=True)
        if amounts and _adds_up(candidate):
            return candidate
    return specimen


def _adds_up(specimen: Specimen) -> bool:
    try:
        return specimen.total_of(specimen.rows) == specimen.total
    except Unreadable:
        return False


def _bare(word: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", word)).casefold().strip("*:")


def _text(path: Path, form: TextForm) -> Cells:
    text = path.read_bytes().decode(form.encoding)
    return tuple(tuple(row) for row in parsed(text, form.delimiter))


def _workbook(path: Path, sheet: str | None) -> Cells:
    """Return a sheet's cells as text, by openpyxl."""
    book = openpyxl.load_workbook(path, data_only=True)
    return tuple(tuple(map(_shown, row)) for row in book[sheet or book.sheetnames[0]].iter_rows(values_only=True))


def _shown(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return f"{Decimal(repr(cell)):f}" if isinstance(cell, float) else str(cell)
