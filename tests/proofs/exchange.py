"""Receivables in a base currency: each measure against its reference."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from agreement import Case, agree
from exchange_reference import Exchange
from rate_tables import wandering

import arkit


def rates_of(it: Case, base: str) -> tuple[pd.DataFrame, Exchange]:
    """Return rates of all currencies, which go on after the day, and the reference that knows those up to it."""
    table = wandering(it.seed, base)
    dollar = next(iter({*it.ledger.currencies} & {"USD", "EUR", "GBP"}), "USD")
    table["currency"] = table["currency"].replace("USD", dollar)
    rows = zip(table["date"].dt.date, table["currency"], table["rate"], strict=True)
    return table, Exchange(it.books, base, [(*row[:2], Fraction(row[2])) for row in rows if row[0] <= it.day])


def revaluation(it: Case) -> None:
    base = it.pick("CNY", "JPY", "KWD")
    table, plain = rates_of(it, base)
    how = {"basis": it.basis, "bills": it.bills, "credits": it.pick("separate", "by_age"), "buckets": (30, 90)}
    found = arkit.revaluation(it.ledger, as_of=it.day, base=base, rates=table, by=it.by, **how)
    agree(found, plain.aging(it.day, it.by, **how))


def revalued_items(it: Case) -> None:
    base = it.pick("CNY", "JPY", "KWD")
    table, plain = rates_of(it, base)
    found = arkit.revalued_items(it.ledger, as_of=it.day, base=base, rates=table).set_index("document_id")
    rates = ["booking_rate", "closing_rate"]
    agree(found.astype(dict.fromkeys(rates, "float64")), {(key,): row for key, row in plain.items(it.day).items()})


def realised_exchange(it: Case) -> None:
    """To half a unit for each step: which step has the rounding is the library's own affair."""
    base = it.pick("CNY", "JPY", "KWD")
    table, plain = rates_of(it, base)
    found = arkit.realised_exchange(it.ledger, as_of=it.day, base=base, rates=table, months=3)
    for end in it.month_ends(3):
        wanted = plain.realised(end.replace(day=1), end)
        for code in found.index.unique("currency"):
            row, own = found.loc[(code, pd.Timestamp(end))], wanted[code]
            for name in ("at_booking", "at_settlement"):
                assert row[name] == pytest.approx(
                    float(own[name]), rel=1e-9, abs=float(plain.unit * own["steps"]) + 1e-9
                )
            assert row["realised"] == pytest.approx(row["at_settlement"] - row["at_booking"], abs=1e-6)


CHECKS = (revaluation, revalued_items, realised_exchange)
