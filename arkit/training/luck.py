"""Chance by counter: a number for an address, so that the same seed and decision always meet the same luck."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def uniform(seed: int, *address: str | int) -> float:
    """Return a number in [0, 1) that depends on the seed and the address alone, on every machine.

    Numbers at different addresses are independent for all purposes here: what is drawn at one decision never shifts
    the luck of another, which is what makes two lines of play comparable under common random numbers.

    Examples
    --------
    >>> uniform(7, "reason") == uniform(7, "reason"), uniform(7, "reason") == uniform(8, "reason")
    (True, False)
    """
    text = "\x1f".join(map(str, (seed, *address)))
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53


def pick(chances: Iterable[float], number: float) -> int:
    """Return the place that a number in [0, 1) falls on; a place with chance 0 is never met.

    Examples
    --------
    >>> pick([0.25, 0.0, 0.75], 0.25)
    2
    """
    total, last = 0.0, 0
    for place, share in enumerate(chances):
        if share <= 0:
            continue
        total, last = total + share, place
        if number < total:
            return place
    return last
