"""What lapses: claims whose period of limitation 诉讼时效 ends soon or has ended, and what keeps them alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.messages import Message
from arkit.money import digits
from arkit.reporting import week
from arkit.reporting.blocks import Chart, Html, Number, heading, join, note, paragraph
from arkit.reporting.sheet import Sheet
from arkit.reporting.wording import counted, dated
from arkit.text import N_, UNDEFINED

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

SHOWN = 10
"""Claims on the page."""
YEAR = 365
"""The workbook has the claims that lapse within so many days; all of them are what :func:`arkit.limitation` gives."""
SUE_DAYS = 30
"""With so few days left a letter may come too late: papers for a court want time, too."""
Made = tuple[list[Html | Chart], dict[str, Number]]
LAW = "CN"
"""Whose rules :func:`arkit.limitation` follows."""

OBTAIN: dict[str, Message] = {
    "lapses_soon": Message("a proven demand or a signed promise"),
    "at_once": Message("proof at once, or else file suit"),
    "lapsed": Message("a signed promise to pay"),
    "undated": Message("a due date, agreed in writing"),
}
"""What keeps a claim alive, or revives it."""


def claims(report: Report) -> pd.DataFrame:
    """Return the claims of the report, what lapses first on top; ``document_id`` is a column."""
    rows: pd.DataFrame = report.selection.of(report.measure("limitation").reset_index())
    return rows


def in_words(rows: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Return claims with ``customer``, ``restarted`` and ``to_obtain``."""
    text = report.text
    near = rows["status"].eq("lapses_soon") & (rows["days_left"] <= SUE_DAYS)
    return rows.assign(
        customer=[report.name(str(who)) for who in rows["customer_id"]],
        restarted=[
            text.label(f"restart.{event}") if event else "" for event in rows["event"]
        ],
        to_obtain=[
            OBTAIN[key].to(text.lang) if key in OBTAIN else "" for key in rows["status"].mask(near, "at_once")
        ],
    )  # fmt: skip


def lapsing(report: Report) -> Made:
    """Return what lapses soon and what has lapsed; where nothing does, a sentence that says so."""
    text, rows = report.text, claims(report)
    if rows.empty:
        return [], {}
    soon, lapsed, undated = (rows[rows["status"] == status] for status in ("lapses_soon", "lapsed", "undated"))
    said = [_unknown(report, undated)] if len(undated) else []
    if soon.empty and lapsed.empty:
        return [paragraph(_nothing(report, rows), *said, style="aside")], _figures(report, rows)
    if len(lapsed):
        said.insert(0, text.plural(
            "{n} claim has lapsed: {amount}. The debtor may refuse to pay it; no demand, confirmed balance or suit "
            "revives it, only the debtor's written promise to pay does.",
            "{n} claims have lapsed: {amount}. The debtors may refuse to pay them; no demand, confirmed balance or "
            "suit revives them, only the debtors' written promise to pay does.",
            len(lapsed), amount=week.by_currency(lapsed, "open", report),
        ))  # fmt: skip
    if len(soon):
        said.insert(0, text.plural(
            "{n} claim lapses within {days} days: {amount}. A demand, part payment or promise that is proven before "
            "its day starts the period anew.",
            "{n} claims lapse within {days} days: {amount}. A demand, part payment or promise that is proven before "
            "its day starts a period anew.",
            len(soon), days=_convention(report, "ahead_days"), amount=week.by_currency(soon, "open", report),
        ))  # fmt: skip
    order = pd.concat([_sorted(soon, "lapses_on", "currency"), _sorted(lapsed, "currency")])
    caption = counted(
        N_("The claim that lapses"), N_("The {n} claims that lapse"), N_("{shown} of the {n} claims that lapse"),
        len(order), min(len(order), SHOWN), text,
    )  # fmt: skip
    blocks: list[Html | Chart] = [
        heading(text.say("What lapses")),
        paragraph(*said),
        Html(table(in_words(order.head(SHOWN), report), text, caption)),
        note(law(report), label=text.say("How it is counted:")),
    ]
    return blocks, _figures(report, rows) | _shown_figures(order.head(SHOWN), "contacts")


def of_customer(report: Report, customer_id: str) -> Made:
    """Return until when each claim of a customer can be sued for, what lapses first on top; nothing without claims."""
    text, rows = report.text, claims(report)
    rows = rows[rows["customer_id"].astype("str") == customer_id]
    if rows.empty:
        return [], {}
    caption = counted(
        N_("Until when the claim can be sued for"), N_("Until when the {n} claims can be sued for"),
        N_("The {shown} of {n} claims that lapse first"), len(rows), min(len(rows), SHOWN), text,
    )  # fmt: skip
    blocks: list[Html | Chart] = [
        heading(text.say("Limitation")),
        Html(table(in_words(rows.head(SHOWN), report), text, caption, customer=False)),
        note(law(report), label=text.say("How it is counted:")),
    ]
    return blocks, _shown_figures(rows.head(SHOWN), "review_outlook")


def table(rows: pd.DataFrame, text: Text, caption: str, *, customer: bool = True) -> str:
    """Return claims with their last day, what set their period going, and what to obtain."""
    several = len(set(rows["currency"])) > 1
    first = rows["due_date"].isna().map({True: UNDEFINED, False: text.inline("due_date")})
    shown = rows.assign(
        runs_from=rows["restarted"].where(rows["restarted"] != "", first),
        lapses_on=[dated(day, text) for day in rows["lapses_on"]],
        days_left=[text.label("limitation.lapsed") if days < 0 else text.number(days) for days in rows["days_left"]],
    )
    whose: dict[str, tables.Kind] = {"customer": "text"} if customer else {}
    code: dict[str, tables.Kind] = {"currency": "said"} if several else {}
    kinds: dict[str, tables.Kind] = {
        "document_id": "text", **whose, **code, "open": "money", "runs_from": "text",
        "lapses_on": "said", "days_left": "said",
        **({"to_obtain": "text"} if rows["to_obtain"].any() else {}),
    }  # fmt: skip
    caption = caption if several else text.of(caption, str(rows["currency"].iloc[0]))
    return tables.table(shown, kinds, text.lang, caption=caption)


def law(report: Report) -> str:
    """Return how the periods are counted, whose law that is, and what this ledger can not tell."""
    text = report.text
    said = [
        text.say(
            "{years} years from the day after the due date, of instalments the last (Civil Code of China, art. 188 and "
            "189). Part payment, a demand proven received, a written promise or acknowledgement, suit and arbitration "
            "start them anew (art. 195); a call that was made or a letter that was sent does not.",
            years=_convention(report, "years"),
        )
    ]
    lacking = [text.say("part payments")] if report.snapshot else []
    lacking += [text.say("demands"), text.say("promises")] if report.ledger.table("activities").empty else []
    if lacking:
        said.append(
            text.say("The ledger tells nothing of {lacking}: a period may end later.", lacking=text.listed(lacking))
        )
    if report.country != LAW:
        said.append(
            text.say("The debtors are in {country}, where other periods and events may hold.", country=report.country)
        )
    return join(
        [*said, text.say("Acceptance bills have periods of their own and are left out. It is no legal advice.")]
    )


def sheets(report: Report) -> tuple[Sheet, ...]:
    """Return the claims that lapse within a year, that have lapsed, or whose day is not known; no sheet without any."""
    text, rows = report.text, claims(report)
    rows = rows[~(rows["days_left"] > YEAR)]
    if rows.empty:
        return ()
    rows = in_words(rows, report)
    names = [
        "currency", "customer_id", "customer", "document_id", "due_date", "open", "restarted", "last_interruption",
        "lapses_on", "days_left", "limitation", "to_obtain",
    ]  # fmt: skip
    shown = rows.assign(limitation=[text.label(f"limitation.{status}") for status in rows["status"]])[names]
    sheet = Sheet(
        text.say("Limitation"),
        text.say("Claims whose period ends within a year or has ended, or whose last day is not known"),
        shown,
        formats={
            "customer_id": "text", "document_id": "text", "due_date": "date", "open": "money",
            "last_interruption": "date", "lapses_on": "date", "days_left": "count",
        },
        headers={name: text.label(name) for name in names} | {"last_interruption": text.say("Restarted on")},
        totals=("open",),
        note=law(report),
    )  # fmt: skip
    return (sheet,)


def _sorted(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Return claims in an order; of those that are alike the largest first."""
    return rows.sort_values([*names, "open"], ascending=[True] * len(names) + [False], kind="stable")


def _nothing(report: Report, rows: pd.DataFrame) -> str:
    text, dates = report.text, rows["lapses_on"].dropna()
    params = {name: _convention(report, name) for name in ("years", "ahead_days")}
    said = text.say(
        "No claim lapses within {ahead_days} days and none has lapsed: each can be brought to court for {years} years "
        "from its due date or the last proven demand, part payment or promise (Civil Code of China, art. 188 and 195)",
        **params,
    )
    if dates.empty:
        return text.say("{sentence}.", sentence=said)
    return text.say("{said}; the first period ends on {day}.", said=said, day=text.date(dates.iloc[0]))


def _unknown(report: Report, undated: pd.DataFrame) -> str:
    return report.text.plural(
        "{n} claim has no due date on file and no proven demand, so that its day is not known: {amount}.",
        "{n} claims have no due date on file and no proven demand, so that their day is not known: {amount}.",
        len(undated),
        amount=week.by_currency(undated, "open", report),
    )


def _convention(report: Report, name: str) -> str:
    return str(report.measure("limitation").attrs["conventions"][name])


def _figures(report: Report, rows: pd.DataFrame) -> dict[str, Number]:
    figures: dict[str, Number] = {}
    for code in report.currencies:
        own = rows[rows["currency"] == code]
        for status in ("lapses_soon", "lapsed", "undated"):
            part = own.loc[own["status"] == status, "open"]
            figures |= {
                f"contacts.{code}.{status}.claims": len(part),
                f"contacts.{code}.{status}.open": round(float(part.sum()), digits(code)),
            }
    return figures


def _shown_figures(rows: pd.DataFrame, section: str) -> dict[str, Number]:
    figures: dict[str, Number] = {}
    for row in rows.to_dict("records"):
        head = f"{section}.{row['currency']}.lapses.{row['document_id']}"
        figures |= {f"{head}.open": float(row["open"]), f"{head}.days_left": float(row["days_left"])}
    return figures
