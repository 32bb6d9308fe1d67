"""What ages and what comes: roll rates by days and by years, their course, and today's claims a few months ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import charts, tables
from arkit.charts.rolling import BECAME
from arkit.reporting.blocks import Chart, Html, Number, Section, described, heading, note
from arkit.reporting.conventions import worded
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet
from arkit.reporting.standing import of_currency

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

AHEAD = 3
"""Months that today's claims are rolled forward."""
YEARS = {"buckets": "years", "basis": "document", "months": 24}
"""Between years of age a step is a year, so that two of them need three years' books."""
Part = tuple[list[Html | Chart], dict[str, Number]]


def build(report: Report) -> Section:
    """Return the roll rates of twelve months; of a snapshot, why they can not be had."""
    text = report.text
    rates = report.measure("roll_rates", months=12)
    if report.snapshot:
        reason = rates.attrs["notes"][0]["reason"].to(text.lang)
        said = text.say("Roll rates can not be given: {reason}.", reason=reason)
        return Section(
            "rolls", text.say(title("rolls")), blocks=(note(said, label=text.say("Missing:"), warning=True),)
        )
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    for code in report.currencies:
        if len(report.currencies) > 1:
            blocks.append(heading(text.currency(code)))
        if not of_currency(rates, code)["opening"].any():
            blocks.append(note(text.say("Nothing was open at the beginning of any of these months.")))
            continue
        for part, numbers in (_rates(report, code), _history(report, code), _years(report, code), _ahead(report, code)):
            blocks += part
            figures |= numbers
    conventions = worded(rates.attrs["conventions"], text, leave=("months",))
    label = text.say("Conventions")
    blocks += [
        described(_terms(text), label=text.say("Terms")),
        heading(label),
        Html(tables.terms(conventions, label=label)),
    ]
    return Section("rolls", text.say(title("rolls")), _lead(text), tuple(blocks), figures, _sheets(report))


def _lead(text: Text) -> tuple[str, ...]:
    return (
        text.say(
            "A roll rate says what becomes of the claims of one age within a month: paid, credited or written off, or "
            "older. The shares of a row add up to 100%."
        ),
    )


def _terms(text: Text) -> list[tuple[str, tuple[str]]]:
    return [
        (
            text.label("became.improves"),
            (text.say("An acceptance bill took the claim's place, which is not due before it matures."),),
        ),
        (
            text.label("net_rate"),
            (
                text.say(
                    "The next older age at the end of a month over this age at its beginning. Other claims may reach "
                    "that age too, so that it can pass 100% where little was open: it is not cut off."
                ),
            ),
        ),
    ]


def _rates(report: Report, code: str) -> Part:
    text, frame = report.text, report.measure("roll_rates", months=12)
    shown = _table(frame, code, text, text.say("What became of each age within a month, by amount"))
    alt = text.say("Heat map: a row for each age at the beginning of a month, a column for what became of it.")
    number = report.measure("roll_rates", months=12, measure="number")
    by_number = _table(number, code, text, text.say("The same by number of documents"))
    figures = _figures(frame, code, "amount") | _figures(number, code, "number")
    rows = of_currency(frame, code)
    blocks: list[Html | Chart] = [
        Chart(charts.roll_rates(frame, text.lang, currency=code), alt, shown),
        Html(by_number),
    ]
    above = rows[rows["steps_above_1"] > 0]
    if not above.empty:
        ages = text.listed([text.inline(str(name)) for name in above.index])
        blocks.append(
            note(
                text.say(
                    "Net roll rates above one hundred per cent occur for {ages}: at the end of a month more stood in "
                    "the next older age than had been open here at its beginning, which a small base makes likely. "
                    "They are not cut off.",
                    ages=ages,
                )
            )
        )
    return blocks, figures


def _table(frame: pd.DataFrame, code: str, text: Text, caption: str) -> str:
    rows = of_currency(frame, code).rename_axis("bucket").reset_index()
    rows["bucket"] = [text.label(str(name)) for name in rows["bucket"]]
    by_number = frame.attrs["conventions"]["measure"] == "number"
    shown = [name for name in BECAME if rows[name].fillna(0).any() or name in {"rolls", "paid"}]
    kinds: dict[str, tables.Kind] = {"bucket": "text", "opening": "days" if by_number else "money"}
    rates: dict[str, tables.Kind] = dict.fromkeys([*shown, "net_rate"], "percent")
    kinds |= {**rates, "steps_above_1": "count"}
    heads = {"opening": text.say("Open at the beginning, on average"), **_became(text)}
    return tables.table(rows, kinds, text.lang, caption=text.of(caption, code), currency=code, headers=heads)


def _became(text: Text) -> dict[str, str]:
    """Return what the columns are called that say what became of claims."""
    return {name: text.label(f"became.{name}") for name in BECAME}


def _figures(frame: pd.DataFrame, code: str, what: str) -> dict[str, Number]:
    names = ["opening", *BECAME, "net_rate", "steps_above_1"]
    rows = of_currency(frame, code)
    return {f"rolls.{code}.{what}.{age}.{name}": float(row[name]) for age, row in rows.iterrows() for name in names}


def _history(report: Report, code: str) -> Part:
    text, frame = report.text, report.measure("roll_history", months=12)
    rows = of_currency(frame, code)["net_rate"].reset_index()
    ages = [str(name) for name in frame.index.unique("bucket")][:-1]
    wide = rows.pivot_table(index="month", columns="bucket", values="net_rate", dropna=False)
    wide = wide.reindex(columns=ages).sort_index(ascending=False).reset_index()
    table = tables.table(
        wide,
        {"month": "date", **dict.fromkeys(ages, "percent")},
        text.lang,
        caption=text.of(text.say("Net roll rate of each age by month"), code),
    )
    alt = text.say("Line chart of the net roll rate of each age by month.")
    figures: dict[str, Number] = {
        f"rolls.{code}.{row['month'].date()}.{age}.net_rate": float(row[age])
        for row in wide.to_dict("records")
        for age in ages
    }
    return [Chart(charts.roll_history(frame, text.lang, currency=code), alt, table)], figures


def _years(report: Report, code: str) -> Part:
    """Return what became of the claims of each year of age; nothing where the books do not reach back that far."""
    text, frame = report.text, report.measure("roll_rates", **YEARS)
    if not of_currency(frame, code)["opening"].any():
        return [], {}
    caption = text.say("What became of each year of age within a year, in two years")
    rows = of_currency(frame, code).rename_axis("bucket").reset_index()
    rows["bucket"] = [text.label(str(name)) for name in rows["bucket"]]
    shown = [name for name in BECAME if rows[name].fillna(0).any() or name in {"rolls", "paid"}]
    table = tables.table(
        rows,
        {"bucket": "text", "opening": "money", **dict.fromkeys([*shown, "net_rate"], "percent")},
        text.lang,
        caption=text.of(caption, code),
        currency=code,
        headers={"opening": text.say("Open at the beginning, on average"), **_became(text)},
    )
    return [Html(table)], _figures(frame, code, "years")


def _ahead(report: Report, code: str) -> Part:
    text, frame = report.text, report.measure("roll_forecast", ahead=AHEAD)
    rows = of_currency(frame, code).rename_axis("as_of").reset_index()
    ages = [str(name) for name in frame.columns[: list(frame.columns).index("total")]]
    went = [name for name in ("paid", "credited", "written_off", "other") if rows[name].fillna(0).any()]
    columns = [*ages, "total", *went]
    names = {**{age: text.label(age) for age in ages}, "total": text.say("All claims"), **_became(text)}
    dates = [text.iso(date) for date in rows["as_of"]]
    by_date = pd.DataFrame(rows[columns].T.to_numpy(), columns=dates)
    by_date.insert(0, "bucket", [names[column] for column in columns])
    table = tables.table(
        by_date,
        {"bucket": "text", **dict.fromkeys(dates, "money")},
        text.lang,
        caption=text.of(text.say("Today's claims, rolled forward"), code),
        currency=code,
        headers={"bucket": text.say("Age, and what it became"), **{date: date for date in dates}},
    )
    said = note(
        text.say(
            "Today's claims go on as claims of their age did in the last 12 months. New sales are left out, so this is "
            "what would be left of today's position, not a forecast of receivables."
        )
    )
    figures: dict[str, Number] = {
        f"rolls.{code}.ahead.{row['as_of'].date()}.{name}": float(row[name])
        for row in rows.to_dict("records")
        for name in columns
    }
    return [Html(table), said], figures


def _sheets(report: Report) -> tuple[Sheet, ...]:
    text = report.text
    frame = report.measure("roll_history", months=12)
    shown = frame.reset_index()
    shown["bucket"] = [text.label(str(name)) for name in shown["bucket"]]
    money = [str(name) for name in frame.columns if name not in {"net_rate"}]
    to = {f"to_{age}": text.say("to {age}", age=text.inline(str(age))) for age in frame.index.unique("bucket")}
    heads = {name: text.label(name) for name in map(str, shown.columns)} | to | _became(text)
    heads |= {"opening": text.say("Open at the beginning"), "next": text.say("Next older age at the end")}
    return (
        Sheet(
            text.say("Roll rates"),
            text.say("What became of each age, month by month"),
            shown,
            formats={"month": "date", **dict.fromkeys(money, "money"), "net_rate": "percent"},
            headers=heads,
        ),
    )
