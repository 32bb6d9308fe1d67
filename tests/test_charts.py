"""Charts: they say the finding, keep one colour for one meaning, and never mix currencies."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys

import pandas as pd
import pytest

from arkit import charts
from arkit.charts import palette
from arkit.charts.layout import money_unit, shortened, ticks
from arkit.errors import ArkitError
from arkit.text import Text

AGES = ["not_due", "d1_30", "d31_60", "d61_90", "over_90", "unapplied"]


def aged(rows: dict[object, list[float]], names: str | list[str] = "currency") -> pd.DataFrame:
    index = pd.Index(list(rows), name=names) if isinstance(names, str) else pd.MultiIndex.from_tuples(rows, names=names)
    frame = pd.DataFrame(list(rows.values()), columns=AGES, index=index, dtype="float64")
    return frame.assign(total=frame.sum(axis=1))


ONE = aged({"CNY": [600.0, 200.0, 100.0, 50.0, 50.0, -80.0]})
NOTHING_LATE = aged({"CNY": [600.0, 0, 0, 0, 0, 0]})
EMPTY = aged({"CNY": [0.0, 0, 0, 0, 0, 0]})
TWO = aged({"CNY": [600.0, 0, 0, 0, 0, 0], "USD": [1.0, 0, 0, 0, 0, 0]})
MONTHS = pd.to_datetime(["2025-10-31", "2025-11-30", "2025-12-31"])
HISTORY = aged(
    {("CNY", day): [600.0 + i, 100.0 * i, 0, 0, 10.0, -5.0] for i, day in enumerate(MONTHS)}, ["currency", "as_of"]
)
NAMES = ["<script>alert(1)</script>", '<a href="http://x">pay</a>', "C"]
CUSTOMERS = aged(
    {("CNY", name): [100.0 * i, 10.0, 0, 0, 5.0, 0] for i, name in enumerate(NAMES, 1)}, ["currency", "customer_id"]
)
CREDIT = pd.DataFrame(
    {"limit": [100.0, 80.0, 50.0, None], "exposure": [110.0, 140.0, 20.0, 9.0], "headroom": [-10.0, -60.0, 30.0, None]},
    index=pd.MultiIndex.from_product([["CNY"], [*NAMES, "D"]], names=["currency", "customer_id"]),
)
FLOWS = pd.DataFrame(
    {
        "credit_sales": [100.0, 110.0, 120.0],
        "cash": [90.0, 95.0, 99.0],
        "write_offs": [0, 5.0, 0],
        "recoveries": [0, 0, 2.0],
    },
    index=pd.MultiIndex.from_product([["CNY"], MONTHS], names=["currency", "month"]),
)
DSO = pd.DataFrame(
    {"countback": [40.0, None, 45.5], "simple": [41.0, 42.0, 43.0], "best_possible": [30.0, 31.0, 30.5]},
    index=pd.MultiIndex.from_product([["CNY"], MONTHS], names=["currency", "as_of"]),
)
BRIDGE = pd.DataFrame(
    {
        "start": [20.0, 21.0], "calendar": [0.5, 0.25], "sales": [0.0, 0.0], "mix": [1.0, -1.5], "terms": [-2.0, 0.0],
        "lateness": [3.0, 2.0], "disputes": [0.0, 0.0], "unapplied": [0.0, 0.0], "write_offs": [0.0, -0.25],
        "end": [22.5, 21.5],
    },
    index=pd.MultiIndex.from_product([["CNY"], ["dealer", "retail"]], names=["currency", "type"]),
)  # fmt: skip
PAYMENT = pd.DataFrame(
    {"weighted_days": [50.0, 70.0, None], "weighted_days_late": [5.0, 12.0, None]},
    index=pd.MultiIndex.from_product([["CNY"], ["dealer", "retail", "nobody"]], names=["currency", "type"]),
)
ROLLS = pd.DataFrame(
    {
        "opening": [100.0, 50.0, 20.0],
        "stays": [0.5, 0.0, 0.9],
        "rolls": [0.2, 0.4, 0.0],
        "improves": [0.0, 0.1, 0.0],
        "paid": [0.3, 0.5, 0.1],
        **dict.fromkeys(["credited", "written_off", "other"], 0.0),
    },
    index=pd.MultiIndex.from_product([["CNY"], ["not_due", "d1_30", "over_30"]], names=["currency", "bucket"]),
)
ROLL_MONTHS = pd.DataFrame(
    {"net_rate": [0.2, 0.3, None, 0.25, None, None, 0.1, 1.5, None]},
    index=pd.MultiIndex.from_product(
        [["CNY"], MONTHS, ["not_due", "d1_30", "over_30"]], names=["currency", "month", "bucket"]
    ),
)
VINTAGES = pd.DataFrame(
    {"invoiced": [100.0, 300.0, 200.0], "m0": [1.0, 0.9, 0.8], "m1": [0.5, 0.7, None], "m2": [0.1, None, None]},
    index=pd.MultiIndex.from_product([["CNY"], MONTHS], names=["currency", "month"]),
)
DRAWN = {
    "aging": lambda lang: charts.aging(ONE, lang),
    "aging_history": lambda lang: charts.aging_history(HISTORY, lang),
    "overdue_trend": lambda lang: charts.overdue_trend(HISTORY, lang),
    "dso": lambda lang: charts.dso(DSO, lang),
    "dso_bridge": lambda lang: charts.dso_bridge(BRIDGE, lang),
    "payment": lambda lang: charts.payment(PAYMENT, lang),
    "flows": lambda lang: charts.flows(FLOWS, lang),
    "bad_debt": lambda lang: charts.bad_debt(FLOWS, lang),
    "roll_rates": lambda lang: charts.roll_rates(ROLLS, lang),
    "roll_history": lambda lang: charts.roll_history(ROLL_MONTHS, lang),
    "vintages": lambda lang: charts.vintages(VINTAGES, lang),
    "vintage_map": lambda lang: charts.vintage_map(VINTAGES, lang),
    "groups": lambda lang: charts.groups(CUSTOMERS, lang),
    "concentration": lambda lang: charts.concentration(CUSTOMERS, lang),
    "over_limit": lambda lang: charts.over_limit(CREDIT, lang),
}
FINDINGS = {
    "roll_rates": "Of what was 1–30 days late, 40% rolled on to an older age",
    "roll_history": "1–30 days: 150% rolled on in Dec 2025, 30% on average in the months before",
    "vintages": "1 month on, 70% of the sales of Nov 2025 is uncollected; of the months before it was 50%",
    "aging": "40.0% of what is owed is overdue, 5.0% for more than 90 days",
    "aging_history": "CNY\u00a0210.00 is overdue, CNY\u00a0200.00 more than in Oct 2025",
    "overdue_trend": "The overdue share rose from 1.6% in Oct 2025 to 25.9%",
    "dso": "DSO, count-back rose from 40.0 in Oct 2025 to 45.5 days",
    "dso_bridge": "Lateness moved DSO most: 5.0 days longer",
    "payment": "retail paid latest: 12.0 days late on average",
    "flows": "In the last 3 months, cash received was 86.1% of credit sales",
    "bad_debt": "CNY\u00a05.00 written off since Oct 2025, CNY\u00a02.00 recovered",
    "concentration": "The 3 largest customers owe 100.0% of receivables",
    "over_limit": "2 customers owe CNY\u00a070.00 more than their credit limits",
}


def test_a_roll_rate_above_one_is_drawn_as_it_is():
    line = charts.roll_history(ROLL_MONTHS).data[1]
    assert list(line.y) == [30.0, None, 150.0]
    assert charts.roll_history(ROLL_MONTHS).layout.yaxis.range[1] > 150


def test_what_is_not_yet_observed_is_not_drawn():
    assert [row.count(None) for row in map(list, charts.vintage_map(VINTAGES).data[0].z)] == [0, 1, 2]
    *_, newest, pooled = charts.vintages(VINTAGES).data
    assert list(newest.y) == [90.0, 70.0]
    assert list(pooled.y) == pytest.approx([100 * 530 / 600, 65.0, 10.0])


def test_each_step_of_the_bridge_begins_where_the_one_before_ended():
    (bars,) = charts.dso_bridge(BRIDGE).data
    assert list(bars.y) == ["start", "calendar", "mix", "terms", "lateness", "write_offs", "end"]
    ends = [base + length for base, length in zip(bars.base, bars.x, strict=True)]
    assert list(bars.base) == [0.0, *ends[:-2], 0.0]
    assert ends[-2] == ends[-1] == 44.0
    assert list(bars.text) == [
        "41.0",
        "+0.8",
        "\N{MINUS SIGN}0.5",
        "\N{MINUS SIGN}2.0",
        "+5.0",
        "\N{MINUS SIGN}0.2",
        "44.0",
    ]


def test_the_bridge_shows_every_step_and_says_that_its_axis_is_cut():
    axis = charts.dso_bridge(BRIDGE).layout.xaxis
    assert axis.range[0] > 0
    assert axis.range[0] < 39.25
    assert axis.range[1] > 44.25
    assert axis.title.text == "days; the axis does not begin at 0"
    near = BRIDGE.copy()
    near["start"], near["end"] = [3.0, 1.0], [5.5, 1.5]
    axis = charts.dso_bridge(near).layout.xaxis
    assert (axis.range[0], axis.title.text) == (0, "days")


def test_a_bridge_that_is_not_defined_or_level_says_so():
    assert title(charts.dso_bridge(BRIDGE * float("nan"))) == "The change of DSO is not defined"
    level = BRIDGE.assign(**dict.fromkeys(BRIDGE.columns[1:-1], 0.0))
    assert title(charts.dso_bridge(level)) == "Nothing moved DSO"


def title(figure) -> str:
    return figure.layout.title.text


def test_every_public_chart_is_tried_here_or_beside():
    elsewhere = {
        "by_cause", "causes_by_group", "by_type", "type_moves", "allowance", "allowance_history", "predicted_and_lost",
    }  # fmt: skip
    assert set(DRAWN) | elsewhere == set(charts.__all__)


@pytest.mark.parametrize("name", FINDINGS)
def test_title_says_the_finding(name):
    assert title(DRAWN[name]("en")) == FINDINGS[name]


@pytest.mark.parametrize("name", DRAWN)
def test_chinese_chart_has_a_chinese_title_and_the_same_data(name):
    en, zh = DRAWN[name]("en"), DRAWN[name]("zh")
    assert any("\u4e00" <= char <= "\u9fff" for char in title(zh))
    values = [[list(trace.y or []), list(trace.x or [])] for trace in en.data]
    if name != "aging":  # its categories are the bucket labels
        assert [[list(trace.y or []), list(trace.x or [])] for trace in zh.data] == values


@pytest.mark.parametrize("name", DRAWN)
def test_one_axis_counts_something_and_says_in_what(name):
    layout = DRAWN[name]("en").layout
    assert layout.xaxis.title.text or layout.yaxis.title.text


@pytest.mark.parametrize("name", DRAWN)
def test_figures_are_plain_json(name):
    assert json.loads(json.dumps(DRAWN[name]("zh").to_plotly_json(), allow_nan=False))["data"]


@pytest.mark.parametrize("name", ["groups", "concentration", "over_limit"])
def test_ledger_text_can_not_become_markup(name):
    drawn = json.dumps(DRAWN[name]("en").to_plotly_json())
    assert "<script" not in drawn
    assert "<a href" not in drawn
    assert "&lt;a href" in drawn


@pytest.mark.parametrize(
    ("frame", "finding"), [(NOTHING_LATE, "Nothing is overdue"), (EMPTY, "Nothing is owed")], ids=["none late", "empty"]
)
def test_aging_without_overdue_says_so(frame, finding):
    assert title(charts.aging(frame)) == finding


def test_history_of_one_month_has_nothing_to_compare():
    assert title(charts.aging_history(HISTORY.head(1))) == "CNY\u00a010.00 is overdue"
    assert title(charts.overdue_trend(HISTORY.head(1))) == "Share overdue"


def test_dso_that_is_never_defined_says_so():
    assert title(charts.dso(DSO * float("nan"))) == "DSO is not defined in these months"


def test_currencies_are_never_drawn_together():
    with pytest.raises(ArkitError, match=r"amounts in CNY, USD .*\[mixed_currency\] Take each currency"):
        charts.aging(TWO)
    assert sum(charts.aging(TWO, currency="USD").data[0].y) == 1.0


def test_groups_beyond_the_largest_are_drawn_together_and_still_add_up():
    figure = charts.groups(CUSTOMERS, top=2)
    assert sum(sum(trace.x) for trace in figure.data) == pytest.approx(CUSTOMERS["total"].sum())
    assert list(figure.layout.yaxis.ticktext) == ["C", "2 others"]


def test_what_is_owed_beyond_a_limit_stands_beside_it_the_furthest_first():
    within, above = charts.over_limit(CREDIT).data
    assert (list(within.x), list(above.x)) == ([80.0, 100.0], [60.0, 10.0])
    assert (within.marker.color, above.marker.color) == tuple(palette.LIMITS.values())
    assert distance(*palette.LIMITS.values(), "deutan") > 20


def test_frames_are_left_as_they_were():
    before = CUSTOMERS.copy(deep=True)
    charts.groups(CUSTOMERS)
    charts.concentration(CUSTOMERS)
    pd.testing.assert_frame_equal(CUSTOMERS, before)


def test_no_global_template_is_changed_and_heavy_plotly_parts_stay_unloaded():
    code = (
        "import sys, pandas as pd; from arkit import charts\n"
        "f = pd.DataFrame({'currency': ['EUR'], 'not_due': [1.0], 'over_9': [2.0], 'total': [3.0]})\n"
        "charts.aging(f.set_index('currency'))\n"
        "print([m for m in ('rfc3987_syntax', 'nbformat', 'plotly.express') if m in sys.modules])\n"
        "import plotly.io as pio; print(pio.templates.default)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "plotly"]


# Machado, Oliveira & Fernandes (2009), severity 1.0, in linear RGB.
VISION = {
    "full": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def lab(colour: str, vision: str) -> list[float]:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    seen = [min(max(sum(m * c for m, c in zip(row, linear, strict=True)), 0), 1) for row in VISION[vision]]
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = [sum(m * c for m, c in zip(row, seen, strict=True)) for row in to_xyz]
    scaled = [v / w for v, w in zip(xyz, (0.9505, 1.0, 1.089), strict=True)]
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in scaled)
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]


def distance(a: str, b: str, vision: str) -> float:
    return sum((p - q) ** 2 for p, q in zip(lab(a, vision), lab(b, vision), strict=True)) ** 0.5


@pytest.mark.parametrize("vision", VISION)
def test_ages_stay_apart_for_every_colour_vision(vision):
    colours = list(palette.bucket_colours(AGES).values())
    assert min(distance(a, b, vision) for a, b in itertools.combinations(colours, 2)) > 12


@pytest.mark.parametrize("vision", VISION)
def test_lines_and_bars_that_share_a_chart_stay_apart(vision):
    m = palette.MEANINGS
    for one, other in [("credit_sales", "cash"), ("write_offs", "recoveries"), ("countback", "best_possible")]:
        assert distance(m[one], m[other], vision) > 20


def test_overdue_ages_darken_so_that_they_read_in_grey():
    lightness = [lab(colour, "full")[0] for colour in palette.LATE_RAMP]
    assert lightness == sorted(lightness, reverse=True)
    assert min(a - b for a, b in itertools.pairwise(lightness)) > 10


def test_any_number_of_buckets_keeps_the_ends_of_the_ramp():
    for late in (["over_0"], ["d1_30", "over_30"], [f"d{i}_{i}" for i in range(1, 7)] + ["over_6"]):
        colours = palette.bucket_colours(["not_due", *late])
        assert colours["not_due"] == palette.NOT_DUE
        assert len({colours[c] for c in late}) == len(late)
        assert len(late) == 1 or colours[late[-1]] == palette.LATE_RAMP[-1]


@pytest.mark.parametrize(("low", "high"), [(0, 0.7), (-80, 600), (0, 1e9), (0, 23)])
def test_ticks_are_round_and_cover_the_range(low, high):
    values = ticks(low, high)
    assert values[0] <= low
    assert values[-1] >= high
    assert 4 <= len(values) <= 8


@pytest.mark.parametrize(("largest", "en", "zh"), [(5e8, "million", "亿"), (3e4, "thousand", "万"), (500, "", "")])
def test_axis_unit_is_the_languages_own(largest, en, zh):
    assert money_unit(largest, Text("en")).word == en
    assert money_unit(largest, Text("zh")).word == zh


def test_names_are_shortened_by_their_width():
    assert shortened("厦门霈泽商贸有限公司第一分公司", 12) == "厦门霈泽商…"
    assert shortened("Short & Co.") == "Short &amp; Co."
