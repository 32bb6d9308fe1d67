"""What a whole scenario is worth, node by node: where best play goes, and what each choice loses on average.

A play is one path; the survey is all of them at once, for the author who asks whether his scenario teaches judgement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from arkit.errors import ArkitError
from arkit.training.appraisal import Appraiser
from arkit.training.belief import Info, alike, heard, opened, openings
from arkit.training.engine import start, step
from arkit.training.luck import uniform
from arkit.training.model import Scenario
from arkit.training.moves import allowed, breached, offered, over
from arkit.training.parts import Case
from arkit.training.policies import POLICIES, Policy, policy_value
from arkit.training.values import Values

Rule = Callable[[Info], tuple[str, ...]]
"""What a player may choose on what is known, each as likely."""
Edge = tuple[str, str]
"""From a situation to a situation or an ending."""
PLAYS = 300
"""Plays to draw where a scenario is too large for all of them."""
EQUAL = 0.005
"""Value (major units) by which two choices may differ and still both be the best: less is rounding."""


class Spot(NamedTuple):
    """A situation or an ending under best play.

    Parameters
    ----------
    value
        What the case is worth from there on, on that day, averaged over the visits; None where best play never comes.
    visits
        Times that best play comes there, on average.
    passed
        Probability (0-1) that it comes there at all.
    at_random
        Like ``value``, over the visits of uniformly random clean play, with best play from there on.
    """

    value: float | None = None
    visits: float = 0.0
    passed: float = 0.0
    at_random: float | None = None


class Offer(NamedTuple):
    """A choice over the information states in which uniformly random clean play finds it on offer, by their chance.

    Parameters
    ----------
    offered
        Share (0-1) of the visits to its situation in which it is on offer.
    lost
        Mean value lost against the best clean choice; negative only for a breach that would pay. None if never offered.
    best
        Share (0-1) of those states in which no clean choice is worth more, and it is clean itself.
    broken
        Share (0-1) of those states in which it breaks a gate of conduct.
    """

    offered: float = 0.0
    lost: float | None = None
    best: float | None = None
    broken: float = 0.0


@dataclass(frozen=True)
class Survey:
    """The values of a scenario at every node and choice.

    Parameters
    ----------
    scenario
        With the assumptions that its money rests on.
    exact
        Whether all plays were followed; else best play is a look-ahead, and shares are those of drawn plays.
    spots
        One for each situation and ending.
    edges
        Every way that an outcome, or the limit, leads -> times that best play goes it, on average.
    offers
        (situation, choice) -> what it loses.
    policies
        Expectation of each player by rule, for the whole case on its first day; empty where there are no values.
    """

    scenario: Scenario
    exact: bool
    spots: Mapping[str, Spot]
    edges: Mapping[Edge, float]
    offers: Mapping[tuple[str, str], Offer]
    policies: Mapping[Policy, float] = field(default_factory=dict)


class Visit(NamedTuple):
    """An information state that a player comes to, how likely, and by which way (None at the opening)."""

    p: float
    info: Info
    edge: Edge | None


def survey(appraiser: Appraiser) -> Survey:
    """Survey a scenario; one in which some state has no clean choice has no values, only its ways."""
    scenario = appraiser.scenario
    try:
        best, random = (_visits(appraiser, rule) for rule in (_best(appraiser.values), _clean(scenario)))
        spots, edges = _spots(appraiser, best, random), _edges(scenario, best)
        offers = _offers(appraiser, random)
        policies = {policy: policy_value(appraiser, policy) for policy in POLICIES}
    except ArkitError:
        empty = {key: Spot() for key in (*scenario.situations, *scenario.endings)}
        none = {(node, key): Offer() for node, part in scenario.situations.items() for key in part.choices}
        return Survey(scenario, exact=False, spots=empty, edges=_edges(scenario, ()), offers=none)
    return Survey(scenario, appraiser.exact, spots, edges, offers, policies)


def span(cases: Iterable[Case], reason: str) -> tuple[float, float]:
    """Return the least and the greatest probability that cases give a hidden reason, over all states.

    Examples
    --------
    >>> span((Case(p=0.9, reasons=("cash",)), Case(p=0.1)), "cash")
    (0.9, 0.9)
    """
    found = []
    for case in cases:
        if not case.reasons or reason in case.reasons:
            found.append(case.p)
            if not case.when:
                break
    return min(found), max(found)


def _best(values: Values) -> Rule:
    return lambda info: (values.best(info),)


def _clean(scenario: Scenario) -> Rule:
    return lambda info: allowed(scenario, info.place)


def _visits(appraiser: Appraiser, rule: Rule) -> list[Visit]:
    return list(_followed(appraiser.values, rule) if appraiser.exact else _drawn(appraiser.scenario, rule))


def _followed(values: Values, rule: Rule, *, until: str = "") -> Iterable[Visit]:
    """Yield every visit of a rule, all plays at once, decision by decision, and none after the node ``until``."""
    scenario = values.scenario
    now = [Visit(p, info, None) for p, info in openings(scenario)]
    while now:
        yield from now
        now = [
            Visit(p * q / len(options), there, (info.place.node, there.place.node))
            for p, info, _ in _merged(now)
            if not over(scenario, info.place) and info.place.node != until
            for options in (rule(info),)
            for choice in options
            for q, _, _, there in values.after(info, choice)
        ]


def _drawn(scenario: Scenario, rule: Rule) -> Iterable[Visit]:
    for seed in range(PLAYS):
        state = start(scenario, seed)
        info, edge = opened(scenario, state.first_line), None
        while True:
            yield Visit(1 / PLAYS, info, edge)
            if state.over:
                break
            options = rule(info)
            choice = options[int(uniform(seed, "survey", state.place.step) * len(options))]
            state = step(state, choice)
            info = heard(scenario, info, choice, state.turns[-1].outcome, state.line)
            edge = state.turns[-1].place.node, state.place.node


def _spots(appraiser: Appraiser, best: list[Visit], random: list[Visit]) -> dict[str, Spot]:
    scenario, passed = appraiser.scenario, _passed(appraiser, best)
    count, worth = _means(appraiser.values, best)
    _, other = _means(appraiser.values, random)
    return {
        node: Spot(worth.get(node), count.get(node, 0.0), passed.get(node, 0.0), other.get(node))
        for node in (*scenario.situations, *scenario.endings)
    }


def _means(values: Values, visits: Iterable[Visit]) -> tuple[dict[str, float], dict[str, float]]:
    """Return how often each node is visited, and what the case is worth there on average."""
    count, total = dict[str, float](), dict[str, float]()
    for p, info, _ in visits:
        node = info.place.node
        count[node] = count.get(node, 0.0) + p
        total[node] = total.get(node, 0.0) + p * values.of(info)
    return count, {node: total[node] / n for node, n in count.items()}


def _passed(appraiser: Appraiser, visits: list[Visit]) -> dict[str, float]:
    found = dict[str, float]()
    if appraiser.exact:
        rule = _best(appraiser.values)
        for node in {visit.info.place.node for visit in visits}:
            again = _followed(appraiser.values, rule, until=node)
            found[node] = sum(visit.p for visit in again if visit.info.place.node == node)
        return found
    met = set[str]()
    for p, info, edge in visits:
        met = met if edge else set()
        if info.place.node not in met:
            found[info.place.node] = found.get(info.place.node, 0.0) + p
        met.add(info.place.node)
    return found


def _edges(scenario: Scenario, visits: Iterable[Visit]) -> dict[Edge, float]:
    ways = {
        (node, outcome.next): 0.0
        for node, situation in scenario.situations.items()
        for choice in situation.choices.values()
        for outcome in choice.outcomes.values()
    }
    for p, _, edge in visits:
        if edge:
            ways[edge] = ways.get(edge, 0.0) + p
    return ways


def _offers(appraiser: Appraiser, random: Iterable[Visit]) -> dict[tuple[str, str], Offer]:
    scenario, values = appraiser.scenario, appraiser.values
    weight, sums = dict[str, float](), dict[tuple[str, str], list[float]]()
    for p, info, _ in _merged(random):
        node, clean, worth = info.place.node, allowed(scenario, info.place), values.by_choice(info)
        if over(scenario, info.place):
            continue
        weight[node] = weight.get(node, 0.0) + p
        top = max(worth[key] for key in clean)
        for key in offered(scenario, info.place):
            lost = top - worth[key]
            best = key in clean and lost < EQUAL
            parts = (p, p * lost, p * best, p * bool(breached(scenario, info.place, key)))
            sums[node, key] = [a + b for a, b in zip(sums.get((node, key), [0.0] * 4), parts, strict=True)]
    return {
        (node, key): _offer(sums.get((node, key)), weight.get(node, 0.0))
        for node, situation in scenario.situations.items()
        for key in situation.choices
    }


def _offer(sums: list[float] | None, weight: float) -> Offer:
    if not sums:
        return Offer()
    p, lost, best, broken = sums
    return Offer(p / weight, lost / p, best / p, broken / p)


def _merged(visits: Iterable[Visit]) -> Iterable[Visit]:
    """Return one visit for each state of knowledge."""
    found = dict[Info, Visit]()
    for visit in visits:
        key = alike(visit.info)
        found[key] = visit._replace(p=visit.p + found[key].p) if key in found else visit
    return found.values()
