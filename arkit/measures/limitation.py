"""Limitation 诉讼时效: until when each open claim can still be brought to court, and what last restarted its period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from arkit.columns import CREDIT_KINDS, SALES_KINDS
from arkit.errors import ArkitError
from arkit.frames import collect, day, moment, placed, wrap
from arkit.measures.results import finish, note
from arkit.messages import Message
from arkit.money import digits, exact

if TYPE_CHECKING:
    from arkit.ledger import Ledger

COLUMNS = (
    "customer_id", "currency", "due_date", "open", "last_interruption", "event", "lapses_on", "days_left", "status",
)  # fmt: skip
STATUSES = ("running", "lapses_soon", "lapsed", "undated")
PROVEN = ("signed", "received", "filed")
"""Outcomes of an activity that prove it: signed by the debtor, receipt proven, filed with a court or arbitrator."""
EVENTS = {
    **dict.fromkeys(("reminder", "message", "call", "visit", "letter", "external"), "demand"),
    **dict.fromkeys(("acknowledgement", "statement", "dispute_closed"), "acknowledgement"),
    **dict.fromkeys(("promise", "plan"), "promise"),
    "legal": "suit",
}
"""What an activity is to the period, where it is proven; one that is not named here never restarts it."""
PAYING = ("payment", "bill")
"""Applications that are part payment; a credit note, a discount or a write-off is the creditor's own act."""
RENEWS = ("acknowledgement", "dispute_closed", "promise", "plan")
"""Activities that start a new period even after the old one has lapsed: the debtor agrees to pay."""
_EVENT = ("claim", "date", "event", "renews")
UNDATED = Message("no due date, and no proven demand from which a period could run")


def limitation(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    years: int = 3,
    ahead_days: int = 90,
    proven: Sequence[str] = PROVEN,
) -> pd.DataFrame:
    """Return the day on which the period of limitation 诉讼时效 of each open claim ends, and what lapses soon.

    Parameters
    ----------
    ledger
        The ledger. Of a snapshot no part payment is known: its claims lapse no earlier than told.
    as_of
        The date; what happens after it changes nothing.
    years
        Length of the period: 3 in China; 6 in England and Wales, 5 in Scotland (where other events restart it: Notes).
    ahead_days
        How many days ahead a claim counts as lapsing soon.
    proven
        The outcomes of activities that prove them. A call that was merely made, or a letter that was merely sent, does
        not restart the period. An acknowledgement without any outcome is taken as signed.

    Returns
    -------
    pandas.DataFrame
        Index ``document_id``, what lapses first on top; ``due_date`` from which the period runs (of instalments the
        last one's), ``open`` (major units), ``last_interruption`` with its ``event`` (``payment``, ``demand``,
        ``acknowledgement``, ``promise``, ``suit``; empty: none), ``lapses_on``, the last day on which the claim can be
        brought, ``days_left`` until then (negative: lapsed) and ``status``: ``running``, ``lapses_soon``, ``lapsed``,
        or ``undated``, where there is neither a due date nor a proven event: NaT, NaN and a note.
        ``attrs["totals"]`` holds per currency the amount of each status and their ``total``, exact (Decimal).

    Raises
    ------
    ArkitError
        ``years`` is below 1 or ``ahead_days`` below 0.

    Notes
    -----
    The first day of the period is the day after the due date or the event; the last is the same calendar day ``years``
    later (of 29 February the 28th). An event on or before the due date restarts nothing. What is proven of one
    instalment holds for the whole invoice; an activity without a document, for all that the customer had been invoiced
    by then. A payment counts from its own date, not from that of its booking, and not if it was taken back. Once the
    period has lapsed only an acknowledgement or promise renews it: neither a demand signed for nor a statement of
    account confirmed is consent to pay. In doubt the earlier day is told: the time that a lawsuit takes, suspension
    (art. 194), the extension past a holiday (art. 203) and a grace period are not counted. Bills 承兑汇票 are left out:
    they have periods of their own. The events are those of China's law. In England and Wales a demand restarts nothing,
    only a part payment or a signed acknowledgement does, and nothing once the period has lapsed (Limitation Act, s. 29
    and 30). It is no legal advice.

    References
    ----------
    Civil Code of China 民法典 art. 188 (three years), 189 (instalments), 192 (renewal), 195 (interruption 中断),
    201-203 (counting); Supreme People's Court on limitation 法释〔2020〕17号 art. 4 (no due date), 8 (demands that
    arrived), 9 (part of a claim), 10 (suit), 14 and 19 (consent to pay). Limitation Act 1980, s. 5, 29 and 30;
    Prescription and Limitation (Scotland) Act 1973, s. 6.
    """
    limit = day(as_of)
    if years < 1 or ahead_days < 0:
        raise ArkitError(
            Message("years must be 1 or more and ahead_days 0 or more, got {years} and {days}",
                    years=years, days=ahead_days)
        )  # fmt: skip
    items = ledger.open_items(limit)
    items = items[~items["kind"].isin((*CREDIT_KINDS, "bill")) & (items["open"] > 0)]
    family = _family(ledger, limit, items)
    events = pd.concat([_payments(ledger, limit, family), _proven(ledger, limit, family, tuple(proven))])
    dated = family.dropna(subset="due_date").groupby("claim")["due_date"].max()
    due = dict(zip(dated.index, pd.to_datetime(dated), strict=True))
    last = _last(due, events, years)
    claims = items.set_index("document_id")
    claim = _claim(items).set_axis(claims.index)
    claims["due_date"] = _days(claim, due)
    claims["last_interruption"] = _days(claim, {key: date for key, (date, _) in last.items()})
    claims["event"] = [last[key][1] if key in last else "" for key in claim]
    claims["lapses_on"] = claims["last_interruption"].fillna(claims["due_date"]) + pd.DateOffset(years=years)
    claims["days_left"] = (claims["lapses_on"] - pd.Timestamp(limit)).dt.days.astype("float64")
    left = claims["days_left"]
    claims["status"] = np.select([left.isna(), left < 0, left <= ahead_days], ["undated", "lapsed", "lapses_soon"],
                                 "running")  # fmt: skip
    result = claims[list(COLUMNS)].sort_index().sort_values("lapses_on", kind="stable")
    undated = result.index[result["status"] == "undated"]
    conventions = {
        "years": years, "ahead_days": ahead_days, "proven": ", ".join(proven), "paid_by": ", ".join(PAYING),
        "bills": "without", "runs_from": "the day after the due date (of instalments the last) or the interruption",
    }  # fmt: skip
    notes = [note("lapses_on", {"document_id": number}, UNDATED) for number in undated]
    result = finish(result, as_of=limit, conventions=conventions, notes=notes)
    result.attrs["totals"] = _totals(result, ledger.currencies)
    return result


def _claim(documents: pd.DataFrame) -> pd.Series:
    """Return which claim a document belongs to: instalments of an invoice are one, all else stands for itself."""
    own = documents["document_id"].astype("object")
    if "invoice_id" not in documents.columns:
        return own
    shared = documents["invoice_id"].astype("object")
    return shared.where(documents["kind"].isin(SALES_KINDS) & shared.notna(), own)


def _days(claim: pd.Series, days: Mapping[str, pd.Timestamp]) -> pd.Series:
    """Return a day of each document's claim; NaT where there is none."""
    return pd.Series(days, dtype="datetime64[us]").reindex(claim).set_axis(claim.index)


def _family(ledger: Ledger, limit: dt.date, items: pd.DataFrame) -> pd.DataFrame:
    """Return the open documents and the other instalments of their invoices, each with its ``claim``."""
    names = ["document_id", "customer_id", "kind", "date", "due_date"]
    if "invoice_id" in items.columns:
        names.append("invoice_id")
        documents = wrap(ledger.documents)
        wanted = items.loc[items["kind"].isin(SALES_KINDS), ["invoice_id"]].dropna().drop_duplicates().astype("str")
        others = documents.filter(nw.col("kind").is_in(SALES_KINDS), nw.col("date") <= moment(documents, limit))
        others = others.select(names).join(placed(wanted, documents), on="invoice_id", how="semi")
        items = pd.concat([items[names], collect(others)]).drop_duplicates("document_id")
    return items[names].assign(claim=_claim(items))


def _payments(ledger: Ledger, limit: dt.date, family: pd.DataFrame) -> pd.DataFrame:
    """Return the days on which a part was paid that was not taken back by the date: the columns of an event."""
    if ledger.applications is None:
        return pd.DataFrame(columns=list(_EVENT))
    applied, documents = wrap(ledger.applications), wrap(ledger.documents)
    by = documents.select(nw.col("document_id").alias("by_document_id"), nw.col("date").alias("paid_on"))
    rows = applied.filter(nw.col("kind").is_in(PAYING), nw.col("date") <= moment(applied, limit))
    rows = rows.select("document_id", "by_document_id", "date", "amount")
    rows = rows.join(placed(family[["document_id"]].astype("str"), applied), on="document_id", how="semi")
    frame = collect(rows.join(by, on="by_document_id", how="left")).merge(family[["document_id", "claim"]])
    frame["paid_on"] = frame["paid_on"].fillna(frame["date"])
    frame = frame[frame["paid_on"] <= pd.Timestamp(limit)].sort_values(["date", "amount"], ascending=[True, False])
    keys = ["claim", "document_id", "by_document_id"]
    undone = frame.groupby(keys, dropna=False, sort=False)["amount"].transform("min") < 0
    found = [
        (str(claim), date)
        for (claim, *_), part in frame[undone].groupby(keys, dropna=False)
        for date in _standing(part)
    ]
    plain = frame.loc[~undone, ["claim", "paid_on"]].set_axis(["claim", "date"], axis=1)
    every = pd.concat([plain, pd.DataFrame(found, columns=["claim", "date"])])
    return every.assign(event="payment", renews=False)


def _standing(part: pd.DataFrame) -> list[pd.Timestamp]:
    """Return the days of the payments that stand: what is taken back takes the latest first, the earlier day stays."""
    standing: list[tuple[pd.Timestamp, float]] = []
    for date, amount in zip(part["paid_on"], part["amount"].astype("float64"), strict=True):
        back = -amount
        while back > 0 and standing:
            when, held = standing.pop()
            if held > back:
                standing.append((when, held - back))
            back -= held
        if amount > 0:
            standing.append((date, amount))
    return [date for date, held in standing if held > 0.5 * 10**-4]  # dust of binary fractions is no payment


def _proven(ledger: Ledger, limit: dt.date, family: pd.DataFrame, proven: tuple[str, ...]) -> pd.DataFrame:
    """Return the activities that are proven, for each claim that they concern: the columns of an event."""
    log = ledger.table("activities").reindex(columns=["customer_id", "document_id", "date", "kind", "outcome"])
    log = log[(log["date"] <= pd.Timestamp(limit)) & log["kind"].isin(list(EVENTS))]
    signed = (log["kind"] == "acknowledgement") & (log["outcome"].isna() | (log["outcome"] == ""))
    log = log[log["outcome"].isin(proven) | signed]
    log = log.assign(event=log["kind"].map(EVENTS), renews=log["kind"].isin(RENEWS))
    known = log["document_id"].notna()
    named = log.loc[known, ["document_id", "date", "event", "renews"]].merge(family[["document_id", "claim"]])
    whole = log.loc[~known, ["customer_id", "date", "event", "renews"]].merge(
        family[["customer_id", "claim", "date"]].rename(columns={"date": "invoiced"})
    )
    whole = whole[whole["invoiced"] <= whole["date"]]
    return pd.concat([part[list(_EVENT)] for part in (named, whole)])


def _last(due: dict[str, pd.Timestamp], events: pd.DataFrame, years: int) -> dict[str, tuple[pd.Timestamp, str]]:
    """Return the last event of each claim that restarted its period."""
    last: dict[str, tuple[pd.Timestamp, str]] = {}
    starts = pd.DatetimeIndex([*{*due.values(), *events["date"]}])
    ends = dict(zip(starts, starts + pd.DateOffset(years=years), strict=True))
    for claim, date, event, renews in events.sort_values(["date", "event"]).itertuples(index=False, name=None):
        begun = last[claim][0] if claim in last else due.get(claim)
        if begun is None or (begun < date and (date <= ends[begun] or renews)):
            last[claim] = date, event
    return last


def _totals(result: pd.DataFrame, currencies: Sequence[str]) -> dict[str, dict[str, object]]:
    """Return per currency the amount of each status, and their sum, in exact major units."""
    totals: dict[str, dict[str, object]] = {}
    for code in currencies:
        own = result[result["currency"] == code]
        minor = (own["open"] * 10 ** digits(code)).round().astype("int64").groupby(own["status"]).sum()
        parts = {status: int(minor.get(status, 0)) for status in STATUSES}
        totals[code] = {name: exact(part, code) for name, part in [*parts.items(), ("total", sum(parts.values()))]}
    return totals
