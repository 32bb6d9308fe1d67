"""Money that is there already: unapplied receipts and credits that cover an overdue item. A rule of the ledger."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from arkit.columns import CREDIT_KINDS
from arkit.diagnosis.causes.evidence import Found, there
from arkit.diagnosis.causes.view import Texts, View, text
from arkit.messages import Message
from arkit.money import major

_KEYS = ["customer", "currency"]


def found(view: View) -> Iterator[Found]:
    """Yield the items whose very amount lies unapplied, and those that unapplied credit would cover, oldest first."""
    items, documents = view.items, view.documents
    credits = documents[view.where(CREDIT_KINDS) & (documents["open_minor"] < 0).to_numpy()]
    same = _same_amount(items, credits)
    rest = credits[~np.isin(text(credits["document_id"]), same[same != ""])]
    free = -rest.groupby(_KEYS)["open_minor"].sum()
    others = items[(same == "") & (items["open_minor"] > 0).to_numpy()].sort_values(["due", "number"])
    used = others.groupby(_KEYS)["open_minor"].cumsum()
    at_hand = pd.Series(free.reindex(pd.MultiIndex.from_frame(others[_KEYS])).fillna(0).to_numpy(), index=others.index)
    part = ((at_hand - (used - others["open_minor"])) / others["open_minor"]).clip(0, 1)
    covered = part.reindex(items.index).fillna(0).to_numpy(np.float64)
    names, when = (
        text(items["document_id"]),
        dict(zip(text(credits["document_id"]), credits["date"].dt.date, strict=True)),
    )

    def exact(row: int) -> Message:
        return Message(
            "{credit} of {date} is not applied and has exactly the open amount of {document}",
            credit=same[row],
            date=when[same[row]],
            document=names[row],
        )

    def cover(row: int) -> Message:
        code = str(items["currency"].iloc[row])
        amount = major(pd.Series([free[(items["customer"].iloc[row], code)]]), pd.Series([code]))
        return Message(
            "the customer has {amount:,.2f} {currency} of unapplied credit, which covers {share:.0%} of {document} and "
            "all that is older",
            amount=float(amount.iloc[0]),
            currency=code,
            document=names[row],
            share=covered[row],
        )

    yield there("same_amount_unapplied", same != "", exact)
    yield there("covered_by_credit", covered >= view.settings.covered, cover)


def _same_amount(items: pd.DataFrame, credits: pd.DataFrame) -> Texts:
    """Return for each item the unapplied credit of exactly its open amount, each credit for one item; else empty."""
    wanted = items[[*_KEYS, "open_minor", "due"]].assign(row=np.arange(len(items)))
    offered = credits[[*_KEYS, "document_id", "date"]].assign(open_minor=-credits["open_minor"])
    pairs = wanted.merge(offered, on=[*_KEYS, "open_minor"])
    pairs["apart"] = (pairs["due"] - pairs["date"]).abs()
    chosen: Texts = np.full(len(items), "", dtype=object)
    taken: set[str] = set()
    pairs = pairs.sort_values(["apart", "row", "document_id"])
    for row, credit in zip(pairs["row"].tolist(), pairs["document_id"].tolist(), strict=True):
        if chosen[row] == "" and credit not in taken:
            chosen[row] = credit
            taken.add(credit)
    return chosen
