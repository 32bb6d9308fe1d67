"""The explorer, driven by ``.value =`` and ``.click()``: no kernel is needed."""

import datetime as dt
import threading
import time

import openpyxl
import pandas as pd
import pytest

import arkit
from arkit.errors import ArkitError
from arkit.explorer import panel
from arkit.explorer.controls import Bars
from arkit.explorer.look import Look


def document(number, customer, kind, date, due, amount, currency="CNY"):
    names = ("document_id", "customer_id", "kind", "date", "due_date", "amount", "currency")
    return dict(zip(names, (number, customer, kind, date, due, amount, currency), strict=True))


DOCUMENTS = [
    document("001", "0007", "invoice", "2026-01-10", "2026-02-09", 100.0),
    document("002", "0007", "invoice", "2026-02-20", "2026-03-22", 50.0),
    document("003", "0008", "invoice", "2026-03-05", "2026-04-04", 200.0),
    document("004", "0008", "payment", "2026-03-20", None, -30.0),
    document("005", "0009", "invoice", "2026-03-31", "2026-04-30", 7.0, "JPY"),
]
CUSTOMERS = [
    {"customer_id": "0007", "name": "<script>alert(1)</script>"},
    {"customer_id": "0008", "name": '=HYPERLINK("http://x")'},
    {"customer_id": "0009", "name": "東京商事"},
]


@pytest.fixture(scope="module")
def ledger():
    return arkit.Ledger(pd.DataFrame(DOCUMENTS), customers=pd.DataFrame(CUSTOMERS))


@pytest.fixture
def explorer(ledger, tmp_path):
    return arkit.explore(ledger, folder=tmp_path)


def amounts(bars):
    return {bar["key"]: bar["amount"] for bar in bars.bars}


def test_it_begins_on_the_day_of_the_latest_document(explorer):
    assert explorer.date.value == dt.date(2026, 3, 31)
    assert explorer.currency.value == "CNY"


def test_bars_show_the_ageing(explorer):
    assert amounts(explorer.buckets) == {
        "total": "320.00", "not_due": "200.00", "d1_30": "50.00", "d31_60": "100.00",
        "d61_90": "0.00", "over_90": "0.00", "unapplied": "−30.00",
    }  # fmt: skip
    assert {bar["key"]: bar["length"] for bar in explorer.buckets.bars}["d31_60"] == 0.5
    assert "320.00" in explorer.status.value


def test_another_date_moves_the_bars_on_the_same_scale(explorer):
    explorer.date.value = dt.date(2026, 2, 15)
    assert amounts(explorer.buckets)["d1_30"] == "100.00"
    assert amounts(explorer.buckets)["total"] == "100.00"
    assert {bar["key"]: bar["length"] for bar in explorer.buckets.bars}["d1_30"] == 0.5  # of the 200 seen before


def test_month_ends_are_a_button_away(explorer):
    explorer.earlier.click()
    assert explorer.date.value == dt.date(2026, 2, 28)
    explorer.later.click()
    assert explorer.date.value == dt.date(2026, 3, 31)
    explorer.date.value = dt.date(2026, 3, 15)
    explorer.later.click()
    assert explorer.date.value == dt.date(2026, 3, 31)


def test_a_bar_leads_to_its_customers_and_a_customer_to_its_documents(explorer):
    assert list(amounts(explorer.customers)) == ["total", "0008", "0007"]
    explorer.buckets.value = "d31_60"
    assert amounts(explorer.customers) == {"total": "100.00", "0007": "100.00"}
    explorer.customers.value = "0007"
    assert "001" in explorer.documents.value
    assert "002" not in explorer.documents.value
    explorer.buckets.value = "unapplied"  # the customer owes nothing there: back to all of them
    assert explorer.customers.value == "total"
    assert "004" in explorer.documents.value


def test_every_choice_adds_up(explorer):
    for bucket, shown in amounts(explorer.buckets).items():
        explorer.buckets.value = bucket
        documents = explorer.look.documents()["open"].sum()
        assert documents == pytest.approx(explorer.look.customers().sum())
        assert documents == pytest.approx(float(shown.replace("−", "-")))


def test_another_currency_is_another_position(explorer):
    explorer.currency.value = "JPY"
    assert amounts(explorer.buckets)["total"] == "7"
    assert list(amounts(explorer.customers)) == ["total", "0009"]


def test_ledger_text_is_escaped(explorer):
    assert "<script>" not in explorer.documents.value
    assert "&lt;script&gt;" in explorer.documents.value


def test_export_writes_what_is_seen(explorer, tmp_path):
    explorer.buckets.value = "not_due"
    explorer.save.click()
    path = tmp_path / "ageing-2026-03-31-CNY.xlsx"
    assert str(path) in explorer.saved.value
    book = openpyxl.load_workbook(path, data_only=True)
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == '=HYPERLINK("http://x")'] == ["s", "s"]
    assert {cell.value for cell in book["Documents"][3]} >= {"Total", "CNY", 200}
    assert "003" in {cell.value for cell in cells}
    assert "001" not in {cell.value for cell in cells}


def test_an_exception_in_a_callback_is_shown(explorer, tmp_path):
    (tmp_path / "ageing-2026-03-31-CNY.xlsx").mkdir()
    explorer.save.click()
    assert "ageing-2026-03-31-CNY.xlsx" in explorer.alert.value
    assert "Traceback" in explorer.alert.detail
    explorer.buckets.value = "d1_30"
    assert explorer.alert.value == explorer.alert.detail == ""


def test_a_date_taken_away_is_asked_for(explorer):
    explorer.date.value = None
    assert "choose a date" in explorer.alert.value


def test_every_choice_is_answered(explorer):
    before = explorer.buckets.answered
    explorer.buckets.value = "d1_30"
    assert explorer.buckets.answered == before + 1


def test_a_bar_that_is_not_there_is_refused():
    bars = Bars()
    bars.show("x", [{"key": "a", "label": "a", "amount": "1", "length": 1.0, "colour": "#000"}], "a")
    with pytest.raises(Exception, match="no bar 'b'; there are a"):
        bars.value = "b"
    assert bars.value == "a"


def test_a_choice_from_a_page_that_was_redrawn_meanwhile_is_taken_back(explorer, monkeypatch):
    sent = []
    monkeypatch.setattr(explorer.customers, "send_state", lambda key: sent.append(key))
    explorer.buckets.value = "d31_60"
    explorer.customers.set_state({"value": "0008"})  # seen on the page before the bucket was chosen
    assert explorer.customers.value == "total"
    assert sent[-1] == "value"


def test_choices_that_arrive_in_several_threads_are_all_followed(explorer, monkeypatch):
    drawing, customers = threading.Event(), Look.customers

    def slowly(look):
        drawing.set()
        time.sleep(0.1)
        return customers(look)

    monkeypatch.setattr(Look, "customers", slowly)
    first = threading.Thread(target=explorer.earlier.click)
    first.start()
    drawing.wait(timeout=10)
    explorer.buckets.value = "d1_30"
    first.join(timeout=10)
    assert explorer.customers.legend == "Customers: 1–30 days"
    assert explorer.date.value == dt.date(2026, 2, 28)
    assert "Documents: 1–30 days, All customers; 1 for" in explorer.documents.value


def test_long_lists_say_what_they_leave_out(ledger, monkeypatch):
    monkeypatch.setattr(panel, "MOST_CUSTOMERS", 1)
    monkeypatch.setattr(panel, "MOST_DOCUMENTS", 2)
    explorer = arkit.explore(ledger)
    assert explorer.customers.legend.endswith("(the 1 largest of 2)")
    assert "the 2 largest; the export holds all" in explorer.documents.value


def test_a_snapshot_stays_on_its_day():
    rows = pd.DataFrame(DOCUMENTS[:3])
    explorer = arkit.explore(arkit.Ledger(rows, scope="snapshot", snapshot_on=dt.date(2026, 3, 10)))
    assert explorer.date.value == dt.date(2026, 3, 10)
    assert explorer.date.disabled
    assert explorer.earlier.disabled


def test_an_empty_ledger_is_refused():
    empty = arkit.Ledger(pd.DataFrame(DOCUMENTS).iloc[:0])
    with pytest.raises(ArkitError, match="empty"):
        arkit.explore(empty)


def test_the_ledger_is_not_changed(ledger):
    before = ledger.documents.copy()
    arkit.explore(ledger).earlier.click()
    pd.testing.assert_frame_equal(ledger.documents, before)
