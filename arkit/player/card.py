"""What lies on the desk beside the conversation: the account, its ageing on the day it is, and the person."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from arkit.buckets import Buckets
from arkit.charts import palette
from arkit.player.words import TRAITS
from arkit.text import Text
from arkit.training.model import Account, Scenario
from arkit.training.words import LEVELS, PERSONALITIES, TRADES

LIMITS = Buckets().limits


def card(scenario: Scenario, text: Text, days: int = 0) -> dict[str, Any]:
    """Return the account card, worded, after so many days of the case."""
    account, person, say, lang = scenario.account, scenario.persona, text.say, text.lang
    today = account.as_of + dt.timedelta(days=days)
    return {
        "heading": account.customer.words.to(lang),
        "sub": f"{say(TRADES[scenario.trade])} · {text.inline(f'stage_{scenario.stage}')}",
        "today": say("Day {n} of the case: {date}", n=days, date=text.date(today)),
        "owed": say("Owed: {amount}", amount=text.money(float(account.total), account.currency)),
        "ageing": {
            "caption": text.of(say("Ageing"), account.currency),
            "rows": _ageing(account, today, text),
        },
        "documents": _documents(account, today, text),
        "promises": _promises(account, text),
        "disputes": [
            say("{name}: {text}", name=document.id, text=document.disputed.words.to(lang))
            for document in account.documents
            if document.disputed
        ],
        "disputes_heading": say("Disputed"),
        "history_heading": say("On file"),
        "history": [line.words.to(lang) for line in account.history],
        "person": {
            "heading": say("{name}, {role}", name=person.name.words.to(lang), role=person.role.words.to(lang)),
            "portrait": person.portrait.words.to(lang),
            "summary": say("What is said of this person"),
            "traits": [
                *([say(TRAITS[trait].template), say(LEVELS[getattr(person, trait)])] for trait in TRAITS),
                [say("Personality"), say(PERSONALITIES[person.personality])],
            ],
        },
    }


def _ageing(account: Account, today: dt.date, text: Text) -> list[dict[str, Any]]:
    names = [name for name in Buckets().names if name != "unapplied"]
    sums = dict.fromkeys(names, Decimal(0))
    for document in account.documents:
        late = (today - document.due_date).days
        sums[names[sum(late > limit for limit in (0, *LIMITS))]] += document.amount
    colours = (palette.NOT_DUE, *palette.LATE_RAMP)
    return [
        {
            "label": text.label(name), "amount": text.amount(float(amount), account.currency),
            "share": float(amount / account.total), "colour": colour,
        }
        for (name, amount), colour in zip(sums.items(), colours, strict=True)
    ]  # fmt: skip


def _documents(account: Account, today: dt.date, text: Text) -> dict[str, Any]:
    return {
        "caption": text.say("Open documents"),
        "head": [text.label(name) for name in ("document_id", "due_date", "days_overdue", "open")],
        "rows": [
            [
                document.id, text.iso(document.due_date), text.number(max((today - document.due_date).days, 0)),
                text.amount(float(document.amount), account.currency),
            ]
            for document in account.documents
        ],
    }  # fmt: skip


def _promises(account: Account, text: Text) -> dict[str, Any]:
    say = text.say
    return {
        "caption": say("Promises"),
        "head": [say("Promised for"), say("Amount"), say("Paid so far")],
        "rows": [
            [
                text.iso(promise.pay_by),
                *(text.amount(float(sum_), account.currency) for sum_ in (promise.amount, promise.paid)),
            ]
            for promise in account.promises
        ],
    }
