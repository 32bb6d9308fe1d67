"""What time costs: financing receivables, interest on late ones, the discount for early payment."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from arkit.formulas.checks import require_not_negative, require_positive


def carrying_cost(amount: float, annual_rate: float, days: float, *, basis: float = 365) -> float:
    """Return what it costs to finance an amount for some days 资金占用成本, in its own unit.

    Formula: ``amount * annual_rate * days / basis``, the basis being 365 or 360 days a year. Simple
    interest at the cost of capital. The "opportunity cost of receivables" 机会成本 of Chinese textbooks is
    this for the receivables at variable cost (balance x variable cost ratio), over a year of 360 days.

    >>> carrying_cost(365_000, 0.06, 10)
    600.0
    """
    require_not_negative("days", days)
    require_positive("basis", basis)
    return amount * annual_rate * days / basis


def late_interest(
    amount: float, annual_rate: float, days: float, *, basis: float = 365, daily_rounding: int | None = None
) -> float:
    """Return simple interest on a late amount 逾期利息, in the amount's unit.

    Formula: ``amount * annual_rate / basis * days``. With ``daily_rounding`` the interest of one day is
    first rounded, half up, to that many decimals, as some statutes' calculators do. Worked in decimals, so
    that a half is a half. Source: UK Late Payment of Commercial Debts (Interest) Act 1998; Directive
    2011/7/EU.

    >>> late_interest(1_000, 0.085, 50, daily_rounding=2)
    11.5
    """
    require_not_negative("days", days)
    require_positive("basis", basis)
    yearly = Decimal(str(amount)) * Decimal(str(annual_rate))
    length, year = Decimal(str(days)), Decimal(str(basis))
    if daily_rounding is None:
        return float(yearly * length / year)
    return float((yearly / year).quantize(Decimal(1).scaleb(-daily_rounding), ROUND_HALF_UP) * length)


def discount_yield(rate: float, discount_days: float, net_days: float, *, basis: float = 365) -> float:
    """Return the annual rate that a customer earns by taking an early-payment discount 现金折扣的年化收益率.

    Formula: ``rate / (1 - rate) * basis / (net_days - discount_days)``, simple, not compounded: 0.02, 10
    and 45 for "2/10 net 45". The same is the cost of not taking it. Source: any textbook of financial
    management, trade credit.

    >>> round(discount_yield(0.02, 10, 45), 3)
    0.213
    """
    require_not_negative("discount_days", discount_days)
    require_positive("basis", basis)
    if net_days <= discount_days:
        msg = f"net_days must be more than discount_days, got {net_days} and {discount_days}"
        raise ValueError(msg)
    if not 0 <= rate < 1:
        msg = f"rate must be at least 0 and below 1, got {rate}"
        raise ValueError(msg)
    return rate / (1 - rate) * basis / (net_days - discount_days)
