"""Charts of the loss allowance: where it lies, how it moved, and whether past ones were right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit.charts import palette
from arkit.charts.layout import (
    Trace,
    categories,
    figure,
    key,
    money_axis,
    month_axis,
    one_currency,
    short_lines,
)
from arkit.messages import Lang
from arkit.text import Text

if TYPE_CHECKING:
    import plotly.graph_objects as go


def allowance(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw the allowance by age, all segments together.

    Parameters
    ----------
    frame
        ``arkit.provision(...).matrix``.
    lang
        Language of title, axes and labels.
    currency
        Which one, if the frame has several.

    Returns
    -------
    plotly.graph_objects.Figure
        Its title is the finding: where most of the allowance lies.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    sums = rows[["base", "allowance"]].groupby(level="bucket", sort=False).sum()
    colours = palette.bucket_colours([str(bucket) for bucket in sums.index])
    values = [float(value) for value in sums["allowance"]]
    shares = [v / b if b else float("nan") for v, b in zip(values, sums["base"], strict=True)]
    trace: Trace = {
        "type": "bar",
        "x": [short_lines(text.label(str(bucket))) for bucket in sums.index],
        "y": values,
        "marker": {"color": [colours.get(str(bucket), palette.STRONG) for bucket in sums.index]},
        "text": [text.percent(share) if share == share and share else "" for share in shares],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [
            f"{text.label(str(bucket))}<br>{text.money(value, currency)}"
            for bucket, value in zip(sums.index, values, strict=True)
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
        "showlegend": False,
    }
    return figure(
        [trace],
        title=allowance_finding(rows["allowance"].groupby(level="bucket", sort=False).sum(skipna=False), text),
        height=340,
        xaxis=categories(tickangle=0),
        yaxis=money_axis(0.0, max(values, default=0.0), currency, text),
    )


def allowance_finding(parts: pd.Series, text: Text) -> str:
    """Return where most of an allowance lies."""
    total = float(parts.sum(skipna=False))
    if total != total:
        return text.say("The allowance is not defined: an age has no rate")
    if not total:
        return text.say("No loss is expected")
    age, largest = max(parts.items(), key=lambda pair: float(pair[1]))
    return text.say(
        "{share} of the allowance is for claims of this age: {age}",
        share=text.percent(float(largest) / total),
        age=text.inline(str(age)),
    )


def allowance_history(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw what was charged and what was written off by month, and the allowance as a line over them.

    Parameters
    ----------
    frame
        ``arkit.provision(...).roll_forward``.
    lang, currency
        As in :func:`allowance`.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    moved = rows.groupby(level="month").sum(min_count=1)
    days = [pd.Timestamp(str(day)) for day in moved.index]
    bars = (("charge", moved["charge"], palette.STRONG), ("write_offs", -moved["write_offs"], palette.LOSS))
    traces: list[Trace] = [
        _trace("bar", text.label(name), days, values, colour, currency, text) for name, values, colour in bars
    ]
    line = _trace("scatter", text.label("allowance"), days, moved["closing"], palette.INK, currency, text)
    traces.append({**line, "mode": "lines+markers", "line": {"color": palette.INK, "width": 2}})
    every = pd.concat([values for _, values, _ in bars] + [moved["closing"]]).dropna()
    return figure(
        traces,
        title=allowance_history_finding(moved, currency, text),
        height=320,
        barmode="relative",
        xaxis=month_axis(days, text),
        yaxis=money_axis(
            float(every.min()) if len(every) else 0.0, float(every.max()) if len(every) else 0.0, currency, text
        ),
    )


def allowance_history_finding(moved: pd.DataFrame, currency: str, text: Text) -> str:
    """Return how an allowance went from its opening to its closing."""
    opening, closing = float(moved["opening"].iloc[0]), float(moved["closing"].iloc[-1])
    if opening != opening or closing != closing:
        return text.say("Charge, write-offs and the allowance by month")
    return text.say(
        "The allowance went from {opening} to {closing}",
        opening=text.short_money(opening, currency),
        closing=text.short_money(closing, currency),
    )


def predicted_and_lost(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw what each past month-end's matrix predicted, and what was then lost; what can not be judged is paler.

    Parameters
    ----------
    frame
        ``arkit.provision_backtest(...).frame``.
    lang, currency
        As in :func:`allowance`.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    days = [pd.Timestamp(str(day)) for day in rows.index]
    line = _trace("scatter", text.label("predicted"), days, rows["predicted"], palette.INK, currency, text)
    bars = _trace("bar", text.label("lost_then"), days, rows["lost"], palette.LOSS, currency, text)
    shades = [1.0 if tested else 0.4 for tested in rows["tested"]]
    traces = [
        {**bars, "marker": {"color": palette.LOSS, "opacity": shades}},
        {**line, "mode": "lines+markers", "line": {"color": palette.INK, "width": 2}},
    ]
    highest = float(rows[["predicted", "lost"]].max().max())
    return figure(
        traces,
        title=record_finding(rows, text),
        height=320,
        xaxis=month_axis(days, text),
        yaxis=money_axis(0.0, highest if highest == highest else 0.0, currency, text),
    )


def record_finding(rows: pd.DataFrame, text: Text) -> str:
    """Return how past predictions compare with what was lost."""
    whole = rows[rows["tested"]]
    if not len(whole):
        return text.say("Predicted and lost so far: too little history to judge past matrices")
    lost = float(whole["lost"].sum())
    if not lost:
        return text.say("A loss was predicted, and nothing was lost")
    return text.say(
        "Past matrices predicted {share} of what was then lost",
        share=text.percent(float(whole["predicted"].sum()) / lost),
    )


def _trace(
    kind: str, name: str, days: list[pd.Timestamp], values: pd.Series, colour: str, currency: str, text: Text
) -> Trace:
    return {
        "type": kind,
        "name": name,
        "x": [key(day) for day in days],
        "y": [None if value != value else float(value) for value in values],
        "marker": {"color": colour},
        "customdata": [[text.date(d), text.money(v, currency)] for d, v in zip(days, values, strict=True)],
        "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
    }
