"""Late interest once more: plain, slow and separate, day by day, with the rates of 2024 and 2025 written out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reference import CREDITS, ZERO, Reference

PLACES = {"JPY": 0, "KWD": 3}
ECB = {(2024, 1): "0.045", (2024, 2): "0.0425", (2025, 1): "0.0315", (2025, 2): "0.0215"}
BANK = {(2024, 1): "0.0525", (2024, 2): "0.0525", (2025, 1): "0.0475", (2025, 2): "0.0425"}
PRIME = (("2023-08-21", "0.0345"), ("2024-07-22", "0.0335"), ("2024-10-21", "0.031"), ("2025-05-20", "0.03"))


def late_interest(
    books: Reference, day: dt.date, *, rules: str, annual_rate: str | None = None, factor: str = "1.3",
    basis: int = 365, daily_rounding: int | None = None, settled: bool = False,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """Return the line of each late claim."""
    found = {}
    for number, document in books.documents.items():
        due = document["due_date"]
        if document["kind"] in CREDITS or due is None or due >= day:
            continue
        places = PLACES.get(document["currency"], 2)
        interest, last, first, rate = Fraction(0), due, ZERO, Decimal(0)
        for days in range((day - due).days):
            left = books.open_amount(document, due + dt.timedelta(days=days))
            if left <= 0:
                continue
            last = due + dt.timedelta(days=days + 1)
            first = first or left
            rate = rate_of(rules, last, due + dt.timedelta(days=1), annual_rate, factor, basis)
            one = Fraction(left) * Fraction(rate) / basis
            interest += one if daily_rounding is None else half_up(one, daily_rounding)
        left = books.open_amount(document, day)
        if last == due or (left <= 0 and not settled):
            continue
        interest, lump = half_up(interest, places), compensation(rules, document["currency"], first)
        found[number] = {
            "customer_id": document["customer_id"], "currency": document["currency"], "due_date": due, "open": left,
            "days_late": (last - due).days, "rate": rate, "interest": interest, "compensation": lump,
            "total": interest + lump,
        }  # fmt: skip
    return found


def rate_of(rules: str, day: dt.date, overdue: dt.date, annual_rate: str | None, factor: str, basis: int) -> Decimal:
    """Return the year's rate of a day, of a claim that fell overdue on another."""
    if rules == "eu":
        return Decimal(ECB[half_year(day)]) + Decimal("0.08")
    if rules == "uk":
        return Decimal(BANK[half_year(overdue)]) + Decimal("0.08")
    if rules == "cn_lpr":
        return [Decimal(rate) for since, rate in PRIME if dt.date.fromisoformat(since) <= overdue][-1] * Decimal(factor)
    return Decimal("0.0005") * basis if rules == "cn_sme" else Decimal(annual_rate)


def half_year(day: dt.date) -> tuple[int, int]:
    return day.year, 1 if day.month <= 6 else 2


def compensation(rules: str, currency: str, debt: Decimal) -> int:
    """Return the lump sum for a debt of a size."""
    if (rules, currency) == ("eu", "EUR"):
        return 40
    if (rules, currency) == ("uk", "GBP"):
        return 40 if debt < 1_000 else 70 if debt < 10_000 else 100
    return 0


def half_up(value: Fraction, places: int) -> Fraction:
    """Round to decimals, a half away from zero; amounts here are not negative."""
    whole = value * 10**places
    return Fraction((2 * whole.numerator + whole.denominator) // (2 * whole.denominator), 10**places)
