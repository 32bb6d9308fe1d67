"""Parquet: one file, or the parts that a folder or a pattern holds, each column read by itself.

Parts may name values in their folders, ``year=2026/region=EU/``:
https://arrow.apache.org/docs/python/dataset.html#reading-partitioned-data
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote

from arkit.readers.grid import Grid, within_limit
from arkit.readers.refusal import refuse, rule
from arkit.readers.typed import CHUNK, open_table

ENDINGS = (".parquet", ".parq", ".pq")
MAGIC = b"PAR1"
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Part:
    """One Parquet file.

    Parameters
    ----------
    file
        Its name, for a person.
    source
        A path, or the bytes.
    named
        Column -> value that the names of its folders give to all of its rows, as text: no zero is lost.
    """

    file: str
    source: str | bytes
    named: Mapping[str, str] = field(default_factory=dict)

    def open(self) -> Any:  # noqa: ANN401 (pyarrow ships no types)
        """Return the opened file.

        Raises
        ------
        LedgerError
            It is damaged.
        """
        import pyarrow as pa
        from pyarrow import parquet

        source = pa.BufferReader(self.source) if isinstance(self.source, bytes) else self.source
        try:
            return parquet.ParquetFile(source)
        except (pa.ArrowException, OSError) as error:
            _damaged(self.file, error)

    def names(self) -> list[str]:
        """Return the names of its columns."""
        own = [str(name) for name in self.open().schema_arrow.names]
        return [*own, *(name for name in self.named if name not in own)]


def _damaged(file: str, error: Exception) -> NoReturn:
    refuse(rule("not_a_table", file=file, what=f"Parquet: {' '.join(str(error).split())[:200]}"))


def is_parquet(path: Path) -> bool:
    """Tell by its ending whether a file of a folder is Parquet; what begins with _ or . is a system's own."""
    return path.suffix.lower() in ENDINGS and not path.name.startswith(("_", "."))


def local_part(path: Path, root: Path) -> Part:
    """Return the part at a path, with the values that the folders below ``root`` give it."""
    within_limit(path.stat().st_size, path.name)
    inner = path.relative_to(root).parts[:-1] if path.is_relative_to(root) else ()
    pairs = (part.split("=", 1) for part in inner if "=" in part)
    return Part(path.name, str(path), {key: "" if text == _NO_VALUE else unquote(text) for key, text in pairs})


def open_folder(folder: Path) -> list[Grid]:
    """Open the Parquet tables of a folder: its own files, and one table for each folder in it.

    Raises
    ------
    LedgerError
        The folder is a table that keeps its past: its files hold rows that it no longer has.
    """
    if (folder / "_delta_log").is_dir():
        refuse(rule("versioned_table", file=folder.name, what="Delta Lake"))
    if any((folder / "metadata").glob("*.metadata.json")):
        refuse(rule("versioned_table", file=folder.name, what="Apache Iceberg"))
    own, grids = [path for path in folder.iterdir() if path.is_file()], []
    for inner in sorted(path for path in folder.iterdir() if path.is_dir()):
        if "=" in inner.name:
            own += inner.rglob("*")
        elif not inner.name.startswith(("_", ".")) and any(is_parquet(path) for path in inner.rglob("*")):
            grids += open_folder(inner)
    return [*open_parts([path for path in own if is_parquet(path)], folder), *grids]


def open_parts(paths: Iterable[Path], root: Path) -> list[Grid]:
    """Open Parquet files; those that have the same columns are parts of one table."""
    tables: dict[frozenset[str], list[Part]] = {}
    for path in sorted(paths):
        part = local_part(path, root)
        tables.setdefault(frozenset(part.names()), []).append(part)
    alone = len(tables) == 1
    return [open_parquet(parts, root.name if alone and len(parts) > 1 else parts[0].file) for parts in tables.values()]


def open_parquet(parts: list[Part], file: str) -> Grid:
    """Return the table that one or several Parquet files hold; its rows are counted through them."""
    names = parts[0].names()

    def column(position: int) -> Iterator[Any]:
        name, nth = names[position], names[:position].count(names[position])
        return (chunk for part in parts for chunk in _chunks(part, name, nth))

    return open_table(names, column, file)


def _chunks(part: Part, name: str, nth: int) -> Iterator[Any]:
    """Yield the n-th column of a name, a batch of rows at a time."""
    import pyarrow as pa

    opened = part.open()
    if name not in opened.schema_arrow.names:
        for start in range(0, opened.metadata.num_rows, CHUNK):
            count = min(CHUNK, opened.metadata.num_rows - start)
            yield pa.repeat(part.named[name], count)
        return
    try:
        for batch in opened.iter_batches(batch_size=CHUNK, columns=[name]):
            yield batch.column(nth)
    except (pa.ArrowException, OSError) as error:
        _damaged(part.file, error)
