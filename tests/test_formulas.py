"""Every formula: a published figure with its source, the limits, the invariants, the refusals."""

from __future__ import annotations

from math import fsum, isclose, isnan, nan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from arkit import formulas

money = st.floats(0, 1e9, allow_nan=False)
some_money = st.floats(0.01, 1e9)
share = st.floats(0, 1)
length = st.integers(1, 366)


def near(expected: float, tolerance: float = 1e-9):
    return pytest.approx(expected, abs=tolerance, rel=1e-9)


PUBLISHED = [
    # the DSO family
    pytest.param("dso", (15_000, 10_000, 30), {}, 45, 1e-9, id="Creditguru: 15,000 open, 10,000 sold in 30 days"),
    pytest.param(
        "dso",
        (10_869, 5_538 + 4_566 + 7_570, 90),
        {},
        55.35,
        0.005,
        id="JD Edwards: balance over a quarter's sales",
    ),
    pytest.param("dso", (100_000, 705_882, 365), {}, 51.71, 0.005, id="a year's sales"),
    pytest.param("best_possible_dso", (4_000, 10_000, 30), {}, 12, 1e-9, id="Creditguru: 4,000 not yet due"),
    pytest.param("average_days_delinquent", (45, 12), {}, 33, 1e-9, id="Credit Research Foundation: ADD"),
    pytest.param(
        "countback_dso",
        (2_000, [200, 400, 600, 700, 500], [31, 31, 30, 31, 30]),
        {},
        129,
        0.5,
        id="Anaplan community: four whole months and 100 of 500",
    ),
    pytest.param(
        "countback_dso",
        (300_000, [120_000, 200_000, 260_000], [31, 31, 30]),
        {},
        58.9,
        1e-6,
        id="rising backwards (the simple DSO is 47.59)",
    ),
    pytest.param(
        "countback_dso",
        (300_000, [260_000, 200_000, 120_000], [30, 31, 31]),
        {},
        36.2,
        1e-6,
        id="the same months reversed",
    ),
    pytest.param(
        # The manual prints 179.7: it carries 2,000 on where the five months before leave only 1,000.
        "countback_dso",
        (12_000, [2_500, 1_750, 2_250, 2_500, 2_000, 2_250], [30, 31, 31, 30, 31, 30]),
        {},
        166.33,
        0.005,
        id="Oracle HFM manual, its slip of the pen corrected",
    ),
    pytest.param("receivables_turnover", (6_205_000, 335_000), {}, 18.52, 0.005, id="textbook turnover"),
    pytest.param("weighted_average_days", ([15, 30, 45], [1_000, 3_000, 2_000]), {}, 32.5, 1e-9, id="days to pay"),
    pytest.param(
        "weighted_average_days",
        ([2, 5, 4], [1_000, 2_000, 3_000]),
        {},
        4,
        1e-9,
        id="PeopleSoft history: 4, unweighted 3.67",
    ),
    # collection
    pytest.param(
        "collection_effectiveness",
        (6_200, 10_890, 6_340, 3_590),
        {"periods": 3},
        0.559,
        0.0005,
        id="Credit Research Foundation: a quarter's sales by month",
    ),
    pytest.param(
        "collection_effectiveness",
        (6_200, 10_890, 6_340, 3_590),
        {},
        0.796,
        0.0005,
        id="the same data with the whole quarter's sales",
    ),
    pytest.param(
        "collection_effectiveness",
        (100_000, 1_000_000, 120_000, 100_000),
        {},
        0.98,
        1e-9,
        id="Gaviti: undivided",
    ),
    # losses
    pytest.param("bad_debt_rate", (12_000, 2_000, 1_000_000), {}, 0.01, 1e-12, id="net write-offs over sales"),
    # what time costs
    pytest.param("carrying_cost", (1_000_000, 0.10, 45), {"basis": 360}, 12_500, 1e-6, id="a Chinese 360-day year"),
    pytest.param(
        "late_interest",
        (1_000, 0.085, 50),
        {"daily_rounding": 2},
        11.5,
        1e-9,
        id="gov.uk: 0.23 a day for 50 days",
    ),
    pytest.param("late_interest", (1_000, 0.085, 50), {}, 11.64, 0.005, id="the same, not rounded by day"),
    pytest.param("late_interest", (4_500, 0.11, 30), {}, 40.68, 0.005, id="EU late payment example, less the EUR 40"),
    pytest.param("late_interest", (1_000_000, 0.1825, 30), {}, 15_000, 1e-9, id="China: 0.05 % a day"),
    pytest.param("discount_yield", (0.02, 10, 45), {}, 0.213, 0.0005, id="2/10 net 45"),
    pytest.param("discount_yield", (0.02, 10, 30), {"basis": 360}, 0.367, 0.0005, id="2/10 net 30 on 360 days"),
    # concentration
    pytest.param("herfindahl", ([30, 30, 20, 20],), {}, 2_600, 1e-9, id="US merger guidelines: four firms"),
]


@pytest.mark.parametrize(("name", "args", "kwargs", "expected", "tolerance"), PUBLISHED)
def test_published_figure(name, args, kwargs, expected, tolerance):
    assert getattr(formulas, name)(*args, **kwargs) == near(expected, tolerance)


# --- the allowance and the rates it is made from -----------------------------------------------------------


@pytest.mark.parametrize(
    ("balances", "rates", "parts", "total", "tolerance"),
    [
        pytest.param(
            [15e6, 7.5e6, 4e6, 2.5e6, 1e6],
            [0.003, 0.016, 0.036, 0.066, 0.106],
            [45_000, 120_000, 144_000, 165_000, 106_000],
            580_000,
            1e-6,
            id="IFRS 9, Illustrative Example 12",
        ),
        pytest.param(
            [1e6, 2e6, 3e6, 4e6, 5e6],
            [0.006, 0.016, 0.036, 0.066, 0.126],
            [6_000, 32_000, 108_000, 264_000, 630_000],
            1_040_000,
            1e-6,
            id="CAS 22 examination case",
        ),
        pytest.param(
            # the standard rounds each part; the rates are the historical ones times 0.9
            [5_984_698, 8_272, 2_882, 842, 1_100],
            [0.0027, 0.072, 0.234, 0.522, 0.738],
            [16_159, 596, 674, 440, 812],
            18_681,
            1.5,
            id="ASC 326-20-55, Example 5",
        ),
        pytest.param(
            [700_000, 120_000, 80_000, 30_000, 10_000],
            [0.05, 0.08, 0.2, 0.25, 0.5],
            [35_000, 9_600, 16_000, 7_500, 5_000],
            73_100,
            1e-6,
            id="textbook, ageing method",
        ),
        pytest.param(
            [320_000, 110_000, 24_000, 18_000, 43_000],
            [0.01, 0.03, 0.1, 0.33, 0.75],
            [3_200, 3_300, 2_400, 5_940, 32_250],
            47_090,
            1e-6,
            id="textbook, ageing method, older",
        ),
        pytest.param(
            [987.4, 30.2, 11.8, 8.2, 5.9],
            [0.007, 0.2061, 0.4841, 0.7212, 1.0],
            [6.9, 6.2, 5.7, 5.9, 5.9],
            30.6,
            0.1,
            id="OCC handbook, worksheet with rounded parts",
        ),
    ],
)
def test_published_allowance(balances, rates, parts, total, tolerance):
    result = formulas.allowance(balances, rates)
    assert result.parts == pytest.approx(parts, abs=tolerance)
    assert result.total == near(total, tolerance)


def test_allowance_of_nothing_is_nothing():
    assert formulas.allowance([], []) == formulas.Allowance(0.0, ())


def test_published_loss_rates():
    # loss-rate construction: 2,000 of a year's 100,000 was lost; the later a stage, the more of what is left
    got = formulas.loss_rates([100_000, 50_000, 23_000, 8_000, 2_000], 2_000)
    assert got == pytest.approx([0.02, 0.04, 0.0869565, 0.25, 1.0], abs=1e-6)


def test_loss_rate_of_a_stage_that_nothing_reached_is_undefined():
    got = formulas.loss_rates([100, 0], 0)
    assert got[0] == 0
    assert isnan(got[1])


def test_published_roll_to_loss():
    # a chain of roll rates: each bucket's loss is the product of what lies downstream
    got = formulas.roll_to_loss([0.22, 0.35, 0.48, 0.6])
    assert got == pytest.approx([0.022176, 0.1008, 0.288, 0.6], abs=1e-12)


def test_roll_rate_that_is_not_known_leaves_what_lies_upstream_unknown():
    got = formulas.roll_to_loss([0.2, nan, 0.5])
    assert isnan(got[0])
    assert isnan(got[1])
    assert got[2] == 0.5


# --- the limits --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(formulas.dso(100, 0, 30), id="dso without sales"),
        pytest.param(formulas.dso(100, -5, 30), id="dso, more credited than sold"),
        pytest.param(formulas.dso(nan, 100, 30), id="dso of an unknown balance"),
        pytest.param(formulas.best_possible_dso(0, 0, 30), id="best possible dso without sales"),
        pytest.param(formulas.countback_dso(0, [0, 0], [30, 31]), id="count-back without sales"),
        pytest.param(formulas.countback_dso(0, [], []), id="count-back without months"),
        pytest.param(formulas.countback_dso(301, [100, 200], [30, 31]), id="count-back, months used up"),
        pytest.param(formulas.countback_dso(-1, [100, 200], [30, 31]), id="count-back of a credit balance"),
        pytest.param(formulas.countback_dso(nan, [100, 200], [30, 31]), id="count-back of an unknown balance"),
        pytest.param(formulas.countback_dso(150, [100, nan], [30, 31]), id="count-back into unknown sales"),
        pytest.param(formulas.average_days_delinquent(nan, 12), id="add without dso"),
        pytest.param(formulas.collection_effectiveness(0, 0, 0, 0), id="cei of nothing"),
        pytest.param(formulas.collection_effectiveness(0, 100, 100, 100), id="cei with all of it not yet due"),
        pytest.param(formulas.receivables_turnover(100, 0), id="turnover without receivables"),
        pytest.param(formulas.weighted_average_days([], []), id="mean of no payments"),
        pytest.param(formulas.weighted_average_days([10, 20], [0, 0]), id="mean without weight"),
        pytest.param(formulas.bad_debt_rate(5, 0, 0), id="bad debt without sales"),
        pytest.param(formulas.herfindahl([]), id="concentration of no customers"),
        pytest.param(formulas.herfindahl([0, 0]), id="concentration of nothing owed"),
        pytest.param(formulas.late_interest(nan, 0.1, 10), id="interest on an unknown amount"),
        pytest.param(formulas.late_interest(nan, 0.1, 10, daily_rounding=2), id="the same, rounded by day"),
    ],
)
def test_not_defined_is_nan_and_never_zero(value):
    assert isnan(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(formulas.dso(0, 100, 30), 0, id="all paid"),
        pytest.param(formulas.countback_dso(0, [100], [30]), 0, id="all paid, count-back"),
        pytest.param(formulas.countback_dso(0, [-100, 200], [30, 31]), 0, id="all paid after a month of credit notes"),
        pytest.param(formulas.countback_dso(300, [100, 200], [30, 31]), 61, id="exactly all months"),
        pytest.param(formulas.countback_dso(150, [0, 300], [30, 31]), 45.5, id="a month without sales passes"),
        pytest.param(formulas.countback_dso(150, [-50, 400], [30, 31]), 45.5, id="a month of credit notes adds"),
        pytest.param(formulas.countback_dso(0.3, [0.1, 0.2, 0.0], [30, 31, 30]), 61, id="no residue of binary cents"),
        pytest.param(formulas.collection_effectiveness(500, 100, 0, 0), 1, id="everything collected"),
        pytest.param(formulas.collection_effectiveness(500, 100, 600, 0), 0, id="nothing collected"),
        pytest.param(formulas.bad_debt_rate(0, 50, 1_000), -0.05, id="only recoveries"),
        pytest.param(formulas.weighted_average_days([30, 30, 45], [100, -100, 100]), 45, id="a payment taken back"),
        pytest.param(formulas.weighted_average_days([-5, 5], [1, 1]), 0, id="as much early as late"),
        pytest.param(formulas.carrying_cost(1_000, 0.1, 0), 0, id="no time, no cost"),
        pytest.param(formulas.late_interest(1_000, 0.1, 0), 0, id="no time, no interest"),
        pytest.param(formulas.discount_yield(0, 10, 30), 0, id="no discount, no yield"),
        pytest.param(formulas.herfindahl([7]), 10_000, id="one customer"),
    ],
)
def test_limit(value, expected):
    assert value == near(expected)


def test_daily_interest_is_rounded_half_up_in_decimals():
    # 0.125 and 0.135 a day; as binary floats, or rounded half even, one of them would come out a cent lower
    assert formulas.late_interest(45.625, 1, 1, daily_rounding=2) == 0.13
    assert formulas.late_interest(49.275, 1, 1, daily_rounding=2) == 0.14


def test_arrays_and_numpy_numbers_are_taken_like_lists():
    days, amounts = np.array([15, 30, 45]), np.array([1_000, 3_000, 2_000])
    assert formulas.weighted_average_days(days, amounts) == 32.5
    assert formulas.herfindahl(np.array([30.0, 30, 20, 20])) == near(2_600)
    assert formulas.countback_dso(np.float64(150), amounts, days) == near(2.25)
    assert formulas.late_interest(np.float64(1_000), 0.085, np.int64(50), daily_rounding=2) == 11.5


# --- the refusals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: formulas.dso(1, 1, -30), "days must be more than 0, got -30"),
        (lambda: formulas.dso(1, 1, 0), "days must be more than 0, got 0"),
        (lambda: formulas.best_possible_dso(1, 1, -1), "days must be more than 0, got -1"),
        (
            lambda: formulas.countback_dso(1, [1, 2], [30]),
            "sales and days must be of the same length, got 2 and 1",
        ),
        (lambda: formulas.countback_dso(1, [1, 2], [30, -31]), "days must be more than 0, got -31"),
        (
            lambda: formulas.collection_effectiveness(1, 1, 1, 0, periods=0),
            "periods must be more than 0, got 0",
        ),
        (lambda: formulas.weighted_average_days([1], [1, 2]), "days and amounts must be of the same length"),
        (lambda: formulas.carrying_cost(1, 0.1, -1), "days must not be negative, got -1"),
        (lambda: formulas.carrying_cost(1, 0.1, 1, basis=0), "basis must be more than 0, got 0"),
        (
            lambda: formulas.allowance([1, 2], [0.1]),
            "balances and rates must be of the same length, got 2 and 1",
        ),
        (lambda: formulas.allowance([-1], [0.1]), "balances must not be negative, got -1"),
        (lambda: formulas.allowance([1], [5]), "rates must be shares from 0 to 1, got 5"),
        (
            lambda: formulas.loss_rates([100, 10], 20),
            "lost can not exceed what was outstanding, got 20 lost of 10",
        ),
        (lambda: formulas.loss_rates([100], -1), "lost must not be negative, got -1"),
        (lambda: formulas.roll_to_loss([0.5, 1.2]), "roll_rates must be shares from 0 to 1, got 1.2"),
        (lambda: formulas.herfindahl([50, -50]), "shares must not be negative, got -50"),
        (lambda: formulas.late_interest(1, 0.1, -1), "days must not be negative, got -1"),
        (lambda: formulas.late_interest(1, 0.1, 1, basis=-360), "basis must be more than 0, got -360"),
        (
            lambda: formulas.discount_yield(0.02, 30, 30),
            "net_days must be more than discount_days, got 30 and 30",
        ),
        (lambda: formulas.discount_yield(1, 10, 30), "rate must be at least 0 and below 1, got 1"),
        (lambda: formulas.discount_yield(0.02, -1, 30), "discount_days must not be negative, got -1"),
        (
            lambda: formulas.rate_mix_bridge([1], [1], [1, 2], [1, 2]),
            "rates0 and rates1 must be of the same length",
        ),
        (
            lambda: formulas.rate_mix_bridge([1], [1, 2], [1], [1]),
            "rates0 and weights0 must be of the same length",
        ),
        (lambda: formulas.rate_mix_bridge([1], [-1], [1], [1]), "weights must not be negative, got -1"),
        (
            lambda: formulas.dso_sales_bridge([0], [5], 30, [1], [1], 30),
            "without sales can have nothing open, got 5",
        ),
        (lambda: formulas.dso_sales_bridge([1], [1], 30, [1], [1], 0), "days must be more than 0, got 0"),
        (
            lambda: formulas.dso_sales_bridge([-1], [0], 30, [1], [1], 30),
            "sales must not be negative, got -1",
        ),
    ],
)
def test_what_can_not_be_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- the bridges -------------------------------------------------------------------------------------------


def test_rates_alone_explain_the_change_when_the_mix_stays():
    bridge = formulas.rate_mix_bridge([30, 60], [2, 1], [36, 60], [200, 100])
    assert bridge.start == near(40)
    assert bridge.end == near(44)
    assert bridge.terms == {"rate": near(4), "mix": near(0), "interaction": near(0)}
    assert bridge.parts["rate"] == pytest.approx((4, 0))


def test_mix_alone_explains_the_change_when_the_rates_stay():
    # Simpson's paradox in small: nobody pays later, and the mean rises by 7.5 days
    bridge = formulas.rate_mix_bridge([60, 30], [25, 75], [60, 30], [50, 50])
    assert bridge.change == near(7.5)
    assert bridge.terms == {"rate": near(0), "mix": near(7.5), "interaction": near(0)}


def test_a_worked_bridge_with_all_three_terms():
    # 0.5 x 10 of rate, 0.2 x (20 - 30) + -0.2 x (40 - 30) of mix, 0.2 x 10 of both
    bridge = formulas.rate_mix_bridge([20, 40], [50, 50], [30, 40], [70, 30])
    assert bridge.start == near(30)
    assert bridge.end == near(33)
    assert bridge.terms == {"rate": near(5), "mix": near(-4), "interaction": near(2)}


@pytest.mark.parametrize("unknown", [0.0, nan, 99.0])
def test_a_group_that_comes_or_goes_is_mix(unknown):
    came = formulas.rate_mix_bridge([30, unknown], [100, 0], [30, 60], [50, 50])
    assert came.terms == {"rate": near(0), "mix": near(15), "interaction": near(0)}
    went = formulas.rate_mix_bridge([30, 60], [50, 50], [30, unknown], [100, 0])
    assert went.terms == {"rate": near(0), "mix": near(-15), "interaction": near(0)}


def test_bridge_from_nothing_is_undefined():
    for bridge in (
        formulas.rate_mix_bridge([10], [0], [20], [5]),
        formulas.rate_mix_bridge([], [], [], []),
        formulas.dso_sales_bridge([100], [50], 30, [0], [0], 30),
    ):
        assert isnan(bridge.change)
        assert all(isnan(term) for name, term in bridge.terms.items() if name != "calendar")


def test_dso_that_rises_by_the_sales_pattern_alone_blames_nobody():
    # 90, 60 and 20 % of each month's sales are open in both quarters (Lewellen and Johnson's argument)
    bridge = formulas.dso_sales_bridge([100, 100, 100], [90, 60, 20], 90, [160, 80, 60], [144, 48, 12], 90)
    assert bridge.start == near(51)
    assert bridge.end == near(61.2)
    assert bridge.terms == {"calendar": near(0), "sales": near(10.2), "collection": near(0), "older": near(0)}


def test_dso_that_rises_by_collection_alone():
    bridge = formulas.dso_sales_bridge([100, 100, 100], [90, 60, 20], 90, [200, 200, 200], [180, 150, 40], 90)
    assert bridge.terms == {"calendar": near(0), "sales": near(0), "collection": near(4.5), "older": near(0)}
    assert bridge.parts["collection"] == pytest.approx((0, 4.5, 0))


def test_dso_bridge_tells_old_receivables_and_the_calendar_apart():
    bridge = formulas.dso_sales_bridge([100, 100], [50, 50], 60, [100, 100], [50, 50], 62, older1=20)
    assert bridge.start == near(30)
    assert bridge.end == near(37.2)
    assert bridge.terms == {"calendar": near(1), "sales": near(0), "collection": near(0), "older": near(6.2)}


@given(st.lists(st.tuples(money, money, money, money), min_size=1, max_size=8))
def test_terms_of_a_rate_mix_bridge_sum_to_the_change(groups):
    rates0, weights0, rates1, weights1 = (list(column) for column in zip(*groups, strict=True))
    assume(sum(weights0) > 1e-6)
    assume(sum(weights1) > 1e-6)
    bridge = formulas.rate_mix_bridge(rates0, weights0, rates1, weights1)
    scale = max(*rates0, *rates1, 1.0)
    assert fsum(bridge.terms.values()) == pytest.approx(bridge.change, abs=1e-9 * scale)
    assert bridge.start == pytest.approx(formulas.weighted_average_days(rates0, weights0), abs=1e-9 * scale)
    assert bridge.end == pytest.approx(formulas.weighted_average_days(rates1, weights1), abs=1e-9 * scale)
    for name, parts in bridge.parts.items():
        assert fsum(parts) == bridge.terms[name]


months = st.lists(st.tuples(some_money, share, some_money, share), min_size=1, max_size=6)


@given(months, length, length, money, money)
def test_terms_of_a_dso_bridge_sum_to_the_change(by_month, days0, days1, older0, older1):
    sales0, u0, sales1, u1 = (list(column) for column in zip(*by_month, strict=True))
    open0 = [sold * left for sold, left in zip(sales0, u0, strict=True)]
    open1 = [sold * left for sold, left in zip(sales1, u1, strict=True)]
    bridge = formulas.dso_sales_bridge(sales0, open0, days0, sales1, open1, days1, older0=older0, older1=older1)
    assert bridge.start == pytest.approx(formulas.dso(sum(open0) + older0, sum(sales0), days0))
    assert bridge.end == pytest.approx(formulas.dso(sum(open1) + older1, sum(sales1), days1))
    scale = max(bridge.start, bridge.end, days0, days1, days1 * older0 / sum(sales0))
    assert fsum(bridge.terms.values()) == pytest.approx(bridge.change, abs=1e-9 * scale)


# --- the invariants ----------------------------------------------------------------------------------------


@given(money, money, some_money, length)
def test_delinquent_days_are_the_overdue_part_of_dso(current, overdue, sales, days):
    late = formulas.average_days_delinquent(
        formulas.dso(current + overdue, sales, days), formulas.best_possible_dso(current, sales, days)
    )
    scale = max(1.0, (current + overdue) / sales * days)
    assert late == pytest.approx(formulas.dso(overdue, sales, days), abs=1e-9 * scale)


@given(st.floats(1, 1e6), st.integers(1, 12), share)
def test_with_flat_sales_the_count_back_equals_the_simple_dso(monthly, count, part):
    receivables = part * monthly * count
    simple = formulas.dso(receivables, monthly * count, 30 * count)
    assert formulas.countback_dso(receivables, [monthly] * count, [30] * count) == pytest.approx(simple, abs=1e-6)


@given(some_money, some_money, st.lists(st.tuples(st.integers(0, 10**9), length), min_size=1, max_size=12))
def test_count_back_never_falls_when_more_is_owed(less, more, by_month):
    sales, days = (list(column) for column in zip(*by_month, strict=True))
    low, high = (formulas.countback_dso(owed, sales, days) for owed in sorted((less, more)))
    assert isnan(high) or low <= high * (1 + 1e-9)


@given(st.lists(st.tuples(st.integers(1, 10**7), length), min_size=1, max_size=12))
def test_count_back_of_all_sales_is_all_days(by_month):
    cents, days = (list(column) for column in zip(*by_month, strict=True))
    sales = [amount / 100 for amount in cents]
    assert formulas.countback_dso(sum(cents) / 100, sales, days) == pytest.approx(sum(days), rel=1e-6)


@given(some_money, money, share, share, st.integers(1, 12))
def test_cei_lies_between_0_and_1_when_no_more_is_left_than_was_there(opening, sales, total, current, periods):
    there = opening + sales / periods
    cei = formulas.collection_effectiveness(opening, sales, total * there, total * current * there, periods)
    assert isnan(cei) or -1e-9 <= cei <= 1 + 1e-9


@given(some_money, some_money, length)
def test_turnover_is_the_days_over_the_dso(sales, receivables, days):
    assert days / formulas.receivables_turnover(sales, receivables) == pytest.approx(
        formulas.dso(receivables, sales, days)
    )


@given(st.lists(st.tuples(st.floats(-400, 400), some_money), min_size=1))
def test_a_weighted_mean_lies_within_its_days(pairs):
    days, amounts = (list(column) for column in zip(*pairs, strict=True))
    assert min(days) - 1e-6 <= formulas.weighted_average_days(days, amounts) <= max(days) + 1e-6


@given(st.lists(st.tuples(money, share), min_size=1, max_size=8), st.integers(0, 7), share)
def test_allowance_never_falls_when_a_rate_rises(matrix, position, rate):
    balances, rates = (list(column) for column in zip(*matrix, strict=True))
    before = formulas.allowance(balances, rates)
    position %= len(rates)
    rates[position] = max(rates[position], rate)
    assert formulas.allowance(balances, rates).total >= before.total
    assert 0 <= before.total <= fsum(balances)
    assert fsum(before.parts) == before.total


@given(st.lists(share, min_size=1, max_size=8))
def test_roll_to_loss_never_falls_towards_loss(rates):
    losses = formulas.roll_to_loss(rates)
    assert losses == sorted(losses)
    assert losses[-1] == rates[-1]


@given(st.lists(some_money, min_size=1, max_size=30))
def test_herfindahl_lies_between_all_alike_and_all_in_one(amounts):
    index = formulas.herfindahl(amounts)
    assert 10_000 / len(amounts) <= index * (1 + 1e-9)
    assert index <= 10_000 * (1 + 1e-9)


@given(st.lists(some_money, min_size=1, max_size=10), st.floats(0.001, 1000))
def test_herfindahl_takes_any_unit(amounts, factor):
    scaled = [amount * factor for amount in amounts]
    assert formulas.herfindahl(scaled) == pytest.approx(formulas.herfindahl(amounts))


@given(st.integers(0, 10**9), st.integers(0, 3_000), st.integers(0, 2_000))
def test_interest_rounded_by_day_is_off_by_half_a_cent_a_day_at_most(cents, rate, days):
    exact = formulas.late_interest(cents / 100, rate / 10_000, days)
    rounded = formulas.late_interest(cents / 100, rate / 10_000, days, daily_rounding=2)
    assert abs(rounded - exact) <= 0.005 * days + 1e-9 * max(1, exact)


@given(some_money, share, length)
def test_late_interest_and_carrying_cost_are_one_formula(amount, rate, days):
    interest = formulas.late_interest(amount, rate, days)
    assert isclose(interest, formulas.carrying_cost(amount, rate, days), rel_tol=1e-12, abs_tol=1e-12)


@given(st.floats(0.001, 0.2), st.integers(0, 30), st.integers(1, 90))
def test_the_yield_of_a_discount_is_the_interest_on_what_is_paid_early(rate, early, later):
    # paying 1 - rate now instead of 1 later earns rate
    annual = formulas.discount_yield(rate, early, early + later)
    assert formulas.carrying_cost(1 - rate, annual, later) == pytest.approx(rate)


def test_every_listed_formula_is_public():
    assert set(formulas.__all__) - {"Allowance", "Bridge"} == {
        "dso", "countback_dso", "best_possible_dso", "average_days_delinquent", "collection_effectiveness",
        "receivables_turnover", "weighted_average_days", "bad_debt_rate", "carrying_cost", "allowance",
        "loss_rates", "roll_to_loss", "herfindahl", "late_interest", "discount_yield", "rate_mix_bridge",
        "dso_sales_bridge", "limit_by_record", "limit_by_capacity",
        "net_roll_rate", "roll_forward", "age_to_age", "to_end",
    }  # fmt: skip


def test_net_roll_rate_is_not_cut_off():
    assert formulas.net_roll_rate(12, 8) == 1.5
    assert isnan(formulas.net_roll_rate(1, 0))


def test_rolling_forward_keeps_the_money():
    went = formulas.roll_forward([80.0, 20.0], [[0.5, 0.25, 0.25], [0.0, 0.75, 0.25]])
    assert went == [40.0, 35.0, 25.0]
    assert sum(went) == 100.0
    assert formulas.roll_forward([0.0], [[nan, nan]]) == [0.0, 0.0]
    with pytest.raises(ValueError, match="same length"):
        formulas.roll_forward([1.0], [])


def test_completion_factors_weigh_by_volume_and_multiply_to_the_end():
    factors = formulas.age_to_age([[20.0, 60.0, 90.0], [30.0, 90.0, nan], [25.0, nan, nan]])
    assert factors == [3.0, 1.5]
    assert formulas.to_end(factors) == [4.5, 1.5, 1.0]
    assert isnan(formulas.age_to_age([[0.0, 5.0]])[0])
    assert formulas.age_to_age([]) == []


def test_what_is_lost_at_once_adds_to_what_rolls_on():
    # last: half is lost; before: a tenth at once, and of the 0.4 that rolls on, half
    assert formulas.roll_to_loss([0.4, 0.5], [0.1, 0.0]) == pytest.approx([0.3, 0.5])
    assert formulas.roll_to_loss([0.4, 0.5], [0.0, 0.0]) == formulas.roll_to_loss([0.4, 0.5])


def test_more_than_the_bucket_can_neither_roll_nor_be_lost():
    with pytest.raises(ValueError, match="can not exceed the bucket"):
        formulas.roll_to_loss([0.7, 0.5], [0.4, 0.0])
