from __future__ import annotations

import datetime as dt

import duckdb
import pandas as pd
import pytest
from ledgers import ENGINES, applied, document, frame, ledger

import arkit
from arkit.errors import ArkitError, LedgerError

INVOICE = document("I1", "invoice", "2026-01-10", 100, "2026-02-09")


def total(built: arkit.Ledger, as_of: str, **conventions: str) -> float:
    return float(arkit.aging(built, as_of=as_of, **conventions)["total"].iloc[0])


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


def test_an_application_waits_for_the_later_of_its_documents(engine):
    paid = document("P1", "payment", "2026-02-20", -100)
    built = ledger([INVOICE, paid], [applied("I1", "P1", "2026-02-01", 100)], engine=engine)
    assert list(built.open_items("2026-02-19")["open"]) == [100.0]
    assert built.open_items("2026-02-20").empty


def test_a_payment_lowers_the_total_on_its_own_date_and_its_application_moves_it(engine):
    paid = document("P1", "payment", "2026-02-01", -100)
    built = ledger([INVOICE, paid], [applied("I1", "P1", "2026-03-01", 60)], engine=engine)
    before, after = (arkit.aging(built, as_of=day).iloc[0] for day in ("2026-02-28", "2026-03-01"))
    assert (before["total"], before["unapplied"], before["d1_30"]) == (0, -100, 100)
    assert (after["total"], after["unapplied"], after["d1_30"]) == (0, -40, 40)


def test_what_is_settled_without_a_document_shrinks_the_total(engine):
    gone = applied("I1", None, "2026-03-01", 30, "write_off")
    assert total(ledger([INVOICE], [gone], engine=engine), "2026-03-01") == 70


def test_a_bill_takes_the_place_of_the_invoice_until_it_is_paid(engine):
    documents = [
        INVOICE,
        document("B1", "bill", "2026-02-05", 100, "2026-08-05"),
        document("P1", "payment", "2026-08-06", -100),
    ]
    steps = [applied("I1", "B1", "2026-02-05", 100, "bill"), applied("B1", "P1", "2026-08-06", 100)]
    built = ledger(documents, steps, engine=engine)
    assert total(built, "2026-02-05") == 100
    assert total(built, "2026-02-05", bills="without") == 0
    assert list(built.open_items("2026-08-01")["kind"]) == ["bill"]
    assert total(built, "2026-08-06") == 0


def test_a_bounced_bill_is_a_claim_again(engine):
    documents = [
        INVOICE,
        document("B1", "bill", "2026-02-05", 100, "2026-05-05"),
        document("X1", "bounced", "2026-05-06", 100, "2026-05-06"),
    ]
    steps = [applied("I1", "B1", "2026-02-05", 100, "bill"), applied("B1", "X1", "2026-05-06", 100, "bounced")]
    built = ledger(documents, steps, engine=engine)
    assert list(built.open_items("2026-06-01")[["kind", "open"]].iloc[0]) == ["bounced", 100.0]
    assert total(built, "2026-06-01", bills="without") == 100


def test_a_recovery_reinstates_what_was_written_off_and_a_payment_settles_it(engine):
    documents = [
        INVOICE,
        document("R1", "recovery", "2026-09-01", 25, "2026-09-01"),
        document("P1", "payment", "2026-09-01", -25),
    ]
    steps = [applied("I1", None, "2026-06-01", 100, "write_off"), applied("R1", "P1", "2026-09-01", 25)]
    built = ledger(documents, steps, engine=engine)
    assert [total(built, day) for day in ("2026-05-31", "2026-06-01", "2026-09-01")] == [100, 0, 0]


def test_a_refund_takes_unapplied_credit_back(engine):
    documents = [
        document("P1", "payment", "2026-01-05", -80),
        document("F1", "refund", "2026-02-01", 80),
    ]
    built = ledger(documents, [applied("F1", "P1", "2026-02-03", 80, "refund")], engine=engine)
    rows = {day: arkit.aging(built, as_of=day).iloc[0] for day in ("2026-01-31", "2026-02-02", "2026-02-03")}
    assert [row["unapplied"] for row in rows.values()] == [-80, 0, 0]
    assert [row["total"] for row in rows.values()] == [-80, 0, 0]


def test_an_application_taken_back_reopens_the_item(engine):
    paid = document("P1", "payment", "2026-02-01", -100)
    steps = [applied("I1", "P1", "2026-02-01", 100), applied("I1", "P1", "2026-04-01", -100)]
    built = ledger([INVOICE, paid], steps, engine=engine)
    assert built.open_items("2026-03-01").empty
    assert sorted(built.open_items("2026-04-01")["open"]) == [-100, 100]


def test_times_of_day_do_not_move_a_document_past_its_day():
    rows = frame([INVOICE]).assign(date=pd.Timestamp("2026-01-10 17:30"))
    assert len(arkit.Ledger(rows).open_items("2026-01-10")) == 1


def test_ids_stay_text_and_whole_floats_are_mended():
    rows = frame([INVOICE | {"document_id": 1930571429.0, "customer_id": "00123"}])
    item = arkit.Ledger(rows).open_items("2026-02-01").iloc[0]
    assert (item["document_id"], item["customer_id"]) == ("1930571429", "00123")


def test_arguments_are_not_changed():
    documents, applications = frame([INVOICE]), frame([applied("I1", None, "2026-03-01", 10)])
    copies = documents.copy(deep=True), applications.copy(deep=True)
    built = arkit.Ledger(documents, applications)
    arkit.kpis(built, as_of="2026-03-31")
    pd.testing.assert_frame_equal(documents, copies[0])
    pd.testing.assert_frame_equal(applications, copies[1])


def test_trace_gives_the_documents_behind_a_cell(engine):
    rows = [INVOICE | {"region": "East"}, INVOICE | {"document_id": "I2", "region": "West", "amount": 5.5}]
    built = ledger(rows, engine=engine)
    items = built.trace(as_of="2026-02-20", column="d1_30", where={"region": "West"})
    assert list(items["document_id"]) == ["I2"]
    assert items["open"].sum() == 5.5
    with pytest.raises(ArkitError, match=r"column must be one of not_due, d1_30.*got 'd1_31'"):
        built.trace(as_of="2026-02-20", column="d1_31")


def test_customers_columns_group_as_documents_columns_do(engine):
    rows = [INVOICE, INVOICE | {"document_id": "I2", "customer_id": "C2", "amount": 7}]
    customers = [{"customer_id": "C1", "type": "retail"}]
    built = ledger(rows, customers=customers, engine=engine)
    by_type = arkit.aging(built, as_of="2026-01-31", by="type")["total"]
    assert by_type.to_dict() == {("CNY", ""): 7.0, ("CNY", "retail"): 100.0}
    with pytest.raises(ArkitError, match=r"by= must name a column.*got 'colour'.*document_id"):
        arkit.aging(built, as_of="2026-01-31", by="colour")


def test_currencies_have_their_own_decimals(engine):
    rows = [
        document("J", "invoice", "2026-01-01", 1500, currency="JPY"),
        document("K", "invoice", "2026-01-01", 1.234, currency="KWD"),
    ]
    frame_ = arkit.aging(ledger(rows, engine=engine), as_of="2026-01-31")
    assert frame_["total"].to_dict() == {"JPY": 1500.0, "KWD": 1.234}


def test_an_empty_ledger_has_no_rows_and_no_complaint():
    empty = frame([INVOICE]).iloc[:0]
    built = arkit.Ledger(empty)
    assert arkit.aging(built, as_of="2026-01-31").empty
    assert built.first_day() is None
    assert built.open_items("2026-01-31").empty


def test_as_of_is_a_date_or_iso_text():
    built = ledger([INVOICE])
    assert len(built.open_items(dt.date(2026, 1, 31))) == len(built.open_items("2026-01-31")) == 1
    with pytest.raises(ArkitError, match=r"ISO text such as '2026-01-31', got '31/1/2026'"):
        built.open_items("31/1/2026")


def test_a_database_that_may_only_be_read_is_enough_and_stays_as_it_was(tmp_path):
    path = tmp_path / "books.duckdb"
    with duckdb.connect(path) as books:
        books.from_df(frame([INVOICE])).create("documents")
    with duckdb.connect(path, read_only=True) as books:
        built = arkit.Ledger(books.sql("SELECT * FROM documents"))
        assert total(built, "2026-01-31") == 100
        assert [
            row[0] for row in books.sql("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
        ] == ["documents"]


def test_frames_of_two_engines_are_refused():
    with pytest.raises(ArkitError, match="one engine"):
        arkit.Ledger(frame([INVOICE]), frame([applied("I1", None, "2026-03-01", 1)], "duckdb"))


def refused(*rows: dict, applications: list[dict] = (), engine: str = "pandas") -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        ledger(list(rows), applications, engine=engine)
    return caught.value


@pytest.mark.parametrize(
    ("change", "rule", "value"),
    [
        ({"amount": 1.005}, "fraction_of_a_cent", "I1: 1.005"),
        ({"amount": 100.5, "currency": "JPY"}, "fraction_of_a_cent", "I1: 100.5"),
        ({"amount": -5.0}, "wrong_sign", "I1: -5.0"),
        ({"kind": "payment"}, "wrong_sign", "I1: 100"),
        ({"amount": 1e14}, "amount_too_large", "I1: 100000000000000.0"),
        ({"kind": "bil"}, "unknown_value", "bil"),
        ({"currency": "RMB"}, "unknown_value", "RMB"),
        ({"customer_id": None}, "missing_value", None),
    ],
)
def test_a_document_that_breaks_a_rule_is_refused(change, rule, value, engine):
    good = document("I0", "invoice", "2026-01-10", 1)
    problem = refused(good, INVOICE | change, engine=engine).problems[0]
    assert (problem.rule, problem.value) == (rule, value)
    assert problem.todo


@pytest.mark.parametrize(
    ("applications", "rule"),
    [
        ([applied("I9", None, "2026-03-01", 1)], "unknown_document"),
        ([applied("I1", "P9", "2026-03-01", 1)], "unknown_document"),
        ([applied("I1", None, "2026-03-01", 60), applied("I1", None, "2026-03-02", 40.01)], "over_applied"),
        ([applied("I1", None, "2026-03-01", -10)], "over_applied"),
        ([applied("I1", None, f"2026-03-0{n}", a) for n, a in ((1, 90), (2, 90), (3, -80))], "over_applied"),
        ([applied("I1", "I1", "2026-03-01", 5)], "applied_to_itself"),
        ([applied("I1", "U1", "2026-03-01", 5)], "currency_clash"),
        ([applied("I1", None, "2026-03-01", 5, "gift")], "unknown_value"),
    ],
)
def test_an_application_that_breaks_a_rule_is_refused(applications, rule, engine):
    dollars = document("U1", "payment", "2026-02-01", -50, currency="USD")
    assert {p.rule for p in refused(INVOICE, dollars, applications=applications, engine=engine).problems} == {rule}


def test_all_problems_come_at_once():
    error = refused(INVOICE | {"kind": "x"}, INVOICE | {"currency": "?"}, INVOICE | {"customer_id": None})
    assert {p.rule for p in error.problems} == {"duplicate_id", "unknown_value", "missing_value"}
    assert "documents:row 0:kind" in str(error)


def test_missing_columns_are_named_with_those_at_hand():
    with pytest.raises(LedgerError, match="lacks the columns kind, due_date") as caught:
        arkit.Ledger(frame([INVOICE]).drop(columns=["kind", "due_date"]))
    assert "customer_id" in str(caught.value.problems[0].todo)


def test_text_that_is_no_date_or_number_is_reported_with_its_row():
    rows = pd.DataFrame([INVOICE, INVOICE | {"document_id": "I2", "date": "soon", "amount": "much"}])
    with pytest.raises(LedgerError) as caught:
        arkit.Ledger(rows)
    assert [(p.rule, p.row, p.value) for p in caught.value.problems] == [
        ("not_a_date", 1, "soon"),
        ("not_a_number", 1, "much"),
    ]


def test_the_plain_intake_ties_and_counts_what_has_no_due_date():
    built = ledger([INVOICE, document("I2", "invoice", "2026-01-10", 0.05)])
    assert built.intake.ties()
    assert str(built.intake.totals.loc["CNY", "file"]) == "100.05"
    assert [(p.rule, p.count) for p in built.intake.problems] == [("missing_due_date", 1)]
