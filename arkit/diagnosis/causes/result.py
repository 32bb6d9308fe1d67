"""Why is the money late? 欠款原因: a cause, its evidence and a confidence for every overdue item."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from arkit.diagnosis.causes.evidence import Table, table
from arkit.diagnosis.causes.families import UNKNOWN, families, keys
from arkit.diagnosis.causes.view import View, text
from arkit.diagnosis.causes.weighing import Weighed, gather, split, weigh
from arkit.diagnosis.past import Past
from arkit.measures.results import choose
from arkit.messages import Message
from arkit.money import major

if TYPE_CHECKING:
    from arkit.ledger import Ledger

Reasons = Literal["logged", "hidden"]
LOGGED_CONFIDENCE = 0.95
"""How far a logged reason is trusted: people write down what they are told."""
_TOLD = 3
"""So many pieces of evidence are told for an item."""
_LEAST = 0.25
"""Evidence that adds fewer points is not told."""
_FRAME = ["document_id", "customer_id", "currency", "overdue", "cause", "confidence", "level", "phase", "evidence", "logged"]


@dataclass(frozen=True, eq=False)
class Causes:
    """The causes of what is overdue at a date.

    Parameters
    ----------
    as_of
        The date.
    frame
        A row per overdue document: ``document_id, customer_id, currency, overdue`` (major units), ``cause`` (a key of
        the families, or ``unknown``), ``confidence`` (0-1, the share of the cause), ``level`` (macro, micro, own; None
        where not known), ``phase`` (before, during, after), ``evidence`` (:class:`~arkit.messages.Message`), ``logged``
        (somebody noted the reason).
    shares
        A row per document and cause that has a part in it: ``document_id, customer_id, currency, cause, share`` (0-1),
        ``amount`` (major units; adds up to what is overdue, to the cent).
    totals
        Index currency and cause: ``amount`` (from the shares), ``share`` (of the currency's overdue), ``primary``
        (overdue of the documents with this primary cause), ``documents`` (their number).
    evidence
        A row per document, cause and piece of evidence: ``document_id, cause, key, points, text``, for the causes
        that have a share.
    notes
        What could not be looked at, and why.
    """

    as_of: dt.date
    frame: pd.DataFrame
    shares: pd.DataFrame
    totals: pd.DataFrame
    evidence: pd.DataFrame
    notes: tuple[Message, ...]


def causes(ledger: Ledger, *, as_of: str | dt.date, reasons: Reasons = "logged") -> Causes:
    """Diagnose why each overdue document is late, from what was known at a date.

    Parameters
    ----------
    ledger
        The ledger.
    as_of
        The date; nothing later is looked at.
    reasons
        ``logged``: a reason that somebody noted on a document stands for it. ``hidden``: noted reasons are not looked at.

    Returns
    -------
    Causes
        ``frame, shares, totals, evidence, notes``.

    Raises
    ------
    ArkitError
        For another value of ``reasons``, or a date that is none.

    Notes
    -----
    What is not logged is inferred: the evidence of ``evidence.yaml`` adds points (natural log-odds) to the families of
    ``families.yaml``; see :func:`arkit.diagnosis.causes.weighing.weigh`. It is worded as a hypothesis, except where the papers
    say it. docs/causes.md has the confusion matrix.

    Examples
    --------
    >>> import arkit
    >>> world = arkit.simulate(seed=1, months=12, customers=20)
    >>> found = causes(world.ledger, as_of="2023-12-31")
    >>> bool(found.frame["confidence"].between(0, 1).all())
    True
    """
    choose("reasons", reasons, Reasons)
    return diagnose(Past.of(ledger, as_of), reasons=reasons)


def diagnose(past: Past, *, reasons: Reasons = "logged", rules: Table | None = None) -> Causes:
    """Diagnose from a past; ``rules`` takes the place of the table that the product comes with."""
    rules = rules or table()
    view = View(past, rules.settings)
    weighed = weigh(gather(view), len(view.items), rules)
    logged = _logged(view) if reasons == "logged" else pd.DataFrame(columns=["cause", "date", "owner"])
    share = weighed.share.copy()
    order = {key: place for place, key in enumerate((*keys(), UNKNOWN))}
    rows = logged.index.to_numpy(np.int64)
    share[rows] = 0.0
    share[rows, [order[cause] for cause in logged["cause"]]] = 1.0
    primary = share.argmax(axis=1) if len(share) else np.zeros(0, dtype=np.int64)
    return Causes(
        past.as_of,
        _frame(view, weighed, primary, share, logged, rules),
        shares := _shares(view, share),
        _totals(view, shares, primary),
        _evidence(view, weighed, share),
        tuple(_notes(view, reasons)),
    )


def _logged(view: View) -> pd.DataFrame:
    """Return the reason noted last on each item, where it is one of the families; by the item's place."""
    log = view.activities
    if "reason" not in log:
        return pd.DataFrame(columns=["cause", "date", "owner"])
    noted = log[(log["row"] >= 0) & log["reason"].isin(keys())].sort_values("date", kind="stable")
    last = noted.groupby("row").tail(1).set_index("row")
    owner = last["owner"] if "owner" in last else pd.Series(index=last.index, dtype="object")
    return pd.DataFrame({"cause": last["reason"].astype("str"), "date": last["date"], "owner": text(owner)})


def _frame(
    view: View, weighed: Weighed, primary: np.ndarray, share: np.ndarray, logged: pd.DataFrame, rules: Table
) -> pd.DataFrame:
    items, known = view.items, len(keys())
    place = {family.key: family for family in families()}
    cause = np.array([*keys(), UNKNOWN], dtype=object)[primary]
    frame = items[["document_id", "customer_id", "currency"]].astype("str")
    frame["overdue"] = items["open"].to_numpy()
    frame["cause"] = pd.Series(cause, dtype="str")
    is_logged = np.isin(np.arange(len(items)), logged.index)
    confidence = share[np.arange(len(items)), primary]
    frame["confidence"] = np.where(is_logged, LOGGED_CONFIDENCE, confidence)
    everywhere = _macro(weighed)
    level = [None if c == UNKNOWN else place[c].level for c in cause]
    frame["level"] = pd.Series(
        ["macro" if c == "market" and everywhere[row] else lv for row, (c, lv) in enumerate(zip(cause, level, strict=True))],
        dtype="str",
    )
    frame["phase"] = pd.Series([None if c == UNKNOWN else place[c].phase for c in cause], dtype="str")
    told = []
    for row, code in enumerate(primary.tolist()):
        if is_logged[row]:
            told.append(_noted(logged.loc[row]))
        else:
            best = [] if code == known else _strongest(weighed, row, code)
            told.append(_sentence(weighed, row, code, best, rules))
    frame["evidence"] = pd.Series(told, dtype="object")
    frame["logged"] = is_logged
    return frame[_FRAME]


def _macro(weighed: Weighed) -> np.ndarray:
    """Tell where it is the economy that slows: everybody does, as clearly as the item's own industry or region."""
    strength = {piece.key: piece.strength for piece in weighed.found}
    none = np.zeros(weighed.share.shape[0])
    most = strength.get("most_slow", none)
    return (most > 0) & (most >= strength.get("industry_slows", none)) & (most >= strength.get("region_slows", none))


def _strongest(weighed: Weighed, row: int, code: int) -> list[int]:
    added = weighed.added[:, row, code]
    order = np.argsort(-added, kind="stable")[:_TOLD]
    return [int(number) for number in order if added[number] >= _LEAST]


def _sentence(weighed: Weighed, row: int, code: int, best: list[int], rules: Table) -> Message:
    """Word a cause: as what the papers say, as a hypothesis, or as not known."""
    if code == len(keys()):
        return Message("Not known: nothing that the ledger holds explains it.")
    family = families()[code]
    because = _joined([weighed.found[number].say(row) for number in best])
    if family.confirm:
        return Message(
            "Hypothesis, for a person to confirm with the customer before anything is said or done: {cause}. {because}.",
            cause=family.words, because=because,
        )  # fmt: skip
    if best and rules.evidence[weighed.found[best[0]].key].nature == "rule":
        return Message("The papers point to {cause}. {because}.", cause=family.words, because=because)
    if not best:
        return Message("Hypothesis, for want of a better one: {cause}.", cause=family.words)
    return Message("Hypothesis: {cause}. {because}.", cause=family.words, because=because)


def _joined(parts: list[Message]) -> Message:
    if not parts:
        return Message("no evidence of its own")
    return reduce(lambda left, right: Message("{first}; {second}", first=left, second=right), parts)


def _noted(row: pd.Series) -> Message:
    family = next(family for family in families() if family.key == row["cause"])
    who = row["owner"] or Message("somebody")
    return Message("Noted by {who} on {date}: {cause}.", who=who, date=row["date"].date(), cause=family.words)


def _shares(view: View, share: np.ndarray) -> pd.DataFrame:
    items = view.items
    minor = split(items["open_minor"].to_numpy(np.int64), share)
    row, code = np.nonzero(share > 0)
    frame = items[["document_id", "customer_id", "currency"]].astype("str").iloc[row].reset_index(drop=True)
    frame["cause"] = pd.Series(np.array([*keys(), UNKNOWN], dtype=object)[code], dtype="str")
    frame["share"] = share[row, code]
    frame["amount"] = major(pd.Series(minor[row, code]), frame["currency"])
    return frame


def _totals(view: View, shares: pd.DataFrame, primary: np.ndarray) -> pd.DataFrame:
    """Add up by currency and cause; in whole minor units, so that nothing is lost."""
    items = view.items
    cause = pd.Series(np.array([*keys(), UNKNOWN], dtype=object)[primary], dtype="str")
    by = [items["currency"].astype("str").to_numpy(), cause.to_numpy()]
    whole = items["open_minor"].groupby(by).agg(["sum", "size"])
    scale = major(pd.Series(1, index=shares.index), shares["currency"])
    minor = (shares["amount"] / scale).round().astype("int64")
    parts = minor.groupby([shares["currency"].to_numpy(), shares["cause"].to_numpy()]).sum()
    codes = pd.unique(shares["currency"])
    index = pd.MultiIndex.from_product([sorted(codes), [*keys(), UNKNOWN]], names=["currency", "cause"])
    frame = pd.DataFrame(index=index)
    code = index.get_level_values("currency")
    frame["amount"] = major(parts.reindex(index).fillna(0).astype("int64"), code)
    total = frame["amount"].groupby(level="currency").transform("sum")
    frame["share"] = frame["amount"] / total.where(total != 0)
    frame["primary"] = major(whole["sum"].reindex(index).fillna(0).astype("int64"), code)
    frame["documents"] = whole["size"].reindex(index).fillna(0).astype("int64")
    return frame


def _evidence(view: View, weighed: Weighed, share: np.ndarray) -> pd.DataFrame:
    number, row, code = np.nonzero((weighed.added >= _LEAST) & (share[None, :, :-1] > 0))
    order = np.lexsort((-weighed.added[number, row, code], -share[row, code], row))
    number, row, code = number[order], row[order], code[order]
    ids = text(view.items["document_id"])
    found = weighed.found
    return pd.DataFrame(
        {
            "document_id": pd.Series(ids[row], dtype="str"),
            "cause": pd.Series(np.array(keys(), dtype=object)[code], dtype="str"),
            "key": pd.Series([found[n].key for n in number.tolist()], dtype="str"),
            "points": weighed.added[number, row, code],
            "text": pd.Series([found[n].say(r) for n, r in zip(number.tolist(), row.tolist(), strict=True)], dtype="object"),
        }
    )


def _notes(view: View, reasons: Reasons) -> Iterator[Message]:
    """Say what could not be looked at."""
    past = view.past
    if past.scope == "snapshot":
        yield Message(
            "a snapshot of open items holds no paid invoices: customers can not be compared with their own past, and "
            "habit, process, liquidity and market can hardly be told apart"
        )
    elif len(view.fallen) and (past.today - view.fallen["due"].min()).days < 365:
        yield Message("the ledger goes back less than a year: a season can not be seen, a change hardly")
    if past.activities.empty:
        yield Message("there is no log of contacts: disputes, promises, wilful delay and missing follow-up can not be seen")
    elif reasons == "hidden":
        yield Message("noted reasons were not looked at")
    if past.customers.empty:
        yield Message("there is no customer file: credit limits, ratings, industries and groups can not be looked at")
    else:
        for column, words in (
            ("credit_limit", Message("no credit limits are on file: sales above the limit can not be seen")),
            ("rating", Message("no ratings are on file")),
            ("industry", Message("no industries are on file: an industry that slows can not be seen")),
        ):
            if column not in past.customers or past.customers[column].isna().all():
                yield words
    for column, words in (
        ("order_number", Message("the documents carry no order numbers: their absence says nothing")),
        ("delivered_on", Message("the documents carry no delivery dates: late invoicing can not be seen")),
        ("terms", Message("the documents name no terms: stretched terms are judged by the days granted")),
        ("item_type", Message("the documents have no item types: milestones and retention money can not be seen")),
    ):
        if not view.has(column):
            yield words
