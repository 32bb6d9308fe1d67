"""What contacts bring: the cash of the weeks after a date in a simulated firm, when given customers are contacted.

Without contacts everything comes as planned (``truth``: with the firm's routine). A contact is about all claims of a
customer that are overdue or fall due within two weeks. On each it *takes* with a chance that depends on the planted
cause, the channel and how often the customer was contacted lately; where it takes, it cuts the remaining wait by a
share that depends on the cause. The luck of each claim in each week is drawn once for the whole firm, so that all
strategies meet the same luck. The chances of a firm are drawn about those of :data:`ANSWERS` with its seed: nobody
who plans contacts knows them.

:data:`ANSWERS` are judgements, not measurements (docs/worklist.md): our own neglect and papers are cured by a call,
disputes by talking, an empty purse or a slump hardly by anything, ill will by the law firm only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.columns import SALES_KINDS
from arkit.frames import day

if TYPE_CHECKING:
    from arkit.simulation.model import Simulation

CHANNELS = ("reminder", "call", "letter", "visit", "legal")


@dataclass(frozen=True)
class Response:
    """What contacts do to claims with one cause: the chance to take, by channel, and the share of the wait it cuts."""

    reminder: float
    call: float
    letter: float
    visit: float
    legal: float
    cut: float


ANSWERS: dict[str, Response] = {
    "credit": Response(0.02, 0.10, 0.15, 0.18, 0.30, cut=0.40),
    "liquidity": Response(0.04, 0.12, 0.10, 0.20, 0.12, cut=0.35),
    "wilful": Response(0.00, 0.04, 0.20, 0.15, 0.65, cut=0.80),
    "habit": Response(0.03, 0.08, 0.08, 0.15, 0.10, cut=0.30),
    "customer_process": Response(0.12, 0.35, 0.20, 0.45, 0.15, cut=0.60),
    "market": Response(0.04, 0.10, 0.08, 0.12, 0.08, cut=0.25),
    "follow_up": Response(0.35, 0.70, 0.50, 0.75, 0.50, cut=0.85),
    "contract": Response(0.12, 0.40, 0.35, 0.45, 0.35, cut=0.60),
    "dispute": Response(0.02, 0.45, 0.08, 0.60, 0.05, cut=0.70),
    "paperwork": Response(0.15, 0.60, 0.25, 0.60, 0.15, cut=0.80),
    "approval": Response(0.10, 0.35, 0.30, 0.45, 0.30, cut=0.60),
    "unapplied": Response(0.00, 0.00, 0.00, 0.00, 0.00, cut=0.00),
}
"""By cause. What is paid and not applied brings no cash, whoever calls."""
UNLIKE = 0.3
"""Spread (of the logarithm) by which a firm's chances differ from those of :data:`ANSWERS`."""
WEAKER = 0.65
"""What each contact of the last 30 days leaves of the next one's chance."""
LATELY, SOON, LEAD = 30, 14, 4
"""Days: contacts that weaken; due so soon that it is talked about; what a payment takes at least."""
STUBBORN = 240
"""Days after which a wilful debtor who would never have paid is taken to give in, before any cut; others never do."""
TALKS = ("message", "call", "visit", "letter", "external", "legal")
Days = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Week:
    """What a firm sees when a week begins.

    Parameters
    ----------
    number
        From 0.
    today
        The day before the first of the week.
    open
        Ids of the claims that are still open.
    contacts
        Those made so far: ``week, customer_id, channel``.
    """

    number: int
    today: pd.Timestamp
    open: frozenset[str]
    contacts: pd.DataFrame


Strategy = Callable[[Week], pd.DataFrame]
"""Given what is seen, the contacts of the week: ``customer_id, channel``."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a campaign.

    Parameters
    ----------
    claims
        A row per claim that was open at the start and due before the end: ``document_id, customer_id, currency, cause``
        (empty: paid in time), ``open`` (major units), ``alone_on`` (when it would have come by itself; missing: never),
        ``paid_on`` (when it comes now), ``at_stake`` (cash that would not have come in time by itself), ``won`` (of
        these, those that came).
    contacts
        ``week, customer_id, channel``.
    """

    claims: pd.DataFrame
    contacts: pd.DataFrame


def campaign(
    world: Simulation,
    strategy: Strategy,
    *,
    as_of: str | dt.date,
    weeks: int = 8,
    seed: int = 0,
    unlike: float = UNLIKE,
) -> Outcome:
    """Contact customers week by week and see what comes in.

    Parameters
    ----------
    world
        A simulated firm; its ledger may go on beyond the date.
    strategy
        Called at the beginning of each week; the contacts take place in its middle.
    as_of
        The day before the first week.
    weeks
        How many.
    seed
        Of the luck and of the firm's chances; the same for all strategies that are compared.
    unlike
        Spread (of the logarithm) by which the firm's chances differ from :data:`ANSWERS`.

    Returns
    -------
    Outcome
        ``claims, contacts``.

    Notes
    -----
    Simplified: what is open of a claim comes in one sum; what is not in ``truth`` is paid on its due date; later
    invoices are left out; the log of the simulated firm after the date is not replaced.
    """
    start = day(as_of)
    claims = _claims(world, start, weeks)
    first = int(np.datetime64(start, "D").astype(np.int64))
    rng = np.random.default_rng([seed, *b"campaign"])
    luck = rng.random((weeks, len(claims)))
    chance, cut = _chances(claims["cause"].to_numpy(str), unlike, rng)
    number, names = pd.factorize(claims["customer_id"])
    due, pays = claims.pop("due_number").to_numpy(np.int64), claims.pop("pays_number").to_numpy(np.float64)
    alone = pays.copy()
    wilful = (claims["cause"] == "wilful").to_numpy()
    talks = _talks(world, start, names)
    made: list[pd.DataFrame] = []
    for week in range(weeks):
        begins, contact_on = first + 7 * week, first + 7 * week + 3
        so_far = pd.concat(made) if made else pd.DataFrame({"week": [], "customer_id": [], "channel": []})
        still = frozenset(claims.loc[pays > begins, "document_id"])
        asked = strategy(Week(week, pd.Timestamp(start) + pd.Timedelta(days=7 * week), still, so_far))
        made.append(asked[["customer_id", "channel"]].assign(week=week)[["week", "customer_id", "channel"]])
        channel = np.full(len(names), -1)
        channel[names.get_indexer(pd.Index(asked["customer_id"]))] = [CHANNELS.index(key) for key in asked["channel"]]
        recent = np.array(
            [sum(contact_on - LATELY < on < contact_on for on in talks[who]) for who in range(len(names))]
        )
        how = channel[number]
        meant = (how >= 0) & (pays > contact_on) & (due <= contact_on + SOON)
        takes = meant & (luck[week] < chance[np.arange(len(how)), how] * WEAKER ** recent[number])
        wait = np.where(np.isfinite(pays), pays - contact_on, np.where(wilful, STUBBORN, np.inf))
        moved = np.where(takes, contact_on + np.maximum((1 - cut) * wait, LEAD), np.inf)
        pays = np.minimum(pays, np.maximum(np.ceil(moved), due))
        for who in np.flatnonzero(channel > 0):
            talks[int(who)].append(contact_on)
    end = first + 7 * weeks
    claims["alone_on"], claims["paid_on"] = _dates(alone), _dates(pays)
    claims["at_stake"] = (alone > end) & (claims["cause"] != "unapplied")
    claims["won"] = claims["at_stake"] & (pays <= end)
    return Outcome(claims, pd.concat(made, ignore_index=True))


def _claims(world: Simulation, start: dt.date, weeks: int) -> pd.DataFrame:
    items = world.ledger.open_items(start)
    items = items[items["kind"].isin([*SALES_KINDS, "bounced"]) & (items["open"] > 0)]
    frame = items[["document_id", "customer_id", "currency"]].astype("str").reset_index(drop=True)
    frame["open"] = items["open"].to_numpy()
    truth = world.truth.set_index("document_id").reindex(frame["document_id"])
    frame["cause"] = truth["cause"].fillna("").to_numpy(str)
    due = items["due_date"].fillna(items["date"]).to_numpy().astype("datetime64[D]").astype(np.int64)
    begins = int(np.datetime64(start, "D").astype(np.int64))
    settles = truth["settles_on"].to_numpy().astype("datetime64[D]")
    late = (frame["cause"] != "").to_numpy()
    pays = np.where(np.isnat(settles), np.where(late, np.inf, due), settles.astype(np.int64))
    frame["due_number"], frame["pays_number"] = due, np.maximum(pays, begins + 1)
    return frame[due <= begins + 7 * weeks].reset_index(drop=True)


def _chances(
    cause: NDArray[np.str_], unlike: float, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the chance by claim and channel, and the cut by claim, as they are in this firm."""
    own = dict(zip(ANSWERS, np.exp(rng.normal(0, unlike, len(ANSWERS))), strict=True))
    none = Response(0, 0, 0, 0, 0, cut=0)
    answers = [ANSWERS.get(key, none) for key in cause]
    factor = np.array([own.get(key, 0.0) for key in cause])
    chance = np.array([[getattr(answer, key) for key in CHANNELS] for answer in answers]).reshape(-1, len(CHANNELS))
    return np.clip(chance * factor[:, None], 0.0, 0.95), np.array([answer.cut for answer in answers])


def _talks(world: Simulation, start: dt.date, names: pd.Index) -> list[list[int]]:
    """Return by customer the days of the contacts that the firm made in the last weeks before the start."""
    log = world.ledger.table("activities")
    found: list[list[int]] = [[] for _ in names]
    if log.empty:
        return found
    begins = pd.Timestamp(start)
    log = log[log["kind"].isin(TALKS) & (log["date"] <= begins) & (log["date"] > begins - pd.Timedelta(days=LATELY))]
    place = names.get_indexer(pd.Index(log["customer_id"].astype("str")))
    when = log["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    for who, on in zip(place, when, strict=True):
        if who >= 0:
            found[who].append(int(on))
    return found


def _dates(number: NDArray[np.float64]) -> pd.Series:
    finite = np.isfinite(number)
    dates = np.where(finite, number, 0).astype(np.int64).astype("datetime64[D]").astype("datetime64[s]")
    return pd.Series(dates).where(finite)
