"""Several sheets or files of one layout as one table, such as a table of open and a table of cleared items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from arkit.readers.findings import Sheet


def stacked(sheets: Sequence[Sheet]) -> Sheet:
    """Return one sheet with the rows of all; each row remembers where it is from."""
    if len(sheets) == 1:
        return sheets[0]
    first = sheets[0]
    return Sheet(
        table=first.table,
        file=" + ".join(dict.fromkeys(sheet.file for sheet in sheets)),
        sheet=" + ".join(sheet.sheet for sheet in sheets if sheet.sheet) or None,
        rows=np.concatenate([sheet.rows for sheet in sheets]),
        columns={name: _joined(sheets, name) for name in dict.fromkeys(name for s in sheets for name in s.columns)},
        texts={name: _texts(sheets, name) for name in dict.fromkeys(name for s in sheets for name in s.texts)},
        words={name: word for sheet in reversed(sheets) for name, word in sheet.words.items()},
        refused=np.concatenate([sheet.refused for sheet in sheets]),
        folded=np.concatenate([sheet.folded for sheet in sheets]),
        totals=np.concatenate([sheet.totals for sheet in sheets]),
        opening=np.concatenate([sheet.opening for sheet in sheets]),
        ragged=sum(sheet.ragged for sheet in sheets),
        encoding=_common([sheet.encoding for sheet in sheets]),
        delimiter=_common([sheet.delimiter for sheet in sheets]),
        date_order=_common([sheet.date_order for sheet in sheets]),
        origins=tuple((len(sheet.rows), sheet.file, sheet.sheet) for sheet in sheets),
    )


def _common(values: Sequence[str | None]) -> str | None:
    return values[0] if len(set(values)) == 1 else None


def _joined(sheets: Sequence[Sheet], name: str) -> Any:  # noqa: ANN401 (an array)
    """Return a column of all sheets; rows of a sheet that lacks it have nothing in it."""
    given = next(sheet.columns[name] for sheet in sheets if name in sheet.columns)
    parts = [sheet.columns.get(name, _nothing(given, len(sheet.rows))) for sheet in sheets]
    if isinstance(given, np.ndarray) and given.dtype.kind in "fM":
        return np.concatenate(parts)
    return pd.concat([pd.Series(part) for part in parts], ignore_index=True).array


def _nothing(like: Any, count: int) -> Any:  # noqa: ANN401
    if isinstance(like, np.ndarray) and like.dtype.kind in "fM":
        return np.full(count, np.datetime64("NaT") if like.dtype.kind == "M" else np.nan, dtype=like.dtype)
    return pd.array([None] * count, dtype="str")


def _texts(sheets: Sequence[Sheet], name: str) -> Any:  # noqa: ANN401
    import pyarrow as pa

    parts = [sheet.texts.get(name, pa.array([""] * len(sheet.rows), type=pa.string())) for sheet in sheets]
    chunks = [chunk for part in parts for chunk in (part.chunks if isinstance(part, pa.ChunkedArray) else [part])]
    return pa.concat_arrays(chunks)
