"""A ledger of several currencies as one in its base currency, every document at the rate of its own day.

What is open of a document at a date is, in the base currency, what is open of it in its own times its booking rate,
rounded once. An application moves the document by the difference of two such positions: so what is settled in full
comes to zero to the cent, and no later event changes an earlier figure.

A payment that was booked at another rate than the invoice that it settles is worth more or less than the invoice: in
the base currency the application is then one entry for each of the two, and the difference is realised.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from arkit.entries import DOCUMENT
from arkit.frames import collect, placed, wrap
from arkit.ledger import Ledger
from arkit.messages import Message
from arkit.money import digits, major
from arkit.rates.promised_and_planned import activities, targets
from arkit.rates.rules import refuse
from arkit.rates.table import MAX_AGE, Quotes, Rates

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Booked:
    """Documents and applications with what they are in the base currency; all amounts in minor units, signed.

    Parameters
    ----------
    documents
        ``document_id, currency, date, minor, tax, base, base_tax``.
    quotes
        The booking rate of each document.
    applications
        As in the ledger, with ``effective``, the positions ``item`` and ``by`` in ``documents`` (-1: none),
        ``opposite`` (both documents shrink), ``applied`` (what the item moves by, in its currency), ``moved`` (the
        same in the base currency) and ``met``: what the settling document moves by in the base currency, or gains
        where it carries the claim on; 0 without one.
    """

    documents: pd.DataFrame
    quotes: Quotes
    applications: pd.DataFrame


def in_currency(ledger: Ledger, *, base: str, rates: Any = None, max_rate_age: int = MAX_AGE) -> Ledger:  # noqa: ANN401
    """Return the ledger in its base currency, every document at the rate of its own date.

    That is initial recognition at the spot rate of the day (IAS 21.21-22, https://www.ifrs.org/issued-standards/;
    CAS 19 外币折算, article 10). All measures then give one figure for all currencies, grouped as before or by
    ``original_currency``. What is open at the closing rate is :func:`arkit.revaluation`'s, and what was won or lost
    when items were settled :func:`arkit.realised_exchange`'s: neither is part of this ledger.

    Parameters
    ----------
    ledger
        The ledger. All of its documents come through memory once; the result lives on the same engine.
    base
        ISO 4217 code of the base currency.
    rates
        A table of ``date, currency, rate`` (see :func:`arkit.read_rates`), or the path of one. The rate of a day is
        the latest on or before it. Not needed where all documents are in the base currency.
    max_rate_age
        How many days old a rate may be.

    Returns
    -------
    Ledger
        Documents with ``original_currency``, ``original_amount`` (major units) and ``booking_rate`` beside. Amounts
        are rounded half-even to minor units of the base currency, what is open of each document at any date once.
        Two documents that an application joins at different rates each get their part of it, of the same kind and
        effective date; cash that was applied therefore counts at the rate of what it settles. A promise without
        a document, and targets of another currency, can not be converted: they are left out, with a warning in
        ``intake``.

    Raises
    ------
    LedgerError
        ``mixed_currency`` without a rate table; with all problems at once: those of the table, ``no_rate``,
        ``stale_rate``.

    Examples
    --------
    >>> invoice = {"document_id": "1", "customer_id": "C1", "kind": "invoice", "date": "2026-01-05",
    ...            "due_date": "2026-02-04", "amount": 100.0, "currency": "USD"}
    >>> rates = pd.DataFrame({"date": ["2026-01-05"], "currency": ["USD"], "rate": [7.0123]})
    >>> in_currency(Ledger(pd.DataFrame([invoice])), base="CNY", rates=rates).open_items("2026-02-10")["open"].tolist()
    [701.23]
    """
    table = Rates(rates, base=base, max_age=max_rate_age)
    table.need(ledger.currencies)
    booked = book(ledger, table)
    near = wrap(ledger.documents)
    promised, unsaid = activities(ledger, booked.documents, booked.quotes, base)
    planned, left_out = targets(ledger, base)
    applications = None if ledger.applications is None else placed(_applications(booked, base), near).to_native()
    made = Message("Every document is converted to {base} at the rate of its own date", base=base)
    beside = Message("Credit limits and targets that name no currency are taken as amounts in {base}", base=base)
    account = replace(
        ledger.intake,
        problems=(*ledger.intake.problems, *unsaid, *left_out),
        assumptions=(*ledger.intake.assumptions, made, beside),
    )
    return Ledger(
        placed(_documents(ledger, booked, base), near).to_native(), applications, ledger.customers, promised, planned,
        scope=ledger.scope, snapshot_on=ledger.snapshot_on, intake=account,
    )  # fmt: skip


def book(ledger: Ledger, rates: Rates, *, until: dt.date | None = None) -> Booked:
    """Bring documents and applications to the base currency; with ``until`` only those in effect at that date.

    Raises
    ------
    LedgerError
        Rates that are missing or too old.
    """
    own = ledger.entries().filter(nw.col("event") == DOCUMENT)
    documents = collect(own.select("document_id", "currency", "date", "minor", "tax"))
    if until is not None:
        documents = documents[documents["date"] <= pd.Timestamp(until)].reset_index(drop=True)
    quotes = rates.at(documents["currency"], documents["date"])
    refuse(quotes.problems, Message("the ledger in {base}", base=rates.base))
    minor, tax = (documents[name].to_numpy(np.int64) for name in ("minor", "tax"))
    documents = documents.assign(base=quotes.convert(minor), base_tax=quotes.convert(tax))
    return Booked(documents, quotes, _settled(_joined(ledger, documents, until), documents, quotes))


def _joined(ledger: Ledger, documents: pd.DataFrame, until: dt.date | None) -> pd.DataFrame:
    """Return the applications with the positions of their documents, what they apply, and when they take effect."""
    rows = ledger.table("applications")
    ids = pd.Index(documents["document_id"])
    item, by = (ids.get_indexer(pd.Index(rows[name])) for name in ("document_id", "by_document_id"))
    known = (item >= 0) & ((by >= 0) | rows["by_document_id"].isna().to_numpy())  # else they are after `until`
    rows, item, by = rows[known].reset_index(drop=True), item[known], by[known]
    date = documents["date"].to_numpy("datetime64[D]")
    effective = np.maximum(rows["date"].to_numpy("datetime64[D]"), date[item])
    effective = np.where(by >= 0, np.maximum(effective, date[by]), effective)
    minor = documents["minor"].to_numpy(np.int64)
    places = {code: 10 ** digits(code) for code in documents["currency"].unique()}
    scale = documents["currency"].map(places).to_numpy(np.int64)[item]
    amount = np.rint(rows["amount"].to_numpy(np.float64) * scale).astype(np.int64)
    rows = rows.assign(
        item=item, by=by, effective=effective.astype("datetime64[us]"), applied=-_sign(minor)[item] * amount,
        opposite=(by >= 0) & ((minor[by] < 0) != (minor[item] < 0)),
    )  # fmt: skip
    in_time: pd.DataFrame = rows if until is None else rows[rows["effective"] <= pd.Timestamp(until)]
    return in_time.reset_index(drop=True)


def _sign(minor: Ints) -> Ints:
    return np.where(minor < 0, -1, 1).astype(np.int64)


def _settled(rows: pd.DataFrame, documents: pd.DataFrame, quotes: Quotes) -> pd.DataFrame:
    """Add what applications move in the base currency, on either side.

    A claim that is carried on (an invoice's by a bill) takes nothing from the document that carries it; how much of
    that document it fills is counted from nothing, by the same rounding.
    """
    minor = documents["minor"].to_numpy(np.int64)
    item, by, opposite = (rows[name].to_numpy() for name in ("item", "by", "opposite"))
    applied = rows["applied"].to_numpy(np.int64)
    there = np.flatnonzero(by >= 0)
    carried = ~opposite[there]
    count = len(documents)
    account = np.concatenate([item, by[there] + count * carried])
    # what carries a claim on is filled in the direction in which the claim is drawn down
    moves = np.concatenate([applied, -applied[there]])
    opening = np.concatenate([minor[item], np.where(carried, 0, minor[by[there]])])
    rank = pd.Index(documents["document_id"]).argsort().argsort()
    other = np.concatenate([np.where(by < 0, -1, rank[by]), rank[item[there]]])
    kind = pd.Categorical(rows["kind"].astype("object")).codes
    day = rows["effective"].to_numpy("datetime64[D]").astype(np.int64)
    order = np.lexsort((moves, other, np.append(kind, kind[there]), np.append(day, day[there]), account))
    after = opening[order] + _running(moves[order], account[order])
    at = account[order] % max(count, 1)
    moved = np.empty(len(order), dtype=np.int64)
    moved[order] = quotes.convert(after, at) - quotes.convert(after - moves[order], at)
    met = np.zeros(len(rows), dtype=np.int64)
    met[there] = moved[len(rows) :]
    return rows.assign(moved=moved[: len(rows)], met=met)


def _running(moves: Ints, account: npt.NDArray[Any]) -> Ints:
    """Return running sums within runs of one account."""
    total: Ints = np.cumsum(moves)
    starts = np.flatnonzero(np.append(True, account[1:] != account[:-1])[: len(account)])
    lengths = np.diff(np.append(starts, len(account)))
    before: Ints = np.repeat((total - moves)[starts], lengths)
    return total - before


def _documents(ledger: Ledger, booked: Booked, base: str) -> pd.DataFrame:
    frame = ledger.table("documents")
    at = pd.Index(booked.documents["document_id"]).get_indexer(pd.Index(frame["document_id"]))
    codes = pd.Series(base, index=frame.index)
    given = {
        "original_currency": frame["currency"],
        "original_amount": frame["amount"],
        "booking_rate": booked.quotes.rate[at].astype(np.float64),
        "currency": codes,
        "amount": major(pd.Series(booked.documents["base"].to_numpy()[at]), codes),
    }
    if "tax" in frame:
        tax = major(pd.Series(booked.documents["base_tax"].to_numpy()[at]), codes)
        given["tax"] = tax.where(frame["tax"].notna())
    return frame.assign(**given)


def _applications(booked: Booked, base: str) -> pd.DataFrame:
    """Return the applications in the base currency: one where it moves both documents alike, else one for each."""
    rows = booked.applications
    item, by, opposite = (rows[name].to_numpy() for name in ("item", "by", "opposite"))
    worth = booked.documents["base"].to_numpy(np.int64)
    sign = _sign(booked.documents["minor"].to_numpy(np.int64))
    taken, met = (-sign[at] * rows[name].to_numpy(np.int64) for at, name in ((item, "moved"), (by, "met")))
    # a document that came to 0 has lost its sign, by which the ledger tells whom an application shrinks
    told = ((worth[by] < 0) != (worth[item] < 0)) == opposite
    linked = (by >= 0) & told & (~opposite | (taken == met))
    names = [name for name in rows if name not in ("item", "by", "opposite", "effective", "applied", "moved", "met")]
    ids = booked.documents["document_id"]
    own = rows[names].assign(
        by_document_id=rows["by_document_id"].where(linked), date=rows["date"].where(linked, rows["effective"]),
        amount=_major(taken, base),
    )  # fmt: skip
    apart = opposite & ~linked
    others = rows.loc[apart, names].assign(
        document_id=ids.to_numpy()[by[apart]], by_document_id=None, date=rows["effective"][apart],
        amount=_major(met[apart], base),
    )  # fmt: skip
    both = pd.concat([own, others.astype({"by_document_id": own["by_document_id"].dtype})], ignore_index=True)
    return both.astype({"by_document_id": "str"}) if both["by_document_id"].isna().all() else both


def _major(minor: Ints, base: str) -> npt.NDArray[np.float64]:
    amounts: npt.NDArray[np.float64] = minor / 10.0 ** digits(base)
    return amounts
