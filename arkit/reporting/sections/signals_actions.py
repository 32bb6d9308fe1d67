"""What each level triggers: who looks, by when; and for every customer on the list the next step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import pandas as pd

from arkit import tables
from arkit.reporting.blocks import Chart, Html, Number, Section, join, note
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet
from arkit.reporting.watch import Watch
from arkit.reporting.wording import dated, joined, sentence, told

if TYPE_CHECKING:
    from arkit.collecting import WorkList
    from arkit.reporting.page import Report

SHOWN = 20


def build(report: Report) -> Section:
    """Return what to do: by level, and customer by customer."""
    text, watch = report.text, Watch.of(report)
    work: WorkList = report.found("worklist")
    steps = next_steps(report, watch, work)
    blocks: list[Html | Chart] = [Html(_levels(report, watch))]
    if len(steps):
        blocks.append(Html(_table(report, steps)))
    if work.notes:
        blocks.append(note(join([sentence(message, text) for message in work.notes]), label=text.say("Missing:")))
    figures: dict[str, Number] = {"signals_actions.customers": len(steps)}
    figures |= {f"signals_actions.step.{key}": int(n) for key, n in steps["kind"].value_counts().items()}
    head, lead = text.say(title("signals_actions")), _lead(report, steps)
    return Section("signals_actions", head, lead, tuple(blocks), figures, _sheets(report, steps))


def next_steps(report: Report, watch: Watch, work: WorkList) -> pd.DataFrame:
    """Return for each customer on the list what comes next.

    What waits for us comes before any contact; who was contacted lately or promised a day is left alone until then;
    else the step of the work list; where no contact would move money, what the level itself triggers.

    Returns
    -------
    pandas.DataFrame
        ``customer, customer_id, level, who_looks, look_by, kind`` (ours, rest, contact, level), ``step, opening,
        papers``.
    """
    text = report.text
    contacts = work.frame.sort_values("rank").drop_duplicates("customer_id").set_index("customer_id").to_dict("index")
    resting = work.resting.drop_duplicates("customer_id").set_index("customer_id").to_dict("index")
    ours = work.own_tasks.drop_duplicates("customer_id").set_index("customer_id").to_dict("index")
    levels = {level.key: level for level, _ in watch.levels}
    rows: list[dict[str, Any]] = []
    for who, key in zip(watch.listed["customer_id"], watch.listed["level"], strict=True):
        level = levels[key]
        row = {
            "customer": report.name(who),
            "customer_id": who,
            "level": level.words.to(text.lang),
            "who_looks": level.who.to(text.lang),
            "look_by": pd.Timestamp(report.as_of + dt.timedelta(days=level.within_days)),
            "opening": "",
            "papers": "",
        }
        if who in ours:
            task = ours[who]
            row |= {
                "kind": "ours",
                "step": text.say("{task} ({document})", task=told(task["task"], text), document=task["document_id"]),
            }
        elif who in resting:
            row |= {"kind": "rest", "step": _resting(report, resting[who])}
        elif who in contacts:
            contact = contacts[who]
            row |= {
                "kind": "contact",
                "step": _contact(report, contact),
                "opening": told(contact["opening"], text),
                "papers": joined(contact["papers"], text, len(contact["papers"])),
            }
        else:
            row |= {"kind": "level", "step": told(level.triggers[0], text)}
        rows.append(row)
    names = ["customer", "customer_id", "level", "who_looks", "look_by", "kind", "step", "opening", "papers"]
    return pd.DataFrame(rows, columns=names)


def _contact(report: Report, contact: dict[Hashable, Any]) -> str:
    text, how = report.text, told(contact["how"], report.text)
    amount = text.short_money(float(contact["amount"]), str(contact["currency"]))
    if pd.isna(contact["on"]):
        return text.say("{how} about {amount}, as soon as there is room", how=how, amount=amount)
    return text.say("{how} about {amount} on {day}", how=how, amount=amount, day=dated(contact["on"], text))


def _resting(report: Report, rest: dict[Hashable, Any]) -> str:
    text = report.text
    if not pd.isna(rest["promised_on"]):
        return text.say("wait for the promise of {day}, follow up the day after", day=dated(rest["promised_on"], text))
    return text.say("contacted on {day}: let it work, then the next step", day=dated(rest["last"], text))


def _lead(report: Report, steps: pd.DataFrame) -> tuple[str, ...]:
    text = report.text
    if steps.empty:
        return (text.say("No customer is on the watch list: the routine of the last line is enough."),)
    counts = steps["kind"].value_counts()
    first = steps["look_by"].min()
    return (
        text.say(
            "Customers that somebody must look at: {n}, the first by {day}. To be contacted: {contact}; waiting for "
            "our own homework: {ours}; left alone for now: {rest}; to be decided on rather than contacted: {level}.",
            n=text.number(len(steps)),
            day=text.date(first),
            **{key: text.number(int(counts.get(key, 0))) for key in ("contact", "ours", "rest", "level")},
        ),
    )


def _levels(report: Report, watch: Watch) -> str:
    text = report.text
    shown = pd.DataFrame(
        [
            {
                "level": level.words.to(text.lang),
                "customers": count,
                "points": text.number(level.from_points),
                "who_looks": level.who.to(text.lang),
                "look_by": pd.Timestamp(report.as_of + dt.timedelta(days=level.within_days)),
                "triggers": joined(level.triggers, text, len(level.triggers)),
            }
            for level, count in watch.levels
        ]
    )
    kinds: dict[str, tables.Kind] = {
        "level": "text", "customers": "count", "points": "said", "who_looks": "text", "look_by": "date",
        "triggers": "text",
    }  # fmt: skip
    heads = {"points": text.say("From points")}
    return tables.table(
        shown, kinds, text.lang, caption=text.say("Who looks, by when, and what a level triggers"), headers=heads
    )


def _table(report: Report, steps: pd.DataFrame) -> str:
    text, rows = report.text, steps.head(SHOWN)
    caption = text.plural(
        "The next step", "The next step with {shown} of {n} customers", len(steps), shown=len(rows)
    )  # fmt: skip
    kinds: dict[str, tables.Kind] = {
        "customer": "text", "step": "text", "look_by": "date", "level": "text", "opening": "text", "papers": "text",
    }  # fmt: skip
    heads = {"step": text.label("next_step"), "opening": text.say("Opening"), "papers": text.say("Papers at hand")}
    return tables.table(rows, kinds, text.lang, caption=caption, headers=heads)


def _sheets(report: Report, steps: pd.DataFrame) -> tuple[Sheet, ...]:
    text = report.text
    heads = {name: text.label(name) for name in steps.columns}
    heads |= {"step": text.label("next_step"), "opening": text.say("Opening"), "papers": text.say("Papers at hand")}
    name = text.say("Next steps")
    frame = steps.drop(columns="kind")
    return (Sheet(name, name, frame, formats={"customer_id": "text", "look_by": "date"}, headers=heads),)
