"""Credit of each customer once more: plain, slow and separate, in exact fractions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from reference import CREDITS, PAYING, SALES, ZERO, Reference

YEAR, MONTH = dt.timedelta(days=365), dt.timedelta(days=30)
Row = dict[str, Fraction | Decimal | int | None]


class Credit:
    """The customers of a ledger at a date.

    Parameters
    ----------
    books
        The ledger; customers may have a ``credit_limit``.
    day
        The date.
    rate, basis, tolerated
        As the library has them.
    """

    def __init__(self, books: Reference, day: dt.date, rate: Fraction, basis: int = 365, tolerated: int = 15) -> None:
        self.books, self.day, self.rate, self.basis, self.tolerated = books, day, rate, basis, tolerated
        self.known = [row for row in books.documents.values() if row["date"] <= day]
        self.accounts = sorted({(row["currency"], row["customer_id"]) for row in self.known})

    def table(self) -> dict[tuple[str, str], Row]:
        """Return the line of each customer that has something open, or a limit in a currency."""
        limits = self.limits()
        paid = self.books.payment_days(self.day, 12, ("customer_id",))
        found = {}
        for account in self.accounts:
            limit, exposure = limits.get(account), self.exposure(account, self.day)
            overdue = list(self.overdue(account))
            if limit is None and not any(self.books.open_amount(row, self.day) for row in self.mine(account)):
                continue
            taken = paid.get(account, {})
            days, beyond = taken.get("weighted_days"), taken.get("weighted_beyond_terms")
            found[account] = {
                "limit": limit,
                "exposure": exposure,
                "headroom": None if limit is None else limit - exposure,
                "used": Fraction(exposure) / Fraction(limit) if limit else None,
                "days_over_limit": None if limit is None else self.days_over(account, limit),
                "limit_by_record": self.by_record(account),
                "limit_by_capacity": self.by_capacity(account),
                "terms_granted": None if days is None else days - beyond,
                "terms_taken": days,
                "overdue": sum((left for _, left in overdue), ZERO),
                "carrying_cost": sum(
                    (Fraction(left) * self.rate * late / self.basis for late, left in overdue), Fraction(0)
                ),
            }
        return found

    def mine(self, account: tuple[str, str]) -> list[dict]:
        return [row for row in self.known if (row["currency"], row["customer_id"]) == account]

    def exposure(self, account: tuple[str, str], day: dt.date) -> Decimal:
        return sum((self.books.open_amount(row, day) for row in self.mine(account)), ZERO)

    def overdue(self, account: tuple[str, str]) -> Iterator[tuple[int, Decimal]]:
        """Yield how late each claim is that is late, and what is open of it."""
        for row in self.mine(account):
            late = (self.day - self.books.aged_from(row, "due")).days
            if row["kind"] not in CREDITS and late > 0:
                yield late, self.books.open_amount(row, self.day)

    def limits(self) -> dict[tuple[str, str], int]:
        """Return each limit on file, in the currency in which the customer owes most, else in that of its sales."""
        found = {}
        for number, customer in self.books.customers.items():
            sizes = {}
            for account in self.accounts:
                if account[1] == number:
                    sold = sum((row["amount"] for row in self.mine(account) if row["kind"] in SALES), ZERO)
                    owed = self.exposure(account, self.day)
                    sizes[account] = (owed > 0, owed if owed > 0 else sold)
            if sizes and customer.get("credit_limit") is not None:
                found[max(sizes, key=sizes.get)] = customer["credit_limit"]
        return found

    def days_over(self, account: tuple[str, str], limit: int) -> int:
        """Count the days back from the date on which the exposure was above the limit without a break."""
        days, first = 0, min(row["date"] for row in self.mine(account))
        while self.day - dt.timedelta(days=days) >= first:
            if self.exposure(account, self.day - dt.timedelta(days=days)) <= limit:
                break
            days += 1
        return days

    def by_record(self, account: tuple[str, str]) -> Fraction | None:
        """Purchases a month x (terms granted + tolerated delay) / 30 x behaviour."""
        since = self.day - YEAR
        sales = [row for row in self.mine(account) if row["kind"] in SALES]
        traded = Fraction((self.day - min(row["date"] for row in sales)).days, 30) if sales else Fraction(0)
        if traded < 3:
            return None
        bought = [row for row in sales if row["date"] > since]
        notes = [row for row in self.mine(account) if row["kind"] == "credit_note" and row["date"] > since]
        purchases = sum((Fraction(row["amount"]) for row in bought + notes), Fraction(0))
        if purchases <= 0:
            return None
        granted = sum(max((self.due(row) - row["date"]).days, 0) * Fraction(row["amount"]) for row in bought)
        terms = granted / sum(Fraction(row["amount"]) for row in bought)
        behaved = self.behaviour(
            [row for row in sales if since < self.due(row) <= self.day - dt.timedelta(days=self.tolerated)]
        )
        if behaved is None:
            return None
        return purchases / min(traded, Fraction(365, 30)) * (terms + self.tolerated) / 30 * behaved

    def behaviour(self, fell_due: list[dict]) -> Fraction | None:
        """Return how far what fell due was paid within the tolerated delay: nothing of it at 90 days."""
        owed = good = Fraction(0)
        for row in fell_due:
            due, owed = self.due(row), owed + Fraction(row["amount"])
            good += self.counts((self.day - due).days) * Fraction(self.books.open_amount(row, self.day))
            for effective, amount, kind in self.books.settlements(row, self.day):
                if kind == "credit_note":
                    owed -= Fraction(amount)
                elif kind in PAYING:
                    good += self.counts((effective - due).days) * Fraction(amount)
        return min(max(good / owed, Fraction(0)), Fraction(1)) if owed > 0 else None

    def counts(self, late: int) -> Fraction:
        if late <= self.tolerated:
            return Fraction(1)
        return max(Fraction(90 - late, 90 - self.tolerated), Fraction(0))

    def by_capacity(self, account: tuple[str, str]) -> Fraction | None:
        """The most of a month-end's balance that was paid within 30 days of it."""
        sales = [row for row in self.mine(account) if row["kind"] in SALES]
        balances, both = [Fraction(0)], [Fraction(0)]
        end = self.day - YEAR
        while end <= self.day - MONTH:
            if (end + dt.timedelta(days=1)).day == 1:
                there = [row for row in sales if row["date"] <= end]
                balance = sum((Fraction(self.books.open_amount(row, end)) for row in there), Fraction(0))
                paid = Fraction(0)
                for row in there:
                    for effective, amount, kind in self.books.settlements(row, self.day):
                        paid += Fraction(amount) if kind in PAYING and end < effective <= end + MONTH else 0
                balances.append(max(balance, Fraction(0)))
                both.append(max(min(balance, paid), Fraction(0)))
            end += dt.timedelta(days=1)
        return max(both) if max(balances) > 0 else None

    def due(self, row: dict) -> dt.date:
        return self.books.aged_from(row, "due")
