"""Plan against actual: month by month, by salesperson, and what explains the gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.charts import collecting as charts
from arkit.collecting.gap import PARTS
from arkit.diagnosis.causes.families import UNKNOWN
from arkit.reporting import week
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, join, note, paragraph
from arkit.reporting.sections import title
from arkit.reporting.sheet import CellFormat, Sheet
from arkit.reporting.standing import of_currency
from arkit.reporting.wording import sentence

if TYPE_CHECKING:
    from arkit.reporting.page import Report

MONEY = ("planned", "collected", "gap", "from_overdue", "from_due", "from_early")


def build(report: Report) -> Section:
    """Return plan against actual; where there is no target, what was collected, and that a plan is missing."""
    text, found = report.text, week.plan(report)
    frame, own = week.plan_frame(report)
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    if not own:
        said = text.say("Targets are set for people, not for this selection: what follows is the whole firm.")
        blocks.append(note(said, warning=True))
    months = week.months_of(frame)
    codes = [code for code in report.currencies if code in frame.index.get_level_values("currency")]
    for code in codes:
        if len(codes) > 1:
            blocks.append(heading(text.currency(code)))
        if code in months.index.get_level_values("currency"):
            blocks += _months(report, months, code, figures)
        else:
            blocks.append(Html(_collected(report, frame, code, figures)))
        blocks += _owners(report, frame, code, figures)
        blocks += _gap(report, frame, code, figures)
    if found.notes:
        blocks.append(note(join([sentence(message, text) for message in found.notes])))
    if not codes:
        blocks.append(paragraph(text.say(
            "Plan against actual needs settlements, and targets by month (month, owner, amount)."
        )))  # fmt: skip
    lead = text.say(
        "Collected is cash and bills received on invoices, whoever brought it in. A gap is explained by what fell due "
        "and stayed open, by older debts, and by what the plan counted on beyond the books."
    )
    sheets = _sheets(report, frame) if len(frame) else ()
    return Section("plan", text.say(title("plan")), (lead,), tuple(blocks), figures, sheets)


def _months(report: Report, months: pd.DataFrame, code: str, figures: dict[str, Number]) -> list[Html | Chart]:
    text, rows = report.text, of_currency(months, code)
    for month, row in zip(rows.index, rows.to_dict("records"), strict=True):
        head = f"plan.{code}.{pd.Timestamp(month).date()}"
        figures |= {f"{head}.{name}": float(row[name]) for name in (*MONEY, "rate")}
    shown = rows.rename_axis("month").reset_index().assign(completion=rows["rate"].to_numpy())
    shown["month"] = [text.month(pd.Timestamp(month)) for month in shown["month"]]
    table = tables.table(
        shown,
        {"month": "text", "planned": "money", "collected": "money", "completion": "percent", "gap": "money"},
        text.lang,
        caption=text.of(text.say("Plan against actual by month"), code),
        currency=code,
        total={
            "month": text.say("Total"),
            **{name: float(rows[name].sum()) for name in ("planned", "collected", "gap")},
        },
    )
    alt = text.say("Column chart of what was collected in each month, with the plan as a mark.")
    said = week.sentence_of(report, rows, code)
    return [paragraph(said), Chart(charts.plan(months, text.lang, currency=code), alt, table)]


def _collected(report: Report, frame: pd.DataFrame, code: str, figures: dict[str, Number]) -> str:
    """Return what was collected in each month, where there is no plan to hold it against."""
    text, names = report.text, [name for name in MONEY if name not in {"planned", "gap"}]
    rows = of_currency(frame, code)[names].groupby(level="month").sum()
    figures |= {
        f"plan.{code}.{pd.Timestamp(str(month)).date()}.{name}": float(row[name])
        for month, row in zip(rows.index, rows.to_dict("records"), strict=True)
        for name in names
    }
    shown = rows.reset_index()
    shown["month"] = [text.month(pd.Timestamp(month)) for month in shown["month"]]
    return tables.table(
        shown,
        {"month": "text", **dict.fromkeys(names, "money")},
        text.lang,
        caption=text.of(text.say("Collected by month"), code),
        currency=code,
        total={"month": text.say("Total"), **{name: float(rows[name].sum()) for name in names}},
    )


def _owners(report: Report, frame: pd.DataFrame, code: str, figures: dict[str, Number]) -> list[Html | Chart]:
    """Return the month of the report by salesperson."""
    text, first = report.text, week.first_of_month(report)
    rows = of_currency(frame, code)
    rows = rows[rows.index.get_level_values("month") == first].droplevel("month")
    if rows.empty or not any(rows.index):
        return []
    shown = rows.rename_axis("owner").reset_index().assign(completion=rows["rate"].to_numpy())
    shown["owner"] = [name or text.say("nobody named") for name in shown["owner"]]
    shown = shown.sort_values("gap", kind="stable", na_position="last")
    figures |= {
        f"plan.{code}.{first.date()}.{owner}.{name}": float(row[name])
        for owner, row in zip(rows.index, rows.to_dict("records"), strict=True)
        for name in (*MONEY, "rate")
    }
    planned = bool(rows["planned"].notna().any())
    kinds: dict[str, tables.Kind] = {"owner": "text"}
    if planned:
        kinds |= {"planned": "money"}
    kinds |= {"collected": "money"}
    if planned:
        kinds |= {"completion": "percent", "gap": "money"}
    sums = {name: float(rows[name].sum()) for name in kinds if name in MONEY}
    caption = text.of(text.say("{month} by account owner", month=text.month(first)), code)
    total = {"owner": text.say("Total"), **sums}
    return [Html(tables.table(shown, kinds, text.lang, caption=caption, currency=code, total=total))]


def _gap(report: Report, frame: pd.DataFrame, code: str, figures: dict[str, Number]) -> list[Html | Chart]:
    """Return what explains the gap of the month: its parts, and the causes of what did not come."""
    text, first = report.text, week.first_of_month(report)
    whole = week.plan(report).gap
    owners = frame.index.get_level_values("owner").unique()
    rows = whole[(whole["currency"] == code) & (whole["month"] == first) & whole["owner"].isin(owners)]
    if rows.empty:
        return []
    head = f"plan.{code}.{first.date()}.gap"
    parts = rows.groupby("part", sort=False)["amount"].sum()
    parts = parts.reindex([part for part in PARTS if part in parts.index])
    figures |= {f"{head}.{part}": float(value) for part, value in parts.items()}
    words = {part: said.to(text.lang) for part, said in PARTS.items()}
    shown = pd.DataFrame({"part": [words[str(part)] for part in parts.index], "amount": parts.to_numpy()})
    total = {"part": text.label("gap"), "amount": float(parts.sum())}
    caption = text.of(text.say("What explains the gap of {month}", month=text.month(first)), code)
    kinds: dict[str, tables.Kind] = {"part": "text", "amount": "money"}
    table = tables.table(shown, kinds, text.lang, caption=caption, currency=code, total=total)
    alt = text.say("Bar chart of the parts of the gap: what lowered it to the left, what raised it to the right.")
    blocks: list[Html | Chart] = [Chart(charts.gap(parts, words, text.lang, currency=code, month=first), alt, table)]
    named = rows[rows["cause"] != ""].groupby("cause")["amount"].sum().sort_values(kind="stable")
    if named.empty:
        return blocks
    causes = week.cause_words(text)
    known = named.drop(UNKNOWN, errors="ignore")
    if len(known):
        blocks.append(paragraph(text.say(
            "{amount} did not come that was due or counted on; the largest likely cause is {cause} ({share}).",
            amount=text.short_money(-float(named.sum()), code), cause=causes[str(known.index[0])],
            share=text.percent(float(known.iloc[0]) / float(named.sum()), 0),
        )))  # fmt: skip
    figures |= {f"{head}.cause.{cause}": float(value) for cause, value in named.items()}
    why = pd.DataFrame({
        "cause": [causes[str(cause)] for cause in named.index],
        "amount": named.to_numpy(),
        "share": (named / named.sum()).to_numpy(),
    })  # fmt: skip
    caption = text.of(text.say("Likely causes of what did not come in {month}", month=text.month(first)), code)
    kinds = {"cause": "text", "amount": "money", "share": "percent"}
    total = {"cause": text.say("Total"), "amount": float(named.sum())}
    heads = {"cause": text.say("Likely cause")}
    blocks.append(Html(tables.table(why, kinds, text.lang, caption=caption, currency=code, total=total, headers=heads)))
    return blocks


def _sheets(report: Report, frame: pd.DataFrame) -> tuple[Sheet, ...]:
    text, whole = report.text, week.plan(report).gap
    money: dict[str, CellFormat] = dict.fromkeys(MONEY, "money")
    heads = {c: text.label(c) for c in ["currency", "month", "owner", "part", "cause", "amount", *MONEY]}
    sheets = [
        Sheet(
            text.say("Plan against actual"),
            text.say("Plan against actual by month and account owner"),
            frame,
            formats={**money, "rate": "percent", "month": "date"},
            headers=heads | {"rate": text.label("completion")},
            totals=MONEY,
        )
    ]
    owners = frame.index.get_level_values("owner").unique()
    rows = whole[whole["owner"].isin(owners)]
    if len(rows):
        causes = week.cause_words(text) | {"": ""}
        words = {part: said.to(text.lang) for part, said in PARTS.items()}
        told = rows.assign(
            part=[words[part] for part in rows["part"]], cause=[causes[cause] for cause in rows["cause"]]
        )
        name = text.say("What explains the gap")
        formats: dict[str, CellFormat] = {"amount": "money", "month": "date"}
        likely = heads | {"cause": text.say("Likely cause")}
        sheets.append(Sheet(name, name, told, formats, likely, ("amount",)))
    return tuple(sheets)
