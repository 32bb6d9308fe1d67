"""The key figures: what they moved by is the difference of two dates; what is not known says why."""

from __future__ import annotations

import math

import pytest
from ledgers import ENGINES, document, ledger
from random_ledgers import day, make, to_pandas
from test_by_hand import APPLICATIONS, DOCUMENTS

import arkit
from arkit.measures.bridge import TERMS
from arkit.measures.kpis import A_MOVE, DEFINITIONS
from arkit.measures.results import IN_CREDIT, NO_SALES, SHORT_HISTORY, SNAPSHOT

CHANGES = ("change_month", "change_year")


def reasons(frame, column):
    return {
        (n["where"]["currency"], n["where"]["measure"]): n["reason"]
        for n in frame.attrs["notes"]
        if n["column"] == column
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_what_moved_in_a_month_on_paper(engine):
    """At the end of February, F1 of 100 and F2 of 50 are open and not due; nothing else is."""
    frame = arkit.kpis(ledger(DOCUMENTS, APPLICATIONS, engine=engine), as_of="2026-03-31").loc["CNY"]
    assert frame["change_month"].dropna().to_dict() == pytest.approx(
        {
            "receivables": 195 - 150,
            "overdue": 50,
            "overdue_share": 50 / 200,
            "unapplied": -5,
            "bills": 0,
            "lapses_soon": 0,
            "lapsed": 0,
            "dso_countback": 31 + 45 / 150 * 28 - 28,
            "dso_sales_weighted": (31 + 50 / 150 * 28) - 28,
            # in February J1 took 41 days and J2 31; F1 stands for 18 days, F2 for 8
            "dso_true": (100 * 41 + 50 * 31 + 100 * 49 + 50 * 13 + 100 * 21 + 50 * 11) / 450
            - (100 * 41 + 50 * 31 + 100 * 18 + 50 * 8) / 300,
            "days_to_pay": (100 * 41 + 50 * 31 + 40 * 49) / 190 - (100 * 41 + 50 * 31) / 150,
            "days_beyond_terms": (100 * 11 + 50 * 1 + 40 * 19) / 190 - (100 * 11 + 50 * 1) / 150,
            "late_share": 0,
            "net_roll_rate": (0 + 50) / (150 + 150) - 0 / 150,
            "customers": 0,
            "top_10_share": 0,
            "herfindahl": 0,
        }
    )


def test_why_a_change_is_not_known():
    frame = arkit.kpis(ledger(DOCUMENTS, APPLICATIONS), as_of="2026-03-31")
    month, year = (reasons(frame, column) for column in CHANGES)
    assert month["CNY", "dso_simple"] == SHORT_HISTORY  # in February there are two months
    assert month["CNY", "uncollected_share"] == NO_SALES
    assert year["CNY", "receivables"] == "nothing is on record by 2025-03-31"
    assert reasons(arkit.kpis(ledger(DOCUMENTS, APPLICATIONS), as_of="2026-05-31"), "change_month")[
        "CNY", "dso_largest_move"
    ] == A_MOVE  # fmt: skip


def test_why_receivables_in_credit_have_no_turnover():
    rows = [
        document(f"{kind}{month}", kind, f"2025-{month:02}-05", amount)
        for month in range(1, 13)
        for kind, amount in (("invoice", 100), ("payment", -150))
    ]
    row = arkit.kpis(ledger(rows), as_of="2025-12-31").loc[("CNY", "receivables_turnover")]
    assert math.isnan(row["value"])
    assert row["reason"] == IN_CREDIT


def test_the_reason_of_what_is_not_defined_is_no_warning_about_what_is():
    """Nothing was sold in the last three months: that is why, not that the last sale is long ago."""
    frame = arkit.kpis(ledger(DOCUMENTS, APPLICATIONS), as_of="2026-06-30").loc["CNY"]
    for name in ("dso_simple", "dso_best_possible", "average_days_delinquent"):
        assert frame.loc[name, "reason"] == NO_SALES
    assert frame.loc["dso_rolling", "reason"] == SHORT_HISTORY


def test_what_lapses_is_what_limitation_says_in_each_currency():
    documents = [
        document("A", "invoice", "2023-01-01", 100, "2023-02-28"),
        document("B", "invoice", "2023-01-01", 20, "2023-04-30"),
        document("C", "invoice", "2023-01-01", 7, "2023-05-31", currency="USD"),
    ]
    frame = arkit.kpis(ledger(documents), as_of="2026-03-31")
    values = frame["value"].loc[["CNY", "USD"], ["lapses_soon", "lapsed"]]
    assert values.tolist() == [20, 100, 7, 0]
    # a month before, A lapsed on that very day
    assert frame.loc[("CNY", "lapsed"), "change_month"] == 100
    assert frame.loc[("CNY", "lapses_soon"), "change_month"] == 20 - 120
    assert frame.loc[("CNY", "lapsed"), "convention"]["years"] == "3"


def test_what_is_uncollected_of_the_sales_of_three_months_ago():
    books = ledger(DOCUMENTS, APPLICATIONS)
    row = arkit.kpis(books, as_of="2026-05-31").loc[("CNY", "uncollected_share")]
    assert row["value"] == pytest.approx(50 / 150)  # of February's 150, F1's 50 are open
    assert row["terms"] == {"invoiced": 150}
    assert row["change_month"] == pytest.approx(50 / 150)  # of January's nothing is
    assert arkit.kpis(books, as_of="2026-05-20").loc[("CNY", "uncollected_share"), "value"] == 0


def test_the_term_that_moved_dso_most_stands_first_among_all():
    frame = arkit.kpis(ledger(DOCUMENTS, APPLICATIONS), as_of="2026-05-31").loc["CNY"]
    bridge = arkit.dso_bridge(ledger(DOCUMENTS, APPLICATIONS), as_of="2026-05-31").loc["CNY"]
    terms = frame.loc["dso_largest_move", "terms"]
    assert terms == bridge[list(TERMS)].to_dict()
    assert frame.loc["dso_largest_move", "value"] == next(iter(terms.values())) == max(terms.values(), key=abs)
    assert sum(terms.values()) == pytest.approx(frame.loc["dso_simple", "change_month"])


@pytest.mark.parametrize(("seed", "as_of", "bills"), [(11, "2025-03-31", "with"), (13, "2025-02-17", "without")])
def test_a_change_is_the_difference_of_two_dates(seed, as_of, bills):
    books = to_pandas(make(seed))
    now = arkit.kpis(books, as_of=as_of, bills=bills)
    limit = day(as_of)
    earlier = {"change_month": {3: "2025-02-28", 2: "2025-01-31"}, "change_year": {3: "2024-03-31", 2: "2024-02-29"}}
    compared = 0
    for column, dates in earlier.items():
        then = arkit.kpis(books, as_of=dates[limit.month], bills=bills)["value"]
        told = reasons(now, column)
        for key, change in now[column].items():
            assert math.isnan(change) == (key in told)
            if key not in told:
                assert change == pytest.approx(now.loc[key, "value"] - then[key], abs=1e-9)
                compared += 1
    assert compared > len(DEFINITIONS)
    made = arkit.provision(books, as_of=as_of, bills=bills).total["allowance"]
    for code in books.currencies:
        assert now.loc[(code, "allowance"), "value"] == pytest.approx(made[code], nan_ok=True)


def test_a_snapshot_knows_no_earlier_date():
    frame = arkit.kpis(ledger(DOCUMENTS, scope="snapshot", snapshot_on=day("2026-03-31")), as_of="2026-03-31")
    assert frame[[*CHANGES]].isna().all(axis=None)
    for column in CHANGES:
        assert set(reasons(frame, column).values()) == {SNAPSHOT}
    assert frame.loc[("CNY", "allowance"), "reason"] == SNAPSHOT
    assert frame.loc[("CNY", "receivables"), "value"] == 205


def test_conventions_and_sources_stand_beside_each_figure():
    frame = arkit.kpis(ledger(DOCUMENTS, APPLICATIONS), as_of="2026-03-31", bills="without").loc["CNY"]
    assert frame.loc["dso_simple", "convention"]["months"] == "3"
    assert frame.loc["receivables", "convention"]["bills"] == "without"
    assert frame["source"].map(bool).all()
