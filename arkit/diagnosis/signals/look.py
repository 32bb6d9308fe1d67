"""What the signals are read from: a past, prepared once by customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from arkit.columns import CREDIT_KINDS, SALES_KINDS
from arkit.diagnosis.past import Past
from arkit.diagnosis.signals.plain import lookup, plain
from arkit.diagnosis.signals.promises import promises
from arkit.messages import Message
from arkit.money import major

_DOCUMENTS = (
    "document_id", "customer_id", "kind", "date", "due_date", "due", "currency", "minor", "open_minor", "open",
    "closed_on", "late_days", "terms", "item_type", "payer", "bank",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Measured:
    """What one signal measures.

    Parameters
    ----------
    value
        By customer: what the thresholds are held against; NaN where there is too little to measure.
    fires, severe
        By customer: over the threshold, over the severe one.
    say
        The evidence on a customer, by id; asked only where the signal fires.
    """

    value: pd.Series
    fires: pd.Series
    severe: pd.Series
    say: Callable[[str], Message]


@dataclass(frozen=True, eq=False)
class Look:
    """One look at a past, shared by all signals. Amounts are those in a customer's main currency."""

    past: Past

    @property
    def today(self) -> pd.Timestamp:
        """The day of the past."""
        return self.past.today

    def ago(self, days: float) -> pd.Timestamp:
        """Return the day so many days before."""
        return self.today - pd.Timedelta(days=int(days))

    @cached_property
    def currency(self) -> pd.Series:
        """Each customer's main currency, that of most of his documents; the index names all customers."""
        names = plain(self.past.documents[["customer_id", "currency"]])
        counts = names.value_counts().reset_index().sort_values(["count", "currency"], ascending=[False, True])
        return counts.drop_duplicates("customer_id").set_index("customer_id")["currency"].sort_index()

    @cached_property
    def customers(self) -> pd.Index:
        """All customers who ever had a document."""
        return self.currency.index

    @cached_property
    def active(self) -> pd.Index:
        """Customers who owe something or had a document within a year: those whom signals are about."""
        documents = self.documents
        alive = (documents["open_minor"] != 0) | (documents["date"] > self.ago(365))
        return self.customers[self.customers.isin(documents.loc[alive, "customer_id"])]

    def per(self, series: pd.Series, fill: float = np.nan) -> pd.Series:
        """Return a series by customer for all customers."""
        return series.reindex(self.customers, fill_value=fill)

    def count(self, rows: pd.DataFrame) -> pd.Series:
        """Return the number of rows of each customer."""
        return self.per(rows.groupby("customer_id").size(), 0)

    def measured(
        self,
        value: pd.Series,
        at_least: float,
        severe: float,
        say: Callable[[str], Message],
        only: pd.Series | None = None,
    ) -> Measured:
        """Hold values against a threshold and a severe one; ``only`` names the customers whom it can be about."""
        value = self.per(value).astype("float64")
        fires, hard = value >= at_least, value >= severe
        if only is not None:
            mask = self.per(only.astype("bool"), False).astype("bool")
            fires, hard = fires & mask, hard & mask
        return Measured(value, fires, hard & fires, say)

    @cached_property
    def documents(self) -> pd.DataFrame:
        """All documents, ids as text, ``main`` telling those in the customer's main currency."""
        given = self.past.documents
        documents = plain(given[[name for name in _DOCUMENTS if name in given]])
        documents["main"] = (documents["currency"] == lookup(self.currency, documents["customer_id"])).to_numpy()
        return documents

    @cached_property
    def sales(self) -> pd.DataFrame:
        """Invoices and debit notes."""
        return self.documents[self.documents["kind"].isin(SALES_KINDS)].reset_index(drop=True)

    @cached_property
    def moves(self) -> pd.DataFrame:
        """What settled the claims, see :class:`~arkit.diagnosis.past.Past`."""
        return plain(self.past.moves)

    @cached_property
    def paid(self) -> pd.DataFrame:
        """By what customers paid an invoice or debit note: cash, bill or discount."""
        return plain(self.past.payments)

    @cached_property
    def fallen(self) -> pd.DataFrame:
        """Sales with a due date of their own that had come, less those that were credited instead of paid."""
        sales = self.sales
        dated = sales["due_date"].notna() & (sales["due"] < self.today)
        bought = (sales["open_minor"] != 0) | sales["document_id"].isin(self.paid["document_id"])
        return sales[dated & bought].reset_index(drop=True)

    @cached_property
    def open_items(self) -> pd.DataFrame:
        """Open claims in the main currency; ``late_days`` is their age past the due date."""
        documents = self.documents
        mask = ~documents["kind"].isin(CREDIT_KINDS) & (documents["open_minor"] > 0) & documents["main"]
        return documents[mask].reset_index(drop=True)

    @cached_property
    def overdue_items(self) -> pd.DataFrame:
        """Open claims past their due date, in the main currency."""
        return self.open_items[self.open_items["due"] < self.today].reset_index(drop=True)

    @cached_property
    def claims(self) -> pd.Series:
        """What each customer owes before credits."""
        return self.money(self.open_items)

    @cached_property
    def overdue(self) -> pd.Series:
        """What each customer owes past its due date."""
        return self.money(self.overdue_items)

    @cached_property
    def balance(self) -> pd.Series:
        """What each customer owes less his unapplied credits."""
        return self.money(self.documents[self.documents["main"]])

    def money(self, rows: pd.DataFrame, column: str = "open_minor") -> pd.Series:
        """Add up minor units by customer, in major units of his main currency; 0 for those without rows."""
        minor = self.per(rows.groupby("customer_id")[column].sum(), 0).astype("int64")
        return major(minor, self.currency)

    @cached_property
    def pay_days(self) -> pd.DataFrame:
        """The days on which money came, by customer, oldest first, with ``gap`` (days since the last)."""
        documents = self.documents
        receipts = documents.loc[documents["kind"].isin(["payment", "bill"]), ["customer_id", "date"]]
        settled = self.paid[["customer_id", "effective"]].rename(columns={"effective": "date"})
        days = pd.concat([receipts, settled]) if len(receipts) == 0 else receipts
        days = days.drop_duplicates().sort_values(["customer_id", "date"], ignore_index=True)
        days["gap"] = days.groupby("customer_id")["date"].diff().dt.days
        return days

    @cached_property
    def log(self) -> pd.DataFrame:
        """The activities, with every column that a signal asks for, ids as text (empty where there is none)."""
        wanted = ["customer_id", "document_id", "date", "kind", "due_on", "amount", "outcome"]
        log = plain(self.past.activities.reindex(columns=wanted))
        for name in ("customer_id", "document_id"):
            log[name] = log[name].astype("object").where(log[name].notna(), "")
        return log

    @cached_property
    def promises(self) -> pd.DataFrame:
        """Promises whose day has come, see :func:`~arkit.diagnosis.signals.promises.promises`."""
        return promises(self.past)

    @cached_property
    def file(self) -> pd.DataFrame:
        """The customer file, a row for each customer, with every column that a signal asks for; missing is NaN."""
        wanted = ["name", "group", "credit_limit", "rating", "previous_rating", "rated_on"]
        given = self.past.customers
        if "customer_id" not in given:
            return pd.DataFrame(index=self.customers, columns=wanted)
        given = plain(given).drop_duplicates("customer_id")
        file = given.set_index("customer_id").reindex(self.customers).reindex(columns=wanted)
        later = pd.to_datetime(file["rated_on"]) > self.today  # a rating that was not given yet
        file["rating"] = file["rating"].where(~later, file["previous_rating"])
        return file

    @cached_property
    def due_of(self) -> pd.Series:
        """Due date by document."""
        return self.documents.set_index("document_id")["due"]

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
