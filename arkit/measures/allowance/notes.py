"""What a reader of an allowance has to mind, in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd

from arkit.measures.allowance.history import Found, History
from arkit.measures.allowance.methods import MONTHS, OWN_PAST, Way
from arkit.measures.allowance.scenarios import UNADJUSTED
from arkit.measures.results import SNAPSHOT
from arkit.messages import Message

if TYPE_CHECKING:
    from arkit.ledger import Ledger

NO_PAST = Message("the ledger's past says nothing of this bucket, so it has no rate")
NO_SCENARIO = Message(
    "no scenario is given: the rates are those of the past, unadjusted; IFRS 9 and CAS 22 ask for a reasoned view of "
    "the months ahead"
)
NOTHING_LOST = Message(
    "no write-off is on record: the rates of the past are 0, which says nothing if the export leaves write-offs out"
)
APART_AT_THE_END = Message(
    "the opening allowance was made without claims assessed one by one: what is assessed so today is in the charge of "
    "the last month; give opening= from the books"
)


def notes(
    ledger: Ledger, history: History, way: Way, since: dt.date, opened: bool, found: Found | None,
    matrix: pd.DataFrame, total: pd.DataFrame, apart: bool,
) -> tuple[Message, ...]:  # fmt: skip
    """Return what could not be had, and what to mind."""
    said: list[Message] = []
    if ledger.scope == "snapshot":
        said.append(Message("no past: {reason}", reason=SNAPSHOT))
    elif way.method in OWN_PAST:
        said += _of_the_past(history, way, found)
    if way.has_matrix and way.scenarios == UNADJUSTED:
        said.append(NO_SCENARIO)
    if matrix["allowance"].isna().any():
        said.append(
            Message("{n} row(s) of the matrix: {reason}", n=int(matrix["allowance"].isna().sum()), reason=NO_PAST)
        )
    if not opened and way.method != "direct":
        said.append(_opening(since, total, apart))
    return tuple(said)


def _opening(since: dt.date, total: pd.DataFrame, apart: bool) -> Message:
    unknown = total.index[total["opening"].isna()]
    if len(unknown):
        return Message(
            "the opening allowance of {day} is not known ({where}): give opening= from the books",
            day=since.isoformat(),
            where="; ".join(key if isinstance(key, str) else ", ".join(map(str, key)) for key in unknown),
        )
    if apart:
        return APART_AT_THE_END
    return Message(
        "the opening allowance is what the same method gives at {day} with what was known then; the books' own comes "
        "with opening=",
        day=since.isoformat(),
    )


def _of_the_past(history: History, way: Way, found: Found | None) -> list[Message]:
    said = []
    known = max(history.last - history.first, 0)
    needed = way.follow if way.method == "loss_rates" else MONTHS["roll_rates"]
    if known < needed:
        said.append(
            Message(
                "the past has {n} month(s), {needed} are wanted: losses that take longer are not in the rates, which "
                "are too low by them",
                n=known,
                needed=needed,
            )
        )
    if not sum(int(history.written_off(month).sum()) for month in range(history.first, history.last + 1)):
        said.append(NOTHING_LOST)
    if found is not None and len(history.groups) > len({group[0] for group in history.groups}):
        borrowed = int((found.terms["own"] == 0).sum())
        if borrowed:
            said.append(
                Message("{n} bucket(s) of segments had nothing in the past: the currency's rate stands in", n=borrowed)
            )
    return said
