"""Which layout is this? The headers tell, through the profiles; no layout, or two, is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, zip_longest
from os import PathLike
from pathlib import Path

from arkit.intake import Problem, Recognition
from arkit.readers.grid import Grid
from arkit.readers.profiles import Profile, every, load, load_file, names
from arkit.readers.profiles.table import Piece, TableProfile
from arkit.readers.refusal import refuse, rule

_AGE = re.compile(
    r"\d+\s*[-~–—至到]\s*\d+\s*(天|日|d\b|days?\b)?|(over|above|>|大于|超过)\s*\d+|\d+\s*(天|日)?以上", re.I
)
"""A header that names an age: 31-60, 31~60天, 90天以上."""


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


@dataclass(frozen=True)
class Layout:
    """A profile and the tables of it that were found."""

    profile: Profile
    matches: tuple[Match, ...]

    @property
    def score(self) -> int:
        """How many headers the profile knows."""
        return sum(match.known for match in self.matches)

    @property
    def rank(self) -> tuple[int, int]:
        """What makes one layout better than another; of common words also that it asks for more."""
        asks = sum(len(self.profile.tables[match.table].required) for match in self.matches)
        return self.score, asks if self.profile.generic else 0

    @property
    def fits(self) -> bool:
        """Whether there is a table of documents with all that it needs."""
        return any(match.table == "documents" and not match.missing for match in self.matches)


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


def recognise(
    grids: Iterable[Grid], profile: str | PathLike[str] | None, sheet: str | None
) -> tuple[Layout, Recognition, list[Problem]]:
    """Find the layout of what was opened.

    Parameters
    ----------
    grids
        The sheets or files.
    profile, sheet
        What the caller says: the name of a profile or the path of a profile file, and the one sheet to read.

    Returns
    -------
    tuple
        The layout, what was recognised and how surely, and a warning for each table that it has no place for.

    Raises
    ------
    LedgerError
        No layout fits, or several do, or several tables fit one place.
    """
    grids = list(grids)
    if sheet is not None:
        chosen = [grid for grid in grids if grid.name == sheet]
        if not chosen:
            sheets = ", ".join(grid.name for grid in grids)
            refuse(rule("no_such_sheet", file=grids[0].file, value=sheet, sheets=sheets))
        grids = chosen
    layouts = candidates(grids, profile)
    fitting = [layout for layout in layouts if layout.fits]
    if not fitting:
        refuse(*unknown(grids, layouts))
    own = [layout for layout in fitting if not layout.profile.generic] or fitting
    best = max(layout.rank for layout in own)
    winners = [layout for layout in own if layout.rank == best]
    if len(winners) > 1:
        found = ", ".join(layout.profile.name for layout in winners)
        refuse(rule("several_layouts", file=grids[0].file, profiles=found))
    layout, unused = _complete(winners[0], grids)
    return layout, _recognition(layout, [other for other in own if other is not winners[0]], profile), unused


def candidates(grids: list[Grid], profile: str | PathLike[str] | None) -> list[Layout]:
    """Return every layout that may be meant, with what it finds in the grids."""
    return [_layout(candidate, grids) for candidate in ([_named(profile)] if profile else every())]


def _named(profile: str | PathLike[str]) -> Profile:
    path = Path(profile)
    return load_file(path) if path.suffix.lower() in (".yaml", ".yml") else load(str(profile))


def _recognition(layout: Layout, rivals: list[Layout], profile: str | PathLike[str] | None) -> Recognition:
    columns, carried = [], []
    for match in layout.matches:
        named = {column: [p.position for p in parts if p.position != GROUP] for column, parts in match.parts.items()}
        columns += [
            (match.table, column, " + ".join(match.words[position].strip() for position in positions))
            for column, positions in {**named, **match.positions}.items()
        ]
        carried += [
            (match.table, word.strip())
            for position, word in enumerate(match.words)
            if position not in match.taken and word.strip()
        ]
    return Recognition(
        title=layout.profile.title,
        basis="named" if profile else "words" if layout.profile.generic else "maker",
        columns=tuple(dict.fromkeys(columns)),
        carried=tuple(dict.fromkeys(carried)),
        rivals=tuple(other.profile.title for other in rivals),
    )


def _layout(profile: Profile, grids: list[Grid]) -> Layout:
    """Give each grid to the table that it fits best; keep the documents even where columns are missing."""
    matches = []
    for grid in grids:
        options = [_match(name, table, grid) for name, table in profile.tables.items()]
        best = max(options, key=lambda match: match.rank)
        if best.positions and (not best.missing or best.named or len(options) == 1):
            matches.append(best)
    return Layout(profile, tuple(matches))


def _match(name: str, table: TableProfile, grid: Grid) -> Match:
    """Find the header of a grid, if it were this table: the row, or two rows, that have the most of its words."""
    piecemeal = {plain(word) for pieces in table.compose.values() for piece in pieces for word in piece.labels}
    best = Match(name, grid, 0, (), {}, {}, (), named=plain(grid.name) in {plain(sheet) for sheet in table.sheets})
    own = {word for headers in table.columns.values() for word in headers}
    words = _vocabulary(table, own)
    fullest = (0, 0)
    for last, cells in _headers(grid):
        if table.either:
            present = {plain(text) for readings in cells for text in readings if len(text) < 60}
            words = _vocabulary(table, {word for word in own if plain(word) in present})
        found: dict[str, tuple[int, ...]] = {}
        places: dict[str, int] = {}
        whole = 0  # names that only both rows together make: 本期应收 is none where 本期应收/原币 is one
        for position, readings in enumerate(cells):
            for text in readings:
                bare, full = (plain(text), in_full(text)) if len(text) < 60 else ("", "")
                if bare in piecemeal:
                    places.setdefault(bare, position)
                if (column := words.get(full, words.get(bare))) is not None:
                    found[column] = (*found.get(column, ()), position)
                if bare in piecemeal or bare in words:
                    whole += len(readings) > 1 and text == readings[0]
                    break
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


def _headers(grid: Grid) -> Iterator[tuple[int, Readings]]:
    """Yield what may be a header: each row, and each two rows of which the upper one spans columns.

    With the position of its last row comes, per column, what it may be called, the fullest name first.
    """
    for i, row in enumerate(grid.head):
        yield i, [(cell,) if cell else () for cell in row]
    for i, (upper, lower) in enumerate(pairwise(grid.head), 1):
        span = ""
        cells: Readings = []
        for over, under in zip_longest(upper, lower, fillvalue=""):
            span = over or (span if under else "")
            cells.append((f"{span}/{under}", under) if span and under else (under or span,) if under or span else ())
        yield i, cells


def _complete(layout: Layout, grids: list[Grid]) -> tuple[Layout, list[Problem]]:
    """Refuse two tables in one place; warn of tables that have no place."""
    problems, kept = [], []
    for table in layout.profile.tables:
        fitting = [match for match in layout.matches if match.table == table]
        whole = [match for match in fitting if not match.missing]
        if len(whole) > 1 and not layout.profile.tables[table].stack:
            named = [match for match in whole if match.named]
            if len(named) != 1:
                places = "; ".join(match.grid.place for match in whole)
                problems.append(rule("several_tables", file=whole[0].grid.file, table=table, places=places))
            whole = named
        kept += whole
        for match in fitting:
            if match.missing and match.named:
                problems += missing_columns(layout.profile, match)
    if problems:
        refuse(*problems)
    used = {id(match.grid) for match in kept}
    unused = [
        rule("unused_table", severity="warning", file=grid.file, sheet=grid.sheet)
        for grid in grids
        if id(grid) not in used
    ]
    return Layout(layout.profile, tuple(kept)), unused


def missing_columns(profile: Profile, match: Match) -> Iterable[Problem]:
    """Say which columns a table lacks, which it has, and what the missing ones would be called."""
    headers = ", ".join(word for word in match.words if word)
    for column in match.missing:
        words = " / ".join(profile.tables[match.table].called(column))
        yield rule(
            "missing_column", table=match.table, file=match.grid.file, sheet=match.grid.sheet,
            missing=column, headers=headers, words=words,
        )  # fmt: skip


def nearest(grids: list[Grid], layouts: list[Layout]) -> tuple[Match, Profile]:
    """Return the table of documents that comes nearest to a layout, and that layout."""
    near = [(match, layout.profile) for layout in layouts for match in layout.matches if match.table == "documents"]
    near += [
        (_match("documents", layout.profile.tables["documents"], grid), layout.profile)
        for layout in layouts
        for grid in grids
    ]
    return max(near, key=lambda pair: (len(pair[0].positions), -len(pair[0].missing), not pair[1].generic))


def unknown(grids: list[Grid], layouts: list[Layout]) -> Iterator[Problem]:
    """Say what comes nearest to a layout: what was recognised, and what is missing."""
    match, profile = nearest(grids, layouts)
    filled = [sum(cell != "" for cell in row) for row in match.grid.head]
    at = filled.index(max(filled)) if filled else 0
    headers = match.words if match.positions else match.grid.head[at] if filled else ()
    shown = [word[:40] for word in headers if word][:30]
    if sum(_AGE.search(word) is not None for word in shown) > 1 and "document_id" not in match.positions:
        yield rule("aged_balances", file=match.grid.file, sheet=match.grid.sheet, headers=", ".join(shown))
        return
    table = profile.tables["documents"]
    yield rule(
        "unknown_layout", file=match.grid.file, sheet=match.grid.sheet, profile=profile.name,
        found=", ".join(f"{column} ({table.called(column)[0]})" for column in match.positions) or "-",
        missing=", ".join(f"{column} ({table.called(column)[0]})" for column in match.missing) or "-",
        headers=", ".join(shown) or "-", profiles=", ".join(names()),
    )  # fmt: skip
