"""Credit limits 信用额度 and ratings: set from how a customer trades, broken where credit or approval fails."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.simulation.calendar import Days
from arkit.simulation.causes import code
from arkit.simulation.dispositions import Dispositions
from arkit.simulation.world import World

RATINGS = ("A", "B", "C", "D")


def exposure(planned: pd.DataFrame, lines: pd.DataFrame) -> NDArray[np.int64]:
    """Return what each customer owed right after each invoice, that invoice included, in minor units."""
    n = len(planned)
    customer = np.concatenate([planned["customer"].to_numpy(), lines["customer"].to_numpy()])
    day: Days = np.concatenate([planned["day"].to_numpy(), lines["day"].to_numpy()])
    change = np.concatenate([planned["minor"].to_numpy(), -lines["minor"].to_numpy()])
    order = np.lexsort((np.arange(len(day)), day, customer))
    running = np.cumsum(change[order])
    first = np.flatnonzero(np.diff(customer[order], prepend=-1))
    before = np.concatenate([[0], running])[first]
    running -= np.repeat(before, np.diff(np.append(first, len(order))))
    after = np.empty(len(day), dtype=np.int64)
    after[order] = running
    return after[:n]


def limits(
    world: World, customers: pd.DataFrame, latent: Dispositions, planned: pd.DataFrame, lines: pd.DataFrame
) -> pd.DataFrame:
    """Return ``credit_limit`` (major units, NaN: none on file) and ``rating`` (None: none) of each customer.

    Most limits leave headroom over what the customer ever owed. Where orders were pushed through (approval), the limit
    stands below what the push led to; a customer of weak credit trades over his limit, or has neither limit nor rating.
    """
    rng, n = world.rng("credit"), len(customers)
    owed = pd.DataFrame({"customer": planned["customer"], "owed": exposure(planned, lines), "cause": planned["cause"]})
    usual = owed[owed["cause"] != code("approval")].groupby("customer")["owed"]
    pushed = owed[owed["cause"] == code("approval")].groupby("customer")["owed"].quantile(0.05)
    rows = pd.RangeIndex(n)
    high = usual.max().reindex(rows).fillna(5_000_000).to_numpy()
    usual_high = usual.quantile(0.5).reindex(rows).fillna(5_000_000).to_numpy()
    limit = high * rng.uniform(1.05, 1.5, n)
    below = pushed.reindex(rows).to_numpy() * 0.97
    limit = np.where(np.isnan(below), limit, np.maximum(np.fmin(below, limit), usual_high * 0.6))
    over = latent.variant == "over_limit"
    limit = np.where(over, usual_high * rng.uniform(0.35, 0.7, n), limit)
    none = (latent.variant == "no_file") | (rng.random(n) < 0.025)
    step = 10.0 ** np.floor(np.log10(np.maximum(limit / 100, 1_000)) - 1)
    rounded = np.where(np.isnan(below) & ~over, np.ceil(limit / 100 / step), np.floor(limit / 100 / step)) * step
    quality = customers["quality"].to_numpy()
    grade = np.select([quality > 0.75, quality > 0.5], [0, 1], 2)
    grade = np.where(over, np.where(rng.random(n) < 0.6, 3, 2), grade)
    rating = np.array(RATINGS, dtype=object)[grade]
    missing = (latent.variant == "no_file") | (rng.random(n) < 0.02)
    return pd.DataFrame({"credit_limit": np.where(none, np.nan, rounded), "rating": np.where(missing, None, rating)})
