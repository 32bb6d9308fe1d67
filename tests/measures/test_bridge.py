"""The DSO bridge by hand (that it adds up, and is the textbook's where that has the terms: tests/proofs)."""

from __future__ import annotations

import pandas as pd
import pytest
from ledgers import ENGINES
from random_ledgers import day, make, to_engine, to_pandas

import arkit
from arkit.measures.bridge import TERMS
from arkit.measures.results import SHORT_HISTORY, SNAPSHOT

DATE, BEFORE = day("2024-12-31"), day("2024-11-30")
LATE = ("terms", "lateness", "disputes", "unapplied", "write_offs")


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
