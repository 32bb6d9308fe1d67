"""From settlement lines to the ledger's documents and applications, cut off at the last simulated day.

Documents carry negative temporary numbers while they are put together, and readable ids at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from arkit.simulation import settlement
from arkit.simulation.calendar import NEVER, Calendar, Days
from arkit.simulation.causes import NONE, code
from arkit.simulation.settlement import BILL, CASH, CHARGES, CREDIT_NOTE, DISCOUNT, WRITE_OFF
from arkit.simulation.world import World

PREFIX = {
    "invoice": "SI", "debit_note": "DN", "credit_note": "CN", "payment": "RC", "bill": "BA", "bounced": "BR",
    "refund": "RF", "recovery": "RV", "adjustment": "AD",
}  # fmt: skip
KINDS = tuple(PREFIX)
METHODS = ("", "transfer", "bank_bill", "commercial_bill")
_NOBODY = -1
Ints = NDArray[np.int64]


@dataclass
class Book:
    """Documents and applications as they are put together; ``number`` of a document is its place."""

    documents: list[pd.DataFrame] = field(default_factory=list)
    applications: list[pd.DataFrame] = field(default_factory=list)
    size: int = 0

    def post(self, kind: str, customer: Ints, day: Days, minor: Ints, **columns: object) -> Ints:
        """Add documents of one kind; return their numbers."""
        numbers = np.arange(self.size, self.size + len(customer))
        self.size += len(customer)
        extra = {"due": day, "invoice": _NOBODY, "source": _NOBODY, "method": 0} | columns
        self.documents.append(
            pd.DataFrame({"kind": KINDS.index(kind), "customer": customer, "day": day, "minor": minor, **extra})
        )
        return numbers

    def apply(self, kind: str, item: Ints, by: Ints | int, day: Days, minor: Ints) -> None:
        """Settle items by documents (``-1``: by none)."""
        self.applications.append(pd.DataFrame({"item": item, "by": by, "day": day, "minor": minor, "kind": kind}))


def compose(world: World, planned: pd.DataFrame, lines: pd.DataFrame) -> Book:
    """Post all invoices and everything that settles them."""
    rng, book = world.rng("documents"), Book()
    rows = np.arange(len(planned))
    invoices = book.post(
        "invoice", planned["customer"].to_numpy(), planned["day"].to_numpy(), planned["minor"].to_numpy(),
        due=planned["due"].to_numpy(), invoice=rows,
    )  # fmt: skip
    of = {kind: lines[lines["kind"] == kind] for kind in range(6)}
    _receipts(book, of[CASH])
    _bills(world, book, planned, of[BILL], rng)
    _credit_notes(world, book, planned, of[CREDIT_NOTE], rng)
    _charges(book, of[CHARGES])
    for kind, word in ((DISCOUNT, "discount"), (WRITE_OFF, "write_off")):
        part = of[kind]
        book.apply(word, part["invoice"].to_numpy(), _NOBODY, part["day"].to_numpy(), part["minor"].to_numpy())
    _recoveries(book, of[WRITE_OFF], rng)
    _extras(world, book, planned, invoices, rng)
    return book


def _receipts(book: Book, lines: pd.DataFrame) -> None:
    """Make one receipt of what a customer pays on one day; money that nobody could place has a receipt of its own."""
    key = lines["customer"].to_numpy() * 100_000 + lines["day"].to_numpy()
    key = np.where(lines["alone"].to_numpy(), -1 - np.arange(len(lines)), key)
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    total = np.zeros(len(first), dtype=np.int64)
    np.add.at(total, group, lines["minor"].to_numpy())
    numbers = book.post(
        "payment", lines["customer"].to_numpy()[first], lines["day"].to_numpy()[first], -total, method=1
    )
    book.apply(
        "payment", lines["invoice"].to_numpy(), numbers[group], lines["applied"].to_numpy(), lines["minor"].to_numpy()
    )


def _bills(world: World, book: Book, planned: pd.DataFrame, lines: pd.DataFrame, rng: np.random.Generator) -> None:
    """Settle invoices by acceptance bills of three or six months; a few, drawn by the weak, bounce."""
    key = lines["customer"].to_numpy() * 100_000 + lines["day"].to_numpy()
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    total = np.zeros(len(first), dtype=np.int64)
    np.add.at(total, group, lines["minor"].to_numpy())
    customer, day = lines["customer"].to_numpy()[first], lines["day"].to_numpy()[first]
    months = rng.choice([3, 6], len(first), p=[0.3, 0.7])
    begin = day.astype("datetime64[D]").astype("datetime64[M]")
    in_month = day - begin.astype("datetime64[D]").astype(np.int64)
    matures = (begin + months).astype("datetime64[D]").astype(np.int64) + np.minimum(in_month, 27)
    matures = world.calendar.on_or_after(matures)
    cause = planned["cause"].to_numpy()[lines["invoice"].to_numpy()[first]]
    commercial = rng.random(len(first)) < 0.3
    bounces = np.isin(cause, [code("credit"), code("liquidity")]) & (rng.random(len(first)) < 0.12)
    commercial |= bounces  # the customer's own paper, no bank behind it
    bills = book.post("bill", customer, day, total, due=matures, method=np.where(commercial, 3, 2))
    book.apply(
        "bill", lines["invoice"].to_numpy(), bills[group], lines["applied"].to_numpy(), lines["minor"].to_numpy()
    )
    good = np.flatnonzero(~bounces)
    paid = book.post("payment", customer[good], matures[good], -total[good], method=np.where(commercial[good], 3, 2))
    book.apply("payment", bills[good], paid, matures[good], total[good])
    bad = np.flatnonzero(bounces)
    back = world.calendar.on_or_after(matures[bad] + 1)
    returned = book.post(
        "bounced", customer[bad], back, total[bad], source=bills[bad], invoice=lines["invoice"].to_numpy()[first][bad]
    )
    book.apply("bounced", bills[bad], returned, back, total[bad])
    paid_on = world.calendar.on_or_after(back + rng.integers(20, 90, len(bad)))
    made_good = paid_on < planned["stops"].to_numpy()[lines["invoice"].to_numpy()[first][bad]]
    returned, bad, paid_on = returned[made_good], bad[made_good], paid_on[made_good]
    cash = book.post("payment", customer[bad], paid_on, -total[bad], method=1)
    book.apply("payment", returned, cash, paid_on, total[bad])


def _credit_notes(
    world: World, book: Book, planned: pd.DataFrame, lines: pd.DataFrame, rng: np.random.Generator
) -> None:
    """Credit what was conceded; cancel a wrong invoice in full and issue it anew, paid in time."""
    invoice, day, minor = (lines[name].to_numpy() for name in ("invoice", "day", "minor"))
    notes = book.post("credit_note", lines["customer"].to_numpy(), day, -minor, source=invoice)
    book.apply("credit_note", invoice, notes, day, minor)
    wrong = np.isin(invoice, settlement.reissued(planned))
    old, customer, again = invoice[wrong], lines["customer"].to_numpy()[wrong], day[wrong]
    due = again + np.clip(planned["due"].to_numpy()[old] - planned["day"].to_numpy()[old], 20, 45)
    new = book.post("invoice", customer, again, minor[wrong], due=due, invoice=old, source=old)
    paid = world.calendar.on_or_before(due - rng.integers(0, 8, len(old)))
    cash = book.post("payment", customer, paid, -minor[wrong], method=1)
    book.apply("payment", new, cash, paid, minor[wrong])


def _charges(book: Book, lines: pd.DataFrame) -> None:
    """Clear what banks abroad keep of a transfer."""
    day, minor = lines["day"].to_numpy(), lines["minor"].to_numpy()
    numbers = book.post("adjustment", lines["customer"].to_numpy(), day, -minor, source=lines["invoice"].to_numpy())
    book.apply("other", lines["invoice"].to_numpy(), numbers, day, minor)


def _recoveries(book: Book, lines: pd.DataFrame, rng: np.random.Generator) -> None:
    """Collect a part of some debts after they were written off."""
    some = lines[(rng.random(len(lines)) < settlement.RECOVERED)]
    day = some["day"].to_numpy() + rng.integers(40, 260, len(some))
    minor = (some["minor"].to_numpy() * rng.uniform(0.2, 0.6, len(some))).astype(np.int64)
    keep = (minor > 0) & (day < NEVER)
    customer, day, minor = some["customer"].to_numpy()[keep], day[keep], minor[keep]
    debt = book.post("recovery", customer, day, minor, source=some["invoice"].to_numpy()[keep])
    cash = book.post("payment", customer, day, -minor, method=1)
    book.apply("payment", debt, cash, day, minor)


def _extras(world: World, book: Book, planned: pd.DataFrame, invoices: Ints, rng: np.random.Generator) -> None:
    """Post what happens beside: double payments and their refunds, price corrections by debit note."""
    calendar = world.calendar
    calm = np.flatnonzero((planned["cause"].to_numpy() == NONE) & (planned["settled"].to_numpy() < NEVER))
    customer, minor = planned["customer"].to_numpy(), planned["minor"].to_numpy()
    twice = calm[rng.random(len(calm)) < 0.002]
    day = calendar.on_or_after(planned["settled"].to_numpy()[twice] + rng.integers(2, 10, len(twice)))
    back = calendar.on_or_after(day + rng.integers(15, 50, len(twice)))
    extra = book.post("payment", customer[twice], day, -minor[twice], method=1)
    refund = book.post("refund", customer[twice], back, minor[twice], source=extra, method=1)
    book.apply("refund", refund, extra, back, minor[twice])
    dearer = calm[rng.random(len(calm)) < 0.004]
    day = calendar.on_or_after(planned["day"].to_numpy()[dearer] + rng.integers(3, 15, len(dearer)))
    value = np.maximum(minor[dearer] // 50, 100)
    note = book.post("debit_note", customer[dearer], day, value, due=day + 30, source=invoices[dearer])
    paid = calendar.on_or_before(day + 30 - rng.integers(0, 8, len(dearer)))
    cash = book.post("payment", customer[dearer], paid, -value, method=1)
    book.apply("payment", note, cash, paid, value)


def closing_days(planned: pd.DataFrame, lines: pd.DataFrame, calendar: Calendar) -> Days:
    """Return the day on which each invoice came to nothing: later than the last line, or ``NEVER``."""
    last = np.zeros(len(planned), dtype=np.int64)
    np.maximum.at(last, lines["invoice"].to_numpy(), lines["applied"].to_numpy())
    return np.where(last > calendar.last, NEVER, last)
