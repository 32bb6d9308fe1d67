"""A simulated firm whose first customer is called like a script, and the reports made of it."""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape

import arkit
from arkit.ledger import Ledger
from arkit.reporting.blocks import Html
from arkit.reporting.page import Report
from tests.ledgers import applied, day, document, ledger

AS_OF = "2024-12-31"
EVIL = "<script>alert(1)</script>"
KEYS = ("contacts", "promises", "plan", "targets", "evaluation", "cash")
BARE = [
    document("1", "invoice", "2024-10-10", 1000.0, "2024-11-10"),
    document("2", "invoice", "2024-12-01", 700.0, "2025-01-04", customer_id="C2"),
]


@cache
def firm() -> Ledger:
    """The ledger, made once."""
    made = arkit.simulate(seed=4, months=24, customers=25).ledger
    customers = made.table("customers").copy()
    customers["name"] = customers["name_zh"] = EVIL
    names = ("documents", "applications", "activities", "targets")
    return Ledger(**{name: made.table(name) for name in names}, customers=customers)


@cache
def report(lang: str = "en", **options: str) -> Report:
    """A collection plan of the firm, made once for all tests that only read it."""
    return Report(firm(), as_of=AS_OF, lang=lang, kind="collection_plan", **options)


@cache
def snapshot(lang: str = "en") -> Report:
    """A collection plan of two open items."""
    items = ledger(BARE, (), scope="snapshot", snapshot_on=day(AS_OF))
    return Report(items, as_of=AS_OF, lang=lang, kind="collection_plan")


@cache
def settled(lang: str = "en") -> Report:
    """A collection plan of a ledger in which nothing is open, and which tells nothing else."""
    paid = [BARE[0], document("P1", "payment", "2024-11-01", -1000.0)]
    made = ledger(paid, [applied("1", "P1", "2024-11-01", 1000.0)])
    return Report(made, as_of=AS_OF, lang=lang, kind="collection_plan")


def page(made: Report, key: str) -> str:
    section = made.section(key)
    shown = [block.html if isinstance(block, Html) else block.table + block.caption for block in section.blocks]
    return " ".join([section.title, *map(escape, section.lead), *shown])


def words(made: Report, key: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", page(made, key))).replace("\N{NO-BREAK SPACE}", " ")
