"""What exports of SAP and Oracle need beyond their fixtures: choices, several files, clearings, the unexplained."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import arkit
from arkit.readers.drafting import draft
from arkit.readers.profiles import load_file

FIXTURES = Path(__file__).parent / "fixtures"
FBL5N = "Company Code,Account,Document Number,Fiscal Year,Document Type,Posting Date,Net due date,"


def copy(name: str, to: Path) -> Path:
    shutil.copytree(FIXTURES / name, to / name)
    (to / name / "expected.yaml").unlink()
    return to / name


def rules(refusal: pytest.ExceptionInfo[arkit.LedgerError]) -> set[str]:
    return {problem.rule for problem in refusal.value.problems}


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def total(ledger: arkit.Ledger, as_of: str) -> dict[str, float]:
    return arkit.aging(ledger, as_of=as_of)["total"].round(2).to_dict()


@pytest.mark.parametrize(
    ("as_of", "eur", "usd"),
    [
        # dollars: 1800001001; euros: 1003 (4800.00), 1004 (300.00), 1012 (6000.00), 1014 (990.00)
        ("2025-12-31", 12090.00, 10000.00),
        # since then 1005, cleared by a credit note, 1006 (700.00), part payment 1800.00; dollars: 1001 paid, 1010 new
        ("2026-01-31", 12090.00 + 700.00 - 1800.00, 5200.00),
        # 1003 paid, 1013 and 1015 new, 1004 written off on the 28th
        ("2026-02-28", 10990.00 - 3000.00 + 1500.00 + 2000.00 - 300.00, 5200.00),
    ],
)
def test_the_past_of_bsid_and_bsad(tmp_path: Path, as_of: str, eur: float, usd: float) -> None:
    assert total(arkit.read(copy("sap_bsid_bsad", tmp_path)), as_of) == {"EUR": eur, "USD": usd}


def test_only_what_a_payment_cleared_counts_as_paid(tmp_path: Path) -> None:
    applied = arkit.read(copy("sap_bsid_bsad", tmp_path)).applications.set_index("document_id")["kind"]
    assert applied["1000/1800001001/2025/001"] == "payment"
    assert applied["1000/1800001004/2025/001"] == "other"  # written off by an accounting document
    assert applied["1000/1800001005/2026/001"] == "credit_note"


def test_two_files_are_the_same_ledger_as_one(tmp_path: Path) -> None:
    two = copy("sap_bsid_bsad", tmp_path)
    one = tmp_path / "one"
    one.mkdir()
    open_items, cleared = ((two / name).read_text("utf-8").splitlines() for name in ("BSID.csv", "BSAD.csv"))
    (one / "items.csv").write_text("\n".join([*open_items, *cleared[1:]]) + "\n", "utf-8")
    left, right = arkit.read(two), arkit.read(one)
    by = ["document_id"]
    for table, keys in (("documents", by), ("applications", [*by, "by_document_id"])):
        frames = [getattr(ledger, table).sort_values(keys, ignore_index=True) for ledger in (left, right)]
        pd.testing.assert_frame_equal(*frames, check_like=True)
    assert left.intake.totals.equals(right.intake.totals)
    assert [(p.file, p.row) for p in left.intake.problems] == [("BSAD.csv", 7), ("BSID.csv", 3)]  # due on a weekend


def test_a_problem_in_one_of_two_files_is_addressed_to_it(tmp_path: Path) -> None:
    folder = copy("sap_bsid_bsad", tmp_path)
    change(folder / "BSID.csv", "1800001011,001", "1800001010,001")
    change(folder / "BSAD.csv", ",20251201,20251201,20251201,", ",20251301,20251201,20251201,")
    with pytest.raises(arkit.LedgerError) as refusal:
        arkit.read(folder)
    found = {(problem.rule, problem.file, problem.row) for problem in refusal.value.problems}
    assert found == {("duplicate_id", "BSID.csv", 3), ("not_a_date", "BSAD.csv", 2)}
    assert "BSID.csv:2" in str(refusal.value)


def test_open_items_alone_are_the_position_of_one_day(tmp_path: Path) -> None:
    folder = copy("sap_bsid_bsad", tmp_path)
    (folder / "BSAD.csv").unlink()
    ledger = arkit.read(folder, exported_on="2026-03-31")
    assert (ledger.scope, str(ledger.snapshot_on)) == ("snapshot", "2026-03-31")
    assert total(ledger, "2026-03-31") == {"EUR": 8280.00, "USD": 7950.50}
    assert arkit.aging(ledger, as_of="2026-03-31").loc["EUR", "d61_90"] == 4000.00  # less the part payment


def test_a_cleared_item_without_its_payment_is_closed_but_not_paid(tmp_path: Path) -> None:
    folder = copy("sap_bsid_bsad", tmp_path)
    lines = (folder / "BSAD.csv").read_text("utf-8").splitlines(keepends=True)
    (folder / "BSAD.csv").write_text("".join(line for line in lines if ",1400000051,001," not in line), "utf-8")
    ledger = arkit.read(folder)
    kinds = ledger.applications.set_index("document_id")["kind"]
    assert kinds["1000/1800001001/2025/001"] == "other"
    (warning,) = (problem for problem in ledger.intake.problems if problem.rule == "cleared_alone")
    assert (warning.count, warning.amount, warning.currency) == (1, Decimal("10000.00"), "USD")


def test_a_clearing_without_its_day_is_refused_and_can_be_set_aside(documents) -> None:
    header = FBL5N + "Amount in local currency,Local Currency,Clearing Document"
    path = documents(
        "1000,77,18001,2026,RV,2026-01-05,2026-02-04,100.00,EUR,14001",
        "1000,77,14001,2026,DZ,2026-02-03,2026-02-03,100.00-,EUR,14001",
        "1000,77,18002,2026,RV,2026-01-09,2026-02-08,30.00,EUR,",
        header=header,
    )
    with pytest.raises(arkit.LedgerError) as refusal:
        arkit.read(path)
    assert [(p.rule, p.row) for p in refusal.value.problems] == [("cleared_without_day", 2), ("cleared_without_day", 3)]
    ledger = arkit.read(path, accept="cleared_without_day")
    assert (ledger.scope, list(ledger.documents["document_id"])) == ("snapshot", ["1000/18002/2026"])


def test_days_without_the_number_of_the_clearing_are_not_taken_for_payments(documents) -> None:
    header = FBL5N + "Amount in local currency,Local Currency,Clearing date"
    path = documents(
        "1000,77,18001,2026,RV,2026-01-05,2026-02-04,100.00,EUR,2026-02-03",
        "1000,77,16001,2026,DG,2026-02-03,2026-02-03,100.00-,EUR,2026-02-03",
        header=header,
    )
    ledger = arkit.read(path)
    assert set(ledger.applications["kind"]) == {"other"}
    assert "cleared_alone" in {problem.rule for problem in ledger.intake.problems}


def test_a_dated_row_without_a_number_is_no_total(documents) -> None:
    header = FBL5N + "Amount in local currency,Local Currency"
    path = documents(
        "1000,77,18001,2026,RV,2026-01-05,2026-02-04,100.00,EUR",
        "1000,77,,2026,RV,2026-01-05,2026-02-04,50.00,EUR",
        ",,,,,,,150.00,EUR",
        header=header,
    )
    with pytest.raises(arkit.LedgerError) as refusal:
        arkit.read(path)
    assert [(problem.rule, problem.row) for problem in refusal.value.problems] == [("missing_value", 3)]


def test_the_amount_of_the_document_goes_before_that_of_the_company(documents) -> None:
    both = FBL5N + "Amount in local currency,Local Currency,Amount in doc. curr.,Document currency"
    path = documents("1000,77,18001,2026,RV,2026-01-05,2026-02-04,92.00,EUR,100.00,USD", header=both, name="all.csv")
    assert arkit.read(path).intake.totals["used"].to_dict() == {"USD": Decimal("100.00")}
    local = FBL5N + "Amount in local currency,Local Currency"
    path = documents("1000,77,18001,2026,RV,2026-01-05,2026-02-04,92.00,EUR", header=local, name="local.csv")
    assert arkit.read(path).intake.totals["used"].to_dict() == {"EUR": Decimal("92.00")}


def test_an_amount_is_never_read_with_the_other_ones_currency(documents) -> None:
    mixed = FBL5N + "Amount in doc. curr.,Local Currency"
    path = documents("1000,77,18001,2026,RV,2026-01-05,2026-02-04,100.00,EUR", header=mixed)
    with pytest.raises(arkit.LedgerError) as refusal:
        arkit.read(path, profile="sap_fbl5n")
    assert rules(refusal) == {"unknown_layout"}


def test_one_number_in_two_companies_is_two_documents(documents) -> None:
    header = FBL5N + "Amount in local currency,Local Currency"
    rows = [f"{company},77,18001,2026,RV,2026-01-05,2026-02-04,100.00,EUR" for company in (1000, 2000)]
    assert list(arkit.read(documents(*rows, header=header)).documents["document_id"]) == [
        "1000/18001/2026", "2000/18001/2026",
    ]  # fmt: skip


def test_a_part_payment_of_a_document_with_two_items_is_not_guessed(documents) -> None:
    header = FBL5N + "Line item,Amount in local currency,Local Currency,Invoice reference"
    path = documents(
        "1000,77,18001,2026,RV,2026-01-05,2026-02-04,1,100.00,EUR,",
        "1000,77,18001,2026,RV,2026-01-05,2026-03-04,2,100.00,EUR,",
        "1000,77,14001,2026,DZ,2026-02-10,2026-02-10,1,40.00-,EUR,18001",
        header=header,
    )
    ledger = arkit.read(path)
    assert arkit.aging(ledger, as_of="2026-03-31").loc["EUR", "unapplied"] == -40.00
    assert "names_no_document" in {problem.rule for problem in ledger.intake.problems}


def test_a_receipt_that_brings_a_bill_is_no_cash(documents) -> None:
    header = (
        FBL5N + "Line item,Special G/L ind.,Amount in local currency,Local Currency,Clearing date,Clearing Document"
    )
    path = documents(
        "1000,77,18001,2026,RV,2026-01-05,2026-02-04,1,,600.00,CNY,2026-02-10,15001",
        "1000,77,15001,2026,DZ,2026-02-10,2026-02-10,1,,600.00-,CNY,2026-02-10,15001",
        "1000,77,15001,2026,DZ,2026-02-10,2026-08-10,2,W,600.00,CNY,,",
        "1000,77,18002,2026,RV,2026-01-05,2026-02-04,1,,50.00,CNY,2026-02-11,14001",
        "1000,77,14001,2026,DZ,2026-02-11,2026-02-11,1,,50.00-,CNY,2026-02-11,14001",
        header=header,
    )
    ledger = arkit.read(path)
    assert list(ledger.documents["kind"]) == ["invoice", "adjustment", "bill", "invoice", "payment"]
    assert ledger.applications.set_index("document_id")["kind"].to_dict() == {
        "1000/18001/2026/1": "bill", "1000/18002/2026/1": "payment",
    }  # fmt: skip
    assert arkit.aging(ledger, as_of="2026-03-31").loc["CNY", ["not_due", "total"]].tolist() == [600.00, 600.00]


def test_ruled_lines_are_no_rows_and_do_not_move_the_numbers_of_the_others(write) -> None:
    lines = (FIXTURES / "sap_fbl5n_de" / "FBL5N.txt").read_text("utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if "90000506" in line)
    lines[at] = lines[at].replace("19.02.2026", "99.02.2026")
    lines.insert(at - 2, lines[1])
    with pytest.raises(arkit.LedgerError) as refusal:
        arkit.read(write(*lines, name="list.txt"))
    (problem,) = refusal.value.problems
    assert (problem.rule, problem.row) == ("not_a_date", at + 2)


def test_payment_schedules_alone_tell_what_is_open(tmp_path: Path) -> None:
    folder = copy("oracle_receivables", tmp_path)
    (folder / "AR_RECEIVABLE_APPLICATIONS_ALL.csv").unlink()
    ledger = arkit.read(folder, exported_on="2026-03-31")
    assert ledger.scope == "snapshot"
    assert total(ledger, "2026-03-31") == {"EUR": 7225.00, "USD": 14100.75}


def test_what_the_applications_do_not_explain_is_told(tmp_path: Path) -> None:
    folder = copy("oracle_receivables", tmp_path)
    change(folder / "AR_PAYMENT_SCHEDULES_ALL.csv", "2300.75,2300.75", "2300.75,300.75")
    (warning,) = (problem for problem in arkit.read(folder).intake.problems if problem.rule == "open_differs")
    assert (warning.count, warning.row, warning.amount, warning.currency) == (1, 9, Decimal("-2000.00"), "USD")


def test_the_discount_of_a_receipt_is_no_cash(tmp_path: Path) -> None:
    applied = arkit.read(copy("oracle_receivables", tmp_path)).applications
    mine = applied[applied["document_id"] == "100108"].set_index("kind")["amount"]
    assert mine.to_dict() == {"payment": 3000.00, "discount": 50.00}
    assert applied.loc[applied["kind"] == "discount", "by_document_id"].isna().all()


@pytest.mark.parametrize("name", ["sap_fbl5n", "sap_fbl5n_de", "sap_fbl5n_zh", "sap_bsid_bsad", "oracle_receivables"])
def test_a_drafted_profile_reads_the_same_ledger(name: str, tmp_path: Path) -> None:
    folder = copy(name, tmp_path)
    files = list(folder.iterdir())
    source = files[0] if len(files) == 1 else folder
    (tmp_path / "own.yaml").write_text(draft(source), "utf-8")
    drafted, shipped = arkit.read(source, profile=tmp_path / "own.yaml"), arkit.read(source)
    assert drafted.scope == shipped.scope
    pd.testing.assert_frame_equal(drafted.documents, shipped.documents)
    if shipped.applications is not None:
        pd.testing.assert_frame_equal(drafted.applications, shipped.applications)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("    against_sign: {invoice: nonsense}", "against_sign"),
        ("    kind_where: {elsewhere: {bill: [W]}}", "kind_where"),
        ("    either: [[{amount: [A]}]]", "either"),
    ],
)
def test_a_profile_of_ones_own_is_told_what_is_wrong(write, line: str, said: str) -> None:
    path = write(
        "name: own", "title: Own", "shape: settled", "tables:", "  documents:",
        "    columns: {document_id: No, customer_id: Customer, date: Day, amount: Amount}", line, name="own.yaml",
    )  # fmt: skip
    with pytest.raises(arkit.ArkitError, match=said):
        load_file(path)
