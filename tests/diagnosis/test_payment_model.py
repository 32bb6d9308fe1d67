"""Payment model: hazards learnt without looking ahead, held against the customer's own past rate."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ledgers import applied, document, ledger
from small_firm import firm, until

import arkit
from arkit.diagnosis import hazard
from arkit.diagnosis.lateness import EDGES, Claims, Pace, bin_of, exposure
from arkit.diagnosis.past import Past
from arkit.diagnosis.payment_model import Model, day_number, decided_cases, expected_days, payment_model, predict
from arkit.diagnosis.rivals import auc, brier, late_rates
from arkit.diagnosis.sight import Sight, accumulated

REAL = Path("/work/shared/ledgers/invoices_settled.csv")


def number(text):
    return day_number(dt.date.fromisoformat(text))


def test_a_claim_is_at_risk_from_its_own_date_until_it_is_settled():
    days = exposure(np.array([-31]), np.array([10]))[0]
    assert days.sum() == 41
    assert dict(zip(EDGES[1:].tolist(), days.tolist(), strict=True))[0] == 2  # two days from -2 to the due date
    assert EDGES[bin_of(np.array([30])) + 1] == 30
    assert EDGES[bin_of(np.array([31]))] == 30


def test_what_is_open_adds_days_at_risk_and_no_settlement():
    books = ledger([document("1", "invoice", "2024-01-01", 100.0, "2024-01-31")])
    pace = Pace.of(Claims.of(Past.of(books, "2024-03-01")), number("2024-03-01"))
    assert pace.settled.sum() == 0
    assert pace.exposed.sum() == 61  # its own day, the 30 up to the due date and the 30 after it


def test_a_settlement_counts_in_the_days_late_on_which_it_came():
    rows = [document("1", "invoice", "2024-01-01", 100.0, "2024-01-31")]
    books = ledger(rows, [applied("1", None, "2024-02-05", 100.0)])
    pace = Pace.of(Claims.of(Past.of(books, "2024-03-01")), number("2024-03-01"))
    assert np.flatnonzero(pace.settled[0]).tolist() == bin_of(np.array([5])).tolist()


def test_hazards_recover_coefficients_that_were_planted():
    rng = np.random.default_rng(1)
    features = np.stack([np.ones(8000), rng.normal(size=8000)], axis=1)
    expected = rng.uniform(0.05, 0.4, 8000)
    events = rng.poisson(expected * np.exp(features @ [0.4, -0.7])).astype(float)
    assert hazard.fit(features, events, expected, ridge=0.01) == pytest.approx([0.4, -0.7], abs=0.06)


def test_hazards_agree_with_scikit_learn():
    linear = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(2)
    features, expected = rng.normal(size=(600, 3)), rng.uniform(0.1, 1.0, 600)
    events = rng.poisson(expected * np.exp(features @ [0.5, -0.2, 0.1])).astype(float)
    theirs = linear.PoissonRegressor(alpha=4.0 / expected.sum(), fit_intercept=False, tol=1e-10, max_iter=500)
    theirs.fit(features, events / expected, sample_weight=expected)
    assert hazard.fit(features, events, expected, ridge=4.0) == pytest.approx(theirs.coef_, abs=1e-5)


def test_survival_is_one_beyond_what_is_reached_and_falls_with_time():
    even = np.full((1, len(EDGES) - 1), 0.1)
    assert accumulated(even, np.array([5]), np.array([0])) == 0
    assert accumulated(even, np.array([-10]), np.array([0])) == pytest.approx(1.0)
    assert expected_days(even, np.array([-10])) == 7  # log(2) / 0.1, in whole days
    assert np.isnan(expected_days(even / 1000, np.array([0])))


def test_auc_and_brier_by_hand():
    true = np.array([0.0, 0.0, 1.0, 1.0])
    assert auc(true, np.array([0.1, 0.6, 0.6, 0.9])) == 0.875
    assert np.isnan(auc(np.ones(3), np.arange(3.0)))
    assert brier(true, np.array([0.0, 0.5, 0.5, 1.0])) == 0.125


def test_the_plain_rate_is_the_customers_share_drawn_towards_everyones():
    rows, settled = [], []
    for n in range(10):
        rows.append(document(f"A{n}", "invoice", "2024-01-01", 100.0, "2024-01-31", customer_id="A"))
        settled.append(applied(f"A{n}", None, "2024-02-10" if n < 8 else "2024-01-20", 100.0))
        rows.append(document(f"B{n}", "invoice", "2024-01-01", 100.0, "2024-01-31", customer_id="B"))
        settled.append(applied(f"B{n}", None, "2024-01-20", 100.0))
    rows.append(document("Z", "invoice", "2024-03-01", 100.0, "2024-03-31", customer_id="A"))
    claims = Claims.of(Past.of(ledger(rows, settled), "2024-03-05"))
    place = np.flatnonzero(claims.ids == "Z")
    usual = 8.5 / 21
    rate = late_rates(claims, number("2024-03-05"), place, np.array([-26]))
    assert rate[0] == pytest.approx([(8 + 5 * usual) / 15])


@pytest.fixture(scope="module")
def world():
    return firm(seed=1011)


def test_the_model_beats_the_plain_rate_on_months_that_it_did_not_see(world):
    claims = Claims.of(Past.of(world.ledger, "2025-06-30"))
    seen = decided_cases(claims, Model.fit(claims, number("2024-09-30")), number("2025-06-30"))
    for target in (0, 30):
        true, model, plain = seen[target]
        assert auc(true, model) > auc(true, plain)
        assert brier(true, model) < brier(true, plain)


def test_predictions_are_chances_in_order_for_every_open_claim(world):
    past = Past.of(world.ledger, "2025-06-30")
    found = payment_model(world.ledger, as_of="2025-06-30")
    frame = found.frame
    items = past.items
    open_ = items[(items["open_minor"] != 0) & items["kind"].isin(["invoice", "debit_note", "bounced"])]
    assert set(frame["document_id"]) == set(open_["document_id"])
    assert frame["open"].sum() == pytest.approx(open_["open"].sum())
    chances = frame[["p_late", "p_30", "p_90"]]
    assert ((chances >= 0) & (chances <= 1)).all(axis=None)
    assert (chances["p_late"] >= chances["p_30"]).all()
    assert (chances["p_30"] >= chances["p_90"]).all()
    assert (frame.loc[frame["late_days"] > 0, "p_late"] == 1).all()
    assert (frame["expected_on"].dropna() > past.today).all()
    scores = found.record.dropna()
    better = (scores["auc_model"] >= scores["auc_plain"]) & (scores["brier_model"] < scores["brier_plain"])
    assert (better == (scores["used"] == "model")).all()
    assert len(found.notes) == (found.record["used"] == "plain").sum()


def test_nothing_that_happened_later_changes_a_prediction(world):
    day = "2025-03-31"
    whole, cut = (predict(Past.of(book, day)) for book in (world.ledger, until(world.ledger, day)))
    pd.testing.assert_frame_equal(whole.frame, cut.frame)
    pd.testing.assert_frame_equal(whole.record, cut.record)
    pd.testing.assert_frame_equal(whole.calibration, cut.calibration)


def test_looking_back_from_a_later_day_sees_what_was_seen_then(world):
    then, later = (Claims.of(Past.of(world.ledger, day)) for day in ("2024-12-31", "2025-06-30"))
    early, late = Sight(then, number("2024-12-31")), Sight(later, number("2024-12-31"))
    assert then.ids[early.open].tolist() == later.ids[late.open].tolist()
    place, again = early.open, late.open
    for bins in (np.zeros(len(place), np.int64), np.full(len(place), 14)):
        np.testing.assert_allclose(early.features(place, bins), late.features(again, bins))


def test_a_rate_that_the_model_does_not_beat_is_used_and_said(monkeypatch, world):
    from arkit.diagnosis import payment_model as module

    monkeypatch.setattr(module, "brier", lambda true, chance: 0.2)
    found = predict(Past.of(world.ledger, "2025-06-30"))
    assert (found.record["used"] == "plain").all()
    assert len(found.notes) == 3
    assert "did not beat" in found.notes[0]


def test_a_ledger_without_settlements_gets_claims_without_chances():
    found = payment_model(ledger([document("1", "invoice", "2024-01-01", 5.0, "2024-01-31")]), as_of="2024-02-10")
    assert found.frame["p_late"].isna().all()
    assert found.frame["late_days"].tolist() == [10]
    assert "nothing was settled" in found.notes[0]


@pytest.mark.skipif(not REAL.exists(), reason="the public ledger is not at hand")
def test_public_ledger_auc_and_calibration_after_the_first_of_july():
    book = arkit.read(REAL)
    past = Past.of(book, "2013-06-30")
    later = Past.of(book, "2013-12-31").sales
    fresh = later[later["date"] > past.today]
    given = [c for c in ("document_id", "customer_id", "kind", "date", "due_date", "currency", "region") if c in fresh]
    claims, day = Claims.of(past, more=fresh[given]), number("2013-06-30")
    place = np.flatnonzero(claims.date > day)
    late = claims.date[place] - 1 - claims.due[place]
    sight, model = Sight(claims, day), Model.fit(Claims.of(past), day)
    chance = np.exp(-accumulated(model.hazards(sight, place), late, np.zeros(len(place), np.int64)))
    plain = late_rates(claims, day, place, late)[0]
    true = (fresh.set_index("document_id")["late_days"].reindex(claims.ids[place]) > 0).to_numpy().astype(float)
    assert len(true) == 536
    assert auc(true, chance) >= max(0.85, auc(true, plain))
    assert brier(true, chance) < brier(true, plain)
