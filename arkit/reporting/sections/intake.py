"""What was read, what was set aside, and whether the money ties to the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.reporting.blocks import Html, Number, Section, heading, note, paragraph
from arkit.reporting.conventions import worded
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet

if TYPE_CHECKING:
    from arkit.intake import Intake, Problem
    from arkit.reporting.page import Report
    from arkit.text import Text

SHOWN = 30
"""Problems on the page; the workbook has them all."""
PLACES = ("file", "sheet", "row", "column", "value")


def build(report: Report) -> Section:
    """Return the account of the input: rows, totals that tie, problems, assumptions, conventions."""
    text, intake = report.text, report.ledger.intake
    blocks: list[Html] = [Html(_tables(intake, text))]
    if len(intake.totals):
        blocks.append(Html(_totals(intake, text)))
        blocks.append(
            note(text.say("The parts add up to the total of the file in every currency, to the cent."))
            if intake.ties()
            else note(
                text.say("The parts do not add up to the total of the file."), label=text.say("Warning:"), warning=True
            )
        )
    later, dated = _later(report)
    if later:
        blocks.append(paragraph(text.plural(
            "{n} document is dated after {date} and does not count here.",
            "{n} documents are dated after {date} and do not count here.",
            later, date=text.date(report.as_of),
        )))  # fmt: skip
    blocks += _problems(intake, text)
    if intake.assumptions:
        blocks.append(heading(text.say("Assumptions")))
        blocks += [paragraph(assumption.to(text.lang)) for assumption in intake.assumptions]
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
    return Section("intake", text.say(title("intake")), (lead,), tuple(blocks), figures, _sheets(intake, text))


def _tables(intake: Intake, text: Text) -> str:
    rows = pd.DataFrame(
        [
            {
                "table": text.label(t.table),
                "file": t.file if t.sheet is None else f"{t.file} · {t.sheet}",
                **{c: getattr(t, c) for c in ("rows", "used", "folded", "refused")},
            }
            for t in intake.tables
        ],
        columns=["table", "file", "rows", "used", "folded", "refused"],
    )
    kinds: dict[str, tables.Kind] = {"table": "text", "file": "text"}
    for column in ("rows", "used", "folded", "refused"):
        kinds[column] = "count"
    return tables.table(rows, kinds, text.lang, caption=text.say("Rows read"))


def _totals(intake: Intake, text: Text) -> str:
    rows = intake.totals.rename_axis("currency").reset_index()
    rows["code"] = [text.currency(str(code)) for code in rows["currency"]]
    kinds: dict[str, tables.Kind] = {"code": "text"}
    for column in ("file", "used", "folded", "refused"):
        kinds[column] = "money"
    return tables.table(
        rows,
        kinds,
        text.lang,
        caption=text.say("Amounts of the documents, signed as in the file"),
        headers={"code": text.label("currency"), "file": text.say("Total of the file")},
    )


def _later(report: Report) -> tuple[int, int]:
    """Return how many documents are dated after the date, and how many there are."""
    from arkit.frames import collect, wrap

    dates = collect(wrap(report.ledger.documents).select("date"))["date"]
    return int((dates > pd.Timestamp(report.as_of)).sum()), len(dates)


def _frame(problems: tuple[Problem, ...], text: Text) -> pd.DataFrame:
    rows = [
        {
            **{c: None if getattr(p, c) is None else str(getattr(p, c)) for c in PLACES},
            "why": p.message.to(text.lang),
            "todo": p.todo.to(text.lang),
            "count": p.count,
        }
        for p in problems
    ]
    return pd.DataFrame(rows, columns=[*PLACES, "why", "todo", "count"])


def _problems(intake: Intake, text: Text) -> list[Html]:
    if not intake.problems:
        return [paragraph(text.say("No row was set aside, and there is nothing to remark on."))]
    frame = _frame(intake.problems[:SHOWN], text)
    kinds: dict[str, tables.Kind] = {"why": "text", "todo": "text", "count": "count"}
    for place in reversed([c for c in PLACES if frame[c].notna().any()]):
        kinds = {**kinds, place: "text"}
    blocks = [Html(tables.table(frame, kinds, text.lang, caption=text.say("Remarks on the input")))]
    if len(intake.problems) > SHOWN:
        more = len(intake.problems) - SHOWN
        blocks.append(paragraph(text.plural("{n} more in the workbook.", "{n} more in the workbook.", more)))
    return blocks


def _sheets(intake: Intake, text: Text) -> tuple[Sheet, ...]:
    totals = intake.totals.astype("float64")
    heads = {
        c: text.label(c) for c in ["currency", "file", "used", "folded", "refused", *PLACES, "why", "todo", "count"]
    }
    sheets = [
        Sheet(
            text.say("Reconciliation"),
            text.say("Amounts of the documents, signed as in the file"),
            totals,
            formats=dict.fromkeys(totals.columns, "money"),
            headers={**heads, "file": text.say("Total of the file")},
        )
    ]
    if intake.problems:
        name = text.say("Remarks on the input")
        sheets.append(Sheet(name, name, _frame(intake.problems, text), headers=heads))
    return tuple(sheets)
