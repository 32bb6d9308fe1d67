"""Why and how late each invoice is: one primary cause for every late one, and the papers and dates that follow.

An invoice without a cause is paid on the customer's last pay day on or before its due date, some days earlier when
liquidity is good. An invoice with a cause is paid on his first pay day after the delay that
:data:`arkit.simulation.causes.BEHAVIOURS` gives the cause.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.simulation import terms
from arkit.simulation.calendar import NEVER, TWICE, Days
from arkit.simulation.causes import NONE, code, column
from arkit.simulation.dispositions import TAIL, Dispositions
from arkit.simulation.invoicing import MILESTONE, RETENTION, STANDARD, in_pause
from arkit.simulation.world import World

APPROVAL_SURGE = 2.0
"""How much larger an order is that is pushed through before the month closes."""


def plan(world: World, customers: pd.DataFrame, latent: Dispositions, invoices: pd.DataFrame) -> pd.DataFrame:
    """Give each invoice its cause or none, plant the evidence in its papers, and plan the day of its settlement.

    Returns
    -------
    pandas.DataFrame
        The invoices with ``cause`` (code), ``variant`` (text), ``due_known`` (the contract names a due date),
        ``stress`` (0-1, of the customer's liquidity when due), ``ready`` (day from which the customer is willing
        and able), ``stops`` (the day from which he pays nothing more, or ``NEVER``), ``settled`` (the day of the
        last payment, or ``NEVER``).
    """
    rng = world.rng("behaviour")
    planned = invoices.copy()
    run = _runs(customers, latent)[planned["customer"].to_numpy()]
    early = _early(world, latent, planned, rng)
    in_time = world.calendar.run_before(planned["due"].to_numpy() - early, run)
    planned["cause"] = _standing_causes(world, latent, planned, in_time, rng)
    planned["variant"] = np.where(
        planned["cause"] == latent.cause[planned["customer"]], latent.variant[planned["customer"]], ""
    )
    planned["due_known"] = True
    _single_causes(world, customers, latent, planned, rng)
    in_time = world.calendar.run_before(planned["due"].to_numpy() - early, run)
    in_time = np.maximum(in_time, planned["day"].to_numpy())
    month = _due_month(world, planned)
    planned["stress"] = np.clip(-latent.liquidity[planned["customer"], month], 0, 1)
    late = planned["cause"].to_numpy() != NONE
    ready = _ready(world, latent, planned, rng)
    planned["ready"] = np.where(late, ready, in_time)
    alone = planned["cause"].isin([code("dispute"), code("unapplied")]).to_numpy()  # no pay day decides these
    paid = np.where(alone, world.calendar.on_or_after(ready), world.calendar.run_after(ready, run))
    paid = np.where(late, np.maximum(paid, planned["due"].to_numpy() + 1), in_time)
    planned["stops"] = latent.defaults_on[planned["customer"]]
    found_later = planned["cause"].to_numpy() == code("unapplied")  # the money was there before
    lost = late & ~found_later & (paid >= planned["stops"].to_numpy())
    lost |= (planned["cause"] == code("wilful")).to_numpy() & (rng.random(len(planned)) < 0.06)
    in_time_lost = ~late & (paid >= planned["stops"].to_numpy())  # the default itself makes them late
    planned.loc[in_time_lost, "cause"] = latent.cause[planned["customer"]][in_time_lost]
    planned["settled"] = np.where(lost | in_time_lost, NEVER, paid)
    return planned


def _runs(customers: pd.DataFrame, latent: Dispositions) -> Days:
    """Return pay days: a customer whose process delays him pays twice a month, a fixed-day customer once."""
    run = customers["run"].to_numpy().copy()
    run = np.where((latent.cause == code("customer_process")), TWICE + 5 + run % 8, run)
    return np.where(latent.variant == "fixed_day", 15 + latent.lag % 13, run)


def _due_month(world: World, invoices: pd.DataFrame) -> Days:
    return np.clip(world.calendar.month(invoices["due"].to_numpy()), 0, world.calendar.months + TAIL - 1)


def _early(world: World, latent: Dispositions, invoices: pd.DataFrame, rng: np.random.Generator) -> Days:
    """Return how many days before the due date an untroubled customer pays: more when he is liquid."""
    state = latent.liquidity[invoices["customer"], _due_month(world, invoices)]
    return np.clip(np.rint(2 + 5 * state + rng.exponential(1.5, len(invoices))), 0, 12).astype(np.int64)


def _standing_causes(
    world: World, latent: Dispositions, invoices: pd.DataFrame, in_time: Days, rng: np.random.Generator
) -> Days:
    """Let dispositions, slumps and weak follow-up strike, in this order."""
    customer, month = invoices["customer"].to_numpy(), _due_month(world, invoices)
    chance = np.array([*column("late"), 0.0])
    cause = np.full(len(invoices), NONE, dtype=np.int64)
    luck = rng.random((3, len(invoices)))
    own = latent.cause[customer]
    active = latent.at_work(customer, month)
    seasonal = (latent.variant[customer] == "seasonal") & (own == code("habit"))
    paused = in_pause(latent, customer, world.calendar.month(in_time), world.calendar)
    strikes = np.where(seasonal, paused, active & (luck[0] < chance[own]))
    cause = np.where(strikes, own, cause)
    free = (cause == NONE) & ~active
    slump = latent.market[customer, month]
    cause = np.where(free & (slump > 0.2) & (luck[1] < chance[code("market")]), code("market"), cause)
    free &= (cause == NONE) & (slump == 0)
    unchased = latent.weak[customer] & (luck[2] < latent.neglect)
    return np.where(free & unchased, code("follow_up"), cause)


def _single_causes(
    world: World,
    customers: pd.DataFrame,
    latent: Dispositions,
    planned: pd.DataFrame,
    rng: np.random.Generator,
) -> None:
    """Pick the invoices that go wrong by themselves, each cause from where it can happen, and mark their papers."""
    customer, item = planned["customer"].to_numpy(), planned["item"].to_numpy()
    standing = latent.at_work(customer, _due_month(world, planned))
    home = (customers["currency"].to_numpy() == "CNY")[customer]
    goods = item != RETENTION
    sources = {  # where each cause can strike, with the share that comes from there
        "contract": [(~goods, 0.25), (item == MILESTONE, 0.35), (item == STANDARD, 0.40)],
        "dispute": [(goods, 1.0)],
        "paperwork": [(goods, 1.0)],
        "approval": [(_pushed(world, planned, (item == STANDARD) & home & ~standing, rng), 1.0)],
        "unapplied": [(goods, 1.0)],
    }
    for cause, places in sources.items():
        luck, wanted = rng.random(len(planned)), world.quota(cause)
        if cause == "approval":  # a month's target is met with all the orders of a few customers
            luck = rng.random(customer.max(initial=0) * 1000 + 1000)[
                customer * 1000 + world.calendar.month(planned["day"].to_numpy())
            ]
        for where, share in places:
            free = np.flatnonzero((planned["cause"].to_numpy() == NONE) & ~standing & where)
            picked = free[np.argsort(luck[free], kind="stable")[: round(wanted * share)]]
            planned.loc[picked, "cause"] = code(cause)
            _MARK.get(cause, _nothing)(world, planned, picked, rng)


def _pushed(
    world: World, planned: pd.DataFrame, suitable: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Choose customers through whom targets are met, until they have four times the invoices that are wanted."""
    customer = planned["customer"].to_numpy()
    load = np.bincount(customer, suitable, customer.max(initial=0) + 1)
    order = rng.permutation(len(load))
    enough = np.searchsorted(np.cumsum(load[order]), 4 * world.quota("approval")) + 1
    return suitable & np.isin(customer, order[:enough])


def _contract(world: World, planned: pd.DataFrame, picked: NDArray[np.int64], rng: np.random.Generator) -> None:
    """Leave milestones and retention money as they are; give the others terms beyond policy, or no due date."""
    item = planned["item"].to_numpy()[picked]
    planned.loc[picked, "variant"] = np.select(
        [item == MILESTONE, item == RETENTION], ["milestone", "retention"], "long_terms"
    )
    plain = picked[item == STANDARD]
    undated = rng.random(len(plain)) < 0.2
    planned.loc[plain[undated], "variant"] = "no_due_date"
    planned.loc[plain[undated], "due_known"] = False
    long = plain[~undated]
    _with_terms(world, planned, long, terms.BEYOND_POLICY[planned["terms"].to_numpy()[long]])


def _approval(world: World, planned: pd.DataFrame, picked: NDArray[np.int64], rng: np.random.Generator) -> None:
    """Push orders into the last three working days of their month, larger and on longer terms."""
    days = planned["day"].to_numpy()[picked]
    pushed = world.calendar.on_or_before(world.calendar.month_end(days) - rng.integers(0, 4, len(picked)))
    later = np.maximum(pushed, days)
    for name in ("day", "accepted", "delivered"):
        planned.loc[picked, name] += later - days
    for name in ("minor", "tax"):
        planned.loc[picked, name] = (planned[name].to_numpy()[picked] * APPROVAL_SURGE).astype(np.int64)
    _with_terms(world, planned, picked, terms.LONGER[planned["terms"].to_numpy()[picked]])


def _paperwork(world: World, planned: pd.DataFrame, picked: NDArray[np.int64], rng: np.random.Generator) -> None:
    """Let the invoice come weeks after the goods, without an order number, or wrong and to be issued anew."""
    kind = rng.choice(["late_invoice", "no_order", "reissued"], len(picked), p=[0.45, 0.35, 0.2])
    kind = np.where((kind == "reissued") & (planned["part"].to_numpy()[picked] > 0), "no_order", kind)
    planned.loc[picked, "variant"] = kind
    planned.loc[picked[kind == "late_invoice"], "delivered"] -= rng.integers(
        25, 60, int((kind == "late_invoice").sum())
    )
    planned.loc[picked[kind == "no_order"], "has_order"] = False


def _nothing(*_: object) -> None:
    """Leave the papers as they are: the evidence lies in settlements and activities."""


_MARK = {"contract": _contract, "approval": _approval, "paperwork": _paperwork}


def _with_terms(world: World, planned: pd.DataFrame, rows: NDArray[np.int64], code_of_terms: Days) -> None:
    planned.loc[rows, "terms"] = code_of_terms
    chosen = planned.loc[rows]
    planned.loc[rows, "due"] = terms.due(
        code_of_terms, chosen["day"].to_numpy(), chosen["accepted"].to_numpy(), world.calendar
    )


def _ready(world: World, latent: Dispositions, planned: pd.DataFrame, rng: np.random.Generator) -> Days:
    """Return the day from which the customer is ready to pay a late invoice."""
    cause, customer = planned["cause"].to_numpy(), planned["customer"].to_numpy()
    floor, shape, scale, depth = (np.array([*column(f), 1.0])[cause] for f in ("floor", "shape", "scale", "depth"))
    delay = floor + rng.standard_gamma(shape) * scale
    state = np.select(
        [cause == code("liquidity"), cause == code("market")],
        [planned["stress"].to_numpy(), latent.market[customer, _due_month(world, planned)]],
        0.0,
    )
    delay += depth * state
    delay += np.where(np.isin(cause, [code("habit"), code("customer_process")]), latent.lag[customer], 0)
    ready = planned["due"].to_numpy() + np.rint(delay).astype(np.int64)
    month = world.calendar.month(planned["due"].to_numpy() - 12)
    seasonal = (cause == code("habit")) & (latent.variant[customer] == "seasonal")
    for _ in range(3):  # a seasonal customer pays when his pause of two months is over
        month = np.where(in_pause(latent, customer, month, world.calendar) | (month < 0), month + 1, month)
    later = np.maximum(world.calendar.month_start(month) + 2, planned["due"].to_numpy() + 1)
    for _ in range(3):
        paused = seasonal & in_pause(latent, customer, world.calendar.month(later), world.calendar)
        later = np.where(paused, world.calendar.month_start(world.calendar.month(later) + 1) + 2, later)
    found: Days = np.where(seasonal, later, ready)
    return found


def late(planned: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which invoices are late by plan."""
    found: NDArray[np.bool_] = planned["cause"].to_numpy() != NONE
    return found
