"""Atomic publication: a report's folder appears as a whole, or the one before it stays.

The work is done in a hidden folder beside the target (the same file system, so that a rename is enough) and swapped
with the target in one step. A run that fails leaves the target alone and puts its record into ``<target>.failed``,
which the next good run removes: that folder is there exactly when the last run failed.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from arkit.errors import ParameterError
from arkit.messages import Message
from arkit.reporting import record

RECORD = record.NAME
KEPT_OF_A_FAILURE = (RECORD, "report.ipynb", "kernel.log")
LEFT_BY_PROGRAMS = (".ipynb_checkpoints", ".DS_Store", "Thumbs.db", "desktop.ini")

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fs.h


def target(out: str | Path) -> Path:
    """Return the folder to publish to, after making sure that nobody's files stand in it.

    Parameters
    ----------
    out
        The folder that was asked for; it may exist when a report was published there before.

    Raises
    ------
    ParameterError
        When it is a file, or holds files that no report put there: they would be gone after the swap.
    """
    folder = Path(out).expanduser().resolve()
    if not folder.name:
        raise ParameterError(Message("{path} cannot be a report's folder", path=str(folder)))
    if folder.exists() and not folder.is_dir():
        raise ParameterError(Message("{path} is a file; give a folder for the report", path=str(folder)))
    foreign = _foreign(folder)
    if foreign:
        raise ParameterError(
            Message(
                "{path} holds files that no report put there ({files}); give an empty or a new folder",
                path=str(folder),
                files=", ".join(foreign[:5]),
            )
        )
    return folder


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """Lend a temporary folder beside the target; whatever is left in it at the end is removed.

    Raises
    ------
    ParameterError
        When nothing can be written beside the target.
    """
    work = folder.parent / f".{folder.name}.{secrets.token_hex(4)}.tmp"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work.mkdir()
    except OSError as error:
        message = Message("cannot write to {path}: {why}", path=str(folder.parent), why=str(error.strerror))
        raise ParameterError(message) from error
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def publish(work: Path, folder: Path) -> None:
    """Put the finished folder in the target's place, and remove what stood there."""
    _replace(work, folder)
    failed = _failed(folder)
    if failed.exists() and not _foreign(failed):
        shutil.rmtree(failed, ignore_errors=True)


def keep_failure(work: Path, folder: Path) -> Path:
    """Put a failed run's record, partial notebook and kernel log beside the target.

    Returns
    -------
    Path
        The folder where they are now.
    """
    for entry in list(work.iterdir()):
        if entry.name not in KEPT_OF_A_FAILURE:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    failed = _failed(folder)
    if _foreign(failed):
        failed = failed.with_name(f"{failed.name}.{secrets.token_hex(4)}")
    _replace(work, failed)
    return failed


def _failed(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.failed")


def _foreign(folder: Path) -> list[str]:
    """Name what stands in a folder without being listed in the record of the run that made it."""
    if not folder.is_dir():
        return []
    known = {RECORD, *LEFT_BY_PROGRAMS, *_listed(folder / RECORD)}
    return sorted(entry.name for entry in folder.iterdir() if entry.name not in known)


def _listed(run: Path) -> list[str]:
    try:
        read: Any = json.loads(run.read_text(encoding="utf-8"))
        return [str(name) for name in read["files"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _replace(work: Path, folder: Path) -> None:
    """Move ``work`` to ``folder``; another run may do the same at the same moment, and the later one stays."""
    for _ in range(100):
        try:
            if not folder.exists():
                work.rename(folder)
                return
            if _exchange(work, folder):
                shutil.rmtree(work, ignore_errors=True)
                return
            _two_renames(work, folder)
            return
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.EEXIST, errno.ENOTEMPTY):
                raise
    msg = f"{folder} kept changing while the report was to be published there"
    raise OSError(errno.EBUSY, msg)


def _two_renames(work: Path, folder: Path) -> None:
    """Do it where one step cannot: aside with the old, in with the new, and the old back if that fails."""
    aside = work.with_name(f"{work.name}.{secrets.token_hex(4)}.old")
    folder.rename(aside)
    try:
        work.rename(folder)
    except OSError:
        with suppress(OSError):  # another run has put its report there meanwhile
            aside.rename(folder)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step where the system can (Linux); tell whether it was done."""
    if sys.platform != "linux":
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):  # a file system that cannot
        return False
    raise OSError(number, os.strerror(number))
