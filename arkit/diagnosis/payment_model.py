"""When open claims will be paid: the chance that each goes late, 30+ and 90+ days late, and its expected day.

Time to payment is modelled by hazards (:mod:`arkit.diagnosis.hazard`) on what could be seen of each claim at past
days four or eight weeks apart (:mod:`arkit.diagnosis.sight`). It has to beat the customer's own past late rate on
months that it did not see; where it does not, that rate is used and a note says so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arkit.diagnosis import hazard
from arkit.diagnosis.coded import Floats, Ints
from arkit.diagnosis.lateness import EDGES, PHASE, PHASES, Claims, bin_of, exposure
from arkit.diagnosis.past import Past
from arkit.diagnosis.rivals import TARGETS, auc, brier, late_rates
from arkit.diagnosis.sight import Sight, accumulated
from arkit.frames import day as day_of
from arkit.messages import Message
from arkit.money import major

if TYPE_CHECKING:
    from arkit.ledger import Ledger

STEP = 56
"""Days between the past days from which the model learns."""
LEARN, FOLLOW, FIRST = 560, 224, 84
"""It learns from so many days back, follows each claim for so many days, and leaves the ledger's first days alone."""
HELD_BACK = 280
"""Days at the end that the rival fit does not see, and on which both are scored."""
RIDGE = 50.0
ROWS = 80_000
"""Of larger ledgers every n-th claim is learnt from, so that no more rows than about this arise."""
ENOUGH = 20
"""Cases of either outcome without which nothing is compared."""

SNAPSHOT = Message("a snapshot of open items holds no settlements: how its customers pay is not known from it")
WORDS = {
    0: Message("paid late"),
    30: Message("paid more than 30 days late"),
    90: Message("paid more than 90 days late"),
}
NO_HISTORY = Message("nothing was settled before {day}: payment can not be predicted from this ledger")


@dataclass(frozen=True, eq=False)
class Model:
    """Coefficients fitted on what was known at a day; empty where there was too little to learn from."""

    day: int
    coefficients: Floats

    def __post_init__(self) -> None:
        """Let nobody change a fit that is shared."""
        self.coefficients.setflags(write=False)

    @classmethod
    def fit(cls, claims: Claims, day: int) -> Model:
        """Fit on what was known at the end of a day.

        Parameters
        ----------
        claims
            May hold later events: none of them is looked at.
        day
            Days since 1970-01-01.
        """
        known = claims.date <= day
        if not known.any():
            return cls(day, np.zeros(0))
        marks = range(day - STEP, max(int(claims.date[known].min()) + FIRST, day - LEARN) - 1, -STEP)
        every = 1 + int(known.sum()) * len(marks) // (ROWS * 3)
        parts = [part for mark in marks if (part := _lesson(Sight(claims, mark), day, every)) is not None]
        if not parts:
            return cls(day, np.zeros(0))
        fits = []
        for number in range(PHASES):
            of_phase = [[array[part[-1] == number] for array in part[:-1]] for part in parts]
            features, events, expected = (np.concatenate(arrays) for arrays in zip(*of_phase, strict=True))
            fits.append(hazard.fit(features, events, expected, ridge=RIDGE))
        return cls(day, np.stack(fits))

    @property
    def learnt(self) -> bool:
        """Whether there was enough to learn from."""
        return len(self.coefficients) > 0

    def hazards(self, sight: Sight, place: Ints) -> Floats:
        """Return settlements per day at risk, by claim (place) and bin; everyone's pace where nothing was learnt."""
        if not self.learnt:
            return np.tile(sight.rates, (len(place), 1))
        return sight.hazards(self.coefficients, place)


def _lesson(sight: Sight, day: int, every: int) -> tuple[Floats, Floats, Floats, Ints] | None:
    """Return what was seen at a past day of the claims then open or issued in the weeks after, and what followed."""
    claims, mark = sight.claims, sight.day
    place = np.flatnonzero((claims.date <= mark + STEP) & (claims.closed > mark))[::every]
    if not len(place):
        return None
    last = min(day, mark + FOLLOW)
    start = np.maximum(claims.date[place] - 1, mark) - claims.due[place]
    exposed = exposure(start, np.minimum(claims.closed[place], last) - claims.due[place])
    events = np.zeros_like(exposed)
    settled = np.flatnonzero(claims.closed[place] <= last)
    events[settled, bin_of((claims.closed - claims.due)[place[settled]])] = 1.0
    rows, bins = np.nonzero(exposed)
    expected = exposed[rows, bins] * sight.rates[bins]
    return sight.features(place[rows], bins), events[rows, bins], expected, PHASE[bins]


def chances(model: Model, sight: Sight, place: Ints, late: Ints) -> tuple[dict[int, Floats], Floats]:
    """Return the chance that claims ``late`` days late get beyond each target, and their hazards."""
    hazards = model.hazards(sight, place)
    return {x: np.exp(-accumulated(hazards, late, np.full(len(late), x))) for x in TARGETS}, hazards


def expected_days(hazards: Floats, late: Ints) -> Floats:
    """Return in how many days each claim is as likely paid as not; NaN where that is more than a year off."""
    edges = np.clip(EDGES[None, 1:], late[:, None], late[:, None] + 365) - late[:, None]
    steps = np.diff(edges, axis=1, prepend=0)
    total = np.cumsum(steps * hazards, axis=1)
    place = np.argmax(total >= np.log(2), axis=1)
    rows = np.arange(len(late))
    before = total[rows, place] - (steps * hazards)[rows, place]
    inside = (np.log(2) - before) / np.maximum(hazards[rows, place], 1e-12)
    start = edges[rows, place] - steps[rows, place]
    return np.where(total[:, -1] >= np.log(2), np.ceil(start + inside), np.nan)


@dataclass(frozen=True, eq=False)
class Payments:
    """What is expected of each open claim.

    Parameters
    ----------
    frame
        A row per open invoice, debit note or bounced bill: ``document_id, customer_id, currency, due, late_days, open``
        (major units), ``p_late, p_30, p_90`` (0-1: settled later than the due date, than 30 and than 90 days after it;
        1 where it already is), ``expected_on`` (as likely paid before as after; missing: not within a year).
    record
        Index ``target`` (late, 30+, 90+): ``cases``, ``share`` (0-1) that came true, ``auc_model, auc_plain,
        brier_model, brier_plain``, and ``used`` (model or plain): both scored on months that the model had not seen.
    calibration
        Of the same months: ``target, foreseen, came_true`` (0-1), ``cases``, by fifths of what was foreseen.
    notes
        What is missing, and where the plain rate is used.
    model
        The fit.
    """

    frame: pd.DataFrame
    record: pd.DataFrame
    calibration: pd.DataFrame
    notes: tuple[Message, ...]
    model: Model


def payment_model(ledger: Ledger, *, as_of: str | dt.date) -> Payments:
    """Predict when the open claims of a ledger will be paid.

    Parameters
    ----------
    ledger
        A full ledger; a snapshot has no settlements to learn from and gives missing values and a note.
    as_of
        The day; nothing known later is used.

    Returns
    -------
    Payments
        ``frame, record, calibration, notes``.

    Notes
    -----
    ``P(more than x days late) = exp(-H)``, H the hazard that the claim gathers from its lateness today to x. The plain
    rate is the share of the customer's decided claims that went beyond x, among those that came as far as this one,
    drawn towards everyone's by five claims. The model is used for a target if on the held-back months its Brier score
    is lower and its AUC not lower than the plain rate's.
    """
    return predict(Past.of(ledger, as_of))


def fitted(past: Past) -> tuple[Claims, Model]:
    """Return the claims of a past and the model fitted on them; done once for each past."""

    def fit() -> tuple[Claims, Model]:
        claims, day = Claims.of(past), day_number(past.as_of)
        learnable = past.scope == "full" and bool((claims.closed <= day).any())
        return claims, Model.fit(claims, day) if learnable else Model(day, np.zeros(0))

    return past.once("fitted", fit)


def predict(past: Past, *, compare: bool = True) -> Payments:
    """Predict from what was known at a date (:func:`payment_model`).

    Parameters
    ----------
    past
        What was known.
    compare
        Whether to hold the model against the plain rate; without that it is used wherever it learnt something, and
        ``record`` and ``calibration`` stay empty. A back-test, which compares by itself, saves the time.
    """
    claims, model = fitted(past)
    day = model.day
    sight = Sight(claims, day)
    place = sight.open
    late = day - claims.due[place]
    learnable = past.scope == "full" and bool((claims.closed <= day).any())
    record, calibration = _record(claims, day) if learnable and compare else _no_record()
    notes = [] if learnable else [_why_nothing(past)]
    values = np.full((len(place), len(TARGETS)), np.nan)
    wait = np.full(len(place), np.nan)
    if learnable:
        found, hazards = chances(model, sight, place, late)
        wait = expected_days(hazards, late)
        plain = late_rates(claims, day, place, late)
        for column, (target, word) in enumerate(TARGETS.items()):
            use_model = model.learnt and (not compare or record.loc[word, "used"] == "model")
            values[:, column] = (found if use_model else plain)[target]
            if not use_model and compare:
                notes.append(_why_plain(target, record.loc[[word]].iloc[0]))
        values = np.maximum.accumulate(values[:, ::-1], axis=1)[:, ::-1]  # 90+ is also 30+, whatever said so
    on = pd.Series(pd.Timestamp(past.as_of), index=range(len(place))) + pd.to_timedelta(pd.Series(wait), unit="D")
    currency = pd.Series(claims.currency[place], dtype="str")
    frame = pd.DataFrame(
        {
            "document_id": pd.Series(claims.ids[place], dtype="str"),
            "customer_id": pd.Series(claims.customers[claims.customer[place]], dtype="str"),
            "currency": currency,
            "due": claims.due[place].astype("datetime64[D]").astype("datetime64[s]"),
            "late_days": late,
            "open": major(pd.Series(claims.open_minor[place]), currency),
            "p_late": values[:, 0], "p_30": values[:, 1], "p_90": values[:, 2],
            "expected_on": on,
        }
    )  # fmt: skip
    return Payments(frame, record, calibration, tuple(notes), model)


def day_number(value: dt.date) -> int:
    """Return a date as days since 1970-01-01."""
    return int(np.datetime64(day_of(value), "D").astype(np.int64))


def _why_nothing(past: Past) -> Message:
    return SNAPSHOT if past.scope == "snapshot" else Message(NO_HISTORY.template, day=past.as_of.isoformat())


def _why_plain(target: int, row: pd.Series) -> Message:
    if pd.isna(row["auc_plain"]):
        return Message(
            "{target}: too few decided cases ({cases}) to compare the model; the customer's own past rate is used",
            target=WORDS[target],
            cases=int(row["cases"]),
        )
    return Message(
        "{target}: on {cases} cases that it had not seen, the model (AUC {model}, Brier {brier}) did not beat the "
        "customer's own past rate (AUC {plain}, Brier {plain_brier}); the plain rate is used",
        target=WORDS[target],
        cases=int(row["cases"]),
        **{
            name: f"{row[column]:.3f}"
            for name, column in zip(("model", "plain", "brier", "plain_brier"), _RECORD[2:], strict=True)
        },
    )


_RECORD = ("cases", "share", "auc_model", "auc_plain", "brier_model", "brier_plain")


def _no_record() -> tuple[pd.DataFrame, pd.DataFrame]:
    record = pd.DataFrame(np.nan, index=pd.Index(TARGETS.values(), name="target"), columns=list(_RECORD))
    calibration = pd.DataFrame(columns=["target", "foreseen", "came_true", "cases"])
    return record.assign(cases=0, used="plain"), calibration


def _record(claims: Claims, day: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit on what was known some months ago, score on what followed, against the plain rate."""
    seen = decided_cases(claims, Model.fit(claims, day - HELD_BACK), day)
    record, calibration = _no_record()
    tables = []
    for target, word in TARGETS.items():
        true, model, plain = seen[target]
        enough = min(true.sum(), (1 - true).sum()) >= ENOUGH
        record.loc[word, "cases"] = len(true)
        if not enough:
            continue
        scores = [true.mean(), auc(true, model), auc(true, plain), brier(true, model), brier(true, plain)]
        record.loc[word, list(_RECORD[1:])] = scores
        better = scores[1] >= scores[2] and scores[3] < scores[4]
        record.loc[word, "used"] = "model" if better else "plain"
        fifth = np.argsort(np.argsort(model, kind="stable"), kind="stable") * 5 // len(true)
        table = pd.DataFrame({"fifth": fifth, "foreseen": model, "came_true": true, "cases": 1})
        table = table.groupby("fifth").agg({"foreseen": "mean", "came_true": "mean", "cases": "sum"})
        tables.append(table.reset_index(drop=True).assign(target=word))
    if tables:
        calibration = pd.concat(tables, ignore_index=True)[["target", "foreseen", "came_true", "cases"]]
    return record, calibration


def decided_cases(
    claims: Claims, model: Model, day: int, *, step: int = STEP
) -> dict[int, tuple[Floats, Floats, Floats]]:
    """Score what a model said of open claims after its own day, where by ``day`` the outcome is known.

    A claim counts once ``day`` lies beyond the target, paid or not: to wait for payment would keep the slow ones out.

    Returns
    -------
    dict
        By target: what came true (0 or 1), the model's chance, the plain rate.
    """
    parts: dict[int, list[Floats]] = {target: [np.zeros((3, 0))] for target in TARGETS}
    for mark in range(model.day, day, step) if model.learnt else ():
        sight = Sight(claims, mark)
        place = sight.open
        late = mark - claims.due[place]
        found, _ = chances(model, sight, place, late)
        plain = late_rates(claims, mark, place, late)
        for target in TARGETS:
            counts = (late < target) & (day - claims.due[place] > target)
            true = np.minimum(claims.closed[place], day) - claims.due[place] > target
            parts[target].append(np.stack([true.astype(float), found[target], plain[target]])[:, counts])
    joined = {target: np.concatenate(rows, axis=1) for target, rows in parts.items()}
    return {target: (rows[0], rows[1], rows[2]) for target, rows in joined.items()}
