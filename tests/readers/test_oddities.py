"""What is odd but no reason to refuse: each warning with its rows, its first row and its money."""

from __future__ import annotations

from decimal import Decimal

import arkit
from arkit.reporting.dated import dated_problems

HEADER = "document_id,customer_id,customer_name,kind,date,due_date,amount,currency,seller"


def row(number: int, date: str = "2026-01-05", due: str = "2026-02-04", amount: str = "10", **other: str) -> str:
    cells = {"customer": "C1", "name": "Alpha", "kind": "invoice", "currency": "CNY", "seller": "We"} | other
    return ",".join(
        [f"I{number:03}", cells["customer"], cells["name"], cells["kind"], date, due, amount, cells["currency"],
         cells["seller"]]
    )  # fmt: skip


def warned(documents, name: str, *rows: str) -> list[tuple[int | None, int, Decimal | None, str | None]]:
    ledger = arkit.read(documents(*rows, header=HEADER))
    found = [p for p in ledger.intake.problems if p.rule == name]
    assert all(p.severity == "warning" for p in found)
    return [(p.row, p.count, p.amount, p.currency) for p in found]


def test_due_before_issue(documents) -> None:
    rows = (row(1), row(2, due="2026-01-04", amount="12.34"), row(3, due="2026-01-01", currency="USD"))
    assert warned(documents, "due_before_issue", *rows) == [(3, 1, Decimal("12.34"), "CNY"), (4, 1, 10, "USD")]


def test_due_on_a_weekend(documents) -> None:
    days = ("2026-02-06", "2026-02-07", "2026-02-08", "2026-02-09")  # Friday to Monday
    rows = tuple(row(i, due=due) for i, due in enumerate(days))
    assert warned(documents, "due_on_weekend", *rows) == [(3, 2, 20, "CNY")]


def test_a_missing_due_date(documents) -> None:
    assert warned(documents, "missing_due_date", row(1), row(2, due="", amount="7")) == [(3, 1, 7, "CNY")]


def test_all_due_in_one_month(documents) -> None:
    rows = [row(i, due=f"2026-02-{i % 28 + 1:02}") for i in range(25)]
    assert warned(documents, "one_month_due", *rows) == [(2, 25, 250, "CNY")]
    assert warned(documents, "one_month_due", *rows, row(99, due="2026-03-02")) == []


def test_one_row_that_outweighs_a_tenth(documents) -> None:
    rows = [row(i) for i in range(30)]
    assert warned(documents, "dominant_row", *rows, row(99, amount="34")) == [(32, 1, 34, "CNY")]
    assert warned(documents, "dominant_row", *rows, row(99, amount="33")) == []


def test_a_seller_who_is_the_buyer(documents) -> None:
    rows = (row(1), row(2, seller="alpha", amount="3"), row(3, seller="C1", amount="4"))
    assert warned(documents, "seller_is_buyer", *rows) == [(3, 2, 7, "CNY")]


def test_names_and_numbers_that_do_not_agree(documents) -> None:
    rows = (row(1), row(2, name="Alfa"), row(3, customer="C2"), row(4, customer="C3", name="Gamma"))
    assert warned(documents, "several_names", *rows) == [(None, 1, 20, "CNY")]  # C1 is Alpha and Alfa
    assert warned(documents, "shared_name", *rows) == [(None, 1, 30, "CNY")]  # Alpha is C1 and C2


def test_numbers_that_differ_by_zeros(documents) -> None:
    rows = (
        row(1, customer="0012"),
        row(2, customer="12"),
        row(3, customer="13"),
        row(4, customer="012", currency="USD"),
    )
    assert warned(documents, "ids_differ_by_zeros", *rows) == [(None, 1, 20, "CNY"), (None, 1, 10, "USD")]


def test_invoicing_that_stops_before_the_date(documents) -> None:
    ledger = arkit.read(documents(row(1)[: row(1).rindex(",")], header=HEADER[: HEADER.rindex(",")]))
    (found,) = dated_problems(ledger, ledger.last_day().replace(month=3))
    assert (found.rule, found.severity) == ("invoicing_stops", "warning")
    assert "59 days before 2026-03-05" in found.message
    assert dated_problems(ledger, ledger.last_day()) == ()
