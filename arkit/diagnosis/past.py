"""What was known at a date: the one door through which diagnosis sees a ledger.

Nothing dated later comes through, and nothing that only later events decide: an item that was paid afterwards is open
here. Diagnosis, models and back-tests read this instead of the ledger, so that none of them can look ahead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from weakref import WeakKeyDictionary

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.columns import CREDIT_KINDS, PAID_EVENTS, SALES_KINDS
from arkit.diagnosis.coded import Coded, Flags, Ints
from arkit.entries import DOCUMENT
from arkit.frames import collect, day, moment, until, wrap
from arkit.money import major

if TYPE_CHECKING:
    from arkit.ledger import Ledger

Made = TypeVar("Made")
Table = Literal["documents", "moves", "activities"]

KEPT = 3
"""Pasts of a ledger that are remembered: those asked for last."""


@dataclass(frozen=True, eq=False)
class Entries:
    """All entries by their day: ``place`` (of the document, among those of the past), ``effective, minor``."""

    place: Ints
    effective: NDArray[np.datetime64]
    minor: Ints

    def until(self, today: pd.Timestamp) -> Entries:
        """Return those in effect at the end of a day."""
        n = int(np.searchsorted(self.effective, today.to_datetime64(), side="right"))
        return Entries(self.place[:n], self.effective[:n], self.minor[:n])


@dataclass(frozen=True, eq=False)
class Past:
    """A ledger as it stood at the end of a day.

    What is derived from it is made once (:meth:`once`) and shared: nobody may change its frames.

    Parameters
    ----------
    as_of
        The day.
    documents
        All documents dated by then, oldest first, every column of the ledger's, and ``minor, due, open_minor, open,
        closed_on`` (NaT while open; the day on which it last came to zero), ``late_days`` (whole days from due to
        closing or to ``as_of``; negative: early or not yet due).
    moves
        What settled them: a row per application in effect, seen from the item settled: ``document_id, customer_id,
        kind`` (of the item), ``event, date, due, effective, minor`` (positive), ``late_days`` (effective - due).
    activities, customers
        The tables as of then; customers carry no dates and stand as they are. Empty frames where there is none.
    scope
        The ledger's: a snapshot has no settled items to learn from.
    entries
        What the documents' open amounts add up from.
    places
        Of the rows of ``moves``: the place of their document in ``documents``.
    newer, rows
        Of a past that was cut from another one: that one, and which of its rows are here.
    """

    as_of: dt.date
    documents: pd.DataFrame
    moves: pd.DataFrame
    activities: pd.DataFrame
    customers: pd.DataFrame
    scope: str
    entries: Entries = field(repr=False)
    places: Ints = field(repr=False)
    newer: Past | None = field(default=None, repr=False)
    rows: dict[str, slice | Flags] = field(default_factory=dict, repr=False)
    _made: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, ledger: Ledger, as_of: str | dt.date) -> Past:
        """Return what a ledger tells at a date: the same object when asked again before three other dates are."""
        limit, held = day(as_of), _held.setdefault(ledger, {})
        past = held.pop(limit, None)
        if past is None:
            newer = next((one for one in held.values() if one.as_of > limit and one.newer is None), None)
            past = cls._read(ledger, limit) if newer is None else newer.earlier(limit)
        held[limit] = past
        while len(held) > KEPT:
            del held[next(iter(held))]
        return past

    @classmethod
    def _read(cls, ledger: Ledger, limit: dt.date) -> Past:
        today = pd.Timestamp(limit)
        known = collect(until(ledger.entries(), limit).drop("closed_on", "claim", "document_month"))
        known = known.sort_values("effective", kind="stable", ignore_index=True)
        table = wrap(ledger.documents)
        own = collect(table.filter(nw.col("date") <= moment(table, limit)))
        own = own.sort_values(["date", "document_id"], ignore_index=True)
        place = pd.Index(own["document_id"]).get_indexer(pd.Index(known["document_id"])).astype(np.int64)
        entries = Entries(place, known["effective"].to_numpy(), known["minor"].to_numpy(np.int64))
        first = (known["event"] == DOCUMENT).to_numpy()
        given = known[["minor", "due"]][first].set_axis(place[first]).sort_index()
        moves = _moves(known)
        return cls(
            limit,
            _documents(own, given["minor"], given["due"], entries, today),
            moves.reset_index(drop=True),
            _dated(ledger.table("activities"), today),
            ledger.table("customers"),
            ledger.scope,
            entries,
            place[moves.index],
        )

    def earlier(self, as_of: dt.date) -> Past:
        """Return what was known at an earlier date: it follows from what is known now, without the ledger.

        Raises
        ------
        ValueError
            For a later date: what comes after its own day a past can not tell.
        """
        if as_of > self.as_of:
            msg = f"a past of {self.as_of} tells nothing of {as_of}; read it from the ledger"
            raise ValueError(msg)
        if as_of == self.as_of:
            return self
        today, entries = pd.Timestamp(as_of), self.entries.until(pd.Timestamp(as_of))
        rows: dict[str, slice | Flags] = {
            "documents": slice(int(self.documents["date"].searchsorted(today, side="right"))),
            "moves": slice(int(self.moves["effective"].searchsorted(today, side="right"))),
        }
        own, moves, log = self.documents[rows["documents"]], self.moves[rows["moves"]], self.activities
        if "date" in log:
            rows["activities"] = (log["date"] <= today).to_numpy()
        documents = _documents(own, own["minor"], own["due"], entries, today)
        places = self.places[rows["moves"]]
        return Past(
            as_of, documents, moves, _dated(log, today), self.customers, self.scope, entries, places, self, rows
        )

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what ``make`` gives, made when first asked for under this key."""
        if key not in self._made:
            self._made[key] = make()
        found: Made = self._made[key]
        return found

    def coded(self, table: Table, column: str) -> Coded:
        """Return a column of text as numbers; of a past that was cut the words may be more than occur."""

        def make() -> Coded:
            values = getattr(self, table)[column]
            if self.newer is None or table not in self.rows:
                return Coded.of(values)
            codes, words = self.newer.coded(table, column)
            return Coded(np.where(values.isna(), -1, codes[self.rows[table]]), words)

        return self.once(("coded", table, column), make)

    def file(self, column: str) -> dict[str, Any]:
        """Return what the customer file says in a column, by customer; what it leaves out is not there."""
        if self.newer is not None:
            return self.newer.file(column)

        def make() -> dict[str, Any]:
            if not {"customer_id", column} <= set(self.customers):
                return {}
            given = self.customers.drop_duplicates("customer_id")
            said = given[given[column].notna()]
            return dict(zip(said["customer_id"], said[column], strict=True))

        return self.once(("file", column), make)

    @property
    def about(self) -> Ints:
        """Of the rows of ``activities``: the place of their document; -1 where none is named, or none that is known."""

        def make() -> Ints:
            if self.newer is not None and "activities" in self.rows:
                place: Ints = self.newer.about[self.rows["activities"]]
                return np.where(place < len(self.documents), place, -1)
            if "document_id" not in self.activities:
                return np.full(len(self.activities), -1)
            ids = pd.Index(self.documents["document_id"])
            found: Ints = ids.get_indexer(pd.Index(self.activities["document_id"])).astype(np.int64)
            return found

        return self.once("about", make)

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


_held: WeakKeyDictionary[Ledger, dict[dt.date, Past]] = WeakKeyDictionary()


def apart(result: Made) -> Made:
    """Return a shared result (a dataclass) to hand out: changing its frames does not change those that are shared."""
    values = {part.name: getattr(result, part.name) for part in fields(result)}  # type: ignore[arg-type]
    frames = {name: value.copy() for name, value in values.items() if isinstance(value, pd.DataFrame)}
    return replace(result, **frames)  # type: ignore[type-var]


def _documents(
    own: pd.DataFrame, minor: pd.Series, due: pd.Series, entries: Entries, today: pd.Timestamp
) -> pd.DataFrame:
    open_minor = np.zeros(len(own), dtype=np.int64)
    np.add.at(open_minor, entries.place, entries.minor)
    last = np.full(len(own), np.datetime64("NaT"), dtype=entries.effective.dtype)
    last[entries.place] = entries.effective  # entries run by day: of several, the latest stays
    closed_on = pd.Series(last, index=own.index).where(open_minor == 0)
    late = (closed_on.fillna(today) - due).dt.days.astype("int64")
    sums = {"open_minor": pd.Series(open_minor, index=own.index), "due": due, "minor": minor}
    ends = {"open": major(sums["open_minor"], own["currency"]), "closed_on": closed_on, "late_days": late}
    return own.assign(**sums, **ends)


def _moves(known: pd.DataFrame) -> pd.DataFrame:
    """Return the moves, their index telling where they stand among the entries."""
    moved = known[(known["event"] != DOCUMENT) & ~known["kind"].isin(CREDIT_KINDS)].copy()
    moved["minor"] = -moved["minor"]
    moved["late_days"] = (moved["effective"] - moved["due"]).dt.days.astype("int64")
    names = [
        "document_id", "customer_id", "currency", "kind", "event", "date", "due", "effective", "minor", "late_days",
    ]  # fmt: skip
    return moved[names].sort_values(["effective", "document_id"])


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
