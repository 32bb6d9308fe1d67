"""What to do about each cause, and which terms suit each type of customer, as data: ``remedies.yaml``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, Self, get_args

import yaml
from pydantic import model_validator

from arkit.diagnosis.causes.families import UNKNOWN, Key, Strict, Worded, keys
from arkit.diagnosis.types.kinds import Behaviour, Trade


class Remedy(Strict):
    """What to do about a cause: ourselves, with the customer, in the contract."""

    us_en: str
    us_zh: str
    customer_en: str
    customer_zh: str
    contract_en: str
    contract_zh: str

    @property
    def us(self) -> Worded:
        """What we do ourselves."""
        return Worded(self.us_en, self.us_zh)

    @property
    def customer(self) -> Worded:
        """What to settle with the customer."""
        return Worded(self.customer_en, self.customer_zh)

    @property
    def contract(self) -> Worded:
        """What to write into the contract."""
        return Worded(self.contract_en, self.contract_zh)


class Terms(Strict):
    """Credit and contract terms that suit a type of customer."""

    terms_en: str
    terms_zh: str

    @property
    def words(self) -> Worded:
        """The terms in both languages."""
        return Worded(self.terms_en, self.terms_zh)


class Remedies(Strict):
    """The whole file."""

    causes: dict[Key | Literal["unknown"], Remedy]
    behaviour: dict[Behaviour, Terms]
    trade: dict[Trade, Terms]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wanted = {"causes": (*keys(), UNKNOWN), "behaviour": get_args(Behaviour), "trade": get_args(Trade)}
        lacking = [f"{part}.{key}" for part, all_ in wanted.items() for key in all_ if key not in getattr(self, part)]
        if lacking:
            msg = f"remedies.yaml lacks {', '.join(lacking)}"
            raise ValueError(msg)
        return self


def read_remedies(path: str | Path) -> Remedies:
    """Read a firm's own remedies; pydantic's ValidationError names each entry that is wrong."""
    return _read(Path(path).read_text(encoding="utf-8"))


def _read(text: str) -> Remedies:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # both safe; the first is twenty times as fast
    return Remedies.model_validate(yaml.load(text, Loader=loader))


@cache
def remedies() -> Remedies:
    """Return the remedies that the product comes with."""
    text = files("arkit.collecting").joinpath("remedies.yaml").read_text(encoding="utf-8")
    return _read(text)
