"""A small evaluator of the formulas that the allowance's workbook is made of: enough of Excel to recompute it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string, coordinate_to_tuple

Place = tuple[str, int, int]
TOKENS = re.compile(
    r"(?P<columns>'(?:[^']|'')+'!\$[A-Z]+:\$[A-Z]+)|(?P<other>'(?:[^']|'')+'!\$[A-Z]+\$\d+)|"
    r"OFFSET\((?P<beside>[A-Z]+\d+),(?P<down>-?1),0\)|(?P<function>[A-Z]+)\(|(?P<cell>[A-Z]+\d+)|(?P<equal>=)"
)


class Workbook:
    """The cells of a file; a formula is worked out from its cells, never from the value stored with it."""

    def __init__(self, path: Path) -> None:
        self._book = openpyxl.load_workbook(path)
        self._known: dict[Place, Any] = {}
        self._changed: dict[Place, Any] = {}

    def formulas(self) -> Iterator[tuple[Place, Any]]:
        """Yield every formula's place with what it comes to."""
        for page in self._book.worksheets:
            for row in page.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        place = (page.title, cell.row, cell.column)
                        yield place, self.value(place)

    def set(self, place: Place, value: float) -> None:
        """Write a number over a cell."""
        self._changed[place] = value
        self._known.clear()

    def place(self, tab: str, header: str, row: int) -> Place:
        """Return the cell so many rows below a heading."""
        page = self._book[tab]
        found = next(cell for line in page.iter_rows() for cell in line if cell.value == header)
        return tab, found.row + 1 + row, found.column

    def column(self, tab: str, header: str) -> list[Any]:
        """Return the values below a heading."""
        _, first, column = self.place(tab, header, 0)
        return [self.value((tab, row, column)) for row in range(first, self._book[tab].max_row + 1)]

    def value(self, place: Place) -> Any:
        """Return what a cell holds or comes to."""
        if place in self._changed:
            return self._changed[place]
        if place not in self._known:
            cell = self._book[place[0]].cell(*place[1:])
            self._known[place] = self._work_out(cell.value, place[0]) if cell.data_type == "f" else cell.value
        return self._known[place]

    def _work_out(self, formula: str, tab: str) -> Any:
        def said(token: re.Match[str]) -> str:
            kind = token.lastgroup
            text = token[0]
            if kind == "columns":
                sheet, columns = text[1:].split("'!")
                return f"book._whole({sheet!r},{columns.split(':')[0].strip('$')!r})"
            if kind == "other":
                sheet, cell = text[1:].split("'!")
                return f"book._cell({sheet!r},{cell.replace('$', '')!r})"
            if token["beside"]:
                return f"book._cell({tab!r},{token['beside']!r},{token['down']})"
            if kind == "function":
                return f"{token['function']}("
            return "==" if kind == "equal" else f"book._cell({tab!r},{text!r})"

        code = TOKENS.sub(said, formula.removeprefix("="))
        code = _lazy(code)
        return eval(code, {"book": self, **FUNCTIONS})

    def _cell(self, tab: str, name: str, down: int = 0) -> Any:
        row, column = coordinate_to_tuple(name)
        value = self.value((tab, row + down, column))
        return 0 if value is None or (down and isinstance(value, str)) else value

    def _whole(self, tab: str, column: str) -> list[Any]:
        at = column_index_from_string(column)
        return [self.value((tab, row, at)) for row in range(1, self._book[tab].max_row + 1)]


def _lazy(code: str) -> str:
    """Write ``IF(a,b,c)`` so that only the branch taken is worked out."""
    found = re.search(r"(?<![A-Z])IF\(", code)
    if not found:
        return code
    depth, parts, last = 0, [], found.end()
    for at in range(found.end(), len(code)):
        if code[at] in ",)" and depth == 0:
            parts.append(code[last:at])
            last = at + 1
            if code[at] == ")":
                break
        depth += {"(": 1, ")": -1}.get(code[at], 0)
    condition, yes, no = map(_lazy, parts)
    return f"{code[: found.start()]}(({yes}) if ({condition}) else ({no})){_lazy(code[last:])}"


def _round(value: float, places: float) -> float:
    """Round half away from zero on 15 significant digits, as spreadsheets do."""
    exact = Decimal(f"{value:.15g}")
    return float(exact.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP))


def _sumifs(values: list[Any], keys: list[Any], key: Any) -> float:
    return sum(v for v, k in zip(values, keys, strict=True) if k == key and isinstance(v, int | float))


def _min(*values: float) -> float:
    return min(values)


def _max(*values: float) -> float:
    return max(values)


FUNCTIONS = {"ROUND": _round, "SUMIFS": _sumifs, "MIN": _min, "MAX": _max}
