"""Vintages: the sales of each month followed by their age, so that growing sales do not hide a slower payment.

Invoices and debit notes make a month's sales; age 0 is the month of the invoice itself. An acceptance bill settles
the invoice, as in :func:`arkit.payment_days`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from arkit import formulas
from arkit.columns import PAID_EVENTS, SALES_KINDS
from arkit.entries import DOCUMENT
from arkit.errors import ArkitError, choose
from arkit.frames import day, month_end, month_number, month_of
from arkit.measures.results import NO_SALES, SNAPSHOT, By, finish, index_of, names_of, note, unavailable
from arkit.messages import Message
from arkit.money import major

if TYPE_CHECKING:
    from arkit.ledger import Ledger

What = Literal["uncollected", "collected", "credited", "written_off"]
NOT_YET = Message("this age lies after the last whole month: not yet observed")
NOTHING_COLLECTED = Message("no month's sales were followed that far, or nothing of them had come by then")


def vintages(
    ledger: Ledger, *, as_of: str | dt.date, months: int = 24, by: By = None, what: What = "uncollected"
) -> pd.DataFrame:
    """Follow each month's sales by age 同期群回款分析: what share of them is still uncollected, or has been collected.

    Parameters
    ----------
    ledger
        A full ledger; a snapshot gives NaN and says why.
    as_of
        The last day; only whole months are looked at, so the last one ends by then.
    months
        How many months of sales, and how many ages.
    by
        Column(s) of documents or customers to group by.
    what
        ``uncollected``: what is still open; ``collected``: what was paid, with bills and discounts; ``credited`` by
        credit notes; ``written_off``. Apart from rare other settlements the four add up to 1.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (, group), ``month`` of the sales (its last day, Timestamp), from the first that has any;
        ``invoiced`` (major units), and the share (0-1) of it at the end of the month itself (``m0``), a month later
        (``m1``), ... NaN where not yet observed, and where the month had no sales.

    Raises
    ------
    ArkitError
        On an unknown convention or column.
    """
    limit, conventions = _conventions(as_of, months, what)
    columns = ["invoiced", *_ages(months)]
    if ledger.scope == "snapshot":
        return unavailable(ledger, columns, SNAPSHOT, as_of=limit, conventions=conventions)
    found = _Triangle.of(ledger, limit, months, by, what)
    invoiced = found.invoiced[:, None].astype("float64")
    shares = np.divide(found.amounts, invoiced, out=np.full(found.amounts.shape, np.nan), where=invoiced > 0)
    frame = pd.DataFrame(shares, columns=_ages(months), index=found.index)
    frame.insert(0, "invoiced", major(pd.Series(found.invoiced, index=found.index), found.index.get_level_values(0)))
    notes = [note("m0", found.where(row), NO_SALES) for row in np.flatnonzero(found.invoiced <= 0).tolist()]
    notes += found.not_yet()
    return finish(frame, as_of=limit, conventions=conventions, notes=notes)


def collection_triangle(
    ledger: Ledger, *, as_of: str | dt.date, months: int = 24, by: By = None, what: What = "collected"
) -> pd.DataFrame:
    """Return the amounts under :func:`vintages`: the collection triangle 回款三角形, cumulative, in major units.

    Parameters
    ----------
    ledger, as_of, months, by, what
        As for :func:`vintages`.

    Returns
    -------
    pandas.DataFrame
        Index and columns as :func:`vintages`; NaN where not yet observed.
    """
    limit, conventions = _conventions(as_of, months, what)
    columns = ["invoiced", *_ages(months)]
    if ledger.scope == "snapshot":
        return unavailable(ledger, columns, SNAPSHOT, as_of=limit, conventions=conventions)
    found = _Triangle.of(ledger, limit, months, by, what)
    minor = np.column_stack([found.invoiced.astype("float64"), found.amounts])
    frame = major(pd.DataFrame(minor, columns=columns, index=found.index), found.index.get_level_values(0))
    return finish(frame, as_of=limit, conventions=conventions, notes=found.not_yet())


def completion_factors(ledger: Ledger, *, as_of: str | dt.date, months: int = 24, by: By = None) -> pd.DataFrame:
    """Return by what a month's collections grow from age to age: the completion factors of the triangle 完成因子.

    Parameters
    ----------
    ledger, as_of, months, by
        As for :func:`vintages`.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (, group), ``age`` (months); ``months`` of sales that were followed that far, ``share`` of
        their sales that had been collected by then (0-1), ``factor`` from this age to the next (chain-ladder,
        weighted by amount), ``to_end``: from this age to the last one observed. NaN with a reason where there is none.
    """
    limit, conventions = _conventions(as_of, months, "collected")
    columns = ("months", "share", "factor", "to_end")
    if ledger.scope == "snapshot":
        return unavailable(ledger, columns, SNAPSHOT, as_of=limit, conventions=conventions)
    found = _Triangle.of(ledger, limit, months, by, "collected")
    keys, rows = [], []
    for key, at in found.groups().items():
        amounts, invoiced = found.amounts[at], found.invoiced[at]
        seen = ~np.isnan(amounts)
        last = int(seen.any(axis=0).sum())
        factors = formulas.age_to_age(amounts[:, :last].tolist())
        growth = formulas.to_end(factors)
        for age in range(last):
            base = float(invoiced[seen[:, age]].sum())
            share = float(np.nansum(amounts[:, age])) / base if base > 0 else float("nan")
            factor = factors[age] if age < last - 1 else float("nan")
            keys.append((*key, age))
            rows.append((float(seen[:, age].sum()), share, factor, growth[age]))
    names = [*found.names[:-1], "age"]
    frame = pd.DataFrame(rows, columns=list(columns), index=index_of(keys, names), dtype="float64")
    notes = [
        note("factor", dict(zip(names, key, strict=True)), NOTHING_COLLECTED)
        for key in frame.index[frame["factor"].isna()]
    ]
    return finish(frame, as_of=limit, conventions=conventions, notes=notes)


def _ages(months: int) -> list[str]:
    return [f"m{age}" for age in range(months)]


def _conventions(as_of: str | dt.date, months: int, what: What) -> tuple[dt.date, dict[str, object]]:
    """Check the arguments; return the date and what an output has to name."""
    limit = day(as_of)
    choose("what", what, What)
    if months < 1:
        msg = f"months must be 1 or more, got {months}"
        raise ArkitError(msg)
    last = limit if limit == month_end(limit) else month_end(limit, -1)
    paid_by = ", ".join(PAID_EVENTS)
    return limit, {"months": months, "last_month": last.isoformat(), "what": what, "paid_by": paid_by}


@dataclass(frozen=True)
class _Triangle:
    """Sales by month and what became of them by age: cumulative minor units, NaN where not yet observed."""

    names: list[str]
    index: pd.Index
    invoiced: np.ndarray
    amounts: np.ndarray

    @classmethod
    def of(cls, ledger: Ledger, limit: dt.date, months: int, by: By, what: What) -> _Triangle:
        """Sum a ledger up to its last whole month."""
        cube = ledger.cube(names_of(by))
        last = month_number(limit) if limit == month_end(limit) else month_number(limit) - 1
        rows = cube.frame[cube.frame["kind"].isin(SALES_KINDS) & (cube.frame["month"] <= last)]
        rows = rows[rows["document_month"] > last - months]
        own, event = rows["event"] == DOCUMENT, rows["event"]
        taken = {
            "uncollected": rows["minor"],
            "collected": -rows["minor"].where(event.isin(PAID_EVENTS), 0),
            "credited": -rows["minor"].where(event == "credit_note", 0),
            "written_off": -rows["minor"].where(event == "write_off", 0),
        }[what]
        groups = list(cube.groups)
        firsts = rows.groupby(groups, sort=True)["document_month"].min()
        keys = [(*_key(key), month) for key, first in firsts.items() for month in range(int(first), last + 1)]
        names = [*cube.groups, "month"]
        index = index_of([(*key[:-1], pd.Timestamp(month_of(key[-1]))) for key in keys], names)
        places = pd.Series(range(len(keys)), index=index_of(keys, names), dtype="int64")
        at = places.reindex(pd.MultiIndex.from_frame(rows[[*cube.groups, "document_month"]])).to_numpy()
        age = (rows["month"] - rows["document_month"]).to_numpy()
        table, invoiced = np.zeros((len(keys), months), dtype="int64"), np.zeros(len(keys), dtype="int64")
        np.add.at(table, (at, age), taken.to_numpy())
        np.add.at(invoiced, at, rows["minor"].where(own, 0).to_numpy())
        seen = last - np.array([key[-1] for key in keys], dtype="int64")
        unseen = np.arange(months)[None, :] > seen[:, None]
        return cls(names, index, invoiced, np.where(unseen, np.nan, table.cumsum(axis=1)))

    def where(self, row: int) -> dict[str, Any]:
        """Return the key of a row, by name."""
        return dict(zip(self.names, self.index[row], strict=True))

    def not_yet(self) -> list[dict[str, Any]]:
        """Return from which age on each month is not observed yet."""
        unseen = np.isnan(self.amounts)
        return [
            note(f"m{unseen[row].argmax()}", self.where(row), NOT_YET) for row in np.flatnonzero(unseen[:, -1]).tolist()
        ]

    def groups(self) -> dict[tuple[Any, ...], np.ndarray]:
        """Return the rows of each group."""
        found: dict[tuple[Any, ...], list[int]] = {}
        for place, key in enumerate(self.index):
            found.setdefault(key[:-1], []).append(place)
        return {key: np.array(places) for key, places in found.items()}


def _key(key: Any) -> tuple[Any, ...]:  # noqa: ANN401 (an index's own)
    return key if isinstance(key, tuple) else (key,)
