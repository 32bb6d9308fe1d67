"""What is odd but no reason to refuse: each warning with its rows and its money."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from arkit.money import exact
from arkit.readers.findings import Findings, Mask, Sheet

CLAIMS = ("invoice", "debit_note", "bill", "bounced")
DOMINANT = 0.10
"""Share of all value above which one row is named."""
_ENOUGH = 20
"""Rows below which one row may well hold a tenth of all value."""


def documents(sheet: Sheet, findings: Findings) -> None:
    """Warn of due dates that are odd, of one row that outweighs the others, and of a seller who is the buyer."""
    claim = sheet.where("kind", *CLAIMS) & sheet.used
    date, due = sheet.columns["date"], sheet.columns["due_date"]
    weekend = ((due.astype("datetime64[D]").astype("int64") + 3) % 7 > 4) & ~np.isnat(due)  # 1970-01-01: a Thursday
    odd = (("missing_due_date", np.isnat(due)), ("due_before_issue", due < date), ("due_on_weekend", weekend))
    for name, mask in odd:
        _by_currency(sheet, name, "due_date", claim & mask, findings)
    months = np.unique(due[claim & ~np.isnat(due)].astype("datetime64[M]"))
    if len(months) == 1 and claim.sum() >= _ENOUGH:
        _by_currency(sheet, "one_month_due", "due_date", claim, findings, month=str(months[0]))
    _own_customers(sheet, claim, findings)
    for currency, rows in _currencies(sheet, claim):
        sizes = np.where(rows, np.abs(sheet.minor), 0)
        total, largest = int(sizes.sum()), int(sizes.argmax())
        if rows.sum() >= _ENOUGH and sizes[largest] > DOMINANT * total:
            findings.warn(
                sheet, "dominant_row", "amount", count=1, amount=exact(int(sheet.minor[largest]), currency),
                currency=currency, at=largest, share=f"{sizes[largest] / total:.0%}",
                value=_said(sheet, "amount", largest),
            )  # fmt: skip


def _said(sheet: Sheet, name: str, row: int) -> str | None:
    """Return what a cell says; None of a column that was computed."""
    return sheet.texts[name][row].as_py() if name in sheet.texts else None


def _own_customers(sheet: Sheet, claim: Mask, findings: Findings) -> None:
    """Warn of documents whose seller is their buyer."""
    if "seller" in sheet.columns:
        seller = pd.Series(sheet.columns["seller"]).str.casefold()
        buyers = [pd.Series(sheet.columns[n]) for n in ("customer_id", "customer_name") if n in sheet.columns]
        same = np.logical_or.reduce([(seller == buyer.str.casefold()).to_numpy(dtype=bool) for buyer in buyers])
        _by_currency(sheet, "seller_is_buyer", "seller", claim & same, findings)


def settlements(sheet: Sheet, findings: Findings) -> None:
    """Warn of items that were settled before their own date."""
    _by_currency(
        sheet, "settled_before_issue", "settled_on",
        (sheet.columns["settled_on"] < sheet.columns["date"]) & sheet.used, findings,
    )  # fmt: skip


def _currencies(sheet: Sheet, mask: Mask) -> Iterator[tuple[str, Mask]]:
    for code in sheet.kinds_of("currency", mask):
        yield code, mask & sheet.where("currency", code)


def _by_currency(sheet: Sheet, name: str, column: str, mask: Mask, findings: Findings, **params: Any) -> None:  # noqa: ANN401
    for currency, rows in _currencies(sheet, mask):
        count = int(rows.sum())
        first = int(np.flatnonzero(rows)[0])
        findings.warn(
            sheet, name, column, count=count, n=count, amount=money(sheet, rows, currency), currency=currency, at=first,
            **params,
        )  # fmt: skip


def money(sheet: Sheet, mask: Mask, currency: str) -> Decimal:
    """Return what rows of one currency add up to, exactly."""
    return exact(int(sheet.minor[mask].sum()), currency)


def customers(sheet: Sheet, findings: Findings) -> None:
    """Warn of customer numbers that look like one another, and of names and numbers that do not agree."""
    numbers = pd.Series(sheet.columns["customer_id"])[sheet.used]
    distinct = pd.Series(numbers.dropna().unique(), dtype="str")
    bare = distinct.str.lstrip("0")
    alike = distinct[bare.duplicated(keep=False) & (bare != "")]
    if len(alike):
        twins = sorted(alike, key=lambda number: (number.lstrip("0"), len(number)))[:2]
        _by_customer(sheet, "ids_differ_by_zeros", "customer_id", bare[alike.index], alike, " / ".join(twins), findings)


def _by_customer(
    sheet: Sheet, name: str, column: str, keys: pd.Series, numbers: pd.Series, value: str, findings: Findings
) -> None:
    """Warn, by currency, of customers that are odd: how many ``keys`` their ``numbers`` make, and what they bought.

    A table of customers holds no money: there it is said once.
    """
    if sheet.table != "documents":
        findings.warn(sheet, name, column, count=keys.nunique(), n=keys.nunique(), value=value)
        return
    own = pd.Series(sheet.columns["customer_id"])
    for currency, rows in _currencies(sheet, sheet.used & own.isin(numbers).to_numpy()):
        n = int(keys[numbers.isin(own[rows]).to_numpy()].nunique())
        findings.warn(
            sheet, name, column, count=n, n=n, amount=money(sheet, rows, currency), currency=currency, value=value
        )


def names(sheet: Sheet, name_column: Any, findings: Findings) -> None:  # noqa: ANN401 (a pandas array)
    """Warn of customers with several names, and of names with several customers."""
    pairs = pd.DataFrame({"number": pd.Series(sheet.columns["customer_id"]), "name": pd.Series(name_column)})
    pairs = pairs[sheet.used].dropna().drop_duplicates()
    for key, other, rule_name in (("number", "name", "several_names"), ("name", "number", "shared_name")):
        counts = pairs[key].value_counts()
        several = counts[counts > 1]
        if len(several):
            worst = pairs[pairs[key] == several.index[0]][other]
            shown = f"{several.index[0]}: {', '.join(worst[:4])}{', ...' if len(worst) > 4 else ''}"
            column = "customer_name" if "customer_name" in sheet.words else "name"
            odd = pairs[pairs[key].isin(several.index)]
            _by_customer(sheet, rule_name, column, odd[key], odd["number"], shown, findings)
