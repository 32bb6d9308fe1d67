"""Why the money is late: overdue by cause, where causes lie, what is our own homework, the largest documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from arkit import charts, tables
from arkit.charts import palette
from arkit.collecting.remedies import remedies
from arkit.diagnosis.causes.families import UNKNOWN
from arkit.reporting.blocks import (
    Chart,
    Html,
    Number,
    Section,
    Tile,
    band,
    described,
    heading,
    note,
    paragraph,
)
from arkit.reporting.reasons import LEVELS, PHASES, SOURCES, Reasons, inline, lacking, named, spoken
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

SHOWN = 5
"""Documents told in words here; all whose cause is known stand in the workbook, and all open items."""
NAMED = 3
"""Causes named in the opening sentence."""
HOMEWORK = 3
"""Of our own causes, so many with what to do."""
FEW = 5
"""Fewer documents in a further currency are not drawn."""
SURE = 0.99
"""A hypothesis is never said to be surer than that."""
MOSTLY = 0.95
"""From this share on nothing but "not known" is said: a chart of one bar explains nothing."""


def build(report: Report) -> Section:
    """Return the causes of what is overdue; of a ledger without anything overdue, that."""
    text, reasons = report.text, Reasons.of(report)
    codes = reasons.currencies(report)
    heard = text.say(title("causes"))
    if not codes:
        return Section("causes", heard, (text.say("Nothing is overdue: there is nothing to explain."),))
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    said = lacking(reasons.notes, report)
    missing = [note(said, label=text.say("Missing:"))] if said else []
    for code in codes:
        main = code == codes[0]
        figures |= _figures(reasons, code)
        explained = float(reasons.by_cause(code)["share"].get(UNKNOWN, 0.0)) < MOSTLY
        if len(codes) > 1 and (explained or not main):
            blocks.append(heading(text.currency(code)))
        if not main:
            blocks.append(paragraph(_finding(reasons, code, text)))
        if explained:
            blocks += _explained(report, reasons, code, main=main)
        if main:
            blocks += missing
    lead = (_finding(reasons, codes[0], text), *_to_do(reasons, codes[0], text))
    return Section("causes", heard, lead, tuple(blocks), figures, _sheets(report, reasons))


def _explained(report: Report, reasons: Reasons, code: str, *, main: bool) -> list[Html | Chart]:
    """Return the causes of a currency: of a further one the chart alone, and that only of enough documents."""
    text = report.text
    if not main:
        enough = int((reasons.items["currency"] == code).sum()) >= FEW
        return [_chart(reasons, code, text)] if enough else []
    blocks: list[Html | Chart] = [
        _sources(reasons, code, text),
        _chart(reasons, code, text),
        Html(_levels(reasons, code, text)),
    ]
    if "causes_items" in report.kind.sections:
        return blocks
    return [*blocks, *_homework(reasons, code, text), *_told(report, reasons.largest(code, SHOWN), code)]


def _finding(reasons: Reasons, code: str, text: Text) -> str:
    rows, overdue = reasons.by_cause(code), reasons.overdue(code)
    unknown = float(rows["share"].get(UNKNOWN, 0.0))
    amount = text.short_money(overdue, code)
    if unknown >= MOSTLY:
        return text.say(
            "For {share} of the {amount} overdue the ledger holds nothing that explains it: the cause is not known.",
            share=text.percent(unknown),
            amount=amount,
        )
    known = rows.drop(index=UNKNOWN, errors="ignore").head(NAMED)
    ranked = [
        text.say("{cause} ({share})", cause=inline(str(cause), text), share=text.percent(share))
        for cause, share in known["share"].items()
    ]
    return text.say(
        "The {amount} overdue goes back, as far as the ledger tells, above all to {causes}; for {unknown} the cause is "
        "not known.",
        amount=amount,
        causes=text.listed(ranked),
        unknown=text.percent(unknown),
    )


def _to_do(reasons: Reasons, code: str, text: Text) -> list[str]:
    """Say how much is our own homework and where to begin; where most is not known, what to ask for."""
    rows = reasons.by_cause(code)
    if float(rows["share"].get(UNKNOWN, 0.0)) >= MOSTLY:
        return [remedies().causes["unknown"].us.to(text.lang)]
    own = rows[rows["own"] > 0]
    if own.empty:
        return [text.say("Nothing points to our own company as the cause.")]
    first = str(own["own"].idxmax())
    return [
        text.say(
            "{amount} of it ({share}) is our own homework, which waits for no customer; most of that is {cause}.",
            amount=text.short_money(float(own["own"].sum()), code),
            share=text.percent(float(own["own"].sum()) / reasons.overdue(code)),
            cause=inline(first, text),
        )
    ]


def _sources(reasons: Reasons, code: str, text: Text) -> Html:
    """Return what the causes rest on, and what of them is our own."""
    overdue, sums = reasons.overdue(code), reasons.by_source(code)
    tiles = [
        Tile(text.label(f"source.{source}"), text.percent(amount / overdue), text.short_money(amount, code))
        for source, amount in sums.items()
    ]
    own = float(reasons.by_cause(code)["own"].sum())
    tiles.append(Tile(text.say("Our own homework"), text.percent(own / overdue), text.short_money(own, code)))
    return band(tiles, label=text.of(text.say("What the causes rest on"), code))


def _chart(reasons: Reasons, code: str, text: Text) -> Chart:
    rows = reasons.by_cause(code)
    frame = pd.concat({code: rows[list(palette.CAUSE_LEVELS)]}, names=["currency"])
    shown = rows.rename_axis("cause").reset_index()
    shown["cause_level"] = [_where(row, text) for row in shown.to_dict("records")]
    shown["cause_phase"] = [text.label(f"phase.{phase}") for phase in shown["phase"]]
    shown["cause"] = [named(cause, text) for cause in shown["cause"]]
    table = tables.table(
        shown,
        {
            "cause": "text",
            "cause_level": "text",
            "cause_phase": "text",
            "amount": "money",
            "share": "percent",
            "documents": "count",
        },
        text.lang,
        caption=text.of(text.say("Overdue by cause"), code),
        currency=code,
        headers={"documents": text.say("Documents with this first cause")},
        total={
            "cause": text.say("Total"),
            "amount": reasons.overdue(code),
            "share": 1.0,
            "documents": int(rows["documents"].sum()),
        },
    )
    alt = text.say("Bar chart of what is overdue by cause, each bar in the colour of where the cause lies.")
    return Chart(charts.by_cause(frame, text.lang, currency=code), alt, table)


def _where(row: Mapping[Any, Any], text: Text) -> str:
    return text.say(" / ").join(text.label(f"level.{level}") for level in LEVELS if row[level])


def _levels(reasons: Reasons, code: str, text: Text) -> str:
    rows = reasons.by_level(code)
    columns = [*PHASES, UNKNOWN] if rows[UNKNOWN].any() else list(PHASES)
    shown = rows.rename_axis("level").reset_index()
    shown["share"] = shown["amount"] / reasons.overdue(code)
    shown["level"] = [text.label(f"level.{level}") for level in shown["level"]]
    return tables.table(
        shown,
        {"level": "text", **dict.fromkeys(columns, "money"), "amount": "money", "share": "percent"},
        text.lang,
        caption=text.of(text.say("Overdue by where the cause lies, and when it arose"), code),
        currency=code,
        headers={
            "level": text.label("cause_level"),
            "amount": text.say("Overdue"),
            **{phase: text.label(f"phase.{phase}") for phase in columns},
        },
        total={
            "level": text.say("Total"),
            **{column: float(rows[column].sum()) for column in columns},
            "amount": reasons.overdue(code),
            "share": 1.0,
        },
    )


def _homework(reasons: Reasons, code: str, text: Text) -> list[Html | Chart]:
    rows = reasons.by_cause(code)
    own = rows[rows["own"] > 0].sort_values("own", ascending=False, kind="stable")
    if own.empty:
        return []
    given = remedies().causes
    pairs = [
        (
            text.say("{cause}: {amount}", cause=named(str(cause), text), amount=text.short_money(row["own"], code)),
            [given[str(cause)].us.to(text.lang)],  # type: ignore[index]
        )
        for cause, row in own.head(HOMEWORK).to_dict("index").items()
    ]
    label = text.of(text.say("Our own homework"), code)
    blocks: list[Html | Chart] = [heading(label), described(pairs, label=label)]
    if len(own) > HOMEWORK:
        rest = [
            text.say("{cause} ({amount})", cause=inline(str(cause), text), amount=text.short_money(amount, code))
            for cause, amount in own["own"].iloc[HOMEWORK:].items()
        ]
        blocks.append(paragraph(text.say("Our own as well: {causes}.", causes=text.listed(rest)), style="aside"))
    return blocks


def _told(report: Report, rows: pd.DataFrame, code: str) -> list[Html | Chart]:
    """Return documents with their evidence in words."""
    text = report.text
    pairs = [
        (
            " · ".join(
                [
                    report.name(row["customer_id"]),
                    row["document_id"],
                    text.money(row["overdue"], code),
                    sure(row, text),
                ]
            ),
            [spoken(row["evidence"], report)],
        )
        for row in rows.to_dict("records")
    ]
    label = text.of(text.plural("The largest overdue document", "The {n} largest overdue documents", len(rows)), code)
    return [heading(label), described(pairs, label=label)] if pairs else []


def sure(row: Mapping[Any, Any], text: Text) -> str:
    """Return a document's first cause with how sure it is."""
    cause = named(str(row["cause"]), text)
    if row["cause"] == UNKNOWN:
        return cause
    return text.say("{cause}, {share} sure", cause=cause, share=confidence(float(row["confidence"]), text))


def confidence(share: float, text: Text) -> str:
    """Return how sure a cause is; nothing that is inferred is certain."""
    return text.say("over 99%") if share > SURE else text.percent(share, 0)


def _figures(reasons: Reasons, code: str) -> dict[str, Number]:
    rows, key = reasons.by_cause(code), f"causes.{code}"
    figures: dict[str, Number] = {
        f"{key}.overdue": reasons.overdue(code),
        f"{key}.own.amount": float(rows["own"].sum()),
        f"{key}.documents": int(rows["documents"].sum()),
    }
    for cause, row in rows.to_dict("index").items():
        figures |= {f"{key}.{cause}.{name}": row[name] for name in ("amount", "share", "documents", "own")}
    for level, row in reasons.by_level(code).to_dict("index").items():
        figures |= {f"{key}.level.{level}.{column}": float(value) for column, value in row.items()}
    figures |= {f"{key}.source.{source}": reasons.by_source(code)[source] for source in SOURCES}
    for row in reasons.largest(code, SHOWN).to_dict("records"):
        document = f"{key}.document.{row['document_id']}"
        figures |= {f"{document}.overdue": row["overdue"], f"{document}.confidence": row["confidence"]}
    return figures


def _sheets(report: Report, reasons: Reasons) -> tuple[Sheet, ...]:
    text = report.text
    totals = pd.concat(
        [reasons.by_cause(code).rename_axis("cause").reset_index() for code in reasons.currencies(report)],
        keys=reasons.currencies(report),
        names=["currency"],
    )
    totals = totals.reset_index(level="currency").reset_index(drop=True)
    totals["cause"] = [named(cause, text) for cause in totals["cause"]]
    totals["phase"] = [text.label(f"phase.{phase}") for phase in totals["phase"]]
    names = ["currency", "cause", "phase", *palette.CAUSE_LEVELS, "amount", "share", "documents", "customers"]
    levels = {level: text.label(f"level.{level}") for level in LEVELS}
    return (
        Sheet(
            text.say("Causes"),
            text.say("Overdue by cause on {date}", date=text.date(report.as_of)),
            totals[names],
            formats={**dict.fromkeys(palette.CAUSE_LEVELS, "money"), "amount": "money", "share": "percent"},
            headers={name: text.label(name) for name in names}
            | levels
            | {"phase": text.label("cause_phase"), "documents": text.say("Documents with this first cause")},
            totals=(*palette.CAUSE_LEVELS, "amount", "documents"),
            formulas={"amount": "SUM(" + ",".join(f"{{{level}}}" for level in palette.CAUSE_LEVELS) + ")"},
        ),
        _documents(report, reasons),
    )


def _documents(report: Report, reasons: Reasons) -> Sheet:
    text, rows = report.text, reasons.items
    if "causes_items" not in report.kind.sections:
        rows = rows[rows["cause"] != UNKNOWN]
    rows = rows.sort_values(["currency", "overdue"], ascending=[True, False], kind="stable")
    source = ["noted" if logged else UNKNOWN if cause == UNKNOWN else "inferred"
              for logged, cause in zip(rows["logged"], rows["cause"], strict=True)]  # fmt: skip
    shown = pd.DataFrame(
        {
            "currency": rows["currency"],
            "customer_id": rows["customer_id"],
            "customer": [report.name(who) for who in rows["customer_id"]],
            "document_id": rows["document_id"],
            "overdue": rows["overdue"],
            "cause": [named(cause, text) for cause in rows["cause"]],
            "confidence": rows["confidence"],
            "cause_level": [text.label(f"level.{at if isinstance(at, str) else UNKNOWN}") for at in rows["level"]],
            "cause_phase": [text.label(f"phase.{at if isinstance(at, str) else UNKNOWN}") for at in rows["phase"]],
            "source": [text.label(f"source.{name}") for name in source],
            "because": [spoken(evidence, report) for evidence in rows["evidence"]],
        }
    )
    return Sheet(
        text.say("Causes by document"),
        text.say("Overdue documents with their first cause"),
        shown,
        formats={"overdue": "money", "confidence": "percent", "customer_id": "text", "document_id": "text"},
        headers={name: text.label(name) for name in shown.columns},
        totals=("overdue",),
    )
