"""The sections: what they say, what they withhold and why, and that every figure is on record."""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape, unescape

import pytest

from arkit import aging, dso
from arkit.errors import ArkitError
from arkit.measures.bridge import TERMS
from arkit.reporting import sections
from arkit.reporting.blocks import Chart, Html, number
from arkit.reporting.displayed import PLOTLY
from arkit.reporting.page import Report
from tests.ledgers import applied, day, document, ledger

AS_OF = "2025-12-31"
CUSTOMERS = [
    {"customer_id": "C1", "name": "<script>alert(1)</script>", "name_zh": "甲公司", "type": "dealer"},
    {"customer_id": "C2", "name": '=HYPERLINK("http://x")', "name_zh": "乙公司", "type": "retail"},
]
DOCUMENTS = [
    document("1", "invoice", "2025-09-10", 1000.0, "2025-10-10"),
    document("2", "invoice", "2025-10-05", 700.0, "2025-11-04", customer_id="C2"),
    document("3", "invoice", "2025-11-20", 500.0, "2025-12-20", customer_id="C2"),
    document("4", "invoice", "2025-12-15", 800.0, "2026-01-14"),
    document("P1", "payment", "2025-10-30", -600.0),
    document("P2", "payment", "2025-12-20", -50.0, customer_id="C2"),
    document("D1", "invoice", "2025-12-01", 90.0, "2025-12-30", currency="USD"),
    document("5", "invoice", "2026-02-01", 900.0, "2026-03-01"),
]
APPLICATIONS = [
    applied("1", "P1", "2025-10-30", 600.0),
    applied("2", None, "2025-12-02", 300.0, "write_off"),
]


def report(documents=DOCUMENTS, applications=APPLICATIONS, customers=CUSTOMERS, *, lang="en", **options) -> Report:
    tables = {"customers": customers} if customers else {}
    scope = {key: options.pop(key) for key in ("scope", "snapshot_on") if key in options}
    return Report(ledger(documents, applications, **tables, **scope), **{"as_of": AS_OF, "lang": lang, **options})


@cache
def usual(lang: str = "en") -> Report:
    """The ledger above, its sections made once for all tests that only read them."""
    return report(lang=lang)


def snapshot(**options) -> Report:
    items = [row for row in DOCUMENTS if row["kind"] == "invoice" and row["document_id"] != "5"]
    return report(items, (), scope="snapshot", snapshot_on=day(AS_OF), **options)


def page(made: Report, key: str) -> str:
    section = made.section(key)
    shown = [block.html if isinstance(block, Html) else block.table + block.caption for block in section.blocks]
    return " ".join([section.title, *map(escape, section.lead), *shown])  # a lead is escaped where it is shown


def words(made: Report, key: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", page(made, key))).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("make", [usual, snapshot], ids=["full", "snapshot"])
def test_every_section_is_made_of_every_kind_of_ledger(make, lang):
    made = make(lang=lang)
    for entry in sections.REGISTRY:
        section = made.section(entry.key)
        assert section.key == entry.key
        assert section.title == made.text.say(entry.title)
        assert section.blocks or section.lead


@pytest.mark.parametrize("as_of", ["2025-08-31", "2025-09-10", "2025-10-11"])
def test_every_section_is_made_of_a_ledger_that_has_just_begun(as_of):
    made = report(as_of=as_of)
    for entry in sections.REGISTRY:
        section = made.section(entry.key)
        assert section.blocks or section.lead, entry.key
        json.dumps({key: number(value) for key, value in section.figures.items()}, allow_nan=False)


def test_position_says_the_figures_of_aging_to_the_cent():
    made = usual()
    frame, figures = aging(made.ledger, as_of=AS_OF), made.section("position").figures
    for code in ("CNY", "USD"):
        for column in frame.columns:
            assert figures[f"position.{code}.{column}"] == frame.loc[code, column]
    assert figures["position.CNY.total"] == 2050.0
    assert "2,050.00" in words(made, "position")


def test_position_has_the_ages_in_years_that_annual_accounts_disclose():
    made = usual()
    frame, figures = aging(made.ledger, as_of=AS_OF, basis="document", unit="years"), made.section("position").figures
    assert figures["position.CNY.y0_1"] == frame.loc["CNY", "y0_1"] != 0
    assert "Within 1 year" in words(made, "position")
    assert [sheet.frame["total"].tolist() for sheet in made.section("position").sheets[:2]] == 2 * [
        frame["total"].tolist()
    ]


def test_every_amount_in_the_ageing_table_is_on_record():
    made = usual()
    section = made.section("position")
    shown = {cell for cell in re.findall(r'class="num[^"]*">([^<]+)<', section.blocks[0].html) if cell[-1].isdigit()}
    recorded = {made.text.number(value, 2) for value in section.figures.values() if isinstance(value, float)}
    assert shown
    assert shown <= recorded


def test_currencies_stand_apart_and_are_never_added_up():
    figures = usual().section("summary").figures
    assert (figures["summary.CNY.total"], figures["summary.USD.total"]) == (2050.0, 90.0)
    assert not any(value == 2140.0 for value in figures.values())


def test_summary_compares_with_the_last_month_end():
    figures = usual().section("summary").figures
    assert figures["summary.CNY.before.date"] == "2025-11-30"
    assert figures["summary.CNY.before.total"] == 1600.0


def test_summary_of_the_first_month_has_nothing_to_compare_with():
    made = report(DOCUMENTS[:1], (), as_of="2025-09-20")
    assert "there is no earlier month to compare with" in words(made, "summary")
    assert "summary.CNY.before.total" not in made.section("summary").figures


def test_snapshot_has_ageing_and_says_what_is_missing_for_the_rest():
    made = snapshot()
    assert made.section("position").figures["position.CNY.total"] == 3000.0
    assert "does not hold earlier months" in words(made, "position")
    for key in ("dso", "bad_debt"):
        assert "snapshot of open items holds no sales and no settlements" in words(made, key)
        assert not any(isinstance(block, Chart) for block in made.section(key).blocks)
    assert made.section("summary").figures["summary.CNY.dso_countback"] != 0


def test_dso_equals_the_measure_and_carries_a_warning_when_invoicing_stopped():
    fresh, stale = usual(), report(as_of="2026-01-31")
    assert fresh.section("dso").figures["dso.CNY.dso_countback"] == dso(fresh.ledger, as_of=AS_OF).loc["CNY", "dso"]
    assert "note-warning" in page(stale, "dso")
    assert "Warning:" in words(stale, "dso")


def test_bad_debt_without_any_write_off_warns_that_nought_may_say_nothing():
    assert "holds no write-off at all" in words(report(applications=APPLICATIONS[:1]), "bad_debt")
    made = usual()
    assert "holds no write-off at all" not in words(made, "bad_debt")
    assert made.section("bad_debt").figures["bad_debt.CNY.sales.write_offs"] == 300.0


def test_who_owes_without_customers_falls_back_to_numbers_and_says_what_is_missing():
    made = report(customers=None)
    assert "The ledger does not tell customers apart by customer type, region and salesperson" in words(
        made, "who_owes"
    )
    assert "C1" in words(made, "who_owes")


def test_groups_are_shown_where_there_are_enough_customers():
    many = [document(f"M{i}", "invoice", "2025-11-01", 10.0, "2025-12-01", customer_id=f"K{i}") for i in range(12)]
    customers = [{"customer_id": f"K{i}", "name": f"N{i}", "type": "dealer" if i % 2 else "retail"} for i in range(12)]
    made = report(many, (), customers)
    assert made.section("who_owes").figures["who_owes.CNY.type.dealer.total"] == 60.0
    assert "经销商" in words(report(many, (), customers, lang="zh"), "who_owes")
    assert "too few to cut into groups" in words(usual(), "who_owes")


def test_intake_says_that_the_money_ties_and_what_is_dated_later():
    said = words(usual(), "intake")
    assert "to the cent" in said
    assert "1 document is dated after 31 December 2025" in said


def test_ledger_text_is_escaped_everywhere():
    made = usual()
    for entry in sections.REGISTRY:
        assert "<script" not in page(made, entry.key)
        for block in made.section(entry.key).blocks:
            if isinstance(block, Chart):
                assert "<script" not in json.dumps(block.figure.to_plotly_json())
    assert "&lt;script&gt;" in page(made, "who_owes")


def test_names_follow_the_language():
    assert "甲公司" in words(usual(lang="zh"), "who_owes")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_chart_has_a_caption_a_text_and_a_table(lang):
    made = usual(lang=lang)
    charts = [b for entry in sections.REGISTRY for b in made.section(entry.key).blocks if isinstance(b, Chart)]
    assert len(charts) > 8
    for chart in charts:
        assert chart.caption
        assert chart.alt
        assert "<table" in chart.table


def test_figures_have_the_same_keys_and_values_in_both_languages():
    english, chinese = usual(), usual(lang="zh")
    for entry in sections.REGISTRY:
        english.section(entry.key)
        chinese.section(entry.key)
    assert english.figures == chinese.figures
    assert len(english.figures) > 100


def test_chinese_page_has_no_english_sentence():
    made = usual(lang="zh")
    for entry in sections.REGISTRY:
        said = re.sub(r"HYPERLINK\S*|DSO|ADD|CEI|HHI|script|alert|frames|canonical", "", words(made, entry.key))
        assert re.findall(r"\b[A-Za-z]{2,} [A-Za-z]{2,}\b", said) == [], entry.key


def test_unknown_section_is_refused_with_those_at_hand():
    with pytest.raises(ArkitError, match="there is no section weather; there is: summary, position, dso"):
        usual().section("weather")


def test_measures_are_made_once():
    made = usual()
    assert made.measure("aging") is made.measure("aging")


def test_buckets_of_the_report_run_through_all_of_it():
    made = report(buckets="15,45")
    assert "position.CNY.over_45" in made.section("position").figures
    assert "1–15 days" in words(made, "position")
    assert "Over 45 days" in words(made, "who_owes")


def test_show_displays_prose_and_charts_as_outputs_of_their_own(monkeypatch):
    shown: list[tuple[dict, dict]] = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw, metadata: shown.append((data, metadata)))
    made = report()
    made.cover()
    made.show("position")
    kinds = [PLOTLY if PLOTLY in data else "html" for data, _ in shown]
    assert kinds[:3] == ["html", "html", PLOTLY]
    assert set(shown[2][1]["arkit"]) == {"alt", "caption", "table"}
    assert all(data["text/plain"] for data, _ in shown)
    assert '<h2 id="position">' in shown[1][0]["text/html"]


def test_finish_writes_figures_and_workbook_and_nothing_without_a_folder(tmp_path):
    made = report(out=str(tmp_path))
    for entry in sections.REGISTRY:
        made.section(entry.key)
    made.finish()
    written = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert written["as_of"] == AS_OF
    assert written["figures"]["position.CNY.total"] == 2050.0
    assert written["figures"]["dso.USD.dso_rolling"] is None
    assert (tmp_path / "report.xlsx").stat().st_size > 5000
    report().finish()


def test_the_bridge_leads_from_the_dso_before_to_the_dso_now():
    figures = usual().section("dso").figures
    steps = [figures[f"dso.CNY.bridge.{name}"] for name in TERMS]
    assert figures["dso.CNY.bridge.end"] == pytest.approx(figures["dso.CNY.dso_simple"])
    assert figures["dso.CNY.bridge.start"] + sum(steps) == pytest.approx(figures["dso.CNY.bridge.end"])
    dealer, retail = (figures[f"dso.CNY.bridge.type.{name}.write_offs"] for name in ("dealer", "retail"))
    assert dealer == 0 > retail == figures["dso.CNY.bridge.write_offs"]
    lead = " ".join(usual().section("dso").lead).replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(
        r"Since 30 November 2025 .* went from 66\.2 to 94\.3 days\. What moved it most is lateness: ", lead
    )


def test_a_currency_without_earlier_sales_says_why_it_has_no_bridge():
    assert "What moved DSO can not be given: no credit sales in the period" in words(usual(), "dso")
    assert "dso.USD.bridge.end" not in usual().section("dso").figures


def test_roll_rates_stand_by_amount_by_number_and_ahead():
    figures = usual().section("rolls").figures
    assert figures["rolls.CNY.amount.d1_30.rolls"] + figures["rolls.CNY.amount.d1_30.paid"] <= 1
    assert figures["rolls.CNY.number.not_due.opening"] > 0
    assert (
        figures["rolls.CNY.ahead.2025-12-31.total"]
        == aging(usual().ledger, as_of=AS_OF).loc["CNY"].drop(["unapplied", "total"]).sum()
    )
    assert "New sales are left out" in words(usual(), "rolls")


def test_roll_rates_above_one_are_said_and_stand():
    late = [
        document("1", "invoice", "2025-10-01", 10.0, "2025-11-25"),
        document("2", "invoice", "2025-12-01", 90.0, "2025-11-20"),  # late when it is issued
    ]
    made = report(late, [])
    assert "Net roll rates above one hundred per cent occur for 1–30 days" in words(made, "rolls")
    assert made.section("rolls").figures["rolls.CNY.2025-12-31.d1_30.net_rate"] == 10.0


def test_vintages_follow_a_month_of_sales():
    figures = usual().section("vintages").figures
    assert figures["vintages.CNY.2025-09-30.invoiced"] == 1000.0
    assert (figures["vintages.CNY.2025-09-30.m0"], figures["vintages.CNY.2025-09-30.m1"]) == (1.0, 0.4)
    assert figures["vintages.CNY.age_1.share"] == pytest.approx(600 / 2200)


@pytest.mark.parametrize("key", ["rolls", "vintages"])
def test_a_snapshot_has_no_past_to_roll(key):
    assert "a snapshot" in words(snapshot(), key)
    assert snapshot().section(key).figures == {}
