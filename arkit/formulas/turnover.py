"""How long the money is out, and how much of what could come in did."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, nan

from arkit.formulas.checks import paired, require_positive

RESIDUE = 1e-9  # of the receivables: binary fractions of a cent that adding up leaves behind


def dso(receivables: float, credit_sales: float, days: float) -> float:
    """Return days sales outstanding 应收账款周转天数: the days of sales that receivables stand for.

    Formula: ``receivables / credit_sales * days``, with the sales and the length in days of one period;
    ``nan`` without sales. Source: Credit Research Foundation, standard measures of receivables.

    >>> dso(15_000, 10_000, 30)
    45.0
    """
    require_positive("days", days)
    return receivables / credit_sales * days if credit_sales > 0 else nan


def countback_dso(receivables: float, sales: Sequence[float], days: Sequence[float]) -> float:
    """Return the count-back DSO 倒推法周转天数: the days back until sales have used up the receivables.

    Parameters
    ----------
    receivables
        Balance at the end of the latest month.
    sales, days
        Credit sales of each month and its length in days, **latest month first**. A month without sales
        passes with all its days; one in which credit notes exceed sales leaves more to cover.

    Returns
    -------
    float
        Days: of every month used up all of them, of the last one ``remaining receivables / its sales * its
        days``. ``nan`` without sales, for a credit balance, and if the months given do not cover the
        receivables.

    Examples
    --------
    The latest month covers 120,000 in all its 31 days, 0.9 of the month before the other 180,000.

    >>> round(countback_dso(300_000, [120_000, 200_000, 260_000], [31, 31, 30]), 6)
    58.9
    """
    months = paired("sales", sales, "days", days)
    for _, length in months:
        require_positive("days", length)
    if not receivables >= 0 or not any(amount > 0 for amount, _ in months):
        return nan
    remaining, passed, residue = float(receivables), 0.0, RESIDUE * receivables
    for amount, length in months:
        if remaining <= residue:
            break
        if amount >= remaining:
            return passed + remaining / amount * length
        remaining -= amount
        passed += length
    return passed if remaining <= residue else nan


def best_possible_dso(current_receivables: float, credit_sales: float, days: float) -> float:
    """Return the DSO there would be if nothing were overdue 最佳周转天数: what the terms alone account for.

    Formula: ``current_receivables / credit_sales * days``, current being not yet due; ``nan`` without
    sales. Source: Credit Research Foundation.

    >>> best_possible_dso(4_000, 10_000, 30)
    12.0
    """
    return dso(current_receivables, credit_sales, days)


def average_days_delinquent(dso: float, best_possible_dso: float) -> float:
    """Return the days of DSO that lateness accounts for 平均逾期天数: ``dso - best_possible_dso``.

    Both of the same period and method. Source: Credit Research Foundation.

    >>> average_days_delinquent(45, 12)
    33
    """
    return dso - best_possible_dso


def collection_effectiveness(
    opening: float, credit_sales: float, closing_total: float, closing_current: float, periods: float = 1
) -> float:
    """Return the collection effectiveness index (CEI) 回款效率指数: what was collected of what could be, 0-1.

    Formula: ``(opening + credit_sales / periods - closing_total) / (opening + credit_sales / periods -
    closing_current)``, the receivables at the start and end of the period, at the end also those not yet
    due. ``periods`` is the number of months that the sales span in the form of the Credit Research
    Foundation, or 1 to take the whole period's sales: the two disagree widely, so say which was used.
    ``nan`` where nothing could be collected.

    >>> round(collection_effectiveness(6_200, 10_890, 6_340, 3_590, periods=3), 3)
    0.559
    """
    require_positive("periods", periods)
    due = opening + credit_sales / periods
    collectable = due - closing_current
    return (due - closing_total) / collectable if collectable > 0 else nan


def receivables_turnover(credit_sales: float, average_receivables: float) -> float:
    """Return how many times receivables turned over in the period 应收账款周转率.

    Formula: ``credit_sales / average_receivables``; ``nan`` without receivables. The period's days divided
    by it are its DSO. Source: any textbook of financial statement analysis.

    >>> round(receivables_turnover(6_205_000, 335_000), 2)
    18.52
    """
    return credit_sales / average_receivables if average_receivables > 0 else nan


def weighted_average_days(days: Sequence[float], amounts: Sequence[float]) -> float:
    """Return the mean of days weighted by amounts 加权平均天数: ``sum(days * amounts) / sum(amounts)``.

    Days to pay, days late (negative: early) or days of age. An amount and its reversal cancel; ``nan``
    where the amounts do not add up to more than 0. Source: the arithmetic mean with weights.

    >>> weighted_average_days([15, 30, 45], [1_000, 3_000, 2_000])
    32.5
    """
    both = paired("days", days, "amounts", amounts)
    total = fsum(amount for _, amount in both)
    return fsum(day * amount for day, amount in both) / total if total > 0 else nan
