from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import arkit
from arkit.readers import numbers


def read(*texts: str, given_mark: str | None = None) -> list[float]:
    column = numbers.analyse(pa.array(texts))
    values = column.values(numbers.decide({"amount": column}, given_mark, None)["amount"])
    return [None if np.isnan(value) else value for value in values.tolist()]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1234.5", 1234.5), ("1,234.50", 1234.5), ("1.234,50", 1234.5), ("1 234,50", 1234.5), ("1'234.50", 1234.5),
     ("(12.50)", -12.5), ("（12.50）", -12.5), ("12.50-", -12.5), ("-12,5", -12.5), ("−7.25", -7.25), ("+7.25", 7.25),
     ("１，２３４．５０", 1234.5), ("￥1,234.50", 1234.5), ("$ 12.00", 12.0), ("12,34,567.00", 1234567.0),
     ("1.234.567", 1234567.0), ("0.125", 0.125), ("1234.567", 1234.567), (".5", 0.5), ("7", 7.0)],
)  # fmt: skip
def test_a_number_that_reads_one_way(text: str, value: float) -> None:
    assert read(text) == [value]


def test_another_cell_decides_for_one_that_reads_both_ways() -> None:
    assert read("1.234", "0,50") == [1234.0, 0.5]
    assert read("1,234", "0.50") == [1234.0, 0.5]


def test_a_column_that_reads_both_ways_is_left_undecided() -> None:
    column = numbers.analyse(pa.array(["1.234", "5.678", "9"]))
    assert numbers.decide({"amount": column}, None, None) == {"amount": None}
    assert read("1.234", given_mark=",") == [1234.0]
    assert read("1.234", given_mark=".") == [1.234]


def test_a_neighbour_decides_for_a_column_that_reads_both_ways() -> None:
    columns = {name: numbers.analyse(pa.array([text])) for name, text in {"amount": "9,50", "tax": "1.234"}.items()}
    assert numbers.decide(columns, None, None) == {"amount": ",", "tax": ","}


def test_a_true_number_of_a_workbook_is_not_ambiguous() -> None:
    column = numbers.analyse(pa.array(["1.234", "5.678"]), np.array([1, 1], dtype=np.uint8))
    assert column.values(numbers.decide({"a": column}, None, None)["a"]).tolist() == [1.234, 5.678]


@pytest.mark.parametrize(
    "text", ["abc", "1.2.3", "12 34", "1,23,4", "--5", "1e5", "=1+1", "0x10", "inf", "5 EUR", "(-5)", "(5-)"]
)
def test_what_is_no_number_is_not_read_as_one(text: str) -> None:
    assert numbers.analyse(pa.array([text, "1.50"])).bad.tolist() == [True, False]


def test_a_second_currency_sign_in_a_column_is_not_read_over() -> None:
    assert numbers.analyse(pa.array(["$1.50", "$2.50", "€3.50"])).bad.tolist() == [False, False, True]


@given(
    st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=2), min_size=1, max_size=40), st.sampled_from(".,")
)
def test_amounts_with_two_decimals_are_read_exactly_in_either_style(amounts: list[Decimal], mark: str) -> None:
    texts = [f"{amount:,.2f}" for amount in amounts]
    if mark == ",":
        texts = [text.translate(str.maketrans(",.", ".,")) for text in texts]
    assert read(*texts) == [float(amount) for amount in amounts]


SETTLED = "customerID;invoiceNumber;InvoiceDate;DueDate;InvoiceAmount;SettledDate"


def test_semicolons_and_decimal_commas_are_read(write) -> None:
    path = write(SETTLED, "C1;007;13.02.2024;14.03.2024;1.234,50;", "C1;008;14.02.2024;15.03.2024;(20,00);")
    ledger = arkit.read(path, currency="EUR")
    assert ledger.documents["amount"].tolist() == [1234.5, -20.0]
    assert ledger.documents["document_id"].tolist() == ["007", "008"]
    assert ledger.documents["kind"].tolist() == ["invoice", "credit_note"]
    assert ledger.intake.totals.loc["EUR", "file"] == Decimal("1214.50")


def test_ambiguous_amounts_refuse_the_ledger_and_say_what_to_do(write) -> None:
    path = write(SETTLED, "C1;1;13.02.2024;14.03.2024;1.234;")
    with pytest.raises(
        arkit.LedgerError, match=r"row 2:InvoiceAmount: the numbers read both ways.*\[ambiguous_number\].*decimal="
    ):
        arkit.read(path)
    assert arkit.read(path, decimal=",").documents["amount"].tolist() == [1234.0]


def test_a_number_that_does_not_fit_its_column_is_named(write) -> None:
    rows = [f"C1;{i};13.02.2024;14.03.2024;{i},50;" for i in range(5)]
    path = write(SETTLED, *rows, "C1;9;13.02.2024;14.03.2024;7.5;")
    with pytest.raises(
        arkit.LedgerError, match=r"row 7:InvoiceAmount: most numbers.*mark ,.*'7\.5'.*\[mixed_numbers\]"
    ):
        arkit.read(path)
