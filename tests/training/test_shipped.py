"""The scenarios that ship: fit to play, solved exactly, worth judgement, and together what a course needs."""

import itertools
from collections import Counter
from decimal import Decimal
from functools import cache
from typing import get_args

import pytest
import yaml

import arkit
from arkit.training.appraisal import Appraiser
from arkit.training.lessons import lessons
from arkit.training.model import Stage, Tone, Trade
from arkit.training.parts import Mark
from arkit.training.policies import POLICIES, play, policy_value
from arkit.training.reading import LOADER
from arkit.training.shipped import FOLDER, catalogue, names, scenario

EXCUSES = {
    "not_paid_yet", "goods_not_sold", "quality_problem", "boss_away", "already_paid", "in_trouble", "old_friends",
    "reorganising", "no_order_number", "computer_down",
}  # fmt: skip
"""The ten excuses of the course texts, each true and a pretext within one scenario."""
every = pytest.mark.parametrize("name", names())


@cache
def appraiser(name):
    return Appraiser(scenario(name))


@cache
def values(name):
    return {policy: policy_value(appraiser(name), policy) for policy in POLICIES}


def choices(name):
    return [choice for situation in scenario(name).situations.values() for choice in situation.choices.values()]


@every
def test_it_is_named_as_its_file(name):
    assert scenario(name).id == name


@every
def test_it_is_yaml_for_every_loader(name):
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    assert yaml.load(text, Loader=yaml.SafeLoader) == yaml.load(text, Loader=LOADER)  # in Python, and in C where built


@every
def test_its_values_are_exact(name):
    assert appraiser(name).exact


@every
def test_best_play_is_well_above_one_tone(name):
    value = values(name)
    assert value["best"] >= 1.2 * max(value["soft"], value["hard"])


@every
def test_each_aspect_of_the_rubric_can_be_earned(name):
    assert {mark for choice in choices(name) for mark in choice.marks} == set(get_args(Mark))


@every
def test_nothing_is_paid_that_is_not_owed(name):
    owed = scenario(name).account.total
    for ending in scenario(name).endings.values():
        assert sum(payment.amount for payment in ending.payments) <= owed


@every
def test_outcomes_differ_by_what_is_hidden(name):
    played = scenario(name)
    assert len(played.reasons) >= 2
    paid = [case for ending in played.endings.values() for payment in ending.payments for case in payment.chance]
    assert any(case.reasons for case in paid)


@every
def test_there_is_a_breach_to_be_resisted(name):
    assert any(choice.breaches for choice in choices(name))


def test_together_they_are_what_a_course_needs():
    played = [scenario(name) for name in names()]
    assert len(played) >= 18
    assert set(names()) >= EXCUSES
    assert {each.trade for each in played} == set(get_args(Trade))
    assert {each.stage for each in played} == set(get_args(Stage))
    assert {reason.cause for each in played for reason in each.reasons.values()} >= {
        "wilful", "habit", "liquidity", "dispute", "customer_process", "paperwork", "unapplied", "credit",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(EXCUSES))
def test_an_excuse_is_true_and_a_pretext_within_one_scenario(name):
    causes = {reason.cause for reason in scenario(name).reasons.values()}
    assert len(causes) >= 2


def test_best_play_is_a_quarter_above_one_tone_and_one_tone_seldom_wins():
    pooled, wins = Counter(), Counter()
    for name, policy in itertools.product(names(), POLICIES):
        value, owed = values(name), float(scenario(name).account.total)
        pooled[policy] += value[policy] / owed
        wins[policy] += value[policy] >= 0.99 * value["best"]
    assert pooled["best"] >= 1.25 * max(pooled["soft"], pooled["hard"])
    assert max(wins["soft"], wins["hard"]) <= len(names()) / 3


def test_neither_tone_is_the_better_one_everywhere():
    softer = sum(values(name)["soft"] > values(name)["hard"] for name in names())
    assert len(names()) / 5 <= softer <= len(names()) * 4 / 5


def test_every_tone_is_the_best_one_somewhere():
    tones = Counter(
        choice.tone
        for name, seed in itertools.product(names(), range(10))
        for choice in play(appraiser(name), seed, "best").made
    )
    assert min(tones[tone] for tone in get_args(Tone)) >= 0.1 * tones.total()


def test_three_are_made_from_the_sample_company():
    taken = [each.account for each in map(scenario, names()) if each.account.sample]
    assert len(taken) >= 3
    for account in taken:
        told = [(each.id, each.date, each.due_date, each.amount) for each in account.documents]
        assert sorted(told) == open_documents(account.sample, account.as_of)


def open_documents(customer, as_of):
    items = arkit.sample().trace(as_of=as_of, column="total", where={"customer_id": customer})
    amounts = [Decimal(str(amount)).quantize(Decimal("0.01")) for amount in items["open"]]
    return sorted(zip(items["document_id"], items["date"].dt.date, items["due_date"].dt.date, amounts, strict=True))


def test_every_lesson_is_taught_somewhere():
    taught = {choice.lesson for name in names() for choice in choices(name)}
    assert set(lessons()) - taught == set()


def test_the_catalogue_names_them_all_in_both_languages():
    assert set(catalogue("en").index) == set(catalogue("zh").index) == set(names())
    assert not set(catalogue("en")["title"]) & set(catalogue("zh")["title"])
