"""Payment terms 付款条件 as contracts write them, and the due dates that follow from them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from arkit.simulation.calendar import Calendar, Days

TERMS: tuple[str, ...] = (
    "net 30", "net 45", "net 60", "net 90", "net 150",
    "eom+30", "eom+60", "eom+90", "eom+120", "eom+150",
    "acceptance+30", "acceptance+60", "acceptance+90", "acceptance+150",
)  # fmt: skip
NO_DUE_DATE = -1
"""Code of an invoice whose contract names no due date."""
_LONGER = {  # what a salesperson grants to move goods before the month closes
    "net 30": "net 60", "net 45": "net 90", "net 60": "net 90",
    "eom+30": "eom+60", "eom+60": "eom+90", "acceptance+30": "acceptance+60", "acceptance+60": "acceptance+90",
}  # fmt: skip
_BEYOND_POLICY = {"net": "net 150", "eom": "eom+150", "acceptance": "acceptance+150"}

_BASE = np.array([name.replace("+", " ").split()[0] for name in TERMS])
_DAYS = np.array([int(name.replace("+", " ").split()[1]) for name in TERMS])


def codes(names: list[str]) -> Days:
    """Return the numbers that stand for terms in the simulator's arrays."""
    place = {name: number for number, name in enumerate(TERMS)}
    return np.array([place[name] for name in names], dtype=np.int64)


LONGER = codes([_LONGER.get(name, name) for name in TERMS])
"""For each of the terms: one step longer."""
BEYOND_POLICY = codes([_BEYOND_POLICY[base] for base in _BASE.tolist()])
"""For each of the terms: far beyond what the firm usually grants."""


def due(terms: Days, invoiced: Days, accepted: Days, calendar: Calendar) -> Days:
    """Return due dates: from the invoice (net), the end of its month (eom, 月结), or the customer's acceptance."""
    base: NDArray[np.str_] = _BASE[terms]
    start = np.where(base == "net", invoiced, accepted)
    start = np.where(base == "eom", calendar.month_end(invoiced), start)
    found: Days = start + _DAYS[terms]
    return found
