"""How planned payments become settlements: parts, bills, receipts over several invoices, credits, losses.

Works on *lines*: one line settles a part of one invoice on one day. Lines of one customer and day become one receipt.
All amounts are minor units; nothing is cut off here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.simulation.calendar import NEVER, Calendar, Days
from arkit.simulation.causes import code, column
from arkit.simulation.invoicing import RETENTION
from arkit.simulation.world import World

CASH, BILL, CREDIT_NOTE, DISCOUNT, WRITE_OFF, CHARGES = range(6)
DISCOUNT_PERCENT = 1
"""Cash discount 现金折扣 to dealers who pay at least :data:`DISCOUNT_DAYS` before the due date."""
DISCOUNT_DAYS = 8
RECOVERED = 0.12
"""Chance that part of what was written off comes in after all."""


@dataclass(frozen=True)
class Disputes:
    """Disputes 争议: the invoice (row), when it was raised and closed, and what was conceded."""

    invoice: NDArray[np.int64]
    opened: Days
    closed: Days
    conceded: NDArray[np.int64]
    short_paid: NDArray[np.bool_]


def disputes(world: World, planned: pd.DataFrame) -> Disputes:
    """Draw the course of the disputes: raised about the due date, closed before the rest is paid.

    Some invoices that are paid in time had a dispute too, raised and settled early.
    """
    rng = world.rng("disputes")
    late = np.flatnonzero(planned["cause"].to_numpy() == code("dispute"))
    calm = np.flatnonzero((planned["cause"].to_numpy() < 0) & (planned["item"].to_numpy() != RETENTION))
    calm = calm[rng.random(len(calm)) < 0.003]
    rows = np.concatenate([late, calm])
    day, due, end = (planned[name].to_numpy()[rows] for name in ("day", "due", "settled"))
    end = np.where(end >= NEVER, due + 120, end)
    troubled = np.arange(len(rows)) < len(late)
    opened = np.where(
        troubled, np.maximum(day + 3, due - rng.integers(-6, 20, len(rows))), day + 2 + rng.integers(0, 5, len(rows))
    )
    opened = np.minimum(opened, end - 2)
    closed = np.where(troubled, end - rng.integers(0, 12, len(rows)), opened + rng.integers(3, 9, len(rows)))
    closed = np.clip(closed, opened + 1, end)
    share = np.where(rng.random(len(rows)) < 0.75, rng.beta(1.5, 6, len(rows)), 0.0) * troubled
    conceded = np.rint(planned["minor"].to_numpy()[rows] * share).astype(np.int64)
    short = troubled & (conceded > 0) & (rng.random(len(rows)) < 0.4)
    closed = np.where(short, end, closed)  # the credit note settles what a short payment left
    return Disputes(rows, opened, closed, conceded, short)


def reissued(planned: pd.DataFrame) -> NDArray[np.int64]:
    """Return the rows of invoices that were wrong, and are cancelled and issued anew."""
    return np.flatnonzero((planned["variant"] == "reissued").to_numpy() & (planned["settled"].to_numpy() < NEVER))


class _Lines:
    """Settlement lines as they are added, and what is left of each invoice."""

    def __init__(self, gross: NDArray[np.int64]) -> None:
        self.rest = gross.copy()
        self._found: list[pd.DataFrame] = []

    def settle(
        self,
        invoice: NDArray[np.int64],
        day: Days,
        minor: NDArray[np.int64],
        kind: int,
        *,
        received: Days | None = None,
    ) -> None:
        """Settle parts of invoices; ``received``: the money came on those days, and lay unapplied until ``day``."""
        self.rest[invoice] -= minor
        columns = {"invoice": invoice, "day": day if received is None else received, "applied": day, "minor": minor}
        lines = pd.DataFrame(columns).assign(kind=kind, alone=received is not None)
        self._found.append(lines[minor > 0])

    def frame(self, customer: NDArray[np.int64]) -> pd.DataFrame:
        """Return all lines with their customers."""
        lines = pd.concat(self._found, ignore_index=True)
        return lines.assign(customer=customer[lines["invoice"].to_numpy()])


def lines(world: World, customers: pd.DataFrame, planned: pd.DataFrame, argued: Disputes) -> pd.DataFrame:
    """Return all settlement lines.

    Returns
    -------
    pandas.DataFrame
        ``invoice`` (row), ``customer``, ``day`` (of the receipt, credit note or write-off), ``applied`` (day of the
        application), ``minor`` (positive), ``kind`` (``CASH`` ... ``CHARGES``), ``alone`` (a receipt of its own).
    """
    rng, calendar = world.rng("settlement"), world.calendar
    customer, settled, due = (planned[name].to_numpy() for name in ("customer", "settled", "due"))
    cause, gross = planned["cause"].to_numpy(), planned["minor"].to_numpy()
    made = _Lines(gross)
    wrong = reissued(planned)
    made.settle(wrong, settled[wrong], gross[wrong], CREDIT_NOTE)
    given = (argued.conceded > 0) & (settled[argued.invoice] < NEVER)
    made.settle(argued.invoice[given], argued.closed[given], argued.conceded[given], CREDIT_NOTE)
    _deductions(customers, planned, made, rng)
    _parts(calendar, planned, argued, made, rng)
    lost = np.flatnonzero(settled >= NEVER)
    made.settle(lost, _write_off_days(calendar, due[lost], rng), made.rest[lost], WRITE_OFF)

    last = np.flatnonzero(made.rest > 0)
    unnoticed = cause[last] == code("unapplied")
    never_by_bill = unnoticed | (cause[last] == code("wilful"))
    by_bill = rng.random(len(last)) < np.where(never_by_bill, 0.0, customers["bills"].to_numpy()[customer[last]])
    for rows, kind in ((last[by_bill], BILL), (last[~by_bill & ~unnoticed], CASH)):
        made.settle(rows, settled[rows], made.rest[rows], kind)
    rows = last[unnoticed]
    received = np.minimum(_received_in_time(calendar, planned, rows, rng), settled[rows])
    made.settle(rows, settled[rows], made.rest[rows], CASH, received=received)
    return made.frame(customer)


def _deductions(customers: pd.DataFrame, planned: pd.DataFrame, made: _Lines, rng: np.random.Generator) -> None:
    """Grant cash discounts to dealers who pay early; let banks abroad keep their charges."""
    customer, settled, due, gross = (planned[name].to_numpy() for name in ("customer", "settled", "due", "minor"))
    takes = np.flatnonzero(customers["discount"].to_numpy()[customer] & (due - settled >= DISCOUNT_DAYS))
    made.settle(takes, settled[takes], gross[takes] * DISCOUNT_PERCENT // 100, DISCOUNT)
    abroad = (customers["currency"].to_numpy() != "CNY")[customer] & (settled < NEVER) & (made.rest > 20_000)
    charged = np.flatnonzero(abroad & (rng.random(len(planned)) < 0.3))
    made.settle(charged, settled[charged], rng.integers(12, 46, len(charged)) * 100, CHARGES)


def _parts(calendar: Calendar, planned: pd.DataFrame, argued: Disputes, made: _Lines, rng: np.random.Generator) -> None:
    """Pay some invoices in two or three parts; leave the disputed part of others open (short payment)."""
    settled, due, gross = (planned[name].to_numpy() for name in ("settled", "due", "minor"))
    cause, ready = planned["cause"].to_numpy(), planned["ready"].to_numpy()
    short = argued.invoice[argued.short_paid & (settled[argued.invoice] < NEVER)]
    first = calendar.on_or_after(due[short] + rng.integers(1, 8, len(short)))
    made.settle(short, np.minimum(first, settled[short]), made.rest[short], CASH)

    chance = np.array([*column("parts"), 0.012])[cause]
    chance = np.where(settled >= NEVER, 0.25, chance)
    split = np.flatnonzero((rng.random(len(planned)) < chance) & (made.rest == gross) & (gross > 300_000))
    until = np.where(settled[split] >= NEVER, due[split] + 90, settled[split])
    begin = np.where(settled[split] >= NEVER, due[split] + 5, np.minimum(due[split] + 3, ready[split] - 25))
    begin = np.maximum(begin, planned["day"].to_numpy()[split] + 5)
    for number, share in enumerate((rng.uniform(0.25, 0.5, len(split)), rng.uniform(0.15, 0.3, len(split)))):
        here = np.ones(len(split), dtype=bool) if number == 0 else (rng.random(len(split)) < 0.45)
        day = calendar.on_or_after(begin + ((until - begin) * (0.1 + 0.45 * number)).astype(np.int64))
        minor = (gross[split] * share).astype(np.int64) // 100_000 * 100_000
        here &= (day < until) & (day > planned["day"].to_numpy()[split]) & (minor > 0)
        here &= day < np.where(cause[split] >= 0, planned["stops"].to_numpy()[split], due[split])
        made.settle(split[here], day[here], minor[here], CASH)


def _received_in_time(
    calendar: Calendar, planned: pd.DataFrame, rows: NDArray[np.int64], rng: np.random.Generator
) -> Days:
    """Return when the money came that was applied too late: by the due date, though nobody noticed."""
    due = planned["due"].to_numpy()[rows]
    received = calendar.on_or_before(due - rng.integers(0, 6, len(rows)))
    found: Days = np.maximum(received, planned["day"].to_numpy()[rows])
    return found


def _write_off_days(calendar: Calendar, due: Days, rng: np.random.Generator) -> Days:
    """Return when lost invoices are written off: at a half-year's end, nine months or more after they were due."""
    month = calendar.month(due + rng.integers(270, 400, len(due)))
    ahead = (6 - calendar.month_of_year(month)) % 6
    return calendar.on_or_before(calendar.month_start(month + ahead + 1) - 1)
