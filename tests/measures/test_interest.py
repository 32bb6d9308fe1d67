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


def overdue_from(day: str | pd.Timestamp, amount: float = 100) -> arkit.Ledger:
    """Return a claim whose first day of interest is the given one."""
    due = pd.Timestamp(day) - pd.Timedelta(days=1)
    invoice = {"document_id": "I1", "customer_id": "C1", "kind": "invoice", "date": due, "due_date": due}
    return arkit.Ledger(pd.DataFrame([{**invoice, "amount": amount, "currency": "CNY"}]))


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


@pytest.mark.parametrize(
    ("amount", "days", "base", "interest", "lump"),
    [  # Freelance Toolkit UK (three), Gera Tools (printed as roughly 384, near 12,484 with the debt), yCalculator.
        (500, 14, 0.045, 2.40, 40), (2_500, 30, 0.045, 25.68, 70), (5_000, 45, 0.045, 77.05, 70),
        (12_000, 90, 0.05, 384.66, 100), (5_000, 30, 0.045, 51.37, 70),
    ],
)  # fmt: skip
def test_published_claims_of_the_united_kingdom(amount, days, base, interest, lump) -> None:
    as_of = (dt.date(2024, 1, 31) + dt.timedelta(days=days)).isoformat()
    found = one(ledger(amount), as_of=as_of, rules="uk", reference={"2024-01-01": base})
    assert (found["interest"], found["compensation"]) == (interest, lump)
    assert found["total"] == pytest.approx(interest + lump)


# What was due in each half-year, in per cent, as a ministry and credit managers tabled it: the reference rate and 8.
IRELAND = {  # Department of Enterprise, Trade and Employment, late payment interest rate
    "2013-07": 8.5, "2014-01": 8.25, "2014-07": 8.15, "2015-01": 8.05, "2015-07": 8.05, "2016-01": 8.05, "2016-07": 8,
    "2017-01": 8, "2019-07": 8, "2022-07": 8, "2023-01": 10.5, "2023-07": 12, "2024-01": 12.5, "2024-07": 12.25,
    "2026-01": 10.15,  # taylorryan.ie
}  # fmt: skip
PAY_ON_TIME = {  # payontime.co.uk, reference rates
    "2011-01": 8.5, "2016-07": 8.5, "2017-01": 8.25, "2017-07": 8.25, "2018-01": 8.5, "2018-07": 8.5, "2019-01": 8.75,
    "2020-01": 8.75, "2020-07": 8.1, "2021-07": 8.1, "2022-01": 8.25, "2022-07": 9.25, "2023-01": 11.5, "2023-07": 13,
    "2024-01": 13.25,
}  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "half", "rate"),
    [(rules, *row) for rules, table in (("eu", IRELAND), ("uk", PAY_ON_TIME)) for row in table.items()],
)
def test_published_rates_of_the_half_years(rules, half, rate) -> None:
    first = pd.Timestamp(half)
    for begins in (first, first + pd.DateOffset(months=6, days=-1)):
        assert one(overdue_from(begins), as_of=begins, rules=rules)["rate"] == pytest.approx(rate / 100)


@pytest.mark.parametrize("basis", [365, 360])
def test_the_small_firms_of_china_have_a_rate_a_day_without_one_agreed(basis) -> None:
    found = one(ledger(1_000_000, "CNY"), as_of="2024-03-01", rules="cn_sme", basis=basis)
    assert (found["interest"], found["compensation"], found["total"]) == (15_000, 0, 15_000)
    assert found["rate"] == {365: 0.1825, 360: 0.18}[basis]


def test_the_daily_rate_of_china_counts_from_the_day_of_its_decree() -> None:
    books = overdue_from("2020-02-01", 1_000_000)
    found = one(books, as_of="2020-09-30", rules="cn_sme")
    assert (found["interest"], found["days_late"], found["rate"]) == (15_000, 243, 0.1825)
    before = one(books, as_of="2020-08-31", rules="cn_sme")
    assert (before["interest"], before["rate"]) == (0, 0)


def test_a_claim_before_a_court_of_china() -> None:
    """A statement of claim puts 180,431 yuan on 1 September 2023 to 29 February 2024, counted as half a year."""
    books = overdue_from("2023-09-01", 6_973_215.42)
    found = one(books, as_of="2024-02-27", rules="cn_lpr", factor=1.5, basis=360)
    assert (found["rate"], found["days_late"], int(found["interest"])) == (0.05175, 180, 180_431)


@pytest.mark.parametrize(
    ("breach", "lpr"),
    [  # Days on which the rate was changed, or days before: as data tables of the announcements have them
        ("2019-08-20", 4.25), ("2019-09-19", 4.25), ("2019-09-20", 4.2), ("2019-11-20", 4.15), ("2020-02-19", 4.15),
        ("2020-02-20", 4.05), ("2020-04-20", 3.85), ("2021-12-19", 3.85), ("2021-12-20", 3.8), ("2022-01-20", 3.7),
        ("2022-08-22", 3.65), ("2023-06-20", 3.55), ("2023-08-21", 3.45), ("2024-07-22", 3.35), ("2024-10-20", 3.35),
        ("2024-10-21", 3.1), ("2025-05-19", 3.1), ("2025-05-20", 3.0), ("2026-07-20", 3.0),
    ],
)  # fmt: skip
def test_published_prime_rates_at_the_breach(breach, lpr) -> None:
    books = overdue_from(breach)
    found = [one(books, as_of=breach, rules="cn_lpr", **how)["rate"] for how in ({}, {"factor": 1.5})]
    assert found == pytest.approx([lpr * 1.3 / 100, lpr * 1.5 / 100])


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
        ({"rules": "eu", "as_of": "2027-03-31"}, "there is no reference rate for 2027-01-01: the table has 2013-01-01"),
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
