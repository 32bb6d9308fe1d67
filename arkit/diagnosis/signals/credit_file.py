"""Signals in the credit file: no limit, a poor or falling rating, trouble elsewhere in the group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from arkit.diagnosis.coded import Floats, Texts
from arkit.diagnosis.signals.look import Look, Measured
from arkit.diagnosis.signals.rules import signal
from arkit.messages import Message

SCALE = ("AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C", "D")
"""Letters from best to worst; A, B, C, D alone are in order too. Other ratings are ordered by the alphabet."""


def rank(ratings: Texts) -> Floats:
    """Return ratings as numbers, larger is worse; a plus is a third of a step better, a minus worse; NaN: none."""
    said = {rating: str(rating).strip().upper() for rating in set(ratings.tolist()) - {None}}
    bare = {text: text.rstrip("+-") for text in said.values()}
    place: dict[str, float] = {text: float(number) for number, text in enumerate(sorted(bare), 1)}
    if set(bare.values()) <= set(SCALE):
        part = {"+": -1 / 3, "-": 1 / 3}
        place = {text: SCALE.index(grade) + part.get(text[-1:], 0.0) for text, grade in bare.items()}
    return np.array([np.nan if rating is None else place[said[rating]] for rating in ratings.tolist()])


@signal("customers:credit_limit")
def no_limit(look: Look, *, share: float, severe_share: float) -> Measured:
    """Measure how many customers have a credit limit, where this one has none: a gap tells only in a kept file."""
    missing = np.isnan(look.limit)
    filled = float((~missing).mean()) if len(missing) else 0.0

    def say(who: int) -> Message:
        return Message(
            "no credit limit is on file ({filled:.0%} of customers have one); owes {balance:,.0f} {currency}",
            filled=filled, balance=look.balance[who], currency=look.currency[who],
        )  # fmt: skip

    return look.measured(missing * filled, share, severe_share, say, look.balance > 0)


@signal("customers:rating")
def poor_rating(look: Look, *, better: float, severe_better: float) -> Measured:
    """Measure the share of the rated customers who are rated better."""
    grade = rank(look.rating)
    rated = np.sort(grade[~np.isnan(grade)])
    share = np.where(np.isnan(grade), np.nan, np.searchsorted(rated, grade) / max(len(rated) - 1, 1))

    def say(who: int) -> Message:
        return Message(
            "is rated {rating}; {share:.0%} of the other rated customers are rated better",
            rating=look.rating[who], share=share[who],
        )  # fmt: skip

    return look.measured(share, better, severe_better, say)


@signal("customers:previous_rating", "customers:rated_on")
def rating_fell(look: Look, *, window_days: float, steps: float, severe_steps: float) -> Measured:
    """Measure the steps by which the rating fell, where the file dates it."""
    rated, previous = look.rated, look.file("previous_rating")
    now, then = np.split(rank(np.concatenate([look.rating, previous])), 2)

    def say(who: int) -> Message:
        return Message(
            "the rating fell from {then} to {now} on {date:%Y-%m-%d}",
            then=previous[who], now=look.rating[who], date=look.date(rated[who]),
        )  # fmt: skip

    return look.measured(now - then, steps, severe_steps, say, (rated >= 0) & (rated < window_days))


@signal("customers:group")
def group_in_default(
    look: Look,
    *,
    overdue_days: float,
    share: float,
    window_days: float,
    lost_share: float,
    members: float,
    severe_members: float,
) -> Measured:
    """Measure the number of other members of the group who were written off or stopped, or owe mostly old money."""
    items, moves, sales, log = look.overdue_items, look.moves, look.sales, look.log
    old = look.money(items.where(items["late_days"] > overdue_days))
    lost = look.money(moves.where(moves.isin("event", "write_off") & (moves["age"] < window_days)), "minor")
    sold = look.money(sales.where(sales["age"] < window_days), "minor")
    stopped = look.count(log.where(log.isin("kind", "hold", "legal") & (log["age"] < window_days)))
    bad = ((old > 0) & (old >= share * look.claims)) | ((lost > 0) & (lost >= lost_share * sold)) | (stopped > 0)
    names = look.file("group")
    group = pd.factorize(names)[0]
    total = np.bincount(group + 1, bad)
    total = total[group + 1] - bad

    def say(who: int) -> Message:
        same = bad & (group == group[who]) & (np.arange(len(bad)) != who)
        return Message(
            "other members of {group} that do not pay or were written off: {n} ({names})",
            n=same.sum(), group=names[who], names=", ".join(look.customers[same][:3]),
        )  # fmt: skip

    return look.measured(total, members, severe_members, say, group >= 0)
