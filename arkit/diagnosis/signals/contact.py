"""Signals in the log of contacts: no answer, broken promises, late disputes; and what we ourselves left undone."""

from __future__ import annotations

import pandas as pd

from arkit.diagnosis.signals.look import Look, Measured
from arkit.diagnosis.signals.plain import lookup
from arkit.diagnosis.signals.promises import GRACE_DAYS
from arkit.diagnosis.signals.rules import signal
from arkit.messages import Message

CONTACTS = ("reminder", "message", "call", "visit", "letter", "promise", "plan", "acknowledgement", "external", "legal")
"""Activities by which somebody followed up."""


@signal("activities:outcome")
def unanswered(look: Look, *, window_days: float, least_attempts: float, share: float, severe_share: float) -> Measured:
    """Measure the share of calls and visits that reached nobody."""
    log = look.log
    tried = log[log["kind"].isin(["call", "visit"]) & log["outcome"].notna() & (log["date"] > look.ago(window_days))]
    failed, all_ = look.count(tried[tried["outcome"] == "no_answer"]), look.count(tried)

    def say(who: str) -> Message:
        return Message(
            "{failed} of {n} calls and visits within {days} days reached nobody",
            failed=int(failed[who]), n=int(all_[who]), days=int(window_days),
        )  # fmt: skip

    return look.measured((failed / all_).where(all_ >= least_attempts), share, severe_share, say)


@signal("activities:due_on")
def broken_promises(look: Look, *, window_days: float, broken: float, severe_broken: float) -> Measured:
    """Measure the number of promises to pay that were not kept."""
    made = look.promises[look.promises["due_on"] > look.ago(window_days)]
    not_kept = made[~made["kept"]].sort_values("due_on")
    last = not_kept.drop_duplicates("customer_id", keep="last").set_index("customer_id")
    number, all_ = look.count(not_kept), look.count(made)

    def say(who: str) -> Message:
        return Message(
            "{n} of {all} promises within {days} days were not kept, last the one for {date:%Y-%m-%d}",
            n=int(number[who]), all=int(all_[who]), days=int(window_days), date=last.loc[who, "due_on"],
        )  # fmt: skip

    return look.measured(number.where(all_ > 0), broken, severe_broken, say)


@signal("activities:due_on")
def promise_unattended(
    look: Look, *, window_days: float, wait_days: float, promises: float, severe_promises: float
) -> Measured:
    """Measure the number of broken promises, the money still open, after which nobody of ours got in touch."""
    made = look.promises
    lapsed = made[(made["due_on"] > look.ago(window_days)) & (made["due_on"] <= look.ago(wait_days + GRACE_DAYS))]
    open_now = set(look.overdue_items["document_id"])
    owing = lookup(look.overdue, lapsed["customer_id"]) > 0
    still = lapsed["document_id"].isin(open_now) | ((lapsed["document_id"] == "") & owing)
    lapsed = lapsed[~lapsed["kept"] & still].sort_values("due_on")
    contacted = _last_contact(look, lapsed["document_id"], lapsed["customer_id"])
    left = lapsed[~(contacted > lapsed["due_on"])]
    last = left.drop_duplicates("customer_id", keep="last").set_index("customer_id")
    number = look.count(left)

    def say(who: str) -> Message:
        row = last.loc[who]
        return Message(
            "{n} broken promises were not followed up, last the one for {date:%Y-%m-%d} {document}",
            n=int(number[who]), date=row["due_on"], document=row["document_id"],
        )  # fmt: skip

    return look.measured(number, promises, severe_promises, say)


@signal("activities:document_id", "documents:due_date")
def late_dispute(
    look: Look, *, window_days: float, after_days: float, disputes: float, severe_disputes: float
) -> Measured:
    """Measure the number of disputes that were raised only after the due date."""
    log = look.log
    opened = log[(log["kind"] == "dispute_opened") & (log["date"] > look.ago(window_days))].copy()
    opened["after"] = (opened["date"] - lookup(look.due_of, opened["document_id"])).dt.days
    late = opened[opened["after"] > after_days].drop_duplicates("document_id")
    last = late.sort_values("date").drop_duplicates("customer_id", keep="last").set_index("customer_id")
    number = look.count(late)

    def say(who: str) -> Message:
        row = last.loc[who]
        return Message(
            "{n} invoices were disputed within {days} days but after their due date, {document} {after:.0f} days after",
            n=int(number[who]), days=int(window_days), document=row["document_id"], after=row["after"],
        )  # fmt: skip

    return look.measured(number, disputes, severe_disputes, say)


@signal("activities")
def unattended(look: Look, *, overdue_days: float, share: float, severe_share: float) -> Measured:
    """Measure the share of what is overdue that nobody of ours chased since its due date: that is our own doing."""
    items = look.overdue_items
    contacted = _last_contact(look, items["document_id"], items["customer_id"])
    left = items[(items["late_days"] > overdue_days) & ~(contacted > items["due"])]
    amount, number = look.money(left), look.count(left)

    def say(who: str) -> Message:
        return Message(
            "nobody got in touch about {n} items ({amount:,.0f} {currency}) that fell due more than {days} days ago",
            n=int(number[who]), amount=amount[who], currency=look.currency[who], days=int(overdue_days),
        )  # fmt: skip

    return look.measured((amount / look.overdue).where(look.overdue > 0), share, severe_share, say)


@signal("activities")
def measures_taken(look: Look, *, window_days: float, measures: float, severe_measures: float) -> Measured:
    """Measure the number of holds on deliveries and of cases given to an agency or the lawyers, where money is owed."""
    log = look.log
    taken = log[log["kind"].isin(["hold", "legal", "external"]) & (log["date"] > look.ago(window_days))]
    last = taken.sort_values("date").drop_duplicates("customer_id", keep="last").set_index("customer_id")
    number = look.count(taken)
    words = {"hold": Message("deliveries stopped"), "legal": Message("lawyer"), "external": Message("agency")}

    def say(who: str) -> Message:
        return Message(
            "{n} measures within {days} days, last on {date:%Y-%m-%d}: {what}",
            n=int(number[who]), days=int(window_days), date=last.loc[who, "date"],
            what=words[str(last.loc[who, "kind"])],
        )  # fmt: skip

    return look.measured(number, measures, severe_measures, say, look.claims > 0)


def _last_contact(look: Look, documents: pd.Series, customers: pd.Series) -> pd.Series:
    """Return the day of the last contact about each document, or with its customer at large."""
    log = look.log[look.log["kind"].isin(CONTACTS)]
    about = log[log["document_id"] != ""].groupby("document_id")["date"].max()
    at_large = log[log["document_id"] == ""].groupby("customer_id")["date"].max()
    return pd.DataFrame({"about": lookup(about, documents), "at_large": lookup(at_large, customers)}).max(axis=1)
