"""Plan against actual, by owner and month, and the promises to follow up."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from books import TODAY, Books, ago
from ledgers import document, ledger
from small_firm import firm, until

import arkit
from arkit.collecting import plan

DAY = dt.date(2025, 3, 17)


def books():
    made = Books()
    made.customer("C1", owner="Ann")
    made.customer("C2", owner="Bob")
    made.sale(40, late=20, amount=700)  # due 21 November, paid 11 December
    made.sale(10, late=5, amount=200)  # due 21 December, paid 26 December
    made.sale(-20, amount=100)
    made.pay("I4", 3, 100)  # due next year
    made.sale(20, amount=500, who="C2")
    return made


def with_targets(made, rows):
    book = made.ledger()
    targets = pd.DataFrame(rows).assign(month=pd.Timestamp("2025-12-01"))
    return arkit.Ledger(book.documents, book.applications, book.customers, book.activities, targets)


def test_the_rate_is_what_was_collected_of_what_was_planned():
    book = with_targets(books(), [{"owner": "Ann", "amount": 800.0}, {"owner": "Bob", "amount": 400.0}])
    frame = plan(book, as_of=TODAY, months=1).frame.droplevel(["currency", "month"])
    assert frame.loc["Ann", ["planned", "collected", "rate", "gap"]].tolist() == [800, 1000, 1.25, 200]
    assert frame.loc["Ann", ["from_overdue", "from_due", "from_early"]].tolist() == [700, 200, 100]
    assert frame.loc["Bob", ["planned", "collected", "rate", "gap"]].tolist() == [400, 0, 0, -400]


def test_a_target_of_a_customer_counts_for_its_owner():
    frame = plan(with_targets(books(), [{"customer_id": "C2", "amount": 400.0}]), as_of=TODAY, months=1).frame
    assert frame.loc[("CNY", pd.Timestamp("2025-12-01"), "Bob"), "planned"] == 400


def test_without_targets_collections_are_shown_alone():
    found = plan(books().ledger(), as_of=TODAY, months=1)
    assert found.frame["planned"].isna().all()
    assert found.frame["collected"].sum() == 1000
    assert any("no targets" in note for note in found.notes)


@pytest.mark.parametrize(("due", "state"), [(9, "broken"), (-3, "running")])
def test_a_promise_not_kept_or_running_is_called_on_the_working_day_after(due, state):
    made = Books()
    item = made.sale(40, amount=500)
    made.promise(item, 12, due, amount=500)
    row = plan(made.ledger(), as_of=TODAY).promises.iloc[0]
    assert (row["state"], row["open"]) == (state, 500)
    assert row["call_on"] > max(pd.Timestamp(ago(due)), pd.Timestamp(TODAY))
    assert row["call_on"].day_of_week < 5


def test_a_kept_promise_needs_no_call():
    made = Books()
    item = made.sale(40, amount=500)
    made.promise(item, 30, 20)
    made.pay(item, 21, 500)
    row = plan(made.ledger(), as_of=TODAY).promises.iloc[0]
    assert (row["state"], row["open"]) == ("kept", 0)
    assert pd.isna(row["call_on"])


def test_collections_agree_with_the_flows_of_the_ledger():
    """Payments and bills on invoices alone: in a firm without bounced bills they are all there are."""
    world = firm(1007).ledger
    frame = plan(world, as_of="2025-12-31", months=12).frame
    parts = frame[["from_overdue", "from_due", "from_early"]].sum(axis=1)
    pd.testing.assert_series_equal(parts, frame["collected"], check_names=False)
    invoices = set(world.documents.loc[world.documents["kind"].isin(["invoice", "debit_note"]), "document_id"])
    moves = world.applications
    mine = moves["document_id"].isin(invoices) & moves["kind"].isin(["payment", "bill"])
    year = moves.loc[mine & (moves["date"] >= "2025-01-01") & (moves["date"] <= "2025-12-31"), "amount"].sum()
    assert frame["collected"].sum() == pytest.approx(year, rel=1e-9)


def test_nothing_known_later_is_used():
    world = firm(1007).ledger
    known = until(world, DAY)
    cut = arkit.Ledger(known.documents, known.applications, known.customers, known.activities, world.targets)
    full, past = plan(world, as_of=DAY), plan(cut, as_of=DAY)
    pd.testing.assert_frame_equal(full.frame, past.frame)
    pd.testing.assert_frame_equal(full.promises, past.promises)
    pd.testing.assert_frame_equal(full.causes, past.causes)


def test_what_is_overdue_is_split_by_owner_and_cause():
    world = firm(1007).ledger
    causes = plan(world, as_of=DAY, months=1).causes
    assert causes["amount"].sum() == pytest.approx(arkit.aging(world, as_of=DAY).filter(regex="^(d|over)").sum().sum())
    assert (causes["share"].groupby(level=["currency", "owner"]).sum() - 1).abs().max() < 1e-9


def test_a_snapshot_has_no_collections_and_says_so():
    rows = [document("I1", "invoice", ago(100), 100, ago(30))]
    found = plan(ledger(rows, scope="snapshot", snapshot_on=str(TODAY)), as_of=TODAY)
    assert found.frame.empty
    assert found.promises.empty
    assert any("holds no collections" in note for note in found.notes)
