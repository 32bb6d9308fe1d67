"""Strategies: what came after a contact, by channel and stage, against like claims that were not contacted then.

It is association, not proof: who is contacted was chosen, and what made somebody choose may be what makes the customer
pay, or not pay.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from arkit.collecting.balances import Balances
from arkit.collecting.evaluation.facts import complete_months
from arkit.collecting.evaluation.mix import PRIOR, codes, judge, of_others, tiers
from arkit.collecting.owners import named
from arkit.collecting.timetable import timetable
from arkit.diagnosis.coded import Flags, Ints
from arkit.diagnosis.past import Past
from arkit.money import major

CHANNELS = ("reminder", "message", "call", "visit", "letter", "external", "legal")
STAGES = ("warning", "collection", "resolution")
AGES = (0, 7, 14, 30, 60, 90, 180)
"""Days late on the day of the contact between which claims are alike; the same for those not contacted."""
FIRST = -7
"""From so many days before the due date on a contact counts."""
EVERY, QUIET = 10, 7
"""Claims are looked at every so many days; one counts as not contacted if nobody did so on that day or lately before.

What happens later must not count: who pays soon is not contacted any more, and would make silence look good.
"""
LATELY = 60
"""Days in which an earlier contact makes a claim another case."""
LEAST_SHARE = 0.03
LEAST_CUSTOMERS = 5
LEAST_LIKE = 5
"""Looks at like claims that were not contacted, below which a claim has no like."""
COLUMNS = [
    "contacts", "customers", "amount", "came", "share", "expected_share", "matched", "difference", "shrunk", "low",
    "high", "verdict",
]  # fmt: skip
_SPAN = 10**7


def strategies(past: Past, balances: Balances, types: pd.Series, months: int, days: int) -> pd.DataFrame:
    """Judge channels by stage over the contacts since the first of so many complete months.

    Parameters
    ----------
    past, balances
        What was known.
    types
        By customer.
    months
        So many complete months; contacts of the last ``days`` days are left out, as it is not yet known what came.
    days
        Within which money counts as having come after the contact.

    Returns
    -------
    pandas.DataFrame
        Index ``currency, channel, stage`` (of the collection timetable, by days late). ``contacts`` (claims contacted,
        each time), ``customers``; ``amount`` (open on the day, summed over contacts), ``came`` (of it, within
        ``days``), ``share``, ``expected_share`` (of claims of like age, size, customer type and contacts before that
        were not contacted then), ``matched`` (0-1, of the amount that had a like; only that is compared),
        ``difference, shrunk, low, high, verdict`` (:func:`~arkit.collecting.evaluation.mix.judge`: more, less; not
        defined with fewer than five customers). Major units, shares 0-1.
    """
    today = int(np.datetime64(past.as_of, "D").astype(np.int64))
    begin, end = complete_months(past.as_of, months)[0][0], today - days
    place, day, channel = _contacts(past, balances)
    made = (day >= begin) & (day <= end)
    empty = pd.MultiIndex.from_arrays([[], [], []], names=["currency", "channel", "stage"])
    if not made.any():
        return pd.DataFrame(index=empty, columns=COLUMNS)
    theirs, when = _left_alone(balances, place, day, begin, end)
    one, on, how = place[made], day[made], channel[made]
    alive = _worth(balances, one, on)
    one, on, how = one[alive], on[alive], how[alive]
    if not len(one):
        return pd.DataFrame(index=empty, columns=COLUMNS)
    at, then = np.concatenate([one, theirs]), np.concatenate([on, when])
    open_, paid = balances.open(at, then), balances.paid(at, then, then + days)
    weight, hit = open_.astype(np.float64), np.clip(paid, 0, open_).astype(np.float64)
    age = np.searchsorted(AGES, then - balances.due[at], side="left")
    kind = named(types, pd.Series(balances.customer))[at]
    code = balances.currency[at]
    before = _contacted(place, day, at, then - LATELY, then - 1)
    tier = tiers(balances)[at]
    cells = [codes(code, age), codes(code, age, tier, before), codes(code, age, tier, before, kind)]
    size = len(one)
    mine, other = [cell[:size] for cell in cells], [cell[size:] for cell in cells]
    rate = of_others(weight[size:], hit[size:], other, mine, PRIOR * float(weight.mean()))
    alike = np.bincount(other[0], minlength=int(cells[0].max()) + 1)[mine[0]]
    rate = np.where(alike >= LEAST_LIKE, rate, np.nan)
    stage = np.array([step.stage for step in timetable().steps], dtype=object)[
        np.maximum(timetable().step_of(on - balances.due[one]), 0)
    ]
    return _table(balances, one, how, stage, weight[:size], hit[:size], rate)


def _table(
    balances: Balances, place: Ints, channel: np.ndarray, stage: np.ndarray, weight: np.ndarray, hit: np.ndarray,
    rate: np.ndarray,
) -> pd.DataFrame:  # fmt: skip
    code = balances.currency[place]
    order = {name: number for number, name in enumerate((*CHANNELS, *STAGES))}
    rank = [np.array([order[name] for name in words]) for words in (channel, stage)]
    group = codes(code, *rank)
    first = np.unique(group, return_index=True)[1]
    index = pd.MultiIndex.from_arrays([code[first], channel[first], stage[first]])
    index = index.set_names(["currency", "channel", "stage"])
    found = judge(
        weight, hit - weight * rate, group, codes(balances.customer[place]), least=LEAST_SHARE, words=("more", "less")
    )
    compared = ~np.isnan(rate)
    rows = pd.DataFrame(
        {
            "amount": weight, "came": hit, "like": weight * compared,
            "expected": np.where(compared, weight * rate, 0.0),
        }
    )  # fmt: skip
    sums = rows.groupby(group).sum()
    like = sums["like"].where(sums["like"] > 0)
    frame = sums[["amount", "came"]].round().astype("int64")
    table = pd.DataFrame(
        {
            "contacts": rows.groupby(group).size(),
            "customers": pd.Series(balances.customer[place]).groupby(group).nunique(),
            "share": sums["came"] / sums["amount"],
            "expected_share": sums["expected"] / like,
            "matched": sums["like"] / sums["amount"],
        }
    )
    few = table["customers"] < LEAST_CUSTOMERS
    found[["difference", "shrunk", "low", "high"]] = found[["difference", "shrunk", "low", "high"]].mask(few)
    found["verdict"] = found["verdict"].mask(few, "undefined")
    table = table.join(major(frame, pd.Index(code[first]))).join(found)
    return table[COLUMNS].set_axis(index)


def _contacts(past: Past, balances: Balances) -> tuple[Ints, Ints, np.ndarray]:
    """Return the claim, day and channel of each contact; one without a document is about all the customer's claims."""
    log = past.activities
    none = np.array([], dtype=np.int64)
    if log.empty:
        return none, none, np.array([], dtype=object)
    log = log[log["kind"].isin(CHANNELS)].reset_index(drop=True)
    document = log["document_id"] if "document_id" in log else pd.Series(None, index=log.index, dtype="object")
    index = pd.Index(balances.ids)
    named_ = log[document.notna()].assign(place=index.get_indexer(pd.Index(document[document.notna()])))
    whole = log.loc[document.isna(), ["customer_id", "date", "kind"]].astype({"customer_id": "str"})
    claims = pd.DataFrame({"customer_id": balances.customer, "place": np.arange(len(index))})
    both = pd.concat(
        [named_.loc[named_["place"] >= 0, ["place", "date", "kind"]], whole.merge(claims, on="customer_id")],
        ignore_index=True,
    )
    day = both["date"].to_numpy("datetime64[D]").astype(np.int64)
    return both["place"].to_numpy(np.int64), day, both["kind"].to_numpy(object)


def _worth(balances: Balances, place: Ints, day: Ints) -> Flags:
    """Tell which claims were open, and about due or late, on a day."""
    found: Flags = (balances.open(place, day) > 0) & (day - balances.due[place] >= FIRST)
    return found


def _left_alone(balances: Balances, place: Ints, day: Ints, begin: int, end: int) -> tuple[Ints, Ints]:
    """Return claims and days on which they were open and not contacted, nor in the days before."""
    looks = np.arange(begin, end + 1, EVERY)
    claims = np.flatnonzero((balances.due - looks[-1] <= -FIRST) & (balances.date <= end))
    at, when = np.repeat(claims, len(looks)), np.tile(looks, len(claims))
    worth = _worth(balances, at, when)
    at, when = at[worth], when[worth]
    quiet = ~_contacted(place, day, at, when - QUIET, when)
    return at[quiet], when[quiet]


def _contacted(place: Ints, day: Ints, at: Ints, first: Ints, last: Ints) -> Flags:
    """Tell which claims were contacted between two days, both included."""
    keys = np.sort(place * _SPAN + day)
    found: Flags = np.searchsorted(keys, at * _SPAN + last, "right") > np.searchsorted(keys, at * _SPAN + first)
    return found
