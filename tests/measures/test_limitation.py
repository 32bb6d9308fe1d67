"""Limitation: the Civil Code's rules by hand, one each, and a plain reference on random ledgers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import ENGINES, applied, document, ledger
from random_ledgers import Tables, make, to_engine, to_frames
from reference import CREDITS, Reference

import arkit

LATE = dt.date(2027, 2, 28)
KINDS = ("call", "letter", "acknowledgement", "promise", "legal", "statement", "hold")
OUTCOMES = (None, "sent", "reached", "signed", "received", "filed", "promised")
EVENTS = {
    "call": "demand", "letter": "demand", "acknowledgement": "acknowledgement", "statement": "acknowledgement",
    "promise": "promise", "legal": "suit",
}  # fmt: skip


def did(kind: str, date: str, outcome: str | None = None, number: str | None = "I1") -> dict:
    return {"customer_id": "C1", "document_id": number, "date": date, "kind": kind, "outcome": outcome}


def invoice(number: str = "I1", due: str | None = "2023-03-31", **more) -> dict:
    return document(number, "invoice", "2023-01-10", 1000, due, **more)


def told(*activities: dict, paid: tuple = (), documents: tuple = (), as_of: str = "2026-01-31", **how) -> pd.Series:
    books = ledger([invoice(), *documents], list(paid), activities=list(activities) or None)
    return arkit.limitation(books, as_of=as_of, **how).loc["I1"]


def ends(*activities: dict, **how) -> tuple[str, str]:
    found = told(*activities, **how)
    return str(found["lapses_on"].date()), found["event"]


def test_three_years_from_the_day_after_the_due_date() -> None:
    found = told()
    assert (str(found["lapses_on"].date()), found["days_left"], found["status"]) == ("2026-03-31", 59, "lapses_soon")
    assert pd.isna(found["last_interruption"])
    assert told(ahead_days=58)["status"] == "running"
    assert told(as_of="2026-03-31")["days_left"] == 0
    assert told(as_of="2026-04-01")[["days_left", "status"]].tolist() == [-1, "lapsed"]
    assert ends(years=6)[0] == "2029-03-31"


def test_of_29_february_the_28th() -> None:
    books = ledger([invoice(due="2024-02-29")])
    assert str(arkit.limitation(books, as_of="2026-01-31").loc["I1", "lapses_on"].date()) == "2027-02-28"


@pytest.mark.parametrize(
    ("kind", "outcome", "event"),
    [
        ("call", "reached", ""), ("call", None, ""), ("letter", "sent", ""), ("letter", "received", "demand"),
        ("message", "received", "demand"), ("promise", "promised", ""), ("promise", "signed", "promise"),
        ("plan", "signed", "promise"), ("acknowledgement", None, "acknowledgement"),
        ("acknowledgement", "sent", ""), ("acknowledgement", "signed", "acknowledgement"),
        ("statement", "sent", ""), ("statement", "signed", "acknowledgement"),
        ("legal", "sent", ""), ("legal", "filed", "suit"), ("hold", "received", ""), ("dispute_opened", "signed", ""),
    ],
)  # fmt: skip
def test_what_is_proven_restarts_it_and_nothing_else(kind, outcome, event) -> None:
    lapses = "2028-05-20" if event else "2026-03-31"
    assert ends(did(kind, "2025-05-20", outcome)) == (lapses, event)


def test_the_words_that_prove_can_be_the_users_own() -> None:
    assert ends(did("letter", "2025-05-20", "签收"), proven=("签收",)) == ("2028-05-20", "demand")


def test_an_event_by_the_due_date_or_after_the_date_changes_nothing() -> None:
    early, future = did("letter", "2023-03-31", "received"), did("letter", "2026-02-01", "received")
    assert ends(early, future) == ("2026-03-31", "")


def test_part_payment_restarts_it_from_the_day_of_the_payment_not_of_its_booking() -> None:
    payment = document("P1", "payment", "2024-06-10", -300)
    booked = applied("I1", "P1", "2024-07-01", 300)
    assert ends(paid=(booked,), documents=(payment,)) == ("2027-06-10", "payment")
    assert ends(paid=(booked, applied("I1", "P1", "2024-09-01", -300)), documents=(payment,)) == ("2026-03-31", "")
    assert ends(paid=(applied("I1", None, "2024-06-10", 300, "write_off"),)) == ("2026-03-31", "")


def test_what_is_taken_back_leaves_the_earlier_payment() -> None:
    rows = (("2024-01-10", 100), ("2024-06-10", 200), ("2024-08-01", -250))
    paid = tuple(applied("I1", None, date, amount) for date, amount in rows)
    assert ends(paid=paid) == ("2027-01-10", "payment")


def test_once_lapsed_only_the_debtors_own_word_renews_it() -> None:
    demand, suit = did("letter", "2026-05-01", "signed"), did("legal", "2026-05-01", "filed")
    assert ends(demand, suit, as_of="2026-12-31") == ("2026-03-31", "")
    assert ends(did("statement", "2026-05-01", "signed"), as_of="2026-12-31") == ("2026-03-31", "")
    signed = did("acknowledgement", "2026-05-01", "signed")
    assert ends(signed, as_of="2026-12-31") == ("2029-05-01", "acknowledgement")


def test_instalments_run_from_the_last_and_share_their_events() -> None:
    parts = [invoice("A", "2023-03-31", invoice_id="S"), invoice("B", "2023-09-30", invoice_id="S")]
    other = invoice("X", "2023-03-31", invoice_id=None)
    settled = applied("B", None, "2024-02-01", 1000)
    found = arkit.limitation(ledger([*parts, other]), as_of="2026-01-31")["lapses_on"].dt.date.astype("str")
    assert found.to_dict() == {"X": "2026-03-31", "A": "2026-09-30", "B": "2026-09-30"}
    found = arkit.limitation(ledger([*parts, other], [settled]), as_of="2026-01-31")["lapses_on"]
    assert found.dt.date.astype("str").to_dict() == {"X": "2026-03-31", "A": "2027-02-01"}


def test_what_names_no_document_holds_for_what_was_invoiced_by_then() -> None:
    later = document("I2", "invoice", "2025-06-01", 50, "2025-07-01")
    books = ledger([invoice(), later], activities=[did("statement", "2025-05-20", "signed", None)])
    assert arkit.limitation(books, as_of="2026-01-31")["event"].to_dict() == {"I1": "acknowledgement", "I2": ""}


def test_without_a_due_date_it_runs_from_the_first_proven_demand_or_is_not_known() -> None:
    books = ledger([invoice(due=None)])
    found = arkit.limitation(books, as_of="2026-01-31")
    assert found.loc["I1", "status"] == "undated"
    assert found[["lapses_on", "days_left"]].isna().all(axis=None)
    assert [(n["column"], n["where"]) for n in found.attrs["notes"]] == [("lapses_on", {"document_id": "I1"})]
    books = ledger([invoice(due=None)], activities=[did("letter", "2024-05-20", "received")])
    assert str(arkit.limitation(books, as_of="2026-01-31").loc["I1", "lapses_on"].date()) == "2027-05-20"


def test_credits_and_bills_are_no_claims_here() -> None:
    others = [document("P", "payment", "2023-05-01", -70), document("B", "bill", "2023-05-01", 70, "2023-08-01")]
    assert list(arkit.limitation(ledger([invoice(), *others]), as_of="2026-01-31").index) == ["I1"]


@pytest.mark.parametrize("how", [{"years": 0}, {"ahead_days": -1}])
def test_what_makes_no_sense_is_refused(how) -> None:
    with pytest.raises(arkit.ArkitError, match="years must be 1 or more"):
        told(**how)


def activities_of(tables: Tables, seed: int) -> list[dict]:
    """Draw a log of what was done about random documents and customers over four years."""
    random = Random(seed)
    return [
        {
            "customer_id": row["customer_id"],
            "document_id": row["document_id"] if random.random() < 0.8 else None,
            "date": dt.date(2024, 1, 1) + dt.timedelta(days=random.randint(0, 1500)),
            "kind": random.choice(KINDS),
            "outcome": random.choice(OUTCOMES),
        }
        for row in random.choices(tables.documents, k=60)
    ]


def frames_of(tables: Tables, log: list[dict]) -> dict:
    names = ["customer_id", "document_id", "date", "kind", "outcome"]
    log_frame = pd.DataFrame(log, columns=names)
    return {**to_frames(tables), "activities": log_frame.assign(date=pd.to_datetime(log_frame["date"]))}


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), years=st.integers(1, 3))
def test_it_is_what_a_plain_reading_of_the_rules_gives(seed, years) -> None:
    tables = make(seed)
    log = activities_of(tables, seed)
    found = arkit.limitation(arkit.Ledger(**frames_of(tables, log)), as_of=LATE, years=years)
    got = {
        number: (None if pd.isna(day) else day.date(), event)
        for number, day, event in zip(found.index, found["lapses_on"], found["event"], strict=True)
    }
    assert got == dict(_plainly(tables, log, years))
    open_now = defaultdict(Decimal)
    for item, left in Reference(*tables).open_items(LATE):
        if item["kind"] not in (*CREDITS, "bill") and left > 0:
            open_now[item["currency"]] += left
    for code, parts in found.attrs["totals"].items():
        assert sum(parts[name] for name in ("running", "lapses_soon", "lapsed", "undated")) == parts["total"]
        assert parts["total"] == open_now[code]


def _plainly(tables: Tables, log: list[dict], years: int):
    plain = Reference(*tables)
    for item, left in plain.open_items(LATE):
        if item["kind"] in (*CREDITS, "bill") or left <= 0:
            continue
        sale = item["kind"] in ("invoice", "debit_note")
        family = [d for d in plain.documents.values() if d is item or (
            sale and d["kind"] in ("invoice", "debit_note") and d["invoice_id"] == item["invoice_id"]
            and d["date"] <= LATE)]  # fmt: skip
        events = [(date, "payment", False) for d in family for date in _paid(plain, d)]
        for row in log:
            mine = any(row["document_id"] == d["document_id"] for d in family) if row["document_id"] else any(
                row["customer_id"] == d["customer_id"] and d["date"] <= row["date"] for d in family)  # fmt: skip
            proof = row["outcome"] in ("signed", "received", "filed")
            proof |= row["kind"] == "acknowledgement" and row["outcome"] is None
            if mine and proof and row["kind"] in EVENTS and row["date"] <= LATE:
                events.append((row["date"], EVENTS[row["kind"]], row["kind"] in ("acknowledgement", "promise")))
        base, what = max((d["due_date"] for d in family if d["due_date"]), default=None), ""
        for date, event, agreed in sorted(events):
            alive = base is not None and base < date <= _later(base, years)
            if base is None or alive or (date > base and agreed):
                base, what = date, event
        yield item["document_id"], (_later(base, years) if base else None, what)


def _paid(plain: Reference, document: dict):
    rows = [a for a in plain.applications if a["document_id"] == document["document_id"] and a["effective"] <= LATE]
    for row in rows:
        gone = any(
            b["amount"] < 0 and b["by_document_id"] == row["by_document_id"] and -b["amount"] == row["amount"]
            for b in rows
        )
        if row["kind"] in ("payment", "bill") and row["amount"] > 0 and not gone:
            yield plain.documents[row["by_document_id"]]["date"] if row["by_document_id"] else row["date"]


def _later(date: dt.date, years: int) -> dt.date:
    try:
        return date.replace(year=date.year + years)
    except ValueError:
        return dt.date(date.year + years, 2, 28)


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), day=st.integers(200, 1400))
def test_later_events_change_nothing(seed, day) -> None:
    limit = dt.date(2024, 1, 1) + dt.timedelta(days=day)
    tables = make(seed)
    log = activities_of(tables, seed)
    known = tables.until(limit)
    numbers = {row["document_id"] for row in known.documents} | {None}
    early = [row for row in log if row["date"] <= limit and row["document_id"] in numbers]
    books = [arkit.Ledger(**frames_of(tables, log)), arkit.Ledger(**frames_of(known, early))]
    pd.testing.assert_frame_equal(*(arkit.limitation(each, as_of=limit) for each in books))


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same(engine) -> None:
    tables = make(7)
    frames = [arkit.limitation(to_engine(tables, name), as_of=LATE) for name in ("pandas", engine)]
    pd.testing.assert_frame_equal(*frames)
    assert "payment" in set(frames[0]["event"])


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_reads_the_log_and_the_instalments(engine) -> None:
    parts = [invoice("A", "2023-03-31", invoice_id="S"), invoice("B", "2023-09-30", invoice_id="S")]
    log = [did("letter", "2025-05-20", "received", "B"), did("call", "2025-06-20", "reached", None)]
    books = ledger(parts, [applied("B", None, "2024-02-01", 1000)], activities=log, engine=engine)
    found = arkit.limitation(books, as_of="2026-01-31").loc["A"]
    assert (str(found["due_date"].date()), str(found["last_interruption"].date())) == ("2023-09-30", "2025-05-20")
    assert (found["event"], str(found["lapses_on"].date())) == ("demand", "2028-05-20")
