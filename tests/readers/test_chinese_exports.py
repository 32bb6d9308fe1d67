"""What the exports of Chinese systems have of their own, beyond the position that the fixtures check."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import arkit
from arkit.readers import profiles
from arkit.readers.drafting import draft

FIXTURES = Path(__file__).parent / "fixtures"
U8 = "客户编码,客户名称,日期,凭证号,摘要,单据类型,单据号,币种,本期应收,本期收回,余额"
OPENING = "0101,宁波海润,,,期初余额,,,{currency},,,{balance}"
INVOICE = "0101,宁波海润,2026-01-15,记-1,货款,销售专用发票,0000000001,人民币,300.00,,-200.00"


def rules(error: arkit.LedgerError) -> set[str]:
    return {problem.rule for problem in error.problems}


def kinds(ledger: arkit.Ledger) -> dict[str, str]:
    return dict(zip(ledger.documents["document_id"], ledger.documents["kind"], strict=True))


class TestOpeningBalances:
    def test_one_that_the_customer_owes_is_no_sale(self, write) -> None:
        ledger = arkit.read(write(U8, OPENING.format(currency="人民币", balance="500.00"), INVOICE))
        assert kinds(ledger) == {"opening 0101 人民币": "adjustment", "销售专用发票/0000000001": "invoice"}

    def test_one_in_the_customers_favour_is_money_still_to_be_applied(self, write) -> None:
        ledger = arkit.read(write(U8, OPENING.format(currency="人民币", balance="-500.00"), INVOICE))
        assert kinds(ledger)["opening 0101 人民币"] == "payment"
        position = arkit.aging(ledger, as_of="2026-03-31").loc["CNY"]
        assert (position["unapplied"], position["total"]) == (-200.0, -200.0)

    def test_a_customer_may_have_one_in_each_currency(self, write) -> None:
        rows = [OPENING.format(currency=currency, balance="500.00") for currency in ("人民币", "美元")]
        ledger = arkit.read(write(U8, *rows, INVOICE.replace("-200.00", "800.00")))
        assert ledger.intake.totals["used"].to_dict() == {"CNY": Decimal("800.00"), "USD": Decimal("500.00")}


class TestADayInThreeColumns:
    HEADER = U8.replace("日期", "年,月,日")
    OPENED = "0101,宁波海润,2026,,,,期初余额,,,人民币,,,500.00"
    ROW = "0101,宁波海润,2026,1,15,记-1,货款,销售专用发票,0000000001,人民币,300.00,,800.00"
    TOTAL = "0101,宁波海润,2026,1,,,本月合计,,,人民币,300.00,,800.00"

    def test_it_is_one_day(self, write) -> None:
        ledger = arkit.read(write(self.HEADER, self.OPENED, self.ROW, self.TOTAL))
        dates = dict(zip(ledger.documents["document_id"], ledger.documents["date"].dt.date.astype(str), strict=True))
        assert dates == {"opening 0101 人民币": "2025-12-31", "销售专用发票/0000000001": "2026-01-15"}
        assert ledger.intake.tables[0].folded == 1

    def test_a_day_of_which_a_part_is_missing_is_none(self, write) -> None:
        with pytest.raises(arkit.LedgerError) as refusal:
            arkit.read(write(self.HEADER, self.OPENED, self.ROW.replace(",1,15,", ",1,,")))
        assert rules(refusal.value) == {"missing_value"}


SUMMARIES = {
    "U8": "客户编码,客户名称,币种,余额/本币,账期内,1-30,31-60,61-90,91以上",
    "K/3": "核算项目代码,核算项目名称,币别,余额,未到期,1-30天,31-60天,61-90天,90天以上",
    "Cloud": "往来单位编码,往来单位名称,币别,尚未收款金额,未到期,0-30天,31-60天,61-90天,90天以上",
    "traditional": "客戶編號,客戶名稱,幣別,應收餘額,未到期,1-30日,31-60日,61-90日,90日以上",
}


@pytest.mark.parametrize("maker", SUMMARIES)
def test_a_table_of_ages_per_customer_is_refused_as_what_it_is(maker: str, write) -> None:
    with pytest.raises(arkit.LedgerError) as refusal:
        arkit.read(write(SUMMARIES[maker], "0101,宁波海润,人民币,100.00,,100.00,,,"))
    assert rules(refusal.value) == {"aged_balances"}


def test_a_number_that_two_kinds_of_document_share_is_told_apart_by_the_kind() -> None:
    ledger = arkit.read(FIXTURES / "yonyou_u8_detail")
    numbers = set(ledger.documents["document_id"])
    assert {"销售专用发票/0000000101", "收款单/0000000101"} <= numbers


@pytest.mark.parametrize(
    ("fixture", "document"),
    [("kingdee_k3_detail", "HZSS000002"), ("kingdee_cloud_detail", "YSCYF0000021"), ("generic_zh_journal", "HX-0301")],
)
def test_what_closes_an_item_without_money_is_no_payment(fixture: str, document: str) -> None:
    given = {"currency": "CNY"} if fixture.startswith("generic") else {}
    applications = arkit.read(FIXTURES / fixture, **given).applications
    assert set(applications.loc[applications["by_document_id"] == document, "kind"]) == {"other"}


class TestHeadersInTwoRows:
    UPPER = "往来单位编码,往来单位名称,业务日期,单据类型,单据编号,币别,{over},,"
    LOWER = ",,,,,,本期应收,本期收款,期末余额"
    ROW = "CUST1,上海明达,2026/1/6,标准应收单,AR1,美元,100.00,,100.00"

    def test_the_amounts_are_those_in_the_documents_currency(self, write) -> None:
        ledger = arkit.read(write(self.UPPER.format(over="原币"), self.LOWER, self.ROW))
        assert ledger.intake.totals["used"].to_dict() == {"USD": Decimal("100.00")}

    def test_amounts_in_the_base_currency_are_not_taken_for_those_in_the_documents(self, write) -> None:
        with pytest.raises(arkit.LedgerError) as refusal:
            arkit.read(write(self.UPPER.format(over="本位币"), self.LOWER, self.ROW))
        assert rules(refusal.value) == {"unknown_layout"}

    def test_a_row_of_amounts_below_a_header_in_one_row_is_no_header(self, write) -> None:
        ledger = arkit.read(write(U8, INVOICE.replace("-200.00", "300.00")))
        assert (ledger.intake.profile, ledger.intake.tables[0].used) == ("yonyou_u8_detail", 1)


class TestCommonWords:
    @pytest.mark.parametrize(
        ("header", "profile"),
        [
            ("发票号,客户名称,客户编号,日期,余额", "generic_open"),
            ("发票号,客户名称,客户编号,日期,金额,已收金额", "generic_paid"),
            ("發票號碼,客戶名稱,客戶編號,發票日期,發票金額,未收金額", "generic_paid"),
            ("单号,客户名称,客户编号,日期,借方,贷方,余额", "generic_journal"),
            ("单号,客户名称,客户编号,日期,金额,收款日期", "generic_settled"),
        ],
    )
    def test_the_columns_tell_the_shape(self, header: str, profile: str, write) -> None:
        last = {"generic_settled": ",100.00,2026-02-03"}.get(profile, ",100.00" + ",0.00" * (header.count(",") - 4))
        ledger = arkit.read(write(header, f"A-1,宁波海润,0101,2026-01-06{last}"), currency="CNY")
        assert ledger.intake.profile == profile

    @pytest.mark.parametrize("shape", ["open", "paid", "settled", "journal"])
    def test_they_are_english_and_chinese_of_both_scripts(self, shape: str) -> None:
        table = profiles.load(f"generic_{shape}").tables["documents"]
        assert {"due date", "到期日", "帳期到期日"} <= set(table.columns["due_date"])
        assert bool(table.opening) == (shape == "journal")
        assert "已作废" in table.skip["status"]

    def test_words_of_values_come_only_with_the_column_that_has_them(self) -> None:
        assert "documents.settled_by" in profiles.load("generic_settled").values
        assert "documents.settled_by" not in profiles.load("generic_open").values

    @pytest.mark.parametrize("word", ["坏账核销", "作废", "撤销", "失效", "以货抵债", "壞帳沖銷"])
    def test_a_word_that_closes_an_item_without_money_is_no_payment(self, word: str) -> None:
        assert profiles.load("generic_settled").canonical("documents", "settled_by", word) in {"write_off", "other"}


@pytest.mark.parametrize(
    "fixture", ["yonyou_u8_detail", "yonyou_u8_aging", "kingdee_cloud_aging", "generic_zh_open", "generic_zh_paid"]
)
def test_a_profile_drafted_from_an_export_reads_the_same_ledger(fixture: str, tmp_path: Path) -> None:
    (path,) = (file for file in (FIXTURES / fixture).iterdir() if file.name != "expected.yaml")
    drafted = tmp_path / "mine.yaml"
    drafted.write_text(draft(path), encoding="utf-8")
    assert arkit.read(path, profile=drafted).documents.equals(arkit.read(path).documents)
