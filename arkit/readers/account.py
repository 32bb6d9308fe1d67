"""The account of reading: every row and all money of the file, as used, folded or refused."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import numpy as np
import pandas as pd

from arkit.intake import Intake, Recognition, SourceTable
from arkit.money import digits, exact
from arkit.readers.findings import Findings, Sheet
from arkit.readers.oddities import money


def account(
    source: str,
    profile: str,
    recognised: Recognition,
    sheets: Iterable[Sheet],
    documents: pd.DataFrame | None,
    findings: Findings,
) -> Intake:
    """Return the intake: what was read under which layout, and what became of it.

    Parameters
    ----------
    source, profile
        Names, for a person.
    recognised
        What was recognised, and how surely.
    sheets
        The tables that were read.
    documents
        The frame that goes into the ledger: what was used is counted there, apart from the file. None of a file
        that is refused: then what could have been used is counted in its rows.
    findings
        Problems and assumptions.
    """
    sheets = tuple(sheets)
    own = next(sheet for sheet in sheets if sheet.table == "documents")
    if not len(own.minor):  # no amounts could be read at all
        own.minor = np.zeros(len(own.rows), dtype=np.int64)
    totals = _totals(own, documents)
    _compare_totals(own, findings)
    return Intake(
        source,
        profile,
        tuple(_source_table(sheet) for sheet in sheets),
        totals,
        tuple(findings.problems),
        tuple(findings.assumptions),
        recognised,
        tuple(sorted(findings.accept)),
    )


def _source_table(sheet: Sheet) -> SourceTable:
    return SourceTable(
        table=sheet.table, file=sheet.file, sheet=sheet.sheet, rows=len(sheet.rows) + sheet.ragged,
        used=int(sheet.used.sum()), folded=int(sheet.folded.sum()), refused=int(sheet.refused.sum()) + sheet.ragged,
        encoding=sheet.encoding, delimiter=sheet.delimiter, date_order=sheet.date_order,
    )  # fmt: skip


def _totals(sheet: Sheet, documents: pd.DataFrame | None) -> pd.DataFrame:
    """Return the control totals per currency; ``used`` from the ledger's frame, the rest from the file's rows.

    A row that names no currency belongs to the only one that there is, if there is one. A folded row without money
    (a header that is repeated) names none.
    """
    currencies = sheet.kinds_of("currency", ~sheet.folded | (sheet.minor != 0))
    empty = (sheet.coded("currency")[0] < 0) & (sheet.minor != 0)
    labels = {code: sheet.where("currency", code) for code in currencies}
    if empty.any():
        known = sheet.kinds_of("currency", sheet.used)
        label = known[0] if len(known) == 1 else ""
        labels[label] = labels.get(label, False) | empty
    rows = {}
    for code, mine in sorted(labels.items()):
        rows[code] = {
            "file": money(sheet, mine, code),
            "used": money(sheet, mine & sheet.used, code) if documents is None else _in_ledger(documents, code),
            "folded": money(sheet, mine & sheet.folded, code),
            "refused": money(sheet, mine & sheet.refused, code),
        }
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["file", "used", "folded", "refused"], dtype=object)
    return frame.rename_axis("currency")


def _in_ledger(documents: pd.DataFrame, currency: str) -> Decimal:
    amounts = documents["amount"][(documents["currency"] == currency).to_numpy()].fillna(0).to_numpy()
    return exact(np.rint(amounts * 10 ** digits(currency)).astype(np.int64).sum(), currency)


def _compare_totals(sheet: Sheet, findings: Findings) -> None:
    """Warn where the last total row of a file with one currency is not the sum of the rows above it."""
    last = np.flatnonzero(sheet.totals)[-1:]
    if len(last) == 0:
        return
    currency = sheet.kinds_of("currency", sheet.used)
    if len(currency) != 1:
        return
    sums: Decimal = money(sheet, ~sheet.folded, currency[0])
    if exact(int(sheet.minor[last[0]]), currency[0]) != sums:
        findings.warn(
            sheet, "total_differs", "amount", count=1, at=int(last[0]), currency=currency[0],
            value=str(exact(int(sheet.minor[last[0]]), currency[0])), sum=str(sums),
        )  # fmt: skip
