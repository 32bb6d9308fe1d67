from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest
from little import ask_first, build, wide, winding

from arkit.training.appraisal import Appraiser
from arkit.training.belief import information
from arkit.training.engine import choices, replay, start, step, take_back
from arkit.training.luck import uniform
from arkit.training.money import for_the_case, result
from arkit.training.review import GRADES, decision, grade, review_play


@cache
def appraiser_of(make, **how):
    return Appraiser(build(make()), **how)


def at_random(scenario, seed):
    state = start(scenario, seed)
    while not state.over:
        offer = tuple(choices(state))
        state = step(state, offer[int(uniform(seed, "player", state.place.step) * len(offer))])
    return state


def best_play(appraiser, seed):
    state = start(appraiser.scenario, seed)
    while not state.over:
        state = step(state, appraiser.best(state))
    return state


@pytest.mark.parametrize("how", [{}, {"budget": 4, "samples": 20}], ids=["exact", "rollouts"])
@pytest.mark.parametrize("make", [ask_first, winding])
def test_luck_and_skill_add_up_to_the_outcome_exactly(make, how):
    appraiser = appraiser_of(make, **how)
    for seed in range(40 if not how else 6):
        told = review_play(at_random(appraiser.scenario, seed), appraiser)
        assert told.stands == told.result.total == told.start + sum(told.luck) - told.lost
        assert len(told.luck) == len(told.decisions)
        assert told.stands.as_tuple().exponent == -2


def test_where_the_budget_is_small_values_are_estimates_with_a_margin():
    exact, rough = appraiser_of(winding), appraiser_of(winding, budget=4, depth=1, samples=400)
    assert (exact.exact, rough.exact) == (True, False)
    state = replay(exact.scenario, 1, ["push"])
    # look-ahead by two finds best play in this scenario, so its roll-outs estimate the exact values
    for key, worth in rough.worth(state).items():
        assert exact.worth(state)[key].margin == 0 < worth.margin
        assert abs(worth.value - exact.worth(state)[key].value) <= worth.margin


def test_in_a_larger_scenario_the_interval_of_the_rollouts_contains_the_exact_value():
    exact, rough = appraiser_of(wide), appraiser_of(wide, budget=500, samples=150)
    assert (exact.exact, rough.exact) == (True, False)
    held = tried = 0
    for seed, made in enumerate(([], ["c1"], ["c0", "c3"], ["c2", "c2"], ["c3", "c0", "c1"])):
        state = replay(exact.scenario, seed, made)
        for key, worth in rough.worth(state).items():
            tried += 1
            held += abs(worth.value - exact.worth(state)[key].value) <= worth.margin
    assert tried == 20
    assert held >= 19


def test_the_best_choice_loses_nothing_for_certain_though_its_value_is_an_estimate():
    rough = appraiser_of(wide, budget=500, samples=150)
    state = start(rough.scenario, 3)
    worth = rough.worth(state)
    best = worth[rough.best(state)]
    assert (best.lost, best.lost_margin) == (0, 0)
    assert best.margin > 0
    assert all(each.lost > 0 and each.lost_margin > 0 for each in worth.values() if each is not best)


def test_luck_is_nothing_on_average():
    appraiser = appraiser_of(winding)
    luck = [float(sum(review_play(at_random(appraiser.scenario, seed), appraiser).luck)) for seed in range(1200)]
    mean = sum(luck) / len(luck)
    spread = (sum((x - mean) ** 2 for x in luck) / len(luck)) ** 0.5
    assert spread > 10_000
    assert abs(mean) < 2.6 * spread / len(luck) ** 0.5


def test_best_play_loses_nothing_whatever_happens():
    appraiser = appraiser_of(winding)
    for seed in range(30):
        told = review_play(best_play(appraiser, seed), appraiser)
        assert told.lost == 0
        assert {each.grade for each in told.decisions} == {"best"}


def test_a_decision_is_judged_on_what_was_known_never_by_hindsight():
    appraiser, told = appraiser_of(ask_first), {}
    for seed in range(60):
        state = step(start(appraiser.scenario, seed), "ask")
        outcome = state.turns[0].outcome
        told.setdefault(outcome, []).append((state.reason, decision(appraiser, state, "bend")))
    for reviewed in told.values():
        assert len({reason for reason, _ in reviewed}) == 2
        assert all(each == reviewed[0][1] for _, each in reviewed)


def test_what_was_lost_is_the_difference_to_the_best_of_that_moment():
    appraiser = appraiser_of(ask_first)
    state = start(appraiser.scenario, 0)
    exact = appraiser.values.by_choice(information(state))
    each = decision(appraiser, state, "press")
    assert each.best == "ask"
    assert float(each.lost) == pytest.approx(exact["ask"] - exact["press"], abs=0.011)
    assert each.share == pytest.approx(float(each.lost) / 100_000)
    assert each.grade == "blunder"
    assert (each.choice.why.en, each.better_choice.lesson) == ("why send the letter", "lesson_one")
    assert each.belief == {"cash": 0.6, "will": 0.4}


def test_grades_change_at_their_thresholds():
    for (name, below), later in zip(GRADES, ["good", "inaccuracy", "mistake", "blunder"], strict=True):
        assert (grade(below - 1e-9), grade(below)) == (name, later)


def test_a_breach_is_a_breach_however_well_it_pays():
    parts = winding()
    parts["situations"]["open"]["choices"]["shame"]["outcomes"]["then"]["next"] = "plan"
    appraiser = Appraiser(build(parts))
    told = review_play(replay(appraiser.scenario, 0, ["shame"]), appraiser)
    each = told.decisions[0]
    assert (each.grade, each.breaches, told.conduct_kept) == ("breach", ("respect",), False)
    assert each.best != "shame"
    assert told.stands == told.start + sum(told.luck) - told.lost


def test_the_better_line_runs_from_the_decision_to_an_ending():
    appraiser = appraiser_of(ask_first)
    each = decision(appraiser, start(appraiser.scenario, 0), "bend")
    assert [(move.node, move.choice, move.outcome) for move in each.better] == [
        ("open", "ask", "figures"),
        ("act", "bend", "then"),
    ]
    assert each.better[0].chance == pytest.approx(0.6 * 0.9 + 0.4 * 0.1)


def test_the_rubric_counts_what_could_be_earned_on_the_way():
    appraiser = appraiser_of(ask_first)
    asked = review_play(replay(appraiser.scenario, 0, ["ask", "bend"]), appraiser).rubric
    not_asked = review_play(replay(appraiser.scenario, 0, ["bend"]), appraiser).rubric
    assert (asked["diagnosis"], not_asked["diagnosis"]) == ((2, 2), (0, 2))
    assert asked["record"] == (0, 0)


def test_a_breach_earns_no_points():
    parts = winding()
    parts["situations"]["open"]["choices"]["shame"]["marks"] = {"opening": 5}
    told = review_play(replay(build(parts), 0, ["shame"]))
    assert told.rubric["opening"] == (0, 1)


def test_a_play_that_goes_on_is_reviewed_as_it_stands():
    appraiser = appraiser_of(winding)
    state = replay(appraiser.scenario, 2, ["push", "again"])
    told = review_play(state, appraiser)
    assert told.result is None
    assert told.stands == appraiser.stands_at(state) == told.start + sum(told.luck) - told.lost
    nothing = review_play(start(appraiser.scenario, 2), appraiser)
    assert (nothing.start, nothing.decisions, nothing.lost) == (nothing.stands, (), Decimal(0))


def test_other_assumptions_change_what_is_best():
    scenario = build(ask_first())
    cheap, dear = Appraiser(scenario), Appraiser(scenario.assuming(hour_cost=80_000))
    state = start(scenario, 0)
    assert (cheap.best(state), dear.best(start(dear.scenario, 0))) == ("ask", "bend")
    told = review_play(replay(scenario, 0, ["ask", "bend"]), dear)
    assert told.decisions[0].best == "bend"
    assert told.result == result(replay(dear.scenario, 0, ["ask", "bend"]))
    assert told.stands == told.start + sum(told.luck) - told.lost


def test_another_try_after_taking_back_meets_the_same_luck():
    appraiser = appraiser_of(winding)
    played = replay(appraiser.scenario, 7, ["push", "again", "letter"])
    other = step(take_back(played, 1), "plan")
    assert review_play(other, appraiser).decisions[:2] == review_play(played, appraiser).decisions[:2]
    assert step(take_back(other, 1), "letter") == played


def test_values_are_told_for_the_whole_case_with_what_was_spent():
    appraiser = appraiser_of(winding)
    state = replay(appraiser.scenario, 1, ["push", "again"])
    ahead = appraiser.values.by_choice(information(state))["plan"]
    # 25 minutes at 180 an hour are spent, 2 days are gone
    assert for_the_case(state, ahead) == pytest.approx(ahead * 1.1 ** (-2 / 365) - 75)
    assert float(appraiser.worth(state)["plan"].value) == pytest.approx(for_the_case(state, ahead), abs=0.006)
