"""Working days of a country: no weekends, no public holidays, and whether those are announced or estimated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holidays import HolidayBase

Dates = NDArray[np.datetime64]
WEEKEND = frozenset({5, 6})
YEARLY = 5
"""A country that decreed its days off in each of so many years decrees them every year."""
ESTIMATED = Message("the public holidays of {country} in {years} are not announced yet: its working days are estimated")
UNKNOWN = Message("the public holidays of {country} are not known: only weekends are left out")


@dataclass(frozen=True)
class Workdays:
    """The working days of a country.

    Parameters
    ----------
    country
        ISO 3166, two letters.

    Notes
    -----
    Public holidays are those of the ``holidays`` package. Weekends worked in exchange for long holidays (调休) count as
    days off: nobody has to be called on one.

    Examples
    --------
    >>> str(Workdays("CN").offset(np.datetime64("2025-12-31"), 1))
    '2026-01-05'
    """

    country: str

    def offset(
        self,
        days: Dates | np.datetime64,
        number: int | NDArray[np.int64],
        *,
        roll: Literal["backward", "forward"] = "backward",
    ) -> Dates:
        """Return the working day so many after each day; a day off first gives way to the one that ``roll`` says."""
        dates = np.asarray(days, dtype="datetime64[D]")
        known = dates[~np.isnat(dates)].astype("datetime64[Y]").astype(np.int64) + 1970
        first, last = (int(known.min()), int(known.max())) if known.size else (1970, 1970)
        moved: Dates = np.asarray(
            np.busday_offset(dates, number, roll=roll, busdaycal=_calendar(self.country, first - 1, last + 1))
        )
        return moved

    def notes(self, days: Iterable[object]) -> tuple[Message, ...]:
        """Return what has to be known of the working days in the years that these days lie in."""
        if _holidays(self.country, 1970) is None:
            return (Message(UNKNOWN.template, country=self.country),)
        dates = pd.DatetimeIndex(list(days)).to_numpy().astype("datetime64[D]")
        years = np.unique(dates[~np.isnat(dates)].astype("datetime64[Y]").astype(np.int64) + 1970)
        guessed = [str(year) for year in years if _estimated(self.country, int(year))]
        return (Message(ESTIMATED.template, country=self.country, years=", ".join(guessed)),) if guessed else ()


@cache
def _holidays(country: str, *years: int) -> HolidayBase | None:
    from holidays.utils import country_holidays

    try:
        return country_holidays(country, years=years)
    except NotImplementedError:
        return None


@cache
def _calendar(country: str, first: int, last: int) -> np.busdaycalendar:
    found = _holidays(country, *range(first, last + 1))
    if found is None:
        return np.busdaycalendar()
    weekend = found.weekend if len(found.weekend) > 1 else WEEKEND  # one day off: nobody calls on Saturday all the same
    mask = [day not in weekend for day in range(7)]
    return np.busdaycalendar(weekmask=mask, holidays=[np.datetime64(day) for day in found])


def _estimated(country: str, year: int) -> bool:
    """Tell whether the package only guesses a year: not decreed yet, or hung on the moon."""
    found = _holidays(country, year)
    if found is None:
        return False
    decreed = {int(each) for each in getattr(found, "special_public_holidays", {})}
    last = max(decreed, default=0)
    every_year = bool(decreed) and set(range(last - YEARLY + 1, last + 1)) <= decreed
    return (every_year and year > last) or any("(estimated)" in name for name in found.values())
