"""Charts of the cash to come, week by week, with its range and beside plain forecasts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from arkit.charts import palette
from arkit.charts.layout import Axis, Trace, categories, figure, key, money_axis, one_currency
from arkit.messages import Lang
from arkit.text import Text

if TYPE_CHECKING:
    import plotly.graph_objects as go

PARTS = ("booked", "fresh")
DASHES = {"due_plus_delay": "dot", "last_weeks": "dash", "last_year": "dashdot"}


def cash(
    weeks: pd.DataFrame,
    lang: Lang = "en",
    *,
    currency: str | None = None,
    beside: Sequence[str] = ("due_plus_delay", "last_weeks"),
    level: float = 0.8,
) -> go.Figure:
    """Draw the cash of each coming week by where it comes from, with its range, and plain forecasts as lines.

    Parameters
    ----------
    weeks
        ``weeks`` of what ``arkit.forecast`` returns: index ``currency, week``; columns ``start, expected`` and, where
        known, ``low, high, booked, fresh`` and the plain forecasts.
    lang
        Language of title, axes and labels.
    currency
        Which one, if the frame has several.
    beside
        The plain forecasts to draw; one that the frame lacks is left out.
    level
        Share (0-1) of cases that the range holds.
    """
    text = Text(lang)
    rows, currency = one_currency(weeks, currency)
    days = [pd.Timestamp(day) for day in rows["start"]]
    parts = [part for part in PARTS if part in rows] or ["expected"]
    traces = [_columns(rows, part, days, currency, text) for part in parts]
    if "low" in rows:
        traces.append(_range(rows, days, level, currency, text))
    lines = [name for name in beside if name in rows and rows[name].notna().all()]
    traces += [_line(rows, name, days, currency, text) for name in lines]
    high = float(rows[[c for c in ("expected", "high", *lines) if c in rows]].max().max())
    return figure(
        traces,
        title=cash_finding(rows, currency, text),
        height=380,
        barmode="stack",
        xaxis=_weeks_axis(days, text),
        yaxis=money_axis(0.0, high, currency, text),
    )


def cash_finding(rows: pd.DataFrame, currency: str, text: Text) -> str:
    """Return how much is to come, and in which week most of it."""
    total = float(rows["expected"].sum())
    if total <= 0:
        return text.say("No cash is expected")
    first = rows.iloc[int(rows["expected"].to_numpy().argmax())]
    return text.say(
        "{amount} to come in {n} weeks, most in the week from {date}",
        amount=text.short_money(total, currency),
        n=text.number(len(rows)),
        date=text.short_date(pd.Timestamp(first["start"])),
    )


def _columns(rows: pd.DataFrame, part: str, days: list[pd.Timestamp], currency: str, text: Text) -> Trace:
    return {
        "type": "bar",
        "name": text.label("expected_cash" if part == "expected" else part),
        "x": [key(day) for day in days],
        "y": [float(value) for value in rows[part]],
        "marker": {"color": palette.MEANINGS["booked" if part == "expected" else part]},
        "customdata": _said(rows[part], days, currency, text),
        "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
    }


def _range(rows: pd.DataFrame, days: list[pd.Timestamp], level: float, currency: str, text: Text) -> Trace:
    said = text.say("Expected, with its range of {level}", level=text.percent(level, 0))
    spans = [
        text.say("{low} to {high}", low=text.money(low, currency), high=text.money(high, currency))
        for low, high in zip(rows["low"], rows["high"], strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": said,
        "x": [key(day) for day in days],
        "y": [float(value) for value in rows["expected"]],
        "marker": {"color": palette.INK, "size": 5},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [float(v) for v in (rows["high"] - rows["expected"]).clip(lower=0)],
            "arrayminus": [float(v) for v in (rows["expected"] - rows["low"]).clip(lower=0)],
            "color": palette.INK,
            "thickness": 1.2,
            "width": 4,
        },
        "customdata": [
            [*said, span] for said, span in zip(_said(rows["expected"], days, currency, text), spans, strict=True)
        ],
        "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}<br>%{customdata[2]}<extra></extra>",
    }


def _line(rows: pd.DataFrame, name: str, days: list[pd.Timestamp], currency: str, text: Text) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": text.label(name),
        "x": [key(day) for day in days],
        "y": [float(value) for value in rows[name]],
        "line": {"color": palette.MEANINGS[name], "width": 1.6, "dash": DASHES[name]},
        "customdata": _said(rows[name], days, currency, text),
        "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
    }


def _said(values: pd.Series, days: list[pd.Timestamp], currency: str, text: Text) -> list[list[str]]:
    return [
        [text.say("Week from {date}", date=text.date(day)), text.money(float(value), currency)]
        for day, value in zip(days, values, strict=True)
    ]


def _weeks_axis(days: list[pd.Timestamp], text: Text) -> Axis:
    """Return an axis of weeks by their first day, labelled sparsely enough for a telephone; the first always is."""
    every = max(1, math.ceil(len(days) / 5))
    shown = days[::every]
    return categories(
        title=text.say("Week from"),
        tickvals=[key(day) for day in shown],
        ticktext=[text.short_date(day) for day in shown],
        tickangle=0,
    )
