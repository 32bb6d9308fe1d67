"""Exact money: integer minor units inside, major units at the edge.

The number of decimals of a currency is ISO 4217's (through babel's data): JPY has none, KWD three.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any, NoReturn, TypeVar

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from arkit.columns import NO_CURRENCY
from arkit.errors import LedgerError
from arkit.intake import Problem
from arkit.messages import Message

Amounts = TypeVar("Amounts", pd.Series, pd.DataFrame)

LARGEST_MINOR = 10**15
"""Single amounts beyond this (ten trillion in major units) are refused: sums must stay far below 2**63."""


@cache
def digits(currency: str) -> int:
    """Return how many decimals a currency has.

    Examples
    --------
    >>> digits("CNY"), digits("JPY"), digits("KWD")
    (2, 0, 3)
    """
    from babel.numbers import get_currency_precision

    return 2 if currency == NO_CURRENCY else get_currency_precision(currency)


@cache
def known_currencies() -> frozenset[str]:
    """Return every ISO 4217 code, historic ones included, and the code for "no currency"."""
    from babel.numbers import list_currencies

    return frozenset({*list_currencies(), NO_CURRENCY})


def to_minor(currencies: Iterable[str], *, amount: str = "amount", currency: str = "currency") -> nw.Expr:
    """Return the expression that turns major into minor units, not yet rounded.

    Parameters
    ----------
    currencies
        The codes that occur; those with other than two decimals get a branch of their own.
    amount, currency
        Column names.
    """
    scaled = nw.col(amount) * 100
    for power in (0, 3, 4):
        codes = sorted(code for code in currencies if digits(code) == power)
        if codes:
            scaled = nw.when(nw.col(currency).is_in(codes)).then(nw.col(amount) * 10**power).otherwise(scaled)
    return scaled


def major(minor: Amounts, currency: pd.Series | pd.Index) -> Amounts:
    """Return minor units as major ones (float64, each the nearest to the exact value).

    Parameters
    ----------
    minor
        A series, or a frame whose columns are all amounts.
    currency
        The code of each row.
    """
    places, codes = pd.factorize(pd.Index(currency))
    scale = np.array([10.0 ** digits(str(code)) for code in codes])
    scaled: Amounts = minor.div(scale[places], axis=0)
    return scaled


def exact(minor: int, currency: str) -> Decimal:
    """Return an exact amount in major units.

    Examples
    --------
    >>> exact(123456, "CNY")
    Decimal('1234.56')
    """
    return Decimal(int(minor)).scaleb(-digits(currency))


def refuse_mixed(currencies: Iterable[str], what: Message) -> NoReturn:
    """Refuse to make one figure of several currencies: without a rate table there is none.

    Parameters
    ----------
    currencies
        ISO 4217 codes.
    what
        What was asked for.

    Raises
    ------
    LedgerError
        Always, with the rule ``mixed_currency``.
    """
    codes = ", ".join(sorted(set(currencies)))
    problem = Problem(
        "mixed_currency",
        Message("without a rate table, amounts in {currencies} make no one figure", currencies=codes),
        Message("Take each currency by itself, or give base= and rates=, a table of date, currency, rate."),
        table="documents", column="currency",
    )  # fmt: skip
    raise LedgerError(Message("{what} was refused: {n} problem(s)", what=what, n=1), (problem,))


def scaled(minor: npt.NDArray[Any], numerator: npt.NDArray[Any], denominator: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Multiply whole numbers by fractions, exactly, and round each product once, halves to even.

    Parameters
    ----------
    minor
        Whole numbers.
    numerator, denominator
        The fraction of each, in lowest terms; the denominator is positive.

    Returns
    -------
    numpy.ndarray
        int64, or Python integers where a product does not fit.

    Examples
    --------
    >>> scaled(np.array([5, 15, -5, 7]), np.array([1, 1, 1, 3]), np.array([10, 10, 10, 2]))
    array([ 0,  2,  0, 10])
    """
    largest = int(np.abs(minor).max(initial=0)) * int(numerator.max(initial=1))
    whole_number: Any = np.int64 if largest < 2**62 else object
    product = minor.astype(whole_number) * numerator.astype(whole_number)
    whole = product // denominator
    twice = (product - whole * denominator) * 2
    up = (twice > denominator) | ((twice == denominator) & (whole % 2 == 1))
    result: npt.NDArray[Any] = whole + up
    return result
