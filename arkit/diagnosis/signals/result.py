"""Risk signals 危险信号: who will pay late or not at all, with evidence, a score, a level and what changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arkit.diagnosis.past import Past
from arkit.diagnosis.signals.look import Look
from arkit.diagnosis.signals.rules import Table
from arkit.diagnosis.signals.standing import standing
from arkit.frames import day, records
from arkit.messages import Message

if TYPE_CHECKING:
    from arkit.ledger import Ledger

_TOLD = 4
"""So many signals, those with most points first, are told in a customer's evidence."""


@dataclass(frozen=True, eq=False)
class RiskSignals:
    """The risk signals of a ledger at a date.

    Parameters
    ----------
    as_of, before
        The date, and the one that changes are held against.
    frame
        A row per customer who owes something or traded within a year, worst first: ``customer_id, currency`` (of most
        of his documents), ``balance, overdue`` (major units in it), ``score, level, level_before`` (empty: not
        known then), ``change`` (to the watch list: new, worsened, eased, cleared, same, empty), ``signals`` (keys),
        ``evidence`` (:class:`~arkit.messages.Message`; the strongest signals in words).
    signals
        A row per customer and signal that fires: ``customer_id, signal, value, severe, points, evidence``.
    shares
        A row per signal: how many customers it fires on; see :class:`Standing`.
    changes
        A row per customer and signal that changed: ``customer_id, signal, change`` (new, worsened, eased, cleared),
        ``evidence`` (of the day; of the earlier one where cleared).
    levels
        A row per early-warning level: ``level, name, stage, from_points, at_once, who, within_days, triggers,
        customers``.
    notes
        What could not be computed, and why.
    """

    as_of: dt.date
    before: dt.date
    frame: pd.DataFrame
    signals: pd.DataFrame
    shares: pd.DataFrame
    changes: pd.DataFrame
    levels: pd.DataFrame
    notes: tuple[Message, ...]

    @property
    def watch_list(self) -> pd.DataFrame:
        """The customers above the calmest level, and those who left the list since."""
        return self.frame[self.frame["change"] != ""].reset_index(drop=True)


def risk_signals(ledger: Ledger, *, as_of: str | dt.date, before: str | dt.date | None = None) -> RiskSignals:
    """Find the risk signals of every customer from what was known at a date.

    Parameters
    ----------
    ledger
        The ledger.
    as_of
        The date; nothing later is looked at.
    before
        The date that changes are held against; by default a month earlier, month-end for month-end.

    Returns
    -------
    RiskSignals
        ``frame, signals, shares, changes, levels, notes, watch_list``.

    Raises
    ------
    ArkitError
        For a date that is none.

    Notes
    -----
    A customer's score is the sum of the points of the signals that fire (``signals.yaml``); its level the highest
    whose ``from_points`` the score reaches, or that one of its signals triggers at once (``levels.yaml``). Signals are
    reasons to look, not findings. A change of owner or address and a reorganisation do not show in a ledger: ask.

    Examples
    --------
    >>> import arkit
    >>> world = arkit.simulate(seed=1, months=12, customers=20)
    >>> found = risk_signals(world.ledger, as_of="2023-12-31")
    >>> int(found.frame["score"].sum()) == int(found.signals["points"].sum())
    True
    """
    earlier = _month_before(day(as_of)) if before is None else day(before)
    return compare(Past.of(ledger, as_of), Past.of(ledger, earlier))


def compare(past: Past, earlier: Past, rules: Table | None = None) -> RiskSignals:
    """Find the signals of a past and what changed since an earlier one."""
    now, then = standing(past, rules), standing(earlier, rules)
    rules = now.rules
    look = Look.at(past)
    names = [level.key for level in rules.levels]
    frame = now.scores.merge(then.scores, "outer", "customer_id", suffixes=("", "_before"))
    frame["change"] = _change(frame["level"].fillna(0), frame["level_before"].fillna(0))
    frame = frame[frame["level"].notna() | (frame["change"] != "")].copy()
    frame = frame.join(look.frame(), on="customer_id")
    frame["score"] = frame["score"].fillna(0).astype("int64")
    fired = {who: rows for who, rows in now.signals.groupby("customer_id", sort=False)}
    frame["signals"] = [tuple(fired[who]["signal"]) if who in fired else () for who in frame["customer_id"]]
    frame["evidence"] = pd.Series(
        [
            _joined(fired[who]["evidence"].tolist()[:_TOLD]) if who in fired else Message("no signal")
            for who in frame["customer_id"]
        ],
        index=frame.index, dtype="object",
    )  # fmt: skip
    frame["rank"] = frame["level"].fillna(0)
    frame = frame.sort_values(["rank", "score", "overdue", "customer_id"], ascending=[False, False, False, True])
    for name in ("level", "level_before"):
        frame[name] = frame[name].map(lambda place: "" if place != place else names[int(place)]).astype("str")
    columns = [
        "customer_id",
        "currency",
        "balance",
        "overdue",
        "score",
        "level",
        "level_before",
        "change",
        "signals",
        "evidence",
    ]
    return RiskSignals(
        past.as_of,
        earlier.as_of,
        frame[columns].reset_index(drop=True),
        now.signals.copy(),
        now.shares.copy(),
        _changes(now.signals, then.signals),
        _levels(now.scores, rules),
        tuple(_notes(now.shares, rules, look)),
    )


def _month_before(date: dt.date) -> dt.date:
    today = pd.Timestamp(date)
    return (today + pd.offsets.MonthEnd(-1) if today.is_month_end else today - pd.DateOffset(months=1)).date()


def _change(now: pd.Series, then: pd.Series) -> np.ndarray:
    """Name what happened to a place on the watch list, from the levels' places."""
    return np.select(
        [(now == 0) & (then == 0), then == 0, now == 0, now > then, now < then],
        ["", "new", "cleared", "worsened", "eased"],
        "same",
    ).astype(object)


def _changes(now: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    columns = ["customer_id", "signal", "change", "evidence"]
    if now.empty and then.empty:  # pandas 3.1 can not merge two tables without a row on keys of text
        return pd.DataFrame(columns=columns)
    both = now.merge(then, "outer", ["customer_id", "signal"], suffixes=("", "_before"))
    new, gone = both["points_before"].isna(), both["points"].isna()
    worse, better = both["points"] > both["points_before"], both["points"] < both["points_before"]
    both["change"] = np.select([new, gone, worse, better], ["new", "cleared", "worsened", "eased"], "")
    both["evidence"] = both["evidence"].where(~gone, both["evidence_before"])
    changed = both[both["change"] != ""]
    return changed[columns].reset_index(drop=True)


def _levels(scores: pd.DataFrame, rules: Table) -> pd.DataFrame:
    rows = [
        {
            "level": level.key, "name": level.words, "stage": level.stage, "from_points": level.from_points,
            "at_once": level.at_once, "who": level.who, "within_days": level.within_days, "triggers": level.triggers,
            "customers": int((scores["level"] == place).sum()),
        }
        for place, level in enumerate(rules.levels)
    ]  # fmt: skip
    return records(rows, words=("name", "who"))


def _notes(shares: pd.DataFrame, rules: Table, look: Look) -> list[Message]:
    without = shares[shares["reason"].notna()]
    notes = []
    for _, rows in without.groupby(without["reason"].astype("str"), sort=False):
        names = _joined([rules.rules[key].words for key in rows["signal"]])
        notes.append(Message("not computed, as {reason}: {signals}", reason=rows["reason"].iloc[0], signals=names))
    if len(without):
        notes.append(
            Message(
                "{n} of {all} signals could be computed: scores are lower than those of a ledger that holds everything",
                n=len(shares) - len(without),
                all=len(shares),
            )
        )
    several = int((look.count(look.documents.where(~look.documents["main"])) > 0).sum())
    if several:
        notes.append(
            Message("{n} customers trade in several currencies: amounts are those of their main one", n=several)
        )
    return notes


def _joined(parts: list[Message]) -> Message:
    return reduce(lambda left, right: Message("{first}; {second}", first=left, second=right), parts)
