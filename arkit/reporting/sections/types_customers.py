"""Customer by customer: how it trades and where that is from, how it pays and by which rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from arkit import tables
from arkit.messages import Message
from arkit.reporting.blocks import Chart, Html, Number, Section
from arkit.reporting.conduct import UNJUDGED, Conduct, kind, kind_inline, trade
from arkit.reporting.reasons import spoken
from arkit.reporting.sections import title, types
from arkit.reporting.sheet import Sheet
from arkit.reporting.wording import counted
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

SHOWN, FEWER = 20, 5
"""Customers on the page, of the main currency and of the others; the workbook has them all."""


def build(report: Report) -> Section:
    """Return the customers with their types, what is most overdue first."""
    text, conduct = report.text, Conduct.of(report)
    heard, codes = text.say(title("types_customers")), conduct.currencies(report)
    if not codes:
        return Section(
            "types_customers", heard, (text.say("No customer owes anything or traded within the last year."),)
        )
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    judged = conduct.judged()
    for code in codes:
        rows = _ordered(conduct.customers[conduct.customers["currency"] == code])
        top = rows.head(SHOWN if code == codes[0] else FEWER)
        blocks.append(Html(_table(report, top, len(rows), code, judged=judged)))
        for row in top.to_dict("records"):
            key = f"types_customers.{code}.{row['customer_id']}"
            figures |= {f"{key}.{name}": row[name] for name in ("overdue", "total", "behaviour", "trade")}
    lead = types.lead(conduct, codes[0], text) if not judged else (_order(text),)
    return Section("types_customers", heard, lead, tuple(blocks), figures, (_sheet(report, conduct),))


def _order(text: Text) -> str:
    return text.say(
        "The first rule that holds decides how a customer pays: too new, disputing, wilful (to be confirmed by a "
        "person), promise-breaker, seasonal, slowing, habitually late, prompt; what is left is irregular."
    )


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(["overdue", "total"], ascending=False, kind="stable")


def _table(report: Report, top: pd.DataFrame, number: int, code: str, *, judged: bool) -> str:
    text = report.text
    shown = top.assign(
        customer=[report.name(who) for who in top["customer_id"]],
        behaviour=[kind_inline(key, text) for key in top["behaviour"]],
        held_because=[_rule(rule, report) for rule in top["rule"]],
        trade=[_trade(row, text) for row in top.to_dict("records")],
        trade_reason=[_rule(reason, report) for reason in top["trade_reason"]],
    )
    columns: dict[str, tables.Kind] = {"customer": "text", "behaviour": "text", "overdue": "money", "total": "money"}
    columns |= {"held_because": "text", "trade": "text"}
    if not judged:
        columns = {"customer": "text", "overdue": "money", "total": "money", "trade": "text", "trade_reason": "text"}
    caption = counted(
        N_("The customer"),
        N_("The {n} customers, most overdue first"),
        N_("{shown} of {n} customers, most overdue first"),
        number, len(top), text,
    )  # fmt: skip
    return tables.table(
        shown,
        columns,
        text.lang,
        caption=text.of(caption, code),
        currency=code,
    )


def _rule(rule: object, report: Report) -> str:
    return spoken(rule, report) if isinstance(rule, Message) else ""


def _trade(row: Mapping[Any, Any], text: Text) -> str:
    name = trade(row["trade"], text)
    return text.say("{type} (suggested)", type=name) if row["trade_source"] == "suggested" else name


def _sheet(report: Report, conduct: Conduct) -> Sheet:
    text, lang = report.text, report.text.lang
    rows = conduct.customers.sort_values(
        ["currency", "overdue", "total"], ascending=[True, False, False], kind="stable"
    )
    words = {True: text.say("yes"), False: text.say("no")}
    shown = pd.DataFrame(
        {
            "currency": rows["currency"],
            "customer_id": rows["customer_id"],
            "customer": [report.name(who) for who in rows["customer_id"]],
            "total": rows["total"],
            "overdue": rows["overdue"],
            "behaviour": [kind(key, text) for key in rows["behaviour"]],
            "held_because": [_rule(rule, report) for rule in rows["rule"]],
            "behaviour_3": [_before(key, text) for key in rows["behaviour_3"]],
            "behaviour_6": [_before(key, text) for key in rows["behaviour_6"]],
            "stable": [
                words.get(flag, "") for flag in rows["stable"].astype("object").where(rows["stable"].notna(), None)
            ],
            "trade": [trade(key, text) for key in rows["trade"]],
            "trade_source": [text.label(f"trade_source.{source}") for source in rows["trade_source"]],
            "suggested": [trade(key, text) if key else "" for key in rows["suggested"]],
            "trade_reason": [_rule(reason, report) for reason in rows["trade_reason"]],
            **{
                name: [word.to(lang) if hasattr(word, "to") else "" for word in rows[name]]
                for name in ("approach", "avoid", "mind")
            },
        }
    )
    return Sheet(
        text.say("Types by customer"),
        text.say("How each customer pays and trades"),
        shown,
        formats={"customer_id": "text", "overdue": "money", "total": "money"},
        headers={name: text.label(name) for name in shown.columns},
        totals=("total", "overdue"),
    )


def _before(key: str, text: Text) -> str:
    return "" if key in UNJUDGED[:1] else kind(key, text)
