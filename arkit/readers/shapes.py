"""The shapes of ledgers: canonical tables, items open on one day, settled on a day or paid to date, journals."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from arkit.columns import DOCUMENT_COLUMNS
from arkit.ledger import Scope
from arkit.messages import Message
from arkit.readers import applied, clearing, derive, oddities, rules, settlements
from arkit.readers.convert import HELPERS, Options, settle_currency
from arkit.readers.findings import Findings, Sheet
from arkit.readers.profiles import Profile
from arkit.readers.refusal import rule


@dataclass(frozen=True)
class Shaped:
    """Canonical frames, ready for a Ledger."""

    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    snapshot_on: dt.date | None = None
    scope: Scope = "full"


def shape(sheets: dict[str, Sheet], profile: Profile, options: Options, findings: Findings) -> Shaped:
    """Check the rows of all tables against one another and return the canonical frames."""
    documents = sheets["documents"]
    if profile.shape == "tables" and "open" in documents.columns and "applications" not in sheets:
        profile = replace(profile, shape="paid_to_date")
    _complete(documents, profile, options, findings)
    if "amount" in documents.columns:
        rules.documents(documents, profile.shape, findings)
        if profile.shape in ("settled", "paid_to_date"):
            settlements.check_to_date(documents, findings)
            clearing.check(documents, findings)
    if "applications" in sheets:
        sheet = sheets["applications"]
        sheet.columns.setdefault("kind", pd.array(["payment"] * len(sheet.rows), dtype="str"))
        sheet.columns.setdefault("by_document_id", pd.array([None] * len(sheet.rows), dtype="str"))
        rules.applications(sheet, documents, findings)
    if "customers" in sheets:
        rules.unique(sheets["customers"], "customer_id", findings)
    for name, column in profile.tables["documents"].only.items():
        if name in documents.texts:
            _only(documents, name, column, findings)
    if not documents.used.any() and not findings.errors:
        findings.add(rule("no_documents", table="documents", file=documents.file, sheet=documents.sheet))
    if findings.errors:
        return Shaped()
    oddities.documents(documents, findings)
    oddities.customers(documents, findings)
    frames = {name: _frame(sheet) for name, sheet in sheets.items()}
    frames["documents"] = frames["documents"][_ordered(frames["documents"])]
    if "applications" in sheets:
        frames["applications"] = applied.with_discounts(sheets["applications"], frames["applications"])
        applied.check_open(documents, frames["applications"], findings)
    found = _settlements(documents, profile, options, findings)
    if found.applications is not None:
        frames["applications"] = found.applications
    if "customer_name" in documents.columns:
        frames.setdefault("customers", _customers(documents, findings))
    elif "customers" in sheets and "name" in sheets["customers"].columns:
        oddities.names(sheets["customers"], sheets["customers"].columns["name"], findings)
    return Shaped(frames, found.snapshot_on, found.scope)


@dataclass(frozen=True)
class _Settled:
    applications: pd.DataFrame | None = None
    snapshot_on: dt.date | None = None
    scope: Scope = "full"


def _settlements(documents: Sheet, profile: Profile, options: Options, findings: Findings) -> _Settled:
    """Return what a shape tells of settlements, and of which days the ledger so knows the position."""
    if profile.shape == "tables":
        return _Settled()
    if profile.shape == "journal":
        settlements.balances(documents, findings)
        return _Settled(settlements.journal(documents, findings))
    if "settled_on" in documents.columns:
        oddities.settlements(documents, findings)
    if profile.shape == "settled" and _any_settled(documents):
        clears = "clearing" in profile.tables["documents"].columns
        return _Settled(clearing.cleared(documents, findings) if clears else settlements.dated(documents))
    day = _snapshot_day(documents, profile, options, findings)
    if profile.shape in ("open_items", "settled"):
        named = clearing.cleared(documents, findings) if "applies_to" in documents.columns else None
        return _Settled(named, day, "snapshot")
    applications, every_day_known = settlements.to_date(documents, np.datetime64(day or dt.date.min), findings)
    return _Settled(applications) if every_day_known else _Settled(applications, day, "snapshot")


def _any_settled(documents: Sheet) -> bool:
    """Tell whether anything was settled; a file of which nothing was tells only what is open on its day."""
    days = documents.columns.get("settled_on")
    return days is not None and bool((~np.isnat(days) & documents.used).any())


def _complete(documents: Sheet, profile: Profile, options: Options, findings: Findings) -> None:
    """Give documents the columns that a layout leaves out."""
    count = len(documents.rows)
    settle_currency(documents, options, findings)
    if "kind" not in documents.columns:
        documents.columns["kind"] = pd.array(["invoice"] * count, dtype="str")
        if profile.shape == "journal" and "amount" in documents.columns:
            paid = np.nan_to_num(documents.columns["amount"]) < 0
            documents.columns["kind"] = pd.Series(documents.columns["kind"]).mask(paid, "payment").array
            findings.assume(
                Message("The file names no kind of entry: debits are taken as invoices, credits as receipts")
            )
        if profile.shape == "tables":
            findings.assume(Message("The file names no kind of document: all are taken as invoices"))
    derive.opening_credits(documents)
    if "due_date" not in documents.columns:
        documents.columns["due_date"] = np.full(count, np.datetime64("NaT"), dtype="datetime64[us]")


def _only(documents: Sheet, name: str, value: str, findings: Findings) -> None:
    """Set aside rows that a layout should not have."""
    import pyarrow.compute as pc

    cells = pc.utf8_lower(pc.replace_substring_regex(documents.texts[name], r"\.0+$", ""))
    others = pc.not_equal(cells, value.casefold()).to_numpy(zero_copy_only=False)
    findings.set_aside(documents, "not_open", name, others)


def _frame(sheet: Sheet) -> pd.DataFrame:
    """Return the rows that are used, columns in the order of the file."""
    names = dict.fromkeys((*sheet.texts, *sheet.columns))
    frame = pd.DataFrame({name: sheet.columns[name] for name in names if name not in HELPERS})
    return frame if sheet.used.all() else frame[sheet.used].reset_index(drop=True)


def _ordered(frame: pd.DataFrame) -> list[str]:
    return [*DOCUMENT_COLUMNS, *(name for name in frame.columns if name not in DOCUMENT_COLUMNS)]


def _customers(documents: Sheet, findings: Findings) -> pd.DataFrame:
    """Return one row per customer number, with the commonest spelling of its name (of equals, the first seen)."""
    names = pd.Series(documents.columns["customer_name"])
    oddities.names(documents, names.array, findings)
    pairs = pd.DataFrame({"customer_id": pd.Series(documents.columns["customer_id"]), "name": names})
    pairs = pairs[documents.used].reset_index(drop=True)
    counted = pairs.groupby(["customer_id", "name"], sort=False).size().reset_index(name="n")
    best = counted.sort_values("n", ascending=False, kind="stable").drop_duplicates("customer_id")
    numbers = pairs[["customer_id"]].drop_duplicates()
    return numbers.merge(best[["customer_id", "name"]], on="customer_id", how="left")


def _snapshot_day(documents: Sheet, profile: Profile, options: Options, findings: Findings) -> dt.date | None:
    """Return the day of the export: what the caller or the file says, else the latest on which anything was booked."""
    if options.exported_on is not None:
        return options.exported_on
    day = _latest(documents, ("exported_on",))
    if day is None:
        day = _latest(documents, profile.snapshot_on or ("date", "created_on", "entered_on", "settled_on"))
        if day is not None:
            findings.assume(
                Message(
                    "The open items are taken as those of {day}, the latest booking in the file", day=day.isoformat()
                )
            )
    return day


def _latest(documents: Sheet, names: tuple[str, ...]) -> dt.date | None:
    columns = [documents.columns[name][documents.used] for name in names if name in documents.columns]
    days = np.concatenate(columns) if columns else np.array([], dtype="M8[us]")
    days = days[~np.isnat(days)]
    return days.max().astype("datetime64[D]").astype(object) if len(days) else None
