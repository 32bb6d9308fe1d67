"""A ledger in its base currency: at booking rates, exact at every date."""

from __future__ import annotations

from decimal import Decimal

import narwhals.stable.v2 as nw
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import arkit
from arkit.errors import LedgerError
from arkit.frames import collect
from tests.ledgers import ENGINES, applied, document, ledger
from tests.random_ledgers import Tables, day, make, to_pandas
from tests.rate_tables import examples, table, wandering

DATES = ("2024-04-30", "2024-10-05", "2025-07-31")
LAST = "2026-05-31"  # after all of it
BASES = ("CNY", "JPY", "KWD", "EUR")
cases = given(st.integers(0, 10_000), st.sampled_from(BASES))
dated_cases = given(st.integers(0, 10_000), st.sampled_from(BASES), st.sampled_from(DATES))


def rates_for(seed: int, base: str) -> pd.DataFrame:
    """Rates in any base; the euro stands in for one in which no document is."""
    return wandering(seed, base) if base != "EUR" else wandering(seed, "CNY").pipe(_with_yuan)


def _with_yuan(rates: pd.DataFrame) -> pd.DataFrame:
    yuan = rates[rates["currency"] == "USD"].assign(currency="CNY")
    return pd.concat([rates, yuan], ignore_index=True)


def usd(number: str, kind: str, date: str, amount: float, due: str | None = None, **more) -> dict:
    return document(number, kind, date, amount, due, currency="USD", **more)


RATES = table(("USD", "2026-01-05", "7.12345"), ("USD", "2026-02-03", "7.2"), ("USD", "2026-03-01", "6.9"))


@pytest.mark.parametrize("engine", ENGINES)
def test_part_payments_leave_nothing_behind(engine):
    # 100.01 x 7.12345 = 712.4162345; open after each part 66.68 -> 474.991646, 33.35 -> 237.5670575
    books = ledger(
        [usd("1", "invoice", "2026-01-10", 100.01, "2026-02-09")],
        [applied("1", None, f"2026-0{month}-15", amount) for month, amount in ((1, 33.33), (2, 33.33), (3, 33.35))],
        engine=engine,
    )
    own = arkit.in_currency(books, base="CNY", rates=RATES)
    assert own.currencies == ("CNY",)
    ends = ("2026-01-14", "2026-01-15", "2026-02-15", "2026-03-15")
    assert [arkit.aging(own, as_of=end).loc["CNY", "total"] for end in ends] == [712.42, 474.99, 237.57, 0]
    row = collect(nw.from_native(own.documents)).iloc[0]
    assert (row["original_currency"], row["original_amount"], row["booking_rate"]) == ("USD", 100.01, 7.12345)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_payment_at_another_rate_closes_both_and_the_rest_is_realised(engine):
    # invoice 100 x 7.12345 = 712.345 -> 712.34 (half to even); payment 150 x 7.2 = 1080, 50 x 7.2 = 360 stay open
    books = ledger(
        [usd("1", "invoice", "2026-01-10", 100, "2026-02-09"), usd("P", "payment", "2026-02-04", -150)],
        [applied("1", "P", "2026-02-10", 100)],
        engine=engine,
    )
    own = arkit.in_currency(books, base="CNY", rates=RATES)
    before, after = (arkit.aging(own, as_of=date).loc["CNY"] for date in ("2026-02-09", "2026-02-10"))
    assert (before["not_due"], before["unapplied"], before["total"]) == (712.34, -1080, -367.66)
    assert (after["d1_30"], after["unapplied"], after["total"]) == (0, -360, -360)
    assert arkit.flows(own, as_of="2026-02-28").iloc[-1]["cash"] == 1072.34
    realised = arkit.realised_exchange(books, as_of="2026-02-28", base="CNY", rates=RATES, months=2)
    assert realised.index.tolist() == [("USD", pd.Timestamp("2026-01-31")), ("USD", pd.Timestamp("2026-02-28"))]
    assert realised.iloc[0].tolist() == [0, 0, 0]
    assert realised.iloc[1].tolist() == [712.34, 720, 7.66]  # 712.34 - 1080 + 7.66 = -360


def test_a_bill_at_another_rate_carries_the_claim_on_at_its_own():
    books = ledger(
        [
            usd("1", "invoice", "2026-01-10", 100, "2026-02-09"),
            usd("2", "invoice", "2026-01-10", 50, "2026-02-09"),
            usd("B", "bill", "2026-02-04", 150, "2026-05-04"),
        ],
        [applied("1", "B", "2026-02-04", 100, "bill"), applied("2", "B", "2026-02-04", 50, "bill")],
    )
    own = arkit.in_currency(books, base="CNY", rates=RATES)
    # 712.34 + 50 x 7.12345 = 356.1725 -> 356.17 became 150 x 7.2
    assert arkit.aging(own, as_of="2026-02-03").loc["CNY", "total"] == 1068.51
    assert arkit.aging(own, as_of="2026-02-04").loc["CNY", "total"] == 1080
    assert own.applications["by_document_id"].tolist() == ["B", "B"]
    realised = arkit.realised_exchange(books, as_of="2026-02-28", base="CNY", rates=RATES, months=1)
    assert realised.iloc[0].tolist() == [1068.51, 1080, 11.49]


def test_a_payment_without_a_document_is_worth_the_rate_of_its_day_and_a_write_off_nothing_more():
    books = ledger(
        [usd("1", "invoice", "2026-01-10", 100, "2026-02-09")],
        [applied("1", None, "2026-03-02", 60), applied("1", None, "2026-03-03", 40, "write_off")],
    )
    # open 100 -> 712.345 -> 712.34, 40 -> 284.938 -> 284.94: 427.40 were paid with 60 x 6.9 = 414
    realised = arkit.realised_exchange(books, as_of="2026-03-31", base="CNY", rates=RATES, months=1)
    assert realised.iloc[0].tolist() == [712.34, 698.94, -13.4]


def test_kinds_and_days_are_kept_so_that_the_measures_work():
    books = ledger(
        [
            usd("1", "invoice", "2026-01-10", 100, "2026-02-09"),
            usd("2", "invoice", "2026-01-10", 40, "2026-02-09"),
            document("3", "invoice", "2026-01-12", 300, "2026-02-11"),
            usd("P", "payment", "2026-02-14", -100),
        ],
        [applied("1", "P", "2026-02-14", 100), applied("2", None, "2026-03-01", 40, "write_off")],
    )
    own = arkit.in_currency(books, base="CNY", rates=RATES)
    paid = arkit.payment_days(own, as_of="2026-03-31").loc["CNY"]
    assert (paid["invoices"], paid["amount"], paid["average_days"], paid["average_days_late"]) == (1, 712.34, 35, 5)
    lost = arkit.bad_debt_rate(own, as_of="2026-03-31", months=3).loc["CNY"]
    assert (lost["write_offs"], lost["base"]) == (284.94, 1297.28)
    assert arkit.dso(own, as_of="2026-03-31", method="simple").loc["CNY", "receivables"] == 300


def test_documents_of_the_base_currency_are_as_they_were():
    documents = [
        document("1", "invoice", "2026-01-10", 99.99, "2026-02-09"),
        document("P", "payment", "2026-02-04", -99.99),
    ]
    books = ledger([*documents, usd("2", "invoice", "2026-01-10", 1, None)], [applied("1", "P", "2026-02-10", 99.99)])
    own = arkit.in_currency(books, base="CNY", rates=RATES)
    assert own.applications[["document_id", "by_document_id", "amount"]].to_numpy().tolist() == [["1", "P", 99.99]]
    assert own.intake.assumptions[-2] == "Every document is converted to CNY at the rate of its own date"


def test_a_ledger_in_the_base_currency_needs_no_rates_and_has_the_same_columns():
    books = ledger([document("1", "invoice", "2026-01-10", 99.99, "2026-02-09")], [applied("1", None, "2026-02-01", 9)])
    own = arkit.in_currency(books, base="CNY")
    assert_frame_equal(collect(own.entries()), collect(books.entries()))
    by = arkit.aging(own, as_of="2026-02-10", by=["original_currency", "booking_rate"])
    assert by["total"].to_dict() == {("CNY", "CNY", "1.0"): 90.99}


ONE_FIGURE = {
    "in_currency": lambda books: arkit.in_currency(books, base="CNY"),
    "revaluation": lambda books: arkit.revaluation(books, as_of="2026-01-31", base="CNY"),
    "revalued_items": lambda books: arkit.revalued_items(books, as_of="2026-01-31", base="CNY"),
    "realised_exchange": lambda books: arkit.realised_exchange(books, as_of="2026-01-31", base="CNY"),
    "chart": lambda books: arkit.charts.aging(arkit.aging(books, as_of="2026-01-31")),
}


@pytest.mark.parametrize("asked", ONE_FIGURE)
def test_one_figure_of_several_currencies_without_rates_is_refused(asked):
    books = ledger([document("1", "invoice", "2026-01-10", 1), usd("2", "invoice", "2026-01-10", 1)])
    with pytest.raises(LedgerError) as caught:
        ONE_FIGURE[asked](books)
    (problem,) = caught.value.problems
    assert problem.rule == "mixed_currency"
    assert str(problem.message) == "without a rate table, amounts in CNY, USD make no one figure"
    assert "rates=, a table of date, currency, rate" in str(problem.todo)


def test_another_currency_than_the_base_needs_rates_even_where_it_is_the_only_one():
    with pytest.raises(LedgerError, match="amounts in CNY, USD"):
        arkit.in_currency(ledger([usd("1", "invoice", "2026-01-10", 1)]), base="CNY")


def test_all_missing_rates_are_told_at_once():
    books = ledger(
        [
            usd("1", "invoice", "2026-01-01", 1),
            usd("2", "invoice", "2026-04-20", 1),
            usd("3", "invoice", "2026-05-01", 1),
            document("4", "invoice", "2026-01-10", 1, currency="EUR"),
        ]
    )  # fmt: skip
    with pytest.raises(LedgerError) as caught:
        arkit.in_currency(books, base="CNY", rates=RATES)
    assert sorted((p.rule, p.currency, p.count) for p in caught.value.problems) == [
        ("no_rate", "EUR", 1), ("no_rate", "USD", 1), ("stale_rate", "USD", 2),
    ]  # fmt: skip
    assert arkit.in_currency(
        ledger([usd("2", "invoice", "2026-04-20", 1)]), base="CNY", rates=RATES, max_rate_age=50
    ).open_items("2026-04-30")["open"].tolist() == [6.9]


def test_promises_follow_their_document_and_a_foreign_plan_is_left_out():
    promise = {"kind": "promise", "date": "2026-02-01", "due_on": "2026-02-20", "customer_id": "C1"}
    activities = pd.DataFrame(
        [{**promise, "document_id": "1", "amount": 10.0}, {**promise, "document_id": None, "amount": 20.0},
         {**promise, "document_id": None, "amount": 30.0, "customer_id": "C2"}]
    )  # fmt: skip
    documents = [usd("1", "invoice", "2026-01-10", 100), document("2", "invoice", "2026-01-10", 50, customer_id="C2")]
    plan = pd.DataFrame({"month": ["2026-02-01"], "amount": [70.0], "currency": ["USD"]})
    books = ledger(documents, activities=activities, targets=plan)
    own = arkit.in_currency(books, base="CNY", rates=RATES)
    assert own.activities["amount"].fillna(-1).tolist() == [71.23, -1, 30]
    assert own.targets is None
    told = {p.rule: (p.severity, p.count) for p in own.intake.problems if p.table in ("activities", "targets")}
    assert told == {"promise_without_currency": ("warning", 1), "targets_left_out": ("warning", 1)}


def positions(books: arkit.Ledger, date: str) -> dict[str, float]:
    rows = books.open_items(date)
    return dict(zip(rows["document_id"], rows["open"], strict=True))


@examples
@dated_cases
def test_what_is_open_is_what_is_open_in_its_own_currency_at_the_booking_rate(seed, base, date):
    books = to_pandas(make(seed, 12))
    own = arkit.in_currency(books, base=base, rates=rates_for(seed, base))
    items = arkit.revalued_items(books, as_of=date, base=base, rates=rates_for(seed, base))
    worth = dict(zip(items["document_id"], items["at_booking"], strict=True))
    assert positions(own, date) == {number: amount for number, amount in worth.items() if amount}
    unit = Decimal(1).scaleb(-{"JPY": 0, "KWD": 3}.get(base, 2))
    exact = [Decimal(str(row.open)) * row.booking_rate for row in items.itertuples()]
    assert [Decimal(str(a)) for a in items["at_booking"]] == [e.quantize(unit, "ROUND_HALF_EVEN") for e in exact]


@examples
@dated_cases
def test_later_events_change_nothing(seed, base, date):
    tables, rates = make(seed, 12), rates_for(seed, base)
    own = arkit.in_currency(to_pandas(tables), base=base, rates=rates)
    known = rates[rates["date"] <= pd.Timestamp(date)]
    cut = arkit.in_currency(to_pandas(tables.until(day(date))), base=base, rates=known)
    assert positions(own, date) == positions(cut, date)
    assert_frame_equal(arkit.flows(own, as_of=date, months=3), arkit.flows(cut, as_of=date, months=3))


@examples
@cases
def test_row_order_is_irrelevant(seed, base):
    tables, rates = make(seed, 12), rates_for(seed, base)
    frames = [
        collect(arkit.in_currency(to_pandas(t), base=base, rates=rates).entries())
        for t in (tables, tables.shuffled(seed))
    ]
    names = ["document_id", "effective", "event", "minor", "claim", "tax", "closed_on"]
    assert_frame_equal(*(frame[names].sort_values(names, ignore_index=True) for frame in frames))


@examples
@given(st.integers(0, 10_000))
def test_at_a_rate_of_one_every_measure_is_the_same(seed):
    documents, applications, customers, _ = make(seed, 15)
    documents = [row for row in documents if row["currency"] == "USD"]
    numbers = {row["document_id"] for row in documents}
    books = to_pandas(Tables(documents, [row for row in applications if row["document_id"] in numbers], customers))
    own = arkit.in_currency(books, base="EUR", rates=table(("USD", "2020-01-01", 1)), max_rate_age=9999)
    for measure in (arkit.aging, arkit.flows, arkit.payment_days, arkit.bad_debt_rate, arkit.collection_effectiveness):
        left, right = measure(books, as_of="2024-10-05"), measure(own, as_of="2024-10-05")
        assert_frame_equal(left.reset_index(drop=True), right.reset_index(drop=True))


@examples
@cases
def test_receivables_are_the_documents_and_what_was_realised_where_documents_settle_one_another(seed, base):
    documents, applications, customers, _ = make(seed, 15)
    negative = {row["document_id"]: row["amount"] < 0 for row in documents}
    opposite = [
        row
        for row in applications
        if row["by_document_id"] and negative[row["by_document_id"]] != negative[row["document_id"]]
    ]
    books, rates = to_pandas(Tables(documents, opposite, customers)), rates_for(seed, base)
    own = arkit.in_currency(books, base=base, rates=rates)
    realised = arkit.realised_exchange(books, as_of=LAST, base=base, rates=rates, months=36)
    exact = [Decimal(str(amount)) for amount in [*own.documents["amount"], *realised["realised"]]]
    assert Decimal(str(arkit.aging(own, as_of=LAST).loc[base, "total"])) == sum(exact)
    difference = (realised["at_settlement"] - realised["at_booking"]).round(3)
    assert difference.tolist() == realised["realised"].tolist()
