"""The customers of a simulated firm: trade types, industries, regions, groups, terms, pay days, salespeople."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from arkit.simulation import names
from arkit.simulation.calendar import TWICE, WEEKLY
from arkit.simulation.world import World

K = TypeVar("K", str, int)


@dataclass(frozen=True)
class TradeType:
    """How one trade type 欠款客户类型 buys and pays.

    Parameters
    ----------
    share
        Of all customers.
    orders
        Invoices, relative to an industrial customer.
    amount
        Median invoice in yuan, VAT included.
    industries, terms, runs
        Choices with their weights; runs are the pay days of :mod:`arkit.simulation.calendar`.
    bills
        Share of customers who usually pay by acceptance bill 承兑汇票.
    """

    share: float
    orders: float
    amount: float
    industries: dict[str, float]
    terms: dict[str, float]
    runs: dict[int, float]
    bills: float


_WEEKLY = {WEEKLY + 1: 0.3, WEEKLY + 3: 0.4, WEEKLY + 4: 0.3}
_TWICE = {TWICE + 5: 0.4, TWICE + 10: 0.6}
TYPES: dict[str, TradeType] = {
    "engineering": TradeType(
        0.20, 0.7, 110_000,
        {"construction": 0.4, "infrastructure": 0.3, "energy": 0.2, "real_estate": 0.1},
        {"acceptance+30": 0.6, "acceptance+60": 0.4}, _WEEKLY | _TWICE, 0.20,
    ),
    "dealer": TradeType(
        0.30, 1.2, 48_000, {"wholesale": 0.6, "building_materials": 0.4},
        {"net 30": 0.5, "eom+30": 0.5}, _WEEKLY, 0.10,
    ),
    "industrial": TradeType(
        0.36, 1.0, 75_000,
        {"machinery": 0.22, "automotive": 0.15, "electronics": 0.15, "chemicals": 0.18, "metals": 0.12, "food": 0.12,
         "textiles": 0.06},
        {"eom+60": 0.4, "net 60": 0.3, "eom+30": 0.3}, _WEEKLY | _TWICE, 0.25,
    ),
    "retail": TradeType(
        0.14, 1.3, 36_000, {"retail": 0.7, "appliances": 0.3},
        {"eom+60": 0.7, "eom+30": 0.3}, {20: 0.3, 25: 0.5, 28: 0.2}, 0.0,
    ),
}  # fmt: skip
REGIONS = {
    "east": 0.36, "south": 0.20, "north": 0.14, "central": 0.12, "southwest": 0.09, "northwest": 0.04,
    "northeast": 0.05,
}  # fmt: skip
_EXPORT_TERMS = {"net 60": 0.5, "net 45": 0.5}
_CUSTOMERS_PER_SALESPERSON = 15


def draw(world: World) -> pd.DataFrame:
    """Draw the customers, one row each; what they know of themselves, not how they will behave.

    Returns
    -------
    pandas.DataFrame
        ``customer_id, name, name_zh, type, industry, region, group, size, terms, owner, currency`` for the ledger, and
        ``orders`` (relative number of invoices), ``amount`` (median invoice, major units), ``run`` (pay day), ``bills``
        (share paid by bill), ``discount`` (takes an early-payment discount), ``quality`` (0-1, of credit).
    """
    rng, n = world.rng("customers"), world.customers
    frame = pd.DataFrame({"customer_id": [f"{1001 + number:06d}" for number in range(n)]})
    kind = _shares({name: trade.share for name, trade in TYPES.items()}, n, rng)
    abroad = np.zeros(n, dtype=bool)
    sellable = rng.permutation(np.flatnonzero(np.isin(kind, ["industrial", "dealer"])))
    abroad[sellable[: round(world.export_share * n)]] = True
    size = np.exp(rng.normal(0, 0.75, n))
    frame["type"] = kind
    for column in ("industry", "terms"):
        frame[column] = ""
    frame["run"] = 0
    frame["orders"], frame["amount"], frame["bills"] = 0.0, 0.0, 0.0
    for name, trade in TYPES.items():
        mine = np.flatnonzero(kind == name)
        frame.loc[mine, "industry"] = _shares(trade.industries, len(mine), rng)
        frame.loc[mine, "terms"] = _pick(trade.terms, len(mine), rng)
        frame.loc[mine, "run"] = np.array(_pick(trade.runs, len(mine), rng))
        frame.loc[mine, "orders"] = trade.orders * size[mine] ** 0.6 * np.exp(rng.normal(0, 0.35, len(mine)))
        frame.loc[mine, "amount"] = trade.amount * size[mine] ** 0.6 * np.exp(rng.normal(0, 0.25, len(mine)))
        takes_bills = rng.random(len(mine)) < trade.bills
        frame.loc[mine, "bills"] = np.where(takes_bills, rng.uniform(0.4, 0.9, len(mine)), 0.02)
    frame["region"] = np.where(abroad, "export", _shares(REGIONS, n, rng))
    frame["currency"] = np.where(abroad, "USD", "CNY")
    frame.loc[abroad, "terms"] = _pick(_EXPORT_TERMS, int(abroad.sum()), rng)
    frame.loc[abroad, "bills"] = 0.0
    frame.loc[abroad, "amount"] = (frame.loc[abroad, "amount"] / 7.2).round()
    frame["size"] = np.select([size > 2.2, size > 0.8, size > 0.4], ["large", "medium", "small"], "micro")
    frame["quality"] = np.clip(rng.beta(5, 2, n) + 0.08 * np.log(size), 0, 1)
    frame["discount"] = (kind == "dealer") & ~abroad & (rng.random(n) < 0.15)
    english, chinese = names.firms(frame["region"].to_numpy(str), frame["industry"].to_numpy(str), rng)
    frame["name"], frame["name_zh"] = english, chinese
    frame["group"] = _groups(frame, rng)
    frame["owner"] = _salespeople(frame["region"].to_numpy(str), rng)
    return frame


def _shares(weights: dict[str, float], n: int, rng: np.random.Generator) -> np.ndarray:
    """Deal out choices in nearly exact shares, so that a small world has all of them."""
    share = np.array(list(weights.values())) / sum(weights.values())
    places = (np.arange(n) + rng.random()) / max(n, 1)
    choice = np.minimum(np.searchsorted(np.cumsum(share), places), len(share) - 1)
    dealt: np.ndarray = np.array(list(weights), dtype=object)[rng.permutation(choice)]
    return dealt


def _pick(weights: dict[K, float], n: int, rng: np.random.Generator) -> list[K]:
    share = np.array(list(weights.values())) / sum(weights.values())
    keys = list(weights)
    return [keys[place] for place in rng.choice(len(keys), n, p=share)]


def _groups(frame: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Put every eighth customer or so into a group of two to four."""
    n = len(frame)
    group = np.full(n, None, dtype=object)
    home = rng.permutation(np.flatnonzero(frame["currency"].to_numpy() == "CNY"))
    at = 0
    for number in range(max(1, n // 24)):
        members = home[at : at + int(rng.integers(2, 5))]
        at += len(members)
        english, chinese = names.GROUPS[number % len(names.GROUPS)]
        again = number // len(names.GROUPS)
        group[members] = f"{english} Group {chinese}集团" + (f" {again + 1}" if again else "")
    return group


def _salespeople(region: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give each customer a salesperson: people serve neighbouring customers, exports have a desk of their own."""
    n = len(region)
    owner = np.zeros(n, dtype=np.int64)
    home = np.flatnonzero(region != "export")
    people = max(4, round(len(home) / _CUSTOMERS_PER_SALESPERSON))
    order = {name: place for place, name in enumerate(REGIONS)}
    place = np.array([order[name] for name in region[home].tolist()])
    owner[home[np.lexsort((rng.random(len(home)), place))]] = np.arange(len(home)) * people // max(len(home), 1)
    owner[region == "export"] = people
    return np.array(names.people(people + 1, rng), dtype=object)[owner]
