"""Our own papers: order number, day of invoicing, terms, item type, credit limit. Rules, since the ledger says so.

:func:`marks` tells of every invoice what stands on its papers, so that a customer's past can be read without what was
our own doing; the evidence is the marks of the overdue ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from arkit.columns import SALES_KINDS
from arkit.diagnosis.causes.evidence import Found, there
from arkit.diagnosis.causes.view import Bools, Floats, View, days, ordered, text
from arkit.messages import Message

_REISSUE_DAYS = 10
_USUAL = 0.5
"""Where fewer invoices than this share carry an order number, its absence says nothing."""


def marks(view: View) -> pd.DataFrame:
    """Return, for every invoice of the past, what its papers show; indexed by the document's number.

    Returns
    -------
    pandas.DataFrame
        True or false: ``no_order, invoiced_late, beyond_policy, no_due_date, milestone, retention, stretched,
        over_limit, month_end, large, reissue``; figures: ``lag`` (days from delivery to invoice), ``granted``
        (days to pay), ``usual`` (days the customer is usually granted), ``exposure`` (owed with it, major units),
        ``limit`` (major units), ``times`` (the customer's usual invoice).
    """
    sales, settings = view.sales, view.settings
    frame = pd.DataFrame(index=pd.Index(sales["number"]))
    frame["no_order"] = _no_order(view, sales)
    frame["lag"] = _lag(view, sales)
    frame["invoiced_late"] = frame["lag"].to_numpy() > settings.invoiced_late_days
    dated = sales["due_date"].notna().to_numpy()
    retention = _item(sales, "retention")
    granted = sales["granted"].to_numpy(np.float64)
    usual = sales["granted"].where(dated & ~retention).groupby(sales["customer"]).transform("median").to_numpy()
    frame["granted"], frame["usual"] = granted, usual
    frame["no_due_date"] = ~dated & (sales["kind"] == "invoice").to_numpy()
    longer = granted - usual
    frame["beyond_policy"] = dated & ~retention & (granted > settings.policy_days) & (longer > settings.stretched_days)
    frame["milestone"], frame["retention"] = _item(sales, "milestone"), retention
    frame["stretched"] = dated & ~retention & ~frame["beyond_policy"].to_numpy() & _stretched(view, sales, longer)
    frame["exposure"] = exposure(view)
    limits = pd.to_numeric(view.file["credit_limit"], errors="coerce").to_numpy(np.float64)
    frame["limit"] = limits[sales["customer"].to_numpy()]
    frame["over_limit"] = frame["exposure"].to_numpy() > frame["limit"].to_numpy()
    last = (sales["date"] + pd.offsets.MonthEnd(0)).to_numpy()
    left = np.busday_count(sales["date"].to_numpy().astype("datetime64[D]"), last.astype("datetime64[D]") + 1)
    frame["month_end"] = left <= settings.month_end_days
    typical = sales["minor"].groupby(sales["customer"]).transform("median").to_numpy()
    frame["times"] = sales["minor"].to_numpy() / np.where(typical > 0, typical, np.nan)
    frame["large"] = frame["times"].to_numpy() >= settings.large_order
    frame["reissue"], frame["replaces"] = _reissue(view, sales)
    return frame


def _no_order(view: View, sales: pd.DataFrame) -> Bools:
    if not view.has("order_number"):
        return np.zeros(len(sales), dtype=bool)
    given = sales["order_number"].notna().to_numpy() & (text(sales["order_number"]) != "")
    none: Bools = ~given & (sales["kind"] == "invoice").to_numpy()
    return none if given.mean() >= _USUAL else np.zeros(len(sales), dtype=bool)


def _lag(view: View, sales: pd.DataFrame) -> Floats:
    if not view.has("delivered_on"):
        return np.full(len(sales), np.nan)
    delivered = pd.to_datetime(sales["delivered_on"])
    return np.asarray((sales["date"] - delivered).dt.days, dtype=np.float64)


def _item(sales: pd.DataFrame, word: str) -> Bools:
    if "item_type" not in sales:
        return np.zeros(len(sales), dtype=bool)
    found: Bools = text(sales["item_type"]) == word
    return found


def _stretched(view: View, sales: pd.DataFrame, longer: Floats) -> Bools:
    """Tell which were granted more than the customer's own terms: by name where given, else by the days."""
    by_days: Bools = longer >= view.settings.stretched_days
    if not view.has("terms"):
        return by_days
    written, agreed = text(sales["terms"]), text(view.file["terms"])[sales["customer"].to_numpy()]
    named = (written != "") & (agreed != "")
    differs = (written != agreed) & (longer > 0)
    return np.where(named, differs, by_days)


def exposure(view: View) -> Floats:
    """Return what each customer owed on invoices right after each one, that one included, in major units.

    Earlier ones of the same day count; what was settled by bill no longer does.
    """
    sales, moves = view.sales, view.past.moves
    number = view.numbers(moves["document_id"])
    of_sale = np.isin(number, sales["number"])
    number, moves = number[of_sale], moves[of_sale]
    who = np.concatenate([sales["customer"], view.documents["customer"].to_numpy()[number]])
    day = np.concatenate([days(sales["date"]), days(moves["effective"])])
    change = np.concatenate([sales["minor"], -moves["minor"]])
    late = np.concatenate([np.zeros(len(sales), dtype=np.int64), np.full(len(moves), -1)])  # money first, then sales
    order = np.lexsort((late, ordered(who, day)))
    running = np.cumsum(change[order])
    first = np.flatnonzero(np.diff(who[order], prepend=-1))
    before = np.concatenate([[0], running])[first]
    running = running - np.repeat(before, np.diff(np.append(first, len(order))))
    after = np.empty(len(order), dtype=np.float64)
    after[order] = running
    scale = (sales["amount"] / sales["minor"].where(sales["minor"] != 0)).to_numpy(np.float64)
    owed: Floats = after[: len(sales)] * np.nan_to_num(scale)
    return owed


def _reissue(view: View, sales: pd.DataFrame) -> tuple[Bools, list[str]]:
    """Find invoices that stand in for one that was credited in full: same customer and amount, a few days apart."""
    moves = view.past.moves
    credits = moves[moves["event"] == "credit_note"]
    old = view.documents.iloc[view.numbers(credits["document_id"])]
    whole = (old["minor"].to_numpy() == credits["minor"].to_numpy()) & old["kind"].isin(SALES_KINDS).to_numpy()
    cancelled = old.loc[whole, ["customer", "minor", "document_id"]].assign(on=credits["effective"].to_numpy()[whole])
    new = sales[["customer", "minor", "document_id", "date"]].assign(row=np.arange(len(sales)))
    pairs = new.merge(cancelled, on=["customer", "minor"], suffixes=("", "_old"))
    near = (pairs["date"] - pairs["on"]).dt.days.abs() <= _REISSUE_DAYS
    pairs = pairs[near & (pairs["document_id"] != pairs["document_id_old"])].drop_duplicates("row")
    found, replaced = np.zeros(len(sales), dtype=bool), np.full(len(sales), "", dtype=object)
    found[pairs["row"]], replaced[pairs["row"]] = True, pairs["document_id_old"]
    return found, replaced.tolist()


@dataclass(frozen=True)
class _Reader:
    """The marks of the overdue items, by their place."""

    frame: pd.DataFrame

    def mask(self, name: str) -> Bools:
        """Return one mark."""
        return self.frame[name].eq(True).to_numpy()

    def number(self, name: str, row: int) -> float:
        """Return one figure of one item."""
        return float(self.frame[name].iloc[row])


def found(view: View, marked: pd.DataFrame, habitual: Bools) -> Iterator[Found]:
    """Yield what the papers of the overdue items show.

    Parameters
    ----------
    view
        The past.
    marked
        What :func:`marks` returned.
    habitual
        The overdue items whose customer trades over his limit as a rule: that is weak credit, not a push, unless
        longer terms were granted on top.
    """
    items = view.items
    own = _Reader(marked.reindex(items["number"]))
    names, dates = text(items["document_id"]), items["date"].dt.date.to_numpy()

    def no_order(row: int) -> Message:
        return Message("{document} of {date} carries no order number", document=names[row], date=dates[row])

    def invoiced_late(row: int) -> Message:
        lag = own.number("lag", row)
        return Message(
            "{document} was invoiced on {date}, {n} days after delivery",
            document=names[row],
            date=dates[row],
            n=int(lag),
        )

    def reissue(row: int) -> Message:
        old = own.frame["replaces"].iloc[row]
        return Message("{document} stands in for {old}, which was cancelled", document=names[row], old=old)

    def no_due_date(row: int) -> Message:
        return Message("{document} of {date} has no due date", document=names[row], date=dates[row])

    def beyond(row: int) -> Message:
        return Message(
            "{document} was granted {n} days, the customer's usual are {usual}",
            document=names[row],
            n=int(own.number("granted", row)),
            usual=int(own.number("usual", row)),
        )

    def milestone(row: int) -> Message:
        return Message("{document} is a milestone payment", document=names[row])

    def retention(row: int) -> Message:
        return Message("{document} is retention money", document=names[row])

    def over_limit(row: int) -> Message:
        return Message(
            "when {document} was invoiced on {date} the customer owed {owed:,.0f} {currency}; "
            "the limit is {limit:,.0f}",
            document=names[row],
            date=dates[row],
            owed=own.number("exposure", row),
            currency=items["currency"].iloc[row],
            limit=own.number("limit", row),
        )

    def pushed(row: int) -> Message:
        return Message(
            "{document} was sold in the last days of its month ({date}), {times:.1f} times the usual amount",
            document=names[row],
            date=dates[row],
            times=own.number("times", row),
        )

    def on_terms(row: int) -> Message:
        return Message(
            "{document} was sold in the last days of its month ({date}), on longer terms than usual",
            document=names[row],
            date=dates[row],
        )

    over = own.mask("over_limit") & (~habitual | own.mask("stretched"))
    yield there("no_order_number", own.mask("no_order"), no_order)
    yield there("invoiced_late", own.mask("invoiced_late"), invoiced_late)
    yield there("reissued", own.mask("reissue"), reissue)
    yield there("no_due_date", own.mask("no_due_date"), no_due_date)
    yield there("beyond_policy", own.mask("beyond_policy"), beyond)
    yield there("milestone", own.mask("milestone"), milestone)
    yield there("retention", own.mask("retention"), retention)
    yield there("stretched_terms", own.mask("stretched"), beyond)
    yield there("over_limit", over, over_limit)
    yield there("month_end_push", own.mask("month_end") & own.mask("large"), pushed)
    yield there("pushed_on_terms", own.mask("month_end") & own.mask("stretched"), on_terms)
