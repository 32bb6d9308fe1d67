"""Chart of the DSO bridge: from one date's DSO to another's, a step for each term."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit.charts import palette
from arkit.charts.layout import Trace, axis, categories, figure, one_currency, ticks
from arkit.messages import Lang
from arkit.text import N_, Text

if TYPE_CHECKING:
    import plotly.graph_objects as go

SMALL = 0.05
"""Days below which a change is none: it would be printed as 0.0."""
ENDS = ("start", "end")
HEADROOM = 0.15
"""What a number at the end of a bar needs, as a part of the axis."""


def whole(rows: pd.DataFrame) -> pd.Series:
    """Return the bridge of a currency from its segments; a term that one of them lacks is not defined."""
    found: pd.Series = rows.sum(skipna=False)
    return found


def dso_bridge(frame: pd.DataFrame, lang: Lang = "en", *, currency: str | None = None) -> go.Figure:
    """Draw how DSO came from one date to another, a step for each term; segments are added up.

    Parameters
    ----------
    frame
        What ``arkit.dso_bridge`` returns, with or without ``by``.
    lang
        Language of title, axes and labels.
    currency
        Which one, if the frame has several.

    Returns
    -------
    plotly.graph_objects.Figure
        Its title is the finding: what moved DSO most. The axis is cut so that the steps can be seen, and says so.
    """
    text = Text(lang)
    rows, currency = one_currency(frame, currency)
    values = {str(name): float(value) for name, value in whole(rows).items()}
    defined = values["start"] == values["start"]
    shown = [n for n, value in values.items() if n in ENDS or value] if defined else []
    steps, at = {}, 0.0
    for name in shown:
        base = 0.0 if name in ENDS else at
        at = base + values[name]
        steps[name] = (base, at)
    low, high = _reach(steps)
    trace: Trace = {
        "type": "bar",
        "orientation": "h",
        "y": shown,
        "base": [base for base, _ in steps.values()],
        "x": [values[name] for name in shown],
        "marker": {"color": [_colour(name, values[name]) for name in shown]},
        "text": [_said(name, values[name], text) for name in shown],
        "textposition": ["auto" if name in ENDS else "outside" for name in shown],
        "cliponaxis": False,
        "customdata": [
            f"{text.label(f'bridge.{name}')}: {_said(name, values[name], text)} {text.say('days')}" for name in shown
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
        "showlegend": False,
    }
    marks = ticks(low, high) if high > low else [0.0]
    begins = low > 0
    return figure(
        [trace],
        title=bridge_finding(values, text),
        height=140 + 34 * max(len(shown), 2),
        xaxis=axis(
            text.say("days; the axis does not begin at 0") if begins else text.say("days"),
            range=[marks[0], marks[-1]],
        ),
        yaxis=categories(
            tickvals=shown, ticktext=[text.label(f"bridge.{name}") for name in shown], autorange="reversed"
        ),
    )


def _reach(steps: dict[str, tuple[float, float]]) -> tuple[float, float]:
    """Return where the axis begins and ends: all steps in sight, with room for their numbers; 0 where it is near."""
    places = [at for name, step in steps.items() for at in (step[1:] if name in ENDS else step)]
    if not places:
        return 0.0, 0.0
    least, most = min(places), max(places)
    room = HEADROOM * max(most - least, 1.0)
    low = least - 2 * room
    return (0.0 if least >= 0 and low < least / 2 else low), most + room


def _colour(name: str, value: float) -> str:
    if name in ENDS:
        return palette.STRONG
    return palette.MORE if value > 0 else palette.LESS


def _said(name: str, value: float, text: Text) -> str:
    """Return days as a number; of a step with its sign."""
    shown = text.number(value, 1)
    return shown if name in ENDS or round(value, 1) <= 0 else f"+{shown}"


def largest(values: dict[str, float]) -> str | None:
    """Return the term that moved DSO most; None where none moved it so that it could be seen."""
    terms = {name: value for name, value in values.items() if name not in ENDS}
    name = max(terms, key=lambda term: abs(terms[term]))
    return name if abs(terms[name]) >= SMALL else None


def bridge_finding(values: dict[str, float], text: Text) -> str:
    """Return what moved DSO most."""
    if values["start"] != values["start"]:
        return text.say("The change of DSO is not defined")
    term = largest(values)
    if term is None:
        return text.say("Nothing moved DSO")
    template = (
        N_("{term} moved DSO most: {days} longer") if values[term] > 0 else N_("{term} moved DSO most: {days} shorter")
    )
    return text.say(template, term=text.label(f"bridge.{term}"), days=text.days(abs(values[term])))
