"""The back-test of the matrix: what past month-ends expected to lose, against what was then lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from arkit.buckets import Basis, Bills, Unit
from arkit.errors import ArkitError
from arkit.frames import day, month_of
from arkit.measures.allowance.history import History
from arkit.measures.allowance.methods import OWN_PAST, Method, Rates
from arkit.measures.allowance.settings import check_settings
from arkit.measures.results import SNAPSHOT, By, finish, index_of, names_of
from arkit.messages import Message
from arkit.money import major

if TYPE_CHECKING:
    from arkit.ledger import Ledger

COLUMNS = ("base", "predicted", "lost")
SHORTEST = 12
"""Months that a ledger must hold before the first month-end that is put to the test."""


@dataclass(frozen=True, eq=False)
class ProvisionBacktest:
    """What matrices of past month-ends predicted, and what was lost; amounts in major units.

    Parameters
    ----------
    as_of
        The day up to which losses are known.
    frame
        A row per currency and ``month`` (its last day): ``base``, ``predicted`` (the allowance that the matrix gave
        with what was known then, no scenario), ``lost`` (of that base's documents, written off within ``follow``
        months or up to ``as_of``, less the share that came back), ``followed`` (months), ``complete`` (all of
        ``follow``), ``on_record`` (months for which all ages seen by then had been on record, where rates are those of
        the ledger's own past), ``tested``, ``ratio`` (predicted / lost, where tested).
    buckets
        A row per currency and bucket, over the tested month-ends: ``base, predicted, lost, ratio``.
    pooled
        A row per currency: ``month_ends`` (tested), ``base, predicted, lost, ratio``.
    notes
        What could not be tested, and what to mind.
    """

    as_of: dt.date
    frame: pd.DataFrame
    buckets: pd.DataFrame
    pooled: pd.DataFrame
    notes: tuple[Message, ...]


def provision_backtest(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    method: Method = "loss_rates",
    walk: int = 36,
    by: By = None,
    basis: Basis = "due",
    buckets: Sequence[int] | None = None,
    bills: Bills = "with",
    unit: Unit = "days",
    year_start: int = 1,
    rates: Rates = None,
    months: int | None = None,
    follow: int = 24,
    last_rate: float | None = None,
) -> ProvisionBacktest:
    """Hold what the matrices of past month-ends predicted against what was then lost 坏账准备回测.

    Parameters
    ----------
    walk
        How many month-ends before ``as_of`` are put to the test, as far as the ledger holds a year before them.
    follow
        Months within which losses count, for any method; a month-end with fewer behind it is incomplete.
    ledger, as_of, method, by, basis, buckets, bills, unit, year_start, rates, months, last_rate
        As for :func:`arkit.provision`; the method must have a matrix.

    Returns
    -------
    ProvisionBacktest
        ``frame, buckets, pooled, notes``.

    Raises
    ------
    ArkitError
        For a method without a matrix, or settings that do not belong to it.

    Notes
    -----
    IFRS 9 B5.5.52 asks for methods and assumptions to be reviewed against actual losses. Month-ends overlap (the same
    claim stands in several), so their number overstates how much the test rests on.

    A month-end is tested if its matrix was defined, it is followed to the end, and each age seen by then had been on
    record long enough: for loss rates a year and ``follow`` months (a year of cohorts, as write-offs come once or twice
    a year, each of them followed to the end), for roll rates ``months``. The matrix of a younger ledger can not know
    the losses that it would be held against. Given rates need no past.

    Examples
    --------
    >>> import arkit
    >>> world = arkit.simulate(seed=1, months=30, customers=20)
    >>> found = provision_backtest(world.ledger, as_of="2025-06-30", follow=12).frame
    >>> found[["complete", "tested"]].sum().to_dict()
    {'complete': 7, 'tested': 0}
    """
    limit, names = day(as_of), names_of(by)
    rules, _, way = check_settings(
        limit, method=method, basis=basis, buckets=buckets, bills=bills, unit=unit, year_start=year_start, rates=rates,
        months=months, follow=follow, last_rate=last_rate,
    )  # fmt: skip
    if not way.has_matrix:
        raise ArkitError(Message("method {method} has no matrix that could be tested", method=method))
    history = History.of(ledger, limit, names, rules)
    rows: list[tuple[Any, ...]] = []
    parts: list[tuple[int, str, np.ndarray]] = []
    snapshot = ledger.scope == "snapshot"
    begin = max(history.first + SHORTEST - 1, history.last - walk)
    needed = follow + SHORTEST if method == "loss_rates" else way.months
    for month in range(begin, history.last) if not snapshot else ():
        followed = min(follow, history.last - month)
        base = history.bases.at(month_of(month))
        lost = history.lost(month, month + followed).sum(axis=0) * (1 - history.recovered(history.last))[:, None]
        if way.whole:
            base, lost = base.sum(axis=1, keepdims=True), lost.sum(axis=1, keepdims=True)
        lines = way.lines(history.bases.at(month_of(month)), way.rates(history, month))
        predicted = np.array([[_or_nan(line.allowance) for line in row] for row in lines])
        known = history.on_record(month) if way.method in OWN_PAST else None
        for at, code in enumerate(_currencies(history)):
            mine = [group[0] == code for group in history.groups]
            sums = [table[mine].sum(axis=0) for table in (base, predicted, np.rint(lost))]
            seen = [] if known is None else known[mine][known[mine] >= 0].tolist()
            youngest = min(map(float, seen), default=float("nan"))
            tested = followed == follow and not np.isnan(sums[1]).any() and not youngest < needed
            rows.append(
                (code, pd.Timestamp(month_of(month)), *(float(one.sum()) for one in sums), followed, youngest, tested)
            )
            if tested:
                parts.append((at, code, np.array(sums, dtype=float)))
    frame = _frame([row[:2] for row in rows], ["currency", "month"], [row[2:5] for row in rows])
    followed_months = np.array([row[5] for row in rows], dtype=np.int64)
    frame = frame.assign(
        followed=followed_months,
        complete=followed_months == follow,
        on_record=np.array([row[6] for row in rows], dtype=float),
        tested=np.array([row[7] for row in rows], dtype=bool),
    )
    frame["ratio"] = frame["ratio"].where(frame["tested"])
    labels = ["all"] if way.whole else rules.names[:-1]
    by_bucket, pooled = _pooled(parts, _currencies(history), labels)
    conventions = {
        **rules.conventions, "method": method, "months": way.months, "follow": follow,
        **({"on_record": needed} if method in OWN_PAST else {}),
        "recoveries": "the currency's share of write-offs up to the date", "scenarios": "none",
    }  # fmt: skip
    frame, by_bucket, pooled = (finish(one, as_of=limit, conventions=conventions) for one in (frame, by_bucket, pooled))
    return ProvisionBacktest(limit, frame, by_bucket, pooled, _notes(snapshot, frame, pooled, follow, needed))


def _currencies(history: History) -> list[str]:
    return sorted({group[0] for group in history.groups})


def _or_nan(amount: int | None) -> float:
    return float("nan") if amount is None else float(amount)


def _pooled(
    parts: list[tuple[int, str, np.ndarray]], currencies: list[str], labels: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    keys, rows, whole, counts = [], [], [], []
    for code in currencies:
        mine = [table for _, of, table in parts if of == code]
        table = np.sum(mine, axis=0) if mine else np.full((len(COLUMNS), len(labels)), np.nan)
        keys += [(code, label) for label in labels]
        rows += list(table.T)
        whole.append(table.sum(axis=1))
        counts.append(len(mine))
    by_bucket = _frame(keys, ["currency", "bucket"], rows)
    pooled = _frame([(code,) for code in currencies], ["currency"], whole)
    pooled.insert(0, "month_ends", counts)
    return by_bucket, pooled


def _frame(keys: list[tuple[Any, ...]], names: list[str], rows: list[Any]) -> pd.DataFrame:
    index = index_of(keys, names) if keys else pd.MultiIndex.from_arrays([[]] * len(names), names=names)
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=index, dtype="float64")
    frame = major(frame, frame.index.get_level_values("currency"))
    return frame.assign(ratio=frame["predicted"] / frame["lost"].where(frame["lost"] > 0))


def _notes(snapshot: bool, frame: pd.DataFrame, pooled: pd.DataFrame, follow: int, needed: int) -> tuple[Message, ...]:
    if snapshot:
        return (Message("no past: {reason}", reason=SNAPSHOT),)
    if not len(frame):
        return (Message("the ledger is too young: a matrix needs a year behind it, and months after it"),)
    said = [Message("month-ends overlap: a claim that stood open at several counts at each of them")]
    young = frame["complete"] & (frame["on_record"] < needed)
    if young.any():
        said.append(
            Message(
                "{n} past month-end(s) are shown and not judged: not every age had been on record for {needed} months "
                "by then, so that their matrices could not know the losses that followed",
                n=int(young.groupby(level="month").any().sum()),
                needed=needed,
            )
        )
    if not frame["complete"].any():
        said.append(
            Message(
                "no month-end that could be tested is {follow} months old: what was lost so far is less than what will "
                "be, so nothing is proved yet",
                follow=follow,
            )
        )
    spared = [str(code) for code in pooled.index[pooled["lost"] == 0]]
    if spared:
        said.append(
            Message(
                "nothing of the tested month-ends was lost ({where}): a ratio to it is not defined",
                where=", ".join(spared),
            )
        )
    return tuple(said)
