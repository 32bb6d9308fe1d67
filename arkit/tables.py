"""Tables as HTML: semantic, without script or style of their own, ledger text escaped, numbers in the reader's form.

great-tables was measured first: 115-215 ms and 10 KB of repeated style for each table, where a report has thirty
tables and two seconds. These take about 2 ms, and take their look from the page that they stand in.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Literal, get_args

import pandas as pd

from arkit.columns import NO_CURRENCY
from arkit.errors import ArkitError
from arkit.messages import Lang, Message
from arkit.text import UNDEFINED, Text

Kind = Literal["text", "said", "money", "number", "percent", "rate", "days", "count", "date"]
LONG = 60
"""Characters of text from which a cell gets more room on a narrow page."""
"""``said`` is a number already in words, set like one; ``rate`` a share with two decimals, ``percent`` with one."""


def table(
    frame: pd.DataFrame,
    kinds: Mapping[str, Kind],
    lang: Lang = "en",
    *,
    caption: str,
    currency: str = NO_CURRENCY,
    headers: Mapping[str, str] | None = None,
    colours: Mapping[str, str] | None = None,
    total: Mapping[str, Any] | None = None,
) -> str:
    """Return a frame as an HTML table in a box that scrolls sideways by itself.

    Parameters
    ----------
    frame
        The rows, in order; its index is not shown.
    kinds
        Columns to show, in order, and how a value of each is written. The first names the row. ``money`` has the
        decimals of the row's ``currency`` column if the frame has one, else those of ``currency``.
    lang
        Language of headings and numbers.
    caption
        What the table shows; also its name for a screen reader.
    currency
        ISO code of all amounts, where the frame has no such column.
    headers
        Headings that differ from ``Text.label``.
    colours
        A colour swatch beside a heading: the same as in the charts.
    total
        Values of a last row, set apart; columns left out stay empty.

    Returns
    -------
    str
        HTML without script, style or address.

    Raises
    ------
    ArkitError
        For a column that the frame does not have, or an unknown kind.
    """
    missing = [column for column in kinds if column not in frame.columns]
    if missing:
        found = ", ".join(map(str, frame.columns))
        message = Message(
            "no such column for a table: {missing}; the frame has {found}", missing=", ".join(missing), found=found
        )
        raise ArkitError(message)
    unknown = sorted(set(kinds.values()) - set(get_args(Kind)))
    if unknown:
        allowed = ", ".join(get_args(Kind))
        message = Message(
            "unknown kind of column: {unknown}; allowed: {allowed}", unknown=", ".join(unknown), allowed=allowed
        )
        raise ArkitError(message)
    text = Text(lang)
    names = dict(headers or {})
    heads = [_head(names.get(c) or text.label(c), kind, (colours or {}).get(c)) for c, kind in kinds.items()]
    own = frame["currency"].astype(str).tolist() if "currency" in frame.columns else [currency] * len(frame)
    shown = [[_cell(v, kind, code, text) for v, code in zip(frame[c], own, strict=True)] for c, kind in kinds.items()]
    body = [_row(cells, list(kinds.values())) for cells in zip(*shown, strict=True)]
    if total is not None:
        cells = [_cell(total[c], kind, currency, text) if c in total else "" for c, kind in kinds.items()]
        body.append(_row(cells, list(kinds.values()), "total"))
    name = html.escape(caption)
    return (
        f'<div class="table-box" role="region" tabindex="0" aria-label="{name}"><table class="figures">'
        f"<caption><span>{name}</span></caption><thead><tr>{''.join(heads)}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def terms(pairs: Sequence[tuple[str, str]], *, label: str) -> str:
    """Return a list of terms and what they stand at, as HTML: conventions, the account of a file."""
    rows = "".join(f"<div><dt>{html.escape(term)}</dt><dd>{html.escape(said)}</dd></div>" for term, said in pairs)
    return f'<dl class="terms" aria-label="{html.escape(label)}">{rows}</dl>'


def _head(label: str, kind: Kind, colour: str | None) -> str:
    swatch = f'<span class="swatch" style="background:{html.escape(colour)}"></span>' if colour else ""
    side = "" if kind == "text" else ' class="num"'
    return f'<th scope="col"{side}>{swatch}{html.escape(label)}</th>'


def _row(cells: Sequence[str], kinds: Sequence[Kind], style: str = "") -> str:
    first, *rest = cells
    sides = [_side(kind, cell) for kind, cell in zip(kinds, cells, strict=True)]
    others = "".join(f"<td{side}>{cell}</td>" for cell, side in zip(rest, sides[1:], strict=True))
    css = f' class="{style}"' if style else ""
    return f'<tr{css}><th scope="row"{sides[0]}>{first}</th>{others}</tr>'


def _side(kind: Kind, cell: str) -> str:
    """Return the class of a cell: numbers to the right, noughts quiet, and room for what is long on a phone."""
    if kind == "text":
        return ' class="long"' if len(cell) > LONG else ""
    return ' class="num"' if cell.strip("0.,%") else ' class="num zero"'


def _cell(value: Any, kind: Kind, currency: str, text: Text) -> str:  # noqa: ANN401 (a cell of any frame)
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value) or value is pd.NA:
        return UNDEFINED
    writers: dict[str, Callable[[Any], str]] = {
        "text": str,
        "said": str,
        "money": lambda v: text.amount(v, currency),
        "number": lambda v: text.number(v, 2),
        "percent": text.percent,
        "rate": lambda v: text.percent(v, 2),
        "days": lambda v: text.number(v, 1),
        "count": text.number,
        "date": text.iso,
    }
    return html.escape(writers[kind](value))


def largest_first(frame: pd.DataFrame, column: Hashable, top: int) -> pd.DataFrame:
    """Return the rows with the largest values of a column."""
    return frame.sort_values(by=column, ascending=False, kind="stable").head(top)  # type: ignore[call-overload,no-any-return]
