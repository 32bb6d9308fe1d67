"""A log put beside a ledger's activities: a new ledger, nothing twice, unknown numbers refused."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest
from books import Books
from random_ledgers import make, to_duckdb, to_pandas

import arkit
from arkit.errors import LedgerError


def log(**more):
    row = {"customer_id": "C1", "document_id": "I0", "date": pd.Timestamp("2025-12-30"), "kind": "call", "note": "n"}
    return pd.DataFrame([{**row, "due_on": pd.NaT, "amount": None, "outcome": "reached", **more}])


def test_the_given_ledger_stays_as_it_is_and_the_new_one_knows_more():
    book = Books()
    book.log("reminder", 20, book.sale(40))
    given = book.ledger()
    found = arkit.with_activities(given, log())
    assert given.table("activities")["kind"].tolist() == ["reminder"]
    assert found.table("activities")["kind"].tolist() == ["reminder", "call"]
    assert found.documents.equals(given.documents)
    assert found.intake is given.intake


def test_a_log_that_is_read_twice_counts_once():
    book = Books()
    book.sale(40)
    once = arkit.with_activities(book.ledger(), log())
    assert len(arkit.with_activities(once, log()).table("activities")) == 1
    assert len(arkit.with_activities(once, log(kind="visit")).table("activities")) == 2


def test_numbers_that_the_ledger_does_not_know_are_refused_all_at_once():
    book = Books()
    book.sale(40)
    with pytest.raises(LedgerError, match="2 problem") as caught:
        arkit.with_activities(book.ledger(), log(customer_id="C9", document_id="I9"))
    assert [problem.value for problem in caught.value.problems] == ["C9", "I9"]


@pytest.mark.parametrize("twice", [False, True])
def test_a_ledger_in_duckdb_takes_a_log_as_one_in_pandas(twice):
    tables = make(3, invoices=30)
    customer = tables.documents[0]["customer_id"]
    given = log(customer_id=customer, document_id=None, date=pd.Timestamp("2024-12-30"))
    with duckdb.connect() as connection:
        found = [arkit.with_activities(each, given) for each in (to_pandas(tables), to_duckdb(tables, connection))]
        if twice:
            more = given.assign(kind="visit", due_on=pd.Timestamp("2025-01-05"))
            found = [arkit.with_activities(each, more) for each in found]
        one, other = (each.table("activities").sort_values("kind", ignore_index=True) for each in found)
    assert len(one) == 1 + twice
    pd.testing.assert_frame_equal(one, other[one.columns], check_dtype=False)


def test_what_no_ledger_takes_is_refused():
    book = Books()
    book.log("call", 20, book.sale(40))
    with pytest.raises(LedgerError, match="not a date"):
        arkit.with_activities(book.ledger(), log(date="soon"))
    with pytest.raises(LedgerError, match="kind must be one of"):
        arkit.with_activities(book.ledger(), log(kind="fax"))
