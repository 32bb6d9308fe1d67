"""What a textbook says of the measures, on ledgers that hypothesis makes as awkward as it can."""

from __future__ import annotations

import datetime as dt
from math import isnan

import pandas as pd
import pytest
from every_event import dated_ledgers, ledgers
from hypothesis import given
from hypothesis import strategies as st
from random_ledgers import START, UNITS, Tables, day, to_pandas
from share import two_hundred

import arkit
from arkit import formulas

GROUPS = st.sampled_from([(), ("type",), ("region", "industry"), ("customer_id",)])
BILLS = st.sampled_from(["with", "without"])
WHATS = st.sampled_from(["uncollected", "collected", "credited", "written_off"])
SHARES = ["stays", "rolls", "improves", "paid", "credited", "written_off", "other"]
WINDOWS = st.sampled_from(
    [
        {"months": 9}, {"months": 6, "measure": "number"}, {"months": 6, "step": 3, "buckets": (10, 90)},
        {"months": 12, "buckets": "years", "basis": "document"}, {"months": 4, "basis": "document"},
    ]
)  # fmt: skip
LAST = day("2025-03-20")


@two_hundred
@given(dated_ledgers(), st.integers(1, 4), BILLS)
def test_average_days_delinquent_are_dso_less_the_best_possible(dated: tuple, months: int, bills: str):
    """What they are is the overdue, and credit not yet applied, in days of sales."""
    tables, date = dated
    ledger, how = to_pandas(tables), {"as_of": date, "months": months, "bills": bills}
    simple, best = (arkit.dso(ledger, method=method, **how) for method in ("simple", "best_possible"))
    aged = arkit.aging(ledger, as_of=date, bills=bills)
    for code, row in simple.iterrows():
        add = formulas.average_days_delinquent(row["dso"], best.loc[code, "dso"])
        late = aged.loc[code, "total"] - aged.loc[code, "not_due"]
        if isnan(row["dso"]):
            assert isnan(add)
        else:
            assert add == pytest.approx(late / row["credit_sales"] * row["days"], rel=1e-9, abs=1e-6)


@st.composite
def flat_sales(draw: st.DrawFn) -> tuple[Tables, int]:
    """Return a ledger that sells as much each month, of which some is paid, and how many months there are."""
    months, currency = draw(st.integers(1, 12)), draw(st.sampled_from(sorted(UNITS)))
    units = draw(st.integers(1, 10**9))
    documents, applications = [], []
    for month in range(months):
        date = (START + dt.timedelta(days=31 * month)).replace(day=draw(st.integers(1, 28)))
        documents.append(
            {"document_id": f"I{month}", "customer_id": "1", "kind": "invoice", "date": date, "due_date": None,
             "amount": units * UNITS[currency], "currency": currency}
        )  # fmt: skip
        paid = draw(st.integers(0, units))
        if paid:
            settled = {"document_id": f"I{month}", "by_document_id": None, "date": date, "kind": "payment"}
            applications.append({**settled, "amount": paid * UNITS[currency]})
    return Tables(documents, applications, []), months


@two_hundred
@given(flat_sales(), st.data(), st.sampled_from(["360", "365"]))
def test_with_flat_sales_count_back_is_simple_dso(flat: tuple, data: st.DataObject, days: str):
    """In months of equal length, and over any period: of actual days there are more in March than in February."""
    tables, months = flat
    last = max(row["date"] for row in tables.documents)
    how = {"as_of": (last + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1), "days": days}
    ledger = to_pandas(tables)
    countback = arkit.dso(ledger, method="countback", **how)["dso"].iloc[0]
    span = data.draw(st.integers(1, months))
    assert arkit.dso(ledger, method="simple", months=span, **how)["dso"].iloc[0] == pytest.approx(countback)


@two_hundred
@given(ledgers(), WINDOWS, GROUPS, BILLS, st.sampled_from(["weighted", "simple"]))
def test_roll_rate_rows_sum_to_1_or_are_not_defined(tables: Tables, window: dict, by: tuple, bills: str, average: str):
    rates = arkit.roll_rates(to_pandas(tables), as_of=LAST, by=by, bills=bills, average=average, **window)
    to = [name for name in rates.columns if name.startswith("to_")]
    known = rates[rates["paid"].notna()]
    assert known[SHARES].sum(axis=1).tolist() == pytest.approx([1] * len(known), abs=1e-9)
    assert known[to].sum(axis=1).tolist() == pytest.approx((known["stays"] + known["rolls"]).tolist(), abs=1e-9)
    assert rates.loc[rates["paid"].isna(), SHARES + to].isna().all(axis=None)


@two_hundred
@given(dated_ledgers(), st.integers(1, 60), st.integers(1, 3), GROUPS, BILLS)
def test_bridge_terms_sum_to_the_change_to_the_cent(dated: tuple, days: int, months: int, by: tuple, bills: str):
    tables, date = dated
    ledger, since = to_pandas(tables), date - dt.timedelta(days=days)
    frame = arkit.dso_bridge(ledger, as_of=date, since=since, months=months, by=by, bills=bills)
    ends = [("start", since), ("end", date)]
    whole = {name: arkit.dso(ledger, as_of=at, method="simple", months=months, bills=bills) for name, at in ends}
    for code, rows in frame.groupby(level="currency"):
        if rows["start"].isna().any():
            assert rows.isna().all(axis=None)
            continue
        for name, table in whole.items():
            a_cent = 0.01 / (table.loc[code, "credit_sales"] / table.loc[code, "days"])  # in days of sales
            assert rows[name].sum() == pytest.approx(table.loc[code, "dso"], abs=a_cent / 2, rel=0)
        moved = rows.drop(columns=["start", "end"]).sum(axis=1)
        for total, change in zip(moved, rows["end"] - rows["start"], strict=True):
            assert total == pytest.approx(change, abs=a_cent / 2, rel=0)


@two_hundred
@given(dated_ledgers(), st.lists(st.floats(0, 1), min_size=3, max_size=3), st.integers(0, 2), st.floats(0, 1), GROUPS)
def test_the_allowance_never_falls_when_a_rate_rises(dated: tuple, rates: list, place: int, more: float, by: tuple):
    tables, date = dated
    ledger, higher = to_pandas(tables), [max(rate, more) if at == place else rate for at, rate in enumerate(rates)]
    low, high = (
        arkit.provision(ledger, as_of=date, method="aging", buckets=(30,), rates=some, by=by).matrix["allowance"]
        for some in (rates, higher)
    )
    assert low.index.equals(high.index)
    assert (low <= high).all()


@two_hundred
@given(ledgers(), WHATS, GROUPS)
def test_shares_of_a_vintage_stay_when_all_sales_double(tables: Tables, what: str, by: tuple):
    once, doubled = (arkit.vintages(to_pandas(each), as_of=LAST, what=what, by=by) for each in (tables, twice(tables)))
    pd.testing.assert_frame_equal(once.drop(columns="invoiced"), doubled.drop(columns="invoiced"), rtol=1e-12)
    assert doubled["invoiced"].tolist() == pytest.approx((2 * once["invoiced"]).tolist())


def twice(tables: Tables) -> Tables:
    """Return the ledger with every amount doubled."""

    def double(row: dict) -> dict:
        money = {name: row[name] and 2 * row[name] for name in ("amount", "tax") if name in row}
        return row | money

    return Tables(*(list(map(double, rows)) for rows in tables))
