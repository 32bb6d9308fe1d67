"""Which measures a ledger supports: what each needs and what this ledger lacks."""

from __future__ import annotations

import pandas as pd
import pytest

import arkit
from arkit.reporting.support import MEASURES

INVOICE = {
    "document_id": "I1", "customer_id": "C1", "kind": "invoice", "date": "2026-01-05", "due_date": "2026-02-04",
    "amount": 100.0, "currency": "EUR",
}  # fmt: skip
PAID = {"document_id": "I1", "by_document_id": None, "date": "2026-02-01", "amount": 60.0, "kind": "payment"}


@pytest.fixture(scope="module")
def whole() -> pd.DataFrame:
    return arkit.supports(arkit.sample())


def test_every_measure_has_a_row_and_its_function() -> None:
    assert [measure.key for measure in MEASURES if not callable(getattr(arkit, measure.key))] == []


def test_the_sample_company_supports_them_all(whole) -> None:
    assert set(whole["supported"]) == {"yes"}
    assert not whole["lacks"].map(len).any()
    assert whole["needs"].map(len).any()


def test_a_snapshot_has_a_position_and_no_history() -> None:
    found = arkit.supports(arkit.Ledger(pd.DataFrame([INVOICE]), scope="snapshot"))
    status = found["supported"]
    assert (status["aging"], status["concentration"]) == ("yes", "yes")
    assert set(status[["dso", "payment_days", "aging_history", "forecast", "bad_debt_rate"]]) == {"no"}
    (lack,) = found.loc["dso", "lacks"]
    assert lack == "settled documents with the day of each settlement"


def test_what_is_missing_is_named_one_by_one() -> None:
    found = arkit.supports(arkit.Ledger(pd.DataFrame([INVOICE]), pd.DataFrame([PAID])))
    assert found.loc["payment_days", "supported"] == "yes"
    assert found.loc["bad_debt_rate", "lacks"] == ("write-offs among the settlements",)
    assert found.loc["dso", "supported"] == "partly"
    assert found.loc["dso", "lacks"] == ("a year of documents", "the tax of each document")


def test_a_write_off_makes_a_bad_debt_rate() -> None:
    lost = {**PAID, "kind": "write_off"}
    found = arkit.supports(arkit.Ledger(pd.DataFrame([INVOICE]), pd.DataFrame([lost])))
    assert found.loc["bad_debt_rate", "supported"] == "partly"


def test_without_due_dates_ageing_is_from_the_invoice() -> None:
    found = arkit.supports(arkit.Ledger(pd.DataFrame([{**INVOICE, "due_date": None}])))
    assert found.loc["aging", "supported"] == "partly"
    assert found.loc["aging", "lacks"] == ("due dates",)


def test_limits_want_the_customers_file_and_limitation_the_log() -> None:
    found = arkit.supports(arkit.Ledger(pd.DataFrame([INVOICE]), pd.DataFrame([PAID])))
    assert found.loc["credit", ["supported", "lacks"]].tolist() == ["partly", ("credit limits",)]
    log = ("the log of reminders, calls, promises and disputes",)
    assert found.loc["limitation", ["supported", "lacks"]].tolist() == ["partly", log]
