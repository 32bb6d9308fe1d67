"""The forecast's track record on its own ledger, beside plain forecasts; and how wide the range has to be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from arkit.diagnosis.coded import Floats
from arkit.diagnosis.payment_model import Model
from arkit.forecasting.baselines import plain_forecasts
from arkit.forecasting.books import WEEK, Books
from arkit.forecasting.draws import draw

CHECKS, APART = 6, 28
"""Past dates at which the forecast is made once more, and days between them."""
DRAWS = 100
HISTORY = 168
"""Days that a ledger must tell before the first of them."""
WIDER, TRUST = 1.5, 13.0
"""How much wider than the draws the range of a week has to be, and the number of weeks that this experience counts."""


@dataclass(frozen=True, eq=False)
class Track:
    """What was foreseen at past dates and what came.

    Parameters
    ----------
    weeks
        A row per date, currency and week: ``made_on, currency, week, actual, expected, low, high`` (of the draws, not
        widened), ``due_plus_delay, last_weeks, last_year``; minor units.
    customers
        A row per date and account: actual, expected, low, high over all weeks.
    """

    weeks: pd.DataFrame
    customers: pd.DataFrame

    def widening(self, level: float, *, without: int | None = None) -> float:
        """Return by how much the range of the draws has to be widened to have held so much of the past weeks.

        Parameters
        ----------
        level
            Share (0-1) of weeks that it should hold.
        without
            A date that is left out, so that its weeks can be judged by a range that did not see them.
        """
        weeks = self.weeks if without is None else self.weeks[self.weeks["made_on"] != without]
        if weeks.empty:
            return WIDER
        own = float(np.quantile(_strain(weeks), level))
        count = weeks["made_on"].nunique() * APART / WEEK  # weeks that no other date has judged already
        return float(np.clip((count * own + TRUST * WIDER) / (count + TRUST), 0.5, 6.0))

    def widened(self, level: float) -> pd.DataFrame:
        """Return the weeks with ranges widened by what the other dates taught."""
        made_on = self.weeks["made_on"]
        factors = {date: self.widening(level, without=date) for date in made_on.unique()}
        return self.weeks.assign(**widen(self.weeks, made_on.map(factors).astype("float64")))


def widen(rows: pd.DataFrame, factor: float | pd.Series) -> dict[str, pd.Series]:
    """Return ``low`` and ``high``, moved away from ``expected`` by a factor; never below 0, never past ``expected``."""
    down, up = ((rows["expected"] - rows["low"]).clip(lower=0), (rows["high"] - rows["expected"]).clip(lower=0))
    return {"low": (rows["expected"] - factor * down).clip(lower=0), "high": rows["expected"] + factor * up}


def _strain(weeks: pd.DataFrame) -> pd.Series:
    """Return how far what came lay from what was expected, in half-widths of the range on that side."""
    error = weeks["actual"] - weeks["expected"]
    half = np.where(error > 0, weeks["high"] - weeks["expected"], weeks["expected"] - weeks["low"])
    return error.abs() / np.maximum(half, 1.0)


def track(books: Books, day: int, *, weeks: int, level: float) -> tuple[Track, Model]:
    """Make the forecast at past dates from what was known then, and set beside it what came by ``day``.

    One fit, of the first date, serves all of them: it has seen none of what it is judged on.
    """
    marks = [day - WEEK * weeks - APART * number for number in range(CHECKS)][::-1]
    marks = [mark for mark in marks if mark >= books.first + HISTORY]
    model = Model.fit(books.claims, marks[0] if marks else day)
    made = [_at(books, model, mark, weeks=weeks, level=level) for mark in marks]
    if not made:
        return Track(pd.DataFrame(columns=["made_on", "week"]), pd.DataFrame()), model
    return Track(*(pd.concat(frames, ignore_index=True) for frames in zip(*made, strict=True))), model


def _at(books: Books, model: Model, mark: int, *, weeks: int, level: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    futures = draw(books, model, mark, weeks=weeks, draws=DRAWS).total
    actual = books.weekly(mark, weeks)
    rivals = plain_forecasts(books, mark, weeks)
    parts = []
    for currency, rows in books.accounts.groupby("currency").indices.items():
        total = futures[rows].sum(axis=0)
        low, high = ends(total, level)
        missing = np.full(weeks, np.nan)
        parts.append(
            pd.DataFrame(
                {
                    "made_on": mark, "currency": currency, "week": np.arange(1, weeks + 1),
                    "actual": actual[rows].sum(axis=0), "expected": total.mean(axis=1), "low": low, "high": high,
                    **{name: missing if cash is None else cash[rows].sum(axis=0) for name, cash in rivals.items()},
                }
            )
        )  # fmt: skip
    whole = futures.sum(axis=1)
    low, high = ends(whole, level)
    customers = books.accounts.assign(
        made_on=mark, actual=actual.sum(axis=1), expected=whole.mean(axis=1), low=low, high=high
    )
    return pd.concat(parts, ignore_index=True), customers


def ends(draws: Floats, level: float) -> Floats:
    """Return the lower and upper end of the middle ``level`` of draws (last axis)."""
    found: Floats = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=-1)
    return found


def accuracy(record: Track, level: float) -> pd.DataFrame:
    """Return, by currency, the error of the forecast and of its rivals, and how much the range held.

    Returns
    -------
    pandas.DataFrame
        Index ``currency``, ``of`` (``week``: cash of each week; ``quarter``: of all weeks together; ``customer``: of
        each customer over all weeks). ``cases``; ``error, due_plus_delay, last_weeks, last_year``: sum of absolute
        errors over cash that came (0-1 and beyond; the last missing where the ledger is too young); ``covered``: share
        (0-1) of cases inside the range, each judged by a range that was not widened with it.
    """
    if record.weeks.empty:
        return pd.DataFrame()
    judged = record.widened(level)
    rivals = ["due_plus_delay", "last_weeks", "last_year"]
    rows = []
    for currency, weeks in judged.groupby("currency"):
        sums = weeks.groupby("made_on")[["actual", "expected", *rivals]].sum(min_count=1)
        mine = record.customers[record.customers["currency"] == currency]
        inside = weeks["actual"].between(weeks["low"], weeks["high"]).mean()
        moving = mine[(mine["actual"] > 0) | (mine["high"] > 0)]
        rows.append((currency, "week", len(weeks), *_errors(weeks, rivals), inside))
        rows.append((currency, "quarter", len(sums), *_errors(sums, rivals), np.nan))
        held = moving["actual"].between(moving["low"], moving["high"]).mean()
        rows.append((currency, "customer", len(moving), *_errors(moving, []), np.nan, np.nan, np.nan, held))
    names = ["currency", "of", "cases", "error", *rivals, "covered"]
    return pd.DataFrame(rows, columns=names).set_index(["currency", "of"])


def _errors(rows: pd.DataFrame, rivals: list[str]) -> list[float]:
    came = rows["actual"].sum()
    return [
        float((rows["actual"] - rows[name]).abs().sum(min_count=len(rows)) / came) if came > 0 else float("nan")
        for name in ["expected", *rivals]
    ]
