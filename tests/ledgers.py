"""Small ledgers that a reader can check by hand; every test builds its own from these rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pandas as pd
import polars as pl

from arkit.ledger import Ledger

ENGINES = ("pandas", "duckdb", "polars")


def document(number: str, kind: str, date: str, amount: float, due: str | None = None, **more: Any) -> dict[str, Any]:
    row = {"document_id": number, "customer_id": "C1", "kind": kind, "date": date, "due_date": due, "amount": amount}
    return {**row, "currency": "CNY", **more}


def applied(item: str, by: str | None, date: str, amount: float, kind: str = "payment") -> dict[str, Any]:
    return {"document_id": item, "by_document_id": by, "date": date, "amount": amount, "kind": kind}


def ledger(documents: list[dict], applications: list[dict] = (), *, engine: str = "pandas", **tables: Any) -> Ledger:
    frames = {"documents": documents, "applications": list(applications) or None, **tables}
    options = {name: frames.pop(name) for name in ("scope", "snapshot_on", "intake") if name in frames}
    native = {name: frame(rows, engine) for name, rows in frames.items() if rows is not None}
    return Ledger(**native, **options)


def frame(rows: list[dict], engine: str = "pandas") -> Any:
    table = pd.DataFrame(rows)
    for name in ("date", "due_date", "due_on", "month"):
        if name in table:
            table[name] = pd.to_datetime(table[name])
    if engine == "pandas":
        return table
    for name in ("by_document_id", "document_id", "region"):
        if name in table and table[name].isna().all():
            table[name] = table[name].astype("str").where(table[name].notna())
    dates = [name for name in ("date", "due_date", "due_on", "month") if name in table]
    if engine == "polars":
        return pl.from_pandas(table).with_columns(pl.col(dates).cast(pl.Date))
    relation = duckdb.from_df(table)
    columns = ", ".join(f'"{c}"::DATE AS "{c}"' if c in dates else f'"{c}"' for c in table.columns)
    return relation.project(columns)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
