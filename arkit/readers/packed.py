"""Tables that were packed: a gzip file, or a ZIP archive that is no workbook. What they unpack to is limited."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

from arkit.readers.grid import unpacked_limit, within_limit
from arkit.readers.refusal import refuse, rule

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
_WORKBOOK = frozenset({"[Content_Types].xml", "mimetype"})
"""What an Office or an OpenDocument archive holds: https://docs.oasis-open.org/office/OpenDocument/v1.3/."""


def unpack(data: bytes, file: str, endings: tuple[str, ...]) -> list[tuple[str, bytes]] | None:
    """Return name and bytes of each table that was packed; None where nothing was.

    Parameters
    ----------
    data, file
        The packed bytes, and where they come from.
    endings
        Endings of the files of a ZIP archive that are tables.

    Raises
    ------
    LedgerError
        It is damaged, protected by a password, holds no table, or unpacks to more than a file may have.
    """
    limit = unpacked_limit(len(data))
    try:
        if data.startswith(GZIP):
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
                unpacked = stream.read(limit + 1)
            within_limit(len(unpacked), file, limit)
            return [(file[:-3] if file.lower().endswith(".gz") else file, unpacked)]
        if data.startswith(ZIP):
            return _members(data, file, endings)
    except zipfile.BadZipFile:
        return None  # a damaged workbook, more often than not: let that reader say so
    except (EOFError, zlib.error, struct.error, NotImplementedError, RuntimeError, OSError) as error:
        what = f"{'gzip' if data.startswith(GZIP) else 'ZIP'}: {error}"
        refuse(rule("not_a_table", file=file, what=what[:200]))
    return None


def _members(data: bytes, file: str, endings: tuple[str, ...]) -> list[tuple[str, bytes]] | None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if _WORKBOOK & set(archive.namelist()):
            return None
        tables = [
            member
            for member in archive.infolist()
            if member.filename.lower().endswith(endings)
            and not any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(member.filename).parts)
        ]
        if not tables:
            refuse(rule("not_a_table", file=file, what="ZIP"))
        within_limit(sum(member.file_size for member in tables), file, unpacked_limit(len(data)))
        return [(PurePosixPath(member.filename).name, archive.read(member)) for member in tables]
