"""The plain rate that a payment model has to beat, and how both are scored."""

from __future__ import annotations

import numpy as np

from arkit.diagnosis.coded import Floats, Ints
from arkit.diagnosis.lateness import FAR, Claims

TARGETS = {0: "late", 30: "30+", 90: "90+"}
"""Days late beyond which a claim must be, and the name of that."""
REACHED: Ints = np.array([-FAR, 0, 15, 30, 60])
"""A claim is compared with those that came at least as far as it has."""
PRIOR = 5.0
"""Claims by which a customer's rate is drawn towards everyone's."""


def late_rates(claims: Claims, day: int, place: Ints, late: Ints) -> dict[int, Floats]:
    """Return each customer's own past rate of going beyond the targets, for claims ``late`` days late.

    Claims count that are decided at ``day``: settled, or beyond the target already. Among them those that came as far
    (:data:`REACHED`) as the one in question.
    """
    size = len(claims.customers)
    reached = np.clip(np.searchsorted(REACHED, late, side="right") - 1, 0, None)
    lasted = np.minimum(claims.closed, day) - claims.due
    known = claims.date <= day
    found = {}
    for target in TARGETS:
        rate = np.ones(len(place))
        for number, start in enumerate(REACHED.tolist()):
            rows = (reached == number) & (late < target if target else late < 0)
            if not rows.any():
                continue
            beyond = known & (lasted > target)
            cases = known & (lasted > start) & ((claims.closed <= day) | beyond)
            count, bad = (np.bincount(claims.customer, w, size) for w in (cases, cases & beyond))
            usual = (bad.sum() + 0.5) / (count.sum() + 1)
            rate[rows] = ((bad + PRIOR * usual) / (count + PRIOR))[claims.customer[place[rows]]]
        found[target] = rate
    return found


def auc(true: Floats, score: Floats) -> float:
    """Return the chance (0-1) that a case that came true has the higher score; ties count half.

    Examples
    --------
    >>> auc(np.array([0.0, 1.0, 1.0]), np.array([0.2, 0.2, 0.9]))
    0.75
    """
    values, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = np.cumsum(count) - (count - 1) / 2
    positive = true.sum()
    negative = len(true) - positive
    if not positive or not negative or not len(values):
        return float("nan")
    return float((rank[place] @ true - positive * (positive + 1) / 2) / (positive * negative))


def brier(true: Floats, chance: Floats) -> float:
    """Return the mean squared difference between chances and what came true: lower is better."""
    return float(np.mean((chance - true) ** 2))
