"""What of the customer types a report shows: the selected customers with what they owe, exact in each currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from arkit.charts.position import late_columns
from arkit.diagnosis.types.kinds import table
from arkit.messages import Message
from arkit.money import digits

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

UNJUDGED = ("", "too_new", "unknown")
"""Types that say only that nothing can be said."""
MONEY = ("not_due", "overdue", "unapplied", "total")


@dataclass(frozen=True, eq=False)
class Conduct:
    """How the customers that are shown pay, and what they owe.

    Parameters
    ----------
    customers
        A row per customer and currency: the columns of :class:`arkit.diagnosis.types.CustomerTypes` and, from the
        ageing, ``not_due, overdue, unapplied, total`` (major units).
    notes
        What could not be judged, and why.
    """

    customers: pd.DataFrame
    notes: tuple[Message, ...]

    @classmethod
    def of(cls, report: Report) -> Conduct:
        """Return what the report shows of the types of its customers."""
        found, aging = report.found("customer_types"), report.measure("aging", by="customer_id").reset_index()
        late = late_columns(aging.drop(columns=["currency", "customer_id"]))
        owed = aging[["currency", "customer_id", "not_due", "unapplied", "total"]].copy()
        owed["overdue"] = aging[late].sum(axis=1)
        types = found.frame.drop(columns=["balance", "overdue"])
        main = types[["currency", "customer_id"]]
        # a customer has a row in its main currency, and in every other one in which something is open
        rows = owed.merge(main, on=["currency", "customer_id"], how="outer")
        rows = rows.merge(types.drop(columns="currency"), on="customer_id", how="left")
        rows = rows[rows["behaviour"].notna() | (rows["total"].fillna(0) != 0)]
        plain = ["behaviour", "behaviour_3", "behaviour_6", "trade", "suggested"]
        rows[plain] = rows[plain].fillna("")
        rows["behaviour"] = rows["behaviour"].replace("", "unknown")
        rows["trade_source"] = rows["trade_source"].fillna("none")
        rows[list(MONEY)] = rows[list(MONEY)].fillna(0.0)
        rows = report.selection.of(rows)
        places = rows["currency"].map(digits)
        for column in MONEY:
            rows[column] = [round(v, n) for v, n in zip(rows[column], places, strict=True)]
        return cls(rows.reset_index(drop=True), found.notes)

    def currencies(self, report: Report) -> list[str]:
        """Return the currencies in which customers owe or traded, in the report's order."""
        held = set(self.customers["currency"])
        return [code for code in report.currencies if code in held]

    def judged(self) -> bool:
        """Tell whether anything is said of any customer."""
        return not self.customers["behaviour"].isin(UNJUDGED).all()

    def by(self, column: str, code: str) -> pd.DataFrame:
        """Return ``customers`` and amounts by a column, what is most overdue first, then what is most."""
        rows = self.customers[self.customers["currency"] == code]
        grouped = rows.groupby(column)
        sums = grouped[list(MONEY)].sum().round(digits(code))
        sums.insert(0, "customers", grouped.size())
        owed = sums["not_due"] + sums["overdue"]
        sums["share_overdue"] = sums["overdue"] / owed.where(owed != 0)
        return sums.sort_values(["overdue", "total"], ascending=False, kind="stable")

    def changed(self) -> pd.DataFrame:
        """Return the customers whose type is another than three months before, what is most overdue first."""
        rows = self.customers
        both = ~rows["behaviour"].isin(UNJUDGED) & ~rows["behaviour_3"].isin(UNJUDGED)
        other = rows[both & (rows["behaviour"] != rows["behaviour_3"])]
        return other.sort_values(["overdue", "total"], ascending=False, kind="stable")


def kind(behaviour: str, text: Text) -> str:
    """Return what a way of paying is called in a heading."""
    words = kind_inline(behaviour, text)
    return words[:1].upper() + words[1:]


def kind_inline(behaviour: str, text: Text) -> str:
    """Return what a way of paying is called in a sentence."""
    kinds = table().behaviour
    return kinds[behaviour].words.to(text.lang) if behaviour in kinds else text.say("not judged")


def trade(name: str, text: Text) -> str:
    """Return what a trade type is called; a word of the customer file that is no type stays as it is."""
    return text.label(name) if name else text.label("trade_source.none")
