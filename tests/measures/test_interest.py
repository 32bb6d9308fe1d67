"""Late interest by rule sets: published examples, stretches of one balance and one rate."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from ledgers import ENGINES
from random_ledgers import day, make, to_engine

import arkit
from arkit import formulas
from arkit.measures.interest import interest_rules

LATE = day("2025-03-31")


def ledger(amount: float = 1_000, currency: str = "GBP", due: str = "2024-01-31", *paid: tuple[str, float]):
    invoice = {
        "document_id": "I1", "customer_id": "C1", "kind": "invoice", "date": "2024-01-01", "due_date": due,
        "amount": amount, "currency": currency,
    }  # fmt: skip
    rows = [
        {"document_id": "I1", "by_document_id": None, "date": date, "amount": part, "kind": "payment"}
        for date, part in paid
    ]
    return arkit.Ledger(pd.DataFrame([invoice]), pd.DataFrame(rows) if rows else None)


def one(books: arkit.Ledger, **how) -> pd.Series:
    return arkit.late_interest(books, **how).iloc[0]


@pytest.mark.parametrize(
    ("amount", "rate", "days", "rounding", "interest"),
    [
        (1_000, 0.085, 50, 2, 11.5),  # gov.uk: 0.23 a day, rounded daily
        (1_000, 0.085, 50, None, 11.64),  # the same, exact
        (4_500, 0.11, 30, None, 40.68),  # EU, late payment example, without the 40 euro
        (1_000_000, 0.1825, 30, None, 15_000),  # China, 0.05 % a day
    ],
)
def test_published_examples(amount, rate, days, rounding, interest) -> None:
    as_of = (dt.date(2024, 1, 31) + dt.timedelta(days=days)).isoformat()
    found = one(ledger(amount), as_of=as_of, annual_rate=rate, daily_rounding=rounding)
    assert (found["days_late"], found["interest"]) == (days, interest)
    assert found["interest"] == round(formulas.late_interest(amount, rate, days, daily_rounding=rounding), 2)


def test_the_small_firms_of_china_have_a_rate_without_one_agreed() -> None:
    found = one(ledger(1_000_000, "CNY"), as_of="2024-03-01", rules="cn_sme")
    assert (found["interest"], found["compensation"], found["total"]) == (15_000, 0, 15_000)


@pytest.mark.parametrize(("amount", "lump"), [(999.99, 40), (1_000, 70), (9_999.99, 70), (10_000, 100)])
def test_the_lump_of_the_united_kingdom_goes_by_the_size_of_the_debt(amount, lump) -> None:
    found = one(ledger(amount), as_of="2024-02-01", rules="uk")
    assert (found["compensation"], found["rate"]) == (lump, 0.1325)
    assert one(ledger(amount, "EUR"), as_of="2024-02-01", rules="uk")["compensation"] == 0


def test_the_lump_goes_by_what_was_late_not_by_what_was_paid_in_time() -> None:
    for paid, lump in (("2024-01-31", 40), ("2024-02-01", 70)):
        books = ledger(1_500, "GBP", "2024-01-31", (paid, 600))
        assert one(books, as_of="2024-02-10", rules="uk")["compensation"] == lump


def test_the_rate_of_the_uk_stays_and_that_of_the_eu_changes_with_the_half_year() -> None:
    uk, eu = (one(ledger(36_500, due="2024-12-21"), as_of="2025-01-10", rules=name) for name in ("uk", "eu"))
    assert uk["interest"] == 36_500 * 0.1325 * 20 / 365
    assert eu["interest"] == pytest.approx(36_500 * (0.1225 * 10 + 0.1115 * 10) / 365)
    assert (uk["rate"], eu["rate"]) == (0.1325, 0.1115)


def test_courts_of_china_take_the_prime_rate_of_the_breach() -> None:
    found = one(
        ledger(365_000, "CNY", "2024-07-20"), as_of="2024-08-19", rules="cn_lpr"
    )  # breach on 21 July, a day early
    assert found["rate"] == pytest.approx(0.0345 * 1.3)
    more = one(ledger(365_000, "CNY", "2024-07-21"), as_of="2024-08-19", rules="cn_lpr", factor=1.5)
    assert more["rate"] == pytest.approx(0.0335 * 1.5)


def test_a_part_payment_stops_the_interest_on_its_part() -> None:
    books = ledger(36_500, "EUR", "2024-01-31", ("2024-02-10", 16_500), ("2024-02-20", 20_000))
    found = one(books, as_of="2024-03-31", annual_rate=0.1, settled=True)
    assert (found["open"], found["days_late"], found["interest"]) == (0, 20, 10 * 10 + round(5.479452 * 10, 2))
    assert arkit.late_interest(books, as_of="2024-03-31", annual_rate=0.1).empty
    assert one(books, as_of="2024-02-15", annual_rate=0.1)["interest"] == 100 + 27.40


def test_what_is_not_late_or_has_no_due_date_bears_none() -> None:
    assert arkit.late_interest(ledger(), as_of="2024-01-31", annual_rate=0.1).empty
    assert arkit.late_interest(ledger(due=None), as_of="2024-12-31", annual_rate=0.1).empty


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({}, "give annual_rate="),
        ({"rules": "fr"}, "rules must be one of agreed, eu, uk, cn_sme, cn_lpr, got 'fr'"),
        ({"rules": "eu", "as_of": "2026-03-31"}, "there is no reference rate for 2026-01-01: the table has 2013-01-01"),
    ],
)
def test_a_rate_that_is_not_known_is_refused(how, said) -> None:
    with pytest.raises(arkit.ArkitError, match=said):
        arkit.late_interest(ledger(), **{"as_of": "2024-03-31", **how})


def test_rates_of_ones_own_reach_further() -> None:
    found = one(ledger(), as_of="2026-03-31", rules="eu", reference={"2024-01-01": 0.02})
    assert found["rate"] == 0.1


def test_every_rule_set_has_its_source_and_both_names() -> None:
    rules = interest_rules()
    assert list(rules.index) == ["eu", "uk", "cn_sme", "cn_lpr"]
    assert rules.map(bool).all().all()


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same(engine) -> None:
    tables = make(7)
    frames = [arkit.late_interest(to_engine(tables, name), as_of=LATE, annual_rate=0.1) for name in ("pandas", engine)]
    pd.testing.assert_frame_equal(*frames)
