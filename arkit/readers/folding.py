"""Rows that are no records of their own: totals, headings, drafts, repeated lines. They are accounted for, not used."""

from __future__ import annotations

from typing import Any

import numpy as np

from arkit.messages import Message
from arkit.readers import words
from arkit.readers.findings import Findings, Mask, Sheet
from arkit.readers.grid import RawTable
from arkit.readers.profiles import TableProfile
from arkit.readers.refusal import rule

TOTAL_WORDS = frozenset(
    {"合计", "总计", "小计", "合计:", "总计:", "小计:", "累计", "合計", "總計", "小計",
     "total", "totals", "grand total", "subtotal", "sum"}
)  # fmt: skip
_TOTAL_OF = r"^(grand total|sub-?total|total|合计|小计|总计)\b"
"""How a report begins the row that adds up a group: Total for Alpha Ltd."""


def fold(sheet: Sheet, raw: RawTable, table: TableProfile, findings: Findings) -> None:
    """Find all such rows of a sheet whose columns are named but not yet typed."""
    if table.group is not None:
        _headings(sheet, raw, table.group)
    _totals(sheet, raw, grouped=table.group is not None)
    for name, said in table.fold.items():
        if name in sheet.texts:
            sheet.folded |= _says(sheet, name, said)
    for name, said in table.skip.items():
        if name in sheet.texts:
            _skip(sheet, name, _says(sheet, name, said) & ~sheet.folded, findings)


def filled(cells: Any) -> Mask:  # noqa: ANN401 (an Arrow array)
    """Tell which cells hold anything."""
    import pyarrow.compute as pc

    mask: Mask = pc.not_equal(words.trimmed(cells), "").to_numpy(zero_copy_only=False)
    return mask


def _headings(sheet: Sheet, raw: RawTable, gives: str) -> None:
    """Take a row with nothing but its first cell as a heading, which names the customer of the rows below."""
    import pyarrow as pa

    others = [filled(cells) for cells in raw.cells[1:]]
    alone = filled(raw.cells[0]) & ~np.logical_or.reduce(others) if others else np.zeros(len(raw.rows), dtype=bool)
    sheet.folded |= alone
    if gives == "ignore" or gives in sheet.texts:
        return
    above = np.maximum.accumulate(np.where(alone, np.arange(len(alone)), -1))
    named = words.trimmed(raw.cells[0]).take(pa.array(np.maximum(above, 0)))
    sheet.texts[gives] = _where(above >= 0, named)
    sheet.words[gives] = raw.header[0].strip() or gives


def _where(mask: Mask, cells: Any) -> Any:  # noqa: ANN401
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(mask), cells, "")


def _totals(sheet: Sheet, raw: RawTable, *, grouped: bool) -> None:
    """Find rows that add up others: no date, and the word for a total in some cell."""
    import pyarrow as pa
    import pyarrow.compute as pc

    dated = next((name for name in ("date", "month") if name in sheet.texts), None)
    if dated is None:
        return
    words_of = pa.array(sorted(TOTAL_WORDS))

    def is_total(cells: Any) -> Any:  # noqa: ANN401
        bare = pc.utf8_lower(words.trimmed(cells))
        known = pc.is_in(bare, value_set=words_of)
        return pc.or_(known, pc.match_substring_regex(bare, _TOTAL_OF)) if grouped else known

    candidates = np.flatnonzero(
        ~filled(sheet.texts[dated]) | is_total(sheet.texts[dated]).to_numpy(zero_copy_only=False)
    )
    if not len(candidates):
        return
    rows = pa.array(candidates)
    found = [is_total(cells.take(rows)).to_numpy(zero_copy_only=False) for cells in raw.cells]
    sheet.folded[candidates[np.logical_or.reduce(found)]] = True


def _says(sheet: Sheet, name: str, said: tuple[str, ...]) -> Mask:
    """Return the rows in which a column says one of these words."""
    import pyarrow as pa
    import pyarrow.compute as pc

    folded = pa.array([word.casefold() for word in said])
    mask: Mask = pc.is_in(pc.utf8_lower(sheet.texts[name]), value_set=folded).to_numpy(zero_copy_only=False)
    return mask


def _skip(sheet: Sheet, name: str, rows: Mask, findings: Findings) -> None:
    if rows.any():
        said = sorted(set(sheet.texts[name].filter(rows).to_pylist()))
        findings.assume(
            Message("{n} rows are no receivables and stand apart: {column} says {words}", n=int(rows.sum()),
                    column=sheet.words[name], words=", ".join(said))
        )  # fmt: skip
        sheet.folded |= rows


_OF_DOCUMENT = {"customer_id", "date", "due_date", "amount", "open", "paid", "currency", "kind"}


def repeated_lines(sheet: Sheet, name: str, findings: Findings) -> None:
    """Keep the first row of each document of which a file has one a line; refuse where what they repeat differs."""
    import pandas as pd

    ids = pd.Series(sheet.columns[name])
    usable = ~sheet.folded & ~sheet.refused & ids.notna().to_numpy()
    repeats = ids.where(usable).duplicated().to_numpy() & usable
    if not repeats.any():
        return
    for column in sorted(_OF_DOCUMENT & sheet.columns.keys()):
        values = pd.Series(sheet.columns[column])[usable].groupby(ids[usable], sort=False)
        differs = np.zeros(len(ids), dtype=bool)
        differs[usable] = (values.transform("nunique", dropna=False) > 1).to_numpy()
        if differs.any():
            first = int(np.flatnonzero(differs)[0])
            findings.add(
                rule("lines_differ", **sheet.at(column), row=int(sheet.rows[first]), value=str(ids.iloc[first]),
                     count=int((differs & repeats).sum()))
            )  # fmt: skip
    sheet.folded |= repeats
    findings.assume(Message("{n} rows are further lines of a document that was read already", n=int(repeats.sum())))
