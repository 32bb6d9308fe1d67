"""The key figures once more, each from the plain reference of its measure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from bridge_reference import ORDER, Bridge
from limitation_reference import limitation
from provision_reference import Allowance
from rates_reference import Rates
from reference import Key, Reference
from roll_reference import vintages, whole_months

METHODS = ("countback", "simple", "rolling", "best_possible", "sales_weighted", "true")
LIMITS = (30, 60, 90, 180, 360)
Figures = dict[tuple[str, str], Fraction | None]


def changes(books: Reference, currencies: Sequence[str], day: dt.date, bills: str) -> tuple[Figures, Figures, Figures]:
    """Return the key figures, and by how much each moved since the month-ends a month and a year before."""
    now = figures(books, currencies, day, bills)
    moved: list[Figures] = []
    for months in (1, 12):
        end = day.replace(day=1)
        for _ in range(months):
            before = end - dt.timedelta(days=1)
            end = before.replace(day=1)
        there = any(row["date"] <= before for row in books.documents.values())
        then = figures(books, currencies, before, bills) if there else {}
        began = {row["currency"] for row in books.documents.values() if row["date"] <= before}
        moved.append(
            {key: value - then[key] if key[0] in began and None not in (value, then.get(key)) else None
             for key, value in now.items()}
        )  # fmt: skip
    bridge = Bridge(books, day.replace(day=1) - dt.timedelta(days=1), day, bills=bills).table()
    for (code,) in books.groups(day, ()):
        terms = bridge.get((code,))
        now[code, "dso_largest_move"] = terms and max((terms[name] for name in ORDER[1:-1]), key=abs)
    return now, *moved


def figures(books: Reference, currencies: Sequence[str], day: dt.date, bills: str) -> Figures:
    """Return the key figures of a date; of a currency that is yet to come, its empty position."""
    tables = [
        position(books, currencies, day, bills),
        lapsing(books, currencies, day),
        speed(books, day, bills),
        behaviour(books, day, bills),
    ]
    found = {(key[0], name): value for table in tables for name, row in table.items() for key, value in row.items()}
    made = Allowance(books, day, buckets=LIMITS, bills=bills)
    held = made.held(day, made.loss_rates(made.ends[-1] if made.ends else day, 36, 24))
    for code in currencies:
        owed, allowance = found[code, "receivables"], held.get((code,), Fraction(0))
        found[code, "allowance"] = allowance
        found[code, "allowance_share"] = allowance / owed if allowance is not None and owed > 0 else None
    return found


Table = dict[str, dict[Key, Fraction | None]]


def position(books: Reference, currencies: Sequence[str], day: dt.date, bills: str) -> Table:
    found: Table = defaultdict(dict)
    forms = {form: books.aging(day, bills=form) for form in ("with", "without")}
    debtors = books.concentration(day, bills=bills)
    for key in [(code,) for code in currencies]:
        ages, in_hand = forms[bills].get(key, {}), [forms[form].get(key, {}) for form in ("with", "without")]
        total, current, credit = (Fraction(ages.get(name, 0)) for name in ("total", "not_due", "unapplied"))
        late, owed = total - current - credit, debtors.get(key[0], [])
        found["receivables"][key], found["overdue"][key], found["unapplied"][key] = total, late, credit
        found["overdue_share"][key] = late / (current + late) if current + late > 0 else None
        found["bills"][key] = Fraction(in_hand[0].get("total", 0)) - Fraction(in_hand[1].get("total", 0))
        found["customers"][key], base = Fraction(len(owed)), Fraction(sum(owed))
        found["top_10_share"][key] = Fraction(sum(owed[:10])) / base if base else None
        found["herfindahl"][key] = sum((100 * Fraction(one) / base) ** 2 for one in owed) if base else None
    return found


def lapsing(books: Reference, currencies: Sequence[str], day: dt.date) -> Table:
    claims = limitation(books, day).values()
    return {
        status: {
            (code,): sum(
                (Fraction(claim["open"]) for claim in claims if (claim["currency"], claim["status"]) == (code, status)),
                Fraction(0),
            )
            for code in currencies
        }
        for status in ("lapses_soon", "lapsed")
    }


def speed(books: Reference, day: dt.date, bills: str) -> Table:
    found: Table = {f"dso_{method}": books.dso(day, method, bills=bills) for method in METHODS}
    found |= {"average_days_delinquent": {}, "receivables_turnover": {}}
    for key, rolling in found["dso_rolling"].items():
        simple, best = found["dso_simple"][key], found["dso_best_possible"][key]
        found["average_days_delinquent"][key] = None if None in (simple, best) else simple - best
        table = books.months(key, day, bills=bills)[:12]
        mean, sold = (Fraction(sum(getattr(month, name) for month in table)) for name in ("receivables", "sales"))
        found["receivables_turnover"][key] = sold / (mean / 12) if rolling is not None and mean > 0 else None
    return found


def behaviour(books: Reference, day: dt.date, bills: str) -> Table:
    paid, rates = books.payment_days(day), Rates(books, day, 12, bills=bills).averages("weighted")
    names = (
        ("weighted_days", "days_to_pay"),
        ("weighted_beyond_terms", "days_beyond_terms"),
        ("late_share_amount", "late_share"),
    )
    sold = vintages(books, day, 4, "uncollected")
    old = {key: row for key, row in sold.items() if key[1] == whole_months(day, 3, 1)[0]}
    return {
        **{name: {key: row[own] for key, row in paid.items()} for own, name in names},
        "collection_effectiveness": books.collection_effectiveness(day, bills=bills),
        "uncollected_share": {key[:1]: Fraction(row[-1]) / Fraction(row[0]) for key, row in old.items()},
        "net_roll_rate": {key[:1]: row["net_rate"] for key, row in rates.items() if key[1] == "not_due"},
        "bad_debt_rate": books.bad_debt_rate(day, bills=bills),
    }  # fmt: skip
