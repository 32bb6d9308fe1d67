"""Plain forecasts that a better one has to beat, and which anybody can redo in a spreadsheet."""

from __future__ import annotations

import numpy as np

from arkit.diagnosis.coded import Floats, Ints
from arkit.forecasting.books import WEEK, Books


def due_plus_delay(books: Books, day: int, weeks: int) -> Floats:
    """Let each open claim be paid on its due date plus its customer's mean delay, and bills at maturity.

    What should have come already comes in the first week. Invoices yet to be issued are those of the last so many
    weeks once more. Each customer's usual share paid by bill is left out.
    """
    claims, size = books.claims, len(books.accounts)
    settled = claims.closed <= day
    who = claims.customer
    count = np.bincount(who[settled], minlength=len(claims.customers))
    late = (claims.closed - claims.due)[settled]
    mean = np.bincount(who[settled], late, len(count)) / np.maximum(count, 1)
    delay = np.rint(np.where(count > 0, mean, late.mean() if len(late) else 0.0)).astype(np.int64)
    share = 1 - books.by_bill(day)
    cash = np.zeros((size, weeks))

    def pay(account: Ints, on: Ints, amount: Floats) -> None:
        week = np.maximum(on - day - 1, 0) // WEEK
        kept = week < weeks
        np.add.at(cash, (account[kept], week[kept]), amount[kept])

    held = np.flatnonzero((claims.date <= day) & (claims.closed > day))
    owed = books.to_come(day, held)
    pay(books.account[held], claims.due[held] + delay[who[held]], owed * share[books.account[held]])
    span = WEEK * weeks
    again = np.flatnonzero((claims.date <= day) & (claims.date > day - span))
    account = books.account[again]
    pay(account, claims.due[again] + span + delay[who[again]], claims.minor[again] * share[account])
    bills = books.bills
    hand = (bills.day <= day) & (books.closed > day)
    pay(bills.account[hand], bills.what[hand], bills.minor[hand].astype(np.float64))
    return cash


def last_weeks(books: Books, day: int, weeks: int) -> Floats:
    """Let each coming week bring the average of the last so many."""
    before = books.weekly(day - WEEK * weeks, weeks)
    return np.repeat(before.mean(axis=1, keepdims=True), weeks, axis=1)


def last_year(books: Books, day: int, weeks: int) -> Floats | None:
    """Let each coming week bring what the same week brought a year ago; None where the ledger is younger."""
    if books.first > day - 52 * WEEK - WEEK * weeks:
        return None
    return books.weekly(day - 52 * WEEK, weeks)


def plain_forecasts(books: Books, day: int, weeks: int) -> dict[str, Floats | None]:
    """Return the plain forecasts by name: an account a row, a week a column, minor units."""
    return {
        "due_plus_delay": due_plus_delay(books, day, weeks),
        "last_weeks": last_weeks(books, day, weeks),
        "last_year": last_year(books, day, weeks),
    }
