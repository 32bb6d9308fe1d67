"""The causes of lateness 欠款原因 as a model: how often each strikes and what it does to a payment.

One row per cause, all its numbers in one place: change a row and the simulated world changes with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from arkit.errors import ArkitError
from arkit.messages import Message


@dataclass(frozen=True)
class Behaviour:
    """What a cause does.

    Parameters
    ----------
    share
        Of all late invoices, the share with this cause in the default mix.
    late
        Chance (0-1) that an invoice is late while the cause is at work.
    floor, shape, scale
        Days from the due date to the customer's readiness to pay: floor + a gamma variate; he then pays on his next
        pay day.
    depth
        Further days at the deepest point of an episode (liquidity, market).
    parts
        Chance that a late invoice is paid in two or three parts.
    chased
        Chance that each planned contact takes place.
    broken
        Chance that a contact brings a promise that is not kept.
    kept
        Chance that the last contact before payment brings a promise that is kept.
    logged
        Chance that a contact notes the cause in ``reason``.
    """

    share: float
    late: float
    floor: float
    shape: float
    scale: float
    depth: float = 0
    parts: float = 0.03
    chased: float = 0.7
    broken: float = 0.03
    kept: float = 0.5
    logged: float = 0.1


BEHAVIOURS: dict[str, Behaviour] = {
    # at work at a customer
    "credit": Behaviour(0.06, 0.80, 35, 2, 22, parts=0.15, broken=0.16, kept=0.35),
    "liquidity": Behaviour(0.14, 0.88, 8, 2, 4, depth=55, parts=0.60, broken=0.16, kept=0.85, logged=0.12),
    "wilful": Behaviour(0.05, 0.85, 55, 2, 25, parts=0.00, broken=0.55, kept=0.0, logged=0.0),
    "habit": Behaviour(0.12, 0.96, 0, 1, 2, parts=0.00, kept=0.45),
    "customer_process": Behaviour(0.12, 0.90, 2, 1, 2, parts=0.02, kept=0.6, logged=0.15),
    # at work in an industry, a region, a sales territory
    "market": Behaviour(0.10, 0.80, 10, 2, 4, depth=40, parts=0.05, kept=0.6),
    "follow_up": Behaviour(0.08, 0.50, 16, 2, 9, chased=0.0, broken=0.0, kept=0.0, logged=0.0),
    # at work on an invoice
    "contract": Behaviour(0.09, 1.0, 15, 2, 15, kept=0.6, logged=0.15),
    "dispute": Behaviour(0.09, 1.0, 20, 2, 14, logged=0.3, kept=0.4),
    "paperwork": Behaviour(0.08, 1.0, 10, 2, 9, kept=0.6, logged=0.15),
    "approval": Behaviour(0.05, 1.0, 18, 2, 13, kept=0.6, logged=0.0),
    "unapplied": Behaviour(0.06, 1.0, 8, 2, 11, chased=0.5, broken=0.0, kept=0.0, logged=0.0),
}
CAUSES: tuple[str, ...] = tuple(BEHAVIOURS)
NONE = -1
"""Code of an invoice that is paid in time; the code of a cause is its place in :data:`CAUSES`."""


def code(cause: str) -> int:
    """Return the number that stands for a cause in the simulator's arrays."""
    return CAUSES.index(cause)


def column(field: str) -> list[float]:
    """Return one field of every behaviour, in the order of the codes."""
    return [float(getattr(behaviour, field)) for behaviour in BEHAVIOURS.values()]


def mix(causes: Mapping[str, float] | Sequence[str] | None) -> dict[str, float]:
    """Return the share of each cause among late invoices; the shares add up to one.

    Parameters
    ----------
    causes
        Weights by cause, or causes of equal weight; None is the default mix.

    Raises
    ------
    ArkitError
        For an unknown cause, a negative weight, or no weight at all.
    """
    if causes is None:
        weights = {cause: behaviour.share for cause, behaviour in BEHAVIOURS.items()}
    elif isinstance(causes, Mapping):
        weights = {cause: float(weight) for cause, weight in causes.items()}
    else:
        weights = dict.fromkeys(causes, 1.0)
    unknown = sorted(set(weights) - set(CAUSES))
    if unknown:
        raise ArkitError(
            Message(
                "causes: {got} is not known; choose from {known}",
                got=", ".join(unknown),
                known=", ".join(CAUSES),
            )
        )
    total = sum(weights.values())
    if min(weights.values(), default=0.0) < 0 or total <= 0:
        raise ArkitError(
            Message("causes: weights must not be negative, and one must be above 0; got {got}", got=weights)
        )
    return {cause: weights.get(cause, 0.0) / total for cause in CAUSES}
