"""The fixture files as plain rows, and an independent reading of what their amounts add up to.

Nothing here uses the reader but to learn, once per untouched source, its layout and totals. A file whose total the
plain sum below does not give (SAP's debit/credit mark, a journal with opening balances) is judged by what must leave
its totals alone; a file that is refused must stay so.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import openpyxl
import yaml
from writing import TextForm

import arkit

FIXTURES = Path(__file__).parents[1] / "readers" / "fixtures"
SIGNS = {"amount": 1, "debit": 1, "credit": -1, "credited": -1}
"""Canonical columns that make up a row's amount."""

Cells = tuple[tuple[str, ...], ...]
Totals = dict[str, tuple[Decimal, Decimal]]


@dataclass(frozen=True)
class Specimen:
    """A fixture file.

    Parameters
    ----------
    path, rows
        Where it is, and all its cells as text, titles above the header included.
    form
        How its text is written; how to write it, if it is a workbook.
    sheet
        Name of its sheet, or one that any layout takes.
    header
        Position of the header row.
    amounts
        Header -> sign, of the columns that are an amount; ``upper/lower`` where a header has two rows.
    mark
        The decimal mark.
    options
        What a user has to say to have it read.
    totals
        Of the untouched source by currency: in all, and used. None where it is refused.
    plain
        Whether the total is the plain sum of the amounts.
    beside
        The other files that are read with it.
    """

    path: Path
    rows: Cells
    form: TextForm
    sheet: str
    header: int
    amounts: dict[str, int]
    mark: str
    options: dict[str, Any]
    totals: Totals | None
    plain: bool
    beside: tuple[Path, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The header."""
        return self.rows[self.header]

    @cached_property
    def amount(self) -> int:
        """Position of an amount column; of the one with most numbers, where none is known."""
        titles = _titles(self.rows, self.header)
        return max(range(len(self.words)), key=lambda i: (bool(titles[i] & set(self.amounts)), self._numbers(i)))

    def _numbers(self, position: int) -> int:
        return sum(position < len(row) and re.search(r"\d[.,]\d\d$", row[position]) is not None for row in self.body)

    @property
    def body(self) -> Cells:
        """The rows below the header."""
        return self.rows[self.header + 1 :]

    @property
    def total(self) -> Decimal:
        """What the untouched source adds up to, over all currencies."""
        return sum((total for total, _ in (self.totals or {}).values()), Decimal(0))

    def sum_of(self, rows: Sequence[Sequence[str]]) -> tuple[Decimal, set[int]] | None:
        """Add up the amounts of rows, wherever the header stands now; None where there is no such header.

        Returns
        -------
        tuple
            The total, and the positions of rows with an amount that is no number by any convention.
        """
        if (header := _header(rows, self.amounts)) is None:
            return None
        found = _found(_titles(rows, header), self.amounts)
        total, unreadable = Decimal(0), set()
        for i, row in enumerate(rows[header + 1 :], header + 1):
            for word, position in found.items():
                try:
                    total += self.amounts[word] * (number(row[position], self.mark) if position < len(row) else 0)
                except InvalidOperation:
                    unreadable.add(i)
        return total, unreadable

    def rows_in(self, data: bytes, form: TextForm) -> list[list[str]]:
        """Return the cells of a text file's bytes."""
        return parsed(data.decode(form.encoding, errors="replace"), form.delimiter)


def parsed(text: str, delimiter: str) -> list[list[str]]:
    """Return the cells of a text, by the standard library's reader."""
    csv.field_size_limit(1 << 30)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def number(cell: str, mark: str) -> Decimal:
    """Read one amount by the conventions of people: spaces, symbols, brackets, a minus on either side, full width.

    Raises
    ------
    InvalidOperation
        It is no number.
    """
    text = unicodedata.normalize("NFKC", cell.strip()).replace("\N{MINUS SIGN}", "-")
    text = re.sub(r'^="(.*)"$', r"\1", text)
    if text.casefold() in ("", "-", "--", "/", "null", "none", "nan", "n/a", "#n/a"):
        return Decimal(0)
    text = re.sub(r"[\s'’]", "", text)
    text = re.sub(r"^[¥$€£]|[¥$€£]$", "", text, count=1)
    sign = 1
    if text.startswith("(") and text.endswith(")"):
        sign, text = -1, text[1:-1]
        if text.startswith(("-", "+")) or text.endswith("-"):  # twice a sign: who knows what was meant
            raise InvalidOperation(cell)
    elif text.endswith("-"):
        sign, text = -sign, text[:-1]
    other = "," if mark == "." else "."
    if other in text and not re.search(rf"\{other}\d{{3}}(\D|$)", text):  # no thousands mark, so the decimal one
        mark, other = other, mark
    text = text.replace(other, "").replace(mark, ".")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)", text, flags=re.ASCII):
        raise InvalidOperation(cell)
    return sign * Decimal(text)


@cache
def specimens() -> tuple[Specimen, ...]:
    """Load every file of every fixture; ``expected.yaml`` beside it says how a user reads it."""
    alone = [([path], {}) for path in sorted(FIXTURES.iterdir()) if path.is_file()]
    folders = [_in_folder(expected) for expected in sorted(FIXTURES.glob("*/expected.yaml"))]
    return tuple(specimen for files, options in (*alone, *folders) for specimen in _load(files, options))


def _in_folder(expected: Path) -> tuple[list[Path], dict[str, Any]]:
    told = yaml.safe_load(expected.read_text("utf-8")).get("read") or {}
    options = {key: str(value) if key == "exported_on" else value for key, value in told.items()}
    if isinstance(accepted := options.get("accept"), str):
        options["accept"] = [accepted]
    return sorted(path for path in expected.parent.iterdir() if path != expected), options


def read(source: Path, options: dict[str, Any]) -> tuple[arkit.Ledger | None, set[str]]:
    """Return the ledger, or the rules for which it is refused."""
    try:
        return arkit.read(source, **options), set()
    except arkit.LedgerError as refusal:
        return None, {problem.rule for problem in refusal.problems}


def totals_of(ledger: arkit.Ledger) -> Totals:
    """Return the totals by currency: in all, and used."""
    return {code: (row["file"], row["used"]) for code, row in ledger.intake.totals.to_dict("index").items()}


def amounts_of(ledger: arkit.Ledger) -> dict[str, int]:
    """Return the headers under which the reader found amounts, with the sign that each has."""
    named = {name: header for table, name, header in ledger.intake.recognised.columns if table == "documents"}
    amounts = {named[name]: sign for name, sign in SIGNS.items() if name in named}
    return amounts or {named[name]: 1 for name in ("open",) if name in named}


def _load(files: list[Path], options: dict[str, Any]) -> Iterator[Specimen]:
    """Yield the files of one source."""
    ledger, _ = read(files[0] if len(files) == 1 else files[0].parent, options)
    known = ledger.intake.recognised.columns if ledger else ()
    tables = ledger.intake.tables if ledger else ()
    amounts = amounts_of(ledger) if ledger else {}
    words = {header.rpartition("/")[2] for *_, headers in known for header in headers.split(" + ")}
    for path in files:
        table = next((table for table in tables if path.name in table.file.split(" + ")), None)
        form = TextForm((table and table.delimiter) or ",", (table and table.encoding) or "utf-8")
        book = path.suffix == ".xlsx"
        sheet = (table and table.sheet) or path.stem[:31]
        rows = _workbook(path, table and table.sheet) if book else _text(path, form)
        header = _header(rows, amounts)
        if header is None:
            header = max(range(min(len(rows), 40)), key=lambda i: (sum(w in words for w in rows[i]), len(set(rows[i]))))
        beside = tuple(other for other in files if other != path)
        totals = totals_of(ledger) if ledger else None
        specimen = Specimen(path, rows, form, sheet, header, amounts, ".", options, totals, False, beside)
        marked = (replace(specimen, mark=mark, plain=True) for mark in ".,")
        yield next((it for it in marked if it.sum_of(rows) == (it.total, set())), specimen)


def _titles(rows: Sequence[Sequence[str]], header: int) -> list[set[str]]:
    """Return what each column can be called: by its header, and by the one above it, which may span several."""
    above, titles = "", []
    for i, cell in enumerate(rows[header]):
        upper = rows[header - 1][i].strip() if header and i < len(rows[header - 1]) else ""
        above = upper or above
        titles.append({cell.strip(), f"{above}/{cell.strip()}"})
    return titles


def _found(titles: list[set[str]], words: Collection[str]) -> dict[str, int]:
    """Return where headers stand, the first of each."""
    return {word: i for word in words for i in reversed(range(len(titles))) if word in titles[i]}


def _header(rows: Sequence[Sequence[str]], words: Collection[str]) -> int | None:
    """Return the first row that has all these headers."""
    rows_with_all = (i for i in range(len(rows)) if len(_found(_titles(rows, i), words)) == len(words) > 0)
    return next(rows_with_all, None)


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
