"""Every ledger measure against its plain reference on random ledgers, each with conventions of its own."""

from __future__ import annotations

import exchange
import pytest
import risk
import speed
from agreement import Case
from share import LEDGERS

import arkit

CHECKS = (*speed.CHECKS, *risk.CHECKS, *exchange.CHECKS)
ON = [(seed, "pandas") for seed in LEDGERS]
ON += [(seed, source) for seed in LEDGERS[::10] for source in ("duckdb", "simulated")]
NO_MEASURE = {"interest_rules"}
"""A table of rules."""


@pytest.mark.parametrize(("seed", "source"), ON)
def test_every_measure_agrees_with_its_reference(seed, source):
    it, wrong = Case(seed, source), {}
    for check in CHECKS:
        try:
            check(it.start(check.__name__))
        except AssertionError as error:
            wrong[check.__name__] = str(error)
    assert wrong == {}


def test_no_measure_is_left_out():
    measures = {
        name for name in arkit.__all__ if getattr(getattr(arkit, name), "__module__", "").startswith("arkit.measures")
    }
    assert measures - {check.__name__ for check in CHECKS} == NO_MEASURE
