"""Exchange differences that settlement made real."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from arkit.frames import day, month_end, month_ends
from arkit.measures.results import SNAPSHOT, finish, note
from arkit.messages import Message
from arkit.money import major
from arkit.rates.booking import Booked, book
from arkit.rates.rules import refuse
from arkit.rates.table import MAX_AGE, Rates

if TYPE_CHECKING:
    from arkit.ledger import Ledger

COLUMNS = ("at_booking", "at_settlement", "realised")


def realised_exchange(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    base: str,
    rates: Any = None,  # noqa: ANN401 (a path, or any frame that narwhals knows)
    months: int = 12,
    max_rate_age: int = MAX_AGE,
) -> pd.DataFrame:
    """Measure by month what was won or lost by settlement at another rate than that of booking 已实现汇兑损益.

    Counted from booking: what a revaluation in between has already shown of it is part of it (IAS 21.28-29,
    https://www.ifrs.org/issued-standards/; CAS 19 外币折算, article 11). A document that settles another is worth
    what it was booked at itself; an item that was paid with no document of the payment, what the rate of that day
    makes of it. A write-off, discount or credit without a document of its own takes the item out at its booking rate.

    Parameters
    ----------
    ledger
        A full ledger; a snapshot gives NaN and says why.
    as_of, months
        The period: the calendar months up to ``as_of``, its own month to date included.
    base, rates, max_rate_age
        As for :func:`arkit.revaluation`.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (of the documents, but for the base currency), ``month`` (its last day; ``as_of`` for the
        last); ``at_booking``: what was settled, at the rates of the items; ``at_settlement``: at the rates of what
        settled them; ``realised``: the one less the other, a gain where positive. Major units of the base currency,
        exact to the cent: all receivables in the base currency (:func:`arkit.in_currency`) are all documents that it
        holds, plus what was realised, less what was settled without a document.

    Raises
    ------
    LedgerError
        As :func:`arkit.in_currency`.
    """
    limit, table = day(as_of), Rates(rates, base=base, max_age=max_rate_age)
    table.need(ledger.currencies)
    foreign = [code for code in ledger.currencies if code != base]
    ends = [pd.Timestamp(end) for end in month_ends(limit, months)]
    index = pd.MultiIndex.from_product([foreign, ends], names=["currency", "month"])
    conventions = {"base": base, "months": months, "max_rate_age": max_rate_age}
    if ledger.scope == "snapshot":
        notes = [note("realised", {"currency": code}, SNAPSHOT) for code in foreign]
        frame = pd.DataFrame(np.nan, index=index, columns=list(COLUMNS))
        return finish(frame, as_of=limit, conventions=conventions, notes=notes)
    settled = _settled(book(ledger, table, until=limit), table)
    settled = settled[settled["effective"] > pd.Timestamp(month_end(limit, -months))]
    month = settled["effective"] + pd.offsets.MonthEnd(0)
    month = month.where(month <= ends[-1], ends[-1])
    sums = settled.assign(month=month).groupby(["currency", "month"])[[*COLUMNS]].sum()
    sums = sums.reindex(index, fill_value=0).astype("int64")
    return finish(major(sums, pd.Series(base, index=sums.index)), as_of=limit, conventions=conventions)


def _settled(booked: Booked, rates: Rates) -> pd.DataFrame:
    """Return each application with what it was worth at either rate, in minor units of the base currency."""
    rows = booked.applications
    currency = booked.documents["currency"].iloc[rows["item"]].reset_index(drop=True)
    moved, met = rows["moved"].to_numpy(np.int64), rows["met"].to_numpy(np.int64)
    alone = ((rows["by"] < 0) & (rows["kind"] == "payment")).to_numpy()
    quotes = rates.at(currency[alone], rows["effective"][alone])
    refuse(quotes.problems, Message("the ledger in {base}", base=rates.base))
    met = met.copy()
    met[alone] = -quotes.convert(rows["applied"].to_numpy(np.int64)[alone])
    worth = alone | (rows["by"] >= 0).to_numpy()
    at_settlement = np.where(worth, met, -moved)
    return pd.DataFrame(
        {
            "currency": currency, "effective": rows["effective"], "at_booking": -moved,
            "at_settlement": at_settlement, "realised": at_settlement + moved,
        }
    )  # fmt: skip
