"""What a simulation is asked for, and the random streams that it draws from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arkit.simulation.calendar import Calendar


@dataclass(frozen=True)
class World:
    """The settings of one simulation, checked, with its calendar.

    Parameters
    ----------
    seed
        Any non-negative integer.
    calendar
        Months and working days.
    customers, invoices
        How many customers; how many invoices they get in all (instalments and re-issues come on top).
    mix
        Share of each cause among late invoices, adding up to one.
    late_share
        Share (0-1) of invoices that are planned to be late.
    export_share
        Share (0-1) of customers who are abroad and buy in USD.
    """

    seed: int
    calendar: Calendar
    customers: int
    invoices: int
    mix: dict[str, float]
    late_share: float
    export_share: float

    def rng(self, part: str) -> np.random.Generator:
        """Return the random stream of one part of the model: a change in one part leaves the others as they were."""
        return np.random.default_rng([self.seed, *part.encode()])

    def quota(self, cause: str) -> float:
        """Return how many late invoices a cause should have."""
        return self.invoices * self.late_share * self.mix[cause]
