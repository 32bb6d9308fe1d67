"""What lapses, on the page: the claims and their days, what to obtain, and a sentence where nothing does."""

from __future__ import annotations

import pytest

import arkit
from arkit.reporting.lapsing import YEAR
from arkit.reporting.page import Report
from tests.ledgers import applied, day, document, ledger
from tests.reporting.test_sections import words

AS_OF = "2025-12-31"
EVIL = "<script>alert(1)</script>"
CUSTOMERS = [
    {"customer_id": "C1", "name": EVIL, "region": "east"},
    {"customer_id": "C2", "name": "Second", "region": "west"},
]
DOCUMENTS = [
    document("SOON", "invoice", "2022-12-01", 100.0, "2023-01-20"),
    document("NEXT", "invoice", "2022-12-01", 250.5, "2023-03-20", customer_id="C2"),
    document("GONE", "invoice", "2022-06-01", 70.0, "2022-08-31", customer_id="C2"),
    document("PAID", "invoice", "2022-06-01", 60.0, "2022-09-30"),
    document("TOLD", "invoice", "2022-12-01", 30.0, "2022-12-31"),
    document("LATER", "invoice", "2025-06-01", 900.0, "2025-07-31"),
    document("BARE", "invoice", "2022-01-01", 5.0, None, currency="USD"),
    document("P1", "payment", "2023-02-10", -20.0),
]
APPLICATIONS = [applied("PAID", "P1", "2023-02-10", 20.0)]
LOG = [
    {"customer_id": "C1", "document_id": "TOLD", "date": "2023-01-08", "kind": "letter", "outcome": "received"},
    {"customer_id": "C1", "document_id": "SOON", "date": "2025-12-01", "kind": "call", "outcome": "reached"},
]


def made(documents=DOCUMENTS, paid=APPLICATIONS, log=LOG, *, lang="en", **options) -> Report:
    scope = {name: options.pop(name) for name in ("scope", "snapshot_on") if name in options}
    books = ledger(documents, paid, customers=CUSTOMERS, activities=log or None, **scope)
    return Report(books, as_of=AS_OF, lang=lang, **options)


def test_amounts_are_those_of_the_measure_to_the_cent():
    report = made()
    totals = arkit.limitation(report.ledger, as_of=AS_OF).attrs["totals"]
    figures = report.section("contacts").figures
    for code, parts in totals.items():
        for status in ("lapses_soon", "lapsed", "undated"):
            assert figures[f"contacts.{code}.{status}.open"] == float(parts[status])
    assert figures["contacts.CNY.lapses_soon.claims"] == 4


def test_each_claim_stands_with_its_day_what_restarted_it_and_what_to_obtain():
    said = words(made(), "contacts")
    listed = said[said.index("The 5 claims that lapse") :]
    # the part payment of 10 February and the letter received on 8 January 2023 restarted two of them
    order = ["2026-01-08", "2026-01-20", "2026-02-10", "2026-03-20", "2025-08-31"]
    places = [listed.index(f"  {text}  ") for text in order]
    assert places == sorted(places)
    assert "demand received  2026-01-08" in listed
    assert "part payment  2026-02-10" in listed
    assert "due date  2026-01-20" in listed
    assert listed.count("proof at once, or else file suit") == 2
    assert listed.count("a proven demand or a signed promise") == 2
    assert listed.count("a signed promise to pay") == 1
    assert "Civil Code of China, art. 188" in listed


def test_a_customer_called_like_a_script_is_escaped():
    html = " ".join(getattr(block, "html", "") for block in made().section("contacts").blocks)
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_where_nothing_lapses_one_sentence_names_the_law_and_nothing_is_drawn():
    report = made([row for row in DOCUMENTS if row["document_id"] == "LATER"], ())
    said = words(report, "contacts")
    assert "No claim lapses within 90 days and none has lapsed" in said
    assert "Civil Code of China, art. 188 and 195); the first period ends on 31 July 2028." in said
    assert "What lapses" not in said
    assert "What to obtain" not in said


def test_where_nothing_is_open_nothing_is_said():
    paid = [document("1", "invoice", "2025-06-01", 20.0, "2025-07-01"), document("P1", "payment", "2025-08-01", -20.0)]
    report = made(paid, [applied("1", "P1", "2025-08-01", 20.0)], ())
    assert "lapse" not in words(report, "contacts")
    assert report.section("contacts").sheets == ()


def test_what_the_ledger_can_not_tell_and_another_law_are_said():
    items = [row for row in DOCUMENTS if row["kind"] == "invoice"]
    said = words(made(items, (), (), scope="snapshot", snapshot_on=day(AS_OF)), "contacts")
    assert "tells nothing of part payments, demands and promises: a period may end later" in said
    assert "tells nothing of" not in words(made(), "contacts")
    assert "The debtors are in DE" in words(made(country="DE"), "contacts")


def test_a_selection_cuts_the_claims():
    report = made(where="region=west", kind="collection_plan")
    figures = report.section("contacts").figures
    assert figures["contacts.CNY.lapses_soon.open"] == 250.5
    assert "SOON" not in words(report, "contacts")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_sheet_has_every_claim_of_which_something_is_to_be_done_within_a_year(lang):
    report = made(lang=lang)
    (sheet,) = report.section("contacts").sheets
    found = arkit.limitation(report.ledger, as_of=AS_OF)
    assert found.loc["LATER", "days_left"] > YEAR
    found = found.drop(index="LATER")
    assert sheet.frame["document_id"].tolist() == found.index.tolist()
    assert sheet.frame["lapses_on"].tolist() == found["lapses_on"].tolist()
    assert sheet.frame["open"].sum() == found["open"].sum()


def test_the_review_of_a_customer_has_the_days_of_all_its_claims():
    report = made(kind="customer_review", customer="C2")
    section, said = report.section("review_outlook"), words(report, "review_outlook")
    listed = said[said.index("Until when the 2 claims can be sued for") :]
    assert listed.index("GONE") < listed.index("NEXT")
    assert section.figures["review_outlook.CNY.lapses.GONE.days_left"] == -122
    assert section.figures["review_outlook.CNY.lapses.NEXT.days_left"] == 79
    (sheet,) = section.sheets
    days = dict(zip(sheet.frame["document_id"], sheet.frame["lapses_on"].dt.date.astype("str"), strict=True))
    assert days == {"GONE": "2025-08-31", "NEXT": "2026-03-20"}
