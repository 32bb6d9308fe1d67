from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import arkit
from arkit.readers import profiles

FIXTURES = Path(__file__).parent / "fixtures"

SAMPLE = Path(__file__).parents[2] / "sample_data"
LEDGERS = Path(__file__).parents[3] / "shared" / "ledgers"


def rules(ledger: arkit.Ledger) -> set[str]:
    return {problem.rule for problem in ledger.intake.problems}


class TestInvoicesWithTheirSettlementDay:
    @pytest.fixture
    def ledger(self) -> arkit.Ledger:
        return arkit.read(FIXTURES / "invoices_settled" / "invoices_settled.csv")

    def test_each_row_is_a_document_and_a_settled_one_an_application_in_full(self, ledger) -> None:
        assert ledger.documents["document_id"].tolist()[:2] == ["0000000417", "0000000418"]
        assert ledger.documents["kind"].tolist() == [*["invoice"] * 4, "credit_note"]
        assert ledger.applications["document_id"].tolist() == ["0000000417", "0000000418", "1000000419", "1000000421"]
        assert ledger.applications["by_document_id"].isna().all()
        assert ledger.applications["amount"].tolist() == [120.5, 80.25, 310.0, 20.0]
        assert set(ledger.applications["kind"]) == {"payment"}

    def test_the_position_at_a_past_date_knows_nothing_of_later_settlements(self, ledger) -> None:
        assert arkit.aging(ledger, as_of="2024-03-10").loc["XXX", "total"] == 445.25
        assert arkit.aging(ledger, as_of="2024-12-31").loc["XXX", "total"] == 55.0

    def test_a_file_without_currency_is_read_as_having_none_and_says_so(self, ledger) -> None:
        assert ledger.currencies == ("XXX",)
        assert "no_currency" in rules(ledger)
        named = arkit.read(FIXTURES / "invoices_settled" / "invoices_settled.csv", currency="USD")
        assert named.currencies == ("USD",)
        assert "no_currency" not in rules(named)

    def test_further_columns_are_carried_through(self, ledger) -> None:
        row = ledger.documents.iloc[1]
        assert (row["region"], row["disputed"], row["PaperlessBill"], row["DaysLate"]) == ("501", "Yes", "Paper", "16")
        assert "settled_on" not in ledger.documents

    def test_an_invoice_settled_before_its_date_is_an_advance_with_a_warning(self, write) -> None:
        path = write("customerID,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,SettledDate",
                     "C1,1,2/13/2024,3/14/2024,10.50,2/1/2024")  # fmt: skip
        (warning,) = (p for p in arkit.read(path).intake.problems if p.rule == "settled_before_issue")
        assert (warning.count, warning.amount, warning.currency, warning.row) == (1, Decimal("10.50"), "XXX", 2)


class TestSapOpenItems:
    @pytest.fixture
    def ledger(self) -> arkit.Ledger:
        return arkit.read(FIXTURES / "sap_open_items" / "sap_open_items.csv")

    def test_it_is_a_snapshot_of_its_latest_booking(self, ledger) -> None:
        assert ledger.scope == "snapshot"
        assert ledger.snapshot_on == dt.date(2024, 3, 15)
        assert any("2024-03-15" in assumption for assumption in ledger.intake.assumptions)

    def test_float_text_ids_are_mended_and_leading_zeros_kept(self, ledger) -> None:
        assert ledger.documents["document_id"].tolist()[0] == "1930000001"
        assert ledger.documents["invoice_id"].tolist()[0] == "1930000001"
        assert ledger.documents["customer_id"].tolist()[0] == "0200000101"

    def test_customers_are_grouped_by_number_with_the_commonest_spelling(self, ledger) -> None:
        names = ledger.customers.set_index("customer_id")["name"]
        assert names.to_dict() == {
            "0200000101": "Northern Mills", "200000101": "Northern Mills co", "CCCA02": "Prairie Foods",
        }  # fmt: skip
        (warning,) = (p for p in ledger.intake.problems if p.rule == "several_names")
        assert warning.count == 1

    def test_numbers_that_differ_by_leading_zeros_are_kept_apart_with_a_warning(self, ledger) -> None:
        (warning,) = (p for p in ledger.intake.problems if p.rule == "ids_differ_by_zeros")
        assert (warning.count, warning.value) == (1, "200000101 / 0200000101")

    def test_due_before_posting_is_a_warning_with_its_money(self, ledger) -> None:
        (warning,) = (p for p in ledger.intake.problems if p.rule == "due_before_issue")
        assert (warning.count, warning.amount, warning.currency, warning.row) == (1, Decimal("700.40"), "CAD", 6)

    def test_currencies_stand_apart_and_negative_items_are_credit_notes(self, ledger) -> None:
        assert ledger.intake.totals["file"].to_dict() == {"CAD": Decimal("650.40"), "USD": Decimal("4110.00")}
        assert ledger.documents["kind"].tolist()[-1] == "credit_note"
        assert ledger.intake.ties()

    def test_business_unit_and_terms_are_the_files(self, ledger) -> None:
        assert ledger.documents.loc[0, ["business_unit", "terms"]].tolist() == ["U001", "NAA8"]

    def test_a_row_that_is_not_open_does_not_belong(self, write) -> None:
        lines = (FIXTURES / "sap_open_items" / "sap_open_items.csv").read_text().splitlines()
        path = write(*lines[:-1], lines[-1][:-1] + "0")
        with pytest.raises(
            arkit.LedgerError, match=r"row 7:isOpen: the row says that the item is not open.*\[not_open\]"
        ):
            arkit.read(path)
        assert len(arkit.read(path, accept="not_open").documents) == 5

    def test_an_unknown_document_type_is_refused(self, write) -> None:
        text = (FIXTURES / "sap_open_items" / "sap_open_items.csv").read_text().replace("USD,RV,", "USD,ZZ,", 1)
        with pytest.raises(
            arkit.LedgerError, match=r"row 2:document type: kind must be one of .*'ZZ'.*\[unknown_value\]"
        ):
            arkit.read(write(text.encode()))


@pytest.mark.skipif(not LEDGERS.is_dir(), reason="the two real ledgers are not at hand")
class TestTheTwoRealLedgers:
    def test_invoices_settled(self) -> None:
        ledger = arkit.read(LEDGERS / "invoices_settled.csv")
        assert len(ledger.documents) == 2466
        assert ledger.documents["document_id"].str.startswith("0").sum() == 266
        assert ledger.intake.totals.loc["XXX", "used"] == Decimal("147703.18")
        assert ledger.intake.tables[0].date_order == "mdy"

    def test_sap_open_items(self) -> None:
        ledger = arkit.read(LEDGERS / "sap_open_items.csv")
        assert ledger.intake.totals["used"].to_dict() == {
            "CAD": Decimal("44471009.08"), "USD": Decimal("275113716.83"),
        }  # fmt: skip
        assert len(ledger.customers) == 664
        found = {(p.rule, p.currency): p.count for p in ledger.intake.problems}
        assert found["due_before_issue", "USD"] == 32
        assert (found["ids_differ_by_zeros", "USD"], found["ids_differ_by_zeros", "CAD"]) == (125, 13)


def test_a_folder_of_canonical_tables_is_read(tmp_path: Path) -> None:
    tables = {
        "documents": "document_id,customer_id,kind,date,due_date,amount,currency,tax,project\n"
                     "I1,C1,invoice,2024-01-31,2024-03-01,113.000,KWD,1.500,Alpha\n"
                     "P1,C1,payment,2024-02-05,,-100.000,KWD,,\n",
        "applications": "document_id,by_document_id,date,amount,kind\nI1,P1,2024-02-05,100.000,payment\n",
        "customers": "customer_id,name,name_zh,type,credit_limit\nC1,Alpha Ltd,阿尔法,dealer,5000\n",
        "activities": "customer_id,document_id,date,kind,due_on,amount,reason,owner,outcome\n"
                      "C1,I1,2024-03-04,promise,2024-03-11,13.000,,Li,kept\n",
        "targets": "month,owner,amount\n2024-03,Li,500\n",
    }  # fmt: skip
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    ledger = arkit.read(tmp_path)
    assert ledger.intake.profile == "canonical"
    assert ledger.documents["amount"].tolist() == [113.0, -100.0]
    assert ledger.documents["project"].tolist()[0] == "Alpha"
    assert ledger.customers.iloc[0].tolist() == ["C1", "Alpha Ltd", "阿尔法", "dealer", 5000.0]
    assert ledger.targets["month"].tolist() == [pd.Timestamp("2024-03-01")]
    assert ledger.activities["due_on"].tolist() == [pd.Timestamp("2024-03-11")]
    assert arkit.aging(ledger, as_of="2024-03-31").loc["KWD", "total"] == 13.0
    assert ledger.intake.rows == 6


def test_the_sample_company_reads_the_same_from_its_tables_and_from_its_chinese_workbook() -> None:
    tables, workbook = arkit.read(SAMPLE), arkit.read(SAMPLE / "应收账款.xlsx")
    assert (tables.intake.profile, workbook.intake.profile) == ("canonical", "zh_workbook")
    assert tables.intake.totals.equals(workbook.intake.totals)
    for name in ("documents", "applications", "activities", "targets"):
        ours, theirs = getattr(tables, name), getattr(workbook, name)
        pd.testing.assert_frame_equal(ours, theirs[list(ours.columns)])
    customers = workbook.customers.rename(columns={"name": "name_zh", "name_en": "name"})
    pd.testing.assert_frame_equal(tables.customers, customers[list(tables.customers.columns)])


def test_duckdb_gives_the_same_figures_from_the_same_file() -> None:
    here, there = (
        arkit.read(FIXTURES / "invoices_settled" / "invoices_settled.csv", engine=engine)
        for engine in ("pandas", "duckdb")
    )
    pd.testing.assert_frame_equal(
        arkit.aging(here, as_of="2024-03-10", by="region"), arkit.aging(there, as_of="2024-03-10", by="region")
    )
    assert there.intake.totals.equals(here.intake.totals)


def test_payments_without_a_minus_sign_are_taken_as_negative_and_it_says_so(documents) -> None:
    path = documents("I1,C1,invoice,2024-01-31,2024-03-01,113.00,EUR", "P1,C1,payment,2024-02-05,,100.00,EUR")
    ledger = arkit.read(path)
    assert ledger.documents["amount"].tolist() == [113.0, -100.0]
    assert ledger.intake.assumptions == ("No payment has a minus sign in the file: all 1 are taken as negative",)
    assert ledger.intake.ties()


def test_two_layouts_that_fit_equally_are_refused(documents, monkeypatch: pytest.MonkeyPatch) -> None:
    from arkit.readers import recognise

    canonical = profiles.load("canonical")
    twin = profiles.Profile("twin", "twin", "tables", canonical.tables, {})
    monkeypatch.setattr(recognise, "every", lambda: iter([canonical, twin]))
    with pytest.raises(
        arkit.LedgerError, match=r"fits several layouts equally well: canonical, twin \[several_layouts\] Say which"
    ):
        arkit.read(documents("1,C1,invoice,2024-01-31,2024-03-01,5.00,EUR"))


def test_a_layout_that_lacks_a_column_says_what_was_recognised_and_what_is_missing(write) -> None:
    path = write("customerID,invoiceNumber,InvoiceDate,DueDate,SettledDate", "C1,1,2/13/2024,3/14/2024,")
    with pytest.raises(
        arkit.LedgerError,
        match=r"Nearest: invoices_settled; recognised: .*InvoiceDate.*missing: amount \(InvoiceAmount\)",
    ):
        arkit.read(path)


def test_a_named_table_that_lacks_a_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "documents.csv").write_text(
        "document_id,customer_id,kind,date,due_date,amount,currency\n1,C1,invoice,2024-01-31,,5.00,EUR\n"
    )
    (tmp_path / "applications.csv").write_text("document_id,by_document_id,date,kind\n1,,2024-02-01,payment\n")
    with pytest.raises(
        arkit.LedgerError, match=r"applications.csv: no column for amount; there are: .*\[missing_column\]"
    ):
        arkit.read(tmp_path)


def test_two_columns_for_one_name_are_refused(write) -> None:
    path = write("document_id,customer_id,kind,date,due_date,amount,Amount,currency",
                 "1,C1,invoice,2024-01-31,2024-03-01,5.00,6.00,EUR")  # fmt: skip
    with pytest.raises(
        arkit.LedgerError, match=r"several columns stand for amount: amount, Amount.*\[duplicate_column\]"
    ):
        arkit.read(path)


def test_an_unknown_profile_names_those_there_are(documents) -> None:
    path = documents("1,C1,invoice,2024-01-31,2024-03-01,5.00,EUR")
    with pytest.raises(arkit.ArkitError, match=r"no profile 'sap'; there are: .*canonical, .*invoices_settled"):
        arkit.read(path, profile="sap")
    with pytest.raises(arkit.LedgerError, match="unknown_layout"):
        arkit.read(path, profile="sap_open_items")


def test_a_column_of_ones_own_never_passes_for_one_that_the_reader_knows(documents) -> None:
    header = "document_id,customer_id,kind,date,due_date,amount,currency,settled_by,closes_as,is_open"
    ledger = arkit.read(documents("I1,C1,invoice,2024-01-31,2024-03-01,100,EUR,write_off,bill,0", header=header))
    assert ledger.applications is None
    carried = {"settled_by.1": "write_off", "closes_as.1": "bill", "is_open.1": "0"}
    assert ledger.documents.iloc[0][[*carried]].to_dict() == carried
