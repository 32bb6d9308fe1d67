"""What judgement is worth: players by rule against best play, over scenarios and seeds.

``python -m benchmarks.policies_trial [--seeds 200] [FILE ...]``; without files, over those that ship with arkit.

An outcome is told as a share of what is owed (present value of what is collected, less the cost of the work, plus the
future business that is kept), so that scenarios of all sizes and currencies can be pooled. A rule *wins* a scenario
where it comes within 1 % of best play.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from arkit.training.appraisal import Appraiser
from arkit.training.model import Scenario
from arkit.training.money import result
from arkit.training.policies import POLICIES, Policy, play, policy_value
from arkit.training.reading import read_scenario

WINS_WITHIN = 0.01


def shares(scenario: Scenario, seeds: int) -> tuple[dict[Policy, float], dict[Policy, float], float]:
    """Return each rule's exact expectation and its mean over seeds, as shares of what is owed, and the solving time."""
    owed, begun = float(scenario.account.total), time.perf_counter()
    appraiser = Appraiser(scenario)
    exact = {policy: policy_value(appraiser, policy) / owed for policy in POLICIES}
    took = time.perf_counter() - begun
    played = {
        policy: sum(float(result(play(appraiser, seed, policy)).total) for seed in range(seeds)) / seeds / owed
        for policy in POLICIES
    }
    return exact, played, took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args()
    files = asked.files or sorted(Path("arkit/training/scenarios").glob("*.yaml"))
    print("| scenario | " + " | ".join(f"{p} (exact)" for p in POLICIES) + " | solved in |\n|---|" + "---:|" * 5)
    pooled, wins = dict.fromkeys(POLICIES, 0.0), dict.fromkeys(POLICIES, 0)
    for file in files:
        exact, played, took = shares(read_scenario(file), asked.seeds)
        cells = " | ".join(f"{played[p]:.3f} ({exact[p]:.3f})" for p in POLICIES)
        print(f"| `{file.stem}` | {cells} | {took:.2f} s |")
        for policy in POLICIES:
            pooled[policy] += played[policy] / len(files)
            wins[policy] += exact[policy] >= exact["best"] * (1 - WINS_WITHIN)
    print("| **pooled** | " + " | ".join(f"**{pooled[p]:.3f}**" for p in POLICIES) + " | |")
    print("| scenarios won | " + " | ".join(f"{wins[p]} of {len(files)}" for p in POLICIES) + " | |")
    for policy in ("random", "soft", "hard"):
        print(f"best play is {pooled['best'] / pooled[policy] - 1:.1%} above {policy}")


if __name__ == "__main__":
    main()
