"""Limitation: the Civil Code's rules by hand, one each (on 200 ledgers in tests/proofs)."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from ledgers import ENGINES, applied, document, ledger
from random_ledgers import make, to_engine

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
