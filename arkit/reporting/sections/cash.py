"""When the cash comes: 13 weeks with a range, plain forecasts beside it, the record so far, and from whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.charts.cash import cash as chart
from arkit.forecasting.result import WEEKS
from arkit.messages import Message
from arkit.reporting import forecast_record, week
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, note, paragraph
from arkit.reporting.forecast_record import PLAIN, beside
from arkit.reporting.sections import title
from arkit.reporting.sheet import CellFormat, Sheet
from arkit.reporting.standing import cells, of_currency
from arkit.reporting.wording import sentence

if TYPE_CHECKING:
    from arkit.forecasting import Forecast
    from arkit.reporting.page import Report

SHOWN = 10
"""Customers on the page for the currency with most documents; half as many for the others."""
RANGE = ("low", "high")
SOURCES = ("booked", "fresh")


def build(report: Report) -> Section:
    """Return the cash to come; where nothing can be forecast, why, and what falls due instead."""
    text, found = report.text, report.found("forecast")
    if found.weeks.empty:
        return _nothing(report, found)
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    weekly, customers = shown(report, found)
    codes = [code for code in report.currencies if code in weekly.index.get_level_values("currency")]
    for code in codes:
        if len(codes) > 1:
            blocks.append(heading(text.currency(code)))
        rows = of_currency(weekly, code)
        blocks.append(paragraph(*_said(report, found, rows, code)))
        if float(rows["expected"].sum()) > 0:
            blocks.append(_chart(report, found, weekly, code))
            most = SHOWN if code == codes[0] else SHOWN // 2
            blocks.append(paragraph(_whose(report, customers[customers["currency"] == code], code)))
            blocks.append(Html(_customers(report, customers[customers["currency"] == code], code, most)))
            if report.by:
                blocks.append(Html(_by_group(report, customers[customers["currency"] == code], code)))
        blocks.append(note(forecast_record.said(found, code, text), label=text.say("Track record:")))
        figures |= _figures(report, found, rows, customers[customers["currency"] == code], code)
    if report.selection:
        blocks.append(note(text.say(
            "The range is known for the whole ledger and for each customer, not for a selection: ranges do not add up."
        )))  # fmt: skip
    if found.accuracy.empty:
        blocks += [note(sentence(message, text)) for message in found.notes]
    lead = text.say(
        "Each open invoice is paid in the forecast as its customer has paid before; invoices to come repeat those of "
        "last year. Cash is what comes in: a bill counts when it matures."
    )
    sheets = _sheets(report, weekly, customers)
    return Section("cash", text.say(title("cash")), (lead,), tuple(blocks), figures, sheets)


def shown(report: Report, found: Forecast) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the weeks and customers that are shown; a selection's weeks add up its customers, without a range."""
    customers = report.selection.of(found.customers.reset_index())
    if not report.selection:
        return found.weeks, customers
    by_week = report.selection.of(found.by_customer.reset_index())
    sums = by_week.groupby(["currency", "week"])[["expected"]].sum()
    return found.weeks[["start", "end"]].join(sums, how="inner"), customers


def _nothing(report: Report, found: Forecast) -> Section:
    text = report.text
    items = report.selection.of(report.open_items)
    blocks: list[Html | Chart] = [
        note(sentence(message, text), label=text.say("Missing:"), warning=True) for message in found.notes
    ]
    if report.snapshot:
        blocks.append(paragraph(text.say(
            "A ledger with its settlements (which payment closed which invoice, and when) gives a forecast by week."
        )))  # fmt: skip
    figures: dict[str, Number] = {}
    today = pd.Timestamp(report.as_of)
    for code in report.currencies:
        claims = items[(items["currency"] == code) & (items["open"] > 0)]
        late = float(claims.loc[claims["due_date"] <= today, "open"].sum())
        ahead = claims[(claims["due_date"] > today) & (claims["due_date"] <= today + pd.Timedelta(weeks=WEEKS))]
        blocks.append(paragraph(text.say(
            "Due by {date} already: {late}; falling due in the {n} weeks after it: {ahead}.",
            date=text.date(report.as_of), late=text.short_money(late, code), n=WEEKS,
            ahead=text.short_money(float(ahead["open"].sum()), code),
        )))  # fmt: skip
        figures |= {f"cash.{code}.due_already": late, f"cash.{code}.falling_due": float(ahead["open"].sum())}
    return Section("cash", text.say(title("cash")), (), tuple(blocks), figures)


def _said(report: Report, found: Forecast, rows: pd.DataFrame, code: str) -> list[str]:
    """Say how much, how sure, of what it is made, and where it is thin."""
    text, expected = report.text, float(rows["expected"].sum())
    until = text.date(pd.Timestamp(rows["end"].iloc[-1]))
    amount = text.short_money(expected, code)
    if report.selection:
        return [text.say("Until {date}, {amount} should come in.", date=until, amount=amount)]
    total = cells(found.totals, code)
    said = [
        text.say(
            "Until {date}, {amount} should come in; in {level} of cases it lies between {low} and {high}.",
            date=until,
            amount=amount,
            level=text.percent(found.level, 0),
            low=text.short_money(float(total["low"]), code),
            high=text.short_money(float(total["high"]), code),
        )
    ]
    if expected <= 0:
        return said
    said.append(
        text.say(
            "{booked} of it is on the books already, the rest hangs on invoices yet to be issued.",
            booked=text.percent(float(total["booked"]) / expected, 0),
        )
    )
    month = rows[rows["end"] <= rows["start"].iloc[0] + pd.Timedelta(days=28)]
    thin = rows.iloc[int(rows["expected"].to_numpy().argmin())]
    said.append(
        text.say(
            "Four weeks bring {amount}; the thinnest week is that from {date} with {least}: plan payments on the low "
            "end of the range.",
            amount=text.short_money(float(month["expected"].sum()), code),
            date=text.short_date(pd.Timestamp(thin["start"])),
            least=text.short_money(float(thin["expected"]), code),
        )
    )
    return said


def _whose(report: Report, customers: pd.DataFrame, code: str) -> str:
    """Say on how many customers half of the money hangs, and on whom most."""
    text, total = report.text, float(customers["expected"].sum())
    half = int((customers["expected"].cumsum() < total / 2).sum()) + 1
    first = customers.iloc[0]
    return text.plural(
        "Half of it or more comes from {name} ({amount}): agree a day of payment there.",
        "Half of it comes from {n} customers, most from {name} ({amount}): agree days of payment with them.",
        half,
        name=report.name(str(first["customer_id"])),
        amount=text.short_money(float(first["expected"]), code),
    )


def _chart(report: Report, found: Forecast, weekly: pd.DataFrame, code: str) -> Chart:
    text, rows = report.text, of_currency(weekly, code).reset_index()
    rows["week"] = [text.iso(day) for day in rows["start"]]
    rows["cumulative_cash"] = rows["expected"].cumsum()
    names = [name for name in ("expected", *RANGE, "cumulative_cash", *SOURCES, *PLAIN) if name in rows]
    names = [name for name in names if rows[name].notna().all()]
    sums = {name: float(rows[name].sum()) for name in names if name not in {*RANGE, "cumulative_cash"}}
    table = tables.table(
        rows,
        {"week": "text", **dict.fromkeys(names, "money")},
        text.lang,
        caption=text.of(text.say("Cash to come by week"), code),
        currency=code,
        headers={
            "week": text.label("start"),
            "expected": text.label("expected_cash"),
            "cumulative_cash": text.say("Running total"),
        },
        total={"week": text.say("Total"), **sums},
    )
    alt = (
        text.say("Column chart of the cash expected in each week.")
        if report.selection
        else text.say(
            "Column chart of the cash expected in each week, with the range that {level} of weeks should lie in.",
            level=text.percent(found.level, 0),
        )
    )
    drawn = chart(weekly, text.lang, currency=code, beside=beside(found, code), level=found.level)
    return Chart(drawn, alt, table)


def _customers(report: Report, customers: pd.DataFrame, code: str, most: int) -> str:
    text, total = report.text, float(customers["expected"].sum())
    rows = customers.head(most).copy()
    rows["customer"] = [report.name(i) for i in rows["customer_id"]]
    rows["share"] = rows["expected"] / total
    kinds: dict[str, tables.Kind] = {
        "customer": "text", "expected": "money", "low": "money", "high": "money", "share": "percent", "open": "money",
    }  # fmt: skip
    return tables.table(
        rows,
        kinds,
        text.lang,
        caption=text.of(text.say("From whom most is expected in {n} weeks", n=WEEKS), code),
        currency=code,
        headers={
            "expected": text.label("expected_cash"),
            "share": text.say("Share of the cash expected"),
            "open": text.say("Open today, without bills"),
        },
        total={"customer": text.say("All customers"), "expected": total, "open": float(customers["open"].sum())},
    )


def _by_group(report: Report, customers: pd.DataFrame, code: str) -> str:
    """Return the cash to come by the group that the report breaks down by."""
    text, rows = report.text, week.grouped(report, customers, ["open", "expected"])
    total = {name: float(rows[name].sum()) for name in ("expected", "open")}
    return tables.table(
        rows,
        {"by_group": "text", "expected": "money", "open": "money"},
        text.lang,
        caption=text.of(text.say("Cash to come by {group}", group=text.inline(report.by)), code),
        currency=code,
        headers={
            "by_group": text.label(report.by),
            "expected": text.label("expected_cash"),
            "open": text.say("Open today, without bills"),
        },
        total={"by_group": text.say("Total"), **total},
    )


def _figures(
    report: Report, found: Forecast, rows: pd.DataFrame, customers: pd.DataFrame, code: str
) -> dict[str, Number]:
    head = f"cash.{code}"
    figures: dict[str, Number] = {f"{head}.expected": float(rows["expected"].sum())}
    if not report.selection:
        figures |= {f"{head}.{name}": float(value) for name, value in cells(found.totals, code).items()}
    names = [name for name in rows.columns if name not in {"start", "end"}]
    figures |= {
        f"{head}.week.{week}.{name}": float(row[name])
        for week, row in zip(rows.index, rows.to_dict("records"), strict=True)
        for name in names
    }
    figures |= {
        f"{head}.customer.{row['customer_id']}.{name}": float(row[name])
        for row in customers.head(SHOWN).to_dict("records")
        for name in ("expected", *RANGE, "open")
    }
    if not found.accuracy.empty and code in found.accuracy.index.get_level_values("currency"):
        for of in ("week", "quarter", "customer"):
            row = cells(found.accuracy, (code, of))
            figures |= {f"{head}.record.{of}.{name}": float(value) for name, value in row.items()}
    return figures


def _sheets(report: Report, weekly: pd.DataFrame, customers: pd.DataFrame) -> tuple[Sheet, ...]:
    text = report.text
    weeks = weekly.reset_index()
    money: dict[str, CellFormat] = {c: "money" for c in weeks.columns if c not in {"currency", "week", "start", "end"}}
    people = customers.copy()
    people.insert(2, "customer", [report.name(i) for i in people["customer_id"]])
    own: dict[str, CellFormat] = dict.fromkeys(("open", "expected", *RANGE, *SOURCES), "money")
    heads = {str(c): text.label(str(c)) for c in [*weeks.columns, *people.columns]} | {
        "end": text.say("Week to"),
        "week": text.say("Week"),
        "expected": text.label("expected_cash"),
    }
    remark = Message("The ends of the ranges of weeks or customers do not add up to that of the whole.").to(text.lang)
    sums = ("expected", *(c for c in SOURCES if c in weeks), *(c for c in PLAIN if c in weeks))
    return (
        Sheet(
            text.say("Cash by week"),
            text.say("Cash to come by week"),
            weeks,
            formats={**money, "start": "date", "end": "date", "week": "count"},
            headers=heads,
            totals=sums,
            note=remark,
        ),
        Sheet(
            text.say("Cash by customer"),
            text.say("Cash to come in {n} weeks, by customer", n=WEEKS),
            people,
            formats={**own, "customer_id": "text"},
            headers=heads,
            totals=("open", "expected", *SOURCES),
            note=remark,
        ),
    )
