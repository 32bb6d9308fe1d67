"""The rate of a day: the latest on or before it, and none that is too old."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from arkit.columns import NO_CURRENCY
from arkit.errors import ArkitError
from arkit.intake import Problem
from arkit.messages import Message
from arkit.money import LARGEST_MINOR, digits, known_currencies, refuse_mixed, scaled
from arkit.rates.reading import read_rates
from arkit.rates.rules import refuse, rule

MAX_AGE = 31
"""Days after which a rate is too old, where the caller does not say otherwise: rates of month-ends just serve."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Quotes:
    """The rates of some amounts.

    Parameters
    ----------
    rate
        Units of the base currency for one unit of the currency (Decimal); None where there is no rate.
    of
        The day that each rate is of (datetime64[D]); NaT of the base currency itself.
    numerator, denominator
        The exact fraction that minor units are multiplied by to be minor units of the base currency.
    problems
        Rates that are missing or too old.
    """

    rate: npt.NDArray[np.object_]
    of: npt.NDArray[np.datetime64]
    numerator: npt.NDArray[Any]
    denominator: npt.NDArray[Any]
    problems: tuple[Problem, ...]

    def convert(self, minor: Ints, at: Ints | None = None) -> Ints:
        """Return amounts in minor units of the base currency, each rounded once, halves to even.

        Parameters
        ----------
        minor
            Minor units.
        at
            Whose rate each amount takes; by default each its own.

        Raises
        ------
        LedgerError
            A product is beyond any ledger.
        """
        place = slice(None) if at is None else at
        product = scaled(minor, self.numerator[place], self.denominator[place])
        huge = np.abs(product) > LARGEST_MINOR
        if huge.any():
            refuse([rule("amount_too_large", table="rates", column="rate", count=int(huge.sum()))], Message("the rate"))
        return product.astype(np.int64)


class Rates:
    """A rate table, for one base currency.

    Parameters
    ----------
    table
        As :func:`read_rates` takes or gives it; of a table with a column ``base`` the rows of this base count. None:
        there is none, which serves amounts in the base currency.
    base
        ISO 4217 code.
    max_age
        How many days old a rate may be.

    Raises
    ------
    LedgerError
        As :func:`read_rates`, or a rate of the base currency itself that is not 1.
    ArkitError
        ``base`` is no currency, ``max_age`` no number of days.
    """

    def __init__(self, table: Any, *, base: str, max_age: int = MAX_AGE) -> None:  # noqa: ANN401 (path or frame)
        if base not in known_currencies() or base == NO_CURRENCY:
            raise ArkitError(Message("base must be an ISO 4217 code such as CNY, got {value!r}", value=base))
        if max_age < 0:
            raise ArkitError(Message("max_rate_age must be 0 or more days, got {value!r}", value=max_age))
        self.base, self.max_age, self.given = base, max_age, table is not None
        frame = pd.DataFrame({"date": [], "currency": [], "rate": []}) if table is None else read_rates(table)
        if "base" in frame:
            frame = frame[frame["base"] == base]
        own = frame[frame["currency"] == base]
        refuse(
            (rule("rate_of_base", table="rates", column="rate", value=f"{day.date()}: {rate}", currency=base)
             for day, rate in zip(own["date"], own["rate"], strict=True) if rate != 1),
            Message("the rate table"),
        )  # fmt: skip
        frame = frame[frame["currency"] != base].sort_values(["currency", "date"], ignore_index=True)
        self._currency = frame["currency"].to_numpy(dtype=object)
        self._day: Ints = frame["date"].to_numpy("datetime64[D]").astype(np.int64)
        self._rate = [*frame["rate"]]

    def need(self, currencies: tuple[str, ...]) -> None:
        """Refuse one figure of several currencies where no rate table was given.

        Raises
        ------
        LedgerError
            With the rule ``mixed_currency``.
        """
        if not self.given and set(currencies) - {self.base}:
            refuse_mixed({self.base, *currencies}, Message("one figure in {base}", base=self.base))

    def at(self, currency: pd.Series, day: pd.Series) -> Quotes:
        """Return the rate of each amount on its day: the latest on or before it.

        Parameters
        ----------
        currency, day
            Code and day of each amount.
        """
        codes, distinct = pd.factorize(currency.astype("object"))
        wanted = day.to_numpy("datetime64[D]").astype(np.int64)
        row = np.full(len(wanted), -1, dtype=np.int64)
        for place, code in enumerate(distinct):
            first, end = np.searchsorted(self._currency, [code, code + "\0"])
            found = np.searchsorted(self._day[first:end], wanted[codes == place], side="right") - 1
            row[codes == place] = np.where(found < 0, -1, found + first)
        own = np.array([code == self.base for code in distinct], dtype=bool)[codes]
        kinds, which = np.unique(np.stack([row, codes]), axis=1, return_inverse=True)
        fractions = [self._fraction(at, distinct[code]) for at, code in kinds.T.tolist()]
        exact = [Decimal(1) if distinct[c] == self.base else None if at < 0 else self._rate[at] for at, c in kinds.T]
        of = np.append(self._day, np.iinfo(np.int64).min)[row].astype("datetime64[D]")
        which = which.ravel()
        return Quotes(
            np.array(exact, dtype=object)[which],
            of,
            _whole([fraction.numerator for fraction in fractions])[which],
            _whole([fraction.denominator for fraction in fractions])[which],
            tuple(self._lacking(np.where(own, "", currency.to_numpy(dtype=object)), wanted, row)),
        )

    def _fraction(self, row: int, code: str) -> Fraction:
        rate = Fraction(1) if code == self.base or row < 0 else Fraction(self._rate[row])
        return rate * Fraction(10) ** (digits(self.base) - digits(code))

    def _lacking(self, currency: npt.NDArray[Any], wanted: Ints, row: Ints) -> Iterator[Problem]:
        """Report, for each currency, amounts without a rate, and for each rate those that it is too old for."""
        needs = pd.DataFrame({"currency": currency, "wanted": wanted, "row": row})[currency != ""]
        since = np.append(self._day, 0)[needs["row"]]
        old = (needs["row"] < 0) | (needs["wanted"] - since > self.max_age)
        for (code, at), part in needs[old].groupby(["currency", "row"], sort=True):
            place = {"table": "rates", "column": "rate", "currency": code, "count": len(part)}
            if at < 0:
                yield rule("no_rate", **place, day=_iso(part["wanted"].min()))
            else:
                latest = int(part["wanted"].max())
                yield rule("stale_rate", **place, value=f"{_iso(self._day[at])}: {self._rate[at]}",
                           day=_iso(latest), age=latest - int(self._day[at]), limit=self.max_age)  # fmt: skip


def _iso(day: int) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=int(day))).isoformat()


def _whole(numbers: list[int]) -> npt.NDArray[Any]:
    """Return whole numbers as int64, or as Python's where one does not fit."""
    fits = max(numbers, default=0) < 2**62
    return np.array(numbers, dtype=np.int64 if fits else object)
