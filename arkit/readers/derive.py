"""Columns that a layout gives in parts: composed numbers, signs, debit and credit, what was settled, the due date."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from arkit.messages import Message
from arkit.readers import words
from arkit.readers.findings import Findings, Mask, Sheet
from arkit.readers.grid import RawTable
from arkit.readers.profiles import TableProfile
from arkit.readers.recognise import Match

OPENING = "opening"
"""The number of a journal's opening balance, with the customer's."""


def composed(sheet: Sheet, raw: RawTable, match: Match, table: TableProfile, findings: Findings) -> Mask:
    """Join the cells of several columns to one number: 1000/1800000001/2026/1.

    Returns
    -------
    ndarray
        The rows that have such a number in place of the one that the layout has a column for.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    instead = np.zeros(len(sheet.rows), dtype=bool)
    for name, positions in match.parts.items():
        own, own_word = sheet.texts.get(name), sheet.words.get(name)
        parts = [(match.words[position].strip(), raw.cells[position]) for position in positions]
        if table.group is not None and table.group in table.compose[name]:
            parts.append((sheet.words[table.group], sheet.texts[table.group]))
        cells = []
        for word, column in parts:
            text, rounded = words.ids(words.trimmed(column))
            sheet.texts[name], sheet.words[name] = text, word
            findings.set_aside(sheet, "destroyed_id", name, rounded)
            cells.append(pc.if_else(pc.equal(text, ""), "", pc.binary_join_element_wise("/", text, "")))
        joined = pc.utf8_slice_codeunits(pc.binary_join_element_wise(*cells, ""), start=1)
        sheet.texts[name], sheet.words[name] = joined, " + ".join(word for word, _ in parts)
        if own is not None and own_word is not None:
            usable = _filled(own) if table.lines_of == name else _stands_for_one(own, joined, sheet.folded)
            sheet.texts[name], sheet.words[name] = pc.if_else(pa.array(usable), own, joined), own_word
            instead |= ~usable
    return instead


def _filled(cells: Any) -> Mask:  # noqa: ANN401 (an Arrow array)
    import pyarrow.compute as pc

    mask: Mask = pc.not_equal(cells, "").to_numpy(zero_copy_only=False)
    return mask


def _stands_for_one(own: Any, joined: Any, folded: Mask) -> Mask:  # noqa: ANN401
    """Return the rows whose own number no row with another joined one has."""
    usable = _filled(own)
    numbers = own.to_pandas()
    repeated = usable & ~folded
    repeated &= numbers.where(repeated).duplicated(keep=False).to_numpy()
    if repeated.any():
        values = joined.to_pandas()[repeated].groupby(numbers[repeated])
        usable = usable.copy()
        usable[repeated] = (values.transform("nunique") == 1).to_numpy()
    return usable


def opening_rows(sheet: Sheet, table: TableProfile) -> Mask:
    """Return the rows that bring an opening balance, and give them a number where they have none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = np.zeros(len(sheet.rows), dtype=bool)
    for name, said in table.opening.items():
        if name in sheet.texts:
            rows |= pc.is_in(sheet.texts[name], value_set=pa.array(list(said))).to_numpy(zero_copy_only=False)
    rows &= ~sheet.folded
    if rows.any():
        numbers = sheet.texts["document_id"].to_pylist()
        customers = sheet.texts["customer_id"].to_pylist() if "customer_id" in sheet.texts else [""] * len(rows)
        for row in np.flatnonzero(rows):
            numbers[row] = numbers[row] or f"{OPENING} {customers[row]}".strip()
        sheet.texts["document_id"] = pa.array(numbers, type=pa.string())
    return rows


def opening_dates(sheet: Sheet, rows: Mask, findings: Findings) -> None:
    """Date an opening balance without a date on the last day before the month of the first entry."""
    date = sheet.columns.get("date")
    if date is None or not (undated := rows & np.isnat(date)).any() or np.isnat(date).all():
        return
    first = date[~np.isnat(date)].min().astype("datetime64[M]").astype("datetime64[D]") - np.timedelta64(1, "D")
    date[undated] = first
    findings.assume(Message("Opening balances without a date are taken as of {day}", day=str(first)))


def amounts(sheet: Sheet, table: TableProfile, opening: Mask, findings: Findings) -> None:
    """Give every row its amount, signed, whichever way the layout writes it."""
    columns = sheet.columns
    if table.sign is not None and (name := table.sign[0]) in columns:
        negative = pd.Series(columns[name]).isin(table.sign[1]).to_numpy()
        for money in ("amount", "open", "paid"):
            if money in columns:
                columns[money] = np.where(negative, -columns[money], columns[money])
    if "debit" in columns or "credit" in columns:
        debit, credit = (_or_nan(sheet, name) for name in ("debit", "credit"))
        _derived(sheet, "amount", np.nan_to_num(debit) - np.nan_to_num(credit), np.isnan(debit) & np.isnan(credit))
        if "balance" in columns and opening.any():
            columns["amount"] = np.where(opening & np.isnan(columns["amount"]), columns["balance"], columns["amount"])
        needed = np.isnan(columns["amount"]) & ~sheet.folded & ~sheet.refused
        findings.set_aside(sheet, "missing_value", "amount", needed, name="amount")
    elif "amount" not in columns and "open" in columns:
        settled = [np.nan_to_num(_or_nan(sheet, name)) for name in ("paid", "credited")]
        _derived(sheet, "amount", columns["open"] + sum(settled), np.isnan(columns["open"]))


def _or_nan(sheet: Sheet, name: str) -> Any:  # noqa: ANN401 (an array)
    return sheet.columns.get(name, np.full(len(sheet.rows), np.nan))


def _derived(sheet: Sheet, name: str, values: Any, missing: Mask) -> None:  # noqa: ANN401
    """Keep a computed column, with the header of the first column that it comes from."""
    sheet.columns[name] = np.where(missing, np.nan, values)
    given = [sheet.words[part] for part in ("debit", "credit", "open", "paid", "credited") if part in sheet.words]
    sheet.words[name] = ", ".join(given)


def due_dates(sheet: Sheet) -> None:
    """Compute the due date of a layout that gives a baseline day and a number of days."""
    days = sheet.columns.get("net_days")
    if "due_date" in sheet.columns or days is None or "baseline_on" not in sheet.columns:
        return
    baseline = sheet.columns["baseline_on"]
    start = np.where(np.isnat(baseline), sheet.columns["date"], baseline)
    sheet.columns["due_date"] = start + np.nan_to_num(days).astype("int64").astype("timedelta64[D]")
