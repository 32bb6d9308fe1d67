"""What is seen when one looks at a ledger on a day: the position, its customers, their documents."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from arkit.measures.aging import aging
from arkit.messages import Lang
from arkit.reporting.workbook import CellFormat, Sheet, write
from arkit.text import Text

if TYPE_CHECKING:
    from arkit.ledger import Ledger

ALL = "total"
"""Every bucket, and every customer."""

DOCUMENT_COLUMNS = (
    "document_id", "customer_id", "customer", "currency", "kind", "date", "due_date", "days_overdue", "amount", "open",
)  # fmt: skip


@dataclass(frozen=True)
class Look:
    """One currency of a ledger on a day, narrowed to an age bucket and a customer.

    Parameters
    ----------
    ledger, as_of, currency
        What is looked at.
    bucket
        A column of :func:`arkit.aging`; ``total`` for all.
    customer
        A ``customer_id``; ``total`` for all.
    """

    ledger: Ledger
    as_of: dt.date
    currency: str
    bucket: str = ALL
    customer: str = ALL

    @cached_property
    def names(self) -> dict[str, str]:
        """Customer names by id, where the ledger has them."""
        customers = self.ledger.table("customers")
        return dict(zip(customers["customer_id"], customers["name"], strict=True)) if "name" in customers else {}

    def position(self, as_of: dt.date | None = None) -> pd.Series[float]:
        """Return the row of the ageing: the buckets and the total, on this or another day."""
        return aging(self.ledger, as_of=as_of or self.as_of).T[self.currency]

    def customers(self) -> pd.Series[float]:
        """Return what each customer owes in the bucket, the largest amount first; no zeros."""
        frame = aging(self.ledger, as_of=self.as_of, by="customer_id").reset_index()
        mine = frame[frame["currency"] == self.currency].set_index("customer_id")[self.bucket]
        return mine[mine != 0].sort_values(key=abs, ascending=False, kind="stable")

    def documents(self) -> pd.DataFrame:
        """Return the documents behind the bucket and the customer, the largest open amount first."""
        where = {"currency": self.currency} | ({} if self.customer == ALL else {"customer_id": self.customer})
        items = self.ledger.trace(as_of=self.as_of, column=self.bucket, where=where)
        names = self.names
        items["customer"] = pd.Series([names.get(i, i) for i in items["customer_id"]], items.index, dtype="str")
        return items.sort_values("open", key=abs, ascending=False, kind="stable", ignore_index=True)

    def export(self, path: Path, lang: Lang = "en") -> Path:
        """Write what is seen to Excel: a sheet each for position, customers and documents."""
        text = Text(lang)
        row = self.position()
        buckets = [column for column in row.index if column != ALL]
        position = pd.DataFrame([{"currency": self.currency, **row}])
        customers = self.customers().rename("open").rename_axis("customer_id").reset_index()
        customers.insert(1, "customer", [self.names.get(i, "") for i in customers["customer_id"]])
        customers.insert(2, "currency", self.currency)
        items = self.documents()[list(DOCUMENT_COLUMNS)]
        items["kind"] = items["kind"].map(text.label)
        bucket = text.label(self.bucket)
        sheets = [
            _sheet(text, text.say("Ageing"), text.say("Receivables by age"), position, buckets),
            _sheet(text, text.say("Customers"), text.say("Customers: {bucket}", bucket=bucket), customers),
            _sheet(text, text.say("Documents"), text.say("Documents: {bucket}", bucket=bucket), items),
        ]
        title = text.say("Receivables on {date}", date=text.date(self.as_of))
        facts = {text.label("as_of"): self.as_of.isoformat(), text.say("Source"): self.ledger.intake.source}
        return write(path, sheets, as_of=self.as_of, lang=lang, title=title, properties=facts)


def _sheet(text: Text, name: str, title: str, frame: pd.DataFrame, parts: list[str] | None = None) -> Sheet:
    headers = {column: text.label(column) for column in frame.columns}
    amounts = {*(parts or []), ALL, "open", "amount"}
    money: dict[str, CellFormat] = {column: "money" for column in frame.columns if column in amounts}
    formulas = {ALL: f"SUM({{{parts[0]}}}:{{{parts[-1]}}})"} if parts else {}
    return Sheet(name, title, frame, money, headers, () if parts else ("open",), formulas=formulas)
