"""How much of the receivables hangs on few customers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arkit import formulas
from arkit.buckets import Bills
from arkit.frames import day
from arkit.measures.aging import aging
from arkit.measures.results import NO_RECEIVABLES, finish, note

if TYPE_CHECKING:
    from arkit.ledger import Ledger


def concentration(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    by: str = "customer_id",
    top: Sequence[int] = (1, 5, 10),
    bills: Bills = "with",
) -> pd.DataFrame:
    """Measure the concentration 集中度 of the receivables: how much of them hangs on few customers.

    Only customers that owe count: those whose account is in credit leave the base, and are counted apart.

    Parameters
    ----------
    ledger, as_of, bills
        As for :func:`arkit.aging`.
    by
        What to count: ``customer_id``, or any column of documents or customers (``group``, ``region``).
    top
        Sizes of the leading groups whose share is wanted.

    Returns
    -------
    pandas.DataFrame
        Index ``currency``; ``customers`` that owe, ``in_credit`` that do not, ``total`` owed by the former (major
        units), ``top_1, top_5, top_10`` shares (0-1), ``herfindahl`` (0-10,000).
    """
    limit = day(as_of)
    balances = aging(ledger, as_of=limit, by=by, bills=bills)["total"]
    rows, notes = [], []
    for code in ledger.currencies:
        own = balances[balances.index.get_level_values("currency") == code]
        owed = own[own > 0].sort_values(ascending=False)
        total = round(float(owed.sum()), 4)
        shares = [float(owed.iloc[:n].sum()) / total if total > 0 else np.nan for n in top]
        rows.append((len(owed), int((own < 0).sum()), total, *shares, formulas.herfindahl(owed.tolist())))
        if total <= 0:
            notes.append(note("herfindahl", {"currency": code}, NO_RECEIVABLES))
    columns = ["customers", "in_credit", "total", *(f"top_{n}" for n in top), "herfindahl"]
    frame = pd.DataFrame(rows, columns=columns, index=pd.Index(ledger.currencies, name="currency"))
    return finish(frame, as_of=limit, conventions={"by": by, "bills": bills, "base": "owing"}, notes=notes)
