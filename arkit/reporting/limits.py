"""Credit limits 信用额度 in a report: who owes more than the limit on file, by how much and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import charts, tables
from arkit.charts import palette
from arkit.collecting.exposure import against_limits
from arkit.collecting.limit import suggested_limit
from arkit.diagnosis.past import Past
from arkit.reporting.blocks import Chart, Html, Number, note, paragraph
from arkit.reporting.sheet import CellFormat, Sheet
from arkit.reporting.standing import cells, of_currency

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

SHOWN = 10
"""Customers above their limit on the page; the workbook has all that owe."""
Made = tuple[list[Html | Chart], dict[str, Number]]


def held(report: Report) -> pd.DataFrame:
    """Return what customers owe against their limits (:func:`arkit.collecting.exposure.against_limits`)."""
    return against_limits(report.ledger, as_of=report.as_of, annual_rate=report.annual_rate)


def unknown(frame: pd.DataFrame, text: Text) -> list[Html | Chart]:
    """Say that the ledger has no limits, where it has none."""
    if frame["limit"].notna().any():
        return []
    said = text.say("The ledger holds no credit limits: who owes more than agreed, and what headroom there is, is not "
                    "known.")  # fmt: skip
    return [note(said, label=text.say("Missing:"))]


def limits(report: Report, frame: pd.DataFrame, code: str) -> Made:
    """Return who is above the limit in a currency, and what late money has cost where a rate is given."""
    rows = of_currency(frame, code)
    known = rows[rows["limit"].notna()]
    over = known[known["headroom"] < 0].sort_values("headroom", kind="stable")
    figures: dict[str, Number] = {
        f"who_owes.{code}.limits.customers": len(known),
        f"who_owes.{code}.limits.over": len(over),
        f"who_owes.{code}.limits.above": float((-over["headroom"]).sum()),
        f"who_owes.{code}.limits.headroom": float(known["headroom"].clip(lower=0).sum()),
    }
    blocks: list[Html | Chart] = [paragraph(*_said(report, known, over, rows, code))] if len(known) else []
    if len(over):
        shown = _shown(report, over.head(SHOWN), code)
        alt = report.text.say("Bar chart of the customers above their limit: what they owe within it and above it.")
        drawn = charts.over_limit(frame, report.text.lang, currency=code, names=report.names, top=SHOWN)
        blocks += [Chart(drawn, alt, _drawn(report, shown, code)), Html(_beside(report, shown, code))]
        if not report.snapshot:
            blocks.append(note(_advice(report.text)))
        names = (
            "limit",
            "exposure",
            "above_limit",
            "used",
            "overdue",
            "days_over_limit",
            "limit_by_record",
            "limit_by_capacity",
        )
        for row in shown.to_dict("records"):
            head = f"who_owes.{code}.limits.customer.{row['customer_id']}"
            figures |= {f"{head}.{name}": float(row[name]) for name in names}
    if report.annual_rate is not None and rows["overdue"].any():
        cost = float(rows["carrying_cost"].sum())
        blocks.append(paragraph(_cost(report, float(rows["overdue"].sum()), cost, code)))
        figures[f"who_owes.{code}.carrying_cost"] = cost
    return blocks, figures


def of_customer(report: Report, frame: pd.DataFrame, customer_id: str, code: str) -> Made:
    """Return for how long a customer has been above the limit, and what his late money has cost at a rate."""
    text, said = report.text, list[str]()
    if (code, customer_id) not in frame.index:
        return [], {}
    row = cells(frame, (code, customer_id))
    figures: dict[str, Number] = {}
    days, cost = float(row["days_over_limit"]), float(row["carrying_cost"])
    if days > 0:
        said.append(text.say("Above the limit for {days} on end.", days=text.days(days, 0)))
        figures[f"review_outlook.{code}.days_over_limit"] = days
    if row["overdue"] > 0 and cost == cost:
        said.append(_cost(report, float(row["overdue"]), cost, code))
        figures[f"review_outlook.{code}.carrying_cost"] = cost
    return ([paragraph(*said)] if said else []), figures


def sheets(report: Report, frame: pd.DataFrame) -> tuple[Sheet, ...]:
    """Return all customers that owe, or traded and have a limit; nothing without a limit or a rate."""
    text = report.text
    if report.annual_rate is None and frame["limit"].isna().all():
        return ()
    names = ["limit", "exposure", "headroom", "used", "days_over_limit", "overdue", "terms_granted", "terms_taken"]
    names += [] if report.annual_rate is None else ["carrying_cost"]
    called = {"limit": "credit_limit", "exposure": "owed", "used": "limit_used"}
    shown = frame[names].rename(columns=called).reset_index().sort_values(["currency", "headroom"], kind="stable")
    shown.insert(2, "customer", [report.name(who) for who in shown["customer_id"]])
    money: dict[str, CellFormat] = dict.fromkeys(
        ["credit_limit", "owed", "headroom", "overdue", *(["carrying_cost"] if "carrying_cost" in names else [])],
        "money",
    )
    made = Sheet(
        text.say("Credit limits"),
        text.say("What customers owe against their credit limits"),
        shown,
        formats={
            **money, "customer_id": "text", "limit_used": "percent", "days_over_limit": "count",
            "terms_granted": "days", "terms_taken": "days",
        },
        headers={name: text.label(name) for name in map(str, shown.columns)},
        totals=tuple(name for name in money if name not in ("credit_limit", "headroom")),
        formulas={"headroom": "{credit_limit}-{owed}", "limit_used": "{owed}/{credit_limit}"},
    )  # fmt: skip
    return (made,)


def _said(report: Report, known: pd.DataFrame, over: pd.DataFrame, rows: pd.DataFrame, code: str) -> list[str]:
    text = report.text
    room = text.short_money(float(known["headroom"].clip(lower=0).sum()), code)
    if over.empty:
        said = [
            text.plural(
                "The {n} customer with a credit limit is within it; the headroom is {room}.",
                "All {n} customers with a credit limit are within it; their headroom is {room}.",
                len(known), room=room,
            )
        ]  # fmt: skip
    else:
        said = [
            text.plural(
                "{n} of {all} customers with a credit limit owes more than that: {above} more. The headroom of the "
                "others is {room}.",
                "{n} of {all} customers with a credit limit owe more than that: {above} more. The headroom of the "
                "others is {room}.",
                len(over), all=text.number(len(known)), room=room,
                above=text.short_money(-float(over["headroom"].sum()), code),
            )
        ]  # fmt: skip
    none = rows[rows["limit"].isna() & (rows["exposure"] > 0)]
    if len(none):
        said.append(
            text.plural(
                "{n} customer owes {amount} without a limit on file.",
                "{n} customers owe {amount} without a limit on file.",
                len(none),
                amount=text.short_money(float(none["exposure"].sum()), code),
            )
        )
    return said


def _shown(report: Report, over: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return customers above their limit, with the limits that their own trade and payments suggest."""
    past = Past.of(report.ledger, report.as_of)
    suggested = [suggested_limit(past, str(who), code) for who in over.index]
    return over.assign(
        customer=[report.name(str(who)) for who in over.index],
        above_limit=-over["headroom"],
        limit_by_record=[each.record.value for each in suggested],
        limit_by_capacity=[each.capacity.value for each in suggested],
    ).reset_index()


def _drawn(report: Report, shown: pd.DataFrame, code: str) -> str:
    """Return the numbers behind the chart."""
    text = report.text
    return tables.table(
        shown,
        {"customer": "text", "limit": "money", "exposure": "money", "above_limit": "money"},
        text.lang,
        caption=text.of(text.say("Customers above their credit limit"), code),
        currency=code,
        headers={"limit": text.label("credit_limit"), "exposure": text.label("owed")},
        colours={"above_limit": palette.LIMITS["above_limit"]},
    )


def _beside(report: Report, shown: pd.DataFrame, code: str) -> str:
    """Return for how long they have been above it, what is overdue, and what limit would suit them."""
    text = report.text
    past: dict[str, tables.Kind] = {
        "days_over_limit": "count", "limit_by_record": "money", "limit_by_capacity": "money",
    }  # fmt: skip
    return tables.table(
        shown,
        {
            "customer": "text", "limit": "money", "exposure": "money", "used": "percent", "overdue": "money",
            **({} if report.snapshot else past),
        },
        text.lang,
        caption=text.of(text.say("Their limits, and those that would suit them"), code),
        currency=code,
        headers={
            "limit": text.label("credit_limit"), "exposure": text.label("owed"), "used": text.label("limit_used"),
        },
    )  # fmt: skip


def _advice(text: Text) -> str:
    return text.say(
        "Where a limit that purchases and payments suggest would hold what is owed, it is the limit on file that wants "
        "review; where neither would, deliver only against payment until the customer is within the limit."
    )


def _cost(report: Report, overdue: float, cost: float, code: str) -> str:
    text = report.text
    return text.say(
        "Carrying the {overdue} that is overdue has cost {cost} from each due date on, at {rate} a year.",
        overdue=text.short_money(overdue, code),
        cost=text.short_money(cost, code),
        rate=text.percent(report.annual_rate, 2),
    )
