"""The DSO bridge once more: plain, slow and separate, one document after another in exact fractions."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from fractions import Fraction

from aging_reference import disputed
from reference import CREDITS, SALES, Key, Reference, next_month

PARTS = ("terms", "lateness", "disputes", "unapplied")
ORDER = ("start", "calendar", "sales", "mix", "terms", "lateness", "disputes", "unapplied", "write_offs", "end")


class Side:
    """A segment at a date: its sales by month of the period, and what is open by part and month (None: no sale)."""

    def __init__(self) -> None:
        self.sales: dict[int, Fraction] = defaultdict(Fraction)
        self.open: dict[tuple[str, int | None], Fraction] = defaultdict(Fraction)

    def sold(self) -> Fraction:
        return sum(self.sales.values(), Fraction(0))

    def owed(self, part: str) -> Fraction:
        return sum((amount for (name, _), amount in self.open.items() if name == part), Fraction(0))

    def all_owed(self) -> Fraction:
        return sum(self.open.values(), Fraction(0))


class Bridge:
    """The two dates of a bridge.

    Parameters
    ----------
    books
        The ledger.
    since, day
        The dates.
    months, by, bills
        As the library has them.
    """

    def __init__(
        self, books: Reference, since: dt.date, day: dt.date, months: int = 3, by: tuple[str, ...] = (),
        bills: str = "with",
    ) -> None:  # fmt: skip
        self.books, self.months, self.by = books, months, by
        self.since, self.day = since, day
        self.left_out = ("bill",) if bills == "without" else ()
        self.documents = [row for row in books.documents.values() if row["kind"] not in self.left_out]

    def table(self) -> dict[Key, dict[str, Fraction] | None]:
        """Return the terms of each segment; None where its currency has no DSO at one of the dates."""
        old, new = self.side(self.since), self.side(self.day)
        begins = min(row["date"] for row in self.documents)
        short = self.back(self.since, begins) + 1 < self.months
        result: dict[Key, dict[str, Fraction] | None] = {}
        for key in {*old, *new}:
            totals = [
                sum((side.sold() for other, side in sides.items() if other[0] == key[0]), Fraction(0))
                for sides in (old, new)
            ]
            known = not short and min(totals) > 0
            result[key] = self.row(key, old.get(key, Side()), new.get(key, Side()), *totals) if known else None
        return result

    def row(self, key: Key, old: Side, new: Side, total0: Fraction, total1: Fraction) -> dict[str, Fraction]:
        days0, days1 = self.length(self.since), self.length(self.day)
        row = dict.fromkeys(ORDER, Fraction(0))
        row["start"], row["end"] = days0 * old.all_owed() / total0, days1 * new.all_owed() / total1
        if old.sold() == 0 or new.sold() == 0:
            row["mix"] = row["end"] - row["start"]
            return row
        weight0, weight1 = old.sold() / total0, new.sold() / total1
        own0 = days0 * old.all_owed() / old.sold()
        row["mix"] = (weight1 - weight0) * own0
        row["calendar"] = weight1 * (days1 - days0) * own0 / days0
        lost = self.written_off(key)
        row["write_offs"] = -weight1 * days1 * sum(lost.values(), Fraction(0)) / new.sold()
        for part in PARTS:
            pattern = self.pattern(part, old, new)
            more = new.owed(part) / new.sold() - old.owed(part) / old.sold()
            row["sales"] += weight1 * days1 * pattern
            row[part] = weight1 * days1 * (more - pattern + lost.get(part, Fraction(0)) / new.sold())
        return row

    def pattern(self, part: str, old: Side, new: Side) -> Fraction:
        """Return what the months' other shares in the sales make of the share that is open."""
        mean = sum((old.open[part, month] for month in range(self.months)), Fraction(0)) / old.sold()
        moved = Fraction(0)
        for month in range(self.months):
            side = old if old.sales[month] else new
            if side.sales[month]:
                share = side.open[part, month] / side.sales[month]
                moved += (new.sales[month] / new.sold() - old.sales[month] / old.sold()) * (share - mean)
        return moved

    def side(self, day: dt.date) -> dict[Key, Side]:
        sides: dict[Key, Side] = defaultdict(Side)
        for row in self.documents:
            if row["date"] > day:
                continue
            side, back = sides[self.books.group(row, self.by)], self.back(day, row["date"])
            recent = row["kind"] in SALES and back < self.months
            if recent:
                side.sales[back] += Fraction(row["amount"])
            side.open[self.part(row, day), back if recent else None] += Fraction(self.books.open_amount(row, day))
        return sides

    def part(self, row: dict, day: dt.date) -> str:
        if row["kind"] in CREDITS:
            return "unapplied"
        if disputed(self.books, row, day):
            return "disputes"
        return "terms" if self.books.aged_from(row, "due") >= day else "lateness"

    def written_off(self, key: Key) -> dict[str, Fraction]:
        """Return what was written off between the dates, by what it would be still."""
        lost: dict[str, Fraction] = defaultdict(Fraction)
        for row in self.books.applications:
            item = row["item"]
            between = row["kind"] == "write_off" and self.since < row["effective"] <= self.day
            claim = item["kind"] not in (*CREDITS, *self.left_out)
            if between and claim and self.books.group(item, self.by) == key:
                part = "disputes" if disputed(self.books, item, self.since) else "lateness"
                lost[part] += Fraction(row["amount"])
        return lost

    def length(self, day: dt.date) -> int:
        """Return the days of the period that ends with a day."""
        first = day.replace(day=1)
        for _ in range(self.months - 1):
            first = (first - dt.timedelta(days=1)).replace(day=1)
        return (day - first).days + 1

    @staticmethod
    def back(day: dt.date, date: dt.date) -> int:
        """Return how many months before that of a day a date lies."""
        months, first = 0, date.replace(day=1)
        while first < day.replace(day=1):
            months, first = months + 1, next_month(first)
        return months
