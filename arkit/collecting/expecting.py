"""What each open claim, and invoices yet to be issued, are expected to bring in the coming months."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from arkit.diagnosis.causes.weighing import split
from arkit.diagnosis.coded import Floats, Ints
from arkit.diagnosis.lateness import Claims
from arkit.diagnosis.past import Past
from arkit.diagnosis.payment_model import day_number, fitted
from arkit.diagnosis.sight import Sight, accumulated
from arkit.forecasting.books import LATE_CLASSES, Books
from arkit.forecasting.orders import coming


@dataclass(frozen=True, eq=False)
class Expected:
    """Money expected, in minor units.

    Parameters
    ----------
    claims
        A row per open invoice, debit note or bounced bill: ``customer_id, currency, due`` (days since 1970-01-01),
        ``overdue`` (at the date), ``owed`` (open, less receipts not applied), ``before`` (expected before the first
        month), ``m0 ...`` (in each month); what is expected never exceeds what is owed.
    sales
        Of invoices yet to be issued: ``customer_id, currency, m0 ...``.
    """

    claims: pd.DataFrame
    sales: pd.DataFrame


def by_model(past: Past, firsts: list[dt.date], *, new_sales: bool) -> Expected:
    """Expect by the payment model.

    Parameters
    ----------
    past
        What was known.
    firsts
        The first day of each month, and of the one after the last.
    new_sales
        Whether invoices yet to be issued count.
    """
    claims, model = fitted(past)
    day, books = model.day, Books.of(past, claims)
    sight = Sight(claims, day)
    place = sight.open
    edges = np.array(firsts, dtype="datetime64[D]").astype(np.int64) - 1  # the last day before each month
    lost = books.without_money(day)
    frame = _rows(claims, place, books.to_come(day, place), day)
    share = _by_month(model.hazards(sight, place), frame["late"].to_numpy(), np.full(len(place), day), day, edges, lost)
    frame = _filled(frame, np.concatenate([share, 1 - share.sum(axis=1, keepdims=True)], axis=1))
    orders = coming(claims, day, int(edges[-1]))
    months = [f"m{number}" for number in range(len(firsts) - 1)]
    if not new_sales or not orders.number.sum():
        return Expected(frame, pd.DataFrame(columns=["customer_id", "currency", *months]))
    pool, inverse = np.unique(orders.place, return_inverse=True)
    late = day - (orders.date + claims.due[orders.place] - claims.date[orders.place])
    share = _by_month(model.hazards(sight, pool)[inverse], late, orders.date - 1, day, edges, lost)[:, 1:]
    amount = share * (orders.number * claims.minor[orders.place])[:, None]
    account = books.account[orders.place]
    sums = np.stack([np.bincount(account, amount[:, m], len(books.accounts)) for m in range(len(months))], axis=1)
    sales = books.accounts[["customer_id", "currency"]].astype("str")
    return Expected(frame, sales.assign(**dict(zip(months, np.rint(sums).astype(np.int64).T, strict=True))))


def _by_month(hazards: Floats, late: Ints, start: Ints, day: int, edges: Ints, lost: Floats) -> Floats:
    """Return the chance that claims are paid in money before the first edge and between edges: a column each.

    ``late`` is as of ``day``; a claim is there from the day after ``start`` on. ``lost`` is the share settled without
    money by class of lateness.
    """
    begin = late + (start - day)
    columns, before = [], np.ones(len(late))
    for edge in edges:
        until = np.maximum(late + (edge - day), begin)
        still = np.exp(-accumulated(hazards, begin, until))
        columns.append((before - still) * (1 - lost[np.searchsorted(LATE_CLASSES, until)]))
        before = still
    return np.stack(columns, axis=1)


def by_due_date(past: Past, firsts: list[dt.date]) -> Expected:
    """Plan each claim in the month of its due date, where nothing tells when it will be paid."""
    claims, day = Claims.of(past), day_number(past.as_of)
    place = Sight(claims, day).open
    owed = Books.of(past, claims).to_come(day, place)
    edges = np.array(firsts, dtype="datetime64[D]").astype(np.int64)
    frame = _rows(claims, place, owed, day)
    month = np.searchsorted(edges, claims.due[place], side="right")
    share = np.zeros((len(place), len(edges) + 1))
    share[np.arange(len(place)), month] = 1.0
    share[frame["overdue"].to_numpy()] = np.eye(len(edges) + 1)[-1]  # nothing tells how much of it will come
    months = [f"m{number}" for number in range(len(firsts) - 1)]
    return Expected(_filled(frame, share), pd.DataFrame(columns=["customer_id", "currency", *months]))


def _rows(claims: Claims, place: Ints, owed: Floats, day: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": pd.Series(claims.customers[claims.customer[place]], dtype="str"),
            "currency": pd.Series(claims.currency[place], dtype="str"),
            "due": claims.due[place],
            "late": day - claims.due[place],
            "overdue": claims.due[place] < day,
            "owed": np.rint(owed).astype(np.int64),
        }
    )


def _filled(frame: pd.DataFrame, share: Floats) -> pd.DataFrame:
    """Split what is owed: before the months, each month, and the rest."""
    minor = split(frame["owed"].to_numpy(np.int64), share)
    names = ["before", *(f"m{number}" for number in range(minor.shape[1] - 2))]
    return frame.assign(**dict(zip(names, minor.T, strict=False)))
