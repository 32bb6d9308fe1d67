"""Positions that other systems' tests and issue threads pin down, told again as events.

They age by due date with every credit by its own date among the rest, as those systems do.
"""

from __future__ import annotations

import pytest
from random_ledgers import Tables, day, to_pandas

import arkit

MONTHLY = (30, 60, 90, 120)


def invoice(number: str, date: str, due: str | None, amount: float, kind: str = "invoice") -> dict:
    return {
        "document_id": number,
        "customer_id": "C1",
        "kind": kind,
        "date": day(date),
        "due_date": day(due) if due else None,
        "amount": amount,
        "currency": "USD",
    }


def payment(number: str, date: str, amount: float) -> dict:
    return invoice(number, date, None, -amount, "payment")


def applied(item: str, by: str, date: str, amount: float) -> dict:
    return {"document_id": item, "by_document_id": by, "date": day(date), "amount": amount, "kind": "payment"}


GNUCASH = [
    invoice("1", "1980-05-13", "1980-07-18", 6.75),
    invoice("2", "1980-04-13", "1980-06-18", 4.00),
    invoice("3", "1980-03-13", "1980-05-18", 8.50),
    invoice("4", "1980-02-13", "1980-04-18", 7.50),
    invoice("5", "1980-01-13", "1980-03-18", 11.50),
    invoice("6", "1980-04-18", "1980-04-18", 200.00),
    invoice("7", "1980-06-22", "1980-06-22", -3.00, "credit_note"),
    payment("8", "1980-03-18", 1.50),
    payment("9", "1980-03-20", 2.00),
    payment("10", "1980-04-19", 200.00),
]
GNUCASH_APPLIED = [
    applied("5", "8", "1980-03-18", 1.50),
    applied("5", "9", "1980-03-20", 2.00),
    applied("6", "10", "1980-04-19", 200.00),
]
DOUBLING = [
    invoice("dec", "2017-12-15", "2018-01-15", 500),
    invoice("nov", "2017-11-15", "2017-12-15", 1_000),
    invoice("oct", "2017-10-15", "2017-11-15", 2_000),
    invoice("sep", "2017-09-15", "2017-10-15", 4_000),
    invoice("aug", "2017-08-15", "2017-09-15", 8_000),
    invoice("jul", "2017-07-15", "2017-08-15", 160_000),
]
INSTALMENTS = [
    invoice("1/3", "2018-10-27", "2018-11-26", 27_000),
    invoice("2/3", "2018-10-27", "2018-12-26", 27_000),
    invoice("3/3", "2018-10-27", "2019-01-25", 36_000),
]

POSITIONS = [
    # not_due, the buckets, and the last one without a limit
    pytest.param(
        GNUCASH, GNUCASH_APPLIED, "1980-07-01", "due", (30, 60, 90), [6.75, 1, 8.5, 7.5, 8],
        id="GnuCash owner report: two part payments, and a credit note of 3 that nets with the 4 of its age",
    ),
    pytest.param(
        DOUBLING, [], "2017-12-31", "due", MONTHLY, [500, 1_000, 2_000, 4_000, 8_000, 160_000],
        id="OCA account-financial-reporting, pull request 383: one invoice a bucket",
    ),
    pytest.param(
        INSTALMENTS, [], "2018-11-28", "due", MONTHLY, [63_000, 27_000, 0, 0, 0, 0],
        id="OCA, issue 487: instalments age each by its own due date",
    ),
    pytest.param(
        INSTALMENTS, [], "2018-11-28", "document", MONTHLY, [0, 0, 90_000, 0, 0, 0],
        id="OCA, issue 487: by the invoice's date they are one age",
    ),
    pytest.param(
        [invoice("1", "2020-04-30", "2020-04-30", 100), payment("p", "2020-06-30", 100)],
        [applied("1", "p", "2020-06-30", 100)],
        "2020-05-31", "due", MONTHLY, [0, 0, 100, 0, 0, 0],
        id="OCA, issue 707: what is paid later was open then; 31 days late",
    ),
    pytest.param(
        [invoice("1", "2026-01-31", "2026-01-31", 100), payment("p", "2026-01-31", 40)],
        [applied("1", "p", "2026-01-31", 40)],
        "2026-01-31", "due", MONTHLY, [60, 0, 0, 0, 0, 0],
        id="ERPNext: a part receipt on the day",
    ),
    pytest.param(
        [invoice("1", "2025-12-31", "2025-12-31", 100), payment("p", "2026-01-31", 99.99)],
        [applied("1", "p", "2026-01-31", 99.99)],
        "2026-01-31", "due", MONTHLY, [0, 0, 0.01, 0, 0, 0],
        id="ERPNext: a residue of one cent stays",
    ),
    pytest.param(
        [invoice("1", "2026-01-31", "2026-03-02", 100), payment("p", "2026-02-01", 100)],
        [applied("1", "p", "2026-02-01", 100)],
        "2026-01-31", "due", MONTHLY, [100, 0, 0, 0, 0, 0],
        id="ERPNext: a receipt of the day after",
    ),
    pytest.param(
        [
            invoice("old", "2025-11-01", "2025-11-02", 700),
            invoice("15 days", "2026-01-01", "2026-01-16", 10),
            invoice("16 days", "2026-01-01", "2026-01-15", 20),
        ],
        [], "2026-01-31", "due", (15, 30, 60), [0, 10, 20, 0, 700],
        id="OCA 16.0 with limits 15/30/60: limits are inclusive and the tail is not lost",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("documents", "applications", "as_of", "basis", "buckets", "expected"), POSITIONS)
def test_published_position(documents, applications, as_of, basis, buckets, expected):
    ledger = to_pandas(Tables(documents, applications, []))
    frame = arkit.aging(ledger, as_of=as_of, basis=basis, buckets=buckets, credits="by_age")
    (row,) = frame.to_numpy().tolist()
    assert row == [*expected, sum(expected)]
    assert [frame.columns[0], *frame.columns[-2:]] == ["not_due", f"over_{buckets[-1]}", "total"]


def test_credits_apart_leave_the_invoices_whole():
    ledger = to_pandas(Tables(GNUCASH, GNUCASH_APPLIED, []))
    (row,) = arkit.aging(ledger, as_of="1980-07-01").to_dict("records")
    assert row == {
        "not_due": 6.75, "d1_30": 4.0, "d31_60": 8.5, "d61_90": 7.5, "over_90": 8.0, "unapplied": -3.0, "total": 31.75
    }  # fmt: skip


@pytest.mark.parametrize(
    ("as_of", "column"),
    [
        ("2026-03-01", "not_due"),
        ("2026-03-02", "d1_30"),
        ("2026-03-31", "d1_30"),
        ("2026-04-01", "d31_60"),
        ("2026-05-30", "d61_90"),
        ("2026-05-31", "over_90"),
    ],
)
def test_invoice_due_on_the_day_is_not_overdue_and_limits_are_inclusive(as_of, column):
    ledger = to_pandas(Tables([invoice("1", "2026-01-30", "2026-03-01", 50)], [], []))
    (row,) = arkit.aging(ledger, as_of=as_of).to_dict("records")
    assert {name for name, value in row.items() if value} == {column, "total"}
