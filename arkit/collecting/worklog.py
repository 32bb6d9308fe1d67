"""What the team logged in the work file 催收记录: read back as activities, and put beside those of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from arkit.collecting.workfile import (
    CONTACTS,
    CUSTOMER,
    DONE_ON,
    FILL_IN,
    KIND_OF,
    LOG_COLUMNS,
    PROMISES,
    Column,
    choices,
    meant,
)
from arkit.errors import LedgerError
from arkit.intake import Problem
from arkit.messages import Message
from arkit.readers import dates, numbers, words
from arkit.readers.grid import Grid
from arkit.readers.refusal import refuse, rule
from arkit.readers.workbook import open_workbook

Cells = dict[str, list[str]]
_TYPED = ("document_id", *(column.key for column in FILL_IN))
_DEFAULT = "call"
"""What a follow-up of a promise is, where nothing else is said."""


def read_worklist(path: str | Path) -> pd.DataFrame:
    """Read what the team logged in a work file, whatever language it was written in.

    Parameters
    ----------
    path
        A file that :func:`arkit.write_worklist` made, filled in. Rows in which nothing was filled in are left out.

    Returns
    -------
    pandas.DataFrame
        In the columns of a ledger's ``activities``, and ``note``: a row per contact (``date``: done on; ``kind``: done
        by way of, else as planned; ``owner``: done by, else the customer's), one more for a promise (``due_on,
        amount``), and one for a dispute about a document. By date and customer.

    Raises
    ------
    LedgerError
        With every bad cell: file, sheet, row, column, value, rule, what to do.
    """
    source = Path(path)
    try:
        data = source.read_bytes()
    except FileNotFoundError:
        refuse(rule("no_such_file", file=source.name))
    except OSError as error:
        refuse(rule("unreadable_file", file=source.name, what=str(error)))
    problems: list[Problem] = []
    found = []
    for grid in open_workbook(data, source.name):
        for columns in (CONTACTS, PROMISES):
            header = _header(grid, columns)
            if header is not None:
                found.append(_read_sheet(grid, header, columns, problems))
                break
    if not found:
        refuse(rule("not_a_work_file", file=source.name, columns=f"{CUSTOMER.words}, {DONE_ON.words}"))
    if problems:
        raise LedgerError(Message("{file} was refused: {n} problem(s)", file=source.name, n=len(problems)), problems)
    log = pd.concat(found, ignore_index=True)
    return log.sort_values(["date", "customer_id"], kind="stable", ignore_index=True)


def _header(grid: Grid, columns: Sequence[Column]) -> int | None:
    """Return the place of the header in the first rows: the row that has every column."""
    for place, row in enumerate(grid.head):
        if all(any(column.named(cell) for cell in row) for column in columns):
            return place
    return None


def _read_sheet(grid: Grid, header: int, columns: Sequence[Column], problems: list[Problem]) -> pd.DataFrame:
    raw = grid.body(header)
    at = {column.key: next(i for i, cell in enumerate(raw.header) if column.named(cell)) for column in columns}
    cells = {key: words.trimmed(raw.cells[place]) for key, place in at.items()}
    texts = {key: column.to_pylist() for key, column in cells.items()}
    own = {column.key: column for column in columns}
    typed = [key for key in _TYPED if key in at and (key != "document_id" or columns is CONTACTS)]
    filled = np.array([any(texts[key][row] for key in typed) for row in range(len(raw.rows))], dtype=bool)
    sheet = _Sheet(grid, raw.rows, {key: raw.header[place] for key, place in at.items()}, texts, filled, problems)
    day = {key: sheet.days(key, cells[key]) for key in ("done_on", "promised_date")}
    amount = sheet.amounts("promised_amount", cells["promised_amount"], raw.kinds[at["promised_amount"]])
    chosen = {key: sheet.chosen(key, own[key].choices) for key in ("done", "outcome", "reason")}
    sheet.missing("customer_id", "missing_value", ~np.array([bool(text) for text in texts["customer_id"]], dtype=bool))
    sheet.missing("done_on", "no_contact_yet", np.array([not text for text in texts["done_on"]], dtype=bool))
    lacking = ~np.isnan(amount) & np.array([not text for text in texts["promised_date"]], dtype=bool)
    sheet.missing("promised_date", "no_promised_day", lacking)
    sheet.missing("promised_date", "promised_before", day["promised_date"] < day["done_on"])
    sheet.missing("promised_amount", "not_positive", amount <= 0)
    planned = [meant("done", text) or _DEFAULT for text in texts["channel"]] if "channel" in texts else None
    frame = pd.DataFrame(
        {
            "customer_id": texts["customer_id"],
            "document_id": texts["document_id"],
            "date": pd.Series(day["done_on"]).astype("datetime64[us]"),
            "kind": [said or (planned[row] if planned else _DEFAULT) for row, said in enumerate(chosen["done"])],
            "due_on": pd.Series(day["promised_date"]).astype("datetime64[us]"),
            "amount": amount,
            "reason": chosen["reason"],
            "owner": [by or owner for by, owner in zip(texts["by"], texts["owner"], strict=True)],
            "outcome": chosen["outcome"],
            "note": texts["note"],
        }
    )
    return _activities(frame[filled])


class _Sheet:
    """A sheet while it is read: what is bad is reported with its cell, and nothing stops at the first."""

    def __init__(
        self, grid: Grid, rows: np.ndarray, header: dict[str, str], texts: Cells, filled: np.ndarray,
        problems: list[Problem],
    ) -> None:  # fmt: skip
        self._grid, self._rows, self._header, self._texts = grid, rows, header, texts
        self._filled, self._problems = filled, problems

    def missing(self, key: str, name: str, bad: np.ndarray, **params: Any) -> None:  # noqa: ANN401
        """Report the cells of a column that break a rule."""
        for row in np.flatnonzero(bad & self._filled).tolist():
            text = self._texts[key][row] or None
            self._problems.append(
                rule(
                    name, table="activities", file=self._grid.file, sheet=self._grid.sheet, row=int(self._rows[row]),
                    column=self._header[key], value=text, **{"name": self._header[key], **params},
                )
            )  # fmt: skip

    def days(self, key: str, cells: Any) -> np.ndarray:  # noqa: ANN401 (an Arrow array)
        """Return the days of a column, NaT where there is none."""
        column = dates.analyse(cells)
        order = dates.decide({key: column}, None, None).get(key)
        days = column.days(order)
        undecided = column.open[column.codes] & (order is None)
        self.missing(key, "ambiguous_date", undecided, orders=" / ".join(column.possible()))
        self.missing(key, "not_a_date", np.isnat(days) & ~column.empty[column.codes] & ~undecided)
        return days

    def amounts(self, key: str, cells: Any, kinds: Any) -> np.ndarray:  # noqa: ANN401
        """Return the numbers of a column, NaN where there is none."""
        column = numbers.analyse(cells, kinds)
        mark = numbers.decide({key: column}, None, None)[key]
        self.missing(key, "not_a_number", column.bad)
        if mark is None:
            self.missing(key, "ambiguous_number", column.either)
        else:
            self.missing(key, "mixed_numbers", column.wrong(mark), mark=mark)
        return column.values(mark)

    def chosen(self, key: str, name: str) -> list[str | None]:
        """Return the ledger's words for those of a list."""
        found = [meant(name, text) if text else None for text in self._texts[key]]
        bad = [bool(text) and word is None for text, word in zip(self._texts[key], found, strict=True)]
        allowed = ", ".join(f"{word} {word.to('zh')}" for word in choices(name).values())
        self.missing(key, "not_in_list", np.array(bad, dtype=bool), allowed=allowed)
        return found


def _activities(rows: pd.DataFrame) -> pd.DataFrame:
    """Return contacts, promises and disputes as rows of their own."""
    promised, disputed = rows["due_on"].notna(), rows["outcome"].eq("disputes") & (rows["document_id"] != "")
    never = np.datetime64("NaT", "us")
    contact = rows.assign(due_on=never, amount=np.nan, kind=rows["kind"].replace(KIND_OF))
    contact["outcome"] = rows["outcome"].mask(promised & rows["outcome"].isna(), "promised")
    promise = rows[promised].assign(kind="promise", outcome="promised", note="")
    dispute = rows[disputed].assign(
        kind="dispute_opened", reason="dispute", due_on=never, amount=np.nan, outcome=None, note=""
    )
    log = pd.concat([contact, promise, dispute]).astype({"due_on": "datetime64[us]"})
    for name in ("customer_id", "document_id", "kind", "reason", "owner", "outcome", "note"):
        text = log[name].astype("object")
        log[name] = text.where(text.notna() & (text != "")).astype("str")
    return log[list(LOG_COLUMNS)]
