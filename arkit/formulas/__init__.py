"""The formulas of receivables analysis on plain numbers, each standing once.

Amounts are in any one unit of money, the same throughout; days are calendar days; rates and shares run from 0
to 1. What is not defined (no sales, nothing due) is ``nan``, never 0, and ``nan`` in gives ``nan`` out. What
is impossible (negative days, lists of different lengths) raises ``ValueError``.
"""

from arkit.formulas.bridges import Bridge, dso_sales_bridge, rate_mix_bridge
from arkit.formulas.concentration import herfindahl
from arkit.formulas.cost import carrying_cost, discount_yield, late_interest
from arkit.formulas.limits import limit_by_capacity, limit_by_record
from arkit.formulas.losses import Allowance, allowance, bad_debt_rate, loss_rates, roll_to_loss
from arkit.formulas.migration import age_to_age, net_roll_rate, roll_forward, to_end
from arkit.formulas.turnover import (
    average_days_delinquent,
    best_possible_dso,
    collection_effectiveness,
    countback_dso,
    dso,
    receivables_turnover,
    weighted_average_days,
)

__all__ = [
    "Allowance",
    "Bridge",
    "age_to_age",
    "allowance",
    "average_days_delinquent",
    "bad_debt_rate",
    "best_possible_dso",
    "carrying_cost",
    "collection_effectiveness",
    "countback_dso",
    "discount_yield",
    "dso",
    "dso_sales_bridge",
    "herfindahl",
    "late_interest",
    "limit_by_capacity",
    "limit_by_record",
    "loss_rates",
    "net_roll_rate",
    "rate_mix_bridge",
    "receivables_turnover",
    "roll_forward",
    "roll_to_loss",
    "to_end",
    "weighted_average_days",
]
