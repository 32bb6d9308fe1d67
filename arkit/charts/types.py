"""Charts of how customers pay: what each type owes, and how types changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from arkit.charts import palette
from arkit.charts.layout import Trace, categories, figure, money_axis, one_currency
from arkit.messages import Lang
from arkit.text import Text

if TYPE_CHECKING:
    import plotly.graph_objects as go


def by_type(
    frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None, names: dict[str, str] | None = None
) -> go.Figure:
    """Draw what each type of customer owes, not due and overdue, in the order given.

    Parameters
    ----------
    frame
        Index currency and behaviour; ``customers`` (number), ``not_due, overdue`` (major units).
    lang
        Language of title, axes and labels.
    currency
        Which one, if the frame has several.
    names
        What the types are called.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    called = [(names or {}).get(str(kind), str(kind)) for kind in rows.index]
    labels = [f"{name} · {text.number(number)}" for name, number in zip(called, rows["customers"], strict=True)]
    places = [str(place) for place in range(len(rows))]
    colours = {"overdue": palette.MEANINGS["overdue"], "not_due": palette.NOT_DUE}
    traces: list[Trace] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": text.label(column),
            "y": places,
            "x": [float(value) for value in rows[column]],
            "marker": {"color": colour},
            "customdata": [[n, text.money(v, currency)] for n, v in zip(called, rows[column], strict=True)],
            "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
        }
        for column, colour in colours.items()
    ]
    high = float(rows[list(colours)].sum(axis=1).max())
    return figure(
        traces,
        title=types_finding(rows, dict(zip(map(str, rows.index), called, strict=True)), text),
        height=130 + 30 * max(len(rows), 2),
        barmode="stack",
        bargap=0.35,
        xaxis=money_axis(0.0, high, currency, text),
        yaxis=categories(autorange="reversed", tickvals=places, ticktext=labels),
    )


def types_finding(rows: pd.DataFrame, names: dict[str, str], text: Text) -> str:
    """Return which type has most of what is overdue."""
    overdue = float(rows["overdue"].sum())
    if overdue <= 0:
        return text.say("Nothing is overdue")
    top = str(rows["overdue"].idxmax())
    return text.say(
        "{share} of what is overdue is with customers of the type “{type}”",
        share=text.percent(float(rows["overdue"].max()) / overdue),
        type=names[top],
    )


def type_moves(frame: pd.DataFrame, lang: Lang = "en", *, names: dict[str, str] | None = None) -> go.Figure:
    """Draw how many customers of each earlier type are of which type now.

    Parameters
    ----------
    frame
        Index the type before, columns the type now, both in one order; numbers of customers.
    lang
        Language of title and labels.
    names
        What the types are called.
    """
    text = Text(lang)
    called = [(names or {}).get(str(kind), str(kind)) for kind in frame.index]
    counts = [[int(number) for number in row] for row in frame.to_numpy()]
    places = [str(place) for place in range(len(called))]
    heat: Trace = {
        "type": "heatmap",
        "x": places,
        "y": places,
        "z": [[number / max(sum(row), 1) for number in row] for row in counts],
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, palette.EVEN], [1, palette.STRONG]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "text": [[text.number(number) if number else "" for number in row] for row in counts],
        "texttemplate": "%{text}",
        "customdata": [
            [
                text.plural(
                    "{n} customer: before {before}, now {now}",
                    "{n} customers: before {before}, now {now}",
                    number,
                    before=called[i],
                    now=called[j],
                )
                for j, number in enumerate(row)
            ]
            for i, row in enumerate(counts)
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    return figure(
        [heat],
        title=moves_finding(frame, text),
        height=150 + 30 * len(called),
        xaxis=categories(
            side="top", tickvals=places, ticktext=[re.split(r" ?[(（]", name)[0] for name in called], tickangle=-45,
            title=text.say("now"),
        ),
        yaxis=categories(
            autorange="reversed", tickvals=places, ticktext=called,
            title=text.say("before"),
        ),
    )  # fmt: skip


def moves_finding(frame: pd.DataFrame, text: Text) -> str:
    """Return how many customers kept their type."""
    all_ = int(frame.to_numpy().sum())
    kept = int(sum(frame.loc[kind, kind] for kind in frame.index))
    return text.say(
        "{kept} of {all} customers are of the same type as three months before",
        kept=text.number(kept),
        all=text.number(all_),
    )
