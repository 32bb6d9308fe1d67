"""What is sold and invoiced: how many, when, for how much, with which papers; before anyone is late."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.simulation import terms
from arkit.simulation.calendar import Calendar, Days
from arkit.simulation.causes import code
from arkit.simulation.customers import TYPES
from arkit.simulation.dispositions import SEASONAL, Dispositions
from arkit.simulation.world import World

SEASON = np.array([0.85, 0.55, 1.10, 1.05, 1.05, 1.15, 0.95, 0.95, 1.10, 0.85, 1.10, 1.35])
"""Sales of a month, January first, relative to the mean: Spring Festival, half-year end, year end."""
GROWTH = 0.06
"""Sales growth per year."""
VAT_PERCENT = 13
"""Chinese value added tax on goods; exports are zero-rated."""
RETENTION_PERCENT = 5
"""Held back 质保金 from engineering invoices until a year has passed."""
PRODUCTS = {
    "gate_valves": "valves", "control_valves": "valves", "process_pumps": "pumps", "household_pumps": "pumps",
    "spare_parts": "service",
}  # fmt: skip
_RANGE = {
    "engineering": [0.40, 0.30, 0.25, 0.0, 0.05],
    "dealer": [0.30, 0.05, 0.15, 0.40, 0.10],
    "industrial": [0.20, 0.30, 0.30, 0.0, 0.20],
    "retail": [0.0, 0.0, 0.0, 0.85, 0.15],
}
STANDARD, MILESTONE, RETENTION = 0, 1, 2
ITEM_TYPES = ("standard", "milestone", "retention")


def draw(world: World, customers: pd.DataFrame, latent: Dispositions) -> pd.DataFrame:
    """Draw all invoices, oldest first.

    Returns
    -------
    pandas.DataFrame
        One row per invoice, or per instalment of one: ``customer`` (row number), ``sale`` (shared by instalments),
        ``part`` (0: whole, 1, 2), ``day``, ``minor`` and ``tax`` (gross and tax, minor units), ``terms`` (code),
        ``accepted`` and ``due`` (days), ``delivered`` (day), ``has_order`` (carries an order number), ``item``,
        ``product`` (codes).
    """
    rng, calendar = world.rng("invoicing"), world.calendar
    counts = rng.multinomial(world.invoices, _demand(world, customers, latent).ravel())
    cell = np.repeat(np.arange(len(counts)), counts)
    customer, month = np.divmod(cell, calendar.months)
    day = _days(month, calendar, rng)
    order = np.lexsort((customer, day))
    customer, day = customer[order], day[order]
    n = len(customer)
    kind = customers["type"].to_numpy(str)[customer]
    project = kind == "engineering"
    net = np.exp(rng.normal(0, np.where(project, 0.7, 0.55))) * customers["amount"].to_numpy()[customer] * 100
    abroad = (customers["currency"].to_numpy() != "CNY")[customer]
    net = np.maximum(net / np.where(abroad, 1.0, 1 + VAT_PERCENT / 100), 5_000).astype(np.int64)
    tax = np.where(abroad, 0, (net * VAT_PERCENT + 50) // 100)
    code_of_terms = terms.codes(customers["terms"].tolist())[customer]
    accepted = day + rng.integers(8, 26, n)
    invoices = pd.DataFrame(
        {
            "customer": customer,
            "sale": np.arange(n),
            "part": 0,
            "day": day,
            "minor": net + tax,
            "tax": tax,
            "terms": code_of_terms,
            "accepted": accepted,
            "due": terms.due(code_of_terms, day, accepted, calendar),
            "delivered": day - _delivery_lag(n, rng),
            "has_order": rng.random(n) > 0.008,
            "item": np.where(project & (rng.random(n) < 0.5), MILESTONE, STANDARD),
            "product": _products(kind, rng),
        }
    )
    return _with_retention(invoices, project & (rng.random(n) < 0.25))


def _demand(world: World, customers: pd.DataFrame, latent: Dispositions) -> NDArray[np.float64]:
    """Return the chance that an invoice is of a customer (row) in a month (column)."""
    calendar, months = world.calendar, world.calendar.months
    month = np.arange(months)
    season = SEASON[calendar.month_of_year(month) - 1] * (1 + GROWTH) ** (month / 12)
    demand = customers["orders"].to_numpy()[:, None] * season[None, :]
    demand = demand * (1 - 0.3 * latent.market[:, :months])
    pauses = (latent.variant == SEASONAL)[:, None] & _in_pause(latent.off_from[:, None], month[None, :], calendar)
    demand = np.where(pauses, 0.35 * demand, demand)
    dry = (latent.cause == code("liquidity"))[:, None]
    demand = np.where(dry, demand * np.clip(1 + 0.3 * latent.liquidity[:, :months], 0.5, 1.2), demand)
    default = np.where(latent.defaults_on < 10**6, calendar.month(latent.defaults_on), months + 12)[:, None]
    surge = (month >= default - 3) & (month <= default)
    demand = np.where(surge, 1.5 * demand, demand)
    demand = np.where(month > default, 0.0, demand)
    share: NDArray[np.float64] = demand / demand.sum()
    return share


def _in_pause(off_from: Days, month: Days, calendar: Calendar) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (calendar.month_of_year(month) - off_from) % 12 < 2
    return found


def in_pause(latent: Dispositions, customer: Days, month: Days, calendar: Calendar) -> NDArray[np.bool_]:
    """Tell whether a customer is a seasonal one in his two months without payment."""
    seasonal: NDArray[np.bool_] = latent.variant[customer] == SEASONAL
    return seasonal & _in_pause(latent.off_from[customer], month, calendar)


def _days(month: Days, calendar: Calendar, rng: np.random.Generator) -> Days:
    """Return invoice days: working days, more of them as the month closes."""
    found = np.empty(len(month), dtype=np.int64)
    order = np.argsort(month, kind="stable")
    ends = np.searchsorted(month[order], np.arange(calendar.months + 1))
    for number in range(calendar.months):
        mine = order[ends[number] : ends[number + 1]]
        days = calendar.working_days(number)
        weight = 1 + 1.2 * (np.arange(len(days)) >= len(days) - 3)
        found[mine] = rng.choice(days, len(mine), p=weight / weight.sum())
    return found


def _delivery_lag(n: int, rng: np.random.Generator) -> Days:
    """Return days from delivery to invoice: some days, now and then a fortnight."""
    lag = np.minimum(rng.geometric(0.25, n), 9)
    return np.where(rng.random(n) < 0.012, rng.integers(12, 22, n), lag)


def _products(kind: NDArray[np.str_], rng: np.random.Generator) -> Days:
    found = np.zeros(len(kind), dtype=np.int64)
    for name in TYPES:
        mine = np.flatnonzero(kind == name)
        found[mine] = rng.choice(len(PRODUCTS), len(mine), p=_RANGE[name])
    return found


def _with_retention(invoices: pd.DataFrame, held: NDArray[np.bool_]) -> pd.DataFrame:
    """Split off the retention money of some invoices as an instalment that is due a year later."""
    main, kept = invoices.copy(), invoices[held].copy()
    kept["minor"], kept["tax"] = kept["minor"] * RETENTION_PERCENT // 100, kept["tax"] * RETENTION_PERCENT // 100
    kept["item"], kept["part"], kept["due"] = RETENTION, 2, kept["accepted"] + 365
    main.loc[held, "part"] = 1
    main.loc[held, ["minor", "tax"]] -= kept[["minor", "tax"]]
    return pd.concat([main, kept]).sort_values(["day", "sale", "part"], kind="stable", ignore_index=True)
