"""Charts of a track record: what past warnings held of what followed, beside plain rivals; chances and outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit.charts import palette
from arkit.charts.layout import Trace, categories, figure, key, month_axis
from arkit.charts.risk import percent_axis
from arkit.messages import Lang
from arkit.text import Text

if TYPE_CHECKING:
    import plotly.graph_objects as go

_DASHES = {"watch_list": "solid", "model": "solid", "oldest": "dash", "late_rate": "dot"}
_MARKS = {"late": "circle", "30+": "diamond", "90+": "square"}
_TARGETS = {"late": palette.LATE_RAMP[0], "30+": palette.LATE_RAMP[1], "90+": palette.LATE_RAMP[3]}


def lead(frame: pd.DataFrame, lang: Lang = "en", *, currency: str) -> go.Figure:
    """Draw what share of the money that turned bad stood on each list so many days before.

    Parameters
    ----------
    frame
        ``arkit.backtest(...).lead``: a row per currency and ``days_before``; a share (0-1) per list.
    lang
        Language of title, axes and labels.
    currency
        Which one.
    """
    text = Text(lang)
    rows = frame[frame["currency"] == currency].sort_values("days_before", ascending=False)
    places = [text.days(float(days), 0) for days in rows["days_before"]]
    lists = [name for name in palette.RANKINGS if name in rows]
    traces = [_line(name, places, rows[name], text, places) for name in lists]
    title = text.say("No money turned bad")
    if len(rows):
        first = rows.iloc[0]
        title = text.say(
            "{share} of the money was on the watch list {days} days before",
            share=text.percent(float(first["watch_list"]), 0),
            days=text.number(float(first["days_before"])),
        )
    return figure(
        traces,
        title=title,
        height=340,
        xaxis=categories(title=text.say("before it was more than 90 days overdue")),
        yaxis=percent_axis(text.say("share of that money"), 100.0),
    )


def captured(capture: pd.DataFrame, lang: Lang = "en", *, currency: str) -> go.Figure:
    """Draw by month-end what share of the money that turned bad afterwards each list held.

    Parameters
    ----------
    capture
        ``arkit.backtest(...).capture``: ``as_of, ranking, currency, share`` (0-1).
    lang, currency
        As in :func:`lead`.
    """
    text = Text(lang)
    rows = capture[capture["currency"] == currency]
    days = [pd.Timestamp(day) for day in sorted(rows["as_of"].unique())]
    traces = []
    for name in palette.RANKINGS:
        mine = rows[rows["ranking"] == name].set_index("as_of")["share"].reindex(days)
        if mine.notna().any():
            traces.append(_line(name, [key(day) for day in days], mine, text, [text.date(day) for day in days]))
    own = rows[rows["ranking"] == "watch_list"]["share"]
    title = text.say("No month-end could be followed")
    if len(own):
        title = text.say(
            "The watch list held {low} to {high} of the money that turned bad",
            low=text.percent(float(own.min()), 0),
            high=text.percent(float(own.max()), 0),
        )
    return figure(
        traces,
        title=title,
        height=340,
        xaxis=month_axis(days, text),
        yaxis=percent_axis(text.say("share of that money"), 100.0),
    )


def calibration(frame: pd.DataFrame, lang: Lang = "en") -> go.Figure:
    """Draw what chances were foreseen, by fifths, against how often it came true; on the line they agree.

    Parameters
    ----------
    frame
        ``target, foreseen, came_true`` (0-1), ``cases``.
    lang
        Language of title, axes and labels.
    """
    text = Text(lang)
    traces: list[Trace] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": text.say("as foreseen"),
            "x": [0.0, 100.0],
            "y": [0.0, 100.0],
            "line": {"color": palette.QUIET, "width": 1, "dash": "dot"},
            "hoverinfo": "skip",
        }
    ]
    for target, rows in frame.groupby("target", sort=False):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": text.label(f"paid_{target}"),
                "x": [100 * float(v) for v in rows["foreseen"]],
                "y": [100 * float(v) for v in rows["came_true"]],
                "line": {"color": _TARGETS[str(target)], "width": 2},
                "marker": {"symbol": _MARKS[str(target)], "size": 8},
                "customdata": [
                    [text.percent(f), text.percent(c), text.number(n)]
                    for f, c, n in zip(rows["foreseen"], rows["came_true"], rows["cases"], strict=True)
                ],
                "hovertemplate": "%{customdata[0]} → %{customdata[1]} (%{customdata[2]})<extra></extra>",
            }
        )
    cases = float(frame["cases"].sum())
    gap = float(((frame["foreseen"] - frame["came_true"]).abs() * frame["cases"]).sum() / cases) if cases else 0.0
    return figure(
        traces,
        title=text.say("Chances were off by {gap} on average", gap=text.points(gap)),
        height=380,
        xaxis=percent_axis(text.say("foreseen chance"), 100.0),
        yaxis=percent_axis(text.say("came true"), 100.0),
    )


def _line(name: str, x: list[str], shares: pd.Series, text: Text, said: list[str]) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": text.label(name),
        "x": x,
        "y": [None if v != v else 100 * float(v) for v in shares],
        "cliponaxis": False,
        "line": {"color": palette.RANKINGS[name], "width": 3 if name == "watch_list" else 2, "dash": _DASHES[name]},
        "customdata": [[day, text.percent(v)] for day, v in zip(said, shares, strict=True)],
        "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
    }
