"""The receivables in the base currency, worked out on paper, and what holds of every ledger."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import arkit
from arkit.errors import LedgerError
from tests.ledgers import ENGINES, applied, document, ledger
from tests.random_ledgers import day, make, to_engine, to_pandas
from tests.rate_tables import examples, table, wandering

RATES = table(
    ("USD", "2026-01-05", "7"), ("USD", "2026-01-31", "7.1"), ("USD", "2026-02-28", "6.95"),
    ("JPY", "2026-01-05", "0.0467"), ("JPY", "2026-02-28", "0.0453"),
    ("KWD", "2026-01-05", "22.845"), ("KWD", "2026-02-28", "22.5"),
    ("USD", "2026-03-01", "99"),
)  # fmt: skip
DOCUMENTS = [
    document("C1", "invoice", "2026-02-01", 500, "2026-03-03"),
    document("U1", "invoice", "2026-01-10", 100, "2026-02-09", currency="USD"),
    document("U2", "invoice", "2026-02-02", 33.33, "2026-03-04", currency="USD", customer_id="C2"),
    document("PU", "payment", "2026-02-10", -60, currency="USD"),
    document("J1", "invoice", "2026-01-20", 12_345, "2026-01-25", currency="JPY"),
    document("K1", "invoice", "2026-01-06", 10.005, "2026-02-05", currency="KWD", customer_id="C2"),
    document("U9", "invoice", "2026-03-01", 1_000, "2026-03-31", currency="USD"),
]
APPLICATIONS = [applied("U1", "PU", "2026-02-10", 40)]
AS_OF = "2026-02-28"

# open of U1 60.00: 420.00, 417.00; U2 33.33: 236.643, 231.6435; PU -20.00: -142.00, -139.00
# J1 12,345: 576.5115, 559.2285; K1 10.005: 228.564225, 225.1125
BY_HAND = {
    ("at_booking", "CNY"): [500, 0, 0, 0, 0, 0, 500],
    ("at_booking", "JPY"): [0, 0, 576.51, 0, 0, 0, 576.51],
    ("at_booking", "KWD"): [0, 228.56, 0, 0, 0, 0, 228.56],
    ("at_booking", "USD"): [236.64, 420, 0, 0, 0, -142, 514.64],
    ("at_booking", "total"): [736.64, 648.56, 576.51, 0, 0, -142, 1819.71],
    ("exchange_difference", "CNY"): [0, 0, 0, 0, 0, 0, 0],
    ("exchange_difference", "JPY"): [0, 0, -17.28, 0, 0, 0, -17.28],
    ("exchange_difference", "KWD"): [0, -3.45, 0, 0, 0, 0, -3.45],
    ("exchange_difference", "USD"): [-5, -3, 0, 0, 0, 3, -5],
    ("exchange_difference", "total"): [-5, -6.45, -17.28, 0, 0, 3, -25.73],
    ("revalued", "CNY"): [500, 0, 0, 0, 0, 0, 500],
    ("revalued", "JPY"): [0, 0, 559.23, 0, 0, 0, 559.23],
    ("revalued", "KWD"): [0, 225.11, 0, 0, 0, 0, 225.11],
    ("revalued", "USD"): [231.64, 417, 0, 0, 0, -139, 509.64],
    ("revalued", "total"): [731.64, 642.11, 559.23, 0, 0, -139, 1793.98],
}


@pytest.fixture(params=ENGINES, scope="module")
def books(request):
    return ledger(DOCUMENTS, APPLICATIONS, engine=request.param)


def test_the_lines_by_hand(books):
    frame = arkit.revaluation(books, as_of=AS_OF, base="CNY", rates=RATES)
    assert frame.columns.tolist() == ["not_due", "d1_30", "d31_60", "d61_90", "over_90", "unapplied", "total"]
    assert {key: row.tolist() for key, row in frame.iterrows()} == BY_HAND
    assert frame.index.tolist() == list(BY_HAND)
    assert frame.attrs["conventions"]["closing_rates"] == (
        "JPY 0.0453 (2026-02-28), KWD 22.5 (2026-02-28), USD 6.95 (2026-02-28)"
    )


def test_the_documents_behind_it(books):
    items = arkit.revalued_items(books, as_of=AS_OF, base="CNY", rates=RATES).set_index("document_id")
    assert items.index.tolist() == ["C1", "J1", "K1", "PU", "U1", "U2"]
    assert items.loc["K1", ["open", "at_booking", "exchange_difference", "revalued"]].tolist() == [
        10.005, 228.56, -3.45, 225.11,
    ]  # fmt: skip
    assert [str(rate) for rate in items.loc["U2", ["booking_rate", "closing_rate"]]] == ["7.1", "6.95"]


def test_by_a_group(books):
    frame = arkit.revaluation(books, as_of=AS_OF, base="CNY", rates=RATES, by="customer_id")
    assert frame.index.names == ["line", "currency", "customer_id"]
    assert frame.loc["exchange_difference"]["total"].to_dict() == {
        ("USD", "C1"): 0, ("USD", "C2"): -5, ("CNY", "C1"): 0, ("JPY", "C1"): -17.28, ("KWD", "C2"): -3.45,
        ("total", "C1"): -17.28, ("total", "C2"): -8.45,
    }  # fmt: skip


def test_in_yen_and_in_dinar(books):
    # U1 60.00 x 152.345 = 9140.7, x 151.5 = 9090; PU -20.00: -3046.9, -3030; in dinar x 0.3075 = 18.45, -6.15
    only = ledger([row for row in DOCUMENTS if row["document_id"] in ("U1", "PU")], APPLICATIONS)
    yen = table(("USD", "2026-01-10", "152.345"), ("USD", "2026-02-28", "151.5"))
    frame = arkit.revaluation(only, as_of=AS_OF, base="JPY", rates=yen, credits="by_age")
    assert frame.xs("USD", level="currency")["total"].to_dict() == {
        "at_booking": 9141 - 3047, "exchange_difference": -51 + 17, "revalued": 9090 - 3030,
    }  # fmt: skip
    dinar = table(("USD", "2026-01-10", "0.3075"))
    frame = arkit.revaluation(only, as_of="2026-02-10", base="KWD", rates=dinar)
    assert frame.loc[("revalued", "total")].tolist()[-2:] == [-6.15, 12.3]


def test_before_the_first_document_nothing_is_receivable_and_no_rate_is_needed(books):
    frame = arkit.revaluation(books, as_of="2025-12-31", base="CNY", rates=RATES)
    assert (frame == 0).all(axis=None)
    assert len(frame) == 15


def test_booking_and_closing_rates_that_lack_are_told_at_once(books):
    rates = RATES[RATES["date"] > "2026-01-05"]
    with pytest.raises(LedgerError) as caught:
        arkit.revaluation(books, as_of="2026-04-02", base="CNY", rates=rates)
    assert sorted((p.rule, p.currency, p.count) for p in caught.value.problems) == [
        ("no_rate", "JPY", 1), ("no_rate", "KWD", 1), ("no_rate", "USD", 1),
        ("stale_rate", "JPY", 1), ("stale_rate", "KWD", 1), ("stale_rate", "USD", 4),
    ]  # fmt: skip


cases = given(st.integers(0, 10_000), st.sampled_from(["CNY", "JPY", "KWD"]))
MID = "2024-10-05"


def units(frame: pd.DataFrame, base: str) -> pd.DataFrame:
    """Amounts as whole numbers of minor units, so that sums are exact."""
    return (frame * 10 ** {"JPY": 0, "KWD": 3}.get(base, 2)).round().astype("int64")


@examples
@cases
def test_lines_currencies_groups_and_documents_add_up(seed, base):
    books, options = to_pandas(make(seed, 15)), {"base": base, "rates": wandering(seed, base), "as_of": MID}
    for more in ({}, {"by": ["region", "type"], "basis": "document"}, {"credits": "by_age", "buckets": (10, 20, 200)}):
        frame = units(arkit.revaluation(books, **options, **more), base)
        booked, difference, revalued = (frame.loc[line] for line in ("at_booking", "exchange_difference", "revalued"))
        assert_frame_equal(booked + difference, revalued)
        assert (frame.drop(columns="total").sum(axis=1) == frame["total"]).all()
        whole = frame[frame.index.get_level_values("currency") == "total"].groupby("line").sum()
        parts = frame[frame.index.get_level_values("currency") != "total"].groupby("line").sum()
        assert_frame_equal(whole, parts)
        items = arkit.revalued_items(books, **options)
        assert units(items[list(whole.index)], base).sum().to_dict() == whole["total"].to_dict()


@examples
@cases
def test_the_line_at_booking_is_the_ageing_of_the_ledger_in_its_base_currency(seed, base):
    books, rates = to_pandas(make(seed, 15)), wandering(seed, base)
    frame = arkit.revaluation(books, as_of=MID, base=base, rates=rates).loc["at_booking"]
    own = arkit.in_currency(books, base=base, rates=rates)
    by = arkit.aging(own, as_of=MID, by="original_currency").droplevel("currency").rename_axis("currency")
    assert_frame_equal(by, frame.loc[by.index], check_names=False)
    assert arkit.aging(own, as_of=MID).loc[base].tolist() == frame.loc["total"].tolist()


@examples
@cases
def test_later_events_and_later_rates_change_nothing(seed, base):
    tables, rates = make(seed, 15), wandering(seed, base)
    whole = arkit.revaluation(to_pandas(tables), as_of=MID, base=base, rates=rates)
    known = rates[rates["date"] <= MID]
    cut = arkit.revaluation(to_pandas(tables.until(day(MID))), as_of=MID, base=base, rates=known)
    assert_frame_equal(whole.loc[cut.index], cut)
    assert (whole.drop(cut.index) == 0).all(axis=None)


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@pytest.mark.parametrize("seed", [3, 8])
def test_engines_agree(engine, seed):
    options = {"as_of": MID, "base": "CNY", "rates": wandering(seed, "CNY"), "by": "region"}
    here, there = to_pandas(make(seed)), to_engine(make(seed), engine)
    assert_frame_equal(arkit.revaluation(here, **options), arkit.revaluation(there, **options))
    by = options.pop("by")
    realised = (arkit.realised_exchange(books, **options) for books in (here, there))
    assert_frame_equal(*realised)
    options.pop("as_of")
    aged = (arkit.aging(arkit.in_currency(books, **options), as_of=MID, by=by) for books in (here, there))
    assert_frame_equal(*aged)
