"""Columns that a layout gives in parts: composed numbers, signs, debit and credit, what was settled, the due date."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from arkit.messages import Message
from arkit.readers.findings import Findings, Mask, Sheet
from arkit.readers.folding import says
from arkit.readers.profiles.table import TableProfile

NET_DAYS = ("net_days", "net_days_2", "net_days_3")
"""Days from the baseline, of which the last that is given is the net one: those before are for cash discount."""
OPENING = "opening"
"""The number of a journal's opening balance, with the customer's."""


def opening_rows(sheet: Sheet, table: TableProfile) -> Mask:
    """Return the rows that bring an opening balance, and give them a number, one a customer and currency, and a kind.

    It is no invoice of its day: an adjustment (see :func:`opening_credits`).
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = np.zeros(len(sheet.rows), dtype=bool)
    for name, said in table.opening.items():
        if name in sheet.texts:
            rows |= says(sheet, name, said)
    rows &= ~sheet.folded
    if rows.any():
        numbers = sheet.texts["document_id"].to_pylist()
        parts = [sheet.texts[name].to_pylist() for name in ("customer_id", "currency") if name in sheet.texts]
        for row in np.flatnonzero(rows):
            own = [part[row] for part in parts if part[row]]
            numbers[row] = numbers[row] or " ".join((OPENING, *own))
        sheet.texts["document_id"] = pa.array(numbers, type=pa.string())
        if "kind" in sheet.texts:
            sheet.texts["kind"] = pc.if_else(pa.array(rows), "adjustment", sheet.texts["kind"])
    return rows


def opening_dates(sheet: Sheet, rows: Mask, findings: Findings) -> None:
    """Date an opening balance without a date on the last day before the month of the first entry."""
    date = sheet.columns.get("date")
    if date is None or not (undated := rows & np.isnat(date)).any() or np.isnat(date).all():
        return
    first = date[~np.isnat(date)].min().astype("datetime64[M]").astype("datetime64[D]") - np.timedelta64(1, "D")
    date[undated] = first
    findings.assume(Message("Opening balances without a date are taken as of {day}", day=str(first)))


def opening_credits(sheet: Sheet) -> None:
    """Take an opening balance in the customer's favour as money received before, which is still to be applied."""
    if sheet.opening.any() and "amount" in sheet.columns:
        amount = np.nan_to_num(sheet.columns["amount"])
        kinds = pd.Series(sheet.columns["kind"])
        kinds = kinds.mask(sheet.opening, "adjustment").mask(sheet.opening & (amount < 0), "payment")
        sheet.columns["kind"] = kinds.array


def amounts(sheet: Sheet, table: TableProfile, opening: Mask, findings: Findings) -> None:
    """Give every row its amount, signed, whichever way the layout writes it."""
    columns = sheet.columns
    if table.sign is not None and (name := table.sign[0]) in columns:
        negative = says(sheet, name, table.sign[1])
        for money in ("amount", "open", "paid"):
            if money in columns:
                columns[money] = np.where(negative, -columns[money], columns[money])
    if "debit" in columns or "credit" in columns:
        sides = np.array([_or_nan(sheet, name) for name in ("debit", "credit", "credited")])
        net = np.nan_to_num(sides) * np.array([[1], [-1], [-1]])
        _derived(sheet, "amount", net.sum(axis=0), np.isnan(sides).all(axis=0))
        if "balance" in columns and opening.any():
            columns["amount"] = np.where(opening & np.isnan(columns["amount"]), columns["balance"], columns["amount"])
        needed = np.isnan(columns["amount"]) & ~sheet.folded & ~sheet.refused
        findings.set_aside(sheet, "missing_value", "amount", needed, name="amount")
    elif "amount" not in columns and "open" in columns:
        settled = [np.nan_to_num(_or_nan(sheet, name)) for name in ("paid", "credited")]
        _derived(sheet, "amount", columns["open"] + sum(settled), np.isnan(columns["open"]))
    _paid_of_reduced(sheet)


def _paid_of_reduced(sheet: Sheet) -> None:
    """Compute what was paid where a layout gives the amount less the discounts that were granted, and what is open."""
    columns = sheet.columns
    if {"reduced", "open"} <= columns.keys() and "paid" not in columns:
        _derived(sheet, "paid", columns["reduced"] - columns["open"], np.isnan(columns["reduced"]))


def _or_nan(sheet: Sheet, name: str) -> Any:  # noqa: ANN401 (an array)
    return sheet.columns.get(name, np.full(len(sheet.rows), np.nan))


def _derived(sheet: Sheet, name: str, values: Any, missing: Mask) -> None:  # noqa: ANN401
    """Keep a computed column, with the header of the first column that it comes from."""
    sheet.columns[name] = np.where(missing, np.nan, values)
    parts = ("debit", "credit", "reduced", "open", "paid", "credited")
    given = [sheet.words[part] for part in parts if part in sheet.words]
    sheet.words[name] = ", ".join(given)


def due_dates(sheet: Sheet) -> None:
    """Compute the due date of a layout that gives a baseline day and a number of days."""
    if "due_date" in sheet.columns or "net_days" not in sheet.columns or "baseline_on" not in sheet.columns:
        return
    days = np.zeros(len(sheet.rows))
    for name in NET_DAYS:
        given = np.nan_to_num(sheet.columns.get(name, days))
        days = np.where(given > 0, given, days)
    baseline = sheet.columns["baseline_on"]
    start = np.where(np.isnat(baseline), sheet.columns["date"], baseline)
    sheet.columns["due_date"] = start + days.astype("int64").astype("timedelta64[D]")
