"""The back-test: walk past month-ends, let the diagnosis speak as of then, score it against what followed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from arkit.diagnosis.backtest import score, words
from arkit.diagnosis.backtest.outcome import turned_bad
from arkit.diagnosis.backtest.spoken import RANKINGS, Spoken
from arkit.diagnosis.past import Past
from arkit.errors import ArkitError
from arkit.frames import month_end
from arkit.messages import Message

if TYPE_CHECKING:
    from arkit.ledger import Ledger

FIRST = 6
"""Months that a ledger must hold before a month-end: signals compare with a customer's own past."""
LATELY = 6
"""Months back for which the sentence speaks."""
SILENT = 62
"""Days without an entry after which a ledger counts as ended."""


@dataclass(frozen=True, eq=False)
class Backtest:
    """What was said at past month-ends, and what followed.

    A claim turns bad on the day on which it is more than 90 days overdue with something open. A customer is hit at a
    month-end if a claim of his turns bad within ``ahead`` months after it. Rankings: ``watch_list, model`` (claims
    expected to turn bad in that time), ``late_rate`` (the customer's own past late rate), ``oldest`` (his oldest
    overdue item); each takes as many customers as the watch list held that day.

    Parameters
    ----------
    as_of
        The day up to which outcomes are known; earlier than asked for where the ledger ends earlier.
    since
        Outcomes of ``lead`` and ``sentences`` are those after this day.
    ahead
        Months for which each month-end is followed.
    frame
        A row per currency and ranking over all month-ends that could be followed: ``month_ends, listed`` (mean length
        of the list), ``precision`` (0-1: of the listed customers, those hit), ``base`` (of all customers), ``auc,
        auc_low, auc_high`` (mean, worst, best month-end), ``became, captured`` (major units that turned bad; of those
        on the list), ``share, share_low, share_high`` (0-1). A claim counts in each window in which it turns bad.
    months
        A row per month-end and ranking: ``as_of, until, ranking, customers, listed, hit, caught, precision, auc``.
    capture
        A row per month-end, ranking and currency: ``as_of, until, ranking, currency, became, captured, share``.
    levels
        How the levels sorted: ``level, name, customers, hit, share`` (0-1), customers counted at each month-end.
    lead
        How early: a row per currency and ``days_before`` (1, 31, 61, 91) the money turned bad, when it was
        ``late_at_most`` 90, 60, 30, 0 days late: ``became`` and the share (0-1) that stood on each list.
    money
        A row per claim that turned bad since the first month-end: ``document_id, customer_id, currency, due, on,
        amount, seen_on, watch_list, late_rate, oldest`` (0-1: on such a list at the month-end ``seen_on``),
        ``listed_since, lead_days``.
    record
        The payment model claim by claim: ``target, cases, share`` (came true), ``foreseen`` (mean chance),
        ``auc_model, auc_plain, brier_model, brier_plain``.
    calibration
        By target and fifth of what was foreseen: ``foreseen, came_true`` (0-1), ``cases``.
    lists
        What was said: ``as_of, customer_id, score, level`` and a column per ranking.
    sentences
        The figure in words, one for each currency that had any.
    notes
        What could not be measured, and how far to trust the rest.
    """

    as_of: dt.date
    since: dt.date
    ahead: int
    frame: pd.DataFrame
    months: pd.DataFrame
    capture: pd.DataFrame
    levels: pd.DataFrame
    lead: pd.DataFrame
    money: pd.DataFrame
    record: pd.DataFrame
    calibration: pd.DataFrame
    lists: pd.DataFrame
    sentences: tuple[Message, ...]
    notes: tuple[Message, ...]


def backtest(ledger: Ledger, *, as_of: str | dt.date, months: int = 12, ahead: int = 6) -> Backtest:
    """Hold what signals and payment model said at past month-ends against what followed.

    Parameters
    ----------
    ledger
        A full ledger; of a snapshot nothing can be said, and a note says so.
    as_of
        The day up to which outcomes count; nothing later is looked at.
    months
        How many month-ends before it are walked, at least 1.
    ahead
        Months for which each is followed, at least 1. Month-ends with less than that after them are used for lead
        time and the sentence only.

    Returns
    -------
    Backtest
        ``frame, months, capture, levels, lead, money, record, calibration, lists, sentences, notes``.

    Raises
    ------
    ArkitError
        For a date that is none, or fewer than one month.

    Examples
    --------
    >>> import arkit
    >>> world = arkit.simulate(seed=1, months=15, customers=20)
    >>> found = backtest(world.ledger, as_of="2024-03-31", months=3, ahead=2)
    >>> found.lists["as_of"].nunique()
    3
    """
    for name, value in (("months", months), ("ahead", ahead)):
        if value < 1:
            raise ArkitError(Message("{name} must be at least 1, got {value}", name=name, value=value))
    whole = Past.of(ledger, as_of)
    ended = _ended(whole)
    notes: list[Message] = []
    if ended < whole.as_of:
        notes.append(
            Message(
                "the ledger has no entry after {last}: outcomes are counted up to {day} only",
                last=_last(whole).isoformat(),
                day=ended.isoformat(),
            )
        )
        whole = whole.earlier(ended)
    ends, why = _walk(whole, months)
    notes += why
    walk, followed = [], []
    for end in ends:
        until = month_end(end, ahead)
        said = Spoken.of(whole.earlier(end), until if until <= ended else None)
        walk.append(said)
        if until <= ended:
            followed.append((said, until))
    return _scored(whole, walk, followed, ahead, notes)


def _scored(
    whole: Past, walk: list[Spoken], followed: list[tuple[Spoken, dt.date]], ahead: int, notes: list[Message]
) -> Backtest:
    bad = turned_bad(whole)
    scored = [score.follow(said, bad, until) for said, until in followed]
    months = _stacked([pair[0] for pair in scored], score.MONTHS)
    capture = _stacked([pair[1] for pair in scored], score.CAPTURE)
    since = max([_months_before(whole.as_of, LATELY), *(said.as_of for said in walk[:1])])
    money = score.trace(walk, bad)
    lately = money[money["on"] > pd.Timestamp(since)].reset_index(drop=True)
    lead = score.lead(walk, lately)
    record, calibration = score.model_record([said for said, _ in followed], whole)
    if walk:
        notes = [*notes, *words.rivals(lead), *words.cautions(whole, followed, months, record, ahead)]
    return Backtest(
        as_of=whole.as_of,
        since=since,
        ahead=ahead,
        frame=score.summary(months, capture),
        months=months,
        capture=capture,
        levels=score.levels(followed, bad),
        lead=lead,
        money=money.drop(columns="minor"),
        record=record,
        calibration=calibration,
        lists=_stacked(
            [said.customers.assign(as_of=pd.Timestamp(said.as_of)) for said in walk],
            ["as_of", "customer_id", "score", "level", *RANKINGS],
        ),
        sentences=words.sentences(lead, since, whole.as_of) if walk else (),
        notes=tuple(notes),
    )


def _walk(whole: Past, months: int) -> tuple[list[dt.date], list[Message]]:
    """Return the month-ends that can be walked, oldest first, and why there are fewer than asked for."""
    if whole.scope == "snapshot":
        return [], [Message("a snapshot of open items holds no past: what was said before can not be held to account")]
    if whole.moves.empty:
        return [], [
            Message(
                "the ledger holds no settlements up to {day}: everything would seem to turn bad",
                day=whole.as_of.isoformat(),
            )
        ]
    first = whole.documents["date"].min().date()
    start = month_end(first, FIRST)
    asked = [month_end(whole.as_of, -back) for back in range(months, 0, -1)]
    ends = [end for end in asked if end >= start]
    if not ends:
        return [], [
            Message(
                "the ledger begins on {first}: a back-test needs {months} months before the first month-end that it "
                "walks, and a month after it",
                first=first.isoformat(),
                months=FIRST,
            )
        ]
    if len(ends) < len(asked):
        short = Message(
            "the ledger begins on {first}: {n} of {all} month-ends could be walked",
            first=first.isoformat(),
            n=len(ends),
            all=len(asked),
        )
        return ends, [short]
    return ends, []


def _last(whole: Past) -> dt.date:
    stamps = pd.concat([whole.documents["date"], whole.moves["effective"]])
    return whole.as_of if stamps.empty else stamps.max().date()


def _ended(whole: Past) -> dt.date:
    """Return the day up to which outcomes are known: after a ledger's end, nothing being paid says nothing."""
    last = _last(whole)
    if whole.scope == "snapshot" or (whole.as_of - last).days <= SILENT:
        return whole.as_of
    return min(month_end(last), whole.as_of)


def _months_before(date: dt.date, months: int) -> dt.date:
    if date == month_end(date):
        return month_end(date, -months)
    return (pd.Timestamp(date) - pd.DateOffset(months=months)).date()


def _stacked(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    frames = [frame for frame in frames if len(frame)]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)
