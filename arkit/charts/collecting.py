"""Charts of collecting: plan against actual, what explains the gap, targets ahead, collectors beside their mix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from arkit.charts import palette
from arkit.charts.layout import (
    Trace,
    axis,
    categories,
    figure,
    key,
    money_axis,
    month_axis,
    one_currency,
    shortened,
    ticks,
)
from arkit.messages import Lang
from arkit.text import N_, Text

if TYPE_CHECKING:
    import plotly.graph_objects as go

SOURCES = ("from_overdue", "from_due", "from_early", "from_sales")


def plan(months: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw what was collected in each month beside what was planned.

    Parameters
    ----------
    months
        Index ``currency, month``; ``planned, collected`` in major units.
    lang, currency
        Language; which currency, if the frame has several.
    """
    text = Text(lang)
    rows, currency = one_currency(months, currency)
    days = [pd.Timestamp(month) for month in rows.index]
    traces = [
        _months(rows["collected"], "collected", days, currency, text),
        {
            **_months(rows["planned"], "planned", days, currency, text),
            "type": "scatter",
            "mode": "markers",
            "marker": {"color": palette.INK, "symbol": "line-ew", "size": 26, "line": {"width": 3}},
        },
    ]
    high = float(rows[["planned", "collected"]].max().max())
    return figure(
        traces,
        title=plan_finding(rows, text),
        height=320,
        xaxis=month_axis(days, text),
        yaxis=money_axis(0.0, high, currency, text),
    )


def plan_finding(rows: pd.DataFrame, text: Text) -> str:
    """Return in how many of the months the plan was met."""
    met = int((rows["collected"] >= rows["planned"]).sum())
    if not met:
        return text.plural("The plan was missed in the one month", "The plan was missed in all {n} months", len(rows))
    return text.plural(
        "The plan was met in the one month", "The plan was met in {met} of {n} months", len(rows), met=text.number(met)
    )


def gap(
    parts: pd.Series, words: Mapping[str, str], lang: Lang = "en", *, currency: str, month: pd.Timestamp
) -> go.Figure:
    """Draw the parts that explain the gap between plan and actual: to the left what lowered it.

    Parameters
    ----------
    parts
        Amount by part, major units, in the order in which they are read.
    words
        What each part is.
    lang, currency
        Language and currency.
    month
        The month that it is about.
    """
    text = Text(lang)
    total = float(parts.sum())
    names = [words[str(part)] for part in parts.index]
    places = [str(place) for place in range(len(names))]
    trace: Trace = {
        "type": "bar",
        "orientation": "h",
        "y": places,
        "x": [float(value) for value in parts],
        "marker": {"color": [palette.MEANINGS["cash"] if v >= 0 else palette.MEANINGS["overdue"] for v in parts]},
        "customdata": [[shortened(n, 90), text.money(v, currency)] for n, v in zip(names, parts, strict=True)],
        "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
    }
    template = N_("{month}: over plan by {amount}") if total >= 0 else N_("{month}: short of plan by {amount}")
    title = text.say(template, month=text.month(month), amount=text.short_money(abs(total), currency))
    return figure(
        [trace],
        title=title,
        height=120 + 44 * max(len(names), 2),
        showlegend=False,
        xaxis=money_axis(min(float(parts.min()), 0.0), max(float(parts.max()), 0.0), currency, text),
        yaxis=categories(autorange="reversed", tickvals=places, ticktext=[_wrapped(name) for name in names]),
    )


def targets(months: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw the targets of the months ahead by where the money comes from.

    Parameters
    ----------
    months
        Index ``currency, month``; ``from_overdue, from_due, from_early, from_sales`` in major units.
    lang, currency
        Language; which currency, if the frame has several.
    """
    text = Text(lang)
    rows, currency = one_currency(months, currency)
    days = [pd.Timestamp(month) for month in rows.index]
    traces = [
        {
            **_months(rows[source], source, days, currency, text),
            "name": text.label(f"target_{source}"),
            "marker": {"color": palette.MEANINGS[f"target_{source}"]},
        }
        for source in SOURCES
        if rows[source].any()
    ]
    total = rows[list(SOURCES)].sum(axis=1)
    title = text.plural(
        "{amount} proposed to be collected in the month ahead",
        "{amount} proposed to be collected in the {n} months ahead",
        len(rows),
        amount=text.short_money(float(total.sum()), currency),
    )
    return figure(
        traces,
        title=title,
        height=340,
        barmode="stack",
        xaxis=month_axis(days, text),
        yaxis=money_axis(0.0, float(total.max()), currency, text),
    )


def collectors(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw how much more or less each collector brought in than others do with a like mix, with an 80 % range.

    Parameters
    ----------
    frame
        ``collectors`` of what ``arkit.evaluate`` returns; those without a comparison are left out.
    lang, currency
        Language; which currency, if the frame has several.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    rows = rows[rows["shrunk"].notna()]
    names = [str(name) for name in rows.index]
    places = [str(place) for place in range(len(names))]
    points = [100 * float(value) for value in rows["shrunk"]]
    high, low = 100 * float(rows["high"].max()), 100 * float(rows["low"].min())
    values = ticks(min(low, 0.0), max(high, 0.0))
    trace: Trace = {
        "type": "scatter",
        "mode": "markers",
        "y": places,
        "x": points,
        "marker": {"size": 9, "color": [_verdict(str(said)) for said in rows["verdict"]]},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [100 * float(v) for v in rows["high"] - rows["shrunk"]],
            "arrayminus": [100 * float(v) for v in rows["shrunk"] - rows["low"]],
            "color": palette.MUTED,
            "thickness": 1.4,
            "width": 4,
        },
        "customdata": [
            [shortened(name, 60), text.percent(share), text.percent(usual)]
            for name, share, usual in zip(names, rows["share"], rows["expected_share"], strict=True)
        ],
        "hovertemplate": "%{customdata[0]}<br>%{customdata[1]} / %{customdata[2]}<extra></extra>",
    }
    return figure(
        [trace],
        title=collectors_finding(rows, text),
        height=120 + 34 * max(len(names), 2),
        showlegend=False,
        xaxis=axis(
            text.say("percentage points beside others"),
            tickvals=values,
            ticktext=[text.number(value) for value in values],
            zeroline=True,
        ),
        yaxis=categories(
            autorange="reversed", tickvals=places, ticktext=[shortened(name) for name in names], showgrid=True
        ),
    )


def collectors_finding(rows: pd.DataFrame, text: Text) -> str:
    """Return for how many the difference is more than chance."""
    better, worse = (int((rows["verdict"] == said).sum()) for said in ("better", "worse"))
    if not better and not worse:
        return text.say("No collector differs from others with a like mix by more than chance")
    return text.say(
        "Beside others with a like mix {better} of {n} collectors did better, {worse} worse",
        better=text.number(better),
        n=text.number(len(rows)),
        worse=text.number(worse),
    )


def _verdict(said: str) -> str:
    return {"better": palette.MEANINGS["cash"], "worse": palette.MEANINGS["overdue"]}.get(said, palette.QUIET)


def _months(values: pd.Series, meaning: str, days: Sequence[pd.Timestamp], currency: str, text: Text) -> Trace:
    return {
        "type": "bar",
        "name": text.label(meaning),
        "x": [key(day) for day in days],
        "y": [float(value) for value in values],
        "marker": {"color": palette.MEANINGS.get(meaning, palette.STRONG)},
        "customdata": [[text.month(day), text.money(float(v), currency)] for day, v in zip(days, values, strict=True)],
        "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
    }


def _wrapped(words: str, wide: int = 22) -> str:
    """Return words on lines that a telephone's axis can hold: broken at spaces, Chinese anywhere."""
    if " " not in words:
        half = wide // 2
        return "<br>".join(words[at : at + half] for at in range(0, len(words), half))
    lines = [""]
    for word in words.split(" "):
        lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if len(lines[-1]) + len(word) < wide else [*lines, word]
    return "<br>".join(line for line in lines if line)
