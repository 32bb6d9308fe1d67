"""Firms small enough to see a cause in: regular customers, and one whose ways a test sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd
from ledgers import applied, document, ledger

from arkit.diagnosis.causes.evidence import table
from arkit.diagnosis.causes.view import View
from arkit.diagnosis.causes.weighing import gather
from arkit.diagnosis.past import Past
from arkit.ledger import Ledger

AS_OF = "2025-12-31"
Days = Callable[[int], int | None]
"""Days from due date to payment of the invoice of a month (0: the first); None: not paid."""


class Firm:
    """Documents, applications, customers and activities as rows, put together step by step."""

    def __init__(self) -> None:
        self.documents: list[dict[str, Any]] = []
        self.applications: list[dict[str, Any]] = []
        self.customers: list[dict[str, Any]] = []
        self.activities: list[dict[str, Any]] = []

    def customer(
        self, number: str, days: Days = lambda month: -1, *, months: int = 24, day: int = 3, **file: Any
    ) -> Firm:
        """Add a customer with an invoice a month from January 2024 on, net 30, each paid by a receipt of its own."""
        self.customers.append({"customer_id": number, "name": f"Firm {number}", **file})
        for month in range(months):
            issued = pd.Timestamp("2024-01-01") + pd.DateOffset(months=month, days=day - 1)
            self.invoice(f"{number}-{month:02d}", number, issued, late=days(month))
        return self

    def invoice(
        self, name: str, customer: str, issued: str | pd.Timestamp, *, amount: float = 1000.0, late: int | None = None,
        due: str | None = "", **more: Any,
    ) -> Firm:  # fmt: skip
        """Add an invoice, due after 30 days unless told otherwise, paid so many days after that (None: not)."""
        date = pd.Timestamp(issued)
        falls_due = date + pd.Timedelta(days=30) if due == "" else due
        row = document(name, "invoice", date, amount, falls_due, customer_id=customer, **more)
        self.documents.append({"order_number": f"PO-{name}", "delivered_on": date - pd.Timedelta(days=2), **row})
        if late is not None:
            self.pay(name, pd.Timestamp(falls_due) + pd.Timedelta(days=late), amount)
        return self

    def pay(self, name: str, on: str | pd.Timestamp, amount: float, *, apply: bool = True) -> Firm:
        """Add a receipt for an invoice."""
        invoice = next(row for row in self.documents if row["document_id"] == name)
        number = f"R{len(self.documents)}"
        self.documents.append(
            document(number, "payment", pd.Timestamp(on), -amount, customer_id=invoice["customer_id"])
        )
        if apply:
            self.applications.append(applied(name, number, pd.Timestamp(on), amount))
        return self

    def log(self, kind: str, on: str, item: str | None, *, customer: str = "X", **more: Any) -> Firm:
        """Add an activity."""
        row = {"customer_id": customer, "document_id": item, "date": pd.Timestamp(on), "kind": kind, "outcome": None}
        due_on = pd.Timestamp(more.pop("due_on", None))
        self.activities.append({**row, "due_on": due_on, "reason": None, "owner": None, **more})
        return self

    def ledger(self, **options: Any) -> Ledger:
        """Return the ledger."""
        activities = self.activities or None
        if activities:
            activities = pd.DataFrame(activities).astype({"outcome": "str", "reason": "str", "owner": "str"})
            for name in ("date", "due_on"):
                activities[name] = pd.to_datetime(activities[name])
            for name in ("outcome", "reason", "owner"):
                activities[name] = activities[name].where(~activities[name].isin(["None", "nan"]))
        documents = pd.DataFrame(self.documents)
        for name in ("date", "due_date", "delivered_on"):
            documents[name] = pd.to_datetime(documents[name])
        applications = pd.DataFrame(self.applications) if self.applications else None
        customers = pd.DataFrame(self.customers) if self.customers else None
        return Ledger(documents, applications, customers, activities, **options)


def regulars(number: int = 6, **file: Any) -> Firm:
    """Return a firm of customers who pay in time."""
    firm = Firm()
    for place in range(number):
        firm.customer(f"A{place}", day=2 + place, **{name: value for name, value in file.items()})
    return firm


class Said(NamedTuple):
    strength: float
    text: str


def evidence(firm: Firm, item: str, *, as_of: str = AS_OF, **options: Any) -> dict[str, Said]:
    """Return what was found on one overdue item: strength and words by key, where it is not 0."""
    view = View(Past.of(firm.ledger(**options), as_of), table().settings)
    row = view.items.index[view.items["document_id"] == item][0]
    return {
        piece.key: Said(float(piece.strength[row]), str(piece.say(row)))
        for piece in gather(view)
        if piece.strength[row] > 0
    }


__all__ = ["AS_OF", "Firm", "Said", "applied", "document", "evidence", "ledger", "regulars"]
