"""Tables of applications: the cash discount that stands beside a payment, and whether they explain what is open."""

from __future__ import annotations

import numpy as np
import pandas as pd

from arkit.money import exact
from arkit.readers import rules
from arkit.readers.findings import Findings, Sheet
from arkit.readers.settlements import scale

DISCOUNTS = ("discount", "discount_2")
"""Columns of what was allowed for early payment, beside the amount that was applied."""


def with_discounts(sheet: Sheet, applications: pd.DataFrame) -> pd.DataFrame:
    """Return applications with the discounts of their rows as applications of their own, which no payment feeds."""
    given = [np.nan_to_num(sheet.columns[name][sheet.used]) for name in DISCOUNTS if name in sheet.columns]
    allowed = np.sum(given, axis=0) if given else np.zeros(len(applications))
    rows = applications[allowed != 0]
    if rows.empty:
        return applications
    extra = rows.assign(
        by_document_id=pd.array([None] * len(rows), dtype="str"),
        amount=allowed[allowed != 0],
        kind=pd.array(["discount"] * len(rows), dtype="str"),
    )
    both: pd.DataFrame = pd.concat([applications, extra], ignore_index=True)
    return both


def check_open(documents: Sheet, applications: pd.DataFrame, findings: Findings) -> None:
    """Warn of documents whose open amount in the file is not what their applications leave."""
    if "open" not in documents.columns:
        return
    ids = pd.Index(documents.columns["document_id"])
    codes, currencies = documents.coded("currency")
    stated = rules.minor_units(documents, codes, currencies, findings, "open")
    left = np.where(documents.used, documents.minor, 0)
    places = pd.Series(np.flatnonzero(documents.used), index=ids[documents.used])
    item, by = (_positions(places, applications[name]) for name in ("document_id", "by_document_id"))
    minor = np.rint(applications["amount"].to_numpy() * scale(documents)[item]).astype(np.int64)
    sign = np.sign(documents.minor)
    np.subtract.at(left, item, sign[item] * minor)
    fed = (by >= 0) & (sign[by] != sign[item])
    np.subtract.at(left, by[fed], sign[by[fed]] * minor[fed])
    off = documents.used & (left != stated)
    for currency in documents.kinds_of("currency", off):
        rows = off & documents.where("currency", currency)
        findings.warn(
            documents, "open_differs", "open", count=int(rows.sum()), n=int(rows.sum()),
            amount=exact(int((stated - left)[rows].sum()), currency), currency=currency,
            at=int(np.flatnonzero(rows)[0]),
        )  # fmt: skip


def _positions(places: pd.Series, ids: pd.Series) -> np.ndarray:
    return places.reindex(pd.Index(ids)).fillna(-1).to_numpy().astype(np.int64)
