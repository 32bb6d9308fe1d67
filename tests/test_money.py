from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import document, ledger

from arkit.columns import NO_CURRENCY
from arkit.money import digits, exact, known_currencies, major


@pytest.mark.parametrize(("code", "decimals"), [("CNY", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), (NO_CURRENCY, 2)])
def test_digits_are_iso_4217s(code, decimals):
    assert digits(code) == decimals


def test_the_code_for_no_currency_is_known():
    assert {"CNY", "USD", NO_CURRENCY} <= known_currencies()


def test_major_scales_each_row_by_its_currency():
    minor = pd.Series([123456, 1500, 1234])
    assert major(minor, pd.Series(["CNY", "JPY", "KWD"])).tolist() == [1234.56, 1500.0, 1.234]


@given(st.integers(min_value=1, max_value=10**15))
def test_no_cent_is_lost_on_the_way_in_and_out(fen):
    amount = float(exact(fen, "CNY"))
    assert ledger([document("I", "invoice", "2026-01-01", amount)]).open_items("2026-01-31")["open"].iloc[0] == amount


def test_exact_keeps_the_decimals_of_the_currency():
    assert exact(100, "CNY") == Decimal("1.00")
    assert str(exact(5, "KWD")) == "0.005"
