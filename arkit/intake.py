"""What was read, used, folded and refused: the account of every row of a file."""

from __future__ import annotations

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
    """

    source: str
    profile: str
    tables: tuple[SourceTable, ...] = ()
    totals: pd.DataFrame = field(default_factory=_no_totals)
    problems: tuple[Problem, ...] = ()
    assumptions: tuple[Message, ...] = ()

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
