"""Whom to contact and how: the most expected money for the work that there is capacity for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from arkit.collecting.timetable import Timetable
from arkit.diagnosis.coded import Floats

_KEY = ["customer_id", "currency"]


def contactable(claims: pd.DataFrame, table: Timetable, *, country: str = "CN") -> pd.DataFrame:
    """Return, for each customer and channel that the timetable allows now, what a contact is expected to move.

    Claims with a cause against which no contact helps (what is paid and not applied) are nobody's reason to call.

    Parameters
    ----------
    claims
        Of :func:`arkit.collecting.scoring.claims`; ``late_days`` as of the day of the contact.
    table
        The timetable.
    country
        Where the debtors are (ISO 3166): channels that are banned there are left out.

    Returns
    -------
    pandas.DataFrame
        A row per customer, currency and channel: ``money`` (major units), ``value`` (on one scale), ``effort``
        (calls), ``step`` (place), ``usual`` (what the timetable alone would do), ``cause`` (of most of the value).
    """
    step = table.step_of(claims["late_days"].to_numpy(np.int64))
    silent = {key for key, answer in table.causes.items() if not any(answer.chance.values())}
    ripe = claims.assign(step=step)[(step >= 0) & ~claims["cause"].isin(silent).to_numpy()]
    left = ripe["stay"] * table.collectable(np.maximum(ripe["late_days"].to_numpy(np.int64), 0))
    ways = [way.key for way in table.channels]
    money, value = (ripe[ways].mul(left * ripe[name], axis=0) for name in ("open", "value"))
    by = [ripe["customer_id"], ripe["currency"]]
    reached = ripe.groupby(by)["step"].max()
    worth = ripe["value"] * left
    most = worth.groupby([*by, ripe["cause"]]).sum().reset_index(name="worth").sort_values("worth", kind="stable")
    cause = most.groupby(_KEY)["cause"].last().reindex(reached.index)
    parts = []
    sums = {"money": money.groupby(by).sum(), "value": value.groupby(by).sum()}
    barred = table.barred(country)
    escalates = {key for key, answer in table.causes.items() if answer.escalate}
    grown = np.array([table.steps[place].stage != "warning" for place in reached], dtype=bool)
    last = np.where(cause.isin(escalates).to_numpy() & grown, len(table.steps) - 1, reached).astype(np.int64)
    for way in table.channels:
        if way.key in barred:
            continue
        allowed = np.array([way.key in table.steps[place].channels for place in range(len(table.steps))])
        part = pd.DataFrame({name: frame[way.key] for name, frame in sums.items()})
        part = part.assign(
            channel=way.key, effort=way.effort, step=reached, cause=cause,
            usual=[table.steps[place].usual == way.key for place in reached],
        )  # fmt: skip
        parts.append(part[allowed[reached] | allowed[last]])
    found: pd.DataFrame = pd.concat(parts).reset_index()
    return found


def choose(options: pd.DataFrame, factor: pd.Series, capacity: float) -> pd.DataFrame:
    """Choose one contact a customer at most, the most value for the effort.

    Parameters
    ----------
    options
        Of :func:`contactable`.
    factor
        By customer: urgency times what is left of a contact's effect; 0 leaves the customer alone.
    capacity
        In calls.

    Returns
    -------
    pandas.DataFrame
        A row per customer and currency that a contact may help, the most value per effort first: the option's
        columns, ``score`` (value x factor), ``selected`` (within capacity). A stronger channel replaces a cheaper
        one where the capacity that is left buys nothing better.
    """
    weight = factor.reindex(pd.Index(options["customer_id"])).fillna(1.0).to_numpy(np.float64)
    scored = options.assign(score=options["value"].to_numpy(np.float64) * weight)
    scored = scored[scored["score"] > 0].reset_index(drop=True)
    steps = [step for _, rows in scored.groupby(_KEY, sort=False) for step in _increments(rows)]
    order = sorted(steps, key=lambda step: (-step[0], step[1]))
    taken: dict[tuple[str, str], int] = {}
    first: dict[tuple[str, str], int] = {}
    room = capacity
    owner = list(zip(scored["customer_id"], scored["currency"], strict=True))
    effort = scored["effort"].to_numpy(np.float64)
    for _, row in order:
        who = owner[row]
        first.setdefault(who, row)
        more = effort[row] - (effort[taken[who]] if who in taken else 0.0)
        if more <= room + 1e-9 and (who in taken or first[who] == row):
            room -= more
            taken[who] = row
    rows = [taken.get(who, row) for who, row in first.items()]
    found = scored.iloc[rows].assign(selected=[who in taken for who in first])
    found["rate"] = found["score"] / found["effort"]
    return found.sort_values(
        ["selected", "rate", "customer_id", "currency"], ascending=[False, False, True, True], ignore_index=True
    )


def _increments(rows: pd.DataFrame) -> list[tuple[float, int]]:
    """Return a customer's channels worth taking, cheap to dear, each with the value per effort that it adds."""
    effort: Floats = rows["effort"].to_numpy(np.float64)
    score: Floats = rows["score"].to_numpy(np.float64)
    place = -1
    found: list[tuple[float, int]] = []
    while True:
        more = effort - (effort[place] if place >= 0 else 0.0)
        gain = score - (score[place] if place >= 0 else 0.0)
        rate = np.where((more > 0) & (gain > 0), gain / np.where(more > 0, more, 1.0), -np.inf)
        best = int(rate.argmax())
        if not np.isfinite(rate[best]):
            return found
        found.append((float(rate[best]), int(rows.index[best])))
        place = best
