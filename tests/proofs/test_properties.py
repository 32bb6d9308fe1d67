"""What holds of every ledger, on ledgers that hypothesis makes as awkward as it can."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import product
from random import Random
from typing import get_args

import pandas as pd
import pytest
from every_event import STORIES, dated_ledgers, make, split
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from random_ledgers import UNITS, Tables, to_pandas
from reference import Reference
from share import examples

import arkit
from arkit.buckets import Basis, Bills, Credits
from arkit.columns import DOCUMENT_KINDS
from arkit.money import digits

GROUPS = (None, "customer_id", "type", ["region", "salesperson"])
BASES = get_args(Basis)
OPTIONS = {"basis": BASES, "credits": get_args(Credits), "bills": get_args(Bills), "by": GROUPS}
limits = st.sets(st.integers(1, 400), min_size=1, max_size=5).map(sorted)
conventions = st.builds(
    lambda choice, limits: dict(zip(OPTIONS, choice, strict=True)) | {"buckets": limits},
    st.sampled_from(tuple(product(*OPTIONS.values()))),
    limits,
)
"""One choice of all: were each drawn by itself, hypothesis would leave more combinations out."""
shuffles = st.integers(0, 2**32 - 1)


def minor(frame: pd.DataFrame) -> dict[str, dict[str, int]]:
    """The sums of all columns by currency in minor units, each cell rounded by itself."""
    powers = [10 ** digits(code) for code in frame.index.get_level_values("currency")]
    cells = frame.mul(powers, axis=0).round().astype("int64")
    return cells.groupby("currency").sum().to_dict("index")


def items(ledger: arkit.Ledger, day: dt.date) -> pd.DataFrame:
    """What is open at a day, and how late it is."""
    return ledger.open_items(day)[["document_id", "kind", "due_date", "open", "days_overdue"]]


def alike(left: pd.DataFrame, right: pd.DataFrame) -> None:
    assert_frame_equal(left, right, check_exact=True)


@examples
@given(dated_ledgers(), conventions)
def test_a_past_position_is_the_one_without_all_that_came_later(dated: tuple, convention: dict):
    tables, day = dated
    before = tables.until(day)
    assume(before != tables)
    full, cut = to_pandas(tables), to_pandas(before)
    alike(items(full, day), items(cut, day))
    now, then = (arkit.aging(ledger, as_of=day, **convention) for ledger in (full, cut))
    known = now.index.get_level_values("currency").isin(cut.currencies)
    alike(now[known], then)
    assert not now[~known].to_numpy().any()


@examples
@given(dated_ledgers(), conventions)
def test_parts_add_up_and_every_view_has_the_total_of_the_reference(dated: tuple, convention: dict):
    tables, day = dated
    ledger, left = to_pandas(tables), list(Reference(*tables).open_items(day))
    owed = dict.fromkeys(ledger.currencies, Decimal(0))
    for document, amount in left:
        if convention["bills"] == "with" or document["kind"] != "bill":
            owed[document["currency"]] += amount
    want = {code: int(amount.scaleb(digits(code))) for code, amount in owed.items()}
    for basis in BASES:
        frame = arkit.aging(ledger, as_of=day, **(convention | {"basis": basis}))
        columns = minor(frame)
        totals = {code: row.pop("total") for code, row in columns.items()}
        assert totals == {code: sum(row.values()) for code, row in columns.items()}
        assert dict.fromkeys(want, 0) | totals == want
        rows = frame.drop(columns="total").sum(axis=1).sub(frame["total"]).abs()
        assert (rows < 0.0005).all()  # each row, too: half of the smallest unit there is
    open_items = items(ledger, day)
    found = {row["document_id"]: float(amount) for row, amount in left}
    assert dict(zip(open_items["document_id"], open_items["open"], strict=True)) == found


@examples
@given(dated_ledgers(), conventions, shuffles)
def test_row_order_and_splitting_an_invoice_change_nothing(dated: tuple, convention: dict, seed: int):
    tables, day = dated
    parts = split(tables, Random(seed))
    assume(len(parts.documents) > len(tables.documents))
    whole, shuffled, halves = map(to_pandas, (tables, tables.shuffled(seed), parts))
    alike(items(whole, day), items(shuffled, day))
    want = arkit.aging(whole, as_of=day, **convention)
    alike(arkit.aging(shuffled, as_of=day, **convention), want)
    alike(arkit.aging(halves, as_of=day, **convention), want)


def test_every_convention_kind_and_currency_is_drawn():
    drawn: list[tuple[dict, Tables]] = []

    @settings(max_examples=500, phases=[Phase.generate])
    @given(dated_ledgers(), conventions)
    def draw(dated: tuple, convention: dict):
        drawn.append((convention, dated[0]))

    draw()
    for names in (("credits", "bills", "by"), ("basis", "credits"), ("basis", "bills"), ("basis", "by")):
        chosen = [[convention[name] for name in names] for convention, _ in drawn]
        assert [choice for choice in map(list, product(*map(OPTIONS.get, names))) if choice not in chosen] == []
    assert {len(convention["buckets"]) for convention, _ in drawn} == {1, 2, 3, 4, 5}
    documents = [row for _, tables in drawn for row in tables.documents]
    assert {row["currency"] for row in documents} == set(UNITS)
    assert {row["kind"] for row in documents} == set(DOCUMENT_KINDS)


TOLD = {
    "instalments": lambda it: len({row["invoice_id"] for row in it.documents}) < len(it.documents),
    "advance": lambda it: it.documents[1]["date"] < it.documents[0]["date"],
    "one_receipt": lambda it: len({row["document_id"] for row in it.applications}) > 1,
    "overpaid": lambda it: it.documents[0]["amount"] < -it.documents[1]["amount"],
    "credited_elsewhere": lambda it: it.applications[0]["document_id"] == it.documents[1]["document_id"],
    "applied_again": lambda it: [row["amount"] < 0 for row in it.applications] == [False, True, False],
    "lost_and_recovered": lambda it: [row["kind"] for row in it.applications] == ["write_off", "payment"],
    "refunded": lambda it: [row["kind"] for row in it.documents[-2:]] == ["credit_note", "refund"],
    "one_sale": lambda it: it.documents,
    "bill": lambda it: it.documents[1]["kind"] == "bill",
    "corrected": lambda it: [row["kind"] for row in it.documents[1:]] == ["payment", "adjustment"],
}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_every_story_has_in_it_what_it_is_there_for(story):
    assert all(TOLD[story.__name__](make([story], Random(seed))) for seed in range(5))
