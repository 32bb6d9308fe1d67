"""What stands beside the contacts of a week: our own homework, promises to follow up, who is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.reporting import week
from arkit.reporting.blocks import Html, heading, paragraph

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

TASKS, PROMISES = 6, 5
"""Own tasks and promises on the page; the workbook has them all."""


def own_tasks(report: Report) -> list[Html]:
    """Return the documents that wait for us rather than for the customer."""
    text, tasks = report.text, report.selection.of(week.work(report).own_tasks)
    if tasks.empty:
        return []
    words = week.cause_words(text)
    rows = tasks.head(TASKS).copy()
    rows["customer"] = [report.name(str(i)) for i in rows["customer_id"]]
    rows["task"] = [task.to(text.lang) for task in rows["task"]]
    rows["cause"] = [words[cause] for cause in rows["cause"]]
    kinds: dict[str, tables.Kind] = {
        "document_id": "text", "customer": "text", "open": "money", "cause": "text", "task": "text",
    }  # fmt: skip
    said = text.plural(
        "{n} overdue document waits for a task of ours, which comes before any call: {amount}.",
        "{n} overdue documents wait for a task of ours, which comes before any call: {amount}.",
        len(tasks),
        amount=week.by_currency(tasks, "open", report),
    )
    more = text.say(
        "What else is our own doing (follow-up, terms, approval) keeps nobody from calling and is not counted here."
    )
    caption = text.say("The largest of them") if len(tasks) > TASKS else text.say("Our own homework")
    head = {"cause": text.say("Likely cause")}
    return [
        heading(text.say("Our own homework")),
        paragraph(said, more),
        Html(tables.table(rows, kinds, text.lang, caption=caption, headers=head)),
    ]


def promised(report: Report) -> list[Html]:
    """Return the promises to follow up first."""
    text, rows = report.text, week.promises(report)
    if rows.empty:
        return []
    broken = rows[rows["state"] == "broken"]
    running = rows[rows["state"] == "running"]
    said = []
    if len(broken):
        said.append(text.plural(
            "{n} promise was broken and its money is still open: {amount}.",
            "{n} promises were broken and their money is still open: {amount}.",
            len(broken), amount=week.by_currency(broken, "open", report),
        ))  # fmt: skip
    if len(running):
        said.append(text.plural(
            "{n} promise is running: {amount}; follow it up the working day after.",
            "{n} promises are running: {amount}; follow each up the working day after.",
            len(running), amount=week.by_currency(running, "open", report),
        ))  # fmt: skip
    caption = text.say("Promises to follow up first")
    return [
        heading(text.say("Promises to follow up")),
        paragraph(*said),
        Html(promise_table(rows.head(PROMISES), text, caption)),
    ]


def promise_table(rows: pd.DataFrame, text: Text, caption: str) -> str:
    """Return promises to follow up as a table."""
    shown = rows.assign(
        state=[text.label(str(state)) for state in rows["state"]],
        document_id=[name or text.say("all that is overdue") for name in rows["document_id"]],
    )
    kinds: dict[str, tables.Kind] = {
        "customer": "text", "document_id": "text", "open": "money", "times": "count", "due_on": "date",
        "state": "said", "call_on": "date", "owner": "text",
    }  # fmt: skip
    return tables.table(shown, kinds, text.lang, caption=caption, headers={"due_on": text.say("Last promised for")})


def resting(report: Report) -> list[Html]:
    """Say how many customers are left alone this week, and why."""
    text, rest = report.text, report.selection.of(week.work(report).resting)
    if rest.empty:
        return []
    said = [
        text.plural(
            "{n} customer was contacted lately and is left alone this week.",
            "{n} customers were contacted lately and are left alone this week.",
            len(rest),
        )
    ]
    if waiting := int(rest["promised_on"].notna().sum()):
        said.append(
            text.plural(
                "{n} of them has promised a day of payment.", "{n} of them have promised a day of payment.", waiting
            )
        )
    return [paragraph(*said, style="aside")]
