"""How good the warnings were: lists, levels and chances of past month-ends held against what followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.diagnosis.signals.rules import table
from arkit.reporting import chances, track
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, join, note, paragraph
from arkit.reporting.groups import groupings, rename
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet
from arkit.reporting.wording import dated, sentence

if TYPE_CHECKING:
    from arkit.diagnosis.backtest import Backtest
    from arkit.reporting.page import Report

MISSED = 10
GROUPS = 12
_LEADS = ((30, "1–30"), (60, "31–60"), (90, "61–90"))


def build(report: Report) -> Section:
    """Return the back-test in depth; of a ledger that holds no past, why there is none."""
    text = report.text
    found: Backtest = report.found("backtest")
    head = text.say(title("signals_record"))
    if found.lists.empty:
        reasons = join([sentence(message, text) for message in found.notes])
        return Section(
            "signals_record", head, blocks=(note(reasons, label=text.say("No track record:"), warning=True),)
        )
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    for code in _currencies(report, found):
        blocks.append(heading(text.of(text.say("Lists against lists"), code)))
        for part in (_lead, _month_ends, _early, _missed):
            made, numbers = part(report, found, code)
            blocks += made
            figures |= numbers
        made, numbers = _groups(report, found, code)
        blocks += made
        figures |= numbers
    for made, numbers in (_levels(report, found), chances.record(report, found)):
        blocks += made
        figures |= numbers
    cautions = [sentence(message, text) for message in found.notes if "currency" not in message.params]
    blocks += [note(join(cautions), label=text.say("How far to trust it:"))] if cautions else []
    lead = [sentence(message, text) for message in found.sentences]
    lead += track.of_selection(report, found) if report.selection else []
    lead.append(
        text.say(
            "A claim turns bad on the day on which it is more than 90 days overdue. Each list takes as many customers "
            "as the watch list held that day; customers are compared within the whole ledger."
        )
    )
    return Section("signals_record", head, tuple(lead), tuple(blocks), figures, _sheets(report, found))


def _currencies(report: Report, found: Backtest) -> list[str]:
    return [code for code in report.currencies if (found.money["currency"] == code).any()]


def _lead(report: Report, found: Backtest, code: str) -> tuple[list[Html | Chart], dict[str, Number]]:
    blocks: list[Html | Chart] = [paragraph(*track.verdict(report, found, code))]
    if track.early(found, code) is None:
        return [], {}
    return [*blocks, track.lead_chart(report, found, code)], track.lead_figures(found, code, "signals_record.lead")


def _month_ends(report: Report, found: Backtest, code: str) -> tuple[list[Html | Chart], dict[str, Number]]:
    """Return what each list held over all month-ends that were followed, and month-end by month-end."""
    from arkit.charts import record as drawn

    text, rows = report.text, found.frame[found.frame["currency"] == code]
    if rows.empty:
        return [], {}
    shown = rows.assign(ranking=rows["ranking"].map(text.label))
    kinds: dict[str, tables.Kind] = {
        "ranking": "text", "listed": "count", "precision": "percent", "base": "percent", "share": "percent",
        "captured": "money", "became": "money", "auc": "number", "auc_low": "number", "auc_high": "number",
    }  # fmt: skip
    heads = {
        "listed": text.say("Customers listed, mean"),
        "base": text.say("Hit of all customers"),
        "share": text.say("Share of the money held"),
        "auc_low": text.say("Worst month-end"),
        "auc_high": text.say("Best month-end"),
    }
    caption = text.of(
        text.plural("Of {n} month-end", "Over {n} month-ends", int(rows["month_ends"].max())), code
    )  # fmt: skip
    blocks: list[Html | Chart] = [
        Html(tables.table(shown, kinds, text.lang, caption=caption, currency=code, headers=heads)),
        paragraph(
            text.say(
                "Sorting power: of a customer who was hit and one who was not, how often the list put the former first "
                "(0.5 is a toss-up, 1 is never wrong)."
            ),
            text.say("Money that turned bad counts at every month-end followed here, and once in the tables below."),
            style="aside",
        ),
    ]
    figures: dict[str, Number] = {
        f"signals_record.{code}.{row['ranking']}.{name}": float(row[name])
        for row in rows.to_dict("records")
        for name in ("listed", "precision", "base", "auc", "became", "captured", "share")
    }
    if code != report.currencies[0]:
        return blocks, figures
    capture = found.capture[found.capture["currency"] == code]
    wide = capture.pivot_table(index="as_of", columns="ranking", values="share").reset_index()
    wide = wide.sort_values("as_of", ascending=False)
    names = [name for name in ("watch_list", "model", "oldest", "late_rate") if name in wide]
    by_month = tables.table(
        wide, {"as_of": "date", **dict.fromkeys(names, "percent")}, text.lang,
        caption=text.of(text.say("Share of the money held, by month-end"), code),
    )  # fmt: skip
    alt = text.say("Line chart by month-end: share of the money that turned bad afterwards that each list held.")
    blocks.append(Chart(drawn.captured(found.capture, text.lang, currency=code), alt, by_month))
    return blocks, figures


def _early(report: Report, found: Backtest, code: str) -> tuple[list[Html | Chart], dict[str, Number]]:
    """Return how long the money that turned bad had been on the watch list."""
    text, money = report.text, report.selection.of(found.money[found.money["currency"] == code])
    if money.empty:
        return [], {}
    days, amount, low = money["lead_days"], money["amount"], 0
    rows: list[tuple[str, pd.Series]] = []
    for high, said in _LEADS:
        rows.append((text.say("{span} days", span=said), days.gt(low) & days.le(high)))
        low = high
    rows.append((text.say("more than {days} days", days=low), days.gt(low)))
    rows.append((text.say("not on the list"), days.isna()))
    total = float(amount.sum())
    shown = pd.DataFrame(
        [
            {
                "lead_days": said,
                "documents": int(mask.sum()),
                "became": float(amount[mask].sum()),
                "share": float(amount[mask].sum()) / total,
            }
            for said, mask in rows
        ]
    )
    kinds: dict[str, tables.Kind] = {"lead_days": "text", "documents": "count", "became": "money", "share": "percent"}
    whole = {"lead_days": text.say("Total"), "documents": len(money), "became": total}
    caption = text.of(text.say("How long it had been on the watch list when it turned bad"), code)
    figures: dict[str, Number] = {
        f"signals_record.{code}.became": total,
        f"signals_record.{code}.missed": float(shown["became"].iloc[-1]),
        f"signals_record.{code}.lead_days": float(days.median()),
    }
    return [Html(tables.table(shown, kinds, text.lang, caption=caption, currency=code, total=whole))], figures


def _missed(report: Report, found: Backtest, code: str) -> tuple[list[Html | Chart], dict[str, Number]]:
    """Return the largest claims that turned bad with nobody warned."""
    text, money = report.text, report.selection.of(found.money[found.money["currency"] == code])
    missed = money[money["watch_list"] == 0].sort_values("amount", ascending=False, kind="stable").head(MISSED)
    if missed.empty:
        return [], {}
    rows = missed.assign(
        customer=[report.name(str(who)) for who in missed["customer_id"]],
        turned_on=missed["on"],
        oldest=[text.say("yes") if share > 0 else text.say("no") for share in missed["oldest"]],
        late_rate=[text.say("yes") if share > 0 else text.say("no") for share in missed["late_rate"]],
    )
    kinds: dict[str, tables.Kind] = {
        "document_id": "text", "customer": "text", "due": "date", "turned_on": "date", "amount": "money",
        "oldest": "text", "late_rate": "text",
    }  # fmt: skip
    caption = text.of(text.say("What the watch list missed, and whether a plain list had it"), code)
    return [Html(tables.table(rows, kinds, text.lang, caption=caption, currency=code))], {}


def _groups(report: Report, found: Backtest, code: str) -> tuple[list[Html | Chart], dict[str, Number]]:
    """Return by group what turned bad and what of it was on the lists."""
    text, by = report.text, report.by or next(iter(groupings(report, 1)), "")
    money = report.selection.of(found.money[found.money["currency"] == code])
    if not by or money.empty:
        return [], {}
    group = report.selection.values(by, "document_id").reindex(pd.Index(money["document_id"])).fillna("")
    parts = {name: money["amount"] * money[name] for name in ("watch_list", "oldest", "late_rate")}
    sums = pd.DataFrame({"became": money["amount"], **parts}).groupby(group.to_numpy()).sum()
    rows = sums.sort_values("became", ascending=False, kind="stable")
    for name in parts:
        rows[name] = rows[name] / rows["became"]
    shown = rename(rows.head(GROUPS), by, text).rename_axis(by).reset_index()
    kinds: dict[str, tables.Kind] = {
        by: "text", "became": "money", "watch_list": "percent", "oldest": "percent", "late_rate": "percent",
    }  # fmt: skip
    caption = text.of(text.say("What turned bad and stood on the lists, by {group}", group=text.inline(by)), code)
    total = {by: text.say("Total"), "became": float(rows["became"].sum())}
    figures: dict[str, Number] = {
        f"signals_record.{code}.{by}.{name}.became": float(row["became"]) for name, row in rows.iterrows()
    }
    return [Html(tables.table(shown, kinds, text.lang, caption=caption, currency=code, total=total))], figures


def _levels(report: Report, found: Backtest) -> tuple[list[Html | Chart], dict[str, Number]]:
    """Return how the early-warning levels sorted the customers."""
    from arkit.charts import risk

    text = report.text
    if not found.levels["customers"].any():
        return [], {}
    words = {level.key: level.words for level in table().levels}
    rows = found.levels.assign(name=[words[str(key)].to(text.lang) for key in found.levels["level"]])
    written = tables.table(
        rows,
        {"name": "text", "customers": "count", "hit": "count", "share": "percent"},
        text.lang,
        caption=text.say("How the levels sorted the customers"),
        headers={"name": text.label("level"), "share": text.say("Share hit")},
    )
    alt = text.say("Column chart: share of the customers at each level who were hit afterwards.")
    figures: dict[str, Number] = {
        f"signals_record.level.{row['level']}.{name}": float(row[name])
        for row in found.levels.to_dict("records")
        for name in ("customers", "hit", "share")
    }
    chart = Chart(risk.levels_hit(rows, text.lang), alt, written)
    return [heading(text.say("Levels")), chart], figures


def _sheets(report: Report, found: Backtest) -> tuple[Sheet, ...]:
    text, money = report.text, report.selection.of(found.money)
    rows = money.assign(customer=[report.name(str(who)) for who in money["customer_id"]], turned_on=money["on"])
    rows["listed_since"] = [dated(day, text) if not pd.isna(day) else "" for day in rows["listed_since"]]
    rows = rows[
        [
            "currency",
            "customer",
            "customer_id",
            "document_id",
            "due",
            "turned_on",
            "amount",
            "listed_since",
            "lead_days",
        ]
    ]
    return (
        Sheet(
            text.say("Turned bad"),
            text.say("What turned bad, and since when it had been on the watch list"),
            rows,
            formats={
                "customer_id": "text", "document_id": "text", "amount": "money", "lead_days": "count",
                "due": "date", "turned_on": "date", "listed_since": "text",
            },
            headers={name: text.label(name) for name in rows.columns},
            totals=("amount",),
        ),
    )  # fmt: skip
