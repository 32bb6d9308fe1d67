"""Every measure, on pandas and on DuckDB, against the slow reference: equal to the cent."""

from __future__ import annotations

import datetime as dt
from functools import cache

import duckdb
import pytest
from random_ledgers import Tables, day, make, to_duckdb, to_pandas
from reference import Reference, without_zeros

import arkit

SEEDS = range(6)
MID, LATE = day("2024-09-17"), day("2025-02-28")
GROUPS = [(), ("customer_id",), ("region",), ("type",), ("salesperson", "industry")]


@cache
def tables(seed: int) -> Tables:
    return make(seed)


@cache
def reference(seed: int) -> Reference:
    return Reference(*tables(seed))


@cache
def ledger(seed: int, engine: str) -> arkit.Ledger:
    return to_pandas(tables(seed)) if engine == "pandas" else to_duckdb(tables(seed), duckdb.connect())


def cells(frame) -> dict[tuple, dict[str, float]]:
    """A frame as the reference keys it, without zeros."""
    keys = [key if isinstance(key, tuple) else (key,) for key in frame.index]
    return without_zeros(dict(zip(keys, frame.to_dict("records"), strict=True)))


def exact(table: dict) -> dict[tuple, dict[str, float]]:
    """The reference's decimals as the nearest floats."""
    return {key: {name: float(value) for name, value in row.items()} for key, row in table.items()}


on_both_engines = pytest.mark.parametrize("engine", ["pandas", "duckdb"])
from_seeds = pytest.mark.parametrize("seed", SEEDS)


@from_seeds
def test_the_ledgers_hold_what_can_happen(seed):
    documents, applications, _ = tables(seed)
    assert {row["kind"] for row in documents} >= {"invoice", "debit_note", "credit_note", "payment", "bill"}
    assert {row["kind"] for row in applications} >= {"payment", "credit_note", "bill", "write_off", "discount"}
    assert any(row["amount"] < 0 for row in applications)
    assert any(row["by_document_id"] is None for row in applications)
    assert len({row["currency"] for row in documents}) > 1


@from_seeds
@on_both_engines
@pytest.mark.parametrize("as_of", [MID, LATE])
def test_open_items(seed, engine, as_of):
    items = ledger(seed, engine).open_items(as_of)
    wanted = {row["document_id"]: float(left) for row, left in reference(seed).open_items(as_of)}
    assert dict(zip(items["document_id"], items["open"], strict=True)) == wanted
    late = {
        row["document_id"]: max(0, (as_of - reference(seed).aged_from(row, "due")).days)
        for row, _ in reference(seed).open_items(as_of)
    }
    assert dict(zip(items["document_id"], items["days_overdue"], strict=True)) == late


@from_seeds
@on_both_engines
@pytest.mark.parametrize("by", GROUPS, ids=lambda by: "+".join(by) or "all")
def test_aging_by_any_group(seed, engine, by):
    got = arkit.aging(ledger(seed, engine), as_of=MID, by=list(by))
    assert cells(got) == exact(reference(seed).aging(MID, by))


@from_seeds
@on_both_engines
@pytest.mark.parametrize("basis", ["due", "document"])
@pytest.mark.parametrize("credits", ["separate", "by_age"])
@pytest.mark.parametrize("bills", ["with", "without"])
def test_aging_by_any_convention(seed, engine, basis, credits, bills):
    chosen = {"basis": basis, "credits": credits, "bills": bills, "buckets": (7, 30, 45, 120)}
    got = arkit.aging(ledger(seed, engine), as_of=MID, **chosen)
    assert cells(got) == exact(reference(seed).aging(MID, **chosen))


@from_seeds
@on_both_engines
@pytest.mark.parametrize("by", [(), ("region",)], ids=["all", "region"])
@pytest.mark.parametrize("bills", ["with", "without"])
def test_aging_history(seed, engine, by, bills):
    got = cells(arkit.aging_history(ledger(seed, engine), as_of=MID, months=6, by=list(by), bills=bills))
    wanted = {}
    for date in [
        *(day(f"2024-{month:02}-{last}") for month, last in ((4, 30), (5, 31), (6, 30), (7, 31), (8, 31))),
        MID,
    ]:
        for key, row in exact(reference(seed).aging(date, by, bills=bills)).items():
            wanted[(*key, dt.datetime.combine(date, dt.time()))] = row
    assert got == wanted
