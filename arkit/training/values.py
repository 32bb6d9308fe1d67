"""What each choice is worth on what the player could know then: exact expectation over hidden reasons and chance.

Notes
-----
With ``b`` the belief, ``c`` the cost of a choice, ``d`` the discount over its days and ``o`` what is heard,

    Q(i, a) = -c(a) + d(a) * sum over o of P(o | b, a) * V(i after o),    V(i) = max of Q(i, a) over a without a breach.

Values are kept by hidden reason (V is their mean under ``b``), which also tells whether a choice is dominated.

References
----------
Kaelbling, Littman, Cassandra (1998), Planning and acting in partially observable stochastic domains, section 3.
Littman, Cassandra, Kaelbling (1995), Learning policies for partially observable environments: the leaf values (QMDP).
"""

from __future__ import annotations

from arkit.errors import ArkitError
from arkit.messages import Message
from arkit.training.belief import Belief, Info, alike, likelihoods, update
from arkit.training.model import Scenario
from arkit.training.money import ending_value
from arkit.training.moves import Follow, Place, allowed, follows, offered, over

Vector = tuple[float, ...]
"""Expected value under each hidden reason, in the scenario's order; 0 for a reason that was ruled out."""
PLACES = 500_000
"""Most states, reasons apart, that a look-ahead may need."""


class TooLargeError(ArkitError):
    """A scenario with more information states than the budget."""


class Values:
    """Values of a scenario's information states, each worked out once.

    Parameters
    ----------
    scenario
        With the assumptions that its money rests on.
    budget
        Most information states to keep; one with more is refused by :class:`TooLargeError`, unless ``depth`` is given.
    depth
        Decisions to look ahead; at that depth the value is taken as if the reason became known. None: to the end.
    """

    def __init__(self, scenario: Scenario, *, budget: int = 200_000, depth: int | None = None) -> None:
        self.scenario = scenario
        self.budget = budget
        self.depth = depth
        self._best: dict[tuple[Info, int | None], Vector] = {}
        self._told: dict[Place, Vector] = {}
        self._endings: dict[Place, Vector] = {}
        self._follows: dict[tuple[Place, str], tuple[Follow, ...]] = {}

    def of(self, info: Info) -> float:
        """Return the value of best play from here, on the day it is."""
        return _mean(info.belief, self._value(info, self.depth))

    def by_choice(self, info: Info) -> dict[str, float]:
        """Return what each choice on offer is worth if play is best from then on; those with a breach included."""
        return {
            choice: _mean(info.belief, self.by_reason(info, choice)) for choice in offered(self.scenario, info.place)
        }

    def by_reason(self, info: Info, choice: str) -> Vector:
        """Return what a choice is worth under each hidden reason, the player not knowing which it is."""
        return self._choice(info, choice, self.depth)

    def best(self, info: Info) -> str:
        """Return the best choice that breaks no gate of conduct; the first of equals."""
        worth = {key: _mean(info.belief, self.by_reason(info, key)) for key in self._allowed(info.place)}
        return max(worth, key=worth.__getitem__)

    def after(self, info: Info, choice: str) -> list[tuple[float, Follow, int, Info]]:
        """Return what can be heard after a choice: probability, what follows, the next line, and what is then known."""
        found = []
        for follow in self._followed(info.place, choice):
            for line in dict.fromkeys(follow.lines):
                chances = likelihoods(follow, line)
                p = _mean(info.belief, chances)
                if p > 0:
                    found.append((p, follow, line, Info(follow.place, update(info.belief, chances))))
        return found

    def _allowed(self, place: Place) -> tuple[str, ...]:
        found = allowed(self.scenario, place)
        if not found:
            raise ArkitError(Message("{situation} has no choice without a breach of conduct", situation=place.node))
        return found

    def _followed(self, place: Place, choice: str) -> tuple[Follow, ...]:
        if (place, choice) not in self._follows:
            self._follows[place, choice] = tuple(follows(self.scenario, place, choice))
        return self._follows[place, choice]

    def _ending(self, place: Place) -> Vector:
        if place not in self._endings:
            self._endings[place] = tuple(ending_value(self.scenario, place, key) for key in self.scenario.reasons)
        return self._endings[place]

    def _value(self, info: Info, depth: int | None) -> Vector:
        if over(self.scenario, info.place):
            return self._ending(info.place)
        if depth == 0:
            return self._known(info.place)
        key = alike(info), depth
        if key not in self._best:
            vectors = [self._choice(info, choice, depth) for choice in self._allowed(info.place)]
            self._make_room()
            self._best[key] = max(vectors, key=lambda vector: _mean(info.belief, vector))
        return self._best[key]

    def _choice(self, info: Info, choice: str, depth: int | None) -> Vector:
        rest = None if depth is None else depth - 1
        total = [0.0] * len(info.belief)
        for _, follow, line, there in self.after(info, choice):
            ahead = self._value(there, rest)
            for reason, p in enumerate(likelihoods(follow, line)):
                if info.belief[reason] > 0:
                    total[reason] += p * ahead[reason]
        return self._paid_for(info.place, choice, total)

    def _known(self, place: Place) -> Vector:
        """Return the values of best play for somebody who was told the reason."""
        if over(self.scenario, place):
            return self._ending(place)
        if place not in self._told:
            told = [self._known_choice(place, choice) for choice in self._allowed(place)]
            self._told[place] = tuple(max(values) for values in zip(*told, strict=True))
            if len(self._told) > PLACES:
                raise TooLargeError(Message("the scenario has more than {n} states", n=PLACES))
        return self._told[place]

    def _known_choice(self, place: Place, choice: str) -> Vector:
        total = [0.0] * len(self.scenario.reasons)
        for follow in self._followed(place, choice):
            for reason, p in enumerate(follow.chances):
                if p > 0:
                    total[reason] += p * self._known(follow.place)[reason]
        return self._paid_for(place, choice, total)

    def _paid_for(self, place: Place, choice: str, ahead: list[float]) -> Vector:
        money, chosen = self.scenario.assumptions, self.scenario.situations[place.node].choices[choice]
        cost, discount = money.cost(chosen.minutes), money.discount(chosen.days)
        return tuple(discount * value - cost for value in ahead)

    def _make_room(self) -> None:
        if len(self._best) < self.budget:
            return
        if self.depth is None:
            raise TooLargeError(Message("the scenario has more than {n} information states", n=self.budget))
        self._best.clear()  # a look-ahead starts anew at every decision: what it kept only saves time


def _mean(belief: Belief, vector: Vector) -> float:
    return sum(p * value for p, value in zip(belief, vector, strict=True) if p > 0)
