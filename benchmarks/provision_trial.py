"""Hold matrices of past month-ends against what was then lost: ``python -m benchmarks.provision_trial 401-420``.

Each firm is simulated for eight years; the twelve month-ends of the fifth are judged by the two years that followed
them. Beside both matrices stands the plain baseline: the share of the balance of two years before that was lost since.
The table stands in ``docs/provision.md`` and ``docs/provision.zh.md``.
"""

from __future__ import annotations

import argparse

import pandas as pd

import arkit

MONTHS, CUSTOMERS, FOLLOW = 96, 120, 24
END = "2030-12-31"
TESTED = pd.date_range("2027-12-31", "2028-11-30", freq="ME")
METHODS = ("loss_rates", "roll_rates", "baseline")


def tried(seed: int) -> dict[str, float]:
    """Return what each method predicted for the tested month-ends of a firm, and ``lost``, over all of them."""
    world = arkit.simulate(seed=seed, months=MONTHS, customers=CUSTOMERS, export_share=0.0)
    frames = {
        method: arkit.provision_backtest(
            world.ledger, as_of=END, method=method, walk=60, follow=FOLLOW
        ).frame.droplevel("currency")
        for method in ("loss_rates", "roll_rates")
    }
    known = frames["loss_rates"]
    before = known.loc[TESTED - pd.offsets.MonthEnd(FOLLOW)]
    rate = before["lost"].to_numpy() / before["base"].to_numpy()
    return {
        **{method: float(frame.loc[TESTED, "predicted"].sum()) for method, frame in frames.items()},
        "baseline": float((known.loc[TESTED, "base"].to_numpy() * rate).sum()),
        "lost": float(known.loc[TESTED, "lost"].sum()),
    }


def report(firms: pd.DataFrame) -> str:
    """Return predicted / lost as Markdown: of each firm, pooled, and how far the usual firm was off."""
    ratios = firms[[*METHODS]].div(firms["lost"], axis=0)
    lines = ["| seed | loss rates | roll rates | balance of two years before |", "|---|---:|---:|---:|"]
    lines += [f"| {seed} | " + " | ".join(f"{value:.2f}" for value in row) + " |" for seed, row in ratios.iterrows()]
    pooled = firms[[*METHODS]].sum() / firms["lost"].sum()
    lines.append("| **pooled** | " + " | ".join(f"**{value:.3f}**" for value in pooled) + " |")
    lines.append(
        "| usual distance from 1 | " + " | ".join(f"{value:.0%}" for value in (ratios - 1).abs().median()) + " |"
    )
    return "\n".join(lines)


def main() -> None:
    """Try the seeds that are named, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", help="such as 301-320")
    first, last = map(int, parser.parse_args().seeds.split("-"))
    firms = pd.DataFrame({seed: tried(seed) for seed in range(first, last + 1)}).T
    print(report(firms))


if __name__ == "__main__":
    main()
