"""Signals in the credit file: no limit, a poor or falling rating, trouble elsewhere in the group."""

from __future__ import annotations

import pandas as pd

from arkit.diagnosis.signals.look import Look, Measured
from arkit.diagnosis.signals.rules import signal
from arkit.messages import Message

SCALE = ("AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C", "D")
"""Letters from best to worst; A, B, C, D alone are in order too. Other ratings are ordered by the alphabet."""


def rank(ratings: pd.Series) -> pd.Series:
    """Return ratings as numbers, larger is worse; a plus is a third of a step better, a minus worse; NaN: none."""
    text = ratings.astype("str").str.strip().str.upper().where(ratings.notna())
    bare = text.str.rstrip("+-")
    if bare.dropna().isin(SCALE).all():
        place = bare.map({grade: float(number) for number, grade in enumerate(SCALE)})
        return place - text.str.endswith("+").fillna(False) / 3 + text.str.endswith("-").fillna(False) / 3
    return text.rank(method="dense").astype("float64")


@signal("customers:credit_limit")
def no_limit(look: Look, *, share: float, severe_share: float) -> Measured:
    """Measure how many customers have a credit limit, where this one has none: a gap tells only in a kept file."""
    missing = look.file["credit_limit"].isna()
    filled = float((~missing).mean()) if len(missing) else 0.0

    def say(who: str) -> Message:
        return Message(
            "no credit limit is on file ({filled:.0%} of customers have one); owes {balance:,.0f} {currency}",
            filled=filled, balance=look.balance[who], currency=look.currency[who],
        )  # fmt: skip

    return look.measured(missing * filled, share, severe_share, say, look.balance > 0)


@signal("customers:rating")
def poor_rating(look: Look, *, better: float, severe_better: float) -> Measured:
    """Measure the share of the rated customers who are rated better."""
    grade = rank(look.file["rating"])
    rated = grade.dropna()
    share = (rated.rank(method="min") - 1) / max(len(rated) - 1, 1)

    def say(who: str) -> Message:
        return Message(
            "is rated {rating}; {share:.0%} of the other rated customers are rated better",
            rating=look.file.loc[who, "rating"], share=share[who],
        )  # fmt: skip

    return look.measured(share, better, severe_better, say)


@signal("customers:previous_rating", "customers:rated_on")
def rating_fell(look: Look, *, window_days: float, steps: float, severe_steps: float) -> Measured:
    """Measure the steps by which the rating fell, where the file dates it."""
    file = look.file
    both = rank(pd.concat([file["rating"], file["previous_rating"]], keys=["now", "then"]))
    rated_on = pd.to_datetime(file["rated_on"])
    fell = (both.loc["now"] - both.loc["then"]).where((rated_on <= look.today) & (rated_on > look.ago(window_days)))

    def say(who: str) -> Message:
        return Message(
            "the rating fell from {then} to {now} on {date:%Y-%m-%d}",
            then=file.loc[who, "previous_rating"], now=file.loc[who, "rating"], date=rated_on[who],
        )  # fmt: skip

    return look.measured(fell, steps, severe_steps, say)


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
    old = look.money(look.overdue_items[look.overdue_items["late_days"] > overdue_days])
    bad = (old > 0) & (old >= share * look.claims)
    moves, log = look.moves, look.log
    gone = moves[(moves["event"] == "write_off") & (moves["effective"] > look.ago(window_days))]
    lost = look.money(gone, "minor")
    sold = look.money(look.sales[look.sales["date"] > look.ago(window_days)], "minor")
    stopped = log.loc[log["kind"].isin(["hold", "legal"]) & (log["date"] > look.ago(window_days)), "customer_id"]
    bad = bad | ((lost > 0) & (lost >= lost_share * sold)) | look.customers.isin(stopped)
    group = look.file["group"]
    others = bad.groupby(group).transform("sum") - bad

    def say(who: str) -> Message:
        same = bad.index[bad & (group == group[who]) & (bad.index != who)]
        return Message(
            "{n} other members of {group} do not pay or were written off: {names}",
            n=len(same), group=group[who], names=", ".join(same[:3]),
        )  # fmt: skip

    return look.measured(others.where(group.notna()), members, severe_members, say)
