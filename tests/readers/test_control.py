"""The balance of the general ledger: it ties to the cent, or the ledger is refused with both and the difference."""

from __future__ import annotations

from decimal import Decimal

import pytest

import arkit

ROWS = (
    "I1,C1,invoice,2026-01-05,2026-02-04,100.10,CNY",
    "I2,C1,invoice,2026-02-05,2026-03-04,50.00,CNY",
    "I3,C2,invoice,2026-01-10,2026-02-09,30,USD",
)


@pytest.mark.parametrize(
    "control", ["CNY=150.10,USD=30", "cny:150.10; usd:30.00", {"CNY": Decimal("150.10"), "USD": "30"}]
)
def test_a_balance_that_ties_stands_in_the_intake(documents, control) -> None:
    ledger = arkit.read(documents(*ROWS), control=control)
    assert [(c.currency, c.ledger, c.general_ledger, c.difference) for c in ledger.intake.control] == [
        ("CNY", Decimal("150.10"), Decimal("150.10"), 0), ("USD", Decimal("30.00"), Decimal(30), 0),
    ]  # fmt: skip


def test_a_cent_is_a_difference(documents) -> None:
    with pytest.raises(arkit.LedgerError) as refused:
        arkit.read(documents(*ROWS), control="CNY=150.09,USD=30")
    (problem,) = refused.value.problems
    assert (problem.rule, problem.currency, problem.amount) == ("control_differs", "CNY", Decimal("0.01"))
    assert "150.10" in problem.message
    assert refused.value.intake.control[0].difference == Decimal("0.01")


def test_it_may_be_accepted_and_is_told(documents) -> None:
    ledger = arkit.read(documents(*ROWS), control="CNY=150.09,USD=30", accept="control_differs")
    assert ledger.intake.accepted == ("control_differs",)
    assert [c.difference for c in ledger.intake.control] == [Decimal("0.01"), 0]


def test_it_is_held_against_the_day_asked_for(documents) -> None:
    ledger = arkit.read(documents(*ROWS), control="CNY=100.10,USD=30", control_on="2026-01-31")
    assert [str(c.as_of) for c in ledger.intake.control] == ["2026-01-31"] * 2


def test_a_currency_that_the_ledger_lacks_differs_by_all_of_it(documents) -> None:
    with pytest.raises(arkit.LedgerError) as refused:
        arkit.read(documents(*ROWS), control="CNY=150.10,EUR=5")
    assert [(p.currency, p.amount) for p in refused.value.problems] == [("EUR", -5)]


def test_a_bare_balance_is_that_of_the_only_currency(documents) -> None:
    assert arkit.read(documents(*ROWS[:2]), control="150.10").intake.control[0].currency == "CNY"
    with pytest.raises(arkit.ArkitError, match="write one balance for each"):
        arkit.read(documents(*ROWS), control="150.10")


@pytest.mark.parametrize("control", ["CNY=1.234.567", "CNY=", "abc", {"CNY": "1 000"}])
def test_what_is_no_amount_is_refused(documents, control) -> None:
    with pytest.raises(arkit.ArkitError, match="is no amount"):
        arkit.read(documents(*ROWS[:2]), control=control)
