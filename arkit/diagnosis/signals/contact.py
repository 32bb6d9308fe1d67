"""Signals in the log of contacts: no answer, broken promises, late disputes; and what we ourselves left undone."""

from __future__ import annotations

import numpy as np

from arkit.diagnosis.coded import Ints, Rows, ratio
from arkit.diagnosis.signals.look import NEVER, Look, Measured
from arkit.diagnosis.signals.promises import GRACE_DAYS
from arkit.diagnosis.signals.rules import signal
from arkit.messages import Message

CONTACTS = ("reminder", "message", "call", "visit", "letter", "promise", "plan", "acknowledgement", "external", "legal")
"""Activities by which somebody followed up."""
MEASURES = {"hold": Message("deliveries stopped"), "legal": Message("lawyer"), "external": Message("agency")}


@signal("activities:outcome")
def unanswered(look: Look, *, window_days: float, least_attempts: float, share: float, severe_share: float) -> Measured:
    """Measure the share of calls and visits that reached nobody."""
    log = look.log
    tried = log.where(log.isin("kind", "call", "visit") & (log["outcome"] >= 0) & (log["age"] < window_days))
    failed, all_ = look.count(tried.where(tried.isin("outcome", "no_answer"))), look.count(tried)

    def say(who: int) -> Message:
        return Message(
            "{failed} of {n} calls and visits within {days} days reached nobody",
            failed=failed[who], n=all_[who], days=int(window_days),
        )  # fmt: skip

    return look.measured(ratio(failed, all_), share, severe_share, say, all_ >= least_attempts)


@signal("activities:due_on")
def broken_promises(look: Look, *, window_days: float, broken: float, severe_broken: float) -> Measured:
    """Measure the number of promises to pay that were not kept."""
    made = look.promises.where(look.promises["overdue"] < window_days)
    not_kept = made.where(~made["kept"])
    number, all_ = look.count(not_kept), look.count(made)

    def say(who: int) -> Message:
        return Message(
            "{n} of {all} promises within {days} days were not kept, last the one for {date:%Y-%m-%d}",
            n=number[who], all=all_[who], days=int(window_days),
            date=look.date(look.youngest(not_kept, "overdue")[who]),
        )  # fmt: skip

    return look.measured(number, broken, severe_broken, say)


@signal("activities:due_on")
def promise_unattended(
    look: Look, *, window_days: float, wait_days: float, promises: float, severe_promises: float
) -> Measured:
    """Measure the number of broken promises, the money still open, after which nobody of ours got in touch."""
    made = look.promises
    late = made["overdue"]
    owing = made["at_large"] & np.append(look.overdue > 0, [False])[made["customer"]]
    still = look.among(look.overdue_items)[made["number"]] | owing
    lapsed = made.where((late < window_days) & (late >= wait_days + GRACE_DAYS) & ~made["kept"] & still)
    left = lapsed.where(_last_contact(look, lapsed) >= lapsed["overdue"]).oldest_first("overdue")
    number, last = look.count(left), look.last(left)

    def say(who: int) -> Message:
        row = last[who]
        return Message(
            "broken promises not followed up: {n}, last the one for {date:%Y-%m-%d} {document}",
            n=number[who], date=look.date(left["overdue"][row]), document=look.document_id(left["number"][row]),
        )  # fmt: skip

    return look.measured(number, promises, severe_promises, say)


@signal("activities:document_id", "documents:due_date")
def late_dispute(
    look: Look, *, window_days: float, after_days: float, disputes: float, severe_disputes: float
) -> Measured:
    """Measure the number of disputes that were raised only after the due date."""
    log = look.log
    opened = log.where(log.isin("kind", "dispute_opened") & (log["age"] < window_days) & (log["number"] >= 0))
    opened = opened.extended(after=look.documents["overdue"][opened["number"]] - opened["age"])
    late = opened.where(opened["after"] > after_days)
    late = late.once("number").oldest_first("age")
    number, last = look.count(late), look.last(late)

    def say(who: int) -> Message:
        row = last[who]
        return Message(
            "{n} invoices were disputed within {days} days but after their due date, {document} {after:.0f} days after",
            n=number[who], days=int(window_days), document=look.document_id(late["number"][row]),
            after=late["after"][row],
        )  # fmt: skip

    return look.measured(number, disputes, severe_disputes, say)


@signal("activities")
def unattended(look: Look, *, overdue_days: float, share: float, severe_share: float) -> Measured:
    """Measure the share of what is overdue that nobody of ours chased since its due date: that is our own doing."""
    items = look.overdue_items
    left = items.where((items["late_days"] > overdue_days) & (_last_contact(look, items) >= items["overdue"]))
    amount, number = look.money(left), look.count(left)

    def say(who: int) -> Message:
        return Message(
            "nobody got in touch about {amount:,.0f} {currency} that fell due more than {days} days ago (items: {n})",
            n=number[who], amount=amount[who], currency=look.currency[who], days=int(overdue_days),
        )  # fmt: skip

    return look.measured(ratio(amount, look.overdue), share, severe_share, say)


@signal("activities")
def measures_taken(look: Look, *, window_days: float, measures: float, severe_measures: float) -> Measured:
    """Measure the number of holds on deliveries and of cases given to an agency or the lawyers, where money is owed."""
    log = look.log
    taken = log.where(log.isin("kind", *MEASURES) & (log["age"] < window_days)).oldest_first("age")
    number, last = look.count(taken), look.last(taken)

    def say(who: int) -> Message:
        row = last[who]
        return Message(
            "last measure on {date:%Y-%m-%d}: {what} (measures within {days} days: {n})",
            n=number[who], days=int(window_days), date=look.date(taken["age"][row]),
            what=MEASURES[taken.word("kind", row)],
        )  # fmt: skip

    return look.measured(number, measures, severe_measures, say, look.claims > 0)


def _last_contact(look: Look, rows: Rows) -> Ints:
    """Return the age of the last contact about each row's document, or with its customer at large."""
    log = look.log.where(look.log.isin("kind", *CONTACTS))
    about, at_large = log.where(~log["at_large"]), log.where(log["at_large"])
    of_document = np.full(len(look.past.documents) + 1, -NEVER, dtype=np.int64)
    np.minimum.at(of_document, about["number"], about["age"])
    of_document[-1] = -NEVER  # contacts about documents that are not known
    of_customer = np.append(look.youngest(at_large), [-NEVER])
    found: Ints = np.minimum(of_document[rows["number"]], of_customer[rows["customer"]])
    return found
