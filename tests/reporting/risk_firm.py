"""A small firm with a past: who pays, who stopped, who promises; made to be checked by hand."""

from __future__ import annotations

import datetime as dt
from functools import cache

from arkit.ledger import Ledger
from arkit.reporting.page import Report
from tests.ledgers import applied, day, document, ledger

AS_OF = "2025-12-31"
BAD, GOOD, ABROAD = "C1", "C2", "C3"
CUSTOMERS = [
    {"customer_id": BAD, "name": "<script>alert(1)</script>", "name_zh": "甲公司", "type": "dealer", "region": "north",
     "credit_limit": 5000.0, "rating": "C", "group": "G", "owner": "Li"},
    {"customer_id": GOOD, "name": "Good & Co", "name_zh": "乙公司", "type": "retail", "region": "south",
     "credit_limit": 9000.0, "rating": "A", "group": "G", "owner": "Wu"},
    {"customer_id": ABROAD, "name": "Abroad", "name_zh": "丙公司", "type": "retail", "region": "south",
     "credit_limit": 9000.0, "rating": "A", "group": None, "owner": "Wu"},
]  # fmt: skip
ACTIVITIES = [
    {"customer_id": BAD, "document_id": f"{BAD}-2025-08", "date": "2025-10-05", "kind": kind, "due_on": due,
     "amount": amount, "reason": None, "owner": "Li", "outcome": outcome}
    for kind, due, amount, outcome in (
        ("call", None, None, "reached"),
        ("promise", "2025-10-20", 900.0, "broken"),
        ("promise", "2026-01-20", 900.0, None),
        ("dispute_opened", None, None, "sent"),
    )
]  # fmt: skip


def trade(who: str, currency: str = "CNY", stops: str = "2099-01-01") -> tuple[list[dict], list[dict]]:
    """Two years of monthly invoices at 30 days; the customer pays ten days late until he stops."""
    documents, applications = [], []
    for month in range(24):
        date = dt.date(2024 + month // 12, month % 12 + 1, 1)
        number, due = f"{who}-{date:%Y-%m}", date + dt.timedelta(days=30)
        more = {"customer_id": who, "currency": currency, "salesperson": "Li" if who == BAD else "Wu"}
        documents.append(document(number, "invoice", str(date), 1000.0 + month, str(due), **more))
        paid = due + dt.timedelta(days=10)
        if paid < min(day(AS_OF), day(stops)):
            documents.append(document(f"P{number}", "payment", str(paid), -1000.0 - month, **more))
            applications.append(applied(number, f"P{number}", str(paid), 1000.0 + month))
    return documents, applications


@cache
def firm() -> Ledger:
    """The ledger, made once."""
    parts = [trade(BAD, stops="2025-07-01"), trade(GOOD), trade(ABROAD, "USD")]
    documents = [row for part, _ in parts for row in part]
    applications = [row for _, part in parts for row in part]
    activities = [{**row, "date": str(row["date"])} for row in ACTIVITIES]
    return ledger(documents, applications, customers=CUSTOMERS, activities=activities)


@cache
def report(lang: str = "en", **options: str) -> Report:
    """A report of the firm, its diagnosis made once for all tests that only read it."""
    return Report(firm(), as_of=AS_OF, lang=lang, **options)


@cache
def snapshot(lang: str = "en") -> Report:
    """What is open today and nothing else."""
    paid = {row["document_id"] for row in trade(GOOD)[1]}
    rows = [
        row for row in trade(BAD)[0] + trade(GOOD)[0] if row["kind"] == "invoice" and row["document_id"] not in paid
    ]
    return Report(ledger(rows, scope="snapshot", snapshot_on=day(AS_OF)), as_of=AS_OF, lang=lang)
