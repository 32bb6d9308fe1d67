"""Exact money: integer minor units inside, major units at the edge.

The number of decimals of a currency is ISO 4217's (through babel's data): JPY has none, KWD three.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import TypeVar

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from arkit.columns import NO_CURRENCY

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
