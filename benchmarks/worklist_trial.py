"""Try the work list against oldest-first and largest-first: ``python -m benchmarks.worklist_trial [--seeds A B]``.

Every strategy has the same effort a week, the same rest between two contacts with a customer, the same luck, and sees
each week which claims are still open. The capacity needed is a call to every customer with overdue claims in every rest
period; the strategies get half of it. Oldest-first and largest-first are tried twice: with calls only, and through the
channel that the timetable has for the age of the debt. With ``--write`` the table goes between the markers of
``docs/worklist.md``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import arkit
from arkit.collecting import scoring, timetable
from arkit.collecting.choosing import choose, contactable
from arkit.diagnosis.past import Past
from arkit.simulation.campaign import UNLIKE, Outcome, Strategy, Week, campaign

SEEDS = (7300, 7320)
WEEKS = 8
DOCS = Path(__file__).parents[1] / "docs" / "worklist.md"
BEGIN, END = "<!-- trial begins -->", "<!-- trial ends -->"
PROMISED = 1.20
Ranking = Callable[[pd.DataFrame], pd.Series]


def settings(seed: int) -> dict[str, Any]:
    """Return the settings of a firm, drawn from its seed."""
    rng = np.random.default_rng(seed)
    return {
        "months": int(rng.choice([18, 24, 30])),
        "customers": int(rng.choice([80, 120, 160])),
        "late_share": round(float(rng.uniform(0.25, 0.40)), 3),
    }


class Firm:
    """A simulated firm at a date, and what its work list and its timetable say there."""

    def __init__(self, seed: int, unlike: float) -> None:
        self.unlike = unlike
        self.world = arkit.simulate(seed=seed, **settings(seed))
        self.seed = seed
        self.as_of = (pd.Timestamp(self.world.ledger.last_day()) - pd.offsets.MonthEnd(3)).date()
        past = Past.of(self.world.ledger, self.as_of)
        self.table = timetable()
        self.claims = scoring.claims(past, self.table, reasons="logged", rates=None)
        self.state = scoring.customers(past, self.table)
        self.blind = self.claims.assign(
            **{w.key: self.table.causes["unknown"].chance[w.key] for w in self.table.channels}
        )
        late = self.claims.loc[self.claims["late_days"] > 0, "customer_id"].nunique()
        self.needed = late * 7 / self.table.rest_days
        self.capacity = self.needed / 2

    def run(self, strategy: Strategy) -> Outcome:
        """Carry a strategy through the eight weeks."""
        return campaign(self.world, strategy, as_of=self.as_of, weeks=WEEKS, seed=self.seed, unlike=self.unlike)

    def seen(self, week: Week, claims: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
        """Return the claims of a week, who is resting, and what earlier contacts left of the effect."""
        now = claims[claims["document_id"].isin(week.open)]
        now = now.assign(late_days=now["late_days"] + 7 * week.number)
        talked = week.contacts[week.contacts["channel"] != "reminder"]
        last = talked.groupby("customer_id")["week"].max().reindex(self.state.index)
        rests = (week.number - last) * 7 < self.table.rest_days
        if 7 * week.number < self.table.rest_days:
            before = self.state["last"] > week.today - pd.Timedelta(days=self.table.rest_days)
            rests |= before & ~self.state["broken"]
        recent = talked[talked["week"] > week.number - scoring.LATELY / 7].groupby("customer_id").size()
        count = recent.reindex(self.state.index).fillna(0)
        if week.number < scoring.LATELY / 7:
            count = count + self.state["contacts"]
        return now, rests, self.table.again**count

    def by_worklist(self, claims: pd.DataFrame) -> Strategy:
        """Return the strategy of the work list, planned anew each week with the causes as diagnosed at the start."""

        def plan(week: Week) -> pd.DataFrame:
            now, rests, left = self.seen(week, claims)
            running = self.state["promised_on"] > week.today
            left = left * np.where(running, self.table.pending, 1.0)
            factor = (self.state["urgency"] * left).where(~rests, 0.0)
            chosen = choose(contactable(now, self.table), factor, self.capacity)
            return chosen.loc[chosen["selected"], ["customer_id", "channel"]]

        return plan

    def in_order(self, rank: Ranking, *, calls: bool) -> Strategy:
        """Return the strategy of working down the overdue customers in some order, by call or as the timetable says."""

        def plan(week: Week) -> pd.DataFrame:
            now, rests, _ = self.seen(week, self.claims)
            overdue = now[(now["late_days"] > 0) & ~now["customer_id"].map(rests)]
            ranked = rank(overdue).sort_values(ascending=False, kind="stable")
            step = self.table.step_of(overdue.groupby("customer_id")["late_days"].max()[ranked.index].to_numpy())
            channel = ["call" if calls else self.table.steps[place].usual for place in step]
            frame = pd.DataFrame({"customer_id": ranked.index, "channel": channel})
            effort = frame["channel"].map({way.key: way.effort for way in self.table.channels})
            return frame[effort.cumsum() <= self.capacity]

        return plan


def oldest(overdue: pd.DataFrame) -> pd.Series:
    """Rank customers by their oldest overdue claim."""
    return overdue.groupby("customer_id")["late_days"].max()


def largest(overdue: pd.DataFrame) -> pd.Series:
    """Rank customers by what they have overdue."""
    return overdue.groupby("customer_id")["value"].sum()


NAMES = {
    "worklist": "work list",
    "oldest_calls": "oldest first, by call",
    "oldest": "oldest first, by timetable",
    "largest_calls": "largest first, by call",
    "largest": "largest first, by timetable",
    "blind": "work list that knows no causes",
}
RIVALS = ("oldest_calls", "oldest", "largest_calls", "largest")


def trial(seed: int, unlike: float = UNLIKE) -> dict[str, float]:
    """Return for one firm what was at stake, what came by itself and what each strategy brings in."""
    firm = Firm(seed, unlike)
    strategies = {
        "worklist": firm.by_worklist(firm.claims),
        "oldest_calls": firm.in_order(oldest, calls=True),
        "oldest": firm.in_order(oldest, calls=False),
        "largest_calls": firm.in_order(largest, calls=True),
        "largest": firm.in_order(largest, calls=False),
        "blind": firm.by_worklist(firm.blind),
    }
    row: dict[str, float] = {"seed": seed, "needed": firm.needed}
    end = pd.Timestamp(firm.as_of) + pd.Timedelta(days=7 * WEEKS)
    for name, strategy in strategies.items():
        outcome = firm.run(strategy)
        late = outcome.claims[~outcome.claims["cause"].isin(["", "unapplied"])]
        row["stake"] = float(late.loc[late["at_stake"], "open"].sum())
        row["alone"] = float(late.loc[late["alone_on"] <= end, "open"].sum())
        row[name] = float(late.loc[late["won"], "open"].sum())
        row[f"contacts_{name}"] = len(outcome.contacts)
    return row


def report(rows: pd.DataFrame) -> tuple[str, bool]:
    """Return the tables as Markdown, and whether the promise is kept."""
    total = rows.sum()
    late = total["stake"] + total["alone"]
    lines = [
        f"{len(rows)} firms (seeds {rows['seed'].min():.0f} to {rows['seed'].max():.0f}), {WEEKS} weeks, half the "
        f"capacity needed ({total['needed'] / 2 / len(rows):.1f} calls a week on average). Open and late or going to "
        f"be: {late / 1e6:.1f} million CNY, of which {total['alone'] / 1e6:.1f} million come in time by themselves and "
        f"{total['stake'] / 1e6:.1f} million are at stake.",
        "",
        "| strategy | of the money at stake | million CNY | the work list brings | with what comes by itself "
        "| the work list brings | firms where the work list brings more | contacts |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for key, name in NAMES.items():
        won, all_in = total[key], total[key] + total["alone"]
        ahead = "" if key == "worklist" else f"{int((rows['worklist'] > rows[key]).sum())} of {len(rows)}"
        more = "" if key == "worklist" else f"{total['worklist'] / won - 1:+.0%}"
        more_all = "" if key == "worklist" else f"{(total['worklist'] + total['alone']) / all_in - 1:+.0%}"
        lines.append(
            f"| {name} | {won / total['stake']:.1%} | {won / 1e6:.2f} | {more} | {all_in / 1e6:.1f} | {more_all} "
            f"| {ahead} | {total['contacts_' + key]:.0f} |"
        )
    least = min(total["worklist"] / total[key] for key in RIVALS)
    kept = bool(least >= PROMISED)
    lines += ["", f"Least advantage on money at stake: {least - 1:+.0%}; promised: {PROMISED - 1:+.0%}."]
    lines += ["", "| seed | at stake (million) | " + " | ".join(NAMES.values()) + " |", "|---" * (len(NAMES) + 2) + "|"]
    for row in rows.to_dict("records"):
        cells = " | ".join(f"{row[key] / row['stake']:.1%}" for key in NAMES)
        lines.append(f"| {row['seed']:.0f} | {row['stake'] / 1e6:.2f} | {cells} |")
    return "\n".join(lines), kept


def main() -> int:
    """Run the trial; 1 if the promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", nargs=2, type=int, default=SEEDS, metavar=("FIRST", "END"))
    parser.add_argument("--write", action="store_true", help="put the table into docs/worklist.md")
    parser.add_argument(
        "--unlike", type=float, default=UNLIKE, help="how far the firms' answers differ from the centre"
    )
    given = parser.parse_args()
    text, kept = report(pd.DataFrame([trial(seed, given.unlike) for seed in range(*given.seeds)]))
    sys.stdout.write(f"{text}\n")
    if given.write:
        head, rest = DOCS.read_text(encoding="utf-8").split(BEGIN)
        tail = rest.split(END)[1]
        DOCS.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
