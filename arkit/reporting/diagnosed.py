"""What diagnosis, track record and work list add to where a currency stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from arkit.diagnosis.backtest.outcome import BAD
from arkit.diagnosis.causes.families import UNKNOWN
from arkit.reporting import week
from arkit.reporting.standing import Cause, Contact, Contacts, Standing, Warned, of_currency

if TYPE_CHECKING:
    from arkit.reporting.page import Report

JUDGES = "signals"
"""The section that makes the back-test; a report without it does not pay for one."""


def diagnosed(standing: Standing, report: Report) -> Standing:
    """Return a standing with the largest cause, how well the warnings did, and whom to contact first."""
    if not standing.late:
        return standing
    code = standing.currency
    made = replace(standing, cause=_cause(report, code), contacts=_contacts(report, code))
    return replace(made, warned=_warned(report, code))  # last: the back-test may be under way aside


def _cause(report: Report, code: str) -> Cause | None:
    totals = report.found("causes").totals
    if totals.empty or code not in totals.index.get_level_values("currency"):
        return None
    share = of_currency(totals, code)["share"].astype("float64")
    if not share.max() > 0:
        return None
    key = str(share.index[int(share.to_numpy().argmax())])
    return Cause("" if key == UNKNOWN else week.cause_words(report.text)[key], float(share.max()))


def _warned(report: Report, code: str) -> Warned | None:
    if JUDGES not in report.kind.sections:
        return None
    found = report.found("backtest")
    rows = found.lead[found.lead["currency"] == code] if len(found.lead) else found.lead
    if rows.empty:
        return None
    (earliest,) = rows.nlargest(1, "days_before").to_dict("records")
    return Warned(BAD, found.since, int(earliest["days_before"]), float(earliest["watch_list"]))


def _contacts(report: Report, code: str) -> Contacts:
    found = week.work(report)
    rows = found.frame[found.frame["selected"].astype(bool) & (found.frame["currency"] == code)]
    tasks = found.own_tasks[found.own_tasks["currency"] == code]
    first = None
    if len(rows):
        top = rows.iloc[0]
        name, how = report.name(str(top["customer_id"])), top["how"].to(report.text.lang)
        first = Contact(name, how, top["on"].date())
    return Contacts(len(rows), first, len(tasks), float(tasks["open"].sum()))
