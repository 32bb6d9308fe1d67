"""Charts of the risk signals: why customers are on the watch list, on how many a signal fires, how the levels sort."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit.charts import palette
from arkit.charts.layout import Trace, axis, categories, figure, shortened, ticks
from arkit.messages import Lang
from arkit.text import Text

if TYPE_CHECKING:
    import plotly.graph_objects as go


def watch_list(
    points: pd.DataFrame, lang: Lang = "en", *, names: dict[str, str] | None = None, top: int = 10
) -> go.Figure:
    """Draw the customers with most warning points, split by what the signals are about.

    Parameters
    ----------
    points
        Index ``customer_id``, worst first; a column of points for each topic.
    lang
        Language of title, axes and labels.
    names
        Customer names by id; without one the id stands.
    top
        How many customers to draw.
    """
    text, rows = Text(lang), points.head(top)
    shown = [(names or {}).get(str(who), str(who)) for who in rows.index]
    # the same shortened name twice would be one bar: the position tells them apart, the tick says the name
    places, labels = [str(i) for i in range(len(shown))], [shortened(name) for name in shown]
    traces: list[Trace] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": text.label(topic),
            "y": places,
            "x": [float(v) for v in rows[topic]],
            "marker": {"color": colour},
            "customdata": [[label, text.number(v)] for label, v in zip(labels, rows[topic], strict=True)],
            "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
        }
        for topic, colour in palette.TOPICS.items()
        if topic in rows and rows[topic].any()
    ]
    return figure(
        traces,
        title=watch_finding(rows, text),
        height=140 + 30 * max(len(places), 2),
        barmode="stack",
        bargap=0.35,
        xaxis=axis(text.say("points")),
        yaxis=categories(autorange="reversed", tickvals=places, ticktext=labels),
    )


def watch_finding(rows: pd.DataFrame, text: Text) -> str:
    """Return what the worst customers have most of their points for."""
    sums = rows.sum()
    if rows.empty or not float(sums.sum()):
        return text.say("No customer has a warning point")
    topic = str(sums.idxmax())
    return text.plural(
        "Worst customer: {share} of the points are for {topic}",
        "The {n} worst customers have {share} of their points for {topic}",
        len(rows),
        share=text.percent(float(sums[topic] / sums.sum()), 0),
        topic=text.inline(topic),
    )


def signal_shares(shares: pd.DataFrame, lang: Lang = "en", *, top: int = 16) -> go.Figure:
    """Draw on what share of the customers each signal fires, most frequent first.

    Parameters
    ----------
    shares
        A row per signal: ``topic, name`` (as the reader is to see it), ``customers, share`` (0-1).
    lang
        Language of title, axes and labels.
    top
        How many signals to draw.
    """
    text = Text(lang)
    rows = shares[shares["customers"] > 0].sort_values("share", ascending=False, kind="stable").head(top)
    names = [str(name) for name in rows["name"]]
    traces: list[Trace] = []
    for topic, colour in palette.TOPICS.items():
        mine = rows[rows["topic"] == topic]
        if mine.empty:
            continue
        own = [str(name) for name in mine["name"]]
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": text.label(topic),
                "y": [shortened(name, 30) for name in own],
                "x": [100 * float(v) for v in mine["share"]],
                "marker": {"color": colour},
                "customdata": [
                    [name, text.percent(share), text.number(n)]
                    for name, share, n in zip(own, mine["share"], mine["customers"], strict=True)
                ],
                "hovertemplate": "%{customdata[0]}<br>%{customdata[1]} (%{customdata[2]})<extra></extra>",
            }
        )
    title = text.say("No signal fires")
    if names:
        share = text.percent(float(rows["share"].iloc[0]), 0)
        title = text.say("Most frequent: {signal}, on {share} of the customers", signal=names[0], share=share)
    return figure(
        traces,
        title=title,
        height=140 + 26 * max(len(rows), 2),
        barmode="stack",
        xaxis=percent_axis(text.say("share of the customers"), max([100 * float(v) for v in rows["share"]] or [0.0])),
        yaxis=categories(
            autorange="reversed", categoryorder="array", categoryarray=[shortened(name, 30) for name in names]
        ),
    )


def levels_hit(levels: pd.DataFrame, lang: Lang = "en") -> go.Figure:
    """Draw what share of the customers at each early-warning level was hit afterwards.

    Parameters
    ----------
    levels
        A row per level, calm first: ``level, name`` (as the reader is to see it), ``customers, hit, share`` (0-1).
    lang
        Language of title, axes and labels.
    """
    text, rows = Text(lang), levels[levels["customers"] > 0]
    values = [100 * float(v) for v in rows["share"]]
    names = [str(name) for name in rows["name"]]
    trace: Trace = {
        "type": "bar",
        "x": names,
        "y": values,
        "marker": {"color": [palette.LEVELS.get(str(level), palette.QUIET) for level in rows["level"]]},
        "text": [text.percent(v / 100, 0) for v in values],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [
            text.say("{hit} of {n}", hit=text.number(h), n=text.number(n))
            for h, n in zip(rows["hit"], rows["customers"], strict=True)
        ],
        "hovertemplate": "%{x}: %{customdata}<extra></extra>",
        "showlegend": False,
    }
    title = text.say("No level was held by anybody")
    if names:
        title = text.say(
            "Hit afterwards: {worst} of level {level}, {calm} of level {first}",
            worst=text.percent(values[-1] / 100, 0),
            level=names[-1],
            calm=text.percent(values[0] / 100, 0),
            first=names[0],
        )
    return figure(
        [trace],
        title=title,
        height=320,
        xaxis=categories(tickangle=0),
        yaxis=percent_axis(text.say("share of the customers"), max([*values, 0.0])),
    )


def percent_axis(title: str, high: float, low: float = 0.0) -> dict[str, object]:
    """Return an axis of per cent with round ticks."""
    values = ticks(low, max(high, 1.0))
    shown = [f"{v:g}%" for v in values]
    return axis(title, tickvals=values, ticktext=shown, range=[values[0], values[-1]])
