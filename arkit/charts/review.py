"""Charts of one customer: how long he takes to pay, month by month, against the terms granted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit.charts import palette
from arkit.charts.layout import Trace, axis, figure, key, month_axis
from arkit.messages import Lang
from arkit.text import Text

if TYPE_CHECKING:
    import plotly.graph_objects as go


SILENT = 3
"""Months without a payment that say more than any delay before them."""


def days_to_pay(frame: pd.DataFrame, lang: Lang = "en") -> go.Figure:
    """Draw the days from invoice to payment against the days granted, by month of payment.

    Parameters
    ----------
    frame
        Index month-ends, in order; ``days`` and ``terms``, in days, weighted by amount; NaN where nothing was paid.
    lang
        Language of title, axes and labels.
    """
    text = Text(lang)
    days = [pd.Timestamp(str(day)) for day in frame.index]
    styles = (
        ("days", text.say("days to pay"), palette.STRONG, "solid"),
        ("terms", text.say("terms"), palette.QUIET, "dot"),
    )
    traces: list[Trace] = [
        {
            "type": "scatter",
            "mode": "lines+markers" if name == "days" else "lines",
            "connectgaps": True,
            "name": label,
            "x": [key(day) for day in days],
            "y": [None if v != v else float(v) for v in frame[name]],
            "line": {"color": colour, "width": 3 if name == "days" else 2, "dash": dash},
            "customdata": [[text.month(d), text.days(v)] for d, v in zip(days, frame[name], strict=True)],
            "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
        }
        for name, label, colour, dash in styles
    ]
    return figure(
        traces,
        title=finding(frame, text),
        height=340,
        xaxis=month_axis(days, text),
        yaxis=axis(text.say("days, weighted by amount"), rangemode="tozero"),
    )


def finding(frame: pd.DataFrame, text: Text) -> str:
    """Return how the delay beyond terms moved from the first half of the months to the second."""
    beyond = (frame["days"] - frame["terms"]).dropna()
    if len(beyond) < 2:
        return text.say("Days to pay")
    if beyond.index[-1] <= frame.index[-min(SILENT + 1, len(frame))]:
        return text.say("Nothing has been paid since {month}", month=text.month(pd.Timestamp(str(beyond.index[-1]))))
    half = len(beyond) // 2
    before, now = float(beyond.iloc[:half].mean()), float(beyond.iloc[half:].mean())
    return text.say(
        "Days beyond terms: {before} at first, {now} of late", now=text.number(now), before=text.number(before)
    )
