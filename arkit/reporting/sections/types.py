"""Who is late, by how customers pay: the mix of types, who changed lately, and the approach that suits each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from arkit import charts, tables
from arkit.diagnosis.types.kinds import table as kinds
from arkit.reporting.blocks import Chart, Html, Number, Section, described, heading, note, paragraph
from arkit.reporting.conduct import MONEY, Conduct, kind, kind_inline, trade
from arkit.reporting.groups import FEWEST_CUSTOMERS
from arkit.reporting.groups import name as group_name
from arkit.reporting.reasons import added, lacking, spoken
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet
from arkit.reporting.wording import counted
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

CHANGED = 8
"""Customers of another type than before, on the page."""
ACROSS = 6
"""Columns of a table that is cut by another column; the others stand together."""


def build(report: Report) -> Section:
    """Return what customers owe by how they pay; of a ledger without a past, that it can not be told."""
    text, conduct = report.text, Conduct.of(report)
    heard, codes = text.say(title("types")), conduct.currencies(report)
    if not codes:
        nobody = text.say("No customer owes anything or traded within the last year.")
        return Section("types", heard, (nobody,))
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    judged = conduct.judged()
    for code in codes:
        rows = conduct.by("behaviour", code)
        figures |= _figures(rows, f"types.{code}.behaviour") | _figures(
            conduct.by("trade", code), f"types.{code}.trade"
        )
        main = code == codes[0]
        if len(codes) > 1 and (main or judged):
            blocks.append(heading(text.currency(code)))
        if judged and not main:
            blocks.append(paragraph(_most(rows, code, text)))
        if judged and (main or int(rows["customers"].sum()) >= FEWEST_CUSTOMERS):
            blocks.append(_chart(rows, code, text))
        if main:
            blocks += _across(report, conduct, code)
        if main and judged:
            blocks += _changed(report, conduct, code)
            blocks += [] if "types_actions" in report.kind.sections else _approaches(conduct, code, text)
    if missing := lacking(conduct.notes, report):
        blocks.append(note(missing, label=text.say("To note:")))
    return Section(
        "types", heard, lead(conduct, codes[0], text), tuple(blocks), figures, _sheets(report, conduct, codes)
    )


def lead(conduct: Conduct, code: str, text: Text) -> tuple[str, ...]:
    """Return what stands out; where customers can not be judged, that."""
    if not conduct.judged():
        return (
            text.say(
                "How customers pay can not be told from this ledger. Load the settlements of a year, and each customer "
                "is held against its own record."
            ),
        )
    rows, changed = conduct.by("behaviour", code), conduct.changed()
    said = [_most(rows, code, text)]
    changed = changed[changed["currency"] == code]
    if len(changed):
        said.append(
            text.plural(
                "{n} customer pays otherwise than three months before and has {amount} overdue.",
                "{n} customers pay otherwise than three months before; {amount} is overdue with them.",
                len(changed),
                amount=text.short_money(added(changed["overdue"], code), code),
            )
        )
    return tuple(said)


def _most(rows: pd.DataFrame, code: str, text: Text) -> str:
    overdue = added(rows["overdue"], code)
    if overdue <= 0:
        return text.say("Nothing is overdue; the types say how customers have paid so far.")
    top = str(rows.index[0])
    held = kinds().behaviour[top]  # type: ignore[index]
    return text.plural(
        "The largest part of the overdue, {amount} ({share}), is with {n} customer of type “{type}”: {definition}.",
        "The largest part of the overdue, {amount} ({share}), is with {n} customers of type “{type}”: {definition}.",
        int(rows["customers"].iloc[0]),
        amount=text.short_money(float(rows["overdue"].iloc[0]), code),
        share=text.percent(float(rows["overdue"].iloc[0]) / overdue),
        type=kind_inline(top, text),
        definition=held.definition_zh if text.lang == "zh" else held.definition_en,
    )


def _chart(rows: pd.DataFrame, code: str, text: Text) -> Chart:
    names = {str(key): kind(str(key), text) for key in rows.index}
    shown = rows.rename_axis("behaviour").reset_index()
    shown["behaviour"] = [names[key] for key in shown["behaviour"]]
    table = tables.table(
        shown,
        {"behaviour": "text", "customers": "count", **dict.fromkeys(MONEY, "money"), "share_overdue": "percent"},
        text.lang,
        caption=text.of(text.say("Receivables by how customers pay"), code),
        currency=code,
        total={
            "behaviour": text.say("Total"),
            "customers": int(rows["customers"].sum()),
            **{column: added(rows[column], code) for column in MONEY},
        },
    )
    alt = text.say("Bar chart of what customers of each type owe, overdue and not due.")
    frame = pd.concat({code: rows}, names=["currency"])
    return Chart(charts.by_type(frame, text.lang, currency=code, names=names), alt, table)


def _across(report: Report, conduct: Conduct, code: str) -> list[Html | Chart]:
    """Return what is overdue by how customers pay, across trade types or another column; nothing where that is one."""
    text, by = report.text, report.by or "trade"
    rows = conduct.customers[conduct.customers["currency"] == code]
    if report.by:
        group = report.selection.values(by, "customer_id").reindex(pd.Index(rows["customer_id"])).fillna("")
        rows = rows.assign(across=group.to_numpy())
    else:
        rows = rows.assign(across=rows["trade"])
    sizes = rows.groupby("across")["overdue"].sum().sort_values(ascending=False, kind="stable")
    if len(sizes) < 2:
        return []
    heads = [str(name) for name in sizes.index[:ACROSS]]
    rest = len(sizes) - len(heads)
    place = {name: f"across {at}" for at, name in enumerate(heads)}
    rows = rows.assign(place=rows["across"].map(place).fillna("across rest"))
    columns = [*place.values(), *(["across rest"] if rest else [])]
    grid = rows.pivot_table(index="behaviour", columns="place", values="overdue", aggfunc="sum", fill_value=0.0)
    grid = grid.reindex(index=conduct.by("behaviour", code).index, columns=columns, fill_value=0.0)
    shown = grid.assign(overdue=grid.sum(axis=1)).rename_axis("behaviour").reset_index()
    shown["behaviour"] = [kind(str(key), text) for key in shown["behaviour"]]
    called = {place[name]: trade(name, text) if by == "trade" else group_name(name, by, text) for name in heads}
    called["across rest"] = text.plural("{n} other", "{n} others", rest)
    total = {
        "behaviour": text.say("Total"),
        **{column: added(grid[column], code) for column in columns},
        "overdue": added(rows["overdue"], code),
    }
    html = tables.table(
        shown,
        {"behaviour": "text", **dict.fromkeys(columns, "money"), "overdue": "money"},
        text.lang,
        caption=text.of(text.say("Overdue by how customers pay and by {column}", column=text.inline(by)), code),
        currency=code,
        headers=called,
        total=total if len(grid) > 1 else None,
    )
    suggested = int((rows["trade_source"] == "suggested").sum()) if by == "trade" else 0
    if not suggested:
        return [Html(html)]
    said = text.plural(
        "The trade type of {n} customer is suggested by its papers, not given.",
        "The trade types of {n} customers are suggested by their papers, not given.",
        suggested,
    )
    return [Html(html), paragraph(said, style="aside")]


def _changed(report: Report, conduct: Conduct, code: str) -> list[Html | Chart]:
    text, rows = report.text, conduct.changed()
    rows = rows[rows["currency"] == code]
    if rows.empty:
        return [paragraph(text.say("No customer changed its type within three months."), style="aside")]
    top = rows.head(CHANGED)
    shown = top.assign(
        customer=[report.name(who) for who in top["customer_id"]],
        behaviour_3=[kind_inline(key, text) for key in top["behaviour_3"]],
        behaviour=[kind_inline(key, text) for key in top["behaviour"]],
        held_because=[spoken(rule, report) for rule in top["rule"]],
    )
    caption = counted(
        N_("The customer that pays otherwise than three months before"),
        N_("The {n} customers that pay otherwise than three months before, most overdue first"),
        N_("{shown} of {n} customers that pay otherwise than three months before, most overdue first"),
        len(rows), len(top), text,
    )  # fmt: skip
    columns: dict[str, tables.Kind] = {
        "customer": "text", "behaviour_3": "text", "behaviour": "text", "overdue": "money", "held_because": "text",
    }  # fmt: skip
    headers = {"behaviour": text.say("Now")}
    table = tables.table(shown, columns, text.lang, caption=text.of(caption, code), currency=code, headers=headers)
    return [Html(table)]


def _approaches(conduct: Conduct, code: str, text: Text) -> list[Html | Chart]:
    rows = conduct.by("behaviour", code)
    rows = rows[rows["overdue"] > 0]
    given = kinds().behaviour
    pairs = [
        (about(str(key), row, code, text), [given[str(key)].approach.to(text.lang)])  # type: ignore[index]
        for key, row in rows.to_dict("index").items()
    ]
    label = text.of(text.say("The approach that suits each"), code)
    return [heading(label), described(pairs, label=label)] if pairs else []


def about(key: str, row: Mapping[Any, Any], code: str, text: Text) -> str:
    """Return a type with how many customers it has and what is overdue with them."""
    return " · ".join(
        [
            kind(key, text),
            text.plural("{n} customer", "{n} customers", int(row["customers"])),
            text.say("{amount} overdue", amount=text.short_money(row["overdue"], code)),
        ]
    )


def _figures(rows: pd.DataFrame, key: str) -> dict[str, Number]:
    return {
        f"{key}.{name or '(not given)'}.{column}": int(value) if column == "customers" else float(value)
        for name, row in rows.to_dict("index").items()
        for column, value in row.items()
    }


def _sheets(report: Report, conduct: Conduct, codes: list[str]) -> tuple[Sheet, ...]:
    text = report.text
    mix = pd.concat([conduct.by("behaviour", code).assign(currency=code).reset_index() for code in codes])
    mix["behaviour"] = [kind(key, text) for key in mix["behaviour"]]
    names = ["currency", "behaviour", "customers", *MONEY]
    rows = conduct.changed()
    moved = rows.assign(
        customer=[report.name(who) for who in rows["customer_id"]],
        behaviour_3=[kind(key, text) for key in rows["behaviour_3"]],
        behaviour=[kind(key, text) for key in rows["behaviour"]],
        held_because=[spoken(rule, report) for rule in rows["rule"]],
    )
    held = ["currency", "customer_id", "customer", "behaviour_3", "behaviour", "overdue", "total", "held_because"]
    sheets = [
        Sheet(
            text.say("Customer types"),
            text.say("Receivables by how customers pay"),
            mix[names],
            formats=dict.fromkeys(MONEY, "money"),
            headers={name: text.label(name) for name in names},
            totals=("customers", *MONEY),
            formulas={"total": "SUM({not_due},{overdue},{unapplied})"},
        )
    ]
    if len(moved):
        sheets.append(
            Sheet(
                text.say("Types changed"),
                text.say("Customers that pay otherwise than three months before"),
                moved[held],
                formats={"customer_id": "text", "overdue": "money", "total": "money"},
                headers={name: text.label(name) for name in held},
                totals=("overdue", "total"),
            )
        )
    return tuple(sheets)
