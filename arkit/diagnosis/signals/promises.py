"""Promises to pay 付款承诺 and whether they were kept, as far as a day could know."""

from __future__ import annotations

import numpy as np
import pandas as pd

from arkit.columns import NO_CURRENCY
from arkit.diagnosis.past import Past
from arkit.diagnosis.signals.plain import plain
from arkit.money import digits

GRACE_DAYS = 2
"""Days after the promised one that still count as kept: banks take their time."""
_COLUMNS = ["customer_id", "document_id", "date", "due_on", "minor", "kept"]


def promises(past: Past) -> pd.DataFrame:
    """Return the promises whose day, and two days of grace, had passed.

    Returns
    -------
    pandas.DataFrame
        A row per promise: ``customer_id, document_id`` (empty: the account as a whole), ``date, due_on, minor`` (what
        was promised; 0: not said), ``kept``.

    Notes
    -----
    Kept is, in this order: what ``outcome`` says (kept, broken); the document came to nothing in time; what was paid on
    it since the promise reaches the promised amount; for a promise without a document the same of the customer's
    receipts, any receipt where no amount was said.
    """
    log = past.activities
    if log.empty or "due_on" not in log:
        return pd.DataFrame(columns=_COLUMNS).astype({"kept": "bool"})
    made = plain(log[log["kind"].eq("promise") & log["due_on"].notna()])
    made = made[made["due_on"] + pd.Timedelta(days=GRACE_DAYS) < past.today]
    made = made.reindex(columns=[*log.columns, *({"document_id", "amount", "outcome"} - set(log.columns))])
    made = made.reset_index(drop=True)
    made["document_id"] = made["document_id"].astype("object").where(made["document_id"].notna(), "")
    made["until"] = made["due_on"] + pd.Timedelta(days=GRACE_DAYS)
    documents = plain(past.documents[["document_id", "customer_id", "currency", "closed_on"]])
    closed = documents.set_index("document_id")["closed_on"].reindex(made["document_id"]).reset_index(drop=True)
    on_document = made["document_id"].isin(documents["document_id"])
    codes = documents.drop_duplicates("customer_id").set_index("customer_id")["currency"]
    scale = np.array([10.0 ** digits(code) for code in codes.reindex(made["customer_id"]).fillna(NO_CURRENCY)])
    made["minor"] = (made["amount"].astype("float64").fillna(0) * scale).round()
    paid = np.where(on_document, _on_documents(made, past), _on_account(made, past))
    enough = np.where(made["minor"] > 0, paid >= made["minor"] * 0.995, paid > 0)
    said = made["outcome"].astype("str")
    in_time = (closed <= made["until"]).to_numpy()
    made["kept"] = np.where(said == "kept", True, np.where(said == "broken", False, in_time | enough))
    return made[_COLUMNS]


def _on_documents(made: pd.DataFrame, past: Past) -> np.ndarray:
    moves = plain(past.payments[["document_id", "effective", "minor"]]).rename(columns={"minor": "paid"})
    return _sums(made, made.reset_index().merge(moves, on="document_id"))


def _on_account(made: pd.DataFrame, past: Past) -> np.ndarray:
    receipts = past.documents[past.documents["kind"].isin(["payment", "bill"])]
    moves = pd.DataFrame(
        {
            "customer_id": receipts["customer_id"].astype("object"),
            "effective": receipts["date"],
            "paid": receipts["minor"].abs(),
        }
    )
    return _sums(made, made.reset_index().merge(moves, on="customer_id"))


def _sums(made: pd.DataFrame, pairs: pd.DataFrame) -> np.ndarray:
    within = (pairs["effective"] >= pairs["date"]) & (pairs["effective"] <= pairs["until"])
    return pairs[within].groupby("index")["paid"].sum().reindex(made.index).fillna(0).to_numpy()
