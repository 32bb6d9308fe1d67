"""Warnings that depend on the date asked for: what a ledger does not know of that day."""

from __future__ import annotations

import datetime as dt

from arkit.columns import SALES_KINDS
from arkit.intake import Problem
from arkit.ledger import Ledger
from arkit.messages import Message

QUIET = 31
"""Days without an invoice after which a ledger has probably stopped before the date asked for."""


def dated_problems(ledger: Ledger, as_of: dt.date) -> tuple[Problem, ...]:
    """Return what must be known of a ledger at this date."""
    last = ledger.last_day(kinds=SALES_KINDS)
    if last is None or (as_of - last).days <= QUIET:
        return ()
    return (
        Problem(
            "invoicing_stops",
            Message("the last invoice is of {last}, {n} days before {day}: what came since is not in the file",
                    last=last.isoformat(), n=(as_of - last).days, day=as_of.isoformat()),
            Message("Export again up to the date, or ask for an earlier one."),
            severity="warning",
            file=ledger.intake.source,
        ),
    )  # fmt: skip
