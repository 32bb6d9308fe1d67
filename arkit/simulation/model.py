"""Run the model from settings to ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd

from arkit.errors import ArkitError
from arkit.ledger import Ledger
from arkit.messages import Message
from arkit.simulation import (
    activities,
    behaviour,
    credit,
    dispositions,
    documents,
    invoicing,
    records,
    settlement,
    tables,
)  # fmt: skip
from arkit.simulation.calendar import Calendar
from arkit.simulation.causes import mix
from arkit.simulation.customers import draw as draw_customers
from arkit.simulation.world import World

N = TypeVar("N", int, float)
INVOICES_PER_CUSTOMER_AND_MONTH = 1.4


class Tables(NamedTuple):
    """A simulated firm as frames: the five of a ledger, the truth by document and the dispositions by customer."""

    documents: pd.DataFrame
    applications: pd.DataFrame
    customers: pd.DataFrame
    activities: pd.DataFrame
    targets: pd.DataFrame
    truth: pd.DataFrame
    dispositions: pd.DataFrame


class Simulation(NamedTuple):
    """A simulated ledger and, apart from it, what the model knows.

    Parameters
    ----------
    ledger
        What the firm has on file.
    truth
        One row per late document: ``document_id, customer_id, cause, variant, due_date, settles_on`` (missing: never),
        ``days_late, lost, stress`` (0-1, the customer's liquidity when it was due), ``slump`` (0-1, of his market),
        ``weak_follow_up``. Documents that are not late yet at the end, but will be, are in it too.
    dispositions
        One row per customer: ``customer_id, disposition`` (a cause, or empty), ``variant, since, until,
        weak_follow_up, defaults_on``.
    """

    ledger: Ledger
    truth: pd.DataFrame
    dispositions: pd.DataFrame


def simulate(
    *,
    seed: int,
    months: int = 36,
    customers: int = 120,
    invoices: int | None = None,
    causes: Mapping[str, float] | Sequence[str] | None = None,
    start: str | dt.date = "2023-01-01",
    late_share: float = 0.33,
    export_share: float = 0.0,
) -> Simulation:
    """Make the ledger of a firm whose every late invoice has one known cause.

    Parameters
    ----------
    seed
        Non-negative; with the other arguments it fixes the result.
    months
        Length, at least 6; the ledger ends on the last day of the last month, what is open then stays open.
    customers
        At least 10.
    invoices
        In all, about; by default 1.4 per customer and month.
    causes
        Weights by cause (keys of :data:`arkit.simulation.CAUSES`), or causes of equal weight; by default the mix of
        :mod:`arkit.simulation.causes`. Causes that belong to customers, markets or salespeople are met as nearly as
        whole customers allow.
    start
        A day of the first month.
    late_share
        Share (0-0.9) of invoices that are planned to be late.
    export_share
        Share (0-1) of customers who are abroad and buy in USD.

    Returns
    -------
    Simulation
        ``ledger``, ``truth``, ``dispositions``.

    Raises
    ------
    ArkitError
        For settings out of range.

    Examples
    --------
    >>> world = simulate(seed=1, months=12, customers=20)
    >>> world.ledger.currencies
    ('CNY',)
    >>> sorted(world.truth["cause"].unique())[:3]
    ['approval', 'contract', 'credit']
    """
    made = simulate_tables(
        seed=seed,
        months=months,
        customers=customers,
        invoices=invoices,
        causes=causes,
        start=start,
        late_share=late_share,
        export_share=export_share,
    )
    ledger = Ledger(made.documents, made.applications, made.customers, made.activities, made.targets)
    return Simulation(ledger, made.truth, made.dispositions)


def simulate_tables(
    *,
    seed: int,
    months: int = 36,
    customers: int = 120,
    invoices: int | None = None,
    causes: Mapping[str, float] | Sequence[str] | None = None,
    start: str | dt.date = "2023-01-01",
    late_share: float = 0.33,
    export_share: float = 0.0,
) -> Tables:
    """Make the frames of :func:`simulate`, without building a ledger from them."""
    world = World(
        seed=_within("seed", seed, 0, 2**63),
        calendar=Calendar(np.datetime64(start, "D"), _within("months", months, 6, 600)),
        customers=_within("customers", customers, 10, 900_000),
        invoices=_within("invoices", _default(invoices, customers, months), 1, 50_000_000),
        mix=mix(causes),
        late_share=_within("late_share", late_share, 0, 0.9),
        export_share=_within("export_share", export_share, 0, 1),
    )
    firm = draw_customers(world)
    latent = dispositions.draw(world, firm)
    planned = behaviour.plan(world, firm, latent, invoicing.draw(world, firm, latent))
    argued = settlement.disputes(world, planned)
    lines = settlement.lines(world, firm, planned, argued)
    book = documents.compose(world, planned, lines)
    posted = tables.post(world, firm, planned, book)
    return Tables(
        documents=posted.documents,
        applications=posted.applications,
        customers=records.people(firm, credit.limits(world, firm, latent, planned, lines)),
        activities=records.log(firm, activities.draw(world, planned, latent.weak, argued), posted.ids),
        targets=records.targets(world, firm, planned, documents.closing_days(planned, lines, world.calendar)),
        truth=records.truth(firm, latent, planned, book, posted.ids, world.calendar),
        dispositions=dispositions.frame(world, firm, latent),
    )


def _default(invoices: int | None, customers: int, months: int) -> int:
    return round(INVOICES_PER_CUSTOMER_AND_MONTH * customers * months) if invoices is None else invoices


def _within(name: str, value: N, low: float, high: float) -> N:
    if not low <= value <= high:
        raise ArkitError(
            Message("{name} must lie between {low} and {high}; got {value}", name=name, low=low, high=high, value=value)
        )
    return value
