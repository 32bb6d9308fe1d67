import numpy as np
import pandas as pd
import pytest

from arkit.columns import ACTIVITY_KINDS, APPLICATION_KINDS, DOCUMENT_KINDS
from arkit.simulation import calibration, simulate_tables
from arkit.simulation.calendar import Calendar
from arkit.simulation.terms import TERMS, codes, due


def minor(amounts: pd.Series) -> pd.Series:
    return (amounts * 100).round().astype("int64")


def test_every_kind_of_document_and_application_comes_up():
    made = [simulate_tables(seed=seed, export_share=0.04) for seed in (1, 2)]
    documents = pd.concat([m.documents["kind"] for m in made])
    applications = pd.concat([m.applications["kind"] for m in made])
    activities = pd.concat([m.activities["kind"] for m in made])
    assert set(documents) == set(DOCUMENT_KINDS)
    assert set(applications) == set(APPLICATION_KINDS)
    assert set(ACTIVITY_KINDS) - set(activities) == {"plan", "external"}  # agencies are banned in China


def test_signs_follow_the_kind(world):
    positive = world.documents["kind"].isin(["invoice", "debit_note", "bill", "bounced", "refund", "recovery"])
    assert (world.documents.loc[positive, "amount"] > 0).all()
    assert (world.documents.loc[~positive, "amount"] < 0).all()
    assert (world.applications["amount"] > 0).all()


def test_amounts_are_whole_fen(world):
    for frame in (world.documents, world.applications):
        fen = frame["amount"] * 100
        assert np.allclose(fen, fen.round(), atol=1e-6)


def test_nothing_is_settled_twice_over(worlds):
    for made in worlds:
        amounts = minor(made.documents.set_index("document_id")["amount"]).abs()
        for side in ("document_id", "by_document_id"):
            taken = minor(made.applications["amount"]).groupby(made.applications[side]).sum()
            assert (taken <= amounts[taken.index]).all()


def test_vat_is_thirteen_percent_at_home_and_none_abroad(world):
    sold = world.documents[(world.documents["kind"] == "invoice") & (world.documents["amount"] > 100)]
    home = sold["currency"] == "CNY"
    assert sold.loc[home, "tax"].to_numpy() == pytest.approx(sold.loc[home, "amount"] * 13 / 113, abs=0.02)
    assert (sold.loc[~home, "tax"] == 0).all()
    assert (~home).sum() > 50


def test_credit_notes_take_their_tax_back(world):
    notes = world.documents[(world.documents["kind"] == "credit_note") & (world.documents["currency"] == "CNY")]
    assert notes["tax"].to_numpy() == pytest.approx(notes["amount"] * 13 / 113, abs=0.02)


def test_due_dates_follow_the_terms(world):
    sold = world.documents[(world.documents["kind"] == "invoice") & (world.documents["item_type"] != "retention")]
    sold = sold[sold["reference"].isna() & sold["due_date"].notna()]
    net, eom = sold[sold["terms"].str.startswith("net")], sold[sold["terms"].str.startswith("eom")]
    assert ((net["due_date"] - net["date"]).dt.days == net["terms"].str[4:].astype(int)).all()
    end = eom["date"] + pd.offsets.MonthEnd(0)
    assert ((eom["due_date"] - end).dt.days == eom["terms"].str[4:].astype(int)).all()
    accepted = sold[sold["terms"].str.startswith("acceptance")]
    lag = (accepted["due_date"] - accepted["date"]).dt.days - accepted["terms"].str[11:].astype(int)
    assert lag.between(8, 25).all()


def test_monthly_terms_run_from_the_end_of_the_month():
    calendar = Calendar(np.datetime64("2024-01-01"), 12)
    invoiced = np.array([np.datetime64("2024-02-10", "D").astype(int)])
    found = due(codes(["eom+60"]), invoiced, invoiced, calendar).astype("datetime64[D]")
    assert found[0] == np.datetime64("2024-04-29")
    assert len(TERMS) == len(set(TERMS))


def test_one_receipt_settles_several_invoices_and_one_invoice_takes_several_receipts(world):
    paid = world.applications[world.applications["kind"] == "payment"]
    assert (paid.groupby("by_document_id").size() > 1).mean() > 0.1
    assert (paid.groupby("document_id").size() > 1).mean() > 0.01


def test_customers_settle_their_own_documents_in_their_own_currency(world):
    for column in ("customer_id", "currency"):
        known = world.documents.set_index("document_id")[column]
        both = world.applications.dropna(subset=["by_document_id"])
        assert (both["document_id"].map(known) == both["by_document_id"].map(known)).all()


def test_instalments_share_their_invoice(world):
    kept = world.documents[world.documents["item_type"] == "retention"]
    assert len(kept) > 20
    both = world.documents[world.documents["invoice_id"].isin(kept["invoice_id"])]
    assert (both.groupby("invoice_id").size() == 2).all()
    whole = minor(both["amount"]).groupby(both["invoice_id"]).sum()
    share = minor(kept.set_index("invoice_id")["amount"]) / whole
    assert share.to_numpy() == pytest.approx(0.05, abs=1e-4)


def test_bills_mature_in_three_or_six_months_and_are_paid_or_bounce(worlds):
    for made in worlds:
        bills = made.documents[made.documents["kind"] == "bill"]
        assert ((bills["due_date"] - bills["date"]).dt.days).between(85, 205).all()
        settled = calibration.settled_on(made.documents, made.applications)
        ripe = bills[bills["due_date"] < pd.Timestamp("2025-12-20")]
        assert settled[ripe["document_id"]].notna().all()
        bounced = made.applications[made.applications["kind"] == "bounced"]
        assert len(bounced) < 0.05 * len(bills)


def test_bounced_bills_come_from_the_weak():
    made = simulate_tables(seed=1)
    back = made.truth[made.truth["variant"] == "bounced_bill"]
    assert len(back) > 0
    assert set(back["cause"]) <= {"liquidity", "credit"}


def test_write_offs_come_at_half_year_ends_nine_months_or_more_after_the_due_date(worlds):
    found = 0
    for made in worlds:
        gone = made.applications[made.applications["kind"] == "write_off"].merge(made.truth, on="document_id")
        assert gone["date"].dt.month.isin([6, 12]).all()
        assert ((gone["date"] - gone["due_date"]).dt.days >= 268).all()
        assert gone["lost"].all()
        found += len(gone)
    assert found > 50


def test_recoveries_follow_write_offs(worlds):
    found = 0
    for made in worlds:
        back = made.documents[made.documents["kind"] == "recovery"]
        gone = made.applications[made.applications["kind"] == "write_off"].set_index("document_id")
        assert (back["date"].to_numpy() > gone.loc[back["reference"], "date"].to_numpy()).all()
        assert (back["amount"].to_numpy() < gone.loc[back["reference"], "amount"].to_numpy()).all()
        found += len(back)
    assert found > 5


def test_ids_are_unique_text_in_the_order_of_their_dates(world):
    assert world.documents["document_id"].is_unique
    assert world.customers["customer_id"].str.startswith("00").all()
    for _, same in world.documents.groupby("kind"):
        ordered = same.sort_values("document_id")
        assert ordered["date"].is_monotonic_increasing
