"""Frames in memory as grids: pandas, Polars, Arrow, DuckDB relations, and whatever speaks the Arrow stream protocol.

The protocol: https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from arkit.errors import ArkitError
from arkit.messages import Message
from arkit.readers.grid import Grid
from arkit.readers.typed import open_table


def open_frames(source: Any) -> list[Grid]:  # noqa: ANN401 (whatever a caller hands over)
    """Return the grid of a frame, or of each frame of a mapping, whose keys are the names of its tables.

    Raises
    ------
    ArkitError
        It is no frame.
    """
    if not isinstance(source, Mapping):
        return [_grid(source, None)]
    if not source:
        raise ArkitError(Message("read got no table: the mapping is empty"))
    return [_grid(frame, str(name)) for name, frame in source.items()]


def described(source: Any) -> str:  # noqa: ANN401
    """Return what a frame is, for a person.

    Examples
    --------
    >>> described(pd.DataFrame()), described({"documents": pd.DataFrame(), "applications": pd.DataFrame()})
    ('pandas DataFrame', 'documents, applications')
    """
    if isinstance(source, Mapping):
        return ", ".join(map(str, source))
    kind = type(source)
    return f"{kind.__module__.split('.')[0].lstrip('_')} {kind.__name__}"


def _grid(frame: Any, sheet: str | None) -> Grid:  # noqa: ANN401
    file = described(frame)
    if isinstance(frame, pd.DataFrame):
        return _pandas(frame, file, sheet)
    import pyarrow as pa

    if not hasattr(frame, "__arrow_c_stream__") and hasattr(frame, "collect"):
        frame = frame.collect()  # a lazy frame
    try:
        table = pa.table(frame) if hasattr(frame, "__arrow_c_stream__") else None
    except (TypeError, pa.ArrowInvalid):  # a series speaks the protocol, too
        table = None
    if table is None:
        msg = Message("read takes a path, a database URL, a frame or a mapping of frames, got {got}", got=file)
        raise ArkitError(msg)
    return open_table(table.column_names, lambda position: table.column(position).chunks, file, sheet)


def _pandas(frame: pd.DataFrame, file: str, sheet: str | None) -> Grid:
    """Return a pandas frame; the named levels of its index are columns, too."""
    levels = [i for i, name in enumerate(frame.index.names) if name is not None and name not in frame.columns]
    names = [*(frame.index.names[i] for i in levels), *frame.columns]

    def column(position: int) -> list[Any]:
        if position < len(levels):
            return [frame.index.get_level_values(levels[position])]
        return [frame.iloc[:, position - len(levels)]]

    return open_table(names, column, file, sheet)
