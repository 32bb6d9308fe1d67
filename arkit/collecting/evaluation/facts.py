"""What the evaluations count on: complete months, days until a claim was settled, reasons noted by a day."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from arkit.collecting.balances import Balances
from arkit.diagnosis.coded import Floats, Ints
from arkit.diagnosis.past import Past
from arkit.frames import month_end

_SPAN = 10**7


def complete_months(as_of: dt.date, months: int) -> list[tuple[int, int]]:
    """Return the first and last day (since 1970-01-01) of the last months that had ended by a date."""
    back = 0 if as_of == month_end(as_of) else -1
    ends = [month_end(as_of, back - ago) for ago in range(months - 1, -1, -1)]
    pairs = [(end.replace(day=1), end) for end in ends]
    return [tuple(int(np.datetime64(day, "D").astype(np.int64)) for day in pair) for pair in pairs]  # type: ignore[misc]


def days_until_settled(past: Past, balances: Balances, most: int) -> Floats:
    """Return by claim how many days late its money was settled, by amount; early is 0, open counts up to the date."""
    today = int(np.datetime64(past.as_of, "D").astype(np.int64))
    moves = past.moves
    place = pd.Index(balances.ids).get_indexer(pd.Index(moves["document_id"]))
    mine = place >= 0
    late = moves["late_days"].to_numpy(np.int64).clip(0, most)[mine]
    done = np.bincount(place[mine], late * moves["minor"].to_numpy(np.int64)[mine], len(balances.ids))
    open_ = balances.open(np.arange(len(balances.ids)), today)
    total = done + open_ * (today - balances.due).clip(0, most)
    found: Floats = total / np.where(balances.minor > 0, balances.minor, 1)
    return found


class Reasons:
    """The reason last noted on each claim, as of any day."""

    def __init__(self, keys: Ints, words: np.ndarray) -> None:
        self._keys, self._words = keys, words

    @classmethod
    def of(cls, past: Past, balances: Balances) -> Reasons:
        """Take the reasons that somebody noted on a document."""
        log = past.activities
        if log.empty or not {"reason", "document_id"} <= set(log):
            return cls(np.array([], dtype=np.int64), np.array([], dtype=object))
        rows = log[log["reason"].notna() & log["document_id"].notna()]
        place = pd.Index(balances.ids).get_indexer(pd.Index(rows["document_id"]))
        day = rows["date"].to_numpy("datetime64[D]").astype(np.int64)
        key = (place.astype(np.int64) * _SPAN + day)[place >= 0]
        order = np.argsort(key, kind="stable")
        return cls(key[order], rows["reason"].astype("str").to_numpy(object)[place >= 0][order])

    def at(self, place: Ints, day: int) -> np.ndarray:
        """Return the reason of claims at the end of a day, the empty text where none was noted."""
        if not len(self._keys):
            return np.full(len(place), "", dtype=object)
        last = np.searchsorted(self._keys, place * _SPAN + day, side="right") - 1
        known = (last >= 0) & (self._keys[last] // _SPAN == place)
        return np.where(known, self._words[last], "")
