import pandas as pd
import pytest

from arkit.simulation import CAUSES, calibration
from arkit.simulation.activities import OUTCOMES


def test_words_are_the_documented_ones(world):
    assert set(world.activities["reason"].dropna()) <= set(CAUSES)
    assert set(world.activities["outcome"].dropna()) <= set(OUTCOMES)


def test_a_row_knows_only_what_was_known_on_its_day(world):
    promises = world.activities[world.activities["kind"] == "promise"]
    assert (promises["outcome"] == "promised").all(), "whether it is kept shows later"
    assert (promises["due_on"] > promises["date"]).all()


def test_a_broken_promise_is_followed_up_after_its_day(worlds):
    for made in worlds:
        settled = calibration.settled_on(made.documents, made.applications)
        calls = made.activities[made.activities["outcome"] == "broken"]
        promises = made.activities[made.activities["kind"] == "promise"]
        both = calls.merge(promises, on="document_id", suffixes=("", "_promise"))
        earlier = both[both["due_on_promise"] < both["date"]]
        assert set(calls["document_id"]) == set(earlier["document_id"])
        at = settled.reindex(calls["document_id"]).to_numpy()
        assert (pd.isna(at) | (at > calls["date"].to_numpy())).all()


def test_contacts_after_the_due_date_are_with_late_customers_only(world):
    chased = world.activities[world.activities["kind"].isin(["letter", "visit", "legal", "acknowledgement"])]
    assert set(chased["document_id"]) <= set(world.truth["document_id"])


def test_nothing_is_chased_once_it_is_settled(world):
    settled = calibration.settled_on(world.documents, world.applications)
    chased = world.activities[
        world.activities["kind"].isin(["reminder", "call", "letter", "visit", "promise", "legal"])
    ]
    at = settled.reindex(chased["document_id"]).to_numpy()
    assert (pd.isna(at) | (chased["date"].to_numpy() < at)).all()


def test_activities_take_place_on_working_days(world):
    assert (world.activities["date"].dt.day_of_week < 5).mean() == pytest.approx(1.0)


def test_disputes_open_before_they_close(world):
    found = world.activities.pivot_table(index="document_id", columns="kind", values="date", aggfunc="min")
    closed = found.dropna(subset=["dispute_closed"])
    assert (closed["dispute_opened"] < closed["dispute_closed"]).all()
    invoiced = world.documents.set_index("document_id")["date"]
    assert (found["dispute_opened"].dropna() > invoiced.reindex(found["dispute_opened"].dropna().index)).all()


def test_owners_are_the_salespeople_or_credit_control(world):
    assert set(world.activities["owner"]) <= {*world.customers["owner"], "Credit control 信控"}


def test_plans_are_of_the_size_of_what_comes_in(world):
    documents = world.documents[world.documents["currency"] == "CNY"]
    cash = -documents.loc[(documents["kind"] == "payment"), "amount"].sum()
    plan = world.targets.loc[world.targets["currency"] == "CNY", "amount"].sum()
    assert 0.8 < plan / cash < 1.25
    assert not world.targets.duplicated(["month", "owner"]).any()
