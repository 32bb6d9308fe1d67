"""The types as data: words, thresholds and approaches of ``types.yaml``, which a firm edits."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal, Self

from pydantic import model_validator

from arkit.diagnosis.causes.families import Strict, Worded, parsed

Behaviour = Literal[
    "too_new", "disputing", "wilful", "promise_breaker", "seasonal", "slowing", "habitually_late", "prompt",
    "irregular", "unknown",
]  # fmt: skip
Trade = Literal["engineering", "dealer", "industrial", "retail"]


class BehaviourKind(Strict):
    """One behaviour type: its words, how to approach it, what to leave alone."""

    en: str
    zh: str
    definition_en: str
    definition_zh: str
    approach_en: str
    approach_zh: str
    avoid_en: str
    avoid_zh: str
    confirm: bool = False

    @property
    def words(self) -> Worded:
        """The name in both languages."""
        return Worded(self.en, self.zh)

    @property
    def approach(self) -> Worded:
        """How to collect from such a customer."""
        return Worded(self.approach_en, self.approach_zh)

    @property
    def avoid(self) -> Worded:
        """What does not work, or does harm."""
        return Worded(self.avoid_en, self.avoid_zh)


class TradeKind(Strict):
    """One trade type: its words, what its papers are called in customer files, what to mind."""

    en: str
    zh: str
    known_as: tuple[str, ...]
    mind_en: str
    mind_zh: str

    @property
    def words(self) -> Worded:
        """The name in both languages."""
        return Worded(self.en, self.zh)

    @property
    def mind(self) -> Worded:
        """What to mind with such a customer."""
        return Worded(self.mind_en, self.mind_zh)


class BehaviourSettings(Strict):
    """Thresholds of the behaviour types; ``types.yaml`` says what each is."""

    window_days: int
    grace_days: int
    least_items: int
    least_months: int
    disputed_share: float
    least_disputes: int
    least_promises: int
    broken_share: float
    wilful_broken_share: float
    wilful_late_share: float
    wilful_days: int
    season_months: int
    season_share: float
    off_season_share: float
    season_items: int
    season_z: float
    recent_days: int
    shift_days: int
    least_z: float
    habit_share: float
    habit_spread_days: int
    habit_drift_days: int
    prompt_share: float


class TradeSettings(Strict):
    """Thresholds of the suggested trade types."""

    window_days: int
    least_items: int
    milestone_share: float
    acceptance_share: float
    run_days: int
    run_share: float
    least_payments: int
    month_end_share: float
    deduction_share: float
    bill_share: float
    short_terms_days: int


class Table(Strict):
    """The whole data file."""

    behaviour_settings: BehaviourSettings
    trade_settings: TradeSettings
    behaviour: dict[Behaviour, BehaviourKind]
    trade: dict[Trade, TradeKind]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = sorted(set(Behaviour.__args__) - set(self.behaviour)) + sorted(set(Trade.__args__) - set(self.trade))  # type: ignore[attr-defined]
        if missing:
            msg = f"types.yaml lacks: {', '.join(missing)}"
            raise ValueError(msg)
        return self


def read_table(text: str) -> Table:
    """Read the data file from its text.

    Raises
    ------
    pydantic.ValidationError
        For an unknown type or setting, a missing one, a missing language.
    """
    return Table.model_validate(parsed(text))


@cache
def table() -> Table:
    """Return the types that the product comes with."""
    return read_table(files("arkit.diagnosis.types").joinpath("types.yaml").read_text(encoding="utf-8"))
