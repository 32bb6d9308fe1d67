"""Working days: public holidays are no call days, and a year that is only estimated is said to be."""

import numpy as np
import pandas as pd
import pytest

from arkit import plan, worklist
from arkit.collecting.workdays import Workdays
from tests.ledgers import document, ledger


def after(country, day, number=1):
    return str(Workdays(country).offset(np.datetime64(day), number))


@pytest.mark.parametrize(
    ("country", "day", "next_one"),
    [
        ("CN", "2025-12-31", "2026-01-05"),  # New Year, a day off in exchange, a weekend
        ("CN", "2026-02-13", "2026-02-24"),  # Spring Festival
        ("CN", "2025-10-11", "2025-10-13"),  # a Saturday worked in exchange counts as a day off
        ("DE", "2025-12-24", "2025-12-29"),
        ("IL", "2026-06-10", "2026-06-11"),  # Thursday; the weekend is Friday and Saturday
        ("IL", "2026-06-11", "2026-06-14"),
        ("HK", "2026-06-12", "2026-06-15"),  # Saturday is a working day there, but not one for calls
    ],
)
def test_the_next_working_day_is_no_holiday(country, day, next_one):
    assert after(country, day) == next_one


def test_a_country_that_is_not_known_has_weekends_and_a_note():
    assert after("XX", "2025-12-31") == "2026-01-01"
    (note,) = Workdays("XX").notes([pd.Timestamp("2026-01-01")])
    assert "only weekends" in note


@pytest.mark.parametrize(
    ("country", "day", "said"),
    [
        ("CN", "2026-05-06", False),
        ("CN", "2090-01-04", True),  # decreed each autumn for the next year
        ("AE", "2090-01-04", True),  # hung on the moon
        ("DE", "2090-01-04", False),  # laid down once and for all
    ],
)
def test_a_year_that_is_only_estimated_is_said_to_be(country, day, said):
    notes = Workdays(country).notes([pd.Timestamp(day), pd.NaT])
    assert [day[:4] in note for note in notes] == [True] * said


def test_nothing_to_say_without_days():
    assert Workdays("CN").notes([]) == ()


def test_no_contact_and_no_follow_up_falls_on_a_public_holiday():
    items = [document(str(n), "invoice", "2025-10-01", 9000.0 + n, "2025-11-15", customer_id=f"C{n}") for n in range(8)]
    promised = {
        "customer_id": "C1",
        "document_id": "1",
        "date": "2025-12-20",
        "kind": "promise",
        "due_on": "2025-12-31",
    }
    made = ledger(items, (), activities=[promised])
    frame = worklist(made, as_of="2025-12-31", capacity=8).frame
    assert frame["on"].dropna().dt.date.astype(str).min() == "2026-01-05"
    assert plan(made, as_of="2025-12-31").promises["call_on"].dt.date.astype(str).tolist() == ["2026-01-05"]
    assert worklist(made, as_of="2025-12-31", capacity=8, country="US").frame["on"].min() == pd.Timestamp("2026-01-02")
