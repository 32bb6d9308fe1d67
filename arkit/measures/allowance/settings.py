"""What the settings of an allowance mean, and whether they fit each other, before a ledger is looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from arkit.buckets import Basis, Bills, Buckets, Unit, limits_of
from arkit.errors import together
from arkit.measures.allowance.forward import start_of
from arkit.measures.allowance.individual import Individual, check_individual
from arkit.measures.allowance.methods import MONTHS, USUAL, Method, Rates, Way, check_rates, from_first_year
from arkit.measures.allowance.scenarios import UNADJUSTED, scenarios_of


def check_settings(
    as_of: dt.date,
    *,
    method: Method = "loss_rates",
    basis: Basis = "due",
    buckets: Sequence[int] | None = None,
    bills: Bills = "with",
    unit: Unit = "days",
    year_start: int = 1,
    rates: Rates = None,
    scenarios: Mapping[str, tuple[float, float]] | None = None,
    individual: Individual = None,
    since: str | dt.date | None = None,
    months: int | None = None,
    follow: int = 24,
    last_rate: float | None = None,
) -> tuple[Buckets, dt.date, Way]:
    """Return the ages, the day of the opening and the method that settings mean.

    Parameters
    ----------
    as_of, method, basis, buckets, bills, unit, year_start, rates, scenarios, individual
        As for :func:`arkit.provision`.
    since, months, follow, last_rate
        As for :func:`arkit.provision`.

    Raises
    ------
    ArkitError
        With all that does not fit.
    """
    limits = limits_of(buckets, unit, USUAL)
    given = from_first_year(rates, len(limits) + 2, basis, unit)
    span = MONTHS.get(method, 12) if months is None else months
    rules, start, ahead, way, *_ = together(
        lambda: Buckets(limits, basis, "separate", bills, unit, year_start),
        lambda: start_of(since, as_of),
        lambda: scenarios_of(scenarios),
        lambda: Way(method, span, follow, last_rate, given, UNADJUSTED),
        lambda: check_rates(method, given, len(limits) + 2),
        lambda: check_individual(method, individual),
    )
    return rules, start, replace(way, scenarios=ahead)
