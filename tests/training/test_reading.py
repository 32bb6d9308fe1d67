"""A file is read strictly: everything that is wrong, at once, each with its path and rule."""

from __future__ import annotations

import json

import pytest
from little import as_yaml, ask_first, build, by_reason, text, winding

from arkit.training.findings import ScenarioError
from arkit.training.model import json_schema
from arkit.training.parts import Band
from arkit.training.reading import examine, parse_scenario, read_scenario


def found(parts):
    return {(finding.rule, finding.path) for finding in examine(as_yaml(parts))[1]}


def choices_of(parts, node="open"):
    return parts["situations"][node]["choices"]


def test_a_whole_scenario_is_read_with_nothing_found(tmp_path):
    (tmp_path / "one.yaml").write_text(as_yaml(winding()), encoding="utf-8")
    scenario = read_scenario(tmp_path / "one.yaml")
    assert found(winding()) == set()
    assert scenario.account.total == 100_000
    assert scenario == build(winding())


def test_every_fault_of_the_shape_is_told_at_once_with_its_path():
    parts = winding()
    parts["colour"] = "blue"
    del parts["stage"]
    del choices_of(parts)["listen"]["text"]["zh"]
    choices_of(parts)["push"]["text"]["en"] = ""
    choices_of(parts)["push"]["outcomes"]["then"]["chance"] = 1.5
    parts["persona"]["face"] = "huge"
    assert found(parts) == {
        ("schema", "colour"), ("schema", "stage"), ("schema", "persona.face"),
        ("translation", "situations.open.choices.listen.text.zh"),
        ("translation", "situations.open.choices.push.text.en"),
        ("schema", "situations.open.choices.push.outcomes.then.chance.0.p"),
    }  # fmt: skip


def test_names_that_lead_nowhere_are_all_told():
    parts = winding()
    parts["opening"] = "start"
    parts["limit"]["ending"] = "never"
    choices_of(parts)["push"]["outcomes"]["then"]["next"] = "moon"
    choices_of(parts)["listen"]["effects"] = {"love": 3}
    choices_of(parts)["listen"]["when"] = {"luck": {"at_least": 1}}
    choices_of(parts)["shame"]["breaches"] = [{"gate": "silence"}]
    parts["endings"]["plan"]["business"] = by_reason(0.5, ghost=0.1)
    assert found(parts) == {
        ("reference", "opening"), ("reference", "limit.ending"),
        ("reference", "situations.open.choices.push.outcomes.then.next"),
        ("reference", "situations.open.choices.listen.effects"),
        ("reference", "situations.open.choices.listen.when"),
        ("reference", "situations.open.choices.shame.breaches.0.gate"),
        ("reference", "endings.plan.business.0.reasons"),
    }  # fmt: skip


def test_an_error_names_what_there_is():
    parts = winding()
    parts["opening"] = "start"
    with pytest.raises(ScenarioError, match=r"opening: there is no start; there are: open, talk \[reference\]"):
        parse_scenario(as_yaml(parts))


def test_chances_that_do_not_sum_to_one_are_told_with_reason_and_state():
    parts = winding()
    choices_of(parts, "talk")["plan"]["outcomes"]["no"]["chance"][0]["p"] = 0.3
    finding = examine(as_yaml(parts))[1][0]
    assert (finding.rule, finding.path) == ("probabilities", "situations.talk.choices.plan.outcomes")
    assert finding.message == "the outcomes sum to 1.1, not to 1, for the reason cash and the state trust = 60"


def test_chances_need_not_sum_where_the_choice_is_closed():
    parts = winding()
    plan = choices_of(parts, "talk")["plan"]
    plan["outcomes"]["no"]["chance"][0]["p"] = 0.3
    plan["when"] = {"trust": {"at_most": 59}}
    assert found(parts) == set()


def test_chances_of_the_reasons_must_sum_to_one():
    parts = ask_first()
    parts["reasons"]["cash"]["chance"] = 0.7
    assert found(parts) == {("probabilities", "reasons")}


def test_outcomes_that_sound_alike_are_refused():
    parts = ask_first()
    choices_of(parts)["ask"]["outcomes"]["talk"]["heard"] = text("figures")
    assert found(parts) == {("told_apart", "situations.open.choices.ask.outcomes")}


def test_a_debtor_without_a_line_for_all_is_refused():
    parts = winding()
    parts["situations"]["talk"]["says"].pop()
    assert found(parts) == {("silence", "situations.talk.says")}


def test_a_chance_must_end_in_a_case_for_all():
    parts = ask_first()
    choices_of(parts)["ask"]["outcomes"]["talk"]["chance"].pop()
    assert found(parts) == {("schema", "situations.open.choices.ask.outcomes.talk.chance")}


def test_yes_is_neither_a_number_nor_a_text():
    parts = winding()
    choices_of(parts)["listen"]["effects"] = {"trust": True}
    choices_of(parts)["push"]["when"] = {"trust": {"at_least": "40"}}
    choices_of(parts)["push"]["text"]["en"] = True
    choices_of(parts)["push"]["text"]["zh"] = None
    choices_of(parts)["push"]["minutes"] = True
    parts["assumptions"]["hour_cost"] = True
    here = "situations.open.choices"
    assert found(parts) == {
        ("schema", f"{here}.listen.effects.trust"), ("schema", f"{here}.push.when.trust.at_least"),
        ("schema", f"{here}.push.text.en"), ("translation", f"{here}.push.text.zh"),
        ("schema", f"{here}.push.minutes"), ("schema", "assumptions.hour_cost"),
    }  # fmt: skip


def test_a_currency_must_exist():
    parts = winding()
    parts["account"]["currency"] = "ZZZ"
    assert found(parts) == {("reference", "account.currency")}


def test_a_start_outside_its_bounds_is_refused():
    parts = ask_first()
    parts["variables"]["trust"]["start"] = 101
    assert found(parts) == {("bounds", "variables.trust")}


def test_a_situation_and_an_ending_may_not_share_a_key():
    parts = ask_first()
    parts["endings"]["act"] = parts["endings"]["letter"]
    assert found(parts) == {("reference", "endings.act")}


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("a: !!python/object/apply:os.system ['true']", "yaml"),
        ("a: &x [1]\nb: *x", "yaml"),
        ("a: [1", "yaml"),
        ("[" * 30 + "]" * 30, "yaml"),
        ("a: " + "x" * 1_000_001, "yaml"),
        ("a: 1\na: 2", "twice"),
        ("", "schema"),
    ],
)
def test_a_file_that_could_harm_or_mislead_is_refused(written, rule):
    scenario, findings = examine(written)
    assert scenario is None
    assert {finding.rule for finding in findings} == {rule}


def test_a_band_must_hold_something():
    for ends in ({}, {"at_least": 5, "at_most": 4}):
        with pytest.raises(ValueError, match=r"a band needs|nothing is in the band"):
            Band(**ends)


def test_assumptions_are_edited_in_a_copy_and_checked():
    scenario = build(ask_first())
    other = scenario.assuming(discount_rate=0.2)
    assert (scenario.assumptions.discount_rate, other.assumptions.discount_rate) == (0.08, 0.2)
    assert other.situations == scenario.situations
    with pytest.raises(ValueError, match="discount_rate"):
        scenario.assuming(discount_rate=-1)


def test_the_schema_for_editors_is_plain_json_and_closed():
    schema = json.loads(json.dumps(json_schema()))
    assert schema["additionalProperties"] is False
    assert {"situations", "endings", "reasons", "variables"} <= set(schema["required"])
    assert {"type": "number"} in schema["$defs"]["Outcome"]["properties"]["chance"]["anyOf"]
