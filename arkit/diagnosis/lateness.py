"""Settlements as a flow over days late: what was at risk, what was settled, and how that differs between groups.

Time runs in days from the due date, cut into :data:`EDGES`. A claim is at risk from its own date until it is settled
or until the day we look: a claim still open adds the days for which it was not settled, and is never taken for one
that was. All days are integers since 1970-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.columns import SALES_KINDS

if TYPE_CHECKING:
    from arkit.diagnosis.past import Past

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

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
        items = past.items
        items = items[items["kind"].isin(SETTLED_KINDS) & (items["minor"] > 0)]
        if more is not None:
            due = more["due_date"].fillna(more["date"])
            fresh = more.assign(due=due, closed_on=np.datetime64("NaT", "us"), minor=1, open_minor=1)
            items = pd.concat([items, fresh], ignore_index=True)
        customers = past.customers
        groups: dict[str, Ints] = {}
        names = np.array([], dtype=object)
        for name in GROUPS:
            values = items.get(name)
            if values is None and name in customers:
                values = items["customer_id"].map(
                    customers.drop_duplicates("customer_id").set_index("customer_id")[name]
                )
            if values is None or (name != "customer_id" and values.isna().all()):
                continue
            codes, found = pd.factorize(values.astype("str").fillna(""), sort=True)
            groups[name] = codes.astype(np.int64)
            if name == "customer_id":
                names = np.asarray(found, dtype=object)
        ids = items["document_id"].to_numpy(dtype=object)
        return cls(
            ids, names, items["currency"].to_numpy(dtype=object),
            days(items["date"]), days(items["due"]), days(items["closed_on"]),
            items["minor"].to_numpy(np.int64), items["open_minor"].to_numpy(np.int64), groups,
            _disputes(past.activities, ids), _promises(past.activities, ids),
        )  # fmt: skip


def days(column: pd.Series) -> Ints:
    """Return dates as days since 1970-01-01, missing ones as ``NEVER``."""
    found = column.to_numpy("datetime64[D]")
    return np.where(np.isnat(found), NEVER, found.astype(np.int64))


def _disputes(activities: pd.DataFrame, ids: NDArray[np.object_]) -> tuple[Ints, Ints]:
    opened, closed = (_first(activities, ids, kind) for kind in ("dispute_opened", "dispute_closed"))
    return opened, np.where(closed >= opened, closed, NEVER)


def _first(activities: pd.DataFrame, ids: NDArray[np.object_], kind: str) -> Ints:
    if activities.empty or "document_id" not in activities:
        return np.full(len(ids), NEVER)
    rows = activities[activities["kind"] == kind]
    return days(rows.groupby("document_id")["date"].min().reindex(ids))


def _promises(activities: pd.DataFrame, ids: NDArray[np.object_]) -> tuple[Ints, Ints, Ints]:
    none = np.array([], dtype=np.int64)
    if activities.empty or not {"document_id", "due_on"} <= set(activities):
        return none, none, none
    made = activities[activities["kind"].isin(["promise", "plan"]) & activities["due_on"].notna()].sort_values("date")
    place = pd.Index(ids).get_indexer(pd.Index(made["document_id"]))
    kept = place >= 0
    return place[kept].astype(np.int64), days(made["date"])[kept], days(made["due_on"])[kept]


@dataclass(frozen=True, eq=False)
class Pace:
    """What was at risk and what was settled, by claim and bin, as known at the end of a day.

    Parameters
    ----------
    settled
        1 in the bin in which the claim was settled.
    exposed
        Days for which it was open in each bin.
    """

    settled: Floats
    exposed: Floats

    @classmethod
    def of(cls, claims: Claims, day: int, *, since: int = -FAR) -> Pace:
        """Measure from a day to a day; what happened outside does not count."""
        start = np.maximum(claims.date - 1, since) - claims.due
        known = claims.date <= day
        end = np.where(known, np.minimum(claims.closed, day) - claims.due, start)
        settled = np.zeros((len(claims), BINS))
        within = known & (claims.closed <= day) & (claims.closed > since)
        rows = np.flatnonzero(within)
        settled[rows, bin_of(claims.closed[rows] - claims.due[rows])] = 1.0
        return cls(settled, exposure(start, end))

    def rates(self) -> Floats:
        """Return settlements per day at risk in each bin, over all claims, steadied by one settlement in 200 days."""
        rate: Floats = (self.settled.sum(axis=0) + 0.25) / (self.exposed.sum(axis=0) + 50.0)
        return rate


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
