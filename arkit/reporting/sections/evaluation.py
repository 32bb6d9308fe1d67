"""Collectors, customers and strategies, each against the mix that it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.charts import collecting as charts
from arkit.collecting import timetable
from arkit.reporting import week
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, join, note, paragraph
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet
from arkit.reporting.standing import of_currency
from arkit.reporting.wording import sentence, told

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

SHOWN = 10
GRADES = "ABCD"
GRADED = (
    "currency", "customer_id", "customer", "owner", "type", "grade", "claims", "collected", "days_late",
    "against_type", "promises", "kept", "kept_share", "old_share", "contacts", "contacts_per_100k", "grade_rule",
)  # fmt: skip


def build(report: Report) -> Section:
    """Return the three evaluations; of a ledger that does not tell, what it lacks."""
    text, found = report.text, report.found("evaluate")
    if found.customers.empty:
        missing = [note(sentence(message, text), label=text.say("Missing:"), warning=True) for message in found.notes]
        return Section("evaluation", text.say(title("evaluation")), blocks=tuple(missing))
    customers = report.selection.of(found.customers.reset_index())
    collectors, own = _collectors_shown(report, found.collectors)
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    if not own and len(collectors):
        said = text.say("Collectors and strategies are judged over the whole firm, customers as selected.")
        blocks.append(note(said, warning=True))
    named = set(customers["currency"]) if report.selection else {*collectors.index.unique(0), *customers["currency"]}
    codes = [code for code in report.currencies if code in named]
    for code in codes:
        if len(codes) > 1:
            blocks.append(heading(text.currency(code)))
        blocks += _collectors(report, collectors, code, figures)
        blocks += _customers(report, customers[customers["currency"] == code], code, figures)
        blocks += _strategies(report, found.strategies, code, figures)
    if found.notes:
        blocks.append(note(join([sentence(message, text) for message in found.notes])))
    lead = text.say(
        "A plain rate says whom somebody was given, not what he did with it. So each is held against what others "
        "achieve with claims of like age, size and customer type; where there is little to go by, the difference is "
        "drawn towards nothing."
    )
    sheets = _sheets(report, collectors, customers, found.strategies)
    return Section("evaluation", text.say(title("evaluation")), (lead,), tuple(blocks), figures, sheets)


def _collectors_shown(report: Report, frame: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """Return the collectors that are shown, and whether they are what was selected: only a person cuts them."""
    where = report.selection.where
    names = {value for column, value in where.items() if column in week.PERSON}
    rows = frame[frame.index.get_level_values(-1).isin(names)] if len(frame) else frame
    return (rows, True) if names and set(where) <= set(week.PERSON) and len(rows) else (frame, not where)


def _collectors(report: Report, frame: pd.DataFrame, code: str, figures: dict[str, Number]) -> list[Html | Chart]:
    text = report.text
    if code not in frame.index.get_level_values(0):
        return []
    rows = of_currency(frame, code)
    if not any(rows.index):
        return []
    figures |= {
        f"evaluation.{code}.collector.{owner}.{name}": float(row[name])
        for owner, row in zip(rows.index, rows.to_dict("records"), strict=True)
        for name in ("open", "collected", "share", "expected_share", "shrunk", "low", "high")
    }
    shown = rows.rename_axis("owner").reset_index()
    shown["owner"] = [name or text.say("nobody named") for name in shown["owner"]]
    shown["verdict"] = _verdicts(shown["verdict"], text)
    kinds: dict[str, tables.Kind] = {
        "owner": "text", "open": "money", "collected": "money", "share": "percent", "expected_share": "percent",
        "verdict": "text",
    }  # fmt: skip
    heads = {"open": text.label("collectable"), "share": text.label("share_collected")}
    caption = text.of(text.say("Collectors beside others with a like mix, last 12 months"), code)
    table = tables.table(shown, kinds, text.lang, caption=caption, currency=code, headers=heads)
    if not rows["shrunk"].notna().any():
        return [Html(table)]
    alt = text.say("Dot chart: how much more or less each collector brought in than others with a like mix.")
    return [Chart(charts.collectors(frame, text.lang, currency=code), alt, table)]


def _customers(report: Report, rows: pd.DataFrame, code: str, figures: dict[str, Number]) -> list[Html | Chart]:
    text = report.text
    if rows.empty:
        return []
    counts = rows["grade"].value_counts()
    figures |= {f"evaluation.{code}.grade.{grade}": int(counts.get(grade, 0)) for grade in GRADES}
    graded = [f"{grade} {text.number(int(counts.get(grade, 0)))}" for grade in GRADES]
    if rest := len(rows) - int(counts.reindex(list(GRADES), fill_value=0).sum()):
        graded.append(text.say("without a grade {n}", n=text.number(rest)))
    said = text.say("Customers by grade, of {n}: {grades}.", n=text.number(len(rows)), grades=text.listed(graded))
    worst = rows[rows["against_type"] > 0].sort_values("against_type", ascending=False, kind="stable").head(SHOWN)
    if worst.empty:
        return [paragraph(said)]
    worst = worst.assign(customer=[report.name(str(i)) for i in worst["customer_id"]])
    kinds: dict[str, tables.Kind] = {
        "customer": "text", "grade": "said", "days_late": "days", "against_type": "days", "kept_share": "percent",
        "old_share": "percent", "contacts_per_100k": "number", "owner": "text",
    }  # fmt: skip
    bare = {name for name in ("kept_share", "contacts_per_100k") if worst[name].isna().all()}
    bare |= {"owner"} if not worst["owner"].ne("").any() else set()
    kinds = {name: kind for name, kind in kinds.items() if name not in bare}
    caption = text.say("Customers that pay later than others of their type")
    table = tables.table(worst, kinds, text.lang, caption=text.of(caption, code), currency=code)
    return [paragraph(said), Html(table)]


def _strategies(report: Report, frame: pd.DataFrame, code: str, figures: dict[str, Number]) -> list[Html | Chart]:
    text = report.text
    if code not in frame.index.get_level_values(0):
        return []
    rows = of_currency(frame, code).reset_index()
    rows = rows[rows["verdict"] != "undefined"]
    if rows.empty:
        return []
    figures |= {
        f"evaluation.{code}.strategy.{row['channel']}.{row['stage']}.{name}": float(row[name])
        for row in rows.to_dict("records")
        for name in ("amount", "came", "share", "expected_share", "shrunk")
    }
    shown = _worded(rows, text)
    kinds: dict[str, tables.Kind] = {
        "channel": "text", "stage": "text", "contacts": "count", "share": "percent", "expected_share": "percent",
        "shrunk": "percent", "verdict": "text",
    }  # fmt: skip
    heads = {"share": text.label("came"), "expected_share": text.say("Like claims not contacted")}
    caption = text.of(text.say("What came after a contact, by channel and stage"), code)
    return [Html(tables.table(shown, kinds, text.lang, caption=caption, currency=code, headers=heads))]


def _worded(rows: pd.DataFrame, text: Text) -> pd.DataFrame:
    ways: dict[str, str] = {way.key: way.words.to(text.lang) for way in timetable().channels}
    return rows.assign(
        channel=[ways[str(key)] if str(key) in ways else text.inline(str(key)) for key in rows["channel"]],
        stage=[text.label(f"stage_{stage}") for stage in rows["stage"]],
        verdict=_verdicts(rows["verdict"], text),
    )


def _verdicts(said: pd.Series, text: Text) -> list[str]:
    return [text.label(f"verdict_{verdict}") for verdict in said]


def _sheets(
    report: Report, collectors: pd.DataFrame, customers: pd.DataFrame, strategies: pd.DataFrame
) -> tuple[Sheet, ...]:
    text, sheets = report.text, list[Sheet]()
    percent: tuple[str, ...] = ("share", "expected_share", "shrunk", "low", "high", "kept_share", "old_share")
    if len(collectors):
        rows = collectors.reset_index()
        rows["verdict"] = _verdicts(rows["verdict"], text)
        rows = rows[["currency", "owner", "customers", "open", "collected", "share", "expected_share", "shrunk", "low",
                     "high", "verdict", "claims", "days_late", "expected_days"]]  # fmt: skip
        heads = {str(c): text.label(str(c)) for c in rows.columns}
        heads |= {"open": text.label("collectable"), "share": text.label("share_collected")}
        heads |= {"expected_days": text.say("Days late of others with a like mix")}
        sheets.append(
            Sheet(
                text.say("Collectors"),
                text.say("Collectors beside others with a like mix, last 12 months"),
                rows,
                formats={
                    "open": "money", "collected": "money", "days_late": "days", "expected_days": "days",
                    **{name: "percent" for name in percent if name in rows},
                },
                headers=heads,
            )
        )  # fmt: skip
    if len(customers):
        rows = customers.assign(
            customer=[report.name(str(i)) for i in customers["customer_id"]],
            grade_rule=[told(rule, text) for rule in customers["rule"]],
            type=[text.label(str(kind)) for kind in customers["type"]],
        )
        rows = rows[list(GRADED)]
        sheets.append(
            Sheet(
                text.say("Customer grades"),
                text.say("Customers by how they pay"),
                rows,
                formats={
                    "collected": "money", "days_late": "days", "against_type": "days", "kept_share": "percent",
                    "old_share": "percent", "customer_id": "text", "contacts_per_100k": "number", "contacts": "count",
                },
                headers={str(c): text.label(str(c)) for c in rows.columns} | {"promises": text.label("decided")},
                totals=("collected",),
            )
        )  # fmt: skip
    if len(strategies):
        rows = _worded(strategies.reset_index(), text)
        heads = {str(c): text.label(str(c)) for c in rows.columns}
        heads |= {"share": text.label("came"), "expected_share": text.say("Like claims not contacted")}
        heads |= {"amount": text.say("Open on the day"), "matched": text.say("Share with a like claim")}
        rows = rows.drop(columns=["difference"])
        sheets.append(
            Sheet(
                text.say("Strategies"),
                text.say("What came after a contact, by channel and stage"),
                rows,
                formats={
                    "amount": "money", "came": "money", "matched": "percent",
                    **{name: "percent" for name in percent if name in rows},
                },
                headers=heads | {"came": text.label("collected")},
            )
        )  # fmt: skip
    return tuple(sheets)
