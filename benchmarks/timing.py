"""Medians of calls that take turns, and the table that they end in."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One comparison: median seconds of ours and of what it is held against, and the ratio that is promised."""

    what: str
    ours: float
    theirs: float
    limit: float | None = None

    @property
    def ratio(self) -> float:
        """Ours in units of theirs."""
        return self.ours / self.theirs

    @property
    def kept(self) -> bool:
        """Tell whether the promise is kept; without one there is nothing to break."""
        return self.limit is None or self.ratio <= self.limit


def medians(calls: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, float]:
    """Time calls in turns, so that a busy minute of the machine meets all of them; return median wall seconds."""
    return gauge({name: _wall(call) for name, call in calls.items()}, rounds=rounds)


def gauge(calls: Mapping[str, Callable[[], float]], *, rounds: int) -> dict[str, float]:
    """Take the median of measurements that take turns."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            taken[name].append(call())
    return {name: statistics.median(values) for name, values in taken.items()}


def _wall(call: Callable[[], object]) -> Callable[[], float]:
    def timed() -> float:
        gc.collect()
        began = time.perf_counter()
        call()
        return time.perf_counter() - began

    return timed


def table(rows: list[Row]) -> str:
    """Write the rows as a Markdown table."""
    lines = ["| what | seconds | against | ratio | promised | |", "|---|--:|--:|--:|--:|---|"]
    for row in rows:
        promised = "" if row.limit is None else f"≤ {row.limit:g}"
        verdict = "" if row.limit is None else "kept" if row.kept else "BROKEN"
        lines.append(f"| {row.what} | {row.ours:.3f} | {row.theirs:.3f} | {row.ratio:.2f} | {promised} | {verdict} |")
    return "\n".join(lines)
