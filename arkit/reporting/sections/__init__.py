"""The sections of a report, in the order of DESIGN §6; each is imported when it is first shown.

A new section is a module with ``build(report) -> Section`` and a line in :data:`REGISTRY`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from arkit.errors import ArkitError
from arkit.messages import Message
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.reporting.blocks import Section
    from arkit.reporting.page import Report


@dataclass(frozen=True)
class Entry:
    """A section's key (its module, its anchor) and its title as a template."""

    key: str
    title: str


REGISTRY: tuple[Entry, ...] = (
    Entry("summary", N_("What changed, and what to do")),
    Entry("position", N_("Position and age")),
    Entry("dso", N_("How fast the money comes in")),
    Entry("who_owes", N_("Who owes")),
    Entry("bad_debt", N_("Bad debt")),
    Entry("intake", N_("What was read")),
)


def build(key: str, report: Report) -> Section:
    """Return a section of a report.

    Raises
    ------
    ArkitError
        If there is no such section; the message names those that there are.
    """
    keys = [entry.key for entry in REGISTRY]
    if key not in keys:
        raise ArkitError(Message("there is no section {key}; there is: {keys}", key=key, keys=", ".join(keys)))
    section: Section = import_module(f"{__name__}.{key}").build(report)
    return section


def title(key: str) -> str:
    """Return the title of a section, as a template."""
    return next(entry.title for entry in REGISTRY if entry.key == key)
