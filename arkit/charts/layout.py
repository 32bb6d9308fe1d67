"""The look that every chart shares: fonts, quiet axes, legends on top, amounts in known units."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import east_asian_width

import pandas as pd

from arkit.charts import palette
from arkit.columns import NO_CURRENCY
from arkit.errors import ArkitError
from arkit.messages import Message
from arkit.money import refuse_mixed
from arkit.text import Text

if TYPE_CHECKING:
    import plotly.graph_objects as go

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
Trace = dict[str, Any]
Axis = dict[str, Any]


def figure(traces: list[Trace], *, title: str, height: int = 360, **layout: Any) -> go.Figure:  # noqa: ANN401
    """Return a figure in the house's look; no global template is read or changed."""
    import plotly.graph_objects as go

    base: dict[str, Any] = {
        "template": {"layout": {"colorway": [palette.STRONG]}},
        "title": {"text": title, "x": 0, "xref": "paper", "xanchor": "left", "font": {"size": 16}},
        "font": {"family": FONT, "size": 13, "color": palette.INK},
        "paper_bgcolor": palette.PAPER,
        "plot_bgcolor": palette.PAPER,
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 48, "b": 8},
        "bargap": 0.28,
        "hoverlabel": {"font": {"family": FONT, "size": 13}, "bgcolor": "white", "bordercolor": palette.GRID},
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "traceorder": "normal",
            "font": {"size": 12},
            "entrywidth": 0,
            "itemclick": False,
            "itemdoubleclick": False,
        },
    }
    return go.Figure(data=traces, layout=base | layout)


def axis(title: str | None = None, **options: Any) -> Axis:  # noqa: ANN401
    """Return a value axis: light grid, a title with its unit, no zoom."""
    base: Axis = {
        "automargin": True,
        "gridcolor": palette.GRID,
        "zerolinecolor": palette.MUTED,
        "zerolinewidth": 1,
        "tickfont": {"size": 12, "color": palette.MUTED},
        "fixedrange": True,
    }
    if title:
        base["title"] = {"text": title, "font": {"size": 12, "color": palette.MUTED}, "standoff": 8}
    return base | options


def categories(**options: Any) -> Axis:  # noqa: ANN401
    """Return an axis of names or months, in the order given, without a grid."""
    quiet: Axis = {"type": "category", "showgrid": False, "zeroline": False}
    return axis(**(quiet | options))


class Unit(NamedTuple):
    """What an axis of money counts in: ``size`` major units, said in ``word``."""

    size: float
    word: str


def money_unit(largest: float, text: Text) -> Unit:
    """Return the unit in which the largest amount of a chart reads best."""
    words = {
        "en": [(1e9, text.say("billion")), (1e6, text.say("million")), (1e3, text.say("thousand"))],
        "zh": [(1e8, "亿"), (1e4, "万")],
    }[text.lang]
    for size, word in words:
        if largest >= 2 * size:
            return Unit(size, word)
    return Unit(1.0, "")


def money_axis(low: float, high: float, currency: str, text: Text, **options: Any) -> Axis:  # noqa: ANN401
    """Return an axis of money with round ticks written in the reader's language, titled ``USD, million``."""
    unit = money_unit(max(abs(low), abs(high)), text)
    values = ticks(min(low, 0.0) / unit.size, max(high, 0.0) / unit.size)
    decimals = 0 if all(v == int(v) for v in values) else 1 if all(10 * v == int(10 * v) for v in values) else 2
    return axis(
        money_title(unit.word, currency, text),
        tickvals=[v * unit.size for v in values],
        ticktext=[text.number(v, decimals) for v in values],
        **options,
    )


def money_title(word: str, currency: str, text: Text) -> str:
    """Return what an axis of money counts: ``USD, million``; without a currency ``million``, or ``amount``."""
    if currency == NO_CURRENCY:
        return word or text.inline("amount")
    return text.say("{currency}, {unit}", currency=currency, unit=word) if word else currency


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return round numbers that cover a range.

    Examples
    --------
    >>> ticks(0, 23)
    [0.0, 5.0, 10.0, 15.0, 20.0, 25.0]
    """
    if high <= low:
        return [0.0]
    raw = (high - low) / about
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def month_axis(days: list[pd.Timestamp], text: Text) -> Axis:
    """Return an axis of month-ends, labelled sparsely enough for a telephone; the last always is."""
    every = max(1, math.ceil(len(days) / 6))
    shown = [i for i in range(len(days)) if (len(days) - 1 - i) % every == 0]
    labels = [f"{text.short_month(days[i])}<br>{text.year(days[i])}" for i in shown]
    return categories(tickvals=[key(days[i]) for i in shown], ticktext=labels, tickangle=0)


def key(day: pd.Timestamp) -> str:
    """Return the category of a date on a month axis."""
    return day.date().isoformat()


def short_lines(label: str) -> str:
    """Return a label on short lines, so that labels stand clear of each other side by side on a telephone."""
    if " " in label:
        return label.replace(" ", "<br>")
    return label if len(label) < 5 else f"{label[: len(label) // 2 + 1]}<br>{label[len(label) // 2 + 1 :]}"


def safe(name: object) -> str:
    """Return ledger text for Plotly, which reads a few HTML tags in every label."""
    return html.escape(str(name), quote=False)


def hatch(column: str) -> dict[str, Any]:
    """Return the pattern of a column: unapplied credit is hatched, so that it never passes for an age."""
    return {"shape": "/" if column == "unapplied" else "", "fillmode": "overlay", "fgcolor": "white", "fgopacity": 0.6}


def shortened(name: object, longest: int = 24) -> str:
    """Return ledger text cut to a width that a telephone's axis can hold; a Chinese character is two wide."""
    plain, width = str(name).strip(), 0
    for at, character in enumerate(plain):
        width += 2 if east_asian_width(character) in "WF" else 1
        if width > longest:
            return safe(plain[: max(at - 1, 1)].rstrip() + "…")
    return safe(plain)


def one_currency(frame: pd.DataFrame, currency: str | None) -> tuple[pd.DataFrame, str]:
    """Return one currency's rows without the currency level, and its code.

    Raises
    ------
    LedgerError
        ``mixed_currency``: the frame holds several currencies and none was chosen.
    ArkitError
        The frame has nothing in the currency.
    """
    level = frame.index.get_level_values("currency")
    found = list(dict.fromkeys(str(code) for code in level))
    if currency is None and len(found) > 1:
        refuse_mixed(found, Message("a chart without currency="))
    if currency is None and found:
        currency = found[0]
    if currency not in found:
        message = Message(
            "A chart shows one currency; got {got}, the frame has {found}. Give currency=.",
            got=currency,
            found=", ".join(found) or "–",
        )
        raise ArkitError(message)
    rows = frame[level == currency]
    if frame.index.nlevels > 1:
        rows = rows.droplevel("currency")
    return rows, currency
