"""Interest on what is paid late, by a rule set: agreed, or what a statute or a court would give."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import pandas as pd
import yaml

from arkit.columns import CREDIT_KINDS
from arkit.errors import ArkitError
from arkit.frames import collect, day, moment, until
from arkit.measures.results import finish
from arkit.messages import Message
from arkit.money import digits, exact

if TYPE_CHECKING:
    from arkit.ledger import Ledger

COLUMNS = ("customer_id", "currency", "due_date", "open", "days_late", "rate", "interest", "compensation", "total")
AGREED = "agreed"
_RULES = "interest_rules.yaml"


@dataclass(frozen=True)
class _References:
    """Reference rates by the day from which each holds, and the last day that the table knows."""

    days: list[dt.date]
    rates: list[Decimal]
    until: dt.date | None

    def at(self, date: dt.date) -> Decimal:
        place = bisect_right(self.days, date) - 1
        if place < 0 or (self.until is not None and date > self.until):
            span = f"{self.days[0]} - {self.until or self.days[-1]}"
            raise ArkitError(
                Message("there is no reference rate for {day}: the table has {span}; give reference=, date -> rate",
                        day=date, span=span)
            )  # fmt: skip
        return self.rates[place]


def late_interest(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    rules: str = AGREED,
    annual_rate: float | str | Decimal | None = None,
    reference: Mapping[str, float] | None = None,
    factor: float | str | None = None,
    basis: int = 365,
    daily_rounding: int | None = None,
    settled: bool = False,
) -> pd.DataFrame:
    """Compute the interest on late claims 逾期利息, day by day on what was open.

    Parameters
    ----------
    ledger
        The ledger. Of a snapshot only what is open at its day is known: earlier part payments shorten nothing.
    as_of
        The last day that counts.
    rules
        ``agreed``, with ``annual_rate`` (0.06 for 6 % a year), or a rule set: ``eu``, ``uk``, ``cn_sme``, ``cn_lpr``
        (:func:`interest_rules` tells their sources). They are data and no legal advice.
    reference
        Reference rates in place of those that arkit knows: ISO date from which each holds -> rate.
    factor
        What the reference rate is multiplied by, where the rule set has a factor (courts: 1.3 to 1.5 of the LPR).
    basis
        Days of a year.
    daily_rounding
        Decimals to which the interest of one day is rounded first, half up, as some calculators do; by default no
        rounding before the end.
    settled
        Whether claims that were settled late, and are not open any more, count too.

    Returns
    -------
    pandas.DataFrame
        Index ``document_id``, claims that are or were late, the oldest first; ``open`` (major units, at ``as_of``),
        ``days_late`` (to ``as_of``, or to the settlement), ``rate`` (a year's, the latest that applied), ``interest``
        and ``compensation`` (a lump per document, where the rules give one in this currency; where it goes by size, by
        what was open when the interest began), each rounded once, half up, and their ``total``. Documents without a
        due date are left out.

    Raises
    ------
    ArkitError
        The rule set is unknown, ``annual_rate`` is missing, or the table of reference rates does not reach that far.

    Notes
    -----
    A claim due on day ``d`` and paid on day ``p`` is ``p - d`` days late; interest of each of these days is what was
    open at the end of the day before x rate / basis: :func:`arkit.formulas.late_interest`, for every stretch on which
    balance and rate stay. Simple interest, never interest on interest. ``eu`` follows the directive, whose rate changes
    with the half-year; a member state's own law may differ.
    """
    limit = day(as_of)
    rule = _rule(rules, annual_rate, factor, basis)
    table = _references(rule, reference)
    frame = _balances(ledger, limit, settled=settled)
    made = (_row(number, part, rule, table, limit, basis, daily_rounding) for number, part in frame)
    rows = [row for row in made if row is not None]
    result = pd.DataFrame(rows, columns=["document_id", *COLUMNS]).set_index("document_id")
    result = result.sort_values(["due_date", "currency"], kind="stable")
    conventions = {
        "rules": rules, "basis": basis, "daily_rounding": "none" if daily_rounding is None else daily_rounding,
        "claims": "open and settled late" if settled else "open", "source": rule["source"],
    }  # fmt: skip
    return finish(result, as_of=limit, conventions=conventions)


def interest_rules() -> pd.DataFrame:
    """Return the rule sets of late interest 逾期利息规则.

    Index ``rules``; columns ``title, title_zh, terms, source``.
    """
    rules = _data()["rules"]
    terms = ("daily_rate", "since", "reference", "margin", "factor", "taken", "compensation")
    rows = {
        name: {
            "title": rule["title"], "title_zh": rule["title_zh"],
            "terms": {term: rule[term] for term in terms if term in rule}, "source": rule["source"],
        }
        for name, rule in rules.items()
    }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("rules")


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load(files("arkit.measures").joinpath(_RULES).read_text(encoding="utf-8"))
    return data


def _rule(
    name: str, annual_rate: float | str | Decimal | None, factor: float | str | None, basis: int
) -> Mapping[str, Any]:
    """Return the terms of a rule set; a daily rate is a year's of ``basis`` days, so that a day bears just that."""
    known = _data()["rules"]
    if name == AGREED:
        if annual_rate is None:
            raise ArkitError(Message("give annual_rate=, such as 0.06 for 6 % a year, or rules= one of {rules}",
                                     rules=", ".join(known)))  # fmt: skip
        return {"rate": annual_rate, "source": "as agreed"}
    if name not in known:
        raise ArkitError(
            Message("rules must be one of {rules}, got {value!r}", rules=", ".join((AGREED, *known)), value=name)
        )
    rule = known[name]
    if "daily_rate" in rule:
        return {**rule, "rate": Decimal(str(rule["daily_rate"])) * basis}
    return {**rule, "factor": factor} if factor is not None and "factor" in rule else rule


def _references(rule: Mapping[str, Any], given: Mapping[str, float] | None) -> _References | None:
    if "reference" not in rule:
        return None
    told = _data()["references"][rule["reference"]]
    rates = told["rates"] if given is None else {day(date): rate for date, rate in given.items()}
    days = sorted(rates)
    return _References(days, [Decimal(str(rates[date])) for date in days], told["until"] if given is None else None)


def _balances(ledger: Ledger, limit: dt.date, *, settled: bool) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the late claims with how their balance moved: one row per day on which it did."""
    rows = ledger.entries()
    rows = until(rows, limit).filter(~nw.col("kind").is_in(CREDIT_KINDS), nw.col("due") < moment(rows, limit))
    keys = ("document_id", "customer_id", "currency", "due", "effective")
    moves = collect(rows.group_by(*keys).agg(nw.col("minor").sum())).sort_values(["document_id", "effective"])
    dated = ledger.table("documents")[["document_id", "due_date"]].dropna()
    moves = moves[moves["document_id"].astype("str").isin(set(dated["document_id"].astype("str")))]
    for number, part in moves.groupby("document_id", sort=True, observed=True):
        if settled or part["minor"].sum() > 0:
            yield str(number), part


def _row(
    number: str, part: pd.DataFrame, rule: Mapping[str, Any], table: _References | None, limit: dt.date, basis: int,
    daily_rounding: int | None,
) -> tuple[Any, ...] | None:  # fmt: skip
    """Return a claim's line; None where nothing of it was open after its due date."""
    code, due = str(part["currency"].iloc[0]), part["due"].iloc[0].date()
    debt, total, rate, last = 0, Decimal(0), Decimal(0), due
    moves = [(when.date(), int(minor)) for when, minor in zip(part["effective"], part["minor"], strict=True)]
    changes = dict(moves)
    turns = {*changes, *_half_years(due, limit), *_day_before(rule.get("since"))}
    steps = sorted({due, limit, *(when for when in turns if due < when < limit)})
    left = sum(minor for when, minor in moves if when <= due)
    for begin, end in pairwise(steps):
        if begin != due:
            left += changes.get(begin, 0)
        if left <= 0:
            continue
        debt = debt or left
        rate, last = _rate(rule, table, due, begin + dt.timedelta(days=1)), end
        daily = Decimal(left) * rate / basis
        if daily_rounding is not None:
            unit = Decimal(1).scaleb(digits(code) - daily_rounding)
            daily = (daily / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
        total += daily * (end - begin).days
    if last == due:
        return None
    held = sum(minor for _, minor in moves)
    interest = exact(int(total.quantize(Decimal(1), ROUND_HALF_UP)), code)
    lump = _lump(rule, code, exact(debt, code))
    return (
        number, str(part["customer_id"].iloc[0]), code, pd.Timestamp(due), float(exact(held, code)), (last - due).days,
        float(rate), float(interest), float(lump), float(interest + lump),
    )  # fmt: skip


def _half_years(start: dt.date, end: dt.date) -> Iterator[dt.date]:
    """Yield the last days of the half-years between two dates."""
    for year in range(start.year, end.year + 1):
        yield from (last for last in (dt.date(year, 6, 30), dt.date(year, 12, 31)) if start < last < end)


def _day_before(date: dt.date | None) -> tuple[dt.date, ...]:
    """Return the day before, which is the last of another rate; nothing where there is no date."""
    return () if date is None else (date - dt.timedelta(days=1),)


def _rate(rule: Mapping[str, Any], table: _References | None, due: dt.date, date: dt.date) -> Decimal:
    """Return the year's rate of a day."""
    if "since" in rule and date < rule["since"]:
        return Decimal(0)
    if table is None:
        return Decimal(str(rule["rate"]))
    overdue = due + dt.timedelta(days=1)
    taken = {"half_year": date, "half_year_overdue": overdue, "overdue": overdue}[rule["taken"]]
    if rule["taken"] != "overdue":
        taken = dt.date(taken.year, 1 if taken.month < 7 else 7, 1)
    found = table.at(taken)
    return found * Decimal(str(rule["factor"])) if "factor" in rule else found + Decimal(str(rule["margin"]))


def _lump(rule: Mapping[str, Any], code: str, amount: Decimal) -> Decimal:
    compensation = rule.get("compensation")
    if compensation is None or compensation["currency"] != code:
        return Decimal(0)
    return Decimal([lump for least, lump in compensation["steps"] if amount >= least][-1])
