"""Layouts of common words and of makers that leave things unsaid: what they are taken for, and what they are not."""

from __future__ import annotations

import pandas as pd
import pytest

import arkit
from arkit.readers import profiles
from arkit.readers.matching import plain

GENERIC = [name for name in profiles.names() if profiles.load(name).generic]


@pytest.mark.parametrize("name", GENERIC)
def test_no_two_common_words_are_read_as_one(name: str) -> None:
    columns = profiles.load(name).tables["documents"].columns
    owners = [(plain(word), column) for column, words in columns.items() for word in words]
    assert len({word for word, _ in owners}) == len(set(owners))


@pytest.mark.parametrize(
    ("header", "profile"),
    [
        ("Invoice #,Customer #,Invoice Date,Balance Due", "generic_open"),
        ("Invoice #,Customer #,Invoice Date,Amount", "generic_open"),
        ("Invoice #,Customer #,Invoice Date,Paid,Balance", "generic_paid"),
        ("Rechnungsnummer,Kunden-Nr.,Rechnungsdatum,Bezahlt,Offen", "generic_paid"),
        ("Nº factura,Código cliente,Fecha,Importe,Pendiente", "generic_paid"),
        ("N° facture,Code client,Date de facture,Montant TTC,Date de règlement", "generic_settled"),
        ("Beleg,Debitor,Datum,Soll,Haben", "generic_journal"),
    ],
)
def test_two_of_amount_open_and_paid_make_a_ledger_and_one_a_snapshot(write, header: str, profile: str) -> None:
    cells = {
        "amount": "30.00",
        "open": "20.00",
        "paid": "10.00",
        "settled_on": "2026-02-10",
        "debit": "30.00",
        "credit": "",
    }
    words = {plain(w): c for c, ws in profiles.load(profile).tables["documents"].columns.items() for w in ws}
    row = [
        {"date": "2026-01-31"}.get(column, cells.get(column, "A"))
        for column in map(words.get, map(plain, header.split(",")))
    ]
    ledger = arkit.read(write(header, ",".join(row)), currency="EUR")
    assert ledger.intake.profile == profile
    assert (ledger.scope == "full") == (profile in ("generic_settled", "generic_journal"))


def test_a_journal_opens_with_its_balance_however_the_word_is_written(write) -> None:
    path = write("Customer No,Date,Reference,Description,Debit,Credit,Balance",
                 "C1,2026-01-01,,OPENING BALANCE,,,250.00",
                 "C1,2026-01-20,R1,Transfer,,100.00,150.00")  # fmt: skip
    ledger = arkit.read(path, currency="EUR")
    assert ledger.documents["document_id"].tolist() == ["opening C1", "R1"]
    assert arkit.aging(ledger, as_of="2026-01-31").loc["EUR", "total"] == 150.0


@pytest.mark.parametrize(
    ("header", "invoice", "credit_note", "payment", "total"),
    [
        ("Rechnungsnummer,Kunden-Nr.,Belegart,Rechnungsdatum,Offen", "Rechnung", "Gutschrift", "Zahlung", "Summe"),
        ("Nº factura,Código cliente,Tipo,Fecha,Pendiente", "Factura", "Nota de crédito", "Cobro", "Total general"),
        (
            "N° facture,Code client,Type de pièce,Date de facture,Reste dû",
            "Facture",
            "Avoir",
            "Règlement",
            "Sous-total",
        ),
    ],
)
def test_kinds_and_totals_are_known_in_the_language_of_the_headers(
    write, header: str, invoice: str, credit_note: str, payment: str, total: str
) -> None:
    path = write(header, f"1,C1,{invoice},2026-01-31,9.00", f"2,C1,{credit_note},2026-01-31,-2.00",
                 f"3,C1,{payment},2026-01-31,-3.00", f"{total},,,,4.00")  # fmt: skip
    ledger = arkit.read(path, currency="EUR")
    assert ledger.documents["kind"].tolist() == ["invoice", "credit_note", "payment"]
    assert ledger.documents["amount"].sum() == 4.0
    assert ledger.intake.tables[0].folded == 1


@pytest.mark.parametrize("word", ["Abono", "Lastschrift", "Letra", "Impayé", "DN"])
def test_a_word_for_two_kinds_is_refused(write, word: str) -> None:
    path = write("Invoice No,Customer No,Kind,Date,Balance", f"1,C1,{word},2026-01-31,5.00")
    with pytest.raises(arkit.LedgerError, match="unknown_value"):
        arkit.read(path, currency="EUR")


@pytest.mark.parametrize("closing", ["Closing balance", "Endsaldo", "Saldo final", "Solde final"])
def test_a_journals_closing_row_is_no_debit(write, closing: str) -> None:
    path = write("Customer No,Date,Reference,Description,Debit,Credit,Balance",
                 "C1,2026-01-20,R1,Goods,100.00,,100.00",
                 f"C1,2026-01-31,R2,{closing},100.00,,100.00")  # fmt: skip
    ledger = arkit.read(path, currency="EUR")
    assert ledger.documents["document_id"].tolist() == ["R1"]
    assert ledger.intake.tables[0].folded == 1


def test_a_weak_word_gives_way_to_another_and_is_carried(write) -> None:
    path = write("Invoice No,Reference,Customer No,Account No,Invoice Date,Posting Date,Balance",
                 "1,PO-9,C1,1200,2026-01-31,2026-02-02,5.00")  # fmt: skip
    documents = arkit.read(path, currency="EUR").documents
    assert documents[["document_id", "customer_id", "Reference", "Account No", "Posting Date"]].to_numpy().tolist() == [
        ["1", "C1", "PO-9", "1200", "2026-02-02"]
    ]
    assert documents["date"].tolist() == [pd.Timestamp("2026-01-31")]


def test_a_weak_word_stands_for_its_column_where_it_is_alone(write) -> None:
    path = write("Reference,Account No,Posting Date,Balance", "1,C1,2026-01-31,5.00")
    assert arkit.read(path, currency="EUR").documents.loc[0, ["document_id", "customer_id"]].tolist() == ["1", "C1"]


def test_two_strong_words_for_one_column_are_refused(write) -> None:
    path = write("Invoice No,Document No,Customer No,Date,Balance", "1,2,C1,2026-01-31,5.00")
    with pytest.raises(arkit.LedgerError, match="duplicate_column"):
        arkit.read(path, currency="EUR")


def test_of_two_columns_for_a_remark_the_first_is_taken_and_the_other_carried(write) -> None:
    path = write("Invoice No,Customer No,Date,Amount,Memo,Description", "1,C1,2026-01-31,5.00,first,second")
    documents = arkit.read(path, currency="EUR").documents
    assert documents[["note", "Description"]].to_numpy().tolist() == [["first", "second"]]


class TestOdoo:
    HEADER = (
        "name,partner_id/id,partner_id,move_type,state,payment_state,"
        "invoice_date,invoice_date_due,amount_total,amount_residual,currency_id"
    )

    def test_the_partners_number_is_the_key_and_its_name_stays_a_name(self, write) -> None:
        path = write(self.HEADER, "INV/1,p.7,Alpha,out_invoice,posted,not_paid,2026-01-05,2026-02-04,10.0,10.0,EUR")
        customers = arkit.read(path).customers
        assert customers[["customer_id", "name"]].to_numpy().tolist() == [["p.7", "Alpha"]]

    def test_a_name_is_no_key_unless_the_caller_says_so(self, write) -> None:
        header = self.HEADER.replace("partner_id/id,", "")
        path = write(header, "INV/1,Alpha,out_invoice,posted,not_paid,2026-01-05,2026-02-04,1.0,1.0,EUR")
        with pytest.raises(arkit.LedgerError, match="no_customer_number"):
            arkit.read(path)
        assert arkit.read(path, accept="no_customer_number").documents["customer_id"].tolist() == ["Alpha"]

    def test_amounts_in_company_currency_are_never_taken_as_those_of_the_document(self, write) -> None:
        header = self.HEADER.replace("amount_total,amount_residual", "amount_total_signed,amount_residual_signed")
        row = "INV/1,p.7,Alpha,out_invoice,posted,not_paid,2026-01-05,2026-02-04,10.0,10.0,USD"
        assert arkit.read(write(header, row)).currencies == ("XXX",)
        assert arkit.read(write(header, row), currency="EUR").currencies == ("EUR",)

    def test_a_reversed_invoice_was_closed_by_no_money(self, write) -> None:
        row = "INV/1,p.7,Alpha,out_invoice,posted,reversed,2026-01-05,2026-02-04,10.0,0.0,EUR"
        assert arkit.read(write(self.HEADER, row)).applications["kind"].tolist() == ["credit_note"]


class TestErpnext:
    HEADER = (
        "Posting Date,Party,Customer Name,Voucher Type,Voucher No,Due Date,"
        "Invoiced Amount,Paid Amount,Credit Note,Outstanding Amount,Currency"
    )
    ROW = "2026-01-05,C1,Alpha,Sales Invoice,SI-1,2026-02-04,10.0,0.0,0.0,10.0,INR"

    def test_a_row_without_number_and_date_is_a_total(self, write) -> None:
        ledger = arkit.read(write(self.HEADER, self.ROW, ",C1,,,,,10.0,0.0,0.0,10.0,", ",Total,,,,,10.0,0.0,0.0,10.0,"))
        assert ledger.intake.tables[0].folded == 2
        assert ledger.documents["amount"].tolist() == [10.0]
        assert ledger.documents["date"].tolist() == [pd.Timestamp("2026-01-05")]

    def test_a_row_that_has_lost_its_number_is_no_total(self, write) -> None:
        with pytest.raises(arkit.LedgerError, match=r"row 3:Voucher No: document_id is empty.*\[missing_value\]"):
            arkit.read(write(self.HEADER, self.ROW, self.ROW.replace("SI-1", "")))
