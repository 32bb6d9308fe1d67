"""Payment model and forecast on ledgers with everything in them: later events change nothing, nor does the engine."""

import datetime as dt

import duckdb
import pandas as pd
import pytest
from random_ledgers import make, to_duckdb, to_pandas

from arkit.diagnosis.past import Past
from arkit.diagnosis.payment_model import predict
from arkit.forecasting.result import foresee

DAY = dt.date(2025, 1, 20)
FRAMES = ("weeks", "totals", "customers", "by_customer", "accuracy")


def speak(ledger):
    past = Past.of(ledger, DAY)
    said, cash = predict(past), foresee(past, weeks=6)
    return [
        said.frame,
        said.record,
        said.calibration,
        *(getattr(cash, name) for name in FRAMES),
    ], said.notes + cash.notes


@pytest.mark.parametrize("seed", range(6))
def test_deleting_what_came_later_changes_nothing(seed):
    tables = make(seed, invoices=90)
    (whole, notes), (cut, again) = (speak(to_pandas(t)) for t in (tables, tables.until(DAY)))
    assert len(whole[0]) > 5
    assert len(whole[3]) >= 6
    for one, other in zip(whole, cut, strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert notes == again


def test_the_order_of_rows_and_the_engine_change_nothing():
    tables = make(7, invoices=90)
    whole, _ = speak(to_pandas(tables))
    shuffled, _ = speak(to_pandas(tables.shuffled(3)))
    with duckdb.connect() as connection:
        elsewhere, _ = speak(to_duckdb(tables, connection))
    for one, *others in zip(whole, shuffled, elsewhere, strict=True):
        for other in others:
            pd.testing.assert_frame_equal(one, other, check_dtype=False)
