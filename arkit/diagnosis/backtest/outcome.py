"""What went bad: the claims that became more than 90 days overdue, on which day, and how much of them was open then."""

from __future__ import annotations

import pandas as pd

from arkit.diagnosis.past import Past
from arkit.money import major

BAD = 90
"""Days late beyond which money counts as gone bad; ageing calls it over 90."""


def turned_bad(past: Past) -> pd.DataFrame:
    """Return the claims that became more than :data:`BAD` days overdue, oldest first.

    Parameters
    ----------
    past
        What was known on the day up to which outcomes count.

    Returns
    -------
    pandas.DataFrame
        A row per claim: ``document_id, customer_id, currency, due, on`` (the first day more than :data:`BAD` days
        after it was due; of a claim issued later than that, its own date), ``minor, amount`` (open at the end of that
        day, in minor and major units).
    """
    items = past.items
    items = items[items["minor"] > 0]
    on = items["due"] + pd.Timedelta(days=BAD + 1)
    on = on.mask(on < items["date"], items["date"])
    rows = items.assign(on=on)[["document_id", "customer_id", "currency", "due", "on", "minor"]]
    rows = rows[rows["on"] <= past.today]
    for name in ("document_id", "customer_id", "currency"):
        rows[name] = rows[name].astype("str")
    moves = past.moves
    turned = rows.set_index("document_id")["on"].reindex(pd.Index(moves["document_id"].astype("str")))
    by_then = moves[moves["effective"].to_numpy() <= turned.to_numpy()]
    settled = by_then.groupby(by_then["document_id"].astype("str"))["minor"].sum()
    rows["minor"] = rows["minor"] - settled.reindex(rows["document_id"], fill_value=0).to_numpy()
    rows = rows[rows["minor"] > 0].sort_values(["on", "document_id"], ignore_index=True)
    rows["amount"] = major(rows["minor"], rows["currency"])
    return rows
