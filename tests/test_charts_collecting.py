"""Charts of cash and collecting: the finding in the title, ranges and parts drawn as they are, names made safe."""

from __future__ import annotations

import pandas as pd
import pytest

from arkit.charts import collecting, palette
from arkit.charts.cash import cash
from arkit.errors import ArkitError

MONTHS = pd.to_datetime(["2025-11-01", "2025-12-01"])
STARTS = pd.to_datetime(["2026-01-01", "2026-01-08", "2026-01-15"])
EVIL = "<script>alert(1)</script>"


def weeks(codes=("CNY",), **columns):
    index = pd.MultiIndex.from_product([codes, [1, 2, 3]], names=["currency", "week"])
    rows = {
        "start": list(STARTS) * len(codes),
        "expected": [100.0, 300.0, 50.0] * len(codes),
        "low": [50.0, 200.0, 0.0] * len(codes),
        "high": [120.0, 500.0, 90.0] * len(codes),
        "booked": [90.0, 200.0, 10.0] * len(codes),
        "fresh": [10.0, 100.0, 40.0] * len(codes),
        "last_weeks": [130.0] * 3 * len(codes),
    }
    return pd.DataFrame({**rows, **columns}, index=index)


def monthly(**columns):
    return pd.DataFrame(columns, index=pd.MultiIndex.from_product([["CNY"], MONTHS], names=["currency", "month"]))


def title(figure):
    return figure.layout.title.text.replace("\N{NO-BREAK SPACE}", " ")


def trace(figure, name):
    return next(each for each in figure.data if each.name == name)


def test_cash_title_says_how_much_and_when_most_of_it():
    assert title(cash(weeks())) == "CNY 450.00 to come in 3 weeks, most in the week from 8 Jan"
    assert title(cash(weeks(), "zh")) == "未来 3 周预计回款 CNY 450.00，1月8日起的一周最多"


def test_cash_columns_stack_to_what_is_expected_and_the_range_is_drawn_around_it():
    drawn = cash(weeks())
    books, coming = trace(drawn, "From invoices on the books"), trace(drawn, "From invoices to come")
    assert [a + b for a, b in zip(books.y, coming.y, strict=True)] == [100.0, 300.0, 50.0]
    span = trace(drawn, "Expected, with its range of 80%")
    assert (list(span.error_y.array), list(span.error_y.arrayminus)) == ([20.0, 200.0, 40.0], [50.0, 100.0, 50.0])


def test_cash_draws_the_plain_forecasts_that_the_ledger_allows():
    frame = weeks(last_year=[float("nan")] * 3)
    names = [each.name for each in cash(frame, beside=("last_weeks", "last_year")).data]
    assert "Average of the last weeks" in names
    assert "Same weeks of last year" not in names


def test_cash_of_a_selection_is_drawn_without_a_range():
    drawn = cash(weeks()[["start", "expected"]])
    assert [each.type for each in drawn.data] == ["bar"]


def test_cash_of_several_currencies_must_choose_one():
    with pytest.raises(ArkitError, match="mixed_currency"):
        cash(weeks(("CNY", "USD")))


def test_no_cash_is_a_finding_too():
    frame = weeks(**dict.fromkeys(("expected", "low", "high", "booked", "fresh", "last_weeks"), 0.0))
    assert title(cash(frame)) == "No cash is expected"


@pytest.mark.parametrize(
    ("collected", "said"),
    [
        ([90.0, 80.0], "The plan was missed in all 2 months"),
        ([110.0, 80.0], "The plan was met in 1 of 2 months"),
        ([100.0, 100.0], "The plan was met in 2 of 2 months"),
    ],
)
def test_plan_title_counts_the_months_in_which_it_was_met(collected, said):
    drawn = collecting.plan(monthly(planned=[100.0, 100.0], collected=collected))
    assert title(drawn) == said
    assert list(trace(drawn, "Collected").y) == collected
    assert trace(drawn, "Planned").type == "scatter"


def test_gap_draws_what_lowered_it_in_another_colour_than_what_raised_it():
    parts = pd.Series({"unpaid": -80.0, "early": 30.0})
    words = {"unpaid": "was not paid", "early": "came early"}
    drawn = collecting.gap(parts, words, currency="CNY", month=MONTHS[1])
    assert title(drawn) == "Dec 2025: short of plan by CNY 50.00"
    assert list(drawn.data[0].marker.color) == [palette.MEANINGS["overdue"], palette.MEANINGS["cash"]]
    over = collecting.gap(parts.abs(), words, currency="CNY", month=MONTHS[1])
    assert title(over) == "Dec 2025: over plan by CNY 110.00"


def test_targets_are_stacked_by_where_the_money_comes_from():
    frame = monthly(from_overdue=[1.0, 2.0], from_due=[3.0, 4.0], from_early=[0.0, 0.0], from_sales=[5.0, 6.0])
    drawn = collecting.targets(frame)
    assert title(drawn) == "CNY 21.00 proposed to be collected in the 2 months ahead"
    assert [each.name for each in drawn.data] == ["Overdue before the month", "Due in the month", "Invoices to come"]


def collectors(verdicts):
    count = len(verdicts)
    index = pd.MultiIndex.from_product([["CNY"], [EVIL, *"BC"][:count]], names=["currency", "owner"])
    return pd.DataFrame(
        {
            "share": 0.5, "expected_share": 0.4, "shrunk": [0.1, -0.1, float("nan")][:count],
            "low": [0.05, -0.2, float("nan")][:count], "high": [0.2, -0.05, float("nan")][:count], "verdict": verdicts,
        },
        index=index,
    )  # fmt: skip


def test_collectors_without_a_comparison_are_left_out_and_names_are_safe():
    drawn = collecting.collectors(collectors(["better", "worse", "undefined"]))
    assert title(drawn) == "Beside others with a like mix 1 of 2 collectors did better, 1 worse"
    assert list(drawn.data[0].x) == [10.0, -10.0]
    assert "<script>" not in str(drawn.to_dict())


def test_differences_within_chance_are_called_that():
    drawn = collecting.collectors(collectors(["unclear", "unclear"]))
    assert title(drawn) == "No collector differs from others with a like mix by more than chance"
