"""The calendar of a simulated firm: months, Chinese working days, and the days on which customers pay.

Days are integers (days since 1970-01-01), so that a million of them are one numpy array.
"""

from __future__ import annotations

from functools import cached_property

import holidays
import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
NEVER = 10**6
"""A day that does not come (year 4707)."""

TWICE = 100
"""Run ``TWICE + d``: paid on the d-th and the (d + 15)-th of every month."""
WEEKLY = 200
"""Run ``WEEKLY + w``: paid every week on weekday w (0 = Monday). A run of 1-31 is that day of every month."""


def as_date(days: Days) -> NDArray[np.datetime64]:
    """Return days as dates; ``NEVER`` becomes NaT."""
    dates = days.astype("datetime64[D]")
    return np.where(days >= NEVER, np.datetime64("NaT"), dates)


class Calendar:
    """Months and working days from the first simulated day on.

    Parameters
    ----------
    start
        First day; the first of its month is taken.
    months
        Length of the simulation.

    Notes
    -----
    Public holidays are those of China in the ``holidays`` package. For a year whose holidays are not announced yet
    the package gives an estimate. The working weekends that make up for long holidays are left out.
    """

    def __init__(self, start: np.datetime64, months: int) -> None:
        self.months = months
        self.first_month = start.astype("datetime64[M]")
        self.first = int(self.first_month.astype("datetime64[D]").astype(np.int64))
        self.last = int((self.first_month + months).astype("datetime64[D]").astype(np.int64)) - 1

    @cached_property
    def _working(self) -> np.busdaycalendar:
        year = int(self.first_month.astype("datetime64[Y]").astype(int)) + 1970
        china = holidays.country_holidays("CN", years=range(year - 1, year + self.months // 12 + 5))
        return np.busdaycalendar(holidays=sorted(np.datetime64(day) for day in china))

    def month(self, days: Days) -> Days:
        """Return the month of each day, counted from the first simulated month."""
        month: Days = (days.astype("datetime64[D]").astype("datetime64[M]") - self.first_month).astype(np.int64)
        return month

    def month_start(self, month: Days) -> Days:
        """Return the first day of months counted from the first simulated month."""
        start: Days = (self.first_month + month).astype("datetime64[D]").astype(np.int64)
        return start

    def month_of_year(self, month: Days) -> Days:
        """Return 1-12 for months counted from the first simulated month."""
        return (int(self.first_month.astype(np.int64)) + month) % 12 + 1

    def month_end(self, days: Days) -> Days:
        """Return the last day of each day's month."""
        return self.month_start(self.month(days) + 1) - 1

    def on_or_before(self, days: Days) -> Days:
        """Return the nearest working day that is not later."""
        return self._roll(days, "preceding")

    def on_or_after(self, days: Days) -> Days:
        """Return the nearest working day that is not earlier."""
        return self._roll(days, "following")

    def working_days(self, month: int) -> Days:
        """Return the working days of one month."""
        first, following = self.month_start(np.array([month, month + 1]))
        days = np.arange(first, following)
        return days[np.is_busday(days.astype("datetime64[D]"), busdaycal=self._working)]

    def run_before(self, days: Days, run: Days) -> Days:
        """Return the last pay day on or before each day; a pay day on a holiday is moved to the day before."""
        weekly = days - (days + 3 - (run - WEEKLY)) % 7
        found = np.where(run >= WEEKLY, weekly, self._monthly(days, run, -1))
        return self.on_or_before(found)

    def run_after(self, days: Days, run: Days) -> Days:
        """Return the first pay day on or after each day; a pay day on a holiday is moved to the day after."""
        weekly = days + ((run - WEEKLY) - (days + 3)) % 7
        found = np.where(run >= WEEKLY, weekly, self._monthly(days, run, 1))
        return self.on_or_after(found)

    def _monthly(self, days: Days, run: Days, step: int) -> Days:
        month = self.month(days)
        twice = (run >= TWICE) & (run < WEEKLY)
        day = np.where(run >= WEEKLY, 1, run % TWICE)
        found = np.full(len(days), step * NEVER, dtype=np.int64)
        closer = np.minimum if step > 0 else np.maximum
        for shift in (0, step):
            start = self.month_start(month + shift)
            length = self.month_start(month + shift + 1) - start
            for day_of_month in (day, np.where(twice, day + 15, day)):
                candidate = start + np.minimum(day_of_month, length) - 1
                fits = (candidate - days) * step >= 0
                found = np.where(fits, closer(found, candidate), found)
        return np.where(run >= WEEKLY, days, found)

    def _roll(self, days: Days, roll: str) -> Days:
        dates = days.astype("datetime64[D]")
        return np.busday_offset(dates, 0, roll=roll, busdaycal=self._working).astype(np.int64)  # type: ignore[call-overload,no-any-return]
