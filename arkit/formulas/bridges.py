"""Why a figure changed: bridges whose terms add up to the change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, nan

from arkit.formulas.checks import paired, require_not_negative, require_same_length
from arkit.formulas.turnover import dso


@dataclass(frozen=True)
class Bridge:
    """A change explained: ``start`` plus all ``terms`` is ``end``; ``parts`` are the terms by group."""

    start: float
    end: float
    parts: dict[str, tuple[float, ...]]

    @property
    def change(self) -> float:
        """What there is to explain: ``end - start``."""
        return self.end - self.start

    @property
    def terms(self) -> dict[str, float]:
        """The sum of the parts of each term; ``nan`` where there are none."""
        return {name: fsum(parts) if parts else nan for name, parts in self.parts.items()}


def rate_mix_bridge(
    rates0: Sequence[float], weights0: Sequence[float], rates1: Sequence[float], weights1: Sequence[float]
) -> Bridge:
    """Explain the change of a weighted mean by the rates of its groups and by their mix 比率与结构分解.

    Parameters
    ----------
    rates0, rates1
        A figure of each group (days, share late, loss rate) before and after, groups in the same order.
    weights0, weights1
        Its weight, such as sales: not negative, in any unit, taken as shares ``w`` of their sum. A group
        without weight on one side has no rate there and is given that of the other side: coming and going
        is mix.

    Returns
    -------
    Bridge
        Terms ``rate``: ``w0 (r1 - r0)``, what the groups' own rates did; ``mix``: ``(w1 - w0) (r0 -
        start)``, weight won by groups above the old mean; ``interaction``: ``(w1 - w0) (r1 - r0)``, weight
        won by groups whose rate rose. ``nan`` where a side has no weight at all.

    References
    ----------
    E. M. Kitagawa, Components of a Difference Between Two Rates, J. Am. Stat. Assoc. 50 (1955), 1168-1194.

    Examples
    --------
    Dealers pay in 60 days and shops in 30, as before, but dealers now buy half instead of a quarter.

    >>> rate_mix_bridge([60, 30], [25, 75], [60, 30], [50, 50]).terms
    {'rate': 0.0, 'mix': 7.5, 'interaction': 0.0}
    """
    before = paired("rates0", rates0, "weights0", weights0)
    after = paired("rates1", rates1, "weights1", weights1)
    require_same_length("rates0", before, "rates1", after)
    for _, weight in before + after:
        require_not_negative("weights", weight)
    total0, total1 = fsum(weight for _, weight in before), fsum(weight for _, weight in after)
    if not (total0 > 0 and total1 > 0):
        return Bridge(nan, nan, dict.fromkeys(("rate", "mix", "interaction"), (nan,) * len(before)))
    r0 = [old if w0 else new if w1 else 0.0 for (old, w0), (new, w1) in zip(before, after, strict=True)]
    r1 = [new if w1 else old for (new, w1), old in zip(after, r0, strict=True)]
    groups = [(r, w / total0, q, v / total1) for r, (_, w), q, (_, v) in zip(r0, before, r1, after, strict=True)]
    start, end = fsum(r0 * w0 for r0, w0, _, _ in groups), fsum(r1 * w1 for _, _, r1, w1 in groups)
    return Bridge(
        start,
        end,
        {
            "rate": tuple(w0 * (r1 - r0) for r0, w0, r1, w1 in groups),
            "mix": tuple((w1 - w0) * (r0 - start) for r0, w0, r1, w1 in groups),
            "interaction": tuple((w1 - w0) * (r1 - r0) for r0, w0, r1, w1 in groups),
        },
    )


def dso_sales_bridge(
    sales0: Sequence[float], open0: Sequence[float], days0: float,
    sales1: Sequence[float], open1: Sequence[float], days1: float,
    *, older0: float = 0.0, older1: float = 0.0,
) -> Bridge:  # fmt: skip
    """Explain the change of the simple DSO by the pattern of sales and by collection 销售与回款分解.

    Parameters
    ----------
    sales0, sales1
        Credit sales of each month of the period before and after, in the same order, such as latest first.
    open0, open1
        What of each month's sales is still open at the period's end; none where the month has no sales.
    days0, days1
        Length of the two periods in days.
    older0, older1
        Receivables from before the first month of the period.

    Returns
    -------
    Bridge
        Terms ``calendar``: a longer or shorter period; ``sales``: sales moved between recent months,
        mostly open still, and earlier ones (no merit or fault of collection); ``collection``: another
        share of the sales of a month of that age is open; ``older``: more or less is left from before. By
        month of sale where it applies. ``nan`` where a side has no sales.

    Notes
    -----
    With the months' shares of sales ``w``, their open shares ``u`` and the mean of these ``U = sum(w u)``:
    calendar ``(days1 - days0) start / days0``; sales ``days1 (w1 - w0) (u0 - U0)``; collection
    ``days1 w1 (u1 - u0)``; older ``days1 (older1 / sum(sales1) - older0 / sum(sales0))``.

    References
    ----------
    W. G. Lewellen and R. W. Johnson, Better Way to Monitor Accounts Receivable,
    Harvard Business Review, May 1972; G. W. Gallinger and A. J. Ifflander, Monitoring Accounts Receivable
    Using Variance Analysis, Financial Management 15 (1986), 69-76.

    Examples
    --------
    Nobody pays more slowly: in both quarters 90 %, 60 % and 20 % of the months' sales are open. But the
    second quarter sold most in its last month.

    >>> bridge = dso_sales_bridge([100, 100, 100], [90, 60, 20], 90, [160, 80, 60], [144, 48, 12], 90)
    >>> {name: round(days, 6) for name, days in bridge.terms.items()}
    {'calendar': 0.0, 'sales': 10.2, 'collection': 0.0, 'older': 0.0}
    """
    before, after = paired("sales0", sales0, "open0", open0), paired("sales1", sales1, "open1", open1)
    for sold, left in before + after:
        require_not_negative("sales", sold)
        if left and not sold:
            msg = f"a month without sales can have nothing open, got {left}: count it as older"
            raise ValueError(msg)
    total0, total1 = (fsum(sold for sold, _ in side) or nan for side in (before, after))
    start = dso(fsum(left for _, left in before) + older0, total0, days0)
    end = dso(fsum(left for _, left in after) + older1, total1, days1)
    shares = rate_mix_bridge(
        [left / sold if sold else 0.0 for sold, left in before], [sold for sold, _ in before],
        [left / sold if sold else 0.0 for sold, left in after], [sold for sold, _ in after],
    ).parts  # fmt: skip
    own = zip(shares["rate"], shares["interaction"], strict=True)
    return Bridge(
        start,
        end,
        {
            "calendar": ((days1 - days0) * start / days0,),
            "sales": tuple(days1 * mix for mix in shares["mix"]),
            "collection": tuple(days1 * (rate + both) for rate, both in own),
            "older": (days1 * (older1 / total1 - older0 / total0),),
        },
    )
