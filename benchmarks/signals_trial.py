"""Try risk signals and customer types on simulated ledgers: ``python -m benchmarks.signals_trial``.

Signals speak at past quarter-ends; scored is the money that became more than 90 days overdue in the six months that
followed. Seeds and settings here were not looked at while thresholds and points were set. The tables go between the
markers of ``docs/signals.md``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

import arkit
from arkit.diagnosis.past import Past
from arkit.diagnosis.signals import standing
from arkit.diagnosis.signals.rules import table
from arkit.diagnosis.types import classify
from arkit.simulation import Simulation

from .causes_trial import settings

SEEDS = range(7200, 7208)
MONTHS_AHEAD = 6
DAYS_BAD = 90
DOCS = Path(__file__).parents[1] / "docs" / "signals.md"
BEGIN, END = "<!-- trial begins -->", "<!-- trial ends -->"


def became_bad(now: Past, later: Past) -> pd.Series:
    """Return, by customer, what was open then and became more than ``DAYS_BAD`` days overdue afterwards."""
    open_then = now.items[(now.items["open_minor"] > 0) & (now.items["late_days"] <= DAYS_BAD)]
    ended = later.documents.set_index("document_id")["late_days"].reindex(open_then["document_id"]).to_numpy()
    bad = open_then[ended > DAYS_BAD]
    return bad.groupby(bad["customer_id"].astype("str"))["open"].sum()


def trial(seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return customers with score and outcome, their signals with the outcome, and types with what was planted."""
    world = arkit.simulate(seed=seed, **{**settings(seed), "customers": 60, "export_share": 0.0})
    end = pd.Timestamp(world.ledger.last_day()) + pd.offsets.MonthEnd(0)
    scores, signals = [], []
    for quarter in range(1, 4):
        day = end - pd.offsets.MonthEnd(MONTHS_AHEAD + 3 * (quarter - 1))
        now, later = (Past.of(world.ledger, d.date()) for d in (day, day + pd.offsets.MonthEnd(MONTHS_AHEAD)))
        found = standing(now)
        owed = now.items.groupby(now.items["customer_id"].astype("str"))["open"].sum()
        frame = found.scores.set_index("customer_id")
        frame["owed"] = owed.reindex(frame.index).fillna(0)
        frame["bad"] = became_bad(now, later).reindex(frame.index).fillna(0)
        frame = frame[frame["owed"] > 0]
        scores.append(frame.assign(seed=seed))
        signals.append(found.signals.join(frame[["bad"]], on="customer_id", how="inner"))
    return pd.concat(scores), pd.concat(signals), _types(world, end)


def _types(world: Simulation, end: pd.Timestamp) -> pd.DataFrame:
    past = [Past.of(world.ledger, (end - pd.DateOffset(months=back)).date()) for back in (0, 3, 6)]
    frame = classify(past[0], past[1:]).frame
    planted = world.dispositions.set_index("customer_id").reindex(frame["customer_id"]).reset_index(drop=True)
    at_work = (planted["since"] <= end) & (planted["until"] >= end - pd.DateOffset(months=3))
    return frame.assign(planted=planted["disposition"].where(at_work, ""))


def report(scores: pd.DataFrame, signals: pd.DataFrame, types: pd.DataFrame) -> str:
    """Return the tables as Markdown."""
    names = [level.key for level in table().levels]
    hit = scores["bad"] > 0
    listed = scores["level"] > 0
    bad = scores["bad"].sum()
    lines = [
        f"{len(SEEDS)} ledgers (seeds {SEEDS[0]} to {SEEDS[-1]}), three quarter-ends each, {len(scores):,} customers "
        f"who owed something. **{scores.loc[listed, 'bad'].sum() / bad:.0%} of the money that was open and became more "
        f"than {DAYS_BAD} days overdue within {MONTHS_AHEAD} months stood on the watch list before it did**; the list "
        f"names {listed.mean():.0%} of the customers with "
        f"{scores.loc[listed, 'owed'].sum() / scores['owed'].sum():.0%} of the balance. AUC of the score for such a "
        f"customer: {_auc(scores['score'], hit):.2f}.",
        "",
        "| level | customers | of them hit | share of what went bad | of their balance went bad |",
        "|---|---:|---:|---:|---:|",
    ]
    for place, name in enumerate(names):
        rows = scores[scores["level"] == place]
        lines.append(
            f"| {name} | {len(rows)} | {(rows['bad'] > 0).mean():.0%} | {rows['bad'].sum() / bad:.0%} "
            f"| {rows['bad'].sum() / rows['owed'].sum():.1%} |"
        )
    base = hit.mean()
    lines += [
        "",
        f"Signals: the share of customers each fires on, and how many of these were hit (of all: {base:.0%}).",
        "",
    ]
    lines += ["| signal | points | fires on | hit |", "|---|---:|---:|---:|"]
    grouped = signals.groupby("signal")["bad"]
    rate = pd.DataFrame({"n": grouped.size(), "hit": grouped.agg(lambda bad: (bad > 0).mean())})
    for key, rule in table().rules.items():
        row = rate.loc[key] if key in rate.index else None
        told = "never |" if row is None else f"{row['n'] / len(scores):.1%} | {row['hit']:.0%}"
        lines.append(f"| {rule.en} | {rule.points}/{rule.severe_points} | {told} |")
    given = types[types["suggested"] != ""]
    right = (given["trade"] == given["suggested"]).mean()
    lines += [
        "",
        f"Trade type suggested from the papers as the file has it: {right:.0%} of {len(given)} customers ("
        + ", ".join(f"{key} {rows.eq(key).mean():.0%}" for key, rows in given.groupby("trade")["suggested"])
        + ").",
        "",
        "Behaviour type found (column) by planted disposition at work in the last three months (row), customers:",
        "",
    ]
    cross = pd.crosstab(types["planted"].replace("", "none"), types["behaviour"])
    lines += ["| planted | " + " | ".join(cross.columns) + " |", "|---|" + "---:|" * len(cross.columns)]
    lines += [f"| {key} | " + " | ".join(str(n) if n else "" for n in row) + " |" for key, row in cross.iterrows()]
    judged = types[types["stable"].notna()]
    lines += [
        "",
        f"The same type three and six months before: {judged['stable'].mean():.0%} of {len(judged)} customers.",
    ]
    return "\n".join(lines)


def _auc(score: pd.Series, hit: pd.Series) -> float:
    ranks = score.rank()
    hits, misses = int(hit.sum()), int((~hit).sum())
    return float((ranks[hit].sum() - hits * (hits + 1) / 2) / (hits * misses))


def main() -> None:
    """Run the trial and print its tables, or write them into the docs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help=f"put the tables into {DOCS.name}")
    options = parser.parse_args()
    scores, signals, types = (pd.concat(parts) for parts in zip(*(trial(seed) for seed in SEEDS), strict=True))
    text = report(scores, signals, types)
    print(text)
    if options.write:
        before, rest = DOCS.read_text(encoding="utf-8").split(BEGIN)
        DOCS.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
