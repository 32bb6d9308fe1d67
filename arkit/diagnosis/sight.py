"""What can be seen of each claim on a day: its group's pace so far, its customer's state, its own papers.

Everything is counted from what was known at the end of that day, so the same code looks back at a past day for
learning and at today for predicting.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from arkit.diagnosis.coded import Floats, Ints
from arkit.diagnosis.lateness import BINS, EDGES, PHASE, PHASES, Claims, Pace, bin_of, by_phase, ratios

LATELY = ("customer_id", "industry", "region")
RECENT = 120
"""Days that count as lately."""
PRIOR = 2.0
"""Settlements by which a group's pace is drawn towards everyone's."""
GRACE = 2
"""Days after which an unkept promise counts as broken."""


@dataclass(frozen=True, eq=False)
class Sight:
    """The claims as seen at the end of a day."""

    claims: Claims
    day: int

    @cached_property
    def pace(self) -> Pace:
        """What was settled so far."""
        return Pace.of(self.claims, self.day)

    @cached_property
    def rates(self) -> Floats:
        """Settlements per day at risk, by bin, over all claims."""
        return self.pace.rates()

    @property
    def open(self) -> Ints:
        """Places of the claims that are open."""
        return np.flatnonzero((self.claims.date <= self.day) & (self.claims.closed > self.day))

    @cached_property
    def _tables(self) -> list[tuple[str, Floats]]:
        """Log ratios of pace by group and phase; of markets and customers also how it was lately."""
        pace, groups = self.pace, self.claims.cell_groups
        seen = by_phase(pace.settled), by_phase(pace.exposed * self.rates)
        found = [(name, ratios(groups[name], *seen, PRIOR)) for name in groups if name != "customer_id"]
        late = Pace.of(self.claims, self.day, since=self.day - RECENT)
        lately = by_phase(late.settled), by_phase(late.exposed * self.rates)
        return found + [(name, ratios(groups[name], *lately, PRIOR)) for name in LATELY if name in groups]

    @cached_property
    def _own(self) -> Floats:
        """Log ratios of pace by customer and bin."""
        return ratios(
            self.claims.cell_groups["customer_id"], self.pace.settled, self.pace.exposed * self.rates, PRIOR / 2
        )

    @cached_property
    def _state(self) -> Floats:
        """By customer: share of open claims that is overdue, the oldest of them (in months, log), broken promises."""
        claims, size = self.claims, len(self.claims.customers)
        held = self.open
        late = self.day - claims.due[held]
        who = claims.customer[held]
        overdue = np.bincount(who, late > 0, size)
        oldest = np.zeros(size)
        np.maximum.at(oldest, who, np.maximum(late, 0))
        place, _, due = claims.promises
        broken = (due + GRACE < self.day) & (due > self.day - 180) & (claims.closed[place] > due + GRACE)
        misses = np.bincount(claims.customer[place], broken, size)
        return np.stack([overdue / (np.bincount(who, minlength=size) + 1), np.log1p(oldest / 30), np.log1p(misses)], 1)

    @cached_property
    def _delay(self) -> Floats:
        """By customer: the mean days late of what fell due or was settled, against everyone's, in standard deviations.

        Drawn towards everyone's by three claims.
        """
        claims, day = self.claims, self.day
        decided = (claims.date <= day) & ((claims.closed <= day) | (claims.due < day))
        if not decided.any():
            return np.zeros(len(claims.customers))
        late = np.clip(np.minimum(claims.closed, day) - claims.due, -60, 120)[decided]
        count, total = (np.bincount(claims.customer[decided], w, len(claims.customers)) for w in (None, late))
        mean: Floats = ((total + 3 * late.mean()) / (count + 3) - late.mean()) / (late.std() + 1)
        return mean

    @cached_property
    def _size(self) -> Floats:
        """Log of each claim's amount against the usual one of its customer."""
        claims, size = self.claims, len(self.claims.customers)
        log = np.log(claims.minor)
        known = claims.date <= self.day
        count = np.bincount(claims.customer, known, size)
        mean = np.bincount(claims.customer, log * known, size) / np.maximum(count, 1)
        return np.where(count[claims.customer] > 0, np.clip(log - mean[claims.customer], -2, 2), 0.0)

    def features(self, place: Ints, bins: Ints) -> Floats:
        """Return what speaks for faster or slower settlement: a row per claim (place) and bin."""
        return np.stack([*self._steady(place, PHASE[bins]), *self._moving(place, bins)], axis=1)

    def _steady(self, place: Ints, phase: Ints) -> list[Floats]:
        """Return the features that are the same in all bins of a phase."""
        claims = self.claims
        who = claims.customer[place]
        columns = [np.ones(place.shape), self._size[place], self._delay[who]]
        columns += [self._state[who, column] for column in range(self._state.shape[1])]
        columns += [table[claims.groups[name][place], phase] for name, table in self._tables]
        opened, closed = claims.disputed
        return [*columns, ((opened[place] <= self.day) & (closed[place] > self.day)).astype(float)]

    def _moving(self, place: Ints, bins: Ints) -> list[Floats]:
        """Return the customer's pace in the bin, and flags: promised for a day in it, for a later one, and not kept."""
        where, made, due_on = self.claims.promises
        known = made <= self.day
        due = np.full(len(self.claims), -1)
        due[where[known]] = due_on[known]
        has, ahead = due[place] >= 0, due[place] >= self.day
        at = bin_of(np.where(has, due[place] - self.claims.due[place], 0))
        flags = has & ahead & (at == bins), has & ahead & (at > bins), has & ~ahead
        return [self._own[self.claims.customer[place], bins], *(flag.astype(float) for flag in flags)]

    def hazards(self, coefficients: Floats, place: Ints) -> Floats:
        """Return the expected settlements per day at risk: a row per claim (place), a column per bin.

        ``coefficients`` has a row per phase: what slows a claim before its due date need not do so afterwards.
        """
        rows = place[:, None]
        steady, moving = self._steady(rows, np.arange(PHASES)), self._moving(rows, np.arange(BINS))
        weights = coefficients.T
        by_phase = sum(weight * column for weight, column in zip(weights, steady, strict=False))
        by_bin = sum(weight[PHASE] * column for weight, column in zip(weights[len(steady) :], moving, strict=True))
        pace: Floats = self.rates * np.exp(np.clip(by_phase[:, PHASE] + by_bin, -6, 6))
        return pace


def accumulated(hazards: Floats, late: Ints, until: Ints) -> Floats:
    """Return the hazard that claims gather from so many days late until so many."""
    low, high = EDGES[:-1], EDGES[1:]
    inside = np.minimum(until[:, None], high) - np.maximum(late[:, None], low)
    total: Floats = (np.maximum(inside, 0) * hazards).sum(axis=1)
    return total
