"""What each claim stood at on any day, and what was paid on it between two days: arrays, asked many times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.diagnosis.coded import Ints
from arkit.diagnosis.lateness import NEVER, days
from arkit.diagnosis.past import Past

MONEY = ("payment", "bill")
"""Settlements that count as collected: a bill when it is received."""
_SPAN = 4 * NEVER


@dataclass(frozen=True, eq=False)
class Balances:
    """Invoices and debit notes with what settled them.

    Parameters
    ----------
    ids, customer, currency
        Texts, one place a claim, ordered as the documents of the past.
    date, due, minor
        Days since 1970-01-01; the amount in minor units.
    """

    ids: NDArray[np.object_]
    customer: NDArray[np.object_]
    currency: NDArray[np.object_]
    date: Ints
    due: Ints
    minor: Ints
    _keys: Ints
    _settled: Ints
    _paid: Ints

    @classmethod
    def of(cls, past: Past) -> Balances:
        """Take the claims of a past."""
        items = past.sales
        ids = items["document_id"].to_numpy(object)
        moves = past.moves
        place = pd.Index(ids).get_indexer(pd.Index(moves["document_id"]))
        mine = place >= 0
        key = place[mine].astype(np.int64) * _SPAN + days(moves["effective"])[mine]
        order = np.argsort(key, kind="stable")
        minor = moves["minor"].to_numpy(np.int64)[mine][order]
        money = moves["event"].isin(MONEY).to_numpy()[mine][order]
        return cls(
            ids, items["customer_id"].to_numpy(object), items["currency"].to_numpy(object), days(items["date"]),
            days(items["due"]), items["minor"].to_numpy(np.int64), key[order], _running(minor),
            _running(np.where(money, minor, 0)),
        )  # fmt: skip

    def open(self, place: Ints, day: Ints | int) -> Ints:
        """Return what is open of claims at the end of a day; nothing before their own date."""
        gone = self._settled[self._at(place, day)] - self._settled[self._at(place, -NEVER)]
        return np.where(self.date[place] <= day, self.minor[place] - gone, 0)

    def paid(self, place: Ints, after: Ints | int, until: Ints | int) -> Ints:
        """Return what was paid on claims after the end of a day until the end of another."""
        found: Ints = self._paid[self._at(place, until)] - self._paid[self._at(place, after)]
        return found

    def _at(self, place: Ints, day: Ints | int) -> Ints:
        return np.searchsorted(self._keys, place * _SPAN + day, side="right")


def _running(values: Ints) -> Ints:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(values)])
