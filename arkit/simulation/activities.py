"""What the firm does about its receivables: reminders, calls, promises, disputes, letters, law.

A row knows only what was known on its day: a promise carries the promised day in ``due_on``; whether it was kept is
seen from the payments, and when it was broken, from the call with outcome ``broken`` that follows the promised day.
``reason`` holds a key of DOMAIN §1 where somebody noted it, else it is empty.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.columns import ACTIVITY_KINDS
from arkit.simulation.calendar import NEVER, Days
from arkit.simulation.causes import NONE, code, column
from arkit.simulation.settlement import Disputes
from arkit.simulation.world import World

TIMETABLE = (
    (4, "reminder"), (11, "call"), (21, "call"), (33, "letter"), (47, "call"), (65, "visit"), (90, "call"),
    (120, "letter"), (160, "call"), (210, "call"),
)  # fmt: skip
"""Days after the due date, and the contact that is planned then."""
OUTCOMES = (
    "",
    "sent",
    "reached",
    "no_answer",
    "promised",
    "broken",
    "signed",
    "resolved",
    "credited",
    "says_paid",
    "rejected",
)
_WRITTEN = ("reminder", "letter", "statement", "legal", "hold")
_PRE_DUE = 0.35
"""Chance of a reminder some days before the due date."""
_DISPUTES_LOGGED = 0.93
_KIND = {name: place for place, name in enumerate(ACTIVITY_KINDS)}
_OUTCOME = {name: place for place, name in enumerate(OUTCOMES)}


def draw(world: World, planned: pd.DataFrame, weak: NDArray[np.bool_], argued: Disputes) -> pd.DataFrame:
    """Draw the log of activities up to the last simulated day.

    Returns
    -------
    pandas.DataFrame
        ``customer``, ``invoice`` (row, -1 for the account as a whole), ``day``, ``kind`` (code of
        :data:`arkit.columns.ACTIVITY_KINDS`), ``due_on``, ``minor`` (0: none), ``reason`` (code of a cause, ``NONE``:
        not logged), ``outcome`` (code of :data:`OUTCOMES`), ``by_credit`` (credit control rather than the salesperson).
    """
    rng = world.rng("activities")
    contacts = _contacts(world, planned, weak, rng)
    parts = [
        _reminders(world, planned, weak, rng),
        contacts,
        *_promises(world, planned, contacts, rng),
        *_disputes(world, planned, argued, rng),
        _rejections(world, planned, rng),
        _acknowledgements(world, planned, rng),
        *_endgame(world, planned, rng),
        _statements(world, planned, rng),
    ]
    log = pd.concat([part for part in parts if len(part)], ignore_index=True)
    log = log[(log["day"] <= world.calendar.last) & (log["day"] >= world.calendar.first)]
    return log.sort_values(["day", "customer", "invoice", "kind"], kind="stable", ignore_index=True)


def _rows(planned: pd.DataFrame, invoice: NDArray[np.int64], day: Days, kind: str, **columns: object) -> pd.DataFrame:
    values = {"due_on": NEVER, "minor": 0, "reason": NONE, "outcome": _OUTCOME["sent" if kind in _WRITTEN else ""]}
    return pd.DataFrame(
        {
            "customer": planned["customer"].to_numpy()[invoice],
            "invoice": invoice,
            "day": day,
            "kind": _KIND[kind],
            "by_credit": False,
            **(values | columns),
        }
    )


def _reminders(world: World, planned: pd.DataFrame, weak: NDArray[np.bool_], rng: np.random.Generator) -> pd.DataFrame:
    """Remind before the due date, where the salesperson bothers and the invoice is still open."""
    chance = np.where(weak[planned["customer"].to_numpy()], 0.02, _PRE_DUE)
    chosen = np.flatnonzero((rng.random(len(planned)) < chance) & planned["due_known"].to_numpy())
    day = world.calendar.on_or_before(planned["due"].to_numpy()[chosen] - rng.integers(4, 9, len(chosen)))
    open_then = (day > planned["day"].to_numpy()[chosen]) & (day < planned["settled"].to_numpy()[chosen])
    return _rows(planned, chosen[open_then], day[open_then], "reminder")


def _contacts(world: World, planned: pd.DataFrame, weak: NDArray[np.bool_], rng: np.random.Generator) -> pd.DataFrame:
    """Work through the timetable for every late invoice while it is open; the neglected are left alone."""
    chased = np.array(column("chased"))
    parts = []
    late = np.flatnonzero(planned["cause"].to_numpy() != NONE)
    logged = np.array(column("logged"))
    settled, due = planned["settled"].to_numpy(), planned["due"].to_numpy()
    for after, kind in TIMETABLE:
        due_day = due[late]
        still = late[(due_day + after < settled[late]) & (due_day + after <= world.calendar.last)]
        cause = planned["cause"].to_numpy()[still]
        still = still[rng.random(len(still)) < chased[cause]]
        cause, customer = planned["cause"].to_numpy()[still], planned["customer"].to_numpy()[still]
        day = world.calendar.on_or_after(due[still] + after + rng.integers(0, 4, len(still)))
        keep = day < settled[still]
        still, day, cause, customer = still[keep], day[keep], cause[keep], customer[keep]
        evades = np.select([cause == code("credit"), cause == code("wilful")], [0.45, 0.12], 0.18)
        spoken = np.where(rng.random(len(still)) < evades, _OUTCOME["no_answer"], _OUTCOME["reached"])
        claims = (cause == code("unapplied")) & (spoken == _OUTCOME["reached"]) & (rng.random(len(still)) < 0.5)
        spoken = np.where(claims, _OUTCOME["says_paid"], spoken)
        outcome = np.where(kind in _WRITTEN, _OUTCOME["sent"], spoken)
        noted = (rng.random(len(still)) < logged[cause]) & (spoken == _OUTCOME["reached"]) & (kind not in _WRITTEN)
        by_credit = weak[customer] | (rng.random(len(still)) < 0.25)
        reason = np.where(noted, cause, NONE)
        parts.append(_rows(planned, still, day, kind, outcome=outcome, reason=reason, by_credit=by_credit))
    return pd.concat(parts, ignore_index=True)


def _promises(
    world: World, planned: pd.DataFrame, contacts: pd.DataFrame, rng: np.random.Generator
) -> list[pd.DataFrame]:
    """Get promises 付款承诺 from the calls: some broken, the last before payment often kept."""
    calls = contacts[contacts["outcome"] == _OUTCOME["reached"]].reset_index(drop=True)
    invoice, day = calls["invoice"].to_numpy(), calls["day"].to_numpy()
    cause, settled = planned["cause"].to_numpy()[invoice], planned["settled"].to_numpy()[invoice]
    last = pd.Series(day).groupby(invoice).transform("max").to_numpy() == day
    keeps = (
        last & (settled < NEVER) & (settled - day <= 35) & (rng.random(len(calls)) < np.array(column("kept"))[cause])
    )
    promised = world.calendar.on_or_after(day + rng.integers(5, 13, len(calls)))
    breaks = ~keeps & (promised < settled - 2)
    breaks &= rng.random(len(calls)) < np.array(column("broken"))[cause]
    minor = planned["minor"].to_numpy()[invoice]
    due_on = np.where(keeps, np.minimum(settled + rng.integers(0, 3, len(calls)), settled + 2), promised)
    made = keeps | breaks
    promises = _rows(
        planned, invoice[made], day[made], "promise", due_on=due_on[made], minor=minor[made],
        outcome=_OUTCOME["promised"], by_credit=calls["by_credit"].to_numpy()[made],
    )  # fmt: skip
    checked = world.calendar.on_or_after(promised[breaks] + 1)
    follow_up = _rows(
        planned, invoice[breaks], checked, "call", outcome=_OUTCOME["broken"],
        by_credit=calls["by_credit"].to_numpy()[breaks],
    )  # fmt: skip
    return [promises, follow_up[checked < settled[breaks]]]


def _disputes(world: World, planned: pd.DataFrame, argued: Disputes, rng: np.random.Generator) -> list[pd.DataFrame]:
    """Log disputes when they are raised and closed, six in ten with their reason; a few are never logged."""
    logged = rng.random(len(argued.invoice)) < _DISPUTES_LOGGED
    invoice, conceded = argued.invoice[logged], argued.conceded[logged]
    opened = world.calendar.on_or_after(argued.opened[logged])
    closed = world.calendar.on_or_after(np.maximum(argued.closed[logged], opened + 1))
    reason = np.where(rng.random(len(invoice)) < 0.6, code("dispute"), NONE)
    outcome = np.where(conceded > 0, _OUTCOME["credited"], _OUTCOME["resolved"])
    minor, settled = planned["minor"].to_numpy()[invoice], planned["settled"].to_numpy()[invoice]
    ends = settled < NEVER
    return [
        _rows(planned, invoice, opened, "dispute_opened", reason=reason, minor=minor),
        _rows(planned, invoice[ends], closed[ends], "dispute_closed", outcome=outcome[ends]),
    ]


def _rejections(world: World, planned: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Note that a customer sends a wrong invoice back: it is issued anew only after it fell due."""
    wrong = np.flatnonzero((planned["variant"] == "reissued").to_numpy())
    day, due = planned["day"].to_numpy()[wrong], planned["due"].to_numpy()[wrong]
    sent_back = world.calendar.on_or_after(day + ((due - day) * rng.uniform(0.4, 1.0, len(wrong))).astype(np.int64))
    return _rows(planned, wrong, sent_back, "message", outcome=_OUTCOME["rejected"])


def _acknowledgements(world: World, planned: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Have debts confirmed 欠款确认: those who will not pay do not deny that they owe."""
    wilful = planned["cause"].to_numpy() == code("wilful")
    long_late = (planned["cause"].to_numpy() != NONE) & (planned["settled"] - planned["due"] > 60).to_numpy()
    chance = np.where(wilful, 0.75, np.where(long_late, 0.06, 0.0))
    chosen = np.flatnonzero(rng.random(len(planned)) < chance)
    day = world.calendar.on_or_after(planned["due"].to_numpy()[chosen] + rng.integers(14, 32, len(chosen)))
    keep = day < planned["settled"].to_numpy()[chosen]
    chosen, day = chosen[keep], day[keep]
    minor = planned["minor"].to_numpy()[chosen]
    return _rows(planned, chosen, day, "acknowledgement", outcome=_OUTCOME["signed"], minor=minor)


def _endgame(world: World, planned: pd.DataFrame, rng: np.random.Generator) -> list[pd.DataFrame]:
    """Stop deliveries to who stopped paying, and take what is half a year late to the lawyers."""
    due, settled = planned["due"].to_numpy(), planned["settled"].to_numpy()
    stops = planned.loc[planned["stops"] < NEVER].groupby("customer", sort=True).head(1).index.to_numpy()
    halted = world.calendar.on_or_after(planned["stops"].to_numpy()[stops] + rng.integers(35, 60, len(stops)))
    hold = _rows(planned, stops, halted, "hold", by_credit=True)
    hold["invoice"] = -1
    old = np.flatnonzero((settled - due > 185) & (planned["cause"].to_numpy() != NONE))
    old = old[rng.random(len(old)) < 0.5]
    day = world.calendar.on_or_after(due[old] + rng.integers(180, 215, len(old)))
    return [hold, _rows(planned, old[day < settled[old]], day[day < settled[old]], "legal", by_credit=True)]


def _statements(world: World, planned: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Send each customer a statement of account 对账单 after every quarter."""
    customers = np.unique(planned["customer"].to_numpy())
    quarters = np.arange(3, world.calendar.months + 1, 3)
    start = world.calendar.month_start(quarters)
    who, day = np.repeat(customers, len(start)), np.tile(start, len(customers))
    day = world.calendar.on_or_after(day + rng.integers(2, 8, len(day)))
    log = _rows(planned, np.zeros(len(who), dtype=np.int64), day, "statement", by_credit=True)
    return log.assign(customer=who, invoice=-1)
