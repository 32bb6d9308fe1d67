"""What was lost: write-offs net of recoveries."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from arkit import formulas
from arkit.buckets import Bills
from arkit.errors import choose
from arkit.frames import day
from arkit.measures.flows import monthly
from arkit.measures.results import (
    NO_RECEIVABLES,
    NO_SALES,
    SHORT_HISTORY,
    SNAPSHOT,
    By,
    each_currency,
    finish,
    index_of,
    names_of,
    note,
    unavailable,
)  # fmt: skip

if TYPE_CHECKING:
    from arkit.ledger import Ledger

Base = Literal["sales", "receivables"]
COLUMNS = ("rate", "write_offs", "recoveries", "base")


def bad_debt_rate(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    months: int = 12,
    by: By = None,
    base: Base = "sales",
    bills: Bills = "with",
) -> pd.DataFrame:
    """Measure the bad debt rate 坏账率 of a period: write-offs net of recoveries.

    Parameters
    ----------
    ledger
        A full ledger; a snapshot gives NaN and says why.
    as_of, months
        The period: the calendar months up to ``as_of``, its own month to date included.
    by
        Column(s) of documents or customers to group by.
    base
        Over the credit ``sales`` of the period, or over the average of its month-end ``receivables``.
    bills
        Count acceptance bills in hand as receivable, or not.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (, group); ``rate`` (0-1; below 0 where more came back than was lost),
        ``write_offs, recoveries, base`` in major units.
    """
    limit = day(as_of)
    choose("base", base, Base)
    choose("bills", bills, Bills)
    conventions = {"months": months, "base": base, "bills": bills}
    if ledger.scope == "snapshot":
        return unavailable(ledger, COLUMNS, SNAPSHOT, as_of=limit, conventions=conventions)
    names = names_of(by)
    table = monthly(ledger.cube(names, bills=bills, until=limit), limit)
    keys, rows, notes = [], [], []
    for key, part in table.groupby(level=list(range(table.index.nlevels - 1)), sort=True):
        key = key if isinstance(key, tuple) else (key,)
        window = part.iloc[-months:]
        lost, back = float(window["write_offs"].sum()), float(window["recoveries"].sum())
        under = float(window["credit_sales"].sum() if base == "sales" else window["receivables"].mean())
        short = len(part) < months
        rate = float("nan") if short else formulas.bad_debt_rate(lost, back, under)
        keys.append(key)
        rows.append((rate, lost, back, under))
        if np.isnan(rate):
            reason = SHORT_HISTORY if short else NO_SALES if base == "sales" else NO_RECEIVABLES
            notes.append(note("rate", dict(zip(["currency", *names], key, strict=True)), reason))
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=index_of(keys, ["currency", *names]), dtype="float64")
    return finish(each_currency(frame, ledger, notes), as_of=limit, conventions=conventions, notes=notes)
