"""What lies behind lateness: who has which disposition and when, whose liquidity sinks, which markets slow.

Causes that belong to a customer, a market or a salesperson are dealt out here until each has about its share of the
late invoices; causes that belong to one invoice follow in :mod:`arkit.simulation.behaviour`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.simulation.calendar import NEVER, Days
from arkit.simulation.causes import BEHAVIOURS, CAUSES, NONE, code
from arkit.simulation.world import World

TAIL = 30
"""Months after the last one for which the latent processes are known: planned payments fall there."""
SEASONAL, FIXED_DAY = "seasonal", "fixed_day"
_PREFERS = {
    "credit": ("dealer", "engineering"),
    "liquidity": ("dealer", "industrial"),
    "habit": ("retail", "dealer"),
    "customer_process": ("engineering", "industrial"),
}


@dataclass(frozen=True)
class Dispositions:
    """The latent state of the world, by customer (row) and month (column).

    Parameters
    ----------
    cause
        Code of each customer's disposition, or ``NONE``.
    since, until
        Months in which it is at work.
    variant
        ``seasonal`` or ``fixed_day`` for habit; ``no_file`` or ``over_limit`` for credit; else empty.
    lag
        The customer's own constant delay in days (habit, customer_process).
    off_from
        First month of the year in which a seasonal customer does not pay (he pauses for two).
    defaults_on
        Day from which nothing more is paid, or ``NEVER``.
    liquidity
        The drifting state: 0 is usual, -1 is dry.
    market
        Depth (0-1) of the slump that each customer is in.
    weak
        Customers whose salesperson does not follow up.
    neglect
        Chance (0-1) that such a customer's invoice is late for want of a reminder.
    episodes
        The slumps: ``scope, name, since, months``.
    """

    cause: NDArray[np.int64]
    since: Days
    until: Days
    variant: NDArray[np.object_]
    lag: Days
    off_from: Days
    defaults_on: Days
    liquidity: NDArray[np.float64]
    market: NDArray[np.float64]
    weak: NDArray[np.bool_]
    neglect: float
    episodes: pd.DataFrame

    def at_work(self, customer: Days, month: Days) -> NDArray[np.bool_]:
        """Tell whether the customer's disposition is at work in a month."""
        active = (month >= self.since[customer]) & (month <= self.until[customer])
        found: NDArray[np.bool_] = (self.cause[customer] != NONE) & active
        return found


def draw(world: World, customers: pd.DataFrame) -> Dispositions:
    """Draw the latent state of a world."""
    rng, n, months = world.rng("dispositions"), world.customers, world.calendar.months
    volume = customers["orders"].to_numpy() / customers["orders"].sum() * world.invoices
    cause = np.full(n, NONE, dtype=np.int64)
    since, until = np.zeros(n, dtype=np.int64), np.full(n, months + TAIL, dtype=np.int64)
    variant = np.full(n, "", dtype=object)
    for key in ("credit", "wilful", "customer_process", "habit", "liquidity"):
        order = _preferred(customers, key, rng)
        quota = world.quota(key)
        for who in order.tolist():
            if quota <= 0.1 * world.quota(key):
                break
            if cause[who] != NONE:
                continue
            first, last, kind, share = _episode(key, months, rng)
            expected = volume[who] * share * BEHAVIOURS[key].late
            if expected > 1.25 * quota and who != order[-1]:
                continue
            cause[who], since[who], until[who], variant[who] = code(key), first, last, kind
            quota -= expected
    lag = np.where(cause == code("habit"), rng.integers(14, 36, n), rng.integers(5, 15, n))
    market, episodes = _slumps(world, customers, cause, rng)
    weak, neglect = _weak(world, customers, volume * (cause == NONE), rng)
    return Dispositions(
        cause=cause,
        since=since,
        until=until,
        variant=variant,
        lag=lag,
        off_from=rng.choice([1, 2, 6, 7, 12], n),
        defaults_on=_defaults(world, cause, since, until, volume, rng),
        liquidity=_liquidity(world, cause == code("liquidity"), since, until, rng),
        market=market,
        weak=weak,
        neglect=neglect,
        episodes=episodes,
    )


def _preferred(customers: pd.DataFrame, key: str, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return all customers in random order, those whom the cause suits first."""
    last = ~customers["type"].isin(_PREFERS.get(key, ())).to_numpy() & (key in _PREFERS)
    group = pd.factorize(customers["group"])[0]
    luck = rng.random(len(customers))
    if key == "credit":  # weak credit runs in groups, and where the file is thin
        shared = rng.random(group.max() + 2)
        luck = np.where(group >= 0, shared[group], luck) + customers["quality"].to_numpy()
    return np.lexsort((luck, last))


def _episode(key: str, months: int, rng: np.random.Generator) -> tuple[int, int, str, float]:
    """Return first month, last month, variant and the share of the customer's invoices that fall into it."""
    if key == "liquidity":
        length = int(rng.integers(7, 13))
        first = int(rng.integers(min(6, months // 4), max(months - 5, months // 4 + 1)))
        return first, first + length, "", min(length, months - first) / months * 0.9
    if key == "wilful":
        first = int(rng.integers(0, months // 4 + 1))
        return first, months + TAIL, "", 1 - first / months
    if key == "customer_process":
        first = int(rng.integers(0, months // 3 + 1)) if rng.random() < 0.6 else 0
        return first, months + TAIL, "", 1 - first / months
    if key == "habit":
        kind = SEASONAL if rng.random() < 0.45 else FIXED_DAY
        return 0, months + TAIL, kind, 0.25 if kind == SEASONAL else 1.0
    return 0, months + TAIL, "no_file" if rng.random() < 0.45 else "over_limit", 0.8  # orders end with a default


def _liquidity(
    world: World, struck: NDArray[np.bool_], since: Days, until: Days, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Let each customer's liquidity drift (AR(1), monthly), and sink and recover over an episode."""
    n, months = world.customers, world.calendar.months + TAIL
    state = np.empty((n, months))
    state[:, 0] = rng.normal(0, 0.3, n)
    for month in range(1, months):
        state[:, month] = 0.8 * state[:, month - 1] + rng.normal(0, 0.18, n)
    time = np.arange(months)
    through = (time - since[:, None] + 1) / (until - since + 2)[:, None]
    dip = np.where((through > 0) & (through < 1), np.sin(np.pi * np.clip(through, 0, 1)), 0.0)
    return state * np.where(struck[:, None], 0.4, 1.0) - 1.2 * dip * struck[:, None]


def _slumps(
    world: World, customers: pd.DataFrame, cause: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], pd.DataFrame]:
    """Choose industries and regions that slow together for some months; now and then nearly all do (macro)."""
    n, months = world.customers, world.calendar.months
    depth = np.zeros((n, months + TAIL))
    rows: list[tuple[str, str, int, int]] = []
    quota = world.quota("market")
    free = customers["orders"].to_numpy() * (cause == NONE) / customers["orders"].sum() * world.invoices
    home = customers["currency"].to_numpy() == "CNY"
    scopes = [(s, name) for s in ("industry", "region") for name in sorted(set(customers.loc[home, s]))]
    queue = [scopes[place] for place in rng.permutation(len(scopes))] * 3
    if rng.random() < 0.25:
        queue.insert(0, ("macro", "all"))
    for scope, name in queue:
        if quota <= 0.1 * world.quota("market"):
            break
        members = home & ((customers[scope] == name).to_numpy() if scope != "macro" else rng.random(n) < 0.75)
        length = int(rng.integers(3, 5) if scope == "macro" else rng.integers(5, 10))
        first = int(rng.integers(min(6, months // 3), max(months - length, months // 3 + 1)))
        span = np.arange(first, first + length)
        taken = depth[np.ix_(members, span)].any() if members.any() else True
        expected = free[members].sum() * length / months * BEHAVIOURS["market"].late
        if taken or expected > 1.2 * quota or (members & (cause == NONE)).sum() < min(3, n // 20):
            continue
        depth[np.ix_(members, span)] = np.sin(np.pi * (span - first + 1) / (length + 1))
        rows.append((scope, name, first, length))
        quota -= expected
    return depth, pd.DataFrame(rows, columns=["scope", "name", "since", "months"])


def _weak(
    world: World, customers: pd.DataFrame, free: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.bool_], float]:
    """Choose the salespeople who do not chase, and how often that makes an invoice late."""
    owner, people = pd.factorize(customers["owner"])
    usual = BEHAVIOURS["follow_up"].late
    load = np.bincount(owner, free, len(people)) * usual
    quota, weak, carried = world.quota("follow_up"), np.zeros(len(people), dtype=bool), 0.0
    while carried < 0.7 * quota and not weak.all():
        gap = np.where(weak, np.inf, np.abs(load - (quota - carried)) * rng.uniform(0.8, 1.2, len(people)))
        best = int(gap.argmin())
        weak[best] = True
        carried += load[best]
    return weak[owner], float(np.clip(usual * quota / carried, 0.0, 0.9)) if carried else 0.0


def _defaults(
    world: World,
    cause: NDArray[np.int64],
    since: Days,
    until: Days,
    volume: NDArray[np.float64],
    rng: np.random.Generator,
) -> Days:
    """Choose who stops paying for good: many of weak credit, a few whose liquidity ran out, seldom a large one."""
    months = world.calendar.months
    chance = np.select([cause == code("credit"), cause == code("liquidity")], [0.9, 0.35], 0.0)
    chance /= 1 + (volume * len(volume) / world.invoices / 2.5) ** 2
    month = np.where(
        cause == code("liquidity"),
        np.minimum(since + (until - since) // 2, months - 1),
        rng.integers(months // 5, max(3 * months // 4, months // 5 + 1), len(cause)),
    )
    day = world.calendar.month_start(month) + rng.integers(0, 28, len(cause))
    return np.where(rng.random(len(cause)) < chance, day, NEVER)


def frame(world: World, customers: pd.DataFrame, latent: Dispositions) -> pd.DataFrame:
    """Return the dispositions as a table for people: one row per customer."""
    label = np.array([*CAUSES, ""], dtype=object)[latent.cause]
    until = np.minimum(latent.until, world.calendar.months - 1)
    start = world.calendar.first_month
    has = latent.cause != NONE
    day = latent.defaults_on.astype("datetime64[D]")
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"],
            "disposition": pd.Series(label, dtype="str"),
            "variant": pd.Series(latent.variant, dtype="str"),
            "since": pd.Series(np.where(has, start + latent.since, np.datetime64("NaT")).astype("datetime64[s]")),
            "until": pd.Series(np.where(has, start + until, np.datetime64("NaT")).astype("datetime64[s]")),
            "weak_follow_up": latent.weak,
            "defaults_on": pd.Series(
                np.where(latent.defaults_on < NEVER, day, np.datetime64("NaT")).astype("datetime64[s]")
            ),
        }
    )
