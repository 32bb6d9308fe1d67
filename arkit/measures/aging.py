"""Ageing: what is receivable at a date, by how late it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from arkit.columns import CREDIT_KINDS
from arkit.errors import ArkitError
from arkit.frames import Frame, collect, day, moment, month_end, month_number, month_of
from arkit.measures.results import By, choose, finish, index_of, names_of
from arkit.money import major

if TYPE_CHECKING:
    from arkit.cube import Cube
    from arkit.ledger import Ledger

Basis = Literal["due", "document"]
Credits = Literal["separate", "by_age"]
Bills = Literal["with", "without"]


def bucket_names(limits: Sequence[int], credits: str = "separate") -> list[str]:
    """Return the columns of an ageing but for the total.

    Examples
    --------
    >>> bucket_names((30, 60))
    ['not_due', 'd1_30', 'd31_60', 'over_60', 'unapplied']
    """
    between = [f"d{low + 1}_{high}" for low, high in zip([0, *limits[:-1]], limits, strict=True)]
    names = ["not_due", *between, f"over_{limits[-1]}"]
    return [*names, "unapplied"] if credits == "separate" else names


def aging(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    by: By = None,
    basis: Basis = "due",
    buckets: Sequence[int] = (30, 60, 90),
    credits: Credits = "separate",
    bills: Bills = "with",
) -> pd.DataFrame:
    """Age the receivables at a date.

    Parameters
    ----------
    ledger
        The ledger; the work is done on its engine.
    as_of
        The date; what happens after it changes nothing.
    by
        Column(s) of documents or customers to group by; text that is not given is the empty text.
    basis
        Days count from the ``due`` date (a document without one: from its own date) or from the ``document`` date.
    buckets
        Upper limits in days, inclusive, ascending; 0 days late is not due.
    credits
        ``separate``: what is open on credit notes, payments and refunds stands in ``unapplied``, by the kind of the
        document. ``by_age``: each ages by its own date, among the rest.
    bills
        Count acceptance bills 承兑汇票 in hand as receivable, or leave them out.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (and the group); columns ``not_due, d1_30, ..., over_90, unapplied, total`` in major
        units. The parts add up to the total, the groups to the whole, to the cent.

    Raises
    ------
    ArkitError
        On an unknown convention or column.
    """
    limit, limits = day(as_of), _limits(buckets)
    _check(basis, credits, bills)
    names = names_of(by)
    rows = ledger.movements(limit, by=names)
    parts = _parts(rows, limit, limits, basis, credits, bills)
    frame = _buckets(parts, ["currency", *names], limits, credits)
    if not names:
        frame = frame.reindex(pd.Index(ledger.currencies, name="currency"), fill_value=0.0)
    return finish(frame, as_of=limit, conventions=_conventions(basis, limits, credits, bills))


def aging_history(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    months: int = 24,
    by: By = None,
    basis: Basis = "due",
    buckets: Sequence[int] = (30, 60, 90),
    credits: Credits = "separate",
    bills: Bills = "with",
) -> pd.DataFrame:
    """Age the receivables at a date and at the month-ends before it.

    Parameters
    ----------
    months
        How many dates: ``as_of`` and the ``months - 1`` month-ends before it.
    ledger, as_of, by, basis, buckets, credits, bills
        As for :func:`aging`.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (, group), ``as_of`` (Timestamp); columns as :func:`aging`. Every row equals what
        ``aging`` gives at that date.
    """
    limit, limits = day(as_of), _limits(buckets)
    _check(basis, credits, bills)
    if months < 1:
        msg = f"months must be 1 or more, got {months}"
        raise ArkitError(msg)
    cube = ledger.cube(names_of(by), basis=basis, bills=bills, until=limit)
    dates = [*(month_end(limit, -back) for back in range(months - 1, 0, -1)), limit]
    frame = positions(cube, dates, limits, credits)
    return finish(frame, as_of=limit, conventions={**_conventions(basis, limits, credits, bills), "months": months})


def positions(cube: Cube, dates: Sequence[dt.date], limits: Sequence[int], credits: str) -> pd.DataFrame:
    """Age a cube at month-ends (the last date may be the one the cube goes up to): as :func:`aging_history`."""
    groups = cube.groups
    keys = cube.frame[groups].drop_duplicates().sort_values(groups, ignore_index=True)
    code = cube.frame[groups].merge(keys.assign(_code=range(len(keys))), how="left", on=groups)["_code"].to_numpy()
    credit = cube.frame["kind"].isin(CREDIT_KINDS).to_numpy()
    minor = cube.frame["minor"].to_numpy()
    columns = bucket_names(limits, credits)
    table = np.zeros((len(keys), len(dates), len(columns)), dtype="int64")
    for at, date in enumerate(dates):
        mask, bucket = cube.buckets_at(date, limits)
        if credits == "separate":
            bucket = np.where(credit[mask], len(limits) + 2, bucket)
        np.add.at(table[:, at, :], (code[mask], bucket), minor[mask])
    index = [(*key, pd.Timestamp(date)) for key in keys.itertuples(index=False, name=None) for date in dates]
    frame = pd.DataFrame(table.reshape(-1, len(columns)), columns=columns, index=index_of(index, [*groups, "as_of"]))
    return _in_major(frame)


def behind(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    column: str,
    where: dict[str, str],
    basis: Basis = "due",
    buckets: Sequence[int] = (30, 60, 90),
    credits: Credits = "separate",
    bills: Bills = "with",
) -> pd.DataFrame:
    """Return the open items behind one cell of an ageing: :meth:`arkit.Ledger.trace`."""
    limit, limits = day(as_of), _limits(buckets)
    _check(basis, credits, bills)
    columns = bucket_names(limits, credits)
    if column not in (*columns, "total"):
        msg = f"column must be one of {', '.join([*columns, 'total'])}; got {column!r}"
        raise ArkitError(msg)
    parts = _parts(ledger.movements(limit, by=tuple(where)), limit, limits, basis, credits, bills)
    for name, value in where.items():
        parts = parts.filter(nw.col(name).cast(nw.String) == value)
    cells = _buckets(parts, ["currency", "document_id"], limits, credits)
    wanted = set(cells.index[cells[column] != 0].get_level_values("document_id"))
    items = ledger.open_items(limit)
    return items[items["document_id"].isin(wanted)].reset_index(drop=True)


def _limits(buckets: Sequence[int]) -> tuple[int, ...]:
    limits = tuple(int(limit) for limit in buckets)
    if not limits or limits[0] < 1 or any(b <= a for a, b in pairwise(limits)):
        msg = f"buckets must be ascending numbers of days such as (30, 60, 90), got {tuple(buckets)!r}"
        raise ArkitError(msg)
    return limits


def _check(basis: str, credits: str, bills: str) -> None:
    choose("basis", basis, Basis)
    choose("credits", credits, Credits)
    choose("bills", bills, Bills)


def _conventions(basis: str, limits: Sequence[int], credits: str, bills: str) -> dict[str, object]:
    return {"basis": basis, "buckets": ", ".join(map(str, limits)), "credits": credits, "bills": bills}


_CREDIT = "unapplied"


def _parts(rows: Frame, as_of: dt.date, limits: Sequence[int], basis: str, credits: str, bills: str) -> Frame:
    """Add what was due at all, and what was due before each cut-off date, as amounts in columns of their own.

    Dates are compared, never subtracted: engines do not agree on what a difference of dates is.
    """
    if bills == "without":
        rows = rows.filter(nw.col("kind") != "bill")
    aged, minor = "due" if basis == "due" else "date", nw.col("minor")
    if credits == "separate":
        unapplied = minor * nw.col("credit")
        rows = rows.with_columns(unapplied.alias(_CREDIT), (minor - unapplied).alias("minor"))
    cut_offs = {days: moment(rows, aged, as_of - dt.timedelta(days=days)) for days in (0, *limits)}
    late = ((minor * (nw.col(aged) < cut_off).cast(nw.Int64)).alias(f"over_{d}") for d, cut_off in cut_offs.items())
    return rows.with_columns(*late)


def _buckets(parts: Frame, keys: list[str], limits: Sequence[int], credits: str) -> pd.DataFrame:
    """Add up by group; what lies between two cut-off dates is what was due before one, less what before the next."""
    apart = [_CREDIT] if credits == "separate" else []
    reached = ["minor", *(f"over_{days}" for days in (0, *limits))]
    sums = collect(parts.group_by(*keys).agg(nw.col(*reached, *apart).sum()).sort(*keys))
    before = sums[reached].to_numpy(dtype="int64")
    between = np.column_stack([before[:, :-1] - before[:, 1:], before[:, -1], sums[apart].to_numpy(dtype="int64")])
    there = np.asarray(between.any(axis=1)) | (len(keys) == 1)
    groups = [sums[key][there] for key in keys]
    index = pd.MultiIndex.from_arrays(groups) if len(keys) > 1 else pd.Index(groups[0])
    return _in_major(pd.DataFrame(between[there], columns=bucket_names(limits, credits), index=index))


def _in_major(minor: pd.DataFrame) -> pd.DataFrame:
    """Return whole minor units, with their total, as major units."""
    minor = minor.assign(total=minor.sum(axis=1))
    return major(minor, minor.index.get_level_values("currency"))


def month_ends(as_of: dt.date, months: int) -> list[dt.date]:
    """Return the last days of the months up to a date; the last is the date itself."""
    last = month_number(as_of)
    return [*(month_of(number) for number in range(last - months + 1, last)), as_of]
