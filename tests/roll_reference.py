"""Roll rates and vintages once more: plain, slow and separate, one document after another in exact decimals."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise
from typing import Any

from reference import CREDITS, PAYING, SALES, ZERO, Reference, bucket_of, next_month

FATES = ("improves", "paid", "credited", "written_off", "other")
Key = tuple[Any, ...]


def whole_months(day: dt.date, months: int, step: int) -> list[dt.date]:
    """Return month-ends ``step`` months apart, ascending; the last month is over by a day."""
    end = next_month(day.replace(day=1)) - dt.timedelta(days=1)
    if end != day:
        end = day.replace(day=1) - dt.timedelta(days=1)
    ends = [end]
    while len(ends) <= months:
        ends.append(ends[-1].replace(day=1) - dt.timedelta(days=1))
    return ends[::-1][::step]


def age_of(day: dt.date, since: dt.date, limits: tuple[int, ...] | str) -> str:
    if limits != "years":
        return bucket_of((day - since).days, limits)
    for years, name in ((1, "y0_1"), (2, "y1_2"), (3, "y2_3")):
        leap = (since.month, since.day) == (2, 29)
        if day <= since.replace(year=since.year + years, **({"day": 28} if leap else {})):
            return name
    return "over_3y"


def fate_of(kind: str, bills: str) -> str | None:
    """Return how a settlement ends a claim; None where the claim goes on."""
    if bills == "with" and kind in ("bill", "bounced"):
        return "improves" if kind == "bill" else None
    if kind in PAYING:
        return "paid"
    return {"credit_note": "credited", "write_off": "written_off"}.get(kind, "other")


def rolls(
    books: Reference, day: dt.date, months: int, by: tuple[str, ...] = (), *, step: int = 1,
    buckets: tuple[int, ...] | str = (30, 60, 90), basis: str = "due", measure: str = "amount", bills: str = "with",
) -> dict[Key, dict[str, Decimal]]:  # fmt: skip
    """Return, by group, month and bucket, what was open and where it went; only what is not 0."""
    ends = whole_months(day, months, step)
    table: dict[Key, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for document in books.documents.values():
        if document["kind"] in CREDITS or (bills == "without" and document["kind"] == "bill"):
            continue
        since, group = books.aged_from(document, basis), books.group(document, by)
        settled = [
            row for row in books.applications if document in (row["item"], books.documents.get(row["by_document_id"]))
        ]
        for before, after in pairwise(ends):
            opening = books.open_amount(document, before)
            back = measure == "amount" and document["date"] <= before  # what is taken back counts, if all was settled
            if not opening and not back:
                continue
            row = table[(*group, after, age_of(before, since, buckets))]
            later = f"to_{age_of(after, since, buckets)}"
            if measure == "number":
                row["opening"] += 1
                row[fate_by_number(books, document, settled, before, after, bills) or later] += 1
                continue
            row["opening"] += opening
            row[later] += opening
            for event in settled:
                fate = fate_of(event["kind"], bills)
                if before < event["effective"] <= after and fate:
                    took = took_from(books, document, event)
                    row[later] -= took
                    row[fate] += took
    return {key: {name: value for name, value in row.items() if value} for key, row in table.items()}


def took_from(books: Reference, document: dict, event: dict) -> Decimal:
    """Return by how much a settlement lessens a claim, which it may settle or be used up by."""
    sides = ZERO
    by = books.documents.get(event["by_document_id"])
    if event["item"] is document or (by is document and (by["amount"] < 0) != (event["item"]["amount"] < 0)):
        sides += -event["amount"] if document["amount"] < 0 else event["amount"]
    return sides


def fate_by_number(
    books: Reference, document: dict, settled: list[dict], before: dt.date, after: dt.date, bills: str
) -> str | None:
    """Return how a document came to zero at a month's end, the first time after a date; None where it did not."""
    end = before
    while end < after:
        start = end + dt.timedelta(days=1)
        end = next_month(start) - dt.timedelta(days=1)
        if books.open_amount(document, end):
            continue
        took: dict[str, Decimal] = defaultdict(Decimal)
        for event in settled:
            if start <= event["effective"] <= end:
                took[event["kind"] if event["kind"] in ORDER else "other"] += took_from(books, document, event)
        most = max(ORDER, key=lambda kind: (abs(took[kind]), -ORDER.index(kind)))
        return fate_of(most, bills)
    return None


ORDER = ("payment", "bill", "discount", "credit_note", "write_off", "bounced", "other")


def vintages(
    books: Reference, day: dt.date, months: int, what: str, by: tuple[str, ...] = ()
) -> dict[Key, list[Decimal]]:
    """Return, by group and month of sales, the sales and what became of them at each month's end seen so far."""
    ends = whole_months(day, months, 1)[1:]
    table: dict[Key, list[Decimal]] = {}
    for document in books.documents.values():
        if document["kind"] not in SALES or not ends[0].replace(day=1) <= document["date"] <= ends[-1]:
            continue
        seen = [end for end in ends if end >= document["date"]]
        row = table.setdefault((*books.group(document, by), seen[0]), [ZERO] * (len(seen) + 1))
        row[0] += document["amount"]
        for age, end in enumerate(seen, 1):
            if what == "uncollected":
                row[age] += books.open_amount(document, end)
                continue
            for _, amount, kind in books.settlements(document, end):
                row[age] += amount if fate_of(kind, "without") == {"collected": "paid"}.get(what, what) else ZERO
    return table
