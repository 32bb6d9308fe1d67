"""Signals in how a customer pays: late, later than before, in parts, out of turn, not at all."""

from __future__ import annotations

import pandas as pd

from arkit.diagnosis.signals.look import Look, Measured
from arkit.diagnosis.signals.plain import lookup
from arkit.diagnosis.signals.rules import signal
from arkit.messages import Message


@signal("history")
def often_late(
    look: Look, *, window_days: float, grace_days: float, least_items: float, share: float, severe_share: float
) -> Measured:
    """Measure the share of the invoices that fell due of late and were paid after the grace, or are open after it."""
    fallen = look.fallen
    fallen = fallen[(fallen["due"] > look.ago(window_days)) & (fallen["due"] < look.ago(grace_days))]
    late, all_ = look.count(fallen[fallen["late_days"] > grace_days]), look.count(fallen)

    def say(who: str) -> Message:
        return Message(
            "{late} of {n} invoices that fell due within {days} days were more than {grace} days late",
            late=int(late[who]), n=int(all_[who]), days=int(window_days), grace=int(grace_days),
        )  # fmt: skip

    return look.measured((late / all_).where(all_ >= least_items), share, severe_share, say)


@signal("history")
def growing_lateness(
    look: Look, *, period_days: float, wait_days: float, least_items: float, step_days: float, severe_days: float
) -> Measured:
    """Measure the smaller of two steps of the mean days late over three periods, some weeks after the due dates."""
    fallen = look.fallen[look.fallen["due"] < look.ago(wait_days)]
    period = (look.ago(wait_days) - fallen["due"]).dt.days // int(period_days)
    late = fallen["late_days"].clip(lower=0).groupby([fallen["customer_id"], period.rename("period")])
    mean = late.mean().where(late.size() >= least_items).unstack("period")  # noqa: PD010 (a series)
    mean = mean.reindex(look.customers).reindex(columns=[2, 1, 0])
    value = mean.diff(axis=1)[[1, 0]].min(axis=1, skipna=False)

    def say(who: str) -> Message:
        return Message(
            "days late on average in three periods of {days} days: {a:.0f}, {b:.0f}, {c:.0f}",
            days=int(period_days), a=mean.loc[who, 2], b=mean.loc[who, 1], c=mean.loc[who, 0],
        )  # fmt: skip

    return look.measured(value, step_days, severe_days, say)


@signal("history")
def slowing(
    look: Look, *, recent_days: float, past_days: float, wait_days: float, least_recent: float, least_past: float,
    shift_days: float, severe_days: float, least_z: float,
) -> Measured:  # fmt: skip
    """Measure the days by which payment slowed against the customer's own past, beyond what chance explains."""
    slow = shift(look, recent_days, past_days, wait_days)
    known = (slow["n_now"] >= least_recent) & (slow["n_then"] >= least_past)

    def say(who: str) -> Message:
        row = slow.loc[who]
        return Message(
            "{n:.0f} invoices of late: paid {now:+.0f} days from the due date on average, {then:+.0f} the year before",
            now=row["now"], n=row["n_now"], then=row["then"],
        )  # fmt: skip

    return look.measured(slow["shift"].where(known), shift_days, severe_days, say, slow["z"] >= least_z)


def shift(look: Look, recent_days: float, past_days: float, wait_days: float) -> pd.DataFrame:
    """Compare days from due to payment of what fell due lately with the time before, by customer.

    Returns
    -------
    pandas.DataFrame
        ``now, then`` (mean days), ``n_now, n_then``, ``shift`` (now - then), ``z`` (shift in standard errors; the
        spread is pooled and at least three days).
    """
    fallen = look.fallen[look.fallen["due"] < look.ago(wait_days)]
    recent = fallen["due"] > look.ago(wait_days + recent_days)
    before = ~recent & (fallen["due"] > look.ago(wait_days + recent_days + past_days))
    now = fallen[recent].groupby("customer_id")["late_days"].agg(["mean", "size", "var"]).reindex(look.customers)
    then = fallen[before].groupby("customer_id")["late_days"].agg(["mean", "size", "var"]).reindex(look.customers)
    counts = now["size"].fillna(0), then["size"].fillna(0)
    squares = sum(half["var"].fillna(0) * (n - 1).clip(lower=0) for half, n in zip((now, then), counts, strict=True))
    pooled = ((squares / (counts[0] + counts[1] - 2).clip(lower=1)) ** 0.5).clip(lower=3.0)
    moved = now["mean"] - then["mean"]
    error = pooled * (1 / counts[0].where(counts[0] > 0) + 1 / counts[1].where(counts[1] > 0)) ** 0.5
    frame = {"now": now["mean"], "then": then["mean"], "n_now": counts[0], "n_then": counts[1], "shift": moved}
    return pd.DataFrame({**frame, "z": moved / error})


@signal()
def over_90(look: Look, *, days: float, share: float, severe_share: float) -> Measured:
    """Measure the share of what the customer owes that is long overdue."""
    old = look.overdue_items[look.overdue_items["late_days"] > days]
    amount, claims = look.money(old), look.claims

    def say(who: str) -> Message:
        return Message(
            "{amount:,.0f} {currency} is more than {days} days overdue, {share:.0%} of what is owed",
            amount=amount[who], currency=look.currency[who], days=int(days), share=amount[who] / claims[who],
        )  # fmt: skip

    return look.measured((amount / claims).where(claims > 0), share, severe_share, say, amount > 0)


@signal()
def mostly_overdue(look: Look, *, share: float, severe_share: float, days: float) -> Measured:
    """Measure the share of what the customer owes that is overdue, some days of grace allowed."""
    late = look.overdue_items[look.overdue_items["late_days"] > days]
    amount, claims = look.money(late), look.claims

    def say(who: str) -> Message:
        return Message(
            "{amount:,.0f} of {claims:,.0f} {currency} owed is more than {days} days overdue",
            amount=amount[who], claims=claims[who], currency=look.currency[who], days=int(days),
        )  # fmt: skip

    return look.measured((amount / claims).where(claims > 0), share, severe_share, say)


@signal()
def oldest_item(look: Look, *, days: float, severe_days: float) -> Measured:
    """Measure the age of the oldest overdue item."""
    items = look.overdue_items.sort_values(["late_days", "document_id"], ascending=[False, True])
    oldest = items.drop_duplicates("customer_id").set_index("customer_id")

    def say(who: str) -> Message:
        row = oldest.loc[who]
        return Message(
            "{document} ({amount:,.0f} {currency}) is {days} days overdue",
            document=row["document_id"], amount=row["open"], currency=row["currency"], days=row["late_days"],
        )  # fmt: skip

    return look.measured(oldest["late_days"], days, severe_days, say)


@signal("history")
def split_payments(
    look: Look, *, window_days: float, least_items: float, share: float, severe_share: float
) -> Measured:
    """Measure the share of the invoices paid of late that were paid in several payments on different days."""
    paid = look.paid[look.paid["effective"] > look.ago(window_days)]
    dates = paid.drop_duplicates(["document_id", "effective"])
    parts = dates.groupby(["customer_id", "document_id"]).size().reset_index(name="parts")
    split, all_ = look.count(parts[parts["parts"] > 1]), look.count(parts)

    def say(who: str) -> Message:
        return Message(
            "{split} of {n} invoices paid within {days} days were paid in several payments",
            split=int(split[who]), n=int(all_[who]), days=int(window_days),
        )  # fmt: skip

    return look.measured((split / all_).where(all_ > 0), share, severe_share, say, split >= least_items)


@signal("history")
def part_paid(look: Look, *, wait_days: float, items: float, severe_items: float) -> Measured:
    """Measure the number of overdue invoices of which a part was paid some time ago and the rest is open."""
    last = look.paid.groupby("document_id")["effective"].max()
    overdue = look.overdue_items.assign(last=lookup(last, look.overdue_items["document_id"]))
    stuck = overdue[overdue["last"] < look.ago(wait_days)].sort_values("due")
    first = stuck.drop_duplicates("customer_id").set_index("customer_id")
    number = look.count(stuck)

    def say(who: str) -> Message:
        row = first.loc[who]
        return Message(
            "{n} overdue items were paid in part; of {document} {open:,.0f} {currency} is open since {date:%Y-%m-%d}",
            n=int(number[who]), document=row["document_id"], open=row["open"], currency=row["currency"],
            date=row["last"],
        )  # fmt: skip

    return look.measured(number, items, severe_items, say)


@signal("history")
def newer_first(look: Look, *, window_days: float, overdue_days: float, apart_days: float, items: float,
                severe_items: float) -> Measured:  # fmt: skip
    """Measure the number of invoices paid of late although an older one was overdue.

    An older one that was disputed does not count. What is left: a dispute nobody logged, misapplied cash, or a choice.
    """
    log = look.log
    argued = log.loc[log["kind"] == "dispute_opened", "document_id"]
    old = look.overdue_items[look.overdue_items["late_days"] >= overdue_days]
    oldest = old[~old["document_id"].isin(argued)].sort_values("due").drop_duplicates("customer_id")
    oldest = oldest.set_index("customer_id")
    paid = look.fallen[look.fallen["closed_on"] > look.ago(window_days)]
    limit = lookup(oldest["due"], paid["customer_id"])
    newer = paid[(paid["due"] > limit + pd.Timedelta(days=int(apart_days))) & (paid["closed_on"] > limit)]
    number = look.count(newer)

    def say(who: str) -> Message:
        row = oldest.loc[who]
        return Message(
            "{n} newer invoices were paid within {days} days while {document}, {late} days overdue, is open",
            n=int(number[who]), days=int(window_days), document=row["document_id"], late=row["late_days"],
        )  # fmt: skip

    return look.measured(number, items, severe_items, say)


@signal("history")
def silence(look: Look, *, days: float, severe_days: float, times_usual: float) -> Measured:
    """Measure the days without a payment while something is overdue, where the customer usually pays far more often."""
    last = look.per(look.pay_days.groupby("customer_id")["date"].max())
    never = look.fallen.groupby("customer_id")["due"].min()
    since = (look.today - last.fillna(look.per(never))).dt.days
    usual = look.per(look.pay_days.groupby("customer_id")["gap"].median())

    def say(who: str) -> Message:
        if pd.isna(last[who]):
            return Message("no payment ever came; the first invoice fell due {days} days ago", days=int(since[who]))
        return Message(
            "no payment for {days} days (usual: every {usual:.0f}) while {overdue:,.0f} {currency} is overdue",
            days=int(since[who]), usual=usual[who] if usual[who] == usual[who] else since[who],
            overdue=look.overdue[who], currency=look.currency[who],
        )  # fmt: skip

    quiet = (look.overdue > 0) & (since >= times_usual * usual.fillna(0))
    return look.measured(since, days, severe_days, say, quiet)
