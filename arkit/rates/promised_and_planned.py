"""What stands beside the documents and is money, too: promises, and the collection plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from arkit.frames import placed, wrap
from arkit.intake import Problem
from arkit.ledger import Ledger
from arkit.money import digits
from arkit.rates.rules import rule
from arkit.rates.table import Quotes


def activities(ledger: Ledger, documents: pd.DataFrame, quotes: Quotes, base: str) -> tuple[Any, list[Problem]]:
    """Return the activities with promised amounts in the base currency, and what could not be converted.

    An amount about a document is in its currency, and takes its booking rate. An amount about a customer names no
    currency: it is kept where all the customer's documents are in the base currency, else taken as not said.

    Parameters
    ----------
    ledger
        The ledger before conversion.
    documents, quotes
        Its documents with ``document_id`` and ``currency``, and the booking rate of each.
    base
        The base currency.
    """
    log = ledger.table("activities")
    amounts = pd.to_numeric(log["amount"], errors="coerce") if "amount" in log else pd.Series(dtype="float64")
    if not amounts.notna().any():
        return ledger.activities, []
    about = pd.Series(log.get("document_id"), index=log.index, dtype="object")
    at = pd.Index(documents["document_id"]).get_indexer(pd.Index(about))
    scale = 10.0 ** documents["currency"].map(digits).to_numpy(np.float64)[at]
    minor = np.rint(np.nan_to_num(amounts.to_numpy(np.float64)) * scale).astype(np.int64)
    converted = quotes.convert(minor, at) / 10.0 ** digits(base)
    customers = ledger.table("documents")[["customer_id", "currency"]]
    foreign = log["customer_id"].isin(customers.loc[customers["currency"] != base, "customer_id"]).to_numpy()
    unsaid = (at < 0) & foreign & amounts.notna().to_numpy()
    amounts = amounts.where(at < 0, pd.Series(converted, index=log.index).where(amounts.notna())).mask(unsaid)
    problems = [
        rule("promise_without_currency", severity="warning", table="activities", column="amount",
             count=int(unsaid.sum()), n=int(unsaid.sum()))
    ] if unsaid.any() else []  # fmt: skip
    return placed(log.assign(amount=amounts), wrap(ledger.documents)).to_native(), problems


def targets(ledger: Ledger, base: str) -> tuple[Any, list[Problem]]:
    """Return the targets, or none of them where some are in another currency: a plan has no rate of its own."""
    plan = ledger.table("targets")
    others = sorted(set(plan["currency"].dropna()) - {base}) if "currency" in plan else []
    if not others:
        return ledger.targets, []
    return None, [
        rule("targets_left_out", severity="warning", table="targets", column="currency", value=", ".join(others),
             count=len(plan), base=base)
    ]  # fmt: skip
