"""The position in one base currency: at booking, revalued, and the difference, each a line of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.measures.revaluation import TOTAL
from arkit.reporting.blocks import Html, Number, paragraph
from arkit.reporting.sheet import CellFormat, Sheet
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.reporting.page import Report

LINE_NAMES: dict[str, str] = {
    "at_booking": N_("At booking"),
    "exchange_difference": N_("Exchange difference"),
    "revalued": N_("Revalued"),
}


def blocks(report: Report) -> list[Html]:
    """Return the table and the rates behind it; the workbook has the same by age."""
    text, base = report.text, report.base
    frame = report.measure("revaluation")
    kinds: dict[str, tables.Kind] = {"line": "text", "of": "text", "total": "money"}
    headers = {"line": text.say("Line"), "of": text.say("Documents in")}
    said = [
        text.say(
            "All amounts in {base}: at booking, each document at the rate of its own date; revalued, at the rate of "
            "{date}. A positive difference is a gain.",
            base=base, date=text.date(report.as_of),
        )
    ]  # fmt: skip
    if rates := frame.attrs["conventions"]["closing_rates"]:
        said.append(text.say("Closing rates: {rates}.", rates=rates))
    if (frame["unapplied"] != 0).any():
        said.append(text.say("Unapplied credit is revalued, too; leave out what was paid for goods yet to come."))
    rows = _rows(report, frame)
    table = tables.table(rows, kinds, text.lang, caption=_title(report), currency=base, headers=headers)
    return [Html(table), paragraph(*said, style="aside")]


def figures(report: Report) -> dict[str, Number]:
    """Return every number of the table: ``revaluation.exchange_difference.USD.total``."""
    frame = report.measure("revaluation")
    keys = [f"revaluation.{line}.{code}" for line, code in frame.index.tolist()]
    return {f"{key}.{column}": float(value) for column in frame for key, value in zip(keys, frame[column], strict=True)}


def sheet(report: Report, columns: Sequence[str]) -> Sheet:
    """Return the table for the workbook."""
    text = report.text
    rows = _rows(report, report.measure("revaluation"))
    rows.insert(2, "currency", report.base)
    heads = {"line": text.say("Line"), "of": text.say("Documents in"), "currency": text.label("currency")}
    parts = ", ".join(f"{{{column}}}" for column in columns if column != "total")
    money: dict[str, CellFormat] = dict.fromkeys(columns, "money")
    return Sheet(
        text.say("Revaluation"), _title(report), rows, formats=money,
        headers=heads | {column: text.label(column) for column in columns}, formulas={"total": f"SUM({parts})"},
    )  # fmt: skip


def _title(report: Report) -> str:
    return report.text.say("Receivables in {base}, at booking and revalued", base=report.base)


def _rows(report: Report, frame: pd.DataFrame) -> pd.DataFrame:
    text, rows = report.text, frame.rename_axis(["line", "of"]).reset_index()
    rows["line"] = [text.say(LINE_NAMES[line]) for line in rows["line"]]
    rows["of"] = [text.say("All currencies") if code == TOTAL else text.currency(code) for code in rows["of"]]
    return rows
