"""Where today's claims will stand a few months ahead, if they go on rolling as they did: a Markov chain 马尔可夫链."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from arkit import formulas
from arkit.buckets import Basis, Bills
from arkit.errors import ArkitError
from arkit.frames import day, month_end
from arkit.measures.ages import Ages, Limits
from arkit.measures.migration import NOTHING_OPEN, Average, roll_rates
from arkit.measures.moves import FATES, amounts
from arkit.measures.results import SNAPSHOT, By, finish, index_of, names_of, note, unavailable
from arkit.messages import Message
from arkit.money import major

if TYPE_CHECKING:
    from arkit.ledger import Ledger

NO_RATE = Message("what is open at one of the ages has no roll rate: {why}", why=NOTHING_OPEN)


def roll_forecast(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    ahead: int = 3,
    months: int = 12,
    step: int | None = None,
    buckets: Limits = (30, 60, 90),
    basis: Basis = "due",
    by: By = None,
    average: Average = "weighted",
    bills: Bills = "with",
    sales: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Roll today's claims forward 迁徙预测 by the average transition matrix 转移矩阵 of a window.

    Every claim of an age is taken to go on as the average claim of that age did, whatever its own past. What an
    acceptance bill carries on stands in the youngest bucket of the next step. Unapplied credit is no part of it.

    Parameters
    ----------
    ledger, as_of, months, step, buckets, basis, by, average, bills
        As for :func:`arkit.roll_rates`, whose amounts make the matrix.
    ahead
        How many steps.
    sales
        New sales in each step, by currency (major units): they stand in the youngest bucket at the step's end. None:
        no new sales, so that what is left is of today's claims alone.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (, group), ``as_of`` (Timestamp; the first is today's position). Major units: the buckets
        and their ``total``; ``sales``, ``paid``, ``credited``, ``written_off``, ``other``: what is expected in the
        step that ends there. The total is the last one and the sales less the rest. NaN with a reason where an age
        has no rate.

    Raises
    ------
    ArkitError
        Of less than one step, or of sales where there are groups.
    """
    limit, ages, names = day(as_of), Ages.of(buckets, basis), names_of(by)
    if ahead < 1 or (sales is not None and names):
        msg = f"ahead must be 1 or more, and sales go with no by=; got ahead {ahead}, by {by!r}"
        raise ArkitError(msg)
    rates = roll_rates(
        ledger, as_of=limit, months=months, step=step, buckets=buckets, basis=basis, by=by, average=average, bills=bills
    )
    conventions = {**rates.attrs["conventions"], "ahead": ahead, "new_sales": "none" if sales is None else "given"}
    columns = [*ages.names, "total", "sales", *FATES[1:]]
    if ledger.scope == "snapshot":
        return unavailable(ledger, columns, SNAPSHOT, as_of=limit, conventions=conventions)
    apart = ages.step if step is None else step
    dates = [limit, *(_later(limit, apart * n) for n in range(1, ahead + 1))]
    groups = ["currency", *names]
    today = _today(ledger, limit, ages, names, basis, bills)
    keys = list(today.index) if names else [(code,) for code in ledger.currencies]
    rows, notes = [], []
    for key in keys:
        key = key if isinstance(key, tuple) else (key,)
        place = key if names else key[0]
        start = today.loc[place].tolist() if place in today.index else [0.0] * len(ages.names)
        matrix = _matrix(rates, key, ages)
        new = float((sales or {}).get(key[0], 0.0))
        rows += _ahead(start, matrix, new, ahead)
        notes += [
            note("total", dict(zip([*groups, "as_of"], (*key, pd.Timestamp(date)), strict=True)), NO_RATE)
            for date, row in zip(dates, rows[-len(dates) :], strict=True)
            if np.isnan(row[len(ages.names)])
        ]
    index = index_of([(*_key(key), pd.Timestamp(date)) for key in keys for date in dates], [*groups, "as_of"])
    frame = pd.DataFrame(rows, columns=columns, index=index, dtype="float64")
    return finish(frame, as_of=limit, conventions=conventions, notes=notes)


def _key(key: Any) -> tuple[Any, ...]:  # noqa: ANN401 (an index's own)
    return key if isinstance(key, tuple) else (key,)


def _later(date: dt.date, months: int) -> dt.date:
    """Return the same day some months later; the last of a month stays the last."""
    end = month_end(date, months)
    return end if date == month_end(date) else end.replace(day=min(date.day, end.day))


def _today(
    ledger: Ledger, limit: dt.date, ages: Ages, names: tuple[str, ...], basis: Basis, bills: Bills
) -> pd.DataFrame:
    """Return what is open of claims today: a row per group, a column per bucket, major units."""
    rows = amounts(ledger.cube(names, basis=basis, bills=bills, until=limit))
    groups = ["currency", *names]
    aged = rows.assign(bucket=ages.at(limit, rows["aged_from"].to_numpy()))
    sums = aged.pivot_table(index=groups, columns="bucket", values="minor", aggfunc="sum", fill_value=0, sort=True)
    sums = sums.reindex(columns=range(len(ages.names)), fill_value=0)
    return major(sums, sums.index.get_level_values("currency"))


def _matrix(rates: pd.DataFrame, key: tuple[Any, ...], ages: Ages) -> list[list[float]]:
    """Return the shares of each bucket: to the buckets, then paid, credited, written off, other."""
    columns = [*(f"to_{name}" for name in ages.names), *FATES]
    wanted = pd.MultiIndex.from_tuples([(*key, name) for name in ages.names])
    # a group that began after the last whole month has no rates
    shares = rates[columns].reindex(wanted).to_numpy(dtype="float64", copy=True)
    size = len(ages.names)
    shares[:, 0] += shares[:, size]  # carried on by a bill: not due before it matures
    return [list(map(float, row)) for row in np.delete(shares, size, axis=1)]


def _ahead(start: list[float], matrix: list[list[float]], new: float, ahead: int) -> list[list[float]]:
    """Return today's position and the ones after it: buckets, total, sales, paid, credited, written off, other."""
    size = len(start)
    rows = [[*start, sum(start), *[0.0] * len(FATES)]]
    for _ in range(ahead):
        went = formulas.roll_forward(rows[-1][:size], matrix)
        there = [went[0] + new, *went[1:size]]
        rows.append([*there, sum(there), new, *went[size:]])
    return rows
