"""Where the parts of a scenario's graph stand: rows from the opening down to the endings, ways that cross no box.

Notes
-----
Situations stand in rows by the fewest decisions from the opening, endings last. A way over more than one row passes the
rows between in a lane of its own target, so that ways to one target run together and none runs over a box.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from arkit.training.model import Scenario
from arkit.training.preview.placing import HIGH, MARGIN, ROW, WIDE, Slot, across, ordered, passing, rows, width_of
from arkit.training.survey import Edge


class Point(NamedTuple):
    """A place in the drawing, in its units."""

    x: float
    y: float


class Piece(NamedTuple):
    """A part of one or more ways, between two rows.

    Parameters
    ----------
    start, end
        Its ends; drawn as a curve that is upright at both.
    edges
        The ways that it is part of.
    arrives
        Whether it ends at a box.
    back
        Whether it leads to an earlier row, or to where it began.
    dip
        Whether it leaves a row and comes back to it.
    """

    start: Point
    end: Point
    edges: tuple[Edge, ...]
    arrives: bool
    back: bool
    dip: bool = False


@dataclass(frozen=True)
class Layout:
    """A drawing: its size, the upper left corners of its boxes, the pieces of its ways, and its lanes."""

    width: float
    height: float
    boxes: Mapping[str, Point]
    pieces: tuple[Piece, ...]
    lanes: tuple[Piece, ...]


def layout(scenario: Scenario, edges: Sequence[Edge]) -> Layout:
    """Lay out the graph of a scenario."""
    placed = rows(scenario, edges)
    height = {node: row for row, nodes in enumerate(placed) for node in nodes}
    slots = [[Slot(row, node) for node in nodes] for row, nodes in enumerate(placed)]
    courses = {edge: passing(edge, height) for edge in edges}
    for course in courses.values():
        for slot in course[1:-1]:
            if slot not in slots[slot.row]:
                slots[slot.row].append(slot)
    links = list(dict.fromkeys(link for course in courses.values() for link in pairwise(course)))
    slots = ordered(slots, links)
    x = across(slots, links)
    left = min(x[slot] - width_of(slot) / 2 for row in slots for slot in row)
    middle = {slot: x[slot] - left + MARGIN for row in slots for slot in row}
    width = max(middle[slot] + width_of(slot) / 2 for row in slots for slot in row) + MARGIN
    boxes = {s.node: Point(middle[s] - WIDE / 2, MARGIN + s.row * ROW) for row in slots for s in row if not s.lane}
    return Layout(
        width=width,
        height=2 * MARGIN + (len(slots) - 1) * ROW + HIGH,
        boxes=boxes,
        pieces=_pieces(courses, links, middle),
        lanes=_lanes(courses, middle),
    )


def _pieces(
    courses: Mapping[Edge, tuple[Slot, ...]], links: Sequence[tuple[Slot, Slot]], middle: Mapping[Slot, float]
) -> tuple[Piece, ...]:
    ports = _ports(links, middle)
    used: dict[tuple[Slot, Slot], list[Edge]] = {}
    for edge, course in courses.items():
        for link in pairwise(course):
            used.setdefault(link, []).append(edge)
    return tuple(
        Piece(
            ports[link, 0],
            ports[link, 1],
            tuple(edges),
            arrives=not link[1].lane,
            back=link[1].row < link[0].row or link[0] == link[1],
            dip=link[1].row == link[0].row,
        )
        for link, edges in used.items()
    )


def _ports(
    links: Sequence[tuple[Slot, Slot]], middle: Mapping[Slot, float]
) -> dict[tuple[tuple[Slot, Slot], int], Point]:
    """Return where each link touches its two slots: side by side along a box, in the order of the other ends."""
    sides: dict[tuple[Slot, bool], list[tuple[float, tuple[Slot, Slot], int]]] = {}
    for link in links:
        a, b = link
        below = b.row >= a.row  # of its start; a link within a row leaves and comes at the lower side
        sides.setdefault((a, below), []).append((middle[b] + (0.1 if a == b else 0), link, 0))
        sides.setdefault((b, not below or a.row == b.row), []).append((middle[a], link, 1))
    found = {}
    for (slot, below), ends in sides.items():
        ends.sort(key=lambda end: (end[0], end[1][1].row < end[1][0].row, end[2]))  # ways there, then ways back
        for place, (_, link, which) in enumerate(ends):
            step = 0.0 if slot.lane else min(46.0, (WIDE - 28) / max(1, len(ends) - 1))
            y = MARGIN + slot.row * ROW + (HIGH if below else 0.0)
            found[link, which] = Point(middle[slot] + (place - (len(ends) - 1) / 2) * step, y)
    return found


def _lanes(courses: Mapping[Edge, tuple[Slot, ...]], middle: Mapping[Slot, float]) -> tuple[Piece, ...]:
    used: dict[Slot, list[Edge]] = {}
    for edge, course in courses.items():
        for slot in course[1:-1]:
            used.setdefault(slot, []).append(edge)
    found = []
    for slot, edges in used.items():
        top = MARGIN + slot.row * ROW
        ends = Point(middle[slot], top), Point(middle[slot], top + HIGH)
        start, end = ends if slot.lane == "down" else reversed(ends)
        found.append(Piece(start, end, tuple(edges), arrives=False, back=slot.lane == "up"))
    return tuple(found)
