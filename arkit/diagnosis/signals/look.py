"""What the signals are read from: a past as arrays, customers as numbers, days counted back from the day itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.columns import CREDIT_KINDS, PAID_EVENTS, SALES_KINDS
from arkit.diagnosis.coded import SPAN, Flags, Floats, Ints, Rows, Texts, added, quantile
from arkit.diagnosis.past import Past, Table
from arkit.diagnosis.signals.promises import decided
from arkit.messages import Message
from arkit.money import digits

NEVER = -SPAN
"""The age of what has not happened: less than any."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What one signal measures, by customer.

    Parameters
    ----------
    value
        What the thresholds are held against; NaN where there is too little to measure.
    fires, severe
        Over the threshold, over the severe one.
    say
        The evidence on a customer, by number; asked only where the signal fires.
    """

    value: Floats
    fires: Flags
    severe: Flags
    say: Callable[[int], Message]


@dataclass(frozen=True, eq=False)
class Look:
    """One look at a past, shared by all signals.

    Customers are numbered in the order of their ids; what is "by customer" has a place for each. Amounts are those in
    a customer's main currency. An ``age`` is a number of days before the day of the past: ``age < 90`` is within 90
    days of it, ``overdue`` (the age of the due date) above 0 is past due.
    """

    past: Past

    @classmethod
    def at(cls, past: Past) -> Look:
        """Return the look at a past that all share."""
        return past.once("look", lambda: cls(past))

    def date(self, age: float) -> dt.date:
        """Return the day of an age."""
        return self.past.as_of - dt.timedelta(days=int(age))

    def ages(self, dates: pd.Series) -> Ints:
        """Return how many days before the day of the past dates lie; of what never happened, :data:`NEVER`."""
        days = np.datetime64(self.past.as_of, "D") - dates.to_numpy("datetime64[D]")
        return np.where(np.isnat(days), NEVER, days.astype(np.int64))

    @cached_property
    def customers(self) -> Texts:
        """The ids of all customers who ever had a document, sorted."""
        codes, words = self.past.coded("documents", "customer_id")
        return words[np.bincount(codes, minlength=len(words)) > 0]

    def _numbers(self, table: Table) -> Ints:
        """Return each row's customer; -1 for one without documents."""
        codes, words = self.past.coded(table, "customer_id")
        return np.append(pd.Index(self.customers).get_indexer(pd.Index(words)), -1).astype(np.int64)[codes]

    @cached_property
    def _main(self) -> tuple[Ints, Flags, Texts]:
        """By customer: the code of the currency of most documents; by document, whether it is in that; the codes."""
        codes, words = self.past.coded("documents", "currency")
        customer, size = self._numbers("documents"), len(self.customers) * len(words)
        count = np.bincount(customer * len(words) + codes, minlength=size).reshape(len(self.customers), len(words))
        main = count.argmax(axis=1) if len(words) else np.zeros(0, dtype=np.int64)
        return main, codes == main[customer], words

    @cached_property
    def currency(self) -> Texts:
        """Each customer's main currency, that of most of his documents."""
        main, _, words = self._main
        return words[main]

    @cached_property
    def active(self) -> Flags:
        """Customers who owe something or had a document within a year: those whom signals are about."""
        documents = self.documents
        return self.count(documents.where((documents["open_minor"] != 0) | (documents["age"] < 365))) > 0

    @cached_property
    def _scale(self) -> Floats:
        main, _, words = self._main
        return np.array([10.0 ** digits(str(word)) for word in words])[main]

    def frame(self) -> pd.DataFrame:
        """Return ``currency, balance, overdue`` of each customer; the index is his id."""
        columns = {"currency": self.currency, "balance": self.balance, "overdue": self.overdue}
        return pd.DataFrame(columns, index=pd.Index(self.customers, dtype="str"))

    def count(self, rows: Rows) -> Ints:
        """Return the number of rows of each customer."""
        return np.bincount(rows["customer"] + 1, minlength=len(self.customers) + 1)[1:]

    def money(self, rows: Rows, column: str = "open_minor") -> Floats:
        """Add up minor units by customer, in major units of his main currency; 0 for those without rows."""
        total: Floats = added(rows["customer"], rows[column], len(self.customers)) / self._scale
        return total

    def last(self, rows: Rows) -> Ints:
        """Return by customer the place of the last of his rows; -1 where there is none."""
        found = np.full(len(self.customers) + 1, -1, dtype=np.int64)  # one more, for customers that are not known
        np.maximum.at(found, rows["customer"], np.arange(len(rows)))
        return found[:-1]

    def first(self, rows: Rows) -> Ints:
        """Return by customer the place of the first of his rows; the number of rows where there is none."""
        found = np.full(len(self.customers) + 1, len(rows), dtype=np.int64)
        np.minimum.at(found, rows["customer"], np.arange(len(rows)))
        return found[:-1]

    def youngest(self, rows: Rows, column: str = "age") -> Ints:
        """Return by customer the least age among his rows; ``-NEVER`` where there is none."""
        found = np.full(len(self.customers) + 1, -NEVER, dtype=np.int64)
        np.minimum.at(found, rows["customer"], rows[column])
        return found[:-1]

    def oldest(self, rows: Rows, column: str = "age") -> Ints:
        """Return by customer the greatest age among his rows; :data:`NEVER` where there is none."""
        found = np.full(len(self.customers) + 1, NEVER, dtype=np.int64)
        np.maximum.at(found, rows["customer"], rows[column])
        return found[:-1]

    def measured(
        self,
        value: NDArray[Any],
        at_least: float,
        severe: float,
        say: Callable[[int], Message],
        only: Flags | None = None,
    ) -> Measured:
        """Hold values against a threshold and a severe one; ``only`` names the customers whom it can be about."""
        value = value.astype(np.float64)
        among = self.active if only is None else self.active & only
        fires = (value >= at_least) & among
        return Measured(value, fires, fires & (value >= severe), say)

    @cached_property
    def documents(self) -> Rows:
        """All documents, oldest first; ``number`` is the place, ``main`` tells those in the main currency."""
        past, frame = self.past, self.past.documents
        numbers = {name: frame[name].to_numpy() for name in ("minor", "open_minor", "late_days")}
        ages = {"age": "date", "overdue": "due", "closed": "closed_on"}
        return Rows(
            {
                "customer": self._numbers("documents"), "number": np.arange(len(frame)),
                "kind": past.coded("documents", "kind"), "main": self._main[1],
                "dated": frame["due_date"].notna().to_numpy(), **numbers,
                **{name: self.ages(frame[column]) for name, column in ages.items()},
            }
        )  # fmt: skip

    def document_id(self, number: int) -> str:
        """Return the id of a document; empty for none."""
        return str(self.past.documents["document_id"].iloc[number]) if number >= 0 else ""

    @cached_property
    def sales(self) -> Rows:
        """Invoices and debit notes."""
        return self.documents.where(self.documents.isin("kind", *SALES_KINDS))

    @cached_property
    def moves(self) -> Rows:
        """What settled the claims, see :class:`~arkit.diagnosis.past.Past`; ``number`` of the document settled."""
        past, frame = self.past, self.past.moves
        kinds = past.coded("documents", "kind")
        return Rows(
            {
                "customer": self.documents["customer"][past.places], "number": past.places,
                "kind": kinds._replace(codes=kinds.codes[past.places]), "event": past.coded("moves", "event"),
                "age": self.ages(frame["effective"]), "minor": frame["minor"].to_numpy(),
            }
        )  # fmt: skip

    @cached_property
    def paid(self) -> Rows:
        """By what customers paid an invoice or debit note: cash, bill or discount."""
        moves = self.moves
        return moves.where(moves.isin("event", *PAID_EVENTS) & moves.isin("kind", *SALES_KINDS))

    @cached_property
    def fallen(self) -> Rows:
        """Sales with a due date of their own that had come, less those that were credited instead of paid."""
        sales = self.sales
        bought = (sales["open_minor"] != 0) | self.among(self.paid)[sales["number"]]
        return sales.where(sales["dated"] & (sales["overdue"] > 0) & bought)

    def among(self, rows: Rows) -> Flags:
        """Tell by document which ones rows are about; there is one place more, never told, for none (-1)."""
        found = np.zeros(len(self.past.documents) + 1, dtype=bool)
        found[rows["number"]] = True
        found[-1] = False
        return found

    @cached_property
    def open_items(self) -> Rows:
        """Open claims in the main currency; ``late_days`` is their age past the due date."""
        documents = self.documents
        return documents.where(
            ~documents.isin("kind", *CREDIT_KINDS) & (documents["open_minor"] > 0) & documents["main"]
        )

    @cached_property
    def overdue_items(self) -> Rows:
        """Open claims past their due date, in the main currency."""
        return self.open_items.where(self.open_items["overdue"] > 0)

    @cached_property
    def claims(self) -> Floats:
        """What each customer owes before credits."""
        return self.money(self.open_items)

    @cached_property
    def overdue(self) -> Floats:
        """What each customer owes past its due date."""
        return self.money(self.overdue_items)

    @cached_property
    def balance(self) -> Floats:
        """What each customer owes less his unapplied credits."""
        return self.money(self.documents.where(self.documents["main"]))

    def open(self, number: int) -> float:
        """Return what is open of a document, in major units."""
        return float(self.past.documents["open"].iloc[number])

    @cached_property
    def pay_days(self) -> Rows:
        """The days on which money came, see :meth:`days_of`."""
        documents = self.documents
        receipts = documents.where(documents.isin("kind", "payment", "bill"))
        return self.days_of(receipts if len(receipts) else self.paid)

    def days_of(self, rows: Rows) -> Rows:
        """Return the days (``age``) of each customer's rows once, oldest first, with ``gap`` (days since the last)."""
        key = np.unique(rows["customer"] * SPAN + (SPAN - 1 - rows["age"]))
        customer, age = key // SPAN, SPAN - 1 - key % SPAN
        gap = np.where(np.diff(customer, prepend=-1) == 0, -np.diff(age, prepend=0), np.nan)
        return Rows({"customer": customer, "age": age, "gap": gap})

    def usual_gap(self, days: Rows) -> Floats:
        """Return by customer the median of the days between one and the next; NaN for fewer than two days."""
        known = days.where(~np.isnan(days["gap"]))
        return quantile(known["customer"], known["gap"], len(self.customers))

    @cached_property
    def log(self) -> Rows:
        """The activities; ``number`` of the document (-1: none that is known), ``at_large``: names no document."""
        past, frame = self.past, self.past.activities
        named = frame["document_id"].notna() & (frame["document_id"] != "") if "document_id" in frame else False
        return Rows(
            {
                "customer": self._numbers("activities"), "number": past.about, "age": self.ages(frame["date"]),
                "at_large": ~np.broadcast_to(np.asarray(named, dtype=bool), len(frame)),
                **{name: past.coded("activities", name) for name in ("kind", "outcome") if name in frame},
            }
        )  # fmt: skip

    @cached_property
    def promises(self) -> Rows:
        """Promises whose day has come, with ``overdue`` (age of that day) and ``kept``."""
        log, made = self.log, decided(self.past)
        due = self.past.activities["due_on"].iloc[made.rows] if len(made.rows) else pd.Series(dtype="datetime64[us]")
        names = ("customer", "number", "at_large")
        return Rows({**{name: log[name][made.rows] for name in names}, "overdue": self.ages(due), "kept": made.kept})

    def file(self, column: str) -> Texts:
        """Return what the customer file says of each customer in a column; None where it says nothing."""
        said, found = self.past.file(column), np.full(len(self.customers), None, dtype=object)
        found[:] = [said.get(who) for who in self.customers.tolist()]
        return found

    @cached_property
    def rating(self) -> Texts:
        """The rating of each customer; the one before where the file's was given later than the day."""
        rated = self.rated
        return np.where((rated > NEVER) & (rated < 0), self.file("previous_rating"), self.file("rating"))

    @cached_property
    def rated(self) -> Ints:
        """The age of the rating on file."""
        return self.ages(pd.to_datetime(pd.Series(self.file("rated_on"))))

    @cached_property
    def limit(self) -> Floats:
        """The credit limit of each customer; NaN for none."""
        return np.array([np.nan if limit is None else float(limit) for limit in self.file("credit_limit")])

    def missing(self, needs: tuple[str, ...]) -> Message | None:
        """Say what a signal needs that the ledger does not hold; None where it holds all."""
        past = self.past
        for need in needs:
            table, _, column = need.partition(":")
            frame = {"documents": past.documents, "customers": past.customers, "activities": past.activities}.get(table)
            if need == "history":
                if past.scope == "snapshot" or past.moves.empty:
                    return Message("the ledger holds no settled items to compare with")
            elif frame is None or frame.empty:
                return Message("the ledger has no table of {table}", table=table)
            elif column and (column not in frame or not frame[column].notna().any()):
                return Message("the table of {table} says nothing of {column}", table=table, column=column)
        return None
