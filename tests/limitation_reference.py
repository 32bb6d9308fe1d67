"""Limitation once more: the rules of the Civil Code read plainly, one claim and one event after another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from aging_reference import anniversary
from reference import CREDITS, SALES, Reference

PROOF = ("signed", "received", "filed")
AGREED = ("acknowledgement", "dispute_closed", "promise", "plan")
EVENTS = {
    **dict.fromkeys(("call", "letter", "reminder", "message", "visit", "external"), "demand"),
    **dict.fromkeys(("acknowledgement", "statement", "dispute_closed"), "acknowledgement"),
    **dict.fromkeys(("promise", "plan"), "promise"), "legal": "suit",
}  # fmt: skip


def limitation(books: Reference, day: dt.date, *, years: int = 3, ahead_days: int = 90) -> dict[str, dict[str, Any]]:
    """Return the line of each open claim."""
    found = {}
    for item, left in books.open_items(day):
        if item["kind"] in (*CREDITS, "bill") or left <= 0:
            continue
        family = family_of(books, item, day)
        due = base = max((one["due_date"] for one in family if one["due_date"]), default=None)
        what = ""
        for date, event, agreed in sorted([*payments(books, family, day), *proven(books, family, day)]):
            running = base is not None and base < date <= anniversary(base, years)
            if base is None or running or (agreed and date > base):
                base, what = date, event
        lapses = anniversary(base, years) if base else None
        left_days = (lapses - day).days if lapses else None
        if left_days is None:
            status = "undated"
        else:
            status = "lapsed" if left_days < 0 else "lapses_soon" if left_days <= ahead_days else "running"
        found[item["document_id"]] = {
            "customer_id": item["customer_id"], "currency": item["currency"], "due_date": due, "open": left,
            "last_interruption": base if what else None, "event": what, "lapses_on": lapses, "days_left": left_days,
            "status": status,
        }  # fmt: skip
    return found


def family_of(books: Reference, item: dict, day: dt.date) -> list[dict]:
    """Return the instalments of the invoice that a document is one of, as far as they are there; else itself."""
    if item["kind"] not in SALES or not item["invoice_id"]:
        return [item]
    shared = [row for row in books.documents.values() if row["invoice_id"] == item["invoice_id"]]
    return [row for row in shared if row["kind"] in SALES and row["date"] <= day]


def proven(books: Reference, family: list[dict], day: dt.date) -> Iterator[tuple[dt.date, str, bool]]:
    """Yield the activities that are proven and concern a claim, and whether the debtor agrees to pay by them."""
    for row in books.activities:
        if row["document_id"]:
            mine = any(row["document_id"] == one["document_id"] for one in family)
        else:
            mine = any(row["customer_id"] == one["customer_id"] and one["date"] <= row["date"] for one in family)
        proof = row["outcome"] in PROOF or (row["kind"] == "acknowledgement" and row["outcome"] is None)
        if mine and proof and row["kind"] in EVENTS and row["date"] <= day:
            yield row["date"], EVENTS[row["kind"]], row["kind"] in AGREED


def payments(books: Reference, family: list[dict], day: dt.date) -> Iterator[tuple[dt.date, str, bool]]:
    """Yield the days on which a part was paid that was not taken back (books take back whole payments)."""
    for document in family:
        rows = [row for row in books.applications if row["item"] is document and row["effective"] <= day]
        back = [(row["by_document_id"], -row["amount"]) for row in rows if row["amount"] < 0]
        for row in rows:
            stands = row["amount"] > 0 and (row["by_document_id"], row["amount"]) not in back
            if row["kind"] in ("payment", "bill") and stands:
                by = books.documents.get(row["by_document_id"])
                yield (by["date"] if by else row["date"]), "payment", False
