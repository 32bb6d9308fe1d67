"""Targets, gap, promises and evaluations: later events change nothing, nor does the engine."""

from __future__ import annotations

import datetime as dt

import duckdb
import pandas as pd
import pytest
from random_ledgers import make, to_duckdb, to_pandas
from small_firm import firm, until

import arkit

DAY = dt.date(2025, 1, 20)
TABLES = ("documents", "applications", "customers", "activities", "targets")


def speak(ledger, day):
    plan = arkit.plan(ledger, as_of=day, months=3, by_cause=2)
    targets = arkit.collection_targets(ledger, as_of=day)
    found = arkit.evaluate(ledger, as_of=day)
    frames = {
        "plan": plan.frame, "promises": plan.promises, "gap": plan.gap, "causes": plan.causes,
        "targets": targets.frame, "owners": targets.by_owner, "stretch": targets.stretch,
        "collectors": found.collectors, "customers": found.customers, "strategies": found.strategies,
    }  # fmt: skip
    return frames, plan.notes + targets.notes + found.notes


def same(one, other, **more):
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, other[name], **more)


def with_targets(known, targets):
    return arkit.Ledger(known.documents, known.applications, known.customers, known.activities, targets)


@pytest.mark.parametrize("seed", range(4))
def test_deleting_what_came_later_changes_nothing(seed):
    tables = make(seed, invoices=90)
    (whole, notes), (cut, again) = (speak(to_pandas(t), DAY) for t in (tables, tables.until(DAY)))
    assert len(whole["targets"]) > 5
    assert len(whole["collectors"]) >= 1
    same(whole, cut)
    assert notes == again


@pytest.mark.parametrize("day", ["2025-03-17", "2025-06-30"])
def test_deleting_what_came_later_changes_nothing_where_there_are_contacts_and_targets(day):
    world = firm(1007).ledger
    targets = world.targets[world.targets["month"] <= pd.Timestamp(day)]
    (whole, notes), (cut, again) = speak(world, day), speak(with_targets(until(world, day), targets), day)
    assert {name for name, frame in whole.items() if frame.empty} == set()
    same(whole, cut)
    assert notes == again


def test_the_order_of_rows_and_the_engine_change_nothing():
    tables = make(7, invoices=90)
    whole, _ = speak(to_pandas(tables), DAY)
    shuffled, _ = speak(to_pandas(tables.shuffled(3)), DAY)
    with duckdb.connect() as connection:
        elsewhere, _ = speak(to_duckdb(tables, connection), DAY)
    for other in (shuffled, elsewhere):
        same(whole, other, check_dtype=False, check_column_type=False, check_index_type=False)


def test_contacts_owners_and_targets_are_read_alike_on_duckdb():
    world = firm(1007).ledger
    with duckdb.connect() as connection:
        relations = {}
        for name in TABLES:
            connection.register("given", world.table(name))
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
            connection.unregister("given")
            relations[name] = connection.table(name)
        elsewhere, notes = speak(arkit.Ledger(**relations), "2025-06-30")
    whole, again = speak(world, "2025-06-30")
    same(whole, elsewhere, check_dtype=False, check_column_type=False, check_index_type=False)
    assert notes == again


def test_a_ledger_is_not_changed_by_being_asked():
    world = firm(1007).ledger
    before = {name: world.table(name) for name in TABLES}
    speak(world, "2025-03-31")
    for name, frame in before.items():
        pd.testing.assert_frame_equal(world.table(name), frame)


def test_before_the_first_document_there_is_nothing_to_say():
    frames, notes = speak(firm(1007).ledger, "2022-06-30")
    assert all(frame.empty for name, frame in frames.items())
    assert any("nothing is on record" in note for note in notes)
