"""Collection targets: what they rest on, that they add up, and that a ledger takes them back."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from books import TODAY, Books, ago
from ledgers import document, ledger
from small_firm import firm

import arkit
from arkit.collecting.targets import SOURCES
from arkit.errors import ArkitError

DAY = dt.date(2025, 3, 31)


@pytest.fixture(scope="module")
def world():
    return firm(1007).ledger


@pytest.fixture(scope="module")
def found(world):
    return arkit.collection_targets(world, as_of=DAY)


def cents(values: pd.Series) -> pd.Series:
    return (values * 100).round().astype("int64")


def test_the_sources_add_up_to_the_target_and_customers_to_their_owner(found):
    frame = found.frame
    assert (sum(cents(frame[name]) for name in SOURCES) == cents(frame["amount"])).all()
    whole = cents(frame["amount"]).groupby([frame["currency"], frame["month"], frame["owner"]]).sum()
    assert (whole == cents(found.by_owner["amount"])).all()


def test_the_months_are_those_after_the_date(found):
    months = found.frame["month"].drop_duplicates()
    assert months.tolist() == list(pd.date_range("2025-04-01", periods=3, freq="MS"))


def test_more_than_is_owed_is_never_expected_of_a_customer(world, found):
    owed = world.open_items(DAY)
    owed = owed[owed["kind"].isin(["invoice", "debit_note", "bounced"])].groupby("customer_id")["open"].sum()
    booked = found.frame.groupby("customer_id")[list(SOURCES[:3])].sum().sum(axis=1)
    assert (booked <= owed.reindex(booked.index).fillna(0) + 0.01).all()


def test_the_stretch_is_what_of_the_overdue_is_not_in_the_targets(found):
    stretch = found.stretch
    assert (cents(stretch["overdue"]) - cents(stretch["planned"]) == cents(stretch["stretch"])).all()
    assert (stretch["stretch"] >= 0).all()
    assert (stretch["stretch"] > 0).any()


def test_targets_are_near_what_came(world, found):
    """Over all customers and three months, on a firm that nobody tuned for."""
    actual = arkit.plan(world, as_of="2025-06-30", months=3).frame["collected"].sum()
    assert found.frame["amount"].sum() == pytest.approx(actual, rel=0.25)


def test_saved_and_read_back_they_are_the_plan_of_the_next_month(world, found, tmp_path):
    found.table.to_csv(tmp_path / "targets.csv", index=False)
    again = pd.read_csv(tmp_path / "targets.csv", dtype={"customer_id": "str"})
    known = arkit.Ledger(world.documents, world.applications, world.customers, world.activities, again)
    planned = arkit.plan(known, as_of="2025-04-30", months=1).frame["planned"]
    april = found.by_owner.xs(pd.Timestamp("2025-04-01"), level="month")["amount"]
    assert planned.droplevel("month").to_dict() == pytest.approx(april.to_dict())


def test_without_new_sales_only_what_is_on_the_books_counts(world, found):
    booked = arkit.collection_targets(world, as_of=DAY, new_sales=False).frame
    assert (booked["from_sales"] == 0).all()
    assert booked["amount"].sum() == pytest.approx(found.frame[list(SOURCES[:3])].sum().sum())


def test_a_receipt_in_hand_is_not_collected_again():
    book = Books()
    for number in range(6):
        book.sale(100 + 30 * number, late=10)
    book.sale(10, amount=1000)
    before = arkit.collection_targets(book.ledger(), as_of=TODAY, new_sales=False).frame["amount"].sum()
    book.documents.append(document("P99", "payment", ago(1), -1000))
    after = arkit.collection_targets(book.ledger(), as_of=TODAY, new_sales=False).frame["amount"].sum()
    assert (before > 100, after) == (True, 0)


def test_without_settlements_claims_are_planned_when_due_and_the_overdue_is_the_stretch():
    rows = [document("I1", "invoice", ago(100), 100, ago(30)), document("I2", "invoice", ago(10), 900, ago(-20))]
    found = arkit.collection_targets(ledger(rows, scope="snapshot", snapshot_on=str(TODAY)), as_of=TODAY)
    assert found.frame[["amount", "from_due"]].to_numpy().tolist() == [[900, 900]]
    assert found.stretch[["overdue", "planned", "stretch"]].to_numpy().tolist() == [[100, 0, 100]]
    assert any("no settlements" in note for note in found.notes)
    assert any("no owners" in note for note in found.notes)


def test_basis_names_the_amounts_in_both_languages(found):
    row = found.frame.iloc[0]
    assert f"{row['from_due']:,.2f}" in row["basis"]
    assert row["basis"].to("zh") != str(row["basis"])


def test_a_number_of_months_beyond_the_model_is_refused(world):
    with pytest.raises(ArkitError, match="between 1 and 6"):
        arkit.collection_targets(world, as_of=DAY, months=7)
