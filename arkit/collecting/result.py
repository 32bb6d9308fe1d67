"""The work list 催收工作清单 of a date: whom, how, when, with which opening and papers, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arkit.collecting import scoring
from arkit.collecting.choosing import choose, contactable
from arkit.collecting.owners import owners
from arkit.collecting.timetable import Timetable, timetable
from arkit.collecting.workdays import Workdays
from arkit.diagnosis.causes.families import UNKNOWN, families
from arkit.diagnosis.causes.result import Reasons
from arkit.diagnosis.past import Past
from arkit.diagnosis.signals.rules import table as risk_table
from arkit.errors import ArkitError
from arkit.errors import choose as allowed
from arkit.messages import Message

if TYPE_CHECKING:
    from arkit.ledger import Ledger

COLUMNS = [
    "rank", "selected", "customer_id", "currency", "owner", "stage", "channel", "how", "on", "amount", "claims",
    "oldest_days", "cause", "expected", "effort", "who", "opening", "papers", "ours", "why",
]  # fmt: skip
_WORKDAYS = 5


@dataclass(frozen=True, eq=False)
class WorkList:
    """Contacts for the five working days after a date.

    Parameters
    ----------
    as_of, capacity
        The date; the work there is room for, in calls.
    frame
        A row per customer and currency that a contact may help, most expected money per effort first: ``rank,
        selected`` (within capacity), ``customer_id, currency, owner`` (of the customer, may be missing), ``stage``
        (warning, collection, resolution), ``channel`` (key), ``how`` (in words), ``on`` (day; missing where not
        selected), ``amount`` (of the claims that the contact is about, major units), ``claims`` (their number),
        ``oldest_days`` (past due; negative: falls due in so many days), ``cause`` (of most of it), ``expected`` (money
        that the contact is expected to move within the horizon, major units), ``effort`` (calls), ``who, opening,
        papers`` (a tuple), ``ours`` (our own homework first, or None), ``why``.
    own_tasks
        A row per overdue document that waits for us rather than for the customer: ``document_id, customer_id,
        currency, open, cause, task``; needs no contact and no capacity.
    resting
        Customers left alone for now, ``customer_id, last`` (contact), ``promised_on``.
    notes
        What the ledger lacks, and what that means for the list.
    """

    as_of: dt.date
    capacity: float
    frame: pd.DataFrame
    own_tasks: pd.DataFrame
    resting: pd.DataFrame
    notes: tuple[Message, ...]


def worklist(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    capacity: float,
    country: str = "CN",
    rates: Mapping[str, float] | None = None,
    reasons: Reasons = "logged",
    table: Timetable | None = None,
) -> WorkList:
    """Say whom to contact in the week after a date, how, when, with what and why.

    Parameters
    ----------
    ledger
        The ledger; contacts and promises on it are taken into account.
    as_of
        The date; nothing later is looked at.
    capacity
        Work that can be done in the week, in calls (a visit counts as several: ``effort`` in the timetable).
    country
        Where the debtors are (ISO 3166, two letters); channels that are banned there are never proposed: no
        collection agency in China. Its public holidays are no call days.
    rates
        Value of one unit of each currency in any common one. Without it amounts of several currencies are put on one
        scale by the median open claim of each, which a note says.
    reasons
        As in :func:`arkit.diagnosis.causes.causes`.
    table
        A timetable of the firm's own (:func:`arkit.collecting.read_timetable`).

    Returns
    -------
    WorkList
        ``frame, own_tasks, resting, notes``.

    Raises
    ------
    ArkitError
        For a capacity that is not above 0, a rate that is missing, another value of ``reasons``, or no date.

    Notes
    -----
    expected = sum over claims of: open x P(still open after the horizon if nobody acts: payment model) x share still
    collectable at its age x P(contact matters | causes, channel: timetable) x what earlier contacts and running
    promises leave of it. Ranked by expected x urgency / effort. The chances are judgements in ``timetable.yaml``.

    Examples
    --------
    >>> import arkit
    >>> world = arkit.simulate(seed=1, months=12, customers=20)
    >>> todo = worklist(world.ledger, as_of="2023-12-31", capacity=5)
    >>> bool(todo.frame.loc[todo.frame["selected"], "effort"].sum() <= 5)
    True
    """
    allowed("reasons", reasons, Reasons)
    if not capacity > 0:
        raise ArkitError(Message("capacity must be above 0; got {capacity}", capacity=capacity))
    past = Past.of(ledger, as_of)
    return plan_week(past, capacity=capacity, country=country, rates=rates, reasons=reasons, table=table)


def plan_week(
    past: Past,
    *,
    capacity: float,
    country: str = "CN",
    rates: Mapping[str, float] | None = None,
    reasons: Reasons = "logged",
    table: Timetable | None = None,
) -> WorkList:
    """Make the list from a past (:func:`worklist`)."""
    table = table or timetable()
    codes = past.items["currency"].astype("str").unique().tolist()
    if rates is not None and (lacking := sorted(set(codes) - set(rates))):
        raise ArkitError(Message("rates has none for {codes}; give one for each currency", codes=", ".join(lacking)))
    claims = scoring.claims(past, table, reasons=reasons, rates=rates)
    state = scoring.customers(past, table)
    options = contactable(claims, table, country=country)
    factor = (state["urgency"] * state["left"]).where(~state["resting"], 0.0)
    chosen = choose(options, factor, capacity)
    workdays = Workdays(country)
    frame = _frame(past, claims, state, chosen, table, workdays) if len(chosen) else pd.DataFrame(columns=COLUMNS)
    return WorkList(
        past.as_of,
        capacity,
        frame,
        _own_tasks(claims, table),
        _resting(state, options),
        (*_notes(past, several=len(codes) > 1 and rates is None), *workdays.notes(frame["on"].dropna())),
    )


def _frame(
    past: Past,
    claims: pd.DataFrame,
    state: pd.DataFrame,
    chosen: pd.DataFrame,
    table: Timetable,
    workdays: Workdays,
) -> pd.DataFrame:
    silent = [key for key, answer in table.causes.items() if not any(answer.chance.values())]
    ripe = claims[(table.step_of(claims["late_days"].to_numpy(np.int64)) >= 0) & ~claims["cause"].isin(silent)]
    by = ripe.groupby(["customer_id", "currency"])
    sums = pd.DataFrame({"amount": by["open"].sum(), "claims": by.size(), "oldest_days": by["late_days"].max()})
    sums["staying"] = (ripe["open"] * ripe["stay"]).groupby([ripe["customer_id"], ripe["currency"]]).sum()
    frame = chosen.join(sums, on=["customer_id", "currency"])
    told = state.reindex(frame["customer_id"])
    frame["expected"] = frame["money"] * told["left"].to_numpy()
    frame["rank"] = np.arange(1, len(frame) + 1)
    steps = [table.steps[place] for place in frame["step"]]
    frame["stage"] = pd.Series([step.stage for step in steps], dtype="str")
    words = {way.key: way.words for way in table.channels}
    frame["how"] = pd.Series([words[key] for key in frame["channel"]], dtype="object")
    frame["on"] = _days(past, frame, told, workdays)
    owner = owners(past).reindex(pd.Index(frame["customer_id"]))
    frame["owner"] = pd.Series(owner.to_numpy(), index=frame.index, dtype="str")
    answers = [table.causes[cause] for cause in frame["cause"]]
    both = list(zip(steps, answers, strict=True))
    general = (frame["oldest_days"] <= 0) | (frame["cause"].eq(UNKNOWN) & frame["stage"].ne("warning"))
    opening = [step.opening if plain else answer.opening for (step, answer), plain in zip(both, general, strict=True)]
    frame["opening"] = pd.Series(opening, dtype="object")
    papers = [tuple(dict.fromkeys((*step.papers, *answer.papers))) for step, answer in both]
    frame["papers"] = pd.Series(papers, dtype="object")
    frame["who"] = pd.Series([step.who for step in steps], dtype="object")
    frame["ours"] = pd.Series([answer.ours for answer in answers], dtype="object")
    frame["why"] = pd.Series(_why(frame, told, table), dtype="object")
    return frame[COLUMNS]


def _why(frame: pd.DataFrame, told: pd.DataFrame, table: Timetable) -> list[Message]:
    cause = {family.key: family.words for family in families()} | {UNKNOWN: Message("not known")}
    levels = {level.key: level.words for level in risk_table().levels}
    said = []
    for row, who in zip(frame.to_dict("records"), told.to_dict("records"), strict=True):
        reason = Message(
            "{staying} of {amount} {currency} likely still open in {days} days if nobody acts; a contact should move "
            "{expected}; likely cause: {cause}; contacts in 30 days: {contacts}; early-warning level {level}",
            staying=f"{row['staying']:,.0f}",
            amount=f"{row['amount']:,.0f}",
            currency=row["currency"],
            days=table.horizon_days,
            expected=f"{row['expected']:,.0f}",
            cause=cause[row["cause"]],
            contacts=who["contacts"],
            level=levels[who["level"]],
        )
        if who["broken"]:
            reason = Message("{why}; a promise was broken since the last contact", why=reason)
        if not pd.isna(who["promised_on"]):
            reason = Message("{why}; payment is promised for {day}", why=reason, day=f"{who['promised_on']:%Y-%m-%d}")
        said.append(reason)
    return said


def _days(past: Past, frame: pd.DataFrame, told: pd.DataFrame, workdays: Workdays) -> pd.Series:
    """Spread the selected contacts over the working days in their order; after a promised day where one is near."""
    selected = frame["selected"].to_numpy(bool)
    done = np.cumsum(np.where(selected, frame["effort"], 0.0))
    share = (done - np.where(selected, frame["effort"], 0.0)) / max(float(done[-1]) if len(done) else 0.0, 1e-9)
    number = np.minimum((share * _WORKDAYS).astype(np.int64), _WORKDAYS - 1) + 1
    today = np.datetime64(past.as_of, "D")
    day = workdays.offset(today, number)
    ahead = -frame["oldest_days"].to_numpy(np.int64)
    due = np.maximum(workdays.offset(today + ahead, 0), workdays.offset(today, 1))
    day = np.where(ahead > 0, np.minimum(day, due), day)  # a reminder before the due date, not after it
    promised = told["promised_on"].to_numpy().astype("datetime64[D]")
    after = workdays.offset(np.where(np.isnat(promised), today, promised), 1)
    day = np.where(np.isnat(promised), day, np.maximum(day, after))
    return pd.Series(day.astype("datetime64[s]"), index=frame.index).where(selected)


def _own_tasks(claims: pd.DataFrame, table: Timetable) -> pd.DataFrame:
    tasks = {key: answer.ours for key, answer in table.causes.items() if answer.ours is not None}
    rows = claims[(claims["late_days"] > 0) & claims["cause"].isin(tasks)]
    rows = rows.sort_values(["value", "document_id"], ascending=[False, True], ignore_index=True)
    task = pd.Series([tasks[cause] for cause in rows["cause"]], dtype="object")
    return rows[["document_id", "customer_id", "currency", "open", "cause"]].assign(task=task)


def _resting(state: pd.DataFrame, options: pd.DataFrame) -> pd.DataFrame:
    rest = state[state["resting"] & state.index.isin(options["customer_id"])]
    return rest[["last", "promised_on"]].reset_index()


def _notes(past: Past, *, several: bool) -> list[Message]:
    notes = []
    if not scoring.learnable(past):
        notes.append(
            Message("no settlements on file: every claim is taken to stay open, and ranking goes by amount and cause")
        )
    if past.activities.empty:
        notes.append(Message("no log of contacts: nobody is taken to have been contacted, and no promise is known"))
    if several:
        notes.append(
            Message("several currencies and no rates: amounts are compared by the usual size of a claim in each")
        )
    return notes
