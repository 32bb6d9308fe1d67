"""How good the forecast was on this ledger's own past, beside plain ones, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arkit.forecasting.result import WEEKS
from arkit.reporting.standing import cells
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.forecasting import Forecast
    from arkit.text import Text

PLAIN = ("due_plus_delay", "last_weeks", "last_year")


def beside(found: Forecast, code: str) -> tuple[str, ...]:
    """Return the two plain forecasts that did best on this ledger's past; of a young ledger the two that always are."""
    if found.accuracy.empty or (code, "week") not in found.accuracy.index:
        return PLAIN[:2]
    errors = _errors(cells(found.accuracy, (code, "week")))
    return tuple(sorted(errors, key=errors.__getitem__)[:2]) or PLAIN[:2]


def said(found: Forecast, code: str, text: Text) -> str:
    """Say in one sentence how good the forecast was on this ledger's own past, beside the best plain one."""
    if found.accuracy.empty or (code, "week") not in found.accuracy.index:
        return text.say("the ledger is too young to check the forecast on its own past.")
    week, quarter = (cells(found.accuracy, (code, of)) for of in ("week", "quarter"))
    rivals = _errors(week)
    if not rivals or week["error"] != week["error"]:
        return text.say("no cash came in at the earlier dates at which the forecast was tried.")
    best = min(rivals, key=rivals.__getitem__)
    template = (
        N_(
            "at {n} earlier dates of this ledger a week was missed by {error} of its cash on average, by the best "
            "plain forecast ({rival}) by {plain}; {n_weeks} weeks together by {quarter} against {plain_quarter}; "
            "{covered} of the weeks lay inside their range."
        )
        if float(week["error"]) <= rivals[best]
        else N_(
            "at {n} earlier dates of this ledger a week was missed by {error} of its cash on average, by a plain "
            "forecast ({rival}) by only {plain}: rather trust that; {n_weeks} weeks together were missed by {quarter} "
            "against {plain_quarter}; {covered} of the weeks lay inside their range."
        )
    )
    return text.say(
        template,
        n=text.number(int(quarter["cases"])),
        error=text.percent(float(week["error"]), 0),
        rival=text.inline(best),
        plain=text.percent(rivals[best], 0),
        n_weeks=WEEKS,
        quarter=text.percent(float(quarter["error"]), 0),
        plain_quarter=text.percent(float(quarter[best]), 0),
        covered=text.percent(float(week["covered"]), 0),
    )


def _errors(row: dict[str, Any]) -> dict[str, float]:
    """Return the errors of the plain forecasts that could be made."""
    return {name: float(row[name]) for name in PLAIN if row[name] == row[name]}
