"""The lessons of the course: what the choices of all scenarios teach, by key."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pydantic import TypeAdapter

from arkit.diagnosis.causes.families import parsed
from arkit.training.model import Lesson
from arkit.training.parts import Key

FILE = Path(__file__).parent / "lessons.yaml"


@cache
def lessons() -> Mapping[str, Lesson]:
    """Return the lessons that ship with arkit, by key; a scenario may bring more of its own."""
    return MappingProxyType(TypeAdapter(dict[Key, Lesson]).validate_python(parsed(FILE.read_text(encoding="utf-8"))))
