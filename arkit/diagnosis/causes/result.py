"""Why is the money late? 欠款原因: a cause, its evidence and a confidence for every overdue item."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from arkit.diagnosis.causes.evidence import Table, table
from arkit.diagnosis.causes.families import UNKNOWN, families, keys
from arkit.diagnosis.causes.view import View, text
from arkit.diagnosis.causes.weighing import Weighed, gather, split, weigh
from arkit.diagnosis.causes.wording import LEAST, missing, not_known, noted, sentence
from arkit.diagnosis.past import Past, apart
from arkit.errors import choose
from arkit.messages import Message
from arkit.money import major

if TYPE_CHECKING:
    from arkit.ledger import Ledger

Reasons = Literal["logged", "hidden"]
LOGGED_CONFIDENCE = 0.95
"""How far a logged reason is trusted: people write down what they are told."""
_FRAME = [
    "document_id",
    "customer_id",
    "currency",
    "overdue",
    "cause",
    "confidence",
    "level",
    "phase",
    "evidence",
    "logged",
]


@dataclass(frozen=True, eq=False)
class Causes:
    """The causes of what is overdue at a date.

    Parameters
    ----------
    as_of
        The date.
    frame
        A row per overdue document: ``document_id, customer_id, currency, overdue`` (major units), ``cause`` (a key of
        the families, or ``unknown``), ``confidence`` (0-1, the share of the cause; where not
        known, of the likeliest), ``level`` (macro, micro, own; None
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
        ``logged``: a reason that somebody noted on a document stands for it. ``hidden``: such notes are not looked at.

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
    ``families.yaml``; see :func:`arkit.diagnosis.causes.weighing.weigh`. It is worded as a hypothesis, except
    where the papers say it. docs/causes.md has the confusion matrix.

    Examples
    --------
    >>> import arkit
    >>> world = arkit.simulate(seed=1, months=12, customers=20)
    >>> found = causes(world.ledger, as_of="2023-12-31")
    >>> bool(found.frame["confidence"].between(0, 1).all())
    True
    """
    choose("reasons", reasons, Reasons)
    return apart(diagnose(Past.of(ledger, as_of), reasons=reasons))


def diagnose(past: Past, *, reasons: Reasons = "logged", rules: Table | None = None) -> Causes:
    """Diagnose from a past, with the product's own rules once; ``rules`` takes the place of these."""
    if rules is None:
        return past.once(("causes", reasons), lambda: diagnose(past, reasons=reasons, rules=table()))
    view = View(past, rules.settings)
    weighed = weigh(gather(view), len(view.items), rules)
    logged = _logged(view) if reasons == "logged" else pd.DataFrame(columns=["cause", "date", "owner"])
    share = weighed.share.copy()
    order = {key: place for place, key in enumerate((*keys(), UNKNOWN))}
    rows = logged.index.to_numpy(np.int64)
    share[rows] = 0.0
    share[rows, [order[cause] for cause in logged["cause"]]] = 1.0
    best = share[:, :-1].max(axis=1)
    primary = np.where(best < rules.settings.least_confidence, order[UNKNOWN], share[:, :-1].argmax(axis=1))
    return Causes(
        past.as_of,
        _frame(view, weighed, primary, share, logged, rules),
        shares := _shares(view, share),
        _totals(view, shares, primary),
        _evidence(view, weighed, share),
        tuple(missing(view, hidden=reasons == "hidden")),
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
    frame["confidence"] = np.where(is_logged, LOGGED_CONFIDENCE, share[:, :-1].max(axis=1))
    everywhere = _macro(weighed)
    level = [None if c == UNKNOWN else place[c].level for c in cause]
    frame["level"] = pd.Series(
        [
            "macro" if c == "market" and everywhere[row] else lv
            for row, (c, lv) in enumerate(zip(cause, level, strict=True))
        ],
        dtype="str",
    )
    frame["phase"] = pd.Series([None if c == UNKNOWN else place[c].phase for c in cause], dtype="str")
    at, told = {name: logged[name].to_dict() for name in logged}, []
    for row, code in enumerate(primary.tolist()):
        if is_logged[row]:
            told.append(noted(str(at["cause"][row]), at["date"][row], str(at["owner"][row])))
        elif code == known:
            told.append(not_known(share[row]))
        else:
            told.append(sentence(weighed, row, code, rules))
    frame["evidence"] = pd.Series(told, dtype="object")
    frame["logged"] = is_logged
    return frame[_FRAME]


def _macro(weighed: Weighed) -> np.ndarray:
    """Tell where it is the economy that slows: everybody does, as clearly as the item's own industry or region."""
    strength = {piece.key: piece.strength for piece in weighed.found}
    none = np.zeros(weighed.share.shape[0])
    most = strength.get("most_slow", none)
    return (most > 0) & (most >= strength.get("industry_slows", none)) & (most >= strength.get("region_slows", none))


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
    number, row, code = np.nonzero((weighed.added >= LEAST) & (share[None, :, :-1] > 0))
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
            "text": pd.Series(
                [found[n].say(r) for n, r in zip(number.tolist(), row.tolist(), strict=True)], dtype="object"
            ),
        }
    )
