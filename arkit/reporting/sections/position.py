"""Position and age: what is receivable today by age, and how that came about over the months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import charts, tables
from arkit.charts import palette
from arkit.charts.position import bucket_columns, late_columns
from arkit.reporting import revalued
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, note, paragraph
from arkit.reporting.sections import title
from arkit.reporting.sheet import CellFormat, Sheet
from arkit.reporting.standing import cells, of_currency

if TYPE_CHECKING:
    from arkit.reporting.page import Report


def build(report: Report) -> Section:
    """Return the position by age, today and at the month-ends before."""
    text, frame = report.text, report.measure("aging")
    columns = [*bucket_columns(frame), "total"]
    by_age = text.say("Receivables by age on {date}", date=text.date(report.as_of))
    blocks: list[Html | Chart] = [Html(_table(report, frame, columns, caption=by_age))]
    if (frame["unapplied"] != 0).any():
        blocks.append(paragraph(text.say(
            "Unapplied credit is payments and credit notes not yet matched with an invoice; it lowers the total."
        ), style="aside"))  # fmt: skip
    figures: dict[str, Number] = {
        f"position.{code}.{column}": float(cells(frame, code)[column]) for code in frame.index for column in columns
    }
    years = _in_years(report)
    blocks.append(Html(_table(report, years, list(years.columns), caption=_years_caption(report))))
    figures |= {
        f"position.{code}.{column}": float(value) for code, row in years.iterrows() for column, value in row.items()
    }
    if report.base:
        blocks += revalued.blocks(report)
        figures |= revalued.figures(report)
    if report.snapshot:
        blocks.append(note(text.say(
            "This file is a snapshot of open items: it does not hold earlier months, so there is no history."
        ), label=text.say("Missing:")))  # fmt: skip
    for code in report.currencies:
        if len(report.currencies) > 1:
            blocks.append(heading(text.currency(code)))
        blocks.append(_chart(report, frame, code))
        if not report.snapshot:
            history = _history(report, code)
            blocks += _history_charts(report, history, code)
            figures |= {
                f"position.{code}.{pd.Timestamp(str(day)).date()}.{column}": float(row[column])
                for day, row in history.iterrows()
                for column in columns
            }  # fmt: skip
    return Section(
        "position", text.say(title("position")), _lead(report), tuple(blocks), figures, _sheets(report, columns)
    )


def _lead(report: Report) -> tuple[str, ...]:
    text = report.text
    return (
        text.say(
            "Receivables on {date} by days late. Age counts from the due date: an item due on the day itself is "
            "not due, and the upper limit of a bucket belongs to it. Acceptance bills in hand are included.",
            date=text.date(report.as_of),
        ),
    )


def _in_years(report: Report) -> pd.DataFrame:
    """Return the ageing that annual accounts disclose: in years from the date of the document."""
    frame = report.measure("aging", basis="document", unit="years", buckets=None)
    return frame.drop(columns="not_due")  # nothing is younger than its own date


def _years_caption(report: Report) -> str:
    text = report.text
    return text.say("Receivables by years since the invoice, on {date}", date=text.date(report.as_of))


def _table(report: Report, frame: pd.DataFrame, columns: list[str], *, caption: str) -> str:
    text = report.text
    rows = frame.loc[list(report.currencies)].reset_index()
    rows["code"] = [text.currency(code) for code in rows["currency"]]
    kinds: dict[str, tables.Kind] = {"code": "text", **dict.fromkeys(columns, "money")}
    return tables.table(
        rows,
        kinds,
        text.lang,
        caption=caption,
        headers={"code": text.label("currency")},
        colours=palette.bucket_colours(bucket_columns(frame)),
    )


def _chart(report: Report, frame: pd.DataFrame, code: str) -> Chart:
    text, row, columns = report.text, cells(frame, code), bucket_columns(frame)
    owed = sum(float(row[column]) for column in ("not_due", *late_columns(frame)))
    rows = pd.DataFrame({"bucket": [text.label(c) for c in columns], "amount": [float(row[c]) for c in columns]})
    rows["share"] = [
        float(row[c]) / owed if owed and c != "unapplied" else float("nan") for c in columns
    ]  # fmt: skip
    caption = text.of(text.say("Receivables by age"), code)
    table = tables.table(
        rows,
        {"bucket": "text", "amount": "money", "share": "percent"},
        text.lang,
        caption=caption,
        currency=code,
        headers={"share": text.say("Share of what is owed")},
        total={"bucket": text.label("total"), "amount": float(row["total"])},
    )
    said = [f"{text.label(c)} {text.short_money(float(row[c]), code)}" for c in columns if float(row[c])]
    alt = text.say("Column chart, receivables by age: {values}.", values=text.listed(said))
    return Chart(charts.aging(frame, text.lang, currency=code), alt, table)


def _history(report: Report, code: str) -> pd.DataFrame:
    rows = of_currency(report.measure("aging_history", months=max(report.months, 2)), code)
    first = report.ledger.first_day()
    begun = [first is not None and pd.Timestamp(day).date() >= first for day in rows.index]
    return rows[begun] if any(begun) else rows.tail(1)


def _history_charts(report: Report, history: pd.DataFrame, code: str) -> list[Html | Chart]:
    text = report.text
    columns, late = [*bucket_columns(history), "total"], late_columns(history)
    keyed = history.set_index(pd.MultiIndex.from_product([[code], history.index], names=["currency", "as_of"]))
    rows = history.rename_axis("as_of").reset_index().sort_values("as_of", ascending=False)
    owed = rows[["not_due", *late]].sum(axis=1)
    rows["share_overdue"] = rows[late].sum(axis=1) / owed.where(owed != 0)
    amounts = tables.table(
        rows,
        {"as_of": "date", **dict.fromkeys(columns, "money")},
        text.lang,
        caption=text.of(text.say("Receivables by age at each month-end"), code),
        currency=code,
    )
    shares = tables.table(
        rows,
        {"as_of": "date", "share_overdue": "percent"},
        text.lang,
        caption=text.of(text.say("Share overdue at each month-end"), code),
    )
    span = {"first": text.date(history.index[0]), "last": text.date(history.index[-1])}
    drawn = text.say("Stacked column chart of receivables by age at month-ends, from {first} to {last}.", **span)
    line = text.say("Line chart of the overdue share at month-ends, from {first} to {last}.", **span)
    trend = charts.overdue_trend(keyed, text.lang)
    return [Chart(charts.aging_history(keyed, text.lang), drawn, amounts), Chart(trend, line, shares)]


def _sheets(report: Report, columns: list[str]) -> tuple[Sheet, ...]:
    text = report.text
    heads = {column: text.label(column) for column in [*columns, "currency", "as_of"]}
    money: dict[str, CellFormat] = dict.fromkeys(columns, "money")
    parts = ", ".join(f"{{{column}}}" for column in columns if column != "total")
    live = {"total": f"SUM({parts})"}
    years = _in_years(report)
    names = [str(name) for name in years.columns]
    sheets = [
        Sheet(
            text.say("Ageing"),
            text.say("Receivables by age on {date}", date=text.date(report.as_of)),
            report.measure("aging"),
            formats=money,
            headers=heads,
            formulas=live,
        ),
        Sheet(
            text.say("Ageing in years"),
            _years_caption(report),
            years,
            formats=dict.fromkeys(names, "money"),
            headers={name: text.label(name) for name in ["currency", *names]},
            formulas={"total": f"SUM({', '.join(f'{{{name}}}' for name in names[:-1])})"},
        ),
    ]
    if report.base:
        sheets.append(revalued.sheet(report, columns))
    if not report.snapshot:
        sheets.append(
            Sheet(
                text.say("Ageing history"),
                text.say("Receivables by age at each month-end"),
                report.measure("aging_history", months=max(report.months, 2)),
                formats={**money, "as_of": "date"},
                headers=heads,
                formulas=live,
            )
        )
    return tuple(sheets)
