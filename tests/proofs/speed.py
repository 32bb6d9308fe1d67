"""What is owed, how fast it is paid, and why that moved: each measure against its reference."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import aging_reference
import pytest
import terms_reference
from agreement import DAYS, Case, agree
from bridge_reference import ORDER, PARTS, Bridge, Side

import arkit
from arkit import formulas


def aging(it: Case) -> None:
    how = {
        "basis": it.basis, "bills": it.bills, "credits": it.pick("separate", "by_age"),
        "buckets": it.pick((30, 60, 90), (7, 30, 45, 120), (1,)),
    }  # fmt: skip
    agree(arkit.aging(it.ledger, as_of=it.day, by=it.by, **how), it.books.aging(it.day, it.by, **how))


def ages(it: Case) -> dict[str, Any]:
    unit = it.pick("days", "years", "fiscal_years")
    start = {"year_start": it.pick(1, 4, 7)} if unit == "fiscal_years" else {}
    return {
        "unit": unit,
        "buckets": (30, 90) if unit == "days" else (1, 2),
        "basis": it.basis,
        "bills": it.bills,
        **start,
    }


def aging_in_depth(it: Case) -> None:
    how = ages(it) | {"apart": it.pick((), ("disputed",), ("promised", "disputed"), ("disputed", "promised"))}
    it.on(*DAYS, "2026-02-28", "2028-02-29")
    wanted = aging_reference.aging(it.books, it.day, it.by, **how)
    frame = arkit.aging(it.ledger, as_of=it.day, by=it.by, **how)
    agree(frame, wanted)
    column = it.pick(*frame.columns)
    behind = it.ledger.trace(as_of=it.day, column=column, **how)["open"].sum()
    assert behind == pytest.approx(frame[column].sum(), abs=1e-6)


def aging_history(it: Case) -> None:
    how = ages(it)
    wanted = {
        (*key, end): row
        for end in it.month_ends(5)
        for key, row in aging_reference.aging(it.books, end, it.by, **how).items()
    }
    agree(arkit.aging_history(it.ledger, as_of=it.day, months=5, by=it.by, **how), wanted)


METHODS = ("countback", "simple", "rolling", "best_possible", "sales_weighted", "true")


def dso(it: Case) -> None:
    method, months = it.pick(*METHODS), it.pick(None, 2, 5)
    how = {"bills": it.bills, "vat": it.pick("gross", "net"), "credit_notes": it.pick("before", "after"),
           "days": it.pick("actual", "360", "365")}  # fmt: skip
    how |= {"receivables": it.pick("ending", "average")} if method == "simple" else {}
    how |= {"months": months} if method not in ("countback", "sales_weighted") else {}
    wanted = {
        key: {"dso": value, **terms_reference.dso_terms(it.books, key, it.day, method, it.by, **how)}
        for key, value in it.books.dso(it.day, method, it.by, **how).items()
    }
    agree(arkit.dso(it.ledger, as_of=it.day, method=method, by=it.by, **how), wanted)


def dso_history(it: Case) -> None:
    how, methods = {"bills": it.bills, "vat": it.pick("gross", "net")}, METHODS[:4]
    wanted: dict[tuple, dict] = {}
    for end in it.month_ends(3):
        for method in methods:
            for key, value in it.books.dso(end, method, **how).items():
                wanted.setdefault((*key, end), {})[method] = value
    agree(arkit.dso_history(it.ledger, as_of=it.day, months=3, methods=methods, **how), wanted)


def payment_days(it: Case) -> None:
    months = it.pick(3, 12)
    wanted = it.books.payment_days(it.day, months, it.by)
    agree(arkit.payment_days(it.ledger, as_of=it.day, months=months, by=it.by), wanted)


def collection_effectiveness(it: Case) -> None:
    how, months = {"sales": it.pick("period", "monthly"), "bills": it.bills}, it.pick(1, 3)
    wanted = {
        key: {"cei": cei, **terms_reference.effectiveness_terms(it.books, key, it.day, months, it.by, **how)}
        for key, cei in it.books.collection_effectiveness(it.day, months, it.by, **how).items()
    }
    agree(arkit.collection_effectiveness(it.ledger, as_of=it.day, months=months, by=it.by, **how), wanted)


def bad_debt_rate(it: Case) -> None:
    how, months = {"base": it.pick("sales", "receivables"), "bills": it.bills}, it.pick(3, 9)
    wanted = {
        key: {"rate": rate, **terms_reference.bad_debt_terms(it.books, key, it.day, months, it.by, **how)}
        for key, rate in it.books.bad_debt_rate(it.day, months, it.by, **how).items()
    }
    agree(arkit.bad_debt_rate(it.ledger, as_of=it.day, months=months, by=it.by, **how), wanted)


def concentration(it: Case) -> None:
    by, wanted = it.pick("customer_id", "region"), {}
    totals = it.books.aging(it.day, (by,), bills=it.bills)
    for code, owed in it.books.concentration(it.day, by, it.bills).items():
        total = Fraction(sum(owed))
        wanted[code,] = {
            "customers": len(owed), "total": total, "top_1": Fraction(owed[0]) / total,
            "in_credit": sum(key[0] == code and row.get("total", 0) < 0 for key, row in totals.items()),
            "top_3": Fraction(sum(owed[:3])) / total,
            "herfindahl": sum((100 * Fraction(amount) / total) ** 2 for amount in owed),
        }  # fmt: skip
    found = arkit.concentration(it.ledger, as_of=it.day, by=by, top=(1, 3), bills=it.bills)
    agree(found[found["customers"] > 0], wanted)


def flows(it: Case) -> None:
    wanted = {
        (*key, end): row
        for end in it.month_ends(4)
        for key, row in it.books.flows(end.replace(day=1), end, it.by).items()
    }
    agree(arkit.flows(it.ledger, as_of=it.day, months=4, by=it.by), wanted)


def dso_bridge(it: Case) -> None:
    it.on(*DAYS[:3])  # while there are sales
    since = it.pick(it.month_ends(2)[-1], it.day - dt.timedelta(days=40))
    how = {"months": it.pick(1, 3), "by": it.by, "bills": it.bills}
    rows = Bridge(it.books, since, it.day, **how).table()
    wanted = {key: dict.fromkeys(ORDER) if row is None else row for key, row in rows.items()}
    agree(arkit.dso_bridge(it.ledger, as_of=it.day, since=since, **how), wanted)


def bridge_of_the_textbook(it: Case) -> None:
    """Without segments, lateness and its like are together what the textbook calls collection and older."""
    it.on(*DAYS[:3])
    since = it.month_ends(2)[-1]
    plain, frame = Bridge(it.books, since, it.day), arkit.dso_bridge(it.ledger, as_of=it.day, since=since)
    for code, row in frame[frame["start"].notna()].iterrows():
        sides = [side_of_the_textbook(plain.side(date)[code,], plain.length(date)) for date in (since, it.day)]
        terms = formulas.dso_sales_bridge(*sides[0][:3], *sides[1][:3], older0=sides[0][3], older1=sides[1][3]).terms
        assert row[["calendar", "sales", "mix"]].tolist() == pytest.approx(
            [terms["calendar"], terms["sales"], 0], abs=1e-6
        )
        collection = row[["terms", "lateness", "disputes", "unapplied", "write_offs"]].sum()
        assert collection == pytest.approx(terms["collection"] + terms["older"], abs=1e-6)


def side_of_the_textbook(side: Side, days: int) -> tuple[list[float], list[float], int, float]:
    """Return sales and what is open of three months, the days of these, and what else is open."""
    left = {place: sum(float(side.open[part, place]) for part in PARTS) for place in (0, 1, 2, None)}
    return [float(side.sales[month]) for month in range(3)], [left[month] for month in range(3)], days, left[None]


CHECKS = (
    aging, aging_in_depth, aging_history, dso, dso_history, payment_days, collection_effectiveness, bad_debt_rate,
    concentration, flows, dso_bridge, bridge_of_the_textbook,
)  # fmt: skip
