"""Players that follow a rule: at random, always soft, always hard, or best play; what a skill is measured against.

All of them keep the gates of conduct, so that they differ in judgement alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Literal, get_args

from arkit.training.appraisal import Appraiser
from arkit.training.belief import information, openings
from arkit.training.engine import State, start, step
from arkit.training.luck import uniform
from arkit.training.model import Choice, Scenario, Tone
from arkit.training.money import ending_value
from arkit.training.moves import Place, allowed, follows, opening, over

Policy = Literal["random", "soft", "hard", "best"]
POLICIES: tuple[Policy, ...] = get_args(Policy)
TONES: tuple[Tone, ...] = get_args(Tone)


def candidates(scenario: Scenario, place: Place, policy: Policy) -> tuple[str, ...]:
    """Return what a player by rule may choose here, each as likely; best play is not told by the place alone."""
    clean = allowed(scenario, place)
    if policy == "random":
        return clean
    every = scenario.situations[place.node].choices
    extreme = (min if policy == "soft" else max)(_loudness(every[key]) for key in clean)
    return tuple(key for key in clean if _loudness(every[key]) == extreme)


def _loudness(choice: Choice) -> int:
    return TONES.index(choice.tone)


def play(appraiser: Appraiser, seed: int, policy: Policy) -> State:
    """Play a scenario to its end by a rule."""
    state = start(appraiser.scenario, seed)
    while not state.over:
        state = step(state, _chosen(appraiser, state, policy))
    return state


def _chosen(appraiser: Appraiser, state: State, policy: Policy) -> str:
    if policy == "best":
        return appraiser.policy(information(state))
    options = candidates(state.scenario, state.place, policy)
    return options[int(uniform(state.seed, "policy", policy, state.place.step) * len(options))]


def policy_value(appraiser: Appraiser, policy: Policy) -> float:
    """Return what a rule brings on average over reasons and luck, for the whole case on its first day: exactly.

    Where the scenario is too large for exact values, best play is valued by its look-ahead.
    """
    scenario = appraiser.scenario
    if policy == "best":
        return sum(p * appraiser.values.of(info) for p, info in openings(scenario))
    ahead = _by_rule(scenario, policy)
    return sum(p * ahead(opening(scenario), reason) for reason, p in enumerate(scenario.prior) if p > 0)


def _by_rule(scenario: Scenario, policy: Policy) -> Callable[[Place, int], float]:
    """Return the value of a rule from a place on, under a hidden reason."""
    reasons, money = tuple(scenario.reasons), scenario.assumptions

    @cache
    def ahead(place: Place, reason: int) -> float:
        if over(scenario, place):
            return ending_value(scenario, place, reasons[reason])
        options = candidates(scenario, place, policy)
        return sum(after(place, choice, reason) for choice in options) / len(options)

    def after(place: Place, choice: str, reason: int) -> float:
        chosen = scenario.situations[place.node].choices[choice]
        met = (follow for follow in follows(scenario, place, choice) if follow.chances[reason] > 0)
        later = sum(follow.chances[reason] * ahead(follow.place, reason) for follow in met)
        return money.discount(chosen.days) * later - money.cost(chosen.minutes)

    return ahead
