"""Ageing: what is receivable at a date, by how late it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arkit.buckets import Basis, Bills, Buckets, Credits, Unit, limits_of, with_total
from arkit.columns import CREDIT_KINDS
from arkit.errors import ArkitError
from arkit.frames import Frame, day, month_ends, month_number
from arkit.measures.results import By, finish, names_of
from arkit.standing import Standing, set_apart

if TYPE_CHECKING:
    from arkit.cube import Cube
    from arkit.ledger import Ledger


def aging(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    by: By = None,
    basis: Basis = "due",
    buckets: Sequence[int] | None = None,
    credits: Credits = "separate",
    bills: Bills = "with",
    unit: Unit = "days",
    year_start: int = 1,
    apart: Sequence[Standing] = (),
) -> pd.DataFrame:
    """Age the receivables at a date 账龄分析.

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
        Upper limits, inclusive, ascending: unless given 30, 60, 90 days, or 1, 2, 3 years. 0 days late is not due.
    credits
        ``separate``: what is open on credit notes, payments and refunds stands in ``unapplied``, by the kind of the
        document. ``by_age``: each ages by its own date, among the rest.
    bills
        Count acceptance bills 承兑汇票 in hand as receivable, or leave them out.
    unit, year_start
        What the limits count: ``days``; ``years`` by anniversary, as Chinese books do (1年以内, 1–2年, ...); or
        ``fiscal_years``, the accounting periods crossed, which begin with the month ``year_start``.
    apart
        Claims that stand in a column of their own, between ``unapplied`` and ``total``, and not in their bucket:
        ``disputed`` (a dispute is open), ``promised`` (a promise about the document has not fallen due); a claim that
        is both stands in the first that is named.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (and the group); columns ``not_due, d1_30, ..., over_90, unapplied, total`` (in years
        ``y0_1, y1_2, ..., over_3y``) in major units. The parts add up to the total, the groups to the whole, to the
        cent.

    Raises
    ------
    ArkitError
        On an unknown convention or column.
    """
    limit, rules, names = (
        day(as_of),
        Buckets(limits_of(buckets, unit), basis, credits, bills, unit, year_start),
        names_of(by),
    )
    keys = ["currency", *names]
    reads = [*rules.reads, *keys, *(["document_id", "kind"] if apart else [])]
    rows = ledger.movements(limit, by=names, columns=list(dict.fromkeys(reads)))
    frame = rules.sort(rows, limit, keys)
    if apart:
        frame = _set_apart(frame, rows, ledger, rules, limit, keys, apart)
    if not names:
        frame = frame.reindex(pd.Index(ledger.currencies, name="currency"), fill_value=0.0)
    conventions = {**rules.conventions, **({"apart": ", ".join(apart)} if apart else {})}
    return finish(frame, as_of=limit, conventions=conventions)


def _set_apart(
    whole: pd.DataFrame, rows: Frame, ledger: Ledger, rules: Buckets, limit: dt.date, keys: list[str],
    apart: Sequence[Standing],
) -> pd.DataFrame:  # fmt: skip
    """Take claims that stand apart out of their buckets; each part is added up in whole minor units."""
    taken, rest = set_apart(rows, ledger, limit, apart)
    found = [rules.sort(part, limit, keys)["total"].rename(name) for name, part in taken.items()]
    parts = [rules.sort(rest, limit, keys)[rules.names], *found]
    return pd.concat([*parts, whole["total"]], axis=1).fillna(0.0).sort_index()


def aging_history(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    months: int = 24,
    by: By = None,
    basis: Basis = "due",
    buckets: Sequence[int] | None = None,
    credits: Credits = "separate",
    bills: Bills = "with",
    unit: Unit = "days",
    year_start: int = 1,
) -> pd.DataFrame:
    """Age the receivables at a date and at the month-ends before it 账龄走势.

    Parameters
    ----------
    months
        How many dates: ``as_of`` and the ``months - 1`` month-ends before it.
    ledger, as_of, by, basis, buckets, credits, bills, unit, year_start
        As for :func:`aging`.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (, group), ``as_of`` (Timestamp); columns as :func:`aging`. Every row equals what
        ``aging`` gives at that date.
    """
    limit, rules = day(as_of), Buckets(limits_of(buckets, unit), basis, credits, bills, unit, year_start)
    if months < 1:
        msg = f"months must be 1 or more, got {months}"
        raise ArkitError(msg)
    cube = ledger.cube(names_of(by), basis=basis, bills=bills, until=limit)
    dates = month_ends(limit, months)
    frame = positions(cube, dates, rules)
    if not cube.by:  # a currency that has no documents yet has nothing open
        index = pd.MultiIndex.from_product([ledger.currencies, map(pd.Timestamp, dates)], names=["currency", "as_of"])
        frame = frame.reindex(index, fill_value=0.0)
    return finish(frame, as_of=limit, conventions={**rules.conventions, "months": months})


def positions(cube: Cube, dates: Sequence[dt.date], rules: Buckets) -> pd.DataFrame:
    """Age a cube at month-ends (the last date may be the one the cube goes up to): as :func:`aging_history`."""
    groups = cube.groups
    keys = cube.frame[groups].drop_duplicates().sort_values(groups, ignore_index=True)
    code = cube.frame[groups].merge(keys.assign(_code=range(len(keys))), how="left", on=groups)["_code"].to_numpy()
    credit = cube.frame["kind"].isin(CREDIT_KINDS).to_numpy()
    minor = cube.frame["minor"].to_numpy()
    table = np.zeros((len(keys), len(dates), len(rules.names)), dtype="int64")
    for at, date in enumerate(dates):
        mask = cube.frame["month"].to_numpy() <= month_number(date)
        bucket = rules.at(date, cube.frame["aged_from"].to_numpy()[mask])
        if rules.credits == "separate":
            bucket = np.where(credit[mask], len(rules.limits) + 2, bucket)
        np.add.at(table[:, at, :], (code[mask], bucket), minor[mask])
    rows = [(*key, pd.Timestamp(date)) for key in keys.itertuples(index=False, name=None) for date in dates]
    index = pd.MultiIndex.from_tuples(rows, names=[*groups, "as_of"])
    return with_total(pd.DataFrame(table.reshape(-1, len(rules.names)), columns=rules.names, index=index))
