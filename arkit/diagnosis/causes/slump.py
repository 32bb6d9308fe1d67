"""Markets that slow together 市场环境: an industry, a region, or nearly everybody, in the months about the due date.

Each customer is held against its own past; the others of its industry (region) are added up, itself left out. A
slump is where more of their invoices are late than their own pasts lead to expect, at several customers. Who is late
anyway is left out: he can not slow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from arkit.diagnosis.causes.evidence import Found
from arkit.diagnosis.causes.pattern import Counts, month_words
from arkit.diagnosis.causes.view import Floats, Ints, View, months
from arkit.messages import Message

_REACHES = (1, 0)
"""Months before and after the due month that are taken together; the month alone too, for a slump that just began."""
_ANYWAY = 0.6
"""Customers with a larger share of late invoices in their own past are late anyway and tell nothing of a market."""
_APART = 6
"""A customer's own past for a month is what fell due more than so many months before or after it."""
SCOPES = {"": "most_slow", "industry": "industry_slows", "region": "region_slows"}
"""Columns of the customer file and the evidence they give; the empty one is everybody, and first where all agree."""
_BROAD = 0.4
"""Share of the others who must have slowed."""


def _moving(table: Floats | Ints, reach: int) -> Floats:
    """Return sums over the months from ``-reach`` to ``+reach``."""
    padded = np.pad(np.cumsum(np.pad(table, ((0, 0), (1, 0))), axis=1), ((0, 0), (reach, reach)), mode="edge")
    sums: Floats = (padded[:, 2 * reach + 1 :] - padded[:, : -2 * reach - 1]).astype(np.float64)
    return sums


def found(view: View, counts: Counts) -> Iterator[Found]:
    """Yield, for each scope, how strongly the others of it slowed when the item fell due."""
    late, all_ = counts.late, counts.all
    each = all_.sum(axis=1)
    base = float(np.median(late.sum(axis=1)[each > 0] / each[each > 0])) if each.any() else 0.0
    far_late = late.sum(axis=1, keepdims=True) - _moving(late, _APART)
    far_all = all_.sum(axis=1, keepdims=True) - _moving(all_, _APART)
    weight = view.settings.shrink
    own_rate = (far_late + weight * base) / (far_all + weight)
    telling = own_rate < _ANYWAY
    late, all_, usual = late * telling, all_ * telling, all_ * telling * own_rate
    due = months(view.items["due"])
    month = np.clip(due - counts.first, 0, counts.length - 1)
    who = view.items["customer"].to_numpy()
    windows = []
    for reach in _REACHES:
        seen, number, expected = (_moving(table, reach) for table in (late, all_, usual))
        windows.append((seen, number, expected, seen > expected + 0.5, number > 0))
    said, words = [], []
    for column in SCOPES:
        code, names = pd.factorize(view.file[column] if column else pd.Series("all", index=view.names))
        group, groups = code[who], max(len(names), 1)
        near, alone = (
            [
                np.where(group >= 0, _by_group(part, code, groups)[group, month] - part[who, month], 0.0)
                for part in window
            ]
            for window in windows
        )
        wide, narrow = _strength(view, near), _strength(view, alone)
        others = [np.where(narrow > wide, one, three) for one, three in zip(alone, near, strict=True)]
        said.append(np.maximum(wide, narrow))
        words.append(_words(column, [str(name) for name in names], group, others, due))
    strongest = np.argmax(said, axis=0)  # the same invoices speak in all three: they count once
    for place, key in enumerate(SCOPES.values()):
        yield Found(key, np.where(strongest == place, said[place], 0.0), words[place])


def _by_group(table: np.ndarray, code: Ints, groups: int) -> Floats:
    sums = np.zeros((groups, table.shape[1]))
    known = code >= 0
    np.add.at(sums, code[known], table[known].astype(np.float64))
    return sums


def _strength(view: View, others: list[Floats]) -> Floats:
    """Return 0-1: by how much more is late than expected, how sure that is, and at how many customers.

    Sure: the log-likelihood ratio of what was seen against what was expected (Poisson).
    """
    seen, number, expected, slower, customers = others
    excess = (seen - expected) / np.maximum(number, 1)
    sure = np.where(
        seen > expected, seen * np.log(np.maximum(seen, 1) / np.maximum(expected, 0.1)) - seen + expected, 0
    )
    broad = (slower >= view.settings.slump_customers) & (slower >= _BROAD * customers)
    strength: Floats = np.where(broad, np.clip((excess - 0.15) / 0.3, 0, 1) * np.clip((sure - 1.5) / 3, 0, 1), 0.0)
    return strength


def _words(column: str, names: list[str], group: Ints, others: list[Floats], due: Ints) -> Callable[[int], Message]:
    seen, number, expected, slower, customers = others

    def say(row: int) -> Message:
        figures = {
            "late": int(seen[row]), "all": int(number[row]), "expected": round(float(expected[row])),
            "slower": int(slower[row]), "customers": int(customers[row]), "month": month_words(int(due[row])),
        }  # fmt: skip
        if column == "industry":
            return Message(
                "the industry {name} slowed about {month}: {late} of {all} invoices of its other customers were late, "
                "{expected} would be by their own past; {slower} of {customers} customers were slower",
                name=names[group[row]], **figures,
            )  # fmt: skip
        if column == "region":
            return Message(
                "the region {name} slowed about {month}: {late} of {all} invoices of its other customers were late, "
                "{expected} would be by their own past; {slower} of {customers} customers were slower",
                name=names[group[row]], **figures,
            )  # fmt: skip
        return Message(
            "customers in general slowed about {month}: {late} of {all} invoices of all others were late, {expected} "
            "would be by their own past; {slower} of {customers} customers were slower",
            **figures,
        )

    return say
