"""Which layout is this? The headers tell, through the profiles; no layout, or two, is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from arkit.intake import Problem
from arkit.readers.grid import Grid
from arkit.readers.profiles import Profile, TableProfile, every, load, names
from arkit.readers.refusal import refuse, rule


@dataclass(frozen=True)
class Match:
    """A grid as one table of a layout.

    Parameters
    ----------
    table, grid
        Which table, and where it is.
    header
        Position of the header row in the grid's head.
    positions
        Canonical column -> positions of the file's columns that bear one of its headers; normally one.
    missing
        Required columns that no header stands for.
    named
        Whether the sheet or file bears the table's name.
    """

    table: str
    grid: Grid
    header: int
    positions: Mapping[str, tuple[int, ...]]
    missing: tuple[str, ...]
    named: bool

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """What makes one reading of a grid better than another."""
        return not self.missing, self.named, len(self.positions)


@dataclass(frozen=True)
class Layout:
    """A profile and the tables of it that were found."""

    profile: Profile
    matches: tuple[Match, ...]

    @property
    def score(self) -> int:
        """How many headers the profile knows."""
        return sum(len(match.positions) for match in self.matches)


@lru_cache(maxsize=20_000)
def plain(header: str) -> str:
    r"""Return a header as it is compared: case, width, spaces, line breaks and a unit in brackets do not count.

    Examples
    --------
    >>> plain(" 金额（元） "), plain("Due\nDate")
    ('金额', 'duedate')
    """
    text = unicodedata.normalize("NFKC", header).casefold().strip().strip("*:")
    return re.sub(r"\s+|\([^)]*\)$", "", text)


def recognise(grids: Iterable[Grid], profile: str | None, sheet: str | None) -> tuple[Layout, list[Problem]]:
    """Find the layout of what was opened.

    Parameters
    ----------
    grids
        The sheets or files.
    profile, sheet
        What the caller says: the name of a profile, and of the one sheet to read.

    Returns
    -------
    tuple
        The layout, and a warning for each table that it has no place for.

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
    layouts = [_layout(candidate, grids) for candidate in ([load(profile)] if profile else every())]
    fitting = [layout for layout in layouts if any(_is_documents(m) and not m.missing for m in layout.matches)]
    if not fitting:
        refuse(_unknown(grids, layouts))
    best = max(layout.score for layout in fitting)
    winners = [layout for layout in fitting if layout.score == best]
    if len(winners) > 1:
        found = ", ".join(layout.profile.name for layout in winners)
        refuse(rule("several_layouts", file=grids[0].file, profiles=found))
    return _complete(winners[0], grids)


def _is_documents(match: Match) -> bool:
    return match.table == "documents"


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
    """Find the header row of a grid, if it were this table: the row that has the most of its headers."""
    words = {plain(word): column for column, headers in table.columns.items() for word in headers}
    best: dict[str, tuple[int, ...]] = {}
    header = 0
    for i, row in enumerate(grid.head):
        found: dict[str, tuple[int, ...]] = {}
        for position, cell in enumerate(row):
            if len(cell) < 60 and (column := words.get(plain(cell))) is not None:
                found[column] = (*found.get(column, ()), position)
        if len(found) > len(best):
            best, header = found, i
    missing = tuple(column for column in table.required if column not in best)
    named = plain(grid.name) in {plain(sheet) for sheet in table.sheets}
    return Match(name, grid, header, best, missing, named)


def _complete(layout: Layout, grids: list[Grid]) -> tuple[Layout, list[Problem]]:
    """Refuse two tables in one place; warn of tables that have no place."""
    problems, kept = [], []
    for table in layout.profile.tables:
        fitting = [match for match in layout.matches if match.table == table]
        whole = [match for match in fitting if not match.missing]
        if len(whole) > 1:
            named = [match for match in whole if match.named]
            if len(named) != 1:
                places = "; ".join(match.grid.place for match in whole)
                problems.append(rule("several_tables", file=whole[0].grid.file, table=table, places=places))
            whole = named
        kept += whole[:1]
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
    headers = ", ".join(word for word in match.grid.head[match.header] if word)
    for column in match.missing:
        words = " / ".join(profile.tables[match.table].columns[column])
        yield rule(
            "missing_column", table=match.table, file=match.grid.file, sheet=match.grid.sheet,
            missing=column, headers=headers, words=words,
        )  # fmt: skip


def _unknown(grids: list[Grid], layouts: list[Layout]) -> Problem:
    """Say what comes nearest to a layout: what was recognised, and what is missing."""
    near = [(match, layout.profile) for layout in layouts for match in layout.matches if _is_documents(match)]
    near += [
        (_match("documents", layout.profile.tables["documents"], grid), layout.profile)
        for layout in layouts
        for grid in grids
    ]
    match, profile = max(near, key=lambda pair: (len(pair[0].positions), -len(pair[0].missing)))
    filled = [sum(cell != "" for cell in row) for row in match.grid.head]
    at = match.header if match.positions else filled.index(max(filled)) if filled else 0
    headers = [cell[:40] for cell in match.grid.head[at] if cell][:30] if match.grid.head else []
    words = profile.tables["documents"].headers
    return rule(
        "unknown_layout", file=match.grid.file, sheet=match.grid.sheet, profile=profile.name,
        found=", ".join(f"{column} ({words[column]})" for column in match.positions) or "-",
        missing=", ".join(f"{column} ({words[column]})" for column in match.missing) or "-",
        headers=", ".join(headers) or "-", profiles=", ".join(names()),
    )  # fmt: skip
