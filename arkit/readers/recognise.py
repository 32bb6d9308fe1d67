"""Which layout is this? The headers tell, through the profiles; no layout, or two, is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from arkit.intake import Problem, Recognition
from arkit.readers.grid import Grid
from arkit.readers.matching import GROUP, Header, Match, headers_of, matched
from arkit.readers.profiles import Profile, every, load, load_file, names
from arkit.readers.refusal import refuse, rule

_AGE = re.compile(
    r"\d+\s*[-~–—至到]\s*\d+\s*(天|日|d\b|days?\b)?|(over|above|>|大于|超过)\s*\d+|\d+\s*(天|日)?以上", re.I
)
"""A header that names an age: 31-60, 31~60天, 90天以上."""


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
    headers = [headers_of(grid) for grid in grids]
    return [_layout(candidate, grids, headers) for candidate in ([_named(profile)] if profile else every())]


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


def _layout(profile: Profile, grids: list[Grid], headers: list[list[Header]]) -> Layout:
    """Give each grid to the table that it fits best; keep the documents even where columns are missing."""
    matches = []
    for grid, rows in zip(grids, headers, strict=True):
        options = [matched(name, table, grid, rows) for name, table in profile.tables.items()]
        best = max(options, key=lambda match: match.rank)
        if best.positions and (not best.missing or best.named or len(options) == 1):
            matches.append(best)
    return Layout(profile, tuple(matches))


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
        (matched("documents", layout.profile.tables["documents"], grid, headers_of(grid)), layout.profile)
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
