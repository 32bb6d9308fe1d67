"""The player: a thin view on a :class:`~arkit.player.session.Session`, drawn by ``player.js`` with native controls."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import RLock
from typing import Any, cast

import anywidget
import traitlets

from arkit.errors import ArkitError, choose
from arkit.messages import Lang, Message
from arkit.player.review_view import review_view
from arkit.player.session import Feedback, Session
from arkit.player.view import play_view, start_view
from arkit.text import Text
from arkit.training.attempt_file import unfinished
from arkit.training.model import Scenario

HERE = Path(__file__).parent
MOST_OFFERED = 3
"""Unfinished attempts that the first screen offers to go on with."""


class Player(anywidget.AnyWidget):
    """A scenario to be played: see :func:`arkit.play`.

    Parameters
    ----------
    scenario
        What is played.
    participant, folder, lang, feedback, seed
        As for :func:`arkit.play`.

    Attributes
    ----------
    view
        What the page shows: words and figures only.
    answered
        Counts what the page asked for and the kernel has dealt with.
    session
        The play; None on the first screen.
    """

    _esm = HERE / "player.js"
    _css = HERE / "player.css"

    view = traitlets.Dict().tag(sync=True)
    answered = traitlets.Int(0).tag(sync=True)
    alert = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, scenario: Scenario, *, participant: str, folder: Path, lang: Lang, feedback: Feedback, seed: int | None
    ) -> None:
        choose("feedback", feedback, Feedback)
        choose("lang", lang, Lang)
        self.scenario, self.folder, self.seed, self.feedback = scenario, folder, seed, feedback
        self.participant, self.fixed, self.text = participant.strip(), bool(participant.strip()), Text(lang)
        self.session: Session | None = None
        self._one_at_a_time = RLock()
        super().__init__(view=self._view())
        self.on_msg(self._heard)

    def __repr__(self) -> str:
        """Tell what is played; the same in every run."""
        return f"Player({self.scenario.id!r})"

    def ask(self, do: str, **given: Any) -> None:  # noqa: ANN401 (what the page sends along)
        """Do what a control of the page asks for.

        Parameters
        ----------
        do
            ``alias``, ``begin``, ``resume``, ``choose``, ``take_back``, ``assume``, ``retry``, ``again``, ``language``.
        given
            What goes with it; ``at``, the time on the page, wherever something is written.

        Raises
        ------
        ArkitError
            For what can not be done, in words for the player.
        """
        acts: Mapping[str, Callable[..., None]] = {
            "alias": self._alias, "begin": self._begin, "resume": self._resume, "choose": self._choose,
            "take_back": self._take_back, "assume": self._assume, "retry": self._retry, "again": self._again,
            "language": self._language,
        }  # fmt: skip
        with self._one_at_a_time:  # JupyterLab hands messages to a thread of their own, beside that of the cells
            acts[do](**given)
            self.view = self._view()

    def _heard(self, _: object, message: dict[str, Any], __: object) -> None:
        """Answer the page; an exception is shown, for in a callback it would vanish."""
        try:
            self.ask(**message)
            self.alert = ""
        except Exception as error:
            ours = error.args[0] if error.args and isinstance(error.args[0], Message) else None
            self.alert = ours.to(self.text.lang) if ours else "".join(traceback.format_exception_only(error))
        finally:
            self.answered += 1

    def _view(self) -> dict[str, Any]:
        if self.session is None:
            mine = unfinished(self.folder, self.scenario.id, self.participant) if self.participant else []
            return start_view(
                self.scenario, self.text, alias=self.participant, fixed=self.fixed, feedback=self.feedback,
                unfinished=mine[:MOST_OFFERED],
            )  # fmt: skip
        return (review_view if self.session.state.over else play_view)(self.session, self.text)

    @property
    def _play(self) -> Session:
        if self.session is None:
            raise ArkitError(Message("begin first"))
        return self.session

    def _alias(self, alias: str) -> None:
        if not self.fixed:
            self.participant = alias.strip()

    def _begin(self, *, alias: str, feedback: str, at: str) -> None:
        self._alias(alias)
        self.feedback = self._checked(feedback)
        self.session = Session.begin(
            self.scenario, self.participant, self.folder, at, feedback=self.feedback, seed=self.seed
        )
        self._solve()

    def _resume(self, *, attempt: str, feedback: str, at: str) -> None:
        self.feedback = self._checked(feedback)
        mine = {each.path.stem: each for each in unfinished(self.folder, self.scenario.id, self.participant)}
        if attempt not in mine:
            raise ArkitError(Message("this attempt can not be gone on with: it was finished or removed"))
        self.session = Session.resume(self.scenario, mine[attempt], at, feedback=self.feedback)
        self._solve()

    def _solve(self) -> None:
        """Work the values out now, so that no decision has to wait for them."""
        _ = self._play.appraiser.values

    def _choose(self, *, choice: str, step: int, at: str) -> None:
        if step != len(self._play.state.turns):
            raise ArkitError(Message("this decision was made already: the page shows where the conversation stands"))
        self._play.choose(choice, at)

    def _take_back(self, *, at: str) -> None:
        self._play.take_back(1, at)

    def _assume(self, **changes: float) -> None:
        self._play.assume(**{name: float(value) for name, value in changes.items()})

    def _retry(self, *, kept: int, at: str) -> None:
        self.session = self._play.again_from(kept, self.participant, self.folder, at)

    def _again(self, *, at: str) -> None:
        session = Session.begin(self.scenario, self.participant, self.folder, at, feedback=self.feedback, seed=None)
        session.appraiser = self._play.appraiser
        self.session = session

    def _language(self) -> None:
        self.text = Text("zh" if self.text.lang == "en" else "en")

    @staticmethod
    def _checked(feedback: str) -> Feedback:
        choose("feedback", feedback, Feedback)
        return cast("Feedback", feedback)
