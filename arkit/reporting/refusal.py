"""What a person is told when arkit refuses something: headline and every problem, in the language of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from arkit.errors import ArkitError
from arkit.messages import Lang, Message

if TYPE_CHECKING:
    from arkit.intake import Problem

FILE = "refusal.json"


class Refusal(TypedDict):
    """The headline of an error and a line for each of its problems."""

    headline: str
    lines: list[str]


def tell(error: ArkitError, lang: Lang) -> Refusal:
    """Say an error and all of its problems in a language."""
    headline = getattr(error, "message", error.args[0] if error.args else type(error).__name__)
    problems = getattr(error, "problems", ())
    return {
        "headline": _say(headline, lang),
        "lines": [_say(p, lang) if isinstance(p, str) else _line(p, lang) for p in problems],
    }


def _line(problem: Problem, lang: Lang) -> str:
    row = None if problem.row is None else Message("row {row}", row=problem.row)
    places = (problem.file or problem.table, problem.sheet, row, problem.column)
    where = ":".join(_say(place, lang) for place in places if place is not None)
    got = None if problem.value is None else Message("(got {value})", value=repr(problem.value[:80]))
    parts = (problem.message, got, f"[{problem.rule}]", problem.todo)
    return f"{where}: " + " ".join(_say(part, lang) for part in parts if part)


def _say(text: object, lang: Lang) -> str:
    return text.to(lang) if isinstance(text, Message) else str(text)
