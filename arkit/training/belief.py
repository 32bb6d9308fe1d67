"""What the player can know: the place, and a belief over the hidden reasons by Bayes from what was heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from arkit.errors import ArkitError
from arkit.messages import Message
from arkit.training.engine import State
from arkit.training.model import Scenario
from arkit.training.moves import Follow, Place, follows, lines, opening

DECIMALS = 12
"""Beliefs that agree to so many decimals are one: they differ by rounding only."""

Belief = tuple[float, ...]
"""Probability of each hidden reason, in the scenario's order; they sum to one."""


class Info(NamedTuple):
    """An information state: two plays with the same one can not be told apart, and have the same value."""

    place: Place
    belief: Belief


def alike(info: Info) -> Info:
    """Return what all information states that differ by rounding only have in common: a key for them."""
    return Info(info.place, tuple(round(p, DECIMALS) for p in info.belief))


def update(belief: Belief, likelihoods: Sequence[float]) -> Belief:
    """Return the belief after something was heard.

    Parameters
    ----------
    belief
        Before.
    likelihoods
        Probability of what was heard, under each hidden reason.

    Raises
    ------
    ArkitError
        For what can not be heard under any reason that is thought possible.

    Examples
    --------
    >>> update((0.5, 0.5), (0.9, 0.3))
    (0.75, 0.25)
    """
    joint = [p * likelihood for p, likelihood in zip(belief, likelihoods, strict=True)]
    total = sum(joint)
    if total <= 0:
        raise ArkitError(Message("no reason that is thought possible explains what was heard"))
    return tuple(p / total for p in joint)


def likelihoods(follow: Follow, line: int) -> tuple[float, ...]:
    """Return the probability of an outcome and of the line that opens what comes next, under each hidden reason."""
    return tuple(p if said == line else 0.0 for p, said in zip(follow.chances, follow.lines, strict=True))


def opened(scenario: Scenario, line: int) -> Info:
    """Return what is known when the debtor has opened with a line."""
    place = opening(scenario)
    said = lines(scenario, place)
    return Info(place, update(scenario.prior, [float(other == line) for other in said]))


def openings(scenario: Scenario) -> list[tuple[float, Info]]:
    """Return how a play may open: the probability of each first line, and what is known when it was said."""
    said = lines(scenario, opening(scenario))
    chances = {line: sum(p for p, other in zip(scenario.prior, said, strict=True) if other == line) for line in said}
    return [(p, opened(scenario, line)) for line, p in chances.items() if p > 0]


def heard(scenario: Scenario, info: Info, choice: str, outcome: str, line: int) -> Info:
    """Return what is known after a choice, its outcome and the next line."""
    follow = next(f for f in follows(scenario, info.place, choice) if f.outcome == outcome)
    return Info(follow.place, update(info.belief, likelihoods(follow, line)))


def information(state: State) -> Info:
    """Return what the player of a state can know; the hidden reason is not looked at."""
    info = opened(state.scenario, state.first_line)
    for turn in state.turns:
        info = heard(state.scenario, info, turn.choice, turn.outcome, turn.line)
    return info
