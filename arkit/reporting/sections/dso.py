"""How fast the money comes in: the DSO family with its terms, days to pay, sales against cash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from arkit import charts, tables
from arkit.reporting import bridged
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, note
from arkit.reporting.conventions import worded
from arkit.reporting.groups import groupings, rename
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet
from arkit.reporting.standing import cells, of_currency, speed
from arkit.text import UNDEFINED

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

FAMILY = (
    "dso_countback",
    "dso_simple",
    "dso_rolling",
    "dso_sales_weighted",
    "dso_true",
    "dso_best_possible",
    "average_days_delinquent",
    "receivables_turnover",
    "days_to_pay",
    "days_beyond_terms",
    "late_share",
    "collection_effectiveness",
)
MONEY_TERMS = (
    "receivables",
    "credit_sales",
    "opening",
    "closing_total",
    "closing_current",
    "amount",
    "invoiced",
    "allowance",
)


def build(report: Report) -> Section:
    """Return the DSO family and what stands beside it; of a snapshot, why it can not be had."""
    text = report.text
    if report.snapshot:
        reason = speed(report, report.currencies[0]).reason
        said = text.say(
            "DSO, days to pay, collection effectiveness and cash by month can not be given: {reason}.", reason=reason
        )
        return Section("dso", text.say(title("dso")), blocks=(note(said, label=text.say("Missing:"), warning=True),))
    kpis = report.measure("kpis")
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    for code in report.currencies:
        if len(report.currencies) > 1:
            blocks.append(heading(text.currency(code)))
        warning = speed(report, code).warning
        if warning:
            blocks.append(note(text.say("{warning}.", warning=warning), label=text.say("Warning:"), warning=True))
        of_code = of_currency(kpis, code)
        rows = {name: cells(of_code, name) for name in FAMILY}
        blocks.append(Html(_family(rows, code, text)))
        for name, row in rows.items():
            figures[f"dso.{code}.{name}"] = float(row["value"])
            figures |= {f"dso.{code}.{name}.{term}": float(value) for term, value in row["terms"].items()}
        if of_currency(report.measure("flows", months=report.months), code).empty:
            continue  # nothing is on record yet, as the table says
        steps, numbers = bridged.blocks(report, code)
        blocks += steps
        figures |= numbers
        for chart, numbers in (_history(report, code), _flows(report, code), *_payment(report, code)):
            blocks.append(chart)
            figures |= numbers
    conventions = worded(report.measure("dso", method="countback").attrs["conventions"], text, leave=("months",))
    label = text.say("Conventions")
    blocks += [heading(text.say("What can move DSO")), bridged.definitions(text)]
    blocks += [heading(label), Html(tables.terms(conventions, label=label))]
    return Section("dso", text.say(title("dso")), _lead(report), tuple(blocks), figures, _sheets(report, kpis))


def _lead(report: Report) -> tuple[str, ...]:
    text = report.text
    return (
        *bridged.said(report, report.currencies[0]),
        text.say(
            "Days sales outstanding says how many days of credit sales are still receivable. The forms answer "
            "different questions; the count-back form follows the months as they were, so seasonal sales do not "
            "throw it off."
        ),
    )


def _family(rows: dict[str, dict[str, Any]], code: str, text: Text) -> str:
    shown = pd.DataFrame(
        {
            "measure": [text.label(name) for name in rows],
            "value": [_value(row["value"], row["unit"], text) for row in rows.values()],
            "made_of": [_terms(row, code, text) for row in rows.values()],
            "definition": [row["definition"].to(text.lang) for row in rows.values()],
        }
    )
    return tables.table(
        shown,
        {"measure": "text", "value": "said", "made_of": "text", "definition": "text"},
        text.lang,
        caption=text.of(text.say("The DSO family"), code),
    )


def _value(value: Any, unit: str, text: Text) -> str:  # noqa: ANN401 (a cell of a frame)
    if unit == "share":
        return text.percent(value)
    return text.days(value) if unit == "days" else text.number(value, 2)


def _terms(row: Mapping[Any, Any], code: str, text: Text) -> str:
    if row["reason"] is not None and row["value"] != row["value"]:
        return str(row["reason"].to(text.lang))
    said = []
    for name, value in row["terms"].items():
        shown = text.amount(value, code) if name in MONEY_TERMS else text.number(value, 0 if value == int(value) else 1)
        called = f"bridge.{name}" if row.get("measure") == "dso_largest_move" else name
        said.append(f"{text.label(called)} {shown}")
    return " · ".join(said) or UNDEFINED


def _convention(said: Mapping[str, str], text: Text) -> str:
    """Return how a key figure was counted, on one line."""
    return " · ".join(text.say("{name}: {value}", name=name, value=value) for name, value in worded(said, text))


def _history(report: Report, code: str) -> tuple[Chart, dict[str, Number]]:
    text = report.text
    frame = report.measure("dso_history", months=report.months)
    rows = of_currency(frame, code).rename_axis("as_of").reset_index()
    methods = [str(column) for column in frame.columns]
    table = tables.table(
        rows.sort_values("as_of", ascending=False),
        {"as_of": "date", **dict.fromkeys(methods, "days")},
        text.lang,
        caption=text.of(text.say("DSO at each month-end in days"), code),
    )
    alt = text.say(
        "Line chart of DSO in days at month-ends: {methods}.", methods=text.listed([*map(text.label, methods)])
    )
    figures = {
        f"dso.{code}.{row['as_of'].date()}.{method}": row[method]
        for row in rows.to_dict("records")
        for method in methods
    }
    return Chart(charts.dso(frame, text.lang, currency=code), alt, table), figures


def _flows(report: Report, code: str) -> tuple[Chart, dict[str, Number]]:
    text = report.text
    frame = report.measure("flows", months=report.months)
    rows = of_currency(frame, code)
    columns = [c for c in rows.columns if c != "tax" and (rows[c].any() or c in {"credit_sales", "cash"})]
    table = tables.table(
        rows.rename_axis("month").reset_index().sort_values("month", ascending=False),
        {"month": "date", **dict.fromkeys(columns, "money")},
        text.lang,
        caption=text.of(text.say("Sales, cash and other movements by month"), code),
        currency=code,
    )
    alt = text.say("Column chart of credit sales and cash received by month.")
    figures: dict[str, Number] = {
        f"flows.{code}.{pd.Timestamp(str(month)).date()}.{c}": float(rows.loc[month, c])
        for month in rows.index
        for c in columns
    }
    return Chart(charts.flows(frame, text.lang, currency=code), alt, table), figures


def _payment(report: Report, code: str) -> list[tuple[Chart, dict[str, Number]]]:
    """Return days to pay by the first grouping that the ledger has; nothing where it has none."""
    text = report.text
    found = groupings(report, 1)
    if not found:
        return []
    by = found[0]
    frame = report.measure("payment_days", by=by)
    rows = of_currency(frame, code)
    rows = rows[rows["weighted_days"].notna()]
    if len(rows) < 2:
        return []
    columns: dict[str, tables.Kind] = {
        "invoices": "count",
        "amount": "money",
        "weighted_days": "days",
        "weighted_days_late": "days",
        "late_share_number": "percent",
        "late_share_amount": "percent",
    }
    table = tables.table(
        rename(rows, by, text).rename_axis(by).reset_index(),
        {by: "text", **columns},
        text.lang,
        caption=text.of(text.say("Days to pay in the last 12 months"), code),
        currency=code,
        headers={"amount": text.say("Amount paid")},
    )
    alt = text.say("Bar chart of days to pay by group, split into days until due or paid and days late.")
    figures: dict[str, Number] = {
        f"payment_days.{code}.{by}.{group}.{c}": float(row[c]) for group, row in rows.iterrows() for c in columns
    }
    renamed = rename(frame, by, text)
    return [(Chart(charts.payment(renamed, text.lang, currency=code), alt, table), figures)]


def _sheets(report: Report, kpis: pd.DataFrame) -> tuple[Sheet, ...]:
    text = report.text
    flat = kpis.reset_index()
    flat["made_of"] = [_terms(row, row["currency"], text) for row in flat.to_dict("records")]
    flat["measure"] = [text.label(str(name)) for name in flat["measure"]]
    for name in ("definition", "source"):
        flat[name] = [m.to(text.lang) for m in flat[name]]
    flat["convention"] = [_convention(said, text) for said in flat["convention"]]
    names = [
        "currency", "measure", "value", "unit", "change_month", "change_year", "made_of", "definition", "convention",
        "source",
    ]  # fmt: skip
    history = report.measure("dso_history", months=report.months)
    moves = report.measure("flows", months=report.months)
    return (
        Sheet(
            text.say("Key figures"),
            text.say("Key figures on {date}", date=text.date(report.as_of)),
            flat[names],
            formats=dict.fromkeys(["value", "change_month", "change_year"], "unit"),
            headers={name: text.label(name) for name in names} | {"source": text.say("Source")},
        ),
        bridged.sheet(report),
        Sheet(
            text.say("DSO history"),
            text.say("DSO at each month-end, in days"),
            history,
            formats={"as_of": "date", **{str(c): "days" for c in history.columns}},
            headers={c: text.label(c) for c in ["currency", "as_of", *map(str, history.columns)]},
        ),
        Sheet(
            text.say("Movements"),
            text.say("Sales, cash and other movements by month"),
            moves,
            formats={"month": "date", **{str(c): "money" for c in moves.columns}},
            headers={c: text.label(c) for c in ["currency", "month", *map(str, moves.columns)]},
            totals=tuple(map(str, moves.columns)),
        ),
    )
