"""What is wrong with a scenario file: each finding under a named rule, at a path, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from arkit.errors import ArkitError
from arkit.messages import Message

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """One finding.

    Parameters
    ----------
    rule
        Stable name, e.g. ``dead_end``.
    path
        Where, as keys of the file joined by dots; empty for the file as a whole.
    message
        What is wrong, and where it helps what was found.
    severity
        An ``error`` refuses the scenario; a ``warning`` asks the author to look again.
    """

    rule: str
    path: str
    message: Message
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.path}: {self.message} [{self.rule}]" if self.path else f"{self.message} [{self.rule}]"


class ScenarioError(ArkitError):
    """A scenario that can not be played, with everything that is wrong with it.

    Parameters
    ----------
    findings
        All of them.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(["the scenario can not be played", *(f"  {finding}" for finding in findings)]))
