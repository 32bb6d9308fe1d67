"""What was known at a date: the one door through which diagnosis sees a ledger.

Nothing dated later comes through, and nothing that only later events decide: an item that was paid afterwards is open
here. Diagnosis, models and back-tests read this instead of the ledger, so that none of them can look ahead.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from arkit.columns import CREDIT_KINDS, PAID_EVENTS, SALES_KINDS
from arkit.entries import DOCUMENT
from arkit.frames import collect, day, moment, until, wrap
from arkit.money import major

if TYPE_CHECKING:
    from arkit.ledger import Ledger


@dataclass(frozen=True, eq=False)
class Past:
    """A ledger as it stood at the end of a day.

    Parameters
    ----------
    as_of
        The day.
    documents
        All documents dated by then, every column of the ledger's, and ``minor, due, open_minor, open, closed_on`` (NaT
        while open; the day on which it last came to zero), ``late_days`` (whole days from due to closing or to
        ``as_of``; negative: early or not yet due).
    moves
        What settled them: a row per application in effect, seen from the item settled: ``document_id, customer_id,
        kind`` (of the item), ``event, date, due, effective, minor`` (positive), ``late_days`` (effective - due).
    activities, customers
        The tables as of then; customers carry no dates and stand as they are. Empty frames where there is none.
    scope
        The ledger's: a snapshot has no settled items to learn from.
    """

    as_of: dt.date
    documents: pd.DataFrame
    moves: pd.DataFrame
    activities: pd.DataFrame
    customers: pd.DataFrame
    scope: str
    cache: dict[str, pd.DataFrame] = field(default_factory=dict)

    @classmethod
    def of(cls, ledger: Ledger, as_of: str | dt.date) -> Past:
        """Return what a ledger tells at a date."""
        limit = day(as_of)
        entries = ledger.entries()
        known = collect(until(entries, limit).drop("closed_on", "claim", "document_month"))
        table = wrap(ledger.documents)
        own = collect(table.filter(nw.col("date") <= moment(table, limit)))
        return cls(
            limit,
            _documents(own, known, pd.Timestamp(limit)),
            _moves(known),
            _dated(ledger.table("activities"), pd.Timestamp(limit)),
            ledger.table("customers"),
            ledger.scope,
        )

    @property
    def today(self) -> pd.Timestamp:
        """The day, as pandas compares it."""
        return pd.Timestamp(self.as_of)

    @cached_property
    def items(self) -> pd.DataFrame:
        """Claims: everything but credit notes, payments and refunds."""
        return self.documents[~self.documents["kind"].isin(CREDIT_KINDS)].reset_index(drop=True)

    @cached_property
    def sales(self) -> pd.DataFrame:
        """Invoices and debit notes."""
        return self.documents[self.documents["kind"].isin(SALES_KINDS)].reset_index(drop=True)

    @cached_property
    def overdue(self) -> pd.DataFrame:
        """Claims that are open and past their due date; ``open`` adds up to what ageing calls overdue."""
        items = self.items
        return items[(items["open_minor"] != 0) & (items["due"] < self.today)].reset_index(drop=True)

    @cached_property
    def credits(self) -> pd.DataFrame:
        """Credit notes, payments and refunds that are not applied, or not wholly."""
        documents = self.documents
        mask = documents["kind"].isin(CREDIT_KINDS) & (documents["open_minor"] != 0)
        return documents[mask].reset_index(drop=True)

    @cached_property
    def payments(self) -> pd.DataFrame:
        """Moves by which customers paid (cash, bill, discount) an invoice or debit note."""
        moves = self.moves
        return moves[moves["event"].isin(PAID_EVENTS) & moves["kind"].isin(SALES_KINDS)].reset_index(drop=True)


def _documents(own: pd.DataFrame, known: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    sums = known.groupby("document_id", sort=False).agg(
        open_minor=("minor", "sum"), last=("effective", "max"), due=("due", "first")
    )
    minor = known.loc[known["event"] == DOCUMENT].set_index("document_id")["minor"]
    documents = own.join(sums, on="document_id").join(minor.rename("minor"), on="document_id")
    documents["open_minor"] = documents["open_minor"].astype("int64")
    documents["open"] = major(documents["open_minor"], documents["currency"])
    documents["closed_on"] = documents.pop("last").where(documents["open_minor"] == 0)
    ended = documents["closed_on"].fillna(today)
    documents["late_days"] = (ended - documents["due"]).dt.days.astype("int64")
    return documents.sort_values(["date", "document_id"], ignore_index=True)


def _moves(known: pd.DataFrame) -> pd.DataFrame:
    moved = known[(known["event"] != DOCUMENT) & ~known["kind"].isin(CREDIT_KINDS)].copy()
    moved["minor"] = -moved["minor"]
    moved["late_days"] = (moved["effective"] - moved["due"]).dt.days.astype("int64")
    names = [
        "document_id", "customer_id", "currency", "kind", "event", "date", "due", "effective", "minor", "late_days",
    ]  # fmt: skip
    return moved[names].sort_values(["effective", "document_id"], ignore_index=True)


def _dated(table: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    """Return the rows of a dated table that were there; what a row says of a later day is kept only as an intention.

    ``outcome`` is known when it happens: of a promise or plan that falls due after the day it is not yet known.
    """
    if table.empty or "date" not in table:
        return table
    rows = table[table["date"] <= today].reset_index(drop=True)
    if {"outcome", "due_on"} <= set(rows.columns):
        pending = rows["due_on"].notna() & (rows["due_on"] >= today)
        rows["outcome"] = rows["outcome"].mask(pending, np.nan)
    return rows
