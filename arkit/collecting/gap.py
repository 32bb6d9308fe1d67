"""What explains the gap between plan and actual: parts that add up to it, to the cent.

Of each owner and month it is known what was overdue before, what fell due, what was paid on either and what was paid
early. The plan is laid over that in the order in which a plan is made: first what falls due, then what is overdue
already; what it counts on beyond both rests on sales that are not on the books.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from arkit.collecting.balances import Balances
from arkit.collecting.owners import named
from arkit.diagnosis.causes.families import UNKNOWN, keys
from arkit.diagnosis.causes.result import Causes
from arkit.diagnosis.causes.weighing import split
from arkit.frames import month_end
from arkit.messages import Message
from arkit.money import major

PARTS = {
    "unpaid": Message("fell due in the month and was not paid by its end"),
    "not_late": Message("falls due in the month and is not late yet"),
    "no_cash": Message("fell due and was settled without money (credited, deducted, written off)"),
    "due_beyond": Message("fell due beyond what the plan counted on"),
    "older_short": Message("older overdue that the plan counted on and that did not come"),
    "older_beyond": Message("older overdue that came beyond the plan"),
    "early": Message("came before the month it was due in"),
    "beyond_books": Message("planned beyond all that was due or overdue: sales not invoiced, or not due yet"),
}
"""The parts of a gap, in the order in which they are read; each lowers it (negative) or raises it (positive)."""
BY_CAUSE = ("unpaid", "older_short")
COLUMNS = ["currency", "month", "owner", "part", "cause", "amount"]
_KEY = ["currency", "owner"]


def explain(
    balances: Balances, owner: pd.Series, planned: pd.DataFrame, diagnosed: Mapping[pd.Timestamp, Causes],
    as_of: dt.date,
) -> pd.DataFrame:  # fmt: skip
    """Split the gaps of all owners and months that have a plan.

    Parameters
    ----------
    balances
        The claims as known at ``as_of``.
    owner
        By customer.
    planned
        Index ``currency, month, owner``; ``minor``.
    diagnosed
        By month: the causes of what was overdue at its end (of the last month: at ``as_of``).
    as_of
        The date.

    Returns
    -------
    pandas.DataFrame
        ``currency, month, owner, part, cause`` (empty: not split by cause), ``amount`` (major units); by currency,
        month and owner the amounts add up to collected - planned.
    """
    found = []
    for month in planned.index.unique("month"):
        mine = planned.xs(month, level="month")["minor"]
        end = min(month_end(month.date()), as_of)
        facts = _facts(balances, owner, month.date(), end).reindex(mine.index).fillna(0).astype("int64")
        parts = _parts(facts, mine)
        long = parts.reset_index().melt(_KEY, var_name="part", value_name="minor").assign(cause="")
        if month in diagnosed:
            long = _by_cause(long, diagnosed[month], balances, owner, month)
        found.append(long.assign(month=month))
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    frame = pd.concat(found, ignore_index=True)
    frame = frame[frame["minor"] != 0]
    order = {name: place for place, name in enumerate((*PARTS, "", *keys(), UNKNOWN))}
    frame = frame.assign(part_at=frame["part"].map(order), cause_at=frame["cause"].map(order))
    frame = frame.sort_values(["currency", "month", "owner", "part_at", "cause_at"], ignore_index=True)
    return frame.assign(amount=major(frame["minor"], frame["currency"]))[COLUMNS]


def _facts(balances: Balances, owner: pd.Series, first: dt.date, end: dt.date) -> pd.DataFrame:
    """Return by currency and owner, in minor units, what there was to collect in a month and what became of it."""
    begin, last = (int(np.datetime64(day, "D").astype(np.int64)) for day in (first, end))
    month_last = int(np.datetime64(month_end(first), "D").astype(np.int64))
    place = np.arange(len(balances.ids))
    fresh = np.where((balances.date >= begin) & (balances.date <= last), balances.minor, 0)
    available = balances.open(place, begin - 1) + fresh
    paid, left = balances.paid(place, begin - 1, last), balances.open(place, last)
    older, due = balances.due < begin, (balances.due >= begin) & (balances.due <= month_last)
    late = balances.due < last
    frame = pd.DataFrame(
        {
            "older": np.where(older, available, 0),
            "due": np.where(due, available, 0),
            "from_older": np.where(older, paid, 0),
            "from_due": np.where(due, paid, 0),
            "early": np.where(~older & ~due, paid, 0),
            "left_older": np.where(older, left, 0),
            "unpaid": np.where(due & late, left, 0),
            "not_late": np.where(due & ~late, left, 0),
        }
    )
    who = named(owner, pd.Series(balances.customer))
    return frame.groupby([pd.Series(balances.currency, name="currency"), pd.Series(who, name="owner")]).sum()


def _parts(facts: pd.DataFrame, planned: pd.Series) -> pd.DataFrame:
    on_due = np.minimum(planned, facts["due"])
    on_older = np.minimum(planned - on_due, facts["older"])
    older = facts["from_older"] - on_older
    short = np.minimum(np.maximum(-older, 0), np.maximum(facts["left_older"], 0))  # the rest was settled without money
    credited = facts["due"] - facts["from_due"] - facts["unpaid"] - facts["not_late"]
    return pd.DataFrame(
        {
            "unpaid": -facts["unpaid"],
            "not_late": -facts["not_late"],
            "no_cash": np.minimum(older, 0) + short - credited,
            "due_beyond": facts["due"] - on_due,
            "older_short": -short,
            "older_beyond": np.maximum(older, 0),
            "early": facts["early"],
            "beyond_books": -(planned - on_due - on_older),
        }
    ).astype("int64")


def _by_cause(
    long: pd.DataFrame, causes: Causes, balances: Balances, owner: pd.Series, month: pd.Timestamp
) -> pd.DataFrame:
    """Split what did not come by the causes of what is overdue at the month's end: of the same claims, by owner."""
    shares = causes.shares
    place = pd.Index(balances.ids).get_indexer(pd.Index(shares["document_id"]))
    mine = shares[place >= 0]
    due = balances.due[place[place >= 0]]
    part = np.where(due >= int(np.datetime64(month, "D").astype(np.int64)), "unpaid", "older_short")
    told = mine.assign(owner=named(owner, mine["customer_id"]), part=part, amount=mine["amount"].abs())
    weight = told.pivot_table("amount", [*_KEY, "part"], "cause", aggfunc="sum", fill_value=0.0)
    order = [*keys(), UNKNOWN]
    whole = long["part"].isin(BY_CAUSE) & (long["minor"] != 0)
    rows = long[whole].reset_index(drop=True)
    wanted = pd.MultiIndex.from_frame(rows[[*_KEY, "part"]])
    share = weight.reindex(index=wanted, columns=order).fillna(0.0).to_numpy(copy=True)
    share[share.sum(axis=1) <= 0, -1] = 1.0
    minor = split(rows["minor"].to_numpy(np.int64), share / share.sum(axis=1, keepdims=True))
    at, code = np.nonzero(minor)
    parts = rows.iloc[at].assign(cause=np.array(order, dtype=object)[code], minor=minor[at, code])
    return pd.concat([long[~whole], parts], ignore_index=True)
