"""A small simulated firm for tests, and the same ledger without what happened after a day."""

from functools import cache

import pandas as pd

import arkit


@cache
def firm(seed):
    return arkit.simulate(seed=seed, months=36, customers=40)


def until(book, day):
    """Delete from every table what is dated later, and rebuild the ledger."""
    limit = pd.Timestamp(day)
    documents = book.documents[book.documents["date"] <= limit]
    known = set(documents["document_id"])
    applications = book.applications
    by = applications["by_document_id"]
    kept = applications["document_id"].isin(known) & (by.isna() | by.isin(known)) & (applications["date"] <= limit)
    activities = book.activities[book.activities["date"] <= limit].copy()
    pending = activities["due_on"] >= limit
    activities["outcome"] = activities["outcome"].mask(pending)
    return arkit.Ledger(documents, applications[kept], book.customers, activities)
