"""All measures of a ledger at a date in one table, each with its terms and its definition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np
import pandas as pd

from arkit import formulas
from arkit.buckets import Bills
from arkit.errors import choose
from arkit.frames import day
from arkit.measures.aging import aging
from arkit.measures.bad_debt import bad_debt_rate
from arkit.measures.collection import collection_effectiveness
from arkit.measures.concentration import concentration
from arkit.measures.dso import Method, dso
from arkit.measures.payment import payment_days
from arkit.measures.results import NO_RECEIVABLES, finish
from arkit.messages import Message

if TYPE_CHECKING:
    from arkit.ledger import Ledger

METHODS: tuple[Method, ...] = get_args(Method)


@dataclass(frozen=True)
class Kpi:
    """What a key figure is: its unit and how it is computed."""

    unit: str
    definition: Message


DEFINITIONS: dict[str, Kpi] = {
    "receivables": Kpi("money", Message("All that is receivable at the date, unapplied credit deducted")),
    "overdue": Kpi("money", Message("What is past its due date, unapplied credit left aside")),
    "overdue_share": Kpi("share", Message("Overdue / (not due + overdue)")),
    "unapplied": Kpi("money", Message("Receipts and credit notes that are not yet applied to an invoice")),
    "bills": Kpi("money", Message("Acceptance bills in hand: receivables with bills less receivables without")),
    "dso_countback": Kpi("days", Message("The days of the latest months whose sales the receivables use up")),
    "dso_simple": Kpi("days", Message("Receivables / credit sales of 3 months x their days")),
    "dso_rolling": Kpi("days", Message("Average month-end receivables of 12 months / their credit sales x their days")),
    "dso_best_possible": Kpi("days", Message("Receivables not yet due / credit sales of 3 months x their days")),
    "dso_sales_weighted": Kpi("days", Message("For each invoicing month, the share still open x its days, added up")),
    "dso_true": Kpi("days", Message("Days that each invoice of 12 months was outstanding, weighted by amount")),
    "average_days_delinquent": Kpi(
        "days", Message("Simple DSO less best possible DSO; below 0 where unapplied credit exceeds what is overdue")
    ),
    "receivables_turnover": Kpi("times", Message("Credit sales of 12 months / average month-end receivables")),
    "days_to_pay": Kpi("days", Message("Days from invoice to payment in 12 months, weighted by amount")),
    "days_beyond_terms": Kpi("days", Message("Days from due date to payment in 12 months, weighted by amount")),
    "late_share": Kpi("share", Message("Share of the money paid in 12 months that came after its due date")),
    "collection_effectiveness": Kpi(
        "share", Message("(Opening + sales - closing) / (opening + sales - not due at the close), over 3 months")
    ),
    "bad_debt_rate": Kpi("share", Message("Write-offs less recoveries of 12 months / their credit sales")),
    "customers": Kpi("count", Message("Customers that owe")),
    "top_10_share": Kpi("share", Message("Share of the ten largest debtors in what is owed")),
    "herfindahl": Kpi("index", Message("Sum of the squared shares of all debtors, in per cent: 10,000 is one debtor")),
}


def kpis(ledger: Ledger, *, as_of: str | dt.date, bills: Bills = "with") -> pd.DataFrame:
    """Gather the key figures 关键指标 of a ledger at a date.

    Parameters
    ----------
    ledger
        The ledger.
    as_of
        The date.
    bills
        Count acceptance bills in hand as receivable, or not.

    Returns
    -------
    pandas.DataFrame
        Index ``currency, measure``; columns ``value``, ``unit`` (money, share 0-1, days, times, count, index),
        ``terms`` (the figures that it is made of, by name), ``definition``, ``reason`` (why the value is NaN).
    """
    limit = day(as_of)
    choose("bills", bills, Bills)
    found = [*_position(ledger, limit, bills), *_dso(ledger, limit, bills), *_rest(ledger, limit, bills)]
    by_key = {(code, name): row for code, name, *row in found}
    index = [(code, name) for code in ledger.currencies for name in DEFINITIONS]
    rows = []
    for code, name in index:
        value, terms, reason = by_key[code, name]
        kpi = DEFINITIONS[name]
        rows.append((value, kpi.unit, terms, kpi.definition, reason))
    columns = ["value", "unit", "terms", "definition", "reason"]
    cells = {name: pd.Series([row[at] for row in rows], dtype="object") for at, name in enumerate(columns)}
    frame = pd.DataFrame(cells).astype({"value": "float64"})
    frame.index = pd.MultiIndex.from_tuples(index, names=["currency", "measure"])
    return finish(frame, as_of=limit, conventions={"bills": bills})


_Row = tuple[str, str, float, dict[str, float], Message | None]


def _position(ledger: Ledger, limit: dt.date, bills: Bills) -> Iterator[_Row]:
    ages = aging(ledger, as_of=limit, bills=bills)
    with_bills, without = (aging(ledger, as_of=limit, bills=form)["total"] for form in ("with", "without"))
    in_hand = (with_bills - without).round(4).to_dict()
    for code in ledger.currencies:
        row = {str(name): float(cell) for name, cell in zip(ages.columns, ages.loc[[code]].to_numpy()[0], strict=True)}
        parts = {name: value for name, value in row.items() if name != "total"}
        late = round(row["total"] - row["not_due"] - row["unapplied"], 4)
        claims = round(row["not_due"] + late, 4)
        share = late / claims if claims > 0 else float("nan")
        yield code, "receivables", row["total"], parts, None
        yield code, "overdue", late, {}, None
        terms = {"overdue": late, "not_due": row["not_due"]}
        yield code, "overdue_share", share, terms, None if claims > 0 else NO_RECEIVABLES
        yield code, "unapplied", row["unapplied"], {}, None
        yield code, "bills", in_hand[code], {}, None


def _dso(ledger: Ledger, limit: dt.date, bills: Bills) -> Iterator[_Row]:
    frames = {method: dso(ledger, as_of=limit, method=method, bills=bills) for method in METHODS}
    for method, frame in frames.items():
        yield from _rows(frame, f"dso_{method}", "dso")
    reasons = _reasons(frames["rolling"])
    for code in frames["simple"].index:
        simple, best = float(frames["simple"].loc[code, "dso"]), float(frames["best_possible"].loc[code, "dso"])
        value = formulas.average_days_delinquent(simple, best)
        why = _reasons(frames["simple"]).get(code) if np.isnan(value) else None
        yield code, "average_days_delinquent", value, {"dso_simple": simple, "dso_best_possible": best}, why
        terms = frames["rolling"].loc[code]
        sales, mean = float(terms["credit_sales"]), float(terms["receivables"])
        whole = not np.isnan(terms["dso"])
        turnover = formulas.receivables_turnover(sales, mean) if whole else float("nan")
        why = reasons.get(code) if np.isnan(turnover) else None
        yield code, "receivables_turnover", turnover, {"credit_sales": sales, "receivables": mean}, why


def _rest(ledger: Ledger, limit: dt.date, bills: Bills) -> Iterator[_Row]:
    paid = payment_days(ledger, as_of=limit)
    yield from _rows(paid, "days_to_pay", "weighted_days", ("amount",))
    yield from _rows(paid, "days_beyond_terms", "weighted_beyond_terms", ("amount",))
    yield from _rows(paid, "late_share", "late_share_amount", ("amount",))
    yield from _rows(collection_effectiveness(ledger, as_of=limit, bills=bills), "collection_effectiveness", "cei")
    yield from _rows(bad_debt_rate(ledger, as_of=limit, bills=bills), "bad_debt_rate", "rate")
    owed = concentration(ledger, as_of=limit, bills=bills)
    for name, column in (("customers", "customers"), ("top_10_share", "top_10"), ("herfindahl", "herfindahl")):
        yield from _rows(owed, name, column, ("total",))


def _rows(frame: pd.DataFrame, name: str, column: str, terms: Sequence[str] | None = None) -> Iterator[_Row]:
    reasons = _reasons(frame)
    names = [c for c in frame.columns if c != column] if terms is None else list(terms)
    for code, row in frame.iterrows():
        value = float(row[column])
        reason = reasons.get(str(code)) if np.isnan(value) else None
        yield str(code), name, value, {term: float(row[term]) for term in names}, reason


def _reasons(frame: pd.DataFrame) -> Mapping[str, Message]:
    return {str(n["where"]["currency"]): n["reason"] for n in frame.attrs["notes"]}


__all__ = ["DEFINITIONS", "Kpi", "kpis"]
