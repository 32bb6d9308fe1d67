"""What a forecast needs of a ledger's past, in arrays that can be read as of any earlier day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from arkit.columns import CREDIT_KINDS
from arkit.diagnosis.coded import Floats, Ints
from arkit.diagnosis.lateness import Claims, days
from arkit.diagnosis.past import Past

WEEK = 7
PRIOR = 10.0
"""Settlements by which a customer's habits are drawn towards everyone's."""
LATE_CLASSES: Ints = np.array([0, 30, 180])
"""Days late at which it changes how much of what is settled is settled without money (credited, written off)."""


@dataclass(frozen=True, eq=False)
class Moves:
    """Dated amounts of accounts; ``what`` is explained where it is used."""

    account: Ints
    day: Ints
    minor: Ints
    what: Ints

    def until(self, day: int, since: int = -1) -> Moves:
        """Keep what happened by a day (and after another)."""
        kept = (self.day <= day) & (self.day > since)
        return Moves(self.account[kept], self.day[kept], self.minor[kept], self.what[kept])


@dataclass(frozen=True, eq=False)
class Books:
    """Claims, receipts and bills by account: a customer in one currency.

    Parameters
    ----------
    claims
        Invoices, debit notes, bounced bills; ``account`` holds each one's account.
    accounts
        Currency and customer of each account, sorted.
    receipts
        Cash that came in: payments by their own date; where a ledger has no payment documents, settlements by theirs.
    settled
        What settled the claims; ``what``: the claim's place. ``means``: 0 nothing, 1 cash, 2 a bill.
    credit
        Credits posted (positive) and used (negative), from which follows what is not applied.
    bills
        Received; ``what`` is the day of maturity; ``closed`` the day on which each was closed.
    bounce_rate
        Is measured as of a day: :meth:`bounced_share`.
    """

    claims: Claims
    accounts: pd.DataFrame
    account: Ints
    receipts: Moves
    settled: Moves
    means: Ints
    credit: Moves
    bills: Moves
    closed: Ints
    bounces: Ints

    @classmethod
    def of(cls, past: Past, claims: Claims | None = None) -> Books:
        """Take what a forecast needs from a past; its claims, where they are at hand."""
        documents, moves = past.documents, past.moves
        claims = Claims.of(past) if claims is None else claims
        keys = pd.MultiIndex.from_frame(documents[["currency", "customer_id"]])
        accounts = keys.unique().sort_values()

        def dated(rows: pd.DataFrame, day: str, minor: pd.Series, what: Ints) -> Moves:
            codes = accounts.get_indexer(pd.MultiIndex.from_frame(rows[["currency", "customer_id"]]))
            return Moves(codes.astype(np.int64), days(rows[day]), minor.to_numpy(np.int64), what)

        kind = documents["kind"]
        place = pd.Index(claims.ids).get_indexer(pd.Index(moves["document_id"])).astype(np.int64)
        event = moves["event"].to_numpy()
        paid, cash = documents[kind == "payment"], moves[event == "payment"]
        if (paid["minor"] - paid["open_minor"]).abs().sum() * 2 >= cash["minor"].sum():
            receipts = dated(paid, "date", -paid["minor"], np.zeros(len(paid), np.int64))
        else:
            receipts = dated(cash, "effective", cash["minor"], np.zeros(len(cash), np.int64))
        credits = documents[kind.isin(CREDIT_KINDS)]
        used = moves[np.isin(event, ["payment", "credit_note"])]
        posted = dated(credits, "date", -credits["minor"], np.zeros(len(credits), np.int64))
        spent = dated(used, "effective", -used["minor"], np.zeros(len(used), np.int64))
        bills = documents[kind == "bill"]
        owner = pd.MultiIndex.from_arrays([claims.currency, claims.customers[claims.customer]])
        return cls(
            claims,
            accounts.to_frame(index=False),
            accounts.get_indexer(owner).astype(np.int64),
            receipts,
            dated(moves[place >= 0], "effective", moves["minor"][place >= 0], place[place >= 0]),
            np.select([event == "payment", event == "bill"], [1, 2], 0)[place >= 0],
            Moves(
                *(np.concatenate([getattr(posted, n), getattr(spent, n)]) for n in ("account", "day", "minor", "what"))
            ),
            dated(bills, "date", bills["minor"], days(bills["due"])),
            days(bills["closed_on"]),
            days(documents["date"][kind == "bounced"]),
        )

    @property
    def first(self) -> int:
        """The day of the first claim."""
        return int(self.claims.date.min()) if len(self.claims) else 0

    def open(self, day: int) -> Ints:
        """Return what is open of each claim at a day, minor units."""
        moves = self.settled.until(day)
        gone = np.bincount(moves.what, moves.minor, len(self.claims)).astype(np.int64)
        return np.where(self.claims.date <= day, self.claims.minor - gone, 0)

    def to_come(self, day: int, place: Ints) -> Floats:
        """Return what is still to be paid of open claims: less what the account has in credit, oldest due first."""
        moves, size = self.credit.until(day), len(self.accounts)
        credit = np.maximum(np.bincount(moves.account, moves.minor, size), 0)
        owed = np.maximum(self.open(day)[place], 0).astype(np.float64)
        account = self.account[place]
        order = np.lexsort((self.claims.due[place], account))
        running = np.cumsum(owed[order])
        starts = np.searchsorted(account[order], account[order])
        before = running - owed[order] - (running - owed[order])[starts]
        covered = np.clip(credit[account[order]] - before, 0, owed[order])
        rest = owed.copy()
        rest[order] -= covered
        return rest

    def by_bill(self, day: int) -> Floats:
        """Return the share (0-1) of each account's settlements that were bills, by number."""
        known = self.settled.day <= day
        size = len(self.accounts)
        counts = [
            np.bincount(self.settled.account[mask], minlength=size)
            for mask in (known & (self.means > 0), known & (self.means == 2))
        ]
        usual = counts[1].sum() / max(counts[0].sum(), 1)
        share: Floats = (counts[1] + PRIOR * usual) / (counts[0] + PRIOR)
        return share

    def without_money(self, day: int) -> Floats:
        """Return the share (0-1) of settled amounts that were credited or written off, by class of lateness."""
        known = self.settled.day <= day
        late = (self.settled.day - self.claims.due[self.settled.what])[known]
        where = np.searchsorted(LATE_CLASSES, late)
        amount = self.settled.minor[known].astype(np.float64)
        lost, all_ = (np.bincount(where, w, len(LATE_CLASSES) + 1) for w in (amount * (self.means[known] == 0), amount))
        usual = lost.sum() / max(all_.sum(), 1)
        weight = PRIOR * (amount.mean() if len(amount) else 1.0)
        share: Floats = (lost + weight * usual) / (all_ + weight)
        return share

    def terms_of_bills(self, day: int) -> Ints:
        """Return for how many days the bills ran that came in by a day; a half-year where there were none."""
        known = self.bills.day <= day
        return (self.bills.what - self.bills.day)[known] if known.any() else np.array([182])

    def bounced_share(self, day: int) -> float:
        """Return the share (0-1) of matured bills that bounced."""
        return float((self.bounces <= day).sum() / ((self.bills.what <= day).sum() + PRIOR))

    def weekly(self, day: int, weeks: int) -> Floats:
        """Return the cash of the weeks after a day, minor units: an account a row, a week a column."""
        moves = self.receipts.until(day + WEEK * weeks, day)
        week = (moves.day - day - 1) // WEEK
        size = len(self.accounts)
        cash = np.bincount(moves.account * weeks + week, moves.minor, size * weeks).astype(np.float64)
        return cash.reshape(size, weeks)
