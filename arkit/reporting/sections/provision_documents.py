"""From the documents to the charge: one path that an auditor can walk, and the workbook that recomputes them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.reporting.allowance_book import sheets
from arkit.reporting.blocks import Chart, Html, Number, Section, described, heading, note, paragraph
from arkit.reporting.sections import title
from arkit.reporting.sections.provision import segmented

if TYPE_CHECKING:
    from arkit.measures.allowance import Provision
    from arkit.reporting.page import Report

SHOWN = 12
"""Documents of a line that the page shows; the workbook has all."""


def build(report: Report) -> Section:
    """Return the path of the largest line of each currency, and the workbook's sheets."""
    text, heard = report.text, report.text.say(title("provision_documents"))
    if report.snapshot and report.provision.get("method", "loss_rates") in ("loss_rates", "roll_rates"):
        said = text.say("A snapshot of open items has no past: the allowance needs given rates.")
        return Section("provision_documents", heard, blocks=(note(said, label=text.say("Missing:"), warning=True),))
    made = report.found("provision")
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    for code in report.currencies:
        found = _path(report, made, code, figures)
        if found:
            blocks += [heading(text.currency(code)), *found]
    if not blocks:
        blocks.append(paragraph(text.say("There is no line with an allowance to follow.")))
    lead = text.say(
        "A document belongs to a segment and an age; these make a line of the matrix; the line's base times its rate "
        "is its allowance; the lines make the allowance, and its change the charge. Here the largest line is followed; "
        "the workbook has every document, and formulas that recompute it all when a rate or a factor is changed."
    )
    return Section("provision_documents", heard, (lead,), tuple(blocks), figures, sheets(report, made))


def _path(report: Report, made: Provision, code: str, figures: dict[str, Number]) -> list[Html | Chart]:
    text = report.text
    rows = made.matrix[made.matrix.index.get_level_values("currency") == code]
    if not len(rows) or not (rows["allowance"] > 0).any():
        return []
    line = rows[rows["allowance"] == rows["allowance"].max()].iloc[:1]
    flat, names = segmented(line, text)
    row, key = flat.iloc[0], line.reset_index().iloc[0]
    items = made.items[made.items["base"] > 0]
    for name in ("currency", "bucket", *names):
        items = items[items[name] == key[name]]
    total = made.total[made.total.index.get_level_values("currency") == code].sum(skipna=False)
    place = f"provision_documents.{code}"
    figures |= {f"{place}.{name}": float(row[name]) for name in ("base", "rate", "expected_rate", "allowance")}
    figures |= {f"{place}.{name}": float(total[name]) for name in ("individual", "opening", "charge")}
    figures |= {f"{place}.documents": len(items)}
    segment = " · ".join([str(row[name]) for name in names] + [str(row["bucket"])])
    steps = [
        (text.say("Documents"), text.plural("{n} document", "{n} documents", len(items))),
        (text.say("Segment and age"), segment),
        (text.label("loss_base"), text.money(row["base"], code)),
        (text.label("expected_rate"), text.percent(row["expected_rate"], 4)),
        (text.label("allowance"), _product(report, row, code)),
        (text.say("All lines"), text.money(total["collective"], code)),
        (text.label("individual"), text.money(total["individual"], code)),
        (text.label("charge"), _charge(report, total, code)),
    ]
    return [
        described([(name, [said]) for name, said in steps], label=text.of(text.say("The path"), code)),
        _list(report, items, code),
    ]


def _product(report: Report, row: pd.Series, code: str) -> str:
    text = report.text
    return text.say(
        "{base} × {rate} = {allowance}, rounded once",
        base=text.amount(row["base"], code),
        rate=text.percent(row["expected_rate"], 4),
        allowance=text.money(row["allowance"], code),
    )


def _charge(report: Report, total: pd.Series, code: str) -> str:
    text = report.text
    if total["charge"] != total["charge"]:
        return text.say("not defined without an opening allowance")
    return text.say(
        "{closing} − {opening} + {lost} written off − {back} recovered = {charge}",
        closing=text.amount(total["allowance"], code),
        opening=text.amount(total["opening"], code),
        lost=text.amount(total["write_offs"], code),
        back=text.amount(total["recoveries"], code),
        charge=text.money(total["charge"], code),
    )


def _list(report: Report, items: pd.DataFrame, code: str) -> Html:
    text = report.text
    shown = tables.largest_first(items, "base", SHOWN)
    shown = shown.assign(customer=[report.name(who) for who in shown["customer_id"]])
    caption = text.say("The largest of these documents")
    return Html(
        tables.table(
            shown,
            {
                "document_id": "text",
                "customer": "text",
                "days": "count",
                "open": "money",
                "credited": "money",
                "base": "money",
            },
            text.lang,
            caption=text.of(caption, code),
            currency=code,
            headers={"base": text.label("loss_base"), "credited": text.label("credit_used")},
        )
    )
