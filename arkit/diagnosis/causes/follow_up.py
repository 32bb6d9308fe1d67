"""Our own follow-up 催收跟进: items left alone, and salespeople who leave more alone than others.

A salesperson is held to the mix he was given: what is expected of him is what others have late of the same trade
types. Few invoices are shrunk towards that expectation.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from arkit.diagnosis.causes.contacts import CONTACTS
from arkit.diagnosis.causes.evidence import Found
from arkit.diagnosis.causes.pattern import Counts
from arkit.diagnosis.causes.view import Floats, View, days, text
from arkit.messages import Message

_STEPS = (5, 8, 12, 16, 25, 40, 60)
"""Days after the due date at which the share of untouched items is measured."""
_FULL = 3.0
"""Silence is full evidence where elsewhere one such item in twenty (e to the -3) is left alone."""


def found(view: View, counts: Counts) -> Iterator[Found]:
    """Yield silence, contact, and how the salesperson compares."""
    if len(view.seller[1]) > 1:
        yield _worse_than_mix(view, counts)
    if not view.past.activities.empty:
        yield from _silence(view)


def _first_contact(view: View) -> Floats:
    """Return, by document number, the days from the due date to the first contact after it; inf where none."""
    log = view.activities
    log = log[log["kind"].isin(CONTACTS).to_numpy() & (log["number"] >= 0).to_numpy()]
    number = log["number"].to_numpy(np.int64)
    after = days(log["date"]) - days(view.documents["due"])[number]
    first = np.full(len(view.documents), np.inf)
    np.minimum.at(first, number[after > 0], after[after > 0])
    return first


def _silence(view: View) -> Iterator[Found]:
    items, settings = view.items, view.settings
    touched = _first_contact(view)
    own, age = touched[items["number"].to_numpy()], items["late_days"].to_numpy()
    mine, people = view.seller_of(view.items["number"]), view.seller[1]
    late = view.fallen[view.fallen["late_days"] > 0]
    seller = view.seller_of(late["number"]) + 1
    waited, delay = late["late_days"].to_numpy(), touched[late["number"].to_numpy()]
    usual = np.ones(len(items))
    for step in _STEPS:
        open_then = waited >= step
        left = np.bincount(seller[open_then & (delay > step)], minlength=len(people) + 1)
        all_ = np.bincount(seller[open_then], minlength=len(people) + 1)
        elsewhere = (left.sum() - left[mine + 1] + 1) / (all_.sum() - all_[mine + 1] + 2)
        usual = np.where(age >= step, elsewhere, usual)
    nobody = np.isinf(own) & view.is_sale
    names = text(items["document_id"])

    def silent(row: int) -> Message:
        return Message(
            "nobody contacted the customer about {document} in the {n} days since it was due; of other salespeople's "
            "items {usual:.0%} are left alone so long",
            document=names[row], n=int(age[row]), usual=usual[row],
        )  # fmt: skip

    def contacted(row: int) -> Message:
        return Message("{document} was followed up {n} days after it was due", document=names[row], n=int(own[row]))

    yield Found("silence", np.where(nobody, np.clip(-np.log(usual) / _FULL, 0, 1), 0.0), silent)
    yield Found("contacted", (own <= settings.contact_days).astype(np.float64), contacted)

    ripe = waited >= settings.contact_days
    alone = ripe & (delay > settings.contact_days)
    itself = view.row_of[late["number"].to_numpy()]
    left, all_ = (
        np.bincount(seller, part, len(people) + 1)[mine + 1] - view.per_item(itself[part]) for part in (alone, ripe)
    )
    firm = (alone.sum() - left) / np.maximum(ripe.sum() - all_, 1)
    share = (left + firm * settings.shrink) / (all_ + settings.shrink)

    def neglects(row: int) -> Message:
        return Message(
            "{person} left {n} of {all} other late items without contact in the first {days} days; "
            "elsewhere {usual:.0%}",
            person=people[mine[row]], n=int(left[row]), all=int(all_[row]), days=settings.contact_days,
            usual=firm[row],
        )  # fmt: skip

    known = mine >= 0
    yield Found("neglects", np.where(known, np.clip((share - firm) / 0.4, 0, 1), 0.0), neglects)
    yield Found("cares", np.where(known & (all_ > 0), np.clip(1 - share / 0.25, 0, 1), 0.0), neglects)


def _worse_than_mix(view: View, counts: Counts) -> Found:
    """Compare late shares with those that others have of the same trade types."""
    fallen, settings = counts.fallen, view.settings
    mine, people = view.seller_of(view.items["number"]), view.seller[1]
    seller = view.seller_of(fallen["number"])
    kinds, names = pd.factorize(text(view.file["type"]))
    size = (len(people) + 1, max(len(names), 1))
    cell = (seller + 1) * size[1] + kinds[fallen["customer"].to_numpy()]
    late = np.bincount(cell, fallen["late"].to_numpy(np.float64), size[0] * size[1]).reshape(size)
    all_ = np.bincount(cell, minlength=size[0] * size[1]).reshape(size)
    rate: Floats = (late.sum(axis=0) - late + 1) / (all_.sum(axis=0) - all_ + 3)
    expected, seen, number = (all_ * rate).sum(axis=1), late.sum(axis=1), all_.sum(axis=1)
    excess = (seen - expected) / (number + 5 * settings.shrink)
    row_of = mine + 1

    def say(row: int) -> Message:
        who = row_of[row]
        return Message(
            "{person} has {late} of {all} invoices late, others would have {expected} of the same customer types",
            person=people[mine[row]], late=int(seen[who]), all=int(number[who]), expected=round(float(expected[who])),
        )  # fmt: skip

    return Found("worse_than_mix", np.where(mine >= 0, np.clip(excess[row_of] / 0.2, 0, 1), 0.0), say)
