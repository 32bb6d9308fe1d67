"""What to expect of one customer: causes, signals, exposure against the limit, payments to come, a suggested limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.collecting.limit import Limit, SuggestedLimit, suggested_limit
from arkit.diagnosis.causes.families import families
from arkit.money import digits
from arkit.reporting import lapsing, limits
from arkit.reporting.blocks import Chart, Html, Number, Section, Tile, band, heading, paragraph
from arkit.reporting.reasons import spoken
from arkit.reporting.review import Case, case, nobody
from arkit.reporting.sections import title
from arkit.reporting.sections.causes import confidence
from arkit.reporting.sheet import Sheet
from arkit.reporting.standing import of_currency
from arkit.reporting.watch import named
from arkit.reporting.wording import dated, sentence, told
from arkit.text import UNDEFINED, Text

if TYPE_CHECKING:
    from arkit.diagnosis.payment_model import Payments
    from arkit.forecasting import Forecast
    from arkit.reporting.page import Report

ITEMS, SIGNALS = 8, 12
Made = tuple[list[Html | Chart], dict[str, Number]]


def build(report: Report) -> Section:
    """Return causes, signals, exposure, suggested limit, limitation and outlook."""
    text, found = report.text, case(report)
    if found is None:
        return nobody(report, "review_outlook")
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    parts = [_causes(report, found), (_signals(report, found), {}), _exposure(report, found)]
    parts.append(lapsing.of_customer(report, found.customer_id))
    for made, numbers in (*parts, _payments(report, found), _cash(report, found)):
        blocks += made
        figures |= numbers
    head = text.say(title("review_outlook"))
    return Section("review_outlook", head, (), tuple(blocks), figures, _sheets(report, found))


def cause_words(cause: str, text: Text) -> str:
    """Return what a cause is called."""
    words = {family.key: family.words for family in families()}
    return words[cause].to(text.lang) if cause in words else text.say("not known")


def _causes(report: Report, found: Case) -> Made:
    text, diagnosed = report.text, report.found("causes")
    blocks: list[Html | Chart] = [heading(text.say("Why it is late"))]
    shares, items = found.of(diagnosed.shares), found.of(diagnosed.frame)
    if items.empty:
        return [*blocks, paragraph(text.say("Nothing is overdue."))], {}
    figures: dict[str, Number] = {}
    for code in found.currencies:
        mine = shares[shares["currency"].eq(code)]
        if mine.empty:
            continue
        sums = mine.groupby("cause")["amount"].sum().round(digits(code)).sort_values(ascending=False)
        sums = sums[sums != 0]
        total = found.position(code)[1]
        rows = pd.DataFrame({"cause": [cause_words(str(key), text) for key in sums.index], "amount": sums.to_numpy()})
        rows["share"] = rows["amount"] / total if total else float("nan")
        caption = text.of(text.say("Causes of what is overdue"), code)
        kinds: dict[str, tables.Kind] = {"cause": "text", "amount": "money", "share": "percent"}
        whole = {"cause": text.say("Overdue"), "amount": total}
        blocks.append(Html(tables.table(rows, kinds, text.lang, caption=caption, currency=code, total=whole)))
        figures |= {f"review_outlook.{code}.cause.{key}": float(value) for key, value in sums.items()}
    largest = items.sort_values("overdue", ascending=False, kind="stable").head(ITEMS)
    shown = largest.assign(
        cause=[cause_words(str(key), text) for key in largest["cause"]],
        evidence=[spoken(message, report) for message in largest["evidence"]],
        confidence=[confidence(float(share), text) for share in largest["confidence"]],
    )
    columns: dict[str, tables.Kind] = {
        "document_id": "text", "evidence": "text", "cause": "text", "confidence": "said", "overdue": "money",
    }  # fmt: skip
    blocks.append(Html(tables.table(shown, columns, text.lang, caption=text.say("The largest overdue documents"))))
    return blocks, figures


def _signals(report: Report, found: Case) -> list[Html | Chart]:
    text, fired = report.text, found.fired
    blocks: list[Html | Chart] = [heading(text.say("Signals"))]
    if fired.empty:
        return [*blocks, paragraph(text.say("No signal fires."))]
    changes = found.of(found.watch.found.changes).set_index("signal")["change"]
    rows = pd.DataFrame(
        {
            "signal": [named(str(key)).to(text.lang) for key in fired["signal"]],
            "score": fired["points"],
            "change": [text.label(str(changes[key])) if key in changes.index else "" for key in fired["signal"]],
            "evidence": [told(message, text) for message in fired["evidence"]],
        }
    )
    caption = text.say(
        "Level {level}: {points} points",
        level=found.level.words.to(text.lang),
        points=text.number(found.score),
    )
    kinds: dict[str, tables.Kind] = {"signal": "text", "evidence": "text", "score": "count", "change": "text"}
    return [*blocks, Html(tables.table(rows.head(SIGNALS), kinds, text.lang, caption=caption))]


def _exposure(report: Report, found: Case) -> Made:
    """Return the balance against the limit on file, and the limit that purchases and payments suggest."""
    text = report.text
    blocks: list[Html | Chart] = [heading(text.say("Exposure and limit"))]
    figures: dict[str, Number] = {}
    limit, held = _on_file(found), limits.held(report)
    for code in found.currencies:
        balance, overdue = found.position(code)
        tiles = [
            Tile(text.label("balance"), _short(balance, code, text), text.currency(code)),
            Tile(text.say("Overdue"), _short(overdue, code, text), text.currency(code)),
        ]
        if code == found.currency:
            head = limit - balance
            used = text.say("{used} used", used=text.percent(balance / limit, 0)) if limit > 0 else ""
            tiles += [
                Tile(text.label("credit_limit"), _short(limit, code, text), text.say("on file")),
                Tile(text.say("Headroom"), _short(head, code, text), used),
            ]
            figures |= {f"review_outlook.{code}.limit": limit, f"review_outlook.{code}.headroom": head}
        suggested = suggested_limit(found.past, found.customer_id, code)
        blocks.append(band(tiles, label=text.of(text.say("Exposure"), code)))
        more, numbers = limits.of_customer(report, held, found.customer_id, code)
        blocks += [*more, *_suggested(report, found, suggested)]
        figures |= numbers
        figures |= {
            f"review_outlook.{code}.balance": balance,
            f"review_outlook.{code}.limit_by_record": suggested.record.value,
            f"review_outlook.{code}.limit_by_capacity": suggested.capacity.value,
        }
    return blocks, figures


def _short(value: float, code: str, text: Text) -> str:
    """Return an amount for a tile, which is too narrow for the currency's code beside it."""
    return text.short(value, money=code) if value == value else UNDEFINED


def _on_file(found: Case) -> float:
    rows = found.of(found.past.customers)
    if "credit_limit" not in rows or rows.empty:
        return float("nan")
    return float(pd.to_numeric(rows["credit_limit"], errors="coerce").iloc[0])


def _suggested(report: Report, found: Case, suggested: SuggestedLimit) -> list[Html | Chart]:
    text, code = report.text, suggested.currency
    rows = pd.DataFrame(
        {
            "method": [text.say("By payment record"), text.say("By capacity to pay")],
            "value": [suggested.record.value, suggested.capacity.value],
            "made_of": [_record(suggested.record, code, text), _capacity(suggested.capacity, code, text)],
        }
    )
    heads = {"method": text.say("Method"), "value": text.say("Limit")}
    kinds: dict[str, tables.Kind] = {"method": "text", "value": "money", "made_of": "text"}
    caption = text.of(text.say("Suggested limit"), code)
    table = tables.table(rows, kinds, text.lang, caption=caption, currency=code, headers=heads)
    return [Html(table), paragraph(_advice(found, suggested, text))]


def _record(limit: Limit, code: str, text: Text) -> str:
    if limit.value != limit.value:
        return sentence(limit.reason, text)
    return text.say(
        "{purchases} a month × ({terms} days granted + {tolerated} tolerated) ÷ 30 × {behaviour} for payment behaviour",
        purchases=text.money(limit.terms["monthly_purchases"], code),
        terms=text.number(limit.terms["terms_days"]),
        tolerated=text.number(limit.terms["tolerated_days"]),
        behaviour=text.percent(limit.terms["behaviour"], 0),
    )


def _capacity(limit: Limit, code: str, text: Text) -> str:
    if limit.value != limit.value:
        return sentence(limit.reason, text)
    return text.say(
        "the most of a month-end's balance that was paid within 30 days; the highest balance was {peak}",
        peak=text.money(limit.terms["peak_balance"], code),
    )


def _advice(found: Case, suggested: SuggestedLimit, text: Text) -> str:
    """Say what the two methods together suggest, and when neither counts."""
    if found.level.stage == "resolution":
        return text.say(
            "At level {level} new deliveries go only against payment, whatever the sums say; a limit is set again once "
            "what is overdue has been paid.",
            level=found.level.words.to(text.lang),
        )
    if suggested.unsecured != suggested.unsecured:
        return text.say("Neither method can be computed: decide from references and a credit report.")
    low = text.short_money(suggested.unsecured, suggested.currency)
    if suggested.secured != suggested.secured:
        return text.say("Suggested: {low}, by the one method that can be computed.", low=low)
    return text.say(
        "Suggested: up to {low} without security, up to {high} against security or the credit manager's release.",
        low=low,
        high=text.short_money(suggested.secured, suggested.currency),
    )


def _payments(report: Report, found: Case) -> Made:
    text = report.text
    model: Payments = report.found("payment_model")
    blocks: list[Html | Chart] = [heading(text.say("What the open items will become"))]
    items = found.of(model.frame)
    items = items[items["p_late"].notna()]
    if items.empty:
        reasons = [sentence(message, text) for message in model.notes]
        return [*blocks, paragraph(*(reasons or [text.say("Nothing is open.")]))], {}
    figures: dict[str, Number] = {}
    for code in found.currencies:
        mine = items[items["currency"].eq(code)]
        if mine.empty:
            continue
        owed = float(mine["open"].sum())
        late = {days: float((mine["open"] * mine[f"p_{days}"]).sum()) for days in (30, 90)}
        said = text.say(
            "Of {open} open, {late} is expected to be paid more than 30 days late and {bad} more than 90 days late.",
            open=text.money(owed, code),
            late=text.short_money(late[30], code),
            bad=text.short_money(late[90], code),
        )
        blocks.append(paragraph(said))
        figures |= {f"review_outlook.{code}.open": owed}
        figures |= {f"review_outlook.{code}.expected_{days}": value for days, value in late.items()}
    largest = items.sort_values("open", ascending=False, kind="stable").head(ITEMS)
    rows = largest.assign(
        expected_on=[
            dated(day, text) if not pd.isna(day) else text.say("not within a year") for day in largest["expected_on"]
        ]
    )
    kinds: dict[str, tables.Kind] = {
        "document_id": "text", "due": "date", "open": "money", "p_30": "percent", "p_90": "percent",
        "expected_on": "text",
    }  # fmt: skip
    heads = {"p_30": text.say("More than 30 days late"), "p_90": text.say("More than 90 days late")}
    caption = text.say("The largest open items: chances, and the day by which payment is as likely as not")
    blocks.append(Html(tables.table(rows, kinds, text.lang, caption=caption, headers=heads)))
    return blocks, figures


def _cash(report: Report, found: Case) -> Made:
    text = report.text
    forecast: Forecast = report.found("forecast")
    blocks: list[Html | Chart] = [heading(text.say("Cash to come from this customer"))]
    if forecast.customers.empty:
        return [*blocks, paragraph(*(sentence(message, text) for message in forecast.notes))], {}
    figures: dict[str, Number] = {}
    for code in found.currencies:
        totals = _own(of_currency(forecast.customers, code), found)
        if totals.empty:
            continue
        row = totals.iloc[0]
        weeks = int(of_currency(forecast.weeks, code).shape[0])
        said = text.say(
            "Expected in {weeks} weeks: {expected} ({low} to {high} in {level} of cases), of which {fresh} from "
            "invoices yet to be issued.",
            weeks=text.number(weeks),
            level=text.percent(forecast.level, 0),
            **{name: text.short_money(float(row[name]), code) for name in ("expected", "low", "high", "fresh")},
        )
        blocks.append(paragraph(said))
        rows = _own(of_currency(forecast.by_customer, code), found)
        kinds: dict[str, tables.Kind] = {"week": "said", "expected": "money", "low": "money", "high": "money"}
        shown = rows.reset_index()[["week", "expected", "low", "high"]]
        so_far = shown["expected"].cumsum().round(digits(code))  # rounded as sums, the weeks add up to the whole
        shown["expected"] = so_far.diff().fillna(so_far)
        whole = {"week": text.say("Total"), "expected": float(so_far.iloc[-1])}
        heads = {"low": text.say("Low"), "high": text.say("High")}
        caption = text.of(text.say("Cash to come by week"), code)
        blocks.append(
            Html(tables.table(shown, kinds, text.lang, caption=caption, currency=code, headers=heads, total=whole))
        )
        figures |= {f"review_outlook.{code}.cash.{name}": float(row[name]) for name in ("expected", "low", "high")}
    if not figures:
        blocks.append(paragraph(text.say("No cash is expected.")))
    return blocks, figures


def _own(frame: pd.DataFrame, found: Case) -> pd.DataFrame:
    return frame[frame.index.get_level_values("customer_id").astype("str") == found.customer_id]


def _sheets(report: Report, found: Case) -> tuple[Sheet, ...]:
    """Return every open item with its likely cause and what is expected of it, for the call and for the file."""
    text = report.text
    items = found.of(report.open_items)[["currency", "document_id", "kind", "date", "due_date", "open", "days_overdue"]]
    causes = found.of(report.found("causes").frame).set_index("document_id")["cause"]
    model = found.of(report.found("payment_model").frame).set_index("document_id")
    ids = pd.Index(items["document_id"].astype("str"))
    rows = items.assign(
        kind=[text.label(str(kind)) for kind in items["kind"]],
        cause=[cause_words(str(causes[key]), text) if key in causes.index else "" for key in ids],
        **{name: model[name].reindex(ids).to_numpy() for name in ("p_30", "p_90", "expected_on")},
        lapses_on=report.measure("limitation")["lapses_on"].reindex(ids).to_numpy(),
    )
    heads = {name: text.label(name) for name in rows.columns}
    heads |= {"p_30": text.say("More than 30 days late"), "p_90": text.say("More than 90 days late")}
    return (
        Sheet(
            text.say("Open items"),
            text.say("Open items of {name}", name=found.name),
            rows,
            formats={
                "document_id": "text", "date": "date", "due_date": "date", "open": "money", "p_30": "percent",
                "p_90": "percent", "expected_on": "date", "lapses_on": "date",
            },
            headers=heads,
            totals=("open",),
        ),
    )  # fmt: skip
