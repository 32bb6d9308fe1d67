"""The figures of DOMAIN §7, held over several worlds; a single world may stray a little further."""

import pandas as pd
import pytest

from arkit.simulation import calibration, simulate_tables


@pytest.fixture(scope="module")
def measured(worlds):
    made = [*worlds, *(simulate_tables(seed=seed) for seed in range(107, 111))]
    return pd.DataFrame([calibration.measure(each) for each in made])


@pytest.mark.parametrize(
    ("measure", "low", "high"),
    [
        ("late_share_value", 0.32, 0.39),
        ("late_share_number", 0.30, 0.37),
        ("days_late_when_late", 45, 64),
        ("days_late_when_late_by_value", 30, 64),
        ("days_late_when_late_median", 30, 64),
        ("days_to_pay", 60, 80),
        ("written_off_of_sales", 0.003, 0.010),
        ("disputed_share_number", 0.02, 0.05),
        ("promises_kept", 0.60, 0.80),
        ("settled_by_bill", 0.05, 0.20),
    ],
)
def test_worlds_measure_on_average_what_they_should(measured, measure, low, high):
    assert low <= measured[measure].mean() <= high


def test_no_world_strays_far(measured):
    assert measured["late_share_value"].between(0.25, 0.47).all()
    assert measured["promises_kept"].between(0.55, 0.82).all()
    assert (measured["written_off_of_sales"] < 0.02).all()


def test_late_share_follows_its_setting():
    some = calibration.measure(simulate_tables(seed=1, late_share=0.1))
    many = calibration.measure(simulate_tables(seed=1, late_share=0.6))
    assert some["late_share_number"] < 0.16
    assert many["late_share_number"] > 0.5


def test_settled_on_is_the_day_of_the_last_application():
    documents = pd.DataFrame({"document_id": ["a", "b", "c"], "amount": [100.0, 50.0, 20.0]})
    applications = pd.DataFrame(
        {
            "document_id": ["a", "a", "b"],
            "date": pd.to_datetime(["2026-01-05", "2026-02-01", "2026-01-09"]),
            "amount": [30.0, 70.0, 49.99],
        }
    )
    found = calibration.settled_on(documents, applications)
    assert found["a"] == pd.Timestamp("2026-02-01")
    assert found[["b", "c"]].isna().all()
