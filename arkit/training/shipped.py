"""The scenarios that ship with arkit."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from arkit.errors import ArkitError
from arkit.messages import Lang, Message
from arkit.training.model import Scenario
from arkit.training.reading import read_scenario

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).parent / "scenarios"


def names() -> tuple[str, ...]:
    """Return the ids of the scenarios that ship with arkit."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def scenario(name: str) -> Scenario:
    """Read a scenario that ships with arkit, by its id.

    Raises
    ------
    ArkitError
        For a name that is not there, with those that are.
    """
    if name not in names():
        listed = ", ".join(names())
        raise ArkitError(Message("there is no scenario {name}; there are: {listed}", name=name, listed=listed))
    return read_scenario(FOLDER / f"{name}.yaml")


def catalogue(lang: Lang = "en") -> pd.DataFrame:
    """Return the scenarios that ship with arkit.

    Returns
    -------
    pandas.DataFrame
        By ``scenario`` (its id): ``title``, ``stage``, ``trade``, ``minutes`` to play, ``currency``, ``owed`` (major
        units).
    """
    import pandas as pd

    rows = [
        {
            "scenario": each.id, "title": each.title.words.to(lang), "stage": each.stage, "trade": each.trade,
            "minutes": each.minutes, "currency": each.account.currency, "owed": float(each.account.total),
        }
        for each in map(scenario, names())
    ]  # fmt: skip
    return pd.DataFrame(rows).set_index("scenario")
