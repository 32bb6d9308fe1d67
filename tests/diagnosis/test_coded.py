import numpy as np
import pandas as pd
import pytest

from arkit.diagnosis.coded import Coded, Rows, added, mean, quantile, ratio

CODES = np.array([2, 0, 2, 0, 2, 0, 0])
VALUES = np.array([5, 1, 9, 4, 7, 2, 8])


def rows() -> Rows:
    return Rows({"customer": CODES, "age": VALUES, "kind": Coded.of(pd.Series(["b", "a", None, "a", "b", "c", "a"]))})


def test_text_is_numbered_in_the_order_of_its_words_and_what_is_missing_is_none_of_them():
    coded = Coded.of(pd.Series(["b", None, "a"]))
    assert coded.codes.tolist() == [1, -1, 0]
    assert coded.words.tolist() == ["a", "b"]
    assert coded.isin("b", "z").tolist() == [True, False, False]


def test_rows_are_narrowed_down_in_their_order():
    late = rows().where(VALUES > 3)
    assert late["age"].tolist() == [5, 9, 4, 7, 8]
    assert late.where(late.isin("kind", "a"))["age"].tolist() == [4, 8]
    assert late.oldest_first("age")["age"].tolist() == [9, 8, 7, 5, 4]
    assert late.once("customer")["age"].tolist() == [5, 4]
    assert late.word("kind", 0) == "b"


def test_rows_with_another_column_keep_the_others():
    wider = rows().where(VALUES > 7).extended(twice=np.array([18, 16]))
    assert wider["twice"].tolist() == [18, 16]
    assert wider.isin("kind", "a").tolist() == [False, True]


def test_only_columns_of_text_hold_words():
    with pytest.raises(TypeError, match="age is no column of text"):
        rows().isin("age", "a")


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_a_quantile_is_that_of_numpy_code_by_code_and_not_defined_without_values(share):
    found = quantile(CODES, VALUES, 4, share)
    first, last = (np.quantile(VALUES[code == CODES], share) for code in (0, 2))
    assert found == pytest.approx([first, np.nan, last, np.nan], nan_ok=True)


def test_a_quantile_of_nothing_is_not_defined():
    assert np.isnan(quantile(np.zeros(0, np.int64), np.zeros(0, np.int64), 2)).all()


def test_sums_of_money_are_exact_where_floats_are_not():
    assert added(np.array([0, 0]), np.array([2**53, 1]), 2).tolist() == [2**53 + 1, 0]


def test_means_and_ratios_of_nothing_are_not_defined():
    assert mean(CODES, VALUES, 3) == pytest.approx([3.75, np.nan, 7.0], nan_ok=True)
    assert ratio(np.array([1.0, 1.0]), np.array([0.0, 2.0])) == pytest.approx([np.nan, 0.5], nan_ok=True)
