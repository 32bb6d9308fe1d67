"""Charts of movement: what was sold and what came in, and what was lost, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit.charts import palette
from arkit.charts.layout import Trace, figure, key, money_axis, month_axis, one_currency
from arkit.messages import Lang
from arkit.text import N_, Text

if TYPE_CHECKING:
    import plotly.graph_objects as go


def flows(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw credit sales and cash received by month, side by side.

    Parameters
    ----------
    frame
        What ``arkit.flows`` returns: index ``[currency, month]``.
    lang
        Language of title, axes and labels.
    currency
        Which one, if the frame has several.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    months = [pd.Timestamp(month) for month in rows.index]
    traces = [_bars(rows[column], column, months, currency, text) for column in ("credit_sales", "cash")]
    both = rows[["credit_sales", "cash"]].to_numpy()
    return figure(
        traces,
        title=flows_finding(rows, text),
        height=340,
        barmode="group",
        bargap=0.25,
        bargroupgap=0.0,
        xaxis=month_axis(months, text),
        yaxis=money_axis(float(both.min()), float(both.max()), currency, text),
    )


def flows_finding(rows: pd.DataFrame, text: Text) -> str:
    """Return how much of the last twelve months' sales came in as cash."""
    last = rows.tail(12)
    sold, cash = float(last["credit_sales"].sum()), float(last["cash"].sum())
    if sold <= 0:
        return text.say("Cash received and credit sales by month")
    return text.plural(
        "Last month, cash received was {share} of credit sales",
        "In the last {n} months, cash received was {share} of credit sales",
        len(last),
        share=text.percent(cash / sold),
    )


def bad_debt(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw write-offs by month above the axis, recoveries below it.

    Parameters
    ----------
    frame
        What ``arkit.flows`` returns.
    lang, currency
        As in :func:`flows`.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    months = [pd.Timestamp(month) for month in rows.index]
    lost, back = rows["write_offs"], -rows["recoveries"].abs()
    traces = [
        _bars(lost, "write_offs", months, currency, text),
        _bars(back, "recoveries", months, currency, text),
    ]
    return figure(
        traces,
        title=bad_debt_finding(rows, currency, text),
        height=300,
        barmode="relative",
        xaxis=month_axis(months, text),
        yaxis=money_axis(float(back.min()), float(lost.max()), currency, text),
    )


def bad_debt_finding(rows: pd.DataFrame, currency: str, text: Text) -> str:
    """Return what was written off in the months shown, and what of it came back."""
    lost, back, months = float(rows["write_offs"].sum()), float(rows["recoveries"].abs().sum()), len(rows)
    if not lost:
        return text.plural("No write-off in the last month", "No write-off in the last {n} months", months)
    template = (
        N_("{lost} written off since {month}, {back} recovered") if back else N_("{lost} written off since {month}")
    )
    return text.say(
        template,
        lost=text.short_money(lost, currency),
        back=text.short_money(back, currency),
        month=text.month(pd.Timestamp(rows.index[0])),
    )


def _bars(series: pd.Series, meaning: str, months: list[pd.Timestamp], currency: str, text: Text) -> Trace:
    return {
        "type": "bar",
        "name": text.label(meaning),
        "x": [key(month) for month in months],
        "y": [float(value) for value in series],
        "marker": {"color": palette.MEANINGS[meaning]},
        "customdata": [[text.month(m), text.money(abs(v), currency)] for m, v in zip(months, series, strict=True)],
        "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
    }
