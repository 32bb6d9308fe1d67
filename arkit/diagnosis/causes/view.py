"""What the evidence is read from: the overdue items, and everything that had fallen due, in one set of arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.columns import CREDIT_KINDS, SALES_KINDS
from arkit.diagnosis.causes.evidence import Settings
from arkit.diagnosis.past import Past

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]
_SPAN = 1_000_000
"""More days than any ledger spans: customer number times this plus a day orders rows by customer, then day."""
_OPTIONAL = ("order_number", "delivered_on", "terms", "item_type", "salesperson", "region")
_SAID = ("due_on", "outcome", "reason", "owner")
_FILE = ("name", "type", "industry", "region", "group", "credit_limit", "terms", "rating", "owner")


@dataclass(frozen=True, eq=False)
class View:
    """One look at a past, shared by all pieces of evidence.

    Parameters
    ----------
    past
        What was known.
    settings
        Thresholds of ``evidence.yaml``.
    """

    past: Past
    settings: Settings

    @cached_property
    def documents(self) -> pd.DataFrame:
        """All documents, in the past's order, with ``customer`` (number) and ``word`` (kind as a category)."""
        given = self.past.documents
        names = ["document_id", "customer_id", "date", "due_date", "amount", "currency", "minor", "due", "open_minor"]
        names += ["open", "closed_on", "late_days", *(name for name in _OPTIONAL if name in given)]
        frame = given[names].copy()
        frame["customer"] = pd.factorize(given["customer_id"])[0].astype(np.int64)
        frame["kind"] = given["kind"].astype("category")
        return frame

    @cached_property
    def names(self) -> pd.Index:
        """Customer ids; a customer's number is its place."""
        return pd.Index(self.documents.drop_duplicates("customer")["customer_id"].astype("str"))

    @cached_property
    def places(self) -> pd.Index:
        """Document ids; a document's number is its place in :attr:`documents`."""
        return pd.Index(self.documents["document_id"].astype("str"))

    @cached_property
    def file(self) -> pd.DataFrame:
        """The customer file, a row for each of :attr:`names`, with all columns that are asked for; missing is NaN."""
        given = self.past.customers.drop_duplicates("customer_id").set_index("customer_id")
        given.index = given.index.astype("str")
        return given.reindex(self.names).reindex(columns=list(_FILE))

    def where(self, kinds: tuple[str, ...]) -> Bools:
        """Tell which documents are of some kinds."""
        chosen: Bools = self.documents["kind"].isin(kinds).to_numpy()
        return chosen

    def numbers(self, document_ids: pd.Series) -> Ints:
        """Return the documents' numbers; -1 for an unknown or missing id."""
        found: Ints = self.places.get_indexer(pd.Index(document_ids.astype("str"))).astype(np.int64)
        return found

    @cached_property
    def items(self) -> pd.DataFrame:
        """The overdue items, a row each, with ``number`` (of the document)."""
        documents = self.documents
        overdue = ~self.where(CREDIT_KINDS) & (documents["open_minor"] != 0) & (documents["due"] < self.past.today)
        return documents[overdue].reset_index(names="number")

    @cached_property
    def sales(self) -> pd.DataFrame:
        """All invoices and debit notes, with ``granted`` (days from date to due) and ``month`` (of the due date)."""
        sales = self.documents[self.where(SALES_KINDS)].reset_index(names="number")
        sales["granted"] = (sales["due"] - sales["date"]).dt.days
        sales["month"] = months(sales["due"])
        return sales

    @cached_property
    def fallen(self) -> pd.DataFrame:
        """Invoices that had fallen due, oldest first within a customer; ``late``: paid late, or open and late."""
        sales = self.sales[self.sales["due"] < self.past.today]
        fallen = sales.sort_values(["customer", "due", "number"], ignore_index=True)
        fallen["late"] = fallen["late_days"] > self.settings.grace_days
        paid = self.past.payments
        pairs = pd.DataFrame({"number": self.numbers(paid["document_id"]), "on": paid["effective"]}).drop_duplicates()
        parts = np.bincount(pairs["number"], minlength=len(self.documents))
        fallen["parts"] = parts[fallen["number"].to_numpy()]
        return fallen

    @cached_property
    def row_of(self) -> Ints:
        """By document number: its row among :attr:`items`, -1 where it is not overdue."""
        rows = np.full(len(self.documents) + 1, -1, dtype=np.int64)  # one more, for documents that are not known
        rows[self.items["number"]] = np.arange(len(self.items))
        return rows

    @cached_property
    def is_sale(self) -> Bools:
        """The overdue items that are invoices or debit notes."""
        of_items: Bools = self.where(SALES_KINDS)[self.items["number"].to_numpy()]
        return of_items

    @cached_property
    def activities(self) -> pd.DataFrame:
        """The activities with ``number`` (of the document), ``row`` (of the overdue item), ``customer``; -1: none."""
        log = self.past.activities
        if log.empty:
            return log.assign(**{name: pd.Series(dtype="int64") for name in ("number", "row", "customer")})
        number = self.numbers(log["document_id"]) if "document_id" in log else np.full(len(log), -1, dtype=np.int64)
        customer = self.names.get_indexer(pd.Index(log["customer_id"].astype("str")))
        log = log.reindex(columns=[*log.columns, *(name for name in _SAID if name not in log)])
        when = pd.to_datetime(log["due_on"])
        return log.assign(number=number, row=self.row_of[number], customer=customer, due_on=when)

    @cached_property
    def pay_days(self) -> pd.DataFrame:
        """The days on which customers paid, by cash or by bill: ``customer, date``, oldest first."""
        paid = self.documents.loc[self.where(("payment", "bill")), ["customer", "date"]]
        return paid.drop_duplicates().sort_values(["customer", "date"], ignore_index=True)

    def has(self, column: str) -> bool:
        """Tell whether the documents have a column with anything in it."""
        return column in self.documents and bool(self.documents[column].notna().any())

    def of_customer(self, column: str) -> Texts:
        """Return what the customer file says of each overdue item's customer, as text; missing is empty."""
        said: Texts = text(self.file[column])[self.items["customer"].to_numpy()]
        return said

    @cached_property
    def seller(self) -> tuple[Ints, Texts]:
        """The salesperson of each document (number, -1: none), and their names.

        The account owner on file; where the file names none, the document's salesperson.
        """
        owner = text(self.file["owner"])[self.documents["customer"].to_numpy()]
        if "salesperson" in self.documents:
            owner = np.where(owner == "", text(self.documents["salesperson"]), owner)
        code, people = pd.factorize(pd.Series(owner).where(owner != ""))
        return code.astype(np.int64), np.asarray(people, dtype=object)

    def seller_of(self, documents: pd.Series) -> Ints:
        """Return the salespeople (numbers, -1: none) of documents given by their numbers."""
        people: Ints = self.seller[0][documents.to_numpy()]
        return people

    def per_item(self, rows: pd.Series | Ints) -> Ints:
        """Count how often each overdue item is named."""
        numbers = np.asarray(rows, dtype=np.int64)
        counts: Ints = np.bincount(numbers[numbers >= 0], minlength=len(self.items)).astype(np.int64)
        return counts

    def per_customer(self, customers: pd.Series, weights: pd.Series | Bools | None = None) -> Floats:
        """Add up by customer number; -1 is left out."""
        who = customers.to_numpy(np.int64)
        amounts = np.ones(len(who)) if weights is None else np.asarray(weights, dtype=np.float64)
        return np.bincount(who[who >= 0], amounts[who >= 0], len(self.names)).astype(np.float64)

    def called(self, row: int) -> str:
        """Return the name of an overdue item's customer, or his number where the file names none."""
        item = self.items.iloc[row]
        name = self.file["name"].iloc[int(item["customer"])]
        return str(item["customer_id"] if pd.isna(name) else name)


def ordered(customer: Ints, day: Ints) -> Ints:
    """Return a number that orders by customer, then by day."""
    return customer * _SPAN + day


def days(dates: pd.Series) -> Ints:
    """Return dates as whole days since 1970."""
    return dates.to_numpy().astype("datetime64[D]").astype(np.int64)


def months(dates: pd.Series) -> Ints:
    """Return the months of dates as year * 12 + month."""
    found: Ints = dates.to_numpy().astype("datetime64[M]").astype(np.int64) + 1970 * 12 + 1
    return found


def text(values: pd.Series) -> Texts:
    """Return a column as plain text, missing as the empty text."""
    plain: Texts = values.astype("object").to_numpy(dtype=object, copy=True)
    plain[values.isna().to_numpy()] = ""
    return np.array([str(value) for value in plain], dtype=object)
