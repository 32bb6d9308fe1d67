"""Kinds of documents that a row's own word does not settle: another column knows better, or the sign does."""

from __future__ import annotations

import numpy as np
import pandas as pd

from arkit.messages import Message
from arkit.readers.findings import Findings, Sheet
from arkit.readers.folding import says
from arkit.readers.profiles.table import TableProfile
from arkit.readers.rules import NEGATIVE_KINDS


def told_elsewhere(sheet: Sheet, table: TableProfile) -> None:
    """Give rows the kind that another column tells, before their own words are looked at."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for name, kinds in table.kind_where.items():
        if name not in sheet.texts or "kind" not in sheet.texts:
            continue
        for kind, words in kinds.items():
            rows = says(sheet, name, words)
            if rows.any():
                sheet.texts["kind"] = pc.if_else(pa.array(rows), kind, sheet.texts["kind"])


def against_sign(sheet: Sheet, table: TableProfile, findings: Findings) -> None:
    """Give rows whose amount has the other sign than their kind the kind that they then are."""
    if not table.against_sign or "kind" not in sheet.columns or "amount" not in sheet.columns:
        return
    kinds, amounts = pd.Series(sheet.columns["kind"]), sheet.columns["amount"]
    turned = kinds.copy()
    for kind, other in table.against_sign.items():
        wrong = amounts > 0 if kind in NEGATIVE_KINDS else amounts < 0
        rows = wrong & (kinds == kind).to_numpy(dtype=bool, na_value=False) & sheet.used
        if not rows.any():
            continue
        turned = turned.mask(rows, other)
        words = sorted(set(sheet.texts["kind"].filter(np.asarray(rows)).to_pylist()))
        findings.assume(
            Message("{n} rows of {words} have the other sign and are taken as {kind}", n=int(rows.sum()),
                    words=", ".join(words), kind=other)
        )  # fmt: skip
    sheet.columns["kind"] = turned.array


def paid_by_bill(sheet: Sheet, table: TableProfile, findings: Findings) -> None:
    """Take the credit of a document that brings a bill of the same amount as the exchange that it is, not as cash."""
    if "number" not in sheet.columns or not any("bill" in kinds for kinds in table.kind_where.values()):
        return
    names = [name for name in ("business_unit", "number", "date", "customer_id") if name in sheet.columns]
    rows = pd.DataFrame({name: pd.Series(sheet.columns[name]) for name in names})
    kinds = pd.Series(sheet.columns["kind"])
    for kind in ("payment", "bill"):
        rows[kind] = np.where(sheet.used & sheet.where("kind", kind), sheet.columns["amount"], 0.0)
    sums = rows.groupby(names, dropna=False)[["payment", "bill"]].transform("sum").to_numpy()
    exchanged = (sums[:, 1] > 0) & (np.abs(sums.sum(axis=1)) < 1e-6) & (rows["payment"] < 0).to_numpy()
    if not exchanged.any():
        return
    sheet.columns["kind"] = kinds.mask(exchanged, "adjustment").array
    sheet.columns["closes_as"] = pd.Series(None, index=kinds.index, dtype="str").mask(exchanged, "bill").array
    findings.assume(Message("{n} receipts brought a bill, no cash: what they settle is settled by bill",
                            n=int(exchanged.sum())))  # fmt: skip
