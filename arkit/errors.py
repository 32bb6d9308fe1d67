"""The one family of errors: what is wrong, what was received, what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, get_args

if TYPE_CHECKING:
    from arkit.intake import Intake, Problem


class ArkitError(ValueError):
    """Anything that arkit refuses. Its text is a :class:`~arkit.messages.Message` where a person will read it."""


class LedgerError(ArkitError):
    """A ledger that was refused, with every problem found in it.

    Parameters
    ----------
    message
        The headline.
    problems
        All problems at once, each with file, sheet, row, column, value, rule and what to do.
    intake
        What was recognised and counted before it was refused, as far as reading came.
    """

    def __init__(self, message: str, problems: Sequence[Problem] = (), intake: Intake | None = None) -> None:
        self.message = message
        self.problems = tuple(problems)
        self.intake = intake
        shown = [str(problem) for problem in self.problems[:20]]
        if len(self.problems) > len(shown):
            shown.append(f"... and {len(self.problems) - len(shown)} more in .problems")
        super().__init__("\n".join([str(message), *(f"  {line}" for line in shown)]))


class ParameterError(ArkitError):
    """Parameters that are unknown or ill-typed.

    Parameters
    ----------
    message
        The headline, or the one thing that is wrong.
    problems
        One sentence for each parameter that was refused.
    """

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        self.message = message
        self.problems = tuple(problems)
        super().__init__("\n".join([str(message), *(f"  {line}" for line in self.problems)]))


def sentences(error: ArkitError) -> list[str]:
    """Return what an error says, one sentence for each thing that is wrong, as messages where they are."""
    return list(getattr(error, "problems", ()) or [getattr(error, "message", error.args[0])])


def together(*checks: Callable[[], Any]) -> list[Any]:
    """Return what checks return; what they refuse is told all at once.

    Raises
    ------
    ArkitError
        The one that a check raised, or a :class:`ParameterError` with all of them.
    """
    made, refused = [], []
    for check in checks:
        try:
            made.append(check())
        except ArkitError as error:
            refused.append(error)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        from arkit.messages import Message

        said = [sentence for error in refused for sentence in sentences(error)]
        raise ParameterError(Message("{n} settings were refused:", n=len(said)), said)
    return made


def choose(name: str, value: str, allowed: Any) -> None:  # noqa: ANN401 (a Literal type)
    """Check a closed choice.

    Raises
    ------
    ArkitError
        With the allowed values.
    """
    values = get_args(allowed)
    if value not in values:
        from arkit.messages import Message

        raise ArkitError(
            Message("{name} must be one of {values}; got {got}", name=name, values=", ".join(values), got=repr(value))
        )
