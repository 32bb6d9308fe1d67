"""What moved the receivables, month by month: sales, credit notes, cash, write-offs, recoveries."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arkit.columns import CREDIT_KINDS, SALES_KINDS
from arkit.entries import DOCUMENT
from arkit.frames import day, month_ends, month_number
from arkit.measures.results import SNAPSHOT, By, finish, index_of, names_of, note
from arkit.money import major

if TYPE_CHECKING:
    from arkit.cube import Cube
    from arkit.ledger import Ledger

COLUMNS = ("credit_sales", "tax", "credit_notes", "cash", "bills", "discounts", "write_offs", "recoveries")


def flows(ledger: Ledger, *, as_of: str | dt.date, months: int = 24, by: By = None) -> pd.DataFrame:
    """Return what moved the receivables in each month 应收账款增减变动.

    Parameters
    ----------
    ledger
        A full ledger; a snapshot gives NaN and says why.
    as_of
        The last day; its month is the month to date.
    months
        How many months, the last included.
    by
        Column(s) of documents or customers to group by.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (, group), ``month`` (its last day; ``as_of`` for the last); columns ``credit_sales``
        (invoices and debit notes, with tax), ``tax`` within them, ``credit_notes``, ``cash`` (payments received),
        ``bills`` received, ``discounts``, ``write_offs``, ``recoveries``: major units, positive in their usual sense.
        By a column in which a payment differs from what it settles, its cash moves to the group of the item when it is
        applied, as the receivables of both do: out of a group that only took it in, it is negative.
    """
    limit = day(as_of)
    cube = ledger.cube(names_of(by), until=limit)
    table = monthly(cube, limit)
    last = month_number(limit)
    table = table.loc[table.index.get_level_values("month") > last - months, list(COLUMNS)]
    ends = dict(zip(range(last - months + 1, last + 1), month_ends(limit, months), strict=True))
    dated = [(*key[:-1], pd.Timestamp(ends[key[-1]])) for key in table.index]
    table.index = index_of(dated, [*cube.groups, "month"])
    notes = []
    if ledger.scope == "snapshot":
        table.loc[:] = np.nan
        notes = [note("credit_sales", {"currency": code}, SNAPSHOT) for code in ledger.currencies]
    return finish(table, as_of=limit, conventions={"months": months, "credit_sales": "with tax"}, notes=notes)


def monthly(cube: Cube, as_of: dt.date) -> pd.DataFrame:
    """Return the flows of every month of a cube, and the position at its end; computed once for each cube.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (, group), ``month`` (running number) without gaps from the ledger's first month; columns
        those of :func:`flows`, ``receivables`` and ``not_due`` (without unapplied credit), major units.
    """
    if "monthly" not in cube.results:
        cube.results["monthly"] = _monthly(cube, as_of)
    table: pd.DataFrame = cube.results["monthly"]
    return table


def _monthly(cube: Cube, as_of: dt.date) -> pd.DataFrame:
    frame = cube.frame
    event, kind, minor = frame["event"], frame["kind"], frame["minor"]
    own = event == DOCUMENT
    claim = ~kind.isin([*CREDIT_KINDS, "adjustment"])
    sale = own & kind.isin(SALES_KINDS)
    # A payment document and its applications cancel out, so this is all cash, with a document of its own or without.
    paid = (own & (kind == "payment")) | (event == "payment")
    parts = {
        "credit_sales": minor.where(sale, 0),
        "tax": frame["tax"].where(sale, 0),
        "credit_notes": -minor.where(own & (kind == "credit_note"), 0),
        "cash": -minor.where(paid, 0),
        "bills": minor.where(own & (kind == "bill"), 0),
        "discounts": -minor.where((event == "discount") & claim, 0),
        "write_offs": -minor.where((event == "write_off") & claim, 0),
        "recoveries": minor.where(own & (kind == "recovery"), 0),
        "receivables": minor,
    }
    moved = frame[[*cube.groups, "month"]].assign(**parts).groupby([*cube.groups, "month"], sort=True).sum()
    months = range(int(frame["month"].min()), month_number(as_of) + 1) if len(frame) else range(0)
    groups = list(frame[cube.groups].drop_duplicates().sort_values(cube.groups).itertuples(index=False, name=None))
    index = index_of([(*group, month) for group in groups for month in months], [*cube.groups, "month"])
    table = moved.reindex(index, fill_value=0)
    shape = (len(groups), len(months))
    running = table["receivables"].to_numpy().reshape(shape).cumsum(axis=1).ravel()
    table = table.assign(receivables=running, not_due=_not_due(cube, groups, months, as_of))
    return major(table, table.index.get_level_values("currency"))


def _not_due(cube: Cube, groups: list[tuple[object, ...]], months: range, as_of: dt.date) -> np.ndarray:
    """Return what is not due at each month's end, as int64 minor units.

    A movement is part of it from its month until the month in which its document falls due: a difference array
    over months finds all month-ends in one pass.
    """
    if not len(months):
        return np.zeros(0, dtype="int64")
    frame = cube.frame[~cube.frame["kind"].isin(CREDIT_KINDS)]
    codes = pd.Series(range(len(groups)), index=index_of(groups, cube.groups))
    keys = pd.MultiIndex.from_frame(frame[cube.groups]) if len(cube.groups) > 1 else frame["currency"]
    group = codes.reindex(keys).to_numpy() if len(frame) else np.zeros(0, dtype="int64")
    ends = np.array(month_ends(as_of, len(months)), dtype="datetime64[D]").astype("int64")
    starts = frame["month"].to_numpy() - months[0]
    stops = np.searchsorted(ends, frame["aged_from"].to_numpy(), side="right")  # the first end it is late at
    table = np.zeros((len(groups), len(months) + 1), dtype="int64")
    alive = stops > starts
    np.add.at(table, (group[alive], starts[alive]), frame["minor"].to_numpy()[alive])
    np.add.at(table, (group[alive], stops[alive]), -frame["minor"].to_numpy()[alive])
    return table.cumsum(axis=1)[:, :-1].ravel()
