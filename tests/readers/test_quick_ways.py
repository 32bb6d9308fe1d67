"""The quick ways of the readers give what the slow ones give."""

from __future__ import annotations

import io
import random
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from arkit.frames import all_distinct
from arkit.readers import archive, numbers, words, workbook


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


PLAIN = '<row r="{0}" spans="1:2"><c r="A{0}" t="s"><v>1</v></c><c r="B{0}"><v>2.5</v></c></row>'


def packed(middle: str, *, around: int = 40_000) -> tuple[bytes, zipfile.ZipInfo]:
    """Return a sheet with something in the middle of many plain rows, and its part."""
    rows = [PLAIN.format(n) for n in range(1, around)]
    sheet = f"<worksheet xmlns:r='x'><cols/><sheetData>{''.join(rows)}{middle}{''.join(rows)}</sheetData></worksheet>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/worksheets/sheet1.xml", sheet)
    return file.getvalue(), zipfile.ZipFile(file).infolist()[0]


@pytest.mark.parametrize(
    "middle", ["", '<c r="AN999999"/>', "<c s='1' r='AN7'/>", '<x:c r="Z9"/>', '<row r="40"><c\tr="C40"/>']
)
def test_a_sheet_whose_cells_all_lie_near_is_not_measured_closer(middle: str) -> None:
    reach = archive._near(*packed(middle))
    assert reach is not None
    assert reach.rows * reach.columns <= archive.MAX_CELLS
    assert reach.shared >= archive._exact_reach(*packed(middle)).shared


@pytest.mark.parametrize(
    "middle",
    [
        '<c r="AO1"/>', '<c r="XFD1"/>', '<c r="A1000000"/>', "<c s='1' r='AO7'/>", "<c r = 'A1048576'/>", "<c/>",
        '<c t="s"><v>1</v></c>', "<x:c/>", '<x:c r="AO9"/>', '<c\tr="zz9"/>', '<row r="1048576"><c/></row>',
    ],
)  # fmt: skip
def test_one_cell_that_may_lie_elsewhere_has_the_sheet_measured(middle: str) -> None:
    assert archive._near(*packed(middle)) is None


def test_no_shared_text_is_longer_than_the_longest_run() -> None:
    texts = b"<sst>" + b"".join(b"<si><t>%s</t></si>" % (b"x" * n) for n in (3, 5_000, 40, 1)) + b"</sst>"
    for size in (1, 7, 64, 4_999, 100_000):
        pieces = [texts[at : at + size] for at in range(0, len(texts), size)]
        assert archive._longest(iter(pieces)) >= archive._lengths(iter([texts])).max()
    assert archive._longest(iter([texts])) < 5_050


def test_a_sheet_that_begins_far_down_and_right_keeps_its_rows_and_columns() -> None:
    file = io.BytesIO()
    rows = 2 * workbook._BLOCK
    frame = pd.DataFrame({"a": range(rows), "b": [f"t{n}" for n in range(rows)]})
    frame.to_excel(file, index=False, startrow=3, startcol=2, engine="xlsxwriter")
    (grid,) = workbook.open_workbook(file.getvalue(), "far.xlsx")
    assert grid.head[:4] == [[""] * 4, [""] * 4, [""] * 4, ["", "", "a", "b"]]
    body = grid.body(3)
    assert body.rows[[0, -1]].tolist() == [5, rows + 4]
    assert [cells[-1].as_py() for cells in body.cells] == ["", "", str(rows - 1), f"t{rows - 1}"]
