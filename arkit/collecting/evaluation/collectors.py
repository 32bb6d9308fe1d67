"""Collectors against the mix that they were given: what they brought in, and how late."""

from __future__ import annotations

import numpy as np
import pandas as pd

from arkit.collecting.balances import Balances
from arkit.collecting.evaluation.facts import Reasons, complete_months, days_until_settled
from arkit.collecting.evaluation.mix import codes, judge, tiers, without_own
from arkit.collecting.owners import named
from arkit.diagnosis.coded import Ints
from arkit.diagnosis.past import Past
from arkit.money import major

DAYS = 90
"""Days after the due date at which counting ends: every claim has had as long."""
AGES = (10, 20, 30, 60, 90, 180)
"""Days late at the month's end between which claims are alike."""
BETTER = ("better", "worse")
LEAST_SHARE, LEAST_DAYS = 0.02, 2.0
"""By how much collectors are taken to differ in truth at the least."""
COLUMNS = [
    "customers", "open", "collected", "share", "expected_share", "difference", "shrunk", "low", "high", "verdict",
    "claims", "days_late", "expected_days", "days_difference", "days_shrunk", "days_low", "days_high", "days_verdict",
]  # fmt: skip


def collectors(past: Past, balances: Balances, owner: pd.Series, types: pd.Series, months: int) -> pd.DataFrame:
    """Judge the owners over the last complete months.

    Parameters
    ----------
    past, balances
        What was known.
    owner, types
        By customer.
    months
        So many complete months up to the date.

    Returns
    -------
    pandas.DataFrame
        Index ``currency, owner``, by name. ``customers``; ``open`` (what was overdue before or fell due in each month,
        summed over the months: what could be collected), ``collected``, ``share`` of it, ``expected_share`` (what
        others collect of the same mix of age, size, customer type and logged reason), ``difference``, ``shrunk, low,
        high, verdict`` (:func:`~arkit.collecting.evaluation.mix.judge`: better, worse); ``claims`` that fell due and
        have had 90 days since, ``days_late`` (until settled, by amount; early counts as 0, at most 90),
        ``expected_days`` and the same for days, of which fewer are better. Major units, shares 0-1.
    """
    who = named(owner, pd.Series(balances.customer))
    group = codes(balances.currency, who)
    tier, kind = tiers(balances), named(types, pd.Series(balances.customer))
    share = _share(past, balances, group, tier, kind, months)
    late = _late(past, balances, group, tier, kind, months)
    first = np.unique(group, return_index=True)[1]
    index = pd.MultiIndex.from_arrays([balances.currency[first], who[first]], names=["currency", "owner"])
    customers = pd.Series(balances.customer).groupby(group).nunique()
    frame = share.join(late, how="outer").assign(customers=customers).reindex(range(len(first))).set_axis(index)
    code = index.get_level_values("currency")
    for name in ("open", "collected"):
        frame[name] = major(frame[name], code)
    frame = frame[frame["open"].notna() | frame["claims"].notna()]
    return frame[COLUMNS].assign(claims=frame["claims"].fillna(0).astype("int64"))


def _share(past: Past, balances: Balances, group: Ints, tier: Ints, kind: np.ndarray, months: int) -> pd.DataFrame:
    reasons = Reasons.of(past, balances)
    everyone = np.arange(len(balances.ids))
    parts = []
    for begin, end in complete_months(past.as_of, months):
        fresh = np.where((balances.date >= begin) & (balances.date <= end), balances.minor, 0)
        open_ = np.where(balances.due <= end, balances.open(everyone, begin - 1) + fresh, 0)
        place = np.flatnonzero(open_ > 0)
        paid = balances.paid(place, begin - 1, end)
        age = np.searchsorted(AGES, end - balances.due[place], side="right")
        reason = reasons.at(place, begin - 1)
        parts.append((place, open_[place], np.minimum(paid, open_[place]), age, reason))
    place, open_, paid, age, reason = (np.concatenate(column) for column in zip(*parts, strict=True))
    if not len(place):
        return pd.DataFrame(columns=["open", "collected", "share", "expected_share", *_JUDGED])
    code = balances.currency[place]
    cells = [codes(code), codes(code, age), codes(code, age, tier[place], kind[place], reason)]
    weight, hit = open_.astype(np.float64), paid.astype(np.float64)
    expected = without_own(weight, hit, cells, group[place])
    found = judge(
        weight, hit - weight * expected, group[place], codes(balances.customer[place]), least=LEAST_SHARE, words=BETTER
    )
    sums = pd.DataFrame({"open": open_, "collected": paid, "expected": weight * expected}).groupby(group[place])
    table = sums[["open", "collected"]].sum().assign(expected=sums["expected"].sum(min_count=1))
    table["share"] = table["collected"] / table["open"]
    table["expected_share"] = table.pop("expected") / table["open"]
    return table.join(found)


_JUDGED = ["difference", "shrunk", "low", "high", "verdict"]


def _late(past: Past, balances: Balances, group: Ints, tier: Ints, kind: np.ndarray, months: int) -> pd.DataFrame:
    begin = complete_months(past.as_of, months)[0][0]
    today = int(np.datetime64(past.as_of, "D").astype(np.int64))
    took = days_until_settled(past, balances, DAYS)
    place = np.flatnonzero((balances.due >= begin) & (balances.due <= today - DAYS) & (balances.minor > 0))
    names = ["days_difference", "days_shrunk", "days_low", "days_high", "days_verdict"]
    if not len(place):
        return pd.DataFrame(columns=["claims", "days_late", "expected_days", *names])
    code, weight = balances.currency[place], balances.minor[place].astype(np.float64)
    hit = weight * took[place]
    cells = [codes(code), codes(code, kind[place]), codes(code, kind[place], tier[place])]
    expected = without_own(weight, hit, cells, group[place])
    found = judge(
        weight,
        hit - weight * expected,
        group[place],
        codes(balances.customer[place]),
        least=LEAST_DAYS,
        words=BETTER[::-1],
    )
    sums = pd.DataFrame({"weight": weight, "hit": hit, "expected": weight * expected}).groupby(group[place])
    total = sums["weight"].sum()
    table = pd.DataFrame({"claims": sums.size(), "days_late": sums["hit"].sum() / total})
    table["expected_days"] = sums["expected"].sum(min_count=1) / total
    return table.join(found.set_axis(names, axis=1))
