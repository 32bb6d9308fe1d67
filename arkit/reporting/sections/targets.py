"""Targets for the months ahead: what is expected, by salesperson, and the stretch beyond it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.charts import collecting as charts
from arkit.charts.collecting import SOURCES
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, join, note, paragraph
from arkit.reporting.sections import title
from arkit.reporting.sheet import CellFormat, Sheet
from arkit.reporting.standing import of_currency
from arkit.reporting.wording import sentence, told

if TYPE_CHECKING:
    from arkit.reporting.page import Report

STRETCH = 10
"""Customers on the page whose overdue is mostly left out of the targets; the workbook has them all."""


def build(report: Report) -> Section:
    """Return proposed targets; where nothing is open, that there are none."""
    text, found = report.text, report.found("collection_targets")
    frame, stretch = report.selection.of(found.frame), report.selection.of(found.stretch)
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    codes = [code for code in report.currencies if code in {*frame["currency"], *stretch["currency"]}]
    for code in codes:
        if len(codes) > 1:
            blocks.append(heading(text.currency(code)))
        if code in set(frame["currency"]):
            blocks += _months(report, frame, code, figures)
        blocks += _stretch(report, stretch[stretch["currency"] == code], code, figures)
    if found.notes:
        blocks.append(note(join([sentence(message, text) for message in found.notes])))
    lead = (
        text.say(
            "A target is what is expected, invoice by invoice, not a wish: only a plan that can be kept can be asked "
            "for. What full recovery of the overdue would add stands apart as the stretch. A bill received counts as "
            "collected here, in the cash forecast only when it matures."
        )
        if codes
        else text.say("Nothing is open from which money could be expected: there is no target to propose.")
    )
    sheets = _sheets(report, frame, stretch) if codes else ()
    return Section("targets", text.say(title("targets")), (lead,), tuple(blocks), figures, sheets)


def _months(report: Report, frame: pd.DataFrame, code: str, figures: dict[str, Number]) -> list[Html | Chart]:
    text, names = report.text, ["amount", *SOURCES]
    months = frame.groupby(["currency", "month"])[names].sum()
    rows = of_currency(months, code)
    figures |= {
        f"targets.{code}.{pd.Timestamp(month).date()}.{name}": float(row[name])
        for month, row in zip(rows.index, rows.to_dict("records"), strict=True)
        for name in names
    }
    shown = rows.rename_axis("month").reset_index()
    shown["month"] = [text.month(pd.Timestamp(month)) for month in shown["month"]]
    heads = {name: text.label(f"target_{name}") for name in SOURCES} | {"amount": text.label("target")}
    table = tables.table(
        shown,
        {"month": "text", **dict.fromkeys(names, "money")},
        text.lang,
        caption=text.of(text.say("Targets by month"), code),
        currency=code,
        headers=heads,
        total={"month": text.say("Total"), **{name: float(rows[name].sum()) for name in names}},
    )
    alt = text.say("Column chart of the targets of the months ahead by where the money comes from.")
    chart = Chart(charts.targets(months, text.lang, currency=code), alt, table)
    mine = frame[frame["currency"] == code]
    return [chart, Html(_owners(report, mine, code, figures))] if mine["owner"].ne("").any() else [chart]


def _owners(report: Report, rows: pd.DataFrame, code: str, figures: dict[str, Number]) -> str:
    """Return targets by salesperson, a column for each month."""
    text = report.text
    wide = rows.pivot_table("amount", "owner", "month", aggfunc="sum", fill_value=0.0)
    months = [pd.Timestamp(str(month)) for month in wide.columns]
    names = [f"m{place}" for place in range(len(months))]
    wide.columns = pd.Index(names)
    figures |= {
        f"targets.{code}.{month.date()}.{owner}": float(value)
        for name, month in zip(names, months, strict=True)
        for owner, value in wide[name].items()
    }
    wide["total"] = wide[names].sum(axis=1)
    shown = wide.sort_values("total", ascending=False, kind="stable").reset_index()
    shown["owner"] = [name or text.say("nobody named") for name in shown["owner"]]
    heads = {name: text.month(month) for name, month in zip(names, months, strict=True)}
    return tables.table(
        shown,
        {"owner": "text", **dict.fromkeys([*names, "total"], "money")},
        text.lang,
        caption=text.of(text.say("Targets by account owner"), code),
        currency=code,
        headers=heads | {"total": text.say("Total")},
        total={"owner": text.say("Total"), **{name: float(wide[name].sum()) for name in [*names, "total"]}},
    )


def _stretch(report: Report, rows: pd.DataFrame, code: str, figures: dict[str, Number]) -> list[Html | Chart]:
    text, total = report.text, {name: float(rows[name].sum()) for name in ("overdue", "planned", "stretch")}
    figures |= {f"targets.{code}.stretch.{name}": value for name, value in total.items()}
    if rows.empty or total["stretch"] <= 0:
        return []
    shown = rows.sort_values("stretch", ascending=False, kind="stable").head(STRETCH)
    shown = shown.assign(customer=[report.name(str(i)) for i in shown["customer_id"]])
    said = text.say(
        "Of {overdue} overdue, unapplied credit taken off, the targets count on {planned}; the other {stretch} is the "
        "stretch: it needs more than waiting.",
        **{name: text.short_money(value, code) for name, value in total.items()},
    )
    kinds: dict[str, tables.Kind] = {"customer": "text", **dict.fromkeys(total, "money")}
    if rows["owner"].ne("").any():
        kinds["owner"] = "text"
    table = tables.table(
        shown,
        kinds,
        text.lang,
        caption=text.of(text.say("Where most of the stretch lies"), code),
        currency=code,
        headers={"planned": text.say("In the targets")},
        total={"customer": text.say("All customers"), **total},
    )
    return [paragraph(said), Html(table)]


def _sheets(report: Report, frame: pd.DataFrame, stretch: pd.DataFrame) -> tuple[Sheet, ...]:
    text = report.text
    money: dict[str, CellFormat] = dict.fromkeys(("amount", *SOURCES), "money")
    plan = frame.assign(
        customer=[report.name(str(i)) for i in frame["customer_id"]], basis=[told(b, text) for b in frame["basis"]]
    )
    plan = plan[["month", "owner", "customer_id", "customer", "currency", "amount", *SOURCES, "basis"]]
    heads = {str(c): text.label(str(c)) for c in [*plan.columns, *stretch.columns]}
    heads |= {name: text.label(f"target_{name}") for name in SOURCES}
    heads |= {"amount": text.label("target"), "basis": text.say("What it rests on")}
    remark = text.say(
        "The four parts add up to the target. To use the plan, save month, owner, customer, currency and target as the "
        "ledger's table of targets."
    )
    return (
        Sheet(
            text.say("Targets"),
            text.say("Proposed targets by month and customer"),
            plan,
            formats={**money, "month": "date", "customer_id": "text"},
            headers=heads,
            totals=("amount", *SOURCES),
            note=remark,
            formulas={"amount": "SUM(" + ", ".join(f"{{{name}}}" for name in SOURCES) + ")"},
        ),
        Sheet(
            text.say("Stretch"),
            text.say("Overdue money beyond the targets"),
            stretch.assign(customer=[report.name(str(i)) for i in stretch["customer_id"]]),
            formats={**dict.fromkeys(("overdue", "planned", "stretch"), "money"), "customer_id": "text"},
            headers=heads | {"planned": text.say("In the targets"), "customer": text.label("customer")},
            totals=("overdue", "planned", "stretch"),
        ),
    )
