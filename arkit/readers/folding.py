"""Rows that are no records of their own: totals, headings, drafts, repeated lines. They are accounted for, not used."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from arkit.messages import Message
from arkit.readers import words
from arkit.readers.findings import Findings, Mask, Sheet
from arkit.readers.grid import RawTable
from arkit.readers.profiles.table import TableProfile
from arkit.readers.refusal import rule

TOTAL_WORDS = frozenset(
    {"合计", "总计", "小计", "合计:", "总计:", "小计:", "合计：", "总计：", "小计：", "累计", "合計", "總計", "小計",
     "total", "totals", "grand total", "subtotal", "sum", "summe", "gesamtsumme", "zwischensumme", "suma",
     "total general", "total général", "sous-total"}
)  # fmt: skip
_TOTAL_OF = r"^(grand total|sub-?total|total|合计|小计|总计)\b"
"""How a report begins the row that adds up a group: Total for Alpha Ltd."""


def headings(sheet: Sheet, raw: RawTable, table: TableProfile) -> None:
    """Find the headings of a table in groups, and give the rows below each what it says."""
    if table.group is not None:
        _headings(sheet, raw, table.group)


def fold(sheet: Sheet, raw: RawTable, table: TableProfile, findings: Findings) -> None:
    """Find all other such rows of a sheet whose columns are named but not yet typed."""
    _totals(sheet, raw, grouped=table.group is not None)
    for names, said in table.fold.items():
        if sheet.texts.keys() >= {*(columns := names.split("&"))}:
            sheet.folded |= np.logical_and.reduce([says(sheet, name, said) for name in columns])
    for name, said in table.keep.items():
        if name in sheet.texts:
            _skip(sheet, name, ~says(sheet, name, said) & ~sheet.folded, findings)
    for name, said in table.skip.items():
        if name in sheet.texts:
            _skip(sheet, name, says(sheet, name, said) & ~sheet.folded, findings)


def filled(cells: Any) -> Mask:  # noqa: ANN401 (an Arrow array)
    """Tell which cells hold anything."""
    import pyarrow.compute as pc

    mask: Mask = pc.not_equal(words.trimmed(cells), "").to_numpy(zero_copy_only=False)
    return mask


def _headings(sheet: Sheet, raw: RawTable, gives: str) -> None:
    """Take a row with nothing but its first cell as a heading, which names the customer of the rows below.

    Its group ends with its total; what follows belongs to the group around it, or to nobody.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    others = [filled(cells) for cells in raw.cells[1:]]
    alone = filled(raw.cells[0]) & ~np.logical_or.reduce(others) if others else np.zeros(len(raw.rows), dtype=bool)
    sheet.folded |= alone
    if gives == "ignore" or not len(alone):
        return
    first = words.trimmed(raw.cells[0])
    total = pc.match_substring_regex(pc.utf8_lower(first), _TOTAL_OF).to_numpy(zero_copy_only=False)
    ends = total & ~filled(sheet.texts["date"]) if "date" in sheet.texts else total
    named = pa.array(_groups(first, alone, ends), type=pa.string())
    own = sheet.texts.get(gives)
    sheet.texts[gives] = named if own is None else pc.if_else(pc.equal(own, ""), named, own)
    sheet.words.setdefault(gives, raw.header[0].strip() or gives)


def _groups(first: Any, alone: Mask, ends: Mask) -> Any:  # noqa: ANN401 (an Arrow array, and one of texts)
    """Return per row the heading whose group it is in, the innermost where groups hold others; empty for none."""
    bounds = np.flatnonzero(alone | ends)
    inside: list[str] = []
    names = [""]
    for row, text in zip(bounds, first.take(bounds).to_pylist(), strict=True):
        if alone[row]:
            inside.append(text)
        else:
            while inside and inside.pop() not in text:
                pass
        names.append(inside[-1] if inside else "")
    return np.array(names, dtype=object)[np.searchsorted(bounds, np.arange(len(alone)), side="right")]


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
    sheet.totals = np.zeros(len(sheet.rows), dtype=bool)
    sheet.totals[candidates[np.logical_or.reduce(found)]] = True
    sheet.folded |= sheet.totals


def says(sheet: Sheet, name: str, said: tuple[str, ...]) -> Mask:
    """Return the rows in which a column says one of these words; ``*`` stands for anything, case does not count."""
    import pyarrow.compute as pc

    words = ("(?s:.*)".join(map(re.escape, word.casefold().split("*"))) for word in said)
    mask: Mask = pc.match_substring_regex(pc.utf8_lower(sheet.texts[name]), f"^(?:{'|'.join(words)})$").to_numpy(
        zero_copy_only=False
    )
    return mask


def _skip(sheet: Sheet, name: str, rows: Mask, findings: Findings) -> None:
    if rows.any():
        said = sorted(set(sheet.texts[name].filter(rows).to_pylist()))
        findings.assume(
            Message("{n} rows are no receivables and stand apart: {column} says {words}", n=int(rows.sum()),
                    column=sheet.words[name], words=", ".join(said))
        )  # fmt: skip
        sheet.folded |= rows


_OF_DOCUMENT = {"customer_id", "date", "due_date", "currency", "kind"}
_MONEY = {"amount", "open", "paid"}


def repeated_lines(sheet: Sheet, name: str, unnumbered: Mask, findings: Findings) -> None:
    """Keep the first row of each document of which a file has one a line; refuse where what they repeat differs.

    A row whose document has no number of its own is no line of another.
    """
    usable = ~sheet.folded & ~sheet.refused & ~unnumbered
    further = _further(sheet, name, usable, _OF_DOCUMENT | _MONEY, findings)
    if further.any():
        sheet.folded |= further
        findings.assume(Message("{n} rows are further lines of a document that was read already", n=int(further.sum())))


def added_up(sheet: Sheet, name: str, findings: Findings) -> None:
    """Give the first row of each document of which a file has several the sum of them all."""
    usable = ~sheet.folded & ~sheet.refused
    further = _further(sheet, name, usable, _OF_DOCUMENT, findings)
    if further.any():
        amounts = pd.Series(sheet.columns["amount"])
        sums = amounts.groupby(pd.Series(sheet.columns[name]).where(usable)).transform("sum")
        sheet.columns["amount"] = np.where(further, 0.0, np.where(usable, sums, amounts))
        sheet.folded |= further
        findings.assume(Message("{n} rows are further parts of a document and add up to it", n=int(further.sum())))


def _further(sheet: Sheet, name: str, usable: Mask, same: set[str], findings: Findings) -> Mask:
    """Return the rows after the first of each document; report columns in which its rows may not differ, and do."""
    ids = pd.Series(sheet.columns[name])
    usable = usable & ids.notna().to_numpy()
    further: Mask = ids.where(usable).duplicated().to_numpy() & usable
    if not further.any():
        return further
    for column in sorted(same & sheet.columns.keys()):
        values = pd.Series(sheet.columns[column])[usable].groupby(ids[usable], sort=False)
        differs = np.zeros(len(ids), dtype=bool)
        differs[usable] = (values.transform("nunique", dropna=False) > 1).to_numpy()
        if differs.any():
            first = int(np.flatnonzero(differs)[0])
            findings.add(
                rule("lines_differ", **sheet.at(column), row=int(sheet.rows[first]), value=str(ids.iloc[first]),
                     count=int((differs & further).sum()))
            )  # fmt: skip
    return further
