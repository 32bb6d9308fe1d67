"""What becomes of claims and what they cost: each measure against its reference."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from functools import partial
from typing import Any

import allowance_reference
import interest_reference
import kpis_reference
import limitation_reference
import pytest
import rates_reference
import roll_reference
from agreement import ONE, Case, agree
from credit_reference import Credit
from provision_reference import Allowance
from reference import next_month

import arkit


def window(it: Case) -> tuple[int, dict[str, Any]]:
    """Draw a window of months and how its claims are followed."""
    months, step, buckets = it.pick((9, 1, (30, 60, 90)), (6, 1, (10, 45)), (6, 3, (90, 180)), (12, 12, "years"))
    return months, {"step": step, "buckets": buckets, "basis": it.basis, "bills": it.bills}


def roll_history(it: Case) -> None:
    months, how = window(it)
    how["measure"] = it.pick("amount", "amount", "number")
    rates = rates_reference.Rates(it.books, it.day, months, it.by, **how)
    wanted = {}
    for group in rates.groups:
        for end in rates.ends[1:]:
            for name in rates.names:
                row, older = rates.step(group, end, name), rates.older(group, end, name)
                base = row.get("opening", 0)
                net = Fraction(older) / Fraction(base) if older is not None and base > 0 else None
                wanted[*group, end, name] = {**row, "next": older, "net_rate": net}
    agree(arkit.roll_history(it.ledger, as_of=it.day, months=months, by=it.by, **how), wanted)


def roll_rates(it: Case) -> None:
    (months, how), average = window(it), it.pick("weighted", "simple")
    how["measure"] = it.pick("amount", "number")
    wanted = rates_reference.Rates(it.books, it.day, months, it.by, **how).averages(average)
    agree(arkit.roll_rates(it.ledger, as_of=it.day, months=months, by=it.by, average=average, **how), wanted)


def roll_forecast(it: Case) -> None:
    (months, how), average = window(it), it.pick("weighted", "simple")
    sales = None if it.by else {code: 1_000.0 * place for place, code in enumerate(it.ledger.currencies)}
    today = rates_reference.open_by_age(it.books, it.day, it.by, how["buckets"], it.basis, it.bills)
    rates = rates_reference.Rates(it.books, it.day, months, it.by, **how)
    rows = rates.forecast(today, 2, average, {code: Fraction(new) for code, new in (sales or {}).items()})
    dates = [it.day, *(later(it.day, how["step"] * n) for n in (1, 2))]
    wanted = {(*key, date): row for key, part in rows.items() for date, row in zip(dates, part, strict=True)}
    found = arkit.roll_forecast(
        it.ledger, as_of=it.day, ahead=2, months=months, by=it.by, average=average, sales=sales, **how
    )
    owing = [key[:-1] in rows for key in found.index]
    agree(found[owing], wanted, within=1e-6)
    assert not found[[not there for there in owing]].drop(columns=["sales", "total", rates.names[0]]).any(axis=None)


def later(date: dt.date, months: int) -> dt.date:
    """Return the same day some months later; the last of a month stays the last."""
    first = date.replace(day=1)
    for _ in range(months):
        first = next_month(first)
    last = next_month(first) - ONE
    return last if date == next_month(date.replace(day=1)) - ONE else last.replace(day=min(date.day, last.day))


WHATS = ("uncollected", "collected", "credited", "written_off")


def vintages(it: Case) -> None:
    how = {"months": it.pick(4, 9, 20), "what": it.pick(*WHATS), "by": it.by}
    sold = roll_reference.vintages(it.books, it.day, **how)
    wanted = {
        key: {"invoiced": sold[key][0]} | {f"m{age}": share for age, share in enumerate(row)}
        for key, row in rates_reference.shares(it.books, it.day, **how).items()
    }
    agree(arkit.vintages(it.ledger, as_of=it.day, **how), wanted, default=None)


def collection_triangle(it: Case) -> None:
    how = {"months": it.pick(4, 9, 20), "what": it.pick(*WHATS), "by": it.by}
    wanted = {
        key: {"invoiced": row[0]} | {f"m{age}": part for age, part in enumerate(row[1:])}
        for key, row in roll_reference.vintages(it.books, it.day, **how).items()
    }
    agree(arkit.collection_triangle(it.ledger, as_of=it.day, **how), wanted, default=None)


def completion_factors(it: Case) -> None:
    months = it.pick(4, 9, 20)
    wanted = rates_reference.completion(it.books, it.day, months, it.by)
    agree(arkit.completion_factors(it.ledger, as_of=it.day, months=months, by=it.by), wanted)


def provision(it: Case) -> None:
    method, since = it.pick("loss_rates", "roll_rates"), it.month_ends(4)[-1]
    how = {"by": it.pick((), ("region",), ("type",)), "buckets": it.pick((30, 90), (30, 60, 90, 180)),
           "basis": it.basis, "bills": it.bills}  # fmt: skip
    made = arkit.provision(it.ledger, as_of=it.day, method=method, since=since, months=6, follow=5, **how)
    plain = Allowance(it.books, it.day, **how)
    rates = partial(known_rates, plain, method)
    names = ("base", "rate", "expected_rate", "allowance")
    matrix = {
        key: dict(zip(names, (base, rate, rate, held), strict=True))
        for key, (base, rate, held) in plain.matrix(it.day, rates(it.day)).items()
    }
    agree(made.matrix, matrix)
    items = made.items.groupby(["currency", *how["by"], "bucket"])["base"].sum()
    agree(items.to_frame(), {key: {"base": row["base"]} for key, row in matrix.items()})
    moved = allowance_reference.forward(plain, since, rates)
    agree(made.roll_forward, moved)
    agree(made.total, allowance_reference.total(plain, moved))


def known_rates(plain: Allowance, method: str, date: dt.date, follow: int = 5) -> allowance_reference.Rates:
    """Return the rates that a day knows."""
    known = max((end for end in plain.ends if end <= date), default=date)
    return plain.loss_rates(known, 6, follow) if method == "loss_rates" else plain.roll_rates(known, 6)


def provision_backtest(it: Case) -> None:
    it.on("2025-06-30", "2025-08-20", "2025-10-20")
    method = it.pick("loss_rates", "roll_rates")
    how = {"by": it.pick((), ("region",)), "buckets": (30, 90), "basis": it.basis, "bills": it.bills}
    made = arkit.provision_backtest(it.ledger, as_of=it.day, method=method, walk=4, months=6, follow=2, **how)
    plain = Allowance(it.books, it.day, **how)
    rates, needed = partial(known_rates, plain, method, follow=2), 14 if method == "loss_rates" else 6
    frames = made.frame, made.buckets, made.pooled
    for frame, wanted in zip(frames, allowance_reference.backtest(plain, 4, 2, rates, needed), strict=True):
        agree(frame, wanted)


def late_interest(it: Case) -> None:
    it.on("2024-09-17", "2025-02-28", "2025-08-20")
    rules = it.pick("agreed", "eu", "uk", "cn_sme", "cn_lpr")
    how = {"basis": it.pick(360, 365), "daily_rounding": it.pick(None, None, 2, 4), "settled": it.pick(False, True)}
    how |= {"agreed": {"annual_rate": "0.0731"}, "cn_lpr": {"factor": it.pick("1.3", "1.5")}}.get(rules, {})
    rows = interest_reference.late_interest(it.books, it.day, rules=rules, **how)
    agree(arkit.late_interest(it.ledger, as_of=it.day, rules=rules, **how), {(key,): row for key, row in rows.items()})


def credit(it: Case) -> None:
    how = {"basis": it.pick(360, 365), "tolerated_days": it.pick(0, 15)}
    plain = Credit(it.books, it.day, Fraction("0.06"), how["basis"], how["tolerated_days"]).table()
    found = arkit.credit(it.ledger, as_of=it.day, annual_rate=0.06, **how)
    cost = {key: float(row.pop("carrying_cost")) for key, row in plain.items()}
    agree(found.drop(columns="carrying_cost"), plain)
    for key, value in found["carrying_cost"].items():  # rounded once, and not exactly
        assert abs(value - cost.get(key, 0)) <= 0.5 * 10 ** -interest_reference.PLACES.get(key[0], 2) + 1e-6


def limitation(it: Case) -> None:
    it.on("2025-02-28", "2026-09-30", "2027-02-28", "2028-02-29")
    how = {"years": it.pick(1, 2, 3), "ahead_days": it.pick(0, 90)}
    rows = limitation_reference.limitation(it.books, it.day, **how)
    found = arkit.limitation(it.ledger, as_of=it.day, **how)
    agree(found, {(key,): row for key, row in rows.items()})
    for code, parts in found.attrs["totals"].items():
        mine = [row for row in rows.values() if row["currency"] == code]
        wanted = {status: sum(row["open"] for row in mine if row["status"] == status) for status in parts}
        assert parts == wanted | {"total": sum(row["open"] for row in mine)}


def kpis(it: Case) -> None:
    now, month, year = kpis_reference.changes(it.books, it.ledger.currencies, it.day, it.bills)
    frame = arkit.kpis(it.ledger, as_of=it.day, bills=it.bills)
    wanted = {
        key: {"value": now.get(key), "change_month": month.get(key), "change_year": year.get(key)}
        for key in frame.index
    }
    agree(frame[["value", "change_month", "change_year"]].astype("float64"), wanted, within=1e-4)
    assert frame["reason"].isna().equals(frame["value"].notna())
    for (code, name), row in frame[frame["value"].notna()].iterrows():
        if name in OF_ITS_TERMS:
            assert row["value"] == pytest.approx(OF_ITS_TERMS[name](row["terms"]), abs=1e-6), name
        if name == "dso_largest_move":
            moved = frame.loc[(code, "dso_simple"), "change_month"]
            assert moved == pytest.approx(sum(row["terms"].values()), abs=1e-9)


def _days(terms: dict[str, float]) -> float:
    return terms["receivables"] / terms["credit_sales"] * terms["days"]


OF_ITS_TERMS = {
    "receivables": lambda terms: sum(terms.values()),
    "overdue_share": lambda terms: terms["overdue"] / (terms["overdue"] + terms["not_due"]),
    **dict.fromkeys(("dso_simple", "dso_rolling", "dso_best_possible"), _days),
    "average_days_delinquent": lambda terms: terms["dso_simple"] - terms["dso_best_possible"],
    "receivables_turnover": lambda terms: terms["credit_sales"] / terms["receivables"],
    "collection_effectiveness": lambda terms: 1 - (terms["closing_total"] - terms["closing_current"]) / (
        terms["opening"] + terms["credit_sales"] - terms["closing_current"]),
    "bad_debt_rate": lambda terms: (terms["write_offs"] - terms["recoveries"]) / terms["base"],
    "allowance_share": lambda terms: terms["allowance"] / terms["receivables"],
}  # fmt: skip


CHECKS = (
    roll_history, roll_rates, roll_forecast, vintages, collection_triangle, completion_factors, provision,
    provision_backtest, late_interest, credit, limitation, kpis,
)  # fmt: skip
