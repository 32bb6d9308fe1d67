"""Every ledger measure against its plain reference on random ledgers, each with conventions of its own."""

from __future__ import annotations

import pytest
import risk
import speed
from agreement import Case
from share import LEDGERS

import arkit

CHECKS = (*speed.CHECKS, *risk.CHECKS)
ON = [(seed, "pandas") for seed in LEDGERS]
ON += [(seed, source) for seed in LEDGERS[::10] for source in ("duckdb", "simulated")]
ELSEWHERE = {"interest_rules", "realised_exchange", "revaluation", "revalued_items"}
"""A table of rules, and what needs rates of exchange: tests/measures/test_revaluation.py, tests/rates."""


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
    assert measures - {check.__name__ for check in CHECKS} == ELSEWHERE
