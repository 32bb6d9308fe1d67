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
MONTHLY = ("base", "predicted", "lost", "ratio", "on_record", "followed")
YEAR = 12
"""Months after which a month-end that can not be judged is worth telling."""
NEAR, LOW, HIGH = N_("they were near"), N_("they were too low"), N_("they were too high")


def record_figures(found: ProvisionBacktest, code: str) -> dict[str, Number]:
    """Return the figures of the back-test of a currency."""
    figures: dict[str, Number] = {}
    rows = of_currency(found.frame, code) if len(found.frame) else found.frame
    for month, row in rows.iterrows():
        place = f"provision.{code}.record.{pd.Timestamp(str(month)).date()}"
        figures |= {f"{place}.{name}": float(row[name]) for name in MONTHLY}
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
    if not len(rows):
        return [paragraph(text.say("What past matrices were worth can not be tested yet: the ledger is too young."))]
    if not rows[["predicted", "lost"]].to_numpy().any():
        said = text.say(
            "Past matrices predicted no loss, and nothing that was owed then was written off: there is no test."
        )
        return [paragraph(said)]
    flat = rows.rename_axis("month").reset_index().sort_values("month", ascending=False)
    table = tables.table(
        flat.assign(month=[text.iso(day) for day in flat["month"]]),
        {
            "month": "text",
            "base": "money",
            "predicted": "money",
            "lost": "money",
            "ratio": "percent",
            **({"on_record": "count"} if rows["on_record"].notna().any() else {}),
            "followed": "count",
        },
        text.lang,
        caption=text.of(text.say("What past matrices predicted, and what was then lost"), code),
        currency=code,
        headers={"base": text.label("loss_base"), "lost": text.label("lost_then")},
    )
    alt = text.say(
        "Columns of what was lost after each month-end, paler where there is too little history before it or after it "
        "to judge, and a line of what its matrix predicted."
    )
    chart = Chart(
        charts.predicted_and_lost(found.frame[found.frame["predicted"].notna()], text.lang, currency=code), alt, table
    )
    return [paragraph(_verdict(found, rows, code, text)), chart]


def _verdict(found: ProvisionBacktest, rows: pd.DataFrame, code: str, text: Text) -> str:
    row, within = cells(found.pooled, code), int(found.pooled.attrs["conventions"]["follow"])
    if not row["month_ends"]:
        return _not_yet(found, rows, within, code, text)
    if not row["lost"]:
        return text.say(
            "Nothing that was owed at the tested month-ends ({n}) was lost within {within} months; on average "
            "{predicted} was predicted.",
            n=text.number(row["month_ends"]),
            within=text.number(within),
            predicted=text.money(row["predicted"] / row["month_ends"], code),
        )
    off = row["ratio"] - 1
    given = "on_record" not in found.pooled.attrs["conventions"]
    return text.say(
        N_(
            "At the tested month-ends ({n}) the given rates come to {share} of what was lost within {within} months: "
            "{verdict}."
        )
        if given
        else N_(
            "At the tested month-ends ({n}) matrices predicted {share} of what was lost within {within} months: "
            "{verdict}."
        ),
        n=text.number(row["month_ends"]),
        share=text.percent(row["ratio"]),
        within=text.number(within),
        verdict=text.say(NEAR if abs(off) <= CLOSE else LOW if off < 0 else HIGH),
    )


def _not_yet(found: ProvisionBacktest, rows: pd.DataFrame, within: int, code: str, text: Text) -> str:
    """Say why no month-end is tested, and what the one that comes nearest shows."""
    latest = rows[rows["followed"] >= min(YEAR, within, int(rows["followed"].max()))].iloc[-1]
    shown = text.say(
        "The matrix of {month} predicted {predicted}; in the {n} months since then {lost} was lost.",
        month=text.date(pd.Timestamp(str(latest.name))),
        predicted=text.money(latest["predicted"], code),
        n=text.number(latest["followed"]),
        lost=text.money(latest["lost"], code),
    )
    needed = int(found.pooled.attrs["conventions"].get("on_record", 0))
    if not latest["on_record"] < needed:
        return join([text.say("The test is not complete."), shown, text.say("What is lost later is still to come.")])
    why = text.say(
        "Past matrices can not be judged yet: that takes {needed} months of each age before a month-end, and {within} "
        "months after it.",
        needed=text.number(needed),
        within=text.number(within),
    )
    short = text.say(
        "It knew one of its ages for {n} months only, and what takes longer to be lost is in no rate of the past.",
        n=text.number(latest["on_record"]),
    )
    return join([why, shown, short])
