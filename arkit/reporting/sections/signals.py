"""Who will be late: the watch list with its evidence, who acts on it, how good it was, and what is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.reporting import chances, track
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, join, note, paragraph
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet
from arkit.reporting.watch import CHANGES, Watch, missing, named
from arkit.reporting.wording import counted, joined, sentence, told
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.diagnosis.backtest import Backtest
    from arkit.reporting.page import Report

SHOWN, FEWER = 15, 5
"""Customers in the table of the main currency and of the others; the workbook has them all."""
NAMED = 3


def build(report: Report) -> Section:
    """Return who will be late; of a ledger without a past, which part of it can not be said and why."""
    text, watch = report.text, Watch.of(report)
    figures: dict[str, Number] = {}
    blocks: list[Html | Chart] = []
    if len(watch.points):
        blocks.append(_chart(report, watch))
    for place, code in enumerate(report.currencies):
        blocks += _list(report, watch, code, SHOWN if place == 0 else FEWER)
        figures |= {
            f"signals.{code}.overdue": watch.overdue(code),
            f"signals.{code}.listed_overdue": watch.listed_overdue(code),
        }
    blocks += [_levels(report, watch)] if report.snapshot else [_cleared(report, watch), _levels(report, watch)]
    figures |= {f"signals.level.{level.key}": count for level, count in watch.levels}
    changes = watch.customers["change"].value_counts()
    figures |= {f"signals.change.{name}": int(changes.get(name, 0)) for name in CHANGES}
    for row in watch.listed.head(SHOWN).to_dict("records"):
        figures[f"signals.customer.{row['customer_id']}.score"] = int(row["score"])
    parts, numbers = _record(report)
    blocks += [] if "signals_record" in report.kind.sections else parts
    expected, chances_of = _expected(report)
    blocks += expected
    figures |= numbers | chances_of
    lacking = missing(watch.found, text)
    if lacking and "signals_fired" not in report.kind.sections:
        blocks.append(note(lacking, label=text.say("Missing:")))
    lead = tuple(_lead(report, watch))
    return Section("signals", text.say(title("signals")), lead, tuple(blocks), figures, _sheets(report, watch))


def _lead(report: Report, watch: Watch) -> list[str]:
    text, listed = report.text, watch.listed
    if listed.empty:
        return [text.say("No customer is on the watch list: no signal, or too few points.")]
    counts = [
        text.say("{n} at level {level}", n=text.number(count), level=level.words.to(text.lang))
        for level, count in watch.levels
        if count and level.stage != "none"
    ]
    held = [
        text.say(
            "{share} of the {overdue} overdue",
            share=text.percent(watch.listed_overdue(code) / watch.overdue(code), 0),
            overdue=text.short_money(watch.overdue(code), code),
        )
        for code in report.currencies
        if watch.overdue(code)
    ]
    said = text.plural(
        "{n} customer is on the watch list ({levels}) and holds {held}.",
        "{n} customers are on the watch list ({levels}) and hold {held}.",
        len(listed),
        levels=text.listed(counts),
        held=text.listed(held) if held else text.say("nothing overdue"),
    )
    return [said, _to_do(report, watch)]


def _to_do(report: Report, watch: Watch) -> str:
    text = report.text
    top = next(level for level, count in watch.levels if count)
    moved = watch.listed[watch.listed["change"].isin(["new", "worsened"])]
    who = moved if len(moved) else watch.listed
    counts = watch.customers["change"].value_counts()
    names = text.listed([report.name(str(i)) for i in who["customer_id"].head(NAMED)])
    look = (
        text.say("Look first at {names}.", names=names)
        if report.snapshot
        else text.say(
            "Look first at {names} (since {before}: {new} new, {worse} worsened, {cleared} off the list).",
            before=text.date(watch.found.before),
            new=text.number(int(counts.get("new", 0))),
            worse=text.number(int(counts.get("worsened", 0))),
            cleared=text.number(int(counts.get("cleared", 0))),
            names=names,
        )
    )
    act = text.say(
        "Level {level}: {who} within {days}.",
        level=top.words.to(text.lang),
        who=top.who.to(text.lang),
        days=text.days(top.within_days, 0),
    )
    return join([look, act])


def _chart(report: Report, watch: Watch) -> Chart:
    from arkit.charts import palette, risk

    text, points = report.text, watch.points
    topics = [topic for topic in palette.TOPICS if topic in points]
    rows = points.head(10).copy()
    rows["score"] = rows[topics].sum(axis=1)
    rows.insert(0, "customer", [report.name(str(who)) for who in rows.index])
    table = tables.table(
        rows,
        {"customer": "text", **dict.fromkeys(topics, "count"), "score": "count"},
        text.lang,
        caption=text.say("Points by what the signals are about"),
        colours=palette.TOPICS,
    )
    alt = text.say("Bar chart of the customers with most warning points, split by what the signals are about.")
    return Chart(risk.watch_list(points, text.lang, names=report.names), alt, table)


def _list(report: Report, watch: Watch, code: str, most: int) -> list[Html | Chart]:
    text = report.text
    listed = watch.listed
    news = listed["change"].isin(["new", "worsened"])
    rows = watch.rows(report, code, pd.concat([listed[news], listed[~news]]))
    if rows.empty:
        return []
    shown = rows.head(most)
    caption = counted(
        N_("The customer on the watch list"),
        N_("The {n} customers on the watch list, what is new or worse first"),
        N_("{shown} of {n} customers on the watch list, what is new or worse first"),
        len(rows), len(shown), text,
    )  # fmt: skip
    kinds: dict[str, tables.Kind] = {
        "customer": "text", "evidence": "text", "overdue": "money", "level": "text", "change": "text", "score": "count",
    }  # fmt: skip
    if report.snapshot:
        del kinds["change"]
    total = {"customer": text.say("All on the list"), "overdue": watch.listed_overdue(code)}
    return [
        Html(tables.table(shown, kinds, text.lang, caption=text.of(caption, code), currency=code, total=total)),
    ]


def _cleared(report: Report, watch: Watch) -> Html:
    text = report.text
    gone = watch.customers[watch.customers["change"] == "cleared"]
    if gone.empty:
        return paragraph(text.say("Nobody left the list since {before}.", before=text.date(watch.found.before)))
    names = [report.name(str(who)) for who in gone["customer_id"]]
    rest = len(names) - 2 * NAMED
    shown = names[: 2 * NAMED] + ([text.plural("{n} other customer", "{n} other customers", rest)] if rest > 0 else [])
    return paragraph(
        text.say(
            "{names}: off the list since {before}.", before=text.date(watch.found.before), names=text.listed(shown)
        )
    )


def _levels(report: Report, watch: Watch) -> Html:
    text, levels = report.text, watch.levels
    shown = pd.DataFrame(
        {
            "level": [level.words.to(text.lang) for level, _ in levels],
            "customers": [count for _, count in levels],
            "who_looks": [level.who.to(text.lang) for level, _ in levels],
            "within_days": [level.within_days for level, _ in levels],
            "triggers": [joined(level.triggers, text, len(level.triggers)) for level, _ in levels],
        }
    )
    kinds: dict[str, tables.Kind] = {
        "level": "text", "customers": "count", "who_looks": "text", "within_days": "count", "triggers": "text",
    }  # fmt: skip
    return Html(tables.table(shown, kinds, text.lang, caption=text.say("Who looks, and what a level triggers")))


def _record(report: Report) -> tuple[list[Html | Chart], dict[str, Number]]:
    """Return the track record of these very signals on this ledger's own past; where there is none, why."""
    text = report.text
    found: Backtest = report.found("backtest")
    blocks: list[Html | Chart] = [heading(text.say("How good these warnings were"))]
    figures: dict[str, Number] = {}
    if not found.sentences:
        reasons = join([sentence(message, text) for message in found.notes])
        return [*blocks, note(reasons, label=text.say("No track record:"))], figures
    for message in found.sentences:
        code = str(message.params.get("currency", ""))
        blocks.append(paragraph(sentence(message, text), *track.verdict(report, found, code)))
        figures |= track.lead_figures(found, code, "signals.record")
    if report.selection:
        blocks.append(paragraph(*track.of_selection(report, found)))
    cautions = [sentence(message, text) for message in found.notes if "currency" not in message.params]
    main = next((code for code in report.currencies if track.early(found, code)), None)
    if main is not None:
        blocks.append(track.lead_chart(report, found, main))
    blocks += [note(join(cautions), label=text.say("How far to trust it:"))] if cautions else []
    return blocks, figures


def _expected(report: Report) -> tuple[list[Html | Chart], dict[str, Number]]:
    """Return what the open items are expected to become, and whether the model beat the plain rate."""
    text, rows = report.text, chances.expected(report)
    blocks: list[Html | Chart] = [heading(text.say("What the open items will become"))]
    if rows.empty:
        said = chances.said_of_model(report) or text.say("Nothing is open.")
        return [*blocks, note(said, label=text.say("Missing:"))], {}
    for code in rows["currency"].unique():
        blocks.append(chances.expected_table(report, rows, str(code)))
    blocks.append(paragraph(chances.said_of_model(report)))
    figures: dict[str, Number] = {
        f"signals.expected.{row['currency']}.{row['target']}.{name}": float(row[name])
        for row in rows.to_dict("records")
        for name in ("open", "already", "to_come", "expected", "share")
    }
    return blocks, figures


def _sheets(report: Report, watch: Watch) -> tuple[Sheet, ...]:
    text = report.text
    frames = [
        watch.rows(report, code, watch.customers[watch.customers["change"] != ""], told=40).assign(currency=code)
        for code in report.currencies
    ]
    rows = pd.concat(frames, ignore_index=True)
    rows = rows[["currency", *[name for name in rows.columns if name != "currency"]]]
    fired = watch.fired
    signals = pd.DataFrame(
        {
            "customer": [report.name(str(who)) for who in fired["customer_id"]],
            "customer_id": fired["customer_id"],
            "signal": [named(str(key)).to(text.lang) for key in fired["signal"]],
            "topic": [text.label(str(topic)) for topic in fired["topic"]],
            "severe": [text.say("yes") if severe else "" for severe in fired["severe"]],
            "score": fired["points"],
            "evidence": [told(message, text) for message in fired["evidence"]],
        }
    )
    return (
        Sheet(
            text.say("Watch list"),
            text.say("The watch list on {date}", date=text.date(report.as_of)),
            rows,
            formats={"customer_id": "text", "overdue": "money", "balance": "money"},
            headers={name: text.label(name) for name in rows.columns},
            totals=("overdue", "balance"),
        ),
        Sheet(
            text.say("Signals"),
            text.say("Every signal that fires on {date}", date=text.date(report.as_of)),
            signals,
            formats={"customer_id": "text"},
            headers={name: text.label(name) for name in signals.columns},
        ),
    )
