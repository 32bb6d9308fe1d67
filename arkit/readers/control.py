"""The ledger's balance held against the general ledger's: one figure a currency, to the cent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

import narwhals.stable.v2 as nw

from arkit.errors import ArkitError
from arkit.frames import collect, day
from arkit.intake import Control
from arkit.ledger import Ledger
from arkit.messages import Message
from arkit.money import exact
from arkit.readers.refusal import refuse, rule

Balances = str | Decimal | Mapping[str, str | Decimal]


def compare(ledger: Ledger, control: Balances, on: str | dt.date | None, accept: frozenset[str]) -> Ledger:
    """Return the ledger with its control in the intake.

    Parameters
    ----------
    ledger
        What was read.
    control
        The general ledger's balance: ``"1234567.89"``, ``"CNY=1234567.89, USD=10"`` or a mapping.
    on
        The day of the balance; by default the export's own, or the ledger's last.
    accept
        Rules that the caller accepts.

    Raises
    ------
    LedgerError
        The balances differ, with both and the difference.
    ArkitError
        The balance is no amount, or names no currency where there are several.
    """
    stated = balances(control, ledger.currencies)
    as_of = day(on) if on is not None else ledger.snapshot_on or ledger.last_day()
    if as_of is None:
        return ledger
    open_now = balance(ledger, as_of)
    controls = tuple(Control(code, as_of, open_now.get(code, Decimal(0)), gl) for code, gl in sorted(stated.items()))
    problems = [
        rule("control_differs", file=ledger.intake.source, value=str(c.general_ledger), amount=c.difference,
             currency=c.currency, ledger=str(c.ledger), difference=str(c.difference), day=as_of.isoformat())
        for c in controls
        if c.difference
    ]  # fmt: skip
    told = (*ledger.intake.problems, *problems)
    ledger.intake = replace(ledger.intake, control=controls, problems=told)
    if problems and "control_differs" not in accept:
        refuse(*problems, intake=ledger.intake)
    return ledger


def balance(ledger: Ledger, as_of: dt.date) -> dict[str, Decimal]:
    """Return what is receivable at a date, exactly, by currency."""
    sums = collect(ledger.movements(as_of).group_by("currency").agg(nw.col("minor").sum()))
    return {str(code): exact(minor, str(code)) for code, minor in zip(sums["currency"], sums["minor"], strict=True)}


def balances(control: Balances, currencies: tuple[str, ...]) -> dict[str, Decimal]:
    """Return stated balances by currency: a bare amount is that of the only currency there is."""
    if isinstance(control, str):
        parts = [part.partition("=") for part in control.replace(";", ",").replace(":", "=").split(",") if part.strip()]
        named = {(code.strip() if equals else ""): (amount if equals else code) for code, equals, amount in parts}
    else:
        given: Mapping[str, str | Decimal] = {"": control} if isinstance(control, Decimal) else control
        named = {code: str(amount) for code, amount in given.items()}
    if "" in named:
        if len(named) > 1 or len(currencies) != 1:
            raise ArkitError(
                Message("control: the ledger has {currencies}; write one balance for each, like {example}",
                        currencies=", ".join(currencies), example=", ".join(f"{c}=1234.56" for c in currencies))
            )  # fmt: skip
        named = {currencies[0]: named[""]}
    return {code.upper(): _amount(amount) for code, amount in named.items()}


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        raise ArkitError(
            Message(
                "control: {value} is no amount; write it like 1234567.89, without thousands marks", value=repr(text)
            )
        ) from None
