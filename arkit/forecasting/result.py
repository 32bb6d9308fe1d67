"""The cash forecast 回款预测: ``arkit.forecast``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arkit.diagnosis.past import Past
from arkit.diagnosis.payment_model import day_number, fitted
from arkit.errors import ArkitError
from arkit.forecasting import track as track_
from arkit.forecasting.baselines import plain_forecasts
from arkit.forecasting.books import WEEK, Books
from arkit.forecasting.draws import Draws, draw
from arkit.messages import Message
from arkit.money import major

if TYPE_CHECKING:
    from arkit.ledger import Ledger

DRAWS = 300
CELLS = 30_000_000
"""Accounts x weeks x draws are kept below this: a large ledger has fewer draws, and needs fewer."""
ENOUGH = 30
"""Settled claims below which nothing is forecast."""

SNAPSHOT = Message("a snapshot of open items holds no receipts: when its customers pay is not known from it")
TOO_LITTLE = Message("fewer than {n} claims were settled by {day}: nothing is forecast")
UNCHECKED = Message("the ledger is too young to check the forecast on its own past: its range rests on other ledgers")
WORSE = Message(
    "{currency}: at past dates the plain forecast '{rival}' was nearer (error {plain} of the cash that came, forecast "
    "{own}): rather trust that"
)
RIVALS = {
    "due_plus_delay": Message("due date plus the customer's mean delay"),
    "last_weeks": Message("average of the last weeks"),
    "last_year": Message("same weeks of last year"),
}


WEEKS = 13
"""A quarter: what a forecast reaches when nothing else is asked."""


@dataclass(frozen=True, eq=False)
class Forecast:
    """Cash to come.

    Parameters
    ----------
    as_of, level
        The day, and the share (0-1) of cases that a range is meant to hold.
    weeks
        Index ``currency``, ``week`` (1 ...): ``start, end`` (days), ``expected, low, high`` (cash of the week), of
        which ``booked`` (from documents on the books) and ``fresh`` (from invoices yet to be issued); and the plain
        forecasts ``due_plus_delay, last_weeks, last_year``. Major units.
    totals
        Index ``currency``: the same of all weeks together; ``expected`` adds up from the weeks, the range does not.
    customers
        Index ``currency``, ``customer_id``, largest first: ``open`` (claims less credits not applied; without bills),
        ``expected, low, high, booked, fresh`` over all weeks.
    by_customer
        Index ``currency``, ``customer_id``, ``week``: ``expected, low, high``.
    accuracy
        The track record on this ledger's own past (:func:`arkit.forecasting.track.accuracy`).
    notes
        What is missing, and where a plain forecast did better.
    """

    as_of: dt.date
    level: float
    weeks: pd.DataFrame
    totals: pd.DataFrame
    customers: pd.DataFrame
    by_customer: pd.DataFrame
    accuracy: pd.DataFrame
    notes: tuple[Message, ...]


def forecast(ledger: Ledger, *, as_of: str | dt.date, weeks: int = WEEKS, level: float = 0.8) -> Forecast:
    """Forecast the cash of the coming weeks, with a range, and say how well that went in the past.

    Parameters
    ----------
    ledger
        A full ledger; a snapshot gives empty frames and a note.
    as_of
        The day; nothing known later is used. Week 1 is the seven days after it.
    weeks
        How many, 1-26.
    level
        Share (0-1) of weeks that the range should hold.

    Returns
    -------
    Forecast
        ``weeks, totals, customers, by_customer, accuracy, notes``.

    Notes
    -----
    Cash is what comes in: a bill counts at maturity, money in hand that is not applied does not come again. Each open
    claim is paid after the payment model's hazards, on its customer's usual days of the month; invoices to come repeat
    those of the last year. The range is that of the draws; that of single weeks is widened by what past dates taught.
    """
    return foresee(Past.of(ledger, as_of), weeks=weeks, level=level)


def foresee(past: Past, *, weeks: int = WEEKS, level: float = 0.8) -> Forecast:
    """Forecast from what was known at a date (:func:`forecast`)."""
    if not 1 <= weeks <= 26:
        raise ArkitError(Message("weeks must lie between 1 and 26; got {weeks}", weeks=weeks))
    if not 0 < level < 1:
        raise ArkitError(Message("level must lie between 0 and 1; got {level}", level=level))
    if past.scope == "snapshot":
        return _nothing(past, level, SNAPSHOT)
    claims, model = fitted(past)
    books, day = Books.of(past, claims), day_number(past.as_of)
    if (books.claims.closed <= day).sum() < ENOUGH:
        return _nothing(past, level, Message(TOO_LITTLE.template, n=ENOUGH, day=past.as_of.isoformat()))
    record, _ = track_.track(books, day, weeks=weeks, level=level)
    draws = int(np.clip(CELLS // (len(books.accounts) * (weeks + 1)), 40, DRAWS))
    futures = draw(books, model, day, weeks=weeks, draws=draws)
    accuracy = track_.accuracy(record, level)
    factor = record.widening(level)
    by_week = _weeks(books, futures, past, level, factor)
    rivals = _rivals(books, day, weeks)
    by_week = by_week.join(rivals)
    customers, by_customer = _customers(books, futures, day, level)
    return Forecast(
        past.as_of, level, by_week, _totals(books, futures, level, by_week), customers, by_customer, accuracy,
        _notes(accuracy),
    )  # fmt: skip


def _nothing(past: Past, level: float, reason: Message) -> Forecast:
    empty = pd.DataFrame()
    return Forecast(past.as_of, level, empty, empty, empty, empty, empty, (reason,))


def _groups(books: Books) -> dict[str, np.ndarray]:
    return {str(code): np.asarray(rows) for code, rows in books.accounts.groupby("currency").indices.items()}


def _range(draws: np.ndarray, level: float, factor: float = 1.0) -> pd.DataFrame:
    low, high = track_.ends(draws, level)
    rows = pd.DataFrame({"expected": draws.mean(axis=-1), "low": low, "high": high})
    return rows.assign(**track_.widen(rows, factor))


def _weeks(books: Books, futures: Draws, past: Past, level: float, factor: float) -> pd.DataFrame:
    parts = []
    for currency, rows in _groups(books).items():
        booked, fresh = futures.booked[rows].sum(axis=0), futures.fresh[rows].sum(axis=0)
        frame = _range(booked + fresh, level, factor).assign(booked=booked.mean(axis=1), fresh=fresh.mean(axis=1))
        number = np.arange(1, len(frame) + 1)
        start = past.today + pd.to_timedelta(WEEK * (number - 1) + 1, unit="D")
        frame = major(frame, pd.Index([currency] * len(frame)))
        frame = frame.assign(currency=currency, week=number, start=start, end=start + pd.Timedelta(days=WEEK - 1))
        parts.append(frame)
    table = pd.concat(parts).set_index(["currency", "week"])
    return table[["start", "end", "expected", "low", "high", "booked", "fresh"]]


def _rivals(books: Books, day: int, weeks: int) -> pd.DataFrame:
    found = plain_forecasts(books, day, weeks)
    parts = []
    for currency, rows in _groups(books).items():
        columns = {n: np.full(weeks, np.nan) if c is None else c[rows].sum(axis=0) for n, c in found.items()}
        index = pd.MultiIndex.from_product([[currency], range(1, weeks + 1)], names=["currency", "week"])
        frame = pd.DataFrame(columns, index=index)
        parts.append(major(frame, index.get_level_values(0)))
    return pd.concat(parts)


def _totals(books: Books, futures: Draws, level: float, by_week: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for currency, rows in _groups(books).items():
        frame = _range(futures.total[rows].sum(axis=(0, 1))[None, :], level)
        parts.append(major(frame[["low", "high"]], pd.Index([currency])).assign(currency=currency))
    table = pd.concat(parts).set_index("currency")
    names = ["expected", "booked", "fresh", *RIVALS]
    sums = by_week.groupby("currency")[names].sum(min_count=len(by_week.index.unique("week")))
    return sums.join(table)[["expected", "low", "high", *names[1:]]]


def _customers(books: Books, futures: Draws, day: int, level: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    index = pd.MultiIndex.from_frame(books.accounts)
    codes = index.get_level_values(0)
    place = np.flatnonzero((books.claims.date <= day) & (books.claims.closed > day))
    owed = np.bincount(books.account[place], books.to_come(day, place), len(index))
    total = _range(futures.total.sum(axis=1), level)
    table = total.assign(
        open=owed, booked=futures.booked.sum(axis=1).mean(axis=1), fresh=futures.fresh.sum(axis=1).mean(axis=1)
    )
    table = major(table.set_axis(index), codes)[["open", "expected", "low", "high", "booked", "fresh"]]
    alive = (table[["open", "high"]] > 0).any(axis=1).to_numpy()
    order = np.lexsort((-table["expected"].to_numpy(), codes))
    order = order[alive[order]]
    weeks = futures.total.shape[1]
    cells = _range(futures.total[order].reshape(len(order) * weeks, -1), level)
    each = books.accounts.iloc[np.repeat(order, weeks)]
    long = pd.MultiIndex.from_frame(each.assign(week=np.tile(np.arange(1, weeks + 1), len(order))))
    return table.iloc[order], major(cells.set_axis(long), long.get_level_values(0))


def _notes(accuracy: pd.DataFrame) -> tuple[Message, ...]:
    if accuracy.empty:
        return (UNCHECKED,)
    notes = []
    for currency, row in accuracy.xs("week", level="of").iterrows():
        rivals = row[list(RIVALS)].dropna()
        if len(rivals) and rivals.min() < row["error"]:
            name = str(rivals.idxmin())
            notes.append(
                Message(
                    WORSE.template, currency=currency, rival=RIVALS[name], plain=f"{rivals.min():.2f}",
                    own=f"{row['error']:.2f}",
                )
            )  # fmt: skip
    return tuple(notes)
