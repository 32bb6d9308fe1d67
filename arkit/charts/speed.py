"""Charts of speed: days sales outstanding over the months, and days to pay against the terms agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit.charts import palette
from arkit.charts.layout import Trace, axis, categories, figure, key, month_axis, one_currency, shortened
from arkit.messages import Lang
from arkit.text import N_, Text

if TYPE_CHECKING:
    import plotly.graph_objects as go

_STYLES: dict[str, tuple[float, str]] = {
    "countback": (3.0, "solid"),
    "simple": (2.0, "dash"),
    "best_possible": (2.5, "solid"),
}


def dso(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw days sales outstanding over the months, a line for each method.

    Parameters
    ----------
    frame
        What ``arkit.dso_history`` returns: index ``[currency, as_of]``, a column for each method, in days.
    lang
        Language of title, axes and labels.
    currency
        Which one, if the frame has several.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    days = [pd.Timestamp(day) for day in rows.index]
    traces: list[Trace] = []
    for method in rows.columns:
        width, dash = _STYLES.get(str(method), (2.0, "dot"))
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": text.label(str(method)),
                "x": [key(day) for day in days],
                "y": [None if v != v else float(v) for v in rows[method]],
                "line": {
                    "color": palette.MEANINGS.get(str(method), palette.QUIET),
                    "width": width,
                    "dash": dash,
                },
                "customdata": [[text.date(d), text.days(v)] for d, v in zip(days, rows[method], strict=True)],
                "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
            }
        )
    return figure(
        traces,
        title=dso_finding(rows, text),
        height=360,
        xaxis=month_axis(days, text),
        yaxis=axis(text.say("days"), rangemode="tozero"),
    )


def dso_finding(rows: pd.DataFrame, text: Text) -> str:
    """Return what the first method says: where it stands, and since when it moved."""
    series = rows.iloc[:, 0].dropna()
    if series.empty:
        return text.say("DSO is not defined in these months")
    name, last = text.label(str(rows.columns[0])), float(series.iloc[-1])
    if len(series) < 2:
        return text.say("{name} stands at {days}", name=name, days=text.days(last))
    first, since = float(series.iloc[0]), text.month(pd.Timestamp(series.index[0]))
    if abs(last - first) < 0.5:
        return text.say("{name} stands at {days}, as in {month}", name=name, days=text.days(last), month=since)
    template = (
        N_("{name} rose from {then} in {month} to {days}")
        if last > first
        else N_("{name} fell from {then} in {month} to {days}")
    )
    return text.say(template, name=name, then=text.number(first, 1), month=since, days=text.days(last))


def payment(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw how long customers take to pay: the days up to the due date, and the days late.

    Parameters
    ----------
    frame
        What ``arkit.payment_days`` returns with ``by=``; days are weighted by amount.
    lang, currency
        As in :func:`dso`.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    rows = rows[rows["weighted_days"].notna()].sort_values("weighted_days", kind="stable")
    names = [str(n) for n in rows.index]
    # the same shortened name twice would be one bar: the position tells them apart, the tick says the name
    places, labels = [str(i) for i in range(len(names))], [shortened(name) for name in names]
    late = rows["weighted_days_late"].fillna(0.0)
    within = rows["weighted_days"] - late
    parts = [
        (text.say("Days until due or paid"), within, palette.MEANINGS["not_due"]),
        (text.say("Days late"), late, palette.MEANINGS["overdue"]),
    ]
    traces: list[Trace] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": places,
            "x": [float(v) for v in part],
            "marker": {"color": colour},
            "customdata": [[label, text.days(v)] for label, v in zip(labels, part, strict=True)],
            "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
        }
        for name, part, colour in parts
    ]
    return figure(
        traces,
        title=payment_finding(rows, names, text),
        height=130 + 34 * max(len(labels), 2),
        barmode="relative",
        xaxis=axis(text.say("days to pay, weighted by amount"), rangemode="tozero"),
        yaxis=categories(tickvals=places, ticktext=labels),
    )


def payment_finding(rows: pd.DataFrame, names: list[str], text: Text) -> str:
    """Return who pays latest, counted from the due date."""
    late = rows["weighted_days_late"].dropna()
    if late.empty:
        return text.say("Days to pay")
    latest = int(late.to_numpy().argmax())
    days = float(late.iloc[latest])
    if days <= 0:
        return text.say("All groups paid by the due date")
    name = names[list(rows.index).index(late.index[latest])]
    return text.say("{name} paid latest: {days} late on average", name=shortened(name, 40), days=text.days(days))
