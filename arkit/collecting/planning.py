"""Plan against actual 回款计划完成率 by owner and month, what explains the gap, and the promises to follow up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arkit.collecting.balances import MONEY, Balances
from arkit.collecting.gap import COLUMNS, explain
from arkit.collecting.owners import named, owners
from arkit.collecting.workdays import Workdays
from arkit.diagnosis.causes import diagnose
from arkit.diagnosis.causes.result import Causes
from arkit.diagnosis.past import Past
from arkit.diagnosis.signals import promises
from arkit.errors import ArkitError
from arkit.messages import Message
from arkit.money import major

if TYPE_CHECKING:
    from arkit.ledger import Ledger

_PROMISED = ["customer_id", "document_id", "owner", "currency", "date", "due_on", "amount", "open", "state", "call_on"]
_PARTS = ("from_overdue", "from_due", "from_early")


@dataclass(frozen=True, eq=False)
class Plan:
    """Collections planned and made.

    Parameters
    ----------
    as_of
        The date; its month is counted up to it.
    frame
        Index ``currency, month`` (first day), ``owner``: ``planned`` (missing: no target), ``collected``, ``rate``
        (collected / planned, 0-1 and above), ``gap`` (collected - planned), and what was collected: ``from_overdue``
        (due before the month), ``from_due`` (due in it), ``from_early`` (due later); major units.
    promises
        A row per promise on record, those to act on first: ``customer_id, document_id, owner, currency, date, due_on,
        amount`` (promised; missing: not said), ``open`` (what is open of the document today; of the customer's overdue,
        where the promise names none), ``state`` (broken, running, kept), ``call_on`` (the working day after the
        promised one, at least the next; missing where kept or nothing is open).
    gap
        What explains each gap (:mod:`arkit.collecting.gap`): ``currency, month, owner, part, cause, amount`` (major
        units); by currency, month and owner the amounts add up to ``gap``, to the cent. Parts are the keys of
        ``PARTS``; ``cause`` is empty where a part, or a month, is not split by cause, and ``unknown`` is what the
        diagnosis could not explain. No rows where there is no target.
    causes
        What of each owner's money is overdue at the date, and why, to read beside the gap: index ``currency, owner,
        cause``; ``amount`` (major units; by the shares of the causes), ``share`` (0-1, of the owner's overdue).
    notes
        What is missing, and what that means.
    """

    as_of: dt.date
    frame: pd.DataFrame
    promises: pd.DataFrame
    gap: pd.DataFrame
    causes: pd.DataFrame
    notes: tuple[Message, ...]


def plan(ledger: Ledger, *, as_of: str | dt.date, months: int = 6, by_cause: int = 1, country: str = "CN") -> Plan:
    """Hold what was collected against the targets, by owner and month, and follow up what was promised.

    Parameters
    ----------
    ledger
        The ledger; ``targets`` has ``month, amount`` and, where given, ``owner``, ``customer_id`` and ``currency``.
    as_of
        The date; nothing later is looked at.
    months
        So many months, the last being that of the date.
    by_cause
        For so many of the last months, what did not come is split by cause as diagnosed at the month's end; each
        takes a diagnosis of its own, but for the month of the date.
    country
        Where the debtors are (ISO 3166, two letters): promises are followed up on its working days.

    Returns
    -------
    Plan
        ``frame, promises, gap, causes, notes``.

    Raises
    ------
    ArkitError
        For months below 1, or ``by_cause`` below 0.

    Notes
    -----
    Collected is cash and bills of exchange applied to invoices and debit notes in the month, whoever brought it in; a
    bill counts when it is received. Discounts, credit notes and write-offs do not count. The owner is the customer's on
    file, else the salesperson of his newest document. A target without owner counts for the owner of its customer.

    Examples
    --------
    >>> import arkit
    >>> world = arkit.simulate(seed=1, months=12, customers=20)
    >>> made = plan(world.ledger, as_of="2023-12-31", months=3).frame
    >>> bool((made["collected"] - made["planned"] - made["gap"]).abs().max() < 0.01)
    True
    """
    if months < 1 or by_cause < 0:
        raise ArkitError(
            Message("months must be at least 1 and by_cause at least 0; got {got}", got=f"{months}, {by_cause}")
        )
    past = Past.of(ledger, as_of)
    owner = owners(past)
    first = (past.today.to_period("M") - (months - 1)).to_timestamp()
    collected = _collected(past, owner, first)
    planned = _planned(ledger.table("targets"), past, owner, first)
    frame = collected.join(planned, how="outer").sort_index()
    frame[["collected", *_PARTS]] = frame[["collected", *_PARTS]].fillna(0.0)
    frame["rate"] = frame["collected"] / frame["planned"].where(frame["planned"] > 0)
    frame["gap"] = frame["collected"] - frame["planned"]
    workdays = Workdays(country)
    promised = _follow_up(past, owner, workdays)
    notes = []
    if planned.empty:
        notes.append(Message("no targets on file for these months: collections are shown without a plan"))
    if owner.empty:
        notes.append(Message("no owners on file: collections are shown for the firm as a whole"))
    if past.scope == "snapshot":
        notes.append(Message("a snapshot of open items holds no collections"))
    if past.activities.empty:
        notes.append(Message("no log of contacts: no promise is known"))
    later = workdays.notes(promised["call_on"].dropna())
    now = diagnose(past)
    frame = frame[["planned", "collected", "rate", "gap", *_PARTS]]
    gap = pd.DataFrame(columns=COLUMNS) if past.scope == "snapshot" else _gap(ledger, past, owner, frame, now, by_cause)
    return Plan(past.as_of, frame, promised, gap, _why_open(now, owner), (*notes, *later))


def _gap(ledger: Ledger, past: Past, owner: pd.Series, frame: pd.DataFrame, now: Causes, by_cause: int) -> pd.DataFrame:
    rows = frame.loc[frame["planned"].notna(), "planned"]
    scale = 1 / major(pd.Series(1, index=rows.index), rows.index.get_level_values("currency"))
    planned = (rows * scale).round().astype("int64").to_frame("minor")
    month = past.today.to_period("M")
    ends = {(month - back).to_timestamp(): (month - back).end_time.date() for back in range(1, by_cause)}
    wanted = {first: end for first, end in ends.items() if first in planned.index.unique("month")}
    diagnosed = {first: diagnose(Past.of(ledger, end)) for first, end in wanted.items()}
    diagnosed |= {month.to_timestamp(): now} if by_cause else {}
    return explain(Balances.of(past), owner, planned, diagnosed, past.as_of)


def _month(dates: pd.Series) -> pd.Series:
    first: pd.Series = dates.dt.to_period("M").dt.to_timestamp().astype("datetime64[s]")
    return first


def _index(currency: pd.Series, month: pd.Series, owner: np.ndarray) -> list[pd.Series]:
    names = zip(("currency", "month", "owner"), (currency.astype("str"), month, pd.Series(owner)), strict=True)
    return [pd.Series(values.to_numpy(), name=name) for name, values in names]


def _collected(past: Past, owner: pd.Series, first: pd.Timestamp) -> pd.DataFrame:
    moves = past.payments
    moves = moves[moves["event"].isin(MONEY) & (moves["effective"] >= first)].reset_index(drop=True)
    month = _month(moves["effective"])
    due = _month(moves["due"])
    by = _index(moves["currency"], month, named(owner, moves["customer_id"]))
    minor = pd.DataFrame(
        {
            "collected": moves["minor"],
            "from_overdue": moves["minor"].where(due < month, 0),
            "from_due": moves["minor"].where(due == month, 0),
            "from_early": moves["minor"].where(due > month, 0),
        }
    ).astype("int64")
    sums = minor.groupby(by).sum()
    codes = sums.index.get_level_values("currency")
    amounts: pd.DataFrame = sums.apply(lambda column: major(column, codes)).astype("float64")
    return amounts


def _planned(targets: pd.DataFrame, past: Past, owner: pd.Series, first: pd.Timestamp) -> pd.DataFrame:
    usual = past.items["currency"].astype("str").mode()
    if targets.empty:
        rows = pd.DataFrame({"month": pd.Series(dtype="datetime64[s]"), "amount": pd.Series(dtype="float64")})
    else:
        rows = targets[(targets["month"] >= first) & (targets["month"] <= past.today)].reset_index(drop=True)
    named = rows["owner"] if "owner" in rows else pd.Series(np.nan, index=rows.index, dtype="object")
    if "customer_id" in rows:
        named = named.astype("object").where(named.notna(), owner.reindex(pd.Index(rows["customer_id"])).to_numpy())
    currency = rows["currency"] if "currency" in rows else pd.Series(np.nan, index=rows.index, dtype="object")
    currency = currency.astype("object").fillna(usual.iloc[0] if len(usual) else "")
    by = _index(currency, _month(rows["month"]), named.fillna("").to_numpy(object))
    return rows["amount"].astype("float64").groupby(by).sum().to_frame("planned")


def _why_open(found: Causes, owner: pd.Series) -> pd.DataFrame:
    shares = found.shares
    by = [shares["currency"], pd.Series(named(owner, shares["customer_id"]), name="owner"), shares["cause"]]
    frame = shares["amount"].groupby(by).sum().to_frame("amount")
    total = frame["amount"].groupby(level=["currency", "owner"]).transform("sum")
    return frame.assign(share=frame["amount"] / total.where(total != 0))


def _follow_up(past: Past, owner: pd.Series, workdays: Workdays) -> pd.DataFrame:
    log = past.activities
    if log.empty or "due_on" not in log:
        return pd.DataFrame(columns=_PROMISED)
    made = log[log["kind"].eq("promise") & log["due_on"].notna()]
    if made.empty:
        return pd.DataFrame(columns=_PROMISED)
    made = made.reindex(columns=[*dict.fromkeys([*log.columns, "document_id", "amount"])]).reset_index(drop=True)
    key = ["customer_id", "document_id", "date", "due_on"]
    made = made[[*key, "amount"]].astype({"customer_id": "str"})
    made["document_id"] = made["document_id"].astype("str").where(made["document_id"].notna(), "")
    decided = promises(past)[[*key, "kept"]].drop_duplicates(key)
    kept = made.merge(decided, on=key, how="left")["kept"].astype("object")
    made["state"] = np.where(kept.isna(), "running", np.where(kept.eq(True), "kept", "broken"))
    items = past.items.assign(customer_id=past.items["customer_id"].astype("str"))
    by_document = items.assign(document_id=items["document_id"].astype("str")).set_index("document_id")["open"]
    late = past.overdue.assign(customer_id=past.overdue["customer_id"].astype("str"))
    by_customer = late.groupby("customer_id")["open"].sum()
    of_document = by_document.reindex(pd.Index(made["document_id"])).fillna(0.0).to_numpy(np.float64)
    of_customer = by_customer.reindex(pd.Index(made["customer_id"])).fillna(0.0).to_numpy(np.float64)
    made["open"] = np.where(made["document_id"] != "", of_document, of_customer)
    code = items.drop_duplicates("customer_id").set_index("customer_id")["currency"].astype("str")
    made["currency"] = code.reindex(pd.Index(made["customer_id"])).to_numpy(object)
    made["owner"] = named(owner, made["customer_id"])
    made["call_on"] = _after(made["due_on"], past, workdays).where((made["state"] != "kept") & (made["open"] > 0))
    made["rank"] = made["state"].map({"broken": 0, "running": 1, "kept": 2}) + 3 * made["call_on"].isna()
    made = made.sort_values(["rank", "due_on", "open", "document_id"], ascending=[True, True, False, True])
    return made[_PROMISED].reset_index(drop=True)


def _after(due: pd.Series, past: Past, workdays: Workdays) -> pd.Series:
    """Return the working day after the promised one, the next one at the earliest."""
    day = np.maximum(due.to_numpy().astype("datetime64[D]"), np.datetime64(past.as_of, "D"))
    return pd.Series(workdays.offset(day, 1).astype("datetime64[s]"), index=due.index)
