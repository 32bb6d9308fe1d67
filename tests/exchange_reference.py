"""Receivables in a base currency once more: each document at the rate of a day, in exact fractions."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from fractions import Fraction

from reference import CREDITS, Key, Reference, bucket_of

PLACES = {"JPY": 0, "KWD": 3}
LINES = ("at_booking", "exchange_difference", "revalued")
Quotes = list[tuple[dt.date, str, Fraction]]


class Exchange:
    """A ledger with a table of rates.

    Parameters
    ----------
    books
        The ledger.
    base
        The base currency.
    quotes
        Days, currencies and what one unit is worth in the base currency; in any order.
    """

    def __init__(self, books: Reference, base: str, quotes: Quotes) -> None:
        self.books, self.base, self.quotes = books, base, sorted(quotes)
        self.unit = Fraction(1, 10 ** PLACES.get(base, 2))

    def rate(self, currency: str, day: dt.date) -> Fraction:
        """Return the latest rate on or before a day."""
        if currency == self.base:
            return Fraction(1)
        return [rate for date, code, rate in self.quotes if code == currency and date <= day][-1]

    def rounded(self, amount: Fraction) -> Fraction:
        """Return an amount in whole units, a half to the even one."""
        return round(amount / self.unit) * self.unit

    def items(self, day: dt.date) -> dict[str, dict[str, object]]:
        """Return each open document at both of its rates."""
        found = {}
        for row, left in self.books.open_items(day):
            booked, closing = self.rate(row["currency"], row["date"]), self.rate(row["currency"], day)
            before, after = self.rounded(Fraction(left) * booked), self.rounded(Fraction(left) * closing)
            found[row["document_id"]] = {
                **{name: row[name] for name in ("customer_id", "kind", "date", "currency")},
                "open": left, "booking_rate": booked, "closing_rate": closing, "at_booking": before,
                "exchange_difference": after - before, "revalued": after,
            }  # fmt: skip
        return found

    def aging(
        self, day: dt.date, by: tuple[str, ...], *, buckets: tuple[int, ...], basis: str, credits: str, bills: str
    ) -> dict[Key, dict[str, Fraction]]:
        """Return the lines of the revaluation by currency, and of all together."""
        table: dict[Key, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        for number, amounts in self.items(day).items():
            row = self.books.documents[number]
            if bills == "without" and row["kind"] == "bill":
                continue
            column = bucket_of((day - self.books.aged_from(row, basis)).days, buckets)
            if credits == "separate" and row["kind"] in CREDITS:
                column = "unapplied"
            _, *group = self.books.group(row, by)
            for line in LINES:
                for currency in (row["currency"], "total"):
                    for name in (column, "total"):
                        table[line, currency, *group][name] += amounts[line]
        return table

    def realised(self, first: dt.date, last: dt.date) -> dict[str, dict[str, Fraction]]:
        """Return by currency what was settled between two days at either rate, unrounded, and in how many steps."""
        table: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        for row in self.books.applications:
            item, by = row["item"], self.books.documents.get(row["by_document_id"])
            if not first <= row["effective"] <= last or item["currency"] == self.base:
                continue
            amount = Fraction(row["amount"] if item["amount"] > 0 else -row["amount"])
            booked = self.rate(item["currency"], item["date"])
            if by:
                met = self.rate(item["currency"], by["date"])
            else:
                met = self.rate(item["currency"], row["effective"]) if row["kind"] == "payment" else booked
            own = table[item["currency"]]
            own["at_booking"] += amount * booked
            own["at_settlement"] += amount * met
            own["steps"] += 1
        return table
