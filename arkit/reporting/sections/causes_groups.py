"""Where the causes lie: the causes of each group against those of all, and what stands out beyond chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from arkit import charts, tables
from arkit.diagnosis.causes.families import UNKNOWN
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, note, paragraph
from arkit.reporting.groups import groupings, name
from arkit.reporting.mix import BEYOND, against_mix
from arkit.reporting.reasons import Reasons, inline, named
from arkit.reporting.sections import title
from arkit.reporting.sections.causes import MOSTLY
from arkit.reporting.sheet import Sheet

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

GROUPS = 7
"""Groups with a column of their own; the others stand together."""
LISTED = 10
"""Differences in the table; the workbook has them all."""
TOLD = 3
"""Differences told in words."""
RARE = 5
"""What comes up by chance more often than once in so many draws is not worth its odds."""
REST = "\x00rest"
"""Stands for the groups that share a column; no ledger has it."""


def build(report: Report) -> Section:
    """Return causes by group: a matrix, and which parts of it are more than chance."""
    text, reasons = report.text, Reasons.of(report)
    heard, codes = text.say(title("causes_groups")), reasons.currencies(report)
    if not codes:
        return Section("causes_groups", heard, (text.say("Nothing is overdue: there is nothing to explain."),))
    tried = {column: _parts(report, reasons, column, codes[0]) for column in _columns(report)}
    if not tried:
        said = text.say(
            "The ledger tells neither documents nor customers apart by customer type, region or salesperson. Load one "
            "of these columns, or name another with the parameter by."
        )
        return Section("causes_groups", heard, blocks=(note(said, label=text.say("Missing:"), warning=True),))
    blocks: list[Html | Chart] = []
    by, seen = _telling(tried, codes[0])
    figures: dict[str, Number] = {"causes_groups.by": by, "causes_groups.compared": seen}
    compared: dict[str, pd.DataFrame] = {}
    lead: tuple[str, ...] = ()
    for code in codes:
        if len(codes) > 1:
            blocks.append(heading(text.currency(code)))
        parts = _parts(report, reasons, by, code)
        if not _comparable(parts):
            blocks.append(paragraph(_nothing(parts, by, text), style="aside"))
            continue
        whole = against_mix(_gathered(parts), code)
        compared[code] = parts
        names = _names(whole, by, text, len(set(parts["group"])))
        findings = _told(whole, names, by, code, text)
        if code == codes[0]:
            lead = (*findings, _compared(seen, list(tried), text))
        else:
            blocks.append(paragraph(*findings))
        blocks += [_matrix(whole, names, by, code, text), Html(_list(whole, names, by, code, text))]
        figures |= _figures(whole, code)
    return Section("causes_groups", heard, lead, tuple(blocks), figures, _sheets(report, compared, by))


def _columns(report: Report) -> list[str]:
    """Return the columns to try: the one that was asked for, else those that tell customers apart."""
    return [report.by] if report.by else groupings(report)


def _parts(report: Report, reasons: Reasons, by: str, code: str) -> pd.DataFrame:
    parts = reasons.parts[reasons.parts["currency"] == code]
    group = report.selection.values(by, "document_id").reindex(pd.Index(parts["document_id"])).fillna("")
    return parts.assign(group=group.to_numpy())


def _comparable(parts: pd.DataFrame) -> bool:
    return len(set(parts["group"])) > 1 and _explained(parts)


def _explained(parts: pd.DataFrame) -> bool:
    unknown = float(parts.loc[parts["cause"] == UNKNOWN, "amount"].sum())
    return unknown < MOSTLY * float(parts["amount"].sum())


def _telling(tried: dict[str, pd.DataFrame], code: str) -> tuple[str, int]:
    """Return the first column by which a cause weighs more than chance explains, and how much was compared."""
    found = {by: against_mix(_gathered(parts), code) for by, parts in tried.items() if _comparable(parts)}
    clear = (by for by, whole in found.items() if not _standing_out(whole).empty)
    return next(clear, next(iter(found), next(iter(tried)))), sum(map(len, found.values()))


def _standing_out(whole: pd.DataFrame) -> pd.DataFrame:
    known = whole[(whole["cause"] != UNKNOWN) & whole["clear"] & (whole["excess"] > 0) & (whole["customers"] > 1)]
    return known.sort_values("excess", ascending=False, kind="stable")


def _compared(seen: int, columns: list[str], text: Text) -> str:
    return text.plural(
        "Compared by {columns}: {n} share, of which {chance} would differ as much by chance alone.",
        "Compared by {columns}: {n} shares, of which {chance} would differ as much by chance alone.",
        seen,
        columns=text.listed([text.inline(column) for column in columns]),
        chance=text.number(seen * BEYOND, 1),
    )


def _nothing(parts: pd.DataFrame, by: str, text: Text) -> str:
    if not _explained(parts):
        return text.say("The ledger does not explain what is overdue here: there are no causes to compare.")
    return text.say("By {column}, all that is overdue is in one group: nothing to compare.", column=text.inline(by))


def _gathered(parts: pd.DataFrame) -> pd.DataFrame:
    """Return the parts with the smaller groups put together."""
    sizes = parts.groupby("group")["amount"].sum().sort_values(ascending=False, kind="stable")
    if len(sizes) <= GROUPS + 1:
        return parts
    kept = parts["group"].isin(sizes.index[:GROUPS])
    return parts.assign(group=parts["group"].where(kept, REST))


def _names(whole: pd.DataFrame, by: str, text: Text, number: int) -> dict[str, str]:
    return {
        group: text.plural("{n} other", "{n} others", number - GROUPS) if group == REST else name(group, by, text)
        for group in whole["group"].unique()
    }


def _told(whole: pd.DataFrame, names: dict[str, str], by: str, code: str, text: Text) -> tuple[str, ...]:
    clear = _standing_out(whole)
    if clear.empty:
        return (
            text.say(
                "By {column}, no cause weighs more in one group than chance may explain: look at the causes, not at "
                "the groups.",
                column=text.inline(by),
            ),
        )
    ranked = [
        text.say(
            "{group} has {amount} more under “{cause}” than the mix of all leads to expect ({share} of its overdue, "
            "{usual} in all)",
            group=names[row["group"]],
            amount=text.short_money(row["excess"], code),
            cause=named(row["cause"], text),
            share=text.percent(row["share"]),
            usual=text.percent(row["usual"]),
        )
        for row in clear.head(TOLD).to_dict("records")
    ]
    return (text.say("{differences}.", differences=text.say("; ").join(ranked)),)


def _matrix(whole: pd.DataFrame, names: dict[str, str], by: str, code: str, text: Text) -> Chart:
    groups = list(names)
    grid = whole.pivot_table(index="cause", columns="group", values="amount", sort=False)[groups]
    whole_ = grid.sum(axis=1)
    shown = grid.assign(total=whole_, share=whole_ / whole_.sum()).rename_axis("cause").reset_index()
    shown["cause"] = [named(cause, text) for cause in shown["cause"]]
    table = tables.table(
        shown,
        {"cause": "text", **dict.fromkeys(groups, "money"), "total": "money", "share": "percent"},
        text.lang,
        caption=text.of(text.say("Overdue by cause and {column}", column=text.inline(by)), code),
        currency=code,
        headers={**names, "total": text.say("All"), "share": text.label("usual_share")},
        total={
            "cause": text.say("Total"),
            **{group: float(grid[group].sum()) for group in groups},
            "total": float(whole_.sum()),
            "share": 1.0,
        },
    )
    alt = text.say(
        "Matrix of causes and {column}: the share of each cause in a group's overdue, coloured by how far it is from "
        "the share in all; bold where that is more than chance.",
        column=text.inline(by),
    )
    frame = whole.assign(currency=code).set_index("currency")
    return Chart(charts.causes_by_group(frame, text.lang, currency=code, names=names), alt, table)


def _list(whole: pd.DataFrame, names: dict[str, str], by: str, code: str, text: Text) -> str:
    known = whole[(whole["cause"] != UNKNOWN) & (whole["excess"] > 0)]
    rows = known.sort_values(["clear", "excess"], ascending=False, kind="stable").head(LISTED)
    shown = rows.assign(
        group=[names[group] for group in rows["group"]],
        cause=[inline(cause, text) for cause in rows["cause"]],
        reading=[_reading(row, text) for row in rows.to_dict("records")],
    )
    return tables.table(
        shown,
        {
            "group": "text",
            "cause": "text",
            "amount": "money",
            "excess": "money",
            "share": "percent",
            "usual": "percent",
            "customers": "count",
            "reading": "text",
        },
        text.lang,
        caption=text.of(text.say("Where a cause weighs more than in all"), code),
        currency=code,
        headers={
            "group": text.label(by),
            "share": text.label("group_share"),
            "usual": text.label("usual_share"),
        },
    )


def _reading(row: Mapping[Any, Any], text: Text) -> str:
    if row["customers"] == 1:
        return text.say("rests on one customer")
    if row["clear"]:
        return text.say("more than chance")
    odds = round(1 / row["chance"])
    return text.say("may be chance (1 in {n})", n=text.number(odds)) if odds >= RARE else text.say("may be chance")


def _figures(whole: pd.DataFrame, code: str) -> dict[str, Number]:
    figures: dict[str, Number] = {}
    for row in whole.to_dict("records"):
        group = "(others)" if row["group"] == REST else row["group"]
        key = f"causes_groups.{code}.{group}.{row['cause']}"
        figures |= {f"{key}.{column}": row[column] for column in ("amount", "share", "usual", "excess", "chance")}
    return figures


def _sheets(report: Report, compared: dict[str, pd.DataFrame], by: str) -> tuple[Sheet, ...]:
    """Return every group, the small ones apart too; whether a difference is chance stands for those on the page."""
    if not compared:
        return ()
    text = report.text
    frames = []
    for code, parts in compared.items():
        sums = parts.groupby(["group", "cause"], sort=False)["amount"].sum().reset_index()
        held = sums.groupby("group")["amount"].transform("sum")
        whole = sums.groupby("cause")["amount"].transform("sum") / sums["amount"].sum()
        sums = sums.assign(
            currency=code, share=sums["amount"] / held, usual=whole, excess=sums["amount"] - whole * held
        )
        found = against_mix(_gathered(parts), code)[["group", "cause", "customers", "chance"]]
        frames.append(sums.merge(found, on=["group", "cause"], how="left"))
    rows = pd.concat(frames, ignore_index=True)
    rows["group"] = [name(group, by, text) for group in rows["group"]]
    rows["cause"] = [named(cause, text) for cause in rows["cause"]]
    names = ["currency", "group", "cause", "amount", "share", "usual", "excess", "customers", "chance"]
    headers = {column: text.label(column) for column in names}
    return (
        Sheet(
            text.say("Causes by group"),
            text.say("Overdue by cause and {column}", column=text.inline(by)),
            rows[names],
            formats={
                "amount": "money", "share": "percent", "usual": "percent", "excess": "money", "customers": "count",
                "chance": "number", "group": "text",
            },
            headers=headers
            | {"group": text.label(by), "share": text.label("group_share"), "usual": text.label("usual_share")},
            totals=("amount",),
        ),
    )  # fmt: skip
