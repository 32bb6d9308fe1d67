"""The sections on causes: amounts tie to the diagnosis, hypotheses stay such, what is missing is said."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest

import arkit
from arkit.reporting.blocks import Chart
from arkit.reporting.mix import BEYOND
from arkit.reporting.page import Report
from tests.ledgers import day, document
from tests.reporting.test_sections import AS_OF, page, report, snapshot, usual, words

KEYS = ("causes", "causes_groups", "causes_items", "causes_actions")
ENGLISH = re.compile(r"\b[A-Za-z]{2,} [A-Za-z]{2,}\b")


@cache
def company(lang: str = "en", kind: str = "debt_causes", where: str = "", by: str = "") -> Report:
    return Report("", as_of=AS_OF, lang=lang, kind=kind, where=where, by=by)


def amounts(made: Report, code: str = "CNY") -> dict[str, float]:
    figures = made.section("causes").figures
    return {
        key.split(".")[2]: value
        for key, value in figures.items()
        if re.fullmatch(rf"causes\.{code}\.\w+\.amount", key) and ".own." not in key
    }


@pytest.mark.parametrize("code", ["CNY", "USD"])
def test_causes_add_up_to_what_is_overdue_to_the_cent(code):
    made = company()
    overdue = made.section("causes").figures[f"causes.{code}.overdue"]
    aged = arkit.aging(made.ledger, as_of=AS_OF).loc[code]
    assert round(sum(amounts(made, code).values()), 2) == overdue
    assert overdue == round(aged.drop(["not_due", "unapplied", "total"]).sum(), 2)


def test_amounts_are_those_of_the_diagnosis():
    totals = arkit.causes(company().ledger, as_of=AS_OF).totals.loc["CNY"]
    for cause, amount in amounts(company()).items():
        assert amount == totals.loc[cause, "amount"]


def test_levels_and_sources_add_up_too():
    figures = company().section("causes").figures
    overdue = figures["causes.CNY.overdue"]
    levels = [value for key, value in figures.items() if re.fullmatch(r"causes\.CNY\.level\.\w+\.amount", key)]
    sources = [value for key, value in figures.items() if key.startswith("causes.CNY.source.")]
    assert (round(sum(levels), 2), round(sum(sources), 2), len(sources)) == (overdue, overdue, 3)


def test_causes_stand_largest_first_and_not_known_last():
    table = next(block for block in company().section("causes").blocks if isinstance(block, Chart)).table
    order = re.findall(r'<th scope="row">([^<]+)</th>', table)
    assert order[0] == "Customer liquidity"
    assert order[-2:] == ["Not known", "Total"]
    known = [value for cause, value in amounts(company()).items() if cause != "unknown"]
    assert known == sorted(known, reverse=True)


def test_the_monthly_page_tells_the_largest_documents_and_our_homework():
    said = words(company(kind="monthly_diagnostic"), "causes")
    assert "The 5 largest overdue documents" in said
    assert "Our own homework" in said
    assert "SI00005249 is disputed since 2025-12-23" in said
    assert "The 5 largest overdue documents" not in words(company(), "causes")


def test_wilful_delay_is_worded_as_a_hypothesis_to_confirm():
    said = words(company(), "causes_items")
    assert "Wilful delay (to confirm)" in said
    assert "Hypothesis, for a person to confirm before anything is said or done" in said
    assert "100% sure" not in said


def test_a_filter_cuts_what_is_shown_and_the_parts_still_add_up():
    made = company(where="region=south")
    figures = made.section("causes").figures
    frame = made.selection.of(made.found("causes").frame)
    assert 0 < len(frame) < len(made.found("causes").frame)
    assert figures["causes.CNY.overdue"] == round(frame["overdue"].sum(), 2)
    assert round(sum(amounts(made).values()), 2) == figures["causes.CNY.overdue"]


def test_groups_default_to_a_column_that_shows_something_and_mark_chance():
    said, figures = words(company(), "causes_groups"), company().section("causes_groups").figures
    assert figures["causes_groups.by"] == "region"
    assert "more than chance" in said
    assert "may be chance" in said
    assert "rests on one customer" in said
    assert figures["causes_groups.CNY.south.credit.chance"] <= BEYOND


def test_groups_find_the_salesperson_who_does_not_follow_up():
    made = company(by="salesperson")
    assert "Fan Lei" in made.section("causes_groups").lead[0]
    assert "Our follow-up" in made.section("causes_groups").lead[0]


def test_group_amounts_add_up_to_the_causes():
    figures = company().section("causes_groups").figures
    for cause, amount in amounts(company()).items():
        held = [v for k, v in figures.items() if re.fullmatch(rf"causes_groups\.CNY\.\w+\.{cause}\.amount", k)]
        assert round(sum(held), 2) == amount


def test_actions_come_largest_first_and_leave_nothing_large_out():
    figures = company().section("causes_actions").figures
    values = [value for key, value in figures.items() if key.startswith("causes_actions.CNY.")]
    assert values == sorted(values, reverse=True)
    assert sum(values) > 0.95 * company().section("causes").figures["causes.CNY.overdue"]
    said = words(company(), "causes_actions")
    for what in ("For us:", "With the customer:", "In the contract:", "no legal advice"):
        assert what in said


def test_the_workbook_has_every_share_and_they_add_up():
    (shares,) = [sheet for sheet in company().section("causes_items").sheets if sheet.name == "Shares of causes"]
    found = company().found("causes").shares
    assert len(shares.frame) == len(found)
    assert shares.frame["amount"].sum() == pytest.approx(found["amount"].sum())


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("make", [usual, snapshot], ids=["full", "snapshot"])
@pytest.mark.parametrize("key", KEYS)
def test_sections_are_made_of_small_ledgers_and_snapshots(make, key, lang):
    section = make(lang=lang).section(key)
    assert section.key == key
    assert section.blocks or section.lead


def test_snapshot_says_what_is_missing_and_draws_no_empty_chart():
    said = words(snapshot(), "causes")
    assert "a snapshot of open items holds no paid invoices" in said
    assert "Missing:" in said
    items = [document("1", "invoice", "2025-09-10", 100.0, "2025-10-10")]
    bare = report(items, (), None, scope="snapshot", snapshot_on=day(AS_OF))
    assert "the cause is not known" in words(bare, "causes")
    assert not [block for block in bare.section("causes").blocks if isinstance(block, Chart)]
    assert "None of these documents has a known cause" in words(bare, "causes_items")


@pytest.mark.parametrize("key", KEYS)
def test_nothing_overdue_is_said_and_nothing_drawn(key):
    made = report([document("1", "invoice", "2025-12-10", 100.0, "2026-01-10")], ())
    section = made.section(key)
    assert "Nothing is overdue" in section.lead[0]
    assert section.blocks == ()


def test_ledger_text_is_escaped():
    for key in KEYS:
        assert "<script" not in page(usual(), key)
        for block in usual().section(key).blocks:
            if isinstance(block, Chart):
                assert "<script" not in json.dumps(block.figure.to_plotly_json())
    assert "&lt;script&gt;" in page(usual(), "causes_items")


@pytest.mark.parametrize("key", KEYS)
def test_chinese_pages_hold_no_english_but_ledger_text(key):
    said = words(company("zh"), key)
    people = set(map(str, company().ledger.table("documents")["salesperson"].dropna().unique()))
    for name in sorted(people, key=len, reverse=True):
        said = said.replace(name, "")
    assert ENGLISH.findall(said) == []
    assert "northeast" not in said


@pytest.mark.parametrize("key", KEYS)
def test_figures_do_not_depend_on_the_language(key):
    assert company().section(key).figures == company("zh").section(key).figures
