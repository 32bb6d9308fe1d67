"""What to do about each cause that has money in it: ourselves, with the customer, in the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from arkit.collecting.remedies import remedies
from arkit.collecting.timetable import timetable
from arkit.diagnosis.causes.families import UNKNOWN
from arkit.reporting.blocks import Chart, Html, Number, Section, described, heading
from arkit.reporting.reasons import Reasons, added, inline, named
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

CUSTOMERS = 3
"""Customers named with a cause."""
SMALL = 0.01
"""A cause with a smaller share of a currency's overdue is left to the workbook."""


def build(report: Report) -> Section:
    """Return what to do, cause by cause, the largest amount first."""
    text, reasons = report.text, Reasons.of(report)
    codes = reasons.currencies(report)
    heard = text.say(title("causes_actions"))
    if not codes:
        return Section("causes_actions", heard, (text.say("Nothing is overdue: nothing has to be done."),))
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    said: set[str] = set()
    for code in codes:
        rows = reasons.by_cause(code)
        rows = rows[rows["share"] >= SMALL].sort_values("amount", ascending=False, kind="stable")
        figures |= {f"causes_actions.{code}.{cause}": float(amount) for cause, amount in rows["amount"].items()}
        pairs = [(_head(cause, row, code, text), _lines(report, reasons, cause, code, said))
                 for cause, row in ((str(cause), row) for cause, row in rows.to_dict("index").items())]  # fmt: skip
        label = text.of(text.say("By cause, largest first"), code)
        blocks += [heading(label), described(pairs, label=label)]
        said |= set(map(str, rows.index))
    lead = _lead(reasons, codes[0], text)
    return Section("causes_actions", heard, lead, tuple(blocks), figures, (_sheet(report, reasons, codes),))


def _lead(reasons: Reasons, code: str, text: Text) -> tuple[str, ...]:
    rows = reasons.by_cause(code).drop(index=UNKNOWN, errors="ignore").head(3)
    if rows.empty:
        return (text.say("First find out the reasons: without them every measure is a guess."),)
    return (
        text.say(
            "Dealing with {causes} reaches {share} of the {amount} overdue.",
            causes=text.listed([inline(str(cause), text) for cause in rows.index]),
            share=text.percent(added(rows["amount"], code) / reasons.overdue(code)),
            amount=text.short_money(reasons.overdue(code), code),
        ),
        text.say(
            "The measures are the firm's own to change; they are no legal advice, and what is inferred is to be "
            "confirmed with the customer first."
        ),
    )


def _head(cause: str, row: Mapping[Any, Any], code: str, text: Text) -> str:
    return " · ".join(
        [
            named(cause, text),
            text.short_money(row["amount"], code),
            text.percent(row["share"]),
        ]
    )


def _lines(report: Report, reasons: Reasons, cause: str, code: str, said: set[str]) -> list[str]:
    """Return who and what; what was said under an earlier currency is not said again."""
    text, lang = report.text, report.text.lang
    parts = reasons.parts[(reasons.parts["currency"] == code) & (reasons.parts["cause"] == cause)]
    most = parts.groupby("customer_id")["amount"].sum().sort_values(ascending=False, kind="stable").head(CUSTOMERS)
    held = [
        text.say("{name} ({amount})", name=report.name(str(who)), amount=text.short_money(amount, code))
        for who, amount in most.items()
    ]
    lines = [text.say("Most with: {customers}.", customers=text.listed(held))]
    if cause in said:
        return lines
    remedy, answer = remedies().causes[cause], timetable().causes[cause]  # type: ignore[index]
    lines += [
        text.say("For us: {what}", what=remedy.us.to(lang)),
        text.say("With the customer: {what}", what=remedy.customer.to(lang)),
        text.say("In the contract: {what}", what=remedy.contract.to(lang)),
        text.say("To open with: “{words}”", words=answer.opening.to(lang)),
    ]
    if answer.papers:
        papers = text.listed([paper.to(lang) for paper in answer.papers])
        lines.append(text.say("At hand: {papers}.", papers=papers))
    return lines


def _sheet(report: Report, reasons: Reasons, codes: list[str]) -> Sheet:
    text, lang = report.text, report.text.lang
    given, talk = remedies().causes, timetable().causes
    rows = [
        {
            "currency": code,
            "cause": named(str(cause), text),
            "amount": row["amount"],
            "share": row["share"],
            "us": given[str(cause)].us.to(lang),  # type: ignore[index]
            "with_customer": given[str(cause)].customer.to(lang),  # type: ignore[index]
            "contract": given[str(cause)].contract.to(lang),  # type: ignore[index]
            "opening": talk[str(cause)].opening.to(lang),  # type: ignore[index]
        }
        for code in codes
        for cause, row in reasons.by_cause(code).to_dict("index").items()
    ]
    frame = pd.DataFrame(rows)
    return Sheet(
        text.say("What to do"),
        text.say("What to do about each cause"),
        frame,
        formats={"amount": "money", "share": "percent"},
        headers={
            **{column: text.label(column) for column in ("currency", "cause", "amount", "share")},
            "us": text.say("For us"),
            "with_customer": text.say("With the customer"),
            "contract": text.say("In the contract"),
            "opening": text.say("To open with"),
        },
        totals=("amount",),
    )
