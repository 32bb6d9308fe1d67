"""Attempts: what participants chose, one append-only file each, and the proof of it by replay.

A file has one JSON object a line, numbered: the head, then a line for each decision, each one taken back, and the end.
A line is written in one piece and forced to the disk. Of two writers the first with a number counts, and the other is
told; a line that a crash cut off is skipped.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from arkit.diagnosis.causes.families import Strict
from arkit.errors import ArkitError
from arkit.messages import Message
from arkit.training.parts import Key, Whole

Time = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")]
"""A point in time (ISO 8601), as the page told it: the library reads no clock."""
Alias = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]
LARGEST = 1_000_000
"""Bytes of a file; a play of forty decisions has some 5,000."""


class Line(Strict):
    """A line of the file: its number and the token of who wrote it."""

    n: Whole
    by: str
    at: Time


class Head(Line):
    """Who plays what, with which luck; ``retry_of`` is the attempt whose first ``kept`` choices it takes over."""

    do: Literal["begin"] = "begin"
    participant: Alias
    scenario: Key
    version: Whole
    seed: Whole
    retry_of: str | None = None
    kept: tuple[Key, ...] = ()


class Chosen(Line):
    """A decision."""

    do: Literal["choose"] = "choose"
    choice: Key


class TakenBack(Line):
    """Decisions taken back."""

    do: Literal["take_back"] = "take_back"
    decisions: Annotated[Whole, Field(ge=1)]


class Ended(Line):
    """The end, with the outcome that the player was told (major units)."""

    do: Literal["end"] = "end"
    outcome: str


Entry = Head | Chosen | TakenBack | Ended
_ENTRY: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="do")])


@dataclass(frozen=True)
class Attempt:
    """An attempt as its file tells it.

    Parameters
    ----------
    path
        The file; its stem is the attempt's name.
    head
        Who plays what.
    entries
        What was done after it, in order.
    """

    path: Path
    head: Head
    entries: tuple[Entry, ...]

    @property
    def choices(self) -> tuple[str, ...]:
        """The choices that stand, in order: with the seed, the whole of the play."""
        standing = list(self.head.kept)
        for entry in self.entries:
            if isinstance(entry, Chosen):
                standing.append(entry.choice)
            elif isinstance(entry, TakenBack):
                del standing[max(len(standing) - entry.decisions, 0) :]
        return tuple(standing)

    @property
    def taken_back(self) -> int:
        """Decisions that were taken back."""
        return sum(entry.decisions for entry in self.entries if isinstance(entry, TakenBack))

    @property
    def outcome(self) -> str | None:
        """The outcome that the player was told; None before the end."""
        return next((entry.outcome for entry in reversed(self.entries) if isinstance(entry, Ended)), None)

    @property
    def times(self) -> tuple[dt.datetime, ...]:
        """When it began and when each thing was done."""
        return tuple(dt.datetime.fromisoformat(entry.at) for entry in (self.head, *self.entries))


class AttemptFile:
    """The file of one attempt, open for more: :meth:`create` or :meth:`resume` it."""

    def __init__(self, path: Path, n: int, size: int) -> None:
        self.path = path
        self._next, self._size, self._by = n, size, secrets.token_hex(4)

    @classmethod
    def create(
        cls, folder: str | Path, *, participant: str, scenario: str, version: int, seed: int, at: str,
        retry_of: str | None = None, kept: tuple[str, ...] = (),
    ) -> AttemptFile:  # fmt: skip
        """Begin a file of its own in the folder, which is made where it is missing.

        Raises
        ------
        ArkitError
            For an alias that is empty, too long or holds control characters, or a time that is none.
        """
        try:
            dt.datetime.fromisoformat(at)
            head = Head(
                n=0, by="", at=at, participant=participant.strip(), scenario=scenario, version=version, seed=seed,
                retry_of=retry_of, kept=kept,
            )  # fmt: skip
        except (ValidationError, ValueError) as refused:
            raise ArkitError(
                Message("an attempt needs an alias of 1 to 40 characters and a time (ISO 8601)")
            ) from refused
        Path(folder).mkdir(parents=True, exist_ok=True)
        stem = f"{re.sub(r'[^0-9T]', '', at)[:15]}-{scenario}-{_plain(head.participant)}-{secrets.token_hex(4)}"
        file = cls(Path(folder) / f"{stem}.jsonl", 0, 0)
        file._write(head, os.O_CREAT | os.O_EXCL)
        return file

    @classmethod
    def resume(cls, attempt: Attempt) -> AttemptFile:
        """Go on with an attempt."""
        return cls(attempt.path, len(attempt.entries) + 1, attempt.path.stat().st_size)

    def choose(self, choice: str, at: str) -> None:
        """Keep a decision."""
        self._write(Chosen(n=0, by="", at=at, choice=choice))

    def take_back(self, decisions: int, at: str) -> None:
        """Keep that decisions were taken back."""
        self._write(TakenBack(n=0, by="", at=at, decisions=decisions))

    def end(self, outcome: str, at: str) -> None:
        """Keep the end."""
        self._write(Ended(n=0, by="", at=at, outcome=outcome))

    def _write(self, entry: Entry, flags: int = 0) -> None:
        line = entry.model_copy(update={"n": self._next, "by": self._by})
        data = (json.dumps(line.model_dump(mode="json"), ensure_ascii=False) + "\n").encode()
        if not flags and self.path.stat().st_size != self._size:
            self._gone_on()
        if self._size and not self.path.read_bytes().endswith(b"\n"):
            data = b"\n" + data  # a crash cut the last line off: begin a new one
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | flags, 0o644)
        try:
            written = os.write(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        if written < len(data):
            raise ArkitError(Message("the decision could not be saved: is the disk full?"))
        if list(_lines(self.path))[self._next].by != self._by:
            self._gone_on()
        self._next, self._size = self._next + 1, self._size + len(data)

    def _gone_on(self) -> None:
        raise ArkitError(Message("this attempt has gone on in another window: load the page again to go on from there"))


def read_attempt(path: str | Path) -> Attempt:
    """Read the file of one attempt.

    Raises
    ------
    ArkitError
        For a file that holds no attempt.
    """
    lines = list(_lines(Path(path)))
    if not lines or not isinstance(lines[0], Head) or any(isinstance(line, Head) for line in lines[1:]):
        raise ArkitError(Message("{file} holds no attempt", file=Path(path).name))
    return Attempt(Path(path), lines[0], tuple(lines[1:]))


def unfinished(folder: str | Path, scenario: str, participant: str) -> list[Attempt]:
    """Return the attempts that a participant can go on with, the latest first."""
    found = []
    for path in sorted(Path(folder).glob(f"*-{scenario}-{_plain(participant.strip())}-*.jsonl"), reverse=True):
        try:
            attempt = read_attempt(path)
        except ArkitError:
            continue
        mine = (attempt.head.scenario, attempt.head.participant) == (scenario, participant.strip())
        if mine and attempt.outcome is None:
            found.append(attempt)
    return found


def _plain(alias: str) -> str:
    """Return an alias as a part of a file's name."""
    return re.sub(r"[^\w]+", "_", alias).strip("_") or "x"


def _lines(path: Path) -> Iterator[Entry]:
    """Yield the lines that count: of those with one number the first; none after a gap."""
    if path.stat().st_size > LARGEST:
        raise ArkitError(Message("{file} is too large for an attempt", file=path.name))
    expected = 0
    for raw in path.read_bytes().split(b"\n"):
        try:
            entry = _ENTRY.validate_json(raw)
            dt.datetime.fromisoformat(entry.at)
        except ValueError:
            continue
        if entry.n == expected:
            expected += 1
            yield entry
