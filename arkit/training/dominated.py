"""Options that another beats whatever the hidden reason, wherever both are on offer."""

from __future__ import annotations

from collections.abc import Iterator

from arkit.messages import Message
from arkit.training.belief import Info, openings
from arkit.training.findings import Finding
from arkit.training.model import Scenario
from arkit.training.moves import allowed, offered
from arkit.training.values import Values

WORSE_BY = 0.005
"""Share of what is owed by which an option must be worse to be called dominated: less is a matter of taste."""


def dominated(scenario: Scenario, *, budget: int = 200_000) -> Iterator[Finding]:
    """Yield each option that one and the same other beats wherever both are on offer.

    That is: in every information state that plays come to, and there also for somebody who knew the reason, whichever
    it is. A warning only: a mistake that many make may be worth its place, a silly option is not.
    An option that always breaks a gate of conduct is left out: it is there to be resisted.

    Raises
    ------
    TooLargeError
        For a scenario whose values can not be worked out within the budget.
    """
    values, margin = Values(scenario, budget=budget), WORSE_BY * float(scenario.account.total)
    rivals: dict[tuple[str, str], set[str]] = {}
    for info in dict.fromkeys(belief for reached in _reached(values) for belief in (reached, *_certain(reached))):
        node, clean, worth = info.place.node, allowed(scenario, info.place), values.by_choice(info)
        for choice in clean:
            better = {key for key in clean if worth[key] - worth[choice] > margin}
            rivals[node, choice] = rivals.get((node, choice), better) & better
    for (node, choice), better in rivals.items():
        if better:
            names = ", ".join(key for key in scenario.situations[node].choices if key in better)
            message = Message("{better} is better whatever the hidden reason, wherever this is on offer", better=names)
            yield Finding("dominated", f"situations.{node}.choices.{choice}", message, severity="warning")


def _certain(info: Info) -> Iterator[Info]:
    """Yield the place once for each reason that is possible there, as if it were known."""
    for reason, p in enumerate(info.belief):
        if p > 0:
            yield Info(info.place, tuple(float(other == reason) for other in range(len(info.belief))))


def _reached(values: Values) -> Iterator[Info]:
    scenario, seen = values.scenario, set[Info]()
    waiting = [info for _, info in openings(scenario)]
    for info in waiting:
        values.of(info)
    while waiting:
        info = waiting.pop()
        choices = offered(scenario, info.place)
        if info in seen or not choices:
            continue
        seen.add(info)
        yield info
        for choice in choices:
            waiting += [there for *_, there in values.after(info, choice)]
