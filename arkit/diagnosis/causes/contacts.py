"""What was said and done 催收记录: disputes, promises, acknowledgements, and where nobody followed up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from arkit.diagnosis.causes.evidence import Found, there
from arkit.diagnosis.causes.view import Bools, Floats, View, text
from arkit.messages import Message

CONTACTS = ("reminder", "message", "call", "visit", "letter", "promise", "plan", "acknowledgement", "external", "legal")
"""Activities by which somebody followed up."""
_KEPT_WITHIN = 2
"""Days after the promised one that still count as kept."""


def disputed(view: View) -> Bools:
    """Tell, by document number, which documents were ever disputed."""
    mask = np.zeros(len(view.documents), dtype=bool)
    log = view.activities
    numbers = log.loc[(log["kind"] == "dispute_opened").to_numpy(), "number"].to_numpy(np.int64)
    mask[numbers[numbers >= 0]] = True
    return mask


def found(view: View) -> Iterator[Found]:
    """Yield what the log of activities says of the overdue items."""
    if view.past.activities.empty:
        return
    yield from _disputes(view)
    yield from _promises(view)
    yield from _acknowledged(view)
    yield from _answers(view)


def _disputes(view: View) -> Iterator[Found]:
    log, names = view.activities, text(view.items["document_id"])
    on_item = log[log["row"] >= 0]
    opened = on_item[on_item["kind"] == "dispute_opened"].groupby("row")["date"].max()
    closed = on_item[on_item["kind"] == "dispute_closed"].groupby("row")["date"].max()
    rows = pd.RangeIndex(len(view.items))
    opened, closed = opened.reindex(rows), closed.reindex(rows)
    still = (opened.notna() & ~(closed >= opened)).to_numpy()
    ended = (opened.notna() & (closed >= opened)).to_numpy()
    moves = view.past.moves
    notes = moves[(moves["event"] == "credit_note").to_numpy()]
    place = view.row_of[view.numbers(notes["document_id"])]
    credited = notes["effective"].groupby(place).max().reindex(rows)

    def open_words(row: int) -> Message:
        return Message(
            "{document} is disputed since {date}, and the dispute is open", document=names[row], date=opened[row].date()
        )

    def closed_words(row: int) -> Message:
        return Message(
            "{document} was disputed on {date}; the dispute was closed on {end}",
            document=names[row], date=opened[row].date(), end=closed[row].date(),
        )  # fmt: skip

    def credit_words(row: int) -> Message:
        return Message("part of {document} was credited on {date}", document=names[row], date=credited[row].date())

    yield there("dispute_open", still, open_words)
    yield there("dispute_closed", ended, closed_words)
    yield there("credited_in_part", credited.notna().to_numpy(), credit_words)


def promises(view: View) -> pd.DataFrame:
    """Return the promises whose day has come, with ``kept``: settled by then, two days of grace included."""
    log = view.activities
    made = log[(log["kind"] == "promise").to_numpy() & log["due_on"].notna() & (log["number"] >= 0)]
    made = made[made["due_on"] + pd.Timedelta(days=_KEPT_WITHIN) < view.past.today]
    settled = view.documents["closed_on"].to_numpy()[made["number"].to_numpy(np.int64)]
    return made.assign(kept=settled <= (made["due_on"] + pd.Timedelta(days=_KEPT_WITHIN)).to_numpy())


def _promises(view: View) -> Iterator[Found]:
    made, items, settings = promises(view), view.items, view.settings
    names, mine = text(items["document_id"]), items["customer"].to_numpy()
    broken = made[~made["kept"]]
    own = view.per_item(broken["row"])
    last = broken[broken["row"] >= 0].groupby("row")["due_on"].max()
    number = view.per_customer(broken["customer"])[mine] - own
    all_ = view.per_customer(made["customer"])[mine] - view.per_item(made["row"])
    share = (number + 0.4 * settings.shrink) / (all_ + settings.shrink)
    first = broken.groupby("customer")["due_on"].min().reindex(range(len(view.names)))
    sales = view.sales
    after = sales["date"].to_numpy() > first.to_numpy()[sales["customer"].to_numpy()]
    recent = after & (sales["date"] > view.past.today - pd.Timedelta(days=90))
    orders = view.per_customer(sales.loc[recent, "customer"])[mine]

    def own_words(row: int) -> Message:
        return Message(
            "broken promises to pay {document}: {n}, the last for {date}",
            n=int(own[row]), document=names[row], date=last[row].date(),
        )  # fmt: skip

    def serial_words(row: int) -> Message:
        return Message(
            "the customer broke {n} of {all} promises on other documents", n=int(number[row]), all=int(all_[row])
        )

    def kept_words(row: int) -> Message:
        return Message(
            "the customer kept {n} of {all} promises on other documents",
            n=int(all_[row] - number[row]),
            all=int(all_[row]),
        )

    def order_words(row: int) -> Message:
        return Message(
            "after broken promises the customer goes on ordering: {n} invoices in the last 90 days", n=int(orders[row])
        )

    serial = np.clip((share - 0.5) / 0.35, 0, 1)
    yield Found("broken_promises", np.clip(own / 2, 0, 1), own_words)
    yield Found("breaks_promises", serial, serial_words)
    yield Found("keeps_promises", np.where(all_ > 0, np.clip((0.45 - share) / 0.3, 0, 1), 0.0), kept_words)
    yield Found("orders_on", np.where(orders > 0, np.maximum(serial, np.clip(own / 2, 0, 1)), 0.0), order_words)


def _acknowledged(view: View) -> Iterator[Found]:
    log, items = view.activities, view.items
    names, mine = text(items["document_id"]), items["customer"].to_numpy()
    signed = log[(log["kind"] == "acknowledgement").to_numpy()]
    on = signed[signed["row"] >= 0].groupby("row")["date"].max()
    own = view.per_item(signed["row"])
    fallen = view.fallen
    month_late = fallen[fallen["late_days"] > view.settings.contact_days * 2]
    confirmed = np.isin(month_late["number"], signed["number"])
    itself = view.row_of[month_late["number"].to_numpy()]
    number = view.per_customer(month_late["customer"], confirmed)[mine] - view.per_item(itself[confirmed])
    all_ = view.per_customer(month_late["customer"])[mine] - view.per_item(itself)
    share = (number + 0.1 * view.settings.shrink) / (all_ + view.settings.shrink)

    def words(row: int) -> Message:
        return Message("{document} was acknowledged in writing on {date}", document=names[row], date=on[row].date())

    def often(row: int) -> Message:
        return Message(
            "the customer acknowledged {n} of {all} other overdue items, and they were not paid soon",
            n=int(number[row]), all=int(all_[row]),
        )  # fmt: skip

    yield there("acknowledged", own > 0, words)
    yield Found("acknowledges", np.clip((share - 0.15) / 0.35, 0, 1), often)
    yield Found("never_acknowledges", np.where(number == 0, all_ / (all_ + 4), 0.0), often)


def _answers(view: View) -> Iterator[Found]:
    log, names = view.activities, text(view.items["document_id"])
    said = log["outcome"].eq("says_paid").fillna(False)
    paid = view.per_item(log.loc[said, "row"])
    on = log[said & (log["row"] >= 0)].groupby("row")["date"].max()
    spoken = log[(log["customer"] >= 0) & log["outcome"].isin(["no_answer", "reached"])]
    spoken = spoken[spoken["date"] > view.past.today - pd.DateOffset(years=1)]
    evaded = view.per_customer(spoken["customer"], spoken["outcome"] == "no_answer")
    tried = view.per_customer(spoken["customer"])
    usual = float(evaded.sum() / max(tried.sum(), 1))
    share: Floats = (evaded + usual * 2 * view.settings.shrink) / (tried + 2 * view.settings.shrink)
    mine = view.items["customer"].to_numpy()

    def paid_words(row: int) -> Message:
        return Message("the customer says that {document} is paid ({date})", document=names[row], date=on[row].date())

    def evades(row: int) -> Message:
        who = mine[row]
        return Message(
            "the customer could not be reached in {n} of {all} attempts within a year, usual is {usual:.0%}",
            n=int(evaded[who]), all=int(tried[who]), usual=usual,
        )  # fmt: skip

    yield there("says_paid", paid > 0, paid_words)
    yield Found("hard_to_reach", np.clip((share - usual) / 0.2, 0, 1)[mine], evades)
