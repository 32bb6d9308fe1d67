"""One participant at one scenario: the play, its file, and its values. No widget, no words."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Literal

from arkit.training.appraisal import Appraiser
from arkit.training.attempt_file import Attempt, AttemptFile
from arkit.training.engine import State, replay, step, take_back
from arkit.training.model import Scenario
from arkit.training.money import result
from arkit.training.proof import replayed
from arkit.training.review import Decision, Review, decision, review_play

Feedback = Literal["immediate", "end", "adaptive"]
WORTH_A_WORD = ("mistake", "blunder", "breach")
"""Grades that adaptive feedback speaks of at once."""


class Session:
    """A play that is kept as it goes on: what is written first happens, what can not be written does not.

    Parameters
    ----------
    file
        Where the attempt is kept.
    state
        Where it stands.
    feedback
        When decisions are spoken of.
    appraiser
        Values to use again, from another play of the scenario.
    """

    def __init__(self, file: AttemptFile, state: State, feedback: Feedback, appraiser: Appraiser | None = None) -> None:
        self.file, self.state, self.feedback = file, state, feedback
        self.appraiser = appraiser or Appraiser(state.scenario)

    @classmethod
    def begin(
        cls, scenario: Scenario, participant: str, folder: Path, at: str, *, feedback: Feedback, seed: int | None = None
    ) -> Session:
        """Begin an attempt; without a seed, with luck of its own."""
        seed = secrets.randbelow(1_000_000) if seed is None else seed
        file = AttemptFile.create(
            folder, participant=participant, scenario=scenario.id, version=scenario.version, seed=seed, at=at
        )
        return cls(file, replay(scenario, seed, ()), feedback)

    @classmethod
    def resume(cls, scenario: Scenario, attempt: Attempt, at: str, *, feedback: Feedback) -> Session:
        """Go on with an attempt.

        Raises
        ------
        ArkitError
            Where it was played in another version of the scenario.
        """
        session = cls(AttemptFile.resume(attempt), replayed(attempt, scenario), feedback)
        if session.state.over:  # a crash came between the last decision and the end
            session._end(at)
        return session

    def choose(self, choice: str, at: str) -> None:
        """Make a decision, which is on the disk when this returns."""
        after = step(self.state, choice)
        self.file.choose(choice, at)
        self.state = after
        if after.over:
            self._end(at)

    def _end(self, at: str) -> None:
        self.file.end(str(result(self.state).total), at)

    def take_back(self, decisions: int, at: str) -> None:
        """Take decisions back, before the end."""
        before = take_back(self.state, decisions)
        self.file.take_back(decisions, at)
        self.state = before

    def again_from(self, kept: int, participant: str, folder: Path, at: str) -> Session:
        """Begin another attempt with the same luck, which takes over the first decisions of this one."""
        state, choices = self.state, self.state.choices_made[:kept]
        file = AttemptFile.create(
            folder, participant=participant, scenario=state.scenario.id, version=state.scenario.version,
            seed=state.seed, at=at, retry_of=self.file.path.stem, kept=choices,
        )  # fmt: skip
        return Session(file, replay(state.scenario, state.seed, choices), self.feedback, self.appraiser)

    def spoken_of(self) -> Decision | None:
        """Return the last decision's review, where the feedback speaks of it now."""
        made = self.state.choices_made
        if not made or self.feedback == "end":
            return None
        before = take_back(self.state)
        last = decision(self.appraiser, before, made[-1])
        return last if self.feedback == "immediate" or last.grade in WORTH_A_WORD else None

    def review(self) -> Review:
        """Return the review of the play, under the assumptions in force."""
        return review_play(self.state, self.appraiser)

    def assume(self, **changes: float) -> None:
        """Review under other assumptions from now on."""
        self.appraiser = Appraiser(self.appraiser.scenario.assuming(**changes))
