"""The roll-forward of the allowance 坏账准备变动表, month by month, from its opening to its closing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from arkit.errors import ArkitError
from arkit.frames import day, month_end, month_number, month_of
from arkit.measures.allowance.history import History
from arkit.measures.allowance.methods import Way, one_rate
from arkit.measures.allowance.scenarios import MILLION, millionths, share, spread
from arkit.measures.results import index_of
from arkit.messages import Message
from arkit.money import digits, major

Opening = float | Mapping[str | tuple[str, ...], float] | None
COLUMNS = ("opening", "charge", "write_offs", "recoveries", "closing")


def start_of(since: str | dt.date | None, as_of: dt.date) -> dt.date:
    """Return the day of the opening allowance: by default the end of the year before.

    Raises
    ------
    ArkitError
        If it is no month-end before ``as_of``.
    """
    try:
        start = day(since) if since else dt.date(as_of.year - 1, 12, 31)
    except ArkitError:
        start = as_of  # no day at all: refused below, in the words of this setting
    if start != month_end(start) or start >= as_of:
        raise ArkitError(
            Message("since must be a month-end before {as_of}, got {since}", as_of=str(as_of), since=str(since))
        )
    return start


def roll_forward(
    history: History, way: Way, closing: list[int | None], individual: list[int], since: dt.date, opening: Opening
) -> pd.DataFrame:
    """Move the allowance from its opening to its closing; the charge is what the rest requires.

    Parameters
    ----------
    history, way
        The past, and how the allowance of a month-end is made.
    closing
        The allowance at the last day, by segment, individually assessed claims included (ignored where the method
        gives the charge).
    individual
        What is assessed one by one at the last day, by segment.
    since, opening
        Day of the opening allowance; its amount in major units, where it is known from the books.

    Returns
    -------
    pandas.DataFrame
        Index currency (, group), ``month``; minor units. In every row ``opening + charge - write_offs + recoveries``
        is ``closing``. Of a snapshot only the closing, and an opening that was given, are known.
    """
    last, first = month_number(history.as_of), month_number(since) + 1
    before = _opening(history, way, first - 1, opening)
    at_end: dict[int, list[int | None]] = {last: closing}
    if way.has_matrix:
        at_end |= {month: way.allowance(history, month) for month in range(first, last)}
    keys: list[tuple[Any, ...]] = []
    rows: list[tuple[int | None, ...]] = []
    if history.snapshot:
        ends = [None if way.method == "percentage_of_sales" else amount for amount in closing]
        keys = [(*group, pd.Timestamp(history.as_of)) for group in history.groups]
        rows = [(held, None, None, None, ended) for held, ended in zip(before, ends, strict=True)]
    for at, group in enumerate(() if history.snapshot else history.groups):
        held = before[at]
        for month in range(first, last + 1):
            lost, back = int(history.written_off(month)[at]), int(history.came_back(month)[at])
            closed: int | None
            charge: int | None
            if way.method == "direct":
                charge, closed = lost - back, 0
            elif way.method == "percentage_of_sales":
                rate = millionths(one_rate(way.given, group))
                charge = (share(max(int(history.sold(month)[at]), 0), rate) or 0) + (
                    individual[at] if month == last else 0
                )
                closed = None if held is None else held + charge - lost + back
            else:
                # between two dates of which only the last is assessed item by item, the allowance is what moved it
                closed = at_end[month][at] if month in at_end else _plus(held, back - lost)
                charge = None if held is None or closed is None else closed - held + lost - back
            day = pd.Timestamp(history.as_of if month == last else month_of(month))
            keys.append((*group, day))
            rows.append((held, charge, lost, back, closed))
            held = closed
    names = [*history.bases.segments, "month"]
    if not keys:
        index = pd.MultiIndex.from_arrays([[]] * len(names), names=names)
        return pd.DataFrame(columns=list(COLUMNS), index=index, dtype="float64")
    return pd.DataFrame(rows, columns=list(COLUMNS), index=index_of(keys, names)).astype("float64")


def sold(history: History, way: Way, since: dt.date) -> pd.DataFrame:
    """Return the credit sales that make the charge, by segment and month, major units; none for other methods."""
    names, columns = [*history.bases.segments, "month"], ["credit_sales", "rate", "charge"]
    keys, rows = [], []
    for group in history.groups if way.method == "percentage_of_sales" and not history.snapshot else ():
        rate = millionths(one_rate(way.given, group)) or 0
        for month in range(month_number(since) + 1, month_number(history.as_of) + 1):
            amount = int(history.sold(month)[history.groups.index(group)])
            day = history.as_of if month == month_number(history.as_of) else month_of(month)
            keys.append((*group, pd.Timestamp(day)))
            rows.append((amount, rate / MILLION, share(max(amount, 0), rate)))
    index = index_of(keys, names) if keys else pd.MultiIndex.from_arrays([[]] * len(names), names=names)
    frame = pd.DataFrame(rows, columns=columns, index=index).astype("float64")
    codes = frame.index.get_level_values("currency")
    return frame.assign(**{name: major(frame[name], codes) for name in ("credit_sales", "charge")})


def in_major(moved: pd.DataFrame) -> pd.DataFrame:
    """Return a roll-forward in major units."""
    return major(moved, moved.index.get_level_values("currency"))


def _opening(history: History, way: Way, month: int, opening: Opening) -> list[int | None]:
    if way.method == "direct":
        return [0] * len(history.groups)
    if opening is None and history.snapshot:
        return [None] * len(history.groups)
    if opening is None:
        return way.allowance(history, month) if way.has_matrix else [None] * len(history.groups)
    if not isinstance(opening, Mapping) and len(history.groups) > 1:
        names = "; ".join(", ".join(group) for group in history.groups)
        raise ArkitError(Message("opening= needs an amount for each of {names}; got one number", names=names))
    return _by_currency(history, way, month, opening, [_amount(opening, group) for group in history.groups])


def _by_currency(history: History, way: Way, month: int, opening: Opening, known: list[int | None]) -> list[int | None]:
    """Spread what is given of a currency as a whole over its segments, as the method would have made it there."""
    whole = opening if isinstance(opening, Mapping) else {}
    for code in {group[0] for group in history.groups}:
        mine = [at for at, group in enumerate(history.groups) if group[0] == code]
        if code not in whole or any(known[at] is not None for at in mine):
            continue
        amount = _amount(whole, (code,)) or 0
        own = way.allowance(history, month) if way.has_matrix else [None] * len(known)
        weights = [own[at] or 0 for at in mine]
        if any(own[at] is None for at in mine) or not sum(weights):
            weights = [int(history.bases.at(month_of(month))[at].sum()) for at in mine]
        if amount and not sum(weights):
            continue
        for at, part in zip(mine, spread(amount, weights) if amount else [0] * len(mine), strict=True):
            known[at] = part
    return known


def _amount(opening: float | Mapping[str | tuple[str, ...], float], group: tuple[str, ...]) -> int | None:
    """Return the opening allowance of a segment; one of its currency alone is not the segment's."""
    if isinstance(opening, Mapping):
        keys: list[str | tuple[str, ...]] = [group, *((group[1:], group[-1]) if len(group) > 1 else group)]
        amount = next((opening[key] for key in keys if key in opening), None)
    else:
        amount = opening
    if amount is None:
        return None
    exact = Decimal(repr(float(amount))).scaleb(digits(group[0]))
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def _plus(held: int | None, moved: int) -> int | None:
    return None if held is None else held + moved
