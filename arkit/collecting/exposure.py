"""Credit 信用 of each customer: exposure against the limit, terms granted against terms taken, what lateness costs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from arkit import formulas
from arkit.collecting.limit import TOLERATED_DAYS, suggested_limit
from arkit.columns import CREDIT_KINDS
from arkit.diagnosis.past import Past
from arkit.frames import collect, day, until
from arkit.measures.payment import payment_days
from arkit.measures.results import SNAPSHOT, finish, note
from arkit.messages import Message
from arkit.money import digits, major

if TYPE_CHECKING:
    from arkit.ledger import Ledger

COLUMNS = (
    "limit", "exposure", "headroom", "used", "days_over_limit", "limit_by_record", "limit_by_capacity", "terms_granted",
    "terms_taken", "overdue", "carrying_cost",
)  # fmt: skip
NO_RATE = Message("no cost of capital is given")


def credit(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    annual_rate: float | None = None,
    basis: int = 365,
    tolerated_days: int = TOLERATED_DAYS,
) -> pd.DataFrame:
    """Hold each customer's debt against its limit and its terms 信用额度占用.

    Parameters
    ----------
    ledger
        The ledger. Of a snapshot the exposure is known; how long, the terms taken and the suggested limits are not.
    as_of
        The date.
    annual_rate, basis
        Cost of capital a year (0.06 for 6 %), and the days of a year; without a rate what is late has no cost.
    tolerated_days
        Delay beyond the due date that is lived with, for the limit by payment record.

    Returns
    -------
    pandas.DataFrame
        Index ``currency, customer_id``, customers that owe, or traded and have a limit; money in major units.
        ``limit`` on file (of the customers table; it is taken in the currency in which the customer owes most),
        ``exposure`` (receivables less unapplied credit), ``headroom`` and ``used`` (0-1) of the limit,
        ``days_over_limit`` (on end, up to the date: 0 within the limit), ``limit_by_record`` and ``limit_by_capacity``
        (:func:`arkit.collecting.limit.suggested_limit`), ``terms_granted`` and ``terms_taken`` (days from invoice to
        due date and to payment, by amount, of what was paid in 12 months), ``overdue``, ``carrying_cost`` of it from
        each due date to the date 资金占用成本. NaN is not known, or no limit on file.

    References
    ----------
    See :func:`arkit.formulas.limit_by_record`, :func:`arkit.formulas.limit_by_capacity`,
    :func:`arkit.formulas.carrying_cost`.
    """
    limit = day(as_of)
    frame = against_limits(ledger, as_of=limit, annual_rate=annual_rate, basis=basis)
    told, past = frame.attrs, Past.of(ledger, limit)
    if ledger.scope == "snapshot":
        frame[["limit_by_record", "limit_by_capacity"]] = np.nan
    else:
        keys = [(str(code), str(who)) for code, who in frame.index]
        suggested = [suggested_limit(past, who, code, tolerated_days=tolerated_days) for code, who in keys]
        frame["limit_by_record"] = [each.record.value for each in suggested]
        frame["limit_by_capacity"] = [each.capacity.value for each in suggested]
    conventions = {**told["conventions"], "tolerated_days": tolerated_days}
    return finish(frame[list(COLUMNS)].astype("float64"), as_of=limit, conventions=conventions, notes=told["notes"])


def against_limits(
    ledger: Ledger, *, as_of: str | dt.date, annual_rate: float | None = None, basis: int = 365
) -> pd.DataFrame:
    """Hold each customer's debt against its limit, without suggesting another one, which takes longer.

    Parameters
    ----------
    ledger, as_of, annual_rate, basis
        As for :func:`credit`.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`credit` but for the suggested limits.
    """
    limit = day(as_of)
    open_now = _open(ledger, limit, annual_rate, basis)
    limits = _limits(Past.of(ledger, limit), open_now)
    keys = sorted({*open_now.index, *limits.index})
    frame = pd.DataFrame(index=pd.MultiIndex.from_tuples(keys, names=["currency", "customer_id"]))
    frame["limit"] = limits.reindex(frame.index)
    frame["exposure"] = open_now["exposure"].reindex(frame.index).fillna(0.0)
    room = frame["limit"] - frame["exposure"]
    frame["headroom"] = [round(value, digits(code)) for value, (code, _) in zip(room, keys, strict=True)]
    frame["used"] = (frame["exposure"] / frame["limit"]).where(frame["limit"] > 0)
    notes = []
    if ledger.scope == "snapshot":
        frame[["days_over_limit", "terms_granted", "terms_taken"]] = np.nan
        notes += [note("terms_taken", {"currency": code}, SNAPSHOT) for code in ledger.currencies]
    else:
        frame["days_over_limit"] = _days_over(ledger, limit, frame["limit"])
        taken = payment_days(ledger, as_of=limit, by="customer_id").reindex(frame.index)
        frame["terms_granted"] = taken["weighted_days"] - taken["weighted_beyond_terms"]
        frame["terms_taken"] = taken["weighted_days"]
    frame["overdue"] = open_now["overdue"].reindex(frame.index).fillna(0.0)
    frame["carrying_cost"] = open_now["carrying_cost"].reindex(frame.index).fillna(0.0)
    if annual_rate is None:
        frame["carrying_cost"] = np.nan
        notes += [note("carrying_cost", {"currency": code}, NO_RATE) for code in ledger.currencies]
    conventions = {"annual_rate": "none" if annual_rate is None else annual_rate, "basis": basis}
    return finish(frame.astype("float64"), as_of=limit, conventions=conventions, notes=notes)


def _open(ledger: Ledger, limit: dt.date, annual_rate: float | None, basis: int) -> pd.DataFrame:
    """Return exposure, what is overdue of it, and what carrying that has cost, by currency and customer."""
    moves = ledger.movements(limit)
    sums = collect(moves.group_by("currency", "customer_id", "kind", "due").agg(nw.col("minor").sum()))
    minor = sums["minor"].astype("int64")
    late = (pd.Timestamp(limit) - pd.to_datetime(sums["due"])).dt.days.to_numpy()
    overdue = minor.where((late > 0) & ~sums["kind"].isin(CREDIT_KINDS), 0)
    keys = [sums["currency"].astype("str"), sums["customer_id"].astype("str")]
    cost = [
        formulas.carrying_cost(float(amount), annual_rate or 0.0, max(int(days), 0), basis=basis)
        for amount, days in zip(overdue, late, strict=True)
    ]
    parts = pd.DataFrame({"exposure": minor, "overdue": overdue, "carrying_cost": cost}).groupby(keys).sum()
    parts.index.names = ["currency", "customer_id"]
    scale = [10.0 ** digits(code) for code in parts.index.get_level_values("currency")]
    found = parts.div(scale, axis=0)
    places = [digits(code) for code in found.index.get_level_values("currency")]
    found["carrying_cost"] = [round(value, at) for value, at in zip(found["carrying_cost"], places, strict=True)]
    return found


def _limits(past: Past, open_now: pd.DataFrame) -> pd.Series:
    """Return the limits on file, each in the currency in which its customer owes most, else in that of its sales."""
    if "credit_limit" not in past.customers or past.customers.empty:
        on_file = pd.Series(dtype="float64")
    else:
        on_file = pd.to_numeric(past.customers.set_index("customer_id")["credit_limit"], errors="coerce").dropna()
    owed = open_now.loc[open_now["exposure"] > 0, "exposure"].rename("size")
    sales = past.sales.groupby(["currency", "customer_id"], observed=True)["minor"].sum()
    sold = major(sales, sales.index.get_level_values("currency")).rename("size")
    sizes = [each.sort_values(ascending=False).reset_index() for each in (owed, sold)]
    main = pd.concat(sizes).astype({"currency": "str", "customer_id": "str"}).drop_duplicates("customer_id")
    main = main[main["customer_id"].isin(on_file.index)]
    index = pd.MultiIndex.from_frame(main[["currency", "customer_id"]])
    return pd.Series(on_file.reindex(main["customer_id"]).to_numpy(dtype="float64"), index=index)


def _days_over(ledger: Ledger, limit: dt.date, limits: pd.Series) -> pd.Series:
    """Return for how many days on end each exposure has been above its limit, up to the date."""
    rows = until(ledger.entries(), limit)
    daily = collect(rows.group_by("currency", "customer_id", "effective").agg(nw.col("minor").sum()))
    daily = daily.astype({"currency": "str", "customer_id": "str"}).sort_values("effective", kind="stable")
    keys = ["currency", "customer_id"]
    scale = np.array([10.0 ** digits(code) for code in daily["currency"]])
    daily["exposure"] = daily.groupby(keys)["minor"].cumsum() / scale
    at_limit = limits.rename("limit").reset_index()
    daily = daily.merge(at_limit, how="inner", on=keys)
    over = daily["exposure"] > daily["limit"]
    within = daily[~over].groupby(keys)["effective"].max().rename("within").reset_index()
    stretch = daily[over].merge(within, how="left", on=keys)
    stretch = stretch[stretch["within"].isna() | (stretch["effective"] > stretch["within"])]
    since = stretch.groupby(keys)["effective"].min().reindex(limits.index)
    days = (pd.Timestamp(limit) - since).dt.days + 1
    found: pd.Series = days.fillna(0).where(limits.notna()).astype("float64")
    return found
