"""Is this grid that table? The header is found by its words, in one row or in two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
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


def matched(name: str, table: TableProfile, grid: Grid) -> Match:
    """Find the header of a grid, if it were this table: the row, or two rows, that have the most of its words."""
    piecemeal = {plain(word) for pieces in table.compose.values() for piece in pieces for word in piece.labels}
    weak = {plain(word) for word in table.weak}
    best = Match(name, grid, 0, (), {}, {}, (), named=plain(grid.name) in {plain(sheet) for sheet in table.sheets})
    own = {word for headers in table.columns.values() for word in headers}
    words = _vocabulary(table, own)
    possible = piecemeal.union(map(plain, own), map(in_full, own))
    fullest = (0, 0)
    for last, cells, said in _headers(tuple(map(tuple, grid.head))):
        if not table.compose and possible.isdisjoint(said):
            continue
        if table.either:
            present = {plain(text) for readings in cells for text in readings if len(text) < 60}
            words = _vocabulary(table, {word for word in own if plain(word) in present})
        found: dict[str, tuple[int, ...]] = {}
        places: dict[str, int] = {}
        whole = 0  # names that only both rows together make: 本期应收 is none where 本期应收/原币 is one
        named: dict[int, str] = {}
        for position, readings in enumerate(cells):
            for text in readings:
                bare, full = (plain(text), in_full(text)) if len(text) < 60 else ("", "")
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
            shown = tuple(readings[0] if readings else "" for readings in cells)
            best = replace(best, header=last, words=shown, positions=found, parts=parts)
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


Readings = list[tuple[str, ...]]
Head = tuple[tuple[str, ...], ...]


@lru_cache(maxsize=64)
def _headers(head: Head) -> list[tuple[int, Readings, frozenset[str]]]:
    """Return what may be a header, with every word in it as it is compared; every table is held against the same."""
    return [
        (last, cells, frozenset(word for texts in cells for text in texts for word in (plain(text), in_full(text))))
        for last, cells in _possible(head)
    ]


def _possible(head: Head) -> Iterator[tuple[int, Readings]]:
    """Yield each row, and each two rows of which the upper one spans columns.

    With the position of its last row comes, per column, what it may be called, the fullest name first.
    """
    for i, row in enumerate(head):
        yield i, [(cell,) if cell else () for cell in row]
    for i, (upper, lower) in enumerate(pairwise(head), 1):
        span = ""
        cells: Readings = []
        for over, under in zip_longest(upper, lower, fillvalue=""):
            span = over or (span if under else "")
            cells.append((f"{span}/{under}", under) if span and under else (under or span,) if under or span else ())
        yield i, cells
