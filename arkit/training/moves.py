"""The rules of the game: what can be chosen, what may follow, how it changes the state; for play and review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from arkit.training.model import Choice, Scenario
from arkit.training.parts import Effects, chance, holds


class Place(NamedTuple):
    """Where a conversation stands, as far as the player can know.

    Parameters
    ----------
    step
        Decisions made so far.
    node
        Key of the situation, or of the ending.
    values
        The state variables, in the scenario's order; what was heard tells them all.
    """

    step: int
    node: str
    values: tuple[int, ...]


class Follow(NamedTuple):
    """What one outcome of a choice leads to.

    Parameters
    ----------
    outcome
        Its key.
    chances
        Its probability under each hidden reason, in the scenario's order.
    place
        Where the conversation stands then.
    lines
        Under each hidden reason, the line with which the debtor opens there; -1 at an ending.
    """

    outcome: str
    chances: tuple[float, ...]
    place: Place
    lines: tuple[int, ...]


def opening(scenario: Scenario) -> Place:
    """Return where the conversation begins."""
    return Place(0, scenario.opening, tuple(variable.start for variable in scenario.variables.values()))


def named(scenario: Scenario, place: Place) -> Mapping[str, int]:
    """Return the state variables by name."""
    return dict(zip(scenario.names, place.values, strict=True))


def over(scenario: Scenario, place: Place) -> bool:
    """Tell whether the conversation has come to an ending."""
    return place.node in scenario.endings


def offered(scenario: Scenario, place: Place) -> dict[str, Choice]:
    """Return what can be chosen, by key; nothing at an ending."""
    if over(scenario, place):
        return {}
    values = named(scenario, place)
    every = scenario.situations[place.node].choices
    return {key: choice for key, choice in every.items() if holds(choice.when, values)}


def breached(scenario: Scenario, place: Place, choice: str) -> tuple[str, ...]:
    """Return the gates of conduct that a choice breaks here."""
    values = named(scenario, place)
    breaches = scenario.situations[place.node].choices[choice].breaches
    return tuple(breach.gate for breach in breaches if holds(breach.when, values))


def allowed(scenario: Scenario, place: Place) -> tuple[str, ...]:
    """Return the choices that break no gate of conduct."""
    return tuple(key for key in offered(scenario, place) if not breached(scenario, place, key))


def lines(scenario: Scenario, place: Place) -> tuple[int, ...]:
    """Return, for each hidden reason, the line that the debtor says here; -1 at an ending."""
    if over(scenario, place):
        return (-1,) * len(scenario.reasons)
    values = named(scenario, place)
    says = scenario.situations[place.node].says
    return tuple(
        next(number for number, line in enumerate(says) if line.applies(values, reason)) for reason in scenario.reasons
    )


def follows(scenario: Scenario, place: Place, choice: str) -> Iterator[Follow]:
    """Yield what may follow a choice, the impossible included with chance 0.

    The probability of an outcome is that of the state *before* the choice's own effects.
    """
    values = named(scenario, place)
    chosen = scenario.situations[place.node].choices[choice]
    for key, outcome in chosen.outcomes.items():
        chances = tuple(chance(outcome.chance, values, reason) for reason in scenario.reasons)
        node = outcome.next
        if place.step + 1 >= scenario.limit.decisions and node in scenario.situations:
            node = scenario.limit.ending
        after = _added(scenario, _added(scenario, place.values, chosen.effects), outcome.effects)
        there = Place(place.step + 1, node, after)
        yield Follow(key, chances, there, lines(scenario, there))


def _added(scenario: Scenario, values: tuple[int, ...], effects: Effects) -> tuple[int, ...]:
    return tuple(
        min(max(value + effects.get(name, 0), variable.least), variable.most)
        for value, (name, variable) in zip(values, scenario.variables.items(), strict=True)
    )
