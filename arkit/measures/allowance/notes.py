"""What a reader of an allowance has to mind, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from arkit.measures.allowance.forward import Opening
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
GIVEN_RATES = Message(
    "the rates are given: IFRS 9, CAS 22 and ASC 326 ask for grounds in own losses of the past and in a reasoned view "
    "of the months ahead, which have to be kept with these figures"
)
FALLING = Message(
    "an older age has a lower rate than a younger one: it rests on few claims, so assess them one by one, or take "
    "fewer ages"
)
SPREAD = Message(
    "the opening allowance of the books is that of a currency: it is spread over its segments as the same method would "
    "have made it then, or by what they owed"
)
APART_AT_THE_END = Message(
    "the opening allowance was made without claims assessed one by one: what is assessed so today is in the charge of "
    "the last month; give opening= from the books"
)


def notes(
    ledger: Ledger, history: History, way: Way, since: dt.date, opening: Opening, found: Found | None,
    matrix: pd.DataFrame, total: pd.DataFrame, apart: bool,
) -> tuple[Message, ...]:  # fmt: skip
    """Return what could not be had, and what to mind."""
    said: list[Message] = []
    if ledger.scope == "snapshot":
        said.append(Message("no past: {reason}", reason=SNAPSHOT))
    elif way.method in OWN_PAST:
        said += _of_the_past(history, way, found, total)
    if way.has_matrix and way.scenarios == UNADJUSTED:
        said.append(NO_SCENARIO if way.method in OWN_PAST else GIVEN_RATES)
    if way.has_matrix and not way.whole and _falling(matrix):
        said.append(FALLING)
    if matrix["allowance"].isna().any():
        said.append(
            Message("{n} row(s) of the matrix: {reason}", n=int(matrix["allowance"].isna().sum()), reason=NO_PAST)
        )
    if way.method != "direct":
        said += _of_the_opening(since, opening, total, apart)
    return tuple(said)


def _falling(matrix: pd.DataFrame) -> bool:
    """Whether an age that something is owed of has a lower rate than the one before it."""
    segment = list(matrix.index.names[:-1])
    return bool(((matrix.groupby(level=segment)["rate"].diff() < 0) & (matrix["base"] > 0)).any())


def _of_the_opening(since: dt.date, opening: Opening, total: pd.DataFrame, apart: bool) -> list[Message]:
    unknown = total["opening"].isna()
    said = []
    if unknown.any():
        said.append(
            Message(
                "the opening allowance of {day} is not known ({where}): give opening= from the books",
                day=since.isoformat(),
                where=_named(total.index[unknown]),
            )
        )
    if isinstance(opening, Mapping) and total.index.nlevels > 1 and set(opening) & set(total.index.unique("currency")):
        said.append(SPREAD)
    if opening is not None or unknown.all():
        return said
    if apart:
        return [*said, APART_AT_THE_END]
    return [
        *said,
        Message(
            "the opening allowance is what the same method gives at {day} with what was known then; the books' own "
            "comes with opening=",
            day=since.isoformat(),
        ),
    ]


def _named(keys: pd.Index) -> str:
    return "; ".join(key if isinstance(key, str) else ", ".join(map(str, key)) for key in keys)


def _of_the_past(history: History, way: Way, found: Found | None, total: pd.DataFrame) -> list[Message]:
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
    else:
        said += _of_the_ages(history, needed)
    spared = [code for code in history.spared() if total.loc[[code], "base"].sum() > 0]
    if spared:
        said.append(
            Message(
                "no write-off is on record ({where}): the rates of the past are 0 there, which does not say that "
                "nothing will be lost; where the export leaves write-offs out, or the past is short, give rates",
                where=", ".join(spared),
            )
        )
    if found is not None and len(history.groups) > len({group[0] for group in history.groups}):
        borrowed = int((found.terms["own"] == 0).sum())
        if borrowed:
            said.append(
                Message("{n} bucket(s) of segments had nothing in the past: the currency's rate stands in", n=borrowed)
            )
    return said


def _of_the_ages(history: History, needed: int) -> list[Message]:
    """Name the currencies of which an age came up too lately for its losses to be known."""
    known = history.on_record(history.last)
    young: dict[str, int] = {}
    for at, group in enumerate(history.groups):
        seen = [int(months) for months in known[at] if months >= 0]
        if seen and min(seen) < needed:
            young[group[0]] = min(seen)
    return [
        Message(
            "{code}: one of the ages has been on record for {n} months only ({needed} are wanted): what takes longer "
            "to be lost is not in its rate, which may be too low",
            code=code,
            needed=needed,
            n=months,
        )
        for code, months in young.items()
    ]
