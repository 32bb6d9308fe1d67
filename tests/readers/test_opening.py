from __future__ import annotations

import contextlib
import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

import arkit
from arkit.readers import archive, grid, profiles

ROW = "00123,C1,invoice,2024-01-31,2024-03-01,1234.50,EUR"


def book(path: Path, sheets: dict[str, list[list]]) -> Path:
    """Write a workbook; dates as true dates, text as text, whatever it looks like."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(path, options) as target:
        for name, rows in sheets.items():
            sheet = target.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    sheet.write(i, j, cell)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_unicode_encoding_is_read(documents, encoding: str) -> None:
    text = "document_id,customer_id,kind,date,due_date,amount,currency\n1,甲,invoice,2024-01-31,2024-03-01,5.00,CNY\n"
    path = documents(name="a.csv")
    path.write_bytes(text.encode(encoding))
    ledger = arkit.read(path)
    assert ledger.documents["customer_id"].tolist() == ["甲"]


def test_a_gbk_file_is_read_as_chinese(documents) -> None:
    header = "单据编号,客户编码,单据类型,单据日期,到期日,金额,币种,备注"
    path = documents(
        "00123,C1,销售发票,2024-01-31,2024-03-01,5.00,人民币,北京鑫源贸易有限公司", header=header, encoding="gbk"
    )
    ledger = arkit.read(path)
    assert ledger.documents["note"].tolist() == ["北京鑫源贸易有限公司"]
    assert ledger.documents["currency"].tolist() == ["CNY"]
    assert ledger.intake.tables[0].encoding == "gb18030"


def test_a_western_european_file_is_not_read_as_chinese(documents) -> None:
    path = documents("1,Müller,invoice,2024-01-31,2024-03-01,5.00,EUR", encoding="cp1252")
    with pytest.raises(
        arkit.LedgerError, match=r"neither UTF-8 nor Chinese GB 18030.*\[unknown_encoding\] Save it as CSV UTF-8"
    ):
        arkit.read(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(write, delimiter: str) -> None:
    lines = ("document_id,customer_id,kind,date,due_date,amount,currency", ROW)
    ledger = arkit.read(write(*(line.replace(",", delimiter) for line in lines)))
    assert ledger.intake.tables[0].delimiter == delimiter
    assert ledger.documents["document_id"].tolist() == ["00123"]


def test_row_numbers_are_the_files_own_below_titles_blank_lines_and_cells_of_several_lines(write) -> None:
    path = write(
        "Open items of Example Ltd",
        "",
        "document_id,customer_id,kind,date,due_date,amount,currency,note",
        '1,C1,invoice,2024-01-31,2024-03-01,5.00,EUR,"two\nlines"',
        "",
        "2,C1,invoice,never,2024-03-01,5.00,EUR,",
    )
    with pytest.raises(arkit.LedgerError, match=r"row 6:date: this is not a date \(got 'never'\)"):
        arkit.read(path)


def test_titles_above_the_header_of_a_sheet_are_passed_over(tmp_path: Path) -> None:
    profile = profiles.load("zh_workbook")
    columns = ["document_id", "customer_id", "kind", "date", "due_date", "amount", "currency", "terms"]
    headers = [profile.tables["documents"].headers[column] for column in columns]
    rows = [["某某有限公司应收单据"], [], headers,
            ["00123", "0007", "销售发票", dt.date(2024, 1, 31), dt.date(2024, 3, 31), 1130.1, "CNY", "月结60天"],
            [124, "0007", "收款单", dt.date(2024, 3, 1), "", 130.0, "CNY", ""],
            ["合计", "", "", "", "", 1000.1, "", ""]]  # fmt: skip
    path = book(tmp_path / "应收.xlsx", {"说明": [["导出说明"]], "应收单据": rows,
                "核销记录": [["被核销单据编号", "核销单据编号", "核销日期", "核销金额", "核销类型"],
                             ["00123", "124", dt.date(2024, 3, 1), 130, "收款核销"]]})  # fmt: skip
    ledger = arkit.read(path)
    assert ledger.documents["document_id"].tolist() == ["00123", "124"]
    assert ledger.documents["kind"].tolist() == ["invoice", "payment"]
    assert ledger.documents["amount"].tolist() == [1130.1, -130.0]
    assert ledger.documents["terms"].tolist()[0] == "eom+60"
    assert ledger.applications["kind"].tolist() == ["payment"]
    table = ledger.intake.tables[0]
    assert (table.sheet, table.rows, table.used, table.folded, table.refused) == ("应收单据", 3, 2, 1, 0)
    assert [p.sheet for p in ledger.intake.problems if p.rule == "unused_table"] == ["说明"]
    assert ledger.intake.ties()
    assert arkit.aging(ledger, as_of="2024-04-30").loc["CNY", "total"] == 1000.1


def test_dates_of_a_sheet_that_are_partly_text_are_refused(tmp_path: Path) -> None:
    header = ["customerID", "invoiceNumber", "InvoiceDate", "DueDate", "InvoiceAmount", "SettledDate"]
    path = book(tmp_path / "a.xlsx", {"Sheet1": [
        header,
        ["C1", "1", dt.date(2024, 3, 4), dt.date(2024, 4, 4), 10.5, ""],
        ["C1", "2", "13/04/2024", "14/05/2024", 10.5, ""],
    ]})  # fmt: skip
    with pytest.raises(
        arkit.LedgerError, match=r"some cells are true dates and some are text.*\[half_converted_dates\]"
    ):
        arkit.read(path)
    assert len(arkit.read(path, dates="dmy").documents) == 2


def test_date_serials_of_a_sheet_are_dates(tmp_path: Path) -> None:
    header = ["customerID", "invoiceNumber", "InvoiceDate", "DueDate", "InvoiceAmount", "SettledDate"]
    path = book(tmp_path / "a.xlsx", {"Sheet1": [header, ["C1", "1", 45356, 45387, 0.1 + 0.2, ""]]})
    ledger = arkit.read(path)
    assert str(ledger.documents["date"].iloc[0])[:10] == "2024-03-05"
    assert ledger.documents["amount"].tolist() == [0.3]


def test_one_sheet_can_be_chosen(tmp_path: Path) -> None:
    rows = [["document_id", "customer_id", "kind", "date", "due_date", "amount", "currency"], ROW.split(",")]
    path = book(tmp_path / "a.xlsx", {"2023": rows, "2024": rows})
    with pytest.raises(
        arkit.LedgerError, match=r"several tables fit documents: a.xlsx, 2023; a.xlsx, 2024 .*\[several_tables\]"
    ):
        arkit.read(path)
    assert len(arkit.read(path, sheet="2024").documents) == 1
    with pytest.raises(arkit.LedgerError, match=r"no sheet of this name; there are: 2023, 2024 .*\[no_such_sheet\]"):
        arkit.read(path, sheet="2025")


def test_quoting_of_ids_as_text_formulas_is_undone_and_nothing_is_evaluated(write) -> None:
    path = write("document_id,customer_id,kind,date,due_date,amount,currency,note",
                 '="00123",="0007",invoice,2024-01-31,2024-03-01,5.00,EUR,=1+1')  # fmt: skip
    documents = arkit.read(path).documents
    assert documents[["document_id", "customer_id", "note"]].iloc[0].tolist() == ["00123", "0007", "=1+1"]


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '=HYPERLINK("http://x")', "+1", "@SUM(A1)", "{x}", "a\tb"]
)
def test_text_of_a_ledger_survives_as_text(write, name: str) -> None:
    quoted = name.replace('"', '""')
    write("document_id,customer_id,kind,date,due_date,amount,currency", ROW, name="in/documents.csv")
    path = write("customer_id,name", f'C1,"{quoted}"', name="in/customers.csv").parent
    assert arkit.read(path).customers["name"].tolist() == [name]


def test_braces_in_a_value_survive_in_an_error(documents) -> None:
    path = documents("1,C1,invoice,{date},2024-03-01,5.00,EUR")
    with pytest.raises(arkit.LedgerError, match=r"got '\{date\}'"):
        arkit.read(path)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", r"there is nothing in it.*\[empty_file\]"),
        (b"\n \n", r"\[empty_file\]"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), r"not a table \(PNG\).*\[not_a_table\] Export the ledger as CSV"),
        (b"%PDF-1.7 ...", r"\(PDF\)"),
        (b"PK\x03\x04 not a zip", r"\[not_a_workbook\]"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"\[not_a_workbook\]"),
        (b"<html><table><tr><td>1</td></tr></table></html>", r"\(HTML\)"),
        (bytes(range(1, 250)) + bytes(300), r"\(binary\)"),
        (b"just some words\nand more", r"layout is not known.*\[unknown_layout\]"),
        (b"a,b,c\n1,2,3\n", r"Headers: a, b, c.*write-profile"),
        (b"\xff\xfea", r"\[unknown_encoding\]"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_can_not_be_a_ledger_is_refused_with_a_reason(write, data: bytes, said: str) -> None:
    with pytest.raises(arkit.LedgerError, match=said):
        arkit.read(write(data, name="thing.csv"))


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(arkit.LedgerError, match=r"no such file or folder \[no_such_file\] Check the path"):
        arkit.read(tmp_path / "nothing.csv")
    with pytest.raises(arkit.LedgerError, match="no such file"):
        arkit.read("a\x00b")


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("no table")
    with pytest.raises(arkit.LedgerError, match=r"no CSV or Parquet .* 0 workbooks; it has: notes.md.*\[no_tables\]"):
        arkit.read(tmp_path)


def test_a_frame_is_not_a_path() -> None:
    with pytest.raises(arkit.ArkitError, match=r"the mapping is empty"):
        arkit.read({})


def test_a_quotation_mark_that_is_never_closed_is_refused(write) -> None:
    path = write("document_id,customer_id,kind,date,due_date,amount,currency,note",
                 '1,C1,invoice,2024-01-31,2024-03-01,5.00,EUR,"oops',
                 "2,C1,invoice,2024-01-31,2024-03-01,5.00,EUR,",
                 '3,C1,invoice,2024-01-31,2024-03-01,5.00,EUR,"well"')  # fmt: skip
    with pytest.raises(arkit.LedgerError, match=r"row 2:note: a quotation mark is never closed.*\[open_quote\]"):
        arkit.read(path)


def test_rows_of_another_width_are_named_and_may_be_set_aside(documents) -> None:
    path = documents(ROW, "2,C1,invoice,2024-01-31,2024-03-01,5.00,EUR,extra", "3,C1")
    with pytest.raises(
        arkit.LedgerError, match=r"row 3: the row does not have as many cells.*\[ragged_row\]"
    ) as caught:
        arkit.read(path)
    assert [problem.row for problem in caught.value.problems] == [3, 4]
    intake = arkit.read(path, accept=("ragged_row",)).intake
    assert (intake.tables[0].rows, intake.tables[0].used, intake.tables[0].refused) == (3, 1, 2)


def test_a_delimiter_at_the_end_of_every_row_is_no_column(documents) -> None:
    assert len(arkit.read(documents(f"{ROW},", f"{ROW.replace('00123', '124')},")).documents) == 2


def test_a_file_beyond_the_limit_is_refused(documents, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arkit.readers.grid.MAX_FILE_BYTES", 10)
    with pytest.raises(arkit.LedgerError, match=r"too large: 0 MiB, and the limit is 0 MiB \[too_large\]"):
        arkit.read(documents(ROW))


def test_an_archive_that_unpacks_beyond_the_limit_is_refused(write) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(64):
                part.write(bytes(1 << 20))
    data = buffer.getvalue()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "MAX_UNPACKED_BYTES", 1 << 25)
        with pytest.raises(arkit.LedgerError, match=r"too large: 64 MiB, and the limit is 32 MiB \[too_large\]"):
            arkit.read(write(data, name="bomb.xlsx"))


def test_a_damaged_workbook_is_refused_wherever_the_damage_is(tmp_path: Path) -> None:
    rows = [["document_id", "customer_id", "kind", "date", "due_date", "amount", "currency"], ROW.split(",")]
    data = book(tmp_path / "whole.xlsx", {"documents": rows * 20}).read_bytes()
    for at in range(60, len(data), len(data) // 25):
        (tmp_path / "bad.xlsx").write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        with contextlib.suppress(arkit.LedgerError):  # anything else is a failure; some damage touches no cell
            arkit.read(tmp_path / "bad.xlsx", accept=["duplicate_id"])
    (tmp_path / "bad.xlsx").write_bytes(data[: len(data) // 2])
    with pytest.raises(arkit.LedgerError, match=r"can not be opened.*\[not_a_workbook\]"):
        arkit.read(tmp_path / "bad.xlsx")


def test_a_sheet_with_one_cell_very_far_out_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "far.xlsx") as target:
        sheet = target.add_worksheet()
        sheet.write(0, 0, "document_id")
        sheet.write(1_048_575, 16_383, 1)
    with pytest.raises(arkit.LedgerError, match=r"1048576 rows by 16384 columns.*\[too_large\]"):
        arkit.read(tmp_path / "far.xlsx")
    assert grid.MAX_CELLS < 1_048_576 * 16_384
