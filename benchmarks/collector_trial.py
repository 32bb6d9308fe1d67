"""Are collectors who neglect their customers named? On simulated firms with one planted.

One salesperson of each firm does not chase (cause ``follow_up``); the evaluation sees the ledger alone.
"""

from __future__ import annotations

import pandas as pd

import arkit

SEEDS = range(4100, 4112)
AS_OF = "2025-11-30"


def judged(seed: int) -> pd.DataFrame:
    world = arkit.simulate(seed=seed, months=36, customers=60)
    documents = world.ledger.documents[["document_id", "salesperson", "date"]]
    planted = world.truth[world.truth["cause"] == "follow_up"].merge(documents, on="document_id")
    neglects = planted.loc[planted["date"] >= "2024-12-01", "salesperson"].value_counts().idxmax()
    frame = arkit.evaluate(world.ledger, as_of=AS_OF).collectors.reset_index()
    frame = frame[frame["verdict"] != "undefined"]
    return frame.assign(seed=seed, neglects=frame["owner"] == neglects)


def main() -> None:
    rows = pd.concat([judged(seed) for seed in SEEDS], ignore_index=True)
    table = pd.DataFrame(
        {
            "judged": rows.groupby("neglects").size(),
            "worse (share)": (rows["verdict"] == "worse").groupby(rows["neglects"]).sum(),
            "worse (days)": (rows["days_verdict"] == "worse").groupby(rows["neglects"]).sum(),
            "share against the mix": rows.groupby("neglects")["difference"].mean().map("{:+.1%}".format),
            "days against the mix": rows.groupby("neglects")["days_difference"].mean().map("{:+.1f}".format),
        }
    )
    print("| |", " | ".join(table.columns), "|\n|---" + "|---" * len(table.columns) + "|")
    for neglects, row in table.iterrows():
        print("|", "does not chase" if neglects else "others", "|", " | ".join(map(str, row)), "|")


if __name__ == "__main__":
    main()
