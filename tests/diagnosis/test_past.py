"""What was known at a date is read once, cut where it can be, and shared without harm."""

import datetime as dt
import gc
import weakref
from dataclasses import fields

import duckdb
import pandas as pd
import pytest
from ledgers import applied, document, ledger
from random_ledgers import make, to_duckdb, to_pandas

import arkit
from arkit.diagnosis.past import KEPT, Past
from arkit.diagnosis.payment_model import fitted
from arkit.diagnosis.signals import standing

DAY = "2024-03-31"
ROWS = [document("1", "invoice", "2024-01-01", 100.0, "2024-01-31")]
DIAGNOSES = {
    "causes": arkit.causes,
    "customer_types": arkit.customer_types,
    "risk_signals": arkit.risk_signals,
    "payment_model": arkit.payment_model,
    "forecast": arkit.forecast,
    "worklist": lambda book, *, as_of: arkit.worklist(book, as_of=as_of, capacity=5),
    "plan": arkit.plan,
    "backtest": lambda book, *, as_of: arkit.backtest(book, as_of=as_of, months=3, ahead=2),
}


@pytest.fixture(scope="module")
def world():
    return arkit.simulate(seed=3, months=15, customers=15).ledger


def frames(result) -> dict[str, pd.DataFrame]:
    values = {part.name: getattr(result, part.name) for part in fields(result)}
    return {name: value for name, value in values.items() if isinstance(value, pd.DataFrame)}


def test_the_same_past_comes_back_when_asked_again():
    book = ledger(ROWS)
    assert Past.of(book, "2024-02-01") is Past.of(book, dt.date(2024, 2, 1))
    assert Past.of(book, "2024-02-01") is not Past.of(ledger(ROWS), "2024-02-01")


def test_only_the_pasts_asked_for_last_are_kept():
    book = ledger(ROWS)
    seen = [weakref.ref(Past.of(book, f"2024-02-{day:02}")) for day in range(1, 3 + KEPT)]
    gc.collect()
    assert [past() is not None for past in seen] == [False] * 2 + [True] * KEPT


def test_pasts_go_with_their_ledger():
    book = ledger(ROWS)
    past = weakref.ref(Past.of(book, "2024-02-01"))
    del book
    gc.collect()
    assert past() is None


def test_what_is_derived_is_made_once_for_each_past(world):
    past = Past.of(world, DAY)
    assert standing(past) is standing(Past.of(world, DAY))
    assert fitted(past) is fitted(Past.of(world, DAY))
    assert standing(past.earlier(dt.date(2024, 2, 29))) is not standing(past)


def test_an_earlier_past_is_the_one_that_the_ledger_tells(world):
    day = dt.date(2024, 1, 31)
    cut, read = Past.of(world, DAY).earlier(day), Past.of(until_day(world, day), day)
    for name in ("documents", "moves", "activities", "customers"):
        pd.testing.assert_frame_equal(getattr(cut, name), getattr(read, name), obj=name)
    for column in ("customer_id", "kind", "region"):
        one, other = (past.coded("documents", column) for past in (cut, read))
        assert one.words[one.codes].tolist() == other.words[other.codes].tolist()
    assert cut.about.tolist() == read.about.tolist()
    assert cut.places.tolist() == read.places.tolist()


@pytest.mark.parametrize("seed", range(6))
def test_an_earlier_past_is_the_one_that_the_ledger_tells_whatever_happened(seed):
    tables, day = make(seed), dt.date(2024, 6, 30)
    with duckdb.connect() as connection:
        for book in (to_pandas(tables), to_duckdb(tables, connection)):
            last = dt.date(2025, 12, 31)
            cut, read = Past.of(book, last).earlier(day), Past.of(to_pandas(tables.until(day)), day)
            names = ["document_id", "open_minor", "minor", "due", "closed_on", "late_days"]
            pd.testing.assert_frame_equal(cut.documents[names], read.documents[names], check_dtype=False)
            keys = ["effective", "document_id", "event", "minor"]
            sides = [past.moves.sort_values(keys, ignore_index=True)[keys] for past in (cut, read)]
            pd.testing.assert_frame_equal(*sides, check_dtype=False)


def test_a_past_tells_nothing_of_what_comes_after_its_day():
    past = Past.of(ledger(ROWS), "2024-02-01")
    assert past.earlier(past.as_of) is past
    with pytest.raises(ValueError, match="tells nothing of 2024-02-02"):
        past.earlier(dt.date(2024, 2, 2))


def test_an_item_that_was_reopened_later_is_closed_in_an_earlier_past():
    back = [applied("1", None, "2024-02-01", 100.0), applied("1", None, "2024-03-01", -100.0)]
    past = Past.of(ledger(ROWS, back), "2024-03-31")
    assert past.documents["open_minor"].tolist() == [10000]
    assert past.earlier(dt.date(2024, 2, 29)).documents["closed_on"].tolist() == [pd.Timestamp("2024-02-01")]


def test_a_promise_that_ran_on_the_earlier_day_has_no_outcome_there():
    promise = {
        "customer_id": "C1", "document_id": "1", "date": "2024-02-10", "kind": "promise", "due_on": "2024-03-01",
        "outcome": "kept",
    }  # fmt: skip
    past = Past.of(ledger(ROWS, activities=[promise]), "2024-03-31")
    assert past.coded("activities", "outcome").isin("kept").tolist() == [True]
    assert past.earlier(dt.date(2024, 2, 20)).coded("activities", "outcome").codes.tolist() == [-1]


def test_who_changes_a_result_changes_no_later_one():
    book = arkit.simulate(seed=4, months=15, customers=12).ledger
    first = {name: frames(ask(book, as_of=DAY)) for name, ask in DIAGNOSES.items()}
    before = {name: {key: frame.copy() for key, frame in result.items()} for name, result in first.items()}
    for result in first.values():
        for frame in result.values():
            for column in frame:
                frame[column] = "changed"
            frame.insert(0, "more", 1)
    for name, ask in DIAGNOSES.items():
        for key, frame in frames(ask(book, as_of=DAY)).items():
            pd.testing.assert_frame_equal(frame, before[name][key], obj=f"{name}.{key}")


def test_a_fitted_model_can_not_be_changed(world):
    found = arkit.payment_model(world, as_of=DAY)
    with pytest.raises(ValueError, match="read-only"):
        found.model.coefficients[:] = 0.0


def until_day(book: arkit.Ledger, day: dt.date) -> arkit.Ledger:
    limit = pd.Timestamp(day)
    documents, log = book.documents[book.documents["date"] <= limit], book.activities[book.activities["date"] <= limit]
    settled = book.applications[book.applications["date"] <= limit]
    known = settled["by_document_id"].isna() | settled["by_document_id"].isin(documents["document_id"])
    settled = settled[known & settled["document_id"].isin(documents["document_id"])]
    return arkit.Ledger(documents, settled, book.customers, log, book.targets)
