"""Cash forecast: what is counted, what is not counted twice, how it is judged, and that it never looks ahead."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from ledgers import applied, document, ledger
from small_firm import firm, until

from arkit.diagnosis.lateness import EDGES, Claims
from arkit.diagnosis.past import Past
from arkit.diagnosis.payment_model import Model, day_number
from arkit.errors import ArkitError
from arkit.forecasting import forecast
from arkit.forecasting.baselines import due_plus_delay, last_weeks, last_year
from arkit.forecasting.books import Books
from arkit.forecasting.draws import _by_week, _normal, draw
from arkit.forecasting.orders import coming
from arkit.forecasting.track import Track, widen

DAY = "2025-06-30"


def number(text):
    return day_number(dt.date.fromisoformat(text))


@pytest.fixture(scope="module")
def world():
    return firm(seed=1011)


@pytest.fixture(scope="module")
def found(world):
    return forecast(world.ledger, as_of=DAY)


def test_receipts_are_cash_by_their_own_date_and_bills_are_not():
    rows = [
        document("1", "invoice", "2024-01-01", 100.0, "2024-01-31"),
        document("2", "invoice", "2024-01-01", 50.0, "2024-01-31"),
        document("R", "payment", "2024-01-20", -100.0),
        document("B", "bill", "2024-01-22", 50.0, "2024-04-22"),
    ]
    settled = [applied("1", "R", "2024-02-20", 100.0), applied("2", "B", "2024-01-22", 50.0, "bill")]
    books = Books.of(Past.of(ledger(rows, settled), "2024-03-01"))
    assert books.weekly(number("2024-01-14"), 3).tolist() == [
        [10_000, 0, 0]
    ]  # 20 January, though applied a month later


def test_without_payment_documents_the_day_of_settlement_is_the_day_of_cash():
    rows = [document("1", "invoice", "2024-01-01", 100.0, "2024-01-31")]
    books = Books.of(Past.of(ledger(rows, [applied("1", None, "2024-02-01", 100.0)]), "2024-03-01"))
    assert books.weekly(number("2024-01-31"), 1).tolist() == [[10_000]]


def test_money_in_hand_that_is_not_applied_does_not_come_again():
    rows = [
        document("1", "invoice", "2024-01-01", 100.0, "2024-01-31"),
        document("2", "invoice", "2024-01-05", 70.0, "2024-02-05"),
        document("R", "payment", "2024-01-20", -120.0),
    ]
    books = Books.of(Past.of(ledger(rows), "2024-02-10"))
    assert books.to_come(number("2024-02-10"), np.array([0, 1])).tolist() == [0, 5_000]  # the oldest is covered first
    assert books.to_come(number("2024-01-10"), np.array([0, 1])).tolist() == [10_000, 7_000]


def test_plain_forecasts_by_hand():
    rows, settled = [], []
    for n, (date, due, on) in enumerate(
        [("2024-01-01", "2024-01-31", "2024-02-10"), ("2024-01-05", "2024-02-04", "2024-02-24")]
    ):
        rows.append(document(str(n), "invoice", date, 100.0, due))
        settled.append(applied(str(n), None, on, 100.0))
    rows.append(document("open", "invoice", "2024-02-20", 300.0, "2024-03-10"))
    books, day = Books.of(Past.of(ledger(rows, settled), "2024-02-29")), number("2024-02-29")
    assert due_plus_delay(books, day, 4)[0].tolist() == [0, 0, 0, 30_000]  # 10 March and the mean delay of 15 days
    assert last_weeks(books, day, 4)[0].tolist() == [5_000] * 4
    assert last_year(books, day, 4) is None


def test_hazards_gather_by_week_and_only_from_the_day_of_issue():
    even = np.full((2, len(EDGES) - 1), 0.1)
    flat = np.ones((2, 3))
    late = np.array([-20, -20])
    assert _by_week(even, late, flat)[0] == pytest.approx([0.7, 1.4, 2.1])
    assert _by_week(even, late, flat, from_day=np.array([1, 11]))[1] == pytest.approx([0.0, 0.4, 1.1])


def test_the_normal_distribution_is_close_to_its_table():
    assert _normal(np.array([-1.2816, 0.0, 1.6449])) == pytest.approx([0.1, 0.5, 0.95], abs=5e-4)


def test_orders_of_the_year_come_again_once_a_month_at_a_twelfth():
    rows = [document(str(m), "invoice", f"2024-{m:02}-15", 100.0, f"2024-{m:02}-28") for m in range(1, 13)]
    orders = coming(Claims.of(Past.of(ledger(rows), "2024-12-31")), number("2024-12-31"), number("2025-03-31"))
    assert orders.number.sum() == pytest.approx(3.0, abs=0.2)
    assert {str(d.astype("datetime64[D]"))[-2:] for d in orders.date} == {"15"}


def test_weeks_customers_and_totals_add_up(found):
    sums = found.weeks.groupby("currency")[["expected", "booked", "fresh"]].sum()
    pd.testing.assert_frame_equal(sums, found.totals[["expected", "booked", "fresh"]], check_names=False)
    by_customer = found.customers.groupby("currency")["expected"].sum()
    assert by_customer.to_numpy() == pytest.approx(sums["expected"].to_numpy())
    long = found.by_customer.groupby(["currency", "customer_id"])["expected"].sum()
    assert long.sort_index().to_numpy() == pytest.approx(found.customers["expected"].sort_index().to_numpy())
    assert (found.weeks["booked"] + found.weeks["fresh"]).to_numpy() == pytest.approx(
        found.weeks["expected"].to_numpy()
    )


def test_weeks_follow_the_day_and_ranges_hold_their_expectation(found):
    weeks = found.weeks.loc["CNY"]
    assert weeks["start"].iloc[0] == pd.Timestamp("2025-07-01")
    assert (weeks["end"] - weeks["start"]).dt.days.eq(6).all()
    assert len(weeks) == 13
    for frame in (found.weeks, found.totals):
        assert ((frame["low"] >= 0) & (frame["low"] <= frame["expected"]) & (frame["expected"] <= frame["high"])).all()


def test_the_forecast_is_nearer_than_the_plain_ones_over_past_dates(found):
    row = found.accuracy.loc[("CNY", "week")]
    assert row["error"] < min(row["due_plus_delay"], row["last_weeks"])
    assert row["cases"] == 78


def test_nothing_that_happened_later_changes_the_forecast(world, found):
    cut = forecast(until(world.ledger, DAY), as_of=DAY)
    for name in ("weeks", "totals", "customers", "by_customer", "accuracy"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(cut, name))
    assert found.notes == cut.notes


def test_a_forecast_made_back_then_is_the_one_made_from_a_later_day(world):
    day = number("2025-03-31")
    then, later = (Books.of(Past.of(world.ledger, d)) for d in ("2025-03-31", DAY))
    model = Model.fit(then.claims, day)
    np.testing.assert_allclose(Model.fit(later.claims, day).coefficients, model.coefficients, atol=1e-6)
    early, again = (draw(books, model, day, weeks=6, draws=50).total.sum() for books in (then, later))
    assert again == pytest.approx(early, rel=0.03)  # accounts that open later move the random numbers, nothing else


def test_the_range_is_widened_by_what_past_dates_taught():
    row = {"currency": "CNY", "week": 1, "expected": 100.0, "low": 90.0, "high": 110.0}
    calm = Track(pd.DataFrame([{**row, "made_on": n, "actual": 101.0} for n in range(6)]), pd.DataFrame())
    wild = Track(pd.DataFrame([{**row, "made_on": n, "actual": 160.0} for n in range(6)]), pd.DataFrame())
    assert calm.widening(0.8) < wild.widening(0.8)
    odd = Track(pd.concat([calm.weeks, wild.weeks.assign(made_on=9)]), pd.DataFrame())
    assert odd.widening(0.8, without=9) < odd.widening(0.8)


def test_a_widened_range_keeps_what_is_expected_and_stays_above_nothing():
    rows = pd.DataFrame({"expected": [10.0, 10.0], "low": [4.0, 11.0], "high": [12.0, 9.0]})
    wide = widen(rows, 3.0)
    assert wide["low"].tolist() == [0, 10]
    assert wide["high"].tolist() == [16, 10]


def test_a_snapshot_and_an_empty_past_say_why_there_is_no_forecast():
    rows = [document("1", "invoice", "2024-01-01", 5.0, "2024-01-31")]
    assert "snapshot" in forecast(ledger(rows, scope="snapshot"), as_of="2024-02-10").notes[0]
    assert "fewer than" in forecast(ledger(rows), as_of="2024-02-10").notes[0]


def test_a_young_ledger_is_forecast_and_says_that_nothing_checks_it(world):
    found = forecast(world.ledger, as_of="2023-07-31")
    assert found.accuracy.empty
    assert "too young" in found.notes[0]
    assert found.weeks["last_year"].isna().all()
    assert (found.weeks["expected"] >= 0).all()


@pytest.mark.parametrize(("name", "value"), [("weeks", 0), ("level", 1.0)])
def test_arguments_out_of_range_are_refused(name, value):
    rows = [document("1", "invoice", "2024-01-01", 5.0, "2024-01-31")]
    with pytest.raises(ArkitError, match=name):
        forecast(ledger(rows), as_of="2024-02-10", **{name: value})
