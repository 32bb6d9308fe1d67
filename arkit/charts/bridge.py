"""The DSO bridge: from one month's DSO to the next, a step for each thing that moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit.charts import palette
from arkit.charts.layout import Trace, axis, categories, figure
from arkit.messages import Lang
from arkit.text import N_, Text

if TYPE_CHECKING:
    import plotly.graph_objects as go

NOTHING = 0.05
"""Days below which a step is not drawn: it would show as 0.0."""


def dso_bridge(frame: pd.DataFrame, lang: Lang = "en", *, currency: str) -> go.Figure:
    """Draw the steps from the DSO at the beginning to that at the end.

    Parameters
    ----------
    frame
        What ``arkit.dso_bridge`` returns: days, by currency (and segment; the segments are added up).
    lang
        Language of title, axes and labels.
    currency
        Which one.
    """
    text = Text(lang)
    row = whole(frame, currency)
    terms = {str(name): float(days) for name, days in row.drop(["start", "end"]).items() if abs(days) >= NOTHING}
    names = ["start", *terms, "end"]
    level, bases, heights = float(row["start"]), [0.0], [float(row["start"])]
    for days in terms.values():
        bases.append(level)
        heights.append(days)
        level += days
    bases.append(0.0)
    heights.append(float(row["end"]))
    said = [text.days(row["start"]), *(signed(days, text) for days in terms.values()), text.days(row["end"])]
    colours = [palette.MORE if days > 0 else palette.LESS for days in terms.values()]
    bars: Trace = {
        "type": "bar",
        "x": [str(place) for place in range(len(names))],
        "y": heights,
        "base": bases,
        "marker": {"color": [palette.STRONG, *colours, palette.STRONG]},
        "text": said,
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [text.label(f"bridge.{name}") for name in names],
        "hovertemplate": "%{customdata}: %{text}<extra></extra>",
    }
    ticktext = [text.label(f"bridge.{name}").replace(" ", "<br>") for name in names]
    return figure(
        [bars],
        title=bridge_finding(row, text),
        height=380,
        xaxis=categories(tickvals=bars["x"], ticktext=ticktext, tickangle=0),
        yaxis=axis(text.say("days"), rangemode="tozero"),
        showlegend=False,
    )


def whole(frame: pd.DataFrame, currency: str) -> pd.Series:
    """Return the bridge of a currency, its segments added up."""
    rows = frame[frame.index.get_level_values("currency") == currency]
    added: pd.Series = rows.sum(min_count=1)
    return added


def signed(days: float, text: Text) -> str:
    """Return days with a sign, also where they are more."""
    return ("+" if days > 0 else "") + text.number(days, 1)


def bridge_finding(row: pd.Series, text: Text) -> str:
    """Return by how much DSO moved, and what moved it most."""
    if row.isna().any():
        return text.say("The change of DSO is not defined")
    change = float(row["end"] - row["start"])
    terms = row.drop(["start", "end"])
    most = str(terms.abs().idxmax())
    if abs(change) < NOTHING:
        template = N_("DSO stands at {end}, as before; what moved it most: {term} ({days})")
    elif change > 0:
        template = N_("DSO rose by {change} to {end}; most of all: {term} ({days})")
    else:
        template = N_("DSO fell by {change} to {end}; most of all: {term} ({days})")
    return text.say(
        template, change=text.days(abs(change)), end=text.days(row["end"]), term=text.inline(f"bridge.{most}"),
        days=signed(float(terms[most]), text),
    )  # fmt: skip
