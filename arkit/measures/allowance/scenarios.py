"""Forward-looking scenarios, and the arithmetic of rates: exact, in millionths, each figure rounded once.

A rate is a whole number of millionths (0.0001 %), so that what is printed is what was multiplied, and a workbook or a
pocket calculator comes to the same cent. Rates and amounts are rounded half up 四舍五入, as Excel's ROUND does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from arkit.errors import ArkitError
from arkit.messages import Message

MILLION = 1_000_000
Millionths = int | None
"""A rate; None where it is not defined."""


@dataclass(frozen=True)
class Scenario:
    """A view of the months ahead 前瞻性情景: by what factor losses differ from the past, and how likely it is."""

    name: str
    factor: Decimal
    weight: Decimal


UNADJUSTED = (Scenario("base", Decimal(1), Decimal(1)),)
"""The past goes on as it was."""


def scenarios_of(given: Mapping[str, tuple[float, float]] | None) -> tuple[Scenario, ...]:
    """Return scenarios given as ``{name: (factor, weight)}``; None is the past unadjusted.

    Raises
    ------
    ArkitError
        For a factor below 0, a weight outside 0-1, or weights that do not add up to 1.
    """
    if given is None:
        return UNADJUSTED
    found = tuple(Scenario(str(name), _decimal(f), _decimal(w)) for name, (f, w) in given.items())
    total = sum((scenario.weight for scenario in found), Decimal(0))
    if total != 1 or any(one.factor < 0 or not 0 <= one.weight <= 1 for one in found):
        said = ", ".join(f"{one.name} ({one.factor}, {one.weight})" for one in found) or "none"
        raise ArkitError(
            Message(
                "scenarios are name: (factor from 0, weight from 0 to 1), weights adding up to 1; got {got}", got=said
            )
        )
    return found


def millionths(rate: float) -> Millionths:
    """Return a rate 0-1 in whole millionths, None for NaN.

    Examples
    --------
    >>> millionths(0.0221765), millionths(float("nan"))
    (22177, None)
    """
    return None if rate != rate else _whole(_decimal(rate) * MILLION)


def weighted(rate: Millionths, scenarios: tuple[Scenario, ...]) -> Millionths:
    """Return the probability-weighted rate; a scenario's rate is at most 1.

    Examples
    --------
    >>> weighted(20_000, scenarios_of({"base": (1, 0.6), "worse": (1.5, 0.4)}))
    24000
    """
    if rate is None:
        return None
    return _whole(sum((one.weight * min(Decimal(MILLION), rate * one.factor) for one in scenarios), Decimal(0)))


def share(minor: int, rate: Millionths) -> int | None:
    """Return a rate of an amount that is not negative, rounded half up to whole minor units; of nothing, nothing.

    Examples
    --------
    >>> share(1_000_050, 50_000), share(0, None), share(1, None)
    (50003, 0, None)
    """
    if not minor:
        return 0
    return None if rate is None else (int(minor) * rate + MILLION // 2) // MILLION


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Spread an amount by weights, not all 0, to the last minor unit: the largest remainders get what is left over.

    Examples
    --------
    >>> spread(100, [1, 1, 1]), spread(5, [0, 2])
    ([34, 33, 33], [0, 5])
    """
    whole = sum(weights)
    parts = [weight * total // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: -(weights[at] * total % whole))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return parts


def _decimal(value: float) -> Decimal:
    return Decimal(repr(float(value)))


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
