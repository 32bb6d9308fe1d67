"""Text cells: ids that stay text, and words that stand for the ledger's own."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

_FORMULA_TEXT = r'^="([^"]*)"$'
"""How spreadsheets keep an id as text in a CSV file: ="00123" (a convention of quoting; nothing is evaluated)."""
_FLOAT_ID = r"^\d+\.0+$"
_ROUNDED_ID = r"^\d(\.\d+)?[eE]\+\d+$"


def trimmed(cells: Any) -> Any:  # noqa: ANN401 (Arrow arrays, throughout)
    """Return cells without the white space around them."""
    import pyarrow.compute as pc

    bare = pc.utf8_trim_whitespace(cells)
    return cells if _characters(bare) == _characters(cells) else bare  # of two equal copies one is let go


def _characters(cells: Any) -> int:  # noqa: ANN401
    """Return how many bytes of text there are."""
    import pyarrow as pa

    if isinstance(cells, pa.ChunkedArray):
        return sum(map(_characters, cells.chunks))
    if not len(cells):
        return 0
    ends = np.frombuffer(cells.buffers()[1], dtype=np.int64 if pa.types.is_large_string(cells.type) else np.int32)
    return int(ends[cells.offset + len(cells)]) - int(ends[cells.offset])


def unquoted(cells: Any) -> Any:  # noqa: ANN401
    """Return cells without the ="..." that spreadsheets put around text."""
    import pyarrow.compute as pc

    if not pc.any(pc.starts_with(cells, '="')).as_py():
        return cells
    return pc.replace_substring_regex(cells, _FORMULA_TEXT, r"\1")


def ids(cells: Any) -> tuple[Any, npt.NDArray[np.bool_]]:  # noqa: ANN401
    """Return a column of ids as text, and which of them a spreadsheet has rounded (1.93E+09).

    Full-width letters and digits become plain ones; 1930571429.0 becomes 1930571429 where every id with a point
    is of that kind; leading zeros stay.
    """
    import pyarrow.compute as pc

    cells = unquoted(cells)
    if not pc.all(pc.string_is_ascii(cells)).as_py():
        cells = each_distinct(cells, lambda text: unicodedata.normalize("NFKC", text))
    pointed = pc.match_substring(cells, ".")
    if pc.any(pointed).as_py() and pc.all(pc.match_substring_regex(cells.filter(pointed), _FLOAT_ID)).as_py():
        cells = pc.replace_substring_regex(cells, r"\.0+$", "")
    if not pc.any(pc.match_substring(cells, "+")).as_py():
        return cells, np.zeros(len(cells), dtype=bool)
    return cells, pc.match_substring_regex(cells, _ROUNDED_ID).to_numpy(zero_copy_only=False)


def each_distinct(cells: Any, change: Callable[[str], str | None]) -> Any:  # noqa: ANN401
    """Return cells with each distinct text changed by a function, which is asked once per text."""
    import pyarrow as pa

    coded = cells.dictionary_encode()
    changed = pa.array([change(text) for text in coded.dictionary.to_pylist()], type=pa.string())
    return changed.take(coded.indices)


def as_series(cells: Any) -> Any:  # noqa: ANN401 (a pandas array)
    """Return Arrow text as a pandas text array in which nothing is ever the empty text; the text is not copied."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    filled = pc.not_equal(cells, "")
    if not pc.all(filled).as_py():
        cells = (
            _shown(cells, filled)
            if isinstance(cells, pa.Array) and not cells.offset
            else pc.if_else(filled, cells, None)
        )
    return pd.array(cells, dtype="str")


def _shown(cells: Any, there: Any) -> Any:  # noqa: ANN401
    """Return cells of which only those of a mask are there, by a bitmap over the same text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if there.null_count:
        there = pc.fill_null(there, fill_value=False)
    return pa.Array.from_buffers(cells.type, len(cells), [there.buffers()[1], *cells.buffers()[1:]])
