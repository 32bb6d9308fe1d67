from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from arkit.readers.clearing import clearings, pairs


def items(*rows: tuple[str, str, int, str, str | None, int, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["document_id", "kind", "minor", "date", "settled_on", "clearing", "target"])
    days = {name: pd.to_datetime(frame[name]) for name in ("date", "settled_on")}
    return frame.assign(**days, closes_as=pd.array([None] * len(frame), dtype="str"))


def told(frame: pd.DataFrame) -> list[tuple[str, str | None, str, int, str]]:
    by = [None if pd.isna(number) else number for number in frame["by_document_id"]]
    days = frame["date"].dt.strftime("%m-%d")
    return list(zip(frame["document_id"], by, days, frame["minor"], frame["kind"], strict=True))


def test_one_receipt_over_two_invoices() -> None:
    found = clearings(items(
        ("I1", "invoice", 100, "2026-01-05", "2026-02-10", 0, -1),
        ("P1", "payment", -250, "2026-02-10", "2026-02-10", 0, -1),
        ("I2", "invoice", 150, "2026-01-07", "2026-02-10", 0, -1),
    ))  # fmt: skip
    assert told(found) == [("I1", "P1", "02-10", 100, "payment"), ("I2", "P1", "02-10", 150, "payment")]


def test_what_a_credit_note_clears_is_not_paid() -> None:
    found = clearings(items(
        ("I1", "invoice", 100, "2026-01-05", "2026-02-10", 0, -1),
        ("C1", "credit_note", -30, "2026-01-20", "2026-02-10", 0, -1),
        ("P1", "payment", -70, "2026-02-10", "2026-02-10", 0, -1),
    ))  # fmt: skip
    assert told(found) == [("I1", "C1", "02-10", 30, "credit_note"), ("I1", "P1", "02-10", 70, "payment")]


def test_a_part_payment_counts_from_its_own_day_and_the_clearing_takes_the_rest() -> None:
    found = clearings(items(
        ("I1", "invoice", 100, "2026-01-05", "2026-03-01", 0, -1),
        ("P1", "payment", -40, "2026-02-01", "2026-03-01", 0, 0),
        ("P2", "payment", -60, "2026-03-01", "2026-03-01", 0, -1),
    ))  # fmt: skip
    assert told(found) == [("I1", "P1", "02-01", 40, "payment"), ("I1", "P2", "03-01", 60, "payment")]


def test_a_part_payment_of_an_item_that_is_still_open() -> None:
    found = clearings(items(
        ("I1", "invoice", 100, "2026-01-05", None, -1, -1),
        ("P1", "payment", -40, "2026-02-01", None, -1, 0),
    ))  # fmt: skip
    assert told(found) == [("I1", "P1", "02-01", 40, "payment")]


def test_a_reference_to_a_credit_or_of_a_debit_settles_nothing() -> None:
    found = clearings(items(
        ("P1", "payment", -40, "2026-02-01", None, -1, -1),
        ("C1", "credit_note", -10, "2026-02-01", None, -1, 0),
        ("I1", "invoice", 100, "2026-01-05", None, -1, 0),
    ))  # fmt: skip
    assert told(found) == []


def test_an_item_whose_counterpart_is_not_in_the_file_is_closed_but_not_paid() -> None:
    found = clearings(items(
        ("I1", "invoice", 100, "2026-01-05", "2026-02-10", 0, -1),
        ("P1", "payment", -70, "2026-02-10", "2026-02-10", 0, -1),
        ("I2", "invoice", 55, "2026-01-09", "2026-02-11", 1, -1),
    ))  # fmt: skip
    assert told(found) == [
        ("I1", "P1", "02-10", 70, "payment"), ("I1", None, "02-10", 30, "other"), ("I2", None, "02-11", 55, "other"),
    ]  # fmt: skip


def test_money_that_went_back_is_a_refund() -> None:
    found = clearings(items(
        ("P1", "payment", -40, "2026-02-01", "2026-02-20", 0, -1),
        ("R1", "refund", 40, "2026-02-20", "2026-02-20", 0, -1),
    ))  # fmt: skip
    assert told(found) == [("R1", "P1", "02-20", 40, "refund")]


def test_the_order_of_rows_changes_nothing() -> None:
    rows = [
        ("I2", "invoice", 100, "2026-01-05", "2026-02-10", 0, -1),
        ("I1", "invoice", 80, "2026-01-05", "2026-02-10", 0, -1),
        ("P1", "payment", -150, "2026-02-10", "2026-02-10", 0, -1),
        ("C1", "credit_note", -30, "2026-02-10", "2026-02-10", 0, -1),
    ]
    first = told(clearings(items(*rows)))
    assert first == [("I1", "C1", "02-10", 30, "credit_note"), ("I1", "P1", "02-10", 50, "payment"),
                     ("I2", "P1", "02-10", 100, "payment")]  # fmt: skip
    assert told(clearings(items(*reversed(rows)))) == first


rows = st.lists(st.tuples(st.integers(-1, 4), st.integers(-(10**12), 10**12)), max_size=40)


@given(rows)
def test_pairs_use_up_the_shorter_side_of_every_group_and_no_item_twice(rows: list[tuple[int, int]]) -> None:
    group = np.array([group for group, _ in rows], dtype=np.int64)
    minor = np.array([minor for _, minor in rows], dtype=np.int64)
    debits, credits, amounts = pairs(group, minor, np.arange(len(rows)))
    assert (group[debits] == group[credits]).all()
    assert (group[debits] >= 0).all()
    assert (amounts > 0).all()
    for side in (debits, credits):
        used = np.zeros(len(rows), dtype=np.int64)
        np.add.at(used, side, amounts)
        assert (used <= np.abs(minor)).all()
    for number in range(5):
        mine = minor[group == number]
        assert amounts[group[debits] == number].sum() == min(mine[mine > 0].sum(), -mine[mine < 0].sum())
