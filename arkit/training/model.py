"""The scenario of a collection conversation 催收对话: one strict model for a YAML file.

Text stands apart from logic: a text is always ``{en, zh}`` and holds no condition; conditions and effects are
comparisons and additions on named state variables, and are never evaluated as code.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from arkit.diagnosis.causes.families import Key as Cause
from arkit.diagnosis.causes.families import Strict
from arkit.training.parts import Chance, Effects, Guarded, Key, Level, Mark, Share, Text, When, Whole

Money = Annotated[Decimal, Field(gt=0, le=Decimal(10) ** 12, decimal_places=2)]
Stage = Literal["warning", "collection", "resolution"]
Trade = Literal["engineering", "dealer", "manufacturer", "retail"]
"""Project 工程项目, maker to dealer 厂商/经销商, maker to maker 厂家与厂家, supplier to chain 商场超市."""
Personality = Literal["driver", "expressive", "amiable", "analytical"]
Source = Literal["S0", "S1", "S2", "S3", "S4"]
"""Which of the texts that the course grows from an idea is taken from."""
Tone = Literal["soft", "firm", "hard"]
"""How a choice sounds to the debtor: yielding, matter of fact, or pressing."""


class Document(Strict):
    """An open document of the account: what is still owed on it, and what the customer says against it, if anything."""

    id: str
    date: dt.date
    due_date: dt.date
    amount: Money
    disputed: Text | None = None


class Promise(Strict):
    """A promise to pay that was made before the case begins, and what came of it by then (major units)."""

    made_on: dt.date
    pay_by: dt.date
    amount: Money
    paid: Annotated[Decimal, Field(ge=0, le=Decimal(10) ** 12, decimal_places=2)] = Decimal(0)


class Account(Strict):
    """What the customer owes on a day; all documents in one currency (ISO 4217).

    Parameters
    ----------
    sample
        Customer of the sample company whose open documents of that day these are, where the case is taken from there.
    """

    customer: Text
    as_of: dt.date
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    documents: tuple[Document, ...] = Field(min_length=1)
    promises: tuple[Promise, ...] = ()
    history: tuple[Text, ...] = ()
    sample: str | None = None

    @property
    def total(self) -> Decimal:
        """What is owed, in major units."""
        return sum((document.amount for document in self.documents), Decimal(0))


class Persona(Strict):
    """Who is at the other end: what a player may know beforehand."""

    name: Text
    role: Text
    ability: Level
    willingness: Level
    personality: Personality
    face: Level
    pressure: Level
    portrait: Text


class Reason(Strict):
    """A reason why the money is late: drawn by the seed, never shown before the end."""

    title: Text
    chance: Share
    cause: Cause | Literal["unknown"] = "unknown"


class Variable(Strict):
    """A state variable: a whole number held within bounds."""

    title: Text
    start: Whole
    least: Whole = 0
    most: Whole = 100


class Lesson(Strict):
    """What a choice teaches, to be read after it: what to do, and why it works."""

    title: Text
    text: Text
    source: Source


class Gate(Strict):
    """A rule of conduct, whose breach no cash offsets."""

    title: Text
    why: Text


class Breach(Strict):
    """A gate that a choice breaks, in some states or always."""

    gate: Key
    when: When = Field(default_factory=dict)


class Line(Guarded):
    """What the debtor says when a situation begins; the first line that applies is said."""

    text: Text


class Outcome(Strict):
    """What may follow a choice: how likely, what is heard, what it changes, and what comes next.

    Parameters
    ----------
    chance
        Probability, by hidden reason and state; the outcomes of a choice sum to one.
    heard
        What the player hears or sees. Outcomes of one choice differ in it, so that hearing tells them apart.
    effects
        Additions to state variables.
    next
        Key of a situation or of an ending.
    """

    heard: Text
    next: Key
    chance: Chance = Field(default=1.0, validate_default=True)  # a number becomes cases
    effects: Effects = Field(default_factory=dict)


class Choice(Strict):
    """What the player may say or do.

    Parameters
    ----------
    tone
        How it sounds to the debtor.
    when
        State in which it can be chosen.
    minutes, days
        Working time that it costs, and days that go by until the next situation.
    marks
        Points of the rubric that it earns.
    why, source, lesson
        The author's comment for the review, the text whose idea it is, and the lesson that teaches it: one of the
        scenario's own or of :func:`arkit.training.lessons.lessons`.
    """

    text: Text
    why: Text
    source: Source
    lesson: Key
    tone: Tone
    outcomes: dict[Key, Outcome] = Field(min_length=1)
    when: When = Field(default_factory=dict)
    effects: Effects = Field(default_factory=dict)
    minutes: Annotated[Whole, Field(ge=0, le=2400)] = 10
    days: Annotated[Whole, Field(ge=0, le=365)] = 0
    breaches: tuple[Breach, ...] = ()
    marks: dict[Mark, Annotated[Whole, Field(ge=0, le=5)]] = Field(default_factory=dict)


class Situation(Strict):
    """A node of the conversation: what the debtor says, and what can be chosen."""

    title: Text
    says: tuple[Line, ...] = Field(min_length=1)
    choices: dict[Key, Choice] = Field(min_length=1)


class Payment(Strict):
    """Money that an ending brings: an amount (major units), days after the ending, and how likely it arrives."""

    amount: Money
    days: Annotated[Whole, Field(ge=0, le=3650)]
    chance: Chance


class Ending(Strict):
    """How the case ends.

    Parameters
    ----------
    payments
        What is paid; each arrives or not, independently given the hidden reason and the state.
    minutes
        Working time that the ending still costs (papers, follow-up, court).
    business
        Share of the future business that is kept (0-1), by hidden reason and state.
    """

    title: Text
    text: Text
    payments: tuple[Payment, ...] = ()
    minutes: Annotated[Whole, Field(ge=0, le=24000)] = 0
    business: Chance


class Assumptions(Strict):
    """What the money of the review rests on; shown to the player, and his to edit.

    Parameters
    ----------
    discount_rate
        Yearly rate at which later money is worth less (0-1), compounded by day over 365 days.
    hour_cost
        Cost of an hour of the collector's work, in the account's currency.
    future_business
        Value today of the profit on the future business with this customer, in the account's currency.
    """

    discount_rate: Annotated[float, Field(strict=True, ge=0, le=1)] = 0.08
    hour_cost: Annotated[float, Field(strict=True, ge=0, le=1e6)] = 150.0
    future_business: Annotated[float, Field(strict=True, ge=0, le=1e12)] = 0.0

    def discount(self, days: int) -> float:
        """Return what one unit of money after so many days is worth today."""
        return float((1 + self.discount_rate) ** (-days / 365))

    def cost(self, minutes: int) -> float:
        """Return the cost of working time."""
        return self.hour_cost * minutes / 60


class Limit(Strict):
    """The most decisions that a conversation takes, and the ending that it then comes to."""

    decisions: Annotated[Whole, Field(ge=1, le=40)]
    ending: Key


class Scenario(Strict):
    """A whole scenario. :func:`arkit.training.reading.read_scenario` reads one and holds its parts to each other."""

    id: Key
    version: Annotated[Whole, Field(ge=1)]
    title: Text
    objectives: tuple[Text, ...] = Field(min_length=1)
    minutes: Annotated[Whole, Field(ge=1, le=120)]
    stage: Stage
    trade: Trade
    account: Account
    persona: Persona
    reasons: dict[Key, Reason] = Field(min_length=1)
    variables: dict[Key, Variable]
    opening: Key
    limit: Limit
    situations: dict[Key, Situation] = Field(min_length=1)
    endings: dict[Key, Ending] = Field(min_length=1)
    gates: dict[Key, Gate] = Field(default_factory=dict)
    lessons: dict[Key, Lesson] = Field(default_factory=dict)
    assumptions: Assumptions = Field(default_factory=Assumptions)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the state variables, in their order."""
        return tuple(self.variables)

    @cached_property
    def prior(self) -> tuple[float, ...]:
        """Chances of the hidden reasons, in their order."""
        return tuple(reason.chance for reason in self.reasons.values())

    def assuming(self, **changes: float) -> Self:
        """Return the scenario under other assumptions, checked as those in the file are."""
        block = Assumptions.model_validate({**self.assumptions.model_dump(), **changes})
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return self.model_validate({**fields, "assumptions": block})


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file, for editors."""
    return Scenario.model_json_schema()
