"""How a report can fail, and the exit code that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from arkit.errors import ArkitError

EXIT_CODES = {
    "wrong_parameters": 2,
    "ledger_refused": 3,
    "cell_failed": 4,
    "kernel_died": 5,
    "timed_out": 5,
    "export_failed": 6,
}


class RunFailed(ArkitError):
    """A run that did not reach its end.

    Parameters
    ----------
    kind
        A key of ``EXIT_CODES``.
    message
        What happened, in a sentence.
    problems
        Further lines: the problems of a refused ledger, already in the report's language.
    detail
        What ``run.json`` keeps of it: the cell, the error, the kernel's end.
    """

    def __init__(self, kind: str, message: str, problems: Sequence[str], detail: Mapping[str, object]) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.problems = list(problems)
        self.detail = detail
