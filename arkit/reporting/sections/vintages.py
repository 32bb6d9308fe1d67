"""How each month's sales are collected: the payment pattern, which growing sales do not blur."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import charts, tables
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, note
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet
from arkit.reporting.standing import of_currency

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

MOST_AGES = 12
"""Ages in the table of a page; the workbook has all of them."""


def build(report: Report) -> Section:
    """Return the vintages of the report's months; of a snapshot, why they can not be had."""
    text = report.text
    frame = report.measure("vintages", months=report.months)
    if report.snapshot:
        reason = frame.attrs["notes"][0]["reason"].to(text.lang)
        said = text.say("Collection by month of sale can not be given: {reason}.", reason=reason)
        blocked = note(said, label=text.say("Missing:"), warning=True)
        return Section("vintages", text.say(title("vintages")), blocks=(blocked,))
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    there = set(frame.index.get_level_values("currency"))
    for code in report.currencies:
        if len(report.currencies) > 1:
            blocks.append(heading(text.currency(code)))
        if code not in there:
            blocks.append(note(text.say("No month with sales is over yet.")))
            continue
        chart, numbers = _curves(report, code)
        factors, more = _factors(report, code)
        map_ = Chart(
            charts.vintage_map(frame, text.lang, currency=code),
            text.say("Heat map: a row for each month of sale, a column for each month after it."),
            factors,
        )
        blocks += [chart, map_]
        figures |= numbers | more
    lead = text.say(
        "Each month's sales are followed by their age. Total receivables grow with sales; the share of a month's sales "
        "that is still uncollected does not, so that a curve above the others means slower payment."
    )
    return Section("vintages", text.say(title("vintages")), (lead,), tuple(blocks), figures, _sheets(report))


def _ages(rows: pd.DataFrame) -> list[str]:
    there = rows.drop(columns="invoiced").notna().any()
    return [str(name) for name in there.index[there]]


def _heads(ages: list[str], text: Text) -> dict[str, str]:
    return {age: text.say("+{n} mo.", n=age[1:]) for age in ages}


def _curves(report: Report, code: str) -> tuple[Chart, dict[str, Number]]:
    text, frame = report.text, report.measure("vintages", months=report.months)
    rows = of_currency(frame, code).rename_axis("month")
    ages = _ages(rows)
    shown = ages[:MOST_AGES]
    table = tables.table(
        rows.sort_index(ascending=False).reset_index(),
        {"month": "date", "invoiced": "money", **dict.fromkeys(shown, "percent")},
        text.lang,
        caption=text.of(text.say("Share of each month's sales that is uncollected, by months after it"), code),
        currency=code,
        headers=_heads(shown, text),
    )
    alt = text.say("Line chart of the share uncollected by months after the sale, a line for each month of sale.")
    figures: dict[str, Number] = {
        f"vintages.{code}.{pd.Timestamp(str(month)).date()}.{name}": float(row[name])
        for month, row in rows.iterrows()
        for name in ["invoiced", *shown]
    }
    return Chart(charts.vintages(frame, text.lang, currency=code), alt, table), figures


def _factors(report: Report, code: str) -> tuple[str, dict[str, Number]]:
    """Return how collections of a month are completed: what has come by each age, and by what it still grows."""
    text = report.text
    rows = of_currency(report.measure("completion_factors", months=report.months), code).rename_axis("age")
    rows = rows.head(MOST_AGES)
    table = tables.table(
        rows.reset_index(),
        {"age": "count", "months": "count", "share": "percent", "factor": "number", "to_end": "number"},
        text.lang,
        caption=text.of(text.say("Collected by months after the sale, and by what that grows"), code),
        headers={
            "age": text.say("Months after the sale"),
            "months": text.say("Months of sales followed"),
            "share": text.say("Collected"),
            "factor": text.say("Factor to the next month"),
            "to_end": text.say("Factor to the last month"),
        },
    )
    figures: dict[str, Number] = {
        f"vintages.{code}.age_{age}.{name}": float(row[name])
        for age, row in rows.iterrows()
        for name in ("months", "share", "factor", "to_end")
    }
    return table, figures


def _sheets(report: Report) -> tuple[Sheet, ...]:
    text = report.text
    frame = report.measure("collection_triangle", months=report.months)
    ages = _ages(frame)
    return (
        Sheet(
            text.say("Collection triangle"),
            text.say("Collected of each month's sales, by months after it"),
            frame[["invoiced", *ages]],
            formats={"month": "date", **dict.fromkeys(["invoiced", *ages], "money")},
            headers={
                "currency": text.label("currency"),
                "month": text.label("month"),
                "invoiced": text.label("invoiced"),
            }
            | _heads(ages, text),
        ),
    )
