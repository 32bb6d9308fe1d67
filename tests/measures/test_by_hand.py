"""One small ledger, worked out on paper: every measure's known answer, on both engines.

January to March 2026, two invoices a month of 100 and 50, each due after 30 days. The January invoices are paid on
20 February, of February's 100 only 40 is paid (on 31 March), February's 50 gets a credit note, 10 is written off.
"""

from __future__ import annotations

import math

import pytest
from ledgers import ENGINES, applied, document, ledger

import arkit
from arkit.errors import ArkitError
from arkit.measures.kpis import DEFINITIONS

DOCUMENTS = [
    document("J1", "invoice", "2026-01-10", 100, "2026-02-09", region="East", tax=11.5),
    document("J2", "invoice", "2026-01-20", 50, "2026-02-19", region="West", tax=5.75),
    document("P1", "payment", "2026-02-20", -150, region="East"),
    document("F1", "invoice", "2026-02-10", 100, "2026-03-12", region="East", tax=11.5),
    document("F2", "invoice", "2026-02-20", 50, "2026-03-22", region="West", tax=5.75),
    document("K1", "credit_note", "2026-03-05", -50, region="West"),
    document("P2", "payment", "2026-03-31", -45, region="East"),
    document("M1", "invoice", "2026-03-10", 100, "2026-04-09", region="East", tax=11.5),
    document("M2", "invoice", "2026-03-20", 50, "2026-04-19", region="West", tax=5.75),
]
APPLICATIONS = [
    applied("J1", "P1", "2026-02-20", 100),
    applied("J2", "P1", "2026-02-20", 50),
    applied("F2", "K1", "2026-03-05", 50, "credit_note"),
    applied("F1", "P2", "2026-03-31", 40),
    applied("F1", None, "2026-03-31", 10, "write_off"),
]
AS_OF = "2026-03-31"


@pytest.fixture(params=ENGINES, scope="module")
def books(request):
    return ledger(DOCUMENTS, APPLICATIONS, engine=request.param)


def test_aging(books):
    row = arkit.aging(books, as_of=AS_OF).iloc[0]
    assert row.to_dict() == {
        "not_due": 150, "d1_30": 50, "d31_60": 0, "d61_90": 0, "over_90": 0, "unapplied": -5, "total": 195,
    }  # fmt: skip


def test_aging_history_is_aging_at_each_date(books):
    history = arkit.aging_history(books, as_of="2026-03-15", months=3)
    assert [str(date.date()) for _, date in history.index] == ["2026-01-31", "2026-02-28", "2026-03-15"]
    for (_, date), row in history.iterrows():
        assert row.to_dict() == arkit.aging(books, as_of=date.date()).iloc[0].to_dict()


def test_flows(books):
    frame = arkit.flows(books, as_of=AS_OF, months=3)
    assert frame["credit_sales"].tolist() == [150, 150, 150]
    assert frame["tax"].tolist() == [17.25, 17.25, 17.25]
    assert frame["credit_notes"].tolist() == [0, 0, 50]
    assert frame["cash"].tolist() == [0, 150, 45]
    assert frame["write_offs"].tolist() == [0, 0, 10]


@pytest.mark.parametrize(
    ("method", "options", "expected", "numerator"),
    [
        ("simple", {}, 195 / 450 * 90, 195),
        ("simple", {"receivables": "average"}, (150 + 150 + 195) / 3 / 450 * 90, 165),
        ("simple", {"days": "360"}, 195 / 450 * 90, 195),
        ("simple", {"days": "365"}, 195 / 450 * 91.25, 195),
        ("simple", {"months": 1}, 195 / 150 * 31, 195),
        ("simple", {"vat": "net"}, 195 / (450 - 51.75) * 90, 195),
        ("simple", {"credit_notes": "after"}, 195 / 400 * 90, 195),
        ("rolling", {"months": 3}, 165 / 450 * 90, 165),
        ("countback", {}, 31 + 45 / 150 * 28, 195),
        ("best_possible", {}, 150 / 450 * 90, 150),
        ("sales_weighted", {}, 150 / 150 * 31 + 50 / 150 * 28, 200),
        # J1 41 days, J2 31; F1: 50 after 49 days, 50 still open at 49; F2 50 after 13; M1 21, M2 11
        (
            "true",
            {},
            (100 * 41 + 50 * 31 + 100 * 49 + 50 * 13 + 100 * 21 + 50 * 11) / 450,
            200,
        ),
    ],
)
def test_dso(books, method, options, expected, numerator):
    row = arkit.dso(books, as_of=AS_OF, method=method, **options).iloc[0]
    assert row["dso"] == pytest.approx(expected, abs=1e-9)
    assert row["receivables"] == pytest.approx(numerator)


def test_dso_by_group_sees_only_its_own_sales(books):
    frame = arkit.dso(books, as_of=AS_OF, method="simple", by="region")
    assert frame.loc[("CNY", "East"), "dso"] == pytest.approx((100 + 50 - 45 + 40 + 50 - 50) / 300 * 90)
    assert frame["receivables"].sum() == 195


def test_dso_history_is_dso_at_each_date(books):
    history = arkit.dso_history(books, as_of=AS_OF, months=2, methods=["countback", "best_possible"])
    for (code, date), row in history.iterrows():
        for method, value in row.items():
            expected = arkit.dso(books, as_of=date.date(), method=method).loc[code, "dso"]
            assert value == pytest.approx(expected, nan_ok=True)


def test_payment_days(books):
    row = arkit.payment_days(books, as_of=AS_OF, months=3).iloc[0]
    assert (row["invoices"], row["amount"]) == (2, 190)  # F1 was paid in part, F2 credited
    assert row["average_days"] == (41 + 31) / 2
    assert row["weighted_days"] == pytest.approx((100 * 41 + 50 * 31 + 40 * 49) / 190)
    assert row["average_beyond_terms"] == (11 + 1) / 2
    assert row["weighted_days_late"] == pytest.approx((100 * 11 + 50 * 1 + 40 * 19) / 190)
    assert row["late_share_amount"] == 1


def test_collection_effectiveness(books):
    row = arkit.collection_effectiveness(books, as_of=AS_OF, months=2).iloc[0]
    assert row["opening"] == 150
    assert row["cei"] == pytest.approx((150 + 300 - 195) / (150 + 300 - 150))
    monthly = arkit.collection_effectiveness(books, as_of=AS_OF, months=2, sales="monthly").iloc[0]
    assert monthly["cei"] == pytest.approx((150 + 150 - 195) / (150 + 150 - 150))


def test_bad_debt_rate(books):
    assert arkit.bad_debt_rate(books, as_of=AS_OF, months=3)["rate"].iloc[0] == pytest.approx(10 / 450)
    by_balance = arkit.bad_debt_rate(books, as_of=AS_OF, months=3, base="receivables")["rate"].iloc[0]
    assert by_balance == pytest.approx(10 / 165)


def test_concentration_leaves_customers_in_credit_out():
    rows = [document(f"I{n}", "invoice", "2026-01-01", n, customer_id=f"C{n}") for n in (30, 30.5, 20, 19.5)]
    rows.append(document("P", "payment", "2026-01-02", -40, customer_id="C9"))
    row = arkit.concentration(ledger(rows), as_of="2026-01-31", top=(1, 2)).iloc[0]
    assert (row["customers"], row["in_credit"], row["total"]) == (4, 1, 100)
    assert row["top_1"] == pytest.approx(0.305)
    assert row["herfindahl"] == pytest.approx(30.5**2 + 30**2 + 20**2 + 19.5**2)


def test_kpis_name_every_measure_with_unit_terms_and_definition(books):
    frame = arkit.kpis(books, as_of=AS_OF)
    assert [name for _, name in frame.index] == list(DEFINITIONS)
    assert frame.loc[("CNY", "receivables"), "terms"]["d1_30"] == 50
    assert frame.loc[("CNY", "overdue"), "value"] == 50
    for _, row in frame.iterrows():
        assert (row["reason"] is None) != math.isnan(row["value"])


def test_a_period_longer_than_the_ledger_is_not_defined_and_says_so(books):
    frame = arkit.bad_debt_rate(books, as_of=AS_OF, months=12)
    assert math.isnan(frame["rate"].iloc[0])
    assert "begins after the period" in frame.attrs["notes"][0]["reason"]
    assert math.isnan(arkit.dso(books, as_of=AS_OF, method="rolling")["dso"].iloc[0])


def test_the_terms_of_a_dso_that_is_not_defined_are_its_methods_own(books):
    found = {
        (method, receivables): arkit.dso(books, as_of=AS_OF, method=method, months=4, receivables=receivables).iloc[0]
        for method, receivables in (("simple", "ending"), ("simple", "average"), ("best_possible", "ending"))
    }
    assert all(math.isnan(row["dso"]) for row in found.values())
    assert [row["receivables"] for row in found.values()] == [195, 165, 150]


def test_a_snapshot_gives_ageing_and_says_why_the_rest_can_not_be_had():
    snapshot = ledger(DOCUMENTS, scope="snapshot")
    assert arkit.aging(snapshot, as_of=AS_OF)["total"].iloc[0] == 205
    for measure, column in (
        (arkit.dso, "dso"), (arkit.bad_debt_rate, "rate"), (arkit.payment_days, "invoices"),
        (arkit.collection_effectiveness, "cei"), (arkit.flows, "credit_sales"),
    ):  # fmt: skip
        frame = measure(snapshot, as_of=AS_OF)
        assert frame[column].isna().all()
        assert "a snapshot of open items holds no sales" in frame.attrs["notes"][0]["reason"]


def test_sales_without_vat_need_a_tax_column():
    built = ledger([document("I", "invoice", "2026-01-10", 100)])
    frame = arkit.dso(built, as_of="2026-01-31", vat="net", months=1, method="simple")
    assert "no tax column" in frame.attrs["notes"][0]["reason"]


def test_dso_warns_when_invoicing_stopped_long_ago(books):
    notes = arkit.dso(books, as_of="2026-04-30", method="simple").attrs["notes"]
    assert notes[0]["reason"] == "the last credit sale is of 2026-03-20, 41 days before: read DSO with care"
    assert not arkit.dso(books, as_of=AS_OF, method="simple").attrs["notes"]


def test_more_receivable_than_all_sales_has_no_count_back():
    rows = [document("B", "bill", "2025-12-01", 500), document("I", "invoice", "2026-01-10", 100)]
    frame = arkit.dso(ledger(rows), as_of="2026-01-31")
    assert math.isnan(frame["dso"].iloc[0])
    assert "more is receivable than all sales" in frame.attrs["notes"][0]["reason"]


def test_conventions_are_echoed(books):
    conventions = arkit.dso(books, as_of=AS_OF, method="simple", days="360").attrs["conventions"]
    assert conventions["as_of"] == AS_OF
    assert (conventions["method"], conventions["days"], conventions["vat"]) == ("simple", "360", "gross")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda b: arkit.dso(b, as_of=AS_OF, method="quick"), r"method must be one of countback.*got 'quick'"),
        (lambda b: arkit.aging(b, as_of=AS_OF, basis="invoice"), r"basis must be one of due, document; got 'invoice'"),
        (lambda b: arkit.aging(b, as_of=AS_OF, buckets=(30, 30)), r"ascending numbers of days"),
        (lambda b: arkit.aging_history(b, as_of=AS_OF, months=0), r"months must be 1 or more"),
        (lambda b: arkit.bad_debt_rate(b, as_of=AS_OF, base="cash"), r"base must be one of sales, receivables"),
    ],
)
def test_unknown_conventions_are_refused_with_what_is_allowed(books, call, message):
    with pytest.raises(ArkitError, match=message):
        call(books)
