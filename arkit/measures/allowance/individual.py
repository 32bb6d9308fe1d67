"""Claims that are assessed one by one 单项计提 (个别认定法): documents or customers with their expected loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import numpy as np
import pandas as pd

from arkit.errors import ArkitError, LedgerError
from arkit.intake import Problem
from arkit.measures.allowance.scenarios import spread
from arkit.messages import Message
from arkit.money import digits

Individual = pd.DataFrame | Sequence[Mapping[str, Any]] | None
COLUMNS = ("document_id", "customer_id", "currency", "expected_loss", "loss_rate", "reason")
ONE = Message("Name a document or a customer, once, with a loss that lies within what is open.")


def check_individual(method: str, given: Individual) -> None:
    """Refuse a list where there is no allowance that it could be a part of.

    Raises
    ------
    ArkitError
        For the direct write-off.
    """
    if given is not None and method == "direct":
        raise ArkitError(Message("method direct makes no allowance, so nothing is assessed one by one"))


def assessed(items: pd.DataFrame, given: Individual) -> pd.DataFrame:
    """Return the documents that are assessed one by one, with the loss expected of each.

    Parameters
    ----------
    items
        What is open (:func:`arkit.measures.allowance.base.documents`).
    given
        Rows with ``document_id`` or ``customer_id`` (all that he owes, less his credits), ``expected_loss`` (major
        units) or ``loss_rate`` (0-1), and, where they help, ``currency`` and ``reason``.

    Returns
    -------
    pandas.DataFrame
        The rows of ``items`` that leave the collective base, with ``line`` (the place in ``given``), ``loss`` (minor
        units; a customer's is spread over his claims by amount, to the cent) and ``reason``.

    Raises
    ------
    LedgerError
        With every row that names nothing open, names it twice, or expects more than is open.
    """
    rows = [] if given is None else [dict(row) for row in (_records(given))]
    problems: list[Problem] = []
    found: list[pd.DataFrame] = []
    taken: set[str] = set()
    for place, row in enumerate(rows, 1):
        mine = _rows_of(items, row)
        reason = _wrong(row, mine, taken)
        loss = None if reason else _loss(row, mine)
        if loss is None:
            reason = reason or Message("the expected loss must lie between 0 and what is open")
            value = ", ".join(f"{name}: {value}" for name, value in row.items())
            problems.append(Problem("individual", reason, ONE, table="individual", row=place, value=value))
            continue
        taken |= set(mine["document_id"])
        found.append(mine.assign(line=place, loss=_spread(mine, loss), reason=str(row.get("reason") or "")))
    if problems:
        what = Message("the list of individually assessed claims")
        raise LedgerError(Message("{what} was refused: {n} problem(s)", what=what, n=len(problems)), tuple(problems))
    if found:
        return pd.concat(found)
    return items.iloc[:0].assign(line=0, loss=np.int64(0), reason="")


def _records(given: pd.DataFrame | Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    rows = given.to_dict("records") if isinstance(given, pd.DataFrame) else given
    return [{str(k): v for k, v in row.items() if v is not None and v == v and v != ""} for row in rows]


def _rows_of(items: pd.DataFrame, row: Mapping[str, Any]) -> pd.DataFrame:
    mine = np.ones(len(items), dtype=bool)
    for name in ("document_id", "customer_id", "currency"):
        if name in row:
            mine &= (items[name] == str(row[name])).to_numpy()
    return items[mine]


def _wrong(row: Mapping[str, Any], mine: pd.DataFrame, taken: set[str]) -> Message | None:
    unknown = [name for name in row if name not in COLUMNS]
    if unknown:
        return Message("unknown columns: {names}", names=", ".join(unknown))
    if "document_id" not in row and "customer_id" not in row:
        return Message("neither a document nor a customer is named")
    if ("expected_loss" in row) == ("loss_rate" in row):
        return Message("exactly one of expected_loss and loss_rate is needed")
    if mine.empty or mine["open"].sum() <= 0:
        return Message("nothing of it is receivable at this date")
    if len(set(mine["currency"])) > 1 and "expected_loss" in row:
        return Message("the customer owes in several currencies: name the currency of the loss")
    if not _is_number(row.get("loss_rate", row.get("expected_loss"))):
        return Message("the loss is no number")
    return Message("it is in the list already") if taken & set(mine["document_id"]) else None


def _is_number(value: object) -> bool:
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def _loss(row: Mapping[str, Any], mine: pd.DataFrame) -> dict[str, int] | None:
    """Return the loss by currency in minor units, None where it is more than what is open or less than nothing."""
    loss: dict[str, int] = {}
    for code, owed in mine.groupby("currency")["open"].sum().items():
        if owed <= 0:
            continue
        if "loss_rate" in row:
            amount = Decimal(repr(float(row["loss_rate"]))) * int(owed)
        else:
            amount = Decimal(str(row["expected_loss"])).scaleb(digits(str(code)))
        whole = int(amount.quantize(Decimal(1), ROUND_HALF_UP))
        if not 0 <= whole <= owed:
            return None
        loss[str(code)] = whole
    return loss


def _spread(mine: pd.DataFrame, loss: dict[str, int]) -> pd.Series:
    """Spread the loss of each currency over its claims by amount."""
    parts = dict.fromkeys(mine.index, 0)
    for code, total in loss.items():
        claims = mine["open"][(mine["currency"] == code) & (mine["open"] > 0)]
        parts |= dict(zip(claims.index, spread(total, [int(amount) for amount in claims]), strict=True))
    return pd.Series(parts, dtype="int64")
