"""Cash, contacts and the collection plan: what they say, what they withhold and why, and that figures tie."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import arkit
from arkit.reporting import week
from arkit.reporting.blocks import Chart
from arkit.reporting.page import Report
from tests.reporting.collecting_firm import AS_OF, EVIL, KEYS, firm, page, report, settled, snapshot, words


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("make", [report, snapshot, settled])
def test_every_section_is_made_of_every_ledger_in_both_languages(make, key):
    english, chinese = (make(lang).section(key) for lang in ("en", "zh"))
    assert english.lead or english.blocks
    assert english.figures == pytest.approx(chinese.figures, nan_ok=True)
    assert all(name.startswith(f"{key}.") for name in english.figures)
    assert len(english.blocks) == len(chinese.blocks)


@pytest.mark.parametrize("key", KEYS)
def test_customers_called_like_a_script_are_escaped_and_charts_have_text_and_table(key):
    assert "<script>" not in page(report(), key)
    for block in report().section(key).blocks:
        if isinstance(block, Chart):
            assert block.alt
            assert block.caption
            assert "<table" in block.table
            assert EVIL not in str(block.figure.to_dict())


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("make", [report, snapshot, settled])
def test_chinese_pages_hold_no_english_but_the_ledgers(make, key):
    said = words(make("zh"), key)
    names = {*firm().table("customers")["owner"].dropna(), EVIL, "worklist.xlsx"}
    for name in names:
        said = said.replace(name, "")
    english = {word for word in re.findall(r"[A-Za-z]{3,}", said) if not word.isupper()}
    assert english == set()


# cash


def test_cash_equals_the_forecast_and_its_weeks_add_up_to_it():
    figures, found = report().section("cash").figures, arkit.forecast(firm(), as_of=AS_OF)
    for name in ("expected", "low", "high", "booked", "fresh"):
        assert figures[f"cash.CNY.{name}"] == pytest.approx(found.totals.loc["CNY", name])
    weeks = [figures[f"cash.CNY.week.{number}.expected"] for number in range(1, 14)]
    assert sum(weeks) == pytest.approx(figures["cash.CNY.expected"], abs=0.01)


def test_cash_says_its_record_beside_the_best_plain_forecast():
    figures, said = report().section("cash").figures, words(report(), "cash")
    rivals = [figures[f"cash.CNY.record.week.{name}"] for name in ("due_plus_delay", "last_weeks", "last_year")]
    text = report().text
    assert text.percent(figures["cash.CNY.record.week.error"], 0) in said
    assert text.percent(min(value for value in rivals if value == value), 0) in said
    assert text.percent(figures["cash.CNY.record.week.covered"], 0) in said


def test_cash_of_a_selection_has_no_range_and_adds_up_its_customers():
    cut = report(where="region=east")
    whole, part = report().section("cash").figures, cut.section("cash").figures
    assert 0 < part["cash.CNY.expected"] < whole["cash.CNY.expected"]
    assert "cash.CNY.low" not in part
    assert "ranges do not add up" in words(cut, "cash")
    (sheet,) = [sheet for sheet in cut.section("cash").sheets if sheet.name == "Cash by customer"]
    assert sheet.frame["expected"].sum() == pytest.approx(part["cash.CNY.expected"], abs=0.05)


def test_groups_add_up_to_the_cash_shown():
    by = report(by="region")
    customers = by.selection.of(by.found("forecast", weeks=13).customers.reset_index())
    rows = week.grouped(by, customers, ["expected"])
    assert rows["expected"].sum() == pytest.approx(by.section("cash").figures["cash.CNY.expected"], abs=0.05)
    assert "Cash to come by region" in words(by, "cash")


def test_cash_of_a_snapshot_says_what_is_missing_and_what_falls_due():
    figures, said = snapshot().section("cash").figures, words(snapshot(), "cash")
    assert "holds no receipts" in said
    assert "with its settlements" in said
    assert figures == {"cash.CNY.due_already": 1000.0, "cash.CNY.falling_due": 700.0}


# contacts


def test_contacts_are_those_of_the_work_list_in_its_order():
    found = arkit.worklist(firm(), as_of=AS_OF, capacity=40)
    chosen = found.frame[found.frame["selected"]]
    section = report().section("contacts")
    figures = section.figures
    assert figures["contacts.chosen"] == len(chosen)
    assert figures["contacts.CNY.expected"] == pytest.approx(chosen["expected"].sum())
    assert figures["contacts.CNY.own_tasks"] == pytest.approx(found.own_tasks["open"].sum())
    assert figures["contacts.resting"] == len(found.resting)
    first = found.frame.iloc[0]
    assert first["opening"].to("en") in words(report(), "contacts")
    assert f"{first['how'].to('en')} on {report().text.short_date(first['on'])}" in words(report(), "contacts")


def test_less_capacity_takes_fewer_contacts_and_says_of_how_many():
    little = Report(firm(), as_of=AS_OF, kind="collection_plan", capacity=3)
    figures = little.section("contacts").figures
    assert 0 < figures["contacts.chosen"] < figures["contacts.possible"]
    assert figures["contacts.effort"] <= 3
    assert f"of {figures['contacts.possible']} that can help" in words(little, "contacts")


def test_contacts_say_how_much_of_the_plan_of_the_month_was_met():
    frame = arkit.plan(firm(), as_of=AS_OF).frame.xs(pd.Timestamp("2024-12-01"), level="month")
    frame = frame[frame["planned"].notna()]
    rate = report().section("contacts").figures["contacts.CNY.plan.rate"]
    assert rate == pytest.approx(frame["collected"].sum() / frame["planned"].sum())
    monthly = Report(firm(), as_of=AS_OF)
    assert f"{monthly.text.percent(rate)} of the plan" in words(monthly, "contacts")
    assert "of the plan" not in words(report(), "contacts")  # which has a section of its own for it


def test_a_selection_that_no_target_is_set_for_shows_no_rate():
    cut = report(where="region=east")
    assert "contacts.CNY.plan.rate" not in cut.section("contacts").figures
    assert "Targets are set for people" in words(cut, "plan")


def test_a_selection_of_one_person_shows_that_persons_plan():
    frame = arkit.plan(firm(), as_of=AS_OF).frame
    owner = str(frame.index.get_level_values("owner")[0])
    cut = report(where=f"owner={owner}")
    collected = frame.xs(pd.Timestamp("2024-12-01"), level="month").loc[("CNY", owner), "collected"]
    assert cut.section("plan").figures["plan.CNY.2024-12-01.collected"] == pytest.approx(collected)
    assert "Targets are set for people" not in words(cut, "plan")


def test_nothing_open_means_nobody_to_contact():
    assert "nobody to contact" in words(settled(), "contacts")
    assert not settled().section("contacts").sheets
    assert not settled().section("contacts").files


def test_the_work_file_is_written_beside_the_report_and_reads_back(tmp_path):
    made = Report(firm(), as_of=AS_OF, kind="collection_plan", out=str(tmp_path))
    assert "worklist.xlsx" in words(made, "contacts")
    made.finish()
    assert (tmp_path / "worklist.xlsx").stat().st_size > 5000
    assert arkit.read_worklist(tmp_path / "worklist.xlsx").empty


# promises, plan, targets, evaluation


def test_promises_count_each_document_once_and_say_how_often_it_was_promised():
    made = arkit.plan(firm(), as_of=AS_OF).promises
    due = made[made["call_on"].notna()]
    rows = week.promises(report())
    assert rows["times"].sum() == len(due)
    assert not rows.duplicated(["customer_id", "document_id"]).any()
    assert report().section("promises").figures["promises.to_follow_up"] == len(rows)
    once = due.drop_duplicates(["customer_id", "document_id"])
    assert report().section("promises").figures["promises.CNY.open"] == pytest.approx(once["open"].sum())


def test_parts_of_the_gap_add_up_to_it():
    figures = report().section("plan").figures
    head = "plan.CNY.2024-12-01"
    parts = [value for key, value in figures.items() if key.startswith(f"{head}.gap.") and ".cause." not in key]
    assert len(parts) > 1
    assert sum(parts) == pytest.approx(figures[f"{head}.gap"], abs=0.01)
    assert figures[f"{head}.gap"] == pytest.approx(figures[f"{head}.collected"] - figures[f"{head}.planned"], abs=0.01)


def test_targets_by_owner_add_up_to_those_of_the_month():
    figures = report().section("targets").figures
    for month in ("2025-01-01", "2025-02-01", "2025-03-01"):
        head = f"targets.CNY.{month}"
        sources = [figures[f"{head}.{name}"] for name in ("from_overdue", "from_due", "from_early", "from_sales")]
        owners = [figures[f"{head}.{owner}"] for owner in firm().table("customers")["owner"].dropna().unique()]
        assert sum(sources) == pytest.approx(figures[f"{head}.amount"], abs=0.01)
        assert sum(owners) == pytest.approx(figures[f"{head}.amount"], abs=0.01)


def test_evaluation_of_customers_grades_everyone_with_enough_to_go_by():
    found = arkit.evaluate(firm(), as_of=AS_OF).customers
    figures = report().section("evaluation").figures
    graded = sum(figures[f"evaluation.CNY.grade.{grade}"] for grade in "ABCD")
    assert graded == found["grade"].notna().sum()


def test_without_a_plan_collections_stand_alone():
    said = words(settled(), "plan")
    assert "no targets on file" in said.lower()
    assert "Plan met" not in said


# the summary's sentences


def test_the_summary_speaks_with_the_figures_of_the_sections():
    summary, contacts = report().section("summary").figures, report().section("contacts").figures
    totals = arkit.causes(firm(), as_of=AS_OF).totals.loc["CNY"]
    assert summary["summary.CNY.contacts_this_week"] == contacts["contacts.chosen"]
    assert summary["summary.CNY.own_tasks"] == pytest.approx(contacts["contacts.CNY.own_tasks"])
    assert summary["summary.CNY.largest_cause_share"] == pytest.approx(totals["share"].max())
    assert report().text.percent(totals["share"].max(), 0) in words(report(), "summary")


def test_only_a_report_that_shows_the_warnings_says_how_good_they_were():
    assert "summary.CNY.warned" not in report().section("summary").figures
    monthly = Report(firm(), as_of=AS_OF)
    lead = monthly.found("backtest").lead
    first = lead[lead["days_before"] == lead["days_before"].max()]["watch_list"].iloc[0]
    assert monthly.section("summary").figures["summary.CNY.warned"] == first
    assert "had stood on the watch list" in words(monthly, "summary")
