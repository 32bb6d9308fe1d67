"""How stable the types are: how many customers were of the same type three and six months before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import charts, tables
from arkit.reporting.blocks import Chart, Html, Number, Section, note, paragraph
from arkit.reporting.conduct import UNJUDGED, Conduct, kind
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

EARLIER = (3, 6)
FEW = 5
"""Of fewer customers a share says little."""


def build(report: Report) -> Section:
    """Return the shares that kept their type, and who moved where."""
    text, conduct = report.text, Conduct.of(report)
    heard = text.say(title("types_stability"))
    rows = conduct.customers.drop_duplicates("customer_id")
    rows = rows[~rows["behaviour"].isin(UNJUDGED)]
    before = {months: rows[~rows[f"behaviour_{months}"].isin(UNJUDGED)] for months in EARLIER}
    if before[3].empty:
        said = text.say(
            "Whether types last can not be told: that takes settlements of more than a year before the date of the "
            "report."
        )
        return Section("types_stability", heard, blocks=(note(said, label=text.say("Missing:"), warning=True),))
    shares = _shares(before)
    figures: dict[str, Number] = {
        f"types_stability.{key}.{column}": value
        for key, row in shares.to_dict("index").items()
        for column, value in row.items()
    }
    moves = pd.crosstab(before[3]["behaviour_3"], before[3]["behaviour"])
    order = [key for key in shares.index if key in moves.index or key in moves.columns]
    order += [key for key in moves.index if key not in order]
    moves = moves.reindex(index=order, columns=order, fill_value=0)
    blocks: list[Html | Chart] = [_moves(moves, text), Html(_table(shares, text))]
    if (shares["judged_3"] < FEW).any():
        blocks.append(
            paragraph(
                text.say("Shares of fewer than {n} customers say little; they stand in brackets.", n=FEW), style="aside"
            )
        )
    return Section(
        "types_stability", heard, _lead(before, text), tuple(blocks), figures, (_sheet(shares, moves, text),)
    )


def _lead(before: dict[int, pd.DataFrame], text: Text) -> tuple[str, ...]:
    same = {
        months: float((rows["behaviour"] == rows[f"behaviour_{months}"]).mean()) if len(rows) else float("nan")
        for months, rows in before.items()
    }
    return (
        text.say(
            "{three} of the customers judged at both dates pay as they did three months before, {six} as six months "
            "before.",
            three=text.percent(same[3]),
            six=text.percent(same[6]),
        ),
        text.say(
            "A type is a reading of the record, not a trait: act on it while it holds, and look at what changed when "
            "it moves."
        ),
    )


def _shares(before: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """Return by type how many were judged then too, and the share (0-1) that was of the same type."""
    columns: dict[str, pd.Series] = {}
    for months, rows in before.items():
        same = (rows["behaviour"] == rows[f"behaviour_{months}"]).groupby(rows["behaviour"])
        columns |= {f"judged_{months}": same.size(), f"same_{months}": same.mean()}
    frame = pd.DataFrame(columns)
    judged = [f"judged_{months}" for months in EARLIER]
    frame[judged] = frame[judged].fillna(0).astype("int64")
    return frame.sort_values("judged_3", ascending=False, kind="stable")


def _moves(moves: pd.DataFrame, text: Text) -> Chart:
    names = {str(key): kind(str(key), text) for key in moves.index}
    columns = [str(key) for key in moves.columns]
    shown = moves.rename_axis("behaviour_3").rename_axis(None, axis=1).reset_index()
    shown["behaviour_3"] = [names[key] for key in shown["behaviour_3"]]
    table = tables.table(
        shown,
        {"behaviour_3": "text", **dict.fromkeys(columns, "count")},
        text.lang,
        caption=text.say("Customers by type three months before (rows) and now (columns)"),
        headers=names,
    )
    alt = text.say("Matrix of customers by type three months before and now; on the diagonal those that kept theirs.")
    return Chart(charts.type_moves(moves, text.lang, names=names), alt, table)


def _table(shares: pd.DataFrame, text: Text) -> str:
    shown = shares.rename_axis("behaviour").reset_index()
    shown["behaviour"] = [kind(key, text) for key in shown["behaviour"]]
    for months in EARLIER:
        pairs = zip(shares[f"same_{months}"], shares[f"judged_{months}"], strict=True)
        shown[f"same_{months}"] = [
            text.percent(share, 0) if number >= FEW else text.say("({x})", x=text.percent(share, 0))
            for share, number in pairs
        ]
    columns: dict[str, tables.Kind] = {"behaviour": "text"}
    for months in EARLIER:
        columns |= {f"judged_{months}": "count", f"same_{months}": "said"}
    return tables.table(shown, columns, text.lang, caption=text.say("How many kept their type"))


def _sheet(shares: pd.DataFrame, moves: pd.DataFrame, text: Text) -> Sheet:
    names = {str(key): kind(str(key), text) for key in moves.index}
    frame = shares.join(moves.T, how="left").rename_axis("behaviour").reset_index()
    frame["behaviour"] = [kind(key, text) for key in frame["behaviour"]]
    return Sheet(
        text.say("Stability of types"),
        text.say("Customers by type now, and of which type they were three months before"),
        frame,
        formats={f"same_{months}": "percent" for months in EARLIER},
        headers={**{name: text.label(str(name)) for name in frame.columns}, **names},
    )
