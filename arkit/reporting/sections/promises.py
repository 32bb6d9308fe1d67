"""Promises to follow up: how many are kept, by whom, and what to do about the others and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.reporting import week
from arkit.reporting.blocks import Chart, Html, Number, Section, note, paragraph
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet
from arkit.reporting.waiting import promise_table

if TYPE_CHECKING:
    from arkit.reporting.page import Report

SHOWN = 20
LEAST = 3
"""Promises below which a share kept says nothing of a person or customer."""
WORST = 10


def build(report: Report) -> Section:
    """Return the promises; of a ledger without a log of contacts, that there are none on record."""
    text, made = report.text, report.selection.of(week.plan(report).promises)
    if made.empty:
        said = text.say(
            "No promise is on record. Log each promise with its day and amount, and it is followed up here and kept "
            "apart from what was only hoped for."
        )
        label = text.say("Missing:")
        return Section("promises", text.say(title("promises")), blocks=(note(said, label=label, warning=True),))
    decided, due = made[made["state"] != "running"], week.promises(report)
    figures: dict[str, Number] = {
        "promises.decided": len(decided),
        "promises.kept": int((decided["state"] == "kept").sum()),
        "promises.to_follow_up": len(due),
    }
    blocks: list[Html | Chart] = []
    lead = []
    if len(decided):
        kept = figures["promises.kept_share"] = float((decided["state"] == "kept").mean())
        lead.append(
            text.plural(
                "The day of {n} promise has come: {share} kept.",
                "The days of {n} promises have come: {share} of them were kept.",
                len(decided),
                share=text.percent(kept, 0),
            )
        )
    if due.empty:
        blocks.append(paragraph(text.say("None is to be followed up: no money that was promised is open.")))
    else:
        lead.append(
            text.plural(
                "{n} is to be followed up: {amount}. A promise without an answer on its day teaches that it need not "
                "be kept.",
                "{n} are to be followed up: {amount}. A promise without an answer on its day teaches that it need not "
                "be kept.",
                len(due),
                amount=week.by_currency(due, "open", report),
            )
        )
        caption = text.say("Broken ones first, then those running, the largest first")
        blocks.append(Html(promise_table(due.head(SHOWN), text, caption)))
        if len(due) > SHOWN:
            more = len(due) - SHOWN
            blocks.append(paragraph(text.plural("{n} more in the workbook.", "{n} more in the workbook.", more)))
    for by in ("owner", "customer_id"):
        blocks += _kept(report, decided, by, figures)
    figures |= {
        f"promises.{code}.open": float(due.loc[due["currency"] == code, "open"].sum()) for code in report.currencies
    }
    sheets = _sheets(report, due, made)
    return Section("promises", text.say(title("promises")), tuple(lead), tuple(blocks), figures, sheets)


def _kept(report: Report, decided: pd.DataFrame, by: str, figures: dict[str, Number]) -> list[Html]:
    """Return how many promises were kept, by owner or customer, and add the shares to the figures."""
    text = report.text
    rows = decided.assign(hit=decided["state"] == "kept").groupby(by)["hit"].agg(["size", "mean"]).reset_index()
    rows.columns = pd.Index([by, "decided", "kept_share"])
    rows = rows[(rows["decided"] >= LEAST) & (rows[by] != "")]
    if by == "customer_id":
        rows = rows[rows["kept_share"] < 1]
    if rows.empty:
        return []
    rows = rows.sort_values(["kept_share", "decided"], ascending=[True, False], kind="stable").head(WORST)
    figures |= {f"promises.{by}.{row[by]}.kept_share": float(row["kept_share"]) for row in rows.to_dict("records")}
    if by == "customer_id":
        rows["customer"] = [report.name(str(i)) for i in rows[by]]
    shown = "customer" if by == "customer_id" else by
    caption = (
        text.say("Customers who kept fewest of theirs")
        if by == "customer_id"
        else text.say("Promises kept, by account owner")
    )
    kinds: dict[str, tables.Kind] = {shown: "text", "decided": "count", "kept_share": "percent"}
    return [Html(tables.table(rows, kinds, text.lang, caption=caption))]


def _sheets(report: Report, due: pd.DataFrame, made: pd.DataFrame) -> tuple[Sheet, ...]:
    text = report.text
    flat = due.assign(state=[text.label(str(state)) for state in due["state"]])
    every = made.assign(
        state=[text.label(str(state)) for state in made["state"]],
        customer=[report.name(str(i)) for i in made["customer_id"]],
    )[["date", "customer_id", "customer", "document_id", "owner", "currency", "amount", "due_on", "state", "open"]]
    heads = {name: text.label(name) for name in {*flat.columns, *every.columns}} | {"date": text.say("Promised on")}
    return (
        Sheet(
            text.say("Promises to follow up"),
            text.say("Promises to follow up"),
            flat,
            formats={"open": "money", "customer_id": "text", "document_id": "text"},
            headers=heads,
            totals=("open",),
        ),
        Sheet(
            text.say("All promises"),
            text.say("Every promise on record"),
            every,
            formats={"open": "money", "amount": "money", "customer_id": "text", "document_id": "text"},
            headers=heads,
        ),
    )
