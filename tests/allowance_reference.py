"""How the allowance moves, and what came of it, once more: month after month with a pencil."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from provision_reference import UNITS, Allowance, Cells
from reference import Key

Rates = dict[tuple[Key, str], Fraction | None]
Row = dict[str, Any]


def forward(made: Allowance, since: dt.date, rates: Callable[[dt.date], Rates]) -> dict[tuple, Row]:
    """Return opening, charge, write-offs, recoveries and closing of each segment and month; ``rates`` as known then."""
    known = [end for end in made.ends if end > since]
    days = [*known, made.day] if not known or known[-1] != made.day else known
    found, before, held = {}, since, made.held(since, rates(since))
    for day in days:
        closing, back = made.held(day, rates(day)), made.came_back(before, day)
        lost = made.written_off(before, day)
        for group in made.groups:
            gone = sum((amount for (owner, _), amount in lost.items() if owner == group), Fraction(0))
            opened, closed = held[group], closing[group]
            charge = None if None in (opened, closed) else closed - opened + gone - back[group]
            found[*group, day] = {
                "opening": opened, "charge": charge, "write_offs": gone, "recoveries": back[group], "closing": closed,
            }  # fmt: skip
        before, held = day, closing
    return found


def total(made: Allowance, moved: dict[tuple, Row]) -> dict[Key, Row]:
    """Return each segment's line of the total, where nothing is assessed one by one."""
    base, found = made.base(made.day), {}
    for group in made.groups:
        months = [row for key, row in moved.items() if key[:-1] == group]
        covered = sum((base[group, name] for name in made.names), Fraction(0))
        owed = sum(
            (Fraction(left) for row, left in made.books.open_items(made.day)
             if row["kind"] not in made.left_out and made.books.group(row, made.by) == group), Fraction(0)
        )  # fmt: skip
        held = months[-1]["closing"]
        charges = [row["charge"] for row in months]
        found[group] = {
            "receivables": owed, "base": covered, "individually_assessed": Fraction(0), "left_out": owed - covered,
            "collective": held, "individual": Fraction(0), "allowance": held,
            "coverage": None if held is None or covered <= 0 else held / covered,
            "opening": months[0]["opening"],
            "charge": None if None in charges else sum(charges),
            "write_offs": sum(row["write_offs"] for row in months),
            "recoveries": sum(row["recoveries"] for row in months),
        }  # fmt: skip
    return found


def backtest(
    made: Allowance, walk: int, follow: int, rates: Callable[[dt.date], Rates], needed: int
) -> tuple[dict[tuple, Row], dict[tuple, Row], dict[tuple, Row]]:
    """Return what was predicted and then lost: by month-end; of those that prove something by bucket, and in all.

    ``needed``: the months for which each age must have been on record.
    """
    cells, frame, bases = _cells(made, walk, follow, rates), {}, {end: made.base(end) for end in made.ends}
    pooled, buckets = ({(group[0], *more): [] for group in made.groups for more in names}
                       for names in ([()], [(name,) for name in made.names]))  # fmt: skip
    for (code, day), (followed, parts) in cells.items():
        row = _added(parts.values())
        complete, youngest = followed == follow, _on_record(made, bases, code, day)
        tested = complete and row["predicted"] is not None and (youngest is None or youngest >= needed)
        frame[code, day] = {
            **row, "ratio": row["ratio"] if tested else None, "followed": followed, "complete": complete,
            "on_record": youngest, "tested": tested,
        }  # fmt: skip
        if tested:
            pooled[code,].append(parts)
            for name, part in parts.items():
                buckets[code, name].append(part)
    ends = {key: [part for parts in months for part in parts.values()] for key, months in pooled.items()}
    whole = {key: {**_added(parts), "month_ends": len(pooled[key])} for key, parts in ends.items()}
    return frame, {key: _added(parts) for key, parts in buckets.items()}, whole


def _on_record(made: Allowance, bases: dict[dt.date, Cells], code: str, day: dt.date) -> int | None:
    """Return for how many months the currency had owed something of the age that came last, of those seen by a day."""
    ends, months = [end for end in made.ends if end <= day], []
    for name in made.names:
        owed = [sum(bases[end][group, name] for group in made.groups if group[0] == code) > 0 for end in ends]
        if any(owed):
            months.append(len(ends) - 1 - owed.index(True))
    return min(months, default=None)


def _cells(
    made: Allowance, walk: int, follow: int, rates: Callable[[dt.date], Rates]
) -> dict[tuple[str, dt.date], tuple[int, dict[str, Row]]]:
    """Return by currency and month-end for how long it was followed, and what became of each bucket."""
    cells: dict[tuple[str, dt.date], tuple[int, dict[str, Row]]] = {}
    last = len(made.ends) - 1
    for at in range(max(11, last - walk), last):
        followed, day = min(follow, last - at), made.ends[at]
        matrix, lost = made.matrix(day, rates(day)), made.written_off(day, made.ends[at + followed], day)
        for group in made.groups:
            unit = 10 ** UNITS.get(group[0], 2)
            _, parts = cells.setdefault((group[0], day), (followed, {}))
            for name in made.names:
                amount, _, expected = matrix[*group, name]
                kept = Fraction(round(lost[group, name] * made.kept(group[0], made.ends[-1]) * unit), unit)
                part = {"base": amount, "predicted": expected, "lost": kept}
                parts[name] = _added([parts[name], part]) if name in parts else part
    return cells


def _added(parts: Iterable[Row]) -> Row:
    """Return sums, and what was predicted over what was lost; nothing where there are no parts."""
    rows = list(parts)
    if not rows:
        return dict.fromkeys(("base", "predicted", "lost", "ratio"))
    row: Row = {name: sum((part[name] for part in rows), Fraction(0)) for name in ("base", "lost")}
    told = [part["predicted"] for part in rows]
    row["predicted"] = None if None in told else sum(told, Fraction(0))
    row["ratio"] = row["predicted"] / row["lost"] if row["lost"] > 0 and row["predicted"] is not None else None
    return row
