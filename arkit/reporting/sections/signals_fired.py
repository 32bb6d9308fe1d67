"""Which signals fire, and on whom: definition, threshold, share of the customers, and the groups that they fire in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.diagnosis.signals.rules import table
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, note, paragraph
from arkit.reporting.groups import groupings, rename
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet
from arkit.reporting.watch import Watch, missing, named

if TYPE_CHECKING:
    from arkit.messages import Lang
    from arkit.reporting.page import Report

NAMED = 3
GROUPS = 12


def build(report: Report) -> Section:
    """Return the signals one by one, and by group."""
    text, watch = report.text, Watch.of(report)
    shares = shown(watch, text.lang)
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {"signals_fired.customers": int((watch.customers["level"] != "").sum())}
    if shares["customers"].any():
        blocks.append(_chart(report, shares))
    else:
        blocks.append(paragraph(text.say("No signal fires on a customer who is shown.")))
    blocks.append(Html(_table(report, watch, shares)))
    for row in shares[shares["share"].notna()].to_dict("records"):
        figures |= {
            f"signals_fired.{row['signal']}.{name}": float(row[name]) for name in ("customers", "severe", "share")
        }
    if lacking := missing(watch.found, text):
        blocks.append(note(lacking, label=text.say("Missing:")))
    by = report.by or next(iter(groupings(report, 1)), "")
    if by:
        parts, numbers = _groups(report, watch, by)
        blocks += parts
        figures |= numbers
    lead = text.say(
        "A signal is a reason to look, not a finding. Its points add up to the customer's score; the level follows "
        "from the score, or at once from a bounced payment or a measure already taken."
    )
    return Section(
        "signals_fired", text.say(title("signals_fired")), (lead,), tuple(blocks), figures, _sheets(report, shares)
    )


def shown(watch: Watch, lang: Lang) -> pd.DataFrame:
    """Return how often each signal fires on the customers shown, by signal and topic; the share runs from 0 to 1."""
    counts = watch.fired.groupby("signal").agg({"customer_id": "count", "severe": "sum"})
    rows = watch.found.shares[["signal", "topic", "points", "severe_points", "reason"]].copy()
    known, of = rows["reason"].isna(), int((watch.customers["level"] != "").sum())
    rows["customers"] = counts["customer_id"].reindex(rows["signal"]).fillna(0).to_numpy(dtype="int64")
    rows["severe"] = counts["severe"].reindex(rows["signal"]).fillna(0).to_numpy(dtype="int64")
    rows["share"] = (rows["customers"] / of).where(known) if of else float("nan")
    rows["name"] = [named(str(key)).to(lang) for key in rows["signal"]]
    return rows


def _chart(report: Report, shares: pd.DataFrame) -> Chart:
    from arkit.charts import risk

    text = report.text
    rows = shares[shares["customers"] > 0].sort_values("share", ascending=False, kind="stable")
    written = tables.table(
        rows.assign(topic=rows["topic"].map(text.label)),
        {"name": "text", "topic": "text", "customers": "count", "severe": "count", "share": "percent"},
        text.lang,
        caption=text.say("On how many customers each signal fires"),
        headers={"name": text.label("signal")},
    )
    alt = text.say("Bar chart: share of the customers on whom each signal fires.")
    return Chart(risk.signal_shares(rows, text.lang), alt, written)


def _table(report: Report, watch: Watch, shares: pd.DataFrame) -> str:
    text, fired = report.text, watch.fired
    rows = shares[shares["customers"] > 0].sort_values(["customers", "points"], ascending=False, kind="stable")
    rules, order = table().rules, {who: place for place, who in enumerate(watch.customers["customer_id"])}
    whom = []
    for key, count in zip(rows["signal"], rows["customers"], strict=True):
        mine = fired[fired["signal"] == key]
        worst = sorted(mine["customer_id"], key=lambda who: order[who])[:NAMED]
        names = [report.name(who) for who in worst]
        rest = int(count) - len(names)
        whom.append(
            text.listed(names + ([text.plural("{n} other customer", "{n} other customers", rest)] if rest > 0 else []))
        )
    rows = rows.assign(
        definition=[rules[str(key)].definition.to(text.lang) for key in rows["signal"]],
        worth=[f"{a} / {b}" for a, b in zip(rows["points"], rows["severe_points"], strict=True)],
        whom=whom,
    )
    kinds: dict[str, tables.Kind] = {
        "name": "text", "definition": "text", "worth": "said", "customers": "count", "severe": "count",
        "share": "percent", "whom": "text",
    }  # fmt: skip
    heads = {
        "name": text.label("signal"),
        "definition": text.say("It fires when"),
        "worth": text.say("Points, severe"),
        "whom": text.say("On whom, worst first"),
    }
    caption = text.say("The signals that fire, with their thresholds")
    return tables.table(rows, kinds, text.lang, caption=caption, headers=heads)


def _groups(report: Report, watch: Watch, by: str) -> tuple[list[Html | Chart], dict[str, Number]]:
    text = report.text
    blocks: list[Html | Chart] = [heading(text.say("By {group}", group=text.inline(by)))]
    figures: dict[str, Number] = {}
    for code in report.currencies:
        rows = grouped(report, watch, by, code)
        if rows.empty:
            continue
        figures |= {
            f"signals_fired.{code}.{by}.{group}.{name}": float(row[name])
            for group, row in rows.iterrows()
            for name in ("customers", "listed", "overdue", "listed_overdue")
        }
        sums = {name: float(rows[name].sum()) for name in ("customers", "listed", "overdue", "listed_overdue")}
        cut = rename(rows.head(GROUPS), by, text).rename_axis(by).reset_index()
        heads = {"listed": text.say("On the list"), "listed_overdue": text.say("Overdue of those on the list")}
        kinds: dict[str, tables.Kind] = {
            by: "text", "customers": "count", "listed": "count", "overdue": "money", "listed_overdue": "money",
            "share": "percent", "most": "text",
        }  # fmt: skip
        heads |= {"share": text.say("Share on the list"), "most": text.say("Most frequent signal")}
        whole = {by: text.say("Total"), **sums}
        whole["share"] = sums["listed_overdue"] / sums["overdue"] if sums["overdue"] else float("nan")
        caption = text.of(text.say("The watch list by {group}", group=text.inline(by)), code)
        blocks.append(
            Html(tables.table(cut, kinds, text.lang, caption=caption, currency=code, headers=heads, total=whole))
        )
    return blocks, figures


def grouped(report: Report, watch: Watch, by: str, currency: str) -> pd.DataFrame:
    """Return the watch list by group of customers: ``customers, listed, overdue, listed_overdue, share, most``."""
    groups = report.selection.values(by, "customer_id")
    money = watch.money[watch.money.index.get_level_values("currency") == currency].droplevel("currency")
    own = watch.listed.loc[watch.listed["currency"] == currency, "customer_id"]
    money = money.reindex(
        money.index.union(pd.Index(own), sort=False), fill_value=0.0
    )  # who is on the list may owe nothing
    listed = money.index.isin(watch.listed["customer_id"])
    rows = pd.DataFrame(
        {
            "group": groups.reindex(money.index).fillna("").to_numpy(),
            "customers": 1,
            "listed": listed.astype("int64"),
            "overdue": money["overdue"].to_numpy(),
            "listed_overdue": money["overdue"].where(listed, 0.0).to_numpy(),
        }
    )
    sums = rows.groupby("group").sum().sort_values("listed_overdue", ascending=False, kind="stable")
    sums["share"] = sums["listed_overdue"] / sums["overdue"].where(sums["overdue"] != 0)
    fired = watch.fired[watch.fired["customer_id"].isin(money.index)]
    of = groups.reindex(pd.Index(fired["customer_id"])).fillna("").to_numpy()
    counts = fired.assign(group=of).value_counts(["group", "signal"]).reset_index()
    most = counts.drop_duplicates("group").set_index("group")["signal"].reindex(sums.index)
    sums["most"] = ["" if pd.isna(key) else named(str(key)).to(report.text.lang) for key in most]
    return sums


def _sheets(report: Report, shares: pd.DataFrame) -> tuple[Sheet, ...]:
    text, rules = report.text, table().rules
    rows = pd.DataFrame(
        {
            "signal": shares["name"],
            "topic": [text.label(str(topic)) for topic in shares["topic"]],
            "definition": [rules[str(key)].definition.to(text.lang) for key in shares["signal"]],
            "score": shares["points"],
            "customers": shares["customers"],
            "severe": shares["severe"],
            "share": shares["share"],
        }
    )
    name = text.say("Definitions of the signals")
    heads = {column: text.label(column) for column in rows.columns}
    return (Sheet(name, name, rows, formats={"share": "percent"}, headers=heads),)
