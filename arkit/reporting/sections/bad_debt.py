"""Bad debt: what was written off and what came back, over credit sales and over receivables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import charts, tables
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, note, paragraph
from arkit.reporting.groups import groupings, rename
from arkit.reporting.sections import title
from arkit.reporting.standing import cells, of_currency

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

EVER = 1200
"""Months that reach back before any ledger."""
COLUMNS = ("write_offs", "recoveries", "base", "rate")


def build(report: Report) -> Section:
    """Return bad debt of the last twelve months; of a snapshot, why it can not be had."""
    text = report.text
    rates = report.measure("bad_debt_rate", months=12, base="sales")
    if report.snapshot:
        reason = rates.attrs["notes"][0]["reason"].to(text.lang)
        said = text.say("The bad debt rate can not be given: {reason}.", reason=reason)
        return Section(
            "bad_debt", text.say(title("bad_debt")), blocks=(note(said, label=text.say("Missing:"), warning=True),)
        )
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    for code in report.currencies:
        if len(report.currencies) > 1:
            blocks.append(heading(text.currency(code)))
        rows, numbers = _rates(report, code)
        if rows[["write_offs", "recoveries"]].to_numpy().any():
            blocks.append(Html(_table(rows, code, text)))
        else:
            blocks.append(paragraph(text.say("In the last 12 months nothing was written off and nothing recovered.")))
        figures |= numbers
        blocks += [note(said) for said in _remarks(report, code)]
        moves = of_currency(report.measure("flows", months=report.months), code)
        if moves[["write_offs", "recoveries"]].to_numpy().any():
            blocks.append(_chart(report, moves, code))
            figures |= {
                f"bad_debt.{code}.{pd.Timestamp(str(month)).date()}.{c}": float(row[c])
                for month, row in moves.iterrows()
                for c in ("write_offs", "recoveries")
            }
            blocks += [Html(table) for table in _by_group(report, code, figures)]
    lead = text.say(
        "Bad debt is what was written off in twelve months, less what was recovered of earlier write-offs. It is held "
        "against the credit sales of the same months, and against receivables."
    )
    return Section("bad_debt", text.say(title("bad_debt")), (lead,), tuple(blocks), figures)


def _rates(report: Report, code: str) -> tuple[pd.DataFrame, dict[str, Number]]:
    text, rows = report.text, []
    figures: dict[str, Number] = {}
    for base, said in (("sales", text.say("Over credit sales")), ("receivables", text.say("Over receivables"))):
        row = cells(report.measure("bad_debt_rate", months=12, base=base), code)
        rows.append({"measure": said, **{c: float(row[c]) for c in COLUMNS}})
        figures |= {f"bad_debt.{code}.{base}.{c}": float(row[c]) for c in COLUMNS}
    return pd.DataFrame(rows), figures


def _table(rows: pd.DataFrame, code: str, text: Text) -> str:
    return tables.table(
        rows,
        {"measure": "text", "write_offs": "money", "recoveries": "money", "base": "money", "rate": "rate"},
        text.lang,
        caption=text.of(text.say("Bad debt in the last 12 months"), code),
        currency=code,
    )


def _remarks(report: Report, code: str) -> list[str]:
    """Return why a rate is not defined, and what a rate of nought means where nothing is on record."""
    text, remarks = report.text, []
    for base in ("sales", "receivables"):
        notes = report.measure("bad_debt_rate", months=12, base=base).attrs.get("notes", [])
        remarks += [n["reason"].to(text.lang) for n in notes if n["where"].get("currency") == code]
    said = [text.say("The rate is not defined: {reason}.", reason=reason) for reason in dict.fromkeys(remarks)]
    if not report.measure("flows", months=EVER)["write_offs"].any():
        said.append(
            text.say(
                "The ledger holds no write-off at all. Either nothing was ever lost, or write-offs are not part of "
                "this export: a rate of 0 % then says nothing."
            )
        )
    return said


def _chart(report: Report, moves: pd.DataFrame, code: str) -> Chart:
    text = report.text
    rows = moves.rename_axis("month").reset_index().sort_values("month", ascending=False)
    rows["month"] = [text.iso(month) for month in rows["month"]]
    rows["net"] = rows["write_offs"] - rows["recoveries"]
    table = tables.table(
        rows,
        {"month": "text", "write_offs": "money", "recoveries": "money", "net": "money"},
        text.lang,
        caption=text.of(text.say("Write-offs and recoveries by month"), code),
        currency=code,
        total={"month": text.say("Total"), **{c: float(rows[c].sum()) for c in ("write_offs", "recoveries", "net")}},
    )
    alt = text.say("Column chart of write-offs by month, with recoveries below the axis.")
    frame = report.measure("flows", months=report.months)
    return Chart(charts.bad_debt(frame, text.lang, currency=code), alt, table)


def _by_group(report: Report, code: str, figures: dict[str, Number]) -> list[str]:
    """Return the rate by the first grouping that the ledger has, and add its numbers to the figures."""
    text = report.text
    for by in groupings(report, 1):
        rows = of_currency(report.measure("bad_debt_rate", months=12, base="sales", by=by), code)
        figures |= {
            f"bad_debt.{code}.{by}.{group}.{c}": float(row[c]) for group, row in rows.iterrows() for c in COLUMNS
        }
        shown = rename(rows, by, text).sort_values("write_offs", ascending=False, kind="stable")
        return [
            tables.table(
                shown.rename_axis(by).reset_index(),
                {by: "text", "write_offs": "money", "recoveries": "money", "base": "money", "rate": "rate"},
                text.lang,
                caption=text.of(text.say("Bad debt by {group}", group=text.inline(by)), code),
                currency=code,
                headers={"base": text.label("credit_sales")},
            )
        ]
    return []
