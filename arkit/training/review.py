"""The review of a play: each decision against the best on what was known then, with luck apart from skill.

Notes
-----
With ``V(t)`` the value of best play at decision ``t`` and ``Q(t)`` that of what was chosen, both for the whole case,

    lost(t) = V(t) - Q(t),    luck(t) = V(t + 1) - Q(t),    outcome = V(0) + sum of luck - sum of lost,

where the outcome takes the place of ``V`` after the last decision. All are rounded to the smallest unit of the currency
before they are subtracted, so the last equation holds exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple, get_args

from arkit.training.appraisal import Appraiser, Worth
from arkit.training.belief import Info, information
from arkit.training.engine import State, choices, replay
from arkit.training.model import Choice
from arkit.training.money import Result, result
from arkit.training.moves import Place, allowed, breached, over
from arkit.training.parts import Mark

Grade = Literal["best", "good", "inaccuracy", "mistake", "blunder", "breach"]
GRADES: tuple[tuple[Grade, float], ...] = (("best", 0.001), ("good", 0.01), ("inaccuracy", 0.03), ("mistake", 0.10))
"""Grade and the share of what is owed below which the value lost must stay; from the last on it is a blunder."""


def grade(share: float) -> Grade:
    """Return the grade of a decision by what it lost, as a share of what is owed.

    Examples
    --------
    >>> grade(0.0), grade(0.05), grade(0.10)
    ('best', 'mistake', 'blunder')
    """
    return next((name for name, below in GRADES if share < below), "blunder")


class Move(NamedTuple):
    """A move of the better line: where, what to choose, and what is then heard most often (0-1)."""

    node: str
    choice: str
    outcome: str
    chance: float


@dataclass(frozen=True)
class Decision:
    """One decision, reviewed.

    Parameters
    ----------
    place
        Where it was made.
    belief
        What could be known of the hidden reasons then: reason -> probability.
    chosen, best
        Keys of what was chosen, and of the best choice that breaks no gate of conduct.
    worth
        Each choice on offer -> what it was worth then.
    lost, share
        Value lost against the best, and as a share of what is owed; negative only where a breach pays better.
    grade
        ``best`` to ``blunder`` by the share; ``breach`` whatever it pays.
    breaches
        Gates of conduct that it broke.
    better
        The line of best play from here, each time with what is heard most often.
    choice, better_choice
        What was chosen and what was best, with the author's words, the source of the idea and the lesson.
    """

    place: Place
    belief: Mapping[str, float]
    chosen: str
    best: str
    worth: Mapping[str, Worth]
    lost: Decimal
    share: float
    grade: Grade
    breaches: tuple[str, ...]
    better: tuple[Move, ...]
    choice: Choice
    better_choice: Choice


class Points(NamedTuple):
    """Points of the rubric: those earned, and the most that could be earned in the situations that were met."""

    earned: int
    most: int


@dataclass(frozen=True)
class Review:
    """The review of a play, finished or not.

    Parameters
    ----------
    state
        The play.
    start
        Value of best play at the first decision.
    decisions, luck
        One of each per decision: the review, and what chance then brought.
    stands
        The outcome; before the end, the value of best play from here.
    result
        How it came out; None before the end.
    rubric
        Aspect -> points.
    """

    state: State
    start: Decimal
    decisions: tuple[Decision, ...]
    luck: tuple[Decimal, ...]
    stands: Decimal
    result: Result | None
    rubric: Mapping[Mark, Points]

    @property
    def lost(self) -> Decimal:
        """Value lost by all decisions."""
        return sum((decision.lost for decision in self.decisions), Decimal(0))

    @property
    def conduct_kept(self) -> bool:
        """Whether no gate was broken; no outcome in money makes up for it."""
        return not self.state.breaches


def decision(appraiser: Appraiser, state: State, choice: str) -> Decision:
    """Review one choice, made or only thought of, in a state.

    Parameters
    ----------
    appraiser
        Whose scenario is that of the state, perhaps under other assumptions.
    state
        Before the choice.
    choice
        One on offer.
    """
    scenario, worth = appraiser.scenario, appraiser.worth(state)
    info, best = information(state), appraiser.best(state)
    broken = breached(scenario, state.place, choice)
    share = float(worth[choice].lost / scenario.account.total)
    offer = choices(state)
    return Decision(
        place=state.place,
        belief=dict(zip(scenario.reasons, info.belief, strict=True)),
        chosen=choice,
        best=best,
        worth=worth,
        lost=worth[choice].lost,
        share=share,
        grade="breach" if broken else grade(share),
        breaches=broken,
        better=_line(appraiser, info, best),
        choice=offer[choice],
        better_choice=offer[best],
    )


def review_play(state: State, appraiser: Appraiser | None = None) -> Review:
    """Review a play.

    Parameters
    ----------
    state
        The play, finished or not.
    appraiser
        Values to use again from an earlier review, or under other assumptions; without one they are worked out.
    """
    appraiser = appraiser or Appraiser(state.scenario)
    scenario, made = appraiser.scenario, state.choices_made
    plays = [replay(scenario, state.seed, made[:number]) for number in range(len(made) + 1)]
    reviewed = tuple(decision(appraiser, play, choice) for play, choice in zip(plays, made, strict=False))
    came = result(plays[-1]) if state.over else None
    stands = came.total if came else appraiser.stands_at(plays[-1])
    course = [*(each.worth[each.best].value for each in reviewed), stands]
    return Review(
        state=plays[-1],
        start=course[0],
        decisions=reviewed,
        luck=tuple(then - each.worth[each.chosen].value for each, then in zip(reviewed, course[1:], strict=True)),
        stands=stands,
        result=came,
        rubric=_rubric(plays[:-1], made),
    )


def _line(appraiser: Appraiser, info: Info, best: str) -> tuple[Move, ...]:
    found, choice = [], best
    while True:
        p, follow, _, there = max(appraiser.values.after(info, choice), key=lambda heard: heard[0])
        found.append(Move(info.place.node, choice, follow.outcome, p))
        if over(appraiser.scenario, there.place):
            return tuple(found)
        info, choice = there, appraiser.policy(there)


def _rubric(plays: list[State], made: tuple[str, ...]) -> dict[Mark, Points]:
    earned, most = dict.fromkeys(get_args(Mark), 0), dict.fromkeys(get_args(Mark), 0)
    for play, chosen in zip(plays, made, strict=True):
        offer = choices(play)
        clean = allowed(play.scenario, play.place)
        for mark in earned:
            earned[mark] += offer[chosen].marks.get(mark, 0) if chosen in clean else 0
            most[mark] += max(offer[key].marks.get(mark, 0) for key in clean)
    return {mark: Points(earned[mark], most[mark]) for mark in earned}
