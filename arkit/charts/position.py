"""Charts of the position: how old the receivables are, today and over the months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit.charts import palette
from arkit.charts.layout import (
    Trace,
    axis,
    categories,
    figure,
    hatch,
    key,
    money_axis,
    month_axis,
    one_currency,
    short_lines,
)
from arkit.messages import Lang
from arkit.text import N_, Text

if TYPE_CHECKING:
    import plotly.graph_objects as go


def bucket_columns(frame: pd.DataFrame) -> list[str]:
    """Return the age columns of an ageing frame in order, ``unapplied`` last if it is there."""
    return [column for column in frame.columns if column != "total"]


def late_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns of an ageing frame that are overdue, youngest first."""
    return [column for column in bucket_columns(frame) if column not in {"not_due", "unapplied"}]


def overdue_share(row: pd.Series, late: list[str]) -> float:
    """Return what is overdue over all that is owed before credits (0-1); NaN where nothing is owed."""
    owed = float(row[["not_due", *late]].sum())
    return float(row[late].sum()) / owed if owed else float("nan")


def aging(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw the position by age, a column for each bucket.

    Parameters
    ----------
    frame
        What ``arkit.aging`` returns without ``by``.
    lang
        Language of title, axes and labels.
    currency
        Which one, if the frame has several.

    Returns
    -------
    plotly.graph_objects.Figure
        Its title is the finding: how much is overdue.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    row, columns, late = rows.iloc[0], bucket_columns(frame), late_columns(frame)
    colours = palette.bucket_colours(columns)
    values = [float(row[column]) for column in columns]
    labels = [short_lines(text.label(column)) for column in columns]
    owed = float(row[["not_due", *late]].sum())
    shares = [
        text.percent(v / owed) if owed and v and c != "unapplied" else "" for c, v in zip(columns, values, strict=True)
    ]
    trace: Trace = {
        "type": "bar",
        "x": labels,
        "y": values,
        "marker": {
            "color": [colours[column] for column in columns],
            # "replace" with a background: "overlay" makes plotly.js warn about a list of colours
            "pattern": {
                **hatch(""),
                "fillmode": "replace",
                "bgcolor": [colours[column] for column in columns],
                "shape": [hatch(c)["shape"] for c in columns],
            },
        },
        "text": shares,
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [f"{text.label(c)}<br>{text.money(v, currency)}" for c, v in zip(columns, values, strict=True)],
        "hovertemplate": "%{customdata}<extra></extra>",
        "showlegend": False,
    }
    return figure(
        [trace],
        title=aging_finding(row, late, text),
        height=340,
        xaxis=categories(tickangle=0),
        yaxis=money_axis(min(values), max(values), currency, text),
    )


def aging_finding(row: pd.Series, late: list[str], text: Text) -> str:
    """Return what a position says: how much is overdue, and how much of it is old."""
    share = overdue_share(row, late)
    if share != share:  # nothing is owed
        return text.say("Nothing is owed")
    if not float(row[late].sum()):
        return text.say("Nothing is overdue")
    if not float(row[late[-1]]):
        return text.say("{share} of what is owed is overdue", share=text.percent(share))
    owed = float(row[["not_due", *late]].sum())
    return text.say(
        "{share} of what is owed is overdue, {old} for more than {days} days",
        share=text.percent(share),
        old=text.percent(float(row[late[-1]]) / owed),
        days=late[-1].removeprefix("over_"),
    )


def aging_history(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw the position at each month-end, stacked by age; unapplied credit stands below the axis.

    Parameters
    ----------
    frame
        What ``arkit.aging_history`` returns without ``by``.
    lang, currency
        As in :func:`aging`.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    columns = bucket_columns(frame)
    colours = palette.bucket_colours(columns)
    days = [pd.Timestamp(day) for day in rows.index]
    traces: list[Trace] = [
        {
            "type": "bar",
            "name": text.label(column),
            "x": [key(day) for day in days],
            "y": [float(value) for value in rows[column]],
            "marker": {
                "color": colours[column],
                "pattern": hatch(column),
            },
            "customdata": [[text.date(d), text.money(v, currency)] for d, v in zip(days, rows[column], strict=True)],
            "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
        }
        for column in columns
        if rows[column].any()
    ]
    high = float(rows[columns].clip(lower=0).sum(axis=1).max())
    low = float(rows[columns].clip(upper=0).sum(axis=1).min())
    return figure(
        traces,
        title=history_finding(rows, late_columns(frame), currency, text),
        height=400,
        barmode="relative",
        xaxis=month_axis(days, text),
        yaxis=money_axis(low, high, currency, text),
    )


def history_finding(rows: pd.DataFrame, late: list[str], currency: str, text: Text) -> str:
    """Return how what is overdue moved over the months shown."""
    overdue = rows[late].sum(axis=1)
    now = text.short_money(float(overdue.iloc[-1]), currency)
    if len(overdue) < 2:
        return text.say("{now} is overdue", now=now)
    since = text.month(pd.Timestamp(overdue.index[0]))
    change = float(overdue.iloc[-1] - overdue.iloc[0])
    if abs(change) < 0.005:
        return text.say("{now} is overdue, as much as in {month}", now=now, month=since)
    template = (
        N_("{now} is overdue, {change} more than in {month}")
        if change > 0
        else N_("{now} is overdue, {change} less than in {month}")
    )
    return text.say(template, now=now, change=text.short_money(abs(change), currency), month=since)


def trend_finding(shares: pd.Series, text: Text) -> str:
    """Return how the overdue share moved over the months in which anything was owed."""
    known = shares.dropna()
    if len(known) < 2:
        return text.say("Share overdue")
    first, last = float(known.iloc[0]), float(known.iloc[-1])
    since = text.month(pd.Timestamp(known.index[0]))
    if abs(last - first) < 0.0005:
        return text.say("The overdue share is {now}, as in {month}", now=text.percent(last), month=since)
    template = (
        N_("The overdue share rose from {then} in {month} to {now}")
        if last > first
        else N_("The overdue share fell from {then} in {month} to {now}")
    )
    return text.say(template, then=text.percent(first), month=since, now=text.percent(last))


def overdue_trend(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw the overdue share of what is owed at each month-end, and the share in the oldest bucket."""
    text = Text(lang)
    rows, _ = one_currency(frame, currency)
    late = late_columns(frame)
    colours = palette.bucket_colours(bucket_columns(frame))
    days = [pd.Timestamp(day) for day in rows.index]
    owed = rows[["not_due", *late]].sum(axis=1)
    lines = [
        (
            "overdue",
            text.label("overdue"),
            rows[late].sum(axis=1) / owed.where(owed != 0),
            colours[late[max(len(late) - 2, 0)]],
        ),
        ("oldest", text.label(late[-1]), rows[late[-1]] / owed.where(owed != 0), colours[late[-1]]),
    ]
    traces: list[Trace] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": [key(day) for day in days],
            "y": [None if v != v else 100 * float(v) for v in series],
            "line": {"color": colour, "width": 2.5, "dash": "dot" if code == "oldest" else "solid"},
            "customdata": [[text.date(d), text.percent(v)] for d, v in zip(days, series, strict=True)],
            "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
        }
        for code, name, series, colour in lines
    ]
    return figure(
        traces,
        title=trend_finding(rows[late].sum(axis=1) / owed.where(owed != 0), text),
        height=280,
        xaxis=month_axis(days, text),
        yaxis=axis(text.say("per cent of what is owed"), rangemode="tozero"),
    )
