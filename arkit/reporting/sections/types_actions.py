"""How to approach each type of customer: what works, what does harm, which credit and contract terms suit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from arkit.collecting.remedies import remedies
from arkit.diagnosis.types.kinds import table as kinds
from arkit.reporting.blocks import Chart, Html, Number, Section, described, heading
from arkit.reporting.conduct import Conduct, kind, kind_inline, trade
from arkit.reporting.reasons import added
from arkit.reporting.sections import title, types
from arkit.reporting.sheet import Sheet

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

CUSTOMERS = 3
"""Customers named with a type."""


def build(report: Report) -> Section:
    """Return the approach to each way of paying and to each way of trading, what is most overdue first."""
    text, conduct = report.text, Conduct.of(report)
    heard, codes = text.say(title("types_actions")), conduct.currencies(report)
    if not codes:
        nobody = text.say("No customer owes anything or traded within the last year.")
        return Section("types_actions", heard, (nobody,))
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    for code in codes:
        rows = conduct.by("behaviour", code)
        for key, row in rows.to_dict("index").items():
            figures |= {f"types_actions.{code}.{key}.{name}": row[name] for name in ("customers", "overdue")}
    rows = conduct.by("behaviour", codes[0])
    pairs = [
        (types.about(str(key), row, codes[0], text), _lines(report, conduct, str(key), codes[0]))
        for key, row in rows.to_dict("index").items()
    ]
    label = text.of(text.say("By how they pay"), codes[0])
    blocks += [heading(label), described(pairs, label=label)]
    blocks += _trades(conduct, codes[0], text)
    lead = _lead(rows, codes[0], text) if conduct.judged() else types.lead(conduct, codes[0], text)
    return Section("types_actions", heard, lead, tuple(blocks), figures, (_sheet(conduct, codes, text),))


def _lead(rows: pd.DataFrame, code: str, text: Text) -> tuple[str, ...]:
    overdue = added(rows["overdue"], code)
    if overdue <= 0:
        return (text.say("Nothing is overdue: keep to what suits each type, so that it stays so."),)
    top = rows[rows["overdue"] > 0].head(2)
    return (
        text.say(
            "Begin with the types “{types}”: {share} of the {amount} overdue is with them.",
            types=text.say("” / “").join(kind_inline(str(key), text) for key in top.index),
            share=text.percent(added(top["overdue"], code) / overdue),
            amount=text.short_money(overdue, code),
        ),
    )


def _lines(report: Report, conduct: Conduct, key: str, code: str) -> list[str]:
    text, lang = report.text, report.text.lang
    held, terms = kinds().behaviour[key], remedies().behaviour[key]  # type: ignore[index]
    rows = conduct.customers
    rows = rows[(rows["currency"] == code) & (rows["behaviour"] == key) & (rows["overdue"] > 0)]
    most = rows.sort_values("overdue", ascending=False, kind="stable").head(CUSTOMERS)
    lines = []
    if len(most):
        named = [
            text.say(
                "{name} ({amount})", name=report.name(row["customer_id"]), amount=text.short_money(row["overdue"], code)
            )
            for row in most.to_dict("records")
        ]
        lines.append(text.say("Most with: {customers}.", customers=text.listed(named)))
    return [
        *lines,
        text.say("Approach: {what}", what=held.approach.to(lang)),
        text.say("To avoid: {what}", what=held.avoid.to(lang)),
        text.say("Terms: {what}", what=terms.words.to(lang)),
    ]


def _trades(conduct: Conduct, code: str, text: Text) -> list[Html | Chart]:
    """Return what to mind with each trade type; nothing where none is known."""
    known, terms = kinds().trade, remedies().trade
    rows = conduct.by("trade", code)
    pairs = [
        (
            _about_trade(str(name), row, code, text),
            [
                text.say("To mind: {what}", what=known[str(name)].mind.to(text.lang)),  # type: ignore[index]
                text.say("Terms: {what}", what=terms[str(name)].words.to(text.lang)),  # type: ignore[index]
            ],
        )
        for name, row in rows.to_dict("index").items()
        if name in known
    ]
    label = text.of(text.say("By how they trade"), code)
    return [heading(label), described(pairs, label=label)] if pairs else []


def _about_trade(name: str, row: Mapping[Any, Any], code: str, text: Text) -> str:
    return " · ".join(
        [
            trade(name, text),
            text.plural("{n} customer", "{n} customers", int(row["customers"])),
            text.say("{amount} overdue", amount=text.short_money(row["overdue"], code)),
        ]
    )


def _sheet(conduct: Conduct, codes: list[str], text: Text) -> Sheet:
    lang, given, terms = text.lang, kinds().behaviour, remedies().behaviour
    rows = [
        {
            "currency": code,
            "behaviour": kind(str(key), text),
            "customers": row["customers"],
            "overdue": row["overdue"],
            "approach": given[str(key)].approach.to(lang),  # type: ignore[index]
            "avoid": given[str(key)].avoid.to(lang),  # type: ignore[index]
            "suits": terms[str(key)].words.to(lang),  # type: ignore[index]
        }
        for code in codes
        for key, row in conduct.by("behaviour", code).to_dict("index").items()
    ]
    frame = pd.DataFrame(rows)
    return Sheet(
        text.say("Approach by type"),
        text.say("How to approach each type of customer"),
        frame,
        formats={"overdue": "money"},
        headers={name: text.label(name) for name in frame.columns},
        totals=("customers", "overdue"),
    )
