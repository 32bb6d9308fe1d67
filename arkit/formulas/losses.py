"""What is lost: bad debts, the loss allowance, and the rates it is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, nan

from arkit.formulas.checks import paired, require_not_negative, require_share


def bad_debt_rate(write_offs: float, recoveries: float, base: float) -> float:
    """Return the share that was lost 坏账率, net of what came back: ``(write_offs - recoveries) / base``.

    The base is the credit sales of the same period or the average receivables: say which. Below 0 where
    more came back than was written off; ``nan`` without a base. Source: net charge-off rate, OCC
    Comptroller's Handbook.

    >>> bad_debt_rate(12_000, 2_000, 1_000_000)
    0.01
    """
    return (write_offs - recoveries) / base if base > 0 else nan


@dataclass(frozen=True)
class Allowance:
    """A loss allowance: the parts in the order of the balances, and their total, in the balances' unit."""

    total: float
    parts: tuple[float, ...]


def allowance(balances: Sequence[float], rates: Sequence[float]) -> Allowance:
    """Return the loss allowance of a provision matrix 坏账准备 (账龄分析法): each balance times its rate.

    Balances by age (not negative: a credit balance bears no loss), expected loss rates 0-1. Nothing is
    rounded. Source: IFRS 9 B5.5.35 and Illustrative Example 12; ASC 326-20-55 Example 5; CAS 22.

    >>> allowance([320_000, 110_000, 24_000], [0.01, 0.03, 0.1])
    Allowance(total=8900.0, parts=(3200.0, 3300.0, 2400.0))
    """
    both = paired("balances", balances, "rates", rates)
    for balance, rate in both:
        require_not_negative("balances", balance)
        require_share("rates", rate)
    parts = tuple(balance * rate for balance, rate in both)
    return Allowance(fsum(parts), parts)


def loss_rates(outstanding: Sequence[float], lost: float) -> list[float]:
    """Return the loss rate 历史损失率 of each stage of age, 0-1: lost in the end over open at that stage.

    ``outstanding`` follows one year's sales through the stages of age, first to last. ``nan`` for a stage
    that nothing reached. Source: historical rates of the provision matrix, IFRS 9 B5.5.35 and B5.5.52.

    >>> loss_rates([100_000, 50_000, 8_000, 2_000], 2_000)
    [0.02, 0.04, 0.25, 1.0]
    """
    require_not_negative("lost", lost)
    for balance in outstanding:
        if balance < lost:
            msg = f"lost can not exceed what was outstanding, got {lost} lost of {balance}"
            raise ValueError(msg)
    return [float(lost / balance) if balance > 0 else nan for balance in outstanding]


def roll_to_loss(roll_rates: Sequence[float], direct: Sequence[float] = ()) -> list[float]:
    """Return the share of each bucket that rolls to loss 迁徙损失率: the product of its rate and all later ones.

    ``roll_rates`` give the share (0-1) of each bucket that rolls into the next, earliest bucket first, the
    last into loss 迁徙率. ``direct`` gives the share of each that is written off without rolling further (none
    where left out), which adds to its loss and to that of all before it. Source: roll-rate analysis, OCC
    Comptroller's Handbook (retail lending, loss forecasting tools); 迁徙率模型 in practice under CAS 22.

    >>> [round(rate, 6) for rate in roll_to_loss([0.22, 0.35, 0.48, 0.6])]
    [0.022176, 0.1008, 0.288, 0.6]
    >>> roll_to_loss([0.5, 0.5], [0.25, 0.0])
    [0.5, 0.5]
    """
    beside = direct or [0.0] * len(roll_rates)
    both = paired("roll_rates", roll_rates, "direct", beside)
    found: list[float] = []
    for rate, lost in reversed(both):
        require_share("roll_rates", rate)
        require_share("direct", lost)
        if rate + lost > 1 + 1e-9:
            msg = f"what rolls on and what is lost can not exceed the bucket, got {rate} and {lost}"
            raise ValueError(msg)
        found.append(lost + rate * (found[-1] if found else 1.0))
    return found[::-1]
