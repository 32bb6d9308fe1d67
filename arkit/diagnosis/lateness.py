"""Settlements as a flow over days late: what was at risk, what was settled, and how that differs between groups.

Time runs in days from the due date, cut into :data:`EDGES`. A claim is at risk from its own date until it is settled
or until the day we look: a claim still open adds the days for which it was not settled, and is never taken for one
that was. All days are integers since 1970-01-01.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.columns import SALES_KINDS
from arkit.diagnosis.coded import Coded, Floats, Ints

if TYPE_CHECKING:
    from arkit.diagnosis.past import Past

NEVER = 10**6
"""A day that does not come (year 4707)."""
FAR = 10_000
EDGES: Ints = np.array(
    [-FAR, -90, -60, -45, -30, -21, -14, -10, -7, -4, -2, 0, 3, 7, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365, FAR]
)
"""Days late between which the pace of settlement is taken as even; 0, 30 and 90 are among them."""
BINS = len(EDGES) - 1
PHASE: Ints = np.digitize(EDGES[:-1], [0, 30]).astype(np.int64)
"""Of each bin: 0 before the due date, 1 up to 30 days late, 2 later."""
PHASES = 3
GROUPS = ("customer_id", "industry", "region", "item_type", "terms", "salesperson")
"""Columns of documents or customers whose values are compared with all others; a ledger may lack any but the first."""
SETTLED_KINDS = (*SALES_KINDS, "bounced")
_COLUMNS = ("document_id", "currency", "date", "due", "closed_on", "minor", "open_minor")


@dataclass(frozen=True, eq=False)
class Claims:
    """Invoices, debit notes and bounced bills as arrays, one place each, ordered by date and id.

    Parameters
    ----------
    ids, customers
        Texts; ``customers`` are the names behind the codes ``groups["customer_id"]``.
    currency
        Text of each claim.
    date, due, closed
        Days; ``closed`` is ``NEVER`` while open.
    minor, open_minor
        Amount, and what is open of it.
    groups
        Codes (0 ... n-1) by group; what is not given has a code of its own.
    disputed
        From which day on, and until when, a dispute was open (``NEVER``: none).
    promises
        Of each promise or plan: the claim's place, the day on which it was made, the day for which; oldest first.
    """

    ids: NDArray[np.object_]
    customers: NDArray[np.object_]
    currency: NDArray[np.object_]
    date: Ints
    due: Ints
    closed: Ints
    minor: Ints
    open_minor: Ints
    groups: dict[str, Ints]
    disputed: tuple[Ints, Ints]
    promises: tuple[Ints, Ints, Ints]

    def __len__(self) -> int:
        """Return the number of claims."""
        return len(self.ids)

    @property
    def customer(self) -> Ints:
        """Codes of the customers."""
        return self.groups["customer_id"]

    @cached_property
    def cell(self) -> Ints:
        """Number of each claim's cell: those of a cell are alike in all groups."""
        cell = np.zeros(len(self), dtype=np.int64)
        for codes in self.groups.values():
            cell = pd.factorize(cell * (codes.max(initial=0) + 1) + codes)[0].astype(np.int64)
        return cell

    @cached_property
    def cell_groups(self) -> dict[str, Ints]:
        """Codes by group, of each cell."""
        first = np.unique(self.cell, return_index=True)[1]
        return {name: codes[first] for name, codes in self.groups.items()}

    @classmethod
    def of(cls, past: Past, *, more: pd.DataFrame | None = None) -> Claims:
        """Return the claims of a past.

        Parameters
        ----------
        past
            What was known.
        more
            Invoices that are about to be issued, in the columns of documents; they are taken as open.
        """
        documents, log = past.documents, past.activities
        if more is not None:
            due = more["due_date"].fillna(more["date"])
            fresh = more.assign(due=due, closed_on=np.datetime64("NaT", "us"), minor=1, open_minor=1)
            documents = pd.concat([documents, fresh], ignore_index=True)

        def coded(name: str) -> Coded:
            return past.coded("documents", name) if more is None else Coded.of(documents[name])

        rows = np.flatnonzero(coded("kind").isin(*SETTLED_KINDS) & (documents["minor"] > 0).to_numpy())
        items = documents[[*_COLUMNS]].iloc[rows]
        groups = {name: codes for name in GROUPS if (codes := _group(name, past, documents, coded, rows)) is not None}
        customer, names = coded("customer_id")
        place = np.full(len(documents) + 1, -1, dtype=np.int64)  # one more, for activities about no known document
        place[rows] = np.arange(len(rows))
        about = place[past.about] if len(log) else np.zeros(0, dtype=np.int64)
        return cls(
            items["document_id"].to_numpy(dtype=object), names[np.unique(customer[rows])],
            items["currency"].to_numpy(dtype=object),
            days(items["date"]), days(items["due"]), days(items["closed_on"]),
            items["minor"].to_numpy(np.int64), items["open_minor"].to_numpy(np.int64), groups,
            _disputes(past, about, len(rows)), _promises(past, about),
        )  # fmt: skip


def _group(name: str, past: Past, documents: pd.DataFrame, coded: Callable[[str], Coded], rows: Ints) -> Ints | None:
    """Return the codes of a column of documents or customers, as far as claims have them; None where nobody has."""
    if name in documents:
        codes = coded(name)
    elif name in past.customers:
        who = coded("customer_id")
        file = past.customers.drop_duplicates("customer_id").set_index("customer_id")[name]
        said = Coded.of(file.reindex(pd.Index(who.words)))
        codes = said._replace(codes=said.codes[who.codes])
    else:
        return None
    empty = len(codes.words) > 0 and codes.words[0] == ""  # no text and an empty one are the same
    given = np.where(codes.codes[rows] < int(empty), -1, codes.codes[rows])
    if name != "customer_id" and (codes.codes[rows] < 0).all():
        return None
    return np.unique(given, return_inverse=True)[1].astype(np.int64)


def days(column: pd.Series) -> Ints:
    """Return dates as days since 1970-01-01, missing ones as ``NEVER``."""
    found = column.to_numpy("datetime64[D]")
    return np.where(np.isnat(found), NEVER, found.astype(np.int64))


def _disputes(past: Past, about: Ints, size: int) -> tuple[Ints, Ints]:
    opened, closed = (_first(past, about, size, kind) for kind in ("dispute_opened", "dispute_closed"))
    return opened, np.where(closed >= opened, closed, NEVER)


def _first(past: Past, about: Ints, size: int, kind: str) -> Ints:
    found = np.full(size, NEVER)
    if len(about):
        rows = np.flatnonzero((about >= 0) & past.coded("activities", "kind").isin(kind))
        np.minimum.at(found, about[rows], days(past.activities["date"].iloc[rows]))
    return found


def _promises(past: Past, about: Ints) -> tuple[Ints, Ints, Ints]:
    log = past.activities
    if not len(about) or "due_on" not in log:
        none = np.array([], dtype=np.int64)
        return none, none, none
    made = past.coded("activities", "kind").isin("promise", "plan") & (about >= 0) & log["due_on"].notna().to_numpy()
    rows = np.flatnonzero(made)
    on = days(log["date"].iloc[rows])
    order = np.argsort(on, kind="stable")
    return about[rows][order], on[order], days(log["due_on"].iloc[rows])[order]


@dataclass(frozen=True, eq=False)
class Pace:
    """What was at risk and what was settled, by cell (claims alike in all groups) and bin, as known at a day's end.

    Parameters
    ----------
    settled
        Claims settled in each bin.
    exposed
        Days for which claims were open in each bin.
    """

    settled: Floats
    exposed: Floats

    @classmethod
    def of(cls, claims: Claims, day: int, *, since: int = -FAR) -> Pace:
        """Measure from a day to a day; what happened outside does not count."""
        size = int(claims.cell.max(initial=-1)) + 1
        start = np.maximum(np.maximum(claims.date - 1, since) - claims.due, -FAR)
        end = np.minimum(np.minimum(claims.closed, day) - claims.due, FAR)
        open_ = np.flatnonzero((claims.date <= day) & (end > start))
        gone = np.flatnonzero((claims.date <= day) & (claims.closed <= day) & (claims.closed > since))
        place = claims.cell[gone] * BINS + bin_of((claims.closed - claims.due)[gone])
        settled = np.bincount(place, minlength=size * BINS).reshape(size, BINS).astype(np.float64)
        cell = claims.cell[open_]
        return cls(settled, _passed(cell, end[open_], size) - _passed(cell, start[open_], size))

    def rates(self) -> Floats:
        """Return settlements per day at risk in each bin, over all claims, steadied by one settlement in 200 days."""
        rate: Floats = (self.settled.sum(axis=0) + 0.25) / (self.exposed.sum(axis=0) + 50.0)
        return rate


def _passed(cell: Ints, late: Ints, size: int) -> Floats:
    """Return by cell how many days claims had spent in each bin when they were so many days late."""
    place = bin_of(late)
    at = cell * BINS + place
    count, part = (np.bincount(at, weights, size * BINS).reshape(size, BINS) for weights in (None, late - EDGES[place]))
    beyond = count.sum(axis=1, keepdims=True) - np.cumsum(count, axis=1)
    days: Floats = beyond * np.diff(EDGES) + part
    return days


def bin_of(late: Ints) -> Ints:
    """Return the bin of each number of days late."""
    return np.clip(np.searchsorted(EDGES, late, side="left") - 1, 0, BINS - 1)


def exposure(start: Ints, end: Ints) -> Floats:
    """Return how many of the days after ``start`` up to ``end`` fall into each bin."""
    low, high = EDGES[:-1], EDGES[1:]
    inside = np.minimum(end[:, None], high) - np.maximum(np.maximum(start, -FAR)[:, None], low)
    found: Floats = np.maximum(inside, 0).astype(np.float64)
    return found


def by_phase(values: Floats) -> Floats:
    """Add up bins to phases."""
    return np.stack([values[:, phase == PHASE].sum(axis=1) for phase in range(PHASES)], axis=1)


def ratios(codes: Ints, settled: Floats, expected: Floats, prior: float) -> Floats:
    """Return how much faster (log) each group settles than expected, drawn towards 0 by ``prior`` settlements."""
    size = int(codes.max(initial=-1)) + 1
    columns = range(settled.shape[1])
    seen, due = (
        np.stack([np.bincount(codes, values[:, c], size) for c in columns], axis=1) for values in (settled, expected)
    )
    found: Floats = np.log((seen + prior) / (due + prior))
    return found
