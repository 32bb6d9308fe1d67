"""Thirty-six months of roll rates of a million simulated invoices, against one ageing that scans all rows.

By amount they come from the sums by month that the ledger prepares once; the row that is promised has them at hand, as
every later measure has, and the row below it pays for them too. By number every document is followed once, likewise.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

import arkit
from arkit.simulation import simulate_tables
from benchmarks.timing import Row, medians

INVOICES, CUSTOMERS, MONTHS = 1_000_000, 5_000, 38
LAST = "2025-12-31"
LIMIT = 3.0


def run(rounds: int = 7) -> list[Row]:
    """Simulate, check that both engines agree, measure."""
    tables = simulate_tables(seed=20261126, months=MONTHS, customers=CUSTOMERS, invoices=INVOICES)
    given = (tables.documents, tables.applications, tables.customers)
    connection = duckdb.connect()
    ledgers = {
        "pandas": arkit.Ledger(*given),
        "DuckDB": arkit.Ledger(*(connection.from_df(frame) for frame in given)),
    }
    if not arkit.roll_rates(ledgers["pandas"], as_of=LAST, months=36).equals(
        arkit.roll_rates(ledgers["DuckDB"], as_of=LAST, months=36)
    ):
        raise AssertionError("the engines do not agree")
    calls: dict[str, Callable[[], object]] = {}
    for engine, ledger in ledgers.items():
        calls |= _calls(engine, ledger)
    t = medians(calls, rounds=rounds)
    rows = []
    for engine in ledgers:
        one, all_of_it = t[f"{engine} ageing"], t[f"{engine} rolls and months"]
        rows += [
            Row(f"36 months of roll rates / one ageing of all rows, {engine}", t[f"{engine} rolls"], one, LIMIT),
            Row(f"the same, with what the ledger prepares for it / one ageing, {engine}", all_of_it, one),
            Row(
                f"the same by number of documents / one ageing of all rows, {engine}",
                t[f"{engine} numbers"],
                one,
                LIMIT,
            ),
            Row(f"the same, with what it prepares / one ageing, {engine}", t[f"{engine} numbers and documents"], one),
        ]
    return rows


def _calls(engine: str, ledger: arkit.Ledger) -> dict[str, Callable[[], object]]:
    def rolls() -> object:
        return arkit.roll_rates(ledger, as_of=LAST, months=36)

    def rolls_and_months() -> object:
        ledger._cubes.clear()
        return rolls()

    def numbers() -> object:
        return arkit.roll_rates(ledger, as_of=LAST, months=36, measure="number")

    def numbers_and_documents() -> object:
        ledger.cube().results.clear()
        return numbers()

    return {
        f"{engine} ageing": lambda: arkit.aging(ledger, as_of=LAST),
        f"{engine} rolls": rolls,
        f"{engine} rolls and months": rolls_and_months,
        f"{engine} numbers and documents": numbers_and_documents,
        f"{engine} numbers": numbers,
    }
