"""Possible futures: each draw lets every claim be paid in some week, customers moving together.

A claim's chance by week comes from its hazards; what one customer does to one claim he tends to do to all of them, and
a little is common to all customers (a Gaussian copula, which leaves each claim's own chances as they are).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arkit.diagnosis.coded import Floats, Ints
from arkit.diagnosis.lateness import EDGES
from arkit.diagnosis.payment_model import Model
from arkit.diagnosis.sight import Sight
from arkit.forecasting.books import LATE_CLASSES, WEEK, Books
from arkit.forecasting.orders import coming

SEED = 20
COMMON, OWN = 0.12, 0.55
"""Share of a payment's luck that is everyone's, and that is its customer's."""
SPAN, PRIOR_DAYS = 540, 4.0
"""Days back that tell on which days of the month a customer pays, and receipts that draw him towards everyone."""
ORDER_SPREAD, TRADE_SPREAD = 0.35, 0.12
"""How far (log) a customer's coming orders, and the whole trade, may lie from what is expected."""


@dataclass(frozen=True, eq=False)
class Draws:
    """Cash by account, week and draw, minor units: of what is on the books, and of invoices yet to be issued."""

    booked: Floats
    fresh: Floats

    @property
    def total(self) -> Floats:
        """All cash."""
        return self.booked + self.fresh


def draw(books: Books, model: Model, day: int, *, weeks: int, draws: int) -> Draws:
    """Draw futures of the weeks after a day from what was known at its end."""
    rng = np.random.default_rng(SEED)
    sight = Sight(books.claims, day)
    luck = rng.standard_normal(draws), rng.standard_normal((len(books.accounts), draws))
    shape = (len(books.accounts), weeks + 1, draws)
    booked = _claims(books, sight, model, luck, shape, rng) + _bills(books, day, shape, rng)
    fresh = _orders(books, sight, model, shape, rng)
    return Draws(booked[:, :weeks], fresh[:, :weeks])


def _claims(
    books: Books, sight: Sight, model: Model, luck: tuple[Floats, Floats], shape: tuple[int, int, int],
    rng: np.random.Generator,
) -> Floats:  # fmt: skip
    place = sight.open
    owed = books.to_come(sight.day, place)
    place, owed = place[owed > 0], owed[owed > 0]
    account, late = books.account[place], sight.day - books.claims.due[place]
    calendar = pay_days(books, sight.day, shape[1] - 1)
    gathered = _by_week(model.hazards(sight, place), late, calendar[account])
    own = rng.standard_normal((len(place), shape[2]))
    own *= np.sqrt(1 - COMMON - OWN)
    own += np.sqrt(COMMON) * luck[0] + np.sqrt(OWN) * luck[1][account]
    patience = -np.log(_normal(own))
    week = np.zeros(patience.shape, dtype=np.int64)
    for column in range(shape[1] - 1):
        week += patience >= gathered[:, column, None]
    claim = np.repeat(np.arange(len(place)), shape[2])
    number = np.tile(np.arange(shape[2]), len(place))
    return _cash(books, sight.day, account[claim], late[claim], owed[claim], week.ravel(), number, shape, rng)


def _orders(books: Books, sight: Sight, model: Model, shape: tuple[int, int, int], rng: np.random.Generator) -> Floats:
    orders = coming(books.claims, sight.day, sight.day + WEEK * (shape[1] - 1))
    account = books.account[orders.place]
    if not orders.number.sum():
        return np.zeros(shape)
    pool, inverse = np.unique(orders.place, return_inverse=True)
    hazards = model.hazards(sight, pool)[inverse]
    # days late today of a claim on the pattern's terms; nothing gathers before its own date
    late = sight.day - (orders.date + books.claims.due[orders.place] - books.claims.date[orders.place])
    calendar = pay_days(books, sight.day, shape[1] - 1)
    gathered = _by_week(hazards, late, calendar[account], from_day=orders.date - sight.day)
    row, column = _ordered(account, orders.number, (shape[0], shape[2]), rng)
    patience = rng.exponential(size=len(row))
    week = (patience[:, None] >= gathered[row, : shape[1] - 1]).sum(axis=1)
    amount = books.claims.minor[orders.place[row]].astype(np.float64)
    return _cash(books, sight.day, account[row], late[row], amount, week, column, shape, rng)


def _ordered(account: Ints, number: Floats, shape: tuple[int, int], rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw which patterns come again in which draw: their rows and draws, as often as they come."""
    trade = np.exp(TRADE_SPREAD * rng.standard_normal(shape[1]) - TRADE_SPREAD**2 / 2)
    spread = np.exp(ORDER_SPREAD * rng.standard_normal(shape) - ORDER_SPREAD**2 / 2)
    expected = np.bincount(account, number, shape[0])
    count = rng.poisson(expected[:, None] * spread * trade)
    who, column = (np.repeat(codes.ravel(), count.ravel()) for codes in np.indices(shape))
    order = np.argsort(account, kind="stable")
    running = np.cumsum(number[order])
    start = (np.cumsum(expected) - expected)[who]
    place = np.searchsorted(running, start + rng.random(len(who)) * expected[who], side="right")
    return order[np.minimum(place, len(order) - 1)], column


def _bills(books: Books, day: int, shape: tuple[int, int, int], rng: np.random.Generator) -> Floats:
    """Let bills in hand be paid in the week of maturity, but for those that bounce; long overdue ones stay unpaid."""
    bills = books.bills
    held = (bills.day <= day) & (books.closed > day) & (bills.what > day - 2 * WEEK)
    week = np.clip((bills.what[held] - day - 1) // WEEK, 0, shape[1] - 1)
    good = rng.random((held.sum(), shape[2])) >= books.bounced_share(day)
    cash = np.zeros(shape)
    np.add.at(cash, (bills.account[held], week), good * bills.minor[held][:, None].astype(np.float64))
    return cash


def _cash(
    books: Books, day: int, account: Ints, late: Ints, amount: Floats, week: Ints, number: Ints,
    shape: tuple[int, int, int], rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """Turn settlements into cash: some are credited or written off, some are bills, which pay at maturity."""
    last = shape[1] - 1
    kept = np.flatnonzero(week < last)
    account, amount, week, number = account[kept], amount[kept], week[kept], number[kept]
    lost = books.without_money(day)[np.searchsorted(LATE_CLASSES, late[kept] + WEEK * week)]
    by_bill = np.flatnonzero(rng.random(len(kept)) < books.by_bill(day)[account])
    terms = rng.choice(books.terms_of_bills(day), len(by_bill))
    week[by_bill] = np.minimum(week[by_bill] + terms // WEEK, last)
    place = (account * shape[1] + week) * shape[2] + number
    flat = np.bincount(place, amount * (rng.random(len(kept)) >= lost), int(np.prod(shape)))
    return flat.astype(np.float64).reshape(shape)


def _by_week(hazards: Floats, late: Ints, calendar: Floats, from_day: Ints | None = None) -> Floats:
    """Return the hazard gathered by the end of each coming week: a claim a row; from a later day where given."""
    rise = hazards * np.diff(EDGES)
    total = np.concatenate([np.zeros((len(hazards), 1)), np.cumsum(rise, axis=1)], axis=1)

    def at(days_late: Ints) -> Floats:
        place = np.clip(np.searchsorted(EDGES, days_late, side="right") - 1, 0, len(EDGES) - 2)
        rows = np.arange(len(hazards))
        found: Floats = total[rows, place] + (days_late - EDGES[place]) * hazards[rows, place]
        return found

    start = np.zeros(len(late), dtype=np.int64) if from_day is None else from_day - 1
    zero = at(late + start)
    ends = [zero, *(at(late + np.maximum(WEEK * (week + 1), start)) for week in range(calendar.shape[1]))]
    return np.cumsum(np.diff(np.stack(ends, axis=1), axis=1).clip(0) * calendar, axis=1)


def pay_days(books: Books, day: int, weeks: int) -> Floats:
    """Return for each account and coming week how apt its days of the month are for payment, against the mean day."""
    moves = books.receipts.until(day, day - SPAN)
    size = len(books.accounts)
    month_day = _month_day(moves.day)
    count = np.bincount(moves.account * 31 + month_day, minlength=size * 31).reshape(size, 31).astype(np.float64)
    usual = (count.sum(axis=0) + 1) / (count.sum() + 31)
    apt = (count + PRIOR_DAYS * usual) / (count.sum(axis=1, keepdims=True) + PRIOR_DAYS) * 31
    ahead = _month_day(day + 1 + np.arange(WEEK * weeks))
    found: Floats = apt[:, ahead].reshape(size, weeks, WEEK).mean(axis=2)
    return found


def _month_day(day: Ints) -> Ints:
    date = day.astype("datetime64[D]")
    found: Ints = (date - date.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    return found


def _normal(value: Floats) -> Floats:
    """Return the normal distribution function, to four digits (the tanh form that neural networks use)."""
    found: Floats = 0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (value + 0.044715 * value**3)))
    return np.clip(found, 1e-12, 1.0)
