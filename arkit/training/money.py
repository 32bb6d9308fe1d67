"""What an ending is worth: money collected, what the contacts cost, and the future business that is kept."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from arkit.errors import ArkitError
from arkit.messages import Message
from arkit.money import digits
from arkit.training.engine import State
from arkit.training.luck import uniform
from arkit.training.model import Scenario
from arkit.training.moves import Place, named
from arkit.training.parts import chance


@dataclass(frozen=True)
class Result:
    """How a play came out, in the account's currency (major units, to its smallest unit).

    Parameters
    ----------
    paid
        What was paid, undiscounted.
    collected
        Its value on the day on which the case began.
    cost
        Working time of the contacts.
    business
        Value of the future business that is kept.
    """

    paid: Decimal
    collected: Decimal
    cost: Decimal
    business: Decimal

    @property
    def total(self) -> Decimal:
        """The outcome of the case: ``collected - cost + business``, exactly."""
        return self.collected - self.cost + self.business


def in_units(scenario: Scenario, value: float) -> Decimal:
    """Return a value rounded to the smallest unit of the account's currency."""
    unit = Decimal(1).scaleb(-digits(scenario.account.currency))
    return Decimal(repr(float(value))).quantize(unit, rounding=ROUND_HALF_EVEN)


def ending_value(scenario: Scenario, place: Place, reason: str) -> float:
    """Return what an ending is expected to be worth on its own day, for a hidden reason."""
    ending, values, money = scenario.endings[place.node], named(scenario, place), scenario.assumptions
    paid = sum(
        float(payment.amount) * chance(payment.chance, values, reason) * money.discount(payment.days)
        for payment in ending.payments
    )
    return paid - money.cost(ending.minutes) + money.future_business * chance(ending.business, values, reason)


def spent(state: State) -> float:
    """Return what the choices so far have cost, on the day on which the case began."""
    money, days, cost = state.scenario.assumptions, 0, 0.0
    for choice in state.made:
        cost += money.discount(days) * money.cost(choice.minutes)
        days += choice.days
    return cost


def for_the_case(state: State, ahead: float) -> float:
    """Return what the whole case is worth on its first day, if what lies ahead is worth so much today."""
    return state.scenario.assumptions.discount(state.days) * ahead - spent(state)


def result(state: State) -> Result:
    """Return how a finished play came out: payments arrive or not by the seed.

    Raises
    ------
    ArkitError
        While the conversation goes on.
    """
    if not state.over:
        raise ArkitError(Message("the conversation goes on: it has a result when it has come to an ending"))
    scenario, place = state.scenario, state.place
    ending, values, money = scenario.endings[place.node], named(scenario, place), scenario.assumptions
    arrived = [
        payment
        for number, payment in enumerate(ending.payments)
        if uniform(state.seed, "payment", place.node, number) < chance(payment.chance, values, state.reason)
    ]
    kept = money.future_business * chance(ending.business, values, state.reason) * money.discount(state.days)
    value = sum(float(payment.amount) * money.discount(state.days + payment.days) for payment in arrived)
    return Result(
        paid=sum((payment.amount for payment in arrived), Decimal(0)),
        collected=in_units(scenario, value),
        cost=in_units(scenario, spent(state) + money.discount(state.days) * money.cost(ending.minutes)),
        business=in_units(scenario, kept),
    )
