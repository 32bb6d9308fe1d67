"""The terms of the figures of a period once more: what DSO, effectiveness and the bad debt rate are made of."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from reference import SALES, ZERO, Key, Reference, back

Terms = dict[str, Fraction]


def dso_terms(
    books: Reference, key: Key, day: dt.date, method: str, by: tuple[str, ...] = (), *, months: int | None = None,
    receivables: str = "ending", **conventions: str,
) -> Terms:  # fmt: skip
    """Return ``receivables, credit_sales, days`` of a group, as its method takes them."""
    table = books.months(key, day, by, **conventions)
    spans = {"simple": 3, "best_possible": 3, "rolling": 12}
    if method == "true":
        first = back(day, months or 12)
        mine = [row for row in _sales(books, key, by, day) if row["date"] >= first]
        owed = sum((books.open_amount(row, day) for row in mine), ZERO)
        return {
            "receivables": Fraction(owed), "credit_sales": Fraction(sum((row["amount"] for row in mine), ZERO)),
            "days": Fraction((day - first).days + 1),
        }  # fmt: skip
    period = table if method not in spans else table[: months or spans[method]]
    owed = Fraction(table[0].receivables)
    if method == "best_possible":
        owed = Fraction(table[0].not_due)
    elif method == "rolling" or (method == "simple" and receivables == "average"):
        owed = Fraction(sum(month.receivables for month in period)) / len(period)
    elif method == "sales_weighted":
        owed = Fraction(sum((books.open_amount(row, day) for row in _sales(books, key, by, day)), ZERO))
    return {
        "receivables": owed, "credit_sales": Fraction(sum(month.sales for month in period)),
        "days": sum((month.days for month in period), Fraction(0)),
    }  # fmt: skip


def effectiveness_terms(
    books: Reference, key: Key, day: dt.date, months: int, by: tuple[str, ...] = (), *, sales: str, bills: str
) -> Terms:
    """Return what is opening, sold, closing and not due, and the periods that sales are divided by."""
    table = books.months(key, day, by, bills=bills)
    return {
        "opening": Fraction(table[months].receivables if len(table) > months else 0),
        "credit_sales": Fraction(sum(month.sales for month in table[:months])),
        "closing_total": Fraction(table[0].receivables), "closing_current": Fraction(table[0].not_due),
        "periods": Fraction(months if sales == "monthly" else 1),
    }  # fmt: skip


def bad_debt_terms(
    books: Reference, key: Key, day: dt.date, months: int, by: tuple[str, ...] = (), *, base: str, bills: str = "with"
) -> Terms:
    """Return write-offs, recoveries and the base of the months up to a day, as far as the ledger holds them."""
    table, first = books.months(key, day, by, bills=bills)[:months], back(day, months)
    left_out = () if bills == "with" else ("bill",)
    lost = [
        row["amount"] for row in books.applications
        if row["kind"] == "write_off" and first <= row["effective"] <= day and row["item"]["kind"] not in left_out
        and books.group(row["item"], by) == key
    ]  # fmt: skip
    won = [
        row["amount"] for row in books.documents.values()
        if row["kind"] == "recovery" and first <= row["date"] <= day and books.group(row, by) == key
    ]  # fmt: skip
    under = sum(month.sales if base == "sales" else month.receivables for month in table)
    return {
        "write_offs": Fraction(sum(lost, ZERO)), "recoveries": Fraction(sum(won, ZERO)),
        "base": Fraction(under) / (1 if base == "sales" else len(table)),
    }  # fmt: skip


def _sales(books: Reference, key: Key, by: tuple[str, ...], day: dt.date) -> list[dict]:
    rows = [row for row in books.documents.values() if row["kind"] in SALES and row["date"] <= day]
    return [row for row in rows if books.group(row, by) == key]
