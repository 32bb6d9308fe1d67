import numpy as np
import pandas as pd
import pytest

import arkit
from arkit.errors import ArkitError
from arkit.simulation import calibration, simulate, simulate_tables


def test_same_seed_same_world():
    first, again = (simulate_tables(seed=9, months=12, customers=25) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_another_seed_is_another_world():
    first, other = (simulate_tables(seed=seed, months=12, customers=25) for seed in (9, 10))
    assert not first.documents["amount"].head(50).equals(other.documents["amount"].head(50))


def test_global_random_state_is_left_alone():
    state = np.random.get_state()[1].tolist()  # noqa: NPY002 (that is what must not change)
    simulate_tables(seed=9, months=6, customers=12)
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002


def test_simulate_gives_a_ledger_and_the_truth_apart():
    made = arkit.simulate(seed=3, months=12, customers=20)
    assert isinstance(made.ledger, arkit.Ledger)
    assert "cause" not in made.ledger.documents
    assert made.ledger.scope == "full"
    assert set(made.truth["customer_id"]) <= set(made.ledger.customers["customer_id"])
    assert len(made.dispositions) == 20


def test_every_late_invoice_has_one_cause_and_no_other_has(worlds):
    for made in worlds:
        invoices = calibration.late_invoices(made)
        late = set(invoices.loc[invoices["days_late"] > 0, "document_id"])
        planted = made.truth["document_id"]
        assert planted.is_unique
        assert late == set(planted) & set(invoices["document_id"])


def test_every_overdue_document_of_the_ledger_has_a_cause():
    made = simulate(seed=3)
    for as_of in ("2023-12-31", "2024-08-31", "2025-12-31"):
        items = made.ledger.open_items(as_of)
        overdue = items[(items["days_overdue"] > 0) & (items["open"] > 0)]
        assert len(overdue) > 50
        assert set(overdue["document_id"]) <= set(made.truth["document_id"])


def test_nothing_lies_after_the_last_day(world):
    end = pd.Timestamp("2025-12-31")
    for frame in (world.documents, world.applications, world.activities):
        assert frame["date"].max() <= end
    assert world.documents["date"].max() > end - pd.Timedelta(days=5)
    assert world.targets["month"].max() <= end
    assert (world.truth["settles_on"] > end).any(), "the truth knows what comes after"


def test_nothing_lies_before_the_first_day(world):
    assert world.documents["date"].min() >= pd.Timestamp("2023-01-01")


def test_number_of_invoices_is_about_what_was_asked_for():
    made = simulate_tables(seed=4, customers=40, invoices=3_000)
    sold = made.documents.loc[made.documents["kind"] == "invoice", "invoice_id"].nunique()
    assert 3_000 <= sold <= 3_100  # wrong invoices are issued anew


def test_start_and_months_set_the_span():
    made = simulate_tables(seed=4, months=18, customers=20, start="2021-07-10")
    assert made.documents["date"].min() >= pd.Timestamp("2021-07-01")
    assert pd.Timestamp("2022-12-25") <= made.documents["date"].max() <= pd.Timestamp("2022-12-31")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"months": 5}, "months must lie between 6 and 600; got 5"),
        ({"customers": 9}, "customers must lie between 10"),
        ({"late_share": 1.0}, "late_share must lie between 0 and 0.9"),
        ({"export_share": -0.1}, "export_share must lie between"),
        ({"invoices": 0}, "invoices must lie between 1"),
        ({"seed": -1}, "seed must lie between 0"),
    ],
)
def test_settings_out_of_range_are_refused(settings, words):
    with pytest.raises(ArkitError, match=words):
        simulate_tables(**({"seed": 1} | settings))


@pytest.mark.parametrize("months", [6, 13, 60])
@pytest.mark.parametrize("customers", [10, 33])
def test_small_short_and_long_worlds_are_sound(months, customers):
    made = simulate(seed=months + customers, months=months, customers=customers, export_share=0.1)
    assert len(made.ledger.documents) > months * customers


def test_nobody_is_late_when_none_shall_be():
    made = simulate_tables(seed=4, months=12, customers=20, late_share=0)
    invoices = calibration.late_invoices(made)
    assert (invoices["days_late"] == 0).all()
    assert made.truth.empty
