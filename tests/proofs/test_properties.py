"""What holds of every ledger, on ledgers that hypothesis makes as awkward as it can."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import product
from random import Random

import pandas as pd
import pytest
from every_event import STORIES, dated_ledgers, make, split
from hypothesis import assume, given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from random_ledgers import to_pandas
from reference import Reference
from share import examples

import arkit
from arkit.money import digits

GROUPS = ((), ("customer_id",), ("type",), ("region", "salesperson"))
groups = st.sampled_from(GROUPS)
limits = st.sets(st.integers(1, 400), min_size=1, max_size=5).map(lambda found: tuple(sorted(found)))
conventions = st.fixed_dictionaries(
    {
        "basis": st.sampled_from(["due", "document"]),
        "credits": st.sampled_from(["separate", "by_age"]),
        "bills": st.sampled_from(["with", "without"]),
        "by": groups.map(list),
        "buckets": limits,
    }
)
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
@given(dated_ledgers(), groups, limits)
def test_parts_add_up_and_every_view_has_the_total_of_the_reference(dated: tuple, by: tuple, buckets: tuple):
    tables, day = dated
    ledger, reference = to_pandas(tables), Reference(*tables)
    for bills in ("with", "without"):
        want = {code: Decimal(0) for code in ledger.currencies}
        for document, left in reference.open_items(day):
            want[document["currency"]] += left if bills == "with" or document["kind"] != "bill" else 0
        owed = {code: int(amount.scaleb(digits(code))) for code, amount in want.items()}
        for basis, credits in product(("due", "document"), ("separate", "by_age")):
            frame = arkit.aging(
                ledger, as_of=day, by=list(by), basis=basis, credits=credits, bills=bills, buckets=buckets
            )
            columns = minor(frame)
            totals = {code: row.pop("total") for code, row in columns.items()}
            assert totals == {code: sum(row.values()) for code, row in columns.items()}
            assert totals == {code: owed[code] for code in totals}
            assert not any(amount for code, amount in owed.items() if code not in totals)
            rows = frame.drop(columns="total").sum(axis=1).sub(frame["total"]).abs()
            assert (rows < 0.0005).all()  # each row, too: half of the smallest unit there is
    open_items = items(ledger, day)
    found = {row["document_id"]: float(left) for row, left in reference.open_items(day)}
    assert dict(zip(open_items["document_id"], open_items["open"], strict=True)) == found


@examples
@given(dated_ledgers(), conventions, shuffles)
def test_row_order_changes_nothing(dated: tuple, convention: dict, seed: int):
    tables, day = dated
    given_, shuffled = to_pandas(tables), to_pandas(tables.shuffled(seed))
    alike(items(given_, day), items(shuffled, day))
    alike(*(arkit.aging(ledger, as_of=day, **convention) for ledger in (given_, shuffled)))


@examples
@given(dated_ledgers(), conventions, shuffles)
def test_splitting_an_invoice_changes_nothing_of_the_ageing(dated: tuple, convention: dict, seed: int):
    tables, day = dated
    parts = split(tables, Random(seed))
    assume(len(parts.documents) > len(tables.documents))
    alike(*(arkit.aging(to_pandas(own), as_of=day, **convention) for own in (tables, parts)))


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
}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_every_story_has_in_it_what_it_is_there_for(story):
    assert all(TOLD[story.__name__](make([story], Random(seed))) for seed in range(5))
