"""Numbers as people write them: the decimal mark comes from the whole column, or the column is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from arkit.readers.grid import NUMBER

Mark = Literal[".", ","]
MARKS: tuple[str, ...] = get_args(Mark)

_PLAIN = r"^-?(\d+|\d+\.(\d{1,2}|\d{4,8})|(0|\d{4,})\.\d{3})$"
"""What a machine writes: no thousands marks, and a point that can only be a decimal one."""
_EMPTY = r"^(|-|--|/|(?i:null|none|nan|n/a|#n/a))$"
_SYMBOLS = "¥$€£"
_SPACES = r"[\s\x{00a0}\x{202f}\x{2009}'’]"
_GAP = rf"\d{_SPACES}+\d"
_GROUPED = rf"^\D*\d{{1,3}}({_SPACES}\d{{3}})+([.,]\d*)?\D*$"
_BRACKETS = r"^\((.*)\)$"
_INTEGER = r"^\d+$"
_POINT = r"^(\d{1,3}(,\d{2,3})*,\d{3}\.\d*|\d+\.(\d{0,2}|\d{4,})|(0+|\d{4,})\.\d{3}|\.\d+|\d{1,3}(,\d{2,3})+,\d{3})$"
_COMMA = r"^(\d{1,3}(\.\d{3})*\.\d{3},\d*|\d+,(\d{0,2}|\d{4,})|(0+|\d{4,}),\d{3}|,\d+|\d{1,3}(\.\d{3})+\.\d{3})$"
_EITHER = r"^[1-9]\d{0,2}[.,]\d{3}$"

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers, cleaned of everything but digits and marks, and what its cells tell of the decimal mark.

    Parameters
    ----------
    cells
        Unsigned texts.
    negative, empty, bad
        Per cell: whether it is negative, empty, or no number.
    point, comma, either
        Per cell: whether its decimal mark must be a point, must be a comma, or can not be told.
    """

    cells: Any
    negative: Mask
    empty: Mask
    bad: Mask
    point: Mask
    comma: Mask
    either: Mask

    def told(self) -> frozenset[str]:
        """Return the decimal marks that cells of this column can only have."""
        return frozenset(mark for mark, seen in ((".", self.point), (",", self.comma)) if seen.any())

    def wrong(self, mark: str) -> Mask:
        """Return the cells that can not be read with this decimal mark."""
        return self.comma if mark == "." else self.point

    def values(self, mark: str | None) -> npt.NDArray[np.float64]:
        """Return the numbers, NaN where there is none."""
        import pyarrow as pa
        import pyarrow.compute as pc

        mark = mark or "."
        cells, other = self.cells, "," if mark == "." else "."
        if pc.any(pc.match_substring(cells, other)).as_py():
            cells = pc.replace_substring(cells, other, "")
        if mark != ".":
            cells = pc.replace_substring(cells, mark, ".")
        skip = self.empty | self.bad | self.wrong(mark)
        if skip.any():
            cells = pc.if_else(pa.array(skip), None, cells)
        numbers: npt.NDArray[np.float64] = pc.cast(cells, pa.float64()).to_numpy(zero_copy_only=False)
        return np.where(self.negative, -numbers, numbers)


def analyse(cells: Any, kinds: npt.NDArray[np.uint8] | None = None) -> NumberColumn:  # noqa: ANN401 (an Arrow array)
    """Tell of every cell of a column what it can be.

    Parameters
    ----------
    cells
        Trimmed texts.
    kinds
        What the workbook says: a cell that is a number there has a decimal point, whatever it looks like.
    """
    import pyarrow.compute as pc

    none = np.zeros(len(cells), dtype=bool)
    plain = _matches(cells, _PLAIN)
    if kinds is not None:
        plain |= (kinds == NUMBER) & _matches(cells, r"^-?\d+(\.\d+)?$")
    empty = none if plain.all() else _matches(cells, _EMPTY)
    if plain.all() or (kinds is None and (plain | empty).all()):
        negative = pc.starts_with(cells, "-").to_numpy(zero_copy_only=False) & ~empty
        point = pc.match_substring(cells, ".").to_numpy(zero_copy_only=False)
        return NumberColumn(pc.utf8_ltrim(cells, "-"), negative, empty, none, point, none, none)
    native = none if kinds is None else kinds == NUMBER
    cells = _narrow(cells)
    misread = (_matches(cells, _GAP) & ~_matches(cells, _GROUPED)) | _other_symbol(cells)
    cleaned, negative = _clean(cells)
    point, comma, either = (_matches(cleaned, form) for form in (_POINT, _COMMA, _EITHER))
    point, comma, either = (point & ~native) | (native & ~empty), comma & ~native, either & ~native
    bad = misread | ~(empty | point | comma | either | _matches(cleaned, _INTEGER))
    point, comma, either = point & ~bad, comma & ~bad, either & ~bad
    return NumberColumn(cleaned, negative & ~empty, empty, bad, point, comma, either)


def _matches(cells: Any, pattern: str) -> Mask:  # noqa: ANN401
    import pyarrow.compute as pc

    found: Mask = pc.match_substring_regex(cells, pattern).to_numpy(zero_copy_only=False)
    return found.copy()


def _narrow(cells: Any) -> Any:  # noqa: ANN401
    """Return full-width digits and marks as plain ones."""
    import pyarrow.compute as pc

    if pc.all(pc.string_is_ascii(cells)).as_py():
        return cells
    for wide, narrow in zip("０１２３４５６７８９．，－−（）￥＄￡", "0123456789.,--()¥$£", strict=True):
        cells = pc.replace_substring(cells, wide, narrow)
    return cells


def _other_symbol(cells: Any) -> Mask:  # noqa: ANN401
    """Find cells whose currency symbol is not the column's commonest: a column has one currency sign, or none."""
    found = {symbol: _matches(cells, rf"[{symbol}]") for symbol in _SYMBOLS}
    commonest = max(_SYMBOLS, key=lambda symbol: int(found[symbol].sum()))
    other: Mask = np.logical_or.reduce([mask for symbol, mask in found.items() if symbol != commonest])
    return other


def _clean(cells: Any) -> tuple[Any, Mask]:  # noqa: ANN401
    """Return unsigned digits and marks, and which cells are negative: a minus on either side, or brackets, not both."""
    import pyarrow.compute as pc

    cells = pc.replace_substring_regex(cells, rf"[{_SYMBOLS}]|{_SPACES}", "")
    bracketed = _matches(cells, _BRACKETS)
    cells = pc.replace_substring_regex(cells, _BRACKETS, r"\1")
    signed = _matches(cells, r"^-[^-]+$|^[^-]+-$") & ~bracketed
    unsigned = pc.replace_substring_regex(cells, r"^[-+]([^-+]*)$|^([^-+]*)-$", r"\1\2")
    return pc.if_else(bracketed, cells, unsigned), bracketed | signed


def decide(columns: dict[str, NumberColumn], given: str | None, default: str | None) -> dict[str, str | None]:
    """Return the decimal mark of each column; None where its numbers read both ways and nothing tells.

    Parameters
    ----------
    columns
        The number columns of one table, by name.
    given
        What the caller says; it overrides everything.
    default
        What the profile says; used only where columns read both ways.
    """
    marks: dict[str, str | None] = {}
    for name, column in columns.items():
        told = column.told()
        if given is not None:
            marks[name] = given
        elif told:
            marks[name] = max(sorted(told), key=lambda mark: int(column.wrong("," if mark == "." else ".").sum()))
        elif not column.either.any():
            marks[name] = "."
    known = {marks[name] for name in marks if columns[name].told()}
    for name in columns.keys() - marks.keys():
        marks[name] = next(iter(known)) if len(known) == 1 else default
    return marks
