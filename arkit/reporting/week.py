"""The week's work as sections read it: the work list for a capacity, plan against actual, promises to follow up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from arkit.diagnosis.causes.families import UNKNOWN, families
from arkit.messages import Message
from arkit.reporting.blocks import join
from arkit.reporting.groups import NAMED
from arkit.reporting.standing import cells

if TYPE_CHECKING:
    from arkit.collecting import Plan, WorkList
    from arkit.reporting.page import Report
    from arkit.text import Text

MONTHS = 6
"""Months of plan against actual, the last being that of the report."""
PERSON = ("owner", "salesperson")
"""Columns of a selection that name one person, whose own plan then stands alone."""


def work(report: Report) -> WorkList:
    """Return the work list of the whole ledger, made once."""
    found: WorkList = report.found("worklist")
    return found


def plan(report: Report) -> Plan:
    """Return plan against actual of the whole ledger, made once."""
    found: Plan = report.found("plan", months=MONTHS, country=report.country)
    return found


def contacts(report: Report) -> pd.DataFrame:
    """Return the contacts that are shown, with the customer's name."""
    frame = report.selection.of(work(report).frame)
    return frame.assign(customer=[report.name(str(i)) for i in frame["customer_id"]])


def cause_words(text: Text) -> dict[str, str]:
    """Return what each cause is called."""
    words = {family.key: family.words.to(text.lang) for family in families()}
    return words | {UNKNOWN: Message("not known").to(text.lang)}


def by_currency(frame: pd.DataFrame, column: str, report: Report) -> str:
    """Return the sum of a column in each currency, in words."""
    sums = frame.groupby("currency")[column].sum()
    codes = [code for code in report.currencies if code in sums.index]
    return report.text.listed([report.text.short_money(float(sums[code]), code) for code in codes])


def grouped(report: Report, frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return sums by currency and the group that the report breaks down by, the largest first.

    Returns
    -------
    pandas.DataFrame
        ``currency, by_group`` (in words), ``count`` (rows), and the columns.
    """
    text, values = report.text, report.selection.values(report.by, "customer_id")
    group = values.reindex(pd.Index(frame["customer_id"].astype("str"))).fillna("").to_numpy()
    by = frame.assign(by_group=group).groupby(["currency", "by_group"], sort=False)
    rows = by[columns].sum().assign(count=by.size()).reset_index()
    missing = text.say("not given")
    rows["by_group"] = [
        missing if not name else text.label(name) if report.by in NAMED else name for name in rows["by_group"]
    ]
    return rows.sort_values(["currency", columns[-1]], ascending=[True, False], kind="stable", ignore_index=True)


def promises(report: Report) -> pd.DataFrame:
    """Return the promises that want following up: a row for each document or customer, the most money first.

    Returns
    -------
    pandas.DataFrame
        ``customer_id, customer, document_id`` (empty: none named)``, owner, currency, times`` (promised so often),
        ``date, due_on`` (of the latest), ``state`` (of the latest), ``open`` (major units), ``call_on``.
    """
    made = report.selection.of(plan(report).promises)
    to_do = made[made["call_on"].notna()].sort_values(["date", "due_on"], kind="stable")
    by = to_do.groupby(["customer_id", "document_id"], sort=False)
    rows = by.last().assign(times=by.size()).reset_index()
    rows["customer"] = [report.name(str(i)) for i in rows["customer_id"]]
    rows = rows.sort_values(["state", "open"], ascending=[True, False], kind="stable", ignore_index=True)
    names = ["customer_id", "customer", "document_id", "owner", "currency", "times", "date", "due_on", "state"]
    return rows[[*names, "open", "call_on"]]


@dataclass(frozen=True)
class Month:
    """Plan and actual of one currency in the month of the report, in major units.

    Parameters
    ----------
    planned, collected
        By those who have a target.
    rate
        collected / planned (0-1 and above).
    """

    first: pd.Timestamp
    planned: float
    collected: float

    @property
    def rate(self) -> float:
        """How much of the plan was met."""
        return self.collected / self.planned


def plan_frame(report: Report) -> tuple[pd.DataFrame, bool]:
    """Return plan against actual as far as it is shown, and whether that is what was selected.

    Targets are set for people: a selection of one person cuts them, any other can not.
    """
    frame, where = plan(report).frame, report.selection.where
    if not where:
        return frame, True
    names = {value for column, value in where.items() if column in PERSON}
    rows = frame[frame.index.get_level_values("owner").isin(names)]
    if len(names) == 1 and set(where) <= set(PERSON) and len(rows):
        return rows, True
    return frame, False


def months_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return plan against actual by currency and month, over those who have a target in the month."""
    rows = frame[frame["planned"].notna()].drop(columns="rate")
    sums = rows.groupby(level=["currency", "month"]).sum()
    sums["rate"] = sums["collected"] / sums["planned"].where(sums["planned"] > 0)
    return sums


def this_month(report: Report, currency: str) -> Month | None:
    """Return plan and actual of the month of the report; None where there is no target."""
    sums = months_of(plan_frame(report)[0])
    first = first_of_month(report)
    if (currency, first) not in sums.index:
        return None
    row = cells(sums, (currency, first))
    if not float(row["planned"]) > 0:
        return None
    return Month(first, float(row["planned"]), float(row["collected"]))


def completion(report: Report, currency: str) -> str:
    """Say in one line how much of the month's collection plan was met; nothing where no target is of what is shown."""
    if not plan_frame(report)[1]:
        return ""
    text, month = report.text, this_month(report, currency)
    if month is None:
        return ""
    return text.say(
        "Collection plan of {month}: {collected} collected of {planned} planned, {rate} of the plan.",
        month=text.month(month.first),
        collected=text.short_money(month.collected, currency),
        planned=text.short_money(month.planned, currency),
        rate=text.percent(month.rate),
    )


def first_of_month(report: Report) -> pd.Timestamp:
    """Return the first day of the month of the report."""
    return pd.Timestamp(report.as_of).to_period("M").to_timestamp()


def sentence_of(report: Report, months: pd.DataFrame, currency: str) -> str:
    """Say how much of the plan of all months shown was met, and where it was missed most."""
    text = report.text
    planned, collected = float(months["planned"].sum()), float(months["collected"].sum())
    worst = months["gap"].astype("float64")
    place = int(worst.to_numpy().argmin())
    said = text.plural(
        "{collected} of {planned} planned was collected in the last month, {rate} of the plan.",
        "{collected} of {planned} planned was collected in the last {n} months, {rate} of the plan.",
        len(months),
        collected=text.short_money(collected, currency),
        planned=text.short_money(planned, currency),
        rate=text.percent(collected / planned if planned else float("nan")),
    )
    if float(worst.iloc[place]) >= 0:
        return said
    more = text.say(
        "Furthest below plan was {month}, by {amount}.",
        month=text.month(pd.Timestamp(months.index[place])),
        amount=text.short_money(-float(worst.iloc[place]), currency),
    )
    return join([said, more])
