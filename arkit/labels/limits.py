"""What columns and keys of limitation and of credit limits are called."""

from __future__ import annotations

from arkit.messages import Message

LIMITS: dict[str, str] = {
    "restarted": Message("Restarted last by"),
    "runs_from": Message("Runs from"),
    "lapses_on": Message("Lapses on"),
    "days_left": Message("Days left"),
    "to_obtain": Message("What to obtain"),
    "limitation": Message("Limitation"),
    "limitation.running": Message("running"),
    "limitation.lapses_soon": Message("lapses soon"),
    "limitation.lapsed": Message("has lapsed"),
    "limitation.undated": Message("no day known"),
    "restart.payment": Message("part payment"),
    "restart.demand": Message("demand received"),
    "restart.acknowledgement": Message("written acknowledgement"),
    "restart.promise": Message("written promise"),
    "restart.suit": Message("suit or arbitration"),
    "owed": Message("Owed"),
    "within_limit": Message("Within the limit"),
    "above_limit": Message("Above the limit"),
    "headroom": Message("Headroom"),
    "limit_used": Message("Limit used"),
    "days_over_limit": Message("Days above it"),
    "limit_by_record": Message("Limit by payment record"),
    "limit_by_capacity": Message("Limit by capacity to pay"),
    "terms_granted": Message("Terms granted, days"),
    "terms_taken": Message("Terms taken, days"),
    "carrying_cost": Message("Cost of lateness"),
}
"""Until when claims can be sued for, and what customers may owe."""
