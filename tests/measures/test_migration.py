"""Roll rates against a slow reference on every engine, and by hand (on 200 ledgers in tests/proofs)."""

from __future__ import annotations

import datetime as dt
from math import isnan, nan

import pandas as pd
import pytest
from random_ledgers import Tables, day, make, to_engine
from reference import Reference
from roll_reference import rolls

import arkit
from arkit.errors import ArkitError
from tests.ledgers import ENGINES, applied, document, ledger

LAST = day("2025-03-20")
WHATS = ("uncollected", "collected", "credited", "written_off")
SHARES = ["stays", "rolls", "improves", "paid", "credited", "written_off", "other"]
WAYS = (
    {"months": 9},
    {"months": 6, "measure": "number"},
    {"months": 6, "bills": "without", "by": ("region",)},
    {"months": 6, "buckets": (10, 45), "basis": "document", "by": ("type", "industry")},
    {"months": 12, "step": 3, "buckets": (90, 180)},
    {"months": 12, "step": 3, "measure": "number", "by": ("customer_id",)},
    {"months": 12, "buckets": "years", "basis": "document"},
    {"months": 9, "measure": "number", "bills": "without"},
)


def found(frame: pd.DataFrame) -> dict[tuple, dict[str, float]]:
    """A history as the reference keys it, without what is 0."""
    parts = frame.drop(columns=["next", "net_rate"])
    rows = zip(parts.index, parts.to_dict("records"), strict=True)
    cells = {(*k[:-2], k[-2].date(), k[-1]): {name: v for name, v in row.items() if v} for k, row in rows}
    return {key: row for key, row in cells.items() if row}


def wanted(tables: Tables, **way) -> dict[tuple, dict[str, float]]:
    months, by = way.pop("months"), way.pop("by", ())
    step = 12 if way.get("buckets") == "years" else 1
    table = rolls(Reference(*tables), LAST, months, by, **{"step": step, **way})
    exact = {key: {name: float(value) for name, value in row.items()} for key, row in table.items()}
    return {key: row for key, row in exact.items() if row}


def history(held: arkit.Ledger, **way) -> pd.DataFrame:
    return arkit.roll_history(held, as_of=LAST, **{**way, "by": list(way.get("by", ()))})


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_every_engine_agrees_with_the_reference_to_the_cent(engine, way):
    tables = make(7)
    assert found(history(to_engine(tables, engine), **way)) == wanted(tables, **dict(way))


DOCUMENTS = [
    document("1", "invoice", "2025-01-05", 1000.0, "2025-02-10"),
    document("2", "invoice", "2025-01-10", 400.0, "2025-02-20"),
    document("3", "invoice", "2025-02-01", 200.0, "2025-02-26"),
    document("P", "payment", "2025-03-10", -300.0),
    document("C", "credit_note", "2025-03-11", -100.0),
    document("B", "bill", "2025-03-15", 400.0, "2025-06-15"),
]
APPLICATIONS = [
    applied("1", "P", "2025-03-10", 300.0),
    applied("1", "C", "2025-03-11", 100.0, "credit_note"),
    applied("2", "B", "2025-03-15", 400.0, "bill"),
    applied("3", None, "2025-03-20", 50.0, "write_off"),
]


def test_a_month_by_hand():
    rates = arkit.roll_rates(ledger(DOCUMENTS, APPLICATIONS), as_of="2025-03-31", months=1)
    late = rates.loc[("CNY", "d1_30")]
    assert late["opening"] == 1600.0
    assert late[SHARES].tolist() == [0.0, 750 / 1600, 400 / 1600, 300 / 1600, 100 / 1600, 50 / 1600, 0.0]
    assert late["to_d31_60"] == late["net_rate"] == 750 / 1600
    assert isnan(rates.loc[("CNY", "not_due"), "paid"])
    reasons = {(n["column"], n["where"]["bucket"]): str(n["reason"]) for n in rates.attrs["notes"]}
    assert reasons["paid", "not_due"] == "nothing was open at this age at the beginning of a month"
    assert reasons["net_rate", "over_90"] == "there is no older bucket than this one"


def test_a_month_by_number_by_hand():
    rates = arkit.roll_rates(ledger(DOCUMENTS, APPLICATIONS), as_of="2025-03-31", months=1, measure="number")
    late = rates.loc[("CNY", "d1_30")]
    assert late["opening"] == 3
    assert late[SHARES].tolist() == pytest.approx([0, 2 / 3, 1 / 3, 0, 0, 0, 0])


def test_without_bills_what_a_bill_settles_is_paid():
    rates = arkit.roll_rates(ledger(DOCUMENTS, APPLICATIONS), as_of="2025-03-31", months=1, bills="without")
    assert rates.loc[("CNY", "d1_30"), ["improves", "paid"]].tolist() == [0.0, 700 / 1600]


def test_a_net_rate_above_one_is_flagged_and_stands():
    small = [
        document("1", "invoice", "2025-01-01", 10.0, "2025-02-25"),
        document("2", "invoice", "2025-03-01", 90.0, "2025-02-20"),  # late when it is issued
    ]
    row = arkit.roll_rates(ledger(small), as_of="2025-03-31", months=1).loc[("CNY", "d1_30")]
    assert (row["net_rate"], row["steps_above_1"], row["rolls"]) == (10.0, 1, 1.0)


def test_the_oldest_bucket_is_entered_only_by_what_was_not_in_it():
    old = [
        document("1", "invoice", "2024-06-01", 500.0, "2024-07-01"),
        document("2", "invoice", "2024-11-01", 80.0, "2024-12-15"),
    ]
    row = arkit.roll_rates(ledger(old), as_of="2025-03-31", months=1).loc[("CNY", "d61_90")]
    assert (row["opening"], row["net_rate"]) == (80.0, 1.0)


def test_years_count_by_anniversary():
    leap = [document("1", "invoice", "2024-02-29", 1.0), document("2", "invoice", "2024-03-31", 2.0)]
    rates = arkit.roll_history(ledger(leap), as_of="2025-03-31", months=1, step=1, buckets="years", basis="document")
    row = rates.loc[("CNY", "2025-03-31", "y0_1")]
    assert (row["opening"], row["to_y0_1"], row["to_y1_2"]) == (3.0, 2.0, 1.0)


def test_averages_differ_as_they_say():
    books = [
        document("1", "invoice", "2025-01-01", 100.0, "2025-01-20"),
        document("2", "invoice", "2025-02-01", 900.0, "2025-02-20"),
    ]
    held = ledger(books, [applied("2", None, "2025-03-05", 900.0)])
    given = {"as_of": "2025-03-31", "months": 2}
    assert arkit.roll_rates(held, **given).loc[("CNY", "d1_30"), "paid"] == 0.9
    assert arkit.roll_rates(held, **given, average="simple").loc[("CNY", "d1_30"), "paid"] == 0.5


def test_a_snapshot_says_why_there_is_no_roll_rate():
    held = ledger(DOCUMENTS[:2], scope="snapshot", snapshot_on=dt.date(2025, 3, 31))
    for measure in (arkit.roll_rates, arkit.roll_history, arkit.roll_forecast):
        frame = measure(held, as_of="2025-03-31")
        assert frame.isna().all(axis=None)
        assert "a snapshot" in str(frame.attrs["notes"][0]["reason"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"months": 13, "step": 12}, "multiple of step"),
        ({"buckets": "months"}, "or 'years'"),
        ({"buckets": (60, 30)}, "ascending"),
        ({"measure": "both"}, "measure must be"),
        ({"average": "median"}, "average must be"),
        ({"bills": "some"}, "bills must be"),
    ],
)
def test_what_is_no_convention_is_refused(options, said):
    with pytest.raises(ArkitError, match=said):
        arkit.roll_rates(ledger(DOCUMENTS), as_of="2025-03-31", **options)


def test_a_forecast_by_hand():
    books = [
        document("1", "invoice", "2025-01-01", 100.0, "2025-02-20"),
        document("2", "invoice", "2025-03-01", 60.0, "2025-03-20"),
    ]
    gone = [applied("1", None, "2025-03-05", 30.0), applied("1", None, "2025-03-06", 70.0, "write_off")]
    given = {"as_of": "2025-03-31", "ahead": 1, "months": 1}
    row = arkit.roll_forecast(ledger(books, gone), **given, sales={"CNY": 5.0}).iloc[-1]
    assert row[["paid", "written_off", "sales", "not_due", "d1_30", "total"]].tolist() == [
        18.0,
        42.0,
        5.0,
        5.0,
        0.0,
        5.0,
    ]


def test_a_forecast_of_an_age_without_a_rate_says_why():
    rolled = arkit.roll_forecast(ledger(DOCUMENTS, APPLICATIONS), as_of="2025-02-28", ahead=1, months=1)
    assert rolled["total"].iloc[0] == 1600.0
    assert isnan(rolled["total"].iloc[1])  # at the end of January nothing was late
    assert "has no roll rate" in str(rolled.attrs["notes"][0]["reason"])


def test_a_forecast_moves_money_and_loses_none():
    held = arkit.sample()
    rolled = arkit.roll_forecast(held, as_of="2025-12-15", ahead=4, sales={"CNY": 1e6}).loc["CNY"]
    assert [str(date.date()) for date in rolled.index] == [
        "2025-12-15", "2026-01-15", "2026-02-15", "2026-03-15", "2026-04-15",
    ]  # fmt: skip
    left = rolled["total"].shift() + rolled["sales"] - rolled[["paid", "credited", "written_off", "other"]].sum(axis=1)
    assert rolled["total"].iloc[1:].tolist() == pytest.approx(left.iloc[1:].tolist())
    aged = arkit.aging(held, as_of="2025-12-15").loc["CNY"].drop(["unapplied", "total"])
    assert rolled.iloc[0][aged.index].tolist() == aged.tolist()


def test_without_a_word_there_are_no_new_sales():
    rolled = arkit.roll_forecast(arkit.sample(), as_of="2025-12-31")
    assert rolled.attrs["conventions"]["new_sales"] == "none"
    assert (rolled["sales"] == 0).all()
    with pytest.raises(ArkitError, match="sales go with no by="):
        arkit.roll_forecast(arkit.sample(), as_of="2025-12-31", by="region", sales={"CNY": nan})
