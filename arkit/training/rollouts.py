"""What a choice is worth by playing on many times, where a scenario is too large to be worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from arkit.training.belief import Info, heard, information
from arkit.training.engine import State, step
from arkit.training.luck import pick, uniform
from arkit.training.money import ending_value, for_the_case

Policy = Callable[[Info], str]
"""How to choose on what is known."""
Z99 = 2.5758
"""Standard normal quantile of a two-sided 99 % interval."""


@dataclass(frozen=True)
class Estimate:
    """A mean over roll-outs, with its 99 % interval.

    Parameters
    ----------
    totals
        One value of the whole case per roll-out; the same place in two estimates met the same luck.
    """

    totals: NDArray[np.float64]

    @property
    def mean(self) -> float:
        """The estimate."""
        return float(self.totals.mean())

    @property
    def margin(self) -> float:
        """Half the width of the interval."""
        return float(Z99 * self.totals.std(ddof=1) / np.sqrt(len(self.totals)))

    def minus(self, other: Estimate) -> Estimate:
        """Return the difference, roll-out by roll-out: common luck cancels, so it is sharper than the two apart."""
        return Estimate(self.totals - other.totals)


def rollouts(state: State, choice: str, policy: Policy, *, samples: int = 400, seed: int = 0) -> Estimate:
    """Return what a choice is worth if a policy plays on, in money of the day on which the case began.

    Parameters
    ----------
    state
        Where the choice is made; its own seed and hidden reason are not used, only what the player can know.
    choice
        Any on offer.
    policy
        Who plays on.
    samples
        Roll-outs, each with a reason drawn from the belief and luck of its own (at least 2).
    seed
        The same for choices that are compared: roll-out ``k`` of each then has the same reason and the same luck.

    Notes
    -----
    Payments of the ending count with their probability: that draw would only add noise.
    """
    known = information(state)
    return Estimate(np.array([_played(state, known, choice, policy, (seed, k)) for k in range(samples)]))


def _played(state: State, known: Info, choice: str, policy: Policy, address: tuple[int, int]) -> float:
    scenario = state.scenario
    luck = int(uniform(address[0], "roll-out", address[1]) * 2**53)
    drawn = tuple(scenario.reasons)[pick(known.belief, uniform(luck, "reason"))]
    play, info, chosen = replace(state, seed=luck, reason=drawn), known, choice
    while True:
        play = step(play, chosen)
        info = heard(scenario, info, chosen, play.turns[-1].outcome, play.line)
        if play.over:
            return for_the_case(play, ending_value(scenario, play.place, drawn))
        chosen = policy(info)
