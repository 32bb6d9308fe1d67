"""The cause families 欠款原因 as data: their words, levels, phases and priors, read from ``families.yaml``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from arkit.messages import Lang, Message

UNKNOWN = "unknown"
"""The cause of what the evidence does not explain."""
Key = Literal[
    "credit", "liquidity", "wilful", "habit", "customer_process", "market", "contract", "dispute", "paperwork",
    "approval", "unapplied", "follow_up",
]  # fmt: skip
Level = Literal["macro", "micro", "own"]
Phase = Literal["before", "during", "after"]


class Worded(Message):
    """A text of a data file, which carries its own Chinese."""

    zh: str

    def __new__(cls, en: str, zh: str) -> Self:
        """Keep both languages; the English is the text itself."""
        self = super().__new__(cls, "{text}", text=en)
        self.zh = zh
        return self

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # what pickle makes it of
        return str(self), self.zh

    def to(self, lang: Lang) -> str:
        """Return the text in a language."""
        return self.zh if lang == "zh" else str(self)


class Strict(BaseModel):
    """A model of a data file: an unknown or ill-typed entry is refused, and nothing is changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def parsed(text: str) -> Any:  # noqa: ANN401 (whatever the file holds)
    """Return what a YAML text holds, by safe loading; in C where PyYAML was built with it, eight times faster."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


class Family(Strict):
    """One family of causes.

    Parameters
    ----------
    key
        As the results name it.
    level
        Where the cause lies: the economy, the customer or industry, our own company.
    phase
        When it could have been dealt with: before the sale, during the deal, after the due date.
    prior
        Points (natural log-odds) before any evidence is seen.
    en, zh
        What it is called in a sentence.
    confirm
        Never stated, always put to a person to confirm.
    """

    key: Key
    level: Level
    phase: Phase
    prior: float
    en: str
    zh: str
    confirm: bool = False

    @property
    def words(self) -> Worded:
        """The family in words, in both languages."""
        return Worded(self.en, self.zh)


@cache
def families() -> tuple[Family, ...]:
    """Return the families in the order of DOMAIN §1."""
    text = files("arkit.diagnosis.causes").joinpath("families.yaml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[Family, ...]).validate_python(parsed(text))


@cache
def keys() -> tuple[str, ...]:
    """Return the keys of the families, in their order."""
    return tuple(family.key for family in families())
