"""The suggested credit limit: by payment record and by capacity, worked by hand; why it can not be computed."""

from __future__ import annotations

from math import isnan, nan

import pytest

from arkit import formulas
from arkit.collecting.limit import suggested_limit
from arkit.diagnosis.past import Past
from tests.ledgers import applied, day, document, ledger

AS_OF = "2025-12-31"
MONTHS = range(1, 13)


def trade(paid_after: int | None, amount: float = 1000.0, months=MONTHS, customer: str = "C1"):
    """An invoice on the first of each month, 30 days net, paid so many days after its due date."""
    import datetime as dt

    documents, applications = [], []
    for month in months:
        date = dt.date(2025, month, 1)
        due = date + dt.timedelta(days=30)
        number = f"{customer}-{month}"
        documents.append(document(number, "invoice", str(date), amount, str(due), customer_id=customer))
        on = due + dt.timedelta(days=paid_after or 0)
        if paid_after is not None and on <= day(AS_OF):
            documents.append(document(f"P{number}", "payment", str(on), -amount, customer_id=customer))
            applications.append(applied(number, f"P{number}", str(on), amount))
    return documents, applications


def suggest(documents, applications=(), **options):
    past = Past.of(ledger(documents, applications, **options), AS_OF)
    return suggested_limit(past, "C1", "CNY")


@pytest.mark.parametrize(
    ("args", "expected"),
    [((100_000, 45, 0.8), 120_000), ((0, 45, 1.0), 0), ((100_000, 30, 0.0), 0), ((nan, 30, 1.0), nan)],
)
def test_limit_by_record_is_pace_times_credit_period_times_behaviour(args, expected):
    assert formulas.limit_by_record(*args) == pytest.approx(expected, nan_ok=True)


def test_limit_by_capacity_is_the_most_that_was_paid_of_one_balance():
    assert formulas.limit_by_capacity([80, 120, 60], [70, 50, 60]) == 70
    assert formulas.limit_by_capacity([80], [100]) == 80
    assert isnan(formulas.limit_by_capacity([0, 0], [0, 0]))
    assert isnan(formulas.limit_by_capacity([], []))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: formulas.limit_by_record(-1, 30, 1), "monthly_purchases must not be negative"),
        (lambda: formulas.limit_by_record(1, 30, 1.1), "behaviour must be shares from 0 to 1"),
        (lambda: formulas.limit_by_capacity([1], [1, 2]), "must be of the same length"),
        (lambda: formulas.limit_by_capacity([1], [-2]), "paid must not be negative"),
    ],
)
def test_what_can_not_be_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_who_pays_in_time_gets_what_his_pace_needs():
    found = suggest(*trade(0))
    terms = found.record.terms
    assert terms["terms_days"] == 30
    assert terms["behaviour"] == 1
    assert terms["monthly_purchases"] == pytest.approx(12_000 / (364 / 30))
    assert found.record.value == pytest.approx(terms["monthly_purchases"] * 45 / 30)


@pytest.mark.parametrize(("late", "behaviour"), [(15, 1.0), (16, 74 / 75), (45, 0.6), (90, 0.0), (120, 0.0)])
def test_behaviour_falls_evenly_from_the_tolerated_delay_to_90_days(late, behaviour):
    documents, applications = trade(late, months=range(1, 7))
    assert suggest(documents, applications).record.terms["behaviour"] == pytest.approx(behaviour)


def test_what_was_written_off_counts_for_nothing_and_a_credit_note_is_no_debt():
    documents, applications = trade(0, months=range(1, 5))
    lost = [*applications[:-1], applied("C1-4", None, "2025-06-01", 1000.0, "write_off")]
    assert suggest(documents[:-1], lost).record.terms["behaviour"] == pytest.approx(0.75)
    note = document("N1", "credit_note", "2025-06-01", -1000.0)
    credited = [*applications[:-1], applied("C1-4", "N1", "2025-06-01", 1000.0, "credit_note")]
    assert suggest([*documents[:-1], note], credited).record.terms["behaviour"] == pytest.approx(1.0)


def test_capacity_counts_only_what_was_open_at_the_month_end():
    documents, applications = trade(0)
    found = suggest(documents, applications).capacity
    assert found.terms == {"peak_balance": 1000.0, "peak_paid": 1000.0}
    assert found.value == 1000.0
    assert suggest(*trade(None, customer="C1")[:1], [applied("C1-1", None, "2025-02-01", 1.0)]).capacity.value == 1.0


def test_the_lower_is_unsecured_and_the_higher_needs_security():
    found = suggest(*trade(0))
    assert found.unsecured == found.capacity.value == 1000.0
    assert found.secured == found.record.value > 1000.0


def test_why_it_can_not_be_computed():
    snapshot = suggest(trade(None)[0], scope="snapshot", snapshot_on=day(AS_OF))
    assert "no settled items" in snapshot.record.reason
    assert isnan(snapshot.unsecured)
    assert isnan(snapshot.secured)
    other = trade(0, customer="C2")
    young = suggest([*other[0], document("1", "invoice", "2025-12-01", 10.0, "2025-12-31")], other[1])
    assert young.record.reason == "less than 3 months of trade"
    gone = suggest([*other[0], document("1", "invoice", "2024-01-01", 10.0, "2024-01-31")], other[1])
    assert gone.record.reason == "no purchases on account within 365 days"


def test_what_comes_later_changes_nothing():
    documents, applications = trade(0)
    later = [*documents, document("9", "invoice", "2026-01-05", 90_000.0, "2026-02-05")]
    assert suggest(later, applications) == suggest(documents, applications)
