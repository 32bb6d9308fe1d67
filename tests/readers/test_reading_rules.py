from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import arkit
from arkit.readers.refusal import ACCEPTABLE
from arkit.readers.rulebook import RULES

GOOD = "G{i},C1,invoice,2024-01-31,2024-03-01,100.00,EUR"


@pytest.mark.parametrize(
    ("row", "column", "said", "rule"),
    [
        (",C1,invoice,2024-01-31,2024-03-01,5.00,EUR", "document_id", "document_id is empty", "missing_value"),
        ("1,,invoice,2024-01-31,2024-03-01,5.00,EUR", "customer_id", "customer_id is empty", "missing_value"),
        ("1,C1,,2024-01-31,2024-03-01,5.00,EUR", "kind", "kind is empty", "missing_value"),
        ("1,C1,invoice,,2024-03-01,5.00,EUR", "date", "date is empty", "missing_value"),
        ("1,C1,invoice,n/a,2024-03-01,5.00,EUR", "date", "date is empty", "missing_value"),
        ("1,C1,invoice,2024-01-31,2024-03-01,,EUR", "amount", "amount is empty", "missing_value"),
        ("1,C1,invoice,2024-01-31,2024-03-01,5.00,", "currency", "currency is empty", "missing_value"),
        ("1,C1,gift,2024-01-31,2024-03-01,5.00,EUR", "kind", "kind must be one of invoice, ", "unknown_value"),
        ("1,C1,invoice,2024-02-31,2024-03-01,5.00,EUR", "date", "this is not a date", "not_a_date"),
        ("1,C1,invoice,2024-01-31,00:00.0,5.00,EUR", "due_date", "destroyed this date", "destroyed_date"),
        ("1,C1,invoice,2024-01-31,2024-03-01,five,EUR", "amount", "this is not a number", "not_a_number"),
        ("1.93E+09,C1,invoice,2024-01-31,2024-03-01,5.00,EUR", "document_id", "rounded this number", "destroyed_id"),
        ("1,C1,invoice,2024-01-31,2024-03-01,5.00,EURO", "currency", "no ISO 4217 currency code", "unknown_currency"),
        ("G1,C1,invoice,2024-01-31,2024-03-01,5.00,EUR", "document_id", r"first in row 2\)", "duplicate_id"),
        ("1,C1,invoice,2024-01-31,2024-03-01,5.005,EUR", "amount", r"more decimals than its currency \(EUR\)",
         "fraction_of_a_cent"),
        ("1,C1,invoice,2024-01-31,2024-03-01,5.50,JPY", "amount", r"more decimals than its currency \(JPY\)",
         "fraction_of_a_cent"),
        ("1,C1,invoice,2024-01-31,2024-03-01,1e99,EUR", "amount", "this is not a number", "not_a_number"),
        ("1,C1,invoice,2024-01-31,2024-03-01,99999999999999999,EUR", "amount", "beyond any ledger", "amount_too_large"),
        ("1,C1,invoice,2024-01-31,2024-03-01,-5.00,EUR", "amount", "invoice: this kind of document can", "wrong_sign"),
    ],
)  # fmt: skip
def test_a_row_that_breaks_a_rule_is_named_and_may_be_set_aside(documents, row, column, said, rule) -> None:
    path = documents(GOOD.format(i=1), row, GOOD.format(i=2))
    with pytest.raises(arkit.LedgerError, match=rf"documents.csv:row 3:{column}: .*{said}.*\[{rule}\] \S+") as caught:
        arkit.read(path)
    assert [(p.row, p.column, p.rule) for p in caught.value.problems] == [(3, column, rule)]
    intake = arkit.read(path, accept=[rule]).intake
    assert intake.refused[["row", "column", "rule"]].to_numpy().tolist() == [[3, column, rule]]
    assert (intake.tables[0].rows, intake.tables[0].used, intake.tables[0].refused) == (3, 2, 1)
    assert intake.totals.loc["EUR", "used"] == Decimal("200.00")
    assert intake.ties()


def test_all_problems_come_at_once(documents) -> None:
    path = documents(
        "1,C1,invoice,soon,2024-03-01,5.00,EUR",
        "2,C1,invoice,2024-01-31,later,many,EUR",
        "2,,gift,2024-01-31,2024-03-01,5.00,QQQ",
    )
    with pytest.raises(arkit.LedgerError, match="refused as a ledger: 7 problem") as caught:
        arkit.read(path)
    assert {(p.row, p.rule) for p in caught.value.problems} == {
        (2, "not_a_date"), (3, "not_a_date"), (3, "not_a_number"), (4, "missing_value"), (4, "unknown_value"),
        (4, "unknown_currency"), (4, "duplicate_id"),
    }  # fmt: skip


def test_many_rows_of_one_rule_are_counted_not_listed_for_ever(documents) -> None:
    rows = [f"{i},C1,invoice,soon,2024-03-01,5.00,EUR" for i in range(1500)]
    with pytest.raises(arkit.LedgerError, match="1500 problem") as caught:
        arkit.read(documents(*rows))
    assert len(caught.value.problems) == 1001
    assert caught.value.problems[-1].count == 500


def test_accepting_one_rule_does_not_accept_another(documents) -> None:
    path = documents(GOOD.format(i=1), "1,C1,invoice,soon,2024-03-01,five,EUR")
    with pytest.raises(arkit.LedgerError, match="not_a_number"):
        arkit.read(path, accept=["not_a_date"])


def test_only_rules_of_rows_can_be_accepted(documents) -> None:
    path = documents(GOOD.format(i=1))
    with pytest.raises(
        arkit.ArkitError, match=r"accept= takes rules of rows, got ambiguous_date; it can be any of amount_too_large"
    ):
        arkit.read(path, accept=["ambiguous_date"])
    assert set(RULES) > ACCEPTABLE


@pytest.mark.parametrize(
    ("argument", "value", "said"),
    [("dates", "ydm", "dates must be one of dmy, mdy, ymd, got 'ydm'"), ("decimal", ";", "decimal must be one of"),
     ("engine", "spark", "engine must be one of pandas, duckdb"), ("currency", "EURO", "currency must be an ISO 4217")],
)  # fmt: skip
def test_an_argument_that_is_no_choice_is_refused(documents, argument: str, value: str, said: str) -> None:
    with pytest.raises(arkit.ArkitError, match=said):
        arkit.read(documents(GOOD.format(i=1)), **{argument: value})


def folder(tmp_path: Path, *applications: str, documents: tuple[str, ...]) -> Path:
    header = "document_id,customer_id,kind,date,due_date,amount,currency"
    (tmp_path / "documents.csv").write_text("\n".join([header, *documents]))
    (tmp_path / "applications.csv").write_text(
        "\n".join(["document_id,by_document_id,date,amount,kind", *applications])
    )
    return tmp_path


INVOICE, PAYMENT = "I1,C1,invoice,2024-01-31,2024-03-01,100.00,EUR", "P1,C1,payment,2024-02-10,,-100.00,EUR"


def test_an_application_to_an_unknown_document_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path, "I1,P1,2024-02-10,50.00,payment", "I9,P8,2024-02-10,50.00,payment",
                  documents=(INVOICE, PAYMENT))  # fmt: skip
    with pytest.raises(
        arkit.LedgerError, match=r"applications.csv:row 3:document_id: no document has this number \(got 'I9'\)"
    ):
        arkit.read(path)
    intake = arkit.read(path, accept=["unknown_document"]).intake
    assert set(intake.refused["value"]) == {"I9", "P8"}
    assert [(t.table, t.rows, t.used, t.refused) for t in intake.tables] == [
        ("documents", 2, 2, 0), ("applications", 2, 1, 1),
    ]  # fmt: skip


def test_applications_follow_a_document_that_was_set_aside(tmp_path: Path) -> None:
    path = folder(tmp_path, "I1,P1,2024-02-10,50.00,payment", "I2,P1,2024-02-10,5.00,payment",
                  documents=(INVOICE, "I2,C1,invoice,soon,,5.00,EUR", PAYMENT))  # fmt: skip
    ledger = arkit.read(path, accept=["not_a_date"])
    assert ledger.intake.refused["rule"].tolist() == ["not_a_date", "follows_refused"]
    assert ledger.applications["document_id"].tolist() == ["I1"]
    assert ledger.intake.totals.loc["EUR"].tolist() == [
        Decimal("5.00"),
        Decimal("0.00"),
        Decimal("0.00"),
        Decimal("5.00"),
    ]


def test_an_application_across_currencies_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path, "I1,P1,2024-02-10,50.00,payment", documents=(INVOICE, PAYMENT.replace("EUR", "USD")))
    with pytest.raises(arkit.LedgerError, match=r"different currencies \(EUR, USD\).*\[currency_clash\]"):
        arkit.read(path)


def test_what_the_ledger_itself_refuses_is_addressed_in_the_file(tmp_path: Path) -> None:
    path = folder(tmp_path, "I1,P1,2024-02-10,150.00,payment", documents=(PAYMENT, INVOICE))
    with pytest.raises(arkit.LedgerError, match="over_applied") as caught:
        arkit.read(path)
    assert {(p.file, p.row) for p in caught.value.problems} == {("documents.csv", 2), ("documents.csv", 3)}


def test_a_customer_twice_in_the_master_data_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path, documents=(INVOICE,))
    (path / "customers.csv").write_text("customer_id,name\nC1,One\nC1,Two\n")
    with pytest.raises(
        arkit.LedgerError, match=r"customers.csv:row 3:customer_id: .*first in row 2\).*\[duplicate_id\]"
    ):
        arkit.read(path)


def test_missing_due_dates_are_a_warning_that_says_what_is_assumed(documents) -> None:
    path = documents("1,C1,invoice,2024-01-31,,5.00,EUR", "2,C1,invoice,2024-01-31,,7.00,EUR", PAYMENT)
    (warning,) = arkit.read(path).intake.problems
    assert str(warning).startswith(
        "documents.csv:row 2:due_date: 2 documents have no due date: their own date is taken"
    )
    assert (warning.severity, warning.count, warning.amount) == ("warning", 2, Decimal("12.00"))


def test_one_row_that_holds_more_than_a_tenth_of_all_value_is_named(documents) -> None:
    rows = [GOOD.format(i=i) for i in range(1, 31)]
    path = documents(*rows, "BIG,C1,invoice,2024-01-31,2024-03-01,1000.00,EUR")
    (warning,) = (p for p in arkit.read(path).intake.problems if p.rule == "dominant_row")
    assert (warning.rule, warning.row, warning.value, warning.amount) == (
        "dominant_row",
        32,
        "1000.00",
        Decimal("1000.00"),
    )
    assert "25% of all value in EUR" in warning.message


def test_total_rows_are_folded_and_held_against_the_sum(documents) -> None:
    rows = [GOOD.format(i=1), GOOD.format(i=2)]
    intake = arkit.read(documents(*rows, "Total,,,,,200.00,")).intake
    assert (intake.tables[0].folded, intake.problems, intake.totals.loc["EUR", "folded"]) == (1, (), Decimal("200.00"))
    assert intake.ties()
    (warning,) = arkit.read(documents(*rows, "Total,,,,,250.00,")).intake.problems
    assert (warning.rule, warning.row, warning.value) == ("total_differs", 4, "250.00")


@pytest.mark.parametrize("rows", [(), ("Total,,,,,0.00,",), ("1,C1,invoice,soon,,5.00,EUR",)])
def test_a_table_without_a_document_is_no_ledger(documents, rows: tuple[str, ...]) -> None:
    with pytest.raises(arkit.LedgerError, match=r"documents.csv: no row of it is a document.*\[no_documents\]"):
        arkit.read(documents(*rows), accept=["not_a_date"])


def test_every_rule_says_what_to_do() -> None:
    for message, todo in RULES.values():
        assert message
        assert todo.endswith(".")


def test_names_are_never_keys(tmp_path: Path) -> None:
    path = folder(tmp_path, documents=(INVOICE, "I2,C2,invoice,2024-01-31,2024-03-01,7.00,EUR"))
    (path / "customers.csv").write_text("customer_id,name\nC1,Same\nC2,Same\n")
    ledger = arkit.read(path)
    assert len(arkit.aging(ledger, as_of="2024-04-01", by="customer_id")) == 2
    assert [p.rule for p in ledger.intake.problems] == ["shared_name"]
