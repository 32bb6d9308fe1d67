"""Whose customer it is: the owner on file, else the salesperson of the newest document."""

from __future__ import annotations

import numpy as np
import pandas as pd

from arkit.diagnosis.past import Past


def owners(past: Past) -> pd.Series:
    """Return the owner by customer; customers without one are left out.

    Customer files carry no dates: who a customer belonged to earlier is not known from them.
    """
    parts = []
    for table, name in ((past.customers, "owner"), (past.documents, "salesperson")):
        if name in table:
            known = table.loc[table[name].notna(), ["customer_id", name]]
            parts.append(known.astype("str").set_axis(["customer_id", "owner"], axis=1))
    if not parts:
        return pd.Series(dtype="str", name="owner")
    file, papers = parts[0].drop_duplicates("customer_id"), parts[-1].drop_duplicates("customer_id", keep="last")
    both = pd.concat([file, papers]) if len(parts) == 2 or "owner" in past.customers else papers
    found: pd.Series = both.drop_duplicates("customer_id").set_index("customer_id")["owner"]
    return found


def named(owner: pd.Series, who: pd.Series) -> np.ndarray:
    """Return the owner of each customer, the empty text where there is none."""
    found: np.ndarray = owner.reindex(pd.Index(who.astype("str"))).fillna("").to_numpy(object)
    return found
