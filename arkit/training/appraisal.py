"""What the choices of a play are worth: exactly where that can be worked out, else by roll-outs with an interval."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from arkit.training.belief import Info, information, openings
from arkit.training.engine import State, choices
from arkit.training.model import Scenario
from arkit.training.money import for_the_case, in_units
from arkit.training.moves import allowed
from arkit.training.rollouts import Estimate, rollouts
from arkit.training.values import TooLargeError, Values


@dataclass(frozen=True)
class Worth:
    """What a choice is worth, for the whole case on its first day, if play is best from then on.

    Parameters
    ----------
    value
        In the account's currency, to its smallest unit.
    margin
        Half the width of the 99 % interval; 0 where the value is exact.
    lost
        What is lost against the best choice that breaks no gate. Negative only where a breach would pay better.
    lost_margin
        Half the width of its 99 % interval: common luck cancels, so it can be far below ``margin``.
    """

    value: Decimal
    margin: Decimal
    lost: Decimal
    lost_margin: Decimal


class Appraiser:
    """Values for the plays of one scenario, under its assumptions; what it has worked out it keeps.

    In a scenario that is too large, "best play from then on" is that of a look-ahead, which is played out: in
    expectation never more than the exact value, and close to it where what is learnt pays within its depth.

    Parameters
    ----------
    scenario
        See :meth:`~arkit.training.model.Scenario.assuming` for other assumptions.
    budget
        Most information states to work out exactly.
    depth
        Decisions that the policy of the roll-outs looks ahead, where the scenario is larger than that.
    samples
        Roll-outs per choice.
    """

    def __init__(self, scenario: Scenario, *, budget: int = 200_000, depth: int = 2, samples: int = 400) -> None:
        self.scenario = scenario
        self.budget = budget
        self.depth = depth
        self.samples = samples

    @cached_property
    def values(self) -> Values:
        """Exact values, or those of a look-ahead where the scenario is too large."""
        exact = Values(self.scenario, budget=self.budget)
        try:
            for _, info in openings(self.scenario):
                exact.of(info)
        except TooLargeError:
            return Values(self.scenario, budget=self.budget, depth=self.depth)
        return exact

    @property
    def exact(self) -> bool:
        """Whether the values are exact."""
        return self.values.depth is None

    def policy(self, info: Info) -> str:
        """Return the choice of best play: the exact one, or that of the look-ahead."""
        return self.values.best(info)

    def worth(self, state: State) -> dict[str, Worth]:
        """Return what each choice on offer is worth on what the player can know; nothing after the end."""
        clean = allowed(self.scenario, state.place)
        return self._exact(state, clean) if self.exact else self._estimated(state, clean)

    def best(self, state: State) -> str:
        """Return the best choice that breaks no gate of conduct."""
        worth = self.worth(state)
        return max(allowed(self.scenario, state.place), key=lambda choice: worth[choice].value)

    def stands_at(self, state: State) -> Decimal:
        """Return what the case is worth if play is best from here on, before the end."""
        return self.worth(state)[self.best(state)].value

    def _exact(self, state: State, clean: tuple[str, ...]) -> dict[str, Worth]:
        ahead = self.values.by_choice(information(state)) if choices(state) else {}
        value = {key: in_units(self.scenario, for_the_case(state, worth)) for key, worth in ahead.items()}
        best, zero = max((value[key] for key in clean), default=Decimal(0)), in_units(self.scenario, 0)
        return {key: Worth(worth, zero, best - worth, zero) for key, worth in value.items()}

    def _estimated(self, state: State, clean: tuple[str, ...]) -> dict[str, Worth]:
        found: dict[str, Estimate] = {
            key: rollouts(state, key, self.policy, samples=self.samples, seed=state.place.step)
            for key in choices(state)
        }
        if not found:
            return {}
        best = max((found[key] for key in clean), key=lambda estimate: estimate.mean)
        top = in_units(self.scenario, best.mean)
        return {key: self._told(estimate, best, top) for key, estimate in found.items()}

    def _told(self, estimate: Estimate, best: Estimate, top: Decimal) -> Worth:
        value = in_units(self.scenario, estimate.mean)
        margins = estimate.margin, best.minus(estimate).margin
        of_value, of_loss = (in_units(self.scenario, margin) for margin in margins)
        return Worth(value, of_value, top - value, of_loss)
