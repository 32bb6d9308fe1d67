"""Ageing once more, in years, in accounting periods, and with claims apart: one document after another."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from reference import CREDITS, Key, Reference, bucket_of, without_zeros


def aging(
    books: Reference, day: dt.date, by: tuple[str, ...] = (), *, buckets: tuple[int, ...], unit: str,
    year_start: int = 1, basis: str = "due", bills: str = "with", apart: tuple[str, ...] = (),
) -> dict[Key, dict[str, Decimal]]:  # fmt: skip
    """Return the open amounts of each group by column, only what is not 0."""
    table: dict[Key, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    stands = {"disputed": disputed, "promised": promised}
    for document, left in books.open_items(day):
        if bills == "without" and document["kind"] == "bill":
            continue
        special = [name for name in apart if stands[name](books, document, day)]
        if document["kind"] in CREDITS:
            column = "unapplied"
        elif special:
            column = special[0]
        elif unit == "days":
            column = bucket_of((day - books.aged_from(document, basis)).days, buckets)
        else:
            column = year_of(day, books.aged_from(document, basis), basis, buckets, unit, year_start)
        row = table[books.group(document, by)]
        row[column] += left
        row["total"] += left
    return without_zeros(table)


def year_of(day: dt.date, since: dt.date, basis: str, limits: tuple[int, ...], unit: str, year_start: int) -> str:
    """Return the bucket of years; a claim due today is not late, a document of today is in its first year."""
    if since > day or (since == day and basis == "due"):
        return "not_due"
    low = 0
    for limit in limits:
        if unit == "years" and day <= anniversary(since, limit):
            return f"y{low}_{limit}"
        if unit == "fiscal_years" and period_of(day, year_start) - period_of(since, year_start) < limit:
            return f"y{low}_{limit}"
        low = limit
    return f"over_{low}y"


def anniversary(date: dt.date, years: int) -> dt.date:
    """Return the same day some years later; of 29 February the 28th."""
    leap = (date.year + years) % 4 == 0  # holds of all years that there are here
    if (date.month, date.day) == (2, 29) and not leap:
        return dt.date(date.year + years, 2, 28)
    return date.replace(year=date.year + years)


def period_of(day: dt.date, year_start: int) -> int:
    """Return the year in which the accounting period of a day begins."""
    return day.year if day.month >= year_start else day.year - 1


def disputed(books: Reference, document: dict, day: dt.date) -> bool:
    """Tell whether what was said last of disputes about a document is that one was opened."""
    told = _told(books, document, day, ("dispute_opened", "dispute_closed"))
    return bool(told) and told[-1]["kind"] == "dispute_opened"


def promised(books: Reference, document: dict, day: dt.date) -> bool:
    """Tell whether the last promise about a document names a day that has not passed."""
    told = _told(books, document, day, ("promise", "plan"))
    return bool(told) and told[-1]["due_on"] is not None and told[-1]["due_on"] >= day


def _told(books: Reference, document: dict, day: dt.date, kinds: tuple[str, ...]) -> list[dict]:
    rows = [row for row in books.activities if row["document_id"] == document["document_id"] and row["kind"] in kinds]
    return sorted((row for row in rows if row["date"] <= day), key=lambda row: row["date"])
