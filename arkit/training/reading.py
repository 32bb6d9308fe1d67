"""Read a scenario file: safe loading, one strict schema, and every fault at once with its path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from arkit.diagnosis.causes.families import parsed
from arkit.messages import Message
from arkit.training.findings import Finding, ScenarioError
from arkit.training.model import Scenario
from arkit.training.references import probabilities, references

LARGEST = 1_000_000
"""Characters of a scenario file; the longest of ours has a tenth of it."""
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 24
"""Levels of nesting."""


def examine(text: str) -> tuple[Scenario | None, list[Finding]]:
    """Return the scenario of a YAML text and what makes it unplayable; None where it has no right shape."""
    if found := list(_loadable(text)):
        return None, found
    try:
        scenario = Scenario.model_validate(parsed(text))
    except ValidationError as refused:
        return None, [_finding(error) for error in refused.errors(include_url=False, include_context=False)]
    except (yaml.YAMLError, ValueError) as refused:
        return None, [_unreadable(refused)]
    found = list(references(scenario))
    return scenario, found or list(probabilities(scenario))


def parse_scenario(text: str) -> Scenario:
    """Return the scenario of a YAML text.

    Raises
    ------
    ScenarioError
        With every fault, each under a rule and at a path.
    """
    scenario, found = examine(text)
    if scenario is None or found:
        raise ScenarioError(found)
    return scenario


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario file; see :func:`parse_scenario`."""
    return parse_scenario(text_of(path))


def text_of(path: str | Path) -> str:
    """Return what a scenario file holds.

    Raises
    ------
    ScenarioError
        For a file that is not written in UTF-8.
    """
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ScenarioError(
            [Finding("yaml", "", Message("the file is not written in UTF-8: save it as UTF-8"))]
        ) from None


def _loadable(text: str) -> Iterator[Finding]:
    """Yield what must be refused before anything is built: size, depth, aliases and keys that stand twice."""
    if len(text) > LARGEST:
        yield Finding("yaml", "", Message("the file has more than {n} characters", n=LARGEST))
        return
    depth = 0
    try:
        for event in yaml.parse(text, Loader=LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                yield Finding("yaml", "", Message("the file is nested more than {n} deep", n=DEEPEST))
                return
            if isinstance(event, yaml.AliasEvent):
                yield Finding("yaml", "", Message("anchors and aliases are not used here: write the part out"))
                return
        yield from _twice(yaml.compose(text, Loader=LOADER))
    except yaml.YAMLError as refused:
        yield _unreadable(refused)


def _unreadable(refused: Exception) -> Finding:
    return Finding("yaml", "", Message("the file can not be read as YAML: {what}", what=" ".join(str(refused).split())))


def _twice(node: yaml.Node | None, path: str = "") -> Iterator[Finding]:
    if isinstance(node, yaml.SequenceNode):
        for place, item in enumerate(node.value):
            yield from _twice(item, f"{path}.{place}" if path else str(place))
    elif isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            here = f"{path}.{key.value}" if path else str(key.value)
            if here in seen:
                yield Finding("twice", here, Message("the key stands twice: one of them would be lost"))
            seen.add(here)
            yield from _twice(value, here)


def _finding(error: ErrorDetails) -> Finding:
    path, last = ".".join(map(str, error["loc"])), str(error["loc"][-1]) if error["loc"] else ""
    empty = error["type"] in ("missing", "string_too_short") or error["input"] is None
    if last in ("en", "zh") and empty:
        language = Message("Chinese") if last == "zh" else Message("English")
        return Finding("translation", path, Message("the {language} text is missing", language=language))
    match error["type"]:
        case "missing":
            return Finding("schema", path, Message("{name} is missing", name=last))
        case "extra_forbidden":
            return Finding("schema", path, Message("{name} is not known here", name=last))
        case _:
            what = error["msg"].removeprefix("Value error, ")
            return Finding("schema", path, Message("{what}; got {value}", what=what, value=repr(error["input"])[:80]))
