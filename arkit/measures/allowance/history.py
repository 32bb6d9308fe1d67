"""What the ledger's own past says about losses, as far as it was known at a date.

Nothing later than the date of which rates are asked is looked at: month-ends are followed up to it and no further.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit import formulas
from arkit.buckets import Buckets
from arkit.columns import CREDIT_KINDS, SALES_KINDS
from arkit.entries import DOCUMENT
from arkit.frames import month_end, month_number, month_of
from arkit.measures.allowance.base import FOREVER, Bases, Ints

if TYPE_CHECKING:
    from arkit.cube import Cube
    from arkit.ledger import Ledger

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """Loss rates of segments (rows) and buckets (columns), and what they are made of.

    Parameters
    ----------
    rate
        0-1, after recoveries; NaN where the past says nothing.
    terms
        Amounts in minor units or shares, by name: what an auditor retraces the rate from.
    recovered
        Of what was written off in the segment's currency, the share that came back.
    lags
        The cohorts' losses by month since, as ``(outstanding, lost before, lost)``: lag x segment x bucket.
    """

    rate: Floats
    terms: dict[str, Floats]
    recovered: Floats
    lags: tuple[Ints, Ints, Ints] | None = None


class History:
    """The past of a ledger in segments and buckets, up to a date; what is found in it is kept."""

    def __init__(self, ledger: Ledger, cube: Cube, as_of: dt.date, names: tuple[str, ...], rules: Buckets) -> None:
        self.rules, self.as_of, self.snapshot = rules, as_of, ledger.scope == "snapshot"
        self.bases = Bases(ledger, as_of, names, rules)
        self.cube = cube
        frame = self.cube.frame.assign(_group=self.bases.codes(self.cube.frame))
        claim = ~frame["kind"].isin([*CREDIT_KINDS, "adjustment"])
        self._claims = frame[~frame["kind"].isin(CREDIT_KINDS)]
        self._lost = frame[(frame["event"] == "write_off") & claim]
        self._back = frame[(frame["event"] == DOCUMENT) & (frame["kind"] == "recovery")]
        self._sales = frame[(frame["event"] == DOCUMENT) & frame["kind"].isin([*SALES_KINDS, "credit_note"])]
        self.first = int(frame["month"].min()) if len(frame) else month_number(as_of)
        """The month in which the ledger begins, as year * 12 + month."""
        codes = [group[0] for group in self.bases.groups]
        self._followed: dict[int, Ints] = {}
        self._rolled: dict[int, Ints] = {}
        self._currency = pd.factorize(pd.Index(codes))[0]

    @classmethod
    def of(cls, ledger: Ledger, as_of: dt.date, names: tuple[str, ...], rules: Buckets) -> History:
        """Return the past up to a date, one for all that ask for the same."""
        kept = ledger.cube(names, basis=rules.basis, bills=rules.bills, until=as_of)
        key = ("history", rules)
        if key not in kept.results:
            kept.results[key] = cls(ledger, kept, as_of, names, rules)
        history: History = kept.results[key]
        return history

    @property
    def groups(self) -> list[tuple[str, ...]]:
        """The segments: ``(currency, *group)``."""
        return self.bases.groups

    @cached_property
    def last(self) -> int:
        """The last month that is complete."""
        number = month_number(self.as_of)
        return number if self.as_of == month_end(self.as_of) else number - 1

    def lost(self, start: int, until: int) -> Ints:
        """Return what was written off after a month-end of what was on record at it.

        Returns
        -------
        numpy.ndarray
            Lag (months after ``start``, from 1) x segment x bucket at ``start``, minor units.
        """
        if start not in self._followed:
            self._followed[start] = self._lost_since(start)
        return self._followed[start][: max(until - start, 0)]

    def _lost_since(self, start: int) -> Ints:
        rows, lags = self._lost, max(month_number(self.as_of) - start, 0)
        table = np.zeros((lags, len(self.groups), self.bases.buckets), dtype=np.int64)
        rows = rows[(rows["document_month"] <= start) & (rows["month"] > start)]
        bucket = self.rules.at(month_of(start), rows["aged_from"].to_numpy())
        at = (rows["month"].to_numpy() - start - 1, rows["_group"].to_numpy(), bucket)
        np.subtract.at(table, at, rows["minor"].to_numpy())
        return table

    def written_off(self, month: int) -> Ints:
        """Return what was written off in a month, by segment, minor units."""
        return -self._of_month(self._lost, month)

    def spared(self) -> list[str]:
        """Return the currencies of which nothing was ever written off."""
        codes = [group[0] for group in self.groups]
        lost = {codes[at] for at in self._lost["_group"].unique()}
        return [code for code in dict.fromkeys(codes) if code not in lost]

    def came_back(self, month: int) -> Ints:
        """Return what was recovered in a month of earlier write-offs, by segment, minor units."""
        return self._of_month(self._back, month)

    def sold(self, month: int) -> Ints:
        """Return the credit sales of a month, with tax, after credit notes, by segment, minor units."""
        return self._of_month(self._sales, month)

    def _of_month(self, rows: pd.DataFrame, month: int) -> Ints:
        there = rows["month"].to_numpy() == month
        table = np.zeros(len(self.groups), dtype=np.int64)
        np.add.at(table, rows["_group"].to_numpy()[there], rows["minor"].to_numpy()[there])
        return table

    def recovered(self, until: int) -> Floats:
        """Return, by segment, the share of its currency's write-offs up to a month that came back, 0-1."""
        gone = -self._by_currency(self._lost, until)
        back = self._by_currency(self._back, until)
        share = np.divide(back, gone, out=np.zeros(len(gone)), where=gone > 0)
        return np.clip(share, 0, 1)[self._currency]

    def _by_currency(self, rows: pd.DataFrame, until: int) -> Floats:
        rows = rows[rows["month"] <= until]
        size = int(self._currency.max(initial=-1)) + 1
        sums = np.bincount(self._currency[rows["_group"].to_numpy()], rows["minor"].to_numpy(), size)
        return sums.astype(np.float64)

    def loss_rates(self, known: int, months: int, follow: int) -> Found:
        """Return the loss rates of cohorts, with what was known at the end of a month.

        The month-ends before it are cohorts: what was open in a bucket, and what of it was written off one, two ...
        months later. In each month since, so much of what was not lost before is lost, of all cohorts old enough to
        know it; what the months leave, multiplied, is not lost. A cohort that is still young says what it can, and
        where all are followed to the end the rate is what was lost over what was open (product limit, Kaplan and
        Meier 1958).
        """
        shape = (3, follow, len(self.groups), self.bases.buckets)
        table = np.zeros(shape, dtype=np.int64)
        for start in range(max(self.first, known - months), known):
            followed = min(follow, known - start)
            lost = self.lost(start, start + followed)
            table[0, :followed] += self.bases.at(month_of(start))
            table[1, :followed] += lost.cumsum(axis=0) - lost
            table[2, :followed] += lost
        own = table[0, 0] > 0
        outstanding, before, lost = np.where(own, table, self._pooled(table)[..., self._currency, :])
        recovered = self.recovered(known)
        terms = {
            "outstanding": outstanding[0].astype(float), "lost": lost.sum(axis=0).astype(float),
            "own": own.astype(float), "on_record": self._months_on_record(known),
        }  # fmt: skip
        net = _lost_in_the_end(outstanding, before, lost) * (1 - recovered)[:, None]
        return Found(np.clip(net, 0, 1), terms, recovered, (outstanding, before, lost))

    def roll_rates(self, known: int, months: int, last_rate: float | None) -> Found:
        """Return the roll rates multiplied through to loss, with what was known at the end of a month.

        ``last_rate``: the loss rate of the last bucket where it is assumed; else what of it is written off.
        """
        opened, stayed, rolled, lost = monthly_rolls(self, known, months)
        own = opened - stayed > 0
        every = [self._pooled(part)[self._currency] for part in (opened, stayed, rolled, lost)]
        opened, stayed, rolled, lost = (
            np.where(own, mine, whole) for mine, whole in zip((opened, stayed, rolled, lost), every, strict=True)
        )
        left = (opened - stayed).astype(float)
        roll = np.divide(rolled, left, out=np.full(left.shape, np.nan), where=left > 0)
        direct = np.divide(lost, left, out=np.full(left.shape, np.nan), where=left > 0)
        recovered = self.recovered(known)
        roll, direct = np.clip(roll, 0, 1), np.clip(direct, 0, 1)
        direct = np.minimum(direct, 1 - np.nan_to_num(roll))
        rate = np.array([_to_loss(roll[at], direct[at], 1 - recovered[at], last_rate) for at in range(len(roll))])
        terms = {
            "opened": opened.astype(float), "stayed": stayed.astype(float), "rolled": rolled.astype(float),
            "lost": lost.astype(float), "roll_rate": roll, "lost_rate": direct, "own": own.astype(float),
            "on_record": self._months_on_record(known),
        }  # fmt: skip
        return Found(rate.reshape(roll.shape), terms, recovered)

    def on_record(self, month: int) -> Ints:
        """Return for how many months each age had been on record at the end of one: segment x bucket, below 0 if not.

        Counted from the first month-end at which anything of that age was owed in the segment's currency. A loss that
        takes longer than that can be in no rate of the ledger's own past.
        """
        return month - self._first_owed

    def _months_on_record(self, month: int) -> Floats:
        months = self.on_record(month)
        return np.where(months < 0, np.nan, months)

    @cached_property
    def _first_owed(self) -> Ints:
        first: Ints = np.full((len(self.groups), self.bases.buckets), FOREVER, dtype=np.int64)
        for month in range(self.last, self.first - 1, -1):
            first[self._pooled(self.bases.at(month_of(month)))[self._currency] > 0] = month
        return first

    def rolls_of(self, start: int) -> Ints:
        """Return what became of a month-end by the next: 4 x segment x bucket (:func:`monthly_rolls`)."""
        if start not in self._rolled:
            self._rolled[start] = self._rolls_of(start)
        return self._rolled[start]

    def _rolls_of(self, start: int) -> Ints:
        rows = self._claims[(self._claims["document_month"] <= start) & (self._claims["month"] <= start + 1)]
        group, minor, aged = (rows[name].to_numpy() for name in ("_group", "minor", "aged_from"))
        before, after = (self.rules.at(month_of(month), aged) for month in (start, start + 1))
        table = np.zeros((4, len(self.groups), self.bases.buckets), dtype=np.int64)
        for at, there in enumerate((rows["month"].to_numpy() <= start, after == before, after > before)):
            np.add.at(table[at], (group[there], before[there]), minor[there])
        table[3] = self.lost(start, start + 1)[0]
        return table

    def _pooled(self, table: Ints) -> Ints:
        """Add the segments of each currency up (the axis before the last)."""
        size = int(self._currency.max(initial=-1)) + 1
        whole = np.zeros((*table.shape[:-2], size, table.shape[-1]), dtype=np.int64)
        for at, code in enumerate(self._currency):
            whole[..., code, :] += table[..., at, :]
        return whole


def monthly_rolls(history: History, known: int, months: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Return what became of each bucket from one month-end to the next, summed over the months up to one.

    Returns
    -------
    tuple
        ``opened`` (in the bucket at the month-ends), ``stayed`` in it at the next, ``rolled`` into a worse one, and
        ``lost`` (written off meanwhile): segment x bucket, minor units, of the same documents. The rest was paid or
        credited.
    """
    shape = (4, len(history.groups), history.bases.buckets)
    every = [history.rolls_of(start) for start in range(max(history.first, known - months), known)]
    opened, stayed, rolled, lost = np.sum(every, axis=0) if every else np.zeros(shape, dtype=np.int64)
    return opened, stayed, rolled, lost


def _to_loss(roll: Floats, direct: Floats, kept: float, last_rate: float | None) -> list[float]:
    """Return each bucket's loss rate; a bucket that nothing left, or that rolls into such a one, has none.

    Of a bucket from which nothing rolls on, it does not matter what would become of it there.
    """
    end = last_rate if last_rate is not None else float(direct[-1]) * kept
    chain = [*map(float, roll[:-1]), end]
    beside = [*(float(share) * kept for share in direct[:-1]), 0.0]
    found = formulas.roll_to_loss(np.nan_to_num(chain).tolist(), np.nan_to_num(beside).tolist())
    unknown = False
    for at in reversed(range(len(chain))):
        unknown = chain[at] != chain[at] or beside[at] != beside[at] or (unknown and chain[at] > 0)
        if unknown:
            found[at] = float("nan")
    return found


def lost_shares(outstanding: Ints, before: Ints, lost: Ints) -> Floats:
    """Return what each month since takes of what was open, 0-1, along the first axis; by the product limit."""
    left = outstanding - before
    share = np.clip(np.divide(lost, left, out=np.zeros(lost.shape), where=left > 0), 0, 1)
    kept = (1 - share).cumprod(axis=0)
    earlier = np.concatenate([np.ones((1, *kept.shape[1:])), kept[:-1]])
    shares: Floats = earlier - kept
    return shares


def _lost_in_the_end(outstanding: Ints, before: Ints, lost: Ints) -> Floats:
    """Return the share of each bucket that is lost; NaN where nothing was outstanding."""
    total: Floats = lost_shares(outstanding, before, lost).sum(axis=0)
    return np.where(outstanding[0] > 0, total, np.nan)
