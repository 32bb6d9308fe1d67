"""Where the parts of a scenario's graph stand: rows from the opening down to the endings, ways that cross no box.

Notes
-----
Situations stand in rows by the fewest decisions from the opening, endings last. A way over more than one row passes the
rows between in a lane of its own target, so that ways to one target run together and none runs over a box.

References
----------
Sugiyama, Tagawa, Toda (1981), Methods for visual understanding of hierarchical system structures.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from arkit.training.model import Scenario
from arkit.training.survey import Edge

WIDE, HIGH = 190.0, 86.0
"""Size of a box."""
ROW = HIGH + 92.0
"""From one row to the next."""
LANE, APART = 14.0, 26.0
"""Width of a lane, and room between neighbours."""
MARGIN = 14.0
MOST = 3
"""Boxes side by side; a row of more is broken, so that a page holds it."""
SWEEPS = 12
SETTLING = 120
"""Passes that put the rows in order, and that move slots towards those they are linked with."""


class Slot(NamedTuple):
    """What stands in a row: a box (``to`` is empty), or the lane that leads ``down`` or up to a box elsewhere."""

    row: int
    node: str
    lane: str = ""


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


def rows(scenario: Scenario, edges: Iterable[Edge]) -> list[list[str]]:
    """Return the keys of situations by fewest decisions from the opening, those without a way last; then endings."""
    ways = list(edges)
    depth, waiting = {scenario.opening: 0}, deque([scenario.opening])
    while waiting:
        here = waiting.popleft()
        for there in (to for origin, to in ways if origin == here and to in scenario.situations):
            if there not in depth:
                depth[there] = depth[here] + 1
                waiting.append(there)
    last = max(depth.values()) + 1
    ranks: list[list[str]] = [[] for _ in range(last + 1)]
    for node in scenario.situations:
        ranks[depth.get(node, last)].append(node)
    broken = [part for rank in [*ranks, list(scenario.endings)] for part in _broken(rank)]
    return broken


def _broken(rank: Sequence[str]) -> list[list[str]]:
    """Break a row of too many boxes into even ones."""
    parts = -(-len(rank) // MOST)
    return [list(rank[n * len(rank) // parts : (n + 1) * len(rank) // parts]) for n in range(parts)]


def layout(scenario: Scenario, edges: Sequence[Edge]) -> Layout:
    """Lay out the graph of a scenario."""
    placed = rows(scenario, edges)
    height = {node: row for row, nodes in enumerate(placed) for node in nodes}
    slots = [[Slot(row, node) for node in nodes] for row, nodes in enumerate(placed)]
    courses = {edge: _course(edge, height) for edge in edges}
    for course in courses.values():
        for slot in course[1:-1]:
            if slot not in slots[slot.row]:
                slots[slot.row].append(slot)
    links = list(dict.fromkeys(link for course in courses.values() for link in pairwise(course)))
    slots = _ordered(slots, links)
    x = _across(slots, links)
    left = min(x[slot] - _width(slot) / 2 for row in slots for slot in row)
    middle = {slot: x[slot] - left + MARGIN for row in slots for slot in row}
    width = max(middle[slot] + _width(slot) / 2 for row in slots for slot in row) + MARGIN
    boxes = {s.node: Point(middle[s] - WIDE / 2, MARGIN + s.row * ROW) for row in slots for s in row if not s.lane}
    return Layout(
        width=width,
        height=2 * MARGIN + (len(slots) - 1) * ROW + HIGH,
        boxes=boxes,
        pieces=_pieces(courses, links, middle),
        lanes=_lanes(courses, middle),
    )


def _course(edge: Edge, height: Mapping[str, int]) -> tuple[Slot, ...]:
    origin, to = edge
    first, last = height[origin], height[to]
    way = "down" if last > first else "up"
    between = range(first + 1, last) if last > first else range(first - 1, last, -1)
    return Slot(first, origin), *(Slot(row, to, way) for row in between), Slot(last, to)


def _neighbours(links: Iterable[tuple[Slot, Slot]]) -> dict[Slot, list[Slot]]:
    found: dict[Slot, list[Slot]] = {}
    for a, b in links:
        if a.row != b.row:
            found.setdefault(a, []).append(b)
            found.setdefault(b, []).append(a)
    return found


def _ordered(slots: list[list[Slot]], links: Sequence[tuple[Slot, Slot]]) -> list[list[Slot]]:
    """Return the rows in the order with fewest crossings that sorting by the neighbours' mean place meets."""
    near, best = _neighbours(links), slots
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        slots = [list(row) for row in slots]
        for row in range(1, len(slots)) if down else range(len(slots) - 2, -1, -1):
            beside = {s: place / max(1, len(slots[row + (-1 if down else 1)]) - 1)
                      for place, s in enumerate(slots[row + (-1 if down else 1)])}  # fmt: skip
            own = {s: place / max(1, len(slots[row]) - 1) for place, s in enumerate(slots[row])}
            mean = {s: _mean([beside[n] for n in near.get(s, []) if n in beside], own[s]) for s in slots[row]}
            slots[row].sort(key=mean.__getitem__)
        if _crossings(slots, links) < _crossings(best, links):
            best = slots
    return best


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


def _crossings(slots: list[list[Slot]], links: Sequence[tuple[Slot, Slot]]) -> int:
    place = {slot: n for row in slots for n, slot in enumerate(row)}
    between: dict[int, list[tuple[int, int]]] = {}
    for a, b in links:
        if a.row != b.row:
            upper, lower = (a, b) if a.row < b.row else (b, a)
            between.setdefault(upper.row, []).append((place[upper], place[lower]))
    return sum((a - c) * (b - d) < 0 for pairs in between.values() for a, b in pairs for c, d in pairs) // 2


def _width(slot: Slot) -> float:
    return LANE if slot.lane else WIDE


def _across(slots: list[list[Slot]], links: Sequence[tuple[Slot, Slot]]) -> dict[Slot, float]:
    """Return the middle of each slot: as near to those it is linked with as the order of its row allows."""
    near, x = _neighbours(links), dict[Slot, float]()
    for row in slots:
        x.update(_apart(row, dict.fromkeys(row, 0.0)))
    for sweep in range(SETTLING):
        down = sweep % 2 == 0
        for row in slots if down else reversed(slots):
            wish = {slot: _mean([x[other] for other in near.get(slot, [])], x[slot]) for slot in row}
            x.update(_apart(row, wish))
    return x


def _apart(row: Sequence[Slot], wish: Mapping[Slot, float]) -> dict[Slot, float]:
    """Return the places nearest to those wished for (least squares, boxes heavier) with nothing closer than allowed."""
    offset, offsets = 0.0, dict[Slot, float]()
    for place, slot in enumerate(row):
        offset += _width(row[place - 1]) / 2 + APART + _width(slot) / 2 if place else 0.0
        offsets[slot] = offset
    blocks: list[tuple[float, float, list[Slot]]] = []
    for slot in row:
        block = (wish[slot] - offsets[slot], 1.0 if slot.lane else 4.0, [slot])
        while blocks and blocks[-1][0] >= block[0]:
            mean, weight, members = blocks.pop()
            both = weight + block[1]
            block = ((mean * weight + block[0] * block[1]) / both, both, [*members, *block[2]])
        blocks.append(block)
    return {slot: mean + offsets[slot] for mean, _, members in blocks for slot in members}


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
