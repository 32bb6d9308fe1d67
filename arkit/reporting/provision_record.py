"""What past matrices were worth: the back-test of the loss allowance for a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import charts, tables
from arkit.reporting.blocks import Chart, Html, Number, join, paragraph
from arkit.reporting.standing import cells, of_currency
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.measures.allowance import ProvisionBacktest
    from arkit.reporting.page import Report
    from arkit.text import Text

CLOSE = 0.25
"""A past prediction that is off by less than this share is called near."""
YEAR = 12
"""Months after which a test that is not complete is worth telling."""
NEAR, LOW, HIGH = N_("they were near"), N_("they were too low"), N_("they were too high")


def record_figures(found: ProvisionBacktest, code: str) -> dict[str, Number]:
    """Return the figures of the back-test of a currency."""
    figures: dict[str, Number] = {}
    rows = of_currency(found.frame, code) if len(found.frame) else found.frame
    for month, row in rows.iterrows():
        place = f"provision.{code}.record.{pd.Timestamp(str(month)).date()}"
        figures |= {f"{place}.{name}": float(row[name]) for name in ("base", "predicted", "lost", "ratio", "followed")}
    if code in found.pooled.index:
        figures |= {
            f"provision.{code}.record.{name}": float(value) for name, value in cells(found.pooled, code).items()
        }
    return figures


def record(report: Report, found: ProvisionBacktest, code: str) -> list[Html | Chart]:
    """Return what past matrices predicted and what was then lost: in words, drawn, and as a table."""
    text = report.text
    rows = of_currency(found.frame, code) if len(found.frame) and code in found.frame.index else found.frame.iloc[:0]
    rows = rows[rows["predicted"].notna()]
    if not len(rows) or not rows[["predicted", "lost"]].to_numpy().any():
        return [paragraph(text.say("What past matrices were worth can not be tested yet: the ledger is too young."))]
    flat = rows.rename_axis("month").reset_index().sort_values("month", ascending=False)
    table = tables.table(
        flat.assign(month=[text.iso(day) for day in flat["month"]]),
        {
            "month": "text",
            "base": "money",
            "predicted": "money",
            "lost": "money",
            "ratio": "percent",
            "followed": "count",
        },
        text.lang,
        caption=text.of(text.say("What past matrices predicted, and what was then lost"), code),
        currency=code,
        headers={"base": text.label("loss_base"), "lost": text.label("lost_then")},
    )
    alt = text.say(
        "Columns of what was lost after each month-end, paler where it is not followed to the end, and a line of what "
        "its matrix predicted."
    )
    chart = Chart(
        charts.predicted_and_lost(found.frame[found.frame["predicted"].notna()], text.lang, currency=code), alt, table
    )
    return [paragraph(_verdict(found, rows, code, text)), chart]


def _verdict(found: ProvisionBacktest, rows: pd.DataFrame, code: str, text: Text) -> str:
    row, within = cells(found.pooled, code), int(rows["followed"].max())
    if not row["month_ends"] or not row["lost"] or row["ratio"] != row["ratio"]:
        old = rows[rows["followed"] >= min(YEAR, within)]
        latest = old.iloc[-1]
        return text.say(
            "The test is not complete: the matrix of {month} predicted {predicted}, and in the {n} months since then "
            "{lost} was lost. What is lost later is still to come.",
            month=text.date(pd.Timestamp(str(old.index[-1]))),
            predicted=text.money(latest["predicted"], code),
            n=text.number(latest["followed"]),
            lost=text.money(latest["lost"], code),
        )
    off = row["ratio"] - 1
    said = text.say(
        "Matrices of {n} past month-ends predicted {share} of what was lost within {within} months: {verdict}.",
        n=text.number(row["month_ends"]),
        share=text.percent(row["ratio"]),
        within=text.number(within),
        verdict=text.say(NEAR if abs(off) <= CLOSE else LOW if off < 0 else HIGH),
    )
    blind = int((rows["complete"] & (rows["predicted"] == 0)).sum())
    if not blind:
        return said
    why = text.say("At {n} of them no write-off was on record yet, so they predicted none.", n=text.number(blind))
    return join([said, why])
