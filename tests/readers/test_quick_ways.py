"""The quick ways of the readers give what the slow ones give."""

from __future__ import annotations

import io
import random

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from arkit.frames import all_distinct
from arkit.readers import numbers, words, workbook


def test_numbers_of_a_workbook_become_the_same_text_at_once_as_one_by_one() -> None:
    draw = random.Random(5)
    edges = [0.0, -0.0, 0.01, -5.5, 0.1 + 0.2, 5.00000000000001, 1e10, 9999999999.99, 1e15, 1e22, 1e-7, float("inf")]
    many = [round(draw.uniform(-1, 1) * 10 ** draw.randint(0, 14), draw.choice([0, 2, 4, 12])) for _ in range(5_000)]
    values = (*edges, "", "n/a", *many)
    texts, kinds = workbook._column(values)
    assert texts.to_pylist() == [workbook._text(value) for value in values]
    assert kinds is not None
    assert kinds.tolist() == [int(isinstance(value, float)) for value in values]


def test_text_with_blanks_is_not_copied_into_the_frame() -> None:
    cells = pa.array(["a", "", "c", "", "äö"])
    series = words.as_series(cells)
    assert pd.Series(series).fillna("none").tolist() == ["a", "none", "c", "none", "äö"]
    held = series.__arrow_array__()
    held = held.chunk(0) if isinstance(held, pa.ChunkedArray) else held
    assert held.buffers()[2].address == cells.buffers()[2].address


@pytest.mark.parametrize("cells", [pa.array(["x", "a", "", "c"])[1:], pa.chunked_array([["a", ""], ["c"]])])
def test_a_part_of_a_column_keeps_its_own_blanks(cells: object) -> None:
    assert pd.Series(words.as_series(cells)).fillna("none").tolist() == ["a", "none", "c"]


def test_cells_without_white_space_are_the_cells_themselves() -> None:
    plain = pa.array(["x", "a", "bc"])[1:]
    assert words.trimmed(plain) is plain
    assert words.trimmed(pa.array(["a ", "\tbc"])).to_pylist() == ["a", "bc"]


def test_a_column_of_plain_numbers_and_blanks_reads_as_each_does_alone() -> None:
    texts = ["12.50", "", "-3", "-", "n/a", "-0.25"]
    column = numbers.analyse(pa.array(texts))
    assert column.empty.tolist() == [False, True, False, True, True, False]
    np.testing.assert_array_equal(column.values("."), [12.5, np.nan, -3, np.nan, np.nan, -0.25])
    assert column.told() == {"."}


@pytest.mark.parametrize(
    ("ids", "distinct"),
    [
        (["1", "2", "3"], True),
        (["3", "1", "2"], True),
        (["1", "2", "2"], False),
        (["2", "1", "2"], False),
        (["1", None, "2"], True),
        (["1", None, None], False),
        ([], True),
    ],
)
def test_distinct_ids_are_told_in_any_order(ids: list[str | None], distinct: bool) -> None:
    assert all_distinct(pd.Series(ids, dtype="str")) is distinct


def test_a_sheet_that_begins_far_down_and_right_keeps_its_rows_and_columns() -> None:
    file = io.BytesIO()
    rows = 2_000
    frame = pd.DataFrame({"a": range(rows), "b": [f"t{n}" for n in range(rows)]})
    frame.to_excel(file, index=False, startrow=3, startcol=2, engine="xlsxwriter")
    (grid,) = workbook.open_workbook(file.getvalue(), "far.xlsx")
    assert grid.head[:4] == [[""] * 4, [""] * 4, [""] * 4, ["", "", "a", "b"]]
    body = grid.body(3)
    assert body.rows[[0, -1]].tolist() == [5, rows + 4]
    assert [cells[-1].as_py() for cells in body.cells] == ["", "", str(rows - 1), f"t{rows - 1}"]
