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
    if not len(found.matrix):
        return
    assert column(book, "Allowance matrix", "Loss allowance") == found.matrix["allowance"].dropna().tolist()
    charge = dict(
        zip(
            column(book, "Allowance and charge", "Currency"),
            column(book, "Allowance and charge", "Charge"),
            strict=False,
        )
    )
    wanted = found.total["charge"].groupby(level="currency").sum()
    if by == "" and found.total["charge"].notna().all():
        assert charge == pytest.approx(wanted.to_dict(), abs=1e-6)


def test_a_changed_rate_changes_the_allowance_in_the_workbook(tmp_path):
    made = company("given rates")
    path = write(tmp_path / "book.xlsx", made.section("provision_documents").sheets, as_of=AS_OF)
    book = Workbook(path)
    before = column(book, "Allowance matrix", "Loss allowance")[0]
    place = book.place("Allowance matrix", "Given rate", 0)
    book.set(place, 0.006)
    assert column(book, "Allowance matrix", "Loss allowance")[0] == pytest.approx(2 * before, abs=0.01)


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
    assert re.search(r"At \d+ past month-ends the given rates come to [\d.]+% of what was lost within 12 months", said)
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
        ({"opening": "12"}, "write one balance for each"),
        ({"colour": "red"}, "colour: this can not be read"),
    ],
)
def test_settings_of_another_form_are_refused(settings, match):
    with pytest.raises(ParameterError, match=match):
        Report("", as_of=AS_OF, kind="provision", provision=settings)


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
