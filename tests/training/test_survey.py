"""The survey against sums over every path, made from the file alone."""

from __future__ import annotations

import brute
import pytest
from little import ask_first, build, by_lot, choice, ending, five, outcome, raw, situation, sure, wide, winding

from arkit.training import Appraiser
from arkit.training.parts import Case
from arkit.training.survey import Offer, span, survey

SCENARIOS = {"ask_first": ask_first(), "winding": winding(), **{f"lot{n}": by_lot(n) for n in range(6)}}
every_scenario = pytest.mark.parametrize("parts", SCENARIOS.values(), ids=SCENARIOS.keys())


def clean(parts, node, state):
    return [
        key
        for key, part in brute.open_choices(parts, node, state).items()
        if not any(brute.meets(breach, state, None) for breach in part.get("breaches", []))
    ]


def paths(parts, rule, node, state, worlds, step, before):
    """Yield every visit of a rule: node, state, worlds with their weights, decisions so far, nodes before."""
    yield node, state, worlds, step, before
    if node in parts["endings"]:
        return
    chosen = rule(node, state, worlds, step)
    for key in chosen:
        lighter = [(weight / len(chosen), reason) for weight, reason in worlds]
        for _, there, after, kept in brute.heard_after(parts, node, state, lighter, key, step):
            yield from paths(parts, rule, there, after, kept, step + 1, (*before, node))


def visits(parts, rule):
    state, worlds = brute.begin(parts)
    spoken = {brute.spoken(parts, parts["opening"], state, reason) for _, reason in worlds}
    for line in spoken:
        kept = [(p, reason) for p, reason in worlds if brute.spoken(parts, parts["opening"], state, reason) == line]
        yield from paths(parts, rule, parts["opening"], state, kept, 0, ())


def best_play(parts):
    def rule(node, state, worlds, step):
        worth = {k: brute.value_of_choice(parts, node, state, worlds, k, step, 0) for k in clean(parts, node, state)}
        return [max(worth, key=worth.__getitem__)]

    return rule


@every_scenario
def test_values_and_chances_at_nodes_are_those_of_the_sum_over_all_paths(parts):
    found = survey(Appraiser(build(parts)))
    count, passed, worth, ways = {}, {}, {}, {}
    for node, state, worlds, step, before in visits(parts, best_play(parts)):
        weight = sum(p for p, _ in worlds)
        count[node] = count.get(node, 0) + weight
        passed[node] = passed.get(node, 0) + weight * (node not in before)
        worth[node] = worth.get(node, 0) + brute.value(parts, node, state, worlds, step, 0)
        if before:
            ways[before[-1], node] = ways.get((before[-1], node), 0) + weight
    assert found.exact
    for node, spot in found.spots.items():
        assert spot.visits == pytest.approx(count.get(node, 0))
        assert spot.passed == pytest.approx(passed.get(node, 0))
        assert spot.value == (pytest.approx(worth[node] / count[node]) if node in count else None)
    assert {way: n for way, n in found.edges.items() if n} == pytest.approx(ways)


@every_scenario
def test_what_a_choice_loses_is_the_mean_over_all_random_paths_that_keep_the_gates(parts):
    found = survey(Appraiser(build(parts)))
    met, value_at, offered, lost = {}, {}, {}, {}
    for node, state, worlds, step, _ in visits(parts, lambda node, state, *_: clean(parts, node, state)):
        weight = sum(p for p, _ in worlds)
        met[node] = met.get(node, 0) + weight
        value_at[node] = value_at.get(node, 0) + brute.value(parts, node, state, worlds, step, 0)
        if node in parts["endings"]:
            continue
        worth = {
            key: brute.value_of_choice(parts, node, state, worlds, key, step, 0)
            for key in brute.open_choices(parts, node, state)
        }
        top = max(worth[key] for key in clean(parts, node, state))
        for key, value in worth.items():
            offered[node, key] = offered.get((node, key), 0) + weight
            lost[node, key] = lost.get((node, key), 0) + top - value
    for node, spot in found.spots.items():
        assert spot.at_random == (pytest.approx(value_at[node] / met[node]) if node in met else None)
    for way, offer in found.offers.items():
        if way not in offered:
            assert offer == Offer()
            continue
        assert offer.offered == pytest.approx(offered[way] / met[way[0]])
        assert offer.lost == pytest.approx(lost[way] / offered[way], abs=1e-6)


@every_scenario
def test_every_play_comes_to_one_ending_and_best_play_beats_every_rule(parts):
    scenario = build(parts)
    found = survey(Appraiser(scenario))
    assert sum(found.spots[key].passed for key in scenario.endings) == pytest.approx(1)
    assert found.spots[scenario.opening].passed == pytest.approx(1)
    assert max(found.policies.values()) == pytest.approx(found.policies["best"])


def test_a_choice_is_the_best_where_no_clean_one_is_worth_more_and_a_breach_never_is():
    found = survey(Appraiser(build(winding())))
    assert found.offers["open", "listen"].best == pytest.approx(1)
    shame = found.offers["open", "shame"]
    assert (shame.best, shame.broken) == (0, pytest.approx(1))
    assert found.offers["talk", "letter"].offered < 1
    five_steps = survey(Appraiser(build(five())))
    per_node = {}
    for (node, _), offer in five_steps.offers.items():
        per_node[node] = per_node.get(node, 0) + offer.best
    assert all(total >= 1 - 1e-9 for total in per_node.values())


def test_a_scenario_too_large_is_surveyed_by_plays_that_are_drawn():
    scenario = build(wide())
    found = survey(Appraiser(scenario, budget=40, depth=1))
    assert not found.exact
    assert found.policies
    assert sum(found.spots[key].passed for key in scenario.endings) == pytest.approx(1)
    assert all(offer.lost is not None for offer in found.offers.values())


def test_a_scenario_without_a_clean_choice_has_ways_and_no_values():
    shame = choice("shame", {"told": outcome("end", "told")}, breaches=[{"gate": "respect"}])
    gates = {"respect": {"title": {"en": "a", "zh": "甲"}, "why": {"en": "b", "zh": "乙"}}}
    nodes = {"open": situation("open", {"on": sure("on", "corner")}), "corner": situation("corner", {"shame": shame})}
    found = survey(Appraiser(build(raw(nodes, {"end": ending("end")}, gates=gates))))
    assert not found.policies
    assert found.spots["open"].value is None
    assert set(found.edges) == {("open", "corner"), ("corner", "end")}


def test_a_chance_spans_the_cases_that_can_apply_to_a_reason():
    banded = Case(p=0.8, when={"trust": {"at_least": 60}})
    cases = (banded, Case(p=0.5, reasons=("cash",)), Case(p=0.1))
    assert span(cases, "cash") == (0.5, 0.8)
    assert span(cases, "will") == (0.1, 0.8)
    assert span((Case(p=0.3),), "cash") == (0.3, 0.3)
