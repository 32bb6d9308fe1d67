"""Why DSO moved from one date to the next, by segment: terms that add up to the change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import pandas as pd

from arkit.buckets import Bills
from arkit.columns import CREDIT_KINDS, SALES_KINDS
from arkit.entries import DOCUMENT
from arkit.errors import ArkitError, choose
from arkit.frames import collect, day, moment, month_end, month_number
from arkit.measures.results import NO_SALES, SHORT_HISTORY, SNAPSHOT, By, finish, index_of, names_of, note, unavailable
from arkit.messages import Message
from arkit.standing import disputed

if TYPE_CHECKING:
    from arkit.ledger import Ledger

TERMS = ("calendar", "sales", "mix", "terms", "lateness", "disputes", "unapplied", "write_offs")
COLUMNS = ("start", *TERMS, "end")
PARTS = ("terms", "lateness", "disputes", "unapplied")
"""What is open, in parts: not due, overdue, under dispute, credit not yet applied; each is named for its term."""


@dataclass
class _Side:
    """One segment at one date, in minor units: sales and open claims by month back, and what belongs to no month."""

    sales: dict[int, int] = field(default_factory=dict)
    of_month: dict[tuple[str, int], int] = field(default_factory=dict)
    beside: dict[str, int] = field(default_factory=dict)

    @property
    def sold(self) -> int:
        return sum(self.sales.values())

    def held(self, part: str) -> int:
        """Return what is open of a part."""
        months = sum(minor for (name, _), minor in self.of_month.items() if name == part)
        return months + self.beside.get(part, 0)

    def share(self, part: str, month: int) -> Fraction | None:
        """Return what share of a month's sales is open; None of a month without any."""
        sold = self.sales.get(month, 0)
        return Fraction(self.of_month.get((part, month), 0), sold) if sold else None

    @property
    def open(self) -> int:
        return sum(self.held(part) for part in PARTS)


Key = tuple[Any, ...]
Sides = dict[Key, _Side]


def dso_bridge(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    since: str | dt.date | None = None,
    months: int = 3,
    by: By = None,
    bills: Bills = "with",
) -> pd.DataFrame:
    """Explain the change of the simple DSO between two dates 周转天数变动分解.

    Parameters
    ----------
    ledger
        A full ledger; a snapshot gives NaN and says why.
    as_of, since
        The dates; ``since`` is by default the end of the month before ``as_of``.
    months
        The period of sales, as ``arkit.dso(method="simple")`` takes it.
    by
        Column(s) of documents or customers: the segments.
    bills
        Count acceptance bills in hand as receivable, or not.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (, segment); days of the whole currency's DSO. ``start`` and ``end``, what each segment holds
        of it (they add up to ``arkit.dso``), and the terms between, which add up to ``end - start`` in each row:
        ``calendar``, a longer or shorter period; ``sales``, sales moved between recent and earlier months; ``mix``,
        another share of sales of segments with long DSO, and segments that come or go; ``terms``, more or less is not
        due; ``lateness``, overdue; ``disputes``, under dispute, due or not; ``unapplied``, credit not yet applied;
        ``write_offs``, taken out of the open claims between the dates.

    Raises
    ------
    ArkitError
        ``since`` is not before ``as_of``.

    Notes
    -----
    With shares ``w`` of the segments in sales and their own DSO ``r``: ``mix = (w1 - w0) r0``, so that a row adds up;
    over all segments their distance from the mean is what stays; the rest of a segment is ``w1 (r1 - r0)``. It splits
    as :func:`arkit.formulas.dso_sales_bridge` splits it: ``calendar = (D1 - D0) r0 / D0``; ``sales = D1 sum((v1 - v0)
    (u0 - U0))`` over months, with their shares ``v`` in the segment's sales and what is open of each, ``u``. What is
    left, by what it is at each date, is terms, lateness, disputes and unapplied credit; what was written off between
    the dates would be overdue still (or disputed, where it was) and stands apart. All of it is computed in exact
    fractions of minor units.

    References
    ----------
    Kitagawa (1955) for rate and mix, Gallinger and Ifflander (1986) for sales and collection: :mod:`arkit.formulas`.
    """
    limit = day(as_of)
    first = month_end(limit, -1) if since is None else day(since)
    choose("bills", bills, Bills)
    if first >= limit:
        raise ArkitError(Message("since must be before as_of, got {since} and {as_of}", since=first, as_of=limit))
    conventions = {"since": first.isoformat(), "months": months, "method": "simple", "bills": bills}
    if ledger.scope == "snapshot":
        return unavailable(ledger, COLUMNS, SNAPSHOT, as_of=limit, conventions=conventions)
    names = names_of(by)
    before, after = (_sides(ledger, date, months, names, bills) for date in (first, limit))
    gone = _written_off(ledger, first, limit, names, bills)
    rows: dict[Key, list[float]] = {}
    notes = []
    for code in ledger.currencies:
        sides = [{key[1:]: side for key, side in s.items() if key[0] == code} for s in (before, after)]
        lost = {key[1:]: parts for key, parts in gone.items() if key[0] == code}
        reason = _undefined(ledger, first, months, bills, sides)
        if reason is not None:
            notes.append(note("start", {"currency": code}, reason))
            rows |= {(code, *key): [float("nan")] * len(COLUMNS) for key in sorted(sides[0].keys() | sides[1].keys())}
            continue
        for key, values in _bridge(sides[0], sides[1], lost, _length(first, months), _length(limit, months)).items():
            rows[code, *key] = [float(value) for value in values]
    index = index_of(sorted(rows), ["currency", *names])
    frame = pd.DataFrame([rows[key] for key in sorted(rows)], index=index, columns=list(COLUMNS), dtype="float64")
    return finish(frame, as_of=limit, conventions=conventions, notes=notes)


def _length(date: dt.date, months: int) -> int:
    """Return the days of the months up to a date, its own month to date."""
    return (date - month_end(date, -months)).days


def _undefined(ledger: Ledger, first: dt.date, months: int, bills: str, sides: list[Sides]) -> Message | None:
    begins = ledger.cube(bills=bills).frame["month"].min()  # of the whole ledger, as for the DSO itself
    if pd.isna(begins) or month_number(first) - int(begins) + 1 < months:
        return SHORT_HISTORY
    return None if all(sum(side.sold for side in s.values()) > 0 for s in sides) else NO_SALES


def _bridge(
    before: Sides, after: Sides, lost: Mapping[Key, Mapping[str, int]], days0: int, days1: int
) -> dict[Key, Any]:
    """Return per segment ``start``, the terms and ``end``, exactly."""
    sold0, sold1 = (sum(side.sold for side in s.values()) for s in (before, after))
    result = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key, _Side()), after.get(key, _Side())
        start, end = Fraction(days0 * old.open, sold0), Fraction(days1 * new.open, sold1)
        terms = dict.fromkeys(TERMS, Fraction(0))
        if old.sold > 0 and new.sold > 0:
            w0, w1 = Fraction(old.sold, sold0), Fraction(new.sold, sold1)
            own = _own(old, new, lost.get(key, {}), days0, days1)
            terms |= {name: w1 * value for name, value in own.items()}
            terms["mix"] = (w1 - w0) * Fraction(days0 * old.open, old.sold)
        else:  # a segment that comes or goes has no DSO of its own on one side
            terms["mix"] = end - start
        result[key] = [start, *(terms[name] for name in TERMS), end]
    return result


def _own(old: _Side, new: _Side, lost: Mapping[str, int], days0: int, days1: int) -> dict[str, Fraction]:
    """Return the terms of a segment's own DSO but for the mix."""
    found = dict.fromkeys(TERMS, Fraction(0))
    months = old.sales.keys() | new.sales.keys()
    for part in PARTS:
        held0 = Fraction(old.held(part), old.sold)
        calendar = (days1 - days0) * held0
        spread = Fraction(sum(minor for (name, _), minor in old.of_month.items() if name == part), old.sold)
        moved = Fraction(0)
        for month in months:
            won = Fraction(new.sales.get(month, 0), new.sold) - Fraction(old.sales.get(month, 0), old.sold)
            share = old.share(part, month)
            if share is None:  # as in rate_mix_bridge: a month without sales has the share of the other side
                share = new.share(part, month) or Fraction(0)
            moved += days1 * won * (share - spread)
        gone = Fraction(days1 * lost.get(part, 0), new.sold)
        found["calendar"] += calendar
        found["sales"] += moved
        found["write_offs"] -= gone
        found[part] = days1 * (Fraction(new.held(part), new.sold) - held0) - moved + gone
    return found


def _sides(ledger: Ledger, date: dt.date, months: int, names: tuple[str, ...], bills: str) -> Sides:
    """Return each segment at a date: sales of the period from the cube, what is open from the entries."""
    sides: Sides = {}
    newest = month_number(date)
    cube = ledger.cube(names, bills=bills, until=date)
    frame = cube.frame
    sold = frame[
        (frame["event"] == DOCUMENT) & frame["kind"].isin(SALES_KINDS)
        & frame["month"].between(newest - months + 1, newest)
    ]  # fmt: skip
    sums = sold.groupby([*cube.groups, "month"], sort=False)["minor"].sum().reset_index()
    for *segment, month, minor in sums.itertuples(index=False, name=None):
        sides.setdefault(tuple(segment), _Side()).sales[newest - int(month)] = int(minor)
    for key, part, kind, month, minor in _open(ledger, date, names, bills):
        side = sides.setdefault(key, _Side())
        back = newest - month
        if kind in SALES_KINDS and side.sales.get(back):
            side.of_month[part, back] = side.of_month.get((part, back), 0) + minor
        else:
            side.beside[part] = side.beside.get(part, 0) + minor
    return sides


def _open(ledger: Ledger, date: dt.date, names: tuple[str, ...], bills: str) -> list[tuple[Key, str, str, int, int]]:
    """Return what is open at a date, by segment, part, kind and month of its document."""
    rows = ledger.movements(date, by=names)
    if bills == "without":
        rows = rows.filter(nw.col("kind") != "bill")
    argued = disputed(ledger, date)
    rows = rows.with_columns(
        nw.col("document_id").is_in(argued).alias("disputed"), (nw.col("due") >= moment(rows, date)).alias("current")
    )
    groups = ["currency", *names]
    sums = collect(rows.group_by(*groups, "kind", "document_month", "disputed", "current").agg(nw.col("minor").sum()))
    found = []
    for row in sums.to_dict("records"):
        key = tuple(str(row[name]) for name in groups)
        part = _part(str(row["kind"]), disputed=bool(row["disputed"]), current=bool(row["current"]))
        found.append((key, part, str(row["kind"]), int(row["document_month"]), int(row["minor"])))
    return found


def _part(kind: str, *, disputed: bool, current: bool) -> str:
    if kind in CREDIT_KINDS:
        return "unapplied"
    if disputed:
        return "disputes"
    return "terms" if current else "lateness"


def _written_off(
    ledger: Ledger, first: dt.date, limit: dt.date, names: tuple[str, ...], bills: str
) -> dict[Key, dict[str, int]]:
    """Return what was written off of claims between the dates, by segment and by what it would be part of."""
    rows = ledger.entries(names).filter(
        nw.col("event") == "write_off", nw.col("effective") > moment(ledger.entries(names), first),
        nw.col("effective") <= moment(ledger.entries(names), limit), ~nw.col("kind").is_in(CREDIT_KINDS),
    )  # fmt: skip
    if bills == "without":
        rows = rows.filter(nw.col("kind") != "bill")
    rows = rows.with_columns(nw.col("document_id").is_in(disputed(ledger, first)).alias("disputed"))
    groups = ["currency", *names]
    sums = collect(rows.group_by(*groups, "disputed").agg(nw.col("minor").sum()))
    gone: dict[Key, dict[str, int]] = {}
    for row in sums.to_dict("records"):
        parts = gone.setdefault(tuple(str(row[name]) for name in groups), {})
        parts["disputes" if row["disputed"] else "lateness"] = -int(row["minor"])
    return gone
