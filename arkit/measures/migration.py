"""Roll rates 迁徙率: what becomes of the claims of each age from one month to the next."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from arkit import formulas
from arkit.buckets import Basis, Bills
from arkit.errors import ArkitError, choose
from arkit.frames import day, month_end
from arkit.measures.ages import Ages, Limits
from arkit.measures.moves import FATES, Moves, amounts, documents, moves
from arkit.measures.results import SNAPSHOT, By, finish, index_of, names_of, note, unavailable
from arkit.messages import Message
from arkit.money import major

if TYPE_CHECKING:
    from arkit.ledger import Ledger

Measure = Literal["amount", "number"]
Average = Literal["weighted", "simple"]
SUMMARY = ("stays", "rolls", *FATES)
"""What becomes of a bucket; the shares add up to 1."""
NOTHING_OPEN = Message("nothing was open at this age at the beginning of a month")
OLDEST = Message("there is no older bucket than this one")


def roll_rates(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    months: int = 12,
    step: int | None = None,
    buckets: Limits = (30, 60, 90),
    basis: Basis = "due",
    by: By = None,
    measure: Measure = "amount",
    average: Average = "weighted",
    bills: Bills = "with",
) -> pd.DataFrame:
    """Measure the roll rates 迁徙率 of a window: what becomes of the claims of each age within a month.

    Ages only grow where due dates stand, so that a claim gets younger in one way: an acceptance bill 承兑汇票 takes
    its place, which is not due before it matures (``improves``). A bill that bounced goes on at its own age.

    Parameters
    ----------
    ledger
        A full ledger; a snapshot gives NaN and says why.
    as_of
        The last day; only whole months are looked at, so the last one ends by then.
    months
        The window, a multiple of ``step``.
    step
        Months from one position to the next: 1 for buckets in days, 12 for years, unless it is said.
    buckets
        Upper limits in days, inclusive, ascending; or ``years``: 1年以内, 1–2年, 2–3年, 3年以上, by anniversary (what
        is not late yet, or not a day old, is in the first).
    basis
        Days count from the ``due`` or from the ``document`` date.
    by
        Column(s) of documents or customers to group by.
    measure
        Shares of the ``amount`` that was open, or of the ``number`` of documents that were; a document that comes to
        zero went where most of it went in that month.
    average
        ``weighted``: sums over the window divided by sums; ``simple``: the mean of the steps in which something
        was open.
    bills
        Count acceptance bills in hand as claims, or leave them out: then what a bill settles is paid.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (, group), ``bucket``. ``opening``: the average at the beginning of a step (major units, or
        number). Shares (0-1) that add up to 1: ``stays``, ``rolls`` (into an older bucket), ``improves``, ``paid``
        (with discounts; by amount, net of what was taken back in the step), ``credited``, ``written_off``, ``other``;
        ``to_<bucket>``: what stays and rolls, by where it went. ``net_rate``: the next older bucket at the end (of
        the oldest, what was not in it before) over this one at the beginning, which other claims can take above 1:
        never cut off; ``steps_above_1`` counts how often it was.

    Raises
    ------
    ArkitError
        On an unknown convention or column.
    """
    view = _View.of(ledger, as_of, months, step, buckets, basis, by, measure, bills)
    choose("average", average, Average)
    conventions = {**view.conventions, "average": average}
    names = [f"to_{name}" for name in view.ages.names]
    columns = ["opening", *SUMMARY, *names, "net_rate", "steps_above_1"]
    if ledger.scope == "snapshot":
        return unavailable(ledger, columns, SNAPSHOT, as_of=view.limit, conventions=conventions)
    found, size = view.moves(ledger), len(view.ages.names)
    shares = _average(found.fates.astype("float64"), found.opening[..., None], average)
    younger_first = found.next_position.astype("float64"), found.opening[:, :, :-1]
    net = np.full(found.opening.shape[::2], np.nan)
    net[:, :-1] = _average(*younger_first, average)
    monthly = _ratio(*younger_first)
    above = np.zeros(net.shape, dtype="int64")
    above[:, :-1] = (monthly > 1).sum(axis=1)
    to = shares[..., :size]
    stays = np.einsum("gbb->gb", to)
    parts = [stays, to.sum(axis=2) - stays, *np.moveaxis(shares[..., size:], 2, 0), *np.moveaxis(to, 2, 0)]
    index = index_of([(*key, name) for key in found.keys for name in view.ages.names], [*view.groups, "bucket"])
    opening = pd.Series(found.opening.mean(axis=1).ravel(), index=index)
    table = {"opening": view.in_major(opening)} | dict(
        zip([*SUMMARY, *names], (part.ravel() for part in parts), strict=True)
    )
    frame = pd.DataFrame({**table, "net_rate": net.ravel(), "steps_above_1": above.ravel()}, index=index)
    names = [*view.groups, "bucket"]
    undefined = frame.index[frame["paid"].isna()]
    notes = [note("paid", dict(zip(names, key, strict=True)), NOTHING_OPEN) for key in undefined]
    notes += view.no_net_rate(frame, names)
    return finish(frame, as_of=view.limit, conventions=conventions, notes=notes)


def roll_history(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    months: int = 12,
    step: int | None = None,
    buckets: Limits = (30, 60, 90),
    basis: Basis = "due",
    by: By = None,
    measure: Measure = "amount",
    bills: Bills = "with",
) -> pd.DataFrame:
    """Return what became of the claims of each age 迁徙率走势, step by step, as :func:`roll_rates` averages it.

    Parameters
    ----------
    ledger, as_of, months, step, buckets, basis, by, measure, bills
        As for :func:`roll_rates`.

    Returns
    -------
    pandas.DataFrame
        Index ``currency`` (, group), ``month`` (last day of the step, Timestamp), ``bucket``. Major units, or
        numbers: ``opening``, and what it went to: ``to_<bucket>``, ``improves``, ``paid``, ``credited``,
        ``written_off``, ``other``, which add up to it to the cent; ``next``, what is in the next older bucket at the
        end, and ``net_rate``, it over ``opening``: both as :func:`roll_rates` takes them.
    """
    view = _View.of(ledger, as_of, months, step, buckets, basis, by, measure, bills)
    names = [f"to_{name}" for name in view.ages.names]
    columns = ["opening", *names, *FATES, "next", "net_rate"]
    if ledger.scope == "snapshot":
        return unavailable(ledger, columns, SNAPSHOT, as_of=view.limit, conventions=view.conventions)
    found = view.moves(ledger)
    ends = [pd.Timestamp(date) for date in view.dates[1:]]
    index = index_of(
        [(*key, end, name) for key in found.keys for end in ends for name in view.ages.names],
        [*view.groups, "month", "bucket"],
    )
    whole = np.concatenate([found.opening[..., None], found.fates], axis=3)
    frame = view.in_major(
        pd.DataFrame(whole.reshape(len(index), -1).astype("float64"), index=index, columns=columns[:-2])
    )
    older = np.full(found.opening.shape, np.nan)
    older[:, :, :-1] = found.next_position
    frame["next"] = view.in_major(pd.Series(older.ravel(), index=index))
    frame["net_rate"] = [
        formulas.net_roll_rate(*pair) for pair in zip(frame["next"].tolist(), frame["opening"].tolist(), strict=True)
    ]
    notes = view.no_net_rate(frame, [*view.groups, "month", "bucket"])
    return finish(frame, as_of=view.limit, conventions=view.conventions, notes=notes)


class _View:
    """A question about roll rates, checked: which dates, which ages, counted how."""

    def __init__(self, limit: dt.date, dates: list[dt.date], ages: Ages, groups: tuple[str, ...], **given: Any) -> None:  # noqa: ANN401
        self.limit, self.dates, self.ages = limit, dates, ages
        self.groups = ["currency", *groups]
        self.basis, self.measure, self.bills = given["basis"], given["measure"], given["bills"]
        self.conventions = {
            "months": given["months"], "step": given["step"], "last_month": dates[-1].isoformat(),
            "buckets": ages.said, "basis": self.basis, "measure": self.measure, "bills": self.bills,
        }  # fmt: skip

    @classmethod
    def of(
        cls, ledger: Ledger, as_of: str | dt.date, months: int, step: int | None, buckets: Limits, basis: Basis,
        by: By, measure: Measure, bills: Bills,
    ) -> _View:  # fmt: skip
        """Check the arguments of a measure."""
        limit, ages = day(as_of), Ages.of(buckets, basis)
        choose("measure", measure, Measure)
        choose("bills", bills, Bills)
        step = ages.step if step is None else step
        if step < 1 or months < step or months % step:
            msg = f"months must be a multiple of step, which is {step}; got {months}"
            raise ArkitError(msg)
        last = limit if limit == month_end(limit) else month_end(limit, -1)
        dates = [month_end(last, -back) for back in range(months, -1, -step)]
        given = {"months": months, "step": step, "basis": basis, "measure": measure, "bills": bills}
        return cls(limit, dates, ages, names_of(by), **given)

    def moves(self, ledger: Ledger) -> Moves:
        """Follow the claims of a ledger; without a group, every currency is there."""
        cube = ledger.cube(self.groups[1:], basis=self.basis, bills=self.bills)
        rows = amounts(cube) if self.measure == "amount" else documents(cube)
        found = moves(rows, self.groups, self.dates, self.ages, bills=self.bills)
        if len(self.groups) > 1 or len(found.keys) == len(ledger.currencies):
            return found
        keys = [(code,) for code in ledger.currencies]
        at = [keys.index(key) for key in found.keys]
        fates = np.zeros((len(keys), *found.fates.shape[1:]), dtype="int64")
        position = np.zeros((len(keys), *found.position.shape[1:]), dtype="int64")
        fates[at], position[at] = found.fates, found.position
        return Moves(keys, fates, position)

    def no_net_rate(self, frame: pd.DataFrame, names: list[str]) -> list[dict[str, Any]]:
        """Return why a net roll rate is not defined."""
        keys = frame.index[frame["net_rate"].isna()]
        reasons = [OLDEST if key[-1] == self.ages.names[-1] else NOTHING_OPEN for key in keys]
        where = [dict(zip(names, key, strict=True)) for key in keys]
        return [note("net_rate", *pair) for pair in zip(where, reasons, strict=True)]

    def in_major(self, counts: Any) -> Any:  # noqa: ANN401 (a series or a frame)
        """Return minor units as major ones; numbers of documents as they are."""
        return counts if self.measure == "number" else major(counts, counts.index.get_level_values("currency"))


def _ratio(parts: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Return parts over a base; NaN where there is none."""
    there = np.broadcast_to(base > 0, parts.shape)
    result: np.ndarray = np.divide(parts, base, out=np.full(parts.shape, np.nan), where=there)
    return result


def _average(parts: np.ndarray, base: np.ndarray, average: Average) -> np.ndarray:
    """Average parts over a base along the steps (axis 1)."""
    if average == "weighted":
        return _ratio(parts.sum(axis=1), base.sum(axis=1))
    there = np.broadcast_to(base > 0, parts.shape)
    monthly = np.where(there, np.nan_to_num(_ratio(parts, base)), 0.0).sum(axis=1)
    return _ratio(monthly, there.sum(axis=1))
