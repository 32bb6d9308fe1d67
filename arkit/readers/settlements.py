"""What settled what: the applications that a layout tells without a table of them."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from arkit.messages import Message
from arkit.money import digits, exact
from arkit.readers import rules
from arkit.readers.findings import Findings, Mask, Sheet
from arkit.readers.refusal import rule

BY_KIND = {"payment": "payment", "credit_note": "credit_note", "refund": "refund", "bill": "bill"}
"""Kind of the document that settles -> kind of the application; anything else is ``other``."""
BEYOND_CASH = {"credited": "credit_note", "reduced": "discount"}
"""Column that tells what was settled without money -> kind of the application; without one it is ``other``."""


def dated(sheet: Sheet) -> pd.DataFrame:
    """Return one application for each row that was settled: in full, on its day, by no document of its own."""
    rows = sheet.used & ~np.isnat(sheet.columns["settled_on"])
    return _applications(sheet, rows, np.abs(sheet.minor), sheet.columns["settled_on"], _how(sheet))


def check_to_date(sheet: Sheet, findings: Findings) -> None:
    """Check what is open and what was settled against the amount of each row; nothing may be left over."""
    if not {"open", "paid", "credited"} & sheet.columns.keys():
        return
    columns, whole = sheet.columns, np.abs(sheet.minor)
    codes, currencies = sheet.coded("currency")
    told = {
        name: np.abs(rules.minor_units(sheet, codes, currencies, findings, name))
        for name in ("paid", "credited")
        if name in columns
    }
    settled = sum(told.values(), np.zeros(len(whole), dtype=np.int64))
    sheet.paid = told.get("paid")
    if "open" in columns:
        unsettled = rules.minor_units(sheet, codes, currencies, findings, "open")
        empty = sheet.used & np.isnan(columns["open"])
        if told:
            unsettled = np.where(empty, np.sign(sheet.minor) * (whole - settled), unsettled)
        elif empty.any():
            first = int(np.flatnonzero(empty)[0])
            findings.add(
                rule("empty_open", **sheet.at("open", first), row=int(sheet.rows[first]), count=int(empty.sum()))
            )
        findings.set_aside(sheet, "open_beyond_amount", "open", unsettled * np.sign(sheet.minor) < 0)
        left = whole - np.abs(unsettled)
        findings.set_aside(sheet, "open_beyond_amount", "open", left < 0)
        if told:
            findings.set_aside(sheet, "parts_do_not_add", "paid", settled > left)
        settled = left
    else:
        findings.set_aside(sheet, "paid_beyond_amount", "paid", settled > whole)
    if "settled_on" in columns:
        findings.set_aside(
            sheet, "settled_but_open", "settled_on", ~np.isnat(columns["settled_on"]) & (settled != whole)
        )
    sheet.settled = settled


def to_date(sheet: Sheet, day: np.datetime64, findings: Findings) -> tuple[pd.DataFrame, bool]:
    """Return applications for what was settled by the day of the export, and whether the day of each is known.

    What is closed on a day of its own is settled on it. Of the rest only the sum is known: it takes effect on the day
    of the export. Money beyond what the file calls paid was settled by something else.
    """
    settled = np.where(sheet.used, sheet.settled, 0)
    closed = sheet.columns.get("settled_on", np.full(len(settled), np.datetime64("NaT"), dtype="datetime64[us]"))
    when = np.where(np.isnat(closed), day.astype("datetime64[us]"), closed)
    cash = settled if sheet.paid is None else np.minimum(sheet.paid, settled)
    parts = [_applications(sheet, cash > 0, cash, when, _how(sheet))]
    if (rest := settled - cash).any():
        kind = next((kind for name, kind in BEYOND_CASH.items() if name in sheet.columns), "other")
        parts.append(_applications(sheet, rest > 0, rest, when, np.full(len(rest), kind, dtype=object)))
        findings.assume(
            Message("{n} rows were settled by more than was paid: the rest is no cash ({kind})",
                    n=int((rest > 0).sum()), kind=kind)
        )  # fmt: skip
    unknown = int(((settled > 0) & np.isnat(closed)).sum())
    if unknown:
        findings.assume(
            Message("{n} rows tell what was settled, not when: it is taken as of {day}, the day of the export",
                    n=unknown, day=str(day.astype("datetime64[D]")))
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True), unknown == 0


def scale(sheet: Sheet) -> Any:  # noqa: ANN401 (an array)
    """Return per row how many minor units one of its currency has."""
    codes, currencies = sheet.coded("currency")
    return np.array([*(10.0 ** digits(str(code)) for code in currencies), 1.0])[codes]


def _how(sheet: Sheet) -> Any:  # noqa: ANN401
    """Return the kind of application of each row: what the file says, else a payment."""
    if "settled_by" not in sheet.columns:
        return np.full(len(sheet.rows), "payment", dtype=object)
    return pd.Series(sheet.columns["settled_by"]).fillna("payment").to_numpy(dtype=object)


def _applications(sheet: Sheet, rows: Mask, minor: Any, days: Any, kinds: Any) -> pd.DataFrame:  # noqa: ANN401
    return pd.DataFrame(
        {
            "document_id": pd.Series(sheet.columns["document_id"])[rows],
            "by_document_id": pd.array([None] * int(rows.sum()), dtype="str"),
            "date": days[rows],
            "amount": minor[rows] / scale(sheet)[rows],
            "kind": pd.array(kinds[rows], dtype="str"),
        }
    ).reset_index(drop=True)


def journal(sheet: Sheet, findings: Findings) -> pd.DataFrame:
    """Apply the credits of a journal: to the document that each names, else to the customer's oldest open debit.

    Entry by entry in the order of their days, so that nothing depends on what comes later. An application is in effect
    from the later of the two dates. A credit that names a document waits for it and settles nothing else.
    """
    order = _chronological(sheet)
    codes, _ = sheet.coded("currency")
    ids, customers = (pd.Series(sheet.columns[name]).to_numpy(dtype=object) for name in ("document_id", "customer_id"))
    named = pd.Series(sheet.columns.get("applies_to", np.full(len(ids), None, dtype=object))).to_numpy(dtype=object)
    kinds = pd.Series(sheet.columns["kind"]).to_numpy(dtype=object)
    left = np.abs(sheet.minor).tolist()
    debits: dict[Any, deque[int]] = {}
    credits: dict[Any, deque[int]] = {}
    waiting: dict[Any, deque[int]] = {}
    known: dict[str, int] = {}
    rows: list[tuple[int, int, int]] = []

    def apply(debit: int, credit: int) -> None:
        amount = min(left[debit], left[credit])
        if amount:
            rows.append((debit, credit, amount))
            left[debit] -= amount
            left[credit] -= amount

    def settle(queue: deque[int], one: int, *, is_debit: bool) -> None:
        while queue and left[one]:
            apply(*((one, queue[0]) if is_debit else (queue[0], one)))
            if not left[queue[0]]:
                queue.popleft()

    for i in order:
        account = customers[i], codes[i]
        if sheet.minor[i] > 0:
            known[ids[i]] = i
            settle(waiting.get((ids[i], codes[i]), deque()), i, is_debit=True)
            settle(credits.setdefault(account, deque()), i, is_debit=True)
            if left[i]:
                debits.setdefault(account, deque()).append(i)
        elif isinstance(named[i], str):
            if (target := known.get(named[i])) is not None and codes[target] == codes[i]:
                apply(target, i)
            if left[i]:
                waiting.setdefault((named[i], codes[i]), deque()).append(i)
        else:
            settle(debits.setdefault(account, deque()), i, is_debit=False)
            if left[i]:
                credits.setdefault(account, deque()).append(i)
    _tell(sheet, rows, named, known, findings)
    debit, credit, amount = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    days = sheet.columns["date"]
    return pd.DataFrame(
        {
            "document_id": pd.array(ids[debit], dtype="str"),
            "by_document_id": pd.array(ids[credit], dtype="str"),
            "date": np.maximum(days[debit], days[credit]),
            "amount": amount / scale(sheet)[debit],
            "kind": pd.array([BY_KIND.get(kind, "other") for kind in kinds[credit]], dtype="str"),
        }
    )


def _chronological(sheet: Sheet) -> list[int]:
    """Return the used rows by day; on one day debits first, then by number, so that the file's order tells nothing."""
    used = np.flatnonzero(sheet.used & (sheet.minor != 0))
    keys = pd.DataFrame(
        {
            "date": sheet.columns["date"][used],
            "credit": sheet.minor[used] < 0,
            "id": pd.Series(sheet.columns["document_id"]).iloc[used].to_numpy(),
        }
    )
    order: list[int] = used[keys.sort_values(["date", "credit", "id"], kind="stable").index.to_numpy()].tolist()
    return order


def _tell(
    sheet: Sheet, rows: list[tuple[int, int, int]], named: npt.NDArray[Any], known: dict[str, int], findings: Findings
) -> None:
    explicit = sum(isinstance(named[credit], str) for _, credit, _ in rows)
    if rows:
        findings.assume(
            Message("Credits are applied to the document that they name ({n}), else to the oldest open one ({m})",
                    n=explicit, m=len(rows) - explicit)
        )  # fmt: skip
    lost = np.array([isinstance(name, str) and name not in known for name in named]) & sheet.used & (sheet.minor < 0)
    for currency in sheet.kinds_of("currency", lost):
        mine = lost & sheet.where("currency", currency)
        total = exact(int(sheet.minor[mine].sum()), currency)
        findings.warn(
            sheet, "names_no_document", "applies_to", count=int(mine.sum()), n=int(mine.sum()), amount=total,
            currency=currency, at=int(np.flatnonzero(mine)[0]),
        )  # fmt: skip


def balances(sheet: Sheet, findings: Findings) -> None:
    """Warn where the running balance of a journal is not what its rows add up to."""
    if "balance" not in sheet.columns:
        return
    codes, currencies = sheet.coded("currency")
    stated = np.rint(np.nan_to_num(sheet.columns["balance"]) * scale(sheet)).astype(np.int64)
    frame = pd.DataFrame(
        {
            "customer": pd.Series(sheet.columns["customer_id"]),
            "currency": codes,
            "minor": np.where(sheet.used, sheet.minor, 0),
        }
    )
    running = frame.groupby(["customer", "currency"], sort=False)["minor"].cumsum().to_numpy()
    off = sheet.used & ~np.isnan(sheet.columns["balance"]) & (np.abs(stated) != np.abs(running))
    if off.any():
        first = int(np.flatnonzero(off)[0])
        currency = str(currencies[codes[first]])
        findings.warn(
            sheet, "balance_differs", "balance", count=int(off.sum()), n=int(off.sum()), at=first,
            value=sheet.texts["balance"][first].as_py(), sum=str(exact(int(running[first]), currency)),
        )  # fmt: skip
