"""The customer's credit 客户信用: what is on file, how he keeps to his limit, bounced bills, his group."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from arkit.diagnosis.causes.conduct import stopped
from arkit.diagnosis.causes.evidence import Found, there
from arkit.diagnosis.causes.view import Bools, Floats, View, text
from arkit.messages import Message

_MOST = 0.5
"""A column that fewer customers have filled in says nothing where it is empty."""
_WORST = 0.2
"""The worst rating counts as poor while at most this share of customers has it."""


def over_share(view: View, marked: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Return, by customer, the share of invoices that broke his limit (shrunk towards 0), how many, and of how many.

    Invoices on stretched terms are left out: they were pushed through, which is our doing.
    """
    who, ordinary = view.sales["customer"], ~marked["stretched"].to_numpy()
    number = view.per_customer(who, marked["over_limit"].to_numpy() & ordinary)
    all_ = view.per_customer(who, ordinary)
    return number / (all_ + view.settings.shrink), number, all_


def habitual(share: Floats) -> Bools:
    """Tell which customers trade over their limit as a rule."""
    return share > 0.3


def found(view: View, marked: pd.DataFrame) -> Iterator[Found]:
    """Yield what speaks of weak credit."""
    items = view.items
    mine = items["customer"].to_numpy()
    share, number, all_ = over_share(view, marked)
    filled, rated = (view.file[name].notna().mean() for name in ("credit_limit", "rating"))
    rating = view.of_customer("rating")
    no_limit = view.file["credit_limit"].isna().to_numpy()[mine] & (filled > _MOST)
    no_rating = (rating == "") & (rated > _MOST)
    worst = _worst_rating(view.file["rating"])

    def thin(row: int) -> Message:
        return Message("the customer's file holds neither a credit limit nor a rating")

    def no_limit_words(row: int) -> Message:
        return Message("no credit limit is on file")

    def usually_over(row: int) -> Message:
        who = mine[row]
        return Message(
            "{n} of the customer's {all} invoices on usual terms were sold above the credit limit",
            n=int(number[who]),
            all=int(all_[who]),
        )

    def poor(row: int) -> Message:
        return Message("the customer is rated {rating}, the worst rating on file", rating=rating[row])

    yield there("thin_file", no_limit & no_rating, thin)
    yield there("no_limit", no_limit & ~no_rating, no_limit_words)
    yield Found("usually_over_limit", np.clip((share - 0.15) / 0.35, 0, 1)[mine], usually_over)
    yield there("worst_rating", (rating == worst) & (worst != ""), poor)
    yield _bounced(view)
    yield _group(view)


def _worst_rating(ratings: pd.Series) -> str:
    """Return the last rating of the alphabet, as A is best, unless too many have it."""
    shares = ratings.dropna().astype("str").value_counts(normalize=True).sort_index()
    return str(shares.index[-1]) if len(shares) > 1 and shares.iloc[-1] <= _WORST else ""


def _bounced(view: View) -> Found:
    """Return customers whose bills bounced within a year."""
    documents = view.documents
    year = view.past.today - pd.DateOffset(years=1)
    recent = documents[view.where(("bounced",)) & (documents["date"] > year).to_numpy()]
    number = view.per_customer(recent["customer"])
    last = recent.groupby("customer")["document_id"].last()
    mine = view.items["customer"].to_numpy()

    def say(row: int) -> Message:
        who = mine[row]
        return Message(
            "{n} of the customer's bills bounced within a year, last {document}", n=int(number[who]), document=last[who]
        )

    return there("bounced_bill", number[mine] > 0, say)


def _group(view: View) -> Found:
    """Return members of a group in which another one stopped paying or was written off."""
    failed, _, _ = stopped(view)
    moves = view.past.moves
    lost = moves.loc[(moves["event"] == "write_off").to_numpy(), "customer_id"]
    failed = failed | view.names.isin(lost.astype("str"))
    group = text(view.file["group"])
    code, _ = pd.factorize(group)
    in_group = np.bincount(code, failed & (group != ""), len(code))[code] - failed
    mine = view.items["customer"].to_numpy()
    others = np.where(group != "", in_group, 0)[mine]

    def say(row: int) -> Message:
        return Message(
            "other members of {group} that stopped paying or were written off: {n}",
            n=int(others[row]),
            group=group[mine[row]],
        )

    return there("group_in_default", others > 0, say)
