"""What was read, used, folded and refused: the account of every row of a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import pandas as pd

from arkit.messages import Message

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One finding about the input, addressed so that a person can mend it.

    Parameters
    ----------
    rule
        Stable key, e.g. ``ambiguous_date``; what ``accept=`` takes.
    message, todo
        What is wrong, and what to do about it.
    severity
        ``error`` refuses the ledger, ``warning`` does not.
    table, file, sheet, row, column, value
        Where: ``row`` counts as the file's own program does (the header is row 1); None where it does not apply.
    count, amount, currency
        How many rows and how much money it concerns, where it sums up several.
    """

    rule: str
    message: Message
    todo: Message
    severity: Severity = "error"
    table: str | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    count: int = 1
    amount: Decimal | None = None
    currency: str | None = None

    def place(self) -> str:
        """Return ``file:sheet:row:column``, as far as known."""
        row = None if self.row is None else f"row {self.row}"
        return ":".join(str(p) for p in (self.file or self.table, self.sheet, row, self.column) if p is not None)

    def __str__(self) -> str:
        value = "" if self.value is None else f" (got {self.value[:80]!r})"
        return f"{self.place()}: {self.message}{value} [{self.rule}] {self.todo}"


@dataclass(frozen=True)
class SourceTable:
    """One table of the input as it was opened: a CSV file or a sheet of a workbook."""

    table: str
    file: str
    sheet: str | None
    rows: int
    used: int
    folded: int
    refused: int
    encoding: str | None = None
    delimiter: str | None = None
    date_order: str | None = None


@dataclass(frozen=True)
class Recognition:
    """What was recognised in a file, and on what ground.

    Parameters
    ----------
    title
        The layout's name for a person.
    basis
        ``named``: the caller said so; ``maker``: it has the headers of a maker's own layout; ``words``: only common
        header words; ``frames``: canonical tables were handed over.
    columns
        Table, canonical column and header of what is understood.
    carried
        Table and header of what is carried through under its own name.
    rivals
        Other layouts that fit as well, and know fewer of the headers.
    """

    title: Message
    basis: Literal["named", "maker", "words", "frames"]
    columns: tuple[tuple[str, str, str], ...] = ()
    carried: tuple[tuple[str, str], ...] = ()
    rivals: tuple[Message, ...] = ()

    def sure(self) -> Message:
        """Say how sure it is."""
        counts = {"n": len(self.columns), "all": len(self.columns) + len(self.carried)}
        if self.basis == "frames":
            return Message("The tables were handed over under arkit's own names.")
        if self.basis == "named":
            return Message("You named this layout; it knows {n} of {all} columns.", **counts)
        if self.basis == "words":
            return Message(
                "No maker's layout fits; {n} of {all} columns were recognised by common header words: look at them.",
                **counts,
            )
        if self.rivals:
            others = ", ".join(self.rivals)
            return Message(
                "Likely: it knows {n} of {all} columns, more than {others}, which would fit too.",
                **counts,
                others=others,
            )
        return Message("Sure: it knows {n} of {all} columns, and no other layout fits.", **counts)


@dataclass(frozen=True)
class Control:
    """The open total of one currency beside the balance of the general ledger, in major units, at a date."""

    currency: str
    as_of: dt.date
    ledger: Decimal
    general_ledger: Decimal

    @property
    def difference(self) -> Decimal:
        """What the ledger has more."""
        return self.ledger - self.general_ledger


FRAMES = Recognition(Message("arkit tables"), "frames")


def _no_totals() -> pd.DataFrame:
    return pd.DataFrame(columns=["file", "used", "folded", "refused"], index=pd.Index([], name="currency"))


@dataclass(frozen=True)
class Intake:
    """The account of reading: every row is used, folded or refused, and the money says so too.

    Parameters
    ----------
    source
        Name of what was read, for a person.
    profile
        Name of the layout that was recognised.
    tables
        One entry per table of the input.
    totals
        Index ``currency``; columns ``file, used, folded, refused`` (Decimal, major units, signed as in the
        documents): ``file`` equals the sum of the other three, to the cent.
    problems
        Warnings, and errors that the caller accepted.
    assumptions
        What was decided on the reader's behalf, in words.
    recognised
        What was recognised, and how surely.
    accepted
        Rules that the caller accepts.
    control
        The ledger's balance against the general ledger's, where one was given.
    """

    source: str
    profile: str
    tables: tuple[SourceTable, ...] = ()
    totals: pd.DataFrame = field(default_factory=_no_totals)
    problems: tuple[Problem, ...] = ()
    assumptions: tuple[Message, ...] = ()
    recognised: Recognition = FRAMES
    accepted: tuple[str, ...] = ()
    control: tuple[Control, ...] = ()

    @property
    def rows(self) -> int:
        """Rows read in all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def refused(self) -> pd.DataFrame:
        """Rows set aside: columns ``file, sheet, row, column, value, rule, why, todo``."""
        columns = ["file", "sheet", "row", "column", "value", "rule", "why", "todo"]
        rows = [
            (p.file, p.sheet, p.row, p.column, p.value, p.rule, str(p.message), str(p.todo))
            for p in self.problems
            if p.severity == "error"
        ]
        return pd.DataFrame(rows, columns=columns)

    def ties(self) -> bool:
        """Tell whether file = used + folded + refused in every currency, to the cent."""
        parts = self.totals[["used", "folded", "refused"]].sum(axis=1)
        return bool((parts == self.totals["file"]).all())
