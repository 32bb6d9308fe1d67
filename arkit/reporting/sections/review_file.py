"""The credit file of one customer: what is on file, what the ledger says beside it, whom we spoke with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.columns import SALES_KINDS
from arkit.diagnosis.types.kinds import table as kinds_table
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, note, paragraph
from arkit.reporting.groups import NAMED
from arkit.reporting.review import Case, case, nobody
from arkit.reporting.sections import title
from arkit.reporting.wording import dated, terms, told
from arkit.text import UNDEFINED

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

WANTED = ("credit_limit", "terms", "rating", "group", "type", "owner", "industry", "region")
"""What a credit file should hold."""
HIDDEN = ("customer_id", "name", "name_zh", "name_en")
CONTACTS = 8


def build(report: Report) -> Section:
    """Return who the customer is, and what the file lacks."""
    text, found = report.text, case(report)
    if found is None:
        return nobody(report, "review_file")
    blocks: list[Html | Chart] = [Html(tables.terms(_file(report, found), label=text.say("On file")))]
    blocks.append(Html(tables.terms(_ledger(report, found), label=text.say("What the ledger says"))))
    lacking = [name for name in WANTED if name != "group" and not _given(found, name)]
    if lacking:
        said = text.say(
            "Not on file: {fields}. Ask for it before the next order.",
            fields=text.listed([text.inline(name) for name in lacking]),
        )
        blocks.append(note(said, label=text.say("Missing:")))
    blocks += _group(report, found) + _contacts(report, found)
    balance, overdue = found.position(found.currency)
    figures: dict[str, Number] = {
        "review.customer": found.customer_id,
        "review.level": found.level.key,
        "review.score": found.score,
        f"review.{found.currency}.balance": balance,
        f"review.{found.currency}.overdue": overdue,
    }
    return Section("review_file", text.say(title("review_file")), tuple(_lead(report, found)), tuple(blocks), figures)


def _lead(report: Report, found: Case) -> list[str]:
    text = report.text
    balance, overdue = found.position(found.currency)
    who = found.name
    if who != found.customer_id:
        who = text.say("{name} ({number})", name=found.name, number=found.customer_id)
    why = text.say(
        "{name} is under review: no customer was named, and this one has the highest early-warning level and score.",
        name=who,
    )
    named = text.say("{name} is under review.", name=who)
    stands = text.say(
        "The customer owes {balance}, of which {overdue} is overdue; early-warning level {level}, {points} points.",
        balance=text.money(balance, found.currency),
        overdue=text.money(overdue, found.currency),
        level=found.level.words.to(text.lang),
        points=text.number(found.score),
    )
    return [why if found.chosen else named, stands]


def _given(found: Case, name: str) -> bool:
    rows = found.of(found.past.customers)
    return name in rows and len(rows) > 0 and not pd.isna(rows[name].iloc[0]) and str(rows[name].iloc[0]).strip() != ""


def _file(report: Report, found: Case) -> list[tuple[str, str]]:
    """Return what the customer file holds, in its own order, after what a credit file should hold."""
    text, rows = report.text, found.of(found.past.customers)
    names = [*WANTED, *(str(name) for name in rows.columns if name not in {*WANTED, *HIDDEN})]
    shown = [(text.label("name"), found.name), (text.label("customer_id"), found.customer_id)]
    for name in names:
        if not _given(found, name):
            shown += [(text.label(name), text.say("not on file"))] if name in WANTED else []
            continue
        value = rows[name].iloc[0]
        if name == "credit_limit":
            shown.append((text.label(name), text.money(float(value), found.currency)))
        else:
            shown.append((text.label(name), _said(name, str(value), text)))
    return shown


def _said(name: str, value: str, text: Text) -> str:
    """Return a value of the customer file in the reader's language where it is a key; ledger text stays as it is."""
    if name == "terms":
        return terms(value, text)
    return text.label(value) if name in {*NAMED, "size"} else value


def _ledger(report: Report, found: Case) -> list[tuple[str, str]]:
    """Return what the documents say beside the file: type, terms in practice, trade."""
    text = report.text
    words = kinds_table()
    types = found.of(report.found("customer_types").frame)
    said: list[tuple[str, str]] = []
    for row in types.to_dict("records"):
        trade = {str(key): kind.words for key, kind in words.trade.items()}
        behaviour = {str(key): kind.words for key, kind in words.behaviour.items()}
        suggested = trade[row["suggested"]].to(text.lang) if row["suggested"] in trade else UNDEFINED
        said.append((text.say("Trade type, suggested"), _because(suggested, row["trade_reason"], text)))
        kind = behaviour[row["behaviour"]].to(text.lang)
        said.append((text.say("Behaviour"), _because(kind, row["rule"], text)))
    sales = found.documents[found.documents["kind"].isin(SALES_KINDS)]
    if sales.empty:
        return said
    year = sales[sales["date"] > pd.Timestamp(report.as_of) - pd.Timedelta(days=365)]
    said.append((text.say("First invoice"), text.date(sales["date"].min())))
    for code in found.currencies:
        mine = year[year["currency"].eq(code)]
        if mine.empty:
            continue
        amount = mine["amount"].astype("float64")
        granted = float(((mine["due"] - mine["date"]).dt.days * amount).sum() / amount.sum())
        said.append(
            (
                text.of(text.say("Invoiced in 12 months"), code),
                text.say("{amount} on terms of {days} on average", amount=text.money(float(amount.sum()), code),
                         days=text.days(granted, 0)),
            )
        )  # fmt: skip
    for name in ("payer", "salesperson"):
        if name in sales and sales[name].notna().any():
            people = sales[name].dropna().astype("str").value_counts().index[:3].tolist()
            said.append((text.say("{column} on the documents", column=text.label(name)), text.listed(people)))
    return said


def _because(what: str, why: object, text: Text) -> str:
    return text.say("{what} ({why})", what=what, why=told(why, text))


def _group(report: Report, found: Case) -> list[Html | Chart]:
    """Return the other members of his group with what they owe."""
    text = report.text
    if not _given(found, "group"):
        return []
    customers = found.past.customers
    group = found.of(customers)["group"].iloc[0]
    members = customers.loc[customers["group"].eq(group), "customer_id"].astype("str")
    rows = found.watch.found.frame
    rows = rows[rows["customer_id"].isin(members) & (rows["customer_id"] != found.customer_id)]
    if rows.empty:
        return [paragraph(text.say("Nobody else of the group owes anything."))]
    levels = {level.key: level.words.to(text.lang) for level, _ in found.watch.levels}
    shown = rows.assign(
        customer=[report.name(who) for who in rows["customer_id"]], level=rows["level"].map(levels).fillna("")
    )
    kinds: dict[str, tables.Kind] = {"customer": "text", "level": "text", "balance": "money", "overdue": "money"}
    caption = text.say("Others of the group")
    return [Html(tables.table(shown, kinds, text.lang, caption=caption))]


def _contacts(report: Report, found: Case) -> list[Html | Chart]:
    text, log = report.text, found.activities
    blocks: list[Html | Chart] = [heading(text.say("Contacts"))]
    if found.past.activities.empty:
        said = text.say("The ledger holds no log of contacts: who spoke with whom, when and about what is not known.")
        return [*blocks, note(said, label=text.say("Missing:"))]
    if log.empty:
        return [*blocks, paragraph(text.say("Nobody has logged a contact with this customer."))]
    rows = log.head(CONTACTS).reindex(columns=["date", "kind", "document_id", "owner", "outcome", "due_on"])
    rows = rows.assign(
        kind=[text.label(f"did_{kind}") for kind in rows["kind"]],
        outcome=[text.label(f"outcome_{said}") if not pd.isna(said) else "" for said in rows["outcome"]],
        document_id=rows["document_id"].astype("object").where(rows["document_id"].notna(), ""),
        owner=rows["owner"].astype("object").where(rows["owner"].notna(), ""),
        due_on=[dated(day, text) if not pd.isna(day) else "" for day in rows["due_on"]],
    )
    kinds: dict[str, tables.Kind] = {
        "date": "date", "kind": "text", "outcome": "text", "due_on": "text", "document_id": "text", "owner": "text",
    }  # fmt: skip
    heads = {
        "kind": text.say("What"),
        "outcome": text.say("Outcome"),
        "due_on": text.say("For"),
        "owner": text.say("By"),
    }
    since = log["date"] > pd.Timestamp(report.as_of) - pd.Timedelta(days=90)
    said = text.plural("{n} contact was logged in 90 days.", "{n} contacts were logged in 90 days.", int(since.sum()))
    caption = text.say("Latest entries of the log")
    return [*blocks, paragraph(said), Html(tables.table(rows, kinds, text.lang, caption=caption, headers=heads))]
