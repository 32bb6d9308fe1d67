"""The gap between plan and actual, in parts: by hand, and adding up to the cent whatever the ledger."""

from __future__ import annotations

import pandas as pd
import pytest
from books import TODAY, Books
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import document, ledger
from random_ledgers import make, to_frames
from small_firm import firm

import arkit
from arkit.collecting.gap import PARTS
from arkit.errors import ArkitError

MONTH = pd.Timestamp("2025-12-01")


def gap(book: Books, target: float, **more):
    made = book.ledger()
    targets = pd.DataFrame([{"month": MONTH, "owner": "Ann", "amount": target}])
    known = arkit.Ledger(made.documents, made.applications, made.customers, made.activities, targets)
    found = arkit.plan(known, as_of=TODAY, months=1, **more)
    assert found.gap["amount"].sum() == pytest.approx(found.frame["gap"].sum(), abs=1e-9)
    return found.gap.groupby("part")["amount"].sum().to_dict()


@pytest.fixture
def book():
    made = Books()
    made.customer("C1", owner="Ann")
    return made


def test_what_fell_due_and_was_not_paid_is_what_is_missing(book):
    book.sale(20, late=5, amount=600)
    book.sale(15, amount=400)
    assert gap(book, 1000) == {"unpaid": -400}


def test_what_did_not_come_is_split_by_cause_and_a_logged_reason_counts(book):
    item = book.sale(15, amount=400)
    book.log("call", 10, item, reason="dispute")
    made = book.ledger()
    targets = pd.DataFrame([{"month": MONTH, "owner": "Ann", "amount": 400.0}])
    known = arkit.Ledger(made.documents, made.applications, made.customers, made.activities, targets)
    rows = arkit.plan(known, as_of=TODAY, months=1).gap
    assert rows[["part", "cause", "amount"]].to_numpy().tolist() == [["unpaid", "dispute", -400.0]]
    assert arkit.plan(known, as_of=TODAY, months=1, by_cause=0).gap["cause"].tolist() == [""]


def test_a_plan_on_older_overdue_is_held_against_what_came_of_it(book):
    book.sale(60, late=50, amount=300)
    book.sale(45, amount=500)
    assert gap(book, 700) == {"older_short": -400}
    assert gap(book, 100) == {"older_beyond": 200}


def test_what_was_credited_instead_of_paid_is_no_cash(book):
    item = book.sale(20, amount=500)
    book.write_off(item, 3, 500)
    older = book.sale(60, amount=200)
    book.write_off(older, 3, 200)
    assert gap(book, 700) == {"no_cash": -700}


def test_money_that_came_early_was_not_planned(book):
    item = book.sale(-20, amount=100)
    book.pay(item, 3, 100)
    assert gap(book, 0) == {"early": 100}


def test_a_plan_beyond_all_that_was_due_rests_on_sales_not_on_the_books(book):
    book.sale(20, late=5, amount=600)
    assert gap(book, 1000) == {"beyond_books": -400}


def test_what_fell_due_beyond_the_plan_was_allowed_not_to_come(book):
    book.sale(20, amount=600)
    assert gap(book, 400) == {"due_beyond": 200, "unpaid": -600}


def test_what_falls_due_on_the_last_day_is_not_late_yet(book):
    book.sale(0, amount=600)
    assert gap(book, 600) == {"not_late": -600}


def test_the_causes_of_a_month_are_those_at_its_end():
    """What was paid in January is unpaid in December's gap, whenever one looks."""
    world = firm(1007).ledger
    early = arkit.plan(world, as_of="2025-02-28", months=1).gap
    late = arkit.plan(world, as_of="2025-04-30", months=3, by_cause=3).gap
    pd.testing.assert_frame_equal(early, late[late["month"] == early["month"].iloc[0]].reset_index(drop=True))
    assert {"unpaid", "early"} <= set(early["part"])
    assert "unknown" in set(late["cause"])


@settings(max_examples=20)
@given(
    seed=st.integers(0, 40),
    day=st.sampled_from(["2024-06-30", "2024-11-17", "2025-01-31"]),
    amounts=st.lists(st.integers(0, 3_000_000), min_size=1, max_size=12),
    by_cause=st.integers(0, 2),
)
def test_the_parts_add_up_to_the_gap_to_the_cent(seed, day, amounts, by_cause):
    frames = to_frames(make(seed, invoices=40))
    codes = frames["documents"]["currency"].unique()
    last = pd.Timestamp(day).to_period("M")
    targets = pd.DataFrame(
        [
            {"month": (last - place % 3).to_timestamp(), "currency": codes[place % len(codes)],
             "customer_id": f"00{1 + place % 5}", "amount": float(amount)}
            for place, amount in enumerate(amounts)
        ]
    )  # fmt: skip
    found = arkit.plan(arkit.Ledger(**frames, targets=targets), as_of=day, months=3, by_cause=by_cause)
    planned = found.frame["gap"].dropna()
    parts = found.gap.groupby(["currency", "month", "owner"])["amount"].sum().reindex(planned.index).fillna(0.0)
    assert (parts - planned).abs().max() < 1e-4
    assert set(found.gap["part"]) <= set(PARTS)


def test_without_targets_there_is_no_gap_to_explain():
    assert arkit.plan(firm(1007).ledger, as_of="2025-02-28", months=1).gap["part"].notna().all()
    rows = [document("I1", "invoice", "2025-10-01", 100, "2025-11-01")]
    assert arkit.plan(ledger(rows), as_of=TODAY).gap.empty


def test_months_that_are_none_are_refused():
    with pytest.raises(ArkitError, match="months must be at least 1"):
        arkit.plan(firm(1007).ledger, as_of="2025-02-28", months=0)
