"""What participants did, read back from their files and proved by replay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arkit.errors import ArkitError
from arkit.messages import Message
from arkit.training.appraisal import Appraiser
from arkit.training.attempt_file import Attempt, read_attempt
from arkit.training.engine import State, replay
from arkit.training.model import Scenario
from arkit.training.money import result
from arkit.training.review import review_play
from arkit.training.shipped import names, scenario

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "attempt", "participant", "scenario", "version", "seed", "started", "minutes", "decisions", "taken_back",
    "retry_of", "finished", "currency", "outcome", "best", "lost", "lost_share", "breaches", "proved", "note",
    "choices",
)  # fmt: skip


def replayed(attempt: Attempt, played: Scenario) -> State:
    """Play an attempt again.

    Raises
    ------
    ArkitError
        Where the scenario is of another version, the choices can not be made, or the outcome is another one.
    """
    head = attempt.head
    if (head.scenario, head.version) != (played.id, played.version):
        then, now = head.version, played.version
        raise ArkitError(Message("played in version {then}, the scenario is now version {now}", then=then, now=now))
    state = replay(played, head.seed, attempt.choices)
    if attempt.outcome is not None and not (state.over and str(result(state).total) == attempt.outcome):
        raise ArkitError(Message("the outcome on file is not that of the choices on file"))
    return state


def attempts(folder: str | Path, *, scenarios: Iterable[Scenario] = ()) -> pd.DataFrame:
    """Read back what participants did; each attempt is played again.

    Parameters
    ----------
    folder
        Where the player wrote.
    scenarios
        Scenarios of your own; those that ship with arkit are known.

    Returns
    -------
    pandas.DataFrame
        An attempt a row, in the order in which they began: who played what (``attempt``, ``participant``,
        ``scenario``, ``version``, ``seed``, ``started``, ``minutes`` from the first line to the last, ``decisions``,
        ``taken_back``, ``retry_of``), how it ended (``finished``; ``currency``; ``outcome``, ``best`` and ``lost`` in
        major units under the scenario's own assumptions, ``lost_share`` of what is owed, ``breaches``), whether replay
        ``proved`` it and if not why (``note``), and the ``choices``. What is not defined is missing.
    """
    import pandas as pd

    known = {each.id: each for each in [*map(scenario, names()), *scenarios]}
    appraiser = cache(lambda name: Appraiser(known[name]))
    rows = [_row(path, known, appraiser) for path in sorted(Path(folder).glob("*.jsonl"))]
    return pd.DataFrame(rows, columns=pd.Index(COLUMNS))


def _row(path: Path, known: dict[str, Scenario], appraiser: Callable[[str], Appraiser]) -> dict[str, Any]:
    try:
        attempt = read_attempt(path)
    except ArkitError as refused:
        return {"attempt": path.stem, "proved": False, "note": refused.args[0]}
    head, times = attempt.head, attempt.times
    row = {
        "attempt": path.stem, **head.model_dump(include={"participant", "scenario", "version", "seed", "retry_of"}),
        "started": times[0], "minutes": (times[-1] - times[0]).total_seconds() / 60, "decisions": len(attempt.choices),
        "taken_back": attempt.taken_back, "finished": attempt.outcome is not None, "choices": " ".join(attempt.choices),
    }  # fmt: skip
    try:
        if head.scenario not in known:
            raise ArkitError(Message("the scenario {name} is not known here", name=head.scenario))
        played = known[head.scenario]
        state = replayed(attempt, played)
    except ArkitError as refused:
        return {**row, "proved": False, "note": refused.args[0]}
    if not state.over:
        return {**row, "proved": True, "currency": played.account.currency}
    review = review_play(state, appraiser(played.id))
    return {
        **row, "proved": True, "currency": played.account.currency, "outcome": float(review.stands),
        "best": float(review.start), "lost": float(review.lost), "breaches": len(state.breaches),
        "lost_share": float(review.lost / played.account.total),
    }  # fmt: skip
