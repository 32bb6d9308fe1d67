"""Charts of the loss allowance: they say the finding and keep to one currency."""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest

from arkit import charts
from arkit.charts import palette
from arkit.errors import ArkitError

BUCKETS = ["not_due", "d1_30", "over_30"]
DAYS = pd.to_datetime(["2025-10-31", "2025-11-30", "2025-12-31"])
NAN = math.nan


def matrix(allowance: list[float], code: str = "CNY") -> pd.DataFrame:
    index = pd.MultiIndex.from_product([[code], BUCKETS], names=["currency", "bucket"])
    return pd.DataFrame({"base": [1000.0, 200.0, 100.0], "allowance": allowance}, index=index)


def by_month(columns: dict[str, list]) -> pd.DataFrame:
    return pd.DataFrame(columns, index=pd.MultiIndex.from_product([["CNY"], DAYS], names=["currency", "month"]))


MATRIX = matrix([10.0, 20.0, 70.0])
MOVED = by_month(
    {
        "opening": [50.0, 60.0, 80.0], "charge": [10.0, 20.0, 50.0], "write_offs": [0.0, 0.0, 40.0],
        "recoveries": [0.0, 0.0, 10.0], "closing": [60.0, 80.0, 100.0],
    }
)  # fmt: skip
RECORD = by_month({"predicted": [90.0, 60.0, 30.0], "lost": [100.0, 100.0, 5.0], "tested": [True, True, False]})
DRAWN = {
    "allowance": lambda lang: charts.allowance(MATRIX, lang),
    "allowance_history": lambda lang: charts.allowance_history(MOVED, lang),
    "predicted_and_lost": lambda lang: charts.predicted_and_lost(RECORD, lang),
}
FINDINGS = {
    "allowance": "70.0% of the allowance is for claims of this age: over 30 days",
    "allowance_history": "The allowance went from CNY\u00a050.00 to CNY\u00a0100.00",
    "predicted_and_lost": "Past matrices predicted 75.0% of what was then lost",
}


@pytest.mark.parametrize("name", DRAWN)
def test_title_says_the_finding(name):
    assert DRAWN[name]("en").layout.title.text == FINDINGS[name]


@pytest.mark.parametrize("name", DRAWN)
def test_figures_are_plain_json_and_say_their_unit(name):
    figure = DRAWN[name]("zh")
    assert figure.layout.yaxis.title.text
    assert json.loads(json.dumps(figure.to_plotly_json(), allow_nan=False))["data"]


def test_write_offs_stand_below_the_axis_in_the_colour_of_losses():
    bars = {trace.name: trace for trace in DRAWN["allowance_history"]("en").data}
    assert list(bars["Write-offs"].y) == [0, 0, -40]
    assert bars["Write-offs"].marker.color == palette.LOSS


def test_what_can_not_be_judged_is_paler_and_no_part_of_the_finding():
    bars = DRAWN["predicted_and_lost"]("en").data[0]
    assert list(bars.marker.opacity) == [1.0, 1.0, 0.4]
    young = RECORD.assign(tested=False)
    assert "too little history" in charts.predicted_and_lost(young).layout.title.text
    spared = RECORD.assign(lost=0.0)
    assert charts.predicted_and_lost(spared).layout.title.text == "A loss was predicted, and nothing was lost"


def test_an_allowance_of_nothing_says_so():
    assert charts.allowance(matrix([0.0, 0.0, 0.0])).layout.title.text == "No loss is expected"


def test_a_history_without_an_opening_tells_no_change():
    unknown = MOVED.assign(opening=[NAN, 60.0, 80.0])
    assert charts.allowance_history(unknown).layout.title.text == "Charge, write-offs and the allowance by month"


def test_segments_of_an_age_are_added_up():
    two = pd.concat([MATRIX.assign(region=name).set_index("region", append=True) for name in ("North", "South")])
    assert list(charts.allowance(two).data[0].y) == [20, 40, 140]


def test_currencies_are_never_drawn_together():
    with pytest.raises(ArkitError, match="mixed_currency"):
        charts.allowance(pd.concat([MATRIX, matrix([1.0, 1.0, 1.0], "USD")]))
