"""All measures of a ledger at a date in one table, each with its terms, its definition and how it moved."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd

from arkit.buckets import Bills
from arkit.errors import choose
from arkit.frames import day, month_end, month_number
from arkit.measures.kpi_definitions import DEFINITIONS, Kpi
from arkit.measures.kpi_values import Value, Values, allowances, moved, values_at, with_allowance
from arkit.measures.results import SNAPSHOT, finish, note
from arkit.messages import Message

if TYPE_CHECKING:
    from arkit.ledger import Ledger

BACK = {"change_month": 1, "change_year": 12}
"""How many months back lies the month-end whose value is deducted."""
A_MOVE = Message("this is a change itself: read it beside those of DSO")


def kpis(ledger: Ledger, *, as_of: str | dt.date, bills: Bills = "with") -> pd.DataFrame:
    """Gather the key figures 关键指标 of a ledger at a date, and how they moved in a month and in a year.

    Parameters
    ----------
    ledger
        The ledger.
    as_of
        The date.
    bills
        Count acceptance bills in hand as receivable, or not.

    Returns
    -------
    pandas.DataFrame
        Index ``currency, measure``; columns ``value``, ``unit`` (money, share 0-1, days, times, count, index),
        ``terms`` (the figures that it is made of, by name), ``definition``, ``convention`` (how it was counted: name to
        value), ``source`` (whose definition it is), ``change_month`` and ``change_year`` (the value less that of the
        month-end a month and a year before, in the same unit), ``reason`` (why the value is NaN; ``attrs["notes"]``
        says why a change is).
    """
    limit = day(as_of)
    choose("bills", bills, Bills)
    past = {name: month_end(limit, -months) for name, months in BACK.items()}
    known = {} if ledger.scope == "snapshot" else past
    # earlier dates first: the ledger keeps the sums up to the date that was asked for last
    dates = [*dict.fromkeys(known.values()), limit]
    found = {
        date: with_allowance(values_at(ledger, date, bills), held)
        for date, held in zip(dates, allowances(ledger, dates, bills), strict=True)
    }
    now = found[limit] | moved(ledger, limit, bills)
    index = [(code, name) for code in ledger.currencies for name in DEFINITIONS]
    notes: list[dict[str, Any]] = []
    columns: dict[str, list[Any]] = {
        "value": [now[key].value for key in index],
        "unit": [DEFINITIONS[name].unit for _, name in index],
        "terms": [dict(now[key].terms) for key in index],
        "definition": [DEFINITIONS[name].definition for _, name in index],
        "convention": [dict(now[key].convention) for key in index],
        "source": [DEFINITIONS[name].source for _, name in index],
    }
    for column, date in past.items():
        columns[column] = []
        for code, name in index:
            change, reason = _change(ledger, (code, name), now, found.get(date, {}), date)
            columns[column].append(change)
            if reason is not None:
                notes.append(note(column, {"currency": code, "measure": name}, reason))
    columns["reason"] = [now[key].reason for key in index]
    frame = pd.DataFrame({name: pd.Series(cells, dtype="object") for name, cells in columns.items()})
    frame = frame.astype(dict.fromkeys(["value", *BACK], "float64"))
    frame.index = pd.MultiIndex.from_tuples(index, names=["currency", "measure"])
    return finish(frame, as_of=limit, conventions={"bills": bills}, notes=notes)


def _change(
    ledger: Ledger, key: tuple[str, str], now: Values, before: Values, date: dt.date
) -> tuple[float, Message | None]:
    """Return by how much a key figure moved since a date, or why that is not known."""
    undefined = float("nan")
    if ledger.scope == "snapshot":
        return undefined, SNAPSHOT
    if now[key].reason is not None:
        return undefined, now[key].reason
    if key not in before:
        return undefined, A_MOVE
    frame = ledger.cube().frame
    begins = frame.loc[frame["currency"] == key[0], "month"].min()
    if pd.isna(begins) or month_number(date) < begins:
        return undefined, Message("nothing is on record by {date}", date=date)
    then: Value = before[key]
    if then.reason is not None:
        return undefined, then.reason
    change = now[key].value - then.value
    return (round(change, 4) if DEFINITIONS[key[1]].unit == "money" else change), None


__all__ = ["DEFINITIONS", "Kpi", "kpis"]
