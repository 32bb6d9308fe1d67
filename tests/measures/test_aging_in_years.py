"""Ageing by years: by anniversary, and by the accounting periods that a claim was carried across."""

from __future__ import annotations

import pandas as pd
import pytest
from ledgers import ENGINES
from random_ledgers import make, to_engine

import arkit
from arkit.buckets import Buckets
from arkit.text import Text

YEARS = {"buckets": (1, 2, 3), "unit": "years"}


def bucket(age_from: str, as_of: str, **how) -> str:
    invoice = {
        "document_id": "1", "customer_id": "C", "kind": "invoice", "date": age_from, "due_date": age_from,
        "amount": 7.0, "currency": "CNY",
    }  # fmt: skip
    row = arkit.aging(arkit.Ledger(pd.DataFrame([invoice])), as_of=as_of, **how).loc["CNY"].drop("total")
    return str(row[row != 0].index[0])


@pytest.mark.parametrize(
    ("age_from", "as_of", "name"),
    [
        ("2025-06-30", "2025-06-30", "not_due"),
        ("2025-06-29", "2025-06-30", "y0_1"),
        ("2024-06-30", "2025-06-30", "y0_1"),  # a year to the day is within it
        ("2024-06-29", "2025-06-30", "y1_2"),
        ("2022-06-30", "2025-06-30", "y2_3"),
        ("2022-06-29", "2025-06-30", "over_3y"),
        ("2023-02-28", "2024-02-29", "y1_2"),  # from a leap day: the 28th is over a year ago
        ("2023-03-01", "2024-02-29", "y0_1"),
        ("2024-02-29", "2025-02-28", "y0_1"),
    ],
)
def test_by_anniversary(age_from, as_of, name) -> None:
    assert bucket(age_from, as_of, **YEARS) == name


@pytest.mark.parametrize(
    ("age_from", "as_of", "start", "name"),
    [
        ("2025-01-01", "2025-12-31", 1, "y0_1"),
        ("2024-12-31", "2025-01-01", 1, "y1_2"),  # two days old, and carried across one year's end
        ("2023-12-31", "2025-01-01", 1, "y2_3"),
        ("2022-12-31", "2025-01-01", 1, "over_3y"),
        ("2025-03-31", "2026-03-31", 4, "y1_2"),
        ("2025-04-01", "2026-03-31", 4, "y0_1"),
    ],
)
def test_by_accounting_periods(age_from, as_of, start, name) -> None:
    assert bucket(age_from, as_of, buckets=(1, 2, 3), unit="fiscal_years", year_start=start) == name


def test_a_document_of_today_is_in_its_first_year() -> None:
    assert bucket("2025-06-30", "2025-06-30", basis="document", **YEARS) == "y0_1"


def test_the_words_and_the_conventions() -> None:
    rules = Buckets((1, 2, 3, 5), unit="fiscal_years", year_start=4)
    names = [name for name in rules.names if name not in ("not_due", "unapplied")]
    assert [Text("en").label(n) for n in names] == [
        "Within 1 year",
        "1–2 years",
        "2–3 years",
        "3–5 years",
        "Over 5 years",
    ]
    frame = arkit.aging(arkit.sample(), as_of="2025-12-31", **YEARS)
    assert frame.attrs["conventions"]["unit"] == "years"


@pytest.mark.parametrize("unit", ["years", "fiscal_years"])
def test_years_have_limits_in_years_unless_others_are_given(unit) -> None:
    ledger = arkit.sample()
    names = arkit.aging(ledger, as_of="2025-12-31", unit=unit).columns
    assert list(names) == ["not_due", "y0_1", "y1_2", "y2_3", "over_3y", "unapplied", "total"]
    assert list(arkit.aging_history(ledger, as_of="2025-12-31", months=2, unit=unit).columns) == list(names)
    assert not ledger.trace(as_of="2025-12-31", column="y0_1", unit=unit).empty


@pytest.mark.parametrize(
    "how", [{"unit": "weeks"}, {"unit": "years", "buckets": (2, 1)}, {"unit": "fiscal_years", "year_start": 13}]
)
def test_what_is_no_convention_is_refused(how) -> None:
    with pytest.raises(arkit.ArkitError):
        arkit.aging(arkit.sample(), as_of="2025-12-31", **how)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same(engine) -> None:
    tables = make(7)
    frames = [
        arkit.aging(to_engine(tables, name), as_of="2026-02-28", by="type", **YEARS) for name in ("pandas", engine)
    ]
    pd.testing.assert_frame_equal(*frames)
