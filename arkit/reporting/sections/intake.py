"""What was read, what was set aside, and whether the money ties to the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.reporting import account
from arkit.reporting.blocks import Html, Number, Section, heading, paragraph
from arkit.reporting.conventions import worded
from arkit.reporting.dated import dated_problems
from arkit.reporting.sections import title
from arkit.reporting.support import supports

if TYPE_CHECKING:
    from arkit.reporting.page import Report


def build(report: Report) -> Section:
    """Return the account of the input: rows, totals that tie, problems, assumptions, conventions."""
    text, intake = report.text, report.ledger.intake
    blocks = [account.recognised(intake, text), *account.account(intake, text)]
    later, dated = _later(report)
    if later:
        blocks.append(paragraph(text.plural(
            "{n} document is dated after {date} and does not count here.",
            "{n} documents are dated after {date} and do not count here.",
            later, date=text.date(report.as_of),
        )))  # fmt: skip
    remarked = (*intake.problems, *dated_problems(report.ledger, report.as_of))
    blocks += account.remarks(remarked, text, more=text.say("the workbook"))
    blocks += account.assumptions(intake, text)
    blocks += account.supported(supports(report.ledger), text)
    blocks += account.columns(intake, text)
    label = text.say("Conventions of the ageing")
    conventions = worded(report.measure("aging").attrs["conventions"], text)
    blocks += [heading(label), Html(tables.terms(conventions, label=label))]
    lead = text.say(
        "Read from {source} in the layout {profile}. Every row is used, folded into another, or set aside "
        "with a reason.",
        source=intake.source,
        profile=intake.profile,
    )
    figures: dict[str, Number] = {
        "intake.documents": dated,
        "intake.documents_later": later,
        "intake.rows": intake.rows,
    }
    for at, table in enumerate(intake.tables):
        figures |= {f"intake.{at}.{table.table}.{c}": getattr(table, c) for c in ("rows", "used", "folded", "refused")}
    for code, row in intake.totals.iterrows():
        figures |= {f"intake.{code}.{c}": float(row[c]) for c in ("file", "used", "folded", "refused")}
    return Section("intake", text.say(title("intake")), (lead,), tuple(blocks), figures, account.sheets(intake, text))


def _later(report: Report) -> tuple[int, int]:
    """Return how many documents are dated after the date, and how many there are."""
    from arkit.frames import collect, wrap

    dates = collect(wrap(report.ledger.documents).select("date"))["date"]
    return int((dates > pd.Timestamp(report.as_of)).sum()), len(dates)
