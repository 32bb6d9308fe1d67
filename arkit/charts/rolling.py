"""Charts of how claims age: what becomes of each bucket in a month, and how each month's sales are collected."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arkit.charts import palette
from arkit.charts.layout import Trace, axis, categories, figure, key, month_axis, one_currency, ticks
from arkit.messages import Lang
from arkit.text import Text

if TYPE_CHECKING:
    import plotly.graph_objects as go

BECAME = ("stays", "rolls", "improves", "paid", "credited", "written_off", "other")
NEWEST = 3
"""Vintages that stand out; the older ones show the usual course."""


def roll_rates(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw what became of the claims of each age within a step, as a heat map whose rows add up to 100 %.

    Parameters
    ----------
    frame
        What ``arkit.roll_rates`` returns without groups.
    lang
        Language of title, axes and labels.
    currency
        Which one, if the frame has several.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    became = [name for name in BECAME if rows[name].fillna(0).abs().max() >= 0.0005 or name in {"rolls", "paid"}]
    buckets = [str(bucket) for bucket in rows.index]
    places = [str(at) for at in range(len(became))]
    heat: Trace = {
        "type": "heatmap",
        "x": places,
        "y": [str(at) for at in range(len(buckets))],
        "z": [[None if v != v else float(v) for v in row] for row in rows[became].to_numpy()],
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, palette.EVEN], [1, palette.STRONG]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "text": [[text.percent(v, 0) if v == v else "" for v in row] for row in rows[became].to_numpy()],
        "texttemplate": "%{text}",
        "customdata": [
            [
                text.say(
                    "{bucket}: {share} {became}",
                    bucket=text.label(b),
                    share=text.percent(v),
                    became=text.inline(f"became.{n}"),
                )
                for n, v in zip(became, row, strict=True)
            ]
            for b, row in zip(buckets, rows[became].to_numpy(), strict=True)
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    return figure(
        [heat],
        title=rolls_finding(rows, text),
        height=150 + 36 * len(buckets),
        xaxis=categories(
            side="top",
            tickvals=places,
            ticktext=[_narrow(text.label(f"became.{name}")) for name in became],
            tickangle=0,
        ),
        yaxis=categories(
            autorange="reversed",
            tickvals=[str(at) for at in range(len(buckets))],
            ticktext=[text.label(bucket) for bucket in buckets],
            title=text.say("age at the start"),
        ),
    )


def _narrow(label: str) -> str:
    """Break a heading between its words; four characters of Chinese are two words."""
    return label.replace(" ", "<br>") if label.isascii() or len(label) < 4 else f"{label[:2]}<br>{label[2:]}"


def rolls_finding(rows: pd.DataFrame, text: Text) -> str:
    """Return which age rolls on most, of the ages that have an older one and are late."""
    late = rows["rolls"].iloc[1:-1].dropna()
    if late.empty:
        return text.say("Nothing was late at the beginning of these months")
    return text.say(
        "Of what was {bucket} late, {share} rolled on to an older age",
        bucket=text.inline(str(late.idxmax())),
        share=text.percent(float(late.max()), 0),
    )


def roll_history(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw the net roll rate of each age from month to month; above 100 % it is drawn as it is.

    Parameters
    ----------
    frame
        What ``arkit.roll_history`` returns without groups.
    lang, currency
        As in :func:`roll_rates`.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    table = rows["net_rate"].unstack("bucket")[list(rows.index.unique("bucket")[:-1])]  # noqa: PD010 (keeps NaN months)
    days = [pd.Timestamp(day) for day in table.index]
    buckets = [str(bucket) for bucket in rows.index.unique("bucket")]
    colours = palette.bucket_colours(buckets)
    traces: list[Trace] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": text.say("{younger} to {older}", younger=text.label(b), older=text.inline(older)),
            "x": [key(day) for day in days],
            "y": [None if v != v else 100 * float(v) for v in table[b]],
            "line": {"color": colours.get(older, palette.QUIET), "width": 2},
            "marker": {"size": 5},
            "customdata": [[text.month(d), text.percent(v)] for d, v in zip(days, table[b], strict=True)],
            "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
        }
        for b, older in pairwise(buckets)
    ]
    high = float(np.nanmax(table.to_numpy(), initial=0.0))
    return figure(
        traces,
        title=history_finding(table, text),
        height=380,
        xaxis=month_axis(days, text),
        yaxis=_percents(text.say("net roll rate"), high),
    )


def history_finding(table: pd.DataFrame, text: Text) -> str:
    """Return the net roll rate out of the first late bucket now, against its average before."""
    first = table.iloc[:, min(1, table.shape[1] - 1)].dropna()
    if len(first) < 2:
        return text.say("Net roll rates by month")
    return text.say(
        "{bucket}: {now} rolled on in {month}, {before} on average in the months before",
        bucket=text.label(str(first.name)),
        now=text.percent(float(first.iloc[-1]), 0),
        month=text.month(pd.Timestamp(first.index[-1])),
        before=text.percent(float(first.iloc[:-1].mean()), 0),
    )


def vintages(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw what is uncollected of each month's sales by age: a curve per month, the newest ones apart.

    Parameters
    ----------
    frame
        What ``arkit.vintages`` returns without groups.
    lang, currency
        As in :func:`roll_rates`.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    ages = [str(column) for column in rows.columns if column != "invoiced"]
    known = rows[rows["m0"].notna()]
    newest = list(known.index[known["m1"].notna()][-NEWEST:]) if "m1" in known else []
    shades = dict(zip(newest[::-1], ("#74291F", "#B3632F", "#D79A55"), strict=False))
    traces: list[Trace] = []
    followed = dict(zip(known.index, known[ages].to_numpy(), strict=True))
    for month in [*(m for m in known.index if m not in shades), *newest]:
        values = [float(v) for v in followed[month] if v == v]
        name = text.month(pd.Timestamp(month))
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers" if month in shades else "lines",
                "name": name,
                "x": list(range(len(values))),
                "y": [100 * v for v in values],
                "line": {"color": shades.get(month, "#C9D1D8"), "width": 2.5 if month in shades else 1},
                "marker": {"size": 5},
                "showlegend": month in shades,
                "customdata": [[name, text.percent(v)] for v in values],
                "hovertemplate": "%{customdata[0]}: %{customdata[1]}<extra></extra>",
            }
        )
    usual = pooled(known, ages)
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": text.say("All months"),
            "x": list(range(len(usual))),
            "y": [100 * v for v in usual],
            "line": {"color": palette.STRONG, "width": 3},
            "customdata": [[text.say("All months"), text.percent(v)] for v in usual],
            "hovertemplate": "%{customdata[0]}: %{customdata[1]}<extra></extra>",
        }
    )
    return figure(
        traces,
        title=vintages_finding(known, ages, text),
        height=380,
        xaxis=axis(text.say("months after the month of the invoice"), dtick=3 if len(usual) > 13 else 1),
        yaxis=_percents(text.say("share uncollected"), 1.0),
    )


def pooled(rows: pd.DataFrame, ages: list[str]) -> list[float]:
    """Return the share (0-1) of all sales followed to each age, up to the last age that any month was followed to."""
    shares, sold = rows[ages].to_numpy(), rows[["invoiced"]].to_numpy()
    base = np.where(np.isnan(shares), 0, sold).sum(axis=0)
    length = int((base > 0).cumprod().sum())
    usual: list[float] = (np.nansum(shares * sold, axis=0)[:length] / base[:length]).tolist()
    return usual


def vintages_finding(rows: pd.DataFrame, ages: list[str], text: Text) -> str:
    """Return how much is uncollected three months on: of the newest month followed so far, and of those before."""
    followed = [age for age in ages[1:4] if rows[age].notna().sum() > 1]
    if not followed:
        return text.say("What is uncollected of each month's sales")
    age = followed[-1]
    seen = rows[rows[age].notna()]
    before = seen.iloc[:-1]
    usual = float((before[age] * before["invoiced"]).sum() / before["invoiced"].sum())
    return text.plural(
        "{n} month on, {now} of the sales of {month} is uncollected; of the months before it was {usual}",
        "{n} months on, {now} of the sales of {month} is uncollected; of the months before it was {usual}",
        int(age[1:]),
        now=text.percent(float(seen[age].iloc[-1]), 0),
        month=text.month(pd.Timestamp(seen.index[-1])),
        usual=text.percent(usual, 0),
    )


def vintage_map(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw what is uncollected of each month's sales by age as a heat map: a row that stays dark pays late.

    Parameters
    ----------
    frame, lang, currency
        As in :func:`vintages`.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    rows = rows[rows["m0"].notna()]
    there = rows.drop(columns="invoiced").notna().any()
    ages = [str(column) for column in there.index[there]]
    months = [pd.Timestamp(month) for month in rows.index]
    names = [text.month(month) for month in months]
    heat: Trace = {
        "type": "heatmap",
        "x": [int(age[1:]) for age in ages],
        "y": [key(month) for month in months],
        "z": [[None if v != v else float(v) for v in row] for row in rows[ages].to_numpy()],
        "zmin": 0,
        "zmax": 1,
        "colorscale": [
            [0, palette.EVEN],
            [0.15, palette.LATE_RAMP[0]],
            [0.5, palette.LATE_RAMP[2]],
            [1, palette.LATE_RAMP[3]],
        ],
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
        "customdata": [
            [[name, text.percent(v)] for v in row] for name, row in zip(names, rows[ages].to_numpy(), strict=True)
        ],
        "hovertemplate": "%{customdata[0]}, %{x}: %{customdata[1]}<extra></extra>",
    }
    return figure(
        [heat],
        title=text.say("What is uncollected of each month's sales, by age"),
        height=120 + 18 * max(len(months), 4),
        xaxis=axis(text.say("months after the month of the invoice"), dtick=3 if len(ages) > 13 else 1, showgrid=False),
        yaxis=categories(
            autorange="reversed",
            tickvals=[key(month) for month in months],
            ticktext=names,
        ),
    )


def _percents(title: str, high: float) -> dict[str, object]:
    """Return an axis of per cent from 0 to beyond a share."""
    values = ticks(0.0, max(100 * high, 100.0))
    return axis(title, tickvals=values, ticktext=[f"{v:g}%" for v in values], range=[0, values[-1] * 1.03])
