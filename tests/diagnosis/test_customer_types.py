"""Customer types: each behaviour on books that show it, trade types, stability, nothing known later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest
from books import TODAY, Books, ago
from ledgers import document, ledger
from pydantic import ValidationError
from small_firm import firm, until

from arkit.diagnosis.past import Past
from arkit.diagnosis.types import customer_types
from arkit.diagnosis.types.kinds import read_table, table
from arkit.diagnosis.types.result import classify

DAY = dt.date(2025, 3, 17)


def _paid(books: Books, late: Callable[[int], int]) -> None:
    for n, due in enumerate(range(20, 720, 20)):
        books.sale(due, late(n))


def _promised(books: Books, *, delay: int, acknowledged: bool) -> None:
    for due in range(20, 720, 20):
        item = books.sale(due, delay)
        if due < 300:
            books.promise(item, due - 5, due - 15)
        if acknowledged and due < 300:
            books.log("acknowledgement", due - 18, item)
    books.sale(-20)


def _disputed(books: Books) -> None:
    for n, due in enumerate(range(20, 720, 20)):
        item = books.sale(due, 0)
        if n % 5 == 0:
            books.log("dispute_opened", due + 1, item)


def _seasonal(books: Books) -> None:
    for due in range(20, 1090, 15):
        month = (TODAY - dt.timedelta(days=due)).month
        books.sale(due, 40 if month in (1, 2) else 0)


BEHAVIOUR: dict[str, Callable[[Books], object]] = {
    "prompt": lambda b: _paid(b, lambda n: 0),
    "habitually_late": lambda b: _paid(b, lambda n: 20 + n % 3),
    "slowing": lambda b: _paid(b, lambda n: 18 + n % 3 if n < 8 else n % 3),
    "irregular": lambda b: _paid(b, lambda n: (0, 0, 9, 60, 0)[n % 5]),
    "seasonal": _seasonal,
    "disputing": _disputed,
    "promise_breaker": lambda b: _promised(b, delay=40, acknowledged=True),
    "wilful": lambda b: _promised(b, delay=60, acknowledged=True),
    "too_new": lambda b: [b.sale(due, 0) for due in (10, 30, 60)],
}


@pytest.mark.parametrize("key", list(BEHAVIOUR))
def test_a_behaviour_shows_in_the_books(key):
    books = Books()
    BEHAVIOUR[key](books)
    row = customer_types(books.ledger(), as_of=TODAY).frame.iloc[0]
    assert row["behaviour"] == key
    assert row["approach"] == table().behaviour[key].approach
    assert row["rule"].template != row["rule"]


def test_without_an_acknowledged_debt_nobody_is_called_wilful():
    books = Books()
    _promised(books, delay=60, acknowledged=False)
    assert customer_types(books.ledger(), as_of=TODAY).frame["behaviour"].tolist() == ["promise_breaker"]


def test_ill_will_is_worded_as_a_hypothesis_for_a_person_to_confirm():
    books = Books()
    BEHAVIOUR["wilful"](books)
    row = customer_types(books.ledger(), as_of=TODAY).frame.iloc[0]
    assert row["rule"].startswith("hypothesis, to be confirmed by a person")
    assert table().behaviour["wilful"].confirm


def _trade(books: Books, count: int = 10, **more: object) -> None:
    for n in range(count):
        books.sale(20 + 30 * n, 0, **more)  # type: ignore[arg-type]


def _chain(books: Books) -> None:
    for n in range(12):
        due = dt.date(2025, 12 - n, 27)
        books.sale((TODAY - due).days, 0, granted=45, terms="eom+30")


TRADE: dict[str, Callable[[Books], None]] = {
    "engineering": lambda b: _trade(b, terms="acceptance+30", item_type="milestone"),
    "dealer": lambda b: _trade(b, terms="net 30", granted=30),
    "industrial": lambda b: _trade(b, terms="net 60", granted=60),
    "retail": _chain,
    "": lambda b: _trade(b, 3, terms="net 30"),
}


@pytest.mark.parametrize("key", list(TRADE))
def test_a_trade_type_is_suggested_with_its_reason(key):
    books = Books()
    TRADE[key](books)
    row = customer_types(books.ledger(), as_of=TODAY).frame.iloc[0]
    assert (row["trade"], row["trade_source"]) == (key, "suggested" if key else "none")
    assert row["trade_reason"].template != row["trade_reason"]
    assert row["mind"] == (table().trade[key].mind if key else "")


@pytest.mark.parametrize(("said", "key"), [("retail", "retail"), ("商超", "retail"), ("Museum", "Museum")])
def test_what_the_file_says_comes_first(said, key):
    books = Books()
    TRADE["dealer"](books)
    books.customer(type=said)
    found = customer_types(books.ledger(), as_of=TODAY)
    assert found.frame[["trade", "trade_source", "suggested"]].iloc[0].tolist() == [key, "given", "dealer"]
    assert any("suggest another trade type" in note for note in found.notes)


def test_stability_compares_with_three_and_six_months_before():
    books = Books()
    BEHAVIOUR["slowing"](books)
    found = customer_types(books.ledger(), as_of=TODAY)
    row = found.frame.iloc[0]
    assert (row["behaviour_6"], row["stable"]) == ("prompt", False)
    assert found.stability.loc["slowing", ["judged_6", "same_6"]].tolist() == [1, 0]
    steady = Books()
    BEHAVIOUR["habitually_late"](steady)
    assert customer_types(steady.ledger(), as_of=TODAY).frame["stable"].tolist() == [True]


def test_nothing_known_later_is_used():
    world = firm(1007).ledger
    whole, cut = (customer_types(book, as_of=DAY) for book in (world, until(world, DAY)))
    for name in ("frame", "mix", "stability"):
        pd.testing.assert_frame_equal(getattr(whole, name), getattr(cut, name))
    assert whole.mix["customers"].sum() == len(whole.frame)


def test_a_snapshot_gets_a_trade_type_and_no_behaviour():
    rows = [document(str(n), "invoice", ago(40 + n), 1000, ago(10), terms="net 30") for n in range(6)]
    found = customer_types(ledger(rows, scope="snapshot", snapshot_on=TODAY), as_of=TODAY)
    assert found.frame[["trade", "behaviour"]].iloc[0].tolist() == ["dealer", "unknown"]
    assert "the ledger holds no settled items: behaviour can not be judged" in found.notes


def test_a_ledger_that_begins_later_has_no_types():
    books = Books()
    books.sale(5)
    assert customer_types(books.ledger(), as_of="2020-01-31").frame.empty


def test_the_data_file_is_held_to_account():
    from importlib.resources import files

    text = files("arkit.diagnosis.types").joinpath("types.yaml").read_text(encoding="utf-8")
    with pytest.raises(ValidationError, match=r"types.yaml lacks: prompt"):
        read_table(
            text.replace("  prompt:\n    en: prompt", "  swift:\n    en: prompt").replace("  swift:", "  irregular:", 1)
        )
    with pytest.raises(ValidationError, match="grace_days"):
        read_table(text.replace("grace_days: 7", "grace_days: a week"))


def test_papers_that_name_no_terms_suggest_no_trade_type():
    books = Books()
    _trade(books, granted=30)
    row = customer_types(books.ledger(), as_of=TODAY).frame.iloc[0]
    assert (row["trade"], row["trade_source"]) == ("", "none")
    assert "nothing to suggest" in row["trade_reason"]


def test_without_earlier_dates_types_are_found_and_none_is_called_stable():
    book = firm(3).ledger
    alone, whole = classify(Past.of(book, DAY), []), customer_types(book, as_of=DAY)
    assert alone.frame["behaviour"].tolist() == whole.frame["behaviour"].tolist()
    assert alone.frame["stable"].isna().all()
    assert (alone.stability["judged_3"] == 0).all()
