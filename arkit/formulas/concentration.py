"""How much hangs on few customers."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, nan

from arkit.formulas.checks import require_not_negative


def herfindahl(shares: Sequence[float]) -> float:
    """Return the Herfindahl-Hirschman index of concentration 赫芬达尔指数: near 0 (many) to 10,000 (one).

    Formula: the sum of squared shares in per cent. ``shares`` are those of **all** customers, not
    negative, and may be per cent, fractions or the amounts themselves: they are taken as shares of their
    own sum. ``nan`` where that is 0. Source: US Department of Justice and Federal Trade Commission, Merger
    Guidelines.

    >>> herfindahl([30, 30, 20, 20])
    2600.0
    """
    for share in shares:
        require_not_negative("shares", share)
    total = fsum(shares)
    return fsum((100 * share / total) ** 2 for share in shares) if total > 0 else nan
