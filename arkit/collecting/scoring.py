"""What each open claim is worth a contact: money x chance that it stays open x chance that a contact matters."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from arkit.collecting.timetable import Timetable
from arkit.diagnosis.causes import diagnose
from arkit.diagnosis.causes.families import UNKNOWN, keys
from arkit.diagnosis.causes.result import Causes, Reasons
from arkit.diagnosis.coded import Floats
from arkit.diagnosis.past import Past
from arkit.diagnosis.payment_model import fitted
from arkit.diagnosis.sight import Sight, accumulated
from arkit.diagnosis.signals import promises, standing
from arkit.diagnosis.signals.rules import table as risk_table

CONTACTS = ("message", "call", "visit", "letter", "external", "legal")
"""Activities after which a customer is left to act; a reminder is none of them."""
LATELY = 30
"""Days in which contacts wear off (``again``)."""


def claims(past: Past, table: Timetable, *, reasons: Reasons, rates: Mapping[str, float] | None) -> pd.DataFrame:
    """Return the open claims with what a contact through each channel is expected to move.

    Returns
    -------
    pandas.DataFrame
        A row per open claim (bills only once overdue): ``document_id, customer_id, currency, open`` (major units),
        ``value`` (``open`` on one scale for all currencies), ``late_days`` (negative: not due yet), ``stay`` (0-1, that
        it is still open at the horizon if nobody acts), ``cause``, and by channel the chance (0-1) that it matters.
    """
    items = past.items
    items = items[(items["open_minor"] > 0) & ((items["kind"] != "bill") | (items["due"] < past.today))]
    frame = items[["document_id", "customer_id", "currency"]].astype("str").reset_index(drop=True)
    frame["open"] = items["open"].to_numpy()
    frame["late_days"] = (past.today - items["due"]).dt.days.to_numpy(np.int64)
    frame["value"] = frame["open"] * _scale(frame, rates)
    frame["stay"] = _stay(past, table.horizon_days).reindex(frame["document_id"]).fillna(1.0).to_numpy()
    share = _shares(frame, diagnose(past, reasons=reasons))
    order = [*keys(), UNKNOWN]
    frame["cause"] = pd.Series(np.array(order, dtype=object)[share.argmax(axis=1)], dtype="str")
    for way in table.channels:
        frame[way.key] = share @ np.array([table.causes[key].chance[way.key] for key in order])  # type: ignore[index]
    return frame


def _scale(frame: pd.DataFrame, rates: Mapping[str, float] | None) -> Floats:
    """Put amounts of several currencies on one scale: by the rates given, else by what a usual claim is in each."""
    codes = frame["currency"]
    if codes.nunique() < 2:
        return np.ones(len(frame), dtype=np.float64)
    if rates is not None:
        return np.asarray(codes.map(dict(rates)), dtype=np.float64)
    main = codes.mode().iloc[0]
    usual = frame.groupby("currency")["open"].median()
    return np.asarray(codes.map(usual[main] / usual), dtype=np.float64)


def learnable(past: Past) -> bool:
    """Tell whether the ledger shows how claims get settled."""
    return past.scope == "full" and bool(past.items["closed_on"].notna().any())


def _stay(past: Past, horizon: int) -> pd.Series:
    """Return by document the chance that it is still open so many days on, as payments have gone so far."""
    if not learnable(past):
        return pd.Series(dtype="float64")
    known, model = fitted(past)
    sight = Sight(known, model.day)
    place = sight.open
    late = model.day - known.due[place]
    chance = np.exp(-accumulated(model.hazards(sight, place), late, late + horizon))
    return pd.Series(chance, index=pd.Index(known.ids[place]).astype("str"))


def _shares(frame: pd.DataFrame, found: Causes) -> Floats:
    """Return the shares of the causes in each claim; what is not due yet goes by the customer's overdue claims.

    A receipt that is not applied says nothing about the next invoice, so ``unapplied`` is not carried over.
    """
    order = [*keys(), UNKNOWN]
    long = found.shares
    wide = long.pivot_table(index="document_id", columns="cause", values="share", aggfunc="sum", fill_value=0.0)
    own = wide.reindex(index=frame["document_id"], columns=order).fillna(0.0).to_numpy(np.float64)
    carried = long[long["cause"] != "unapplied"]
    by = carried.pivot_table(index="customer_id", columns="cause", values="amount", aggfunc="sum", fill_value=0.0)
    usual = by.reindex(index=frame["customer_id"], columns=order).fillna(0.0).to_numpy(np.float64)
    share = np.where(own.sum(axis=1, keepdims=True) > 0, own, usual)
    share[share.sum(axis=1) <= 0, -1] = 1.0
    normal: Floats = share / share.sum(axis=1, keepdims=True)
    return normal


def customers(past: Past, table: Timetable) -> pd.DataFrame:
    """Return what bears on contacting each customer now.

    Returns
    -------
    pandas.DataFrame
        Index ``customer_id``: ``level`` (early warning), ``broken`` (a promise, within the rest days, since the last
        contact), ``promised_on`` (a promise that is still running), ``contacts`` (in the last 30 days), ``last``
        (contact), ``resting`` (contacted within the rest days, no promise broken since), ``urgency``, ``left`` (0-1, of
        a contact's effect after those made and promises running).
    """
    names = pd.Index(past.documents["customer_id"].astype("str").unique(), name="customer_id")
    scores = standing(past).scores.set_index("customer_id")["level"]
    levels = [level.key for level in risk_table().levels]
    frame = pd.DataFrame(index=names)
    frame["level"] = [levels[int(place)] for place in scores.reindex(names).fillna(0)]
    log = past.activities
    made = log[log["kind"].isin(CONTACTS)] if len(log) else pd.DataFrame({"customer_id": [], "date": []})
    who = made["customer_id"].astype("str")
    frame["last"] = pd.to_datetime(made["date"]).groupby(who).max().reindex(names)
    recent = pd.to_datetime(made["date"]) > past.today - pd.Timedelta(days=LATELY)
    frame["contacts"] = recent.groupby(who).sum().reindex(names).fillna(0).astype("int64")
    kept = promises(past)
    missed = kept[~kept["kept"] & (kept["due_on"] > past.today - pd.Timedelta(days=table.rest_days))]
    day = missed.groupby("customer_id")["due_on"].max().reindex(names)
    frame["broken"] = (day.notna() & ~(frame["last"] > day)).to_numpy()
    frame["promised_on"] = _running(past).reindex(names)
    frame["resting"] = (frame["last"] > past.today - pd.Timedelta(days=table.rest_days)) & ~frame["broken"]
    urgency = frame["level"].map(table.urgency.model_dump()).astype("float64")
    frame["urgency"] = urgency * np.where(frame["broken"], table.urgency.broken_promise, 1.0)
    waits = np.where(frame["promised_on"].notna(), table.pending, 1.0)
    frame["left"] = table.again ** frame["contacts"].to_numpy() * waits
    return frame


def _running(past: Past) -> pd.Series:
    """Return by customer the last day for which payment is promised, where that lies ahead and something is open."""
    log = past.activities
    if log.empty or "due_on" not in log:
        return pd.Series(dtype="datetime64[us]")
    ahead = log[log["kind"].isin(["promise", "plan"]) & (log["due_on"] >= past.today)]
    if "document_id" in ahead:
        still = past.items.loc[past.items["open_minor"] > 0, "document_id"].astype("str")
        ahead = ahead[ahead["document_id"].isna() | ahead["document_id"].astype("str").isin(still)]
    return ahead["due_on"].groupby(ahead["customer_id"].astype("str")).max()
