"""The trade type: what the customer file says, else what papers and payments suggest."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from arkit.diagnosis.coded import Floats, Rows, added, mean, quantile, ratio
from arkit.diagnosis.signals.look import Look
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
    given = pd.Series("", index=pd.Index(look.customers), dtype="object")
    if "type" in past and "customer_id" in past:
        file = past[["customer_id", "type"]].drop_duplicates("customer_id")
        said = file.set_index("customer_id")["type"].reindex(pd.Index(look.customers))
        given = (
            said.astype("object")
            .where(said.notna(), "")
            .map(lambda word: known.get(str(word).strip().lower(), str(word)))
        )
    frame, given = suggest(look, rules.trade_settings), given[look.active]
    frame["trade_source"] = np.select([given != "", frame["suggested"] != ""], ["given", "suggested"], "none")
    frame["trade"] = given.where(given != "", frame["suggested"]).astype("str")
    return frame[["trade", "trade_source", "suggested", "trade_reason"]]


def suggest(look: Look, settings: TradeSettings) -> pd.DataFrame:
    """Suggest trade types from terms, size, milestones, deductions and pay days; index active customer."""
    facts = _facts(look, settings)[look.active].copy()
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
        mute if silent else _reason(kind, row, settings)
        for row, kind in zip(facts.to_dict("index").values(), kinds, strict=True)
    ]
    frame = pd.DataFrame({"suggested": pd.Series(kinds, dtype="str"), "trade_reason": pd.Series(told, dtype="object")})
    return frame.set_axis(facts.index)


def _reason(kind: str, row: dict[Hashable, float], settings: TradeSettings) -> Message:
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
    size = len(look.customers)
    documents = look.documents.where(look.documents["age"] < settings.window_days)
    sales = documents.where(documents.isin("kind", "invoice"))
    notes = documents.where(documents.isin("kind", "credit_note", "debit_note"))
    main = sales.where(sales["main"])
    who, items = sales["customer"], look.count(sales)
    paid = look.paid.where(look.paid["age"] < settings.window_days)
    bills = paid.where(paid.isin("event", "bill"))
    money, by_bill = (added(rows["customer"], rows["minor"], size) for rows in (paid, bills))
    typical = pd.Series(quantile(main["customer"], main["minor"], size))
    facts = {
        "items": items,
        "milestones": _share(look, sales, "item_type", "milestone", "retention"),
        "acceptance": _share(look, sales, "terms", "accept", "验收"),
        "month_end": _share(look, sales, "terms", "eom", "月结"),
        "granted": quantile(who, sales["age"] - sales["overdue"], size),
        "deductions": ratio(look.count(notes), items),
        "bills": np.where(look.count(paid) > 0, by_bill / np.where(money == 0, np.nan, money), np.nan),
        "size": (typical / typical.groupby(look.currency).transform("median")).to_numpy(),
        "run": _run(look, settings),
    }
    return pd.DataFrame(facts, index=pd.Index(look.customers))


def _share(look: Look, sales: Rows, column: str, *words: str) -> Floats:
    """Return the share of each customer's invoices whose terms or item type hold one of some words."""
    told = np.zeros(len(sales))
    if column in look.past.documents:
        codes, texts = look.past.coded("documents", column)
        holds = [any(word in str(text).lower() for word in words) for text in texts]
        told = np.array([*holds, False], dtype=np.float64)[codes[sales["number"]]]
    return mean(sales["customer"], told, len(look.customers))


def _run(look: Look, settings: TradeSettings) -> Floats:
    """Return the share of payment days in the best few days of the month, by customer; NaN with few payments."""
    days = look.pay_days.where(look.pay_days["age"] < settings.window_days)
    date = np.datetime64(look.past.as_of, "D") - days["age"]
    day = (date - date.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    ring = np.bincount(days["customer"] * 31 + day, minlength=len(look.customers) * 31).reshape(-1, 31)
    best = sum(np.roll(ring, -k, axis=1) for k in range(settings.run_days))
    total = ring.sum(axis=1)
    return np.where(total >= settings.least_payments, np.max(best, axis=1) / np.maximum(total, 1), np.nan)
