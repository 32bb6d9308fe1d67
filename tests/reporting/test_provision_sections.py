"""The loss allowance for a reader: figures are the library's, the workbook's formulas come to the same cent."""

from __future__ import annotations

import json
import re
from functools import cache

import numpy as np
import openpyxl
import pandas as pd
import pytest

import arkit
from arkit.errors import ParameterError
from arkit.messages import Message
from arkit.reporting.page import Report
from arkit.reporting.workbook import write
from tests.reporting.formulas import Workbook
from tests.reporting.test_sections import AS_OF, page, report, snapshot, words

KEYS = ("provision", "provision_rates", "provision_documents")
SETTINGS: dict[str, dict[str, str]] = {
    "loss rates": {},
    "scenarios": {"scenarios": "base 1 0.5; worse 1.37 0.3; better 0.81 0.2", "opening": "CNY:1500000, USD:10"},
    "given rates": {"method": "aging", "age_limits": "30,90", "loss_rates": "0.003,0.016,0.0366,0.1"},
    "one rate": {"method": "percentage_of_balance", "loss_rates": "0.0051"},
    "roll rates": {"method": "roll_rates"},
    "roll rates, the last assumed": {"method": "roll_rates", "last_rate": "100%"},
    "sales": {"method": "percentage_of_sales", "loss_rates": "0.004", "opening": "CNY:1500000, USD:10"},
    "one by one": {"method": "individual", "opening": "CNY:0, USD:0"},
    "direct": {"method": "direct"},
}


@cache
def company(name: str = "loss rates", lang: str = "en", by: str = "") -> Report:
    return Report("", as_of=AS_OF, lang=lang, kind="provision", by=by, provision=SETTINGS[name])


@pytest.mark.parametrize("name", SETTINGS)
def test_the_figures_are_those_of_the_library(name):
    made = company(name)
    found, figures = made.found("provision"), made.section("provision").figures
    for code in ("CNY", "USD"):
        for column in ("base", "allowance", "coverage", "charge"):
            assert figures[f"provision.{code}.total.{column}"] == pytest.approx(
                found.total.loc[code, column], nan_ok=True
            )
    for (code, bucket), row in found.matrix.iterrows():
        got = figures[f"provision.{code}.matrix.{bucket}.allowance"]
        assert got == pytest.approx(row["allowance"], nan_ok=True)


@pytest.mark.parametrize(
    ("name", "has", "lacks"),
    [
        ("direct", "which makes a charge of CNY", ("expected to be lost", "the rates were given", "takes a charge")),
        ("sales", "at 0.40%, make a charge of CNY", ("is not defined", "expected to be lost")),
        ("one by one", "the rest bears none", ("go the way", "Expected rate")),
        ("given rates", "IFRS 9, CAS 22 and ASC 326 ask for grounds", ("Rate of the past", "those of the past, unad")),
        ("one rate", "0.51%", ("for claims of this age",)),
        ("roll rates", "Month-ends that rates are made of", ("The rates were given",)),
    ],
)
def test_each_way_says_what_is_true_of_it(name, has, lacks):
    made = company(name)
    said = " ".join(words(made, key) for key in KEYS)
    assert has in said
    for part in lacks:
        assert part not in said


def test_a_charge_on_sales_needs_no_opening():
    made = Report("", as_of=AS_OF, kind="provision", provision={"method": "percentage_of_sales", "loss_rates": "0.4%"})
    said = words(made, "provision")
    assert "make a charge of CNY" in said
    assert "What the allowance comes to is not known without its opening" in said


def test_an_age_without_a_rate_is_no_expectation_of_no_loss():
    """The page of a currency whose past lacks ages says so, in the text and over the chart."""
    made = Report("", as_of="2024-09-30", kind="provision")
    assert made.found("provision").matrix["allowance"].isna().any()
    said = words(made, "provision")
    assert "The allowance is not defined" in said
    assert "No loss is expected" not in said


def test_nothing_lost_in_a_currency_is_said_of_it():
    said = words(company(), "provision")
    assert "nothing of it is provided for, as no loss is on record" in said
    assert "No write-off is on record (USD)" in said
    assert "An older age has a lower rate than a younger one" in said


def test_what_is_owed_is_told_by_kind_of_assessment():
    made = Report(
        "", as_of=AS_OF, by="type", kind="provision",
        provision={"method": "aging", "age_limits": "30", "loss_rates": "1%,5%,50%", "opening": "CNY：100，USD：0"},
    )  # fmt: skip
    said = words(made, "provision")
    assert "The allowance by kind of assessment" in said
    assert "Assessed together · Engineering projects" in said
    assert "is spread over its segments" in said
    total = made.found("provision").total.loc["CNY"]
    assert total["opening"].sum() == pytest.approx(100)
    left = total["base"].sum() - total["allowance"].sum()
    assert f"{left:,.2f}" in said


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", SETTINGS)
def test_every_way_is_told_in_both_languages(name, lang):
    made = company(name, lang)
    for key in KEYS:
        section = made.section(key)
        assert section.blocks or section.lead
        assert "nan" not in words(made, key).split()


@pytest.mark.parametrize(
    ("name", "by"), [*((name, "") for name in SETTINGS), ("scenarios", "type"), ("loss rates", "region")]
)
def test_the_workbook_recomputes_the_allowance(name, by, tmp_path):
    """Every formula of the sheets is worked out anew, from the cells that hold numbers alone."""
    made = company(name, by=by)
    sheets = made.section("provision_documents").sheets
    path = write(tmp_path / "book.xlsx", sheets, as_of=AS_OF)
    book, kept = Workbook(path), openpyxl.load_workbook(path, data_only=True)
    formulas = 0
    for place, got in book.formulas():
        stored = kept[place[0]].cell(*place[1:]).value
        assert got == pytest.approx(stored, rel=1e-12, abs=1e-9), place
        formulas += 1
    found = made.found("provision")
    assert formulas > 3 * len(found.matrix)
    if len(found.matrix):
        assert column(book, "Allowance matrix", "Loss allowance") == found.matrix["allowance"].dropna().tolist()
    codes = column(book, "Allowance and charge", "Currency")
    for header, name in (("Charge", "charge"), ("Write-offs", "write_offs"), ("Loss allowance", "allowance")):
        wanted = found.total[name].groupby(level="currency").sum()
        if by == "" and found.total[name].notna().all():
            got = dict(zip(codes, column(book, "Allowance and charge", header), strict=False))
            assert got == pytest.approx(wanted.to_dict(), abs=1e-6)


def test_a_changed_rate_changes_the_allowance_in_the_workbook(tmp_path):
    made = company("given rates")
    path = write(tmp_path / "book.xlsx", made.section("provision_documents").sheets, as_of=AS_OF)
    book = Workbook(path)
    before = column(book, "Allowance matrix", "Loss allowance")[0]
    place = book.place("Allowance matrix", "Given rate", 0)
    book.set(place, 0.006)
    assert column(book, "Allowance matrix", "Loss allowance")[0] == pytest.approx(2 * before, abs=0.01)


def test_a_roll_that_changes_changes_all_rates_before_it(tmp_path):
    made = company("roll rates")
    book = Workbook(write(tmp_path / "book.xlsx", made.section("provision_documents").sheets, as_of=AS_OF))
    before = column(book, "Allowance matrix", "Loss allowance")
    rolled = book.place("Allowance rolls", "Rolled on", 4)
    book.set(rolled, book.value(rolled) / 2)
    after = column(book, "Allowance matrix", "Loss allowance")
    assert all(less < more for less, more in zip(after[:5], before[:5], strict=True))
    assert after[5:7] == before[5:7]


def test_a_rate_of_sales_that_changes_changes_the_charge(tmp_path):
    made = company("sales")
    book = Workbook(write(tmp_path / "book.xlsx", made.section("provision_documents").sheets, as_of=AS_OF))
    before = column(book, "Allowance and charge", "Charge")[0]
    for row in range(12):
        book.set(book.place("Allowance from sales", "Given rate", row), 0.008)
    assert column(book, "Allowance and charge", "Charge")[0] == pytest.approx(2 * before, abs=0.12)


def test_write_offs_in_the_workbook_are_documents():
    sheet = next(s for s in company().section("provision_documents").sheets if s.name == "Allowance write-offs")
    lost = sheet.frame[sheet.frame["currency"] == "CNY"]
    assert lost["write_offs"].sum() == pytest.approx(company().found("provision").total.loc["CNY", "write_offs"])
    assert lost["document_id"].is_unique


def column(book: Workbook, tab: str, header: str) -> list:
    return [value for value in book.column(tab, header) if value is not None]


def test_documents_are_the_base_of_their_line():
    made = company("loss rates", by="type")
    sheet = next(s for s in made.section("provision_documents").sheets if s.name == "Allowance documents")
    matrix = next(s for s in made.section("provision_documents").sheets if s.name == "Allowance matrix")
    sums = sheet.frame.groupby("line")["base"].sum()
    base = matrix.frame.set_index("line")["base"]
    assert sums.reindex(base.index, fill_value=0.0).tolist() == pytest.approx(base.tolist(), abs=1e-6)
    position = arkit.aging(made.ledger, as_of=AS_OF)["total"]
    assert sheet.frame.groupby("currency")["open"].sum().to_dict() == pytest.approx(position.to_dict(), abs=1e-6)


def test_the_path_leads_from_documents_to_the_charge():
    said = words(company("scenarios"), "provision_documents")
    figures = company("scenarios").section("provision_documents").figures
    assert "rounded once" in said
    product = figures["provision_documents.CNY.base"] * figures["provision_documents.CNY.expected_rate"]
    assert figures["provision_documents.CNY.allowance"] == pytest.approx(product, abs=0.006)
    assert f"{figures['provision_documents.CNY.charge']:,.2f}" in said


def test_the_page_says_whether_past_matrices_were_right():
    said = words(company("given rates"), "provision")
    assert re.search(
        r"At the tested month-ends \(\d+\) the given rates come to [\d.]+% of what was lost within 24 months", said
    )
    row = company("given rates").found("provision_backtest").pooled.loc["CNY"]
    assert company("given rates").section("provision").figures["provision.CNY.record.ratio"] == row["ratio"]


def test_a_past_too_short_for_the_matrices_is_said_and_not_judged():
    said = words(company(), "provision")
    assert "Past matrices can not be judged yet: that takes 24 months of each age before a month-end" in said
    assert "It knew one of its ages for 3 months only" in said
    assert "they were too low" not in said
    found = company().found("provision_backtest")
    assert found.pooled.loc["CNY", "month_ends"] == 0
    then = found.frame.loc[("CNY", pd.Timestamp("2024-12-31"))]
    assert f"{then['predicted']:,.2f}" in said
    assert f"{then['lost']:,.2f}" in said


def test_what_is_assessed_one_by_one_is_read_from_a_file(tmp_path):
    items = company().ledger.open_items(AS_OF)
    largest = items[items["currency"] == "CNY"].nlargest(2, "open")
    path = tmp_path / "list.csv"
    rows = pd.DataFrame({"document_id": largest["document_id"], "loss_rate": "0.5", "reason": "=1+1"})
    rows.to_csv(path, index=False)
    made = Report("", as_of=AS_OF, kind="provision", provision={"individual": str(path)})
    found = made.found("provision")
    assert set(found.individual["document_id"]) == set(largest["document_id"])
    assert found.total.loc["CNY", "individual"] == pytest.approx(largest["open"].sum() / 2, abs=0.011)
    assert "Assessed one by one" in words(made, "provision")
    book = Workbook(write(tmp_path / "b.xlsx", made.section("provision_documents").sheets, as_of=AS_OF))
    assert sum(column(book, "Allowance and charge", "Individual allowance")) == pytest.approx(
        found.total["individual"].sum(), abs=1e-6
    )


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"scenarios": "base one 1"}, "scenarios: this can not be read"),
        ({"loss_rates": "a,b"}, "loss_rates: this can not be read"),
        ({"individual": "/nowhere.csv"}, "no such file"),
        ({"opening": "12"}, "write one amount for each"),
        ({"colour": "red"}, "colour: this can not be read"),
    ],
)
def test_settings_of_another_form_are_refused(settings, match):
    with pytest.raises(ParameterError, match=match):
        Report("", as_of=AS_OF, kind="provision", provision=settings)


def test_all_settings_that_do_not_fit_are_refused_at_once():
    wrong = {
        "method": "aging", "basis": "dew", "loss_rates": "1%,2%", "scenarios": "base 1 0.5", "opening": "EUR:1",
        "since": "2025-13-01", "individual": "/nowhere.csv",
    }  # fmt: skip
    with pytest.raises(ParameterError) as refused:
        Report("", as_of=AS_OF, kind="provision", provision=wrong)
    assert len(refused.value.problems) == 6
    assert all(isinstance(problem, Message) for problem in refused.value.problems)


def test_a_list_from_a_chinese_excel_is_read(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes('单据编号,预计损失,理由\nBR00000001,"400,000.00",票据被拒付\n'.encode("gb18030"))
    made = Report("", as_of=AS_OF, lang="zh", kind="provision", provision={"individual": str(path)})
    row = made.found("provision").individual.iloc[0]
    assert (row["document_id"], row["expected_loss"], row["reason"]) == ("BR00000001", 400_000, "票据被拒付")
    assert "票据被拒付" in words(made, "provision")


def test_a_list_whose_commas_are_not_quoted_is_refused(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("document_id,loss_rate,reason\nBR00000001,0.9,protested, no assets\n")
    with pytest.raises(ParameterError, match="more cells than the heading has, in row 1"):
        Report("", as_of=AS_OF, kind="provision", provision={"individual": str(path)})


def test_a_snapshot_says_no_charge():
    given = {"method": "aging", "age_limits": "30", "loss_rates": "0.01,0.1,0.5"}
    made = snapshot(kind="provision", provision=given)
    said = " ".join(words(made, key) for key in KEYS)
    assert "what was written off is not in a snapshot" in said
    assert "was written off and" not in said
    assert "too young" not in said
    names = [sheet.name for sheet in made.section("provision_documents").sheets]
    assert "Allowance by month" not in names
    assert "Allowance and charge" in names


def test_a_snapshot_needs_given_rates():
    assert "needs given rates" in words(snapshot(kind="provision"), "provision")
    given = {"method": "aging", "age_limits": "30", "loss_rates": "0.01,0.1,0.5"}
    made = snapshot(kind="provision", provision=given)
    found = made.section("provision").figures
    assert (
        found["provision.CNY.total.allowance"]
        == arkit.provision(made.ledger, as_of=AS_OF, method="aging", buckets=(30,), rates=[0.01, 0.1, 0.5]).total.loc[
            "CNY", "allowance"
        ]
    )


def test_ledger_text_is_escaped():
    made = report(kind="provision", provision={"method": "aging", "age_limits": "30", "loss_rates": "0.1,0.2,0.3"})
    assert "<script>" not in page(made, "provision_documents")
    assert "&lt;script&gt;" in page(made, "provision_documents")


def test_the_monthly_diagnostic_has_the_same_allowance():
    monthly = Report("", as_of=AS_OF)
    figures = monthly.section("provision").figures
    assert figures == pytest.approx(company().section("provision").figures, nan_ok=True)
    assert monthly.section("provision").sheets
    json.dumps({k: None if v != v else v for k, v in figures.items()}, allow_nan=False)
    assert np.isfinite(figures["provision.CNY.total.allowance"])


def test_no_heading_of_the_workbook_is_another_ones(tmp_path):
    """Labels are shared by all reports: what a promise is called is no heading of a share."""
    made = company("loss rates", by="type")
    sheets = {sheet.name: sheet for sheet in made.section("provision_documents").sheets}
    headers = sheets["Allowance losses by month"].headers
    assert (headers["kept"], headers["share"]) == ("Not lost yet", "Share lost")
    assert "Dealers" in set(sheets["Allowance by month"].frame["type"])
    assumed = words(company("roll rates, the last assumed"), "provision_rates")
    assert assumed.count("an assumption") == 2  # one for each currency


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_ages_in_years_are_told_as_years(lang):
    given = {"method": "aging", "unit": "years", "basis": "document", "loss_rates": "5%,20%,50%,100%"}
    made = Report("", as_of=AS_OF, lang=lang, kind="provision", provision=given)
    said = words(made, "provision")
    assert ("Within 1 year" if lang == "en" else "1年以内") in said
    assert "30, 60, 90" not in said
    wanted = arkit.provision(
        made.ledger, as_of=AS_OF, method="aging", unit="years", basis="document", rates=[0, 0.05, 0.2, 0.5, 1]
    ).total["allowance"]
    assert made.section("provision").figures["provision.CNY.total.allowance"] == wanted["CNY"]
