"""Is this grid that table? The header is found by its words, in one row or in two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise, zip_longest

from arkit.readers.grid import Grid
from arkit.readers.profiles.table import Piece, TableProfile

GROUP = -1
"""In the place of a column's position: what the heading above a row says."""


@dataclass(frozen=True)
class Part:
    """One column of a composed value: where it is, and whether a row needs it."""

    position: int
    needed: bool


@dataclass(frozen=True)
class Header:
    """A row, or two, that may be the header of a grid.

    Parameters
    ----------
    last
        Position of its last row in the grid's head.
    cells
        Per column what it may be called, the fullest name first.
    """

    last: int
    cells: list[tuple[str, ...]]

    @cached_property
    def present(self) -> frozenset[str]:
        """All of it, as headers are compared."""
        return frozenset(form for readings in self.cells for text in readings for form in _compared(text))


@dataclass(frozen=True)
class Match:
    """A grid as one table of a layout.

    Parameters
    ----------
    table, grid
        Which table, and where it is.
    header
        Position of the header's last row in the grid's head.
    words
        The header's words, one per column of the file; of a header in two rows both, with a stroke between.
    positions
        Canonical column -> positions of the file's columns that bear one of its headers; normally one.
    parts
        Canonical column -> the columns that its value is composed of.
    missing
        Required columns that no header stands for.
    named
        Whether the sheet or file bears the table's name.
    """

    table: str
    grid: Grid
    header: int
    words: tuple[str, ...]
    positions: Mapping[str, tuple[int, ...]]
    parts: Mapping[str, tuple[Part, ...]]
    missing: tuple[str, ...]
    named: bool

    @property
    def known(self) -> int:
        """How many of the file's headers the layout knows."""
        return len(self.taken)

    @property
    def taken(self) -> set[int]:
        """Positions of the file's columns that the layout knows."""
        own = {position for positions in self.positions.values() for position in positions}
        return own | {part.position for parts in self.parts.values() for part in parts if part.position != GROUP}

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """What makes one reading of a grid better than another."""
        return not self.missing, self.named, self.known


@lru_cache(maxsize=20_000)
def plain(header: str) -> str:
    r"""Return a header as it is compared: case, width, spaces, line breaks and a unit in brackets do not count.

    Examples
    --------
    >>> plain(" 金额（元） "), plain("Due\nDate")
    ('金额', 'duedate')
    """
    return re.sub(r"\([^)]*\)$", "", in_full(header))


@lru_cache(maxsize=20_000)
def in_full(header: str) -> str:
    """Return a header as ``plain`` does, with what it has in brackets: Amount (LCY) is not Amount."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", header).casefold().strip().strip("*:"))


def _compared(text: str) -> tuple[str, str]:
    """Return a cell as headers are compared, without and with what it has in brackets; no long text is a header."""
    return (plain(text), in_full(text)) if len(text) < 60 else ("", "")


def matched(name: str, table: TableProfile, grid: Grid, headers: Sequence[Header]) -> Match:
    """Find the header of a grid, if it were this table: the row, or two rows, that have the most of its words."""
    piecemeal = {plain(word) for pieces in table.compose.values() for piece in pieces for word in piece.labels}
    weak = {plain(word) for word in table.weak}
    best = Match(name, grid, 0, (), {}, {}, (), named=plain(grid.name) in {plain(sheet) for sheet in table.sheets})
    own = {word for headers in table.columns.values() for word in headers}
    words = _vocabulary(table, own)
    sought = words.keys() | piecemeal
    fullest = (0, 0)
    for header in headers:
        if header.present.isdisjoint(sought):
            continue
        if table.either:
            words = _vocabulary(table, {word for word in own if plain(word) in header.present})
        found: dict[str, tuple[int, ...]] = {}
        places: dict[str, int] = {}
        whole = 0  # names that only both rows together make: 本期应收 is none where 本期应收/原币 is one
        named: dict[int, str] = {}
        for position, readings in enumerate(header.cells):
            for text in readings:
                bare, full = _compared(text)
                if bare in piecemeal:
                    places.setdefault(bare, position)
                if (column := words.get(full, words.get(bare))) is not None:
                    found[column] = (*found.get(column, ()), position)
                if bare in piecemeal or bare in words:
                    named[position] = bare
                    whole += len(readings) > 1 and text == readings[0]
                    break
        found = {column: _strongest(positions, named, weak) for column, positions in found.items()}
        parts = {
            column: placed
            for column, pieces in table.compose.items()
            if (placed := _placed(pieces, table.group, places, found)) is not None
        }
        if (rank := (len({*found, *parts}), whole)) > fullest:
            fullest = rank
            shown = tuple(readings[0] if readings else "" for readings in header.cells)
            best = replace(best, header=header.last, words=shown, positions=found, parts=parts)
    at_hand = best.positions.keys() | best.parts.keys()
    missing = tuple(columns for columns in table.required if at_hand.isdisjoint(columns.split("|")))
    return replace(best, missing=missing)


def _vocabulary(table: TableProfile, present: set[str]) -> dict[str, str]:
    """Return what each header stands for; a name in full goes before one without what it has in brackets."""
    known = table.vocabulary(present)
    return {spelled(word): column for spelled in (plain, in_full) for word, column in known.items()}


def _strongest(positions: tuple[int, ...], named: Mapping[int, str], weak: set[str]) -> tuple[int, ...]:
    """Return the columns whose headers do not give way to another; all, where all of them would."""
    return tuple(position for position in positions if named[position] not in weak) or positions


def _placed(
    pieces: Iterable[Piece], group: str | None, places: Mapping[str, int], found: Mapping[str, tuple[int, ...]]
) -> tuple[Part, ...] | None:
    """Return where the pieces of a value stand; None where one is missing that may not be."""
    parts = []
    for piece in pieces:
        at = [places.get(plain(word), found.get(word, (None,))[0]) for word in piece.labels]
        position = GROUP if group in piece.labels else next((p for p in at if p is not None), None)
        if position is not None:
            parts.append(Part(position, piece.needed))
        elif not piece.optional:
            return None
    return tuple(parts)


def headers_of(grid: Grid) -> list[Header]:
    """Return what may be a header: each row, and each two rows of which the upper one spans columns."""
    found = [Header(i, [(cell,) if cell else () for cell in row]) for i, row in enumerate(grid.head)]
    for i, (upper, lower) in enumerate(pairwise(grid.head), 1):
        span = ""
        cells: list[tuple[str, ...]] = []
        for over, under in zip_longest(upper, lower, fillvalue=""):
            span = over or (span if under else "")
            cells.append((f"{span}/{under}", under) if span and under else (under or span,) if under or span else ())
        found.append(Header(i, cells))
    return found
