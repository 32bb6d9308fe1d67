"""Players by rule: their exact value is the mean of their plays, and best play is never below."""

import itertools

import pytest
from little import ask_first, build, winding

from arkit.training.appraisal import Appraiser
from arkit.training.engine import choices, replay
from arkit.training.money import ending_value, for_the_case
from arkit.training.policies import POLICIES, play, policy_value

SEEDS = range(3000)


def toned(parts, **tones):
    for situation in parts["situations"].values():
        for key, choice in situation["choices"].items():
            choice["tone"] = tones.get(key, "firm")
    return build(parts)


ASK = toned(ask_first(), bend="soft", press="hard")
WINDING = toned(winding(), listen="soft", letter="hard", push="hard")


def mean_of_plays(scenario, policy):
    appraiser = Appraiser(scenario)
    total = 0.0
    for seed in SEEDS:
        state = play(appraiser, seed, policy)
        total += for_the_case(state, ending_value(scenario, state.place, state.reason))
    return total / len(SEEDS)


@pytest.mark.parametrize(("scenario", "policy"), list(itertools.product((ASK, WINDING), POLICIES)))
def test_the_exact_value_is_the_mean_of_many_plays(scenario, policy):
    owed = float(scenario.account.total)
    assert mean_of_plays(scenario, policy) == pytest.approx(policy_value(Appraiser(scenario), policy), abs=0.03 * owed)


@pytest.mark.parametrize("scenario", [ASK, WINDING])
def test_no_rule_is_above_best_play(scenario):
    values = {policy: policy_value(Appraiser(scenario), policy) for policy in POLICIES}
    assert values["best"] == max(values.values())


def test_a_rule_says_what_it_says():
    assert play(Appraiser(ASK), 1, "soft").choices_made == ("bend",)
    assert play(Appraiser(ASK), 1, "hard").choices_made == ("press",)
    assert {play(Appraiser(ASK), seed, "random").choices_made[0] for seed in range(30)} == {"ask", "bend", "press"}


def test_no_rule_breaks_a_gate():
    for policy, seed in itertools.product(POLICIES, range(40)):
        assert play(Appraiser(WINDING), seed, policy).breaches == ()


def test_a_play_by_rule_replays():
    state = play(Appraiser(WINDING), 4, "random")
    assert replay(WINDING, 4, state.choices_made) == state
    assert choices(state) == {}
