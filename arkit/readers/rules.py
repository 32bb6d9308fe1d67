"""The rules of rows that need more than one column or table: sums, signs, numbers that must exist."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from arkit.columns import NO_CURRENCY
from arkit.frames import all_distinct
from arkit.messages import Message
from arkit.money import LARGEST_MINOR, digits
from arkit.readers.findings import Findings, Sheet

NEGATIVE_KINDS = ("credit_note", "payment")
POSITIVE_KINDS = ("invoice", "debit_note", "bill", "bounced", "refund", "recovery")


def documents(sheet: Sheet, shape: str, findings: Findings) -> None:
    """Check numbers, amounts and signs of documents; decide the signs where a file leaves them out."""
    unique(sheet, "document_id", findings)
    sheet.minor = minor_units(sheet, *sheet.coded("currency"), findings)
    if "kind" in sheet.texts and shape != "journal":
        _signs_left_out(sheet, findings)
    if shape in ("journal", "paid_to_date"):
        _receipts_taken_back(sheet, findings)
    if shape != "tables":
        _credits_by_sign(sheet, findings)
    for kind in (*NEGATIVE_KINDS, *POSITIVE_KINDS):
        wrong = sheet.minor > 0 if kind in NEGATIVE_KINDS else sheet.minor < 0
        findings.set_aside(sheet, "wrong_sign", "amount", wrong & sheet.where("kind", kind), kind=kind)


def unique(sheet: Sheet, name: str, findings: Findings) -> None:
    """Set aside rows whose number an earlier row has."""
    ids = pd.Series(sheet.columns[name])
    if all_distinct(ids):
        return
    repeated = (ids.duplicated() & ids.notna()).to_numpy() & ~sheet.folded
    if not repeated.any():
        return
    first = pd.Series(sheet.places, index=ids)[ids.isin(ids[repeated]).to_numpy()]
    first = first[~first.index.duplicated()].astype(object)
    findings.set_aside(sheet, "duplicate_id", name, repeated, first=first.reindex(ids).to_numpy())


def minor_units(
    sheet: Sheet, codes: npt.NDArray[np.intp], currencies: list[Any], findings: Findings, column: str = "amount"
) -> npt.NDArray[np.int64]:
    """Return a column of money in minor units; set aside what is no whole number of them.

    Parameters
    ----------
    sheet, findings
        Where the amounts are, and where problems go.
    codes, currencies
        Per row the position of its currency; -1 where it has none.
    """
    powers = np.array([*(digits(str(code)) for code in currencies), digits(NO_CURRENCY)])
    with np.errstate(over="ignore"):  # beyond any float is beyond any ledger
        scaled = np.nan_to_num(sheet.columns[column]) * 10.0 ** powers[codes]
    huge = np.abs(scaled) > LARGEST_MINOR
    whole = np.rint(np.where(huge, 0, scaled))
    # the error of a float grows with it: half a unit in the last place, and the multiplication's
    off = ~huge & (np.abs(scaled - whole) > np.abs(scaled) * 4.5e-16 + 1e-6)
    findings.set_aside(sheet, "amount_too_large", column, huge)
    for i, currency in enumerate((*currencies, NO_CURRENCY) if off.any() else ()):
        mine = codes == (i if i < len(currencies) else -1)
        findings.set_aside(sheet, "fraction_of_a_cent", column, off & mine, currency=str(currency))
    minor: npt.NDArray[np.int64] = whole.astype(np.int64)
    return minor


def _signs_left_out(sheet: Sheet, findings: Findings) -> None:
    """Turn the sign of a kind that lowers the receivable where the whole file writes it without a minus."""
    for kind in NEGATIVE_KINDS:
        turn = sheet.where("kind", kind)
        rows = turn & sheet.used & (sheet.minor != 0)
        if rows.any() and (sheet.minor[rows] > 0).all():
            sheet.minor[turn] *= -1
            for name in {"amount", "open"} & sheet.columns.keys():
                sheet.columns[name] = np.where(turn, -sheet.columns[name], sheet.columns[name])
            n = int(rows.sum())
            findings.assume(
                Message("No {kind} has a minus sign in the file: all {n} are taken as negative", kind=kind, n=n)
            )


def _credits_by_sign(sheet: Sheet, findings: Findings) -> None:
    """Take a negative invoice or debit note as a credit note."""
    invoices, debit_notes = (
        sheet.where("kind", kind) & (sheet.minor < 0) & sheet.used for kind in ("invoice", "debit_note")
    )
    if (negative := invoices | debit_notes).any():
        sheet.columns["kind"] = pd.Series(sheet.columns["kind"]).mask(negative, "credit_note").array
    if n := int(invoices.sum()):
        findings.assume(Message("{n} negative invoices are taken as credit notes", n=n))
    if n := int(debit_notes.sum()):
        findings.assume(Message("{n} negative debit notes are taken as credit notes", n=n))


def _receipts_taken_back(sheet: Sheet, findings: Findings) -> None:
    """Take a receipt that raises the balance as a refund: makers give both one word."""
    back = sheet.where("kind", "payment") & (sheet.minor > 0)
    if back.any():
        sheet.columns["kind"] = pd.Series(sheet.columns["kind"]).mask(back, "refund").array
        findings.assume(Message("{n} receipts that raise the balance are taken as refunds", n=int(back.sum())))


def applications(sheet: Sheet, documents: Sheet, findings: Findings) -> None:
    """Check that both documents of an application exist and are in one currency, and its amount."""
    numbers = pd.Series(documents.columns["document_id"])
    used = pd.Index(numbers[documents.used])
    there = used.dropna().unique()
    aside = pd.Index(numbers[documents.refused].dropna()).difference(used)
    sides = [name for name in ("document_id", "by_document_id") if name in sheet.columns]
    for name in sides:
        named = pd.Series(sheet.columns[name])
        known = named.isna().to_numpy() | (there.get_indexer(pd.Index(named)) >= 0)
        if known.all():
            continue
        follows = ~known & named.isin(aside).to_numpy()
        findings.set_aside(sheet, "follows_refused", name, follows & sheet.used)
        findings.set_aside(sheet, "unknown_document", name, ~known & ~follows)
    codes, currencies = documents.coded("currency")
    own = np.full(len(sheet.rows), 0 if len(currencies) == 1 else -1, dtype=np.intp)
    if len(currencies) > 1:
        by_number = pd.Series(codes[documents.used], index=used)
        by_number = by_number[~by_number.index.duplicated()]
        own, *other = (by_number.reindex(sheet.columns[n]).fillna(-1).to_numpy(dtype=np.intp) for n in sides)
        for theirs in other:
            clash = (own >= 0) & (theirs >= 0) & (own != theirs)
            for mine, its in sorted(set(zip(own[clash].tolist(), theirs[clash].tolist(), strict=True))):
                pair = f"{currencies[mine]}, {currencies[its]}"
                rows = clash & (own == mine) & (theirs == its)
                findings.set_aside(sheet, "currency_clash", "by_document_id", rows, currencies=pair)
    minor_units(sheet, own, currencies, findings)
