"""Numbers that are composed, rows that do not count, and rows that make one document together."""

from __future__ import annotations

from pathlib import Path

import pytest

import arkit
from arkit.readers.drafting import draft

FIXTURES = Path(__file__).parent / "fixtures"
AGING = (FIXTURES / "quickbooks_aging" / "AR Aging Detail Report.csv").read_text("utf-8")
XERO = (FIXTURES / "xero" / "SalesInvoices.csv").read_text("utf-8")
NAMED = "no_customer_number"
GNUCASH = (FIXTURES / "gnucash" / "accounts receivable.csv").read_text("utf-8")


def changed(text: str, old: str, new: str) -> bytes:
    assert text.count(old) == 1
    return text.replace(old, new).encode()


def rules(refusal: pytest.ExceptionInfo[arkit.LedgerError]) -> set[str]:
    return {problem.rule for problem in refusal.value.problems}


def ids(ledger: arkit.Ledger) -> list[str]:
    return ledger.documents["document_id"].tolist()


class TestANumber:
    def test_is_a_documents_own_where_it_stands_for_no_other(self, write) -> None:
        ledger = arkit.read(write(AGING.encode()), currency="USD")
        assert {"1001", "1030", "14"} <= set(ids(ledger))

    def test_that_is_missing_is_composed(self, write) -> None:
        ledger = arkit.read(write(AGING.encode()), currency="USD")
        assert "Payment/03/12/2026/Copper Kettle Cafe" in ids(ledger)

    def test_that_two_documents_have_is_composed_for_both(self, write) -> None:
        path = write(changed(AGING, "Payment,,Copper Kettle Cafe", "Payment,1001,Copper Kettle Cafe"))
        found = ids(arkit.read(path, currency="USD"))
        assert "Invoice/1001/10/15/2025/Harbor View Inn" in found
        assert "Payment/1001/03/12/2026/Copper Kettle Cafe" in found
        assert "1001" not in found

    def test_of_the_same_document_twice_is_refused(self, write) -> None:
        row = ",03/20/2026,Invoice,1036,Copper Kettle Cafe,04/19/2026,328.40,328.40\n"
        with pytest.raises(arkit.LedgerError) as refusal:
            arkit.read(write(changed(AGING, row, row * 2)), currency="USD")
        assert rules(refusal) == {"duplicate_id"}


class TestTotals:
    def test_of_a_report_agree_with_its_rows(self, write) -> None:
        ledger = arkit.read(write(AGING.encode()), currency="USD")
        assert "total_differs" not in {problem.rule for problem in ledger.intake.problems}

    def test_that_differ_are_told_though_other_rows_follow(self, write) -> None:
        ledger = arkit.read(write(changed(AGING, '"$16,784.40"', '"$16,884.40"')), currency="USD")
        (problem,) = (problem for problem in ledger.intake.problems if problem.rule == "total_differs")
        assert (problem.row, problem.value) == (31, "16884.40")


class TestLinesOfAnInvoice:
    def test_that_name_two_customers_are_refused(self, write) -> None:
        (row,) = (line for line in XERO.splitlines(keepends=True) if ",Maps," in line)
        path = write(changed(XERO, row, row.replace("Port & Philip", "Port and Philip")))
        with pytest.raises(arkit.LedgerError) as refusal:
            arkit.read(path, exported_on="2026-03-31")
        assert rules(refusal) == {"lines_differ"}

    def test_are_not_two_overpayments_that_look_alike(self, write) -> None:
        (row,) = (line for line in XERO.splitlines(keepends=True) if "Sales overpayment" in line)
        with pytest.raises(arkit.LedgerError) as refusal:
            arkit.read(write(changed(XERO, row, row * 2)), exported_on="2026-03-31")
        assert rules(refusal) == {"duplicate_id"}


class TestSplitsOfATransaction:
    def test_add_up_to_one_payment(self, write) -> None:
        documents = arkit.read(write(GNUCASH.encode()), accept=NAMED).documents
        payment = documents[(documents["kind"] == "payment") & (documents["customer_id"] == "Quay Street Cafe")]
        assert payment["amount"].tolist() == [-584.0]

    def test_of_accounts_that_are_no_receivables_do_not_count(self, write) -> None:
        with pytest.raises(arkit.LedgerError) as refusal:
            arkit.read(write(GNUCASH.replace("Accounts Receivable", "Petty Cash").encode()), accept=NAMED)
        assert rules(refusal) == {"no_documents"}

    def test_of_two_customers_are_refused(self, write) -> None:
        rows = [line for line in GNUCASH.splitlines(keepends=True) if "2026-03-16" in line]
        path = write(changed(GNUCASH, rows[2], rows[2].replace("Quay Street Cafe", "Key Street Cafe")))
        with pytest.raises(arkit.LedgerError) as refusal:
            arkit.read(path, accept=NAMED)
        assert rules(refusal) == {"lines_differ"}

    def test_name_their_customer_which_has_to_be_accepted(self, write) -> None:
        with pytest.raises(arkit.LedgerError) as refusal:
            arkit.read(write(GNUCASH.encode()))
        assert rules(refusal) == {"no_customer_number"}

    def test_say_what_stands_apart_and_what_was_summed(self, write) -> None:
        said = [str(assumption) for assumption in arkit.read(write(GNUCASH.encode()), accept=NAMED).intake.assumptions]
        assert "1 rows are further parts of a document and add up to it" in said
        assert "1 rows are no receivables and stand apart: Void Reason says Entered twice" in said
        assert not any("negative invoices" in text for text in said)


def test_gnucashs_simple_layout_which_loses_splits_is_not_read(write) -> None:
    path = write(
        "Date,Account Name,Number,Description,Full Category Path,Reconcile,Amount With Sym,Amount Num.,Value With Sym,"
        "Value Num.,Rate/Price",
        "2026-03-16,Assets:Accounts Receivable,,Quay Street Cafe,-- Split Transaction --,n,-$484.00,-484.00,-$484.00,"
        "-484.00,1.0000",
    )
    with pytest.raises(arkit.LedgerError) as refusal:
        arkit.read(path)
    assert rules(refusal) == {"unknown_layout"}


def test_payables_in_the_columns_of_receivables_are_not_read(write) -> None:
    report = (
        ",Type,Date,Num,Name,Due Date,Aging,Open Balance",
        "Current,,,,,,,",
        ",Bill,03/20/2026,881,Timber Supply,04/19/2026,,400.00",
        "Total Current,,,,,,,400.00",
    )
    with pytest.raises(arkit.LedgerError) as refusal:
        arkit.read(write(*report), currency="USD")
    assert rules(refusal) == {"no_documents"}


def test_a_profile_that_keeps_by_a_column_that_it_has_not_is_told(tmp_path: Path) -> None:
    text = (Path(arkit.__file__).parent / "readers" / "profiles" / "gnucash.yaml").read_text("utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(text.replace("    keep:\n      account:", "    keep:\n      ledger:"), encoding="utf-8")
    with pytest.raises(arkit.ArkitError, match="keep: no column ledger"):
        arkit.read(FIXTURES / "gnucash" / "accounts receivable.csv", profile=str(mine))


EXPORTS = (
    "quickbooks_balance/Customer Balance Detail.xlsx", "xero/SalesInvoices.csv",
    "xero_aged/Aged Receivables Detail.xlsx", "gnucash/accounts receivable.csv",
)  # fmt: skip


@pytest.mark.parametrize("file", EXPORTS)
def test_a_drafted_profile_reads_as_the_layout_does_that_it_is_drafted_from(file: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(draft(FIXTURES / file), encoding="utf-8")
    theirs, own = (
        arkit.read(FIXTURES / file, profile=name, exported_on="2026-03-31", accept=NAMED) for name in (None, str(mine))
    )
    assert own.documents.equals(theirs.documents)
    assert own.intake.totals.equals(theirs.intake.totals)
