"""The three evaluations 三项评价 of a date: ``arkit.evaluate``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from arkit.collecting.balances import Balances
from arkit.collecting.evaluation import collectors as collectors_
from arkit.collecting.evaluation import customers as customers_
from arkit.collecting.evaluation import strategies as strategies_
from arkit.collecting.owners import owners
from arkit.diagnosis.past import Past
from arkit.errors import ArkitError
from arkit.messages import Message

if TYPE_CHECKING:
    from arkit.ledger import Ledger

ASSOCIATION = Message(
    "what came after a contact is association, not proof: who is contacted was chosen, and the reason for the choice "
    "may be the reason for paying; only a trial that leaves some alone by lot could tell"
)
LIKE = Message(
    "a contact is held against like claims not contacted in the week before, whatever happened to them later: many "
    "were contacted within the {days} days too, so the difference is that of now against later or never"
)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Collectors, customers and strategies, each against the mix that it was given.

    Parameters
    ----------
    as_of, months, days
        The date; the complete months looked at; within how many days money counts as having come after a contact.
    collectors
        :func:`arkit.collecting.evaluation.collectors.collectors`.
    customers
        :func:`arkit.collecting.evaluation.customers.customers`.
    strategies
        :func:`arkit.collecting.evaluation.strategies.strategies`.
    notes
        What the ledger lacks, and how far the figures carry.
    """

    as_of: dt.date
    months: int
    days: int
    collectors: pd.DataFrame
    customers: pd.DataFrame
    strategies: pd.DataFrame
    notes: tuple[Message, ...]


def evaluate(ledger: Ledger, *, as_of: str | dt.date, months: int = 12, days: int = 30) -> Evaluation:
    """Evaluate collectors, customers and strategies against the mix that they were given.

    Parameters
    ----------
    ledger
        A full ledger; a snapshot gives empty frames and a note.
    as_of
        The date; nothing later is looked at.
    months
        So many complete months up to the date.
    days
        Within which money counts as having come after a contact, 7-90.

    Returns
    -------
    Evaluation
        ``collectors, customers, strategies, notes``.

    Raises
    ------
    ArkitError
        For months below 1, or days outside 7-90.

    Notes
    -----
    A raw rate says whom somebody was given, not what he did with it. So each is held against what others achieve with
    claims of like age, size, customer type and logged reason; the difference is drawn towards nothing where there is
    little to go by, and comes with an 80 % range. Frames are in the order of names, not of merit.

    Examples
    --------
    >>> import arkit
    >>> world = arkit.simulate(seed=1, months=18, customers=20)
    >>> found = evaluate(world.ledger, as_of="2024-06-30")
    >>> bool((found.collectors["low"] <= found.collectors["high"]).all())
    True
    """
    if months < 1 or not 7 <= days <= 90:
        raise ArkitError(
            Message("months must be at least 1 and days between 7 and 90; got {got}", got=f"{months}, {days}")
        )
    past = Past.of(ledger, as_of)
    owner, types = owners(past), _types(past)
    if past.scope == "snapshot":
        reason = Message("a snapshot of open items holds no collections: nobody can be evaluated from it")
        return Evaluation(past.as_of, months, days, *_nothing(), (reason,))
    balances = Balances.of(past)
    if not len(balances.ids):
        return Evaluation(past.as_of, months, days, *_nothing(), (Message("nothing is on record by this date"),))
    judged = collectors_.collectors(past, balances, owner, types, months)
    return Evaluation(
        past.as_of,
        months,
        days,
        judged,
        customers_.customers(past, balances, owner, types, months),
        strategies_.strategies(past, balances, types, months, days),
        tuple(_notes(past, judged, types, days)),
    )


def _nothing() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return (
        pd.DataFrame(columns=collectors_.COLUMNS),
        pd.DataFrame(columns=customers_.COLUMNS),
        pd.DataFrame(columns=strategies_.COLUMNS),
    )


def _types(past: Past) -> pd.Series:
    """Return the customer type on file, by customer."""
    file = past.customers
    if "type" not in file:
        return pd.Series(dtype="str")
    known = file[file["type"].notna()].assign(customer_id=file["customer_id"].astype("str"))
    found: pd.Series = known.drop_duplicates("customer_id").set_index("customer_id")["type"].astype("str")
    return found


def _notes(past: Past, judged: pd.DataFrame, types: pd.Series, days: int) -> list[Message]:
    log = past.activities
    notes = []
    names = judged.index.to_frame(index=False)
    number = names.groupby("currency")["owner"].nunique()
    if not (names["owner"] != "").any():
        notes.append(Message("no owners on file: collectors can not be told apart, nor compared"))
    else:
        notes.append(Message("customers count for the owner on file today; who had them before is not on file"))
        if (number == 1).any():
            codes = ", ".join(number.index[number == 1])
            notes.append(Message("a single owner in {codes}: there is nobody to compare with", codes=codes))
    if types.empty:
        notes.append(Message("the customer file names no types: claims are matched by age and amount alone"))
    if log.empty:
        notes.append(Message("no log of contacts: strategies, promises and the cost to serve can not be evaluated"))
    else:
        notes += [ASSOCIATION, Message(LIKE.template, days=days)]
        if "reason" not in log or not log["reason"].notna().any():
            notes.append(Message("no reasons are logged: collectors are compared without them"))
    return notes
