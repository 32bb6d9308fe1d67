"""The conversation 催收对话 by cause, as data: questions, what tells a true reason from a pretext, what to ask for."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal, Self

import yaml
from pydantic import Field, model_validator

from arkit.diagnosis.causes.families import UNKNOWN, Key, Strict, Worded, keys


class Line(Strict):
    """A sentence in both languages."""

    en: str
    zh: str

    @property
    def words(self) -> Worded:
        """The sentence, in either language."""
        return Worded(self.en, self.zh)


class Conversation(Strict):
    """What to say where one cause is likely.

    Parameters
    ----------
    questions
        What to ask.
    genuine, pretext
        What is heard where the reason is true, and where it is a pretext.
    ask
        What to ask for beside amount, date, method and owner.
    concession
        What may be given in return, by whom.
    """

    questions: tuple[Line, ...] = Field(min_length=2)
    genuine: Line
    pretext: Line
    ask: Line
    concession: Line


class Conversations(Strict):
    """The data file: ``close`` and ``gates`` hold for every call, ``causes`` by key."""

    close: tuple[Line, ...]
    gates: tuple[Line, ...]
    causes: dict[Key | Literal["unknown"], Conversation]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if missing := [key for key in (*keys(), UNKNOWN) if key not in self.causes]:
            msg = f"causes lacks {', '.join(missing)}"
            raise ValueError(msg)
        return self


def read_conversations(text: str) -> Conversations:
    """Read the data file from its text; pydantic's ValidationError names each entry that is wrong."""
    return Conversations.model_validate(yaml.safe_load(text))


@cache
def conversations() -> Conversations:
    """Return the conversations that the product comes with."""
    return read_conversations(files("arkit.collecting").joinpath("talk.yaml").read_text(encoding="utf-8"))
