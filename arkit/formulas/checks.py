"""What an argument of a formula must be; anything else raises ``ValueError``."""

from __future__ import annotations

from collections.abc import Sequence


def paired(name1: str, values1: Sequence[float], name2: str, values2: Sequence[float]) -> list[tuple[float, float]]:
    """Return two lists as pairs of floats; they must be of the same length."""
    require_same_length(name1, values1, name2, values2)
    return [(float(a), float(b)) for a, b in zip(values1, values2, strict=True)]


def require_same_length(name1: str, values1: Sequence[object], name2: str, values2: Sequence[object]) -> None:
    """Refuse two lists of different lengths."""
    if len(values1) != len(values2):
        msg = f"{name1} and {name2} must be of the same length, got {len(values1)} and {len(values2)}"
        raise ValueError(msg)


def require_positive(name: str, value: float) -> None:
    """Refuse 0 and less."""
    if value <= 0:
        msg = f"{name} must be more than 0, got {value}"
        raise ValueError(msg)


def require_not_negative(name: str, value: float) -> None:
    """Refuse less than 0."""
    if value < 0:
        msg = f"{name} must not be negative, got {value}"
        raise ValueError(msg)


def require_share(name: str, value: float) -> None:
    """Refuse what is outside 0 to 1."""
    if value < 0 or value > 1:
        msg = f"{name} must be shares from 0 to 1, got {value}"
        raise ValueError(msg)
