"""The ledger's measures once more: plain, slow and separate, one event after another in exact decimals.

Written from the design alone, without the library and without dataframes, so that a slip in the one does not repeat
in the other. Figures are keyed by ``(currency, *group)``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

CREDITS = ("credit_note", "payment", "refund")
SALES = ("invoice", "debit_note")
PAYING = ("payment", "bill", "discount")
ZERO = Decimal(0)

Key = tuple[str, ...]


class Month(NamedTuple):
    """A calendar month up to its last day, or up to the day that is looked at."""

    end: dt.date
    days: Fraction
    sales: Decimal
    receivables: Decimal
    not_due: Decimal


class Reference:
    """A ledger as the design describes it: documents, and the days on which settlements take effect.

    Parameters
    ----------
    documents, applications, customers, activities
        Rows as dicts; dates are ``date``, amounts ``Decimal``.
    """

    def __init__(
        self, documents: list[dict], applications: list[dict], customers: list[dict], activities: Sequence[dict] = ()
    ) -> None:
        self.activities = activities
        self.positions: dict[tuple, dict[Key, dict[str, Decimal]]] = {}
        self.documents = {row["document_id"]: row for row in documents}
        self.customers = {row["customer_id"]: row for row in customers}
        self.applications = [
            {**row, "effective": self._effective(row), "item": self.documents[row["document_id"]]}
            for row in applications
        ]
        self.moves: dict[str, list[tuple[dt.date, Decimal]]] = defaultdict(list)
        for row in self.applications:
            by = self.documents.get(row["by_document_id"])
            used_up = by is not None and (by["amount"] < 0) != (row["item"]["amount"] < 0)
            for document in [row["item"], by] if used_up else [row["item"]]:
                moved = row["amount"] if document["amount"] < 0 else -row["amount"]
                self.moves[document["document_id"]].append((row["effective"], moved))

    def _effective(self, row: dict) -> dt.date:
        joined = [self.documents[key]["date"] for key in (row["document_id"], row["by_document_id"]) if key]
        return max([row["date"], *joined])

    def group(self, document: dict, by: tuple[str, ...]) -> Key:
        """Return the currency and what the document or its customer has in some columns ("" where nothing)."""
        customer = self.customers.get(document["customer_id"], {})
        return (document["currency"], *((document[n] if n in document else customer.get(n)) or "" for n in by))

    def open_amount(self, document: dict, day: dt.date) -> Decimal:
        """Return what is open of a document at a day, signed."""
        if document["date"] > day:
            return ZERO
        moves = self.moves[document["document_id"]]
        return document["amount"] + sum((moved for effective, moved in moves if effective <= day), ZERO)

    def open_items(self, day: dt.date) -> Iterator[tuple[dict, Decimal]]:
        """Yield every document that is open at a day, with what is open."""
        for document in self.documents.values():
            left = self.open_amount(document, day)
            if left:
                yield document, left

    def aged_from(self, document: dict, basis: str) -> dt.date:
        """Return the date from which a document's age counts."""
        if basis == "document" or document["kind"] in CREDITS or document["due_date"] is None:
            return document["date"]
        return document["due_date"]

    def aging(
        self,
        day: dt.date,
        by: tuple[str, ...] = (),
        basis: str = "due",
        buckets: tuple[int, ...] = (30, 60, 90),
        credits: str = "separate",
        bills: str = "with",
    ) -> dict[Key, dict[str, Decimal]]:
        """Return the open amounts of each group by column, only what is not 0."""
        table: dict[Key, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for document, left in self.open_items(day):
            if bills == "without" and document["kind"] == "bill":
                continue
            column = bucket_of((day - self.aged_from(document, basis)).days, buckets)
            if credits == "separate" and document["kind"] in CREDITS:
                column = "unapplied"
            row = table[self.group(document, by)]
            row[column] += left
            row["total"] += left
        return without_zeros(table)

    def groups(self, day: dt.date, by: tuple[str, ...], bills: str = "with") -> list[Key]:
        """Return the groups of the documents there are by a day."""
        return sorted({self.group(row, by) for row in self._known(day, bills)})

    def months(
        self, key: Key, day: dt.date, by: tuple[str, ...] = (), *, days: str = "actual", vat: str = "gross",
        credit_notes: str = "before", bills: str = "with",
    ) -> list[Month]:  # fmt: skip
        """Return every month from the ledger's first to the one of a day, itself to date; latest first."""
        first = min(row["date"] for row in self._known(day, bills))
        result, end = [], day
        while (end.year, end.month) >= (first.year, first.month):
            start = end.replace(day=1)
            whole = (next_month(start) - start).days
            length = Fraction(end.day)
            if days != "actual":
                length = length / whole * int(days) / 12
            sales = ZERO
            for row in self._known(end, bills):
                if row["date"] < start or self.group(row, by) != key:
                    continue
                if row["kind"] in SALES:
                    sales += row["amount"] - ((row.get("tax") or ZERO) if vat == "net" else ZERO)
                elif row["kind"] == "credit_note" and credit_notes == "after":
                    sales += row["amount"]
            if (end, by, bills) not in self.positions:
                self.positions[end, by, bills] = self.aging(end, by, bills=bills)
            position = self.positions[end, by, bills].get(key, {})
            result.append(Month(end, length, sales, position.get("total", ZERO), position.get("not_due", ZERO)))
            end = start - dt.timedelta(days=1)
        return result

    def dso(
        self, day: dt.date, method: str, by: tuple[str, ...] = (), *, months: int | None = None,
        receivables: str = "ending", **conventions: str,
    ) -> dict[Key, Fraction | None]:  # fmt: skip
        """Return each group's DSO in days, None where it is not defined."""
        result = {}
        for key in self.groups(day, by, conventions.get("bills", "with")):
            table = self.months(key, day, by, **conventions)
            if method == "countback":
                result[key] = countback(table)
            elif method == "sales_weighted":
                result[key] = self._sales_weighted(key, table, by)
            elif method == "true":
                result[key] = self._true(key, day, by, months or 12)
            else:
                span = months or (12 if method == "rolling" else 3)
                period = table[:span]
                owed = table[0].not_due if method == "best_possible" else table[0].receivables
                if method == "rolling" or (method == "simple" and receivables == "average"):
                    owed = sum((month.receivables for month in period), ZERO) / span
                sold = sum((month.sales for month in period), ZERO)
                known = len(table) >= span and sold > 0
                length = sum((month.days for month in period), Fraction(0))
                result[key] = Fraction(owed) / Fraction(sold) * length if known else None
        return result

    def _sales_weighted(self, key: Key, table: list[Month], by: tuple[str, ...]) -> Fraction | None:
        total = Fraction(0)
        if sum(month.sales for month in table) <= 0:
            return None
        for month in table:
            left = sum(
                (
                    self.open_amount(row, table[0].end)
                    for row in self._sales_between(key, by, month.end.replace(day=1), month.end)
                ),
                ZERO,
            )
            if left and month.sales <= 0:
                return None
            if left:
                total += Fraction(left) / Fraction(month.sales) * month.days
        return total

    def _true(self, key: Key, day: dt.date, by: tuple[str, ...], months: int) -> Fraction | None:
        weight = waited = Fraction(0)
        for row in self._sales_between(key, by, back(day, months), day):
            for effective, moved, _ in self.settlements(row, day):
                waited += Fraction(moved) * (effective - row["date"]).days
                weight += Fraction(moved)
            left = Fraction(self.open_amount(row, day))
            waited += left * (day - row["date"]).days
            weight += left
        return waited / weight if weight > 0 else None

    def settlements(self, document: dict, day: dt.date) -> list[tuple[dt.date, Decimal, str]]:
        """Return when a claim was settled up to a day, by how much and by what."""
        rows = [row for row in self.applications if row["item"] is document and row["effective"] <= day]
        return [(row["effective"], row["amount"], row["kind"]) for row in rows]

    def payment_days(self, day: dt.date, months: int = 12, by: tuple[str, ...] = ()) -> dict[Key, dict[str, Any]]:
        """Return how long customers took to pay: per closed claim, and per amount paid."""
        start = back(day, months)
        closed: dict[Key, list[tuple[int, int]]] = defaultdict(list)
        paid: dict[Key, list[tuple[int, int, Decimal]]] = defaultdict(list)
        for row in self._known(day):
            if row["kind"] not in SALES:
                continue
            key, due, date = self.group(row, by), row["due_date"] or row["date"], row["date"]
            moves = self.settlements(row, day)
            for effective, amount, kind in moves:
                if kind in PAYING and effective >= start:
                    paid[key].append(((effective - date).days, (effective - due).days, amount))
            if moves and not self.open_amount(row, day):
                last = max(effective for effective, _, _ in moves)
                if last >= start and any(kind in PAYING for effective, _, kind in moves if effective == last):
                    closed[key].append(((last - date).days, (last - due).days))
        result = {}
        for key in {*closed, *paid}:
            numbers = [(took, beyond, Decimal(1)) for took, beyond in closed[key]]
            result[key] = {"invoices": len(numbers), "amount": sum(amount for _, _, amount in paid[key])}
            for name, rows in (("average", numbers), ("weighted", paid[key])):
                weighed = f"late_share_{'number' if name == 'average' else 'amount'}"
                result[key] |= {
                    f"{name}_days": mean([(took, weight) for took, _, weight in rows]),
                    f"{name}_days_late": mean([(max(0, beyond), weight) for _, beyond, weight in rows]),
                    f"{name}_beyond_terms": mean([(beyond, weight) for _, beyond, weight in rows]),
                    weighed: mean([(int(beyond > 0), weight) for _, beyond, weight in rows]),
                }
        return result

    def collection_effectiveness(
        self, day: dt.date, months: int = 3, by: tuple[str, ...] = (), sales: str = "period", bills: str = "with"
    ) -> dict[Key, Fraction | None]:
        """Return the CEI of the months up to a day."""
        result: dict[Key, Fraction | None] = {}
        for key in self.groups(day, by, bills):
            table = self.months(key, day, by, bills=bills)
            opening = table[months].receivables if len(table) > months else ZERO
            sold = Fraction(sum((month.sales for month in table[:months]), ZERO))
            there = Fraction(opening) + (sold / months if sales == "monthly" else sold)
            could = there - Fraction(table[0].not_due)
            known = len(table) >= months and could > 0
            result[key] = (there - Fraction(table[0].receivables)) / could if known else None
        return result

    def bad_debt_rate(
        self, day: dt.date, months: int = 12, by: tuple[str, ...] = (), base: str = "sales", bills: str = "with"
    ) -> dict[Key, Fraction | None]:
        """Return write-offs less recoveries of the months up to a day over a base."""
        start = back(day, months)
        result: dict[Key, Fraction | None] = {}
        lost_at_all = [
            row for row in self.applications
            if row["kind"] == "write_off" and start <= row["effective"] <= day
            and (bills == "with" or row["item"]["kind"] != "bill")
        ]  # fmt: skip
        for key in self.groups(day, by, bills):
            lost = sum((row["amount"] for row in lost_at_all if self.group(row["item"], by) == key), ZERO)
            for row in self._known(day):
                if row["kind"] == "recovery" and row["date"] >= start and self.group(row, by) == key:
                    lost -= row["amount"]
            table = self.months(key, day, by, bills=bills)
            if base == "sales":
                under = Fraction(sum((month.sales for month in table[:months]), ZERO))
            else:
                under = Fraction(sum((month.receivables for month in table[:months]), ZERO)) / months
            result[key] = Fraction(lost) / under if len(table) >= months and under > 0 else None
        return result

    def concentration(self, day: dt.date, by: str = "customer_id", bills: str = "with") -> dict[str, list[Decimal]]:
        """Return, by currency, what each group owes that owes anything, largest first."""
        owed: dict[str, list[Decimal]] = defaultdict(list)
        for (currency, _), row in self.aging(day, (by,), bills=bills).items():
            if row.get("total", ZERO) > 0:
                owed[currency].append(row["total"])
        return {currency: sorted(amounts, reverse=True) for currency, amounts in owed.items()}

    def flows(self, first: dt.date, last: dt.date, by: tuple[str, ...] = ()) -> dict[Key, dict[str, Decimal]]:
        """Return what moved the receivables from one day to another, by group."""
        table: dict[Key, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        names = {"credit_note": "credit_notes", "payment": "cash", "bill": "bills", "recovery": "recoveries"}
        for row in self._known(last):
            if row["date"] < first:
                continue
            own = table[self.group(row, by)]
            if row["kind"] in SALES:
                own["credit_sales"] += row["amount"]
                own["tax"] += row.get("tax") or ZERO
            elif row["kind"] in names:
                own[names[row["kind"]]] += abs(row["amount"])
        for row in self.applications:
            if not first <= row["effective"] <= last:
                continue
            own = table[self.group(row["item"], by)]
            if row["kind"] in ("discount", "write_off"):
                own[f"{row['kind']}s"] += row["amount"]
            elif row["kind"] == "payment":  # cash moves from where the payment stands to where it is applied
                own["cash"] += row["amount"]
                if row["by_document_id"]:
                    table[self.group(self.documents[row["by_document_id"]], by)]["cash"] -= row["amount"]
        return without_zeros(table)

    def _known(self, day: dt.date, bills: str = "with") -> list[dict]:
        rows = [row for row in self.documents.values() if row["date"] <= day]
        return [row for row in rows if bills == "with" or row["kind"] != "bill"]

    def _sales_between(self, key: Key, by: tuple[str, ...], first: dt.date, last: dt.date) -> list[dict]:
        rows = [row for row in self._known(last) if row["date"] >= first and row["kind"] in SALES]
        return [row for row in rows if self.group(row, by) == key]


def next_month(first: dt.date) -> dt.date:
    """Return the first day of the month after the one that begins on a day."""
    return (first + dt.timedelta(days=31)).replace(day=1)


def back(day: dt.date, months: int) -> dt.date:
    """Return the first day of the period of so many calendar months that ends with the month of a day."""
    first = day.replace(day=1)
    for _ in range(months - 1):
        first = (first - dt.timedelta(days=1)).replace(day=1)
    return first


def countback(table: list[Month]) -> Fraction | None:
    """Use up the receivables with the sales of the latest months, one after another."""
    left, passed = table[0].receivables, Fraction(0)
    if left < 0 or all(month.sales <= 0 for month in table):
        return None
    for month in table:
        if not left:
            break
        if month.sales >= left:
            return passed + Fraction(left) / Fraction(month.sales) * month.days
        left -= month.sales
        passed += month.days
    return None if left else passed


def mean(pairs: list[tuple[int, Decimal]]) -> Fraction | None:
    """Return a weighted mean, None without weight."""
    weight = sum((Fraction(weight) for _, weight in pairs), Fraction(0))
    return sum(days * Fraction(weight) for days, weight in pairs) / weight if weight > 0 else None


def bucket_of(days: int, limits: tuple[int, ...]) -> str:
    """Return the name of the bucket for so many days late."""
    if days <= 0:
        return "not_due"
    low = 1
    for limit in limits:
        if days <= limit:
            return f"d{low}_{limit}"
        low = limit + 1
    return f"over_{limits[-1]}"


def without_zeros(table: dict[Key, dict[str, Any]]) -> dict[Key, dict[str, Any]]:
    """Return a table without cells, and rows, of 0."""
    rows = {key: {name: value for name, value in row.items() if value} for key, row in table.items()}
    return {key: row for key, row in rows.items() if row}
