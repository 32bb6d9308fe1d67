"""Charts of the signals and of their record: they say the finding, keep their colours apart, escape ledger text."""

from __future__ import annotations

import itertools
import json

import pandas as pd
import pytest

from arkit.charts import palette, record, review, risk
from tests.test_charts import VISION, distance

POINTS = pd.DataFrame(
    {"paying": [40, 10], "contact": [20, 0]},
    index=pd.Index(["<script>alert(1)</script>", "C2"], name="customer_id"),
)
SHARES = pd.DataFrame(
    {
        "topic": ["paying", "papers", "papers"], "name": ["often late", "an old item", "x"],
        "customers": [3, 1, 0], "share": [0.3, 0.1, 0.0],
    }
)  # fmt: skip
LEVELS = pd.DataFrame(
    {
        "level": ["routine", "watch", "alarm"], "name": ["routine", "watch", "alarm"],
        "customers": [90, 0, 10], "hit": [9, 0, 6], "share": [0.1, float("nan"), 0.6],
    }
)  # fmt: skip
LEAD = pd.DataFrame(
    {
        "currency": "CNY", "days_before": [1, 31, 61, 91], "watch_list": [0.9, 0.8, 0.7, 0.6],
        "late_rate": [0.5, 0.5, 0.5, 0.5], "oldest": [1.0, 0.9, 0.7, 0.5], "became": 100.0,
    }
)  # fmt: skip
CAPTURE = pd.DataFrame(
    {
        "as_of": pd.to_datetime(["2025-05-31", "2025-06-30"] * 2), "currency": "CNY",
        "ranking": ["watch_list", "watch_list", "oldest", "oldest"], "share": [0.4, 0.8, 0.5, float("nan")],
    }
)  # fmt: skip
CHANCES = pd.DataFrame(
    {"target": ["30+", "30+", "90+"], "foreseen": [0.2, 0.6, 0.1], "came_true": [0.1, 0.8, 0.1], "cases": [10, 10, 20]}
)
MONTHS = pd.date_range("2025-01-31", periods=8, freq="ME")
PAID = pd.DataFrame({"days": [40.0] * 4 + [60.0] * 4, "terms": [30.0] * 8}, index=MONTHS)
DRAWN = {
    "watch_list": lambda lang: risk.watch_list(POINTS, lang),
    "signal_shares": lambda lang: risk.signal_shares(SHARES, lang),
    "levels_hit": lambda lang: risk.levels_hit(LEVELS, lang),
    "lead": lambda lang: record.lead(LEAD, lang, currency="CNY"),
    "captured": lambda lang: record.captured(CAPTURE, lang, currency="CNY"),
    "calibration": lambda lang: record.calibration(CHANCES, lang),
    "days_to_pay": lambda lang: review.days_to_pay(PAID, lang),
}
FINDINGS = {
    "watch_list": "The 2 worst customers have 71% of their points for payment behaviour",
    "signal_shares": "Most frequent: often late, on 30% of the customers",
    "levels_hit": "Hit afterwards: 60% of level alarm, 10% of level routine",
    "lead": "60% of the money was on the watch list 91 days before",
    "captured": "The watch list held 40% to 80% of the money that turned bad",
    "calibration": "Chances were off by 7.5 percentage points on average",
    "days_to_pay": "Days beyond terms: 10 at first, 30 of late",
}


@pytest.mark.parametrize("name", DRAWN)
def test_the_title_says_the_finding_in_both_languages(name):
    assert DRAWN[name]("en").layout.title.text == FINDINGS[name]
    chinese = DRAWN[name]("zh").layout.title.text
    assert chinese != FINDINGS[name]
    assert any(letter >= "\N{CJK UNIFIED IDEOGRAPH-4E00}" for letter in chinese)


@pytest.mark.parametrize("name", DRAWN)
def test_ledger_text_is_escaped(name):
    assert "<script" not in json.dumps(DRAWN[name]("en").to_plotly_json(), default=str)


def test_a_signal_that_fires_on_nobody_and_a_level_that_nobody_holds_are_left_out():
    names = [name for trace in risk.signal_shares(SHARES).data for name in trace.y]
    assert names == ["often late", "an old item"]
    assert list(risk.levels_hit(LEVELS).data[0].x) == ["routine", "alarm"]


def test_the_longest_notice_stands_first_and_the_last_day_before_last():
    assert list(record.lead(LEAD, currency="CNY").data[0].x) == ["91 days", "61 days", "31 days", "1 day"]
    assert list(record.lead(LEAD, currency="CNY").data[0].y) == pytest.approx([60.0, 70.0, 80.0, 90.0])


def test_a_month_in_which_nothing_turned_bad_is_a_gap_and_not_nought():
    oldest = next(t for t in record.captured(CAPTURE, currency="CNY").data if t.name == "Oldest overdue item")
    assert list(oldest.y) == [50.0, None]


@pytest.mark.parametrize(
    ("drawn", "title"),
    [
        (lambda: risk.watch_list(POINTS.head(0)), "No customer has a warning point"),
        (lambda: risk.signal_shares(SHARES.head(0)), "No signal fires"),
        (lambda: risk.levels_hit(LEVELS.head(0)), "No level was held by anybody"),
        (lambda: record.lead(LEAD.head(0), currency="CNY"), "No money turned bad"),
        (lambda: record.captured(CAPTURE.head(0), currency="CNY"), "No month-end could be followed"),
    ],
)
def test_nothing_to_draw_is_said(drawn, title):
    assert drawn().layout.title.text == title


def test_a_customer_who_fell_silent_is_said_to_have_paid_nothing_since():
    silent = PAID.assign(days=[40.0] * 4 + [float("nan")] * 4)
    assert review.days_to_pay(silent).layout.title.text == "Nothing has been paid since Apr 2025"
    early = PAID.assign(days=[35.0] * 4 + [20.0] * 4)
    assert review.days_to_pay(early).layout.title.text == "Days beyond terms: 5 at first, −10 of late"


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize(
    "colours", [palette.LEVELS, palette.TOPICS, palette.RANKINGS], ids=["levels", "topics", "lists"]
)
def test_colours_stay_apart_for_every_colour_vision(colours, vision):
    assert min(distance(a, b, vision) for a, b in itertools.combinations(colours.values(), 2)) > 10
