"""How much of what could be collected was collected."""

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

SalesForm = Literal["period", "monthly"]
COLUMNS = ("cei", "opening", "credit_sales", "closing_total", "closing_current", "periods")


def collection_effectiveness(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    months: int = 3,
    by: By = None,
    sales: SalesForm = "period",
    bills: Bills = "with",
) -> pd.DataFrame:
    """Measure the collection effectiveness index 回款效率指数 of a period: what was collected of what could be.

    Parameters
    ----------
    ledger
        A full ledger; a snapshot gives NaN and says why.
    as_of, months
        The period: the calendar months up to ``as_of``, its own month to date included.
    by
        Column(s) of documents or customers to group by.
    sales
        The two published forms disagree widely: ``period`` takes the whole period's sales, ``monthly`` their
        average month.
    bills
        Count acceptance bills in hand as receivable, or not.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (, group); ``cei`` (0-1) and its terms: ``opening`` receivables, ``credit_sales``,
        ``closing_total``, ``closing_current`` (not yet due) in major units, ``periods`` that the sales are divided by.
    """
    limit = day(as_of)
    choose("sales", sales, SalesForm)
    choose("bills", bills, Bills)
    conventions = {"months": months, "sales": sales, "bills": bills}
    if ledger.scope == "snapshot":
        return unavailable(ledger, COLUMNS, SNAPSHOT, as_of=limit, conventions=conventions)
    names = names_of(by)
    table = monthly(ledger.cube(names, bills=bills, until=limit), limit)
    periods = months if sales == "monthly" else 1
    keys, rows, notes = [], [], []
    for key, part in table.groupby(level=list(range(table.index.nlevels - 1)), sort=True):
        key = key if isinstance(key, tuple) else (key,)
        reason = SHORT_HISTORY if len(part) < months else NO_RECEIVABLES
        values = (np.nan,) * 5
        if len(part) >= months:
            opening = float(part["receivables"].iloc[-months - 1]) if len(part) > months else 0.0
            terms = (
                opening,
                float(part["credit_sales"].iloc[-months:].sum()),
                float(part["receivables"].iloc[-1]),
                float(part["not_due"].iloc[-1]),
            )
            values = (formulas.collection_effectiveness(*terms, periods=periods), *terms)
        keys.append(key)
        rows.append((*values, periods))
        if np.isnan(values[0]):
            notes.append(note("cei", dict(zip(["currency", *names], key, strict=True)), reason))
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=index_of(keys, ["currency", *names]), dtype="float64")
    return finish(each_currency(frame, ledger, notes), as_of=limit, conventions=conventions, notes=notes)
