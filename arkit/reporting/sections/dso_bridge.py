"""The bridge from last month's DSO to this month's: what moved it, in all and by segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import charts, tables
from arkit.charts.bridge import whole
from arkit.measures.bridge import TERMS
from arkit.reporting.blocks import Chart, Html, Number, heading, note, paragraph
from arkit.reporting.groups import groupings, rename
from arkit.reporting.sheet import Sheet
from arkit.reporting.standing import of_currency

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text


def bridge(report: Report, code: str) -> tuple[list[Html | Chart], dict[str, Number]]:
    """Return the bridge of a currency: the chart, its steps, and what each segment adds to them."""
    text = report.text
    frame = report.measure("dso_bridge")
    row = whole(frame, code)
    if row.isna().any():
        reason = next(n["reason"] for n in frame.attrs["notes"] if n["where"]["currency"] == code)
        said = text.say("What moved DSO can not be told: {reason}.", reason=reason)
        return [note(said, label=text.say("Missing:"), warning=True)], {}
    since = text.date(pd.Timestamp(frame.attrs["conventions"]["since"]))
    blocks: list[Html | Chart] = [
        heading(text.say("What moved DSO since {date}", date=since)),
        paragraph(
            text.say(
                "The simple DSO of 3 months, at both dates. The steps add up to the change; days more are slower cash."
            )
        ),
    ]
    alt = text.say("Waterfall chart of DSO in days, from {date} to the date of this report.", date=since)
    blocks.append(Chart(charts.dso_bridge(frame, text.lang, currency=code), alt, _steps(row, text)))
    blocks += _segments(report, code)
    return blocks, {f"dso.{code}.bridge.{name}": float(days) for name, days in row.items()}


def _steps(row: pd.Series, text: Text) -> str:
    shown = pd.DataFrame(
        {
            "step": [text.label(f"bridge.{name}") for name in row.index],
            "days": [float(days) for days in row],
            "meaning": [_meaning(str(name), text) for name in row.index],
        }
    )
    heads = {"step": text.say("Step"), "days": text.say("Days"), "meaning": text.say("What it means")}
    kinds: dict[str, tables.Kind] = {"step": "text", "days": "days", "meaning": "text"}
    return tables.table(shown, kinds, text.lang, caption=text.say("DSO, step by step"), headers=heads)


def _meaning(name: str, text: Text) -> str:
    return {
        "start": text.say("DSO at the beginning"),
        "calendar": text.say("The three months have more or fewer days than the three before."),
        "sales": text.say(
            "More was sold in the latest months, which are mostly open still, or less: no merit or fault of collection."
        ),
        "mix": text.say("Segments with longer or shorter DSO won weight in sales."),
        "terms": text.say("More or less of the sales is not due yet: terms granted, and due dates."),
        "lateness": text.say("More or less of the sales is overdue, what was written off counted as if it still were."),
        "disputes": text.say("More or less is under dispute."),
        "unapplied": text.say("Receipts and credit notes that no invoice has been settled with lower DSO."),
        "write_offs": text.say("Written off since: DSO falls, and no cash came."),
        "end": text.say("DSO now"),
    }[name]


def _segments(report: Report, code: str) -> list[Html | Chart]:
    """Return the bridge by the first grouping that the ledger has; nothing where it has none."""
    text, found = report.text, groupings(report, 1)
    if not found:
        return []
    by = found[0]
    rows = of_currency(report.measure("dso_bridge", by=by), code)
    if len(rows) < 2 or rows["start"].isna().any():
        return []
    columns = ["start", *(name for name in TERMS if rows[name].abs().max() >= 0.05), "end"]
    table = tables.table(
        rename(rows[columns], by, text).rename_axis(by).reset_index(),
        {by: "text", **dict.fromkeys(columns, "days")},
        text.lang,
        caption=text.say("Days of the whole DSO by segment: rows and columns add up"),
        headers={name: text.label(f"bridge.{name}") for name in columns},
    )
    return [Html(table)]


def sheet(report: Report) -> Sheet:
    """Return the bridge for the workbook."""
    text = report.text
    frame = report.measure("dso_bridge")
    names = [str(column) for column in frame.columns]
    return Sheet(
        text.say("DSO bridge"),
        text.say("What moved DSO since the month before, in days"),
        frame,
        formats=dict.fromkeys(names, "days"),
        headers={"currency": text.label("currency"), **{name: text.label(f"bridge.{name}") for name in names}},
    )
