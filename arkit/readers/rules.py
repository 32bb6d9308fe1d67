"""The rules of rows that need more than one column or table: sums, signs, numbers that must exist."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from arkit.columns import NO_CURRENCY
from arkit.messages import Message
from arkit.money import LARGEST_MINOR, digits
from arkit.readers.findings import Findings, Mask, Sheet

NEGATIVE_KINDS = ("credit_note", "payment")
POSITIVE_KINDS = ("invoice", "debit_note", "bill", "bounced", "refund", "recovery")


def documents(sheet: Sheet, shape: str, findings: Findings) -> None:
    """Check numbers, amounts and signs of documents; decide the signs where a file leaves them out."""
    unique(sheet, "document_id", findings)
    sheet.minor = minor_units(sheet, sheet.columns["currency"], findings)
    kind = np.asarray(sheet.columns["kind"], dtype=object)
    if shape == "tables":
        _signs_left_out(sheet, kind, findings)
    else:
        _credits_by_sign(sheet, kind, findings)
    wrong = (_isin(kind, NEGATIVE_KINDS) & (sheet.minor > 0)) | (_isin(kind, POSITIVE_KINDS) & (sheet.minor < 0))
    findings.set_aside(sheet, "wrong_sign", "amount", wrong, kind=kind)


def _isin(values: Any, wanted: tuple[str, ...]) -> Mask:  # noqa: ANN401
    return pd.Series(values).isin(wanted).to_numpy()


def unique(sheet: Sheet, name: str, findings: Findings) -> None:
    """Set aside rows whose number an earlier row has."""
    ids = pd.Series(sheet.columns[name])
    repeated = (ids.duplicated() & ids.notna()).to_numpy() & ~sheet.folded
    if not repeated.any():
        return
    first = pd.Series(sheet.rows, index=ids)[ids.isin(ids[repeated]).to_numpy()]
    first = first[~first.index.duplicated()].astype(object)
    findings.set_aside(sheet, "duplicate_id", name, repeated, first=first.reindex(ids).to_numpy())


def minor_units(sheet: Sheet, currency: Any, findings: Findings) -> npt.NDArray[np.int64]:  # noqa: ANN401
    """Return the amounts in minor units; set aside what is no whole number of them."""
    codes = pd.Series(currency).fillna(NO_CURRENCY)
    power = codes.map({code: digits(code) for code in codes.unique()}).to_numpy(dtype=np.int64)
    scaled = np.nan_to_num(sheet.columns["amount"]) * 10.0**power
    huge = np.abs(scaled) > LARGEST_MINOR
    whole = np.rint(np.where(huge, 0, scaled))
    # the error of a float grows with it: half a unit in the last place, and the multiplication's
    off = ~huge & (np.abs(scaled - whole) > np.abs(scaled) * 4.5e-16 + 1e-6)
    findings.set_aside(sheet, "amount_too_large", "amount", huge)
    findings.set_aside(sheet, "fraction_of_a_cent", "amount", off, currency=codes.to_numpy(dtype=object))
    minor: npt.NDArray[np.int64] = whole.astype(np.int64)
    return minor


def _signs_left_out(sheet: Sheet, kind: Any, findings: Findings) -> None:  # noqa: ANN401
    """Turn the sign of a kind that lowers the receivable where the whole file writes it without a minus."""
    for name in NEGATIVE_KINDS:
        rows = (kind == name) & sheet.used & (sheet.minor != 0)
        if rows.any() and (sheet.minor[rows] > 0).all():
            turn = kind == name
            sheet.minor[turn] *= -1
            sheet.columns["amount"] = np.where(turn, -sheet.columns["amount"], sheet.columns["amount"])
            findings.assume(
                Message(
                    "No {kind} has a minus sign in the file: all {n} are taken as negative",
                    kind=name,
                    n=int(rows.sum()),
                )
            )


def _credits_by_sign(sheet: Sheet, kind: Any, findings: Findings) -> None:  # noqa: ANN401
    """In a layout of invoices, take a negative one as a credit note."""
    negative = (kind == "invoice") & (sheet.minor < 0)
    if negative.any():
        kind[negative] = "credit_note"
        sheet.columns["kind"] = pd.array(kind, dtype="str")
        findings.assume(Message("{n} negative invoices are taken as credit notes", n=int(negative.sum())))


def applications(sheet: Sheet, documents: Sheet, findings: Findings) -> None:
    """Check that both documents of an application exist and are in one currency, and its amount."""
    numbers = pd.Series(documents.columns["document_id"])
    used = pd.Index(numbers[documents.used])
    aside = pd.Index(numbers[documents.refused].dropna()).difference(used)
    sides = [name for name in ("document_id", "by_document_id") if name in sheet.columns]
    for name in sides:
        own = pd.Series(sheet.columns[name])
        known = own.isna().to_numpy() | own.isin(used).to_numpy()
        if known.all():
            continue
        follows = ~known & own.isin(aside).to_numpy()
        findings.set_aside(sheet, "follows_refused", name, follows & sheet.used)
        findings.set_aside(sheet, "unknown_document", name, ~known & ~follows)
    currency = pd.Series(documents.columns["currency"])[documents.used]
    codes = currency.unique()
    if len(codes) == 1:
        own_currency = np.full(len(sheet.rows), codes[0], dtype=object)
    else:
        by_number = pd.Series(currency.to_numpy(), index=used)
        by_number = by_number[~by_number.index.duplicated()]
        own_currency, *other = (
            by_number.reindex(pd.Index(sheet.columns[name])).to_numpy(dtype=object) for name in sides
        )
        for theirs in other:
            clash = pd.notna(own_currency) & pd.notna(theirs) & (own_currency != theirs)
            pairs = np.array([f"{a}, {b}" for a, b in zip(own_currency, theirs, strict=True)], dtype=object)
            findings.set_aside(sheet, "currency_clash", "by_document_id", clash, currencies=pairs)
    minor_units(sheet, own_currency, findings)
