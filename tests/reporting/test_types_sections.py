"""The sections on customer types: amounts tie to the ageing, changes and stability to the diagnosis."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest

import arkit
from arkit.reporting.blocks import Chart
from arkit.reporting.page import Report
from tests.ledgers import document
from tests.reporting.test_sections import AS_OF, page, report, snapshot, usual, words

KEYS = ("types", "types_customers", "types_stability", "types_actions")
ENGLISH = re.compile(r"\b[A-Za-z]{2,} [A-Za-z]{2,}\b")


@cache
def company(lang: str = "en", kind: str = "customer_types", where: str = "", by: str = "") -> Report:
    return Report("", as_of=AS_OF, lang=lang, kind=kind, where=where, by=by)


def added(figures: dict, part: str, column: str, code: str = "CNY") -> float:
    pattern = re.compile(rf"types\.{code}\.{part}\.[^.]+\.{column}")
    return round(sum(value for key, value in figures.items() if pattern.fullmatch(key)), 2)


@pytest.mark.parametrize("code", ["CNY", "USD"])
@pytest.mark.parametrize("part", ["behaviour", "trade"])
def test_types_add_up_to_the_position_to_the_cent(code, part):
    figures = company().section("types").figures
    aged = arkit.aging(company().ledger, as_of=AS_OF).loc[code]
    for column in ("not_due", "unapplied", "total"):
        assert added(figures, part, column, code) == aged[column]
    assert added(figures, part, "overdue", code) == round(aged.drop(["not_due", "unapplied", "total"]).sum(), 2)


def test_amounts_are_those_of_the_diagnosis():
    mix = arkit.customer_types(company().ledger, as_of=AS_OF).mix.loc["CNY"]
    figures = company().section("types").figures
    for kind, row in mix.iterrows():
        assert figures[f"types.CNY.behaviour.{kind}.overdue"] == pytest.approx(row["overdue"], abs=0.005)
        assert figures[f"types.CNY.behaviour.{kind}.customers"] == row["customers"]


def test_a_filter_cuts_customers_and_the_parts_still_add_up():
    made = company(where="region=east")
    aged = arkit.aging(made.ledger, as_of=AS_OF, by="region").loc[("CNY", "east")]
    assert added(made.section("types").figures, "behaviour", "total") == aged["total"]


def test_a_column_asked_for_takes_the_place_of_the_trade_type():
    assert "by region" in words(company(by="region"), "types")
    assert "by trade type" in words(company(), "types")


def test_the_lead_names_the_type_with_most_overdue():
    figures = company().section("types").figures
    overdue = {
        k.split(".")[3]: v for k, v in figures.items() if re.fullmatch(r"types\.CNY\.behaviour\.\w+\.overdue", k)
    }
    assert max(overdue, key=overdue.get) == "irregular"
    assert "“irregular”" in company().section("types").lead[0]


def test_changes_are_those_of_customers_judged_at_both_dates():
    frame = company().found("customer_types").frame
    none = ("", "too_new", "unknown")
    judged = frame[~frame["behaviour"].isin(none) & ~frame["behaviour_3"].isin(none)]
    number = int((judged["behaviour"] != judged["behaviour_3"]).sum())
    (sheet,) = [sheet for sheet in company().section("types").sheets if sheet.name == "Types changed"]
    assert len(sheet.frame) == number
    assert f"{number} customers pay otherwise" in company().section("types").lead[1]


def test_stability_is_that_of_the_diagnosis():
    table, figures = company().found("customer_types").stability, company().section("types_stability").figures
    for kind in ("prompt", "irregular", "slowing"):
        assert figures[f"types_stability.{kind}.same_3"] == table.loc[kind, "same_3"]
        assert figures[f"types_stability.{kind}.judged_6"] == table.loc[kind, "judged_6"]
    assert "(50%)" in words(company(), "types_stability")


def test_the_monthly_page_gives_the_approach_and_the_notebook_leaves_it_to_its_own_section():
    assert "The approach that suits each" in words(company(kind="monthly_diagnostic"), "types")
    assert "The approach that suits each" not in words(company(), "types")
    said = words(company(), "types_actions")
    for what in ("Approach:", "To avoid:", "Terms:", "To mind:"):
        assert what in said


def test_every_customer_stands_in_the_workbook_with_its_rule():
    (sheet,) = company().section("types_customers").sheets
    frame = company().found("customer_types").frame
    assert set(frame["customer_id"]) <= set(sheet.frame["customer_id"])
    assert (sheet.frame["held_because"] != "").all()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("make", [usual, snapshot], ids=["full", "snapshot"])
@pytest.mark.parametrize("key", KEYS)
def test_sections_are_made_of_small_ledgers_and_snapshots(make, key, lang):
    section = make(lang=lang).section(key)
    assert section.key == key
    assert section.blocks or section.lead


def test_snapshot_says_that_conduct_can_not_be_told_and_draws_nothing():
    made = snapshot()
    for key in ("types", "types_customers", "types_actions"):
        assert "How customers pay can not be told from this ledger" in words(made, key)
    assert "Whether types last can not be told" in words(made, "types_stability")
    charts = [block for key in KEYS for block in made.section(key).blocks if isinstance(block, Chart)]
    assert charts == []


def test_nobody_who_trades_is_said():
    made = report([document("1", "invoice", "2020-12-10", 100.0, "2021-01-10")], (), as_of="2020-01-01")
    assert "No customer owes anything" in made.section("types").lead[0]


def test_ledger_text_is_escaped():
    for key in KEYS:
        assert "<script" not in page(usual(), key)
        for block in usual().section(key).blocks:
            if isinstance(block, Chart):
                assert "<script" not in json.dumps(block.figure.to_plotly_json())
    assert "&lt;script&gt;" in page(usual(), "types_customers")


@pytest.mark.parametrize("key", KEYS)
def test_chinese_pages_hold_no_english_but_ledger_text(key):
    assert ENGLISH.findall(words(company("zh"), key)) == []


@pytest.mark.parametrize("key", KEYS)
def test_figures_do_not_depend_on_the_language(key):
    assert company().section(key).figures == company("zh").section(key).figures
