"""The DSO bridge: it ends where DSO stands, adds up exactly, and is the textbook's where that has the terms."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cache
from math import isnan

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import ENGINES
from random_ledgers import day, make, to_engine, to_pandas
from reference import SALES, Reference

import arkit
from arkit import formulas
from arkit.measures.bridge import TERMS
from arkit.measures.results import SHORT_HISTORY, SNAPSHOT

DATE, BEFORE = day("2024-12-31"), day("2024-11-30")
LATE = ("terms", "lateness", "disputes", "unapplied", "write_offs")


@cache
def books(seed: int) -> arkit.Ledger:
    return to_pandas(make(seed))


@settings(max_examples=20)
@given(by=st.sampled_from([(), ("type",), ("region", "industry")]), seed=st.integers(0, 10_000))
def test_it_starts_and_ends_at_dso_and_its_terms_add_up_to_the_cent(by, seed):
    ledger = books(seed)
    frame = arkit.dso_bridge(ledger, as_of=DATE, by=by)
    sales = {}
    for date, column in ((BEFORE, "start"), (DATE, "end")):
        whole = arkit.dso(ledger, as_of=date, method="simple")
        sales = whole["credit_sales"] / whole["days"]
        total = frame[column].groupby(level="currency").sum(min_count=1)
        for code, value in total.dropna().items():
            assert value == pytest.approx(whole.loc[code, "dso"], abs=1e-9)
    moved = frame.drop(columns=["start", "end"]).sum(axis=1, skipna=False) - (frame["end"] - frame["start"])
    for key, off in moved.dropna().items():
        code = key if isinstance(key, str) else key[0]
        assert abs(off) * abs(sales[code]) < 0.005  # in money: not a cent


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_without_segments_it_is_the_bridge_of_the_textbook(seed):
    tables = make(seed)
    frame = arkit.dso_bridge(books(seed), as_of=DATE)
    for code, row in frame.iterrows():
        if isnan(row["start"]):
            continue
        before, after = (_by_month(Reference(*tables), code, date) for date in (BEFORE, DATE))
        book = formulas.dso_sales_bridge(
            before[0], before[1], (BEFORE - day("2024-08-31")).days, after[0], after[1],
            (DATE - day("2024-09-30")).days, older0=before[2], older1=after[2],
        )  # fmt: skip
        assert row["calendar"] == pytest.approx(book.terms["calendar"], abs=1e-6)
        assert row["sales"] == pytest.approx(book.terms["sales"], abs=1e-6)
        assert row["mix"] == 0
        assert sum(row[name] for name in LATE) == pytest.approx(
            book.terms["collection"] + book.terms["older"], abs=1e-6
        )


def _by_month(reference: Reference, code: str, date: dt.date) -> tuple[list[float], list[float], float]:
    """Return sales and what is open of the three months up to a date, latest first, and what is open beside them."""
    sold, left, beside = defaultdict(float), defaultdict(float), 0.0
    for number, document in reference.documents.items():
        if document["currency"] != code or document["date"] > date:
            continue
        back = (date.year - document["date"].year) * 12 + date.month - document["date"].month
        still = document["amount"] + sum(moved for when, moved in reference.moves[number] if when <= date)
        if document["kind"] in SALES and back < 3:
            sold[back] += float(document["amount"])
            left[back] += float(still)
        else:
            beside += float(still)
    return [sold[back] for back in range(3)], [left[back] for back in range(3)], beside


def invoice(number: str, date: str, due: str) -> dict:
    return {
        "document_id": number, "customer_id": "C1", "kind": "invoice", "date": date, "due_date": due, "amount": 900.0,
        "currency": "EUR",
    }  # fmt: skip


INVOICES = [
    invoice("I1", "2024-01-10", "2024-02-09"), invoice("I2", "2024-02-10", "2024-03-11"),
    invoice("I3", "2024-03-10", "2024-04-09"), invoice("I4", "2024-04-10", "2024-05-10"),
]  # fmt: skip
SETTLED = [
    {"document_id": "I1", "by_document_id": None, "date": "2024-02-09", "amount": 900.0, "kind": "payment"},
    {"document_id": "I2", "by_document_id": None, "date": "2024-04-20", "amount": 400.0, "kind": "write_off"},
]
OPENED = {"customer_id": "C1", "document_id": "I3", "date": "2024-04-15", "kind": "dispute_opened"}
CLOSED = {**OPENED, "date": "2024-04-25", "kind": "dispute_closed"}


@pytest.mark.parametrize(
    ("log", "lateness", "disputes"),
    [
        ([], 30, 0),  # 500 of February and 900 of March are overdue, 900 were; the 400 would be still
        ([OPENED], 0, 30),  # the 900 of March are under dispute
        ([OPENED, CLOSED], 30, 0),
    ],
)
def test_worked_by_hand(log, lateness, disputes):
    ledger = arkit.Ledger(pd.DataFrame(INVOICES), pd.DataFrame(SETTLED), activities=pd.DataFrame(log) if log else None)
    row = arkit.dso_bridge(ledger, as_of="2024-04-30").loc["EUR"]
    assert row.to_dict() == pytest.approx(
        {
            "start": 1800 / 2700 * 91, "calendar": -1800 / 2700, "sales": 0, "mix": 0, "terms": 0, "lateness": lateness,
            "disputes": disputes, "unapplied": 0, "write_offs": -90 * 400 / 2700, "end": 2300 / 2700 * 90,
        }
    )  # fmt: skip


def test_a_segment_that_comes_is_mix():
    rows = [{**row, "region": "south" if row["document_id"] == "I4" else "north"} for row in INVOICES]
    frame = arkit.dso_bridge(arkit.Ledger(pd.DataFrame(rows)), as_of="2024-04-30", by="region")
    south = frame.loc[("EUR", "south")]
    assert (south["start"], south["end"], south["mix"]) == pytest.approx((0, 30, 30))


def test_a_snapshot_and_a_short_history_say_why():
    ledger = arkit.Ledger(pd.DataFrame(INVOICES), scope="snapshot", snapshot_on=day("2024-04-30"))
    assert arkit.dso_bridge(ledger, as_of="2024-04-30").attrs["notes"][0]["reason"] == SNAPSHOT
    frame = arkit.dso_bridge(arkit.Ledger(pd.DataFrame(INVOICES)), as_of="2024-03-31")
    assert frame["start"].isna().all()
    assert frame.attrs["notes"][0]["reason"] == SHORT_HISTORY


def test_a_currency_that_begins_later_is_bridged_where_its_dso_is_defined():
    young = [{**invoice("U1", "2024-03-20", "2024-04-19"), "currency": "USD"},
             {**invoice("U2", "2024-04-20", "2024-05-20"), "currency": "USD"}]  # fmt: skip
    ledger = arkit.Ledger(pd.DataFrame([*INVOICES, *young]))
    row = arkit.dso_bridge(ledger, as_of="2024-04-30").loc["USD"]
    ends = [arkit.dso(ledger, as_of=as_of, method="simple").loc["USD", "dso"] for as_of in ("2024-03-31", "2024-04-30")]
    assert row[["start", "end"]].tolist() == pytest.approx(ends) == [91, 90]
    # March's sales are now a month old, an age of which there were none: a pattern of sales, not lateness
    assert row.drop(["start", "end"]).to_dict() == pytest.approx(dict.fromkeys(TERMS, 0) | {"calendar": -1}, abs=1e-9)


def test_the_dates_must_be_in_order():
    with pytest.raises(arkit.ArkitError, match="since must be before as_of"):
        arkit.dso_bridge(arkit.Ledger(pd.DataFrame(INVOICES)), as_of="2024-03-31", since="2024-03-31")


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same(engine):
    tables = make(7)
    frames = [arkit.dso_bridge(to_engine(tables, name), as_of=DATE, by="type") for name in ("pandas", engine)]
    assert frames[0].equals(frames[1])


def test_nothing_later_changes_it():
    tables = make(3)
    early = arkit.dso_bridge(to_pandas(tables.until(DATE)), as_of=DATE, by="type")
    late = arkit.dso_bridge(to_pandas(tables), as_of=DATE, by="type")
    assert late.loc[early.index].equals(early)
