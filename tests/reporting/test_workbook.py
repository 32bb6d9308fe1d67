"""The Excel workbook, read back with openpyxl as another program would."""

import datetime as dt

import numpy as np
import openpyxl
import pandas as pd
import pytest

from arkit.errors import ArkitError
from arkit.reporting import workbook
from arkit.reporting.workbook import Sheet, tab_names, write

DANGEROUS = [
    '=HYPERLINK("http://x","pay here")', "+1", "-x", "@y", "<script>alert(1)</script>", "http://x.example",
    "00123", "1930571429.0", "a&b", "'quoted", "tab\tand\x01control", "_x0041_", "名称", "\ud800",
]  # fmt: skip


def ageing(currencies=("CNY", "CNY", "CNY")):
    return pd.DataFrame(
        {
            "customer_id": ["00123", "00124", "00125"],
            "currency": list(currencies),
            "due_date": pd.to_datetime(["2026-01-31", "2026-02-28", None]),
            "not_due": [1234.56, -10.0, 0.0],
            "over_90": [100.0, 20.25, 7.5],
            "total": [1334.56, 10.25, 7.5],
            "share": [0.5, 0.25, np.nan],
            "invoices": [3, 2, 1],
        }
    )


SHEET = Sheet(
    "Ageing",
    "Ageing by customer",
    ageing(),
    formats={"not_due": "money", "over_90": "money", "total": "money", "share": "percent"},
    headers={"customer_id": "Customer", "total": "Total"},
    totals=("not_due", "over_90", "total", "invoices"),
    note="Credits stand in a column of their own.",
    formulas={"total": "SUM({not_due}:{over_90})", "share": "{over_90}/{total}"},
)


def read_back(tmp_path, *sheets, calculated=False, **options):
    path = write(tmp_path / "book.xlsx", sheets, as_of="2026-03-31", **options)
    return openpyxl.load_workbook(path, data_only=calculated)


def table(page, first_header):
    """Return (row number of the header, its texts) of a sheet."""
    return next((row[0].row, [cell.value for cell in row]) for row in page.iter_rows() if row[0].value == first_header)


def test_numbers_and_dates_are_real(tmp_path):
    page = read_back(tmp_path, SHEET, calculated=True)["Ageing"]
    header, names = table(page, "Customer")
    assert names == ["Customer", "currency", "due_date", "not_due", "over_90", "Total", "share", "invoices"]
    row = [cell.value for cell in page[header + 1]]
    assert row == ["00123", "CNY", pd.Timestamp("2026-01-31"), 1234.56, 100, 1334.56, 0.5, 3]
    assert [cell.data_type for cell in page[header + 1]] == ["s", "s", "d", "n", "n", "n", "n", "n"]


def test_number_formats_follow_the_kind(tmp_path):
    page = read_back(tmp_path, SHEET)["Ageing"]
    header, _ = table(page, "Customer")
    formats = [cell.number_format for cell in page[header + 1]]
    assert formats == ["@", "@", "yyyy-mm-dd", *["#,##0.00;[Red]-#,##0.00;–"] * 3, "0.0%", "#,##0"]


@pytest.mark.parametrize(("currency", "number_format"), [("JPY", "#,##0"), ("KWD", "#,##0.000"), ("EUR", "#,##0.00")])
def test_money_has_the_decimals_of_its_currency(tmp_path, currency, number_format):
    sheet = Sheet("Money", "Money", ageing([currency] * 3), formats={"total": "money"})
    page = read_back(tmp_path, sheet)["Money"]
    header, names = table(page, "customer_id")
    assert page.cell(header + 1, names.index("total") + 1).number_format.split(";")[0] == number_format


def test_missing_values_leave_the_cell_empty(tmp_path):
    page = read_back(tmp_path, SHEET)["Ageing"]
    header, names = table(page, "Customer")
    last = dict(zip(names, (cell.value for cell in page[header + 3]), strict=True))
    assert (last["due_date"], last["share"]) == (None, None)


def test_totals_are_live_and_carry_the_sum(tmp_path):
    live, shown = (read_back(tmp_path, SHEET, calculated=flag)["Ageing"] for flag in (False, True))
    header, names = table(live, "Customer")
    assert live.cell(header - 1, 1).value == "Total"
    for name in ("not_due", "over_90", "invoices"):
        column = names.index(name) + 1
        letter = openpyxl.utils.get_column_letter(column)
        assert live.cell(header - 1, column).value == f"=SUBTOTAL(9,{letter}{header + 1}:{letter}{header + 3})"
        assert shown.cell(header - 1, column).value == pytest.approx(SHEET.frame[name].sum())


def test_currencies_are_never_added_up(tmp_path):
    sheet = Sheet("Mixed", "Mixed", ageing(["EUR", "JPY", "EUR"]), totals=("not_due",), formats={"not_due": "money"})
    live, shown = (read_back(tmp_path, sheet, calculated=flag)["Mixed"] for flag in (False, True))
    header, names = table(live, "customer_id")
    column = names.index("not_due") + 1
    totals = {shown.cell(row, 2).value: shown.cell(row, column).value for row in (header - 2, header - 1)}
    assert totals == {"EUR": 1234.56, "JPY": -10}
    assert (
        live.cell(header - 2, column).value
        == f"=SUMIFS(D{header + 1}:D{header + 3},B{header + 1}:B{header + 3},B{header - 2})"
    )


def test_formulas_point_at_their_own_row(tmp_path):
    page = read_back(tmp_path, SHEET)["Ageing"]
    header, _ = table(page, "Customer")
    for row in range(header + 1, header + 4):
        assert page.cell(row, 6).value == f"=SUM(D{row}:E{row})"
    assert page.cell(header + 1, 7).value == f"=E{header + 1}/F{header + 1}"


def test_ledger_text_stays_text(tmp_path):
    sheet = Sheet("Text", DANGEROUS[0], pd.DataFrame({"name": DANGEROUS}, dtype=object), note=DANGEROUS[0])
    page = read_back(tmp_path, sheet, title=DANGEROUS[0], properties={"Source": DANGEROUS[0]})["Text"]
    header, _ = table(page, "name")
    cells = [page.cell(header + 1 + number, 1) for number in range(len(DANGEROUS))]
    shown = [cell.value.replace("_x0001_", "\x01") for cell in cells]  # openpyxl leaves this one escaped
    assert shown == [*DANGEROUS[:-1], "?"]
    assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert all(cell.quotePrefix for cell in cells[:4])  # not run when somebody edits the cell either
    assert [cell.hyperlink.location for row in page.iter_rows() for cell in row if cell.hyperlink] == ["'Contents'!A1"]


def test_text_in_a_number_column_stays_text(tmp_path):
    frame = pd.DataFrame({"limit": [10.5, "=1+1", None]}, dtype=object)
    page = read_back(tmp_path, Sheet("Limits", "Limits", frame, formats={"limit": "money"}))["Limits"]
    header, _ = table(page, "limit")
    assert [(page.cell(header + n, 1).value, page.cell(header + n, 1).data_type) for n in (1, 2, 3)] == [
        (10.5, "n"), ("=1+1", "s"), (None, "n"),
    ]  # fmt: skip


def test_a_row_may_name_its_own_unit(tmp_path):
    frame = pd.DataFrame({"currency": "JPY", "value": [45.2, 0.1, 900.0], "unit": ["days", "share", "money"]})
    page = read_back(tmp_path, Sheet("Kpis", "Kpis", frame, formats={"value": "unit"}))["Kpis"]
    header, _ = table(page, "currency")
    formats = [page.cell(header + number, 2).number_format.split(";")[0] for number in (1, 2, 3)]
    assert formats == ["#,##0.0", "0.0%", "#,##0"]
    assert [page.cell(header + number, 3).value for number in (1, 2, 3)] == ["days", "share", "money"]


def test_units_are_written_in_the_readers_language(tmp_path):
    frame = pd.DataFrame({"value": [45.2, 3.9], "unit": ["days", "times"]})
    page = read_back(tmp_path, Sheet("Kpis", "Kpis", frame, formats={"value": "unit"}), lang="zh")["Kpis"]
    header, _ = table(page, "value")
    assert [page.cell(header + number, 2).value for number in (1, 2)] == ["天", "次"]


def test_contents_lead_to_every_sheet(tmp_path):
    sheets = [SHEET, Sheet("O'Brien: Überfällig", "Second", ageing()), Sheet("Ageing", "Third", ageing())]
    book = read_back(tmp_path, *sheets, title="Diagnostic", properties={"As of": "2026-03-31"})
    contents = book.worksheets[0]
    links = [cell.hyperlink.location for row in contents.iter_rows() for cell in row if cell.hyperlink]
    assert book.sheetnames == ["Contents", "Ageing", "O'Brien_ Überfällig", "Ageing 2"]
    assert links == ["'Ageing'!A1", "'O''Brien_ Überfällig'!A1", "'Ageing 2'!A1"]
    assert [contents["A1"].value, contents["A3"].value, contents["B3"].value] == [
        "Diagnostic",
        "As of",
        "2026-03-31",
    ]


def test_header_is_frozen_filtered_and_repeated_in_print(tmp_path):
    page = read_back(tmp_path, SHEET)["Ageing"]
    header, _ = table(page, "Customer")
    assert page.freeze_panes == f"B{header + 1}"
    assert page.auto_filter.ref == f"A{header}:H{header + 3}"
    assert page.print_title_rows == f"${header}:${header}"
    assert page.page_setup.orientation == "landscape"
    assert (page.sheet_properties.pageSetUpPr.fitToPage, page.page_setup.fitToHeight) == (True, 0)


def test_chinese_columns_are_wide_enough(tmp_path):
    frame = pd.DataFrame({"name": ["某某工程建设集团有限公司"], "short": ["a"]})
    page = read_back(tmp_path, Sheet("宽", "宽", frame))["宽"]
    assert page.column_dimensions["A"].width >= 24 > page.column_dimensions["B"].width


def test_an_indexed_frame_shows_its_index(tmp_path):
    frame = ageing().set_index(["currency", "customer_id"])
    _, names = table(read_back(tmp_path, Sheet("Indexed", "Indexed", frame))["Indexed"], "currency")
    assert names[:2] == ["currency", "customer_id"]


def test_an_empty_table_is_a_header_without_totals(tmp_path):
    sheet = Sheet("Empty", "Empty", ageing().iloc[:0], totals=("total",))
    page = read_back(tmp_path, sheet)["Empty"]
    header, names = table(page, "customer_id")
    assert (header, len(names)) == (page.max_row, 8)


def test_writing_changes_nothing_and_repeats_to_the_byte(tmp_path):
    before = SHEET.frame.copy()
    first = write(tmp_path / "a.xlsx", [SHEET], as_of=dt.date(2026, 3, 31)).read_bytes()
    second = write(tmp_path / "b.xlsx", [SHEET], as_of="2026-03-31").read_bytes()
    assert first == second
    pd.testing.assert_frame_equal(SHEET.frame, before)
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").properties.created == pd.Timestamp("2026-03-31")


def test_too_long_a_text_is_cut_where_one_sees_it(tmp_path):
    page = read_back(tmp_path, Sheet("Long", "Long", pd.DataFrame({"note": ["x" * 40_000]})))["Long"]
    text = page.cell(page.max_row, 1).value
    assert (len(text), text[-2:]) == (16_002, " …")


def test_more_rows_than_excel_holds_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    with pytest.raises(ArkitError, match="Ageing would have 3 rows, Excel holds 2"):
        write(tmp_path / "book.xlsx", [SHEET], as_of="2026-03-31")


def test_tab_names_are_accepted_by_excel():
    names = tab_names(["a/b:c*d?e[f]g\\h", "x" * 40, "X" * 40, "'", "history", "中" * 40, "a/b:c*d?e[f]g\\h"])
    assert len({name.casefold() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
    assert "history" not in [name.casefold() for name in names]
