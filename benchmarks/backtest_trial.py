"""Back-test the diagnosis on the sample company and on unseen ledgers: ``python -m benchmarks.backtest_trial``.

Seeds here were not looked at while signals and model were made. The tables go between the markers of
``docs/backtest.md``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

import arkit
from arkit.diagnosis.backtest import Backtest, backtest
from arkit.diagnosis.backtest.spoken import RANKINGS

SEEDS = range(7300, 7306)
DOCS = Path(__file__).parents[1] / "docs" / "backtest.md"
BEGIN, END = "<!-- trial begins -->", "<!-- trial ends -->"
CURRENCY = "CNY"


def unseen(seed: int) -> Backtest:
    """Back-test a simulated ledger at its last month-end."""
    world = arkit.simulate(seed=seed, months=(24, 30, 36)[seed % 3], customers=(60, 90)[seed % 2], export_share=0.0)
    end = pd.Timestamp(world.ledger.last_day()) + pd.offsets.MonthEnd(0)
    return backtest(world.ledger, as_of=end.date())


def table(tests: list[Backtest]) -> list[str]:
    """Return the rankings side by side, pooled over back-tests."""
    frame = pd.concat([test.frame for test in tests])
    frame = frame[frame["currency"] == CURRENCY]
    lines = [
        "| a list of the same length by | customers on it hit | money caught | AUC (worst to best month-end) |",
        "|---|---:|---:|---:|",
    ]
    for name, words in RANKINGS.items():
        rows = frame[frame["ranking"] == name]
        months = pd.concat([test.months[test.months["ranking"] == name] for test in tests])
        lines.append(
            f"| {words} | {months['caught'].sum() / months['listed'].sum():.0%} "
            f"| {rows['captured'].sum() / rows['became'].sum():.0%} "
            f"| {months['auc'].mean():.2f} ({months['auc'].min():.2f} to {months['auc'].max():.2f}) |"
        )
    base = months["hit"].sum() / months["customers"].sum()
    lines += ["", f"{len(months)} month-ends; of all customers {base:.0%} were hit within {tests[0].ahead} months.", ""]
    lead = pd.concat([test.lead for test in tests])
    lead = lead[lead["currency"] == CURRENCY]
    lines += ["| the money was at most | watch list | late rate | oldest item |", "|---|---:|---:|---:|"]
    for _, rows in lead.groupby("days_before"):
        shares = [
            f"{(rows[name] * rows['became']).sum() / rows['became'].sum():.0%}"
            for name in ("watch_list", "late_rate", "oldest")
        ]
        lines.append(f"| {rows['late_at_most'].iloc[0]} days late | " + " | ".join(shares) + " |")
    return lines


def report(sample: Backtest, tests: list[Backtest]) -> str:
    """Return the tables as Markdown."""
    lines = ["### The sample company", "", *(f"> {sentence}." for sentence in sample.sentences), ""]
    lines += [
        *table([sample]),
        "",
        f"### {len(tests)} ledgers (seeds {SEEDS[0]} to {SEEDS[-1]})",
        "",
        *table(tests),
        "",
    ]
    lines += [
        "Shares of the money that turned bad in the last six months, ledger by ledger, at the month-end before:",
        "",
    ]
    lines += ["| ledger | watch list | late rate | oldest item |", "|---|---:|---:|---:|"]
    for seed, test in zip(SEEDS, tests, strict=True):
        row = test.lead[(test.lead["days_before"] == 1) & (test.lead["currency"] == CURRENCY)]
        shares = [f"{row[name].iloc[0]:.0%}" if len(row) else "–" for name in ("watch_list", "late_rate", "oldest")]
        lines.append(f"| {seed} | " + " | ".join(shares) + " |")
    lines += ["", "Payment model, claim by claim:", ""]
    lines += ["| | cases | foreseen | came true | AUC model | AUC own past rate |", "|---|---:|---:|---:|---:|---:|"]
    for name, group in (("sample", [sample]), ("unseen", tests)):
        record = pd.concat([test.record for test in group])
        for target, rows in record.groupby("target", sort=False):
            weight = rows["cases"] / rows["cases"].sum()
            mean = {column: (rows[column] * weight).sum() for column in ("foreseen", "share", "auc_model", "auc_plain")}
            lines.append(
                f"| {name}, {target} | {rows['cases'].sum():,} | {mean['foreseen']:.0%} | {mean['share']:.0%} "
                f"| {mean['auc_model']:.2f} | {mean['auc_plain']:.2f} |"
            )
    return "\n".join(lines)


def main() -> None:
    """Run the trial and print its tables, or write them into the docs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help=f"put the tables into {DOCS.name}")
    options = parser.parse_args()
    text = report(backtest(arkit.sample(), as_of="2025-12-31"), [unseen(seed) for seed in SEEDS])
    print(text)
    if options.write:
        before, rest = DOCS.read_text(encoding="utf-8").split(BEGIN)
        DOCS.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
