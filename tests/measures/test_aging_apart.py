"""Disputed and promised amounts stand apart in an ageing, and the parts still add up."""

from __future__ import annotations

import pytest
from ledgers import ENGINES, document, ledger

import arkit

APART = ("disputed", "promised")
DOCUMENTS = [
    document("A", "invoice", "2026-01-01", 100.10, "2026-01-31"),
    document("B", "invoice", "2026-01-01", 20.20, "2026-01-31"),
    document("C", "invoice", "2026-01-01", 3.30, "2026-04-30"),
    document("D", "payment", "2026-01-01", -7),
]


def did(number: str, kind: str, date: str, due_on: str | None = None) -> dict:
    return {"customer_id": "C1", "document_id": number, "date": date, "kind": kind, "due_on": due_on}


def row(*log: dict, apart=APART, engine: str = "pandas") -> dict:
    books = ledger(DOCUMENTS, activities=list(log) or None, engine=engine)
    frame = arkit.aging(books, as_of="2026-02-15", apart=apart)
    return frame[frame != 0].loc["CNY"].dropna().to_dict()


@pytest.mark.parametrize("engine", ENGINES)
def test_each_stands_in_its_column(engine) -> None:
    log = [did("A", "dispute_opened", "2026-02-01"), did("C", "promise", "2026-02-01", "2026-02-15")]
    assert row(*log, engine=engine) == {
        "d1_30": 20.20, "unapplied": -7, "disputed": 100.10, "promised": 3.30, "total": 116.60,
    }  # fmt: skip


@pytest.mark.parametrize(
    "log",
    [
        [],
        [did("A", "dispute_opened", "2026-02-16")],
        [did("A", "dispute_opened", "2026-02-01"), did("A", "dispute_closed", "2026-02-10")],
        [did("A", "promise", "2026-02-01", "2026-02-14")],
        [did("A", "promise", "2026-01-01", "2026-03-01"), did("A", "plan", "2026-02-01", "2026-02-10")],
        [did("D", "dispute_opened", "2026-02-01")],
    ],
)
def test_what_is_over_or_not_yet_told_or_no_claim_does_not(log) -> None:
    assert row(*log) == {"d1_30": 120.30, "not_due": 3.30, "unapplied": -7, "total": 116.60}


def test_who_disputes_and_promises_stands_in_the_first_named() -> None:
    log = [did("A", "dispute_opened", "2026-02-01"), did("A", "promise", "2026-02-02", "2026-03-01")]
    assert row(*log)["disputed"] == 100.10
    assert row(*log, apart=("promised", "disputed"))["promised"] == 100.10


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cell_is_traced_to_its_documents(engine) -> None:
    log = [did("A", "dispute_opened", "2026-02-01"), did("C", "promise", "2026-02-01", "2026-02-15")]
    books = ledger(DOCUMENTS, activities=log, engine=engine)
    behind = {
        column: "".join(books.trace(as_of="2026-02-15", column=column, apart=APART)["document_id"])
        for column in ("disputed", "promised", "d1_30", "not_due", "total")
    }
    assert behind == {"disputed": "A", "promised": "C", "d1_30": "B", "not_due": "", "total": "ABCD"}
    with pytest.raises(arkit.ArkitError, match="column must be one of"):
        books.trace(as_of="2026-02-15", column="disputed")


def test_another_word_is_refused() -> None:
    with pytest.raises(arkit.ArkitError, match="apart must be"):
        row(apart=("lost",))
