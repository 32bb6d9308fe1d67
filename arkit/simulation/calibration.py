"""What a simulated ledger measures, beside the figures that it should resemble (DOMAIN §7).

Everything is counted from the tables as any reader could count it; the truth is used for the shares of causes only.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from arkit.simulation.model import Tables

GRACE_DAYS = 2
"""A promise counts as kept when the document is settled at most so many days after the promised day."""


def settled_on(documents: pd.DataFrame, applications: pd.DataFrame) -> pd.Series:
    """Return the day on which each document was settled in full (missing: open), by ``document_id``."""
    amounts = documents.set_index("document_id")["amount"]
    minor = (applications["amount"] * 100).round().groupby(applications["document_id"]).sum()
    last = applications.groupby("document_id")["date"].max()
    closed = minor.reindex(amounts.index).fillna(0) == (amounts * 100).round()
    return last.reindex(amounts.index).where(closed)


def late_invoices(made: Tables) -> pd.DataFrame:
    """Return the invoices that have fallen due, with ``settled`` and ``days_late`` (up to the end where open).

    An invoice without due date counts from its own date.
    """
    invoices = made.documents[made.documents["kind"] == "invoice"].copy()
    invoices["settled"] = settled_on(made.documents, made.applications).reindex(invoices["document_id"]).to_numpy()
    end = last_day(made.documents)
    invoices["due"] = invoices["due_date"].fillna(invoices["date"])
    invoices = invoices[invoices["due"] < end]
    invoices["days_late"] = (invoices["settled"].fillna(end) - invoices["due"]).dt.days.clip(lower=0)
    return invoices


def last_day(documents: pd.DataFrame) -> pd.Timestamp:
    """Return the last day of the month of the last document: the end of the simulation."""
    return pd.Timestamp(documents["date"].max() + pd.offsets.MonthEnd(0))


def promises(made: Tables) -> pd.DataFrame:
    """Return the promises whose day has come, with ``kept``."""
    found = made.activities[made.activities["kind"] == "promise"].copy()
    found = found[found["due_on"] + pd.Timedelta(days=GRACE_DAYS) <= last_day(made.documents)]
    settled = settled_on(made.documents, made.applications).reindex(found["document_id"]).to_numpy()
    found["kept"] = settled <= (found["due_on"] + pd.Timedelta(days=GRACE_DAYS)).to_numpy()
    return found


def measure(made: Tables) -> dict[str, float]:
    """Return the calibration figures: shares are 0-1, days are days; amounts of one currency (CNY) only."""
    domestic = Tables(made.documents[made.documents["currency"] == "CNY"], *made[1:])
    invoices = late_invoices(domestic)
    late = invoices["days_late"] > 0
    amount = invoices["amount"]
    kinds = dict(domestic.documents.groupby("kind")["amount"].sum().items())
    ids = domestic.documents["document_id"]
    applied = made.applications[made.applications["document_id"].isin(ids)]
    settled = dict(applied.groupby("kind")["amount"].sum().items())
    disputed = made.activities.loc[made.activities["kind"] == "dispute_opened", "document_id"]
    sales = kinds["invoice"] + kinds.get("debit_note", 0.0)
    receipts = settled.get("payment", 0.0) + settled.get("bill", 0.0)
    all_invoices = made.documents.loc[made.documents["kind"] == "invoice", "document_id"]
    days = (invoices["settled"] - invoices["date"]).dt.days
    return {
        "late_share_value": float(amount[late].sum() / amount.sum()),
        "late_share_number": float(late.mean()),
        "days_late_when_late": float(invoices.loc[late, "days_late"].mean()),
        "days_late_when_late_by_value": float(np.average(invoices.loc[late, "days_late"], weights=amount[late])),
        "days_late_when_late_median": float(invoices.loc[late, "days_late"].median()),
        "days_to_pay": float(days.mean()),
        "written_off_of_sales": float((settled.get("write_off", 0.0) - kinds.get("recovery", 0.0)) / sales),
        "disputed_share_number": float(all_invoices.isin(disputed).mean()),
        "promises_kept": float(promises(made)["kept"].mean()),
        "settled_by_bill": float(settled.get("bill", 0.0) / receipts),
        "credit_notes_of_sales": float(-kinds.get("credit_note", 0.0) / sales),
    }


def causes(made: Tables) -> pd.DataFrame:
    """Return, by planted cause, the late invoices: ``invoices``, ``value`` (share of late value), ``days_late``."""
    invoices = late_invoices(made).merge(made.truth[["document_id", "cause"]], on="document_id")
    invoices = invoices[(invoices["days_late"] > 0) & (invoices["currency"] == "CNY")]
    by = invoices.groupby("cause")
    table = pd.DataFrame({"invoices": by.size(), "value": by["amount"].sum(), "days_late": by["days_late"].mean()})
    table["value"] /= table["value"].sum()
    return table
