"""In which row and where in it the boxes of a scenario's graph stand, and the lanes of ways that pass a row.

References
----------
Sugiyama, Tagawa, Toda (1981), Methods for visual understanding of hierarchical system structures.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from arkit.training.model import Scenario
from arkit.training.survey import Edge

WIDE, HIGH = 190.0, 86.0
"""Size of a box."""
ROW = HIGH + 78.0
"""From one row to the next."""
LANE, APART = 14.0, 26.0
"""Width of a lane, and room between neighbours."""
MARGIN = 14.0
MOST = 4
"""Boxes side by side; a row of more is broken, so that a page holds it."""
SWEEPS = 12
SETTLING = 120
"""Passes that put the rows in order, and that move slots towards those they are linked with."""


class Slot(NamedTuple):
    """What stands in a row: a box (``to`` is empty), or the lane that leads ``down`` or up to a box elsewhere."""

    row: int
    node: str
    lane: str = ""


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


def passing(edge: Edge, height: Mapping[str, int]) -> tuple[Slot, ...]:
    """Return the slots that a way passes: its two boxes, and a lane in each row between them."""
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


def ordered(slots: list[list[Slot]], links: Sequence[tuple[Slot, Slot]]) -> list[list[Slot]]:
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


def width_of(slot: Slot) -> float:
    """Return how wide a slot is."""
    return LANE if slot.lane else WIDE


def across(slots: list[list[Slot]], links: Sequence[tuple[Slot, Slot]]) -> dict[Slot, float]:
    """Return the middle of each slot: as near to those it is linked with as the order of its row allows."""
    near, x = _neighbours(links), dict[Slot, float]()
    for row in slots:
        x.update(_apart(row, dict.fromkeys(row, 0.0), near))
    for sweep in range(SETTLING):
        down = sweep % 2 == 0
        for row in slots if down else reversed(slots):
            wish = {slot: _mean([x[other] for other in near.get(slot, [])], x[slot]) for slot in row}
            x.update(_apart(row, wish, near))
    return x


def _apart(row: Sequence[Slot], wish: Mapping[Slot, float], near: Mapping[Slot, Sequence[Slot]]) -> dict[Slot, float]:
    """Return the places with the shortest links (least squares) with nothing closer than allowed.

    Each slot weighs as many as it has links, so that every call shortens all links together, and the whole settles.
    """
    offset, offsets = 0.0, dict[Slot, float]()
    for place, slot in enumerate(row):
        offset += width_of(row[place - 1]) / 2 + APART + width_of(slot) / 2 if place else 0.0
        offsets[slot] = offset
    blocks: list[tuple[float, float, list[Slot]]] = []
    for slot in row:
        block = (wish[slot] - offsets[slot], float(max(1, len(near.get(slot, [])))), [slot])
        while blocks and blocks[-1][0] >= block[0]:
            mean, weight, members = blocks.pop()
            both = weight + block[1]
            block = ((mean * weight + block[0] * block[1]) / both, both, [*members, *block[2]])
        blocks.append(block)
    return {slot: mean + offsets[slot] for mean, _, members in blocks for slot in members}
