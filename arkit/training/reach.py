"""Where a scenario can lead: every place that some play comes to, for some hidden reason and some luck."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from arkit.messages import Message
from arkit.training.model import Scenario
from arkit.training.moves import Follow, Place, breached, follows, lines, offered, opening, over
from arkit.training.values import TooLargeError

Possible = frozenset[int]
"""Places of the hidden reasons that are not ruled out."""
Node = tuple[Place, Possible]


@dataclass
class Reach:
    """What plays can come to.

    Parameters
    ----------
    places
        Every place, in the order of the decisions that it takes at least.
    choices, outcomes, lines
        What can be chosen, what can follow and what can be said: (situation, choice), (situation, choice, outcome),
        (situation, number of the line).
    gates
        Gates of conduct that can be broken.
    ways
        Situation -> where its outcomes lead, the limit left out.
    shortest
        Choices of a shortest play to an ending, as (situation, choice); None where no play ends.
    """

    places: dict[Place, None] = field(default_factory=dict)
    choices: set[tuple[str, str]] = field(default_factory=set)
    outcomes: set[tuple[str, str, str]] = field(default_factory=set)
    lines: set[tuple[str, int]] = field(default_factory=set)
    gates: set[str] = field(default_factory=set)
    ways: dict[str, set[str]] = field(default_factory=dict)
    shortest: tuple[tuple[str, str], ...] | None = None

    @property
    def nodes(self) -> set[str]:
        """Situations and endings that can be come to."""
        return {place.node for place in self.places} | {there for ways in self.ways.values() for there in ways}


def reach(scenario: Scenario, *, budget: int = 200_000) -> Reach:
    """Follow every choice and every outcome from the opening.

    Parameters
    ----------
    scenario
        With all its references in order.
    budget
        Most places to follow.

    Raises
    ------
    TooLargeError
        For more places than the budget.
    """
    found, came_by = Reach(), dict[Node, tuple[Node, str] | None]()
    drawn = frozenset(number for number, chance in enumerate(scenario.prior) if chance > 0)
    first = opening(scenario)
    waiting = deque[Node]()
    _arrive(
        found, came_by, waiting, Follow("", (1.0,) * len(scenario.prior), first, lines(scenario, first)), drawn, None
    )
    while waiting:
        if len(came_by) > budget:
            raise TooLargeError(Message("the scenario has more than {n} states", n=budget))
        here = waiting.popleft()
        place, possible = here
        if over(scenario, place):
            if found.shortest is None:
                found.shortest = _way(came_by, here)
            continue
        for choice in offered(scenario, place):
            found.choices.add((place.node, choice))
            found.gates.update(breached(scenario, place, choice))
            outcomes = scenario.situations[place.node].choices[choice].outcomes
            for follow in follows(scenario, place, choice):
                if _arrive(found, came_by, waiting, follow, possible, (here, choice)):
                    found.outcomes.add((place.node, choice, follow.outcome))
                    found.ways.setdefault(place.node, set()).add(outcomes[follow.outcome].next)
    return found


def _arrive(
    found: Reach,
    came_by: dict[Node, tuple[Node, str] | None],
    waiting: deque[Node],
    follow: Follow,
    possible: Possible,
    origin: tuple[Node, str] | None,
) -> bool:
    """Note where an outcome leads, once for each line that can open it; tell whether it can happen."""
    kept = frozenset(number for number in possible if follow.chances[number] > 0)
    for line in {follow.lines[number] for number in kept}:
        there = follow.place, frozenset(number for number in kept if follow.lines[number] == line)
        found.places.setdefault(follow.place)
        if line >= 0:
            found.lines.add((follow.place.node, line))
        if there not in came_by:
            came_by[there] = origin
            waiting.append(there)
    return bool(kept)


def _way(came_by: dict[Node, tuple[Node, str] | None], here: Node) -> tuple[tuple[str, str], ...]:
    way = []
    while (origin := came_by[here]) is not None:
        here, choice = origin
        way.append((here[0].node, choice))
    return tuple(reversed(way))
