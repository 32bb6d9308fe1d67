"""How balances move on: roll rates between ages, and how much of a month's sales is collected by its age."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import fsum, nan
from operator import mul

from arkit.formulas.checks import require_same_length


def net_roll_rate(next_closing: float, opening: float) -> float:
    """Return the net roll rate 净迁徙率: the next older bucket at the end over this bucket at the beginning.

    More than 1 where the base is small (part of the next bucket came from elsewhere): never cut off. ``nan``
    without a base. Source: roll-rate analysis, OCC Comptroller's Handbook (retail lending, loss
    forecasting tools).

    >>> net_roll_rate(30.2, 987.4) < 0.031, net_roll_rate(12.0, 8.0)
    (True, 1.5)
    """
    return next_closing / opening if opening > 0 else nan


def roll_forward(balances: Sequence[float], matrix: Sequence[Sequence[float]]) -> list[float]:
    """Return where balances by age stand one step later 迁徙推算: the balances times a transition matrix 转移矩阵.

    Row i of the matrix says which share of balance i goes to each place; places beyond the ages (paid, written
    off) may follow. Shares of an empty balance are not asked for. Source: Cyert, Davidson and Thompson,
    Estimation of the Allowance for Doubtful Accounts by Markov Chains, Management Science 8 (1962).

    >>> roll_forward([100.0, 50.0], [[0.5, 0.25, 0.25], [0.0, 0.5, 0.5]])
    [50.0, 50.0, 50.0]
    """
    require_same_length("balances", balances, "matrix", matrix)
    rows = [[balance * share for share in row] for balance, row in zip(balances, matrix, strict=True) if balance]
    places = len(matrix[0]) if len(matrix) else 0
    return [fsum(column) for column in zip(*rows, strict=True)] if rows else [0.0] * places


def age_to_age(triangle: Sequence[Sequence[float]]) -> list[float]:
    """Return the completion factors 完成因子 of a triangle 回款三角形: from each age to the next, weighted by volume.

    A row per vintage, cumulative amounts by age, ``nan`` where not yet observed. A factor takes the rows that are
    observed at both ages; ``nan`` where nothing had come by the younger. Source: chain-ladder method, Mack, ASTIN
    Bulletin 23 (1993).

    >>> age_to_age([[20.0, 60.0, 90.0], [30.0, 90.0, nan], [25.0, nan, nan]])
    [3.0, 1.5]
    """
    ages = max((len(row) for row in triangle), default=0)
    factors = []
    for age in range(ages - 1):
        both = [(row[age], row[age + 1]) for row in triangle if row[age] == row[age] and row[age + 1] == row[age + 1]]
        base = fsum(young for young, _ in both)
        factors.append(fsum(old for _, old in both) / base if base > 0 else nan)
    return factors


def to_end(factors: Sequence[float]) -> list[float]:
    """Return by what an amount grows from each age to the last 累计完成因子: the product of the factors still to come.

    The last age has 1. Source: as :func:`age_to_age`.

    >>> to_end([3.0, 1.5])
    [4.5, 1.5, 1.0]
    """
    return list(accumulate([1.0, *reversed([float(factor) for factor in factors])], mul))[::-1]
