"""Weigh the evidence: points are added up by cause, brought to shares, and an amount is split by them to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from arkit.diagnosis.causes import cash, conduct, contacts, follow_up, papers, pattern, slump, standing
from arkit.diagnosis.causes.evidence import Found, Table
from arkit.diagnosis.causes.families import families, keys
from arkit.diagnosis.causes.pattern import Counts
from arkit.diagnosis.causes.view import Floats, Ints, View

SELF_EXPLAINING = ("no_order", "invoiced_late", "reissue", "no_due_date", "beyond_policy", "stretched")
"""Marks by which an invoice explains itself, so that it says nothing of its customer's ways."""


def gather(view: View) -> list[Found]:
    """Return all evidence on the overdue items of a past."""
    if view.items.empty:
        return []
    marked = papers.marks(view)
    share, _, _ = standing.over_share(view, marked)
    habitual = standing.habitual(share)[view.items["customer"].to_numpy()]
    explained = contacts.disputed(view)
    explained[marked.index[marked[list(SELF_EXPLAINING)].any(axis=1)]] = True
    papers_and_contacts = [*papers.found(view, marked, habitual), *cash.found(view), *contacts.found(view)]
    if view.past.scope == "snapshot":  # no paid invoices: whoever is seen at all would look late as a rule
        return papers_and_contacts
    counts = Counts(view, explained)
    return [
        *papers_and_contacts,
        *pattern.found(view, pattern.fit(counts)),
        *conduct.found(view, counts),
        *standing.found(view, marked),
        *slump.found(view, counts),
        *follow_up.found(view, counts),
    ]


@dataclass(frozen=True, eq=False)
class Weighed:
    """The outcome of weighing.

    Parameters
    ----------
    share
        By item (row) and cause (column: :func:`~arkit.diagnosis.causes.families.keys`, then not known); adds up to one.
    found, added
        The evidence, and what each added: by evidence, item and cause, in points.
    """

    share: Floats
    found: tuple[Found, ...]
    added: Floats


def weigh(found: Sequence[Found], items: int, table: Table) -> Weighed:
    """Add up points and bring them to shares.

    Notes
    -----
    With prior *a* and points *p* of evidence of strength *s* (0-1), a cause scores ``a + sum(s * p)``; not known
    scores ``unknown_points``. Shares are ``exp(score)``, brought to one. A cause for which less than
    ``least_points`` of evidence speaks is not named, however likely it is beforehand, nor is one whose share is below
    ``floor_share``: what they would have had is not known.
    """
    order = {key: place for place, key in enumerate(keys())}
    added = np.zeros((len(found), items, len(order)))
    for number, piece in enumerate(found):
        for cause, points in table.evidence[piece.key].points.items():
            added[number, :, order[cause]] = points * piece.strength
    prior = np.array([family.prior for family in families()])
    score = np.column_stack([prior + added.sum(axis=0), np.full(items, table.settings.unknown_points)])
    share = np.exp(score - score.max(axis=1, keepdims=True, initial=-np.inf))
    share /= share.sum(axis=1, keepdims=True)
    speaks = np.maximum(added, 0).sum(axis=0) >= table.settings.least_points
    kept = np.where(speaks & (share[:, :-1] >= table.settings.floor_share), share[:, :-1], 0.0)
    return Weighed(np.column_stack([kept, 1 - kept.sum(axis=1)]), tuple(found), added)


def split(minor: Ints, share: Floats) -> Ints:
    """Split amounts by shares without losing a cent: whole units first, the rest to the largest remainders.

    Examples
    --------
    >>> split(np.array([100]), np.array([[1 / 3, 1 / 3, 1 / 3]])).tolist()
    [[34, 33, 33]]
    """
    exact = np.abs(minor)[:, None] * share
    whole = np.floor(exact).astype(np.int64)
    missing = np.abs(minor) - whole.sum(axis=1)
    rank = np.argsort(np.argsort(-(exact - whole), axis=1, kind="stable"), axis=1, kind="stable")
    parts: Ints = whole + (rank < missing[:, None])
    return np.sign(minor)[:, None] * parts
