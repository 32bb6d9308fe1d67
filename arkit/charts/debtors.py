"""Charts of who owes: groups and the largest customers, each with the age of what they owe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from arkit.charts import palette
from arkit.charts.layout import Trace, categories, figure, hatch, money_axis, one_currency, shortened
from arkit.charts.position import bucket_columns, late_columns
from arkit.messages import Lang
from arkit.text import Text

if TYPE_CHECKING:
    import plotly.graph_objects as go


def groups(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None, top: int = 10) -> go.Figure:
    """Draw what each group owes, by age, the largest first.

    Parameters
    ----------
    frame
        What ``arkit.aging`` returns with ``by=``.
    lang
        Language of title, axes and labels.
    currency
        Which one, if the frame has several.
    top
        How many groups to draw; the rest are drawn together.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    rows = largest(rows, top, text)
    names = [str(n) for n in rows.index]
    return _stacked(rows, names, currency, groups_finding(rows, names, text), text, _ages(rows))


def concentration(
    frame: pd.DataFrame,
    lang: Lang = "en",
    *,
    currency: str | None = None,
    names: dict[str, str] | None = None,
    top: int = 10,
) -> go.Figure:
    """Draw the largest debtors, by age.

    Parameters
    ----------
    frame
        What ``arkit.aging`` returns with ``by="customer_id"``.
    lang, currency
        As in :func:`groups`.
    names
        Customer names by id; without one the id stands.
    top
        How many customers to draw.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    everything = float(rows["total"].sum())
    rows = rows.sort_values("total", ascending=False, kind="stable").head(top)
    named = [(names or {}).get(str(i), str(i)) for i in rows.index]
    share = float(rows["total"].sum()) / everything if everything > 0 else float("nan")
    finding = text.plural(
        "The largest customer owes {share} of receivables",
        "The {n} largest customers owe {share} of receivables",
        len(rows),
        share=text.percent(share),
    )
    return _stacked(rows, named, currency, finding, text, _ages(rows))


def over_limit(
    frame: pd.DataFrame,
    lang: Lang = "en",
    *,
    currency: str | None = None,
    names: dict[str, str] | None = None,
    top: int = 10,
) -> go.Figure:
    """Draw what the customers above their credit limit owe, within it and above it, the furthest above first.

    Parameters
    ----------
    frame
        What ``arkit.credit`` returns.
    lang, currency, names, top
        As in :func:`concentration`.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    rows = rows[rows["headroom"] < 0].sort_values("headroom", kind="stable")
    finding = text.plural(
        "{n} customer owes {amount} more than the credit limit",
        "{n} customers owe {amount} more than their credit limits",
        len(rows),
        amount=text.short_money(-float(rows["headroom"].sum()), currency),
    )
    rows = rows.head(top)
    parts = pd.DataFrame({"within_limit": rows["limit"], "above_limit": -rows["headroom"]})
    named = [(names or {}).get(str(i), str(i)) for i in parts.index]
    return _stacked(parts, named, currency, finding, text, palette.LIMITS)


def largest(rows: pd.DataFrame, top: int, text: Text) -> pd.DataFrame:
    """Return the largest groups by total, and the others as one row, so that the parts still add up."""
    rows = rows.sort_values("total", ascending=False, kind="stable")
    if len(rows) <= top:
        return rows
    head, rest = rows.head(top - 1), rows.iloc[top - 1 :]
    name = text.plural("{n} other", "{n} others", len(rest))
    return pd.concat([head, pd.DataFrame([rest.sum()], index=pd.Index([name]))])


def groups_finding(rows: pd.DataFrame, names: list[str], text: Text) -> str:
    """Return which group has the largest part of what is overdue."""
    late = rows[late_columns(rows)].sum(axis=1)
    overdue = float(late.sum())
    if overdue <= 0:
        return text.say("Nothing is overdue")
    first = int(late.to_numpy().argmax())
    share = text.percent(float(late.iloc[first]) / overdue)
    return text.say("{share} of what is overdue is with {name}", name=shortened(names[first], 40), share=share)


def _ages(rows: pd.DataFrame) -> dict[str, str]:
    return palette.bucket_colours(bucket_columns(rows))


def _stacked(
    rows: pd.DataFrame, names: list[str], currency: str, title: str, text: Text, colours: Mapping[str, str]
) -> go.Figure:
    columns = [column for column in rows.columns if column in colours]
    # the same shortened name twice would be one bar: the position tells them apart, the tick says the name
    places = [str(i) for i in range(len(names))]
    traces: list[Trace] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": text.label(column),
            "y": places,
            "x": [float(v) for v in rows[column]],
            "marker": {
                "color": colours[column],
                "pattern": hatch(column),
            },
            "customdata": [
                [shortened(n, 60), text.money(v, currency)] for n, v in zip(names, rows[column], strict=True)
            ],
            "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
        }
        for column in columns
        if rows[column].any()
    ]
    high = float(rows[columns].clip(lower=0).sum(axis=1).max())
    low = float(rows[columns].clip(upper=0).sum(axis=1).min())
    return figure(
        traces,
        title=title,
        height=130 + 30 * max(len(names), 2),
        barmode="relative",
        bargap=0.35,
        xaxis=money_axis(low, high, currency, text),
        yaxis=categories(autorange="reversed", tickvals=places, ticktext=[shortened(n) for n in names]),
    )
