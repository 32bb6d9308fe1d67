"""What random ledgers lack for some measures: a log of activities, credit limits, currencies that a statute knows."""

from __future__ import annotations

import datetime as dt
from random import Random

from random_ledgers import Tables

KINDS = (
    "call", "letter", "acknowledgement", "promise", "plan", "legal", "statement", "hold", "dispute_opened",
    "dispute_closed",
)  # fmt: skip
OUTCOMES = (None, "sent", "reached", "signed", "received", "filed", "promised")
STATUTORY = (("USD", 1), ("EUR", 1), ("GBP", 25))
"""Lump sums of late interest are of one currency each, and in pounds they go by size."""


def with_log(tables: Tables, seed: int) -> Tables:
    """Add four years of activities, about half of the documents or their customers; put a limit on most customers.

    Parameters
    ----------
    tables
        As ``random_ledgers.make`` gives them.
    seed
        Decides everything; the dollar is called by another name in two of three.
    """
    random, (code, times) = Random(seed), STATUTORY[seed % 3]
    talked_about = random.sample(tables.documents, k=len(tables.documents) // 2)
    log = [_activity(random.choice(talked_about), random) for _ in range(160)]
    dollars = {row["document_id"] for row in tables.documents if row["currency"] == "USD"}

    def renamed(row: dict) -> dict:
        if row["document_id"] not in dollars:
            return row
        money = {name: row[name] and times * row[name] for name in ("amount", "tax") if name in row}
        return row | money | ({"currency": code} if "currency" in row else {})

    documents, applications = (list(map(renamed, rows)) for rows in (tables.documents, tables.applications))
    customers = [{**row, "credit_limit": random.choice([None, 500, 3_000, 20_000])} for row in tables.customers]
    return Tables(documents, applications, customers, log)


def _activity(document: dict, random: Random) -> dict:
    date = dt.date(2024, 1, 1) + dt.timedelta(days=random.randint(0, random.choice([480, 1500])))
    kind = random.choice(KINDS)
    due = date + dt.timedelta(days=random.randint(0, 90)) if kind in ("promise", "plan") else None
    return {
        "customer_id": document["customer_id"],
        "document_id": document["document_id"] if random.random() < 0.8 else None,
        "date": date,
        "kind": kind,
        "due_on": due if random.random() < 0.9 else None,
        "outcome": random.choice(OUTCOMES),
    }
