"""Which measures a ledger supports: what each needs, and what this ledger lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import narwhals.stable.v2 as nw
import pandas as pd

from arkit.entries import DOCUMENT
from arkit.frames import collect
from arkit.ledger import Ledger
from arkit.messages import Message

Status = Literal["yes", "partly", "no"]
YEAR = 365
"""Days of documents that trends and twelve-month rates look back on."""


class _Facts:
    """What a ledger holds, looked at once."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    @cached_property
    def events(self) -> frozenset[str]:
        entries = self.ledger.entries()
        found = collect(entries.select(nw.col("event").cast(nw.String)).unique())["event"]
        return frozenset(map(str, found))

    @property
    def history(self) -> bool:
        return self.ledger.scope == "full" and bool(self.events - {DOCUMENT})

    @property
    def year(self) -> bool:
        first, last = self.ledger.first_day(), self.ledger.last_day()
        return first is not None and last is not None and last - first >= dt.timedelta(days=YEAR - 31)

    @cached_property
    def due(self) -> bool:
        own = self.ledger.entries().filter(nw.col("event") == DOCUMENT, nw.col("claim") > 0)
        late = collect(own.select((nw.col("due") != nw.col("date")).any().alias("any")))["any"]
        return bool(late.iloc[0])

    def rows(self, table: str) -> bool:
        return bool(self.ledger.columns(table)) and len(self.ledger.table(table)) > 0

    def column(self, *names: str) -> bool:
        held = {*self.ledger.columns("documents"), *self.ledger.columns("customers")}
        return bool(held & set(names))


@dataclass(frozen=True)
class Need:
    """Something that a measure needs: what it is, and whether a ledger has it."""

    what: Message
    met: Callable[[_Facts], bool]


_DUE = Need(Message("due dates"), lambda f: f.due)
_HISTORY = Need(Message("settled documents with the day of each settlement"), lambda f: f.history)
_YEAR = Need(Message("a year of documents"), lambda f: f.year)
_WRITE_OFFS = Need(Message("write-offs among the settlements"), lambda f: "write_off" in f.events)
_TRADE = Need(
    Message("the customers' type, industry or region"), lambda f: f.column("type", "industry", "region", "group")
)
_LOG = Need(Message("the log of reminders, calls, promises and disputes"), lambda f: f.rows("activities"))
_DELIVERY = Need(
    Message("delivery dates, terms or order numbers"), lambda f: f.column("delivered_on", "terms", "order_number")
)
_LIMITS = Need(Message("credit limits"), lambda f: f.column("credit_limit"))
_TARGETS = Need(Message("the collection plan"), lambda f: f.rows("targets"))
_STAFF = Need(Message("the salesperson or owner of an account"), lambda f: f.column("salesperson", "owner"))
_FOREIGN = Need(Message("documents in more than one currency"), lambda f: len(f.ledger.currencies) > 1)
_TAX = Need(Message("the tax of each document"), lambda f: f.column("tax"))


@dataclass(frozen=True)
class Measure:
    """A measure of arkit: its name, what it can not do without, and what makes it better."""

    key: str
    name: Message
    needs: tuple[Need, ...] = ()
    better: tuple[Need, ...] = ()


MEASURES: tuple[Measure, ...] = (
    Measure("aging", Message("Position and ageing"), better=(_DUE,)),
    Measure("concentration", Message("Concentration: who owes how much")),
    Measure("aging_history", Message("Ageing at past month-ends"), (_HISTORY,), (_DUE, _YEAR)),
    Measure("dso", Message("DSO and its family"), (_HISTORY,), (_YEAR, _TAX)),
    Measure("payment_days", Message("Days to pay and days late"), (_HISTORY,), (_DUE,)),
    Measure("collection_effectiveness", Message("Collection effectiveness"), (_HISTORY,), (_DUE,)),
    Measure("revaluation", Message("Revaluation of foreign currencies, by a rate table"), (_FOREIGN,)),
    Measure("bad_debt_rate", Message("Bad-debt rate"), (_HISTORY, _WRITE_OFFS), (_YEAR,)),
    Measure("roll_rates", Message("Roll rates"), (_HISTORY,), (_DUE, _YEAR)),
    Measure("vintages", Message("Collection by month of sale"), (_HISTORY,), (_YEAR,)),
    Measure("provision", Message("Loss allowance from the ledger's own past"), (_HISTORY, _WRITE_OFFS), (_YEAR,)),
    Measure("limitation", Message("Limitation: until when claims can be sued for"), better=(_DUE, _HISTORY, _LOG)),
    Measure("credit", Message("Exposure against credit limits"), better=(_LIMITS, _HISTORY)),
    Measure("causes", Message("Causes of late payment"), better=(_HISTORY, _LOG, _DELIVERY)),
    Measure("customer_types", Message("Customer types by how they pay"), (_HISTORY,), (_YEAR, _TRADE)),
    Measure("risk_signals", Message("Risk signals"), better=(_HISTORY, _YEAR, _LOG, _LIMITS)),
    Measure("forecast", Message("Cash forecast for 13 weeks"), (_HISTORY,), (_YEAR,)),
    Measure("worklist", Message("Work list: whom to contact"), better=(_HISTORY, _LOG)),
    Measure("plan", Message("Plan against actual collections"), (_HISTORY, _TARGETS)),
    Measure("evaluate", Message("Evaluation of collectors and strategies"), (_HISTORY, _LOG, _STAFF)),
)


def supports(ledger: Ledger) -> pd.DataFrame:
    """Return what can be had from a ledger, a row per measure.

    Returns
    -------
    pandas.DataFrame
        Index ``measure`` (the function's name); columns ``name, supported`` (``yes``, ``partly``: it works, and what
        it lacks would make it better, or ``no``: it can not do without what it lacks), ``needs`` and ``lacks``
        (tuples of messages).
    """
    facts = _Facts(ledger)
    rows = {}
    for measure in MEASURES:
        lacking = [need for need in measure.needs if not need.met(facts)]
        wanting = [need for need in measure.better if not need.met(facts)]
        status: Status = "no" if lacking else "partly" if wanting else "yes"
        rows[measure.key] = {
            "name": measure.name,
            "supported": status,
            "needs": tuple(need.what for need in measure.needs),
            "lacks": tuple(need.what for need in lacking or wanting),
        }
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["name", "supported", "needs", "lacks"], dtype=object)
    return frame.rename_axis("measure")
