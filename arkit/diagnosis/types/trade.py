"""The trade type: what the customer file says, else what papers and payments suggest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from arkit.diagnosis.signals.look import Look
from arkit.diagnosis.signals.plain import plain
from arkit.diagnosis.types.kinds import Table, TradeSettings
from arkit.messages import Message


def trade(look: Look, rules: Table) -> pd.DataFrame:
    """Return the trade type of each active customer.

    Returns
    -------
    pandas.DataFrame
        Index customer; ``trade`` (a key, another word of the file, or empty), ``trade_source`` (given, suggested,
        none), ``suggested`` (a key or empty), ``trade_reason`` (what the suggestion rests on).
    """
    known = {word.lower(): key for key, kind in rules.trade.items() for word in (key, *kind.known_as)}
    past = look.past.customers
    given = pd.Series("", index=look.customers, dtype="object")
    if "type" in past and "customer_id" in past:
        file = plain(past[["customer_id", "type"]]).drop_duplicates("customer_id")
        said = file.set_index("customer_id")["type"].reindex(look.customers)
        given = (
            said.astype("object")
            .where(said.notna(), "")
            .map(lambda word: known.get(str(word).strip().lower(), str(word)))
        )
    frame = suggest(look, rules.trade_settings).reindex(look.active)
    given = given.reindex(look.active)
    frame["trade_source"] = np.select([given != "", frame["suggested"] != ""], ["given", "suggested"], "none")
    frame["trade"] = given.where(given != "", frame["suggested"]).astype("str")
    return frame[["trade", "trade_source", "suggested", "trade_reason"]]


def suggest(look: Look, settings: TradeSettings) -> pd.DataFrame:
    """Suggest trade types from terms, size, milestones, deductions and pay days; index customer."""
    facts = _facts(look, settings)
    facts["bills"] = facts["bills"].fillna(0.0)
    silent = look.missing(("documents:terms",)) is not None and look.missing(("documents:item_type",)) is not None
    few = (facts["items"] < settings.least_items) | silent
    engineering = (facts["milestones"] >= settings.milestone_share) | (facts["acceptance"] >= settings.acceptance_share)
    runs = (facts["run"] >= settings.run_share) & (facts["month_end"] >= settings.month_end_share)
    retail = (runs & (facts["bills"] < settings.bill_share)) | (facts["deductions"] >= settings.deduction_share)
    dealer = (facts["granted"] <= settings.short_terms_days) & (facts["bills"] < settings.bill_share)
    kinds = np.select([few, engineering, retail, dealer], ["", "engineering", "retail", "dealer"], "industrial")
    facts = facts.fillna(0.0)
    mute = Message("the documents name neither terms nor item types: nothing to suggest a trade type from")
    told = [
        mute if silent else _reason(kind, facts.loc[who], settings)
        for who, kind in zip(facts.index, kinds, strict=True)
    ]
    frame = pd.DataFrame({"suggested": pd.Series(kinds, dtype="str"), "trade_reason": pd.Series(told, dtype="object")})
    return frame.set_axis(facts.index)


def _reason(kind: str, row: pd.Series, settings: TradeSettings) -> Message:
    if kind == "engineering":
        return Message(
            "{milestones:.0%} of invoices are milestones or retention money, {acceptance:.0%} run from acceptance",
            milestones=row["milestones"], acceptance=row["acceptance"],
        )  # fmt: skip
    if kind == "retail":
        return Message(
            "{run:.0%} of payment days lie within {days} days of the month; {deductions:.0%} deductions per invoice",
            run=row["run"], days=settings.run_days, deductions=row["deductions"],
        )  # fmt: skip
    if kind == "":
        return Message("only {n:.0f} invoices: too few to suggest a trade type", n=row["items"])
    return Message(
        "terms of {granted:.0f} days at the median, {bills:.0%} paid by bill, invoices {size:.1f} times the usual size",
        granted=row["granted"], bills=row["bills"], size=row["size"],
    )  # fmt: skip


def _facts(look: Look, settings: TradeSettings) -> pd.DataFrame:
    start = look.ago(settings.window_days)
    documents = look.documents[look.documents["date"] > start]
    sales = documents[documents["kind"] == "invoice"]
    who = sales["customer_id"]
    items = look.count(sales)
    terms = sales["terms"].astype("str").str.lower() if "terms" in sales else pd.Series("", index=sales.index)
    kind = sales["item_type"] if "item_type" in sales else pd.Series("", index=sales.index)
    notes = documents[documents["kind"].isin(["credit_note", "debit_note"])]
    paid = look.paid[look.paid["effective"] > start]
    money, bills = paid.groupby("customer_id")["minor"].sum(), paid[paid["event"] == "bill"]
    typical = look.per(sales[sales["main"]].groupby("customer_id")["minor"].median())
    shares: dict[str, pd.Series] = {
        "milestones": kind.isin(["milestone", "retention"]).groupby(who).mean(),
        "acceptance": (terms.str.contains("accept") | terms.str.contains("验收")).groupby(who).mean(),
        "month_end": (terms.str.contains("eom") | terms.str.contains("月结")).groupby(who).mean(),
        "granted": (sales["due"] - sales["date"]).dt.days.groupby(who).median(),
        "deductions": look.count(notes) / items.where(items > 0),
        "bills": bills.groupby("customer_id")["minor"].sum().reindex(money.index, fill_value=0) / money,
        "size": typical / typical.groupby(look.currency).transform("median"),
        "run": _run(look, settings, start),
    }
    return pd.DataFrame({"items": items, **{name: look.per(column) for name, column in shares.items()}})


def _run(look: Look, settings: TradeSettings, start: pd.Timestamp) -> pd.Series:
    """Return the share of payment days in the best few days of the month, by customer; NaN with few payments."""
    days = look.pay_days[look.pay_days["date"] > start]
    number = look.customers.get_indexer(pd.Index(days["customer_id"]))
    on = np.bincount(number * 31 + days["date"].dt.day.to_numpy() - 1, minlength=len(look.customers) * 31)
    ring = on.reshape(-1, 31)
    best = sum(np.roll(ring, -k, axis=1) for k in range(settings.run_days))
    total = ring.sum(axis=1)
    share = np.where(total >= settings.least_payments, np.max(best, axis=1) / np.maximum(total, 1), np.nan)
    return pd.Series(share, index=look.customers)
