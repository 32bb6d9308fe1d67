"""Small pieces of HTML: every text is escaped here, what is named ``inner`` is HTML already."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import NamedTuple


def said(text: str, tag: str = "p", css: str = "") -> str:
    """Return a text in an element."""
    return wrap(html.escape(text), tag, css)


def wrap(inner: str, tag: str, css: str = "") -> str:
    """Return HTML in an element; nothing for nothing."""
    named = f' class="{css}"' if css else ""
    return f"<{tag}{named}>{inner}</{tag}>" if inner else ""


def items(inner: Iterable[str], css: str = "") -> str:
    """Return HTML parts as a list; nothing for none."""
    return wrap("".join(f"<li>{part}</li>" for part in inner), "ul", css)


def link(address: str, text: str) -> str:
    """Return a link to a place of the page."""
    return f'<a href="#{html.escape(address)}">{html.escape(text)}</a>'


def terms(pairs: Iterable[tuple[str, str]]) -> str:
    """Return names and what they stand at: the first a text, the second HTML."""
    return wrap("".join(f"<div><dt>{html.escape(name)}</dt><dd>{inner}</dd></div>" for name, inner in pairs), "dl")


class Column(NamedTuple):
    """A column: its heading, its class, and its share of the width (a class of the style sheet)."""

    head: str
    css: str = ""


def table(caption: str, columns: Sequence[Column], rows: Iterable[tuple[str, Sequence[str]]], css: str = "") -> str:
    """Return a table whose rows become cards on a narrow page; a row is its id (or "") and its cells as HTML.

    Roles are spelled out: a table that is set as blocks would lose them.
    """
    heads = "".join(
        f'<th role="columnheader" scope="col" class="{column.css}">{html.escape(column.head)}</th>'
        for column in columns
    )
    body = "".join(_row(key, columns, cells) for key, cells in rows)
    return (
        f'<table role="table" class="{css}"><caption>{html.escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">{body}</tbody></table>'
    )


def _row(key: str, columns: Sequence[Column], cells: Sequence[str]) -> str:
    named = f' id="{html.escape(key)}"' if key else ""
    first, *rest = zip(columns, cells, strict=True)
    others = "".join(
        f'<td role="cell" class="{column.css}"><span class="label">{html.escape(column.head)}</span>'
        f"<div>{inner}</div></td>"
        for column, inner in rest
    )
    return f'<tr role="row"{named}><th role="rowheader" scope="row" class="{first[0].css}">{first[1]}</th>{others}</tr>'
