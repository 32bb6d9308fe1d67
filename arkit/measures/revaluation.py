"""What is receivable in the base currency, at the rates it was booked at and at the closing rate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from arkit.buckets import Basis, Bills, Buckets, Credits
from arkit.columns import CREDIT_KINDS
from arkit.frames import collect, day, wrap
from arkit.measures.results import By, finish, names_of
from arkit.messages import Message
from arkit.money import major
from arkit.rates.rules import refuse
from arkit.rates.table import MAX_AGE, Quotes, Rates

if TYPE_CHECKING:
    from arkit.ledger import Ledger

LINES = ("at_booking", "exchange_difference", "revalued")
TOTAL = "total"
"""Stands for all currencies in the index."""


def revaluation(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    base: str,
    rates: Any = None,  # noqa: ANN401 (a path, or any frame that narwhals knows)
    by: By = None,
    buckets: Sequence[int] = (30, 60, 90),
    basis: Basis = "due",
    credits: Credits = "separate",
    bills: Bills = "with",
    max_rate_age: int = MAX_AGE,
) -> pd.DataFrame:
    """Age the receivables in the base currency 期末汇率重估: at booking, at the closing rate, and the difference.

    Receivables are monetary items: at the end of a period they stand at its closing rate, and the difference from
    what they were booked at is a gain or a loss of the period (IAS 21.23(a) and 28, https://www.ifrs.org/issued-standards/;
    CAS 19 外币折算, article 11: 汇兑差额). Credits and unapplied cash are taken as monetary, too; where a receipt is
    paid for goods yet to come, it is not (IFRIC 22), and its part in ``unapplied`` is to be left out of the entry.

    Parameters
    ----------
    ledger
        The ledger, in its own currencies.
    as_of
        The date; what happens after it changes nothing.
    base
        ISO 4217 code of the base currency.
    rates
        A table of ``date, currency, rate`` (see :func:`arkit.read_rates`), or the path of one. The rate of a day is
        the latest on or before it.
    by
        Column(s) of documents or customers to group by.
    buckets, basis, credits, bills
        As for :func:`arkit.aging`.
    max_rate_age
        How many days old a rate may be.

    Returns
    -------
    pandas.DataFrame
        Index ``line`` (``at_booking``, ``exchange_difference``, ``revalued``), ``currency`` (that of the documents;
        ``total`` is all of them) and the group; columns as :func:`arkit.aging`, all in major units of the base
        currency. What is open of each document is converted and rounded once, half-even, at either rate; the
        difference is the one less the other, so that in every column the lines, the currencies and the documents
        behind them (:func:`revalued_items`) add up to the cent. A positive difference is a gain.

    Raises
    ------
    LedgerError
        ``mixed_currency`` without a rate table; with all problems at once: those of the table, ``no_rate``,
        ``stale_rate``.

    Examples
    --------
    >>> from arkit.ledger import Ledger
    >>> invoice = {"document_id": "1", "customer_id": "C1", "kind": "invoice", "date": "2026-01-05",
    ...            "due_date": "2026-02-04", "amount": 100.0, "currency": "USD"}
    >>> rates = pd.DataFrame({"date": ["2026-01-05", "2026-01-31"], "currency": "USD", "rate": [7.0, 7.1]})
    >>> frame = revaluation(Ledger(pd.DataFrame([invoice])), as_of="2026-01-31", base="CNY", rates=rates)
    >>> frame.xs("total", level="currency")["total"].to_dict()
    {'at_booking': 700.0, 'exchange_difference': 10.0, 'revalued': 710.0}
    """
    limit, rules, names = day(as_of), Buckets(tuple(buckets), basis, credits, bills), names_of(by)
    items, closing = _items(ledger, limit, Rates(rates, base=base, max_age=max_rate_age), names)
    lines = pd.concat([items.assign(_line=line, minor=items[line]) for line in LINES], ignore_index=True)
    every = pd.concat([lines, lines.assign(_of=TOTAL)], ignore_index=True).drop(columns="currency")
    every = every.assign(currency=base, claim=every["minor"].where(~every["kind"].isin(CREDIT_KINDS), 0))
    frame = rules.sort(wrap(every), limit, ["currency", "_line", "_of", *names]).droplevel("currency")
    frame = frame.rename_axis(index=["line", "currency", *names])
    groups = _groups(frame.index, ledger.currencies, names)
    index = pd.MultiIndex.from_tuples([(line, *group) for line in LINES for group in groups], names=frame.index.names)
    conventions = {
        **rules.conventions, "base": base, "booking_rate": "of the document's date", "closing_rates": closing,
        "max_rate_age": max_rate_age, "rounding": "half-even, each document once",
    }  # fmt: skip
    return finish(frame.reindex(index, fill_value=0.0), as_of=limit, conventions=conventions)


def revalued_items(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    base: str,
    rates: Any = None,  # noqa: ANN401 (a path, or any frame that narwhals knows)
    max_rate_age: int = MAX_AGE,
) -> pd.DataFrame:
    """Return the documents behind :func:`revaluation` 重估明细, each with both of its rates.

    Parameters
    ----------
    ledger, as_of, base, rates, max_rate_age
        As for :func:`revaluation`.

    Returns
    -------
    pandas.DataFrame
        ``document_id, customer_id, kind, date, currency, open`` (major units of that currency), ``booking_rate``,
        ``closing_rate`` (Decimal) and ``at_booking, exchange_difference, revalued`` in major units of the base
        currency; by document.
    """
    limit = day(as_of)
    items, closing = _items(ledger, limit, Rates(rates, base=base, max_age=max_rate_age), ())
    code = pd.Series(base, index=items.index)
    items = items.assign(open=major(items["open"], items["currency"]), **{n: major(items[n], code) for n in LINES})
    names = ["document_id", "customer_id", "kind", "date", "currency", "open", "booking_rate", "closing_rate", *LINES]
    return finish(items[names], as_of=limit, conventions={"base": base, "closing_rates": closing})


def _items(ledger: Ledger, as_of: dt.date, rates: Rates, names: tuple[str, ...]) -> tuple[pd.DataFrame, str]:
    """Return what is open of each document, in minor units of its own and the base currency, and the closing rates."""
    rates.need(ledger.currencies)
    keys = list(dict.fromkeys(["document_id", "customer_id", "currency", "kind", "date", "due", *names]))
    rows = ledger.movements(as_of, by=names, columns=[*keys, "minor"])
    items = collect(rows.group_by(*keys).agg(nw.col("minor").sum().alias("open")))
    items = items[items["open"] != 0].sort_values("document_id", ignore_index=True)
    booking = rates.at(items["currency"], items["date"])
    closing = rates.at(items["currency"], pd.Series(pd.Timestamp(as_of), index=items.index))
    refuse(dict.fromkeys([*booking.problems, *closing.problems]), Message("the revaluation"))
    minor = items["open"].to_numpy(np.int64)
    at_booking, revalued = booking.convert(minor), closing.convert(minor)
    items = items.assign(
        _of=items["currency"], booking_rate=booking.rate, closing_rate=closing.rate, at_booking=at_booking,
        exchange_difference=revalued - at_booking, revalued=revalued,
    )  # fmt: skip
    return items, _told(items["currency"], closing)


def _told(currency: pd.Series, closing: Quotes) -> str:
    """Return the closing rate of each currency, with the day it is of."""
    rates = pd.DataFrame({"currency": currency, "rate": closing.rate, "of": closing.of}).drop_duplicates("currency")
    rates = rates[rates["of"].notna()].sort_values("currency")
    rows = zip(rates["currency"], rates["rate"], rates["of"], strict=True)
    return ", ".join(f"{code} {rate:f} ({of.date()})" for code, rate, of in rows)


def _groups(index: pd.Index, currencies: Sequence[str], names: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return the rows of each line, currencies in order and their total last: those of any line."""
    if not names:
        return [*((code,) for code in currencies), (TOTAL,)]
    found = {key[1:] for key in index}
    return sorted(found, key=lambda key: (key[0] == TOTAL, *key))
