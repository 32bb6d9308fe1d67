"""Promises to pay 付款承诺 and whether they were kept, as far as a day could know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from arkit.columns import NO_CURRENCY, PAID_EVENTS, SALES_KINDS
from arkit.diagnosis.coded import SPAN, Flags, Floats, Ints
from arkit.diagnosis.past import Past
from arkit.money import digits

GRACE_DAYS = 2
"""Days after the promised one that still count as kept: banks take their time."""
_COLUMNS = ["customer_id", "document_id", "date", "due_on", "minor", "kept"]


@dataclass(frozen=True, eq=False)
class Decided:
    """Promises whose day, and days of grace, had passed: their rows among the activities, what, and whether kept."""

    rows: Ints
    minor: Floats
    kept: Flags


def promises(past: Past) -> pd.DataFrame:
    """Return the promises whose day, and two days of grace, had passed.

    Returns
    -------
    pandas.DataFrame
        A row per promise: ``customer_id, document_id`` (empty: the account as a whole), ``date, due_on, minor`` (what
        was promised; 0: not said), ``kept``.

    Notes
    -----
    Kept is, in this order: what ``outcome`` says (kept, broken); the document came to nothing in time; what was paid on
    it since the promise reaches the promised amount; for a promise without a document the same of the customer's
    receipts, any receipt where no amount was said.
    """
    made, log = decided(past), past.activities
    if log.empty or "due_on" not in log:
        return pd.DataFrame(columns=_COLUMNS).astype({"kept": "bool"})
    frame = log.iloc[made.rows].reindex(columns=[*dict.fromkeys([*log.columns, "document_id"])])
    for name in ("customer_id", "document_id"):
        frame[name] = frame[name].astype("object").where(frame[name].notna(), "")
    return frame.assign(minor=made.minor, kept=made.kept).reset_index(drop=True)[_COLUMNS]


def decided(past: Past) -> Decided:
    """Return which promises had fallen due and whether they were kept (:func:`promises`); made once for each past."""
    return past.once("promises", lambda: _decided(past))


def _decided(past: Past) -> Decided:
    log = past.activities
    if log.empty or "due_on" not in log:
        return Decided(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=bool))
    today = np.datetime64(past.as_of, "D").astype(np.int64)
    promised = past.coded("activities", "kind").isin("promise") & log["due_on"].notna().to_numpy()
    rows = np.flatnonzero(promised)
    rows = rows[_days(log["due_on"].iloc[rows]) + GRACE_DAYS < today]
    made, until = (_days(log[name].iloc[rows]) for name in ("date", "due_on"))
    until = until + GRACE_DAYS
    place = past.about[rows]
    customer, scale = _accounts(past, rows)
    minor = np.zeros(len(rows))
    if "amount" in log:
        minor = (log["amount"].iloc[rows].astype("float64").fillna(0).to_numpy() * scale).round()
    known = place >= 0
    paid = np.where(known, _on_document(past, place, made, until), _on_account(past, customer, made, until))
    enough = np.where(minor > 0, paid >= minor * 0.995, paid > 0)
    ended = np.append(past.documents["closed_on"].to_numpy("datetime64[D]"), np.datetime64("NaT"))[place]
    in_time = ended <= until.astype("datetime64[D]")
    said = {word: np.zeros(len(rows), dtype=bool) for word in ("kept", "broken")}
    if "outcome" in log:
        said = {word: past.coded("activities", "outcome").isin(word)[rows] for word in said}
    return Decided(rows, minor, said["kept"] | (~said["broken"] & (in_time | enough)))


def _days(dates: pd.Series) -> Ints:
    return dates.to_numpy("datetime64[D]").astype(np.int64)


def _accounts(past: Past, rows: Ints) -> tuple[Ints, Floats]:
    """Return each promise's customer (number among those with documents, -1: none) and minor units to the major one."""
    codes, words = past.coded("documents", "customer_id")
    said, names = past.coded("activities", "customer_id")
    customer = np.append(pd.Index(words).get_indexer(pd.Index(names)), -1).astype(np.int64)[said[rows]]
    first = np.full(len(words) + 1, -1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    currency, units = past.coded("documents", "currency")
    scale = np.array([10.0 ** digits(str(code)) for code in [*units, NO_CURRENCY]])
    return customer, scale[np.append(currency, -1)[first[customer]]]


def _on_document(past: Past, place: Ints, since: Ints, until: Ints) -> Ints:
    """Return what customers paid on the promised documents from day to day."""
    paid = past.coded("moves", "event").isin(*PAID_EVENTS)
    paid &= past.coded("documents", "kind").isin(*SALES_KINDS)[past.places]
    day, minor = _days(past.moves["effective"])[paid], past.moves["minor"].to_numpy()[paid]
    return _between(past.places[paid], day, minor, place, since, until)


def _on_account(past: Past, customer: Ints, since: Ints, until: Ints) -> Ints:
    """Return what came in from the customers from day to day."""
    receipts = past.coded("documents", "kind").isin("payment", "bill")
    day, minor = _days(past.documents["date"])[receipts], np.abs(past.documents["minor"].to_numpy()[receipts])
    owner = past.coded("documents", "customer_id").codes[receipts]
    return _between(owner, day, minor, customer, since, until)


def _between(owner: Ints, day: Ints, minor: Ints, who: Ints, since: Ints, until: Ints) -> Ints:
    """Add up what came from the owners named, on days from ``since`` up to ``until``, both counted."""
    key = owner * SPAN + day
    order = np.argsort(key, kind="stable")
    total = np.concatenate([[0], np.cumsum(minor[order])])
    first = np.searchsorted(key[order], who * SPAN + since, side="left")
    last = np.searchsorted(key[order], who * SPAN + until, side="right")
    found: Ints = total[last] - total[np.minimum(first, last)]
    return found
