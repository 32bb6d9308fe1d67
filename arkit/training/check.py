"""The linter of scenarios: what an author must mend before people play.

Faults that make a file unplayable are told by :mod:`arkit.training.reading`; the rules here ask whether what can be
played is worth playing. Each rule is a function of its own name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Set
from pathlib import Path

from arkit.messages import Message
from arkit.training.appraisal import Appraiser
from arkit.training.dominated import dominated
from arkit.training.findings import Finding, ScenarioError
from arkit.training.model import Scenario, Situation
from arkit.training.moves import allowed, named, offered, over
from arkit.training.parts import Text
from arkit.training.policies import policy_value
from arkit.training.reach import Reach, reach
from arkit.training.reading import examine, text_of
from arkit.training.references import walk
from arkit.training.values import TooLargeError

FEWEST_DECISIONS = 5
FEWEST_CHOICES = 3
MOST_WORDS = 200
"""English words of a situation with all its choices: a minute's reading."""
MOST_CHARACTERS = 350
"""Chinese characters of a situation with all its choices: a minute's reading."""
NEARLY = 0.05
"""Share of best play's value within which a player by rule does as well."""
HAN = re.compile(r"[\u4e00-\u9fff]")


def check_scenario(path: str | Path) -> list[Finding]:
    """Return everything that is wrong with a scenario file; nothing for one that is fit to play."""
    try:
        return check_text(text_of(path))
    except ScenarioError as refused:
        return list(refused.findings)


def check_text(text: str) -> list[Finding]:
    """Return everything that is wrong with a scenario, from its YAML text."""
    scenario, found = examine(text)
    if scenario is None or found:
        return found
    found = [*translation(scenario), *reading_length(scenario)]
    try:
        reached = reach(scenario)
        found += [finding for rule in RULES for finding in rule(scenario, reached)]
        if not any(finding.rule == "dead_end" for finding in found):
            found += [*dominated(scenario), *judgement(scenario)]
    except TooLargeError as refused:
        message = Message("not every play could be followed: {why}", why=refused.args[0])
        found.append(Finding("too_large", "", message, severity="warning"))
    return found


def translation(scenario: Scenario) -> Iterator[Finding]:
    """Hold that a Chinese text has Chinese characters, and an English one has none."""
    for path, part in walk(scenario):
        if isinstance(part, Text):
            if not HAN.search(part.zh):
                yield Finding("translation", f"{path}.zh", Message("the Chinese text has no Chinese character"))
            if HAN.search(part.en):
                yield Finding("translation", f"{path}.en", Message("the English text has Chinese characters"))


def reading_length(scenario: Scenario) -> Iterator[Finding]:
    """Hold that a situation, its longest line and all its choices are read in a minute."""
    for key, situation in scenario.situations.items():
        words = _longest(situation, lambda text: len(text.en.split()))
        characters = _longest(situation, lambda text: len(HAN.findall(text.zh)))
        if words > MOST_WORDS:
            message = Message("{n} words to read at once in English; at most {most}", n=words, most=MOST_WORDS)
            yield Finding("reading_length", f"situations.{key}", message)
        if characters > MOST_CHARACTERS:
            message = Message(
                "{n} characters to read at once in Chinese; at most {most}", n=characters, most=MOST_CHARACTERS
            )
            yield Finding("reading_length", f"situations.{key}", message)


def _longest(situation: Situation, length: Callable[[Text], int]) -> int:
    said = max(length(line.text) for line in situation.says)
    return said + sum(length(choice.text) for choice in situation.choices.values())


def _without(keys: Iterable[str], others: Set[str]) -> Iterator[str]:
    return (key for key in keys if key not in others)


def unreachable(scenario: Scenario, reached: Reach) -> Iterator[Finding]:
    """Hold that some play comes to every situation and every ending."""
    nodes = reached.nodes
    for key in _without(scenario.situations, nodes):
        yield Finding("unreachable", f"situations.{key}", Message("no play comes to this situation"))
    for key in _without(scenario.endings, nodes | {scenario.limit.ending}):
        yield Finding("unreachable", f"endings.{key}", Message("no play comes to this ending"))


def never(scenario: Scenario, reached: Reach) -> Iterator[Finding]:
    """Hold that, where plays come to, each choice is offered, each outcome happens and each line is said."""
    for node, situation in scenario.situations.items():
        if node not in reached.nodes:
            continue
        path = f"situations.{node}"
        for number in range(len(situation.says)):
            if (node, number) not in reached.lines:
                yield Finding("never", f"{path}.says.{number}", Message("this line is never said"))
        for key, choice in situation.choices.items():
            if (node, key) not in reached.choices:
                yield Finding("never", f"{path}.choices.{key}", Message("this choice is never offered"))
                continue
            for outcome in choice.outcomes:
                if (node, key, outcome) not in reached.outcomes:
                    place = f"{path}.choices.{key}.outcomes.{outcome}"
                    yield Finding("never", place, Message("this outcome never happens"))


def dead_end(scenario: Scenario, reached: Reach) -> Iterator[Finding]:
    """Hold that, wherever a play stands, something can be chosen that breaks no gate of conduct."""
    told = set()
    for place in reached.places:
        if not over(scenario, place) and place.node not in told and not allowed(scenario, place):
            told.add(place.node)
            state = ", ".join(f"{name} = {value}" for name, value in named(scenario, place).items()) or "–"
            message = Message("nothing can be chosen without a breach in the state {state}", state=state)
            yield Finding("dead_end", f"situations.{place.node}", message)


def no_exit(scenario: Scenario, reached: Reach) -> Iterator[Finding]:
    """Hold that from every situation a way leads to an ending, not by the limit alone."""
    out = set(scenario.endings)
    while more := {node for node, ways in reached.ways.items() if node not in out and ways & out}:
        out |= more
    for node in _without(reached.ways, out):
        message = Message("no way leads from here to an ending: the play turns in circles until the limit")
        yield Finding("no_exit", f"situations.{node}", message)


def gate_unmet(scenario: Scenario, reached: Reach) -> Iterator[Finding]:
    """Hold that every gate of conduct can be broken by somebody who does not know better."""
    for gate in _without(scenario.gates, reached.gates):
        yield Finding("gate_unmet", f"gates.{gate}", Message("no choice that is ever offered breaks this gate"))


def few_decisions(scenario: Scenario, reached: Reach) -> Iterator[Finding]:
    """Hold that every play takes at least five decisions."""
    way = reached.shortest
    if way is not None and len(way) < FEWEST_DECISIONS:
        told = " → ".join(f"{node}.{choice}" for node, choice in way)
        message = Message(
            "a play can end after {n} of at least {least} decisions: {way}",
            n=len(way),
            least=FEWEST_DECISIONS,
            way=told,
        )
        yield Finding("few_decisions", f"situations.{scenario.opening}", message)


def few_choices(scenario: Scenario, reached: Reach) -> Iterator[Finding]:
    """Hold that, wherever a play stands, at least three choices are on offer."""
    fewest: dict[str, int] = {}
    for place in reached.places:
        if not over(scenario, place):
            fewest[place.node] = min(len(offered(scenario, place)), fewest.get(place.node, FEWEST_CHOICES))
    for node, number in fewest.items():
        if number < FEWEST_CHOICES:
            message = Message("{n} of at least {least} choices are on offer", n=number, least=FEWEST_CHOICES)
            yield Finding("few_choices", f"situations.{node}.choices", message)


def judgement(scenario: Scenario) -> Iterator[Finding]:
    """Hold that neither the softest nor the hardest word on every occasion does nearly as well as judgement."""
    appraiser = Appraiser(scenario)
    best = policy_value(appraiser, "best")
    for tone in ("soft", "hard"):
        value = policy_value(appraiser, tone)
        if value > best * (1 - NEARLY):
            message = Message(
                "who is always {tone} gets {share} of best play: nothing is to be judged here",
                tone=Message(tone), share=f"{value / best:.0%}",
            )  # fmt: skip
            yield Finding("judgement", "", message, severity="warning")


RULES: tuple[Callable[[Scenario, Reach], Iterator[Finding]], ...] = (
    unreachable, never, dead_end, no_exit, gate_unmet, few_decisions, few_choices,
)  # fmt: skip
"""Rules about what plays can come to; ``dominated`` comes after them, since it needs values."""
