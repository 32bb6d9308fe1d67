"""A rate table is read exactly, or refused with every reason at once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import arkit
from arkit.errors import ArkitError, LedgerError
from arkit.money import scaled
from arkit.rates.table import Rates
from tests.rate_tables import table

ROWS = [("USD", "2026-01-05", "7.0123"), ("JPY", "2026-01-05", "0.0467123456"), ("USD", "2026-02-01", "7.1")]


def refused(call, *args, **kwargs):
    with pytest.raises(LedgerError) as caught:
        call(*args, **kwargs)
    return caught.value.problems


def quoted(rates: Rates, code: str, day: str) -> tuple[Decimal | None, str, list[str]]:
    quotes = rates.at(pd.Series([code]), pd.Series([pd.Timestamp(day)]))
    return quotes.rate[0], str(quotes.of[0]), [problem.rule for problem in quotes.problems]


@pytest.fixture(params=["frame", "polars", "decimals in duckdb", "csv", "chinese csv", "xlsx"])
def source(request, tmp_path):
    frame = table(*ROWS)
    match request.param:
        case "frame":
            return frame
        case "polars":
            return pl.from_pandas(frame)
        case "decimals in duckdb":
            return duckdb.from_df(frame).project('date::DATE AS "date", currency, rate::DECIMAL(18, 10) AS rate')
        case "csv":
            frame.to_csv(tmp_path / "rates.csv", index=False)
            return tmp_path / "rates.csv"
        case "chinese csv":
            lines = ["中国银行折算价,,,", "日期,币种,汇率,备注"]
            lines += [f"{day.replace('-', '/')},{code.lower()},{rate},x" for code, day, rate in ROWS]
            (tmp_path / "汇率.csv").write_text("\n".join(lines), encoding="gb18030")
            return tmp_path / "汇率.csv"
        case _:
            frame = frame.assign(date=pd.to_datetime(frame["date"]), rate=frame["rate"].astype("float64"))
            frame.to_excel(tmp_path / "rates.xlsx", index=False)
            return str(tmp_path / "rates.xlsx")


def test_every_source_gives_the_same_exact_table(source):
    rates = arkit.read_rates(source)
    assert rates["currency"].tolist() == ["JPY", "USD", "USD"]
    assert rates["date"].dt.date.tolist() == [dt.date(2026, 1, 5), dt.date(2026, 1, 5), dt.date(2026, 2, 1)]
    assert rates["rate"].tolist() == [Decimal("0.0467123456"), Decimal("7.0123"), Decimal("7.1")]


def test_all_that_is_wrong_is_told_at_once_with_its_place(tmp_path):
    lines = [
        "date,currency,rate", "2026-01-05,USD,7", "05/01/2026,EUR,8", "2026-01-05,QQQ,1", "2026-01-05,GBP,-9",
        "2026-01-05,HKD,0", "2026-01-06,GBP,", "2026-01-07,GBP,9.00000000001", "2026-01-05,usd,7.5",
        "2026-02-30,GBP,9", "2026-01-08,GBP,nine", ",GBP,9", "2026-01-09,XXX,9", '2026-01-09,GBP,"7,1"',
    ]  # fmt: skip
    (tmp_path / "rates.csv").write_text("\n".join(lines), encoding="utf-8")
    problems = refused(arkit.read_rates, tmp_path / "rates.csv")
    assert sorted((p.row, p.column, p.rule) for p in problems) == [
        (3, "date", "not_a_date"), (4, "currency", "unknown_currency"), (5, "rate", "not_positive_rate"),
        (6, "rate", "not_positive_rate"), (7, "rate", "missing_value"), (8, "rate", "rate_too_fine"),
        (9, "rate", "duplicate_rate"), (10, "date", "not_a_date"), (11, "rate", "not_a_number"),
        (12, "date", "missing_value"), (13, "currency", "unknown_currency"), (14, "rate", "not_a_number"),
    ]  # fmt: skip
    assert {p.file for p in problems} == {"rates.csv"}
    assert problems[0].todo


@pytest.mark.parametrize("rate", ["1e-11", "0." + "9" * 29, "7.12345678901"])
def test_no_digit_of_a_rate_is_rounded_away(rate):
    assert [p.rule for p in refused(arkit.read_rates, table(("USD", "2026-01-05", rate)))] == ["rate_too_fine"]


@pytest.mark.parametrize(
    ("cell", "rate"), [(0.1, "0.1"), (1e-10, "1E-10"), (7, "7"), ("７.１０", "7.1"), ("1.5e3", "1.5E+3")]
)
def test_a_float_is_the_decimal_that_it_is_written_as(cell, rate):
    assert arkit.read_rates(table(("USD", "2026-01-05", cell)))["rate"].tolist() == [Decimal(rate)]


def test_a_table_without_its_columns_says_what_it_has():
    (problem,) = refused(arkit.read_rates, pd.DataFrame({"day": ["2026-01-05"], "Currency": ["USD"]}))
    assert problem.rule == "missing_column"
    assert str(problem.message) == "no column for date, rate; there are: day, Currency"


def test_two_columns_for_one_are_refused():
    frame = table(*ROWS).assign(汇率="7")
    assert [p.rule for p in refused(arkit.read_rates, frame)] == ["duplicate_column"]


def test_a_workbook_with_two_rate_tables_is_refused(tmp_path):
    with pd.ExcelWriter(tmp_path / "rates.xlsx") as book:
        table(*ROWS).to_excel(book, sheet_name="a", index=False)
        table(*ROWS).to_excel(book, sheet_name="b", index=False)
    assert [p.rule for p in refused(arkit.read_rates, tmp_path / "rates.xlsx")] == ["several_tables"]


def test_the_rate_of_a_day_is_the_latest_on_or_before_it():
    rates = Rates(table(*ROWS), base="CNY")
    assert quoted(rates, "USD", "2026-01-05") == (Decimal("7.0123"), "2026-01-05", [])
    assert quoted(rates, "USD", "2026-01-31") == (Decimal("7.0123"), "2026-01-05", [])
    assert quoted(rates, "USD", "2026-02-01") == (Decimal("7.1"), "2026-02-01", [])
    assert quoted(rates, "CNY", "1999-01-01") == (Decimal(1), "NaT", [])


def test_no_rate_and_one_that_is_too_old_are_refused():
    rates = Rates(table(*ROWS), base="CNY")
    assert quoted(rates, "USD", "2026-01-04")[2] == ["no_rate"]
    assert quoted(rates, "EUR", "2026-01-05")[2] == ["no_rate"]
    assert quoted(rates, "JPY", "2026-02-05")[2] == []
    assert quoted(rates, "JPY", "2026-02-06")[2] == ["stale_rate"]
    assert quoted(Rates(table(*ROWS), base="CNY", max_age=32), "JPY", "2026-02-06")[2] == []
    days = pd.Series(pd.to_datetime(["2026-02-06", "2026-03-10", "2026-01-01", "2026-01-02"]))
    stale, early = sorted(
        rates.at(pd.Series(["JPY"] * 4), days).problems, key=lambda problem: problem.rule, reverse=True
    )
    assert (early.count, str(early.message)) == (2, "there is no rate of JPY on or before 2026-01-01")
    assert (stale.count, str(stale.message)) == (
        2, "the latest rate of JPY for 2026-03-10 is 64 days old; the limit is 31",
    )  # fmt: skip


def test_a_table_can_hold_several_bases():
    frame = pd.concat([table(("USD", "2026-01-05", "7"), base="CNY"), table(("USD", "2026-01-05", "0.9"), base="EUR")])
    assert quoted(Rates(frame, base="EUR"), "USD", "2026-01-05")[0] == Decimal("0.9")
    assert quoted(Rates(frame, base="CNY"), "USD", "2026-01-05")[0] == Decimal(7)
    assert quoted(Rates(frame, base="GBP"), "USD", "2026-01-05")[2] == ["no_rate"]


def test_the_base_currency_itself_is_one():
    assert quoted(Rates(table(("CNY", "2026-01-05", 1)), base="CNY"), "CNY", "2026-01-05")[0] == 1
    (problem,) = refused(Rates, table(("CNY", "2026-01-05", "1.02")), base="CNY")
    assert (problem.rule, problem.value) == ("rate_of_base", "2026-01-05: 1.02")


@pytest.mark.parametrize("arguments", [{"base": "QQQ"}, {"base": "XXX"}, {"base": "CNY", "max_age": -1}])
def test_what_is_no_base_or_age_is_refused(arguments):
    with pytest.raises(ArkitError, match="must be"):
        Rates(table(*ROWS), **arguments)


@pytest.mark.parametrize(
    ("code", "base", "rate", "minor", "expected"),
    [
        ("USD", "JPY", "152.345", 100_00, 15234),  # 15234.5 yen: half to even
        ("USD", "JPY", "152.355", 100_00, 15236),  # 15235.5
        ("USD", "KWD", "0.3075", 1_00, 308),  # 307.5 fils
        ("KWD", "JPY", "495.5", 1_001, 496),  # 495.9955
        ("JPY", "KWD", "0.0020185", 1_000, 2018),  # 2018.5 fils
        ("JPY", "CNY", "0.0467", -12_345, -57651),  # -576.5115
        ("USD", "CNY", "9999.9999999999", 10**11, 10**15 - 10),
    ],
)
def test_products_are_exact_and_rounded_once(code, base, rate, minor, expected):
    quotes = Rates(table((code, "2026-01-05", rate)), base=base).at(
        pd.Series([code]), pd.Series([pd.Timestamp("2026-01-05")])
    )
    assert quotes.convert(np.array([minor])).tolist() == [expected]


def test_a_product_beyond_any_ledger_is_refused():
    quotes = Rates(table(("USD", "2026-01-05", "30000")), base="VND").at(
        pd.Series(["USD"]), pd.Series([pd.Timestamp("2026-01-05")])
    )
    assert [p.rule for p in refused(quotes.convert, np.array([10**15]))] == ["amount_too_large"]


@given(st.lists(st.tuples(st.integers(-(10**15), 10**15), st.integers(1, 10**16), st.integers(1, 10**14)), min_size=1))
def test_scaling_is_what_fractions_say(rows):
    columns = [np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)]
    assert scaled(*columns).tolist() == [round(Fraction(minor * over, under)) for minor, over, under in rows]
