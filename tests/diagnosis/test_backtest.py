"""The back-test: known answers on books written by hand, nothing known later, and when it has to be silent."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from books import TODAY, Books, ago
from ledgers import applied, document, ledger
from small_firm import firm, until

from arkit.diagnosis.backtest import backtest
from arkit.diagnosis.backtest.outcome import turned_bad
from arkit.diagnosis.backtest.spoken import held
from arkit.diagnosis.past import Past
from arkit.diagnosis.signals import risk_signals
from arkit.errors import ArkitError

FRAMES = ("frame", "months", "capture", "levels", "lead", "money", "record", "calibration", "lists")
DAY = dt.date(2025, 3, 31)


def books():
    """GOOD pays on the day. BAD's bill bounces on 8 August; what he owes turns bad on 2 December. NEW was not known."""
    found = Books()
    for due in range(600, 0, -30):
        found.sale(due, 0, who="GOOD")
    bill = found.sale(300, who="BAD")
    found.pay(bill, 300, 1000, who="BAD", kind="bill", due=ago(150))
    paper = found.documents[-1]["document_id"]
    found.documents.append(document("B", "bounced", ago(145), 1000, ago(145), customer_id="BAD"))
    found.applications.append(applied(paper, "B", ago(145), 1000, "bounced"))
    found.pay("B", 100, 1000, who="BAD")
    late = found.sale(120, amount=3000, who="BAD")
    found.pay(late, 40, 1000, who="BAD")
    found.pay(late, 10, 2000, who="BAD")
    found.documents.append(document("N", "invoice", ago(5), 1000, ago(100), customer_id="NEW"))
    return found


@pytest.fixture(scope="module")
def by_hand():
    return backtest(books().ledger(), as_of=TODAY, months=4, ahead=2)


@pytest.fixture(scope="module")
def world():
    return firm(1007).ledger


@pytest.fixture(scope="module")
def found(world):
    return backtest(world, as_of=DAY, months=4, ahead=3)


def test_what_was_open_on_the_day_it_turned_bad_counts(by_hand):
    money = by_hand.money.set_index("customer_id")
    assert money["amount"].to_dict() == {"BAD": 2000.0, "NEW": 1000.0}
    assert money["on"].dt.date.astype(str).to_dict() == {"BAD": ago(29), "NEW": ago(5)}


def test_the_sentence_tells_what_stood_on_the_list_before(by_hand):
    assert by_hand.lead.loc[by_hand.lead["days_before"] == 1, ["became", "watch_list"]].to_numpy().tolist() == [
        [3000.0, pytest.approx(2 / 3)]
    ]
    assert by_hand.sentences[0].startswith("of 3,000 CNY that became more than 90 days overdue after 2025-08-31")
    assert "67% stood on the watch list at the last month-end before it did" in by_hand.sentences[0]


def test_lead_time_runs_from_the_first_month_end_on_the_list(by_hand):
    money = by_hand.money.set_index("customer_id")
    assert str(money.loc["BAD", "listed_since"].date()) == "2025-08-31"
    assert money.loc["BAD", "lead_days"] == 93
    assert pd.isna(money.loc["NEW", "lead_days"])


def test_a_month_end_is_scored_against_what_followed_within_its_window(by_hand):
    mine = by_hand.months[by_hand.months["ranking"] == "watch_list"]
    assert [str(day.date()) for day in mine["as_of"]] == ["2025-08-31", "2025-09-30", "2025-10-31"]
    assert mine["hit"].tolist() == [0, 0, 1]  # NEW was no customer yet
    assert mine["listed"].tolist() == [1.0, 1.0, 1.0]
    assert mine["auc"].tolist()[-1] == 1.0
    row = by_hand.frame[by_hand.frame["ranking"] == "watch_list"].iloc[0]
    assert (row["precision"], row["became"], row["captured"]) == (pytest.approx(1 / 3), 3000, 2000)


def test_levels_count_who_was_hit(by_hand):
    levels = by_hand.levels.set_index("level")
    assert levels["customers"].sum() == 6
    assert levels["hit"].sum() == 1
    assert levels.loc["routine", "hit"] == 0


def test_a_list_shares_its_last_places_among_equals():
    assert held(np.array([5.0, 1.0, 1.0, 1.0]), 2).tolist() == pytest.approx([1, 1 / 3, 1 / 3, 1 / 3])
    assert held(np.array([2.0, 1.0]), 0).tolist() == [0, 0]
    assert held(np.array([2.0, 1.0]), 3).tolist() == [1, 1]


def test_every_ranking_takes_as_many_customers_as_the_watch_list(found):
    sizes = found.months.groupby("as_of")["listed"]
    assert (sizes.max() - sizes.min()).max() == pytest.approx(0)
    assert set(found.months["ranking"]) == {"watch_list", "model", "late_rate", "oldest"}


@pytest.mark.parametrize("back", [0, 3])
def test_the_lists_are_what_risk_signals_said_without_anything_later(world, found, back):
    day = sorted(found.lists["as_of"].unique())[back]
    said = found.lists[found.lists["as_of"] == day].set_index("customer_id")["score"].sort_index()
    told = risk_signals(until(world, day), as_of=day.date())
    then = told.frame[told.frame["level"] != ""].set_index("customer_id")["score"].sort_index()
    pd.testing.assert_series_equal(said, then, check_names=False)


def test_the_model_said_what_it_says_without_anything_later(world, found):
    day = found.months["as_of"].max()
    said = found.lists[found.lists["as_of"] == day].reset_index(drop=True)
    alone = backtest(until(world, day + pd.offsets.MonthEnd(3)), as_of=DAY, months=3, ahead=3)
    again = alone.lists[alone.lists["as_of"] == day].reset_index(drop=True)
    assert said["model"].notna().all()
    pd.testing.assert_frame_equal(said, again)


def test_nothing_after_the_day_is_used(world, found):
    cut = backtest(until(world, DAY), as_of=DAY, months=4, ahead=3)
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(found, name), getattr(cut, name))
    assert (found.sentences, found.notes) == (cut.sentences, cut.notes)


def test_money_turned_bad_is_what_the_ledger_held_open_that_day(world):
    bad = turned_bad(Past.of(world, DAY))
    assert len(bad) > 20
    for row in bad.iloc[:: len(bad) // 6].itertuples():
        opened = world.open_items(row.on.date()).set_index("document_id")["open"]
        assert opened[row.document_id] == pytest.approx(row.amount)


def test_calibration_counts_the_cases_of_the_record(found):
    counted = found.calibration.groupby("target")["cases"].sum()
    assert counted.to_dict() == found.record.set_index("target")["cases"].to_dict()
    true = found.calibration.assign(n=found.calibration["came_true"] * found.calibration["cases"])
    assert true.groupby("target")["n"].sum().div(counted).to_dict() == pytest.approx(
        found.record.set_index("target")["share"].to_dict()
    )


def test_plain_rivals_stand_in_the_notes(found):
    assert any("by their oldest overdue item" in note for note in found.notes)


def test_a_customer_file_without_dates_is_named_where_there_is_one(found, by_hand):
    assert any("customer file carries no dates" in note for note in found.notes)
    assert not any("customer file" in note for note in by_hand.notes)


def test_a_snapshot_says_why_nothing_can_be_said():
    rows = [document("1", "invoice", ago(200), 1000, ago(150))]
    found = backtest(ledger(rows, scope="snapshot", snapshot_on=TODAY), as_of=TODAY)
    assert all(getattr(found, name).empty for name in FRAMES if name != "levels")
    assert found.sentences == ()
    assert found.notes[0].startswith("a snapshot of open items holds no past")


def test_a_ledger_without_settlements_says_why_nothing_can_be_said():
    found = backtest(ledger([document("1", "invoice", ago(400), 1000, ago(350))]), as_of=ago(345))
    assert found.frame.empty
    assert found.notes == (f"the ledger holds no settlements up to {ago(345)}: everything would seem to turn bad",)


def test_before_a_ledger_begins_nothing_is_said():
    found = backtest(books().ledger(), as_of="2020-01-31")
    assert found.frame.empty
    assert len(found.notes) == 1


def test_a_short_ledger_says_why_nothing_can_be_said():
    young = Books()
    young.sale(60, 0)
    young.sale(30, 0)
    found = backtest(young.ledger(), as_of=TODAY)
    assert found.frame.empty
    assert found.sentences == ()
    assert found.notes[0].startswith(f"the ledger begins on {ago(90)}")


def test_a_ledger_that_is_long_enough_for_some_month_ends_says_how_many():
    whole = backtest(books().ledger(), as_of="2024-12-31", months=12, ahead=2)
    assert len(whole.lists["as_of"].unique()) == 2
    assert any(note.startswith("the ledger begins on 2024-04-10: 2 of 12") for note in whole.notes)
    assert whole.sentences[0].startswith("no money became more than 90 days overdue")


def test_after_the_end_of_a_ledger_nothing_counts_as_unpaid():
    found = backtest(books().ledger(), as_of="2026-12-31", months=4, ahead=2)
    assert found.as_of == TODAY
    assert any("no entry after" in note for note in found.notes)


def test_month_ends_without_enough_after_them_are_named():
    found = backtest(books().ledger(), as_of=TODAY, months=1, ahead=2)
    assert found.frame.empty
    assert len(found.money) == 2
    assert any("can not be measured yet" in note for note in found.notes)


@pytest.mark.parametrize("name", ["months", "ahead"])
def test_fewer_than_one_month_is_refused(name):
    with pytest.raises(ArkitError, match=f"{name} must be at least 1, got 0"):
        backtest(books().ledger(), as_of=TODAY, **{name: 0})


def test_every_engine_tells_the_same(by_hand):
    other = backtest(books().ledger(engine="duckdb"), as_of=TODAY, months=4, ahead=2)
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(by_hand, name), getattr(other, name))
    assert by_hand.sentences == other.sentences
