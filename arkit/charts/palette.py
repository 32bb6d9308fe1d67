"""One meaning, one colour, through every chart and table of the product.

Age runs through one calm ramp, from slate blue (not due) over sand to a deep rust (over 90 days): it darkens
with age, so that it reads in grey print and with every colour blindness. A test holds the colours apart.
"""

from __future__ import annotations

NOT_DUE = "#9DB7CC"
LATE_RAMP = ("#EBC88F", "#D79A55", "#B3632F", "#74291F")
UNAPPLIED = "#7A6A9B"
"""Unapplied credit: drawn below the axis, and hatched, so that it never passes for an age."""

INK = "#1F2D3A"
MUTED = "#5B6874"
GRID = "#E4E8EC"
PAPER = "rgba(0,0,0,0)"

SALES = "#9AA5AF"
CASH = "#2C6E75"
LOSS = LATE_RAMP[-1]
RECOVERED = CASH
TO_COME = "#A9CBCD"
"""Cash from invoices that are not issued yet: the same meaning as cash, paler for being less certain."""
STRONG = "#24506B"
QUIET = "#8A959F"

LEVELS: dict[str, str] = {
    "routine": NOT_DUE,
    "watch": LATE_RAMP[0],
    "warning": LATE_RAMP[2],
    "alarm": LATE_RAMP[3],
}
"""Early-warning levels 预警等级 run through the ramp of age: calm to worst."""
LIMITS: dict[str, str] = {"within_limit": "#C3CAD0", "above_limit": STRONG}
"""What is owed within a credit limit, and above it: no colour of an age, whose charts stand beside."""
TOPICS: dict[str, str] = {
    "paying": STRONG,
    "contact": "#C8813C",
    "papers": UNAPPLIED,
    "exposure": "#5FA3A8",
    "standing": "#B9C1C8",
}
"""What a signal is about."""
RANKINGS: dict[str, str] = {
    "watch_list": STRONG,
    "model": CASH,
    "oldest": LATE_RAMP[1],
    "late_rate": QUIET,
}
"""In which order customers could have been looked at."""
CAUSE_LEVELS: dict[str, str] = {"own": "#3E5F2B", "micro": "#C0678F", "macro": "#7FB2E5", "unknown": "#CBD1D6"}
"""Where a cause lies: our own company, the customer or industry, the economy; not known."""
LESS, EVEN, MORE = "#2F6FA8", "#F7F7F5", "#A6481E"
"""A share below, at, above what the whole leads to expect."""

MEANINGS: dict[str, str] = {
    "not_due": NOT_DUE,
    "unapplied": UNAPPLIED,
    "overdue": LATE_RAMP[2],
    "total": INK,
    "credit_sales": SALES,
    "cash": CASH,
    "write_offs": LOSS,
    "recoveries": RECOVERED,
    "countback": STRONG,
    "simple": QUIET,
    "best_possible": NOT_DUE,
    "booked": CASH,
    "fresh": TO_COME,
    "expected": INK,
    "due_plus_delay": "#B0703A",
    "last_weeks": QUIET,
    "last_year": "#6C5B8C",
    "collected": CASH,
    "planned": INK,
    "target_from_overdue": LATE_RAMP[2],
    "target_from_due": CASH,
    "target_from_early": NOT_DUE,
    "target_from_sales": TO_COME,
}


def bucket_colours(columns: list[str]) -> dict[str, str]:
    """Return the colour of each age column: ``not_due``, any number of overdue buckets, ``unapplied``.

    With other than four overdue buckets the ramp is spread over them, its two ends staying where they are.

    Examples
    --------
    >>> bucket_colours(["not_due", "d1_30", "over_30"])["over_30"] == LATE_RAMP[-1]
    True
    """
    late = [column for column in columns if column not in {"not_due", "unapplied", "total"}]
    colours = {column: _ramp(i / max(len(late) - 1, 1)) for i, column in enumerate(late)}
    return {"not_due": NOT_DUE, **colours, "unapplied": UNAPPLIED}


def _ramp(position: float) -> str:
    """Return the colour at a position (0-1) of the ramp."""
    place = position * (len(LATE_RAMP) - 1)
    low = min(int(place), len(LATE_RAMP) - 2)
    part = place - low
    ends = [[int(LATE_RAMP[k][i : i + 2], 16) for i in (1, 3, 5)] for k in (low, low + 1)]
    mixed = [round(a + (b - a) * part) for a, b in zip(*ends, strict=True)]
    return "#" + "".join(f"{channel:02X}" for channel in mixed)
