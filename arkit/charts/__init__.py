"""Plotly figures of the measures: each takes a frame and returns what it drew.

A title says the finding, axes carry units, one meaning has one colour (:mod:`arkit.charts.palette`), and
nothing is shown or configured globally. Ledger text is escaped before Plotly sees it.
"""

from arkit.charts.allowance import allowance, allowance_history, predicted_and_lost
from arkit.charts.bridge import dso_bridge
from arkit.charts.causes import by_cause, causes_by_group
from arkit.charts.debtors import concentration, groups, over_limit
from arkit.charts.money import bad_debt, flows
from arkit.charts.position import aging, aging_history, overdue_trend
from arkit.charts.rolling import roll_history, roll_rates, vintage_map, vintages
from arkit.charts.speed import dso, payment
from arkit.charts.types import by_type, type_moves

__all__ = [
    "aging",
    "aging_history",
    "allowance",
    "allowance_history",
    "bad_debt",
    "by_cause",
    "by_type",
    "causes_by_group",
    "concentration",
    "dso",
    "dso_bridge",
    "flows",
    "groups",
    "over_limit",
    "overdue_trend",
    "payment",
    "predicted_and_lost",
    "roll_history",
    "roll_rates",
    "type_moves",
    "vintage_map",
    "vintages",
]
