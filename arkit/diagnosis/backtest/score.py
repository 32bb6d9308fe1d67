"""Score what was said at past month-ends against what followed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from arkit.diagnosis.backtest.outcome import BAD
from arkit.diagnosis.backtest.spoken import RANKINGS, Spoken, held
from arkit.diagnosis.coded import Floats
from arkit.diagnosis.past import Past
from arkit.diagnosis.rivals import TARGETS, auc, brier
from arkit.diagnosis.signals.rules import table
from arkit.money import major

MONTHS = ["as_of", "until", "ranking", "customers", "listed", "hit", "caught", "precision", "auc"]
CAPTURE = ["as_of", "until", "ranking", "currency", "became", "captured", "share"]
LEAD = ["currency", "days_before", "late_at_most", "became", *(name for name in RANKINGS if name != "model")]
FIFTHS = 5


def follow(said: Spoken, bad: pd.DataFrame, until: dt.date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hold one month-end against what turned bad after it: by ranking, and by ranking and currency."""
    rows = bad[(bad["on"] > pd.Timestamp(said.as_of)) & (bad["on"] <= pd.Timestamp(until))]
    who = said.customers["customer_id"]
    hit: Floats = who.isin(rows["customer_id"]).to_numpy().astype(np.float64)
    place_of = pd.Index(who).get_indexer(pd.Index(rows["customer_id"]))
    minor, parts = rows["minor"].to_numpy(), rows.groupby("currency").indices
    months, capture = [], []
    for name, share in lists(said).items():
        place: dict[str, Any] = {"as_of": pd.Timestamp(said.as_of), "until": pd.Timestamp(until), "ranking": name}
        size, caught = float(share.sum()), float((share * hit).sum())
        precision = caught / size if size else np.nan
        counts = {"customers": len(who), "listed": size, "hit": int(hit.sum()), "caught": caught}
        worth: Floats = said.customers[name].to_numpy(dtype=np.float64)
        months.append({**place, **counts, "precision": precision, "auc": auc(hit, worth)})
        held_by = minor * np.append(share, 0.0)[place_of]
        for currency, part in parts.items():
            became, captured = minor[part].sum(), held_by[part].sum()
            capture.append(
                {**place, "currency": currency, "became": became, "captured": captured, "share": captured / became}
            )
    found = pd.DataFrame(capture, columns=CAPTURE)
    return pd.DataFrame(months, columns=MONTHS), _in_major(found, ["became", "captured"])


def lists(said: Spoken) -> dict[str, Floats]:
    """Return how much (0-1) of each customer stands on a list as long as the watch list, by ranking."""
    listed: Floats = (said.customers["level"] > 0).to_numpy().astype(np.float64)
    found = {"watch_list": listed}
    for name in RANKINGS:
        worth: Floats = said.customers[name].to_numpy(dtype=np.float64)
        if name not in found and not np.isnan(worth).any():
            found[name] = held(worth, float(listed.sum()))
    return found


def summary(months: pd.DataFrame, capture: pd.DataFrame) -> pd.DataFrame:
    """Pool the month-ends: a row per currency and ranking."""
    rows = []
    for (currency, name), money in capture.groupby(["currency", "ranking"]):
        mine = months[months["ranking"] == name]
        rows.append(
            {
                "currency": currency, "ranking": name, "month_ends": len(mine), "listed": mine["listed"].mean(),
                "precision": mine["caught"].sum() / mine["listed"].sum() if mine["listed"].sum() else np.nan,
                "base": mine["hit"].sum() / mine["customers"].sum(),
                "auc": mine["auc"].mean(), "auc_low": mine["auc"].min(), "auc_high": mine["auc"].max(),
                "became": money["became"].sum(), "captured": money["captured"].sum(),
                "share": money["captured"].sum() / money["became"].sum(),
                "share_low": money["share"].min(), "share_high": money["share"].max(),
            }
        )  # fmt: skip
    columns = [
        "currency", "ranking", "month_ends", "listed", "precision", "base", "auc", "auc_low", "auc_high", "became",
        "captured", "share", "share_low", "share_high",
    ]  # fmt: skip
    found = pd.DataFrame(rows, columns=columns)
    order = {name: place for place, name in enumerate(RANKINGS)}
    return found.sort_values(["currency", "ranking"], key=lambda c: c.replace(order), ignore_index=True)


def levels(spoken: Sequence[tuple[Spoken, dt.date]], bad: pd.DataFrame) -> pd.DataFrame:
    """Return by early-warning level how many customers stood there, and how many of them were hit."""
    place, hit = [], []
    for said, until in spoken:
        after = bad[(bad["on"] > pd.Timestamp(said.as_of)) & (bad["on"] <= pd.Timestamp(until))]
        place.append(said.customers["level"].to_numpy())
        hit.append(said.customers["customer_id"].isin(after["customer_id"]).to_numpy())
    at = np.concatenate([*place, np.zeros(0, dtype=np.int64)])
    struck = np.concatenate([*hit, np.zeros(0, dtype=bool)])
    rows = []
    for number, level in enumerate(table().levels):
        here = struck[at == number]
        counted = {"customers": len(here), "hit": int(here.sum()), "share": here.mean() if len(here) else np.nan}
        rows.append({"level": level.key, "name": level.words, **counted})
    return pd.DataFrame(rows)


def trace(walk: Sequence[Spoken], bad: pd.DataFrame) -> pd.DataFrame:
    """Return each claim that turned bad with how it stood at the last month-end before: a row per claim.

    Adds ``seen_on`` (that month-end), a column per plain ranking and the watch list (0-1: on a list of its length),
    ``listed_since`` (first month-end since which the customer stood on the watch list without a break; NaT: not at the
    end) and ``lead_days`` from then until it turned bad. Claims that did so before the first month-end are left out.
    """
    ends = np.array([np.datetime64(said.as_of) for said in walk], dtype="datetime64[D]")
    shares = _shares(walk)
    last = np.searchsorted(ends, bad["on"].to_numpy("datetime64[D]"), side="left") - 1
    found = bad[last >= 0].reset_index(drop=True)
    last = last[last >= 0]
    who = found["customer_id"].tolist()
    for name, grid in shares.items():
        found[name] = [float(grid[place].get(key, 0.0)) for place, key in zip(last, who, strict=True)]
    since = []
    for place, key in zip(last, who, strict=True):
        first = place + 1
        while first > 0 and shares["watch_list"][first - 1].get(key, 0.0) > 0:
            first -= 1
        since.append(ends[first] if first <= place else np.datetime64("NaT", "D"))
    found["seen_on"] = ends[last].astype("datetime64[s]")
    found["listed_since"] = np.array(since, dtype="datetime64[s]")
    found["lead_days"] = (found["on"] - found["listed_since"]).dt.days.astype("float64")
    return found


def lead(walk: Sequence[Spoken], money: pd.DataFrame) -> pd.DataFrame:
    """Return what share of the money that turned bad stood on the lists so many days before: rows as :data:`LEAD`."""
    ends = np.array([np.datetime64(said.as_of) for said in walk], dtype="datetime64[D]")
    shares, rows = _shares(walk), []
    for before in range(1, BAD + 2, 30):
        seen = money["on"].to_numpy("datetime64[D]") - np.timedelta64(before, "D")
        last = np.searchsorted(ends, seen, side="right") - 1
        known = money[last >= 0]
        for currency, part in known.groupby("currency"):
            at = last[part.index]
            row = {"currency": currency, "days_before": before, "late_at_most": BAD + 1 - before}
            for name, grid in shares.items():
                on = [float(grid[k].get(key, 0.0)) for k, key in zip(at, part["customer_id"], strict=True)]
                row[name] = float((part["minor"] * on).sum() / part["minor"].sum())
            rows.append({**row, "became": part["minor"].sum()})
    found = _in_major(pd.DataFrame(rows, columns=LEAD), ["became"])
    return found.sort_values(["currency", "days_before"], ignore_index=True)


def _shares(walk: Sequence[Spoken]) -> dict[str, list[dict[str, float]]]:
    """Return by ranking and month-end how much of each customer stands on the list."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in RANKINGS if name != "model"}
    for said in walk:
        who, on = said.customers["customer_id"], lists(said)
        for name, grid in found.items():
            grid.append(dict(zip(who, on[name], strict=True)))
    return found


def model_record(walk: Sequence[Spoken], whole: Past) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score the payment model claim by claim against the customer's own past rate, and hold it to its word.

    A claim counts once its target date has passed, paid or not: to wait for payment would keep the slow ones out.
    """
    claims = pd.concat([said.claims for said in walk]) if walk else pd.DataFrame()
    ended = whole.documents.set_index(whole.documents["document_id"].astype("str"))["late_days"]
    records, tables = [], []
    for target, word in TARGETS.items():
        rows = claims[claims["target"] == word] if len(claims) else claims
        if len(rows):
            rows = rows[(whole.today - rows["due"]).dt.days > target]
        if not len(rows):
            continue
        true: Floats = (ended.reindex(rows["document_id"]) > target).to_numpy().astype(np.float64)
        model: Floats = rows["model"].to_numpy(dtype=np.float64)
        plain: Floats = rows["plain"].to_numpy(dtype=np.float64)
        records.append(
            {
                "target": word, "cases": len(rows), "share": true.mean(), "foreseen": model.mean(),
                "auc_model": auc(true, model), "auc_plain": auc(true, plain),
                "brier_model": brier(true, model), "brier_plain": brier(true, plain),
            }
        )  # fmt: skip
        fifth = np.argsort(np.argsort(model, kind="stable"), kind="stable") * FIFTHS // len(rows)
        cut = pd.DataFrame({"fifth": fifth + 1, "foreseen": model, "came_true": true, "cases": 1})
        cut = cut.groupby("fifth").agg({"foreseen": "mean", "came_true": "mean", "cases": "sum"}).reset_index()
        tables.append(cut.assign(target=word))
    columns = ["target", "cases", "share", "foreseen", "auc_model", "auc_plain", "brier_model", "brier_plain"]
    order = ["target", "fifth", "foreseen", "came_true", "cases"]
    calibration = pd.concat(tables, ignore_index=True)[order] if tables else pd.DataFrame(columns=order)
    return pd.DataFrame(records, columns=columns), calibration


def _in_major(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    for name in names:
        frame[name] = major(frame[name].astype("float64"), frame["currency"]) if len(frame) else frame[name]
    return frame
