"""A sheet of text cells with the file's own row numbers: what every file is opened into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from arkit.readers.refusal import refuse, rule

MAX_FILE_BYTES = 2 * 1024**3
"""Larger files are refused: load them into DuckDB and hand over the relation."""
MAX_WORKBOOK_BYTES = 256 * 1024**2
MAX_UNPACKED_BYTES = 2 * 1024**3
"""What a workbook may hold once unpacked: a small archive can hold a very large sheet."""
MAX_RATIO = 100
"""How many times its size packed data may unpack to; real tables stay below 50."""
FREE_BYTES = 16 * 1024**2
"""Up to here data may be packed as tightly as it likes."""
MAX_CELLS = 40_000_000
"""Cells of one sheet, empty ones between the first and the last included."""
MAX_COLUMNS = 1_000
MAX_CELL = 32_767
"""Characters of one cell, Excel's own limit; a longer one is a quotation mark that was never closed."""
HEAD = 40
"""How many rows are looked at for the header and the delimiter."""

TEXT, NUMBER, DATE = 0, 1, 2
"""What a workbook says that a cell is; in a text file every cell is text."""


@dataclass(frozen=True)
class RawTable:
    """A table of text below its header.

    Parameters
    ----------
    header
        The header's words; empty where a column has none.
    cells
        One Arrow string array per column; a missing cell is the empty text.
    kinds
        Per column what the workbook says of each cell (``TEXT``, ``NUMBER``, ``DATE``), or None where all is text.
    rows
        The row number of each row as the file's own program counts, the first row of the file being 1.
    ragged
        Rows that do not have the header's number of cells: row number and text. They are not in ``cells``.
    """

    header: tuple[str, ...]
    cells: tuple[Any, ...]
    kinds: tuple[npt.NDArray[np.uint8] | None, ...]
    rows: npt.NDArray[np.int64]
    ragged: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Grid:
    """A file or a sheet that was opened but whose header is not yet found.

    Parameters
    ----------
    file, sheet
        Where it comes from.
    head
        Its first rows.
    body
        Given the header's position in ``head``, the table below it.
    encoding, delimiter
        How a text file was read.
    """

    file: str
    sheet: str | None
    head: Sequence[Sequence[str]]
    body: Callable[[int], RawTable]
    encoding: str | None = None
    delimiter: str | None = None

    @property
    def name(self) -> str:
        """The sheet's name, or the file's without its ending."""
        return self.sheet if self.sheet is not None else self.file.rsplit(".", 1)[0]

    @property
    def place(self) -> str:
        """File and sheet, for a person."""
        return self.file if self.sheet is None else f"{self.file}, {self.sheet}"


def without_blank_rows(table: RawTable, marks: str = "") -> RawTable:
    """Return a table without the rows in which no cell holds anything, or anything but these marks."""
    import pyarrow as pa
    import pyarrow.compute as pc

    blank = np.ones(len(table.rows), dtype=bool)
    for cells in table.cells:
        if not blank.any():
            return table
        blank &= pc.equal(pc.utf8_trim(cells, marks) if marks else cells, "").to_numpy(zero_copy_only=False)
    kept = pa.array(~blank)
    return replace(
        table,
        cells=tuple(cells.filter(kept) for cells in table.cells),
        kinds=tuple(None if kind is None else kind[~blank] for kind in table.kinds),
        rows=table.rows[~blank],
    )


def as_arrow(texts: Sequence[str | None]) -> Any:  # noqa: ANN401 (pyarrow ships no types)
    """Return texts as an Arrow string array."""
    import pyarrow as pa

    return pa.array(texts, type=pa.string())


def unpacked_limit(packed: int) -> int:
    """Return how many bytes so many packed ones may unpack to."""
    return min(MAX_FILE_BYTES, max(FREE_BYTES, MAX_RATIO * packed))


def within_limit(size: int, file: str, limit: int | None = None) -> None:
    """Refuse a file of more bytes than a limit, by default :data:`MAX_FILE_BYTES`."""
    limit = MAX_FILE_BYTES if limit is None else limit
    if size > limit:
        mebi = 1024**2
        refuse(rule("too_large", file=file, what=f"{size / mebi:,.0f} MiB", limit=f"{limit / mebi:,.0f} MiB"))
