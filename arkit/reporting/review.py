"""One customer under review: who he is, why he was chosen, and his part of what was known at the date."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pandas as pd

from arkit.columns import PAID_EVENTS, SALES_KINDS
from arkit.diagnosis.past import Past
from arkit.diagnosis.signals import promises
from arkit.diagnosis.signals.rules import Level, table
from arkit.money import major
from arkit.reporting.blocks import Section, note
from arkit.reporting.sections import title
from arkit.reporting.watch import Watch

if TYPE_CHECKING:
    from arkit.reporting.page import Report

LOGGED = ("document_id", "date", "kind", "due_on", "amount", "owner", "outcome")


@dataclass(frozen=True, eq=False)
class Case:
    """A customer under review.

    Parameters
    ----------
    customer_id, name
        Who.
    chosen
        He was named by nobody: he has the highest early-warning level and score.
    currencies
        Those that he trades in, the one with most documents first.
    watch, past
        The signals that the report shows; what was known at the date.
    """

    customer_id: str
    name: str
    chosen: bool
    currencies: tuple[str, ...]
    watch: Watch
    past: Past

    @property
    def currency(self) -> str:
        """His main currency."""
        return self.currencies[0]

    @property
    def level(self) -> Level:
        """His early-warning level; the calmest where no signal speaks of him."""
        rows = self.watch.found.frame
        found = rows.loc[rows["customer_id"].eq(self.customer_id), "level"].tolist()
        levels = {level.key: level for level in table().levels}
        return levels.get(found[0] if found else "", table().levels[0])

    @property
    def score(self) -> int:
        """His points."""
        return int(self.fired["points"].sum())

    @cached_property
    def fired(self) -> pd.DataFrame:
        """The signals that fire on him, those with most points first."""
        return self.of(self.watch.found.signals)

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return his rows of a frame."""
        if frame.empty or "customer_id" not in frame:
            return frame.iloc[0:0]
        return frame[frame["customer_id"].astype("str").eq(self.customer_id)].reset_index(drop=True)

    @cached_property
    def documents(self) -> pd.DataFrame:
        """His documents up to the date."""
        return self.of(self.past.documents)

    @cached_property
    def overdue(self) -> pd.DataFrame:
        """His overdue claims, oldest first."""
        return self.of(self.past.overdue).sort_values(["due", "document_id"], ignore_index=True)

    @cached_property
    def activities(self) -> pd.DataFrame:
        """What was logged of him, latest first; columns that the log lacks are empty."""
        rows = self.of(self.past.activities)
        rows = rows.reindex(columns=[*rows.columns, *(name for name in LOGGED if name not in rows)])
        rows["due_on"] = pd.to_datetime(rows["due_on"])
        return rows.sort_values("date", ascending=False, kind="stable") if len(rows) else rows

    @cached_property
    def promises(self) -> pd.DataFrame:
        """His promises whose day has passed, latest first, ``amount`` in major units (0: not said)."""
        rows = self.of(promises(self.past)).sort_values("date", ascending=False, kind="stable")
        return rows.assign(amount=major(rows["minor"].astype("float64"), pd.Series(self.currency, index=rows.index)))

    def payments(self, currency: str) -> pd.DataFrame:
        """Return what he paid on invoices: a row per payment, with ``days`` from invoice and ``terms`` granted."""
        rows = self.of(self.past.moves)
        rows = rows[rows["currency"].eq(currency) & rows["event"].isin(PAID_EVENTS) & rows["kind"].isin(SALES_KINDS)]
        days = (rows["effective"] - rows["date"]).dt.days
        return rows.assign(days=days, terms=(rows["due"] - rows["date"]).dt.days)

    def position(self, currency: str) -> tuple[float, float]:
        """Return balance and overdue, as ageing has them."""
        items = self.of(self.past.documents[self.past.documents["currency"].eq(currency)])
        late = self.overdue
        codes = pd.Series([currency, currency])
        minor = pd.Series([items["open_minor"].sum(), late.loc[late["currency"].eq(currency), "open_minor"].sum()])
        balance, overdue = major(minor.astype("float64"), codes)
        return float(balance), float(overdue)


_cases: WeakKeyDictionary[Report, Case | None] = WeakKeyDictionary()


def case(report: Report) -> Case | None:
    """Return the customer under review, worked out once per report; None where the ledger shows no customer."""
    if report not in _cases:
        _cases[report] = _found(report)
    return _cases[report]


def nobody(report: Report, key: str) -> Section:
    """Return a section that says that there is no customer to review."""
    text = report.text
    said = text.say("No customer owed anything or traded within a year: there is nobody to review.")
    return Section(key, text.say(title(key)), blocks=(note(said, label=text.say("Missing:"), warning=True),))


def _found(report: Report) -> Case | None:
    watch = Watch.of(report)
    known = watch.customers[watch.customers["level"] != ""]
    if not report.customer and known.empty:
        return None
    who = report.customer or str(known["customer_id"].iloc[0])
    past = Past.of(report.ledger, report.as_of)
    documents = past.documents
    codes = documents.loc[documents["customer_id"].astype("str").eq(who), "currency"].astype("str").value_counts()
    currencies = tuple(codes.sort_index().sort_values(ascending=False, kind="stable").index)
    return Case(who, report.name(who), not report.customer, currencies, watch, past)
