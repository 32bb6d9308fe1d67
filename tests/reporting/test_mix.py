"""A group's causes against those of all: exact parts, and chance told from more than chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arkit.reporting.mix import BEYOND, against_mix


def parts(rows: list[tuple[str, str, str, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customer_id", "group", "cause", "amount"])


def cell(frame: pd.DataFrame, group: str, cause: str) -> pd.Series:
    return frame.set_index(["group", "cause"]).loc[(group, cause)]


SPLIT = parts(
    [(f"N{i}", "north", "paperwork", 10.0) for i in range(12)] + [(f"S{i}", "south", "habit", 10.0) for i in range(12)]
)


def test_shares_and_excess_by_hand():
    frame = against_mix(
        parts([("A", "x", "habit", 30.0), ("A", "x", "market", 10.0), ("B", "y", "habit", 10.0)]), "CNY"
    )
    row = cell(frame, "x", "habit")
    assert (row["amount"], row["share"], row["usual"]) == (30.0, 0.75, 0.8)
    assert row["excess"] == pytest.approx(30.0 - 0.8 * 40.0)
    assert cell(frame, "y", "market")["amount"] == 0.0
    assert cell(frame, "x", "habit")["customers"] == 1


def test_amounts_add_up_and_excess_cancels_out():
    frame = against_mix(SPLIT, "CNY")
    assert frame["amount"].sum() == SPLIT["amount"].sum()
    assert frame.groupby("cause")["excess"].sum().abs().max() < 1e-9


def test_a_cause_that_keeps_to_one_group_of_many_customers_is_more_than_chance():
    row = cell(against_mix(SPLIT, "CNY"), "north", "paperwork")
    assert row["clear"]
    assert row["chance"] <= BEYOND


def test_one_large_customer_does_not_pass_for_a_pattern():
    rows = [("BIG", "north", "dispute", 1000.0)]
    rows += [(f"N{i}", "north", "habit", 1.0) for i in range(5)] + [(f"S{i}", "south", "habit", 1.0) for i in range(5)]
    row = cell(against_mix(parts(rows), "CNY"), "north", "dispute")
    assert row["share"] > 0.99
    assert not row["clear"]


def test_causes_dealt_at_random_seldom_stand_out():
    causes, stood_out = ["habit", "market", "dispute", "credit"], []
    for seed in range(10):
        draw = np.random.default_rng(seed)
        rows = [(f"C{i}", f"g{i % 5}", str(draw.choice(causes)), float(draw.lognormal(3, 1))) for i in range(100)]
        stood_out.append(against_mix(parts(rows), "CNY")["clear"].mean())
    assert np.mean(stood_out) < 3 * BEYOND


def test_the_same_parts_give_the_same_answer():
    pd.testing.assert_frame_equal(against_mix(SPLIT, "CNY"), against_mix(SPLIT.copy(), "CNY"))
