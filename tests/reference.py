"""The ledger's measures once more: plain, slow and separate, one event after another in exact decimals.

Written from the design alone, without the library and without dataframes, so that a slip in the one does not repeat
in the other. Figures are keyed by ``(currency, *group)``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

CREDITS = ("credit_note", "payment", "refund")
ZERO = Decimal(0)

Key = tuple[str, ...]


class Reference:
    """A ledger as the design describes it: documents, and the days on which settlements take effect.

    Parameters
    ----------
    documents, applications, customers
        Rows as dicts; dates are ``date``, amounts ``Decimal``.
    """

    def __init__(self, documents: list[dict], applications: list[dict], customers: list[dict]) -> None:
        self.documents = {row["document_id"]: row for row in documents}
        self.customers = {row["customer_id"]: row for row in customers}
        self.applications = [
            {**row, "effective": self._effective(row), "item": self.documents[row["document_id"]]}
            for row in applications
        ]

    def _effective(self, row: dict) -> dt.date:
        joined = [self.documents[key]["date"] for key in (row["document_id"], row["by_document_id"]) if key]
        return max([row["date"], *joined])

    def group(self, document: dict, by: tuple[str, ...]) -> Key:
        """Return the currency and what the document or its customer has in some columns ("" where nothing)."""
        customer = self.customers.get(document["customer_id"], {})
        return (document["currency"], *((document[n] if n in document else customer.get(n)) or "" for n in by))

    def open_amount(self, document: dict, day: dt.date) -> Decimal:
        """Return what is open of a document at a day, signed."""
        if document["date"] > day:
            return ZERO
        left = document["amount"]
        for row in self.applications:
            if row["effective"] > day:
                continue
            by = self.documents.get(row["by_document_id"])
            used_up = by is not None and (by["amount"] < 0) != (row["item"]["amount"] < 0)
            if row["item"] is document or (by is document and used_up):
                left += row["amount"] if document["amount"] < 0 else -row["amount"]
        return left

    def open_items(self, day: dt.date) -> Iterator[tuple[dict, Decimal]]:
        """Yield every document that is open at a day, with what is open."""
        for document in self.documents.values():
            left = self.open_amount(document, day)
            if left:
                yield document, left

    def aged_from(self, document: dict, basis: str) -> dt.date:
        """Return the date from which a document's age counts."""
        if basis == "document" or document["kind"] in CREDITS or document["due_date"] is None:
            return document["date"]
        return document["due_date"]

    def aging(
        self,
        day: dt.date,
        by: tuple[str, ...] = (),
        basis: str = "due",
        buckets: tuple[int, ...] = (30, 60, 90),
        credits: str = "separate",
        bills: str = "with",
    ) -> dict[Key, dict[str, Decimal]]:
        """Return the open amounts of each group by column, only what is not 0."""
        table: dict[Key, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for document, left in self.open_items(day):
            if bills == "without" and document["kind"] == "bill":
                continue
            column = bucket_of((day - self.aged_from(document, basis)).days, buckets)
            if credits == "separate" and document["kind"] in CREDITS:
                column = "unapplied"
            row = table[self.group(document, by)]
            row[column] += left
            row["total"] += left
        return without_zeros(table)


def bucket_of(days: int, limits: tuple[int, ...]) -> str:
    """Return the name of the bucket for so many days late."""
    if days <= 0:
        return "not_due"
    low = 1
    for limit in limits:
        if days <= limit:
            return f"d{low}_{limit}"
        low = limit + 1
    return f"over_{limits[-1]}"


def without_zeros(table: dict[Key, dict[str, Any]]) -> dict[Key, dict[str, Any]]:
    """Return a table without cells, and rows, of 0."""
    rows = {key: {name: value for name, value in row.items() if value} for key, row in table.items()}
    return {key: row for key, row in rows.items() if row}
