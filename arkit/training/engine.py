"""Play: a pure state machine. Seed and choices replay everything; there is no clock and no other randomness."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from arkit.errors import ArkitError
from arkit.messages import Message
from arkit.training.luck import pick, uniform
from arkit.training.model import Choice, Scenario
from arkit.training.moves import Follow, Place, breached, follows, lines, offered, opening, over
from arkit.training.parts import Text


class Turn(NamedTuple):
    """A decision that was made and what followed: all of it known to the player.

    Parameters
    ----------
    place
        Where it was made.
    choice, outcome
        What was chosen, and the key of what followed.
    line
        The line with which the debtor opened the next situation; -1 at an ending.
    breaches
        Gates of conduct that it broke.
    """

    place: Place
    choice: str
    outcome: str
    line: int
    breaches: tuple[str, ...]


class Said(NamedTuple):
    """A line of the conversation."""

    who: str
    text: Text


@dataclass(frozen=True)
class State:
    """Where a play stands.

    Parameters
    ----------
    scenario, seed
        What is played, and the luck it is played with.
    reason
        The hidden reason. It is for the engine and the review after the end, never for the player.
    place
        Where the conversation stands.
    line
        The line with which the debtor opened this situation; -1 at an ending.
    first_line
        The line with which he opened the conversation.
    turns
        The decisions so far.
    """

    scenario: Scenario
    seed: int
    reason: str
    place: Place
    line: int
    first_line: int
    turns: tuple[Turn, ...] = ()

    @property
    def over(self) -> bool:
        """Whether the conversation has come to an ending."""
        return over(self.scenario, self.place)

    @property
    def choices_made(self) -> tuple[str, ...]:
        """What was chosen so far: with the seed, the whole of the play."""
        return tuple(turn.choice for turn in self.turns)

    @property
    def made(self) -> tuple[Choice, ...]:
        """The choices made so far, as the scenario describes them."""
        return tuple(self.scenario.situations[turn.place.node].choices[turn.choice] for turn in self.turns)

    @property
    def days(self) -> int:
        """Days gone by since the case began."""
        return sum(choice.days for choice in self.made)

    @property
    def breaches(self) -> tuple[str, ...]:
        """Gates of conduct that were broken, in the order of the breaches."""
        return tuple(gate for turn in self.turns for gate in turn.breaches)

    @property
    def said(self) -> tuple[Said, ...]:
        """Everything said and heard so far, in its order: ``debtor``, ``player``, or ``heard`` for what followed."""
        situations, places = self.scenario.situations, [turn.place for turn in self.turns]
        spoken = [Said("debtor", situations[self.scenario.opening].says[self.first_line].text)]
        for turn, there in zip(self.turns, [*places, self.place][1:], strict=True):
            choice = situations[turn.place.node].choices[turn.choice]
            spoken += [Said("player", choice.text), Said("heard", choice.outcomes[turn.outcome].heard)]
            if turn.line >= 0:
                spoken.append(Said("debtor", situations[there.node].says[turn.line].text))
        return tuple(spoken)


def start(scenario: Scenario, seed: int) -> State:
    """Begin: draw the hidden reason by the seed, and let the debtor speak."""
    drawn = pick(scenario.prior, uniform(seed, "reason"))
    first = lines(scenario, place := opening(scenario))[drawn]
    return State(scenario, seed, tuple(scenario.reasons)[drawn], place, first, first)


def choices(state: State) -> dict[str, Choice]:
    """Return what can be chosen now, by key; nothing after the end."""
    return offered(state.scenario, state.place)


def step(state: State, choice: str) -> State:
    """Make a choice and return where it leads; the state that was given stays as it is.

    Raises
    ------
    ArkitError
        For what can not be chosen now, with what can.
    """
    open_now = choices(state)
    if choice not in open_now:
        listed = ", ".join(open_now) or "–"
        raise ArkitError(Message("{choice} can not be chosen now; what can: {listed}", choice=choice, listed=listed))
    scenario, place = state.scenario, state.place
    reason = tuple(scenario.reasons).index(state.reason)
    follow = _drawn(state, choice, reason)
    turn = Turn(place, choice, follow.outcome, follow.lines[reason], breached(scenario, place, choice))
    return replace(
        state,
        place=follow.place,
        line=turn.line,
        turns=(*state.turns, turn),
    )


def _drawn(state: State, choice: str, reason: int) -> Follow:
    options = tuple(follows(state.scenario, state.place, choice))
    number = uniform(state.seed, "outcome", state.place.step, state.place.node, choice)
    return options[pick([option.chances[reason] for option in options], number)]


def replay(scenario: Scenario, seed: int, choices: Iterable[str]) -> State:
    """Play choices again from the start. To take back is to replay fewer of them."""
    state = start(scenario, seed)
    for choice in choices:
        state = step(state, choice)
    return state


def take_back(state: State, decisions: int = 1) -> State:
    """Return the play as it stood so many decisions ago, with the same luck ahead for the same choices.

    Raises
    ------
    ArkitError
        Where fewer decisions were made.
    """
    made = state.choices_made
    if not 0 <= decisions <= len(made):
        raise ArkitError(Message("{n} decisions can not be taken back: {made} were made", n=decisions, made=len(made)))
    return replay(state.scenario, state.seed, made[: len(made) - decisions])
