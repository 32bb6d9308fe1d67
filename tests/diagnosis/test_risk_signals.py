"""Score, levels, changes; nothing known later; what a poor ledger still tells; data files that are held to account."""

from __future__ import annotations

import datetime as dt
import re
from importlib.resources import files

import pandas as pd
import pytest
from books import TODAY, Books, ago
from ledgers import ENGINES, applied, document, ledger
from pydantic import ValidationError
from small_firm import firm, until

from arkit.diagnosis.past import Past
from arkit.diagnosis.signals import compare, promises, risk_signals, standing
from arkit.diagnosis.signals.rules import read_table, table
from arkit.ledger import Ledger

DAYS = (dt.date(2024, 8, 31), dt.date(2025, 3, 17))


@pytest.fixture(scope="module")
def world():
    return firm(1007).ledger


@pytest.fixture(scope="module")
def found(world):
    return risk_signals(world, as_of=DAYS[1])


def test_a_score_is_the_sum_of_the_points_of_the_signals_that_fire(found):
    points = found.signals.groupby("customer_id")["points"].sum()
    scores = found.frame.set_index("customer_id")["score"]
    assert scores.sum() > 0
    pd.testing.assert_series_equal(scores[points.index], points, check_names=False)
    assert (scores.drop(points.index) == 0).all()


def test_a_level_is_reached_by_points_or_at_once(found):
    levels, fired = table().levels, found.signals.groupby("customer_id")["signal"].agg(set)
    for row in found.frame[found.frame["level"] != ""].itertuples():
        reached = [
            level.key for level in levels
            if row.score >= level.from_points or fired.get(row.customer_id, set()) & set(level.at_once)
        ]  # fmt: skip
        assert row.level == reached[-1]


def test_a_bounced_bill_alone_is_a_warning():
    books = Books()
    books.pay(books.sale(60), 60, 1000, kind="bill", due=ago(20))
    bill = books.documents[-1]["document_id"]
    books.documents.append(document("B", "bounced", ago(15), 1000, ago(15)))
    books.applications.append(applied(bill, "B", ago(15), 1000, "bounced"))
    row = risk_signals(books.ledger(), as_of=TODAY).frame.iloc[0]
    assert (row["level"], row["change"], row["signals"][0]) == ("warning", "new", "bounced")
    assert row["evidence"].startswith(f"bounced within 365 days: 1, last B on {ago(15)}")


def test_shares_count_the_customers_on_whom_a_signal_fires(found):
    counts = found.signals.groupby("signal")["customer_id"].nunique()
    shares = found.shares.set_index("signal")
    computed = shares[shares["reason"].isna()]
    assert (computed["customers"] == counts.reindex(computed.index, fill_value=0)).all()
    assert (computed["share"] * computed["of"]).sum() == pytest.approx(len(found.signals))
    assert shares.loc["new_bank", "share"] != shares.loc["new_bank", "share"]  # the simulator names no banks
    assert "bank" in shares.loc["new_bank", "reason"]


def test_changes_are_what_two_days_differ_in(world, found):
    then = standing(Past.of(world, found.before))
    before = set(zip(then.signals["customer_id"], then.signals["signal"], strict=True))
    now = set(zip(found.signals["customer_id"], found.signals["signal"], strict=True))
    said = {
        kind: set(zip(rows["customer_id"], rows["signal"], strict=True))
        for kind, rows in found.changes.groupby("change")
    }
    assert said["new"] == now - before
    assert said["cleared"] == before - now
    assert said.get("worsened", set()) | said.get("eased", set()) <= now & before


def test_the_watch_list_says_what_is_new_worsened_and_cleared(world, found):
    order = [level.key for level in table().levels]
    for row in found.watch_list.itertuples():
        now, then = (order.index(level) if level else 0 for level in (row.level, row.level_before))
        expected = {
            "new": then == 0 < now, "cleared": now == 0 < then, "worsened": now > then > 0, "eased": 0 < now < then,
            "same": now == then > 0,
        }  # fmt: skip
        assert expected[row.change]
    assert set(found.watch_list["change"]) > {"same"}


def test_by_default_a_month_end_is_held_against_the_month_end_before(world):
    assert risk_signals(world, as_of="2024-03-31").before == dt.date(2024, 2, 29)
    assert risk_signals(world, as_of="2024-03-17").before == dt.date(2024, 2, 17)


@pytest.mark.parametrize("day", DAYS)
def test_nothing_known_later_is_used(world, day):
    whole, cut = (risk_signals(book, as_of=day) for book in (world, until(world, day)))
    for name in ("frame", "signals", "shares", "changes", "levels"):
        pd.testing.assert_frame_equal(getattr(whole, name), getattr(cut, name))
    assert whole.notes == cut.notes


def test_the_ledger_is_not_changed(world):
    before = world.documents.copy(), world.activities.copy(), world.customers.copy()
    standing(Past.of(world, DAYS[0]))
    for was, is_ in zip(before, (world.documents, world.activities, world.customers), strict=True):
        pd.testing.assert_frame_equal(was, is_)


def test_a_snapshot_gets_the_signals_that_its_data_allow_and_says_which_it_does_not():
    rows = [document("1", "invoice", ago(200), 1000, ago(150)), document("2", "invoice", ago(20), 1000, ago(-10))]
    found = risk_signals(ledger(rows, scope="snapshot", snapshot_on=TODAY), as_of=TODAY)
    assert {"over_90", "oldest_item"} <= set(found.signals["signal"])
    reasons = found.shares.set_index("signal")["reason"]
    assert reasons["slowing"] == "the ledger holds no settled items to compare with"
    assert reasons["unanswered"] == "the ledger has no table of activities"
    assert reasons["over_limit"] == "the ledger has no table of customers"
    assert any("slows against its own past" in note for note in found.notes)


def test_what_a_reader_is_told_can_be_said_in_chinese(world):
    found = risk_signals(Ledger(world.documents, world.applications), as_of=DAYS[1])
    reasons = found.shares["reason"].dropna()
    said = [*found.notes, *reasons, *found.shares["name"], *found.levels["name"], *found.levels["who"]]
    assert len(reasons)
    assert [message for message in said if not re.search("[\u4e00-\u9fff]", message.to("zh"))] == []
    assert [note for note in found.notes if "says nothing of" in note.to("zh")] == []


def test_before_the_ledger_begins_there_is_nobody_to_watch(world):
    found = risk_signals(world, as_of="2020-06-30")
    assert found.frame.empty
    assert found.signals.empty
    assert found.shares["of"].unique().tolist() == [0]


def test_a_ledger_without_contacts_and_customers_still_gets_signals(world):
    import arkit

    bare = arkit.Ledger(world.documents, world.applications)
    found = risk_signals(bare, as_of=DAYS[1])
    assert found.shares["share"].notna().sum() >= 16
    assert len(found.notes) >= 2


def test_a_ledger_that_begins_later_has_no_signals():
    books = Books()
    books.sale(5)
    found = risk_signals(books.ledger(), as_of="2020-01-31")
    assert found.frame.empty
    assert found.signals.empty
    assert found.shares["share"].isna().all()


def test_amounts_are_those_of_the_main_currency():
    books = Books()
    for due in (100, 10, 5):
        books.sale(due, None, 1000)
    books.sale(200, None, 9_000_000, currency="JPY")
    found = risk_signals(books.ledger(), as_of=TODAY)
    assert found.frame[["currency", "balance", "overdue"]].iloc[0].tolist() == ["CNY", 3000, 3000]
    assert "several currencies" in found.notes[-1]


@pytest.mark.parametrize(
    ("paid", "promise", "kept"),
    [
        (38, {"amount": 1000.0}, True),
        (28, {}, True),
        (27, {}, False),
        (38, {"outcome": "broken"}, False),
        (20, {"outcome": "kept"}, True),
    ],
)
def test_a_promise_is_kept_within_two_days(paid, promise, kept):
    books = Books()
    item = books.sale(60)
    books.pay(item, paid, 1000)
    books.promise(item, 40, 30, **promise)
    found = promises(Past.of(books.ledger(), TODAY))
    assert found["kept"].tolist() == [kept]


def test_a_part_payment_keeps_a_promise_of_that_amount_and_an_account_is_held_to_its_receipts():
    books = Books()
    books.pay(books.sale(60), 35, 400)
    books.promise("I0", 40, 30, amount=400)
    books.promise("I0", 40, 30, amount=500)
    books.promise(None, 40, 30, amount=400)
    books.promise(None, 32, 30, amount=400)
    assert promises(Past.of(books.ledger(), TODAY))["kept"].tolist() == [True, False, True, False]


def test_a_promise_whose_day_has_not_passed_is_not_judged():
    books = Books()
    books.promise(books.sale(60), 10, 2)
    assert promises(Past.of(books.ledger(), TODAY)).empty


def test_a_rating_that_was_given_later_is_not_known_yet():
    books = Books()
    books.sale(5)
    books.customer(rating="D", previous_rating="A", rated_on=ago(-3))
    for n in range(9):
        books.sale(5, who=f"N{n}")
        books.customer(f"N{n}", rating="B")
    assert not {"poor_rating", "rating_fell"} & set(standing(Past.of(books.ledger(), TODAY)).signals["signal"])
    later = TODAY + dt.timedelta(days=3)
    assert {"poor_rating", "rating_fell"} <= set(standing(Past.of(books.ledger(), later)).signals["signal"])


def test_everything_is_there_in_chinese():
    rules = table()
    for rule in rules.rules.values():
        assert rule.words.to("zh") != rule.words
        assert "{" not in rule.definition.to("zh") + rule.definition
    for level in rules.levels:
        assert all(words.to("zh") != words for words in (level.words, level.who, *level.triggers))


def _texts() -> list[str]:
    here = files("arkit.diagnosis.signals")
    return [here.joinpath(name).read_text(encoding="utf-8") for name in ("signals.yaml", "levels.yaml")]


def test_a_firm_edits_a_threshold_and_the_definition_follows():
    signals, levels = _texts()
    rules = read_table(
        signals.replace("settings: {days: 60, severe_days: 120}", "settings: {days: 5, severe_days: 9}"), levels
    )
    books = Books()
    books.sale(6)
    past = Past.of(books.ledger(), TODAY)
    assert "oldest_item" in set(compare(past, past, rules).signals["signal"])
    assert "oldest_item" not in set(standing(past).signals["signal"])
    assert "5 days" in rules.rules["oldest_item"].definition


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("oldest_item:\n", "eldest_item:\n", "no such signals: eldest_item"),
        ("{days: 60, severe_days: 120}", "{days: 60}", "the settings of oldest_item must be"),
        ("points: 12\n  severe_points: 18", "points: 12\n  severe_points: 8", "severe_points must not be below"),
        ("  zh: 存在账龄较长的欠款\n", "", "oldest_item.zh"),
        ("is {days:.0f} days (severe", "is {weeks:.0f} days (severe", "the definition of oldest_item names 'weeks'"),
    ],
)
def test_a_wrong_data_file_is_refused(old, new, says):
    signals, levels = _texts()
    assert old in signals
    with pytest.raises(ValidationError, match=says):
        read_table(signals.replace(old, new, 1), levels)


def test_levels_out_of_order_are_refused():
    signals, levels = _texts()
    with pytest.raises(ValidationError, match="from_points must rise"):
        read_table(signals, levels.replace("from_points: 25", "from_points: 60"))
    with pytest.raises(ValidationError, match="not in the table"):
        read_table(signals, levels.replace("[bounced]", "[rubber]"))


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_tells_the_same(engine):
    books = Books()
    for due in range(20, 400, 20):
        books.sale(due, 12)
    books.sale(130)
    found = risk_signals(books.ledger(engine=engine), as_of=TODAY)
    fired = dict(zip(found.signals["signal"], found.signals["points"], strict=True))
    # all late; one open, 130 days; the only customer; two newer paid in sixty days
    expected = {
        "often_late": 10,
        "over_90": 16,
        "oldest_item": 8,
        "mostly_overdue": 5,
        "concentration": 6,
        "newer_first": 4,
    }
    assert fired == expected
    assert found.frame["score"].iloc[0] == sum(expected.values())
