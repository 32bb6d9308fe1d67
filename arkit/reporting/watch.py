"""The watch list as a report shows it: the customers of the selection, their money, what fired and what changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from arkit.columns import CREDIT_KINDS
from arkit.diagnosis.signals.rules import table
from arkit.money import digits
from arkit.reporting.wording import joined, told

if TYPE_CHECKING:
    from arkit.diagnosis.causes.families import Worded
    from arkit.diagnosis.signals import RiskSignals
    from arkit.diagnosis.signals.rules import Level
    from arkit.reporting.page import Report
    from arkit.text import Text

TOLD = 2
"""So many signals, those with most points, are told of a customer on the page; the workbook has them all."""
ON_LIST = ("new", "worsened", "eased", "same")
CHANGES = ("new", "worsened", "eased", "cleared")


@dataclass(frozen=True, eq=False)
class Watch:
    """The risk signals of a ledger, cut to what the report shows.

    Parameters
    ----------
    found
        Of the whole ledger.
    customers
        The rows of ``found.frame`` that are shown.
    money
        Index currency and customer: ``balance`` (with credits), ``overdue``, as ageing has them, of those shown.
    """

    found: RiskSignals
    customers: pd.DataFrame
    money: pd.DataFrame

    @classmethod
    def of(cls, report: Report) -> Watch:
        """Return what a report shows."""
        found: RiskSignals = report.found("risk_signals")
        return cls(found, report.selection.of(found.frame), _money(report))

    @cached_property
    def listed(self) -> pd.DataFrame:
        """Customers above the calmest level, worst first."""
        return self.customers[self.customers["change"].isin(ON_LIST)]

    @cached_property
    def levels(self) -> list[tuple[Level, int]]:
        """The early-warning levels, worst first, each with the number of customers shown there."""
        counts = self.customers["level"].value_counts()
        return [(level, int(counts.get(level.key, 0))) for level in reversed(table().levels)]

    @cached_property
    def fired(self) -> pd.DataFrame:
        """The signals that fire on customers shown, with their ``topic``."""
        topics = self.found.shares.set_index("signal")["topic"]
        rows = self.found.signals[self.found.signals["customer_id"].isin(self.customers["customer_id"])]
        return rows.assign(topic=rows["signal"].map(topics)).reset_index(drop=True)

    @cached_property
    def points(self) -> pd.DataFrame:
        """Points by customer on the list (worst first) and topic."""
        rows = self.fired
        sums = rows.pivot_table(index="customer_id", columns="topic", values="points", aggfunc="sum", fill_value=0)
        return sums.reindex(self.listed["customer_id"]).dropna(how="all")

    def overdue(self, currency: str) -> float:
        """Return what the customers shown have overdue."""
        return float(self._of(currency)["overdue"].sum())

    def listed_overdue(self, currency: str) -> float:
        """Return what those on the watch list have overdue."""
        rows = self._of(currency)
        return float(rows.loc[rows.index.isin(self.listed["customer_id"]), "overdue"].sum())

    def rows(self, report: Report, currency: str, customers: pd.DataFrame, told: int = TOLD) -> pd.DataFrame:
        """Return customers of a currency as a table shows them, worst first.

        A customer stands under each currency in which he owes something, and under his main one.
        """
        text, money = report.text, self._of(currency)
        owes = customers["customer_id"].isin(money.index[money["balance"] != 0])
        mine = customers[owes | customers["currency"].eq(currency)].reset_index(drop=True)
        fired = dict(list(self.fired.groupby("customer_id", sort=False)["evidence"]))
        own = money.reindex(mine["customer_id"]).fillna(0.0)
        words = {level.key: level.words.to(text.lang) for level, _ in self.levels} | {"": ""}
        return pd.DataFrame(
            {
                "customer": [report.name(who) for who in mine["customer_id"]],
                "customer_id": mine["customer_id"],
                "level": mine["level"].map(words),
                "change": mine["change"].map(lambda change: text.label(change) if change else ""),
                "score": mine["score"],
                "overdue": own["overdue"].to_numpy(),
                "balance": own["balance"].to_numpy(),
                "evidence": [joined(fired.get(who, ()), text, told) for who in mine["customer_id"]],
            }
        )

    def _of(self, currency: str) -> pd.DataFrame:
        rows = self.money[self.money.index.get_level_values("currency") == currency]
        return rows.droplevel("currency")


def named(signal: str) -> Worded:
    """Return the name of a signal in both languages."""
    return table().rules[signal].words


def missing(found: RiskSignals, text: Text) -> str:
    """Say how many signals could not be computed and what the ledger lacks for them; nothing where it lacks nothing."""
    reasons = Counter(found.shares["reason"].dropna())
    if not reasons:
        return ""
    lacking = [
        text.plural("{reason} ({n} signal)", "{reason} ({n} signals)", n, reason=told(why, text))
        for why, n in reasons.items()
    ]
    return text.say(
        "{n} of {all} signals could be computed: {reasons}. Scores are lower than those of a ledger that holds "
        "everything.",
        n=text.number(len(found.shares) - reasons.total()),
        all=text.number(len(found.shares)),
        reasons=text.say("; ").join(lacking),
    )


def _money(report: Report) -> pd.DataFrame:
    items = report.open_items
    late = ~items["kind"].isin(CREDIT_KINDS) & (items["days_overdue"] > 0)
    rows = pd.DataFrame(
        {
            "currency": items["currency"].astype("str"),
            "customer_id": items["customer_id"].astype("str"),
            "balance": items["open"].astype("float64"),
            "overdue": items["open"].astype("float64").where(late, 0.0),
        }
    )
    sums = report.selection.of(rows.groupby(["currency", "customer_id"], as_index=False).sum())
    for code, place in sums.groupby("currency").groups.items():
        columns = ["balance", "overdue"]
        sums.loc[place, columns] = sums.loc[place, columns].round(digits(str(code)))
    return sums.set_index(["currency", "customer_id"])
