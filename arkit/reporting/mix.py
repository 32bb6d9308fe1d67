"""A group's mix of causes against the whole's: by how much it differs, and whether that may be chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from arkit.money import digits

DRAWS = 999
"""So often customers are dealt to the groups anew; the least chance that can be told is one in a thousand."""
BEYOND = 0.01
"""A difference that comes up less often than that when customers are dealt at random is more than chance."""
_SEED = 20240101


def against_mix(parts: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Compare the causes of each group with those of all.

    Parameters
    ----------
    parts
        Rows with ``customer_id, group, cause, amount`` (major units of one currency).
    currency
        ISO code.

    Returns
    -------
    pandas.DataFrame
        A row per group and cause, groups and causes by amount: ``group, cause, amount, share`` (0-1, of the
        group's overdue), ``usual`` (0-1, the cause's share of all), ``excess`` (amount beyond the usual share of the
        group's overdue), ``customers`` (with a part in it), ``chance`` (0-1), ``clear`` (chance at most
        :data:`BEYOND`).

    Notes
    -----
    ``chance`` is a permutation test: the customers, each with what it owes by cause, are dealt to the groups anew,
    as many to each as it has; counted is how often the share differs from the usual by at least as much. What
    belongs to one customer stays together, so that one large debtor does not pass for a pattern. The draws are fixed.
    """
    sums = parts.pivot_table(
        index=["customer_id", "group"], columns="cause", values="amount", aggfunc="sum", fill_value=0.0
    )
    causes = _by_size(sums.sum(axis=0))
    amounts = sums[causes].to_numpy(np.float64)
    at = sums.index.get_level_values("group")
    groups = _by_size(sums.sum(axis=1).groupby(at).sum())
    place = pd.Index(groups).get_indexer(at)
    member = (place[:, None] == np.arange(len(groups))).astype(np.float64)
    whole, all_ = amounts.sum(axis=0), amounts.sum()
    usual = whole / all_
    held = member.T @ amounts
    gap = _shares(held) - usual
    chance = _chance(member, amounts, usual, gap)
    customers = member.T @ (amounts > 0)
    frame = pd.DataFrame(
        {
            "group": np.repeat(np.array(groups, dtype=object), len(causes)),
            "cause": np.tile(np.array(causes, dtype=object), len(groups)),
            "amount": held.ravel().round(digits(currency)),
            "share": _shares(held).ravel(),
            "usual": np.tile(usual, len(groups)),
            "excess": (gap * held.sum(axis=1, keepdims=True)).ravel(),
            "customers": customers.ravel().astype(np.int64),
            "chance": chance.ravel(),
        }
    )
    return frame.assign(clear=frame["chance"] <= BEYOND)


def _by_size(amounts: pd.Series) -> list[str]:
    return [str(name) for name in amounts.sort_values(ascending=False, kind="stable").index]


def _shares(held: np.ndarray) -> np.ndarray:
    total = held.sum(axis=1, keepdims=True)
    shares: np.ndarray = np.divide(held, total, out=np.zeros_like(held), where=total > 0)
    return shares


def _chance(member: np.ndarray, amounts: np.ndarray, usual: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """Return how often a gap as large as the one seen comes up, the seen one counted among the draws."""
    draw = np.random.default_rng(_SEED)
    seen = np.abs(gap) - 1e-12
    as_large = np.ones_like(gap)
    for _ in range(DRAWS):
        dealt = _shares(member[draw.permutation(len(member))].T @ amounts)
        as_large += np.abs(dealt - usual) >= seen
    return as_large / (DRAWS + 1)
