from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import arkit
from arkit.readers import dates


def read(*texts: str, given_order: str | None = None, default: str | None = None) -> list[str]:
    column = dates.analyse(pa.array(texts))
    order = dates.decide({"date": column}, given_order, default).get("date")
    return [str(day) for day in column.days(order)]


@pytest.mark.parametrize(
    "text",
    ["2024-03-05", "2024/3/5", "2024.03.05", "20240305", "20240305.0", "2024年3月5日", "45356", "5-Mar-2024",
     "05 March 2024", "Mar 5, 2024", "2024-03-05 14:30:00", "2024-03-05T23:59:59.5Z"],
)  # fmt: skip
def test_a_date_that_reads_one_way_needs_no_decision(text: str) -> None:
    assert read(text) == ["2024-03-05"]


def test_one_day_beyond_the_twelfth_decides_the_column() -> None:
    assert read("01/02/2024", "13/02/2024") == ["2024-02-01", "2024-02-13"]
    assert read("01/02/2024", "02/13/2024") == ["2024-01-02", "2024-02-13"]


def test_dates_that_read_alike_in_every_order_are_certain() -> None:
    assert read("1/1/2024", "12/12/2024") == ["2024-01-01", "2024-12-12"]


def test_a_column_that_reads_both_ways_is_left_undecided() -> None:
    column = dates.analyse(pa.array(["1/2/2024", "3/2/2024"]))
    assert column.possible() == ("dmy", "mdy")
    assert dates.decide({"date": column}, None, None) == {"date": None}


def test_a_neighbour_that_tells_decides_for_a_column_that_reads_both_ways() -> None:
    due = dates.analyse(pa.array(["1/2/2024"]))
    date = dates.analyse(pa.array(["13/1/2024"]))
    assert dates.decide({"date": date, "due_date": due}, None, None) == {"date": "dmy", "due_date": "dmy"}


def test_neighbours_that_contradict_each_other_decide_nothing() -> None:
    columns = {name: dates.analyse(pa.array([text])) for name, text in
               {"a": "13/1/2024", "b": "1/13/2024", "c": "1/2/2024"}.items()}  # fmt: skip
    assert dates.decide(columns, None, None) == {"a": "dmy", "b": "mdy", "c": None}


def test_one_slip_among_many_dates_does_not_turn_the_column_round() -> None:
    texts = [f"{month}/{day}/{year}" for month in range(1, 13) for day in range(1, 13) for year in (2023, 2024)]
    column = dates.analyse(pa.array([*texts, "13/2/2024"]))
    assert dates.decide({"date": column}, None, None) == {"date": None}


def test_two_digit_years_may_stand_first() -> None:
    assert dates.analyse(pa.array(["10/11/12"])).possible() == ("dmy", "mdy", "ymd")
    assert read("24/03/31", "23/12/05", given_order="ymd") == ["2024-03-31", "2023-12-05"]


def test_the_caller_overrides_what_the_column_says() -> None:
    assert read("1/2/2024", "3/2/2024", given_order="mdy") == ["2024-01-02", "2024-03-02"]
    assert read("13/2/2024", given_order="mdy") == ["NaT"]


@pytest.mark.parametrize(
    "text", ["", "-", "00.00.0000", "NULL", "NaT", "n/a", "1900-01-01 00:00:00.000", "0001-01-01T00:00:00Z"]
)
def test_words_for_no_date_are_no_date(text: str) -> None:
    column = dates.analyse(pa.array([text]))
    assert column.empty.all()
    assert np.isnat(column.days(None)).all()


@pytest.mark.parametrize("text", ["00:00.0", "########", "4.5E+04"])
def test_a_date_that_a_spreadsheet_destroyed_is_recognised(text: str) -> None:
    assert dates.analyse(pa.array([text])).destroyed.all()


@pytest.mark.parametrize("text", ["2024-02-30", "31/2/2024", "soon", "0202-01-01", "20241301"])
def test_what_is_no_date_is_not_read_as_one(text: str) -> None:
    assert read(text) == ["NaT"]


@given(st.lists(st.dates(min_value=dates._FIRST, max_value=dates._LAST), min_size=1, max_size=60),
       st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y%m%d"]))  # fmt: skip
def test_a_column_is_read_right_or_left_undecided_never_wrong(days: list, form: str) -> None:
    column = dates.analyse(pa.array([day.strftime(form) for day in days]))
    orders = dates.decide({"date": column}, None, None)
    if orders.get("date", "ymd") is not None:
        assert [str(day) for day in column.days(orders.get("date"))] == [day.isoformat() for day in days]


SETTLED = "customerID,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,SettledDate"


def test_ambiguous_dates_of_a_layout_are_refused(write) -> None:
    path = write(SETTLED, "C1,1,1/2/2024,2/3/2024,10.50,3/4/2024")
    with pytest.raises(
        arkit.LedgerError, match=r"read both ways \(dmy / mdy\).*\[ambiguous_date\].*dates=\"dmy\""
    ) as caught:
        arkit.read(path)
    assert [(p.column, p.row, p.value) for p in caught.value.problems] == [
        ("InvoiceDate", 2, "1/2/2024"), ("DueDate", 2, "2/3/2024"), ("SettledDate", 2, "3/4/2024"),
    ]  # fmt: skip
    assert str(arkit.read(path, dates="mdy").documents["due_date"].iloc[0])[:10] == "2024-02-03"


def test_a_date_that_does_not_fit_its_column_is_named(write) -> None:
    rows = [f"C1,{i},1/{i}/2024,2/{i}/2024,10.50," for i in range(13, 25)]
    path = write(SETTLED, *rows, "C1,99,25/1/2024,2/28/2024,10.50,")
    with pytest.raises(
        arkit.LedgerError, match=r"row 14:InvoiceDate: most dates of the column are mdy.*\[mixed_dates\]"
    ):
        arkit.read(path)
    ledger = arkit.read(path, accept=["mixed_dates"])
    assert list(ledger.intake.refused["row"]) == [14]
    assert len(ledger.documents) == 12
