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
    return Disputes(rows, opened, closed, conceded, short)


def reissued(planned: pd.DataFrame) -> NDArray[np.int64]:
    """Return the rows of invoices that were wrong, and are cancelled and issued anew."""
    return np.flatnonzero((planned["variant"] == "reissued").to_numpy() & (planned["settled"].to_numpy() < NEVER))


def lines(world: World, customers: pd.DataFrame, planned: pd.DataFrame, argued: Disputes) -> pd.DataFrame:
    """Return all settlement lines.

    Returns
    -------
    pandas.DataFrame
        ``invoice`` (row), ``customer``, ``day`` (of the receipt, credit note or write-off), ``applied`` (day of the
        application), ``minor`` (positive), ``kind`` (``CASH`` ... ``CHARGES``), ``alone`` (a receipt of its own).
    """
    rng, calendar, n = world.rng("settlement"), world.calendar, len(planned)
    customer, settled = planned["customer"].to_numpy(), planned["settled"].to_numpy()
    cause, gross = planned["cause"].to_numpy(), planned["minor"].to_numpy()
    rest = gross.copy()
    found: list[tuple[NDArray[np.int64], Days, Days, NDArray[np.int64], int, bool]] = []

    def settle(rows: NDArray[np.int64], day: Days, minor: NDArray[np.int64], kind: int) -> None:
        rest[rows] -= minor
        keep = minor > 0
        found.append((rows[keep], day[keep], day[keep], minor[keep], kind, False))

    wrong = reissued(planned)
    settle(wrong, settled[wrong], gross[wrong], CREDIT_NOTE)
    given = (argued.conceded > 0) & (settled[argued.invoice] < NEVER)
    settle(argued.invoice[given], argued.closed[given], argued.conceded[given], CREDIT_NOTE)

    due = planned["due"].to_numpy()
    early = customers["discount"].to_numpy()[customer] & (due - settled >= DISCOUNT_DAYS)
    takes = np.flatnonzero(early)
    settle(takes, settled[takes], gross[takes] * DISCOUNT_PERCENT // 100, DISCOUNT)
    abroad = np.flatnonzero(
        (customers["currency"].to_numpy() != "CNY")[customer] & (settled < NEVER) & (rng.random(n) < 0.3)
    )
    abroad = abroad[rest[abroad] > 20_000]
    settle(abroad, settled[abroad], rng.integers(12, 46, len(abroad)) * 100, CHARGES)

    _parts(world, planned, argued, rest, settle, rng)
    lost = np.flatnonzero(settled >= NEVER)
    settle(lost, _write_off_days(calendar, due[lost], rng), rest[lost], WRITE_OFF)

    last = np.flatnonzero(rest > 0)
    by_bill = rng.random(len(last)) < np.where(
        np.isin(cause[last], [code("unapplied"), code("wilful")]), 0.0, customers["bills"].to_numpy()[customer[last]]
    )
    settle(last[by_bill], settled[last[by_bill]], rest[last[by_bill]], BILL)
    cash = last[~by_bill]
    unapplied = np.flatnonzero(cause[cash] == code("unapplied"))
    received = settled[cash].copy()
    received[unapplied] = _received_in_time(calendar, planned, cash[unapplied], rng)
    for alone in (False, True):
        mine = np.isin(np.arange(len(cash)), unapplied) == alone
        found.append((cash[mine], received[mine], settled[cash[mine]], rest[cash[mine]], CASH, alone))
    frame = pd.DataFrame(
        {
            "invoice": np.concatenate([part[0] for part in found]),
            "day": np.concatenate([part[1] for part in found]),
            "applied": np.concatenate([part[2] for part in found]),
            "minor": np.concatenate([part[3] for part in found]),
            "kind": np.concatenate([np.full(len(part[0]), part[4]) for part in found]),
            "alone": np.concatenate([np.full(len(part[0]), part[5]) for part in found]),
        }
    )
    frame.insert(1, "customer", customer[frame["invoice"].to_numpy()])
    return frame


def _parts(world, planned, argued, rest, settle, rng) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Pay some invoices in two or three parts; leave the disputed part of others open (short payment)."""
    settled, due, gross = (planned[name].to_numpy() for name in ("settled", "due", "minor"))
    cause, ready = planned["cause"].to_numpy(), planned["ready"].to_numpy()
    short = argued.invoice[argued.short_paid & (settled[argued.invoice] < NEVER)]
    first = world.calendar.on_or_after(due[short] + rng.integers(1, 8, len(short)))
    settle(short, np.minimum(first, settled[short]), rest[short], CASH)

    chance = np.array([*column("parts"), 0.012])[cause]
    chance = np.where(settled >= NEVER, 0.25, chance)
    split = np.flatnonzero((rng.random(len(planned)) < chance) & (rest == gross) & (gross > 300_000))
    until = np.where(settled[split] >= NEVER, due[split] + 90, settled[split])
    begin = np.where(settled[split] >= NEVER, due[split] + 5, np.minimum(due[split] + 3, ready[split] - 25))
    begin = np.maximum(begin, planned["day"].to_numpy()[split] + 5)
    for number, share in enumerate((rng.uniform(0.25, 0.5, len(split)), rng.uniform(0.15, 0.3, len(split)))):
        here = np.ones(len(split), dtype=bool) if number == 0 else (rng.random(len(split)) < 0.45)
        day = world.calendar.on_or_after(begin + ((until - begin) * (0.1 + 0.45 * number)).astype(np.int64))
        minor = (gross[split] * share).astype(np.int64) // 100_000 * 100_000
        here &= (day < until) & (day > planned["day"].to_numpy()[split]) & (minor > 0)
        here &= day < np.where(cause[split] >= 0, planned["stops"].to_numpy()[split], due[split])
        settle(split[here], day[here], minor[here], CASH)


def _received_in_time(
    calendar: Calendar, planned: pd.DataFrame, rows: NDArray[np.int64], rng: np.random.Generator
) -> Days:
    """Return when the money came that was applied too late: by the due date, though nobody noticed."""
    due = planned["due"].to_numpy()[rows]
    received = calendar.on_or_before(due - rng.integers(0, 6, len(rows)))
    return np.maximum(received, planned["day"].to_numpy()[rows])


def _write_off_days(calendar: Calendar, due: Days, rng: np.random.Generator) -> Days:
    """Return when lost invoices are written off: at a half-year's end, nine months or more after they were due."""
    month = calendar.month(due + rng.integers(270, 400, len(due)))
    ahead = (6 - calendar.month_of_year(month)) % 6
    return calendar.on_or_before(calendar.month_start(month + ahead + 1) - 1)
