"""Like with like: what others achieve with the same mix, and what a difference from that is worth.

Claims are sorted into cells (age, size, customer type, reason). What is expected of a claim is what *others* achieved
in its cell, drawn towards the wider cell (age alone), that towards everybody's. Small groups are drawn towards no
difference; the range says how far chance alone may go, customers being taken as wholes, as one pays all or nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from arkit.collecting.balances import Balances
from arkit.diagnosis.coded import Floats, Ints
from arkit.messages import Message

PRIOR = 10.0
"""Claims of usual size by which a cell is drawn towards the wider one."""
_WIDTH = 1.2816
"""Standard deviations on either side that hold 80 %."""
TIERS = (0.5, 0.9)
"""Quantiles of amounts between small, medium and large claims."""
VERDICTS = {
    "better": Message("better than the mix explains"),
    "worse": Message("worse than the mix explains"),
    "more": Message("more came than without a contact"),
    "less": Message("less came than without a contact"),
    "unclear": Message("no clear difference"),
    "undefined": Message("too little to compare"),
}


def codes(*columns: np.ndarray | pd.Series) -> Ints:
    """Return one code for each combination of values, 0 ... n-1."""
    frame = pd.DataFrame({str(place): np.asarray(column) for place, column in enumerate(columns)})
    groups = frame.groupby(list(frame.columns), sort=True, dropna=False).ngroup()
    return np.asarray(groups, dtype=np.int64)


def tiers(balances: Balances) -> Ints:
    """Return by claim 0 small, 1 medium, 2 large: against the claims of its currency."""
    rank = pd.Series(balances.minor).groupby(balances.currency).rank(pct=True).to_numpy(np.float64)
    found: Ints = np.searchsorted(TIERS, rank).astype(np.int64)
    return found


def without_own(weight: Floats, hit: Floats, cells: list[Ints], group: Ints) -> Floats:
    """Return what others achieve with each row's like, per unit of weight; NaN where there are no others.

    Parameters
    ----------
    weight, hit
        Of each row: what there was, and what was achieved of it.
    cells
        Codes of the rows' cells, the widest first.
    group
        Codes of those who are judged.
    """
    groups = int(group.max(initial=-1)) + 1
    rate = np.full(len(weight), np.nan)
    prior = PRIOR * float(weight.mean()) if len(weight) else 0.0
    for step, cell in enumerate(cells):
        size = int(cell.max(initial=-1)) + 1
        mine = cell * groups + group
        seen, got = (
            np.bincount(cell, values, size)[cell] - np.bincount(mine, values, size * groups)[mine]
            for values in (weight, hit)
        )
        wide = np.where(seen > 0, got / np.where(seen > 0, seen, 1), np.nan)
        rate = wide if step == 0 else (got + prior * rate) / (seen + prior)
    return rate


def of_others(weight: Floats, hit: Floats, theirs: list[Ints], cells: list[Ints], prior: float) -> Floats:
    """Return what rows of another set achieve in given cells; NaN where none stands in the widest.

    ``theirs`` are the cells of that set (coded alike), ``cells`` those that are asked for, the widest first.
    """
    rate = np.full(len(cells[0]), np.nan)
    for step, (other, cell) in enumerate(zip(theirs, cells, strict=True)):
        size = int(max(other.max(initial=-1), cell.max(initial=-1))) + 1
        seen, got = (np.bincount(other, values, size)[cell] for values in (weight, hit))
        wide = np.where(seen > 0, got / np.where(seen > 0, seen, 1), np.nan)
        rate = wide if step == 0 else (got + prior * rate) / (seen + prior)
    return rate


def judge(
    weight: Floats, rest: Floats, group: Ints, cluster: Ints, *, least: float, words: tuple[str, str]
) -> pd.DataFrame:
    """Return what the rest (achieved - expected) of each group says of it.

    Parameters
    ----------
    weight, rest
        By row; rows without an expectation have a NaN rest and do not count.
    group, cluster
        Codes: who is judged, and what pays together.
    least
        By how much groups are taken to differ in truth at the least (standard deviation).
    words
        What a clear difference is called: upward, downward.

    Returns
    -------
    pandas.DataFrame
        A row per group: ``difference`` (per unit of weight), ``shrunk`` (drawn towards 0, the more the less there is to
        go by), ``low, high`` (80 % range of the shrunk one), ``verdict`` (a key of ``VERDICTS``).
    """
    known = ~np.isnan(rest)
    size = int(group.max(initial=-1)) + 1
    total = np.bincount(group[known], weight[known], size)
    whole = np.where(total > 0, total, 1)
    difference = np.where(total > 0, np.bincount(group[known], rest[known], size) / whole, np.nan)
    by = pd.DataFrame({"group": group[known], "cluster": cluster[known], "weight": weight[known], "rest": rest[known]})
    by = by.groupby(["group", "cluster"])[["weight", "rest"]].sum().reset_index()
    off = by["rest"] - by["weight"] * difference[by["group"]]
    members = np.bincount(by["group"], minlength=size)
    spread = np.bincount(by["group"], off**2, size) / whole**2 * members / np.maximum(members - 1, 1)
    spread = np.where(members > 1, spread, np.nan)
    usable = ~np.isnan(spread) & (spread > 0)
    truth = max(_between(difference[usable], spread[usable]), least**2)
    kept = truth / (truth + spread)
    width = _WIDTH * np.sqrt(kept * spread)
    frame = pd.DataFrame({"difference": difference, "shrunk": difference * kept})
    frame["low"], frame["high"] = frame["shrunk"] - width, frame["shrunk"] + width
    tests = [frame["low"].isna(), frame["low"] > 0, frame["high"] < 0]
    frame["verdict"] = pd.Series(np.select(tests, ["undefined", *words], "unclear"), dtype="str")
    return frame


def _between(difference: Floats, spread: Floats) -> float:
    """Return the variance between groups beyond chance (DerSimonian and Laird's moment estimate)."""
    if len(difference) < 2:
        return 0.0
    weight = 1 / spread
    mean = (weight * difference).sum() / weight.sum()
    q = (weight * (difference - mean) ** 2).sum()
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    return float((q - (len(difference) - 1)) / scale)
