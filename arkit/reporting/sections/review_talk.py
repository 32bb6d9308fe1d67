"""The conversation with one customer: opening, facts, questions, what to ask for, what may be given, what to avoid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arkit import tables
from arkit.collecting.talk import conversations
from arkit.collecting.timetable import timetable
from arkit.diagnosis.causes.families import UNKNOWN
from arkit.diagnosis.types.kinds import table as kinds_table
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, join, note, paragraph, sentences
from arkit.reporting.review import Case, case, nobody
from arkit.reporting.sections import title
from arkit.reporting.sections.review_outlook import cause_words
from arkit.reporting.wording import counted, dated, joined, sentence, told
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.reporting.page import Report

FACTS = 10
CAUSES, LEAST = 2, 0.15
"""So many causes, with at least this share of what is overdue, are asked about; more would be an interrogation."""


def build(report: Report) -> Section:
    """Return the talking points in order."""
    text, found = report.text, case(report)
    if found is None:
        return nobody(report, "review_talk")
    causes = _likely(report, found)
    blocks: list[Html | Chart] = [heading(text.say("The approach for this customer")), *_approach(report, found)]
    blocks += [heading(text.say("In this order")), _order(report, found, causes), *_facts(report, found)]
    blocks += [heading(text.say("True reason or pretext?")), _listening(report, causes)]
    gates = join([line.words.to(text.lang) for line in conversations().gates])
    blocks.append(note(gates, label=text.say("Always:"), warning=True))
    figures: dict[str, Number] = {"review_talk.causes": ", ".join(causes), "review_talk.facts": len(found.overdue)}
    return Section("review_talk", text.say(title("review_talk")), _lead(report, found, causes), tuple(blocks), figures)


def _likely(report: Report, found: Case) -> list[str]:
    """Return the causes of most of what is overdue; without any, what is asked where nothing is known."""
    shares = found.of(report.found("causes").shares)
    if shares.empty:
        return [UNKNOWN]
    sums = shares.groupby("cause")["amount"].sum().sort_values(ascending=False, kind="stable")
    likely = [str(cause) for cause in sums[sums >= LEAST * sums.sum()].index if cause != UNKNOWN][:CAUSES]
    return likely or [UNKNOWN]


def _lead(report: Report, found: Case, causes: list[str]) -> tuple[str, ...]:
    text, overdue = report.text, found.overdue
    if overdue.empty:
        return (
            text.say("Nothing is overdue: this is a talk before the due date, to keep the payment on time."),
        )  # fmt: skip
    return (
        text.say(
            "Prepared for {causes}: a hypothesis to be tested by the questions, not a reproach.",
            causes=text.listed([cause_words(cause, text) for cause in causes]),
        ),
    )


def _approach(report: Report, found: Case) -> list[Html | Chart]:
    text = report.text
    rows = found.of(report.found("customer_types").frame).to_dict("records")
    if not rows:
        return [paragraph(text.say("The type is not known: follow the standard timetable."))]
    (row,) = rows
    kind = {str(key): kind.words for key, kind in kinds_table().behaviour.items()}[row["behaviour"]]
    said = text.say("{type}: {rule}.", type=kind.to(text.lang), rule=told(row["rule"], text))
    pairs = [
        (text.say("Type"), said[:1].upper() + said[1:]),
        (text.say("Approach"), told(row["approach"], text)),
        (text.say("Mind"), told(row["mind"], text)),
        (text.say("Avoid"), told(row["avoid"], text)),
    ]
    return [Html(tables.terms([(label, words) for label, words in pairs if words], label=text.say("Approach")))]


def _order(report: Report, found: Case, causes: list[str]) -> Html:
    """Return the points of the call, from the opening to the written confirmation."""
    text, talk = report.text, conversations()
    steps, late = timetable(), int(found.overdue["late_days"].max()) if len(found.overdue) else 0
    place = int(steps.step_of(np.array([late], dtype=np.int64))[0])
    step, answers = steps.steps[max(place, 0)], [steps.causes[cause] for cause in causes]  # type: ignore[index]
    papers = list(dict.fromkeys([*step.papers, *(paper for answer in answers for paper in answer.papers)]))
    of = [talk.causes[cause] for cause in causes]  # type: ignore[index]
    ours = [answer.ours for answer in answers if answer.ours is not None]
    pairs = [(text.say("First"), sentence(task, text)) for task in ours]
    pairs += [
        (text.say("Who calls"), sentence(step.who, text)),
        (text.say("Papers at hand"), sentence(text.say("; ").join(told(paper, text) for paper in papers), text)),
        (text.say("Opening"), told(step.opening if causes == [UNKNOWN] else answers[0].opening, text)),
        (text.say("Facts"), _said(report, found)),
    ]
    pairs += [(text.say("Ask"), line.words.to(text.lang)) for each in of for line in each.questions]
    pairs += [(text.say("Ask for"), each.ask.words.to(text.lang)) for each in of]
    pairs += [(text.say("May be given"), each.concession.words.to(text.lang)) for each in of]
    pairs += [(text.say("Close with"), line.words.to(text.lang)) for line in talk.close]
    return sentences(pairs)


def _said(report: Report, found: Case) -> str:
    """Return the facts of the call in a sentence: how much, how old, what was promised."""
    text, overdue = report.text, found.overdue
    if overdue.empty:
        return text.say("Nothing is overdue; name what falls due next.")
    parts = [
        text.plural(
            "{n} document over {amount} is overdue, the oldest ({document}) since {day}.",
            "{n} documents over {amount} are overdue, the oldest ({document}) since {day}.",
            len(rows),
            amount=text.money(found.position(str(code))[1], str(code)),
            document=str(rows["document_id"].iloc[0]),
            day=text.date(rows["due"].iloc[0]),
        )
        for code, rows in overdue.groupby("currency", sort=False)
    ]
    broken = found.promises
    broken = broken[~broken["kept"].astype("bool")]
    if len(broken):
        last = broken.iloc[0]
        parts.append(
            text.plural(
                "{n} promise was not kept, the one for {day}.",
                "{n} promises were not kept, the last one for {day}.",
                len(broken),
                day=dated(last["due_on"], text),
            )
        )
    return join(parts)


def _facts(report: Report, found: Case) -> list[Html | Chart]:
    text, overdue = report.text, found.overdue
    if overdue.empty:
        return []
    rows = overdue.sort_values("late_days", ascending=False, kind="stable").head(FACTS)
    names = [name for name in ("order_number", "delivered_on") if name in rows and rows[name].notna().any()]
    shown = rows.assign(
        days_overdue=rows["late_days"],
        **{
            name: [("" if pd.isna(v) else dated(v, text) if name == "delivered_on" else str(v)) for v in rows[name]]
            for name in names
        },
    )
    kinds: dict[str, tables.Kind] = {
        "document_id": "text", "date": "date", "due": "date", "days_overdue": "count", "open": "money",
        **dict.fromkeys(names, "text"),
    }  # fmt: skip
    caption = counted(
        N_("The overdue document to name"),
        N_("The {n} overdue documents to name, oldest first"),
        N_("{shown} of {n} overdue documents to name, oldest first"),
        len(overdue), len(rows), text,
    )  # fmt: skip
    whole = None
    if len(overdue["currency"].unique()) == 1:
        whole = {"document_id": text.say("All overdue"), "open": found.position(str(overdue["currency"].iloc[0]))[1]}
    return [
        Html(tables.table(shown, kinds, text.lang, caption=caption, currency=found.currency, total=whole)),
    ]


def _listening(report: Report, causes: list[str]) -> Html:
    text, talk = report.text, conversations()
    of = [talk.causes[cause] for cause in causes]  # type: ignore[index]
    rows = pd.DataFrame(
        {
            "cause": [cause_words(cause, text) for cause in causes],
            "questions": [joined([line.words for line in each.questions], text, len(each.questions)) for each in of],
            "genuine": [each.genuine.words.to(text.lang) for each in of],
            "pretext": [each.pretext.words.to(text.lang) for each in of],
        }
    )
    heads = {
        "questions": text.say("Ask"),
        "genuine": text.say("Heard where it is true"),
        "pretext": text.say("Heard where it is a pretext"),
    }
    kinds: dict[str, tables.Kind] = {"cause": "text", "genuine": "text", "pretext": "text"}
    caption = text.say("What tells a true reason from a pretext")
    return Html(tables.table(rows, kinds, text.lang, caption=caption, headers=heads))
