"""Whom to contact this week and how: first contacts, what to say and bring, own homework, who rests, promises."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.collecting import timetable
from arkit.reporting import lapsing, week
from arkit.reporting.blocks import Chart, File, Html, Number, Section, join, note, paragraph
from arkit.reporting.sections import title
from arkit.reporting.waiting import own_tasks, promised, resting
from arkit.reporting.wording import sentence, told

if TYPE_CHECKING:
    from arkit.reporting.page import Report

FILE = "worklist.xlsx"
"""The file in which a team works."""
SHOWN = 12
"""Contacts on the page; the work file has them all."""
WHY = 3
"""Contacts whose reason is told in full."""


def build(report: Report) -> Section:
    """Return the week's contacts; where there is nothing to collect, that."""
    text, found, rows = report.text, week.work(report), week.contacts(report)
    in_depth = "promises" in report.kind.sections
    chosen = rows[rows["selected"].astype(bool)] if len(rows) else rows
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    for code in report.currencies:
        if said := week.completion(report, code):
            blocks += [] if "plan" in report.kind.sections else [paragraph(said)]
            month = week.this_month(report, code)
            if month is not None:
                head = f"contacts.{code}.plan"
                figures |= {f"{head}.planned": month.planned, f"{head}.collected": month.collected}
                figures[f"{head}.rate"] = month.rate
    if len(chosen):
        blocks.insert(0, _begin(report, chosen))
        blocks.append(Html(_first(report, chosen)))
        blocks += [*_why(report, chosen), Html(_talk(report, chosen))] if in_depth else []
        blocks += _reminders(report, chosen)
    if report.by and len(chosen):
        blocks.append(Html(_by_group(report, chosen)))
    blocks += [*own_tasks(report), *([] if in_depth else promised(report)), *resting(report)]
    if found.notes:
        blocks.append(note(join([sentence(message, text) for message in found.notes])))
    figures |= _figures(report, chosen, len(rows))
    if report.out and len(rows):
        blocks.append(note(text.say(
            "{file} beside this page has every contact, promise and task with columns to fill in; what is logged there "
            "can be read back.", file=FILE,
        )))  # fmt: skip
    lapses, numbers = lapsing.lapsing(report)
    blocks += lapses
    figures |= numbers
    return Section(
        "contacts", text.say(title("contacts")), tuple(_lead(report, rows, chosen)), tuple(blocks), figures,
        sheets=lapsing.sheets(report), files=(_file(report),) if len(rows) else (),
    )  # fmt: skip


def _file(report: Report) -> File:
    """Return the contacts, promises and tasks that are shown as a file to work in."""
    from arkit.reporting.worksheet import write_worklist

    found, shown = week.work(report), report.selection.of
    part = replace(found, frame=shown(found.frame), own_tasks=shown(found.own_tasks), resting=shown(found.resting))
    promised = shown(week.plan(report).promises)
    return File(FILE, partial(write_worklist, part, lang=report.text.lang, promises=promised, names=report.names))


def _lead(report: Report, rows: pd.DataFrame, chosen: pd.DataFrame) -> list[str]:
    text = report.text
    if rows.empty:
        return [text.say("There is nobody to contact: nothing is overdue or falls due that a contact could help.")]
    if chosen.empty:
        return [text.say("None of the contacts shown is within this week's capacity: others bring more.")]
    calls, first = float(chosen["effort"].sum()), chosen["on"].min()
    fit = text.plural("{n} contact", "{n} contacts", len(chosen))
    said = (
        text.say("All {contacts} that can help fit into the week", contacts=fit)
        if len(chosen) == len(rows)
        else text.say("{contacts} of {all} that can help fit into the week", contacts=fit, all=text.number(len(rows)))
    )
    return [
        text.say(
            "{said} from {first} on ({calls} of {capacity} calls' work). They are about {amount}; {money} of it "
            "would still be open in {days} days and should come because of them.",
            said=said,
            first=text.date(first),
            calls=text.number(calls, 0 if calls == int(calls) else 1),
            capacity=text.number(report.capacity),
            amount=week.by_currency(chosen, "amount", report),
            money=week.by_currency(chosen, "expected", report),
            days=timetable().horizon_days,
        )
    ]


def _begin(report: Report, chosen: pd.DataFrame) -> Html:
    text, top = report.text, chosen.iloc[0]
    return paragraph(
        text.say(
            "Begin with {customer}: {how} on {date} about {amount}.",
            customer=top["customer"],
            how=top["how"].to(text.lang),
            date=text.short_date(top["on"]),
            amount=text.short_money(float(top["amount"]), str(top["currency"])),
        )
    )


def _first(report: Report, chosen: pd.DataFrame) -> str:
    text, words = report.text, week.cause_words(report.text)
    rows = chosen.head(SHOWN).copy()
    ways, days = [way.to(text.lang) for way in rows["how"]], [text.short_date(day) for day in rows["on"]]
    rows["how"] = [text.say("{how}, {date}", how=way, date=day) for way, day in zip(ways, days, strict=True)]
    rows["cause"] = [words[cause] for cause in rows["cause"]]
    rows["by"] = [o if isinstance(o, str) else w.to(text.lang) for o, w in zip(rows["owner"], rows["who"], strict=True)]
    rows["oldest_days"] = [
        text.number(days) if days > 0 else text.say("due in {days}", days=text.days(-days, 0))
        for days in rows["oldest_days"].tolist()
    ]
    several = len(set(rows["currency"])) > 1
    kinds: dict[str, tables.Kind] = {
        "customer": "text", "how": "text", "by": "text", **({"currency": "said"} if several else {}),
        "amount": "money", "oldest_days": "said", "expected": "money", "cause": "text",
    }  # fmt: skip
    caption = text.plural("The first contact", "The {n} first contacts", len(rows))
    heads = {
        "how": text.say("How and when"),
        "by": text.say("By whom"),
        "expected": text.say("Should bring"),
        "cause": text.say("Likely cause"),
        "amount": text.say("Amount concerned"),
        "oldest_days": text.say("Days overdue"),
    }
    if not several:
        caption = text.of(caption, str(rows["currency"].iloc[0]))
    return tables.table(rows, kinds, text.lang, caption=caption, headers=heads)


def _why(report: Report, chosen: pd.DataFrame) -> list[Html]:
    text = report.text
    return [
        paragraph(text.say("{customer}: {why}.", customer=row["customer"], why=told(row["why"], text)), style="aside")
        for row in chosen.head(WHY).to_dict("records")
    ]


def _talk(report: Report, chosen: pd.DataFrame) -> str:
    """Return what to open with and what to bring, a row for each opening: customers late for one reason share it."""
    text, said = report.text, dict[str, dict[str, list[str]]]()
    for row in chosen.head(SHOWN).to_dict("records"):
        entry = said.setdefault(row["opening"].to(text.lang), {"customer": [], "papers": [], "ours": []})
        entry["customer"].append(row["customer"])
        entry["papers"] += [paper.to(text.lang) for paper in row["papers"]]
        entry["ours"] += [row["ours"].to(text.lang)] if hasattr(row["ours"], "to") else []
    comma = text.say(", ")
    rows = pd.DataFrame(
        [
            {
                "opening_words": opening,
                "customer": text.say("; ").join(entry["customer"]),
                "papers_at_hand": comma.join(dict.fromkeys(entry["papers"])),
                "ours": comma.join(dict.fromkeys(entry["ours"])) or None,
            }
            for opening, entry in said.items()
        ]
    )
    kinds: dict[str, tables.Kind] = {"opening_words": "text", "customer": "text", "papers_at_hand": "text"}
    if rows["ours"].notna().any():
        kinds["ours"] = "text"
    caption = text.say("What to open with, and which papers to have at hand")
    return tables.table(rows, kinds, text.lang, caption=caption, headers={"customer": text.say("Customers")})


def _reminders(report: Report, chosen: pd.DataFrame) -> list[Html]:
    text, ahead = report.text, chosen[chosen["oldest_days"] <= 0]
    if ahead.empty:
        return []
    said = text.plural(
        "{n} of the contacts is a reminder before the due date: {amount}.",
        "{n} of the contacts are reminders before the due date: {amount}.",
        len(ahead),
        amount=week.by_currency(ahead, "amount", report),
    )
    return [paragraph(said)]


def _by_group(report: Report, chosen: pd.DataFrame) -> str:
    """Return the week's contacts by the group that the report breaks down by."""
    text = report.text
    rows = week.grouped(report, chosen, ["amount", "expected"])
    kinds: dict[str, tables.Kind] = {"by_group": "text", "count": "count", "amount": "money", "expected": "money"}
    if len(set(rows["currency"])) > 1:
        kinds = {"by_group": "text", "currency": "text", **kinds}
    heads = {
        "by_group": text.label(report.by), "count": text.label("contacts"), "amount": text.say("Amount concerned"),
        "expected": text.say("Should bring"),
    }  # fmt: skip
    caption = text.say("Contacts by {group}", group=text.inline(report.by))
    return tables.table(rows, kinds, text.lang, caption=caption, headers=heads)


def _figures(report: Report, chosen: pd.DataFrame, possible: int) -> dict[str, Number]:
    found = week.work(report)
    tasks, due = report.selection.of(found.own_tasks), week.promises(report)
    figures: dict[str, Number] = {
        "contacts.chosen": len(chosen),
        "contacts.possible": possible,
        "contacts.effort": float(chosen["effort"].sum()),
        "contacts.capacity": float(report.capacity),
        "contacts.resting": len(report.selection.of(found.resting)),
        "contacts.own_tasks": len(tasks),
        "contacts.promises.broken": int((due["state"] == "broken").sum()),
        "contacts.promises.running": int((due["state"] == "running").sum()),
    }
    for code in report.currencies:
        figures |= {
            f"contacts.{code}.expected": float(chosen.loc[chosen["currency"] == code, "expected"].sum()),
            f"contacts.{code}.own_tasks": float(tasks.loc[tasks["currency"] == code, "open"].sum()),
            f"contacts.{code}.promised": float(due.loc[due["currency"] == code, "open"].sum()),
        }
    for row in chosen.head(SHOWN).to_dict("records"):
        head = f"contacts.{row['currency']}.customer.{row['customer_id']}"
        figures |= {f"{head}.{name}": float(row[name]) for name in ("amount", "expected")}
        figures |= {f"{head}.channel": str(row["channel"]), f"{head}.cause": str(row["cause"])}
    return figures
