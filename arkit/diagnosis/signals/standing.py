"""The signals as they stand at one date: what fires on whom, the score, the level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from arkit.diagnosis.coded import Ints
from arkit.diagnosis.past import Past
from arkit.diagnosis.signals.look import Look, Measured
from arkit.diagnosis.signals.rules import REGISTRY, Table, table
from arkit.frames import records
from arkit.messages import Message

_LONG = ["customer_id", "signal", "value", "severe", "points", "evidence"]
_SHARES = [
    "signal", "topic", "name", "definition", "points", "severe_points", "customers", "severe", "of", "share", "reason",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Standing:
    """The signals as they stood at one date.

    Parameters
    ----------
    look
        What was looked at.
    rules
        Thresholds, points and levels.
    measured
        By signal what it measured, or why it could not be computed.
    """

    look: Look
    rules: Table
    measured: dict[str, Measured | Message]

    @cached_property
    def points(self) -> dict[str, Ints]:
        """By signal that could be computed the points of each customer."""
        found = {}
        for key, one in self.measured.items():
            if isinstance(one, Measured):
                rule = self.rules.rules[key]
                found[key] = np.where(one.severe, rule.severe_points, rule.points) * one.fires
        return found

    @cached_property
    def scores(self) -> pd.DataFrame:
        """A row per customer: ``customer_id, score, level`` (place of the level, 0 is calm)."""
        active = self.look.active
        score = sum(self.points.values(), np.zeros(len(active), dtype=np.int64))
        reached = np.zeros(len(active), dtype=np.int64)
        for place, level in enumerate(self.rules.levels):
            lifted = score >= level.from_points
            for key in level.at_once:
                one = self.measured[key]
                lifted = lifted | one.fires if isinstance(one, Measured) else lifted
            reached[lifted] = place
        names = pd.Series(self.look.customers[active], dtype="str")
        return pd.DataFrame({"customer_id": names, "score": score[active], "level": reached[active]})

    @cached_property
    def signals(self) -> pd.DataFrame:
        """A row per customer and signal that fires: ``customer_id, signal, value, severe, points, evidence``."""
        parts = []
        for place, (key, points) in enumerate(self.points.items()):
            one = self.measured[key]
            if isinstance(one, Measured):
                who = np.flatnonzero(one.fires)
                part = {"who": who, "value": one.value[who], "severe": one.severe[who], "points": points[who]}
                evidence = pd.Series([one.say(customer) for customer in who.tolist()], dtype="object")
                parts.append(pd.DataFrame({**part, "evidence": evidence, "signal": key, "place": place}))
        if not parts:
            return pd.DataFrame(columns=_LONG)
        long = pd.concat(parts, ignore_index=True)
        long = long.sort_values(["who", "points", "place"], ascending=[True, False, True], ignore_index=True)
        long["customer_id"] = pd.Series(self.look.customers[long["who"]], dtype="str")
        return long[_LONG].astype({"signal": "str"})

    @cached_property
    def shares(self) -> pd.DataFrame:
        """A row per signal: on how many customers it fires.

        ``signal, topic, name, definition, points, severe_points, customers`` (on whom it fires), ``severe, of`` (all
        customers looked at), ``share`` (0-1; NaN where it could not be computed), ``reason``.
        """
        rows, whole = [], int(self.look.active.sum())
        for key, rule in self.rules.rules.items():
            one = self.measured[key]
            row = {
                "signal": key, "topic": rule.topic, "name": rule.words, "definition": rule.definition,
                "points": rule.points, "severe_points": rule.severe_points, "of": whole, "reason": None,
            }  # fmt: skip
            counted = {"customers": 0, "severe": 0, "share": np.nan}
            if isinstance(one, Message):
                row["reason"] = one
            else:
                fired = int(one.fires.sum())
                counted = {
                    "customers": fired,
                    "severe": int(one.severe.sum()),
                    "share": fired / whole if whole else np.nan,
                }
            rows.append({**row, **counted})
        return records(rows, words=("name", "definition", "reason"))[_SHARES]


def standing(past: Past, rules: Table | None = None) -> Standing:
    """Measure all signals of a past; with the product's own rules once for each past."""
    look = Look.at(past)
    return past.once("standing", lambda: _measured(look, table())) if rules is None else _measured(look, rules)


def _measured(look: Look, rules: Table) -> Standing:
    found: dict[str, Measured | Message] = {}
    for key, rule in rules.rules.items():
        reason = look.missing(REGISTRY[key].needs)
        found[key] = rule.measure(key, look) if reason is None else reason
    return Standing(look, rules, found)
