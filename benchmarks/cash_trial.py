"""How good the cash forecast and the payment model are on ledgers that they were not built on.

    python -m benchmarks.cash_trial 7100-7109

Each seed is a simulated firm of three years with settings of its own. At four quarter-ends both speak from what was
known; what followed judges them. The tables go into ``docs/forecast.md`` and ``docs/payment_model.md``.
"""

from __future__ import annotations

import datetime as dt
import sys

import numpy as np
import pandas as pd

import arkit
from arkit.diagnosis.lateness import Claims
from arkit.diagnosis.past import Past
from arkit.diagnosis.payment_model import Model, day_number, decided_cases
from arkit.diagnosis.rivals import TARGETS, auc, brier
from arkit.forecasting.books import Books
from arkit.forecasting.result import RIVALS, foresee

DATES = ("2024-12-31", "2025-03-31", "2025-06-30", "2025-09-30")
END = dt.date(2025, 12, 31)
CURRENCY = "CNY"


def firm(seed: int) -> arkit.Ledger:
    """Simulate a firm; size, lateness and trade vary with the seed."""
    rng = np.random.default_rng(seed)
    return arkit.simulate(
        seed=seed, customers=int(rng.integers(60, 200)), late_share=float(rng.uniform(0.2, 0.45))
    ).ledger


def forecasts(ledger: arkit.Ledger) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the weeks and the totals of all dates with what came."""
    after = Books.of(Past.of(ledger, END))
    rows = np.flatnonzero(after.accounts["currency"] == CURRENCY)
    weeks, totals = [], []
    for date in DATES:
        made = foresee(Past.of(ledger, date))
        came = after.weekly(day_number(dt.date.fromisoformat(date)), 13)[rows].sum(axis=0) / 100
        week = made.weeks.loc[CURRENCY].assign(date=date, actual=came)
        total = made.totals.loc[[CURRENCY]].assign(date=date, actual=came.sum())
        customer = made.customers.loc[CURRENCY]
        cash = after.weekly(day_number(dt.date.fromisoformat(date)), 13)[rows].sum(axis=1) / 100
        paid = pd.Series(cash, index=after.accounts["customer_id"].iloc[rows])
        held = paid.reindex(customer.index, fill_value=0.0).between(customer["low"], customer["high"])
        weeks.append(week)
        totals.append(
            total.assign(customers_covered=held.mean(), foretold=made.accuracy.loc[(CURRENCY, "week"), "covered"])
        )
    return pd.concat(weeks), pd.concat(totals)


def summary(rows: pd.DataFrame) -> dict[str, float]:
    """Return coverage and errors (sum of absolute errors over the cash that came)."""
    came = rows["actual"].sum()
    errors = {n: (rows[n] - rows["actual"]).abs().sum() / came for n in ("expected", *RIVALS)}
    return {"covered": rows["actual"].between(rows["low"], rows["high"]).mean(), **errors}


def model_scores(ledger: arkit.Ledger) -> pd.DataFrame:
    """Return what a model fitted at the first date says of open claims later, against the plain rate."""
    claims = Claims.of(Past.of(ledger, END))
    model = Model.fit(claims, day_number(dt.date.fromisoformat(DATES[0])))
    seen = decided_cases(claims, model, day_number(END), step=28)
    rows = {
        TARGETS[t]: (len(y), y.mean(), auc(y, m), auc(y, p), brier(y, m), brier(y, p)) for t, (y, m, p) in seen.items()
    }
    names = ["cases", "share", "auc_model", "auc_plain", "brier_model", "brier_plain"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names)


def main(text: str) -> None:
    """Print the tables."""
    first, last = (int(part) for part in text.split("-"))
    tables = []
    all_weeks, scores = [], []
    for seed in range(first, last + 1):
        ledger = firm(seed)
        weeks, totals = forecasts(ledger)
        all_weeks.append(weeks.assign(seed=seed))
        one, whole = summary(weeks), summary(totals)
        quarter = {f"quarter_{name}": value for name, value in whole.items()}
        more = {"customers": totals["customers_covered"].mean(), "foretold": totals["foretold"].mean()}
        tables.append({"seed": seed, **one, **quarter, **more})
        scores.append(model_scores(ledger))
        print(pd.DataFrame(tables[-1:]).round(3).to_string(index=False, header=seed == first), flush=True)
    table = pd.DataFrame(tables).set_index("seed")
    print("mean", table.mean().round(3).to_dict())
    weeks = pd.concat(all_weeks)
    by_week = weeks.groupby("week")[["actual", "low", "high"]].apply(
        lambda r: r["actual"].between(r["low"], r["high"]).mean()
    )
    print("covered by week", by_week.round(2).tolist())
    print(pd.concat(scores, keys=range(first, last + 1)).groupby(level=1, sort=False).mean().round(4).to_string())
    wins = pd.concat(scores)
    print("ledgers where the model wins:", {
        t: int(((r["auc_model"] >= r["auc_plain"]) & (r["brier_model"] < r["brier_plain"])).sum())
        for t, r in wins.groupby(level=0, sort=False)
    })  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "7100-7109")
