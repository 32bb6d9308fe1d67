"""What is found while reading: every problem at once, rows that are set aside, and what was assumed."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from arkit.intake import Problem
from arkit.messages import Message
from arkit.readers.refusal import rule

LISTED = 1_000
"""Rows of one rule and column that are listed one by one; the rest are counted in one problem."""

Mask = npt.NDArray[np.bool_]


@dataclass
class Sheet:
    """A table while it is read: columns under canonical names, the file's row numbers, and what became of each row.

    Parameters
    ----------
    table, file, sheet
        Which table of the ledger, and where it is from.
    rows
        Row numbers as the file's own program counts.
    columns
        Canonical column -> values, one per row.
    texts
        Canonical column -> what the cells say, as an Arrow array.
    words
        Canonical column -> the header in the file.
    minor
        Per row of documents: the amount in minor units, 0 where it can not be read.
    settled, paid
        Per row, in minor units: what was settled by the day of the export, and what of it was money, where told.
    refused, folded, totals, opening
        Per row: set aside for a problem; no record of its own; that as a total of other rows; a journal's opening
        balance.
    ragged
        Rows that could not be split into cells.
    origins
        Of several sheets or files in one: how many rows come from which.
    """

    table: str
    file: str
    sheet: str | None
    rows: npt.NDArray[np.int64]
    columns: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    minor: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    settled: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    paid: npt.NDArray[np.int64] | None = None
    refused: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    folded: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    totals: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    opening: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    ragged: int = 0
    encoding: str | None = None
    delimiter: str | None = None
    date_order: str | None = None
    origins: tuple[tuple[int, str, str | None], ...] = ()
    _coded: dict[str, tuple[Any, npt.NDArray[np.intp], list[Any]]] = field(default_factory=dict)

    def coded(self, name: str) -> tuple[npt.NDArray[np.intp], list[Any]]:
        """Return a column of few values as positions (-1: empty) in its distinct values."""
        known = self._coded.get(name)
        if known is None or known[0] is not self.columns[name]:
            codes, distinct = pd.factorize(pd.Series(self.columns[name]))
            known = self._coded[name] = self.columns[name], codes, list(distinct)
        return known[1], known[2]

    def where(self, name: str, *values: str) -> Mask:
        """Return the rows in which a column of few values has one of these."""
        codes, distinct = self.coded(name)
        return np.isin(codes, [i for i, value in enumerate(distinct) if value in values])

    def kinds_of(self, name: str, mask: Mask) -> list[str]:
        """Return the distinct values of a column in some rows, sorted."""
        codes, distinct = self.coded(name)
        return sorted(distinct[code] for code in np.unique(codes[mask]) if code >= 0)

    @property
    def used(self) -> Mask:
        """Rows that go into the ledger."""
        return ~(self.refused | self.folded)

    def at(self, name: str, position: int | None = None) -> dict[str, Any]:
        """Return the place of a column, for a problem; at a position, the file and sheet of its row."""
        file, sheet = self.origin(position) if position is not None else (self.file, self.sheet)
        return {"table": self.table, "file": file, "sheet": sheet, "column": self.words.get(name, name)}

    @property
    def places(self) -> Any:  # noqa: ANN401 (an array)
        """Row numbers; of several files in one with the file's name before each."""
        files = [name for count, file, sheet in self.origins for name in [sheet or file] * count]
        return self.rows if not files else [f"{file}:{row}" for file, row in zip(files, self.rows, strict=True)]

    def origin(self, position: int) -> tuple[str, str | None]:
        """Return the file and the sheet of a row."""
        for count, file, sheet in self.origins:
            if position < count:
                return file, sheet
            position -= count
        return self.file, self.sheet


@dataclass
class Findings:
    """Collects problems and assumptions; knows which rules the caller accepts."""

    accept: frozenset[str]
    problems: list[Problem] = field(default_factory=list)
    assumptions: list[Message] = field(default_factory=list)

    def add(self, *problems: Problem) -> None:
        """Add problems of a file or a column."""
        self.problems += problems

    def assume(self, message: Message) -> None:
        """Add what was decided on the reader's behalf; once."""
        if message not in self.assumptions:
            self.assumptions.append(message)

    def set_aside(self, sheet: Sheet, name: str, column: str, mask: Mask, /, **params: Any) -> None:  # noqa: ANN401
        """Add a problem for each row of a mask, and set these rows aside.

        Parameters
        ----------
        sheet, column
            Where; ``column`` is the canonical name.
        name
            The rule.
        mask
            The rows; those that are set aside already or are totals of others are left alone.
        **params
            What the rule's sentence names; an array gives each row its own.
        """
        positions = np.flatnonzero(mask & ~sheet.folded)
        if not len(positions):
            return
        texts = sheet.texts.get(column)
        for position in positions[:LISTED]:
            own = {k: v[position] if isinstance(v, np.ndarray) else v for k, v in params.items()}
            value = None if texts is None else texts[int(position)].as_py()
            at = sheet.at(column, int(position))
            self.add(rule(name, **at, row=int(sheet.rows[position]), value=value, **own))
        if (rest := len(positions) - LISTED) > 0:
            own = {k: v[positions[LISTED]] if isinstance(v, np.ndarray) else v for k, v in params.items()}
            self.add(rule(name, **sheet.at(column), value=f"... {rest} more rows", count=rest, **own))
        sheet.refused[positions] = True

    def warn(
        self, sheet: Sheet, name: str, column: str, /, *, count: int, amount: Decimal | None = None,
        currency: str | None = None, at: int | None = None, value: str | None = None, **params: Any,  # noqa: ANN401
    ) -> None:  # fmt: skip
        """Add a warning, which refuses nothing; ``at`` is the position of the row to look at first."""
        row = None if at is None else int(sheet.rows[at])
        self.add(
            rule(
                name, severity="warning", **sheet.at(column, at), count=count, amount=amount, currency=currency,
                row=row, value=value, **params,
            )
        )  # fmt: skip

    @property
    def errors(self) -> list[Problem]:
        """Errors that the caller does not accept."""
        return [p for p in self.problems if p.severity == "error" and p.rule not in {*self.accept, "follows_refused"}]
