"""How a rule is stated at its place, how a ledger is refused for it, and which rules a caller may accept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NoReturn

from arkit.errors import ArkitError, LedgerError
from arkit.intake import Intake, Problem, Severity
from arkit.messages import Message
from arkit.readers.rulebook import RULES

ACCEPTABLE = frozenset({
    "ragged_row", "missing_value", "not_a_date", "destroyed_date", "not_a_number", "destroyed_id", "mixed_dates",
    "mixed_numbers", "unknown_value", "unknown_currency", "duplicate_id", "fraction_of_a_cent", "amount_too_large",
    "wrong_sign", "not_open", "unknown_document", "currency_clash", "open_beyond_amount", "paid_beyond_amount",
    "parts_do_not_add", "settled_but_open", "no_customer_number", "empty_open", "control_differs",
    "cleared_without_day",
})  # fmt: skip
"""Rules that a caller may accept: of rows, which are then set aside and listed in ``intake.refused``, and of a whole
file, which is then read as the rule's sentence says."""


def rule(
    name: str,
    /,
    *,
    severity: Severity = "error",
    table: str | None = None,
    file: str | None = None,
    sheet: str | None = None,
    row: int | None = None,
    column: str | None = None,
    value: str | None = None,
    count: int = 1,
    amount: Decimal | None = None,
    currency: str | None = None,
    among: Mapping[str, tuple[Message, Message]] = RULES,
    **params: Any,  # noqa: ANN401 (what the sentence names)
) -> Problem:
    """Return the problem that a rule (``among`` those of reading) states, at a place.

    Examples
    --------
    >>> str(rule("not_a_date", file="a.csv", row=7, column="Due", value="soon"))
    "a.csv:row 7:Due: this is not a date (got 'soon') [not_a_date] Correct it, best as an ISO date (2026-01-31)."
    """
    params |= {"currency": currency, "table": table, "value": value}
    message, todo = (Message(text.template, **params) if "{" in text.template else text for text in among[name])
    return Problem(
        name, message, todo, severity, table, file, sheet, row, column, value, count, amount, currency
    )  # fmt: skip


def refuse(*problems: Problem, intake: Intake | None = None) -> NoReturn:
    """Refuse the ledger for these problems; with what was counted of it, if reading came so far.

    Raises
    ------
    LedgerError
        Always.
    """
    place = problems[0].file or ""
    raise LedgerError(
        Message("{file} was refused as a ledger: {n} problem(s)", file=place, n=sum(p.count for p in problems)),
        problems,
        intake,
    )


def accepted(rules: Iterable[str]) -> frozenset[str]:
    """Return the rules that a caller accepts.

    Raises
    ------
    ArkitError
        A rule is not one that can be accepted.
    """
    wanted = frozenset([rules] if isinstance(rules, str) else rules)
    if unknown := sorted(wanted - ACCEPTABLE):
        raise ArkitError(
            Message(
                "accept= takes rules of rows, got {got}; it can be any of {rules}",
                got=", ".join(unknown),
                rules=", ".join(sorted(ACCEPTABLE)),
            )
        )
    return wanted
