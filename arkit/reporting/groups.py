"""Which groups a ledger can be cut by, and what they are called."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pandas as pd

from arkit.text import Text

if TYPE_CHECKING:
    from arkit.reporting.page import Report

CANDIDATES = ("type", "region", "salesperson", "business_unit", "industry")
NAMED = ("type", "region", "industry")
"""Columns whose values may be keys with a name in each language; any other value stands as it is."""
MOST_GROUPINGS = 3
FEWEST_CUSTOMERS = 10
"""Below this a currency is not cut into groups: the customers themselves say more."""


def groupings(report: Report, most: int = MOST_GROUPINGS) -> list[str]:
    """Return the columns to group by: the first few that the ledger has and that tell customers apart."""
    has = {*report.ledger.columns("documents"), *report.ledger.columns("customers")}
    found = (
        name for name in CANDIDATES if name in has and len(report.measure("aging", by=name).index.unique(name)) > 1
    )
    return list(islice(found, most))


def rename(frame: pd.DataFrame, by: str, text: Text) -> pd.DataFrame:
    """Return a frame whose groups are named in the reader's language; ledger text stays as it is."""

    def called(group: object) -> str:
        return name(str(group), by, text)

    return frame.rename(index=called, level=by) if frame.index.nlevels > 1 else frame.rename(index=called)


def name(group: str, by: str, text: Text) -> str:
    """Return what a group is called in the reader's language; ledger text stays as it is."""
    return text.say("not given") if not group else text.label(group) if by in NAMED else group
