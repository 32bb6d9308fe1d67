"""Invoices yet to be issued: those of the last year come again, month by month, each with its chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arkit.diagnosis.coded import Floats, Ints
from arkit.diagnosis.lateness import Claims

YEAR = 365
LATELY = 120
"""Days against the year before which tell that a customer buys more, less or no more."""


@dataclass(frozen=True, eq=False)
class Orders:
    """Past invoices as patterns of coming ones: ``place`` among the claims, new ``date``, expected ``number``."""

    place: Ints
    date: Ints
    number: Floats


def coming(claims: Claims, day: int, until: int) -> Orders:
    """Return the invoices to expect after a day.

    An invoice of the last twelve months may come again in each coming month, on the same day of the month and on the
    same terms; expected 1/12 times, more in the months of the year that had more (over at least two years), and as its
    customer bought more or less lately.

    Parameters
    ----------
    claims
        Those dated by ``day`` are looked at.
    day, until
        The coming invoices are dated after ``day``, by ``until``.
    """
    known = np.flatnonzero((claims.date <= day) & (claims.date > day - YEAR))
    covered = min(day - int(claims.date.min(initial=day)) + 1, YEAR) / YEAR  # of the year that the ledger tells
    pace = _pace(claims, day)[claims.customer[known]]
    season = _season(claims, day)
    month, start = _month(claims.date[known])
    first, last = (int(_month(np.array([d]))[0][0]) for d in (day + 1, until))
    parts = []
    for ahead in range(first, last + 1):
        begin, end = (int(np.datetime64(m, "M").astype("datetime64[D]").astype(np.int64)) for m in (ahead, ahead + 1))
        date = np.minimum(begin + claims.date[known] - start, end - 1)
        wanted = (date > day) & (date <= until)
        number = pace * season[ahead % 12] / season[month % 12] / (12 * max(covered, 1 / 12))
        parts.append((known[wanted], date[wanted], number[wanted]))
    place, date, number = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Orders(place, date, number)


def _month(day: Ints) -> tuple[Ints, Ints]:
    """Return the running month of each day, and its first day."""
    month = day.astype("datetime64[D]").astype("datetime64[M]")
    return month.astype(np.int64), month.astype("datetime64[D]").astype(np.int64)


def _pace(claims: Claims, day: int) -> Floats:
    """Return how each customer's number of invoices lately compares with the year's, drawn towards 1 by three."""
    size = len(claims.customers)
    year, lately = (
        np.bincount(claims.customer[(claims.date <= day) & (claims.date > day - span)], minlength=size)
        for span in (YEAR, LATELY)
    )
    share = max(lately.sum(), 1) / max(year.sum(), 1)
    pace: Floats = (lately + 3) / (year * share + 3)
    return pace


def _season(claims: Claims, day: int) -> Floats:
    """Return the invoices of each month of the year (January first) against the mean month; ones before two years."""
    month, _ = _month(claims.date[claims.date <= day])
    last = int(_month(np.array([day + 1]))[0][0])  # months that are over
    years = (last - int(month.min(initial=last))) // 12
    if years < 2:
        return np.ones(12)
    count = np.bincount(month[(month >= last - 12 * years) & (month < last)] % 12, minlength=12).astype(np.float64)
    raw = count / count.mean()
    season: Floats = 1 + (raw - 1) * years / (years + 1)
    return np.maximum(season, 0.05)
