"""The Excel workbook for further work: real numbers and dates, live totals, ledger text always as text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from arkit.errors import ArkitError
from arkit.messages import Lang, Message
from arkit.reporting.sheet import CellFormat, Page, Sheet, Styles, set_paper

__all__ = ["CellFormat", "Sheet", "tab_names", "write"]

MOST_ROWS = 1_048_576 - 16  # of a sheet of Excel, less what stands above the table


def write(
    path: str | Path,
    sheets: Sequence[Sheet],
    *,
    as_of: dt.date | str,
    lang: Lang = "en",
    title: str = "arkit",
    properties: Mapping[str, str] | None = None,
) -> Path:
    """Write a workbook: a page of contents with links, then a sheet for each table.

    Parameters
    ----------
    path
        File to write.
    sheets
        The tables, in the order of their tabs.
    as_of
        Position date; it is the file's date too, so that the same figures give the same bytes.
    lang
        Language of the few words that the workbook adds.
    title
        Headline of the contents page and title of the file.
    properties
        Facts about the figures (label to value), shown on the contents page.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ArkitError
        For a table with more rows than a sheet of Excel holds.
    """
    book = Book(path, as_of=as_of, lang=lang, title=title, properties=properties)
    for sheet in sheets:
        book.add(sheet)
    return book.close()


class Book:
    """A workbook to which sheets are added one by one; parameters as those of :func:`write`."""

    def __init__(
        self,
        path: str | Path,
        *,
        as_of: dt.date | str,
        lang: Lang = "en",
        title: str = "arkit",
        properties: Mapping[str, str] | None = None,
    ) -> None:
        import xlsxwriter

        self.path, self.lang, self.title, self.properties = Path(path), lang, title, dict(properties or {})
        font = {"font_name": "Microsoft YaHei" if lang == "zh" else "Calibri", "font_size": 10}
        options = {"strings_to_formulas": False, "strings_to_urls": False, "default_format_properties": font}
        self._book = xlsxwriter.Workbook(str(path), options)
        created = dt.datetime.combine(pd.Timestamp(as_of).date(), dt.time())
        self._book.set_properties({"title": title, "author": "arkit", "created": created})
        self._styles = Styles(self._book)
        self._names = tab_names([Message("Contents").to(lang)])
        self._contents = self._book.add_worksheet(self._names[0])
        self._listed: list[tuple[str, str, int]] = []

    def add(self, sheet: Sheet) -> None:
        """Write a sheet; ArkitError for a table with more rows than a sheet of Excel holds."""
        if len(sheet.frame) > MOST_ROWS:
            raise ArkitError(
                Message(
                    "the sheet {name} would have {rows} rows, Excel holds {limit}: choose fewer documents",
                    name=sheet.name,
                    rows=len(sheet.frame),
                    limit=MOST_ROWS,
                )
            )
        self._names = tab_names([*self._names, sheet.name])
        page = Page(self._book.add_worksheet(self._names[-1]), sheet, self._styles, self.lang)
        page.write(back=(_address(self._names[0]), self._names[0]), title=self.title)
        self._listed.append((self._names[-1], sheet.title, len(sheet.frame)))

    def close(self) -> Path:
        """Write the page of contents, and the file."""
        _contents(self._contents, self._listed, self.title, self.properties, self._styles, self.lang)
        self._book.close()
        return self.path


def tab_names(names: Sequence[str]) -> list[str]:
    """Return names that Excel accepts as tabs: unique whatever the case, at most 31 characters.

    Examples
    --------
    >>> tab_names(["Ageing: by type", "ageing_ by type", "'History'", ""])
    ['Ageing_ by type', 'ageing_ by type 2', 'History_', 'Sheet']
    """
    taken: set[str] = set()
    safe = []
    for name in names:
        base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "_", name).strip("' ")[:31].rstrip("' ") or "Sheet"
        base = f"{base}_" if base.casefold() == "history" else base  # a name that Excel keeps for itself
        candidate, number = base, 1
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{base[: 30 - len(str(number))]} {number}"
        taken.add(candidate.casefold())
        safe.append(candidate)
    return safe


def _contents(
    page: Any,  # noqa: ANN401 (xlsxwriter is untyped)
    listed: Sequence[tuple[str, str, int]],
    title: str,
    properties: Mapping[str, str],
    styles: Styles,
    lang: Lang,
) -> None:
    page.write_string(0, 0, title, styles.title)
    row = 1
    for row, (label, value) in enumerate(properties.items(), 2):
        page.write_string(row, 0, label, styles.note)
        page.write_string(row, 1, value)
    row += 2
    page.write_string(row, 0, Message("Sheet").to(lang), styles.header)
    page.write_string(row, 1, Message("What it shows").to(lang), styles.header)
    page.write_string(row, 2, Message("Rows").to(lang), styles.header_right)
    for below, (name, what, rows) in enumerate(listed, row + 1):
        page.write_url(below, 0, _address(name), styles.link, name)
        page.write_string(below, 1, what)
        page.write_number(below, 2, rows, styles.cell("count"))
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 90)
    set_paper(page)


def _address(name: str) -> str:
    return "internal:'" + name.replace("'", "''") + "'!A1"
