"""What a layout leaves empty is not guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

import arkit
from arkit.errors import LedgerError

HEAD = "Invoice No,Customer No,Invoice Date,Due Date,Amount,{columns}\n"
ONE = "A1,C1,2024-01-05,2024-02-04,100.00,"
TWO = "A2,C1,2024-01-06,2024-02-05,250.00,"


@pytest.fixture
def ledger(tmp_path: Path):
    def write(columns: str, one: str, two: str) -> Path:
        path = tmp_path / "paid.csv"
        path.write_text(f"{HEAD.format(columns=columns)}{ONE}{one}\n{TWO}{two}\n", encoding="utf-8")
        return path

    return write


def open_on(books: arkit.Ledger, day: str) -> dict[str, float]:
    items = books.open_items(day)
    return dict(zip(items["document_id"], items["open"], strict=True))


class TestEmptyOpenAmounts:
    def test_alone_they_are_refused_once_with_their_number(self, ledger) -> None:
        with pytest.raises(LedgerError) as refused:
            arkit.read(ledger("Open", "100.00", ""), currency="EUR", exported_on="2024-03-01")
        (problem,) = refused.value.problems
        assert (problem.rule, problem.row, problem.column, problem.count) == ("empty_open", 3, "Open", 1)

    def test_accepted_they_are_settled_in_full(self, ledger) -> None:
        path = ledger("Open", "100.00", "")
        books = arkit.read(path, currency="EUR", exported_on="2024-03-01", accept=["empty_open"])
        assert open_on(books, "2024-03-01") == {"A1": 100.0}
        assert books.intake.accepted == ("empty_open",)

    def test_beside_what_was_paid_they_follow_from_it(self, ledger) -> None:
        books = arkit.read(ledger("Paid,Open", "0.00,100.00", "50.00,"), currency="EUR", exported_on="2024-03-01")
        assert open_on(books, "2024-03-01") == {"A1": 100.0, "A2": 200.0}
