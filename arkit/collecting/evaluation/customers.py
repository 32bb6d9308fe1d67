"""Customers: do they pay as promised and as agreed, against their trade, and what does it cost to get it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from arkit.collecting.balances import Balances
from arkit.collecting.evaluation.facts import complete_months, days_until_settled
from arkit.collecting.evaluation.mix import codes, without_own
from arkit.collecting.owners import named
from arkit.collecting.scoring import CONTACTS
from arkit.diagnosis.past import Past
from arkit.diagnosis.signals import promises
from arkit.messages import Message
from arkit.money import major

MOST_DAYS = 180
"""A claim counts as at most so many days late."""
LEAST_CLAIMS, LEAST_PROMISES = 3, 3
"""Below these nobody is graded, and promises do not count for the grade."""
OLD = 90
PER = 100_000
COLUMNS = [
    "owner", "type", "claims", "collected", "days_late", "against_type", "promises", "kept", "kept_share",
    "old_share", "contacts", "contacts_per_100k", "grade", "rule",
]  # fmt: skip


@dataclass(frozen=True)
class Grade:
    """A grade: at most so many days late, at least such a share of promises kept, at most such a share over 90 days."""

    name: str
    days: float
    kept: float
    old: float


GRADES = (Grade("A", 5, 0.8, 0.0), Grade("B", 15, 0.6, 0.1), Grade("C", 45, 0.4, 0.3))
"""The first whose every bound holds; D otherwise."""


def customers(past: Past, balances: Balances, owner: pd.Series, types: pd.Series, months: int) -> pd.DataFrame:
    """Judge the customers by what fell due since the first of so many complete months.

    Returns
    -------
    pandas.DataFrame
        Index ``currency, customer_id``. ``owner, type``; ``claims`` that fell due, ``collected`` (cash and bills
        received in the months, major units), ``days_late`` (until settled or until the date, by amount; early is 0, at
        most 180), ``against_type`` (days more than the other customers of the type), ``promises`` whose day came,
        ``kept, kept_share`` (0-1), ``old_share`` (0-1, of what is open, more than 90 days late), ``contacts`` (without
        reminders), ``contacts_per_100k`` (per 100,000 collected: the cost to serve), ``grade`` (A-D; missing: fewer
        than three claims), ``rule`` (why, in words).
    """
    begin = complete_months(past.as_of, months)[0][0]
    today = int(np.datetime64(past.as_of, "D").astype(np.int64))
    everyone = np.arange(len(balances.ids))
    group = codes(balances.currency, balances.customer)
    first = np.unique(group, return_index=True)[1]
    index = pd.MultiIndex.from_arrays([balances.currency[first], balances.customer[first]])
    index = index.set_names(["currency", "customer_id"])
    kind = named(types, pd.Series(balances.customer))
    fell = (balances.due >= begin) & (balances.due < today) & (balances.minor > 0)
    place = np.flatnonzero(fell)
    weight = balances.minor[place].astype(np.float64)
    hit = weight * days_until_settled(past, balances, MOST_DAYS)[place]
    cells = [codes(balances.currency[place], kind[place])]
    usual = without_own(weight, hit, cells, group[place])
    size = len(first)
    total = np.bincount(group[place], weight, size)
    whole = np.where(total > 0, total, np.nan)
    frame = pd.DataFrame({"owner": named(owner, pd.Series(balances.customer[first])), "type": kind[first]}, index=index)
    frame["claims"] = np.bincount(group[place], minlength=size)
    paid = balances.paid(everyone, begin - 1, today)
    minor = pd.Series(np.bincount(group, paid, size), index=index)
    frame["collected"] = major(minor, index.get_level_values("currency"))
    frame["days_late"] = np.bincount(group[place], hit, size) / whole
    frame["against_type"] = frame["days_late"] - np.bincount(group[place], weight * usual, size) / whole
    open_ = balances.open(everyone, today)
    old = np.bincount(group, np.where(balances.due < today - OLD, open_, 0), size)
    owed = np.bincount(group, open_, size)
    frame["old_share"] = np.where(owed > 0, old / np.where(owed > 0, owed, 1), 0.0)
    who = index.get_level_values("customer_id")
    start = pd.Timestamp(np.datetime64(begin, "D"))
    made = promises(past)
    made = made[made["due_on"] >= start]
    kept = made["kept"].astype("int64").groupby(made["customer_id"].astype("str")).agg(["size", "sum"]).reindex(who)
    frame["promises"], frame["kept"] = (kept[name].fillna(0).to_numpy(np.int64) for name in ("size", "sum"))
    frame["kept_share"] = frame["kept"] / frame["promises"].where(frame["promises"] > 0)
    frame["contacts"] = _contacts(past, start, who)
    frame["contacts_per_100k"] = frame["contacts"] / frame["collected"].where(frame["collected"] > 0) * PER
    if past.activities.empty:
        frame[["contacts", "contacts_per_100k"]] = np.nan
    frame = frame[(frame["claims"] > 0) | (frame["collected"] > 0) | (owed > 0)]
    graded = [_grade(row) for row in frame.to_dict("records")]
    frame["grade"] = pd.Series([grade for grade, _ in graded], index=frame.index, dtype="str")
    frame["rule"] = pd.Series([rule for _, rule in graded], index=frame.index, dtype="object")
    return frame[COLUMNS].astype({"owner": "str", "type": "str"})


def _contacts(past: Past, start: pd.Timestamp, who: pd.Index) -> np.ndarray:
    log = past.activities
    if log.empty:
        return np.zeros(len(who))
    made = log[log["kind"].isin(CONTACTS) & (log["date"] >= start)]
    found: np.ndarray = made["customer_id"].astype("str").value_counts().reindex(who).fillna(0).to_numpy(np.float64)
    return found


def _grade(row: Mapping[Hashable, Any]) -> tuple[str | None, Message]:
    if row["claims"] < LEAST_CLAIMS:
        return None, Message("not graded: fewer than {n} claims fell due", n=LEAST_CLAIMS)
    promised = row["promises"] >= LEAST_PROMISES
    for grade in GRADES:
        if (
            row["days_late"] <= grade.days
            and row["old_share"] <= grade.old
            and (not promised or row["kept_share"] >= grade.kept)
        ):
            return grade.name, _said(row, grade.name, grade, promised=promised)
    return "D", _said(row, "D", None, promised=promised)


def _said(row: Mapping[Hashable, Any], name: str, grade: Grade | None, *, promised: bool) -> Message:
    bound = grade or GRADES[-1]
    kept = (
        Message(
            "{kept} of {promises} promises kept (at least {least})",
            kept=int(row["kept"]), promises=int(row["promises"]), least=f"{bound.kept:.0%}",
        )
        if promised
        else Message("too few promises to count")
    )  # fmt: skip
    facts = Message(
        "{days} days late on average (at most {most}), {old} of what is open is over 90 days late (at most {share}), "
        "{kept}",
        days=f"{row['days_late']:.0f}", most=f"{bound.days:.0f}", old=f"{row['old_share']:.0%}",
        share=f"{bound.old:.0%}", kept=kept,
    )  # fmt: skip
    if grade is None:
        return Message("{grade}: a bound of {worst} is broken: {facts}", grade=name, worst=bound.name, facts=facts)
    return Message("{grade}: {facts}", grade=name, facts=facts)
