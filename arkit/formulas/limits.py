"""Credit limits 信用额度: what a customer needs at his pace of buying, and what he has shown that he can pay."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan

from arkit.formulas.checks import paired, require_not_negative, require_share


def limit_by_record(monthly_purchases: float, credit_days: float, behaviour: float) -> float:
    """Return a limit by payment record: ``monthly_purchases * credit_days / 30 * behaviour``.

    Monthly purchases with tax, in any unit of money; credit days are the terms granted and the delay that is tolerated;
    behaviour (0-1) says how far what fell due was paid within them. Source: the sales method of Chinese credit manuals
    销售量法 (monthly sales x credit period x risk factor), the factor taken from the customer's own payments.

    >>> limit_by_record(100_000, 45, 0.8)
    120000.0
    """
    if isnan(monthly_purchases) or isnan(credit_days) or isnan(behaviour):
        return nan
    require_not_negative("monthly_purchases", monthly_purchases)
    require_not_negative("credit_days", credit_days)
    require_share("behaviour", behaviour)
    return monthly_purchases * credit_days / 30 * behaviour


def limit_by_capacity(balances: Sequence[float], paid: Sequence[float]) -> float:
    """Return a limit by capacity to pay 偿付能力法: the largest part of a balance that was paid within 30 days.

    ``balances`` at a row of days, ``paid`` of each in the 30 days after it, in one unit of money. ``nan`` where nothing
    was ever owed. Source: high credit, the most that a customer has owed and paid, a yardstick of credit managers; held
    to what was paid within a month, whatever the terms.

    >>> limit_by_capacity([80_000, 120_000, 60_000], [70_000, 50_000, 60_000])
    70000.0
    """
    both = paired("balances", balances, "paid", paid)
    for balance, part in both:
        require_not_negative("balances", balance)
        require_not_negative("paid", part)
    if not any(balance > 0 for balance, _ in both):
        return nan
    return max(min(balance, part) for balance, part in both)
