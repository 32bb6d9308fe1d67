"""The linter: one small broken scenario for each rule, and one that is fit to play."""

from __future__ import annotations

from collections.abc import Callable

import brute
import pytest
from little import as_yaml, build, by_lot, ending, five, outcome, situation, sure, text

from arkit.training import reach as reaching
from arkit.training.check import check_scenario, check_text
from arkit.training.reach import reach
from arkit.training.reading import parse_scenario
from arkit.training.values import TooLargeError


def options(parts, node):
    return parts["situations"][node]["choices"]


def broken(change: Callable[[dict], object]):
    parts = five()
    change(parts)
    return {(finding.rule, finding.path): finding.message for finding in check_text(as_yaml(parts))}


def test_a_scenario_that_is_fit_to_play_has_no_finding(tmp_path):
    (tmp_path / "five.yaml").write_text(as_yaml(five()), encoding="utf-8")
    assert check_scenario(tmp_path / "five.yaml") == []


def test_a_file_of_the_wrong_shape_is_told_by_path_and_nothing_else():
    assert set(broken(lambda parts: parts.pop("stage"))) == {("schema", "stage")}


def test_a_name_that_leads_nowhere_is_told():
    assert ("reference", "opening") in broken(lambda parts: parts.update(opening="nowhere"))


def test_chances_that_do_not_add_up_are_told():
    found = broken(lambda parts: options(parts, "close")["soft"]["outcomes"]["then"].update(chance=0.9))
    assert set(found) == {("probabilities", "situations.close.choices.soft.outcomes")}


def test_a_situation_and_an_ending_that_no_play_comes_to_are_told():
    def change(parts):
        parts["situations"]["island"] = situation(
            "island", {key: sure(f"{key} island", "paid") for key in ("soft", "firm", "ask")}
        )
        parts["endings"]["lost"] = ending("lost")

    assert set(broken(change)) == {("unreachable", "situations.island"), ("unreachable", "endings.lost")}


def test_a_situation_that_only_an_impossible_outcome_leads_to_is_unreachable():
    def change(parts):
        parts["endings"]["lost"] = ending("lost")
        options(parts, "close")["soft"]["outcomes"]["odd"] = outcome("lost", "odd", 0.0)

    assert set(broken(change)) == {
        ("unreachable", "endings.lost"),
        ("never", "situations.close.choices.soft.outcomes.odd"),
    }


def test_a_choice_that_is_never_offered_is_told():
    found = broken(lambda parts: options(parts, "opening").update(
        beg=sure("beg", "middle", when={"trust": {"at_least": 90}})))  # fmt: skip
    assert found == {("never", "situations.opening.choices.beg"): "this choice is never offered"}


def test_a_line_that_is_never_said_is_told():
    found = broken(lambda parts: parts["situations"]["opening"]["says"].insert(
        0, {"text": text("smiles"), "when": {"trust": {"at_least": 90}}}))  # fmt: skip
    assert found == {("never", "situations.opening.says.0"): "this line is never said"}


def test_a_dead_end_is_told_with_the_state():
    def change(parts):
        for option in options(parts, "close").values():
            option["when"] = {"trust": {"at_least": 20}}

    found = broken(change)
    assert found["dead_end", "situations.close"] == "nothing can be chosen without a breach in the state trust = 10"


def test_a_situation_where_all_choices_break_a_gate_is_a_dead_end():
    def change(parts):
        for option in options(parts, "close").values():
            option["breaches"] = [{"gate": "respect"}]

    assert ("dead_end", "situations.close") in broken(change)


def test_a_loop_without_exit_is_told():
    def change(parts):
        for option in options(parts, "close").values():
            for out in option["outcomes"].values():
                out["next"] = "deadlock"

    assert {path for rule, path in broken(change) if rule == "no_exit"} == {
        f"situations.{key}" for key in five()["situations"]
    }


def test_a_loop_with_an_exit_is_no_fault():
    def change(parts):
        options(parts, "close")["ask"]["outcomes"]["yes"]["next"] = "deadlock"
        parts["limit"]["decisions"] = 7

    assert broken(change) == {}


def test_a_text_that_was_not_translated_is_told():
    def change(parts):
        parts["title"]["zh"] = "little"
        options(parts, "close")["soft"]["why"]["en"] = "因为"
        del options(parts, "close")["firm"]["text"]["zh"]

    # the missing text is a fault of the shape, so the rest waits until it is mended
    assert set(broken(change)) == {("translation", "situations.close.choices.firm.text.zh")}

    def less(parts):
        parts["title"]["zh"] = "little"
        options(parts, "close")["soft"]["why"]["en"] = "因为"

    assert set(broken(less)) == {("translation", "title.zh"), ("translation", "situations.close.choices.soft.why.en")}


def test_an_option_that_is_worse_for_every_reason_is_told():
    found = broken(lambda parts: options(parts, "opening").update(wait=sure("wait", "middle", minutes=2000)))
    assert set(found) == {("dominated", "situations.opening.choices.wait")}
    assert found["dominated", "situations.opening.choices.wait"].startswith("ask is better")


def test_an_option_that_is_best_for_one_reason_alone_is_not_dominated():
    found = broken(lambda parts: options(parts, "close").update(
        gamble=sure("gamble", "paid", minutes=200, effects={"trust": -100})))  # fmt: skip
    assert found == {}


def test_an_option_that_breaks_a_gate_may_be_as_bad_as_it_likes():
    assert broken(lambda parts: options(parts, "deadlock")["threat"].update(minutes=2400)) == {}


def test_too_much_to_read_at_once_is_told_in_either_language():
    def change(parts):
        options(parts, "middle")["soft"]["text"] = {"en": "word " * 250, "zh": "字" * 400}

    found = broken(change)
    assert {rule for rule, _ in found} == {"reading_length"}
    messages = [finding.message for finding in check_text(as_yaml(_changed(change)))]
    assert messages[0].startswith("25") and "words" in messages[0]  # noqa: PT018 (one sentence)
    assert "characters" in messages[1]
    assert "个汉字" in messages[1].to("zh")


def _changed(change):
    parts = five()
    change(parts)
    return parts


def test_a_gate_that_no_path_meets_is_told():
    def change(parts):
        parts["gates"]["hours"] = {"title": text("hours"), "why": text("not at night")}
        options(parts, "middle")["soft"]["breaches"] = [{"gate": "hours", "when": {"trust": {"at_least": 80}}}]

    assert set(broken(change)) == {("gate_unmet", "gates.hours")}


def test_a_play_that_is_too_short_is_told_with_its_way():
    def change(parts):
        options(parts, "opening")["firm"]["outcomes"]["then"]["next"] = "deadlock"

    found = broken(change)
    assert found["few_decisions", "situations.prepare"].endswith(
        "after 4 of at least 5 decisions: prepare.soft → opening.firm → deadlock.soft → close.soft"
    )


def test_fewer_than_three_options_are_told_also_where_a_condition_closes_one():
    def change(parts):
        del options(parts, "prepare")["ask"]
        options(parts, "close")["soft"]["when"] = {"trust": {"at_least": 40}}

    found = {key: message for key, message in broken(change).items() if key[0] == "few_choices"}
    assert set(found) == {("few_choices", "situations.prepare.choices"), ("few_choices", "situations.close.choices")}
    assert set(found.values()) == {"2 of at least 3 choices are on offer"}


@pytest.mark.parametrize("seed", range(25))
def test_what_is_reached_is_what_all_plays_by_brute_force_come_to(seed):
    parts = by_lot(seed)
    reached = reach(build(parts))
    state, worlds = brute.begin(parts)
    chosen, outcomes, places, lengths = set(), set(), {("open", tuple(state.values()), 0)}, set()

    def follow(node, state, worlds, step):
        if node in parts["endings"]:
            lengths.add(step)
            return
        for key in brute.open_choices(parts, node, state):
            chosen.add((node, key))
            for heard, there, after, kept in brute.heard_after(parts, node, state, worlds, key, step):
                outcomes.add((node, key, heard.split("/")[0]))
                places.add((there, tuple(after.values()), step + 1))
                follow(there, after, kept, step + 1)

    said = {}
    for world in worlds:
        said.setdefault(brute.spoken(parts, "open", state, world[1]), []).append(world)
    for kept in said.values():
        follow("open", state, kept, 0)
    assert {(place.node, place.values, place.step) for place in reached.places} == places
    assert (reached.choices, reached.outcomes, len(reached.shortest)) == (chosen, outcomes, min(lengths))


def test_a_scenario_too_large_to_follow_is_a_warning(monkeypatch):
    scenario = parse_scenario(as_yaml(five()))
    with pytest.raises(TooLargeError, match="more than 10 states"):
        reach(scenario, budget=10)
    monkeypatch.setattr("arkit.training.check.reach", lambda scenario: reaching.reach(scenario, budget=10))
    assert [(finding.rule, finding.severity) for finding in check_text(as_yaml(five()))] == [("too_large", "warning")]


def test_a_finding_is_told_with_place_and_rule():
    findings = check_text(as_yaml(_changed(lambda parts: parts["title"].update(zh="little"))))
    assert str(findings[0]) == "title.zh: the Chinese text has no Chinese character [translation]"


def test_a_file_in_another_encoding_is_a_finding_and_no_crash(tmp_path):
    (tmp_path / "gbk.yaml").write_bytes("title: 催收".encode("gbk"))
    assert [str(finding) for finding in check_scenario(tmp_path / "gbk.yaml")] == [
        "the file is not written in UTF-8: save it as UTF-8 [yaml]"
    ]


def test_findings_come_in_the_order_of_the_file():
    def change(parts):
        for key in ("hours", "truth", "papers"):
            parts["gates"][key] = {"title": text(key), "why": text(key)}

    paths = [finding.path for finding in check_text(as_yaml(_changed(change)))]
    assert paths == ["gates.hours", "gates.truth", "gates.papers"]
