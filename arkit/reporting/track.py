"""The track record in words and charts: what past warnings held of what followed, beside plain lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from arkit import tables
from arkit.reporting.blocks import Chart, Number
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.diagnosis.backtest import Backtest
    from arkit.reporting.page import Report

RIVALS = ("oldest", "late_rate")


def early(found: Backtest, currency: str) -> dict[str, Any] | None:
    """Return the lists as they stood longest before money turned bad: a row of ``lead``; None where none did."""
    rows = found.lead[found.lead["currency"] == currency]
    if rows.empty:
        return None
    (row,) = rows.nlargest(1, "days_before").to_dict("records")
    return {str(name): value for name, value in row.items()}


def verdict(report: Report, found: Backtest, currency: str) -> list[str]:
    """Say, from the figures, whether the watch list saw more than a plain list of the same length."""
    text, row = report.text, early(found, currency)
    if row is None:
        return []
    best = max(RIVALS, key=lambda name: float(row[name]))
    own, other = float(row["watch_list"]), float(row[best])
    worded = {
        "days": text.number(float(row["days_before"])),
        "own": text.percent(own, 0),
        "other": text.percent(other, 0),
        "list": text.inline(best),
    }
    template = (
        N_(
            "{days} days before, the watch list held {own} of that money and a plain list of the same length by {list} "
            "held {other}: the watch list saw more."
        )
        if own > other
        else N_(
            "{days} days before, the watch list held {own} of that money, a plain list of the same length by {list} "
            "{other}: for the amounts alone that plain order does as well; what the watch list adds is why, and who "
            "acts."
        )
    )
    return [text.say(template, **worded)]


def of_selection(report: Report, found: Backtest) -> list[str]:
    """Say what the watch list held of the money shown that turned bad, where only a part of the ledger is shown."""
    text, money = report.text, report.selection.of(found.money)
    money = money[money["on"] > pd.Timestamp(found.since)]
    if money.empty:
        return [text.say("Of what is shown here, nothing turned bad in that time.")]
    said = []
    for code, rows in money.groupby("currency", sort=False):
        amount = float(rows["amount"].sum())
        held = {name: float((rows["amount"] * rows[name]).sum()) / amount for name in ("watch_list", *RIVALS)}
        said.append(
            text.say(
                "Of what is shown here {became} turned bad in that time; {own} of it stood on the watch list, {oldest} "
                "on a list by oldest overdue item, {plain} on one by past late rate.",
                became=text.short_money(amount, str(code)),
                own=text.percent(held["watch_list"], 0),
                oldest=text.percent(held["oldest"], 0),
                plain=text.percent(held["late_rate"], 0),
            )
        )
    return said


def lead_chart(report: Report, found: Backtest, currency: str) -> Chart:
    """Return how early the lists held what turned bad."""
    from arkit.charts import record

    text = report.text
    rows = found.lead[found.lead["currency"] == currency].sort_values("days_before", ascending=False)
    table = tables.table(
        rows,
        {
            "days_before": "count",
            "watch_list": "percent",
            "oldest": "percent",
            "late_rate": "percent",
            "became": "money",
        },
        text.lang,
        caption=text.of(text.say("How early the lists held what turned bad"), currency),
        currency=currency,
    )
    alt = text.say(
        "Line chart: share of the money that turned bad that stood on the watch list and on plain lists of the same "
        "length, by days before."
    )
    return Chart(record.lead(found.lead, text.lang, currency=currency), alt, table)


def lead_figures(found: Backtest, currency: str, prefix: str) -> dict[str, Number]:
    """Return the numbers of that chart."""
    rows = found.lead[found.lead["currency"] == currency].to_dict("records")
    names = ("became", "watch_list", *RIVALS)
    return {f"{prefix}.{currency}.{row['days_before']}.{name}": float(row[name]) for row in rows for name in names}
