"""What the exports of Microsoft's and Sage's products need beyond their position: discounts, no date, other names."""

from __future__ import annotations

from pathlib import Path

import pytest

import arkit

FIXTURES = Path(__file__).parent / "fixtures"
CENTRAL = FIXTURES / "business_central" / "Customer Ledger Entries.xlsx"


def test_a_discount_that_closed_an_invoice_is_told_from_cash() -> None:
    ledger = arkit.read(CENTRAL, currency="GBP")
    settled = ledger.applications[ledger.applications["document_id"] == "2118"]
    assert dict(zip(settled["kind"], settled["amount"], strict=True)) == {"payment": 7742.0, "discount": 158.0}
    assert (settled["date"].dt.strftime("%Y-%m-%d") == "2026-01-15").all()


def test_the_columns_of_the_web_service_are_known_and_true_is_yes(write) -> None:
    path = write(
        "Entry_No,Customer_No,Posting_Date,Due_Date,Document_Type,Document_No,Original_Amount,Remaining_Amount,"
        "Currency_Code,Closed_at_Date,Reversed",
        "41,10000,2026-01-12,2026-02-11,Invoice,SI-1034,3250.5,1250.5,,0001-01-01,false",
        "42,10000,2026-01-19,2026-01-19,Payment,PMT-7,-80,0,,2026-01-19,true",
        "43,10000,2026-01-19,2026-01-19,Payment,PMT-7,80,0,,2026-01-19,true",
    )
    ledger = arkit.read(path, currency="GBP", exported_on="2026-02-28")
    assert ledger.intake.profile == "business_central"
    assert ledger.documents["document_id"].tolist() == ["41"]
    assert arkit.aging(ledger, as_of="2026-02-28").loc["GBP", ["d1_30", "total"]].tolist() == [1250.5, 1250.5]


@pytest.mark.parametrize(("sales", "payment"), [("2", "15"), ("Sales", "Payment"), ("Sales order", "Payment")])
def test_a_type_is_known_by_number_name_and_label(write, sales: str, payment: str) -> None:
    path = write(
        "Record-ID,Customer account,Voucher,Invoice,Transaction type,Date,Due date,Amount in transaction currency,"
        "Settled currency,Currency,Closed date",
        f"68719507188,0004,CIV-540,CIV-540,{sales},2025-12-09,2026-01-08,2880.60,2880.60,USD,2026-01-20",
        f"68719507231,0004,ARP-311,,{payment},2026-01-20,1900-01-01,-2880.60,-2880.60,USD,2026-01-20",
    )
    ledger = arkit.read(path)
    assert (ledger.intake.profile, ledger.scope) == ("dynamics_finance", "full")
    assert ledger.documents["kind"].tolist() == ["invoice", "payment"]
    assert ledger.documents["customer_id"].tolist() == ["0004", "0004"]
    totals = [arkit.aging(ledger, as_of=day).loc["USD", "total"] for day in ("2026-01-19", "2026-01-20")]
    assert totals == [2880.6, 0.0]


@pytest.mark.parametrize("name", ["dynamics_finance/CustTrans.csv", "sage_intacct/ARINVOICE.csv"])
def test_terms_are_the_ledgers_own_words(name: str) -> None:
    assert "net 30" in set(arkit.read(FIXTURES / name).documents["terms"])


def test_an_amount_in_local_currency_is_not_the_amount(write) -> None:
    path = write(
        "Entry No.,Customer No.,Posting Date,Due Date,Document Type,Document No.,Original Amount,Amount (LCY),"
        "Remaining Amount,Currency Code,Closed at Date",
        "41,10000,2026-01-12,2026-02-11,Invoice,SI-1034,100.00,86.00,0.00,EUR,2026-02-10",
    )
    ledger = arkit.read(path)
    assert ledger.applications["amount"].tolist() == [100.0]
    assert ledger.applications["kind"].tolist() == ["payment"]
    assert ledger.documents["amount_lcy"].tolist() == ["86.00"]


AGING = "Customer,Transaction Type,Date,Document Number,P.O. No.,Due Date,Age,Open Balance"


@pytest.mark.parametrize(
    "rows",
    [
        ("1042 Harbor,,,,,,,", ",Invoice,3/13/2026,INV1,,3/28/2026,3,$10.00", "Total - 1042 Harbor,,,,,,,$10.00"),
        ("1042 Harbor,Invoice,3/13/2026,INV1,,3/28/2026,3,$10.00",),
    ],
)
def test_the_customer_is_named_by_a_heading_or_by_the_row_itself(write, rows: tuple[str, ...]) -> None:
    ledger = arkit.read(write(AGING, *rows), currency="USD", exported_on="2026-03-31")
    assert ledger.intake.profile == "netsuite"
    assert ledger.documents["customer_id"].tolist() == ["1042 Harbor"]


NESTED = (
    "1042 Harbor,,,,,,,",
    "1042 Harbor : North,,,,,,,",
    ",Invoice,3/13/2026,INV1,,3/28/2026,3,$10.00",
    "Total - 1042 Harbor : North,,,,,,,$10.00",
    ",Invoice,3/14/2026,INV2,,3/29/2026,2,$5.00",
    "Total - 1042 Harbor,,,,,,,$15.00",
)


def test_a_row_after_the_total_of_a_group_within_another_belongs_to_the_other(write) -> None:
    ledger = arkit.read(write(AGING, *NESTED), currency="USD", exported_on="2026-03-31")
    assert ledger.documents["customer_id"].tolist() == ["1042 Harbor : North", "1042 Harbor"]


def test_a_row_after_the_last_total_is_nobodys(write) -> None:
    path = write(AGING, *NESTED, ",Invoice,3/16/2026,INV3,,3/30/2026,1,$7.00")
    with pytest.raises(arkit.LedgerError, match=r"row 8:Customer: customer_id is empty .*\[missing_value\]"):
        arkit.read(path, currency="USD", exported_on="2026-03-31")
