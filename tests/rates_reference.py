"""Roll rates, their forecast and completion factors once more: what is averaged from the plain counts of others."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reference import CREDITS, Key, Reference
from roll_reference import age_of, rolls, vintages, whole_months

ENDS = ("improves", "paid", "credited", "written_off", "other")
Limits = tuple[int, ...] | str
Values = dict[str, Fraction | None]


def names_of(limits: Limits) -> list[str]:
    """Return the buckets, youngest first."""
    if limits == "years":
        return ["y0_1", "y1_2", "y2_3", "over_3y"]
    lows = [1, *(limit + 1 for limit in limits[:-1])]
    return ["not_due", *(f"d{low}_{high}" for low, high in zip(lows, limits, strict=True)), f"over_{limits[-1]}"]


def open_by_age(
    books: Reference, day: dt.date, by: tuple[str, ...], limits: Limits, basis: str, bills: str, measure: str = "amount"
) -> dict[Key, Decimal]:
    """Return what is open of claims at a day, or how many are, by group and bucket."""
    found: dict[Key, Decimal] = defaultdict(Decimal)
    for document, left in books.open_items(day):
        if document["kind"] not in CREDITS and (bills == "with" or document["kind"] != "bill"):
            bucket = age_of(day, books.aged_from(document, basis), limits)
            found[*books.group(document, by), bucket] += left if measure == "amount" else 1
    return found


class Rates:
    """The steps of a window.

    Parameters
    ----------
    books, day, months, by, step, limits, basis, measure, bills
        As the library has them.
    """

    def __init__(
        self, books: Reference, day: dt.date, months: int, by: tuple[str, ...] = (), *, step: int = 1,
        buckets: Limits = (30, 60, 90), basis: str = "due", measure: str = "amount", bills: str = "with",
    ) -> None:  # fmt: skip
        self.names, self.ends = names_of(buckets), whole_months(day, months, step)
        how = {"buckets": buckets, "basis": basis, "measure": measure, "bills": bills}
        self.steps = rolls(books, day, months, by, step=step, **how)
        self.held = {end: open_by_age(books, end, by, buckets, basis, bills, measure) for end in self.ends}
        self.groups = {key[:-2] for key in self.steps} | {key[:-1] for held in self.held.values() for key in held}

    def step(self, group: Key, end: dt.date, name: str) -> dict[str, Decimal]:
        return self.steps.get((*group, end, name), {})

    def older(self, group: Key, end: dt.date, name: str) -> Decimal | None:
        """Return what is in the next older bucket at the end of a step; of the oldest, what was not in it before."""
        at = self.names.index(name) + 1
        if at == len(self.names):
            return None
        there = self.held[end].get((*group, self.names[at]), Decimal(0))
        oldest = self.names[-1]
        return there - (self.step(group, end, oldest).get(f"to_{oldest}", 0) if self.names[at] == oldest else 0)

    def averages(self, average: str) -> dict[Key, Values]:
        """Return the line of each group and bucket."""
        found: dict[Key, Values] = {}
        for group in self.groups:
            for at, name in enumerate(self.names):
                steps = [self.step(group, end, name) for end in self.ends[1:]]
                to = [f"to_{other}" for other in self.names]
                row = {part: mean(steps, part, average) for part in (*to, *ENDS)}
                known = row["paid"] is not None
                row["opening"] = Fraction(sum(step.get("opening", 0) for step in steps)) / len(steps)
                row["stays"] = row[f"to_{name}"]
                row["rolls"] = sum(row[part] for part in to) - row["stays"] if known else None
                nexts = [self.older(group, end, name) for end in self.ends[1:]]
                pairs = [{**step, "next": there} for step, there in zip(steps, nexts, strict=True)]
                last = at == len(self.names) - 1
                row["net_rate"] = None if last else mean(pairs, "next", average)
                above = [pair for pair in pairs if not last and 0 < pair.get("opening", 0) < pair["next"]]
                row["steps_above_1"] = Fraction(len(above))
                found[*group, name] = row
        return found

    def forecast(
        self, today: dict[Key, Decimal], ahead: int, average: str, sales: dict[str, Fraction]
    ) -> dict[Key, list[Values]]:
        """Return today's position and the ones after it, by group."""
        rates, found = self.averages(average), {}
        nothing = dict.fromkeys(("sales", *ENDS[1:]), Fraction(0))
        for group in {key[:-1] for key in today}:
            held: Values = {name: Fraction(today.get((*group, name), 0)) for name in self.names}
            rows = [{**held, **nothing}]
            for _ in range(ahead):
                rows.append(self._next(group, rows[-1], rates, sales.get(group[0], Fraction(0))))
            for row in rows:
                row["total"] = None if None in row.values() else sum(row[name] for name in self.names)
            found[group] = rows
        return found

    def _next(self, group: Key, held: Values, rates: dict[Key, Values], new: Fraction) -> Values:
        row: Values = dict.fromkeys((*self.names, *ENDS[1:]), Fraction(0))
        for name in self.names:
            if held[name] == 0:
                continue
            shares = rates.get((*group, name), {})
            if held[name] is None or shares.get("paid") is None:
                return {**dict.fromkeys(row), "sales": new}
            for other in self.names:
                row[other] += held[name] * shares[f"to_{other}"]
            for fate in ENDS[1:]:
                row[fate] += held[name] * shares[fate]
            row[self.names[0]] += held[name] * shares["improves"]
        row[self.names[0]] += new
        return {**row, "sales": new}


def mean(steps: list[dict[str, Any]], part: str, average: str) -> Fraction | None:
    """Return a part's share in what was open: of all steps together, or the mean of the steps that had any."""
    base = sum((Fraction(step.get("opening", 0)) for step in steps), Fraction(0))
    if average == "weighted":
        return sum((Fraction(step.get(part, 0)) for step in steps), Fraction(0)) / base if base > 0 else None
    shares = [Fraction(step.get(part, 0)) / Fraction(step["opening"]) for step in steps if step.get("opening", 0) > 0]
    return sum(shares, Fraction(0)) / len(shares) if shares else None


def shares(
    books: Reference, day: dt.date, months: int, what: str, by: tuple[str, ...] = ()
) -> dict[Key, list[Fraction]]:
    """Return what share of each month's sales became what, by age; only of months that have any."""
    rows = vintages(books, day, months, what, by)
    return {key: [Fraction(part) / Fraction(row[0]) for part in row[1:]] for key, row in rows.items()}


def completion(books: Reference, day: dt.date, months: int, by: tuple[str, ...] = ()) -> dict[Key, Values]:
    """Return by group and age: how many months are that old, their share collected, and the factors to older ages."""
    triangle, last = vintages(books, day, months, "collected", by), whole_months(day, 1, 1)[-1]
    found: dict[Key, Values] = {}
    for group in {key[:-1] for key in triangle}:
        rows = [row for key, row in triangle.items() if key[:-1] == group]
        first = min(key[-1] for key in triangle if key[:-1] == group)
        ages = (last.year - first.year) * 12 + last.month - first.month + 1
        to_end: Fraction | None = Fraction(1)
        for age in reversed(range(ages)):
            seen = [row for row in rows if len(row) > age + 1]
            further = [row for row in seen if len(row) > age + 2]
            sold, came = sum(row[0] for row in seen), Fraction(sum(row[age + 1] for row in seen))
            young, old = (
                (Fraction(sum(row[place] for row in further)) for place in (age + 1, age + 2)) if further else (0, 0)
            )
            factor = old / young if young > 0 else None
            if age < ages - 1:
                to_end = None if None in (factor, to_end) else factor * to_end
            found[*group, age] = {
                "months": Fraction(ages - age), "share": came / Fraction(sold) if sold > 0 else None,
                "factor": factor if age < ages - 1 else None, "to_end": to_end,
            }  # fmt: skip
    return found
