"""The graph of a scenario as SVG, whose facts stand in the page's text too."""

from __future__ import annotations

import html
import math
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from arkit.training.preview.layout import Layout, Piece, Point, layout
from arkit.training.preview.placing import HIGH, ROW, WIDE
from arkit.training.preview.wording import Wording
from arkit.training.survey import Survey

LETTER = 7.8
"""Width of a Latin letter of a title, in units of the drawing; a Chinese character takes two but for a little."""
ROOM = WIDE - 20
LABEL_HIGH = 15.0
SEEN = 0.005
"""Least share of plays for which a way is labelled."""
ALONG = (0.3, 0.42, 0.2, 0.55, 0.68, 0.8)
"""Where on a curve a label may stand, in the order of preference."""


class Box(NamedTuple):
    """A rectangle: its left, top, right and bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Tell whether two rectangles have a point in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


class Label(NamedTuple):
    """A label of a way, and the room that it takes."""

    text: str
    box: Box


def drawing(survey: Survey, wording: Wording) -> str:
    """Return the graph as an SVG element, whose boxes lead to the sections of the page."""
    placed = layout(survey.scenario, tuple(survey.edges))
    text = wording.text
    title = html.escape(text.say("Graph of the scenario: {title}", title=wording.of(survey.scenario.title)))
    told = html.escape(
        text.say(
            "{situations} situations from the opening at the top down to {endings} endings. "
            "The sections below tell the same in words.",
            situations=len(survey.scenario.situations),
            endings=len(survey.scenario.endings),
        )
    )
    size = f"{placed.width:.0f} {placed.height:.0f}"
    ways = "".join(
        _way(piece, survey) for piece in sorted((*placed.lanes, *placed.pieces), key=lambda piece: _flow(piece, survey))
    )
    boxes = "".join(_node(node, corner, survey, wording) for node, corner in placed.boxes.items())
    said = "".join(
        f'<text class="share" x="{(label.box.left + label.box.right) / 2:.1f}" y="{label.box.bottom - 4:.1f}">'
        f"{html.escape(label.text)}</text>"
        for label in labels(placed, survey, wording)
    )
    names = 'role="group" aria-labelledby="graph-title graph-told"'
    return (
        f'<svg class="graph" viewBox="0 0 {size}" width="{placed.width:.0f}" {names}>'
        f'<title id="graph-title">{title}</title><desc id="graph-told">{told}</desc>{_heads()}{ways}{boxes}{said}</svg>'
    )


def _heads() -> str:
    return "<defs>" + "".join(
        f'<marker id="head-{kind}" class="head-{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" '
        f'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z"/></marker>'
        for kind in ("best", "other")
    ) + "</defs>"  # fmt: skip


def _flow(piece: Piece, survey: Survey) -> float:
    return sum(survey.edges[edge] for edge in piece.edges)


def _way(piece: Piece, survey: Survey) -> str:
    flow = _flow(piece, survey)
    kind = "best" if flow >= SEEN else "other"
    width = 1.2 + 5.8 * min(flow, 1.0)
    back = " back" if piece.back else ""
    head = f' marker-end="url(#head-{kind})"' if piece.arrives else ""
    a, b, c, d = curve(piece)
    path = f"M{a.x:.1f} {a.y:.1f}C{b.x:.1f} {b.y:.1f} {c.x:.1f} {c.y:.1f} {d.x:.1f} {d.y:.1f}"
    return f'<path class="way {kind}{back}" stroke-width="{width:.1f}" d="{path}"{head}/>'


def curve(piece: Piece) -> tuple[Point, Point, Point, Point]:
    """Return the four points of a piece's Bézier curve, which leaves and arrives upright; a dip stays in its gap."""
    a, d = piece.start, piece.end
    gap = ROW - HIGH
    if piece.dip:
        flare = 16.0 if abs(a.x - d.x) < WIDE else 0.0
        side = math.copysign(flare, a.x - d.x)
        return a, Point(a.x + side, a.y + gap * 0.75), Point(d.x - side, d.y + gap * 0.75), d
    bend = (d.y - a.y) * 0.5
    return a, Point(a.x, a.y + bend), Point(d.x, d.y - bend), d


def on_curve(piece: Piece, t: float) -> Point:
    """Return a point of a piece, from its start (0) to its end (1)."""
    points = curve(piece)
    share = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    return Point(*(sum(s * p[axis] for s, p in zip(share, points, strict=True)) for axis in (0, 1)))


def labels(placed: Layout, survey: Survey, wording: Wording) -> tuple[Label, ...]:
    """Return the labels of the ways that best play goes: none meets a box or another; one without room is left out."""
    taken = [Box(p.x, p.y, p.x + WIDE, p.y + HIGH) for p in placed.boxes.values()]
    found = []
    for piece in sorted(placed.pieces, key=lambda piece: -_flow(piece, survey)):
        flow = _flow(piece, survey)
        if flow < SEEN or len(piece.edges) > 1 or not _begins(piece, placed):
            continue
        text = wording.often(flow)
        wide = 4.0 + 6.6 * len(text)
        for t in ALONG:
            at = on_curve(piece, t)
            box = Box(at.x - wide / 2, at.y - LABEL_HIGH / 2, at.x + wide / 2, at.y + LABEL_HIGH / 2)
            if not any(box.meets(other) for other in taken):
                taken.append(box)
                found.append(Label(text, box))
                break
    return tuple(found)


def _begins(piece: Piece, placed: Layout) -> bool:
    corner = placed.boxes[piece.edges[0][0]]
    return corner.x <= piece.start.x <= corner.x + WIDE and corner.y <= piece.start.y <= corner.y + HIGH


def _node(node: str, corner: Point, survey: Survey, wording: Wording) -> str:
    scenario, spot = survey.scenario, survey.spots[node]
    end = node in scenario.endings
    part = scenario.endings[node] if end else scenario.situations[node]
    title = wording.of(part.title)
    kind = "end" if end else "first" if node == scenario.opening else "inner"
    worth, passed = wording.worth(spot), wording.share(spot.passed)
    facts = [wording.text.say("worth {value}", value=worth), wording.text.say("best play: {share}", share=passed)]
    lines = list(wrapped(title))
    x, top = corner.x + WIDE / 2, corner.y + (24 if len(lines) == 2 else 30)
    said = "".join(f'<text class="title" x="{x:.1f}" y="{top + 16 * n:.1f}">{html.escape(line)}</text>'
                   for n, line in enumerate(lines))  # fmt: skip
    said += "".join(f'<text class="fact" x="{x:.1f}" y="{corner.y + HIGH - 26 + 16 * n:.1f}">{html.escape(line)}</text>'
                    for n, line in enumerate(facts))  # fmt: skip
    name = html.escape(wording.joined([title, *facts]))
    return (
        f'<a class="node {kind}" href="#{"ending" if end else "situation"}-{node}" aria-label="{name}">'
        f'<title>{name}</title><rect x="{corner.x:.1f}" y="{corner.y:.1f}" width="{WIDE:.0f}" height="{HIGH:.0f}" '
        f'rx="{22 if end else 5}"/>{said}</a>'
    )


def wrapped(title: str) -> Iterator[str]:
    """Yield a title in at most two lines that fit a box; what is longer ends in an ellipsis."""
    rest = title.strip()
    for last in (False, True):
        if length(rest) <= ROOM:
            yield rest
            return
        cut = max(n for n in range(1, len(rest)) if length(rest[:n]) <= ROOM - (12 if last else 0))
        space = rest.rfind(" ", 1, cut + 1)
        if space > cut // 2 and rest[cut : cut + 1] not in ("", " "):
            cut = space
        yield rest[:cut].rstrip() + ("…" if last else "")
        rest = rest[cut:].lstrip()
        if not rest:
            return


def length(text: str) -> float:
    """Return about how wide a text is, in units of the drawing."""
    return sum(LETTER * (1.8 if unicodedata.east_asian_width(letter) in "WF" else 1.0) for letter in text)
