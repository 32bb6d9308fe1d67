"""Values that a layout writes in several columns: a number of kind and document, a date of year, month and day."""

from __future__ import annotations

from typing import Any

import numpy as np

from arkit.readers import words
from arkit.readers.findings import Findings, Mask, Sheet
from arkit.readers.grid import RawTable
from arkit.readers.matching import GROUP, Match
from arkit.readers.profiles.table import TableProfile

Own = dict[str, Any]
"""Column -> the cells of a header of its own, beside those that its value is composed of."""


def compose(sheet: Sheet, raw: RawTable, match: Match, table: TableProfile, findings: Findings) -> Own:
    """Join the cells of several columns to one value, 1000/1800000001/2026/1; empty where a needed one is empty.

    Returns
    -------
    dict
        The cells of columns that have a header of their own, too, for :func:`choose`.
    """
    import pyarrow.compute as pc

    own: Own = {}
    for name, parts in match.parts.items():
        if name in sheet.texts:
            own[name] = sheet.texts[name]
        joined, empty, headers = None, np.zeros(len(sheet.rows), dtype=bool), []
        for part in parts:
            grouped = part.position == GROUP
            cells = sheet.texts[str(table.group)] if grouped else words.trimmed(raw.cells[part.position])
            header = sheet.words[str(table.group)] if grouped else match.words[part.position].strip()
            sheet.texts[name], rounded = words.ids(cells)
            sheet.words[name] = header
            findings.set_aside(sheet, "destroyed_id", name, rounded)
            headers.append(header)
            joined = sheet.texts[name] if joined is None else _joined(joined, sheet.texts[name])
            if part.needed:
                empty |= pc.equal(sheet.texts[name], "").to_numpy(zero_copy_only=False)
        sheet.texts[name] = pc.if_else(empty, "", joined)
        sheet.words[name] = " + ".join(headers)
    return own


def _joined(left: Any, right: Any) -> Any:  # noqa: ANN401 (Arrow arrays)
    """Join two columns by a stroke, which stands only between what is filled."""
    import pyarrow.compute as pc

    both = pc.and_(pc.not_equal(left, ""), pc.not_equal(right, ""))
    return pc.binary_join_element_wise(left, right, pc.if_else(both, "/", ""))


def choose(sheet: Sheet, match: Match, own: Own, table: TableProfile) -> Mask:
    """Take a document's own number where it stands for one composed value only, or wherever it has a row per line.

    Returns
    -------
    ndarray
        The rows that keep the composed number in place of their own.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    instead = np.zeros(len(sheet.rows), dtype=bool)
    for name, cells in own.items():
        joined = sheet.texts[name]
        filled: Mask = pc.not_equal(cells, "").to_numpy(zero_copy_only=False)
        usable = filled if table.lines_of == name else filled & _stands_for_one(cells, joined, filled & ~sheet.folded)
        sheet.texts[name] = pc.if_else(pa.array(usable), cells, joined)
        sheet.words[name] = match.words[match.positions[name][0]].strip()
        instead |= ~usable
    return instead


def _stands_for_one(cells: Any, joined: Any, rows: Mask) -> Mask:  # noqa: ANN401
    """Return the rows whose number no other row with another composed value has."""
    numbers = cells.to_pandas()
    repeated = rows & numbers.where(rows).duplicated(keep=False).to_numpy()
    alone = np.ones(len(rows), dtype=bool)
    if repeated.any():
        values = joined.to_pandas()[repeated].groupby(numbers[repeated])
        alone[repeated] = (values.transform("nunique") == 1).to_numpy()
    return alone
