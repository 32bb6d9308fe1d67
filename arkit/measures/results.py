"""What all measures share: checked arguments, and a frame that says how it was made.

``frame.attrs["conventions"]`` names every convention that changes a figure; ``frame.attrs["notes"]`` says why a value
is NaN: a list of ``{"column", "where", "reason"}`` whose reason is a :class:`~arkit.messages.Message`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from arkit.messages import Message

if TYPE_CHECKING:
    import datetime as dt

    from arkit.ledger import Ledger

By = str | Sequence[str] | None

SNAPSHOT = Message(
    "a snapshot of open items holds no sales and no settlements: ask for the documents and settlements of a year"
)
NO_SALES = Message("no credit sales in the period")
SHORT_HISTORY = Message("the ledger begins after the period does: choose fewer months")
NO_RECEIVABLES = Message("nothing is receivable")
NOTHING_YET = Message("nothing is on record by this date")
NOTHING_PAID = Message("nothing was paid in the period")
NO_TAX = Message("the documents have no tax column: sales without VAT are not known")
IN_CREDIT = Message("more is in credit than is receivable")
MORE_THAN_SALES = Message("more is receivable than all sales on record")


def names_of(by: By) -> tuple[str, ...]:
    """Return ``by`` as a tuple of column names; the currency is always a row's first key."""
    names = (by,) if isinstance(by, str) else tuple(by or ())
    return tuple(name for name in names if name != "currency")


def note(column: str, index: Mapping[str, Any], reason: Message) -> dict[str, Any]:
    """Return why a value is not defined."""
    return {"column": column, "where": dict(index), "reason": reason}


def finish(
    frame: pd.DataFrame, *, as_of: dt.date, conventions: Mapping[str, object], notes: Iterable[dict[str, Any]] = ()
) -> pd.DataFrame:
    """Attach conventions and notes to a result."""
    frame.attrs["conventions"] = {"as_of": as_of.isoformat(), **{k: str(v) for k, v in conventions.items()}}
    frame.attrs["notes"] = list(notes)
    return frame


def each_currency(frame: pd.DataFrame, ledger: Ledger, notes: list[dict[str, Any]]) -> pd.DataFrame:
    """Give every currency of the ledger its row: NaN, with a reason, where nothing is on record by the date.

    A frame by group is left alone: its rows are the groups that there are.
    """
    if frame.index.nlevels > 1:
        return frame
    missing = [code for code in ledger.currencies if code not in frame.index]
    notes += [note(str(frame.columns[0]), {"currency": code}, NOTHING_YET) for code in missing]
    return frame.reindex(pd.Index(ledger.currencies, name="currency"))


def index_of(keys: Sequence[tuple[Hashable, ...]], names: Sequence[str]) -> pd.Index:
    """Return the index of a result: the currency, or the currency and the group."""
    if len(names) == 1:
        return pd.Index([key[0] for key in keys], name=names[0])
    return pd.MultiIndex.from_tuples(list(keys), names=list(names))


def unavailable(
    ledger: Ledger, columns: Sequence[str], reason: Message, *, as_of: dt.date, conventions: Mapping[str, object]
) -> pd.DataFrame:
    """Return a frame of NaN, a row per currency, that says why."""
    frame = pd.DataFrame(float("nan"), index=pd.Index(ledger.currencies, name="currency"), columns=list(columns))
    notes = [note(columns[0], {"currency": code}, reason) for code in ledger.currencies]
    return finish(frame, as_of=as_of, conventions=conventions, notes=notes)
