"""The work list and our own homework as sheets of the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit.reporting import week
from arkit.reporting.sheet import CellFormat, Sheet
from arkit.reporting.wording import told

if TYPE_CHECKING:
    from arkit.reporting.page import Report

WORK = (
    "rank", "selected", "customer_id", "customer", "currency", "owner", "stage", "how", "on", "amount", "claims",
    "oldest_days", "cause", "expected", "effort", "who", "opening_words", "papers_at_hand", "ours", "why_first",
)  # fmt: skip


def sheets(report: Report, rows: pd.DataFrame) -> tuple[Sheet, ...]:
    """Return the sheets of the contacts that are shown and of our own homework."""
    text, found, words = report.text, week.work(report), week.cause_words(report.text)
    made = []
    if len(rows):
        flat = rows.assign(
            selected=[text.say("yes") if yes else text.say("no") for yes in rows["selected"]],
            stage=[text.label(f"stage_{stage}") for stage in rows["stage"]],
            cause=[words[cause] for cause in rows["cause"]],
            opening_words=rows["opening"],
            why_first=[told(why, text) for why in rows["why"]],
            papers_at_hand=[
                text.say(", ").join(paper.to(text.lang) for paper in papers) for papers in rows["papers"].tolist()
            ],
        )
        for name in ("how", "who", "opening_words", "ours"):
            flat[name] = [words.to(text.lang) if hasattr(words, "to") else None for words in flat[name]]
        names = list(WORK)
        formats: dict[str, CellFormat] = {"amount": "money", "expected": "money", "on": "date", "customer_id": "text"}
        heads = {name: text.label(name) for name in names} | {
            "expected": text.say("Should bring"),
            "cause": text.say("Likely cause"),
        }
        remark = text.say("What should come = open amount x chance that it stays open x chance that a contact matters.")
        tab, called = text.say("Work list"), text.say("Whom to contact, in order of money per effort")
        made.append(Sheet(tab, called, flat[names], formats, heads, ("amount", "expected"), remark))
    tasks = report.selection.of(found.own_tasks)
    if len(tasks):
        flat = tasks.assign(
            customer=[report.name(str(i)) for i in tasks["customer_id"]],
            cause=[words[cause] for cause in tasks["cause"]],
            task=[task.to(text.lang) for task in tasks["task"]],
        )[["document_id", "customer_id", "customer", "currency", "open", "cause", "task"]]
        heads = {name: text.label(name) for name in flat.columns} | {"cause": text.say("Likely cause")}
        own: dict[str, CellFormat] = {"document_id": "text", "customer_id": "text", "open": "money"}
        name = text.say("Our own homework")
        made.append(Sheet(name, name, flat, own, heads, ("open",)))
    return tuple(made)
