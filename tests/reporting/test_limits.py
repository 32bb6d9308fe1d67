"""Credit limits on the page: who is above, by how much and how long, and what is said where there are none."""

from __future__ import annotations

import pytest

import arkit
from arkit.reporting.blocks import Chart
from arkit.reporting.page import Report
from tests.ledgers import applied, day, document, ledger
from tests.reporting.test_sections import words

AS_OF = "2025-12-31"
EVIL = "<script>alert(1)</script>"
CUSTOMERS = [
    {"customer_id": "C1", "name": EVIL, "credit_limit": 800.0},
    {"customer_id": "C2", "name": "Second", "credit_limit": 500.0},
    {"customer_id": "C3", "name": "Third", "credit_limit": None},
]
DOCUMENTS = [
    document("1", "invoice", "2025-10-01", 600.0, "2025-10-31"),
    document("2", "invoice", "2025-12-22", 350.25, "2026-01-21"),
    document("3", "invoice", "2025-12-01", 100.0, "2025-12-31", customer_id="C2"),
    document("4", "invoice", "2025-12-01", 70.0, "2025-12-21", customer_id="C3"),
    document("5", "invoice", "2025-12-01", 40.0, "2026-01-31", customer_id="C3", currency="USD"),
    document("6", "invoice", "2025-09-01", 10.0, "2025-09-30"),
    document("P1", "payment", "2025-10-10", -10.0),
]
APPLICATIONS = [applied("6", "P1", "2025-10-10", 10.0)]


def made(customers=CUSTOMERS, *, lang="en", documents=DOCUMENTS, paid=APPLICATIONS, **options) -> Report:
    scope = {name: options.pop(name) for name in ("scope", "snapshot_on") if name in options}
    return Report(ledger(documents, paid, customers=customers, **scope), as_of=AS_OF, lang=lang, **options)


def numbered(*limits: float | None) -> list[dict]:
    return [{**row, "credit_limit": limit} for row, limit in zip(CUSTOMERS, limits, strict=True)]


def charts_of(report: Report) -> list[str]:
    return [
        block.caption.replace("\N{NO-BREAK SPACE}", " ")
        for block in report.section("who_owes").blocks
        if isinstance(block, Chart)
    ]


def test_who_is_above_the_limit_by_how_much_and_for_how_long():
    report = made()
    figures, said = report.section("who_owes").figures, words(report, "who_owes")
    # 600 and, from 22 December, 350.25 against 800: ten days, counting both
    assert figures["who_owes.CNY.limits.above"] == 150.25
    assert figures["who_owes.CNY.limits.headroom"] == 400
    assert figures["who_owes.CNY.limits.customer.C1.days_over_limit"] == 10
    assert "1 of 2 customers with a credit limit owes more than that: CNY 150.25 more." in said
    assert "The headroom of the others is CNY 400.00." in said
    assert "1 customer owes CNY 70.00 without a limit on file." in said
    assert "1 customer owes CNY 150.25 more than the credit limit" in charts_of(report)
    assert EVIL not in "".join(charts_of(report))


def test_it_is_what_credit_says():
    report = made(annual_rate=0.06)
    frame = arkit.credit(report.ledger, as_of=AS_OF, annual_rate=0.06)
    figures = report.section("who_owes").figures
    row = frame.loc[("CNY", "C1")]
    for name in ("limit", "exposure", "days_over_limit", "limit_by_record", "limit_by_capacity"):
        assert figures[f"who_owes.CNY.limits.customer.C1.{name}"] == pytest.approx(row[name], nan_ok=True)
    assert figures["who_owes.CNY.carrying_cost"] == pytest.approx(frame.loc["CNY"]["carrying_cost"].sum())


def test_late_money_has_a_cost_only_at_a_rate():
    # 600 since 31 October, 61 days, and 70 since 21 December, ten days, at 7.3 %
    report = made(annual_rate=0.073)
    assert report.section("who_owes").figures["who_owes.CNY.carrying_cost"] == pytest.approx(7.32 + 0.14)
    assert "has cost CNY 7.46 from each due date on, at 7.30% a year" in words(report, "who_owes")
    assert "carrying_cost" in report.section("who_owes").sheets[-1].frame
    assert "who_owes.USD.carrying_cost" not in report.section("who_owes").figures
    plain = made()
    assert "Carrying" not in words(plain, "who_owes")
    assert "carrying_cost" not in plain.section("who_owes").sheets[-1].frame


def test_all_within_their_limits_is_a_sentence_and_nothing_is_drawn():
    report = made(numbered(1000.0, 500.0, None))
    said = words(report, "who_owes")
    assert "All 2 customers with a credit limit are within it; their headroom is CNY 449.75." in said
    assert "Above the limit" not in said
    assert not [title for title in charts_of(report) if "credit limit" in title]


@pytest.mark.parametrize("customers", [numbered(None, None, None), [{"customer_id": "C1", "name": "First"}]])
def test_without_limits_one_sentence_says_so(customers):
    said = words(made(customers), "who_owes")
    assert said.count("The ledger holds no credit limits") == 1
    assert "headroom of" not in said
    assert "Credit limits" not in [sheet.name for sheet in made(customers).section("who_owes").sheets]


def test_a_snapshot_knows_who_is_above_but_not_for_how_long():
    items = [row for row in DOCUMENTS if row["document_id"] in "12345"]
    report = made(documents=items, paid=(), scope="snapshot", snapshot_on=day(AS_OF))
    said = words(report, "who_owes")
    assert "CNY 150.25 more" in said
    assert "Days above it" not in said
    assert "deliver only against payment" not in said


def test_the_sheet_has_all_customers_with_live_headroom():
    sheet = made().section("who_owes").sheets[-1]
    assert sheet.frame["customer_id"].tolist() == ["C1", "C2", "C3", "C3"]
    assert sheet.frame["headroom"].tolist()[:2] == [-150.25, 400]
    assert sheet.formulas["headroom"] == "{credit_limit}-{owed}"


def test_the_review_of_a_customer_says_for_how_long_and_at_what_cost():
    report = made(kind="customer_review", customer="C1", annual_rate=0.073)
    said = words(report, "review_outlook")
    assert "Above the limit for 10 days on end." in said
    assert "has cost CNY 7.32 from each due date on" in said
    assert report.section("review_outlook").figures["review_outlook.CNY.days_over_limit"] == 10
    within = words(made(kind="customer_review", customer="C2"), "review_outlook")
    assert "Above the limit" not in within
    assert "has cost" not in within
