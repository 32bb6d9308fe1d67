"""The key figures at one date, each with the figures that it is made of and how it was counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np
import pandas as pd

from arkit import formulas
from arkit.buckets import Bills
from arkit.frames import month_end
from arkit.measures.aging import aging_history
from arkit.measures.allowance import provision
from arkit.measures.allowance.notes import NO_PAST
from arkit.measures.bad_debt import bad_debt_rate
from arkit.measures.bridge import TERMS, dso_bridge
from arkit.measures.cohorts import vintages
from arkit.measures.collection import collection_effectiveness
from arkit.measures.concentration import concentration
from arkit.measures.dso import Method, dso
from arkit.measures.limitation import limitation
from arkit.measures.migration import roll_rates
from arkit.measures.payment import paid_by_amount
from arkit.measures.results import IN_CREDIT, NO_RECEIVABLES, NO_SALES, NOTHING_YET, SNAPSHOT
from arkit.messages import Message

if TYPE_CHECKING:
    from arkit.ledger import Ledger

METHODS: tuple[Method, ...] = get_args(Method)
AGE = 3
"""Months after the sale at which what is still uncollected is a key figure."""
NAN = float("nan")


@dataclass(frozen=True)
class Value:
    """A key figure at a date: what it is made of, how it was counted, and why it is NaN."""

    value: float
    terms: Mapping[str, float]
    convention: Mapping[str, str]
    reason: Message | None = None


Found = tuple[str, str, Value]
Values = dict[tuple[str, str], Value]


def values_at(ledger: Ledger, date: dt.date, bills: Bills) -> Values:
    """Return the key figures that any date has by itself, by currency and name."""
    found = [
        *_position(ledger, date, bills), *_lapsing(ledger, date), *_dso(ledger, date, bills),
        *_rest(ledger, date, bills),
    ]  # fmt: skip
    return {(code, name): value for code, name, value in found}


def moved(ledger: Ledger, date: dt.date, bills: Bills) -> Values:
    """Return the largest term of the DSO bridge since the last month-end; all of them in its terms, largest first."""
    frame = dso_bridge(ledger, as_of=date, bills=bills)
    convention, reasons = _convention(frame), _reasons(frame)
    values = {}
    for code in ledger.currencies:
        known = code in frame.index and code not in reasons
        row = frame.loc[code].to_dict() if known else dict.fromkeys(TERMS, NAN)
        terms = sorted(((term, float(row[term])) for term in TERMS), key=lambda pair: -abs(pair[1]))
        reason = None if known else reasons.get(code, NOTHING_YET)
        values[code, "dso_largest_move"] = Value(terms[0][1], dict(terms), convention, reason)
    return values


def allowances(ledger: Ledger, dates: Sequence[dt.date], bills: Bills) -> list[dict[str, Value]]:
    """Return the loss allowance by currency at month-ends and, last, at a date: one history tells them all."""
    *earlier, last = dates
    made = provision(ledger, as_of=last, since=min(earlier, default=month_end(last, -1)), bills=bills)
    convention = {name: said for name, said in _convention(made.total).items() if name not in ("since", "scenarios")}
    forward = made.roll_forward.reset_index()

    def at(code: str, date: dt.date) -> float:
        if date == last:
            return float(made.total["allowance"].get(code, NAN))
        rows = forward[forward["currency"] == code]
        held = (
            rows["opening"].head(1) if date == made.since else rows.loc[rows["month"] == pd.Timestamp(date), "closing"]
        )
        return float(held.iloc[0]) if len(held) else NAN

    lacking = SNAPSHOT if ledger.scope == "snapshot" else NO_PAST
    values = {date: {code: at(code, date) for code in ledger.currencies} for date in dates}
    return [
        {code: Value(v, {}, convention, lacking if np.isnan(v) else None) for code, v in values[date].items()}
        for date in dates
    ]


def with_allowance(values: Values, allowance: Mapping[str, Value]) -> Values:
    """Return the key figures of a date with the loss allowance, and with its share in the receivables."""
    added: Values = {}
    for code, held in allowance.items():
        total = values[code, "receivables"].value
        share = held.value / total if total > 0 else NAN
        terms = {"allowance": held.value, "receivables": total}
        added[code, "allowance"] = held
        added[code, "allowance_share"] = Value(
            share, terms, held.convention, (held.reason or NO_RECEIVABLES) if np.isnan(share) else None
        )
    return values | added


def _position(ledger: Ledger, date: dt.date, bills: Bills) -> Iterator[Found]:
    forms = {form: aging_history(ledger, as_of=date, months=1, bills=form) for form in get_args(Bills)}
    ages, in_hand = forms[bills].droplevel("as_of"), (forms["with"]["total"] - forms["without"]["total"]).round(4)
    how = {name: said for name, said in _convention(forms[bills]).items() if name != "months"}
    for code in ledger.currencies:
        row = {str(name): float(cell) for name, cell in zip(ages.columns, ages.loc[[code]].to_numpy()[0], strict=True)}
        parts = {name: value for name, value in row.items() if name != "total"}
        late = round(row["total"] - row["not_due"] - row["unapplied"], 4)
        claims = round(row["not_due"] + late, 4)
        share = late / claims if claims > 0 else NAN
        terms = {"overdue": late, "not_due": row["not_due"]}
        yield code, "receivables", Value(row["total"], parts, how)
        yield code, "overdue", Value(late, {}, how)
        yield code, "overdue_share", Value(share, terms, how, None if claims > 0 else NO_RECEIVABLES)
        yield code, "unapplied", Value(row["unapplied"], {}, how)
        yield code, "bills", Value(float(in_hand[code].iloc[0]), {}, {})


def _lapsing(ledger: Ledger, date: dt.date) -> Iterator[Found]:
    claims = limitation(ledger, as_of=date)
    for code, parts in claims.attrs["totals"].items():
        for name in ("lapses_soon", "lapsed"):
            yield code, name, Value(float(parts[name]), {}, _convention(claims))


def _dso(ledger: Ledger, date: dt.date, bills: Bills) -> Iterator[Found]:
    frames = {method: dso(ledger, as_of=date, method=method, bills=bills) for method in METHODS}
    for method, frame in frames.items():
        yield from _rows(frame, f"dso_{method}", "dso")
    reasons, how = _reasons(frames["rolling"]), {name: _convention(frames[name]) for name in ("simple", "rolling")}
    for code in frames["simple"].index:
        simple, best = float(frames["simple"].loc[code, "dso"]), float(frames["best_possible"].loc[code, "dso"])
        value = formulas.average_days_delinquent(simple, best)
        why = _reasons(frames["simple"]).get(code) if np.isnan(value) else None
        terms = {"dso_simple": simple, "dso_best_possible": best}
        yield code, "average_days_delinquent", Value(value, terms, how["simple"], why)
        row = frames["rolling"].loc[code]
        sales, mean = float(row["credit_sales"]), float(row["receivables"])
        unknown = bool(np.isnan(row["dso"]))
        turnover = NAN if unknown else formulas.receivables_turnover(sales, mean)
        why = reasons.get(code) if unknown else None if mean > 0 else IN_CREDIT if mean < 0 else NO_RECEIVABLES
        terms = {"credit_sales": sales, "receivables": mean}
        yield code, "receivables_turnover", Value(turnover, terms, how["rolling"], why)


def _rest(ledger: Ledger, date: dt.date, bills: Bills) -> Iterator[Found]:
    paid = paid_by_amount(ledger, as_of=date)
    yield from _rows(paid, "days_to_pay", "weighted_days", ("amount",))
    yield from _rows(paid, "days_beyond_terms", "weighted_beyond_terms", ("amount",))
    yield from _rows(paid, "late_share", "late_share_amount", ("amount",))
    yield from _rows(collection_effectiveness(ledger, as_of=date, bills=bills), "collection_effectiveness", "cei")
    yield from _rows(bad_debt_rate(ledger, as_of=date, bills=bills), "bad_debt_rate", "rate")
    yield from _uncollected(ledger, date)
    yield from _rolled(ledger, date, bills)
    owed = concentration(ledger, as_of=date, bills=bills)
    for name, column in (("customers", "customers"), ("top_10_share", "top_10"), ("herfindahl", "herfindahl")):
        yield from _rows(owed, name, column, ("total",))


def _uncollected(ledger: Ledger, date: dt.date) -> Iterator[Found]:
    frame = vintages(ledger, as_of=date, months=AGE + 1)
    column = f"m{AGE}"
    convention = {name: said for name, said in _convention(frame).items() if name != "months"}
    if ledger.scope == "snapshot":
        yield from _rows(frame, "uncollected_share", column, ("invoiced",))
        return
    last = date if date == month_end(date) else month_end(date, -1)
    month = pd.Timestamp(month_end(last, -AGE))
    for code in ledger.currencies:
        rows = frame.loc[frame.index == (code, month), ["invoiced", column]].to_numpy()
        invoiced, share = map(float, rows[0]) if len(rows) else (NAN, NAN)
        reason = NO_SALES if np.isnan(share) else None
        yield code, "uncollected_share", Value(share, {"invoiced": invoiced}, convention, reason)


def _rolled(ledger: Ledger, date: dt.date, bills: Bills) -> Iterator[Found]:
    frame = roll_rates(ledger, as_of=date, bills=bills)
    if ledger.scope != "snapshot":
        notes = [n for n in frame.attrs["notes"] if n["where"]["bucket"] == "not_due"]
        first = frame[frame.index.get_level_values("bucket") == "not_due"].droplevel("bucket")
        first.attrs = {**frame.attrs, "notes": notes}
        frame = first
    yield from _rows(frame, "net_roll_rate", "net_rate", ("opening",))


def _rows(frame: pd.DataFrame, name: str, column: str, terms: Sequence[str] | None = None) -> Iterator[Found]:
    reasons, convention = _reasons(frame), _convention(frame)
    names = [c for c in frame.columns if c != column] if terms is None else list(terms)
    for code, row in frame.iterrows():
        value = float(row[column])
        reason = reasons.get(str(code)) if np.isnan(value) else None
        yield str(code), name, Value(value, {term: float(row[term]) for term in names}, convention, reason)


def _reasons(frame: pd.DataFrame) -> Mapping[str, Message]:
    """Return the first note of each currency: why its figure is NaN comes before what to mind of it."""
    return {str(n["where"]["currency"]): n["reason"] for n in reversed(frame.attrs["notes"])}


def _convention(frame: pd.DataFrame) -> dict[str, str]:
    return {name: said for name, said in frame.attrs["conventions"].items() if name != "as_of"}
