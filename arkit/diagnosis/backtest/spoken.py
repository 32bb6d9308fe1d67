"""What was said at one past day, of every customer: the signals, the payment model, and plain rivals of both."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from arkit.columns import CREDIT_KINDS
from arkit.diagnosis.backtest.outcome import BAD
from arkit.diagnosis.coded import Floats
from arkit.diagnosis.lateness import Claims
from arkit.diagnosis.past import Past
from arkit.diagnosis.payment_model import Model, chances, day_number, fitted
from arkit.diagnosis.rivals import TARGETS, late_rates
from arkit.diagnosis.sight import Sight
from arkit.diagnosis.signals import standing
from arkit.diagnosis.signals.look import Look
from arkit.messages import Message

RANKINGS = {
    "watch_list": Message("the watch list, by level and score"),
    "model": Message("the payment model: claims expected to become more than 90 days overdue"),
    "late_rate": Message("the customer's own past late rate"),
    "oldest": Message("the customer's oldest overdue item"),
}
"""The orders in which customers could have been looked at; the last two need no diagnosis."""
CLAIMS = ["document_id", "customer_id", "target", "due", "model", "plain"]
LIFT = 100_000.0
"""Sets levels apart: no score comes near it."""
YOUNGEST = -10_000
"""Days late of a claim of which nothing is known yet."""


@dataclass(frozen=True, eq=False)
class Spoken:
    """What was said at the end of a day.

    Parameters
    ----------
    as_of
        The day.
    customers
        A row per customer who owed something or traded within a year: ``customer_id, score, level`` (place, 0 is not
        on the watch list), and a column for each of :data:`RANKINGS`, larger is worse (``model``: NaN where it was not
        asked or had nothing to learn from).
    claims
        A row per open claim and target that it had not reached: ``document_id, target, due, model, plain`` (0-1);
        empty where the model was not asked or had nothing to learn from.
    """

    as_of: dt.date
    customers: pd.DataFrame
    claims: pd.DataFrame

    @classmethod
    def of(cls, past: Past, until: dt.date | None) -> Spoken:
        """Let signals and rivals speak, and the model of what goes bad by ``until`` (None: it is not asked)."""
        scores = standing(past).scores
        who = pd.Index(scores["customer_id"])
        claims, model = fitted(past) if until is not None else (Claims.of(past), None)
        customers = scores.assign(
            watch_list=scores["level"] * LIFT + scores["score"],
            model=np.nan,
            late_rate=_late_rate(claims, day_number(past.as_of), who),
            oldest=_oldest(Look.at(past)),
        )
        if until is None or model is None or not model.learnt:
            return cls(past.as_of, customers, pd.DataFrame(columns=CLAIMS))
        foreseen = _foreseen(claims, model)
        soon = foreseen["due"] + pd.Timedelta(days=BAD + 1) <= pd.Timestamp(until)
        rows = foreseen[(foreseen["target"] == TARGETS[BAD]) & soon]
        expected = rows.groupby("customer_id")["model"].sum()
        customers["model"] = expected.reindex(who, fill_value=0.0).to_numpy()
        return cls(past.as_of, customers, foreseen)


def held(worth: Floats, size: float) -> Floats:
    """Return how much (0-1) of each customer a list of ``size`` holds that takes those worth most first.

    Customers of equal worth at the end of the list share what room is left: no order among them is made up.

    Examples
    --------
    >>> held(np.array([3.0, 1.0, 1.0, 0.0]), 2).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    if size >= len(worth):
        return np.ones(len(worth))
    if size <= 0 or np.isnan(worth).any():
        return np.zeros(len(worth))
    last = np.sort(worth)[::-1][int(np.ceil(size)) - 1]
    above, level = worth > last, worth == last
    share: Floats = above + level * (size - above.sum()) / level.sum()
    return share


def _foreseen(claims: Claims, model: Model) -> pd.DataFrame:
    sight = Sight(claims, model.day)
    place = sight.open
    late = model.day - claims.due[place]
    found, _ = chances(model, sight, place, late)
    plain = late_rates(claims, model.day, place, late)
    every = pd.DataFrame(
        {
            "document_id": pd.Series(claims.ids[place], dtype="str"),
            "customer_id": pd.Series(claims.customers[claims.customer[place]], dtype="str"),
            "due": claims.due[place].astype("datetime64[D]").astype("datetime64[s]"),
        }
    )
    tables = [
        every.assign(target=word, model=found[target], plain=plain[target])[late <= target]
        for target, word in TARGETS.items()
    ]
    return pd.concat(tables, ignore_index=True)[CLAIMS]


def _late_rate(claims: Claims, day: int, who: pd.Index) -> Floats:
    """Return the share of each customer's decided claims that were late, drawn towards everyone's by five claims."""
    if not len(claims):
        return np.zeros(len(who))
    codes, first = np.unique(claims.customer, return_index=True)
    rates = late_rates(claims, day, first, np.full(len(first), YOUNGEST))[0]
    found = pd.Series(rates, index=claims.customers[codes].astype(str)).reindex(who)
    filled: Floats = found.fillna(float(rates.mean())).to_numpy().astype(np.float64)
    return filled


def _oldest(look: Look) -> Floats:
    """Return how many days late each active customer's oldest overdue item is; 0 for those without."""
    documents = look.documents
    unpaid = documents.where(~documents.isin("kind", *CREDIT_KINDS) & (documents["open_minor"] != 0))
    days: Floats = np.maximum(look.oldest(unpaid, "overdue"), 0)[look.active].astype(np.float64)
    return days
