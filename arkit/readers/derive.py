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

OPENING = "opening"
"""The number of a journal's opening balance, with the customer's."""
Parts = dict[str, tuple[int, ...]]


def composed(sheet: Sheet, raw: RawTable, header: tuple[str, ...], parts: Parts, findings: Findings) -> None:
    """Join the cells of several columns to one number: 1000/1800000001/2026/1."""
    import pyarrow.compute as pc

    for name, positions in parts.items():
        cells = []
        for position in positions:
            text, rounded = words.ids(words.trimmed(raw.cells[position]))
            sheet.texts[name], sheet.words[name] = text, header[position].strip()
            findings.set_aside(sheet, "destroyed_id", name, rounded)
            cells.append(pc.if_else(pc.equal(text, ""), None, text))
        joined = pc.binary_join_element_wise(*cells, "/", null_handling="skip").fill_null("")
        sheet.texts[name] = joined
        sheet.words[name] = " + ".join(header[position].strip() for position in positions)


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
