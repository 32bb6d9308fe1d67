"""An allowance in whole numbers, from which its frames are made; every total is the sum of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from arkit.buckets import Buckets
from arkit.frames import month_number
from arkit.measures.allowance.history import Found, History, lost_shares
from arkit.measures.allowance.methods import Line, Way, added
from arkit.measures.allowance.scenarios import MILLION, Scenario, share, weighted
from arkit.measures.results import index_of
from arkit.money import major

NAN = float("nan")
TOTAL = (
    "receivables", "base", "individually_assessed", "left_out", "collective", "individual", "allowance", "coverage",
    "opening", "charge", "write_offs", "recoveries",
)  # fmt: skip


class Made:
    """An allowance as whole numbers, and its frames.

    Parameters
    ----------
    history, way
        The past, and how rates are made.
    items, apart
        Documents with their ``base``; those assessed one by one with their ``loss``.
    names, rules
        Columns of the segments; conventions of the ageing.
    """

    def __init__(
        self,
        history: History,
        way: Way,
        items: pd.DataFrame,
        apart: pd.DataFrame,
        names: tuple[str, ...],
        rules: Buckets,
    ) -> None:
        self.history, self.way, self.names = history, way, names
        self._items, self._apart = items, apart.assign(_group=history.bases.codes(apart))
        self.segments = history.bases.segments
        self.buckets = ["all"] if way.whole else rules.names[:-1]
        late = np.datetime64(history.as_of, "D").astype("int64") - items["aged_from"].to_numpy()
        self._days = np.maximum(late, 0)
        self._bucket = rules.at(history.as_of, items["aged_from"].to_numpy())
        self._base = np.zeros((len(history.groups), history.bases.buckets), dtype=np.int64)
        np.add.at(self._base, (items["_group"].to_numpy(), self._bucket), items["base"].to_numpy())
        self.found: Found | None = way.rates(history, month_number(history.as_of)) if way.has_matrix else None
        self.lines: list[list[Line]] = way.lines(self._base, self.found) if self.found else [[] for _ in history.groups]
        self.individual: list[int] = self._by_group(self._apart, "loss")
        collective = [added([line.allowance for line in row]) for row in self.lines]
        self.closing = [None if c is None else c + i for c, i in zip(collective, self.individual, strict=True)]

    def _by_group(self, rows: pd.DataFrame, column: str) -> list[int]:
        table = np.zeros(len(self.history.groups), dtype=np.int64)
        np.add.at(table, rows["_group"].to_numpy(np.int64), rows[column].to_numpy(np.int64))
        return [int(amount) for amount in table]

    def _frame(
        self, rows: list[tuple[Any, ...]], names: list[str], columns: Sequence[str], money: Sequence[str]
    ) -> pd.DataFrame:
        """Return rows that begin with their keys as a frame; ``money`` is in minor units."""
        if not rows:
            return pd.DataFrame(columns=list(columns), index=pd.MultiIndex.from_arrays([[]] * len(names), names=names))
        frame = pd.DataFrame([row[len(names) :] for row in rows], columns=list(columns)).astype("float64")
        frame.index = index_of([row[: len(names)] for row in rows], names)
        codes = frame.index.get_level_values("currency")
        return frame.assign(**{name: major(frame[name], codes) for name in money})

    def matrix(self) -> pd.DataFrame:
        """Return the rows of :attr:`Provision.matrix`."""
        rows = [
            (*group, bucket, line.base, _rate(line.rate), _rate(line.expected), line.allowance)
            for group, row in zip(self.history.groups, self.lines, strict=True)
            for bucket, line in zip(self.buckets, row, strict=False)
        ]
        columns = ("base", "rate", "expected_rate", "allowance")
        return self._frame(rows, [*self.segments, "bucket"], columns, ("base", "allowance"))

    def rates(self) -> pd.DataFrame:
        """Return what each rate is made of."""
        found = self.found
        terms = found.terms if found else {}
        if not found or not terms:
            return self._frame([], [*self.segments, "bucket"], ["recovered", "rate"], [])
        rows = [
            (
                *group,
                bucket,
                *(float(table[at, place]) for table in terms.values()),
                found.recovered[at],
                _rate(line.rate),
            )
            for at, group in enumerate(self.history.groups)
            for place, (bucket, line) in enumerate(zip(self.buckets, self.lines[at], strict=True))
        ]
        money = [name for name in terms if name not in ("own", "on_record", "roll_rate", "lost_rate")]
        frame = self._frame(rows, [*self.segments, "bucket"], [*terms, "recovered", "rate"], money)
        return frame.assign(own=frame["own"].astype(bool))

    def lags(self) -> pd.DataFrame:
        """Return the cohorts' losses by month since."""
        columns = ("outstanding", "lost_before", "lost", "share")
        names = [*self.segments, "bucket", "lag"]
        if not self.found or self.found.lags is None:
            return self._frame([], names, columns, [])
        held, before, lost = self.found.lags
        shares = lost_shares(held, before, lost)
        tables = (held, before, lost, shares)
        rows = [
            (*group, bucket, lag + 1, *(float(table[lag, at, place]) for table in tables))
            for at, group in enumerate(self.history.groups)
            for place, bucket in enumerate(self.buckets)
            for lag in range(len(held))
        ]
        return self._frame(rows, names, columns, columns[:-1])

    def scenarios(self) -> pd.DataFrame:
        """Return the allowance were each scenario certain."""
        rows = []
        for at, group in enumerate(self.history.groups):
            for one in self.way.scenarios if self.way.has_matrix else ():
                certain = (Scenario(one.name, one.factor, type(one.weight)(1)),)
                parts = [share(line.base, weighted(line.rate, certain)) for line in self.lines[at]]
                total = added(parts)
                whole = None if total is None else total + self.individual[at]
                rows.append((*group, one.name, float(one.factor), float(one.weight), whole))
        return self._frame(rows, [*self.segments, "scenario"], ("factor", "weight", "allowance"), ("allowance",))

    def apart(self) -> pd.DataFrame:
        """Return the claims assessed one by one."""
        rows = self._apart.assign(expected_loss=self._apart["loss"])
        money = {name: major(rows[name].astype("float64"), rows["currency"]) for name in ("open", "expected_loss")}
        keys = list(dict.fromkeys(["document_id", "customer_id", "currency", *self.names]))
        return rows.assign(**money)[[*keys, "open", "expected_loss", "reason"]].reset_index(drop=True)

    def items(self) -> pd.DataFrame:
        """Return every other open document with its base."""
        rows, claim = self._items, self._items["base"] + self._items["open"].clip(lower=0) > 0
        names = np.array(self.buckets * (self.history.bases.buckets if self.way.whole else 1), dtype=object)
        bucket = pd.Series(names[self._bucket], index=rows.index).where(claim, "unapplied")
        credited = (rows["open"] - rows["base"]).where(claim, 0)
        codes = rows["currency"]
        money = {
            n: major(c.astype("float64"), codes)
            for n, c in (("open", rows["open"]), ("credited", credited), ("base", rows["base"]))
        }
        keys = list(dict.fromkeys(["document_id", "customer_id", "currency", *self.names, "kind"]))
        frame = rows.assign(days=self._days, bucket=bucket, **money)
        return frame[[*keys, "days", "bucket", "open", "credited", "base"]].reset_index(drop=True)

    def total(self, moved: pd.DataFrame, open_items: pd.DataFrame) -> pd.DataFrame:
        """Return a row per segment, with what moved since the opening."""
        receivables = self._by_group(open_items.assign(_group=self.history.bases.codes(open_items)), "open")
        apart = self._by_group(self._apart, "open")
        months = moved.to_numpy().reshape(len(self.history.groups), -1, len(moved.columns))
        opening, charge, lost, back, closing = (months[:, :, at] for at in range(len(moved.columns)))
        rows = []
        for at, group in enumerate(self.history.groups):
            base, allowance = int(self._base[at].sum()), closing[at, -1]
            covered = base + apart[at]
            rows.append(
                (*group, receivables[at], base, apart[at], receivables[at] - covered, allowance - self.individual[at],
                 self.individual[at], allowance, allowance / covered if covered else NAN, opening[at, 0],
                 charge[at].sum(), lost[at].sum(), back[at].sum())
            )  # fmt: skip
        return self._frame(rows, self.segments, TOTAL, [name for name in TOTAL if name != "coverage"])


def _rate(rate: int | None) -> float:
    return NAN if rate is None else rate / MILLION
