"""From the documents to the charge: one path that an auditor can walk, and the workbook that recomputes them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.reporting.allowance_book import sheets
from arkit.reporting.blocks import Chart, Html, Number, Section, described, heading, note, paragraph
from arkit.reporting.provision_words import sums_of
from arkit.reporting.sections import title
from arkit.reporting.sections.provision import segmented
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.measures.allowance import Provision
    from arkit.reporting.page import Report

SHOWN = 12
"""Documents of a line that the page shows; the workbook has all."""


LED_BY_LINES = N_(
    "A document belongs to a segment and an age; these make a line of the matrix; the line's base times its rate is "
    "its allowance; the lines make the allowance, and its change the charge. Here the largest line is followed; the "
    "workbook has every document, and formulas that recompute it all when a rate or a factor is changed."
)
LEADS: dict[str, str] = {
    "percentage_of_sales": N_(
        "Each month's credit sales times the rate make its charge; with the write-offs and recoveries listed in the "
        "workbook, the opening becomes the allowance. Formulas recompute it all when a rate is changed."
    ),
    "individual": N_(
        "The losses expected of the claims on the list make the allowance, and its change the charge. The workbook has "
        "every open document, the list, and formulas that recompute the charge."
    ),
    "direct": N_(
        "What is written off, less what comes back, is the charge. The workbook has each document that was written "
        "off, and each recovery."
    ),
}
"""What leads from documents to the charge where there is no matrix."""


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
        found = _path(report, made, code, figures) if len(made.matrix) else _short_path(report, made, code, figures)
        if found:
            blocks += [heading(text.currency(code)), *found]
    if not blocks:
        blocks.append(paragraph(text.say("There is no line with an allowance to follow.")))
    lead = text.say(LEADS.get(made.method, LED_BY_LINES))
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
    total = sums_of(made, code)
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
        (text.say("Allowance of the line"), _product(report, row, code)),
        (text.say("All lines"), text.money(total["collective"], code)),
        (text.label("individual"), text.money(total["individual"], code)),
        (text.label("allowance"), text.money(total["allowance"], code)),
        (text.label("charge"), _charge(report, total, code)),
    ]
    return [
        described([(name, [said]) for name, said in steps], label=text.of(text.say("The path"), code)),
        _list(report, items, code),
    ]


def _short_path(report: Report, made: Provision, code: str, figures: dict[str, Number]) -> list[Html | Chart]:
    """Return the steps to the charge where there is no matrix, and the documents that they rest on."""
    text, total = report.text, sums_of(made, code)
    losses = made.losses[made.losses["currency"] == code]
    if report.snapshot or not (len(losses) or total["individual"] or len(made.sales)):
        return []
    place = f"provision_documents.{code}"
    figures |= {f"{place}.{name}": float(total[name]) for name in ("write_offs", "recoveries", "individual", "charge")}
    steps = []
    for kind, label in (("write_off", "write_offs"), ("recovery", "recoveries")):
        count = text.plural("{n} document", "{n} documents", int((losses["kind"] == kind).sum()))
        said = text.say("{amount} in {documents}", amount=text.money(total[label], code), documents=count)
        steps.append((text.label(label), said))
    if made.method == "percentage_of_sales":
        sold = made.sales[made.sales.index.get_level_values("currency") == code]
        steps.insert(0, (text.label("credit_sales"), text.money(sold["credit_sales"].sum(), code)))
        figures[f"{place}.credit_sales"] = float(sold["credit_sales"].sum())
    if made.method != "direct":
        steps.append((text.label("individual"), text.money(total["individual"], code)))
        steps.append((text.label("allowance"), text.money(total["allowance"], code)))
    steps.append((text.label("charge"), _charge_alone(report, made, total, code)))
    blocks: list[Html | Chart] = [
        described([(name, [said]) for name, said in steps], label=text.of(text.say("The path"), code))
    ]
    return [*blocks, _lost(report, losses, code)] if len(losses) else blocks


def _charge_alone(report: Report, made: Provision, total: pd.Series, code: str) -> str:
    text = report.text
    if made.method == "individual":
        return _charge(report, total, code)
    if made.method == "percentage_of_sales":
        return text.money(total["charge"], code)
    return text.say(
        "{lost} − {back} = {charge}",
        lost=text.amount(total["write_offs"], code),
        back=text.amount(total["recoveries"], code),
        charge=text.money(total["charge"], code),
    )


def _lost(report: Report, losses: pd.DataFrame, code: str) -> Html:
    text = report.text
    shown = tables.largest_first(losses, "amount", SHOWN)
    shown = shown.assign(
        customer=[report.name(who) for who in shown["customer_id"]],
        kind=[text.label(str(kind)) for kind in shown["kind"]],
    )
    kinds: dict[str, tables.Kind] = {
        "document_id": "text", "customer": "text", "date": "date", "kind": "text", "amount": "money",
    }  # fmt: skip
    caption = text.of(text.say("The largest write-offs and recoveries since the opening"), code)
    return Html(tables.table(shown, kinds, text.lang, caption=caption, currency=code))


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
    if report.snapshot:
        return text.say("not defined: what was written off is not in a snapshot of open items")
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
