"""One table on one sheet of Excel: title, note, live totals, header, rows."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal
from unicodedata import east_asian_width

import pandas as pd

from arkit.messages import Lang, Message
from arkit.money import digits
from arkit.text import Text

CellFormat = Literal["money", "percent", "days", "date", "text", "count", "number", "rate", "unit"]

NUMBER_FORMATS = {
    "percent": "0.0%",
    "days": "#,##0.0;[Red]-#,##0.0",
    "count": "#,##0",
    "number": "#,##0.####",
    "rate": "0.0000%",
    "date": "yyyy-mm-dd",
    "text": "@",
}
UNITS = {"days": "days", "share": "percent", "money": "money", "count": "count", "index": "count"}
QUIET, LINK, RULE, BAND = "#5F6B7A", "#1F5FA8", "#9AA5B1", "#EEF2F6"
DAY_ZERO = pd.Timestamp("1899-12-30")  # of Excel's calendar, as it counts from March 1900 on
LONGEST_TEXT = 16_000  # Excel holds 32,767 UTF-16 units in a cell


@dataclass(frozen=True)
class Sheet:
    """A titled table of the workbook.

    Parameters
    ----------
    name
        Text of the tab; made safe, unique and at most 31 characters long.
    title, note
        What the table shows; how to read it.
    frame
        The rows, in order. A named index is written as leading columns.
    formats
        How a column is written; a column left out follows its dtype. ``money`` takes the decimals of
        the row's ``currency``; ``unit`` takes the format that the row's ``unit`` column names,
        a column that is written in words.
    headers
        What a column is called; without one its own name.
    totals
        Columns that get a live total above the header, where it stays in sight and follows the filter.
        With several currencies there is a row of totals for each, never a sum over them.
    formulas
        Columns written as live formulas, ``{column}`` standing for that column's cell in the same row:
        ``{"total": "SUM({not_due}:{unapplied})"}``. The frame's own value is what a viewer shows that
        does not calculate; where it is NaN the cell stays empty.
    """

    name: str
    title: str
    frame: pd.DataFrame
    formats: Mapping[str, CellFormat] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    totals: tuple[str, ...] = ()
    note: str = ""
    formulas: Mapping[str, str] = field(default_factory=dict)


QUOTED = ("=", "+", "-", "@", "\t", "'")
"""How a text starts that Excel would take for a formula, or for a quote mark of its own."""


class Styles:
    """The cell formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 (xlsxwriter is untyped)
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format({"font_color": QUIET, "text_wrap": True, "valign": "top"})
        self.link = book.add_format({"font_color": LINK, "underline": 1})
        header = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": BAND, "bottom": 1}
        self.header = book.add_format({**header, "bottom_color": RULE})
        self.header_right = book.add_format({**header, "bottom_color": RULE, "align": "right"})
        # a text that starts like a formula keeps its quote mark, so that editing the cell does not run it
        self.quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self.cell = cache(lambda kind, code="", total=False: book.add_format(_cell(kind, code, total)))


def _cell(kind: str, currency: str, total: bool) -> dict[str, Any]:
    number = NUMBER_FORMATS.get(kind)
    if number is None:  # money
        decimals = digits(currency) if currency else 2
        plain = "#,##0" + ("." + "0" * decimals if decimals else "")
        number = f"{plain};[Red]-{plain};–"
    return {"num_format": number} | ({"bold": True, "bg_color": BAND} if total else {})


class Page:
    """Lays a :class:`Sheet` out on a worksheet."""

    def __init__(self, page: Any, sheet: Sheet, styles: Styles, lang: Lang) -> None:  # noqa: ANN401
        indexed = any(name is not None for name in sheet.frame.index.names)
        self.frame = sheet.frame.reset_index() if indexed else sheet.frame
        self.units: list[str] = []
        if "unit" in sheet.formats.values():
            self.units, text = self.frame["unit"].astype(str).tolist(), Text(lang)
            self.frame = self.frame.assign(unit=[text.label(f"unit.{unit}") for unit in self.units])
        self.page, self.sheet, self.styles, self.lang = page, sheet, styles, lang
        self.columns = [str(column) for column in self.frame.columns]
        self.kinds = [_kind(sheet, column, self.frame[column]) for column in self.frame.columns]
        self.currency = self.columns.index("currency") if "currency" in self.columns else None
        self.codes = (
            self.frame["currency"].astype(str).tolist() if self.currency is not None else [""] * len(self.frame)
        )
        self.totalled = list(dict.fromkeys(self.codes)) if sheet.totals else []
        self.header = 2 + bool(sheet.note) + len(self.totalled)
        self.first, self.last = self.header + 1, self.header + len(self.frame)

    def write(self, *, back: tuple[str, str], title: str) -> None:
        """Write everything; ``back`` is the address of the contents page and its name."""
        widths = []
        for column, (name, kind) in enumerate(zip(self.columns, self.kinds, strict=True)):
            fill = self._formulas if name in self.sheet.formulas else self._texts if kind == "text" else self._numbers
            heading = max(_width(word) for word in [*self._heading(name).split(), ""]) + 4  # 4: the filter's button
            widths.append(min(max(fill(column, kind), heading, 9), 60))
        self._head(widths, back)
        self._totals()
        self._paper(title)

    def _heading(self, name: str) -> str:
        return str(self.sheet.headers.get(name, name))

    def _head(self, widths: list[int], back: tuple[str, str]) -> None:
        page, styles = self.page, self.styles
        for column, (name, kind, width) in enumerate(zip(self.columns, self.kinds, widths, strict=True)):
            page.set_column(column, column, width)
            style = styles.header if kind == "text" else styles.header_right
            page.write_string(self.header, column, self._heading(name), style)
        page.set_row(self.header, 32)
        page.write_string(0, 0, self.sheet.title, styles.title)
        page.write_url(1, 0, back[0], styles.link, f"← {back[1]}")
        if self.sheet.note:
            across = min(len(widths), 8) - 1
            if across > 0:
                page.merge_range(2, 0, 2, across, "")
            page.write_string(2, 0, self.sheet.note, styles.note)
            room = sum(widths[: across + 1])
            lines = sum(_width(line) // room + 1 for line in self.sheet.note.split("\n"))
            page.set_row(2, 14 * lines + 4)

    def _numbers(self, column: int, kind: str) -> int:
        longest = 0.0
        values = _as_numbers(self.frame.iloc[:, column], kind)
        for row, (value, style) in enumerate(zip(values, self._styles(kind), strict=True), self.first):
            if isinstance(value, str):
                self.page.write_string(row, column, value)
            elif value == value:  # NaN is "not defined": the cell stays empty
                self.page.write_number(row, column, value, style)
                longest = max(longest, abs(value))
        return 12 if kind == "date" else len(f"-{longest:,.2f}") + 1

    def _texts(self, column: int, _kind: str) -> int:
        plain, quoted, write = self.styles.cell("text"), self.styles.quoted, self.page.write_string
        codes, values = pd.factorize(self.frame.iloc[:, column])
        texts = [as_text(value) for value in values]
        styles = [quoted if text[:1] in QUOTED else plain for text in texts]
        for row, code in enumerate(codes.tolist(), self.first):
            if code >= 0 and texts[code]:
                write(row, column, texts[code], styles[code])
        self.page.ignore_errors({"number_stored_as_text": self._range(column)})
        return max((_width(text) for text in texts[:2000]), default=0) + 2

    def _formulas(self, column: int, kind: str) -> int:
        template = self.sheet.formulas[self.columns[column]]
        values = _as_numbers(self.frame.iloc[:, column], kind)
        for row, (value, style) in enumerate(zip(values, self._styles(kind), strict=True), self.first):
            if value == value:
                cells = {name: cell_name(row, place) for place, name in enumerate(self.columns)}
                self.page.write_formula(row, column, "=" + template.format_map(cells), style, value)
        return max((len(f"{value:,.2f}") for value in values if value == value), default=0) + 2

    def _styles(self, kind: str) -> Iterator[Any]:
        cell = self.styles.cell
        if kind == "unit":
            kinds = (UNITS.get(unit, "number") for unit in self.units)
            return (cell(kind, code) for kind, code in zip(kinds, self.codes, strict=True))
        return (cell(kind, code if kind == "money" else "") for code in self.codes)

    def _totals(self) -> None:
        places = range(len(self.columns))
        label = next((n for n in places if n != self.currency and self.columns[n] not in self.sheet.totals), None)
        for row, code in enumerate(self.totalled, self.header - len(self.totalled)):
            mine = self.frame[[each == code for each in self.codes]]
            for column, (name, kind) in enumerate(zip(self.columns, self.kinds, strict=True)):
                if name in self.sheet.totals:
                    style = self.styles.cell(kind, code if kind == "money" else "", True)
                    total = float(pd.to_numeric(mine[name]).sum())
                    self.page.write_formula(row, column, self._total(row, column), style, total)
                else:
                    words = {self.currency: code, label: Message("Total").to(self.lang)}
                    self.page.write_string(row, column, words.get(column, ""), self.styles.cell("text", "", True))

    def _total(self, row: int, column: int) -> str:
        if len(self.totalled) == 1 or self.currency is None:
            return f"=SUBTOTAL(9,{self._range(column)})"
        criterion = cell_name(row, self.currency)
        return f"=SUMIFS({self._range(column)},{self._range(self.currency)},{criterion})"

    def _range(self, column: int) -> str:
        return f"{cell_name(self.first, column)}:{cell_name(max(self.last, self.first), column)}"

    def _paper(self, title: str) -> None:
        page = self.page
        page.freeze_panes(self.first, 1 if self.kinds[:1] == ["text"] else 0)
        page.autofilter(self.header, 0, max(self.last, self.header), max(len(self.columns) - 1, 0))
        page.repeat_rows(self.header)
        set_paper(page)
        page.set_footer(f"&L{_footer(title)} · {_footer(self.sheet.title)}&R&P / &N")


def set_paper(page: Any) -> None:  # noqa: ANN401
    """Print a worksheet on A4 across, as wide as one page."""
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def cell_name(row: int, column: int, *, absolute: bool = False) -> str:
    """Return the name of a cell, ``A1`` (``$A$1``) for (0, 0)."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_abs=absolute, col_abs=absolute))


def _kind(sheet: Sheet, name: Hashable, column: pd.Series[Any]) -> str:
    if given := sheet.formats.get(str(name)):
        return given
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date"
    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        return "text"
    return "count" if pd.api.types.is_integer_dtype(column) else "number"


def _as_numbers(column: pd.Series[Any], kind: str) -> list[Any]:
    """Return floats, NaN where missing; a date becomes a day of Excel's calendar, words stay words."""
    if kind == "date":
        return list((pd.to_datetime(column) - DAY_ZERO).dt.days.astype("float64"))
    if pd.api.types.is_numeric_dtype(column):
        return list(column.astype("float64"))
    return [
        float("nan") if missing else value if isinstance(value, str) else float(value)
        for value, missing in zip(column, column.isna(), strict=True)
    ]


def as_text(value: object) -> str:
    """Return text as XML and Excel can carry it: no lone surrogates; too long a text is cut visibly."""
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + " …"


def _width(text: str) -> int:
    """Return how many digits wide a text is: a Chinese character takes two."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _footer(text: str) -> str:
    return text.replace("&", "&&")[:90]
