"""Where claims of each age went from one date to the next, exactly: the sums that roll rates are made of.

Both ways to count read rows of one shape, that of a cube: a claim's beginning (event ``document``) and what took it
down, each with the month of its claim, its own month and the date from which the claim ages. By amount these are the
cube's rows. By number a document begins in the month at whose end it is open, and ends in the month at whose end it
is not, by the event that took most of it in that month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from arkit.columns import CREDIT_KINDS, PAID_EVENTS
from arkit.entries import DOCUMENT
from arkit.frames import Frame, collect, month_number

if TYPE_CHECKING:
    from arkit.cube import Cube
    from arkit.measures.ages import Ages

Counts = npt.NDArray[np.int64]
FATES = ("improves", "paid", "credited", "written_off", "other")
"""How a claim leaves the ages that it runs through."""
_FATE_OF = {
    **dict.fromkeys(PAID_EVENTS, "paid"),
    "credit_note": "credited",
    "write_off": "written_off",
}
_ENDINGS = ("payment", "bill", "discount", "credit_note", "write_off", "bounced")
"""Events in the order that decides between equals; any other event is the last."""
_TOOK = [f"took_{name}" for name in (*_ENDINGS, "other")]
_NAMED = [nw.col("event") == name for name in _ENDINGS] + [~nw.col("event").is_in([*_ENDINGS, DOCUMENT])]
_BY_EVENT = [nw.when(there).then(nw.col("minor")).otherwise(0).alias(n) for there, n in zip(_NAMED, _TOOK, strict=True)]
_TEXT = nw.col("document_id").cast(nw.String)
"""Few documents are grouped by their text: as categories, those of all documents would be looked through."""


@dataclass(frozen=True)
class Moves:
    """What was open by age at each date, and where it went by the next.

    Parameters
    ----------
    keys
        The groups, each beginning with its currency.
    fates
        int64, by group, step, bucket at its beginning, and where it went: the buckets, then :data:`FATES`. Minor
        units or numbers of documents. Along the last axis they add up to what was open at the beginning.
    position
        int64, by group, date (one more than steps) and bucket: all that was open, new claims included.
    """

    keys: list[tuple[Any, ...]]
    fates: Counts
    position: Counts

    @property
    def opening(self) -> Counts:
        """What was open at the beginning of each step."""
        return self.position[:, :-1, :]

    @property
    def next_position(self) -> Counts:
        """What was open in the next older bucket at the end of each step; the oldest has none.

        The oldest bucket has no upper limit: what had been in it before is no part of what rolled into it.
        """
        size = self.position.shape[2]
        following = self.position[:, 1:, 1:].copy()
        following[:, :, -1] -= self.fates[:, :, size - 1, size - 1]
        return following


def moves(rows: pd.DataFrame, groups: Sequence[str], dates: Sequence[dt.date], ages: Ages, *, bills: str) -> Moves:
    """Follow claims from date to date.

    Parameters
    ----------
    rows
        Claims in the shape of a cube, by amount or by number (:func:`documents`).
    groups
        Columns to group by; the first is ``currency``.
    dates
        Month-ends, ascending.
    ages
        The buckets.
    bills
        ``with``: a claim that an acceptance bill carries on improves; ``without``: it is paid.
    """
    months = np.array([month_number(date) for date in dates])
    rows = rows[rows["month"].to_numpy() <= months[-1]]
    named = rows[[*groups]].drop_duplicates().sort_values([*groups], ignore_index=True)
    keys = list(named.itertuples(index=False, name=None))
    code = rows[[*groups]].merge(named.assign(_code=range(len(named))), how="left", on=[*groups])["_code"].to_numpy()
    # claims of a group that age from the same day share their buckets: a cell
    days = rows["aged_from"].to_numpy()
    first = int(days.min(initial=0))
    span = int(days.max(initial=0)) - first + 1
    cells, cell = np.unique(code * span + days - first, return_inverse=True)
    group, aged = cells // span, cells % span + first
    at = np.searchsorted(months, rows["month"].to_numpy())  # the first date by which a row is in effect
    minor = rows["minor"].to_numpy()
    held = np.zeros((len(cells), len(dates)), dtype="int64")
    np.add.at(held, (cell, at), minor)
    held = held.cumsum(axis=1)
    bucket = np.stack([ages.at(date, aged) for date in dates], axis=1)
    size = len(ages.names)
    position = np.zeros((len(keys), len(dates), size), dtype="int64")
    fates = np.zeros((len(keys), len(dates) - 1, size, size + len(FATES)), dtype="int64")
    for step in range(len(dates)):
        np.add.at(position[:, step], (group, bucket[:, step]), held[:, step])
    for step in range(len(dates) - 1):
        np.add.at(fates[:, step], (group, bucket[:, step], bucket[:, step + 1]), held[:, step])
    event = pd.Categorical(rows["event"])
    fate = np.array([_fate(str(name), bills) for name in event.categories], dtype="int64")[event.codes]
    moved = (at > 0) & (fate >= 0) & (rows["document_month"].to_numpy() <= months[at - 1])
    where, steps, gone = cell[moved], at[moved] - 1, minor[moved]
    start = bucket[where, steps]
    np.add.at(fates, (group[where], steps, start, bucket[where, steps + 1]), gone)
    np.add.at(fates, (group[where], steps, start, size + fate[moved]), -gone)
    return Moves(keys, fates, position)


def _fate(event: str, bills: str) -> int:
    """Return the place of an event in :data:`FATES`; -1 where the claim goes on at its own age."""
    if event == DOCUMENT or (event == "bounced" and bills == "with"):
        return -1  # a bill that bounced is still owed, and has been since it matured
    if event == "bill" and bills == "with":
        return FATES.index("improves")
    names = {"payment": "paid", "discount": "paid", "bill": "paid", "credit_note": "credited"}
    return FATES.index(
        names.get(event, event if event in FATES else "written_off" if event == "write_off" else "other")
    )


def amounts(cube: Cube) -> pd.DataFrame:
    """Return the claims of a cube."""
    return cube.frame[~cube.frame["kind"].isin(CREDIT_KINDS)]


def documents(cube: Cube) -> pd.DataFrame:
    """Return the claims of a cube by number, in its shape; computed once for each cube.

    What is in effect by a month decides its rows up to that month, whatever follows.
    """
    if "documents" not in cube.results:
        cube.results["documents"] = _documents(cube.entries, cube.groups, "due" if cube.basis == "due" else "date")
    rows: pd.DataFrame = cube.results["documents"]
    return rows


def _documents(entries: Frame, groups: list[str], aged: str) -> pd.DataFrame:
    closing = (nw.col("closed_on").dt.year() * 12 + nw.col("closed_on").dt.month()).cast(nw.Int32)
    claims = entries.filter(~nw.col("kind").is_in(CREDIT_KINDS)).with_columns(closing.alias("closing"))
    keys = list(dict.fromkeys((*groups, "event", "document_month", "month", aged)))
    counts = _lived_once(claims, keys)
    # what is taken back, or less than nothing from the beginning, can come to zero more than once
    again = claims.filter((nw.col("event") == DOCUMENT) != (nw.col("minor") > 0)).select("document_id").unique()
    if len(collect(again.head(1))):
        few = claims.join(again, on="document_id", how="inner").with_columns(_TEXT)
        counts += [*_each_time(few, keys), *(once.assign(minor=-once["minor"]) for once in _lived_once(few, keys))]
    sums = pd.concat(counts, ignore_index=True).rename(columns={aged: "aged_from"})
    sums["aged_from"] = sums["aged_from"].to_numpy().astype("datetime64[D]").astype("int64")
    return sums.astype({"minor": "int64", "month": "int64", "document_month": "int64"})


def _lived_once(claims: Frame, keys: list[str]) -> list[pd.DataFrame]:
    """Count beginnings and ends of claims that are open from their own month to that in which they close.

    Most are closed by one event of a month: only where there are several, it is asked which took most.
    """
    own, stays = nw.col("event") == DOCUMENT, nw.col("document_month") < nw.col("closing")
    last = claims.filter(~own, stays, nw.col("month") == nw.col("closing"))
    several = last.filter(nw.col("document_id").is_duplicated()).with_columns(_TEXT)
    one = [name for name in keys if name != "event"]
    sums = several.with_columns(*_BY_EVENT).group_by("document_id", *one).agg(nw.col(*_TOOK).sum())
    return [
        _counted(claims.filter(own, stays), keys, 1),
        _counted(last.filter(~nw.col("document_id").is_duplicated()), keys, -1),
        _counted(_with_event(sums), keys, -1),
    ]


def _each_time(claims: Frame, keys: list[str]) -> list[pd.DataFrame]:
    """Count beginnings and ends of claims from their balance at each month's end."""
    one = ["document_id", *(name for name in keys if name not in ("event", "document_month", "month"))]
    months = claims.with_columns(*_BY_EVENT).group_by(*one, "month").agg(nw.col("minor", *_TOOK).sum())
    months = months.with_columns(nw.col("minor", *_TOOK).cast(nw.Int64))
    running = months.with_columns(nw.col("minor").cum_sum().over("document_id", order_by="month").alias("open"))
    running = running.with_columns((nw.col("open") - nw.col("minor")).alias("was"))
    begins = (nw.col("was") == 0) & (nw.col("open") != 0)
    begun = nw.when(begins).then(nw.col("month")).otherwise(0).alias("document_month")
    running = running.with_columns(begun).with_columns(
        nw.col("document_month").cum_max().over("document_id", order_by="month")
    )
    began = running.filter(begins).with_columns(nw.lit(DOCUMENT).alias("event"))
    ended = running.filter((nw.col("was") != 0) & (nw.col("open") == 0))
    return [_counted(began, keys, 1), _counted(_with_event(ended), keys, -1)]


def _with_event(sums: Frame) -> Frame:
    """Name the event that took most; of equals, the first of :data:`_ENDINGS`."""
    size = {name: nw.col(f"took_{name}").abs() for name in (*_ENDINGS, "other")}
    most, event = nw.max_horizontal(*size.values()), nw.lit("other")
    for name in reversed(_ENDINGS):
        event = nw.when(size[name] == most).then(nw.lit(name)).otherwise(event)
    return sums.with_columns(event.alias("event"))


def _counted(rows: Frame, keys: list[str], sign: int) -> pd.DataFrame:
    return collect(rows.with_columns(nw.lit(sign, nw.Int64).alias("minor")).group_by(*keys).agg(nw.col("minor").sum()))
