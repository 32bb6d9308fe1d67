"""Play a scenario of the collection conversation in a notebook, and read the review of every move."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from arkit.errors import ArkitError
from arkit.messages import Lang, Message

if TYPE_CHECKING:
    from arkit.player.session import Feedback
    from arkit.player.widget import Player
    from arkit.training.model import Scenario

__all__ = ["play"]


def play(
    scenario: str | Scenario, *, participant: str = "", folder: str | Path = "attempts", lang: Lang = "en",
    feedback: Feedback = "adaptive", seed: int | None = None,
) -> Player:  # fmt: skip
    """Show a scenario as a widget to be played.

    Parameters
    ----------
    scenario
        Id of one that ships with arkit (:func:`arkit.training.catalogue`), or one of your own
        (:func:`arkit.training.read_scenario`).
    participant
        Alias under which attempts are kept; empty: the page asks for it.
    folder
        Where attempts are written, a file each; :func:`arkit.training.attempts` reads them back.
    lang
        ``en`` or ``zh`` to begin with; the page can change it.
    feedback
        ``immediate`` after every decision, ``end``, or ``adaptive``: at once only after what cost much.
    seed
        Luck and hidden reason, the same for everybody who plays with it; None: another each time.

    Returns
    -------
    Player
        A widget.

    Raises
    ------
    ArkitError
        Without the widgets' libraries, or for a scenario that is not there.
    """
    from arkit.training.shipped import scenario as shipped

    played = shipped(scenario) if isinstance(scenario, str) else scenario
    try:
        from arkit.player.widget import Player
    except ModuleNotFoundError as missing:
        message = Message("play needs {library}: install arkit-receivables with its extra 'lab'", library=missing.name)
        raise ArkitError(message) from missing
    return Player(played, participant=participant, folder=Path(folder), lang=lang, feedback=feedback, seed=seed)
