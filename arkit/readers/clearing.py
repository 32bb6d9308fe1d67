"""Items that were cleared together settle one another: who settled whom, exactly, and what closed the rest.

An accounts-receivable system that clears open items gives each cleared line the number of its clearing and the day,
not the line that it was cleared against. Within one clearing the debits and the credits are laid side by side, oldest
first; any other order gives the same open items on every day, since all of them close on one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from arkit.messages import Message
from arkit.money import exact
from arkit.readers import settlements
from arkit.readers.findings import Findings, Mask, Sheet

Ints = npt.NDArray[np.int64]

_BY = {"payment": "payment", "credit_note": "credit_note"}
_OF = {"refund": "refund", "bounced": "bounced"}
UNKNOWN = "other"
"""How an item was closed whose counterpart is not in the file: never as cash."""


def check(sheet: Sheet, findings: Findings) -> None:
    """Set aside items that are cleared on no day: they are not open, and nobody knows since when."""
    if "clearing" not in sheet.columns:
        return
    undated = pd.Series(sheet.columns["clearing"]).notna().to_numpy()
    if "settled_on" in sheet.columns:
        undated = undated & np.isnat(sheet.columns["settled_on"])
    findings.set_aside(sheet, "cleared_without_day", "clearing", undated & ~sheet.refused)


def cleared(sheet: Sheet, findings: Findings) -> pd.DataFrame:
    """Return the applications of documents that bear the number of their clearing, or of the item they belong to."""
    columns, used = sheet.columns, np.flatnonzero(sheet.used)
    ids = pd.Series(columns["document_id"]).iloc[used].reset_index(drop=True)
    never = np.full(len(sheet.rows), np.datetime64("NaT"), dtype="datetime64[us]")
    nothing = pd.array([None] * len(sheet.rows), dtype="str")
    items = pd.DataFrame(
        {
            "document_id": ids,
            "kind": pd.Series(columns["kind"]).iloc[used].to_numpy(),
            "closes_as": pd.array(columns.get("closes_as", nothing)[used], dtype="str"),
            "minor": sheet.minor[used],
            "date": columns["date"][used],
            "settled_on": columns.get("settled_on", never)[used],
            "clearing": _clearing_numbers(sheet, used),
            "target": _targets(sheet, used, ids, findings),
        }
    )
    found = clearings(items)
    _tell(sheet, used, items, found, findings)
    amount = found["minor"].to_numpy() / settlements.scale(sheet)[used][found["place"]]
    return found.assign(amount=amount)[["document_id", "by_document_id", "date", "amount", "kind"]]


def _clearing_numbers(sheet: Sheet, used: Ints) -> Ints:
    """Return per item a number for what was cleared at once: in one company and currency, on one day."""
    if "clearing" not in sheet.columns:
        return np.full(len(used), -1, dtype=np.int64)
    names = [name for name in ("clearing", "business_unit", "currency", "settled_on") if name in sheet.columns]
    keys = pd.DataFrame({name: pd.Series(sheet.columns[name]).iloc[used].to_numpy() for name in names})
    numbers = keys.groupby(names, sort=False, dropna=False).ngroup()
    return np.where(keys["clearing"].notna(), numbers, -1).astype(np.int64)


def _targets(sheet: Sheet, used: Ints, ids: pd.Series, findings: Findings) -> Ints:
    """Return per item the position of the one that it names: by its full number, else by its customer's own number."""
    found = np.full(len(used), -1, dtype=np.int64)
    if "applies_to" not in sheet.columns:
        return found
    keys = pd.DataFrame(
        {
            name: pd.Series(sheet.columns[name]).iloc[used].to_numpy()
            for name in ("applies_to", "customer_id", "currency", "number")
            if name in sheet.columns
        }
    )
    named = np.flatnonzero(keys["applies_to"].notna())
    if not len(named):
        return found
    places = pd.Series(np.arange(len(used)), index=pd.Index(ids))
    found[named] = _positions(places, pd.Index(keys["applies_to"].iloc[named]))
    if "number" in keys:
        own = ["customer_id", "currency", "number"]
        debits = keys.loc[sheet.minor[used] > 0, own].drop_duplicates(keep=False)
        places = pd.Series(debits.index, index=pd.MultiIndex.from_frame(debits))
        asked = keys.iloc[named].assign(number=keys["applies_to"])[own]
        found[named] = np.where(found[named] < 0, _positions(places, pd.MultiIndex.from_frame(asked)), found[named])
    lost = np.zeros(len(sheet.rows), dtype=bool)
    lost[used[named][(found[named] < 0) & (sheet.minor[used[named]] < 0)]] = True
    _warn(sheet, "names_no_document", "applies_to", lost, findings)
    return found


def _positions(places: pd.Series, keys: pd.Index) -> Ints:
    found: Ints = places.reindex(keys).fillna(-1).to_numpy().astype(np.int64)
    return found


def _tell(sheet: Sheet, used: Ints, items: pd.DataFrame, found: pd.DataFrame, findings: Findings) -> None:
    """Say how many items were cleared, and what of them has no counterpart in the file."""
    count = int(items["settled_on"].notna().sum())
    if count:
        findings.assume(Message("{n} cleared items settle one another by the number of their clearing", n=count))
    rows = np.zeros(len(sheet.rows), dtype=bool)
    rows[used[found.loc[found["by_document_id"].isna(), "place"]]] = True
    _warn(sheet, "cleared_alone", "clearing", rows, findings)


def _warn(sheet: Sheet, name: str, column: str, rows: Mask, findings: Findings) -> None:
    for currency in sheet.kinds_of("currency", rows):
        mine = rows & sheet.where("currency", currency)
        total = exact(int(sheet.minor[mine].sum()), currency)
        findings.warn(
            sheet, name, column, count=int(mine.sum()), n=int(mine.sum()), amount=total, currency=currency,
            at=int(np.flatnonzero(mine)[0]),
        )  # fmt: skip


def clearings(items: pd.DataFrame) -> pd.DataFrame:
    """Return what settles what.

    Parameters
    ----------
    items
        One row per item, with ``document_id``, ``kind``, ``minor`` (signed minor units), ``date``, ``settled_on`` (NaT
        while open), ``clearing`` (a number per clearing, -1 for none) and ``target`` (position of the item that a
        part payment or credit refers to, -1 for none) and ``closes_as``, how an item settles others where its kind does
        not tell.

    Returns
    -------
    pandas.DataFrame
        ``document_id``, ``by_document_id`` (missing where the counterpart is not in the file), ``date``, ``minor``
        (positive), ``kind``, and ``place``, the position of the item that is settled.
    """
    minor, rank = items["minor"].to_numpy(), _oldest_first(items)
    left = np.abs(minor)
    parts = []
    for group, day in ((_referring(items), None), (_cleared(items), items["settled_on"].to_numpy())):
        debits, credits, amounts = pairs(group, np.sign(minor) * left, rank)
        np.subtract.at(left, debits, amounts)
        np.subtract.at(left, credits, amounts)
        dates = items["date"].to_numpy()
        on = np.maximum(dates[debits], dates[credits]) if day is None else day[debits]
        parts.append(_frame(items, debits, credits, on, amounts))
    rest = np.flatnonzero((left > 0) & items["settled_on"].notna().to_numpy())
    parts.append(_frame(items, rest, None, items["settled_on"].to_numpy()[rest], left[rest]))
    return pd.concat(parts, ignore_index=True)


def pairs(group: Ints, minor: Ints, rank: Ints) -> tuple[Ints, Ints, Ints]:
    """Lay the debits and the credits of each group side by side.

    Parameters
    ----------
    group
        Per item its group; items of -1 stay out.
    minor
        Signed minor units.
    rank
        Order within a group.

    Returns
    -------
    tuple
        Positions of debits, positions of credits, and the amount that each two have in common. Where the sides of a
        group differ, what is too much on the longer one stays over.
    """
    count = int(group.max(initial=-1)) + 1
    sides = []
    for sign in (1, -1):
        mine = np.flatnonzero((group >= 0) & (sign * minor > 0))
        mine = mine[np.lexsort((rank[mine], group[mine]))]
        total = np.zeros(count, dtype=np.int64)
        np.add.at(total, group[mine], np.abs(minor[mine]))
        sides.append((mine, total))
    common = np.minimum(sides[0][1], sides[1][1])
    offset = np.cumsum(common) - common
    placed = [_placed(mine, group, minor, total, common, offset) for mine, total in sides]
    starts = np.unique(np.concatenate([start for _, start in placed]))
    amounts = np.diff(starts, append=common.sum())
    debits, credits = (mine[np.searchsorted(start, starts, side="right") - 1] for mine, start in placed)
    return debits, credits, amounts


def _placed(mine: Ints, group: Ints, minor: Ints, total: Ints, common: Ints, offset: Ints) -> tuple[Ints, Ints]:
    """Return the items of one side that reach into what their group has in common, and where each begins there."""
    sizes, own = np.abs(minor[mine]), group[mine]
    before = np.cumsum(sizes) - sizes - (np.cumsum(total) - total)[own]
    inside = before < common[own]
    return mine[inside], (offset[own] + before)[inside]


def _oldest_first(items: pd.DataFrame) -> Ints:
    """Return per item its place by day, then by number, so that the order of a file's rows changes nothing."""
    rank = np.empty(len(items), dtype=np.int64)
    order = items[["date", "document_id"]].reset_index(drop=True).sort_values(["date", "document_id"]).index
    rank[order] = np.arange(len(items))
    return rank


def _referring(items: pd.DataFrame) -> Ints:
    """Return per item the debit that it belongs to: its own position, or that of the one that a credit refers to."""
    minor, target = items["minor"].to_numpy(), items["target"].to_numpy()
    places = np.arange(len(items))
    refers = (target >= 0) & (minor < 0) & (minor[target] > 0)
    group = np.full(len(items), -1, dtype=np.int64)
    group[refers] = target[refers]
    named = np.isin(places, target[refers])
    group[named] = places[named]
    return group


def _cleared(items: pd.DataFrame) -> Ints:
    return np.where(items["settled_on"].notna(), items["clearing"], -1).astype(np.int64)


def _frame(items: pd.DataFrame, settled: Ints, by: Ints | None, day: Any, amounts: Ints) -> pd.DataFrame:  # noqa: ANN401
    ids, kinds = items["document_id"].to_numpy(), items["kind"]
    if by is None:
        by_ids = pd.array([None] * len(settled), dtype="str")
        how = np.full(len(settled), UNKNOWN, dtype=object)
    else:
        by_ids = pd.array(ids[by], dtype="str")
        by_kind = items["closes_as"].fillna(kinds.map(_BY)).fillna(UNKNOWN).to_numpy(dtype=object)[by]
        how = kinds.map(_OF).to_numpy(dtype=object)[settled]
        how = np.where(pd.isna(how), by_kind, how)
    return pd.DataFrame(
        {
            "document_id": pd.array(ids[settled], dtype="str"),
            "by_document_id": by_ids,
            "date": day,
            "minor": amounts,
            "kind": pd.array(how, dtype="str"),
            "place": settled,
        }
    )
