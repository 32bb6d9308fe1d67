"""Who owes: by customer type, region and salesperson; how concentrated; the largest debtors; who is above the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import charts, tables
from arkit.charts import palette
from arkit.charts.debtors import largest
from arkit.charts.position import bucket_columns, late_columns
from arkit.diagnosis.causes.families import UNKNOWN
from arkit.reporting import limits
from arkit.reporting.blocks import Chart, Html, Number, Section, Tile, band, heading, note, paragraph
from arkit.reporting.groups import FEWEST_CUSTOMERS, groupings, rename
from arkit.reporting.sections import title
from arkit.reporting.sheet import CellFormat, Sheet
from arkit.reporting.standing import cells, of_currency

if TYPE_CHECKING:
    from arkit.reporting.page import Report

SHOWN = 20
"""Customers in the table on the page; the workbook has them all."""


def build(report: Report) -> Section:
    """Return who owes: groups, concentration, largest debtors."""
    text, found = report.text, groupings(report)
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    missing = [text.inline(name) for name in ("type", "region", "salesperson") if name not in found]
    if missing:
        said = text.say(
            "The ledger does not tell customers apart by {columns}: these views are left out.",
            columns=text.listed(missing),
        )
        blocks.append(note(said, label=text.say("Missing:")))
    held = limits.held(report)
    blocks += limits.unknown(held, text)
    for code in report.currencies:
        if len(report.currencies) > 1:
            blocks.append(heading(text.currency(code)))
        concentrated, numbers = _concentration(report, code)
        blocks.append(concentrated)
        figures |= numbers
        customers = of_currency(report.measure("aging", by="customer_id"), code)
        if not customers.empty:
            blocks += [_largest(report, code), Html(_table(report, customers, code))]
            figures |= _customer_figures(customers, code)
            part, numbers = limits.limits(report, held, code)
            blocks += part
            figures |= numbers
        if found and len(customers) < FEWEST_CUSTOMERS:
            said = text.plural(
                "{n} customer has a balance in {currency}: too few to cut into groups.",
                "{n} customers have a balance in {currency}: too few to cut into groups.",
                len(customers),
                currency=text.currency(code),
            )
            blocks.append(paragraph(said, style="aside"))
            continue
        for by in found:
            chart, numbers = _group(report, by, code)
            blocks.append(chart)
            figures |= numbers
    return Section(
        "who_owes",
        text.say(title("who_owes")),
        (),
        tuple(blocks),
        figures,
        (*_sheets(report, found), *limits.sheets(report, held)),
    )


def _concentration(report: Report, code: str) -> tuple[Html, dict[str, Number]]:
    text, row = report.text, cells(report.measure("concentration"), code)
    tiles = [
        Tile(text.say("Customers that owe"), text.number(float(row["customers"]))),
        *(
            Tile(text.label(key), text.percent(float(row[key])), text.say("of what is owed"))
            for key in ("top_1", "top_5", "top_10")
        ),
        Tile(text.label("herfindahl"), text.number(float(row["herfindahl"])), text.say("10,000 = one debtor")),
    ]
    figures: dict[str, Number] = {f"who_owes.{code}.{key}": float(row[key]) for key in row}
    return band(tiles, label=text.of(text.say("Concentration"), code)), figures


def _largest(report: Report, code: str) -> Chart:
    text, frame = report.text, report.measure("aging", by="customer_id")
    columns = [*bucket_columns(frame), "total"]
    rows = tables.largest_first(of_currency(frame, code), "total", 10).rename_axis("customer_id").reset_index()
    rows["customer"] = [report.name(i) for i in rows["customer_id"]]
    table = tables.table(
        rows,
        {"customer": "text", **dict.fromkeys(columns, "money")},
        text.lang,
        caption=text.of(text.say("The largest debtors by age"), code),
        currency=code,
        colours=palette.bucket_colours(bucket_columns(frame)),
    )
    alt = text.say("Bar chart of the largest debtors, each split by age.")
    return Chart(charts.concentration(frame, text.lang, currency=code, names=report.names), alt, table)


def _table(report: Report, customers: pd.DataFrame, code: str) -> str:
    text, late = report.text, late_columns(customers)
    rows = tables.largest_first(customers, "total", SHOWN).rename_axis("customer_id").reset_index()
    owed = float(customers["total"].clip(lower=0).sum())
    rows["customer"] = [report.name(i) for i in rows["customer_id"]]
    rows["overdue"] = rows[late].sum(axis=1)
    rows["share"] = rows["total"].clip(lower=0) / owed if owed else float("nan")
    rows["cumulative"] = rows["share"].cumsum()
    kinds: dict[str, tables.Kind] = {
        "customer": "text",
        "customer_id": "text",
        "total": "money",
        "overdue": "money",
        late[-1]: "money",
        "unapplied": "money",
        "share": "percent",
        "cumulative": "percent",
    }
    if not report.names:
        kinds = {k: v for k, v in kinds.items() if k != "customer"}
    caption = text.of(text.plural("The customer that owes", "The {n} customers that owe most", len(rows)), code)
    return tables.table(rows, kinds, text.lang, caption=caption, currency=code)


def _customer_figures(customers: pd.DataFrame, code: str) -> dict[str, Number]:
    late = late_columns(customers)
    figures: dict[str, Number] = {}
    for customer_id, row in tables.largest_first(customers, "total", SHOWN).to_dict("index").items():
        key = f"who_owes.{code}.customer.{customer_id}"
        figures |= {f"{key}.{column}": float(value) for column, value in row.items()}
        figures[f"{key}.overdue"] = sum(float(row[column]) for column in late)
    return figures


def _group(report: Report, by: str, code: str) -> tuple[Chart, dict[str, Number]]:
    text, frame = report.text, report.measure("aging", by=by)
    named = rename(frame, by, text)
    rows = largest(of_currency(named, code), 15, text)
    late, columns = late_columns(frame), [*bucket_columns(frame), "total"]
    owed = rows[["not_due", *late]].sum(axis=1)
    shown = rows.assign(share_overdue=rows[late].sum(axis=1) / owed.where(owed != 0)).rename_axis(by).reset_index()
    table = tables.table(
        shown,
        {by: "text", **dict.fromkeys(columns, "money"), "share_overdue": "percent"},
        text.lang,
        caption=text.of(text.say("Receivables by {group}", group=text.inline(by)), code),
        currency=code,
        total={by: text.say("Total"), **{column: float(rows[column].sum()) for column in columns}},
        colours=palette.bucket_colours(bucket_columns(frame)),
    )
    alt = text.say("Bar chart of receivables by {group}, each split by age.", group=text.inline(by))
    own = of_currency(frame, code)
    figures: dict[str, Number] = {
        f"who_owes.{code}.{by}.{group}.{column}": float(row[column])
        for group, row in own.iterrows()
        for column in columns
    }
    return Chart(charts.groups(named, text.lang, currency=code), alt, table), figures


def _sheets(report: Report, found: list[str]) -> tuple[Sheet, ...]:
    text, frame = report.text, report.measure("aging", by="customer_id")
    columns = [*bucket_columns(frame), "total"]
    money: dict[str, CellFormat] = dict.fromkeys(columns, "money")
    customers = frame.reset_index().sort_values(["currency", "total"], ascending=[True, False], kind="stable")
    if report.names:
        customers.insert(2, "customer", [report.name(i) for i in customers["customer_id"]])
    heads = {name: text.label(name) for name in [*customers.columns, *found]}
    live = {"total": "SUM(" + ", ".join(f"{{{c}}}" for c in columns if c != "total") + ")"}
    sheets = [
        Sheet(
            text.say("Customers"),
            text.say("Receivables by customer and age"),
            customers,
            formats={**money, "customer_id": "text"},
            headers=heads,
            totals=tuple(columns),
            formulas=live,
        )
    ]
    for by in found:
        grouped = rename(report.measure("aging", by=by), by, text)
        name = text.say("By {group}", group=text.inline(by))
        sheets.append(Sheet(name, name, grouped, formats=money, headers=heads, totals=tuple(columns), formulas=live))
    return (*sheets, _open_items(report))


def _open_items(report: Report) -> Sheet:
    text, items = report.text, report.open_items
    shown = items[["currency", "customer_id", "document_id", "kind", "date", "due_date", "open", "days_overdue"]].copy()
    if report.names:
        shown.insert(2, "customer", [report.name(i) for i in shown["customer_id"]])
    shown["kind"] = shown["kind"].astype(str).map(text.label)
    causes = report.found("causes").frame
    known = (
        causes[causes["cause"] != UNKNOWN].set_index("document_id")["cause"].map(lambda key: text.label(f"cause.{key}"))
    )
    shown["cause"] = known.reindex(pd.Index(shown["document_id"].astype("str"))).to_numpy()
    return Sheet(
        text.say("Open items"),
        text.say("Open items on {date}", date=text.date(report.as_of)),
        shown,
        formats={"open": "money", "date": "date", "due_date": "date", "customer_id": "text", "document_id": "text"},
        headers={name: text.label(name) for name in shown.columns},
        totals=("open",),
    )
