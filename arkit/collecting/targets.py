"""Collection targets 回款计划 for the coming months, by salesperson and customer, and the stretch beyond them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from arkit.collecting.expecting import Expected, by_due_date, by_model
from arkit.collecting.owners import named, owners
from arkit.collecting.scoring import learnable
from arkit.diagnosis.past import Past
from arkit.errors import ArkitError
from arkit.frames import month_end
from arkit.messages import Message
from arkit.money import digits, major

if TYPE_CHECKING:
    from arkit.ledger import Ledger

MONTHS = 6
SOURCES = ("from_overdue", "from_due", "from_early", "from_sales")
_KEY = ["month", "owner", "customer_id", "currency"]


@dataclass(frozen=True, eq=False)
class Targets:
    """Proposed targets.

    Parameters
    ----------
    as_of
        The date.
    frame
        A row per month, customer and currency with something to expect: ``month`` (first day), ``owner`` (empty: none
        known), ``customer_id, currency, amount`` (the target), of which ``from_overdue`` (due before the month),
        ``from_due`` (due in it), ``from_early`` (due later), ``from_sales`` (invoices yet to be issued); major units,
        the four add up to ``amount`` to the cent. ``basis``: the same in words.
    by_owner
        Index ``currency, month, owner``: ``customers`` (their number) and the sums of the amounts.
    stretch
        Apart from the targets: a row per customer and currency with overdue money: ``owner, customer_id, currency,
        overdue`` (at the date, less receipts not applied), ``planned`` (what of it is in the targets of all months, or
        expected before they begin), ``stretch`` (overdue - planned: what full recovery would add).
    notes
        What the targets rest on, and what the ledger lacks.
    """

    as_of: dt.date
    frame: pd.DataFrame
    by_owner: pd.DataFrame
    stretch: pd.DataFrame
    notes: tuple[Message, ...]

    @property
    def table(self) -> pd.DataFrame:
        """The targets alone, in the columns of a ledger's ``targets``: to save, and to read back in."""
        return self.frame[[*_KEY, "amount"]]


def collection_targets(ledger: Ledger, *, as_of: str | dt.date, months: int = 3, new_sales: bool = True) -> Targets:
    """Propose collection targets for the calendar months after a date.

    Parameters
    ----------
    ledger
        The ledger.
    as_of
        The date; nothing later is looked at. The first target month is the one after its month.
    months
        How many months, 1-6.
    new_sales
        Whether money of invoices yet to be issued counts: those of the last year are taken to come again.

    Returns
    -------
    Targets
        ``frame, by_owner, stretch, notes``; ``table`` is what a ledger takes as ``targets``.

    Raises
    ------
    ArkitError
        For a number of months outside 1-6, or a date that is none.

    Notes
    -----
    A target is what is expected, not the most that could come: open amount x P(paid in the month: payment model) x the
    share that past settlements brought in money (cash or bill, not credited or written off). Receipts that are not
    applied yet are taken off the oldest claims first. Without settlements to learn from each claim is planned in the
    month of its due date, and what is overdue is left to the stretch.

    Examples
    --------
    >>> import arkit
    >>> world = arkit.simulate(seed=1, months=12, customers=20)
    >>> found = collection_targets(world.ledger, as_of="2023-11-30")
    >>> [str(month.date()) for month in found.frame["month"].unique()]
    ['2023-12-01', '2024-01-01', '2024-02-01']
    """
    if not 1 <= months <= MONTHS:
        raise ArkitError(Message("months must lie between 1 and {most}; got {months}", most=MONTHS, months=months))
    past = Past.of(ledger, as_of)
    owner = owners(past)
    first = month_end(past.as_of) + dt.timedelta(days=1)
    firsts = [(pd.Timestamp(first) + pd.DateOffset(months=ahead)).date() for ahead in range(months + 1)]
    known = learnable(past)
    expected = by_model(past, firsts, new_sales=new_sales) if known else by_due_date(past, firsts)
    frame = _frame(expected, owner, firsts)
    scale = ["amount", *SOURCES]
    sums = frame.groupby(["currency", "month", "owner"])[scale].sum()
    sums.insert(0, "customers", frame.groupby(["currency", "month", "owner"])["customer_id"].nunique())
    code = frame["currency"]
    frame[scale] = major(frame[scale], code)
    sums[scale] = major(sums[scale], sums.index.get_level_values("currency"))
    frame["basis"] = pd.Series([_basis(row) for row in frame.to_dict("records")], index=frame.index, dtype="object")
    notes = _notes(past, owner, known=known, new_sales=new_sales and known)
    return Targets(past.as_of, frame, sums, _stretch(expected, owner), tuple(notes))


def _frame(expected: Expected, owner: pd.Series, firsts: list[dt.date]) -> pd.DataFrame:
    """Return the targets by month and customer in minor units."""
    rows = expected.claims
    begins = np.array(firsts, dtype="datetime64[D]").astype(np.int64)
    parts = []
    for place, (begin, end) in enumerate(pairwise(begins)):
        source = np.select([rows["due"] < begin, rows["due"] < end], SOURCES[:2], SOURCES[2])
        part = rows[["customer_id", "currency"]].assign(source=source, minor=rows[f"m{place}"], month=firsts[place])
        new = expected.sales[["customer_id", "currency"]].assign(
            source=SOURCES[3], minor=expected.sales[f"m{place}"], month=firsts[place]
        )
        parts += [part[part["minor"] != 0], new[new["minor"] != 0]]
    long = pd.concat(parts, ignore_index=True)
    wide = long.pivot_table("minor", ["month", "customer_id", "currency"], "source", aggfunc="sum", fill_value=0)
    frame = wide.reindex(columns=list(SOURCES), fill_value=0).astype("int64").rename_axis(columns=None).reset_index()
    frame["month"] = pd.to_datetime(frame["month"]).astype("datetime64[us]")
    frame["owner"] = pd.Series(named(owner, frame["customer_id"]), dtype="str")
    frame["amount"] = frame[list(SOURCES)].sum(axis=1)
    frame = frame[[*_KEY, "amount", *SOURCES]].astype({"customer_id": "str", "currency": "str"})
    return frame.sort_values(["currency", "month", "owner", "customer_id"], ignore_index=True)


def _basis(row: Mapping[Hashable, Any]) -> Message:
    code = str(row["currency"])
    told = {name: f"{row[name]:,.{digits(code)}f}" for name in SOURCES}
    return Message(
        "{currency}: {from_overdue} overdue before the month, {from_due} due in it, {from_early} due later, "
        "{from_sales} from invoices yet to be issued",
        currency=code,
        **told,
    )


def _stretch(expected: Expected, owner: pd.Series) -> pd.DataFrame:
    rows = expected.claims[expected.claims["overdue"] & (expected.claims["owed"] > 0)]
    months = [name for name in rows if str(name).startswith("m")]
    sums = rows.assign(planned=rows[[*months, "before"]].sum(axis=1)).groupby(["currency", "customer_id"])
    frame = sums[["owed", "planned"]].sum().reset_index().rename(columns={"owed": "overdue"})
    frame["stretch"] = frame["overdue"] - frame["planned"]
    frame["owner"] = pd.Series(named(owner, frame["customer_id"]), dtype="str")
    frame = frame.sort_values(["currency", "stretch", "customer_id"], ascending=[True, False, True], ignore_index=True)
    amounts = ["overdue", "planned", "stretch"]
    frame[amounts] = major(frame[amounts], frame["currency"])
    return frame[["owner", "customer_id", "currency", *amounts]]


def _notes(past: Past, owner: pd.Series, *, known: bool, new_sales: bool) -> list[Message]:
    notes = []
    if known:
        notes.append(
            Message(
                "a target is what is expected to be paid, missed about as often as beaten; the stretch, what full "
                "recovery of the overdue would add, is not in it"
            )
        )
    else:
        notes.append(
            Message(
                "no settlements on file: each claim is planned in the month of its due date, as if all paid on time; "
                "what is overdue stands in the stretch"
            )
        )
    if new_sales:
        notes.append(Message("invoices yet to be issued are expected as in the last twelve months"))
    if past.as_of != month_end(past.as_of):
        notes.append(Message("what is expected in the rest of the month of the date is in no target"))
    if owner.empty:
        notes.append(Message("no owners on file: targets are by customer alone"))
    return notes
