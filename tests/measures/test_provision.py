"""The allowance: published examples, one ledger on paper, and every refusal."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import ENGINES, applied, document, ledger

import arkit
from arkit.errors import ArkitError, LedgerError, ParameterError
from arkit.measures.allowance.scenarios import millionths, scenarios_of, share, weighted

AS_OF = "2026-03-31"


def aged(balances: list[float], days: list[int], currency: str = "CNY") -> arkit.Ledger:
    """One customer for each bucket, who owes so much for so many days."""
    due = [pd.Timestamp(AS_OF) - pd.Timedelta(days=late) for late in days]
    rows = [
        document(
            f"I{n}", "invoice", "2022-01-01", amount, day.date().isoformat(), customer_id=f"C{n}", currency=currency
        )
        for n, (amount, day) in enumerate(zip(balances, due, strict=True))
    ]
    return ledger(rows)


@pytest.mark.parametrize(
    ("balances", "rates", "buckets", "parts"),
    [
        # IFRS 9 Illustrative Example 12, IE74-IE77
        ([15e6, 7.5e6, 4e6, 2.5e6, 1e6], [0.003, 0.016, 0.036, 0.066, 0.106], (30, 60, 90),
         [45_000, 120_000, 144_000, 165_000, 106_000]),
        # ASC 326-20-55-38 to 40, Example 5: historical rates times 0.9 (the standard prints whole dollars)
        ([5_984_698, 8_272, 2_882, 842, 1_100], [0.0027, 0.072, 0.234, 0.522, 0.738], (30, 60, 90),
         [16_158.68, 595.58, 674.39, 439.52, 811.80]),
        # CAS 22, examination case of the simplified approach
        ([1e6, 2e6, 3e6, 4e6, 5e6], [0.006, 0.016, 0.036, 0.066, 0.126], (30, 60, 90),
         [6_000, 32_000, 108_000, 264_000, 630_000]),
        # textbook, ageing method
        ([700_000, 120_000, 80_000, 30_000, 10_000], [0.05, 0.08, 0.2, 0.25, 0.5], (30, 60, 90),
         [35_000, 9_600, 16_000, 7_500, 5_000]),
        ([320_000, 110_000, 24_000, 18_000, 43_000], [0.01, 0.03, 0.1, 0.33, 0.75], (30, 60, 90),
         [3_200, 3_300, 2_400, 5_940, 32_250]),
    ],
    ids=["IFRS 9 IE12", "CECL Example 5", "CAS 22", "textbook 1", "textbook 2"],
)  # fmt: skip
def test_published_matrices(balances, rates, buckets, parts):
    books = aged(balances, [0, 15, 45, 75, 150])
    made = arkit.provision(books, as_of=AS_OF, method="aging", rates=rates, buckets=buckets)
    assert made.matrix["allowance"].tolist() == parts
    assert made.total["allowance"].iloc[0] == pytest.approx(sum(parts), abs=1e-9)


def test_cecl_factor_as_a_scenario():
    # ASC 326-20-55-40: conditions improve, so historical rates of 0.3/8/26/58/82 % are lowered by 10 %
    books = aged([5_984_698, 8_272, 2_882, 842, 1_100], [0, 15, 45, 75, 150])
    made = arkit.provision(
        books, as_of=AS_OF, method="aging", buckets=(30, 60, 90), rates=[0.003, 0.08, 0.26, 0.58, 0.82],
        scenarios={"better": (0.9, 1.0)},
    )  # fmt: skip
    assert made.total["allowance"].iloc[0] == pytest.approx(18_681, abs=1.5)
    assert made.matrix["expected_rate"].tolist() == [0.0027, 0.072, 0.234, 0.522, 0.738]


def test_opening_write_offs_and_expense_of_the_textbook():
    # opening 75,000, written off 85,000, closing 73,100: the expense is 83,100
    rows = [
        document(f"I{n}", "invoice", "2025-01-01", amount, due, customer_id=f"C{n}")
        for n, (amount, due) in enumerate(
            [(700_000, "2026-03-31"), (120_000, "2026-03-16"), (80_000, "2026-02-14"), (30_000, "2026-01-15"),
             (10_000, "2025-11-01"), (85_000, "2025-06-01")]
        )
    ]  # fmt: skip
    books = ledger(rows, [applied("I5", None, "2026-02-10", 85_000, "write_off")])
    made = arkit.provision(
        books, as_of=AS_OF, method="aging", buckets=(30, 60, 90), rates=[0.05, 0.08, 0.2, 0.25, 0.5], opening=75_000
    )
    row = made.total.iloc[0]
    assert (row["opening"], row["write_offs"], row["recoveries"], row["charge"]) == (75_000, 85_000, 0, 83_100)
    assert row["allowance"] == 73_100


def test_opening_and_loss_of_cas_22():
    books = aged([1e6, 2e6, 3e6, 4e6, 5e6], [0, 15, 45, 75, 150])
    made = arkit.provision(
        books, as_of=AS_OF, method="aging", buckets=(30, 60, 90), rates=[0.006, 0.016, 0.036, 0.066, 0.126],
        opening={"CNY": 800_000},
    )  # fmt: skip
    assert made.total["charge"].iloc[0] == 240_000


# Three invoices of January, each 30 days net: 100 is paid late, of 100 50 is written off (10 comes back), 100 is paid.
ROWS = [
    document("A", "invoice", "2025-01-01", 100, "2025-01-31", customer_id="A", region="N"),
    document("B", "invoice", "2025-01-01", 100, "2025-01-31", customer_id="B", region="N"),
    document("C", "invoice", "2025-01-01", 100, "2025-01-31", customer_id="C", region="S"),
    document("PA", "payment", "2025-03-20", -100, customer_id="A", region="N"),
    document("PB", "payment", "2025-03-20", -50, customer_id="B", region="N"),
    document("PC", "payment", "2025-02-10", -100, customer_id="C", region="S"),
    document("R", "recovery", "2025-05-05", 10, customer_id="B", region="N"),
    document("PR", "payment", "2025-05-05", -10, customer_id="B", region="N"),
    document("D", "invoice", "2025-05-10", 1000, "2025-06-09", customer_id="D", region="N"),
    document("E", "invoice", "2025-04-01", 500, "2025-05-01", customer_id="E", region="S"),
    document("PE", "payment", "2025-05-20", -200, customer_id="E"),
    document("F", "invoice", "2025-04-01", 70, "2025-05-01", customer_id="F", region="S"),
    document("PF", "payment", "2025-05-20", -100, customer_id="F"),
]
APPLIED = [
    applied("A", "PA", "2025-03-20", 100),
    applied("B", "PB", "2025-03-20", 50),
    applied("C", "PC", "2025-02-10", 100),
    applied("B", None, "2025-04-15", 50, "write_off"),
    applied("R", "PR", "2025-05-05", 10),
]


@pytest.fixture(params=ENGINES, scope="module")
def books(request):
    return ledger(ROWS, APPLIED, engine=request.param)


def test_the_base_is_what_customers_owe_after_their_credits(books):
    made = arkit.provision(books, as_of="2025-05-31", method="aging", buckets=(30,), rates=[0, 0.1, 1])
    items = made.items.set_index("document_id")
    assert items.loc["E", ["open", "credited", "base"]].tolist() == [500, 200, 300]
    assert items.loc["F", ["open", "credited", "base"]].tolist() == [70, 70, 0]  # in credit: leaves the base
    assert items.loc[["PE", "PF"], "bucket"].tolist() == ["unapplied", "unapplied"]
    row = made.total.loc["CNY"]
    assert row[["receivables", "base", "left_out"]].tolist() == [1270, 1300, -30]
    assert made.matrix["base"].tolist() == [1000, 300, 0]
    assert made.total["allowance"].iloc[0] == 30
    sums = made.losses.groupby("kind")["amount"].sum()
    assert sums.get("write_off", 0) == made.total["write_offs"].iloc[0]
    assert sums.get("recovery", 0) == made.total["recoveries"].iloc[0]


def test_loss_rates_of_cohorts_on_paper(books):
    """January's month-end: 300 not due; in April 50 of it is lost, a fifth of which comes back in May."""
    made = arkit.provision(books, as_of="2025-05-31", buckets=(30,), months=3, follow=6, by="region")
    rates, own = (made.rates[name].to_dict() for name in ("rate", "own"))
    # N: cohorts of February (200, 1-30 days), March (50, over 30), April (nothing); all lost in April: 50
    assert rates["CNY", "N", "d1_30"] == 50 / 200 * 0.8
    assert rates["CNY", "N", "over_30"] == 50 / 50 * 0.8
    # S: nothing was ever 1-30 days or over 30 late at these month-ends, so the currency's rate stands in
    assert not own["CNY", "S", "over_30"]
    assert rates["CNY", "S", "over_30"] == 0.8
    shares = made.lags["share"].xs(("CNY", "N", "d1_30"), level=["currency", "region", "bucket"])
    assert shares.sum() == 0.25
    assert made.rates["recovered"].eq(0.2).all()


def test_roll_rates_on_paper(books):
    """From January to April: 300 not due roll or are paid, 200 roll on with 50 and 50 are lost."""
    made = arkit.provision(books, as_of="2025-04-30", method="roll_rates", buckets=(30,))
    terms = made.rates.xs("CNY")
    assert terms["opened"].tolist() == [300, 200, 50]
    assert terms["rolled"].tolist() == [200, 50, 0]
    assert terms["lost"].tolist() == [0, 0, 50]
    assert terms["roll_rate"].tolist() == pytest.approx([2 / 3, 1 / 4, 0])
    assert terms["rate"].tolist() == pytest.approx([1 / 6, 1 / 4, 1], abs=1e-6)  # nothing has come back yet


def test_roll_rates_with_an_assumed_last_rate(books):
    made = arkit.provision(books, as_of="2025-04-30", method="roll_rates", buckets=(30,), last_rate=0.5)
    assert made.rates["rate"].tolist() == pytest.approx([1 / 12, 1 / 8, 1 / 2], abs=1e-6)


def test_individually_assessed_claims_leave_the_base(books):
    listed = [
        {"customer_id": "E", "loss_rate": 0.5, "reason": "insolvent"},
        {"document_id": "D", "expected_loss": 123.45},
    ]
    made = arkit.provision(
        books, as_of="2025-05-31", method="aging", buckets=(30,), rates=[0, 0.1, 1], individual=listed, opening=0
    )
    row = made.total.loc["CNY"]
    assert row[["base", "individually_assessed", "individual", "allowance"]].tolist() == [0, 1300, 273.45, 273.45]
    assert set(made.individual["document_id"]) == {"D", "E", "PE"}
    assert made.individual["expected_loss"].sum() == 273.45
    only = arkit.provision(books, as_of="2025-05-31", method="individual", individual=listed, opening=0)
    assert only.total.loc["CNY", "allowance"] == 273.45
    assert only.matrix.empty


def test_scenarios_are_weighted_and_each_shown(books):
    chosen = {"base": (1, 0.5), "worse": (1.6, 0.3), "better": (0.7, 0.2)}
    made = arkit.provision(
        books, as_of="2025-05-31", method="aging", buckets=(30,), rates=[0.01, 0.1, 0.9], scenarios=chosen
    )
    assert made.matrix["expected_rate"].tolist() == pytest.approx([0.0112, 0.112, 0.45 + 0.3 + 0.126], abs=1e-9)
    assert made.scenarios["allowance"].tolist() == [40, 64, 28]
    assert made.total["allowance"].iloc[0] == 1000 * 0.0112 + 300 * 0.112


def test_percentage_of_balance_and_of_sales(books):
    balance = arkit.provision(books, as_of="2025-05-31", method="percentage_of_balance", rates=0.005)
    assert balance.matrix["allowance"].tolist() == [6.5]
    assert balance.matrix.index.get_level_values("bucket").tolist() == ["all"]
    sales = arkit.provision(
        books, as_of="2025-05-31", method="percentage_of_sales", rates=0.01, opening=20, since="2025-03-31"
    )
    assert sales.roll_forward["charge"].tolist() == [5.7, 10]
    assert sales.total.loc["CNY", ["opening", "charge", "write_offs", "recoveries", "allowance"]].tolist() == [
        20, 15.7, 50, 10, -4.3,
    ]  # fmt: skip


def test_direct_write_off_holds_no_allowance(books):
    made = arkit.provision(books, as_of="2025-05-31", method="direct")
    assert made.total.loc["CNY", ["allowance", "charge", "write_offs", "recoveries"]].tolist() == [0, 40, 50, 10]


def test_every_month_of_the_roll_forward_adds_up(books):
    made = arkit.provision(books, as_of="2025-05-20", buckets=(30,), months=4, by="region", since="2025-03-31")
    moved = made.roll_forward
    right = (moved["opening"] + moved["charge"] - moved["write_offs"] + moved["recoveries"]).round(2)
    known = right.dropna().index  # the first month has no opening: nothing was known yet
    assert right[known].tolist() == moved["closing"][known].tolist()
    assert len(known) >= 5
    for group in ("N", "S"):
        part = moved.xs(group, level="region")
        assert part["opening"].tolist()[1:] == part["closing"].tolist()[:-1]
        assert part["closing"].iloc[-1] == made.total["allowance"]["CNY", group]
    assert str(moved.index[-1][-1].date()) == "2025-05-20"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0, 1), min_size=5, max_size=5),
    st.integers(0, 4),
    st.floats(0, 1),
    st.lists(st.integers(0, 10**9), min_size=5, max_size=5),
)
def test_the_allowance_never_falls_when_a_rate_rises(rates, place, more, cents):
    ahead = scenarios_of({"base": (1, 0.6), "worse": (1.7, 0.4)})
    higher = [max(rate, more) if at == place else rate for at, rate in enumerate(rates)]
    low, high = (
        sum(share(base, weighted(millionths(rate), ahead)) for base, rate in zip(cents, some, strict=True))
        for some in (rates, higher)
    )
    assert low <= high


BOOKS = ledger(ROWS, APPLIED)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"method": "guess"}, "method must be one of loss_rates"),
        ({"method": "aging"}, "needs given rates"),
        ({"rates": 0.1}, "takes no rates"),
        ({"method": "aging", "rates": [0.1], "buckets": (30,)}, r"3 rate\(s\) are needed"),
        ({"method": "aging", "rates": [0.1, 0.2, 2], "buckets": (30,)}, "a share from 0 to 1"),
        ({"method": "percentage_of_balance", "rates": {"USD": 0.1}}, "lacks the segment CNY"),
        ({"scenarios": {"base": (1, 0.6)}}, "adding up to 1"),
        ({"scenarios": {"base": (-1, 1)}}, "factor from 0"),
        ({"last_rate": 1}, "belongs to method roll_rates"),
        ({"opening": 5.0, "by": "region"}, "an amount for each of CNY, ; CNY, N; CNY, S"),
        ({"since": "2025-03-15"}, "must be a month-end"),
        ({"since": "2025-05-31"}, "before 2025-05-31"),
        ({"months": 0, "follow": 0}, "must be 1 or more"),
        ({"since": "2025-13-01"}, "since must be a month-end"),
        ({"method": "direct", "individual": [{"document_id": "D", "loss_rate": 1}]}, "makes no allowance"),
        ({"by": "colour"}, "must name a column"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_does_not_fit_is_refused(options, match):
    with pytest.raises(ArkitError, match=match):
        arkit.provision(BOOKS, as_of="2025-05-31", **options)


def test_a_list_that_does_not_fit_is_refused_with_all_its_problems():
    listed = [
        {"customer_id": "nobody", "loss_rate": 0.5},
        {"document_id": "D", "expected_loss": 5000},
        {"document_id": "E", "loss_rate": 0.1},
        {"customer_id": "E", "loss_rate": 0.1},
        {"document_id": "D"},
        {"document_id": "D", "loss_rate": 0.1, "colour": "red"},
        {"loss_rate": 0.1},
        {"document_id": "D", "expected_loss": "much"},
    ]
    with pytest.raises(LedgerError) as refused:
        arkit.provision(BOOKS, as_of="2025-05-31", individual=listed)
    assert [problem.row for problem in refused.value.problems] == [1, 2, 4, 5, 6, 7, 8]
    assert "it is in the list already" in str(refused.value)


def test_a_ledger_without_a_past_says_so():
    young = ledger([document("A", "invoice", "2026-03-01", 100, "2026-03-20")])
    made = arkit.provision(young, as_of=AS_OF)
    assert made.matrix["allowance"].isna().tolist() == [False, True, False, False, False, False, False]
    assert made.total["allowance"].isna().all()
    assert "the ledger's past says nothing of this bucket" in made.matrix.attrs["notes"][0]["reason"]
    assert any("no write-off is on record" in note for note in made.notes)


def test_a_snapshot_takes_given_rates_only():
    rows = [document("A", "invoice", "2026-03-01", 100, "2026-03-20")]
    snap = ledger(rows, scope="snapshot", snapshot_on=pd.Timestamp(AS_OF).date())
    made = arkit.provision(snap, as_of=AS_OF, method="aging", buckets=(30,), rates=[0, 0.1, 1])
    assert made.total["allowance"].iloc[0] == 10
    assert any("snapshot" in note for note in made.notes)
    assert arkit.provision_backtest(snap, as_of=AS_OF).frame.empty


def test_a_snapshot_has_no_opening_and_no_charge():
    """What was open at the year's end, and what was written off since, is not in it: neither is 0."""
    rows = [document("A", "invoice", "2026-03-01", 100, "2026-03-20")]
    snap = ledger(rows, scope="snapshot", snapshot_on=pd.Timestamp(AS_OF).date())
    ways = {"method": "aging", "buckets": (30,), "rates": [0, 0.1, 1]}
    made = arkit.provision(snap, as_of=AS_OF, **ways)
    assert made.total[["opening", "charge", "write_offs", "recoveries"]].isna().all(axis=None)
    assert made.roll_forward["closing"].tolist() == [10]
    assert any("is not known (CNY)" in note for note in made.notes)
    known = arkit.provision(snap, as_of=AS_OF, opening=4, **ways).total.iloc[0]
    assert (known["opening"], known["allowance"]) == (4, 10)
    assert pd.isna(known["charge"])


def test_an_opening_of_the_currency_is_spread_over_its_segments():
    at_start = arkit.provision(BOOKS, as_of="2025-03-31", method="aging", buckets=(30,), rates=[0, 0.1, 1], by="region")
    made = arkit.provision(
        BOOKS, as_of="2025-05-31", method="aging", buckets=(30,), rates=[0, 0.1, 1], by="region",
        since="2025-03-31", opening={"CNY": 10.01},
    )  # fmt: skip
    own = at_start.total["allowance"].reindex(made.total.index).fillna(0.0)
    assert own.sum() > 0
    assert made.total["opening"].sum() == pytest.approx(10.01)
    assert made.total["opening"].tolist() == pytest.approx((own / own.sum() * 10.01).tolist(), abs=0.01)
    assert any("is spread over its segments" in note for note in made.notes)


def test_losses_are_the_documents_behind_the_roll_forward():
    world = arkit.simulate(seed=3, months=48, customers=60)
    made = arkit.provision(world.ledger, as_of="2026-12-31", by="type")
    assert len(made.losses)
    sums = made.losses.groupby(["kind", "currency", "type"], observed=True)["amount"].sum()
    for kind, column in (("write_off", "write_offs"), ("recovery", "recoveries")):
        got = sums[kind].reindex(made.total.index).fillna(0.0)
        assert got.tolist() == pytest.approx(made.total[column].tolist(), abs=1e-6)
    assert (made.losses["date"] > "2025-12-31").all()


def test_sales_make_the_charge():
    made = arkit.provision(BOOKS, as_of="2025-05-31", method="percentage_of_sales", rates=0.013, since="2024-12-31")
    assert (made.sales["rate"] == 0.013).all()
    assert made.sales["charge"].tolist() == made.roll_forward["charge"].tolist()
    assert made.sales["credit_sales"].sum() > 0
    assert made.total["allowance"].isna().all()  # the opening is not known, the charge is
    assert made.total["charge"].iloc[0] == pytest.approx(made.sales["charge"].sum())
    assert arkit.provision(BOOKS, as_of="2025-05-31").sales.empty


def test_what_nothing_rolls_into_needs_no_past():
    """Half of each invoice is late for three weeks, then paid: what would become of older claims does not matter."""
    rows, moves = [], []
    for month in range(1, 12):
        due, paid = f"2025-{month:02}-20", f"2025-{month + 1:02}-10"
        rows += [
            document(f"A{month}", "invoice", f"2025-{month:02}-01", 100, due),
            document(f"P{month}", "payment", due, -50),
            document(f"Q{month}", "payment", paid, -50),
        ]
        moves += [applied(f"A{month}", f"P{month}", due, 50), applied(f"A{month}", f"Q{month}", paid, 50)]
    made = arkit.provision(ledger(rows, moves), as_of="2025-12-31", method="roll_rates", buckets=(30, 60))
    assert made.rates["roll_rate"].iloc[1] == 0
    assert made.matrix["rate"].iloc[1] == 0
    assert made.matrix["rate"].iloc[2:].isna().all()  # never seen


def test_all_that_does_not_fit_is_said_at_once():
    with pytest.raises(ParameterError) as refused:
        arkit.provision(
            BOOKS, as_of="2025-05-31", method="aging", basis="dew", scenarios={"base": (1, 0.6)}, since="2025-03-15",
            rates=[0.1],
        )  # fmt: skip
    assert len(refused.value.problems) == 4
    said = str(refused.value)
    for part in ("4 settings were refused", "basis must be", "adding up to 1", "must be a month-end", "7 rate(s)"):
        assert part in said


@pytest.mark.parametrize("engine", ENGINES)
def test_ages_in_years_by_the_document_date(engine):
    """账龄分析法: 1年以内 5 %, 1–2年 20 %, 2–3年 50 %, 3年以上 100 %, by anniversary."""
    dates = ["2026-03-31", "2025-04-01", "2025-03-31", "2024-02-29", "2023-03-31", "2023-03-30", "2022-01-01"]
    rows = [document(f"I{n}", "invoice", day, 1000, "2026-12-31") for n, day in enumerate(dates)]
    books = ledger(rows, engine=engine)
    made = arkit.provision(
        books, as_of=AS_OF, method="aging", basis="document", unit="years", rates=[0.05, 0.2, 0.5, 1]
    )
    assert made.matrix.index.get_level_values("bucket").tolist() == ["not_due", "y0_1", "y1_2", "y2_3", "over_3y"]
    position = arkit.aging(books, as_of=AS_OF, basis="document", unit="years", buckets=(1, 2, 3))
    assert made.matrix["base"].tolist() == position[made.matrix.index.get_level_values("bucket")].iloc[0].tolist()
    assert made.total["allowance"].iloc[0] == sum(made.matrix["base"] * [0, 0.05, 0.2, 0.5, 1])
    assert made.items.groupby("bucket")["base"].sum().to_dict() == {
        bucket: base for (_, bucket), base in made.matrix["base"].items() if base
    }


@pytest.mark.parametrize("method", ["loss_rates", "roll_rates"])
def test_ages_in_years_have_rates_of_their_own_past(method):
    world = arkit.simulate(seed=3, months=60, customers=60)
    made = arkit.provision(world.ledger, as_of="2027-12-31", method=method, unit="years")
    position = arkit.aging(world.ledger, as_of="2027-12-31", unit="years", buckets=(1, 2, 3)).loc["CNY"]
    assert made.matrix["base"].sum() <= position.drop(["unapplied", "total"]).sum()
    rates = made.matrix["rate"].dropna()
    assert rates.iloc[0] < rates.iloc[1]  # what is a year late is lost more often than what is not due
    made_of = made.rates["outstanding" if method == "loss_rates" else "opened"]
    assert made_of.iloc[1] > made_of.iloc[2] > 0
