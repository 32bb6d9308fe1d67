"""What a section of a report is made of: prose, tables and charts, as HTML fragments and figures.

Every text that enters here is plain and is escaped here; tables come ready from :mod:`arkit.tables`.
"""

from __future__ import annotations

import html
import math
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from arkit.reporting.sheet import Sheet

Number = float | int | str | None


@dataclass(frozen=True)
class Html:
    """A fragment of HTML, already escaped."""

    html: str


@dataclass(frozen=True)
class Chart:
    """A figure with what stands for it where it can not be seen: a text and a table."""

    figure: go.Figure
    alt: str
    table: str

    @property
    def caption(self) -> str:
        """The figure's title, which says its finding, as plain text."""
        return html.unescape(str(self.figure.layout.title.text or ""))


@dataclass(frozen=True)
class File:
    """A file offered beside the report: its name, and what writes it to a path (pickle must be able to carry it)."""

    name: str
    write: Callable[[Path], object]


@dataclass(frozen=True)
class Section:
    """One question of a report, answered.

    Parameters
    ----------
    key
        Anchor in the page and first part of the keys of its figures.
    title
        Heading, in the reader's language.
    lead
        Opening sentences.
    blocks
        Prose, tables and charts, in order.
    figures
        Every number that is printed, unrounded, under a key that no language changes: ``position.USD.over_90``.
    sheets
        Tables for the Excel workbook.
    files
        Files of their own, written beside the workbook.
    """

    key: str
    title: str
    lead: tuple[str, ...] = ()
    blocks: tuple[Html | Chart, ...] = ()
    figures: dict[str, Number] = field(default_factory=dict)
    sheets: tuple[Sheet, ...] = ()
    files: tuple[File, ...] = ()


def number(value: Any) -> Number:  # noqa: ANN401 (a cell of a frame)
    """Return a value as JSON can hold it: not defined is None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value
    return None if math.isnan(float(value)) or math.isinf(float(value)) else float(value) + 0.0  # -0.0 is 0


def heading(text: str) -> Html:
    """Return a heading within a section."""
    return Html(f"<h3>{html.escape(text)}</h3>")


def paragraph(*sentences: str, style: str = "") -> Html:
    """Return a paragraph of sentences."""
    css = f' class="{style}"' if style else ""
    return Html(f"<p{css}>{html.escape(join(sentences))}</p>")


def join(sentences: Sequence[str]) -> str:
    """Return sentences as running text: Chinese ones follow each other without a space."""
    out = ""
    for sentence in sentences:
        out += ("" if not out or out[-1] in "。！？；" else " ") + sentence
    return out


def note(text: str, *, label: str = "", warning: bool = False) -> Html:
    """Return a remark set apart; a warning is one that changes how a figure must be read."""
    css = "note note-warning" if warning else "note"
    head = f"<strong>{html.escape(label)}</strong>" if label else ""
    return Html(f'<p class="{css}">{head}{html.escape(text)}</p>')


@dataclass(frozen=True)
class Tile:
    """A key figure: what, how much, and beside what."""

    label: str
    value: str
    beside: str = ""
    better: bool | None = None


def band(tiles: Sequence[Tile], *, label: str) -> Html:
    """Return key figures side by side."""
    tone = {True: " better", False: " worse", None: ""}
    cells = "".join(
        f'<div class="tile"><dt>{html.escape(tile.label)}</dt><dd class="value">{html.escape(tile.value)}</dd>'
        f'<dd class="beside{tone[tile.better]}">{html.escape(tile.beside)}</dd></div>'
        for tile in tiles
    )
    return Html(f'<dl class="band" aria-label="{html.escape(label)}">{cells}</dl>')


def sentences(pairs: Sequence[tuple[str, str]]) -> Html:
    """Return numbered sentences, each with a word for what it is about."""
    items = "".join(
        f'<li><span class="about">{html.escape(about)}</span> <span class="said">{html.escape(said)}</span></li>'
        for about, said in pairs
    )
    return Html(f'<ol class="sentences">{items}</ol>')


def described(items: Sequence[tuple[str, Sequence[str]]], *, label: str) -> Html:
    """Return names with what is said of each, a line or several: for words too long for a table's cell."""
    rows = "".join(
        f"<div><dt>{html.escape(name)}</dt>{''.join(f'<dd>{html.escape(line)}</dd>' for line in lines)}</div>"
        for name, lines in items
    )
    return Html(f'<dl class="described" aria-label="{html.escape(label)}">{rows}</dl>')


def plain(fragment: str) -> str:
    """Return the words of a fragment, for a place that shows no HTML."""
    words: list[str] = []
    for part in fragment.split("<"):
        words.append(part.partition(">")[2] if ">" in part else part)
    return textwrap.shorten(html.unescape(" ".join(words)), 300)
