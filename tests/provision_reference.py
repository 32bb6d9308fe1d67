"""The allowance once more: plain, slow and separate, document by document in exact fractions."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

from reference import CREDITS, Key, Reference, bucket_of

UNITS = {"JPY": 0, "KWD": 3}
Cells = dict[tuple[Key, str], Fraction]


def ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """The month-ends from one day to another."""
    found, day = [], last
    while day >= first:
        start = day.replace(day=1)
        found.append(day)
        day = start - dt.timedelta(days=1)
    return found[::-1]


def month_end(day: dt.date) -> bool:
    return (day + dt.timedelta(days=1)).day == 1


def half_up(value: Fraction, places: int) -> Fraction:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return Fraction(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


class Allowance:
    """A ledger's matrix as an auditor with a pencil makes it.

    Parameters
    ----------
    books
        The ledger.
    day
        The last day that is looked at.
    by, buckets, basis, bills
        As the library has them.
    """

    def __init__(
        self, books: Reference, day: dt.date, by: Key = (), buckets: tuple[int, ...] = (30, 90), basis: str = "due",
        bills: str = "with",
    ) -> None:  # fmt: skip
        self.books, self.day, self.by, self.buckets, self.basis = books, day, by, buckets, basis
        self.left_out = ("bill",) if bills == "without" else ()
        self.names = ["not_due", *(bucket_of(high, buckets) for high in buckets), f"over_{buckets[-1]}"]
        self.known = [
            row for row in books.documents.values() if row["date"] <= day and row["kind"] not in self.left_out
        ]
        self.groups = sorted({books.group(row, by) for row in self.known})
        first = min(row["date"] for row in self.known)
        self.ends = [end for end in ends(first, day) if month_end(end)]

    def bucket(self, document: dict, day: dt.date) -> str:
        return bucket_of((day - self.books.aged_from(document, self.basis)).days, self.buckets)

    def base(self, day: dt.date) -> Cells:
        """What customers owe after their credits, which take the oldest claims first."""
        claims: dict[tuple, dict[tuple, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        credit: dict[tuple, Fraction] = defaultdict(Fraction)
        for document, left in self.books.open_items(day):
            who = (document["currency"], document["customer_id"])
            if document["kind"] in CREDITS:
                credit[who] -= Fraction(left)
            elif document["kind"] not in self.left_out:
                place = (self.books.aged_from(document, self.basis), self.books.group(document, self.by))
                claims[who][place] += Fraction(left)
        table: Cells = defaultdict(Fraction)
        for who, cells in claims.items():
            rest = credit[who] - sum(amount for amount in cells.values() if amount < 0)
            for (aged, group), amount in sorted(cells.items()):
                if amount <= 0:
                    continue
                taken = min(max(rest, Fraction(0)), amount)
                rest -= taken
                table[group, bucket_of((day - aged).days, self.buckets)] += amount - taken
        return table

    def written_off(self, after: dt.date, until: dt.date, there: dt.date | None = None) -> Cells:
        """What was written off in a time, of documents there were at a day, by their bucket then."""
        table: Cells = defaultdict(Fraction)
        for row in self.books.applications:
            item = row["item"]
            if row["kind"] != "write_off" or item["kind"] in (*CREDITS, *self.left_out, "adjustment"):
                continue
            if after < row["effective"] <= until and item["date"] <= (there or until):
                amount = -row["amount"] if item["amount"] < 0 else row["amount"]
                table[self.books.group(item, self.by), self.bucket(item, there or until)] += Fraction(amount)
        return table

    def came_back(self, after: dt.date, until: dt.date) -> dict[Key, Fraction]:
        back: dict[Key, Fraction] = defaultdict(Fraction)
        for row in self.known:
            if row["kind"] == "recovery" and after < row["date"] <= until:
                back[self.books.group(row, self.by)] += Fraction(row["amount"])
        return back

    def kept(self, currency: str, until: dt.date) -> Fraction:
        """The share of write-offs that did not come back."""
        lost = sum(v for (g, _), v in self.written_off(dt.date.min, until).items() if g[0] == currency)
        back = sum(v for g, v in self.came_back(dt.date.min, until).items() if g[0] == currency)
        return 1 - min(max(back / lost, Fraction(0)), Fraction(1)) if lost > 0 else Fraction(1)

    def loss_rates(self, known: dt.date, months: int, follow: int) -> dict[tuple[Key, str], Fraction | None]:
        past = [end for end in self.ends if end <= known]
        cohorts = past[:-1][-months:]
        held: dict[tuple, Fraction] = defaultdict(Fraction)
        before: dict[tuple, Fraction] = defaultdict(Fraction)
        lost: dict[tuple, Fraction] = defaultdict(Fraction)
        for cohort in cohorts:
            later, base = [end for end in past if end >= cohort], self.base(cohort)
            for lag in range(1, min(follow, len(later) - 1) + 1):
                for cell, amount in base.items():
                    held[cell, lag] += amount
                for cell, amount in self.written_off(later[lag - 1], later[lag], cohort).items():
                    lost[cell, lag] += amount
                for cell, amount in self.written_off(cohort, later[lag - 1], cohort).items():
                    before[cell, lag] += amount

        def rate(groups: list[Key], name: str) -> Fraction | None:
            kept = Fraction(1)
            for lag in range(1, follow + 1):
                out = sum((held[(g, name), lag] for g in groups), Fraction(0))
                if lag == 1 and not out:
                    return None
                gone = sum((lost[(g, name), lag] for g in groups), Fraction(0))
                left = out - sum((before[(g, name), lag] for g in groups), Fraction(0))
                kept *= 1 - (min(max(gone / left, Fraction(0)), Fraction(1)) if left > 0 else 0)
            return 1 - kept

        return self._net(rate, known)

    def _net(self, rate, known: dt.date) -> dict[tuple[Key, str], Fraction | None]:
        found = {}
        for group in self.groups:
            peers = [g for g in self.groups if g[0] == group[0]]
            kept = self.kept(group[0], known)
            for name in self.names:
                own = rate([group], name)
                value = rate(peers, name) if own is None else own
                found[group, name] = None if value is None else min(max(value * kept, Fraction(0)), Fraction(1))
        return found

    def roll_rates(self, known: dt.date, months: int) -> dict[tuple[Key, str], Fraction | None]:
        past = [end for end in self.ends if end <= known]
        sums: dict[tuple, Fraction] = defaultdict(Fraction)
        order = {name: place for place, name in enumerate(self.names)}
        for start, end in list(pairwise(past))[-months:]:
            for document in self.known:
                if document["kind"] in CREDITS or document["date"] > start:
                    continue
                group, before, after = (
                    self.books.group(document, self.by),
                    *(self.bucket(document, d) for d in (start, end)),
                )
                left = Fraction(self.books.open_amount(document, end))
                sums[group, before, "opened"] += Fraction(self.books.open_amount(document, start))
                if after == before:
                    sums[group, before, "stayed"] += left
                elif order[after] > order[before]:
                    sums[group, before, "rolled"] += left
            for (group, name), amount in self.written_off(start, end, start).items():
                sums[group, name, "lost"] += amount

        def shares(group: Key, name: str) -> tuple[Fraction, Fraction] | None:
            peers = [g for g in self.groups if g[0] == group[0]]
            if sums[group, name, "opened"] - sums[group, name, "stayed"] > 0:
                peers = [group]
            total = {what: sum(sums[g, name, what] for g in peers) for what in ("opened", "stayed", "rolled", "lost")}
            left = total["opened"] - total["stayed"]
            if left <= 0:
                return None
            roll = min(max(total["rolled"] / left, Fraction(0)), Fraction(1))
            return roll, min(min(max(total["lost"] / left, Fraction(0)), Fraction(1)), 1 - roll)

        found: dict[tuple[Key, str], Fraction | None] = {}
        for group in self.groups:
            kept = self.kept(group[0], known)
            worse: Fraction | None = Fraction(0)
            for name in reversed(self.names):
                pair = shares(group, name)
                roll = pair[0] if pair is not None and name != self.names[-1] else Fraction(0)
                if pair is None or (roll > 0 and worse is None):
                    worse = None  # it left nothing, or rolls into an age of which nothing is known
                else:
                    worse = pair[1] * kept + (roll * worse if worse is not None and roll > 0 else 0)
                found[group, name] = worse
        return found

    def matrix(self, day: dt.date, rates: dict[tuple[Key, str], Fraction | None]) -> dict[tuple, tuple]:
        """Base, rate and allowance of each segment and bucket."""
        base = self.base(day)
        table = {}
        for (group, name), exact in rates.items():
            rate = None if exact is None else half_up(exact, 6)
            amount = base[group, name]
            places = UNITS.get(group[0], 2)
            held = Fraction(0) if not amount else None if rate is None else half_up(amount * rate, places)
            table[*group, name] = (amount, rate, held)
        return table

    def held(self, day: dt.date, rates: dict[tuple[Key, str], Fraction | None]) -> dict[Key, Fraction | None]:
        """The allowance of each segment; not known where a bucket's is not."""
        table = self.matrix(day, rates)
        parts = {group: [table[*group, name][2] for name in self.names] for group in self.groups}
        return {group: None if None in amounts else sum(amounts, Fraction(0)) for group, amounts in parts.items()}
