"""A ledger beside its plain reference, with conventions that its seed draws, and how the two are compared."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

import pandas as pd
import pytest
from random_ledgers import Tables, day, make, to_engine
from random_logs import with_log
from reference import Reference

import arkit

DAYS = ("2024-09-17", "2024-12-31", "2025-02-28", "2025-06-30", "2025-08-20")
GROUPS = ((), ("type",), ("region", "industry"), ("customer_id",))
ONE = dt.timedelta(days=1)


class Case:
    """A ledger, and its reference that knows it up to a day.

    Parameters
    ----------
    seed
        Of the ledger, and of the conventions.
    source
        The engine of a ledger in which anything may happen; or ``simulated``: a small firm of the simulator.
    """

    def __init__(self, seed: int, source: str) -> None:
        self.seed = seed
        if source == "simulated":
            self.ledger = arkit.simulate(
                seed=seed, months=20, customers=10, invoices=60, start="2024-01-01", export_share=0.3
            ).ledger
            self.tables = Tables(*(plain_rows(self.ledger.table(name)) for name in Tables._fields))
        else:
            self.tables = with_log(make(seed), seed)
            self.ledger = to_engine(self.tables, source)

    def start(self, name: str) -> Case:
        """Draw the conventions of a measure."""
        self.random = Random(f"{name} {self.seed}")
        self.on(*DAYS)
        self.by, self.bills = self.pick(*GROUPS), self.pick("with", "without")
        self.basis = self.pick("due", "document")
        return self

    def pick(self, *options: Any) -> Any:
        return self.random.choice(options)

    def on(self, *days: str) -> None:
        """Draw a day; the reference is given nothing that is dated later, and the ledger has it all."""
        self.day = day(self.pick(*days))
        self.books = Reference(*self.tables.until(self.day))

    def month_ends(self, months: int) -> list[dt.date]:
        """Return the day and the month-ends before it."""
        days = [self.day]
        while len(days) < months:
            days.append(days[-1].replace(day=1) - ONE)
        return days


def plain_rows(frame: pd.DataFrame) -> list[dict]:
    """Return a table's rows, of dates, texts and exact amounts."""

    def plain(value: Any) -> Any:
        if pd.isna(value):
            return None
        if isinstance(value, pd.Timestamp):
            return value.date()
        return Decimal(str(value)) if isinstance(value, float) else value

    return [{name: plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def agree(frame: pd.DataFrame, wanted: dict[tuple, dict], default: Any = 0, within: float = 1e-9) -> None:
    """Hold every cell of a frame against the reference; a row that only one side has must have nothing in it."""
    found = {}
    for key, row in zip(frame.index, frame.to_dict("records"), strict=True):
        parts = key if isinstance(key, tuple) else (key,)
        found[tuple(part.date() if isinstance(part, pd.Timestamp) else part for part in parts)] = row
    assert {name for row in wanted.values() for name in row} <= {*frame.columns}
    for key in {*found, *wanted}:
        if key in found and key in wanted:
            pairs = {name: (wanted[key].get(name, default), value) for name, value in found[key].items()}
            wrong = {name: pair for name, pair in pairs.items() if not same(*pair, within)}
            assert not wrong, f"{key}, wanted and found: {wrong}"
        else:
            row = (found | wanted)[key]
            assert all(pd.isna(value) or not value for value in row.values()), f"{key}, only on one side: {row}"


def same(want: Any, value: Any, within: float) -> bool:
    if want is None or pd.isna(value):
        return want is None and bool(pd.isna(value))
    if isinstance(want, (str, dt.date)):
        return want == (value.date() if isinstance(value, pd.Timestamp) else value)
    return value == pytest.approx(float(want), rel=1e-9, abs=within)
