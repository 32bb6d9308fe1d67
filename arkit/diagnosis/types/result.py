"""Customer types 客户类型: how each customer trades and behaves, how sure that is, and how to approach him."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from arkit.diagnosis.past import Past
from arkit.diagnosis.signals.look import Look
from arkit.diagnosis.types.behaviour import behaviour
from arkit.diagnosis.types.kinds import Table, table
from arkit.diagnosis.types.trade import trade
from arkit.frames import day
from arkit.messages import Message

if TYPE_CHECKING:
    from arkit.ledger import Ledger

EARLIER_MONTHS = (3, 6)
"""Stability: the type so many months before."""
_UNJUDGED = ("", "too_new", "unknown")


@dataclass(frozen=True, eq=False)
class CustomerTypes:
    """The types of the customers at a date.

    Parameters
    ----------
    as_of
        The date.
    frame
        A row per customer who owes something or traded within a year: ``customer_id, currency, balance, overdue``
        (major units of his main currency), ``trade, trade_source`` (given, suggested, none), ``suggested,
        trade_reason, behaviour, rule`` (the rule or statistic in words), ``behaviour_3, behaviour_6`` (the type three
        and six months before; empty: no customer then), ``stable`` (the same type in both; missing where one was too
        new to tell), ``approach, avoid, mind`` (words of ``types.yaml`` for behaviour and trade type).
    mix
        Index currency and behaviour: ``customers, balance, overdue``.
    stability
        Index behaviour: ``customers``, ``judged_3, same_3, judged_6, same_6`` (of those judged at both dates, the share
        with the same type, 0-1).
    notes
        What could not be judged, and why.
    """

    as_of: dt.date
    frame: pd.DataFrame
    mix: pd.DataFrame
    stability: pd.DataFrame
    notes: tuple[Message, ...]


def customer_types(ledger: Ledger, *, as_of: str | dt.date) -> CustomerTypes:
    """Find the trade type and the behaviour type of every customer from what was known at a date.

    Parameters
    ----------
    ledger
        The ledger.
    as_of
        The date; nothing later is looked at.

    Returns
    -------
    CustomerTypes
        ``frame, mix, stability, notes``.

    Raises
    ------
    ArkitError
        For a date that is none.

    Notes
    -----
    The rules of behaviour are asked in this order, the first that holds decides: too new, disputing, wilful (a
    hypothesis for a person to confirm), promise-breaker, seasonal, slowing, habitually late, prompt; what is left is
    irregular. The thresholds stand in ``types.yaml``.

    Examples
    --------
    >>> import arkit
    >>> world = arkit.simulate(seed=1, months=12, customers=20)
    >>> found = customer_types(world.ledger, as_of="2023-12-31")
    >>> sorted(set(found.frame["trade"]))
    ['dealer', 'engineering', 'industrial', 'retail']
    """
    now = pd.Timestamp(day(as_of))
    past = Past.of(ledger, as_of)
    earlier = [(now - pd.DateOffset(months=months)).date() for months in EARLIER_MONTHS]
    return classify(past, [past.earlier(date) for date in earlier])


def classify(past: Past, earlier: list[Past], rules: Table | None = None) -> CustomerTypes:
    """Find the types of a past, and their stability against those of earlier ones, as far as they are given."""
    rules = rules or table()
    look = Look.at(past)
    found = trade(look, rules).join(behaviour(look, rules.behaviour_settings))
    then = [behaviour(Look.at(old), rules.behaviour_settings)["behaviour"] for old in earlier]
    then += [pd.Series(dtype="object")] * (len(EARLIER_MONTHS) - len(then))
    frame = found.rename_axis("customer_id").reset_index()
    frame["customer_id"] = frame["customer_id"].astype("str")
    frame = frame.join(look.frame(), on="customer_id")
    names = [f"behaviour_{months}" for months in EARLIER_MONTHS]
    for name, old in zip(names, then, strict=True):
        frame[name] = old.reindex(pd.Index(frame["customer_id"])).fillna("").astype("str").set_axis(frame.index)
    judged = ~frame[["behaviour", *names]].isin(_UNJUDGED).any(axis=1)
    same = frame[names].eq(frame["behaviour"], axis=0).all(axis=1)
    frame["stable"] = same.astype("boolean").where(judged)
    kinds, trades = rules.behaviour, {str(key): kind for key, kind in rules.trade.items()}
    words = {str(key): (kind.approach, kind.avoid) for key, kind in kinds.items()}
    frame["approach"] = pd.Series([words[key][0] for key in frame["behaviour"]], dtype="object")
    frame["avoid"] = pd.Series([words[key][1] for key in frame["behaviour"]], dtype="object")
    frame["mind"] = pd.Series([trades[key].mind if key in trades else "" for key in frame["trade"]], dtype="object")
    columns = [
        "customer_id", "currency", "balance", "overdue", "trade", "trade_source", "suggested", "trade_reason",
        "behaviour", "rule", *names, "stable", "approach", "avoid", "mind",
    ]  # fmt: skip
    mix = frame.groupby(["currency", "behaviour"]).agg(
        customers=("customer_id", "size"), balance=("balance", "sum"), overdue=("overdue", "sum")
    )
    return CustomerTypes(past.as_of, frame[columns], mix, _stability(frame), tuple(_notes(look, frame)))


def _stability(frame: pd.DataFrame) -> pd.DataFrame:
    grouped = frame.groupby("behaviour")
    stability = pd.DataFrame({"customers": grouped.size()})
    for months in EARLIER_MONTHS:
        before = frame[f"behaviour_{months}"]
        judged = frame[~before.isin(_UNJUDGED) & ~frame["behaviour"].isin(_UNJUDGED)]
        same = (judged["behaviour"] == judged[f"behaviour_{months}"]).groupby(judged["behaviour"])
        stability[f"judged_{months}"] = same.size().reindex(stability.index, fill_value=0)
        stability[f"same_{months}"] = same.mean().reindex(stability.index)
    return stability


def _notes(look: Look, frame: pd.DataFrame) -> list[Message]:
    notes = []
    for needs, words in (
        (("history",), Message("the ledger holds no settled items: behaviour can not be judged")),
        (
            ("activities",),
            Message("there is no log of contacts: disputes, broken promises and ill will can not be seen"),
        ),
        (("customers:type",), Message("the customer file names no types: trade types are suggested from the papers")),
        (("documents:terms",), Message("the documents name no terms: trade types can hardly be suggested")),
    ):
        if look.missing(needs) is not None:
            notes.append(words)
    differ = (frame["trade_source"] == "given") & (frame["suggested"] != "") & (frame["suggested"] != frame["trade"])
    if differ.any():
        notes.append(
            Message("the papers of {n} customers suggest another trade type than the file's", n=int(differ.sum()))
        )
    return notes
