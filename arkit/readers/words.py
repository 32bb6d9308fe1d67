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

    return pc.utf8_trim_whitespace(cells)


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
    """Return Arrow text as a pandas text array in which nothing is ever the empty text."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    filled = pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells)
    return pd.array(filled, dtype="str")
