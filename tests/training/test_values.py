from __future__ import annotations

import brute
import pytest
from little import ask_first, build, by_lot, by_reason, ending, outcome, payment, raw, situation, sure, winding
from little import choice as choice_of

from arkit.errors import ArkitError
from arkit.training.belief import heard, information, opened, update
from arkit.training.engine import choices, replay, start, step
from arkit.training.money import for_the_case, result
from arkit.training.moves import offered
from arkit.training.rollouts import rollouts
from arkit.training.values import TooLargeError, Values


def infos(values):
    """Every information state that any play can reach."""
    scenario = values.scenario
    waiting = list({start(scenario, seed).first_line for seed in range(50)})
    waiting, seen = [opened(scenario, line) for line in waiting], set()
    while waiting:
        info = waiting.pop()
        if info not in seen:
            seen.add(info)
            for key in offered(scenario, info.place):
                waiting += [there for *_, there in values.after(info, key)]
    return seen


@pytest.mark.parametrize("parts", [ask_first(), winding()], ids=["ask_first", "winding"])
def test_values_equal_brute_force_over_all_paths_and_reasons(parts):
    values = Values(build(parts))
    state, worlds = brute.begin(parts)
    first = opened(values.scenario, 0)
    assert values.of(first) == pytest.approx(brute.value(parts, "open", state, worlds, 0, 0), rel=1e-12)
    for key, worth in values.by_choice(first).items():
        assert worth == pytest.approx(brute.value_of_choice(parts, "open", state, worlds, key, 0, 0), rel=1e-12)


@pytest.mark.parametrize("seed", range(40))
def test_values_of_scenarios_drawn_by_lot_equal_brute_force(seed):
    parts = by_lot(seed)
    values = Values(build(parts))
    state, worlds = brute.begin(parts)
    opening: dict[str, list[brute.World]] = {}
    for chance, reason in worlds:
        opening.setdefault(brute.spoken(parts, "open", state, reason), []).append((chance, reason))
    says = [line["text"]["en"] for line in parts["situations"]["open"]["says"]]
    for words, kept in opening.items():
        first, share = opened(values.scenario, says.index(words)), sum(chance for chance, _ in kept)
        assert values.of(first) * share == pytest.approx(brute.value(parts, "open", state, kept, 0, 0), rel=1e-9)
        for key, worth in values.by_choice(first).items():
            by_force = brute.value_of_choice(parts, "open", state, kept, key, 0, 0)
            assert worth * share == pytest.approx(by_force, rel=1e-9)


def test_values_equal_the_best_of_all_plans():
    for parts, decisions in ((ask_first(), 10), (winding(), 3)):
        parts["limit"]["decisions"] = decisions
        values = Values(build(parts))
        assert values.of(opened(values.scenario, 0)) == pytest.approx(brute.best_of_all_plans(parts), rel=1e-12)


def test_gathering_information_can_be_the_best_move():
    parts = ask_first()
    values = Values(build(parts))
    first = opened(values.scenario, 0)
    worth = values.by_choice(first)
    assert values.best(first) == "ask"
    # knowing at once: bend 0.6 x 90 000, press 0.4 x 90 000; asked: right nine times in ten
    assert worth["ask"] > worth["bend"] + 20_000 > worth["press"] + 20_000
    after = {outcome: values.best(heard(values.scenario, first, "ask", outcome, 0)) for outcome in ("figures", "talk")}
    assert after == {"figures": "bend", "talk": "press"}


def test_asking_is_not_worth_its_hour_where_the_answer_says_nothing():
    parts = ask_first()
    for out in parts["situations"]["open"]["choices"]["ask"]["outcomes"].values():
        out["chance"] = 0.5
    values = Values(build(parts))
    assert values.best(opened(values.scenario, 0)) == "bend"


def test_belief_follows_bayes_from_what_was_heard():
    scenario = build(ask_first())
    info = heard(scenario, opened(scenario, 0), "ask", "figures", 0)
    assert info.belief == pytest.approx((0.54 / 0.58, 0.04 / 0.58))


def test_a_line_that_one_reason_alone_says_settles_it():
    scenario = build(winding())
    told = next(s for s in (replay(scenario, seed, ["listen"]) for seed in range(50)) if s.line == 0)
    assert information(told).belief == (1.0, 0.0)
    vague = next(
        s for s in (replay(scenario, seed, ["listen"]) for seed in range(50)) if s.line == 2 and s.place[2] > (69,)
    )
    assert information(vague).belief == (0.0, 1.0)


def test_belief_never_looks_at_the_hidden_reason():
    scenario, seen = build(ask_first()), {}
    for seed in range(200):
        state = step(start(scenario, seed), "ask")
        seen.setdefault(state.turns[0].outcome, set()).add((state.reason, information(state).belief))
    for told in seen.values():
        assert len({reason for reason, _ in told}) == 2
        assert len({belief for _, belief in told}) == 1


def test_what_nobody_would_say_is_refused():
    with pytest.raises(ArkitError, match="no reason that is thought possible"):
        update((1.0, 0.0), (0.0, 0.5))


def test_belief_is_right_on_average():
    scenario, sums, hits = build(winding()), {}, {}
    for seed in range(3000):
        state = replay(scenario, seed, ["push", "again", "again"])
        key = round(information(state).belief[0], 6)
        sums[key] = sums.get(key, 0) + 1
        hits[key] = hits.get(key, 0) + (state.reason == "cash")
    often = {key for key, n in sums.items() if n > 150}
    assert len(often) >= 3
    for key in often:
        assert hits[key] / sums[key] == pytest.approx(key, abs=4 * (0.25 / sums[key]) ** 0.5)


def test_best_play_leaves_out_a_breach_however_well_it_pays():
    parts = winding()
    parts["situations"]["open"]["choices"]["shame"]["outcomes"]["then"]["next"] = "plan"
    parts["endings"]["plan"]["payments"] = [payment(100_000, 1.0)]
    for key in ("listen", "push"):
        for out in parts["situations"]["open"]["choices"][key]["outcomes"].values():
            out["next"] = "letter"
    values = Values(build(parts))
    first = opened(values.scenario, 0)
    worth = values.by_choice(first)
    assert worth["shame"] > max(worth["listen"], worth["push"])
    assert values.best(first) != "shame"
    assert values.of(first) == max(worth["listen"], worth["push"])


def test_a_situation_where_every_choice_breaks_a_gate_is_refused():
    parts = raw(
        {"open": situation("open", {"shame": sure("shame", "end", breaches=[{"gate": "respect"}])})},
        {"end": ending("end")},
        gates=winding()["gates"],
    )
    with pytest.raises(ArkitError, match="open has no choice without a breach"):
        Values(build(parts)).of(opened(build(parts), 0))


def test_playing_best_many_times_comes_to_the_value():
    values = Values(build(winding()))
    scenario, totals = values.scenario, []
    for seed in range(1500):
        state = start(scenario, seed)
        while not state.over:
            state = step(state, values.best(information(state)))
        totals.append(float(result(state).total))
    mean = sum(totals) / len(totals)
    spread = (sum((x - mean) ** 2 for x in totals) / len(totals)) ** 0.5
    assert values.of(opened(scenario, 0)) == pytest.approx(mean, abs=2.6 * spread / len(totals) ** 0.5)


def test_the_interval_of_rollouts_contains_the_exact_value():
    values = Values(build(winding()))
    held = tried = 0
    for made in ([], ["listen"], ["push"]):
        state = replay(values.scenario, 1, made)
        for key, exact in values.by_choice(information(state)).items():
            for seed in range(8):
                estimate = rollouts(state, key, values.best, samples=150, seed=seed)
                tried += 1
                held += abs(estimate.mean - for_the_case(state, exact)) <= estimate.margin + 0.01
    assert tried >= 60
    assert held >= 0.95 * tried


def test_common_luck_sharpens_a_comparison():
    values = Values(build(winding()))
    state = start(values.scenario, 1)
    listen, push = (rollouts(state, key, values.best, samples=1000, seed=1) for key in ("listen", "push"))
    apart = (listen.margin**2 + push.margin**2) ** 0.5
    assert listen.minus(push).margin < 0.85 * apart
    exact = values.by_choice(information(state))
    assert abs(listen.minus(push).mean - (exact["listen"] - exact["push"])) < listen.minus(push).margin


def test_more_states_than_the_budget_are_refused():
    values = Values(build(winding()), budget=2)
    with pytest.raises(TooLargeError, match="more than 2 information states"):
        values.of(opened(values.scenario, 0))


def test_looking_ahead_to_the_end_is_exact_and_less_is_never_lower():
    exact = Values(build(ask_first()))
    first = opened(exact.scenario, 0)
    seen = [Values(exact.scenario, depth=depth).of(first) for depth in (0, 1, 2)]
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] == pytest.approx(exact.of(first), rel=1e-12)
    assert seen[1] > exact.of(first) + 1000


def test_values_by_reason_have_the_value_as_their_mean():
    values = Values(build(winding()))
    states = infos(values)
    assert len(states) > 30
    for info in states:
        for key, worth in values.by_choice(info).items():
            parts = values.by_reason(info, key)
            assert sum(p * v for p, v in zip(info.belief, parts, strict=True)) == pytest.approx(worth, rel=1e-12)


def test_one_situation_by_hand():
    parts = raw(
        {
            "open": situation(
                "open",
                {"try": choice_of("try", {"y": outcome("paid", "y", by_reason(0.25, cash=0.5)),
                                          "n": outcome("lost", "n", by_reason(0.75, cash=0.5))}, minutes=30)},
            )
        },
        {"lost": ending("lost", business=0.0), "paid": ending("paid", payment(1000, 0.5, days=365), business=0.5)},
        assumptions={"discount_rate": 0.25, "hour_cost": 100.0, "future_business": 200.0},
    )  # fmt: skip
    values = Values(build(parts))
    # 0.6 x 0.5 + 0.4 x 0.25 = 0.4; paid: 1000 x 0.5 / 1.25 + 100 = 500; half an hour costs 50
    assert values.of(opened(values.scenario, 0)) == pytest.approx(0.4 * 500 - 50)
    assert set(choices(start(values.scenario, 0))) == {"try"}
