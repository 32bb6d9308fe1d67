"""What changed, and what to do: key figures and five sentences for each currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arkit.reporting import sentences
from arkit.reporting.blocks import Html, Number, Section, Tile, band, heading
from arkit.reporting.blocks import sentences as as_list
from arkit.reporting.diagnosed import diagnosed
from arkit.reporting.sections import title
from arkit.reporting.standing import Standing, standing

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text


def build(report: Report) -> Section:
    """Return the summary, a block for each currency."""
    text, blocks, figures = report.text, list[Html](), dict[str, Number]()
    for currency in report.currencies:
        now = diagnosed(standing(report, currency), report)
        rate = _bad_debt(report, currency)
        if len(report.currencies) > 1:
            blocks.append(heading(text.currency(currency)))
        blocks.append(band(tiles(now, rate, text), label=text.of(text.say("Key figures"), currency)))
        blocks.append(as_list(sentences.five(now, text)))
        figures |= _figures(now, rate)
    return Section("summary", text.say(title("summary")), blocks=tuple(blocks), figures=figures)


def tiles(s: Standing, bad_debt: float, text: Text) -> list[Tile]:
    """Return the key figures of one currency, each with what it stands beside."""
    before = s.before
    on = text.date(before.date) if before else ""
    code = s.currency
    speed = s.speed
    return [
        Tile(
            text.of(text.label("total"), code),
            text.short(s.now.total, money=code),
            text.say("{amount} on {date}", amount=text.short(before.total, money=code), date=on) if before else "",
        ),
        Tile(
            text.of(text.label("overdue"), code),
            text.short(s.now.overdue, money=code),
            text.say("{amount} on {date}", amount=text.short(before.overdue, money=code), date=on) if before else "",
        ),
        Tile(
            text.label("share_overdue"),
            text.percent(s.now.share),
            text.say("{share} on {date}", share=text.percent(before.share), date=on) if before else "",
            better=_better(s.now.share, before.share if before else float("nan"), 0.0005),
        ),
        Tile(
            text.label("countback"),
            text.days(speed.dso),
            text.say("read with care")
            if speed.warning
            else text.say("{days} on {date}", days=text.days(speed.before), date=on)
            if before and speed.before == speed.before
            else text.say("can not be given")
            if speed.dso != speed.dso
            else "",
            better=None if speed.warning else _better(speed.dso, speed.before, 0.05),
        ),
        Tile(
            text.label("bad_debt_rate"),
            text.percent(bad_debt, 2),
            text.say("of credit sales, 12 months") if bad_debt == bad_debt else text.say("can not be given"),
        ),
    ]


def _better(now: float, before: float, small: float) -> bool | None:
    """Tell whether a figure that should be low improved; None where it did not move or is not known."""
    if now != now or before != before or abs(now - before) < small:
        return None
    return now < before


def _bad_debt(report: Report, currency: str) -> float:
    return float(report.measure("bad_debt_rate", months=12, base="sales")["rate"].get(currency, float("nan")))


def _figures(s: Standing, bad_debt: float) -> dict[str, Number]:
    head = f"summary.{s.currency}"
    values: dict[str, Number] = {
        "total": s.now.total,
        "overdue": s.now.overdue,
        "share_overdue": s.now.share,
        "oldest": s.oldest,
        "open_items": s.documents,
        "customers": s.customers,
        "oldest_items": s.oldest_items,
        "unapplied": s.unapplied,
        "coverable": s.coverable,
        "due_soon": s.due_soon,
        "customers_overdue": len(s.late),
        "customers_to_contact": s.reach,
        "dso_countback": s.speed.dso,
        "dso_countback_before": s.speed.before,
        "dso_best_possible": s.speed.best,
        "bad_debt_rate": bad_debt,
    }
    if s.late:
        overdue = sum(debtor.amount for debtor in s.late)
        values["overdue_largest"] = s.late[0].amount
        values["overdue_five_largest_share"] = sum(debtor.amount for debtor in s.late[:5]) / overdue
    if s.largest is not None:
        values["largest_debtor"] = s.largest.amount
    if s.cause is not None:
        values["largest_cause_share"] = s.cause.share
    if s.warned is not None:
        values |= {"warned": s.warned.share, "warned_days_before": s.warned.days_before}
    if s.contacts is not None:
        values |= {"contacts_this_week": s.contacts.number, "own_tasks": s.contacts.tasks_amount}
    if s.before is not None:
        values |= {
            "before.date": s.before.date.isoformat(),
            "before.total": s.before.total,
            "before.overdue": s.before.overdue,
            "before.share_overdue": s.before.share,
        }
    return {f"{head}.{key}": value for key, value in values.items()}
