"""The evidence document by document: the largest in words, and every share and piece of evidence in the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit.diagnosis.causes.families import UNKNOWN
from arkit.reporting.blocks import Chart, Html, Number, Section, described, heading, paragraph
from arkit.reporting.reasons import Reasons, named, spoken
from arkit.reporting.sections import title
from arkit.reporting.sections.causes import sure
from arkit.reporting.sheet import Sheet
from arkit.reporting.wording import counted
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

SHOWN, FEWER = 20, 5
"""Documents on the page, of the main currency and of the others."""
NAMED_SHARE = 0.05
"""A smaller part of a document is not told of on the page."""


def build(report: Report) -> Section:
    """Return the largest overdue documents with what each of their causes rests on."""
    text, reasons = report.text, Reasons.of(report)
    codes = reasons.currencies(report)
    heard = text.say(title("causes_items"))
    if not codes:
        return Section("causes_items", heard, (text.say("Nothing is overdue: there is nothing to explain."),))
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    for code in codes:
        rows, label = _chosen(reasons, code, SHOWN if code == codes[0] else FEWER, text)
        blocks.append(heading(text.of(label, code)))
        if rows.empty:
            said = text.say("None of these documents has a known cause; the workbook lists them all.")
            blocks.append(paragraph(said, style="aside"))
            continue
        blocks.append(_list(report, reasons, rows, code))
        for row in rows.to_dict("records"):
            key = f"causes_items.{code}.{row['document_id']}"
            figures |= {f"{key}.overdue": row["overdue"], f"{key}.confidence": row["confidence"]}
    return Section("causes_items", heard, _lead(report), tuple(blocks), figures, _sheets(report, reasons))


def _chosen(reasons: Reasons, code: str, most: int, text: Text) -> tuple[pd.DataFrame, str]:
    """Return the largest documents; where none of them is explained, the largest of those that are."""
    own = reasons.items[reasons.items["currency"] == code]
    rows, known = reasons.largest(code, most), own[own["cause"] != UNKNOWN]
    if (rows["cause"] != UNKNOWN).any():
        return rows, counted(
            N_("The overdue document"),
            N_("The {n} overdue documents, the largest first"),
            N_("{shown} of {n} overdue documents, the largest first"),
            len(own), len(rows), text,
        )  # fmt: skip
    rows = known.sort_values("overdue", ascending=False, kind="stable").head(most)
    return rows, text.plural(
        "{n} overdue document, of which {known} has a known cause",
        "{n} overdue documents, of which {known} have a known cause",
        len(own),
        known=text.number(len(known)),
    )


def _lead(report: Report) -> tuple[str, ...]:
    return (
        report.text.say(
            "Each document is split over the causes that may have a part in it. What somebody noted comes first; what "
            "is inferred is a hypothesis to put to the customer, not a finding. The workbook has every document, share "
            "and piece of evidence."
        ),
    )


def _list(report: Report, reasons: Reasons, rows: pd.DataFrame, code: str) -> Html:
    text = report.text
    shown = reasons.parts[reasons.parts["document_id"].isin(rows["document_id"])]
    parts = {document: list(own.to_dict("records")) for document, own in shown.groupby("document_id")}
    pairs = []
    for row in rows.to_dict("records"):
        about = [report.name(row["customer_id"]), row["document_id"], text.money(row["overdue"], code), sure(row, text)]
        lines = [spoken(row["evidence"], report)]
        split = sorted(parts[row["document_id"]], key=lambda part: -part["share"])
        told = [
            text.say("{cause} {amount}", cause=named(part["cause"], text), amount=text.amount(part["amount"], code))
            for part in split
            if part["share"] >= NAMED_SHARE
        ]
        if len(told) > 1:
            lines.append(text.say("Split: {parts}.", parts=text.say("; ").join(told)))
        pairs.append((" · ".join(about), lines))
    return described(pairs, label=text.of(text.say("Evidence"), code))


def _sheets(report: Report, reasons: Reasons) -> tuple[Sheet, ...]:
    text, found = report.text, report.found("causes")
    parts = reasons.parts.sort_values(["currency", "document_id", "share"], ascending=[True, True, False])
    shares = parts[["currency", "customer_id", "document_id", "cause", "share", "amount", "source"]].copy()
    shares["cause"] = [named(cause, text) for cause in shares["cause"]]
    shares["source"] = [text.label(f"source.{source}") for source in shares["source"]]
    shares.insert(2, "customer", [report.name(who) for who in shares["customer_id"]])
    pieces = report.selection.of(found.evidence)[["document_id", "cause", "points", "text"]]
    pieces = pieces.assign(
        cause=[named(cause, text) for cause in pieces["cause"]],
        because=[spoken(piece, report) for piece in pieces["text"]],
    )[["document_id", "cause", "because", "points"]]
    return (
        Sheet(
            text.say("Shares of causes"),
            text.say("What is overdue of each document, split over its causes"),
            shares,
            formats={"share": "percent", "amount": "money", "customer_id": "text", "document_id": "text"},
            headers={column: text.label(column) for column in shares.columns},
            totals=("amount",),
        ),
        Sheet(
            text.say("Evidence"),
            text.say("Every piece of evidence, and how strongly it speaks for a cause"),
            pieces,
            note=text.say("Points are natural log-odds: 0.7 doubles the odds, 2.3 is ten to one."),
            formats={"document_id": "text", "points": "number"},
            headers={column: text.label(column) for column in pieces.columns},
        ),
    )
