"""Each cause leaves in the ledger the evidence that DOMAIN §1 lists, and the others leave little of it."""

import pandas as pd
import pytest

from arkit.simulation import calibration, simulate_tables


def share(late_with_cause, found, cause):
    """Return the share of late invoices with the evidence: of the cause, and of all others."""
    mine = late_with_cause["cause"] == cause
    return found[mine].mean(), found[~mine].mean()


def activity(worlds, late_with_cause, chosen):
    """Tell which late invoices have an activity that ``chosen`` picks."""
    keys = {
        (n, d) for n, made in enumerate(worlds) for d in made.activities.loc[chosen(made.activities), "document_id"]
    }
    return pd.Series(
        [key in keys for key in zip(late_with_cause["world"], late_with_cause["document_id"], strict=True)]
    )


def applied(worlds, late_with_cause, kinds):
    """Count the applications of some kinds on each late invoice."""
    parts = [made.applications[made.applications["kind"].isin(kinds)].assign(world=n) for n, made in enumerate(worlds)]
    counts = pd.concat(parts).groupby(["world", "document_id"]).size()
    index = pd.MultiIndex.from_frame(late_with_cause[["world", "document_id"]])
    return pd.Series(counts.reindex(index).fillna(0).to_numpy())


def over_limit(made):
    """Return the invoices after which the customer owed more than his limit, by adding up events."""
    documents, applications = made.documents, made.applications
    claims = documents[documents["kind"] == "invoice"]
    customer = documents.set_index("document_id")["customer_id"]
    up = claims[["document_id", "customer_id", "date", "amount"]].assign(order=0)
    down = applications.assign(
        customer_id=applications["document_id"].map(customer), amount=-applications["amount"], order=1
    )
    down = down[down["document_id"].isin(claims["document_id"])].assign(document_id=None)
    events = pd.concat([up, down[up.columns]]).sort_values(["customer_id", "date", "order"], kind="stable")
    events["owed"] = events.groupby("customer_id")["amount"].cumsum()
    limit = events["customer_id"].map(made.customers.set_index("customer_id")["credit_limit"])
    return set(events.loc[(events["order"] == 0) & (events["owed"] > limit), "document_id"])


@pytest.fixture(scope="module")
def breaches(worlds, late_with_cause):
    found = [over_limit(made) for made in worlds]
    return pd.Series(
        [d in found[n] for n, d in zip(late_with_cause["world"], late_with_cause["document_id"], strict=True)]
    )


def test_credit_trades_over_its_limit_or_without_a_file(worlds, late_with_cause, breaches):
    files = pd.concat([made.customers.assign(world=n) for n, made in enumerate(worlds)])
    merged = late_with_cause.merge(files[["world", "customer_id", "credit_limit", "rating"]], how="left")
    weak = breaches | merged["credit_limit"].isna() | (merged["rating"] == "D")
    mine, others = share(late_with_cause, weak, "credit")
    assert mine > 0.85
    assert others < 0.25


def test_approval_breaks_the_limit_with_longer_terms_as_the_month_closes(late_with_cause, breaches):
    pushed = late_with_cause["terms"].notna() & (late_with_cause["terms"] != late_with_cause["standing_terms"])
    left = (late_with_cause["date"] + pd.offsets.MonthEnd(0) - late_with_cause["date"]).dt.days
    mine, others = share(late_with_cause, pushed & (left <= 12), "approval")
    assert mine > 0.95  # the Spring Festival can lie between the last working day and the month's end
    assert others < 0.05
    assert share(late_with_cause, breaches, "approval")[0] > 0.6
    mine = late_with_cause["cause"] == "approval"
    assert late_with_cause.loc[mine, "amount"].median() > 1.4 * late_with_cause.loc[~mine, "amount"].median()


def test_liquidity_pays_in_parts(worlds, late_with_cause):
    parts = applied(worlds, late_with_cause, ["payment", "bill"]) > 1
    mine, others = share(late_with_cause, parts, "liquidity")
    assert mine > 0.4
    assert others < 0.12


def test_liquidity_slows_against_its_own_past(worlds):
    for made in worlds[:3]:
        struck = made.dispositions[made.dispositions["disposition"] == "liquidity"].set_index("customer_id")
        invoices = calibration.late_invoices(made).merge(struck[["since", "until"]], on="customer_id")
        before = invoices[invoices["due"] < invoices["since"]]["days_late"]
        during = invoices[(invoices["due"] >= invoices["since"]) & (invoices["due"] <= invoices["until"])]["days_late"]
        assert during.mean() > before.mean() + 25


def test_wilful_acknowledges_breaks_promises_and_keeps_ordering(worlds, late_with_cause):
    owns_up = activity(worlds, late_with_cause, lambda a: a["kind"] == "acknowledgement")
    broken = activity(worlds, late_with_cause, lambda a: a["outcome"] == "broken")
    disputed = activity(worlds, late_with_cause, lambda a: a["kind"] == "dispute_opened")
    mine, others = share(late_with_cause, owns_up & broken, "wilful")
    assert mine > 0.5
    assert others < 0.05
    assert share(late_with_cause, disputed, "wilful")[0] == 0
    for made in worlds:
        who = made.dispositions.query("disposition == 'wilful'")["customer_id"]
        sold = made.documents[made.documents["customer_id"].isin(who) & (made.documents["kind"] == "invoice")]
        assert sold["date"].max() > pd.Timestamp("2025-09-01")


def test_seasonal_customers_pay_nothing_in_their_pause(worlds):
    found = 0
    for made in worlds:
        seasonal = made.dispositions.query("variant == 'seasonal'")["customer_id"]
        receipts = made.documents[(made.documents["kind"] == "payment") & (made.documents["method"] == "transfer")]
        for customer in seasonal:
            months = receipts.loc[receipts["customer_id"] == customer, "date"].dt.month.value_counts()
            quiet = [m for m in range(1, 13) if months.get(m, 0) + months.get(m % 12 + 1, 0) <= 1]
            found += bool(quiet)
            assert quiet, f"{customer} pays all the year round"
    assert found > 5


def test_fixed_day_customers_pay_on_one_day_of_the_month(worlds):
    for made in worlds:
        fixed = made.dispositions.query("variant == 'fixed_day'")["customer_id"]
        receipts = made.documents[(made.documents["kind"] == "payment") & (made.documents["method"] == "transfer")]
        receipts = receipts[receipts["customer_id"].isin(fixed)]
        day = receipts["date"].dt.day
        usual = day.groupby(receipts["customer_id"]).transform("median")
        assert ((day - usual).abs() <= 4).mean() > 0.85  # holidays move some


def test_customer_process_has_a_short_stable_lag(late_with_cause):
    days = late_with_cause.groupby("cause")["days_late"]
    assert days.median()["customer_process"] < 30
    assert days.std()["customer_process"] < days.std().drop("customer_process").min()


def test_market_slows_an_industry_or_region_in_the_same_months(worlds):
    for made in worlds:
        late = made.truth[made.truth["cause"] == "market"].merge(made.customers[["customer_id", "industry", "region"]])
        month = late["due_date"].dt.to_period("M")
        by_industry = late.groupby(month)["industry"].agg(lambda s: s.value_counts(normalize=True).iloc[0])
        by_region = late.groupby(month)["region"].agg(lambda s: s.value_counts(normalize=True).iloc[0])
        together = pd.concat([by_industry, by_region], axis=1).max(axis=1)
        assert (late["slump"] > 0.2).all()
        assert together.mean() > 0.5 or late["industry"].nunique() > 8  # a macro slump takes most industries


def test_contract_shows_in_milestones_retention_terms_or_a_missing_due_date(late_with_cause):
    odd_terms = late_with_cause["terms"] != late_with_cause["standing_terms"]
    papers = (late_with_cause["item_type"] != "standard") | late_with_cause["due_date"].isna() | odd_terms
    assert share(late_with_cause, papers, "contract")[0] == 1
    variants = late_with_cause.loc[late_with_cause["cause"] == "contract", "variant"].value_counts(normalize=True)
    assert set(variants.index) == {"milestone", "retention", "long_terms", "no_due_date"}
    assert variants.min() > 0.03


def test_disputes_are_logged_and_end_in_credit_or_short_payment(worlds, late_with_cause):
    disputed = activity(worlds, late_with_cause, lambda a: a["kind"] == "dispute_opened")
    mine, others = share(late_with_cause, disputed, "dispute")
    assert 0.85 < mine < 0.99  # some are never logged
    assert others == 0
    credited = applied(worlds, late_with_cause, ["credit_note"]) > 0
    assert share(late_with_cause, credited, "dispute")[0] > 0.6


def test_paperwork_is_late_unnumbered_or_sent_back(worlds, late_with_cause):
    lag = (late_with_cause["date"] - late_with_cause["delivered_on"]).dt.days
    sent_back = activity(worlds, late_with_cause, lambda a: a["outcome"] == "rejected")
    papers = (lag > 20) | late_with_cause["order_number"].isna() | sent_back
    mine, others = share(late_with_cause, papers, "paperwork")
    assert mine == 1
    assert others < 0.03


def test_a_wrong_invoice_is_cancelled_and_issued_anew(world):
    wrong = set(world.truth.loc[world.truth["variant"] == "reissued", "document_id"])
    again = world.documents[(world.documents["kind"] == "invoice") & world.documents["reference"].notna()]
    assert len(again) > 5
    assert set(again["reference"]) <= wrong
    amounts = world.documents.set_index("document_id")["amount"]
    assert (amounts[again["reference"]].to_numpy() == again["amount"].to_numpy()).all()


def test_unapplied_money_was_there_by_the_due_date(worlds):
    for made in worlds:
        received = made.documents.set_index("document_id")["date"]
        truth = made.truth[made.truth["cause"] == "unapplied"]
        paid = made.applications[made.applications["kind"] == "payment"].merge(truth[["document_id", "due_date"]])
        last = paid.sort_values("date").groupby("document_id").tail(1)
        on = last["by_document_id"].map(received)
        assert (on <= last["due_date"]).mean() > 0.95
        assert (last["date"] > last["due_date"]).all()


def test_neglected_invoices_are_not_contacted_and_belong_to_few_salespeople(worlds, late_with_cause):
    contacted = activity(worlds, late_with_cause, lambda a: a["kind"].isin(["call", "letter", "visit"]))
    mine, _ = share(late_with_cause, contacted, "follow_up")
    assert mine == 0
    others = late_with_cause[(late_with_cause["cause"] != "follow_up") & (late_with_cause["days_late"] > 30)]
    assert contacted[others.index].mean() > 0.9
    sellers = late_with_cause[late_with_cause["cause"] == "follow_up"].groupby("world")["salesperson"].nunique()
    assert sellers.max() <= 3


def test_red_herrings_exist(world):
    invoices = calibration.late_invoices(world)
    calm = invoices[invoices["days_late"] == 0]
    assert calm["order_number"].isna().any()
    assert ((calm["date"] - calm["delivered_on"]).dt.days > 11).any()
    disputed = world.activities.loc[world.activities["kind"] == "dispute_opened", "document_id"]
    assert calm["document_id"].isin(disputed).any()


def test_some_reasons_are_logged_and_name_the_planted_cause(world):
    noted = world.activities[world.activities["reason"].notna()].merge(world.truth[["document_id", "cause"]])
    assert (noted["reason"] == noted["cause"]).all()
    share_of_late = noted["document_id"].nunique() / len(world.truth)
    assert 0.08 < share_of_late < 0.35


def test_defaults_leave_losses():
    made = simulate_tables(seed=1)
    lost = made.truth[made.truth["lost"]].merge(made.dispositions[["customer_id", "defaults_on"]], on="customer_id")
    assert len(lost) > 10
    broke = lost[lost["defaults_on"].notna()]
    assert len(broke) > 0.6 * len(lost)
    sold = made.documents[made.documents["kind"] == "invoice"].merge(
        broke[["customer_id", "defaults_on"]].drop_duplicates()
    )
    assert (sold["date"] < sold["defaults_on"] + pd.Timedelta(days=62)).all(), "nothing is sold to who does not pay"
