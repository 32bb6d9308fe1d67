"""A profile of one's own, drafted: what was recognised is filled in, what is missing is left to be named."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import PurePath
from typing import Any

from arkit.readers import words
from arkit.readers.database import Asked
from arkit.readers.grid import Grid
from arkit.readers.matching import GROUP, Match
from arkit.readers.opening import open_source
from arkit.readers.profiles import Profile
from arkit.readers.recognise import candidates, nearest

CLOSED = ("kind", "settled_by")
"""Columns whose words the ledger must understand."""
_FEW = 40
"""Distinct words of a column up to which it is a list of kinds, and not of something else."""


def draft(
    source: Any,  # noqa: ANN401 (as arkit.read takes it)
    *,
    table: Asked = None,
    query: Asked = None,
    profile: str | PathLike[str] | None = None,
    sheet: str | None = None,
) -> str:
    """Return the text of a profile file for a ledger export, in YAML; ``docs/profiles.md`` tells every key.

    Parameters
    ----------
    source, table, query, profile, sheet
        As :func:`arkit.read` takes them.

    Raises
    ------
    LedgerError
        The file can not be opened.
    """
    grids = [grid for grid in open_source(source, table=table, query=query) if sheet is None or grid.name == sheet]
    layouts = candidates(grids, profile)
    fitting = [layout for layout in layouts if layout.fits]
    if fitting:
        best = max(fitting, key=lambda layout: (not layout.profile.generic, layout.rank))
        tables = {match.table: match for match in reversed(best.matches)}  # of several in one, the first stands for all
        pairs = [(match, best.profile) for match in reversed(tables.values())]
    else:
        pairs = [nearest(grids, layouts)]
    return "\n".join(_lines(pairs, grids)) + "\n"


def _lines(pairs: list[tuple[Match, Profile]], grids: list[Grid]) -> Iterator[str]:
    profile = pairs[0][1]
    name = PurePath(grids[0].file).stem
    yield f"# Drafted from {_quoted(grids[0].file)}; nearest layout: {profile.name}. docs/profiles.md tells every key."
    yield f"name: {_quoted(name)}"
    yield f"title: {_quoted(name)}"
    yield f"shape: {profile.shape}  # tables, open_items, settled, paid_to_date or journal"
    for key, value in (("dates", profile.dates), ("decimal", profile.decimal)):
        yield f"{key}: {_quoted(value)}" if value else f"# {key}: {'dmy' if key == 'dates' else '.'!r}"
    if profile.snapshot_on:
        yield f"snapshot_on: [{', '.join(profile.snapshot_on)}]"
    yield "tables:"
    for match, _ in pairs:
        yield from _table(match, profile)
    values = [line for match, _ in pairs for line in _values(match, profile)]
    if values:
        yield "values:"
        yield from values


def _table(match: Match, profile: Profile) -> Iterator[str]:
    table = profile.tables[match.table]
    yield f"  {match.table}:"
    if table.stack:
        yield f"    sheet: {_quoted(table.sheets)}"
        yield "    stack: true"
    elif match.grid.sheet is not None:
        yield f"    sheet: {_quoted(match.grid.sheet)}"
    yield "    columns:"
    for column, positions in match.positions.items():
        yield f"      {column}: {_quoted(match.words[positions[0]].strip())}"
    for columns in match.missing:
        yield f"      # {columns}: which column is it?"
    headers = match.words or tuple(max(match.grid.head, key=lambda row: sum(map(bool, row)), default=()))
    if rest := [word.strip() for p, word in enumerate(headers) if p not in match.taken and word.strip()]:
        yield f"      # not recognised, carried through: {', '.join(map(_quoted, rest))}"
    if match.parts:
        yield "    compose:"
        for column, parts in match.parts.items():
            names = [str(table.group) if p.position == GROUP else match.words[p.position].strip() for p in parts]
            pieces = ["!" * part.needed + name for part, name in zip(parts, names, strict=True)]
            yield f"      {column}: {_quoted(pieces)}"
    at_hand = match.positions.keys() | match.parts.keys()
    required = ["|".join(n for n in names.split("|") if n in at_hand) for names in table.required]
    required = [names for names in dict.fromkeys(required) if names]
    yield f"    required: [{', '.join(required)}]"
    for key in ("only", "keep", "skip", "fold", "opening"):
        if rules := {names: said for names, said in getattr(table, key).items() if at_hand >= {*names.split("&")}}:
            yield f"    {key}:"
            yield from (f"      {name}: {_quoted(said)}" for name, said in rules.items())
    if table.sign is not None and table.sign[0] in at_hand:
        yield f"    sign: {{column: {table.sign[0]}, negative: {_quoted(table.sign[1])}}}"
    for name, kinds in table.kind_where.items():
        if name in match.positions:
            told = ", ".join(f"{kind}: {_quoted(said)}" for kind, said in kinds.items())
            yield f"    kind_where: {{{name}: {{{told}}}}}"
    if table.against_sign and "kind" in at_hand:
        yield f"    against_sign: {{{', '.join(f'{kind}: {other}' for kind, other in table.against_sign.items())}}}"
    if table.group:
        yield f"    group: {table.group}"
    for key in ("lines_of", "sum_of"):
        if (said := getattr(table, key)) in at_hand:
            yield f"    {key}: {said}"
    if table.names_are_keys:
        yield "    names_are_keys: true"


def _values(match: Match, profile: Profile) -> Iterator[str]:
    """Yield what the layout's words stand for, and those of the file that it does not know."""
    body = match.grid.body(match.header) if match.words else None
    for name in CLOSED:
        if body is None or name not in match.positions:
            continue
        found = words.trimmed(body.cells[match.positions[name][0]]).unique().to_pylist()
        if len(found) > _FEW:
            continue
        known = profile.values.get(f"{match.table}.{name}", {})
        unknown = [word for word in found if word and profile.canonical(match.table, name, word) is None]
        yield f"  {match.table}.{name}:"
        yield from (f"    {value}: {_quoted(said)}" for value, said in known.items())
        if unknown:
            yield f"    # what do these stand for? {', '.join(map(_quoted, unknown))}"
        if not known:
            yield "    {}"
    for name in match.positions:
        if name not in CLOSED and (known := profile.values.get(f"{match.table}.{name}", {})):
            yield f"  {match.table}.{name}:"
            yield from (f"    {_quoted(value)}: {_quoted(said)}" for value, said in known.items())


def _quoted(value: str | Iterable[str]) -> str:
    """Return a text, or a list of texts, so that YAML takes it for text whatever is in it."""
    return json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False)
