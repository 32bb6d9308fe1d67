"""What moved DSO since the last month-end: the bridge's chart, table, words and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import charts, tables
from arkit.charts.bridge import largest, whole
from arkit.measures.bridge import COLUMNS, TERMS
from arkit.reporting.blocks import Chart, Html, Number, described, note
from arkit.reporting.groups import groupings, rename
from arkit.reporting.sheet import Sheet
from arkit.reporting.standing import of_currency
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

MEANINGS: dict[str, str] = {
    "calendar": N_("The three months of sales have more or fewer days than those before: nobody paid differently."),
    "sales": N_(
        "Sales moved between recent and earlier months. Recent sales are open for the most part, so that more of them "
        "lengthen DSO although customers pay as before."
    ),
    "mix": N_("Groups with a long DSO have a larger or smaller share of sales than before, or one is new or gone."),
    "terms": N_("More or less is open and not yet due, against sales: longer or shorter terms, or earlier payment."),
    "lateness": N_(
        "More or less is overdue, against sales, without what is disputed. This is what collecting changes."
    ),
    "disputes": N_("More or less is under dispute, due or not. It comes in when the dispute is settled."),
    "unapplied": N_(
        "Receipts and credit notes that are not yet applied to an invoice shorten DSO; applied, they leave this term."
    ),
    "write_offs": N_("What was written off left the receivables without any cash: DSO is shorter, nothing is better."),
}


def frame_of(report: Report) -> tuple[pd.DataFrame, str]:
    """Return the bridge by the first grouping that the ledger has, and its name; "" where it has none."""
    by = next(iter(groupings(report, 1)), "")
    return report.measure("dso_bridge", **({"by": by} if by else {})), by


def said(report: Report, code: str) -> tuple[str, ...]:
    """Return from where to where DSO went, and what moved it most; nothing where it is not defined."""
    text = report.text
    frame, _ = frame_of(report)
    values = _values(frame, code)
    if values["start"] != values["start"]:
        return ()
    since = text.date(frame.attrs["conventions"]["since"])
    ends = {"since": since, "start": text.number(values["start"], 1), "end": text.days(values["end"])}
    term = largest(values)
    if term is None:
        return (text.say("Since {since} the simple DSO went from {start} to {end}; nothing moved it.", **ends),)
    template = (
        N_("Since {since} the simple DSO went from {start} to {end}. What moved it most is {term}: {days} longer.")
        if values[term] > 0
        else N_(
            "Since {since} the simple DSO went from {start} to {end}. What moved it most is {term}: {days} shorter."
        )
    )
    moved = {"term": text.inline(f"bridge.{term}"), "days": text.days(abs(values[term]))}
    return (text.say(template, **ends, **moved),)


def blocks(report: Report, code: str) -> tuple[list[Html | Chart], dict[str, Number]]:
    """Return the bridge of a currency with its figures; of a short history, why it can not be had."""
    text = report.text
    frame, by = frame_of(report)
    values = _values(frame, code)
    if values["start"] != values["start"]:
        reasons = [n["reason"].to(text.lang) for n in frame.attrs["notes"] if n["where"]["currency"] == code]
        told = [text.say("What moved DSO can not be given: {reason}.", reason=reason) for reason in reasons[:1]]
        return [note(one, label=text.say("Missing:")) for one in told], {}
    figures: dict[str, Number] = {f"dso.{code}.bridge.{name}": value for name, value in values.items()}
    rows = of_currency(frame, code) if by else frame.loc[[code]]
    if by:
        figures |= {
            f"dso.{code}.bridge.{by}.{group}.{name}": float(row[name])
            for group, row in rows.iterrows()
            for name in COLUMNS
        }
    alt = text.say("Bars from the DSO before to the DSO now, a step for each term: {terms}.", terms=_listed(text))
    chart = Chart(charts.dso_bridge(frame, text.lang, currency=code), alt, _table(rows, by, values, code, text))
    return [chart], figures


def definitions(text: Text) -> Html:
    """Return what each term means, for somebody who collects."""
    items = [(text.label(f"bridge.{term}"), (text.say(MEANINGS[term]),)) for term in TERMS]
    return described(items, label=text.say("What can move DSO"))


def sheet(report: Report) -> Sheet:
    """Return the bridge for the workbook; ``DSO now`` is the sum of what stands before it."""
    text = report.text
    frame, by = frame_of(report)
    rows = rename(frame, by, text) if by else frame
    since = text.date(frame.attrs["conventions"]["since"])
    parts = ", ".join(f"{{{name}}}" for name in COLUMNS if name != "end")
    heads = _heads(text) | {"currency": text.label("currency")} | ({by: text.label(by)} if by else {})
    return Sheet(
        text.say("DSO bridge"),
        text.say("What moved DSO from {since} to {date}, in days", since=since, date=text.date(report.as_of)),
        rows, formats=dict.fromkeys(COLUMNS, "days"), headers=heads, formulas={"end": f"SUM({parts})"},
    )  # fmt: skip


def _values(frame: pd.DataFrame, code: str) -> dict[str, float]:
    rows = frame[frame.index.get_level_values("currency") == code]
    if rows.empty:  # no segment has anything on record yet
        return dict.fromkeys(COLUMNS, float("nan"))
    return {str(name): float(value) for name, value in whole(rows).items()}


def _heads(text: Text) -> dict[str, str]:
    return {name: text.label(f"bridge.{name}") for name in COLUMNS}


def _listed(text: Text) -> str:
    return text.listed([text.inline(f"bridge.{term}") for term in TERMS])


def _table(rows: pd.DataFrame, by: str, values: dict[str, float], code: str, text: Text) -> str:
    """Return a row for each group, the longest DSO first, and the whole below."""
    total = text.say("All")
    groups = rename(rows, by, text).sort_values("end", ascending=False, kind="stable") if by else rows.iloc[:0]
    shown = pd.concat([groups, pd.DataFrame([values], index=pd.Index([total]))]).rename_axis("of").reset_index()
    kept = [name for name in COLUMNS if values[name] or rows[name].any()]
    return tables.table(
        shown,
        {"of": "text", **dict.fromkeys(kept, "days")},
        text.lang,
        caption=text.of(text.say("What moved DSO, in days of the whole DSO"), code),
        headers={"of": text.label(by) if by else ""} | _heads(text),
    )
