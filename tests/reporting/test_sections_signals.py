"""Who will be late: the page ties to the diagnosis, is honest about its record, and says what it can not know."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

import arkit
from arkit.reporting.blocks import Chart, Html
from arkit.reporting.page import Report
from arkit.reporting.sections.signals_fired import grouped
from arkit.reporting.watch import Watch
from tests.ledgers import ledger
from tests.reporting.risk_firm import ABROAD, ACTIVITIES, AS_OF, BAD, GOOD, firm, report, snapshot, trade

KEYS = ("signals", "signals_fired", "signals_record", "signals_actions")
REVIEW = ("review_file", "review_history", "review_outlook", "review_talk")


def words(made: Report, key: str) -> str:
    section = made.section(key)
    shown = [block.html if isinstance(block, Html) else block.table + block.caption for block in section.blocks]
    text = " ".join([section.title, *section.lead, *shown])
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", text)))


def test_the_watch_list_ties_to_the_signals_and_to_ageing():
    found, figures = arkit.risk_signals(firm(), as_of=AS_OF), report().section("signals").figures
    aged = arkit.aging(firm(), as_of=AS_OF)
    late = [column for column in aged.columns if column not in {"not_due", "unapplied", "total"}]
    for code in ("CNY", "USD"):
        assert figures[f"signals.{code}.overdue"] == pytest.approx(aged.loc[code, late].sum(), abs=1e-9)
    listed = found.frame[found.frame["change"].isin(["new", "worsened", "eased", "same"])]
    assert BAD in set(listed["customer_id"])
    own = found.frame.set_index("customer_id").loc[BAD]
    assert figures[f"signals.customer.{BAD}.score"] == own["score"]
    assert sum(figures[f"signals.level.{key}"] for key in found.levels["level"]) == (found.frame["level"] != "").sum()


def test_a_customer_on_the_list_stands_with_his_evidence_level_and_overdue_amount():
    said = words(report(), "signals")
    assert "<script>alert(1)</script>" in said
    assert "more than 90 days overdue" in said
    money = Watch.of(report()).money.loc[("CNY", BAD)]
    assert report().text.amount(money["overdue"], "CNY") in said


def test_the_record_is_printed_beside_the_plain_lists():
    said, found = words(report(), "signals"), arkit.backtest(firm(), as_of=AS_OF)
    assert str(found.sentences[0]).removeprefix("of ") in said
    row = found.lead[found.lead["days_before"] == 91].iloc[0]
    figures = report().section("signals").figures
    for name in ("watch_list", "oldest", "late_rate"):
        assert figures[f"signals.record.CNY.91.{name}"] == row[name]
    better = row["watch_list"] > max(row["oldest"], row["late_rate"])
    assert ("the watch list saw more" in said) == bool(better)
    assert ("that plain order does as well" in said) == (not better)


def test_what_is_expected_late_contains_what_is_late_already():
    figures = report().section("signals").figures
    for target in ("30+", "90+"):
        part = {
            name: figures[f"signals.expected.CNY.{target}.{name}"]
            for name in ("already", "to_come", "expected", "open")
        }
        assert 0 < part["already"] <= part["expected"] <= part["open"]
        assert part["already"] + part["to_come"] == pytest.approx(part["expected"])
    assert figures["signals.expected.CNY.90+.expected"] <= figures["signals.expected.CNY.30+.expected"]


def test_a_filter_cuts_what_is_shown_and_not_what_is_known():
    north = report(where="region=north")
    assert set(Watch.of(north).customers["customer_id"]) == {BAD}
    assert north.section("signals").figures["signals.USD.overdue"] == 0
    whole, cut = report().section("signals").figures, north.section("signals").figures
    assert cut[f"signals.customer.{BAD}.score"] == whole[f"signals.customer.{BAD}.score"]
    south = report(where="region=south").section("signals").figures
    for code in ("CNY", "USD"):
        parts = [part[f"signals.{code}.overdue"] for part in (cut, south)]
        assert sum(parts) == pytest.approx(whole[f"signals.{code}.overdue"], abs=1e-9)
    assert "Of what is shown here" in words(north, "signals")


def test_a_snapshot_has_some_signals_and_says_why_there_is_no_record():
    made = snapshot()
    assert "No track record" in words(made, "signals")
    assert "holds no past" in words(made, "signals_record")
    assert not any(isinstance(block, Chart) for block in made.section("signals_record").blocks)
    assert "holds no settlements" in words(made, "signals")
    assert not [key for key in made.section("signals").figures if ".expected." in key or ".record." in key]
    assert "signals could be computed" in words(made, "signals_fired")


def test_groups_add_up_to_the_whole():
    made = report(by="salesperson")
    figures, watch = made.section("signals_fired").figures, Watch.of(made)
    for code in ("CNY", "USD"):
        parts = [
            v
            for k, v in figures.items()
            if k.startswith(f"signals_fired.{code}.salesperson.") and k.endswith(".overdue")
        ]
        assert sum(parts) == pytest.approx(watch.overdue(code), abs=1e-9)


def test_the_record_in_depth_adds_up_and_names_what_was_missed():
    made, found = report(), arkit.backtest(firm(), as_of=AS_OF)
    figures = made.section("signals_record").figures
    money = found.money[found.money["currency"] == "CNY"]
    assert figures["signals_record.CNY.became"] == pytest.approx(money["amount"].sum())
    missed = money[money["watch_list"] == 0]
    assert figures["signals_record.CNY.missed"] == pytest.approx(missed["amount"].sum())
    for document in missed["document_id"].head(3):
        assert document in words(made, "signals_record")


def test_every_customer_on_the_list_gets_one_next_step():
    made = report()
    figures, listed = made.section("signals_actions").figures, Watch.of(made).listed
    assert figures["signals_actions.customers"] == len(listed)
    steps = [value for key, value in figures.items() if key.startswith("signals_actions.step.")]
    assert sum(steps) == len(listed)
    assert "2026-01-02" in words(made, "signals_actions")


def test_the_workbook_has_all_customers_and_signals():
    sheets = {sheet.name: sheet for sheet in report().section("signals").sheets}
    assert set(sheets["Watch list"].frame["customer_id"]) >= set(Watch.of(report()).listed["customer_id"])
    assert len(sheets["Signals"].frame) == len(Watch.of(report()).fired)


def test_without_a_name_the_worst_customer_is_reviewed_and_the_page_says_so():
    made = report()
    assert made.section("review_file").figures["review.customer"] == BAD
    assert "no customer was named" in words(made, "review_file")
    named = report(customer=GOOD)
    assert named.section("review_file").figures["review.customer"] == GOOD
    assert "no customer was named" not in words(named, "review_file")


def test_the_review_names_the_customer_and_the_keys_of_his_file_in_the_readers_language():
    made = report("zh")
    assert "alert" not in words(made, "review_outlook")
    assert "甲公司" in words(made, "review_outlook")
    assert "dealer" not in words(made, "review_file")


def test_the_review_ties_to_ageing_causes_and_limit():
    made = report()
    aged = arkit.aging(firm(), as_of=AS_OF, by="customer_id").loc[("CNY", BAD)]
    figures = made.section("review_file").figures | made.section("review_outlook").figures
    assert figures["review.CNY.balance"] == aged["total"]
    late = aged.drop(["not_due", "unapplied", "total"]).sum()
    assert figures["review.CNY.overdue"] == late
    causes = [value for key, value in figures.items() if ".cause." in key]
    assert sum(causes) == pytest.approx(late, abs=1e-9)
    assert figures["review_outlook.CNY.headroom"] == 5000.0 - aged["total"]


def test_the_workbook_of_a_review_adds_up_to_the_balance():
    made = report()
    (sheet,) = made.section("review_outlook").sheets
    assert sheet.frame["open"].sum() == pytest.approx(
        made.section("review_file").figures["review.CNY.balance"], abs=1e-9
    )
    late = sheet.frame[sheet.frame["days_overdue"] > 0]
    assert (late["cause"] != "").all()


def test_the_history_tells_promises_kept_and_days_to_pay():
    made = report()
    figures = made.section("review_history").figures
    assert (figures["review_history.promises"], figures["review_history.promises_kept"]) == (1, 0)
    assert figures["review_history.CNY.days"] == pytest.approx(40.0)
    assert figures["review_history.CNY.terms"] == pytest.approx(30.0)
    assert "Running: promised CNY 900.00 for 2026-01-20" in words(made, "review_history")


def test_the_conversation_names_documents_and_amounts_and_keeps_to_conduct():
    said = words(report(), "review_talk")
    assert f"{BAD}-2025-06" in said
    assert "in writing" in said
    assert "No threats" in said
    calm = words(report(customer=ABROAD), "review_talk")
    assert "pretext" in calm


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("make", [report, snapshot], ids=["full", "snapshot"])
def test_every_chart_has_a_caption_a_text_and_a_table_and_no_markup_of_the_ledger(make, lang):
    made = make(lang)
    for key in (*KEYS, *REVIEW):
        section = made.section(key)
        assert section.blocks
        for block in section.blocks:
            if isinstance(block, Chart):
                assert block.caption
                assert block.alt
                assert "<table" in block.table
                assert "<script" not in json.dumps(block.figure.to_plotly_json()) + block.table
            else:
                assert "<script" not in block.html


@pytest.mark.parametrize("make", [report, snapshot], ids=["full", "snapshot"])
def test_the_chinese_page_has_no_english_sentence(make):
    made = make("zh")
    for key in (*KEYS, *REVIEW):
        assert (
            re.findall(r"\b[A-Za-z]{2,} [A-Za-z]{2,}\b", re.sub(r"script|alert|Good & Co", "", words(made, key))) == []
        )


def test_figures_have_the_same_keys_and_values_in_both_languages():
    for key in (*KEYS, *REVIEW):
        assert repr(report("en").section(key).figures) == repr(report("zh").section(key).figures)


def test_a_ledger_in_which_nobody_trades_any_more_says_so():
    documents, applications = trade(GOOD)
    paid = {row["document_id"] for row in applications}
    kept = [row for row in documents if row["kind"] == "payment" or row["document_id"] in paid]
    old = Report(ledger(kept, applications), as_of="2028-12-31")
    assert "nobody to review" in words(old, "review_file")
    assert "No customer is on the watch list" in words(old, "signals")
    for key in (*KEYS, *REVIEW):
        assert old.section(key).blocks


def test_a_log_that_holds_only_who_when_and_what_is_enough():
    documents, applications = trade(BAD, stops="2025-07-01")
    log = [{name: row[name] for name in ("customer_id", "date", "kind")} for row in ACTIVITIES]
    made = Report(ledger(documents, applications, activities=log), as_of=AS_OF)
    assert "4 contacts were logged in 90 days" in words(made, "review_file")
    assert "No promise has come due" in words(made, "review_history")
    assert "1 dispute" in words(made, "review_history")


def test_the_watch_list_by_group_counts_each_customer_of_the_list_also_who_owes_nothing():
    made = report()
    watch = Watch.of(made)
    for code in made.currencies:
        groups = grouped(made, watch, "salesperson", code)
        assert groups["listed"].sum() == len(watch.rows(made, code, watch.listed))
