"""Every signal fires on books that show it, and not on books that nearly do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from books import TODAY, Books, ago

from arkit.diagnosis.past import Past
from arkit.diagnosis.signals import standing
from arkit.diagnosis.signals.rules import REGISTRY, table

Build = Callable[[Books], object]
CASES: dict[str, tuple[Build, Build]] = {}


def fired(build: Build) -> dict[str, dict]:
    books = Books()
    build(books)
    found = standing(Past.of(books.ledger(), TODAY))
    mine = found.signals[found.signals["customer_id"] == "C1"]
    return {row["signal"]: row for row in mine.to_dict("records")}


def case(key: str, nearly: Build) -> Callable[[Build], Build]:
    def add(shows: Build) -> Build:
        CASES[key] = shows, nearly
        return shows

    return add


def regular(books: Books, late: int = 0, *, since: int = 20, until: int = 700, every: int = 20) -> None:
    """An invoice every so many days, each paid so many days late."""
    for due in range(since, until, every):
        books.sale(due, late)


@case("often_late", lambda b: regular(b, 7))
def _(books: Books) -> None:
    regular(books, 8, since=40)


@case("growing_lateness", lambda b: [b.sale(25 + 20 * n, 10) for n in range(14)])
def _(books: Books) -> None:
    for days, late in ((30, 25), (50, 25), (120, 14), (150, 14), (210, 3), (240, 3)):
        books.sale(days, late)


def _slower(books: Books, by: int) -> None:
    for n in range(6):
        books.sale(45 + 15 * n, 2 + by + n % 3)
    for n in range(12):
        books.sale(160 + 25 * n, 2 + n % 3)


@case("slowing", lambda b: _slower(b, 8))
def _(books: Books) -> None:
    _slower(books, 15)


@case("over_90", lambda b: [b.sale(90), b.sale(10)])
def _(books: Books) -> None:
    books.sale(91)
    books.sale(10)


@case("mostly_overdue", lambda b: [b.sale(16, None, 1000), b.sale(15, None, 1001)])
def _(books: Books) -> None:
    books.sale(16, None, 1000)
    books.sale(15, None, 999)


@case("oldest_item", lambda b: b.sale(59))
def _(books: Books) -> None:
    books.sale(60)


def _in_parts(books: Books, number: int) -> None:
    regular(books, every=40)
    for n in range(number):
        item = books.sale(60 + n)
        books.pay(item, 50, 400)
        books.pay(item, 30, 600)


@case("split_payments", lambda b: _in_parts(b, 1))
def _(books: Books) -> None:
    _in_parts(books, 2)


@case("part_paid", lambda b: b.pay(b.sale(30), 13, 400))
def _(books: Books) -> None:
    books.pay(books.sale(30), 15, 400)


def _newer(books: Books, *, disputed: bool) -> None:
    old = books.sale(80)
    books.sale(40, 5)
    books.sale(35, 5)
    if disputed:
        books.log("dispute_opened", 70, old)


@case("newer_first", lambda b: _newer(b, disputed=True))
def _(books: Books) -> None:
    _newer(books, disputed=False)


@case("silence", lambda b: regular(b, since=46))
def _(books: Books) -> None:
    regular(books, since=66)
    books.sale(30)


@case("bounced", lambda b: b.pay(b.sale(60), 60, 1000, kind="bill", due=ago(20)))
def _(books: Books) -> None:
    books.pay(books.sale(60), 60, 1000, kind="bill", due=ago(20))
    bill = books.documents[-1]["document_id"]
    books.documents.append(
        {**books.documents[-1], "document_id": "B", "kind": "bounced", "date": ago(15), "due_date": ago(15)}
    )
    books.applications.append(
        {"document_id": bill, "by_document_id": "B", "date": ago(15), "amount": 1000, "kind": "bounced"}
    )


def _bills(books: Books, kind: str) -> None:
    for n in range(6):
        books.pay(books.sale(150 + 30 * n), 150 + 30 * n, 1000)
    for n in range(4):
        books.pay(books.sale(20 + 20 * n), 20 + 20 * n, 1000, kind=kind)


@case("to_bills", lambda b: _bills(b, "payment"))
def _(books: Books) -> None:
    _bills(books, "bill")


def _credited(books: Books, amount: float) -> None:
    regular(books, every=30)
    for n in range(2):
        books.pay(books.sale(20, None), 10 + n, amount, kind="credit_note")


@case("returns", lambda b: _credited(b, 100))
def _(books: Books) -> None:
    _credited(books, 400)


@case("written_off", lambda b: b.write_off(b.sale(200, None, 100_000), 20, 5))
def _(books: Books) -> None:
    books.write_off(books.sale(200, None, 1000), 20, 500)


def _paid_by(books: Books, payer: str, column: str = "payer") -> None:
    for n in range(6):
        books.pay(books.sale(200 + 20 * n), 200 + 20 * n, 1000, **{column: "Own"})
    books.pay(books.sale(20), 20, 1000, **{column: payer})


@case("new_payer", lambda b: _paid_by(b, "Own"))
def _(books: Books) -> None:
    _paid_by(books, "Stranger")


@case("new_bank", lambda b: _paid_by(b, "Own", "bank"))
def _(books: Books) -> None:
    _paid_by(books, "Other bank", "bank")


def _terms(books: Books, granted: int, item_type: str = "standard") -> None:
    for n in range(6):
        books.sale(150 + 30 * n, 0, granted=30, item_type="standard")
    for n in range(3):
        books.sale(10 + n - granted, granted=granted, item_type=item_type)


@case("terms_stretched", lambda b: _terms(b, 60, "retention"))
def _(books: Books) -> None:
    _terms(books, 60)


def _calls(books: Books, answered: int) -> None:
    books.sale(10)
    for n in range(6):
        books.log("call", 5 * n, outcome="reached" if n < answered else "no_answer")


@case("unanswered", lambda b: _calls(b, 4))
def _(books: Books) -> None:
    _calls(books, 3)


def _promised(books: Books, paid: int) -> None:
    for n in range(2):
        item = books.sale(60 + n, 60 + n - paid)
        books.promise(item, 40, 30)


@case("broken_promises", lambda b: _promised(b, 28))
def _(books: Books) -> None:
    _promised(books, 27)


def _after_promise(books: Books, contact: int) -> None:
    item = books.sale(60)
    books.promise(item, 40, 30)
    books.log("call", contact, item)


@case("promise_unattended", lambda b: _after_promise(b, 29))
def _(books: Books) -> None:
    _after_promise(books, 35)


def _disputed(books: Books, after: int) -> None:
    for n in range(2):
        books.log("dispute_opened", 50 - after, books.sale(50, None, 500 + n))


@case("late_dispute", lambda b: _disputed(b, 3))
def _(books: Books) -> None:
    _disputed(books, 4)


def _chased(books: Books, when: int) -> None:
    books.log("letter", when, books.sale(40))


@case("unattended", lambda b: _chased(b, 39))
def _(books: Books) -> None:
    _chased(books, 41)


@case("measures_taken", lambda b: b.log("hold", 400, b.sale(450)))
def _(books: Books) -> None:
    books.sale(40)
    books.log("hold", 20)


def _orders(books: Books, recent: int) -> None:
    for n in range(24):
        books.sale(70 + 15 * n, 0, granted=30)
    for n in range(recent):
        books.sale(-25, granted=30, amount=1000 + n)


@case("order_surge", lambda b: _orders(b, 5))
def _(books: Books) -> None:
    _orders(books, 12)


@case("over_limit", lambda b: [b.sale(5, None, 1000), b.customer(credit_limit=1000)])
def _(books: Books) -> None:
    books.sale(5, None, 1001)
    books.customer(credit_limit=1000)


@case("near_limit", lambda b: [b.sale(5, None, 899), b.customer(credit_limit=1000)])
def _(books: Books) -> None:
    books.sale(5, None, 900)
    books.customer(credit_limit=1000)


def _share(books: Books, amount: float) -> None:
    books.sale(5, None, amount)
    for n in range(23):
        books.sale(5, None, 400, who=f"N{n}")


@case("concentration", lambda b: _share(b, 700))
def _(books: Books) -> None:
    _share(books, 900)


@case("stopped_ordering", lambda b: regular(b, since=70, every=30))
def _(books: Books) -> None:
    for due in range(70, 400, 30):
        books.sale(due, 0 if due > 70 else None)


def _limits(books: Books, without: int) -> None:
    books.sale(5)
    for n in range(10):
        books.sale(5, who=f"N{n}")
        books.customer(f"N{n}", credit_limit=None if n < without else 5000)
    books.customer("C1")


@case("no_limit", lambda b: _limits(b, 5))
def _(books: Books) -> None:
    _limits(books, 0)


def _rated(books: Books, rating: str) -> None:
    books.sale(5)
    books.customer("C1", rating=rating)
    for n in range(9):
        books.sale(5, who=f"N{n}")
        books.customer(f"N{n}", rating="AB"[n % 2])


@case("poor_rating", lambda b: _rated(b, "B"))
def _(books: Books) -> None:
    _rated(books, "D")


@case("rating_fell", lambda b: [b.sale(5), b.customer(rating="A", previous_rating="B", rated_on=ago(20))])
def _(books: Books) -> None:
    books.sale(5)
    books.customer(rating="B", previous_rating="A", rated_on=ago(20))


def _group(books: Books, other: str) -> None:
    books.sale(5)
    books.sale(100, who="C2")
    books.customer("C1", group="G")
    books.customer("C2", group=other)


@case("group_in_default", lambda b: _group(b, "H"))
def _(books: Books) -> None:
    _group(books, "G")


@pytest.mark.parametrize("key", list(CASES))
def test_a_signal_fires_where_it_shows_with_its_evidence(key: str) -> None:
    found = fired(CASES[key][0])
    assert key in found
    rule = table().rules[key]
    assert found[key]["points"] == (rule.severe_points if found[key]["severe"] else rule.points)
    assert found[key]["evidence"].template != found[key]["evidence"] or not found[key]["evidence"].params


@pytest.mark.parametrize("key", list(CASES))
def test_a_signal_is_silent_where_it_nearly_shows(key: str) -> None:
    assert key not in fired(CASES[key][1])


def test_every_signal_of_the_table_is_tested_and_every_function_is_in_the_table() -> None:
    assert set(table().rules) == set(REGISTRY) == set(CASES)
    assert len(CASES) >= 16
