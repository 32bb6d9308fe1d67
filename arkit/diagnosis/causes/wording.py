"""The words of a diagnosis: what is noted, what the papers say, what is a hypothesis, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import numpy as np
import pandas as pd

from arkit.diagnosis.causes.evidence import Table
from arkit.diagnosis.causes.families import families
from arkit.diagnosis.causes.view import Floats, View
from arkit.diagnosis.causes.weighing import Weighed
from arkit.messages import Message

_TOLD = 3
"""So many pieces of evidence are told for an item."""
LEAST = 0.25
"""Evidence that adds fewer points is not told."""
_WORTH_NAMING = 0.2
"""A likeliest cause with a smaller share is not named where the cause is not known."""


def _strongest(weighed: Weighed, row: int, code: int) -> list[int]:
    added = weighed.added[:, row, code]
    order = np.argsort(-added, kind="stable")[:_TOLD]
    return [int(number) for number in order if added[number] >= LEAST]


def not_known(share: Floats) -> Message:
    """Word what is not known, with the likeliest cause where there is one."""
    likeliest = int(share[:-1].argmax())
    if share[likeliest] < _WORTH_NAMING:
        return Message("Not known: nothing that the ledger holds explains it.")
    return Message(
        "Not known: the evidence does not decide. The likeliest is {cause} ({share:.0%}).",
        cause=families()[likeliest].words, share=float(share[likeliest]),
    )  # fmt: skip


def sentence(weighed: Weighed, row: int, code: int, rules: Table) -> Message:
    """Word a cause as what the papers say, or as a hypothesis."""
    family, best = families()[code], _strongest(weighed, row, code)
    because = _joined([weighed.found[number].say(row) for number in best])
    if family.confirm:
        return Message(
            "Hypothesis, for a person to confirm before anything is said or done: {cause}. What speaks for it: "
            "{because}.",
            cause=family.words, because=because,
        )  # fmt: skip
    if best and rules.evidence[weighed.found[best[0]].key].nature == "rule":
        return Message("The papers point to {cause}: {because}.", cause=family.words, because=because)
    return Message("Hypothesis: {cause}. What speaks for it: {because}.", cause=family.words, because=because)


def _joined(parts: list[Message]) -> Message:
    if not parts:
        return Message("no evidence of its own")
    return reduce(lambda left, right: Message("{first}; {second}", first=left, second=right), parts)


def noted(cause: str, date: pd.Timestamp, owner: str) -> Message:
    """Word a reason that somebody wrote down."""
    family = next(family for family in families() if family.key == cause)
    who = owner or Message("somebody")
    return Message("Noted by {who} on {date}: {cause}.", who=who, date=date.date(), cause=family.words)


def missing(view: View, *, hidden: bool) -> Iterator[Message]:
    """Say what could not be looked at."""
    past = view.past
    if past.scope == "snapshot":
        yield Message(
            "a snapshot of open items holds no paid invoices: customers can not be compared with their own past, and "
            "habit, process, liquidity and market can hardly be told apart"
        )
    elif len(view.fallen) and (past.today - view.fallen["due"].min()).days < 365:
        yield Message("the ledger goes back less than a year: a season can not be seen, a change hardly")
    if past.activities.empty:
        yield Message(
            "there is no log of contacts: disputes, promises, wilful delay and missing follow-up can not be seen"
        )
    elif hidden:
        yield Message("noted reasons were not looked at")
    if past.customers.empty:
        yield Message("there is no customer file: credit limits, ratings, industries and groups can not be looked at")
    else:
        for column, words in (
            ("credit_limit", Message("no credit limits are on file: sales above the limit can not be seen")),
            ("rating", Message("no ratings are on file")),
            ("industry", Message("no industries are on file: an industry that slows can not be seen")),
        ):
            if column not in past.customers or past.customers[column].isna().all():
                yield words
    for column, words in (
        ("order_number", Message("the documents carry no order numbers: their absence says nothing")),
        ("delivered_on", Message("the documents carry no delivery dates: late invoicing can not be seen")),
        ("terms", Message("the documents name no terms: stretched terms are judged by the days granted")),
        ("item_type", Message("the documents have no item types: milestones and retention money can not be seen")),
    ):
        if not view.has(column):
            yield words
