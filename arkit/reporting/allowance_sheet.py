"""What the sheets of an allowance share: formulas that name columns of other sheets, and their headings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from arkit.reporting.sheet import CellFormat, Sheet, cell_name

if TYPE_CHECKING:
    from arkit.measures.allowance import Provision
    from arkit.reporting.page import Report

FIRST_ROW = 3
"""Where a sheet without note and totals has its first row of figures, counted from 0."""


@dataclass(frozen=True)
class Range:
    """Columns of a sheet, as formulas of other sheets name them."""

    tab: str
    columns: tuple[str, ...]

    @classmethod
    def of(cls, sheet: Sheet) -> Range:
        """Return the columns of a sheet."""
        return cls(sheet.name, tuple(map(str, sheet.frame.columns)))

    def column(self, name: str) -> str:
        """Return the address of a whole column."""
        letter = cell_name(0, self.columns.index(name)).rstrip("0123456789")
        return f"'{self.tab}'!${letter}:${letter}"

    def cell(self, name: str, row: int) -> str:
        """Return the address of a cell; ``row`` counts figures from 0."""
        return f"'{self.tab}'!{cell_name(FIRST_ROW + row, self.columns.index(name), absolute=True)}"

    def sum_of(self, what: str, key: str) -> str:
        """Return the formula that adds a column up where ``key`` is the row's own."""
        return f"SUMIFS({self.column(what)},{self.column(key)},{{{key}}})"


def make(
    report: Report, tab: str, said: str, frame: pd.DataFrame, formats: Mapping[str, CellFormat],
    formulas: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None,
) -> Sheet:  # fmt: skip
    """Return a sheet with headings in the reader's language."""
    text = report.text
    named = {name: text.label(name) for name in map(str, frame.columns)} | {"line": text.say("Line of the matrix")}
    own: dict[str, CellFormat] = {"line": "count", "document_id": "text", "customer_id": "text", **formats}
    shown = {name: kind for name, kind in own.items() if name in frame.columns}
    return Sheet(tab, said, frame, formats=shown, headers=named | dict(headers or {}), formulas=formulas or {})


def segments(made: Provision) -> list[str]:
    """Return the columns of the segments."""
    return [str(name) for name in made.total.index.names if name not in ("currency", None)]
