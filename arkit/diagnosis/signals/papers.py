"""Signals in the documents: bounced bills, bills in place of cash, returns, write-offs, new payers, longer terms."""

from __future__ import annotations

import numpy as np

from arkit.diagnosis.coded import Coded, Flags, Floats, Ints, Rows, quantile, ratio
from arkit.diagnosis.signals.look import Look, Measured
from arkit.diagnosis.signals.rules import signal
from arkit.messages import Message


@signal()
def bounced(look: Look, *, window_days: float, items: float, severe_items: float) -> Measured:
    """Measure the number of bills and payments that bounced."""
    documents = look.documents
    back = documents.where(documents.isin("kind", "bounced") & (documents["age"] < window_days))
    number, last = look.count(back), look.last(back)

    def say(who: int) -> Message:
        row = last[who]
        return Message(
            "bounced within {days} days: {n}, last {document} on {date:%Y-%m-%d}",
            n=number[who], days=int(window_days), document=look.document_id(back["number"][row]),
            date=look.date(back["age"][row]),
        )  # fmt: skip

    return look.measured(number, items, severe_items, say)


@signal("history")
def to_bills(look: Look, *, recent_days: float, past_days: float, share: float, severe_share: float,
             usual_share: float, least_payments: float) -> Measured:  # fmt: skip
    """Measure the share of bills in what was paid of late, where cash was usual: a bill buys months."""
    paid = look.paid.where(~look.paid.isin("event", "discount"))

    def bills(rows: Rows) -> Floats:
        share = ratio(look.money(rows.where(rows.isin("event", "bill")), "minor"), look.money(rows, "minor"))
        return np.where(look.count(rows) >= least_payments, share, np.nan)

    now = bills(paid.where(paid["age"] < recent_days))
    then = bills(paid.where((paid["age"] >= recent_days) & (paid["age"] < recent_days + past_days)))

    def say(who: int) -> Message:
        return Message(
            "{now:.0%} of what was paid within {days} days came as bills, {then:.0%} before",
            now=now[who], days=int(recent_days), then=then[who],
        )  # fmt: skip

    return look.measured(now, share, severe_share, say, then <= usual_share)


@signal("history")
def returns(look: Look, *, window_days: float, share: float, severe_share: float, items: float) -> Measured:
    """Measure credit notes as a share of sales of late: goods that come back, prices argued down."""
    documents = look.documents.where(look.documents["main"] & (look.documents["age"] < window_days))
    notes = documents.where(documents.isin("kind", "credit_note"))
    sold = documents.where(documents.isin("kind", "invoice", "debit_note"))
    number, credited = look.count(notes), ratio(-look.money(notes, "minor"), look.money(sold, "minor"))

    def say(who: int) -> Message:
        return Message(
            "{n} credit notes within {days} days over {share:.0%} of sales",
            n=number[who], days=int(window_days), share=credited[who],
        )  # fmt: skip

    return look.measured(credited, share, severe_share, say, number >= items)


@signal("history")
def written_off(look: Look, *, window_days: float, share: float, severe_share: float) -> Measured:
    """Measure what was written off, as a share of the customer's sales in the same time."""
    moves, sales = look.moves, look.sales
    lost = look.money(moves.where(moves.isin("event", "write_off") & (moves["age"] < window_days)), "minor")
    sold = look.money(sales.where(sales["age"] < window_days), "minor")

    def say(who: int) -> Message:
        return Message(
            "{amount:,.0f} {currency} was written off within {days} days",
            amount=lost[who], currency=look.currency[who], days=int(window_days),
        )  # fmt: skip

    return look.measured(np.where(lost > 0, lost / np.maximum(sold, 0.01), 0.0), share, severe_share, say)


@signal("documents:payer")
def new_payer(
    look: Look, *, recent_days: float, least_before: float, payments: float, severe_payments: float
) -> Measured:
    """Measure the number of payments of late from a payer who never paid for this customer before."""
    number, known, fresh = _strangers(look, "payer", recent_days, least_before)

    def say(who: int) -> Message:
        row = look.last(fresh)[who]
        return Message(
            "payments within {days} days from a payer who never paid before: {n}, {payer} ({document})",
            n=number[who], days=int(recent_days), payer=fresh.word("source", row),
            document=look.document_id(fresh["number"][row]),
        )  # fmt: skip

    return look.measured(number, payments, severe_payments, say, known)


@signal("documents:bank")
def new_bank(
    look: Look, *, recent_days: float, least_before: float, payments: float, severe_payments: float
) -> Measured:
    """Measure the number of payments of late from a bank account that was not seen before."""
    number, known, fresh = _strangers(look, "bank", recent_days, least_before)

    def say(who: int) -> Message:
        row = look.last(fresh)[who]
        return Message(
            "payments within {days} days from a bank that was not seen before: {n}, {bank} ({document})",
            n=number[who], days=int(recent_days), bank=fresh.word("source", row),
            document=look.document_id(fresh["number"][row]),
        )  # fmt: skip

    return look.measured(number, payments, severe_payments, say, known)


def _strangers(look: Look, column: str, recent_days: float, least_before: float) -> tuple[Ints, Flags, Rows]:
    """Return by customer how many payments of late came from a payer or bank that is new, and the payments.

    The second says for whom there are enough payments from before to tell.
    """
    paid = look.documents.where(look.documents.isin("kind", "payment"))
    codes, words = look.past.coded("documents", column)
    source = codes[paid["number"]]
    paid = paid.extended(source=Coded(source, words), pair=paid["customer"] * len(words) + source)
    recent, before = paid.where(paid["age"] < recent_days), paid.where(paid["age"] >= recent_days)
    seen = before["pair"][before["source"] >= 0]
    fresh = recent.where((recent["source"] >= 0) & ~np.isin(recent["pair"], seen))
    return look.count(fresh), look.count(before) >= least_before, fresh


@signal("history")
def terms_stretched(
    look: Look, *, recent_days: float, past_days: float, least_items: float, days: float, severe_days: float
) -> Measured:
    """Measure the days by which the terms granted of late are longer than before, at the median."""
    sales = look.sales.where(look.sales["dated"] & look.sales.isin("kind", "invoice"))
    if "item_type" in look.past.documents:
        staged = look.past.coded("documents", "item_type").isin("milestone", "retention")
        sales = sales.where(~staged[sales["number"]])
    age, size = sales["age"], len(look.customers)
    recent = sales.where(age < recent_days)
    before = sales.where((age >= recent_days) & (age < recent_days + past_days))
    now, then = (quantile(rows["customer"], rows["age"] - rows["overdue"], size) for rows in (recent, before))
    enough = (look.count(recent) >= least_items) & (look.count(before) >= least_items)

    def say(who: int) -> Message:
        return Message(
            "invoices of the last {window} days were granted {now:.0f} days, {then:.0f} before",
            window=int(recent_days), now=now[who], then=then[who],
        )  # fmt: skip

    return look.measured(now - then, days, severe_days, say, enough)
