"""What settled what, where a layout has no table of it: by day, to date, and in a journal."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

import arkit


def settled(ledger: arkit.Ledger) -> list[tuple[str, str | None, str, float, str]]:
    rows = ledger.applications.sort_values(["date", "document_id"])
    return [
        (row.document_id, None if pd.isna(row.by_document_id) else row.by_document_id, str(row.date.date()), row.amount,
         row.kind)
        for row in rows.itertuples()
    ]  # fmt: skip


def still_open(ledger: arkit.Ledger, day: str) -> dict[str, float]:
    items = ledger.open_items(day)
    return dict(zip(items["document_id"], items["open"], strict=True))


class TestByDay:
    HEADER = "Invoice No,Customer No,Invoice Date,Amount,Paid Date,Settled By"

    def test_a_code_that_closes_without_money_is_never_cash(self, write) -> None:
        words = ("paid", "withdrawn", "written off", "protested", "lapsed", "cancelled")
        rows = [f"A{i},C1,2026-01-05,100,2026-02-0{i + 1},{word}" for i, word in enumerate(words)]
        ledger = arkit.read(write(self.HEADER, *rows), currency="EUR")
        kinds = [kind for *_, kind in settled(ledger)]
        assert kinds == ["payment", "credit_note", "write_off", "other", "other", "other"]
        flows = arkit.flows(ledger, as_of="2026-02-28").sum()
        assert (flows["cash"], flows["write_offs"]) == (100, 100)
        assert still_open(ledger, "2026-02-28") == {}


class TestToDate:
    HEADER = "Invoice No,Customer No,Invoice Date,Amount,Paid,Credited,Open"

    def test_what_was_paid_takes_effect_on_the_day_of_the_export_and_it_says_so(self, write) -> None:
        rows = ("A,C1,2026-01-05,100.00,60.00,0,40.00", "B,C1,2026-01-06,50.00,30.00,20.00,0.00")
        ledger = arkit.read(write(self.HEADER, *rows), currency="EUR", exported_on="2026-03-01")
        assert ledger.scope == "snapshot"
        assert settled(ledger) == [
            ("A", None, "2026-03-01", 60, "payment"), ("B", None, "2026-03-01", 30, "payment"),
            ("B", None, "2026-03-01", 20, "credit_note"),
        ]  # fmt: skip
        assert still_open(ledger, "2026-03-01") == {"A": 40}
        assert "2 rows tell what was settled, not when: it is taken as of 2026-03-01, the day of the export" in (
            ledger.intake.assumptions
        )
        with pytest.raises(arkit.LedgerError, match="before_snapshot"):
            ledger.open_items("2026-02-28")

    @pytest.mark.parametrize(
        ("row", "rule"),
        [
            ("A,C1,2026-01-05,100.00,60.00,0,50.00", "parts_do_not_add"),
            ("A,C1,2026-01-05,100.00,0,0,120.00", "open_beyond_amount"),
            ("A,C1,2026-01-05,100.00,0,0,-20.00", "open_beyond_amount"),
        ],
    )
    def test_parts_that_are_more_than_the_whole_are_refused(self, write, row, rule) -> None:
        with pytest.raises(arkit.LedgerError) as refused:
            arkit.read(write(self.HEADER, row), currency="EUR", exported_on="2026-03-01")
        assert rule in {problem.rule for problem in refused.value.problems}


class TestJournal:
    HEADER = "Document No,Customer No,Date,Debit,Credit,Balance,Applies To"

    def read(self, write, *rows: str) -> arkit.Ledger:
        return arkit.read(write(self.HEADER, *rows), currency="EUR")

    def test_a_credit_settles_what_it_names_else_the_oldest(self, write) -> None:
        ledger = self.read(
            write,
            "I1,C1,2026-01-05,100,,100,", "I2,C1,2026-01-20,80,,180,", "R1,C1,2026-02-01,,80,100,I2",
            "R2,C1,2026-02-10,,30,70,", "I3,C2,2026-01-05,10,,10,",
        )  # fmt: skip
        assert settled(ledger) == [
            ("I2", "R1", "2026-02-01", 80, "payment"), ("I1", "R2", "2026-02-10", 30, "payment"),
        ]  # fmt: skip
        assert "Credits are applied to the document that they name (1), else to the oldest open one (1)" in (
            ledger.intake.assumptions
        )
        assert still_open(ledger, "2026-02-05") == {"I1": 100, "I3": 10}

    def test_money_before_any_debit_waits_for_the_next_and_counts_from_its_day(self, write) -> None:
        ledger = self.read(write, "R1,C1,2026-01-05,,50,-50,", "I1,C1,2026-02-01,80,,30,")
        assert settled(ledger) == [("I1", "R1", "2026-02-01", 50, "payment")]
        assert still_open(ledger, "2026-01-31") == {"R1": -50}
        assert still_open(ledger, "2026-02-01") == {"I1": 30}

    def test_what_comes_later_changes_nothing_before(self, write) -> None:
        rows = ("I1,C1,2026-01-05,100,,100,", "I2,C1,2026-01-20,80,,180,", "R1,C1,2026-02-01,,80,100,")
        early = self.read(write, *rows)
        late = self.read(write, *rows, "R2,C1,2026-02-02,,20,80,I1", "I0,C1,2026-02-03,5,,85,")
        for day in ("2026-01-10", "2026-01-31", "2026-02-01"):
            assert still_open(late, day) == still_open(early, day)

    def test_a_credit_for_a_document_that_is_not_there_settles_nothing_and_is_told(self, write) -> None:
        ledger = self.read(write, "I1,C1,2026-01-05,100,,100,", "R1,C1,2026-02-01,,40,60,I9")
        assert ledger.applications is None or ledger.applications.empty
        (told,) = (p for p in ledger.intake.problems if p.rule == "names_no_document")
        assert (told.row, told.amount) == (3, Decimal(-40))

    def test_a_balance_that_does_not_run_is_told(self, write) -> None:
        ledger = self.read(write, "I1,C1,2026-01-05,100,,100,", "I2,C1,2026-01-06,50,,160,")
        (told,) = (p for p in ledger.intake.problems if p.rule == "balance_differs")
        assert (told.row, told.value, told.count) == (3, "160", 1)
        assert "here the rows add up to 150.00" in told.message
