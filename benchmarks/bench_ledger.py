"""Ageing of a million simulated invoices, against what a skilled hand would write on the same prepared rows.

Both hands get the rows with the dates of effect and of closing at hand, and the figures are compared to the cent
before anything is timed.
"""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd

import arkit
from arkit.simulation import simulate_tables
from benchmarks.timing import Row, medians

INVOICES, CUSTOMERS, MONTHS = 1_000_000, 5_000, 36
PAST = "2024-12-31"  # two thirds into the simulated time
LAST = "2025-12-31"
CREDITS = ("credit_note", "payment", "refund")
COLUMNS = ["not_due", "d1_30", "d31_60", "d61_90", "over_90", "unapplied"]

SQL = """
    SELECT currency, customer_id,
        sum(minor) FILTER (NOT credit AND due >= $1) / 100 AS not_due,
        sum(minor) FILTER (NOT credit AND due < $1 AND due >= $1 - 30) / 100 AS d1_30,
        sum(minor) FILTER (NOT credit AND due < $1 - 30 AND due >= $1 - 60) / 100 AS d31_60,
        sum(minor) FILTER (NOT credit AND due < $1 - 60 AND due >= $1 - 90) / 100 AS d61_90,
        sum(minor) FILTER (NOT credit AND due < $1 - 90) / 100 AS over_90,
        sum(minor) FILTER (credit) / 100 AS unapplied
    FROM (SELECT *, kind IN ('credit_note', 'payment', 'refund') AS credit FROM entries
          WHERE effective <= $1 AND closed_on > $1)
    GROUP BY currency, customer_id
"""


def by_pandas(entries: pd.DataFrame, as_of: str, *, open_only: bool = True) -> pd.DataFrame:
    """Age in the pandas idiom: filter, ``pd.cut``, ``pivot_table``; the harder rival knows what closed before."""
    day = pd.Timestamp(as_of)
    there = entries["effective"] <= day
    rows = entries[there & (entries["closed_on"] > day) if open_only else there]
    late = (day - rows["due"]).dt.days.where(~rows["kind"].isin(CREDITS), 10_000)
    bucket = pd.cut(late, [-np.inf, 0, 30, 60, 90, 9_999, np.inf], labels=COLUMNS)
    table = rows.assign(bucket=bucket).pivot_table(
        index=["currency", "customer_id"], columns="bucket", values="minor", aggfunc="sum", observed=True
    )
    return table.fillna(0) / 100


def by_sql(connection: duckdb.DuckDBPyConnection, as_of: str) -> pd.DataFrame:
    """Age by hand-written SQL."""
    return connection.execute(SQL.replace("$1", f"DATE '{as_of}'")).df()


def run(rounds: int = 15) -> list[Row]:
    """Simulate, check that all agree to the cent, measure."""
    tables = simulate_tables(seed=20261122, months=MONTHS, customers=CUSTOMERS, invoices=INVOICES)
    ledger = arkit.Ledger(tables.documents, tables.applications, tables.customers)
    connection = duckdb.connect()
    native = [connection.from_df(frame) for frame in (tables.documents, tables.applications, tables.customers)]
    out_of_core = arkit.Ledger(*native)
    entries: pd.DataFrame = ledger.entries().to_native()
    lake: Any = out_of_core.entries().to_native()
    connection.sql(f"CREATE VIEW entries AS {lake.sql_query()}")

    ours = arkit.aging(ledger, as_of=PAST, by="customer_id")
    _same(ours, by_pandas(entries, PAST))
    _same(ours, by_pandas(entries, PAST, open_only=False))
    _same(ours, by_sql(connection, PAST).set_index(["currency", "customer_id"]))
    _same(ours, arkit.aging(out_of_core, as_of=PAST, by="customer_id"))

    def history() -> object:
        ledger._cut.clear()  # as if no measure had asked for this date yet
        return arkit.aging_history(ledger, as_of=LAST, months=36)

    def history_and_months() -> object:
        ledger._cubes.clear()
        return history()

    t = medians(
        {
            "ours": lambda: arkit.aging(ledger, as_of=PAST, by="customer_id"),
            "pandas": lambda: by_pandas(entries, PAST),
            "pandas, all": lambda: by_pandas(entries, PAST, open_only=False),
            "ours on duckdb": lambda: arkit.aging(out_of_core, as_of=PAST, by="customer_id"),
            "sql": lambda: by_sql(connection, PAST),
            "one ageing": lambda: arkit.aging(ledger, as_of=LAST),
            "history": history,
            "history and months": history_and_months,
        },
        rounds=rounds,
    )
    return [
        Row("ageing at a past date by customer / filter, `pd.cut`, `pivot_table`", t["ours"], t["pandas, all"], 1.0),
        Row("the same / likewise, filtered by the prepared closing date too", t["ours"], t["pandas"], 1.0),
        Row("the same on DuckDB / hand-written SQL on DuckDB", t["ours on duckdb"], t["sql"], 1.3),
        Row("the same on pandas / hand-written SQL on DuckDB", t["ours"], t["sql"], 1.3),
        Row("36 month-ends of history / one ageing of all rows", t["history"], t["one ageing"], 4.0),
        Row("the same, with what the ledger prepares for it / one ageing", t["history and months"], t["one ageing"]),
    ]


def _same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Refuse to time what does not give the same figures to the cent."""
    left = ours[COLUMNS].mul(100).round().astype("int64")
    left.index = left.index.set_levels(left.index.levels[1].astype(str), level=1)
    right = theirs.reindex(columns=COLUMNS).astype("float64").fillna(0).mul(100).round().astype("int64")
    right.index = pd.MultiIndex.from_tuples([(str(a), str(b)) for a, b in right.index], names=left.index.names)
    pd.testing.assert_frame_equal(
        left[left.any(axis=1)].sort_index(), right[right.any(axis=1)].sort_index(), check_names=False
    )
