"""What the parts of a scenario say of each other: names that must exist, chances that must sum to one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from pydantic import BaseModel

from arkit.messages import Message
from arkit.money import known_currencies
from arkit.training.findings import Finding
from arkit.training.lessons import lessons
from arkit.training.model import Choice, Line, Outcome, Scenario
from arkit.training.parts import Text, When, chance, holds

TOLERANCE = 1e-9
"""By how much chances may miss one: rounding of decimals, nothing more."""


def walk(part: Any, path: str = "") -> Iterator[tuple[str, BaseModel]]:  # noqa: ANN401 (whatever a model holds)
    """Yield every model within a part, with its path."""
    if isinstance(part, BaseModel):
        yield path, part
        inner: Any = ((name, getattr(part, name)) for name in type(part).model_fields)
    elif isinstance(part, Mapping):
        inner = part.items()
    elif isinstance(part, tuple):
        inner = enumerate(part)
    else:
        return
    for name, value in inner:
        yield from walk(value, f"{path}.{name}" if path else str(name))


def references(scenario: Scenario) -> Iterator[Finding]:
    """Yield each name that leads nowhere and each chance that does not add up."""
    yield from _frame(scenario)
    for path, part in walk(scenario):
        yield from _names(scenario, path, part)
        if isinstance(part, Choice):
            yield from _told_apart(f"{path}.outcomes", [outcome.heard for outcome in part.outcomes.values()])
            if part.lesson not in (taught := {**lessons(), **scenario.lessons}):
                yield _unknown(f"{path}.lesson", part.lesson, taught)
        elif isinstance(part, Outcome) and part.next not in {**scenario.situations, **scenario.endings}:
            yield _unknown(f"{path}.next", part.next, {**scenario.situations, **scenario.endings})


def _frame(scenario: Scenario) -> Iterator[Finding]:
    if scenario.opening not in scenario.situations:
        yield _unknown("opening", scenario.opening, scenario.situations)
    if scenario.limit.ending not in scenario.endings:
        yield _unknown("limit.ending", scenario.limit.ending, scenario.endings)
    if scenario.account.currency not in known_currencies():
        message = Message("{code} is no currency of ISO 4217", code=scenario.account.currency)
        yield Finding("reference", "account.currency", message)
    for key in [key for key in scenario.situations if key in scenario.endings]:
        yield Finding("reference", f"endings.{key}", Message("a situation has the same key"))
    for key, variable in scenario.variables.items():
        if not variable.least <= variable.start <= variable.most:
            message = Message("start must be within least and most; got {start}", start=variable.start)
            yield Finding("bounds", f"variables.{key}", message)
    if abs(sum(scenario.prior) - 1) > TOLERANCE:
        message = Message("the chances of the reasons sum to {total}, not to 1", total=f"{sum(scenario.prior):.6g}")
        yield Finding("probabilities", "reasons", message)
    for key, situation in scenario.situations.items():
        yield from _spoken(f"situations.{key}.says", situation.says)


def _spoken(path: str, says: tuple[Line, ...]) -> Iterator[Finding]:
    if not says[-1].always:
        yield Finding("silence", path, Message("the last line must hold always, or the debtor may have nothing to say"))
    yield from _told_apart(path, [line.text for line in says])


def _told_apart(path: str, texts: list[Text]) -> Iterator[Finding]:
    if len({text.en for text in texts}) < len(texts) or len({text.zh for text in texts}) < len(texts):
        message = Message("two of the texts are the same: the player could not tell what was heard")
        yield Finding("told_apart", path, message)


def _names(scenario: Scenario, path: str, part: BaseModel) -> Iterator[Finding]:
    known: dict[str, Mapping[str, object]] = {
        "when": scenario.variables,
        "effects": scenario.variables,
        "gate": scenario.gates,
        "reasons": scenario.reasons,
    }
    for field, names in known.items():
        if field in type(part).model_fields and part is not scenario:
            given = getattr(part, field)
            for name in (given,) if isinstance(given, str) else given:
                if name not in names:
                    yield _unknown(f"{path}.{field}", name, names)


def _unknown(path: str, name: str, known: Mapping[str, object]) -> Finding:
    listed = ", ".join(known) or "–"
    return Finding("reference", path, Message("there is no {name}; there are: {listed}", name=name, listed=listed))


def probabilities(scenario: Scenario) -> Iterator[Finding]:
    """Yield each choice whose outcomes do not sum to one, with the first state and reason where they do not.

    States are tried at both sides of every edge of a band that the choice mentions, which covers all that differ.
    """
    for node, situation in scenario.situations.items():
        for key, choice in situation.choices.items():
            for values, reason in _cells(scenario, choice):
                total = sum(chance(outcome.chance, values, reason) for outcome in choice.outcomes.values())
                if abs(total - 1) > TOLERANCE:
                    state = ", ".join(f"{name} = {value}" for name, value in values.items()) or "–"
                    message = Message(
                        "the outcomes sum to {total}, not to 1, for the reason {reason} and the state {state}",
                        total=f"{total:.6g}", reason=reason, state=state,
                    )  # fmt: skip
                    yield Finding("probabilities", f"situations.{node}.choices.{key}.outcomes", message)
                    break


def _cells(scenario: Scenario, choice: Choice) -> Iterator[tuple[dict[str, int], str]]:
    edges: dict[str, set[int]] = {}
    cases = [case.when for outcome in choice.outcomes.values() for case in outcome.chance]
    for when in [choice.when, *cases]:
        for name in when:
            edges.setdefault(name, {scenario.variables[name].least}).update(_edges(scenario, when, name))
    for values in product(*edges.values()):
        state = dict(zip(edges, values, strict=True))
        if holds(choice.when, state):
            for reason in scenario.reasons:
                yield state, reason


def _edges(scenario: Scenario, when: When, name: str) -> Iterator[int]:
    band, variable = when[name], scenario.variables[name]
    starts = (band.at_least, None if band.at_most is None else band.at_most + 1)
    yield from (edge for edge in starts if edge is not None and variable.least <= edge <= variable.most)
