"""Charts of why money is late: the causes by where they lie, and where they weigh more than elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from arkit.charts import palette
from arkit.charts.layout import Trace, categories, figure, money_axis, one_currency, shortened
from arkit.messages import Lang
from arkit.text import N_, Text

if TYPE_CHECKING:
    import plotly.graph_objects as go

UNKNOWN = "unknown"
OPEN_SHARE = 0.5
"""From this share on, that most of it is not known is the finding."""


def by_cause(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw what is overdue by cause, in the order given, each bar in the colour of where the cause lies.

    Parameters
    ----------
    frame
        Index currency and cause; columns ``own, micro, macro, unknown``: amounts in major units.
    lang
        Language of title, axes and labels.
    currency
        Which one, if the frame has several.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    levels = [level for level in palette.CAUSE_LEVELS if rows[level].any()]
    total = rows[list(palette.CAUSE_LEVELS)].sum(axis=1)
    whole = float(total.sum())
    names = [text.label(f"cause.{cause}") for cause in rows.index]
    places = [str(place) for place in range(len(names))]
    traces: list[Trace] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": text.label(f"level.{level}"),
            "y": places,
            "x": [float(value) for value in rows[level]],
            "marker": {"color": palette.CAUSE_LEVELS[level]},
            "customdata": [[n, text.money(v, currency)] for n, v in zip(names, rows[level], strict=True)],
            "hovertemplate": "%{customdata[0]}<br>%{fullData.name}: %{customdata[1]}<extra></extra>",
        }
        for level in levels
    ]
    shares: Trace = {
        "type": "scatter",
        "mode": "text",
        "y": places,
        "x": [float(value) for value in total],
        "text": [" " + text.percent(value / whole) if whole else "" for value in total],
        "textposition": "middle right",
        "textfont": {"size": 12, "color": palette.MUTED},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return figure(
        [*traces, shares],
        title=causes_finding(total, text),
        height=130 + 28 * max(len(names), 2),
        barmode="stack",
        bargap=0.35,
        # room for the share beside the longest bar, on a telephone too
        xaxis=money_axis(0.0, float(total.max()), currency, text, range=[0, 1.28 * float(total.max())]),
        yaxis=categories(autorange="reversed", tickvals=places, ticktext=names),
    )


def causes_finding(amounts: pd.Series, text: Text) -> str:
    """Return the largest cause with its share, or that most is not known; amounts are indexed by cause."""
    whole = float(amounts.sum())
    known = amounts.drop(UNKNOWN, errors="ignore")
    open_ = whole - float(known.sum())
    if whole <= 0 or known.empty or open_ >= OPEN_SHARE * whole:
        return text.say(
            "The cause of {share} of what is overdue is not known",
            share=text.percent(open_ / whole if whole else float("nan")),
        )
    return text.say(
        "{cause} is the largest cause: {share} of what is overdue",
        cause=text.label(f"cause.{known.idxmax()}"),
        share=text.percent(float(known.max()) / whole),
    )


def causes_by_group(
    frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None, names: dict[str, str] | None = None
) -> go.Figure:
    """Draw, for causes and groups, how much more or less of a group's overdue a cause has than of the whole.

    Parameters
    ----------
    frame
        Index currency; a row per ``group`` and ``cause``: ``amount`` (major units), ``share`` (0-1, of the group's
        overdue), ``usual`` (0-1, of all), ``excess`` (amount beyond the usual), ``customers`` (number),
        ``clear`` (beyond chance).
    lang, currency
        As in :func:`by_cause`.
    names
        What groups are called; without one the group itself stands.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    groups, kinds = list(dict.fromkeys(rows["group"])), list(dict.fromkeys(rows["cause"]))
    called = {group: shortened((names or {}).get(str(group), str(group)), 14) for group in groups}
    cells = {(row["cause"], row["group"]): row for row in rows.to_dict("records")}
    grid = [[cells[cause, group] for group in groups] for cause in kinds]
    span = max(0.05, *(abs(cell["share"] - cell["usual"]) for row in grid for cell in row))
    heat: Trace = {
        "type": "heatmap",
        "x": [str(place) for place in range(len(groups))],
        "y": [str(place) for place in range(len(kinds))],
        "z": [[cell["share"] - cell["usual"] for cell in row] for row in grid],
        "zmid": 0,
        "zmin": -span,
        "zmax": span,
        "colorscale": [[0, palette.LESS], [0.5, palette.EVEN], [1, palette.MORE]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "text": [[_cell(cell, text) for cell in row] for row in grid],
        "texttemplate": "%{text}",
        "textfont": {"size": 11},
        "customdata": [
            [
                text.say(
                    "{group}<br>{cause}: {amount}, {share} of the group's overdue (in all {usual})",
                    group=called[cell["group"]],
                    cause=text.label(f"cause.{cell['cause']}"),
                    amount=text.money(cell["amount"], currency),
                    share=text.percent(cell["share"]),
                    usual=text.percent(cell["usual"]),
                )
                for cell in row
            ]
            for row in grid
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    return figure(
        [heat],
        title=groups_finding(rows, names or {}, text),
        height=110 + 27 * len(kinds),
        xaxis=categories(
            side="top",
            tickvals=[str(place) for place in range(len(groups))],
            ticktext=[called[group].replace(" ", "<br>") for group in groups],
            tickangle=0 if len(groups) <= 5 else -45,
        ),
        yaxis=categories(
            autorange="reversed",
            tickvals=[str(place) for place in range(len(kinds))],
            ticktext=[text.label(f"cause.{cause}") for cause in kinds],
        ),
    )


def groups_finding(rows: pd.DataFrame, names: dict[str, str], text: Text) -> str:
    """Return the cause that weighs most beyond its usual share in one group, of those beyond chance."""
    clear = rows[rows["clear"] & (rows["excess"] > 0) & (rows["customers"] > 1) & (rows["cause"] != UNKNOWN)]
    if clear.empty:
        return text.say("No cause weighs more in one group than chance may explain")
    top = clear.sort_values("excess", ascending=False, kind="stable").iloc[0]
    return text.say(
        N_("{cause} weighs most with {group}: {share} of its overdue, {usual} in all"),
        cause=text.label(f"cause.{top['cause']}"),
        group=shortened(names.get(str(top["group"]), str(top["group"])), 40),
        share=text.percent(top["share"]),
        usual=text.percent(top["usual"]),
    )


def _cell(cell: Mapping[Any, Any], text: Text) -> str:
    """Return a share without decimals, in bold where it is beyond chance; nothing where there is none."""
    share = text.percent(cell["share"], 0) if cell["amount"] else ""
    return f"<b>{share}</b>" if share and cell["clear"] else share
