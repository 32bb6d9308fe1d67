"""One customer's books, written by hand: days are counted back from the day of the diagnosis."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ledgers import applied, document, ledger

from arkit.ledger import Ledger

TODAY = dt.date(2025, 12, 31)


def ago(days: int) -> str:
    return (TODAY - dt.timedelta(days=days)).isoformat()


class Books:
    """Documents, settlements, contacts and the customer file; the customer is C1 unless said otherwise."""

    def __init__(self) -> None:
        self.documents: list[dict] = []
        self.applications: list[dict] = []
        self.activities: list[dict] = []
        self.customers: list[dict] = []

    def sale(
        self,
        due: int,
        late: int | None = None,
        amount: float = 1000,
        *,
        who: str = "C1",
        granted: int = 30,
        **more: Any,
    ) -> str:
        """Sell what falls due so many days ago; paid so many days late, or open."""
        number = f"I{len(self.documents)}"
        self.documents.append(
            document(number, "invoice", ago(due + granted), amount, ago(due), customer_id=who, **more)
        )
        if late is not None and due - late >= 0:
            self.pay(number, due - late, amount, who=who)
        return number

    def pay(self, item: str, when: int, amount: float, *, who: str = "C1", kind: str = "payment", **more: Any) -> None:
        """Pay an item so many days ago, in cash or by bill."""
        number = f"P{len(self.documents)}"
        if kind == "bill":
            due = more.pop("due", ago(when - 180))
            self.documents.append(document(number, "bill", ago(when), amount, due, customer_id=who, **more))
        else:
            self.documents.append(document(number, kind, ago(when), -amount, customer_id=who, **more))
        self.applications.append(applied(item, number, ago(when), amount, kind))

    def write_off(self, item: str, when: int, amount: float) -> None:
        self.applications.append(applied(item, None, ago(when), amount, "write_off"))

    def log(self, kind: str, when: int, item: str | None = None, *, who: str = "C1", **more: Any) -> None:
        row = {"customer_id": who, "document_id": item, "date": ago(when), "kind": kind, "due_on": None}
        self.activities.append({**row, "amount": None, "outcome": None, **more})

    def promise(self, item: str, when: int, due: int, **more: Any) -> None:
        self.log("promise", when, item, due_on=ago(due), **more)

    def customer(self, who: str = "C1", **more: Any) -> None:
        row = {"customer_id": who, "type": None, "group": None, "credit_limit": None, "rating": None}
        self.customers.append({**row, **more})

    def ledger(self, **more: Any) -> Ledger:
        tables = {"activities": self.activities or None, "customers": self.customers or None}
        return ledger(self.documents, self.applications, **{k: v for k, v in tables.items() if v}, **more)
