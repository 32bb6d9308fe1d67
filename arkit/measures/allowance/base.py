"""The base of an allowance: what customers owe after their own credits, by segment and age.

A customer's credits (unapplied receipts, credit notes, negative corrections) are set against his oldest claims first;
a customer whose credits exceed his claims leaves the base altogether. What one customer has due on one day in one
segment is taken together, so that month-ends need no documents.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.buckets import Buckets
from arkit.columns import CREDIT_KINDS
from arkit.frames import collect, month_number

if TYPE_CHECKING:
    from arkit.ledger import Ledger

Ints = NDArray[np.int64]
FOREVER = 2**40
"""A month that never comes."""


def after_credits(amount: Ints, owner: Ints, credit: Ints) -> Ints:
    """Take credits from amounts, the first of each owner first; nothing falls below 0.

    Parameters
    ----------
    amount, owner
        Positive amounts, those of an owner (a number from 0) standing together in the order in which they are used up.
    credit
        What each owner has in credit; below 0 counts as none.

    Examples
    --------
    >>> after_credits(np.array([50, 30, 20]), np.array([0, 0, 1]), np.array([60, -5]))
    array([ 0, 20, 20])
    """
    running = amount.cumsum()
    before = np.zeros(len(credit), dtype=np.int64)
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    before[owner[starts]] = running[starts] - amount[starts]
    reached = running - before[owner] - np.maximum(credit, 0)[owner]
    left: Ints = np.clip(reached, 0, amount)
    return left


@dataclass(frozen=True)
class Runs:
    """What was open of each key over time: from a month (inclusive) until another (exclusive) so much."""

    keys: pd.DataFrame
    since: Ints
    until: Ints
    open: Ints

    @classmethod
    def of(cls, moves: pd.DataFrame, keys: list[str]) -> Runs:
        """Make runs of movements with ``month`` and ``minor``."""
        sums = moves.groupby([*keys, "month"], sort=True, observed=True)["minor"].sum().reset_index()
        key = sums.groupby(keys, sort=False, observed=True).ngroup().to_numpy()
        opened = sums["minor"].groupby(key).cumsum().to_numpy()
        month = sums["month"].to_numpy()
        last = np.append(key[1:] != key[:-1], True)[: len(key)]
        until = np.where(last, FOREVER, np.append(month[1:], FOREVER)[: len(key)])
        return cls(sums[keys], month, until, opened)

    def at(self, month: int) -> pd.DataFrame:
        """Return the keys with what is ``open`` at the end of a month, if it is not 0."""
        there = (self.since <= month) & (month < self.until) & (self.open != 0)
        rows: pd.DataFrame = self.keys[there]
        return rows.assign(open=self.open[there])


class Bases:
    """The base at every month-end of a ledger, up to a date.

    Parameters
    ----------
    ledger, as_of, names, rules
        The ledger, the last day that is looked at, the columns of the segments, the conventions of the ageing.
    """

    def __init__(self, ledger: Ledger, as_of: dt.date, names: tuple[str, ...], rules: Buckets) -> None:
        extra = tuple(name for name in names if name != "customer_id")
        cube = ledger.cube(("customer_id", *extra), basis=rules.basis, bills=rules.bills, until=as_of)
        self.rules, self.buckets = rules, len(rules.limits) + 2
        self.segments = ["currency", *names]
        found = cube.frame[self.segments].drop_duplicates()
        groups = {tuple(map(str, key)) for key in found.itertuples(index=False, name=None)}
        groups |= set() if names else {(code,) for code in ledger.currencies}
        self.groups: list[tuple[str, ...]] = sorted(groups)
        """The segments: ``(currency, *group)``."""
        frame = cube.frame.assign(
            _group=self.codes(cube.frame),
            _customer=cube.frame.groupby(["currency", "customer_id"], sort=False, observed=True).ngroup(),
        )
        self._customers = int(frame["_customer"].max()) + 1 if len(frame) else 0
        credit = frame["kind"].isin(CREDIT_KINDS)
        self._claims = Runs.of(frame[~credit], ["_customer", "aged_from", "_group"])
        self._credits = Runs.of(frame[credit], ["_customer"])
        self._known: dict[dt.date, Ints] = {}

    def codes(self, frame: pd.DataFrame) -> Ints:
        """Return the segment of each row, as its place in ``groups``."""
        place = {group: at for at, group in enumerate(self.groups)}
        keys = frame[self.segments].astype("str")
        distinct = keys.drop_duplicates()
        distinct = distinct.assign(_at=[place[key] for key in distinct.itertuples(index=False, name=None)])
        return keys.merge(distinct, how="left", on=self.segments)["_at"].to_numpy(np.int64)

    def at(self, date: dt.date) -> Ints:
        """Return the base at a month-end (or at the last day): segments by buckets, minor units."""
        if date not in self._known:
            self._known[date] = self._at(date)
        return self._known[date]

    def _at(self, date: dt.date) -> Ints:
        month = month_number(date)
        claims, credits = self._claims.at(month), self._credits.at(month)
        credit = np.zeros(self._customers, dtype=np.int64)
        np.subtract.at(credit, credits["_customer"].to_numpy(), credits["open"].to_numpy())
        left = net(claims, credit)
        table = np.zeros((len(self.groups), self.buckets), dtype=np.int64)
        bucket = self.rules.at(date, left["aged_from"].to_numpy())
        np.add.at(table, (left["_group"].to_numpy(), bucket), left["base"].to_numpy())
        return table


def net(claims: pd.DataFrame, credit: Ints) -> pd.DataFrame:
    """Return claims (``_customer, aged_from, _group, open``) with their ``base`` after the customers' credits.

    A claim below 0 adds to the credits and is left out.
    """
    credit = credit.copy()
    below = claims[claims["open"] < 0]
    np.subtract.at(credit, below["_customer"].to_numpy(), below["open"].to_numpy())
    claims = claims[claims["open"] > 0].sort_values(["_customer", "aged_from", "_group"], kind="stable")
    left = after_credits(claims["open"].to_numpy(), claims["_customer"].to_numpy(), credit)
    return claims.assign(base=left)


def documents(ledger: Ledger, as_of: dt.date, names: tuple[str, ...], rules: Buckets) -> pd.DataFrame:
    """Return what is open of each document at a date.

    Returns
    -------
    pandas.DataFrame
        ``document_id, customer_id, currency``, the segment's columns, ``kind``, ``aged_from`` (days since 1970-01-01)
        and ``open`` (minor units), by document.
    """
    aged = "due" if rules.basis == "due" else "date"
    keys = list(dict.fromkeys(["document_id", "customer_id", "currency", "kind", aged, *names]))
    rows = ledger.movements(as_of, by=names, columns=[*keys, "minor"])
    if rules.bills == "without":
        rows = rows.filter(nw.col("kind") != "bill")
    items = collect(rows.group_by(*keys).agg(nw.col("minor").sum().alias("open")))
    items = items[items["open"] != 0].sort_values("document_id", ignore_index=True)
    days = items.pop(aged).to_numpy().astype("datetime64[D]").astype("int64")
    return items.assign(aged_from=days, open=items["open"].to_numpy(np.int64))


def items_of(items: pd.DataFrame, bases: Bases) -> pd.DataFrame:
    """Return documents with ``base``: what is left of each after its customer's credits; 0 of a credit.

    Their sum by segment and bucket is what :meth:`Bases.at` gives at the same date.
    """
    items = items.assign(
        _group=bases.codes(items),
        _customer=items.groupby(["currency", "customer_id"], sort=False).ngroup(),
    )
    size = int(items["_customer"].max()) + 1 if len(items) else 0
    is_credit = items["kind"].isin(CREDIT_KINDS)
    credit = np.zeros(size, dtype=np.int64)
    np.subtract.at(credit, items.loc[is_credit, "_customer"].to_numpy(), items.loc[is_credit, "open"].to_numpy())
    cell = ["_customer", "aged_from", "_group"]
    claims = items[~is_credit].sort_values([*cell, "document_id"], kind="stable")
    left = net(claims.groupby(cell, sort=False)["open"].sum().reset_index(), credit)
    rows = claims[claims["open"] > 0]
    number = rows.groupby(cell, sort=False).ngroup().to_numpy().astype(np.int64)
    wanted = rows[cell].drop_duplicates().merge(left, how="left", on=cell)["base"].fillna(0).to_numpy(np.int64)
    held = np.zeros(len(wanted), dtype=np.int64)
    np.add.at(held, number, rows["open"].to_numpy())
    left_of = after_credits(rows["open"].to_numpy(), number, held - wanted)
    base = rows.assign(base=left_of)["base"]
    return items.assign(base=base.reindex(items.index, fill_value=0)).drop(columns="_customer")
