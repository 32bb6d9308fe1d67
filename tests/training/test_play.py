from __future__ import annotations

from collections import Counter

import pytest
from little import as_yaml, ask_first, build, wide, winding

from arkit.errors import ArkitError
from arkit.training.engine import choices, replay, start, step, take_back
from arkit.training.luck import pick, uniform
from arkit.training.money import result, spent
from arkit.training.reading import parse_scenario

SCENARIO = build(winding())


def played(seed, made):
    return replay(SCENARIO, seed, made)


def test_seed_and_choices_replay_everything():
    made = ("listen", "again", "plan")
    for seed in range(30):
        one, two = played(seed, made), played(seed, made)
        assert one == two
        assert result(one) == result(two)


def test_a_step_leaves_the_state_that_was_given_as_it_was():
    state = start(build(winding()), 3)
    before = repr(state)
    step(state, "listen")
    assert repr(state) == before


def test_reasons_are_drawn_with_their_chances():
    scenario = build(winding())
    drawn = Counter(start(scenario, seed).reason for seed in range(4000))
    assert drawn["cash"] / 4000 == pytest.approx(0.6, abs=0.025)


def test_outcomes_come_with_the_chance_of_the_hidden_reason():
    scenario = build(ask_first())
    heard = {"cash": Counter(), "will": Counter()}
    for seed in range(4000):
        state = step(start(scenario, seed), "ask")
        heard[state.reason][state.turns[0].outcome] += 1
    for reason, rate in {"cash": 0.9, "will": 0.1}.items():
        assert heard[reason]["figures"] / heard[reason].total() == pytest.approx(rate, abs=0.03)


def test_luck_at_a_later_decision_does_not_depend_on_what_was_drawn_before():
    numbers = [uniform(seed, "outcome", 1, "talk", "plan") for seed in range(2000)]
    others = [uniform(seed, "outcome", 0, "open", "listen") for seed in range(2000)]
    together = sum((a - 0.5) * (b - 0.5) for a, b in zip(numbers, others, strict=True)) / 2000
    assert abs(together * 12) < 0.07
    assert sum(numbers) / 2000 == pytest.approx(0.5, abs=0.03)


def test_a_place_without_chance_is_never_picked():
    assert [pick([0.0, 0.3, 0.0, 0.7, 0.0], number) for number in (0.0, 0.299, 0.3, 0.999999)] == [1, 1, 3, 3]


def test_the_same_file_written_twice_plays_alike():
    again = parse_scenario(as_yaml(winding()))
    assert replay(again, 5, ["push", "plan"]).turns == played(5, ["push", "plan"]).turns


def test_what_was_said_is_told_in_its_order():
    state = played(1, ["listen", "letter"])
    assert [said.who for said in state.said] == ["debtor", "player", "heard", "debtor", "player", "heard"]
    assert state.said[1].text.words.to("zh") == "中文：listen"


def test_a_reason_changes_what_the_debtor_says():
    scenario = build(winding())
    lines = {(s.reason, s.place.values[0], s.line) for seed in range(60) for s in [replay(scenario, seed, ["listen"])]}
    assert ("cash", 70, 0) in lines
    assert ("will", 70, 2) in lines
    assert {line for reason, _, line in lines if reason == "will"} == {2}


def test_state_stays_within_its_bounds():
    parts = winding()
    parts["variables"]["trust"]["start"] = 98
    scenario = build(parts)
    assert max(replay(scenario, seed, ["listen"]).place.values[0] for seed in range(20)) == 100


def test_the_limit_ends_a_conversation_that_turns_in_circles():
    state = played(2, ["listen", "again", "again", "again"])
    assert (state.over, state.place.node) == (True, "letter")


def test_a_condition_closes_a_choice():
    parts = winding()
    parts["variables"]["trust"]["start"] = 95
    state = replay(build(parts), 0, ["listen"])
    assert "letter" not in choices(state)
    with pytest.raises(ArkitError, match="letter can not be chosen now; what can: again, plan"):
        step(state, "letter")


def test_nothing_can_be_chosen_after_the_end():
    with pytest.raises(ArkitError, match="plan can not be chosen now; what can: –"):
        step(played(0, ["push", "letter"]), "plan")


def test_taking_back_is_replaying_fewer_choices():
    state = played(4, ["listen", "again", "letter"])
    assert take_back(state, 2) == played(4, ["listen"])
    assert step(take_back(state), "letter") == state
    with pytest.raises(ArkitError, match="4 decisions can not be taken back: 3 were made"):
        take_back(state, 4)


def test_a_breach_is_remembered():
    assert played(0, ["shame"]).breaches == ("respect",)
    assert played(0, ["push", "letter"]).breaches == ()


def test_a_result_adds_up_to_the_cent():
    for seed in range(20):
        out = result(played(seed, ["listen", "again", "letter"]))
        assert out.total == out.collected - out.cost + out.business
        assert out.collected.as_tuple().exponent == -2


def test_money_by_hand():
    # 90 minutes at once, 14 days, 120 minutes more, 5 minutes before: 180 an hour; the letter pays after 90 days
    paid = next(s for s in (played(seed, ["push", "letter"]) for seed in range(99)) if result(s).paid)
    out, rate = result(paid), 1.1
    assert float(out.collected) == pytest.approx(70_000 * rate ** (-104 / 365), abs=0.005)
    assert float(out.cost) == pytest.approx(285 + 360 * rate ** (-14 / 365), abs=0.005)
    assert float(out.business) == pytest.approx(5_000 * rate ** (-14 / 365), abs=0.005)


def test_later_work_is_discounted_to_the_first_day():
    # 30 and 20 minutes on the first day; two days later ten minutes: 180 an hour, 10 % a year
    state = next(s for s in (played(seed, ["listen", "again"]) for seed in range(20)) if not s.over)
    assert spent(step(state, "plan")) == pytest.approx(90 + 60 + 30 * 1.1 ** (-2 / 365), abs=1e-9)


def test_two_choices_of_one_situation_have_luck_of_their_own():
    scenario, met = build(wide()), set()
    for seed in range(300):
        state = start(scenario, seed)
        if state.reason == "cash":
            met.add(tuple(step(state, key).turns[0].outcome for key in ("c0", "c1")))
    assert len(met) == 9


def test_a_conversation_that_goes_on_has_no_result():
    with pytest.raises(ArkitError, match="the conversation goes on"):
        result(played(0, ["listen"]))
