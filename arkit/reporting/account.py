"""The account of reading as a person sees it: what was recognised, rows, totals that tie, remarks, assumptions.

A report's last section and the page of ``arkit check`` are made of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.columns import NO_CURRENCY
from arkit.reporting.blocks import Html, heading, note, paragraph
from arkit.reporting.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arkit.intake import Control, Intake, Problem
    from arkit.messages import Message
    from arkit.text import Text

SHOWN = 30
"""Problems on the page; the workbook has them all."""
PLACES = ("file", "sheet", "row", "column", "value")


def account(intake: Intake, text: Text) -> list[Html]:
    """Return rows and money: what was read of each table, the totals of the file, the general ledger's balance."""
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
    if intake.control:
        blocks += _control(intake.control, text)
    return blocks


def recognised(intake: Intake, text: Text) -> Html:
    """Return the layout that was recognised, and how surely."""
    found = intake.recognised
    return paragraph(text.say("{layout}. {text}", layout=found.title, text=found.sure()))


def columns(intake: Intake, text: Text) -> list[Html]:
    """Return which column was taken for what, and which are carried through as they are."""
    found, blocks = intake.recognised, []
    if found.columns:
        rows = pd.DataFrame(
            [
                {"header": header, "taken_for": _column(column, text), "table": text.label(table)}
                for table, column, header in found.columns
            ]
        )
        kinds: dict[str, tables.Kind] = {"header": "text", "taken_for": "text", "table": "text"}
        heads = {"header": text.say("Column of the file"), "taken_for": text.say("Taken for")}
        caption = text.say("What was recognised")
        blocks.append(Html(tables.table(rows, kinds, text.lang, caption=caption, headers=heads)))
    if found.carried:
        names = text.listed([header for _, header in found.carried])
        blocks.append(paragraph(text.say("Carried through under their own names: {names}", names=names)))
    return blocks


def _column(column: str, text: Text) -> str:
    label = text.label(column)
    return column if label == column else f"{label} ({column})"


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


def _control(controls: Sequence[Control], text: Text) -> list[Html]:
    rows = pd.DataFrame(
        [
            {"code": text.currency(c.currency), "currency": c.currency, "as_of": c.as_of, "ledger": c.ledger,
             "general_ledger": c.general_ledger, "difference": c.difference}
            for c in controls
        ]
    )  # fmt: skip
    kinds: dict[str, tables.Kind] = {
        "code": "text", "as_of": "date", "ledger": "money", "general_ledger": "money", "difference": "money",
    }  # fmt: skip
    heads = {
        "code": text.label("currency"), "ledger": text.say("This ledger"),
        "general_ledger": text.say("General ledger"), "difference": text.say("Difference"),
    }  # fmt: skip
    caption = text.say("Held against the general ledger")
    blocks = [Html(tables.table(rows, kinds, text.lang, caption=caption, headers=heads))]
    if any(control.difference for control in controls):
        said = text.say("The ledger does not tie to the general ledger.")
        blocks.append(note(said, label=text.say("Warning:"), warning=True))
    return blocks


def remarks(problems: Sequence[Problem], text: Text, *, shown: int = SHOWN, more: str = "") -> list[Html]:
    """Return problems, then warnings, each as a table; ``more`` says where the rest is."""
    if not problems:
        return [paragraph(text.say("No row was set aside, and there is nothing to remark on."))]
    ordered = sorted(problems, key=lambda problem: problem.severity)[:shown]
    captions = {"error": text.say("Problems"), "warning": text.say("Remarks on the input")}
    blocks = [
        Html(_problem_table(mine, captions[severity], text))
        for severity in ("error", "warning")
        if (mine := [problem for problem in ordered if problem.severity == severity])
    ]
    if (rest := len(problems) - shown) > 0:
        blocks.append(paragraph(text.plural("{n} more in {where}.", "{n} more in {where}.", rest, where=more)))
    return blocks


def _problem_table(problems: Sequence[Problem], caption: str, text: Text) -> str:
    def said(problem: Problem) -> str:
        if problem.value is None:
            return problem.message.to(text.lang)
        return text.say("{message} (got {value})", message=problem.message, value=problem.value)

    frame = pd.DataFrame(
        {
            "why": [said(p) for p in problems],
            "todo": [p.todo.to(text.lang) for p in problems],
            "where": [_place(p, text) for p in problems],
            "count": [p.count for p in problems],
            "amount": pd.Series([p.amount for p in problems], dtype=object),
            "currency": [p.currency or NO_CURRENCY for p in problems],
            "code": ["" if p.amount is None else text.currency(str(p.currency)) for p in problems],
        }
    )
    kinds: dict[str, tables.Kind] = {"why": "text", "todo": "text", "where": "text", "count": "count"}
    if frame["amount"].notna().any():
        kinds |= {"amount": "money", "code": "text"}
    heads = {"where": text.say("Where"), "code": text.label("currency")}
    return tables.table(frame, kinds, text.lang, caption=caption, headers=heads)


def _place(problem: Problem, text: Text) -> str:
    """Return file, sheet, row and column, as far as known."""
    row = None if problem.row is None else text.say("row {row}", row=problem.row)
    return " · ".join(part for part in (problem.file or problem.table, problem.sheet, row, problem.column) if part)


def problem_frame(problems: Sequence[Problem], text: Text) -> pd.DataFrame:
    """Return problems as rows: place, what is wrong, what to do, how many rows it concerns."""
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


def assumptions(intake: Intake, text: Text) -> list[Html]:
    """Return what was decided on the reader's behalf, and which rules the caller accepted."""
    blocks = []
    if intake.accepted:
        names = text.listed(list(intake.accepted))
        said = text.say("Accepted by whoever made this report: {rules}", rules=names)
        blocks.append(note(said, warning=True))
    if intake.assumptions:
        blocks.append(heading(text.say("Assumptions")))
        blocks += [paragraph(assumption.to(text.lang)) for assumption in intake.assumptions]
    return blocks


def supported(frame: pd.DataFrame, text: Text) -> list[Html]:
    """Return which measures a ledger supports, and what it lacks."""
    words = {"yes": text.say("yes"), "partly": text.say("partly"), "no": text.say("no")}

    def said(messages: tuple[Message, ...]) -> str:
        return text.say("; ").join(message.to(text.lang) for message in messages)

    rows = pd.DataFrame(
        {
            "measure": [name.to(text.lang) for name in frame["name"]],
            "supported": [words[status] for status in frame["supported"]],
            "needs": [said(needs) for needs in frame["needs"]],
            "lacks": [said(lacks) for lacks in frame["lacks"]],
        }
    )
    kinds: dict[str, tables.Kind] = dict.fromkeys(rows.columns, "text")
    heads = {
        "measure": text.say("Measure"), "supported": text.say("Supported"), "needs": text.say("Needs"),
        "lacks": text.say("This ledger lacks"),
    }  # fmt: skip
    caption = text.say("Which measures this ledger supports")
    return [Html(tables.table(rows, kinds, text.lang, caption=caption, headers=heads))]


def sheets(intake: Intake, text: Text) -> tuple[Sheet, ...]:
    """Return the reconciliation and the remarks for a workbook."""
    totals = intake.totals.astype("float64")
    heads = {
        c: text.label(c) for c in ["currency", "file", "used", "folded", "refused", *PLACES, "why", "todo", "count"]
    }
    found = [
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
        found.append(Sheet(name, name, problem_frame(intake.problems, text), headers=heads))
    return tuple(found)
