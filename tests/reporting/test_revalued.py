"""One who makes a report with a rate table sees what is open at booking, revalued, and the difference."""

from __future__ import annotations

import json
import re

import openpyxl
import pandas as pd
import pytest

import arkit
from arkit.errors import LedgerError, ParameterError
from arkit.reporting.blocks import Html
from arkit.reporting.page import Report
from arkit.reporting.run import ReportError
from tests.ledgers import document, ledger
from tests.rate_tables import table

AS_OF = "2026-02-28"
DOCUMENTS = [
    document("C1", "invoice", "2026-02-01", 500, "2026-03-03"),
    document("U1", "invoice", "2026-01-10", 100, "2026-02-09", currency="USD"),
    document("PU", "payment", "2026-02-10", -20, currency="USD"),
]
RATES = table(("USD", "2026-01-05", "7"), ("USD", "2026-01-31", "7.1"), ("USD", "2026-02-28", "6.95"))
# U1 100: 700.00, 695.00; PU -20: -142.00, -139.00
LINES = {
    ("at_booking", "total"): 1058.0, ("exchange_difference", "USD"): -2.0, ("exchange_difference", "CNY"): 0.0,
    ("exchange_difference", "total"): -2.0, ("revalued", "USD"): 556.0, ("revalued", "total"): 1056.0,
}  # fmt: skip


@pytest.fixture
def rates(tmp_path):
    RATES.to_csv(tmp_path / "rates.csv", index=False)
    return str(tmp_path / "rates.csv")


def made(**options) -> Report:
    return Report(ledger(DOCUMENTS), as_of=AS_OF, **options)


def cells(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", html, flags=re.DOTALL)
    return [[re.sub(r"<.*?>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]


def test_the_difference_is_a_line_of_its_own(rates):
    section = made(base="CNY", rates=rates).section("position")
    assert {key: section.figures[f"revaluation.{key[0]}.{key[1]}.total"] for key in LINES} == LINES
    said = [block.html for block in section.blocks if isinstance(block, Html)]
    (shown,) = (html for html in said if "<table" in html and "Exchange difference" in html)
    names = [row[:2] for row in cells(shown)[1:]]
    assert names == [
        [line, of]
        for line in ("At booking", "Exchange difference", "Revalued")
        for of in ("CNY", "USD", "All currencies")
    ]
    assert [row[-1] for row in cells(shown)[-3:]] == ["500.00", "556.00", "1,056.00"]
    assert any("Closing rates: USD 6.95 (2026-02-28)." in html for html in said)


def test_the_workbook_has_it_with_live_totals(rates):
    sheets = {sheet.name: sheet for sheet in made(base="CNY", rates=rates).section("position").sheets}
    frame = sheets["Revaluation"].frame
    assert frame["total"].tolist() == [500, 558, 1058, 0, -2, -2, 500, 556, 1056]
    assert set(frame["currency"]) == {"CNY"}
    assert sheets["Revaluation"].formulas["total"].startswith("SUM({not_due}")


def test_buckets_and_age_of_rates_are_the_reports(rates):
    section = made(base="CNY", rates=rates, buckets="15").section("position")
    assert section.figures["revaluation.revalued.USD.over_15"] == 695
    with pytest.raises(LedgerError, match="stale_rate"):
        made(base="CNY", rates=rates, max_rate_age=3).section("position")


def test_without_a_base_there_is_none():
    assert not any(key.startswith("revaluation") for key in made().section("position").figures)


def test_a_base_without_rates_is_refused_and_so_are_rates_without_a_base(rates):
    with pytest.raises(LedgerError, match="mixed_currency"):
        made(base="CNY").section("position")
    with pytest.raises(ParameterError, match="give the base currency"):
        made(rates=rates)


def test_arkit_report_takes_a_rate_table_and_puts_it_on_record(rates, tmp_path):
    pd.DataFrame(DOCUMENTS).to_csv(tmp_path / "documents.csv", index=False)
    given = {"as_of": AS_OF, "out": tmp_path / "report"}
    source = tmp_path / "documents.csv"
    published = arkit.report(source, **given, parameters={"base": "CNY", "rates": rates})
    figures = json.loads((published.folder / "figures.json").read_text(encoding="utf-8"))["figures"]
    assert {key: figures[f"revaluation.{key[0]}.{key[1]}.total"] for key in LINES} == LINES
    assert [entry["path"] for entry in published.record["inputs"]] == [str(source), rates]
    assert "Exchange difference" in published.html.read_text(encoding="utf-8")
    assert "Revaluation" in openpyxl.load_workbook(published.folder / "report.xlsx").sheetnames
    with pytest.raises(ReportError, match="mixed_currency") as caught:
        arkit.report(source, **given, parameters={"base": "CNY"})
    assert caught.value.exit_code == 3
