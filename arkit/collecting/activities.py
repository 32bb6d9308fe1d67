"""Activities put beside those of a ledger: a new ledger that knows what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from arkit.checks import refuse
from arkit.columns import ACTIVITY_COLUMNS
from arkit.frames import collect, placed, wrap
from arkit.intake import Problem
from arkit.ledger import Ledger
from arkit.messages import Message
from arkit.schemas import canonical


def with_activities(ledger: Ledger, log: pd.DataFrame) -> Ledger:
    """Return a ledger that knows what was logged, too; the given one stays as it is.

    Parameters
    ----------
    ledger
        On any engine.
    log
        Activities in the ledger's columns (:func:`read_worklist`). What the ledger has already is not added again, so
        that reading a file twice does no harm.

    Returns
    -------
    Ledger
        A new one with the same documents.

    Raises
    ------
    LedgerError
        For customers or documents that the ledger does not know, and for what no ledger takes, all at once.
    """
    known = ledger.table("activities")
    fresh = _new(log, known)
    documents = wrap(ledger.documents)
    problems = [
        *_unknown(fresh, "customer_id", _values(documents, "customer_id"), ledger.table("customers")),
        *_unknown(fresh, "document_id", _values(documents, "document_id"), pd.DataFrame()),
    ]
    refuse(problems)
    if fresh.empty:
        activities = ledger.activities
    else:
        rows, problems = canonical(placed(fresh.dropna(axis="columns", how="all"), documents), "activities")
        refuse(problems)
        own = ledger.activities
        both = rows if own is None else nw.concat([wrap(own), rows], how="diagonal")
        activities = both.to_native()
    return Ledger(
        ledger.documents, ledger.applications, ledger.customers, activities, ledger.targets, scope=ledger.scope,
        snapshot_on=ledger.snapshot_on, intake=ledger.intake,
    )  # fmt: skip


def _new(log: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    names = [name for name in ACTIVITY_COLUMNS if name in log]
    if known.empty:
        return log
    there = set(_keys(known.reindex(columns=names)))
    return log[[key not in there for key in _keys(log[names])]]


def _keys(frame: pd.DataFrame) -> Iterable[tuple[str, ...]]:
    told = {name: _plain(frame[name]) for name in frame}
    return zip(*told.values(), strict=True)


def _plain(column: pd.Series) -> list[str]:
    if column.name in ("date", "due_on"):
        return pd.to_datetime(column, errors="coerce").dt.strftime("%Y-%m-%d").fillna("").tolist()
    if column.name == "amount":
        return [f"{value:.4f}" for value in pd.to_numeric(column, errors="coerce")]
    return column.astype("object").where(column.notna(), "").astype("str").tolist()


def _values(documents: Any, name: str) -> set[str]:  # noqa: ANN401 (a narwhals frame)
    return set(collect(documents.select(name).unique())[name].astype("str"))


def _unknown(log: pd.DataFrame, name: str, known: set[str], file: pd.DataFrame) -> list[Problem]:
    if name not in log:
        return []
    there = known | (set(file[name].astype("str")) if name in file else set())
    bad = log[log[name].notna() & ~log[name].astype("str").isin(there)]
    told: Mapping[str, Message] = {
        "customer_id": Message("the ledger has no customer of this number"),
        "document_id": Message("the ledger has no document of this number"),
    }
    todo = Message("Correct the number in the work file.")
    return [
        Problem("unknown_" + name[:-3], told[name], todo, table="activities", row=row, column=name, value=str(value))
        for row, value in zip(bad.index.tolist(), bad[name], strict=True)
    ]
