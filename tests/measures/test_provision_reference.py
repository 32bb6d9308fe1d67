"""The allowance against the slow reference on every engine: equal to the cent (on 200 ledgers in tests/proofs)."""

from __future__ import annotations

from functools import cache
from math import isnan

import pandas as pd
import pytest
from ledgers import ENGINES
from provision_reference import Allowance
from random_ledgers import Tables, day, make, to_engine
from reference import Reference

import arkit

BUCKETS = (30, 90)
MONTHS, FOLLOW = 6, 5


@cache
def tables(seed: int) -> Tables:
    return make(seed)


def wanted_and_found(seed: int, engine: str = "pandas") -> tuple[dict, dict, arkit.provision]:
    """A method, date and grouping for each seed, so that all meet all."""
    method = ("loss_rates", "roll_rates")[seed % 2]
    as_of = day(("2024-09-17", "2024-12-31", "2025-02-28")[seed % 3])
    since = ("2024-08-31", "2024-11-30", "2025-01-31")[seed % 3]
    by = ((), ("region",), ("type",))[seed // 2 % 3]
    basis = ("due", "document")[seed // 5 % 2]
    books = Allowance(Reference(*tables(seed)), as_of, by, BUCKETS, basis)
    last = books.ends[-1]
    rates = books.loss_rates(last, MONTHS, FOLLOW) if method == "loss_rates" else books.roll_rates(last, MONTHS)
    made = arkit.provision(
        to_engine(tables(seed), engine), as_of=as_of, method=method, by=list(by), buckets=BUCKETS, basis=basis,
        months=MONTHS, follow=FOLLOW, since=since,
    )  # fmt: skip
    found = {
        key: tuple(row) for key, row in zip(made.matrix.index, made.matrix.drop(columns="rate").to_numpy(), strict=True)
    }
    return books.matrix(as_of, rates), found, made


def same(wanted: tuple, found: tuple) -> bool:
    return all(isnan(got) if want is None else float(want) == got for want, got in zip(wanted, found, strict=True))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 5])
def test_every_engine_gives_the_same(seed, engine):
    wanted, found, _ = wanted_and_found(seed, engine)
    assert {k: (v, found[k]) for k, v in wanted.items() if not same(v, found[k])} == {}


@pytest.mark.parametrize("seed", range(6))
def test_nothing_later_changes_a_figure(seed):
    _, _, made = wanted_and_found(seed)
    method = ("loss_rates", "roll_rates")[seed % 2]
    options = {"as_of": made.as_of, "method": method, "buckets": BUCKETS, "months": MONTHS, "follow": FOLLOW}
    whole = arkit.provision(to_engine(tables(seed), "pandas"), **options)
    cut = arkit.provision(to_engine(tables(seed).until(made.as_of), "pandas"), **options)
    for name in ("matrix", "rates", "roll_forward", "total"):
        before = getattr(cut, name)
        pd.testing.assert_frame_equal(getattr(whole, name).reindex(before.index), before)


@pytest.mark.parametrize("seed", range(4))
def test_an_earlier_month_of_the_roll_forward_is_the_allowance_made_then(seed):
    books = to_engine(tables(seed), "pandas")
    made = arkit.provision(books, as_of="2025-02-28", months=MONTHS, follow=FOLLOW, since="2024-10-31")
    then = arkit.provision(books, as_of="2024-12-31", months=MONTHS, follow=FOLLOW, since="2024-10-31")
    closing = made.roll_forward["closing"].xs("2024-12-31", level="month")
    assert closing.tolist() == pytest.approx(then.total["allowance"].reindex(closing.index).tolist(), nan_ok=True)
