"""The work list: who is on it and who is left alone, what is chosen, nothing known later, a sound timetable."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
import yaml
from books import TODAY, Books, ago
from ledgers import document, ledger
from pydantic import ValidationError
from small_firm import firm, until

from arkit.collecting import Timetable, read_timetable, timetable, worklist
from arkit.collecting.choosing import choose
from arkit.errors import ArkitError

DAY = dt.date(2025, 3, 17)


@pytest.fixture(scope="module")
def world():
    return firm(1007).ledger


@pytest.fixture(scope="module")
def found(world):
    return worklist(world, as_of=DAY, capacity=3)


def one(books: Books, **more):
    frame = worklist(books.ledger(), as_of=TODAY, capacity=50, **more).frame
    return frame.set_index("customer_id")


def test_selected_contacts_fit_the_capacity_and_come_first(found):
    selected = found.frame["selected"]
    assert 0 < found.frame.loc[selected, "effort"].sum() <= 3
    assert selected.sum() < len(selected)
    assert selected.is_monotonic_decreasing
    assert found.frame.loc[~selected, "on"].isna().all()


def test_more_capacity_never_brings_less(world, found):
    more = worklist(world, as_of=DAY, capacity=12).frame
    brought = [frame.loc[frame["selected"], "expected"].sum() for frame in (found.frame, more)]
    assert brought[0] < brought[1]


def test_contacts_are_on_working_days_of_the_week_after(found):
    days = found.frame.loc[found.frame["selected"], "on"]
    assert (days > pd.Timestamp(DAY)).all()
    assert (days.dt.day_of_week < 5).all()


def test_what_is_expected_never_exceeds_the_claims(found):
    assert (found.frame["expected"] > 0).all()
    assert (found.frame["expected"] <= found.frame["amount"]).all()


def test_every_row_says_how_with_what_and_why_in_both_languages(found):
    for row in found.frame.to_dict("records"):
        assert row["papers"]
        for text in (row["how"], row["who"], row["opening"]):
            assert text != text.to("zh") != ""
        assert f"{row['expected']:,.0f}" in row["why"]


def test_nothing_known_later_is_used(world, found):
    again = worklist(until(world, DAY), as_of=DAY, capacity=3)
    for name in ("frame", "own_tasks", "resting"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(found, name))


def test_a_claim_about_to_fall_due_gets_a_reminder_and_one_far_off_nothing():
    books = Books()
    books.sale(-6, amount=5000)
    books.sale(-40, who="C2")
    frame = one(books)
    assert frame.index.tolist() == ["C1"]
    assert (frame.loc["C1", "channel"], frame.loc["C1", "stage"]) == ("reminder", "warning")
    assert "falls due" in frame.loc["C1", "opening"]
    assert pd.Timestamp(TODAY) < frame.loc["C1", "on"] <= pd.Timestamp(ago(-6))


def test_reminders_go_out_before_the_due_date_however_busy_the_week():
    books = Books()
    for number in range(6):
        books.sale(40, amount=90_000, who=f"L{number}")
    books.sale(-6, amount=500)
    assert one(books).loc["C1", "on"] <= pd.Timestamp(ago(-6))


def test_the_larger_of_two_like_debts_comes_first():
    books = Books()
    books.sale(40, amount=1000)
    books.sale(40, amount=9000, who="C2")
    assert one(books).index.tolist() == ["C2", "C1"]


def test_who_was_called_last_week_rests_and_a_broken_promise_ends_the_rest():
    books = Books()
    for who in ("C1", "C2"):
        books.sale(40, who=who)
        books.log("call", 9, who=who)
    books.promise("I1", 9, 4, who="C2")
    todo = worklist(books.ledger(), as_of=TODAY, capacity=50)
    assert todo.frame["customer_id"].tolist() == ["C2"]
    assert "promise was broken" in todo.frame["why"].iloc[0]
    assert todo.resting["customer_id"].tolist() == ["C1"]


def test_a_running_promise_lowers_what_a_contact_is_expected_to_move_and_waits_for_its_day():
    books = Books()
    for who in ("C1", "C2"):
        books.sale(40, who=who)
    books.promise("I1", 20, -3, who="C2")
    frame = one(books)
    assert 0 < frame.loc["C2", "expected"] <= timetable().pending * frame.loc["C1", "expected"]
    assert frame.loc["C2", "on"] > pd.Timestamp(ago(-3))


def test_contacts_wear_off():
    books = Books()
    for who in ("C1", "C2"):
        books.sale(40, who=who)
    books.log("call", 20, who="C2")
    frame = one(books)
    assert frame.loc["C2", "expected"] == pytest.approx(timetable().again * frame.loc["C1", "expected"])


@pytest.mark.parametrize("reason", ["unapplied", "dispute", "paperwork"])
def test_what_waits_for_us_is_a_task_of_our_own(reason):
    books = Books()
    item = books.sale(40)
    books.log("call", 30, item, reason=reason)
    todo = worklist(books.ledger(), as_of=TODAY, capacity=50)
    assert todo.own_tasks["document_id"].tolist() == [item]
    assert todo.frame.empty == (reason == "unapplied")


def test_ill_will_goes_to_the_law_firm_at_once_and_to_no_agency_in_china():
    books = Books()
    item = books.sale(40, amount=50_000)
    books.log("call", 30, item, reason="wilful")
    assert one(books).loc["C1", "channel"] == "legal"
    china, abroad = (one(books, country=country).loc["C1"] for country in ("CN", "DE"))
    assert (china["channel"], abroad["channel"]) == ("legal", "legal")
    dear = timetable().model_dump()
    dear["channels"] = [{**way, "effort": 60 if way["key"] == "legal" else way["effort"]} for way in dear["channels"]]
    table = Timetable.model_validate(dear)
    assert one(books, table=table).loc["C1", "channel"] == "letter"
    assert one(books, table=table, country="DE").loc["C1", "channel"] == "agency"


def test_a_snapshot_is_ranked_by_amount_and_cause_and_says_so():
    rows = [document("I1", "invoice", ago(100), 100, ago(30)), document("I2", "invoice", ago(100), 900, ago(30))]
    rows[1]["customer_id"] = "C2"
    todo = worklist(ledger(rows, scope="snapshot", snapshot_on=str(TODAY)), as_of=TODAY, capacity=5)
    assert todo.frame["customer_id"].tolist() == ["C2", "C1"]
    assert any("no settlements" in note for note in todo.notes)
    assert any("no log of contacts" in note for note in todo.notes)


def test_a_ledger_with_nothing_to_do_gives_an_empty_list():
    todo = worklist(ledger([document("I1", "invoice", ago(10), 100, ago(-60))]), as_of=TODAY, capacity=5)
    assert todo.frame.empty
    assert todo.own_tasks.empty


def test_currencies_are_compared_by_the_rates_given():
    rows = [document("I1", "invoice", ago(100), 1000, ago(30))]
    rows.append({**document("I2", "invoice", ago(100), 500, ago(30)), "customer_id": "C2", "currency": "USD"})
    book = ledger(rows)
    ranked = worklist(book, as_of=TODAY, capacity=5, rates={"CNY": 1, "USD": 7}).frame
    assert ranked["customer_id"].tolist() == ["C2", "C1"]
    assert ranked["amount"].tolist() == [500, 1000]
    with pytest.raises(ArkitError, match="rates has none for USD"):
        worklist(book, as_of=TODAY, capacity=5, rates={"CNY": 1})


def test_a_capacity_of_nothing_is_refused(world):
    with pytest.raises(ArkitError, match="capacity must be above 0"):
        worklist(world, as_of=DAY, capacity=0)


def options(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "channel", "value", "effort"])
    return frame.assign(currency="CNY")


def test_capacity_goes_where_a_unit_of_effort_brings_most():
    given = options(
        ("A", "call", 10.0, 1.0), ("A", "visit", 16.0, 4.0), ("B", "call", 5.0, 1.0), ("C", "call", 1.0, 1.0)
    )
    factor = pd.Series({"A": 1.0, "B": 1.0, "C": 1.0})
    two = choose(given, factor, 2.0)
    assert two.loc[two["selected"], ["customer_id", "channel"]].to_numpy().tolist() == [["A", "call"], ["B", "call"]]
    five = choose(given, factor, 5.0)
    assert dict(zip(five["customer_id"], five["channel"], strict=True)) == {"A": "visit", "B": "call", "C": "call"}
    assert five.set_index("customer_id")["selected"].to_dict() == {"A": True, "B": True, "C": False}


def test_a_customer_whose_factor_is_nothing_is_left_alone():
    chosen = choose(options(("A", "call", 10.0, 1.0)), pd.Series({"A": 0.0}), 5.0)
    assert chosen.empty


def test_what_is_collectable_fades_as_the_table_says():
    assert timetable().collectable(np.array([0, 45, 180, 5000])).tolist() == pytest.approx([1.0, 0.85, 0.51, 0.09])


def edited(tmp_path, change):
    raw = yaml.safe_load(files("arkit.collecting").joinpath("timetable.yaml").read_text(encoding="utf-8"))
    change(raw)
    path = tmp_path / "timetable.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return path


def test_a_firm_may_edit_the_timetable(tmp_path):
    path = edited(tmp_path, lambda raw: raw.update(rest_days=3))
    assert read_timetable(path).rest_days == 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda raw: raw.update(rests=3), "rests"),
        (lambda raw: raw["causes"].pop("dispute"), "causes lacks dispute"),
        (lambda raw: raw["steps"].reverse(), "order of from_day"),
        (lambda raw: raw["steps"][0].update(usual="visit"), "does not allow"),
        (lambda raw: raw["steps"][0].update(papers_zh=[]), "give both for each"),
        (lambda raw: raw["causes"]["habit"]["chance"].update(call=1.2), "less than or equal to 1"),
        (lambda raw: raw["causes"]["habit"]["chance"].pop("call"), "gives no chance for call"),
        (lambda raw: raw["channels"].pop(), "does not describe"),
    ],
)
def test_a_wrong_entry_in_the_timetable_is_named(tmp_path, change, told):
    with pytest.raises(ValidationError, match=told):
        read_timetable(edited(tmp_path, change))
