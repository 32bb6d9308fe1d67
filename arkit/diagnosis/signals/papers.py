"""Signals in the documents: bounced bills, bills in place of cash, returns, write-offs, new payers, longer terms."""

from __future__ import annotations

import pandas as pd

from arkit.diagnosis.signals.look import Look, Measured
from arkit.diagnosis.signals.rules import signal
from arkit.messages import Message


@signal()
def bounced(look: Look, *, window_days: float, items: float, severe_items: float) -> Measured:
    """Measure the number of bills and payments that bounced."""
    documents = look.documents
    back = documents[(documents["kind"] == "bounced") & (documents["date"] > look.ago(window_days))]
    last = back.drop_duplicates("customer_id", keep="last").set_index("customer_id")
    number = look.count(back)

    def say(who: str) -> Message:
        return Message(
            "{n} bills or payments bounced within {days} days, last {document} on {date:%Y-%m-%d}",
            n=int(number[who]), days=int(window_days), document=last.loc[who, "document_id"],
            date=last.loc[who, "date"],
        )  # fmt: skip

    return look.measured(number, items, severe_items, say)


@signal("history")
def to_bills(look: Look, *, recent_days: float, past_days: float, share: float, severe_share: float,
             usual_share: float, least_payments: float) -> Measured:  # fmt: skip
    """Measure the share of bills in what was paid of late, where cash was usual: a bill buys months."""
    paid = look.paid[look.paid["event"] != "discount"]
    recent = paid[paid["effective"] > look.ago(recent_days)]
    before = paid[
        (paid["effective"] <= look.ago(recent_days)) & (paid["effective"] > look.ago(recent_days + past_days))
    ]
    parts = {}
    for name, rows in (("now", recent), ("then", before)):
        bills = look.money(rows[rows["event"] == "bill"], "minor")
        whole = look.money(rows, "minor")
        parts[name] = (bills / whole).where((whole > 0) & (look.count(rows) >= least_payments))

    def say(who: str) -> Message:
        return Message(
            "{now:.0%} of what was paid within {days} days came as bills, {then:.0%} before",
            now=parts["now"][who], days=int(recent_days), then=parts["then"][who],
        )  # fmt: skip

    return look.measured(parts["now"], share, severe_share, say, parts["then"] <= usual_share)


@signal("history")
def returns(look: Look, *, window_days: float, share: float, severe_share: float, items: float) -> Measured:
    """Measure credit notes as a share of sales of late: goods that come back, prices argued down."""
    documents = look.documents[look.documents["main"] & (look.documents["date"] > look.ago(window_days))]
    notes = documents[documents["kind"] == "credit_note"]
    credited, number = -look.money(notes, "minor"), look.count(notes)
    sold = look.money(documents[documents["kind"].isin(["invoice", "debit_note"])], "minor")

    def say(who: str) -> Message:
        return Message(
            "{n} credit notes within {days} days over {share:.0%} of sales",
            n=int(number[who]), days=int(window_days), share=credited[who] / sold[who],
        )  # fmt: skip

    return look.measured((credited / sold).where(sold > 0), share, severe_share, say, number >= items)


@signal("history")
def written_off(look: Look, *, window_days: float, share: float, severe_share: float) -> Measured:
    """Measure what was written off, as a share of the customer's sales in the same time."""
    moves, start = look.moves, look.ago(window_days)
    rows = moves[(moves["event"] == "write_off") & (moves["effective"] > start)]
    lost = look.money(rows, "minor")
    sold = look.money(look.sales[look.sales["date"] > start], "minor")

    def say(who: str) -> Message:
        return Message(
            "{amount:,.0f} {currency} was written off within {days} days",
            amount=lost[who], currency=look.currency[who], days=int(window_days),
        )  # fmt: skip

    return look.measured((lost / sold.clip(lower=0.01)).where(lost > 0, 0.0), share, severe_share, say)


@signal("documents:payer")
def new_payer(
    look: Look, *, recent_days: float, least_before: float, payments: float, severe_payments: float
) -> Measured:
    """Measure the number of payments of late from a payer who never paid for this customer before."""
    value, last = _strangers(look, "payer", recent_days, least_before)

    def say(who: str) -> Message:
        row = last.loc[who]
        return Message(
            "{n} payments within {days} days came from a payer who never paid before, {payer} ({document})",
            n=int(value[who]), days=int(recent_days), payer=row["stranger"], document=row["document_id"],
        )  # fmt: skip

    return look.measured(value, payments, severe_payments, say)


@signal("documents:bank")
def new_bank(
    look: Look, *, recent_days: float, least_before: float, payments: float, severe_payments: float
) -> Measured:
    """Measure the number of payments of late from a bank account that was not seen before."""
    value, last = _strangers(look, "bank", recent_days, least_before)

    def say(who: str) -> Message:
        row = last.loc[who]
        return Message(
            "{n} payments within {days} days came from a bank that was not seen before, {bank} ({document})",
            n=int(value[who]), days=int(recent_days), bank=row["stranger"], document=row["document_id"],
        )  # fmt: skip

    return look.measured(value, payments, severe_payments, say)


def _strangers(look: Look, column: str, recent_days: float, least_before: float) -> tuple[pd.Series, pd.DataFrame]:
    """Return the number of payments of late whose payer or bank is new, by customer, and the last of them."""
    paid = look.documents[look.documents["kind"] == "payment"]
    recent, before = paid[paid["date"] > look.ago(recent_days)], paid[paid["date"] <= look.ago(recent_days)]
    known = pd.MultiIndex.from_frame(before[["customer_id", column]].dropna())
    named = recent[recent[column].notna()]
    unseen = ~pd.MultiIndex.from_frame(named[["customer_id", column]]).isin(known)
    fresh = named[unseen].assign(stranger=named[column])
    last = fresh.drop_duplicates("customer_id", keep="last").set_index("customer_id")
    return look.count(fresh).where(look.count(before) >= least_before), last


@signal("history")
def terms_stretched(
    look: Look, *, recent_days: float, past_days: float, least_items: float, days: float, severe_days: float
) -> Measured:
    """Measure the days by which the terms granted of late are longer than before, at the median."""
    sales = look.sales[look.sales["due_date"].notna() & (look.sales["kind"] == "invoice")]
    if "item_type" in sales:
        sales = sales[~sales["item_type"].isin(["milestone", "retention"])]
    granted = (sales["due"] - sales["date"]).dt.days
    recent = sales["date"] > look.ago(recent_days)
    before = ~recent & (sales["date"] > look.ago(recent_days + past_days))
    now, then = (
        granted[rows].groupby(sales.loc[rows, "customer_id"]).agg(["median", "size"]).reindex(look.customers)
        for rows in (recent, before)
    )  # fmt: skip
    enough = (now["size"] >= least_items) & (then["size"] >= least_items)

    def say(who: str) -> Message:
        return Message(
            "invoices of the last {window} days were granted {now:.0f} days, {then:.0f} before",
            window=int(recent_days), now=now.loc[who, "median"], then=then.loc[who, "median"],
        )  # fmt: skip

    return look.measured((now["median"] - then["median"]).where(enough), days, severe_days, say)
