"""What can be wrong with a rate table, or lack in it: rules besides those of reading."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from arkit.errors import LedgerError
from arkit.intake import Problem
from arkit.messages import Message
from arkit.readers import refusal
from arkit.readers.rulebook import RULES as OF_READING

RULES: dict[str, tuple[Message, Message]] = {
    **OF_READING,
    "not_positive_rate": (
        Message("a rate is above 0"),
        Message("Correct it: units of the base currency for one unit of the currency."),
    ),
    "rate_too_fine": (
        Message("a rate has up to {digits} decimals"),
        Message("Round it at the source: which digits count is not ours to decide."),
    ),
    "duplicate_rate": (
        Message("the currency has another rate on this day"),
        Message("Keep one rate of each currency and day."),
    ),
    "rate_of_base": (
        Message("this is the base currency: its rate is 1"),
        Message("Remove the row, or name the base currency that the rates are in."),
    ),
    "no_rate": (
        Message("there is no rate of {currency} on or before {day}"),
        Message("Add one that is of this day, or shortly before it."),
    ),
    "stale_rate": (
        Message("the latest rate of {currency} for {day} is {age} days old; the limit is {limit}"),
        Message("Add a newer rate, or raise max_rate_age= where rates are this rare."),
    ),
    "promise_without_currency": (
        Message("{n} promised amounts name no document, and so no currency: they are taken as not said"),
        Message("Name the document that the promise is about."),
    ),
    "targets_left_out": (
        Message("the collection plan is not in {base}: it is left out"),
        Message("Give the plan in {base}."),
    ),
}

rule = partial(refusal.rule, among=RULES)
"""Return the problem that a rule states, at a place (:func:`arkit.readers.refusal.rule`)."""


def refuse(problems: Iterable[Problem], what: Message) -> None:
    """Raise a LedgerError that carries all problems, if there is one; ``what`` was refused."""
    found = tuple(problems)
    if found:
        headline = Message("{what} was refused: {n} problem(s)", what=what, n=sum(problem.count for problem in found))
        raise LedgerError(headline, found)
