"""Exposure against the limit on file, terms granted and taken, and the cost of what is late, worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

import arkit
from arkit.collecting.exposure import NO_RATE

DOCUMENTS = [
    ("I1", "C1", "invoice", "2024-01-01", "2024-01-31", 600.0),
    ("I2", "C1", "invoice", "2024-02-01", "2024-03-02", 500.0),
    ("I3", "C1", "invoice", "2024-03-10", "2024-04-09", 450.0),
    ("I4", "C2", "invoice", "2024-03-01", "2024-03-31", 200.0),
    ("I5", "C3", "invoice", "2024-03-01", "2024-03-31", 70.0),
]
PAID = [("I1", "2024-02-20", 600.0)]
CUSTOMERS = [("C1", 800.0), ("C2", 500.0), ("C3", None), ("C4", 100.0)]


@pytest.fixture(scope="module")
def ledger() -> arkit.Ledger:
    names = ["document_id", "customer_id", "kind", "date", "due_date", "amount"]
    documents = pd.DataFrame(DOCUMENTS, columns=names).assign(currency="EUR")
    paid = pd.DataFrame(PAID, columns=["document_id", "date", "amount"]).assign(by_document_id=None, kind="payment")
    return arkit.Ledger(documents, paid, pd.DataFrame(CUSTOMERS, columns=["customer_id", "credit_limit"]))


def test_exposure_headroom_and_cost(ledger) -> None:
    frame = arkit.credit(ledger, as_of="2024-03-12", annual_rate=0.073)
    row = frame.loc[("EUR", "C1")]
    # 500 ten days late: 500 x 7.3 % x 10 / 365
    assert row[["limit", "exposure", "headroom", "overdue", "carrying_cost"]].tolist() == [800, 950, -150, 500, 1.0]
    assert row["used"] == 950 / 800
    assert frame.loc[("EUR", "C2"), ["headroom", "used", "carrying_cost"]].tolist() == [300, 0.4, 0]


def test_days_over_the_limit_are_those_on_end(ledger) -> None:
    over = {
        day: arkit.credit(ledger, as_of=day, annual_rate=0.06).loc[("EUR", "C1"), "days_over_limit"]
        for day in ("2024-02-01", "2024-02-19", "2024-02-20", "2024-03-12")
    }
    # 1,100 from 1 to 19 February, 500 from the 20th, 950 from 10 March
    assert over == {"2024-02-01": 1, "2024-02-19": 19, "2024-02-20": 0, "2024-03-12": 3}


def test_terms_granted_against_terms_taken(ledger) -> None:
    row = arkit.credit(ledger, as_of="2024-03-12", annual_rate=0.06).loc[("EUR", "C1")]
    assert row[["terms_granted", "terms_taken"]].tolist() == [30, 50]


def test_a_customer_without_a_limit_has_no_headroom_and_one_without_debt_no_row(ledger) -> None:
    frame = arkit.credit(ledger, as_of="2024-03-12", annual_rate=0.06)
    assert frame.loc[("EUR", "C3"), ["limit", "headroom", "used", "days_over_limit"]].isna().all()
    assert ("EUR", "C4") not in frame.index


def test_the_limit_of_one_who_owes_nothing_is_in_the_currency_of_most_of_his_sales() -> None:
    names = ["document_id", "customer_id", "kind", "date", "due_date", "amount", "currency"]
    rows = [
        ("E1", "C1", "invoice", "2024-01-01", "2024-01-31", 600.0, "EUR"),
        ("P1", "C1", "payment", "2024-01-20", None, -600.0, "EUR"),
        ("Y1", "C1", "invoice", "2024-01-05", "2024-02-04", 500.0, "JPY"),
    ]
    paid = [("E1", "P1", "2024-01-20", 600.0, "payment"), ("Y1", None, "2024-01-25", 500.0, "payment")]
    books = arkit.Ledger(
        pd.DataFrame(rows, columns=names),
        pd.DataFrame(paid, columns=["document_id", "by_document_id", "date", "amount", "kind"]),
        pd.DataFrame([("C1", 800.0)], columns=["customer_id", "credit_limit"]),
    )
    assert arkit.credit(books, as_of="2024-03-12", annual_rate=0.06)["limit"].to_dict() == {("EUR", "C1"): 800}


def test_before_the_first_document_nobody_has_a_row(ledger) -> None:
    assert arkit.credit(ledger, as_of="2023-12-31").empty


def test_without_a_rate_lateness_has_no_cost_and_says_why(ledger) -> None:
    frame = arkit.credit(ledger, as_of="2024-03-12")
    assert frame["carrying_cost"].isna().all()
    assert [(n["column"], n["reason"]) for n in frame.attrs["notes"]] == [("carrying_cost", NO_RATE)]


def test_a_snapshot_knows_the_exposure_only() -> None:
    invoice = pd.DataFrame([DOCUMENTS[0]], columns=["document_id", "customer_id", "kind", "date", "due_date", "amount"])
    books = arkit.Ledger(invoice.assign(currency="EUR"), scope="snapshot")
    frame = arkit.credit(books, as_of="2024-03-12", annual_rate=0.06)
    assert frame["exposure"].tolist() == [600]
    assert frame[["terms_taken", "limit_by_record", "days_over_limit"]].isna().all().all()
    assert frame.attrs["notes"]
