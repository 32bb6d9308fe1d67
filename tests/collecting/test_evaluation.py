"""Evaluations against the mix: fair to who got the hard cases, cautious with few, never a reward for looking ahead."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from books import TODAY, Books, ago
from ledgers import document, ledger
from small_firm import firm

import arkit
from arkit.collecting.evaluation.mix import VERDICTS, judge, without_own
from arkit.errors import ArkitError


@pytest.fixture(scope="module")
def found():
    return arkit.evaluate(firm(1007).ledger, as_of="2025-06-30")


def two_owners(late_of: dict[str, int], kinds: dict[str, str]) -> Books:
    """Make four customers an owner, who pay as late as their type does; a sale every ten days for a year."""
    book = Books()
    for owner in ("Ann", "Bob"):
        for number in range(4):
            who = f"{owner}{number}"
            book.customer(who, owner=owner, type=kinds[owner])
            for due in range(95, 400, 10):
                book.sale(due + number, late=late_of[kinds[owner]] + number, who=who, amount=1000 + number)
    return book


def test_who_was_given_slow_customers_is_not_blamed_for_them():
    """Cy has only slow ones, and collects them as others collect theirs."""
    book = two_owners({"fast": 2, "slow": 50}, {"Ann": "fast", "Bob": "slow"})
    for number in range(4):
        book.customer(f"Cy{number}", owner="Cy", type="slow")
        for due in range(95, 400, 10):
            book.sale(due + number, late=50 + number, who=f"Cy{number}", amount=1000 + number)
    rows = arkit.evaluate(book.ledger(), as_of=TODAY).collectors.droplevel("currency")
    assert rows.loc["Cy", "days_late"] > rows.loc["Ann", "days_late"] + 40
    assert abs(rows.loc["Cy", "days_difference"]) < 1
    assert rows.loc[["Bob", "Cy"], "days_verdict"].tolist() == ["unclear", "unclear"]


def test_who_is_slower_with_the_same_mix_is_named():
    book = two_owners({"fast": 2, "slow": 50}, {"Ann": "fast", "Bob": "slow"})
    for row in book.customers:
        row["type"] = "same"
    rows = arkit.evaluate(book.ledger(), as_of=TODAY).collectors.droplevel("currency")
    assert rows["days_verdict"].to_dict() == {"Ann": "better", "Bob": "worse"}
    assert rows.loc["Bob", "days_difference"] == pytest.approx(48, abs=1)


def test_small_numbers_are_drawn_towards_no_difference():
    weight = np.ones(44)
    rest = np.array([0.6, 0.2, *[0.5, 0.3] * 20, -0.1, 0.1])
    group, cluster = np.array([0] * 2 + [1] * 40 + [2] * 2), np.arange(44)
    frame = judge(weight, rest, group, cluster, least=0.05, words=("better", "worse"))
    assert frame["difference"].tolist() == pytest.approx([0.4, 0.4, 0.0])
    assert 0 < frame.loc[0, "shrunk"] < frame.loc[1, "shrunk"] < 0.4
    assert (frame["high"] - frame["low"])[0] > (frame["high"] - frame["low"])[1]


def test_customers_count_as_wholes():
    """Forty claims of one customer say less than forty of forty."""
    weight, rest = np.ones(80), np.tile([0.5, 0.1], 40)
    group = np.repeat([0, 1], 40)
    clusters = np.concatenate([np.repeat([0, 1], 20), np.arange(2, 42)])
    rest[:40] = np.repeat([0.5, 0.1], 20)
    frame = judge(weight, rest, group, clusters, least=0.05, words=("better", "worse"))
    assert frame["difference"].tolist() == pytest.approx([0.3, 0.3])
    assert frame.loc[0, "shrunk"] < frame.loc[1, "shrunk"]


def test_what_is_expected_of_one_is_what_others_achieve():
    weight, hit = np.ones(4), np.array([1.0, 1.0, 0.0, 0.0])
    cell, group = np.zeros(4, dtype=np.int64), np.array([0, 0, 1, 1])
    assert without_own(weight, hit, [cell], group).tolist() == [0, 0, 1, 1]
    assert np.isnan(without_own(weight, hit, [cell], np.zeros(4, dtype=np.int64))).all()


def test_the_firm_collects_what_its_collectors_collect(found):
    world = firm(1007).ledger
    frame = arkit.plan(world, as_of="2025-06-30", months=12).frame
    due = frame[["from_overdue", "from_due"]].sum(axis=1).groupby(level="owner").sum()
    collected = found.collectors["collected"].groupby(level="owner").sum()
    assert collected.to_dict() == pytest.approx(due.reindex(collected.index).to_dict())


def test_every_row_has_a_verdict_that_can_be_said_in_both_languages(found):
    for frame, name in (
        (found.collectors, "verdict"),
        (found.collectors, "days_verdict"),
        (found.strategies, "verdict"),
    ):
        assert set(frame[name]) <= VERDICTS.keys()
    assert all(words.to("zh") != str(words) for words in VERDICTS.values())
    assert found.collectors.index.is_monotonic_increasing


def test_ranges_hold_the_shrunk_difference_which_is_nearer_to_nothing(found):
    for frame in (found.collectors, found.strategies):
        known = frame.dropna(subset=["shrunk"])
        assert len(known) >= 3
        assert ((known["low"] <= known["shrunk"]) & (known["shrunk"] <= known["high"])).all()
        assert (known["shrunk"].abs() <= known["difference"].abs() + 1e-12).all()


def test_silence_is_not_rewarded_for_those_who_pay_before_anybody_calls():
    """All pay on day 20 whatever is done; calls go out on day 15 to every second claim: no difference."""
    book = Books()
    for number in range(8):
        who = f"C{number}"
        for place, due in enumerate(range(60, 400, 20)):
            item = book.sale(due, late=20, who=who)
            if (place + number) % 2:
                book.log("call", due - 15, item, who=who)
    row = arkit.evaluate(book.ledger(), as_of=TODAY).strategies.loc[("CNY", "call", "collection")]
    assert row["share"] == 1
    assert row["expected_share"] == pytest.approx(1, abs=0.05)
    assert row["verdict"] == "unclear"


def test_a_channel_after_which_more_comes_than_otherwise_is_named():
    """Whoever is called on day 15 pays on day 20, others on day 80."""
    book = Books()
    for number in range(8):
        who = f"C{number}"
        for place, due in enumerate(range(100, 400, 20)):
            called = (place + number) % 2 == 1
            item = book.sale(due, late=20 if called else 80, who=who)
            if called:
                book.log("call", due - 15, item, who=who)
    row = arkit.evaluate(book.ledger(), as_of=TODAY).strategies.loc[("CNY", "call", "collection")]
    assert (row["share"], row["verdict"]) == (1, "more")
    assert row["expected_share"] < 0.3


def test_grades_follow_their_rule_and_say_it():
    book = Books()
    for who, late in (("A1", 0), ("B1", 10), ("C1", 30), ("D1", 60)):
        for due in range(100, 300, 40):
            book.sale(due, late=late, who=who)
    book.sale(30, late=0, who="New")
    frame = arkit.evaluate(book.ledger(), as_of=TODAY).customers.droplevel("currency")
    assert frame["grade"].dropna().to_dict() == {"A1": "A", "B1": "B", "C1": "C", "D1": "D"}
    assert pd.isna(frame.loc["New", "grade"])
    assert frame.loc["B1", "rule"].startswith("B: 10 days late on average (at most 15)")
    assert "fewer than 3 claims" in frame.loc["New", "rule"]


def test_broken_promises_lower_a_grade_and_contacts_are_the_cost_to_serve():
    book = Books()
    for due in range(100, 300, 40):
        item = book.sale(due, late=10)
        book.log("call", due - 2, item)
        book.promise(item, due - 2, due - 4)
    row = arkit.evaluate(book.ledger(), as_of=TODAY).customers.loc[("CNY", "C1")]
    assert (row["promises"], row["kept"], row["grade"]) == (5, 0, "D")
    assert row["contacts_per_100k"] == pytest.approx(5 / 5000 * 100_000)


def test_a_ledger_without_owners_and_contacts_says_what_is_missing():
    book = Books()
    for due in range(100, 300, 40):
        book.sale(due, late=10)
    found = arkit.evaluate(book.ledger(), as_of=TODAY)
    assert found.strategies.empty
    assert found.collectors["verdict"].tolist() == ["undefined"]
    assert found.customers["contacts"].isna().all()
    for told in ("no owners", "no log of contacts", "names no types"):
        assert any(told in note for note in found.notes)


def test_a_snapshot_evaluates_nobody_and_says_so():
    rows = [document("I1", "invoice", ago(100), 100, ago(30))]
    found = arkit.evaluate(ledger(rows, scope="snapshot", snapshot_on=str(TODAY)), as_of=TODAY)
    assert found.collectors.empty
    assert any("holds no collections" in note for note in found.notes)


def test_a_window_that_is_none_is_refused():
    with pytest.raises(ArkitError, match="days between 7 and 90"):
        arkit.evaluate(firm(1007).ledger, as_of=TODAY, days=3)
