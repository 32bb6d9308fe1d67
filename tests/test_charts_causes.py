"""Charts of causes and types: the finding, one colour for where a cause lies, ledger text escaped."""

from __future__ import annotations

import itertools
import json

import pandas as pd
import pytest

from arkit import charts
from arkit.charts import palette
from tests.test_charts import VISION, distance

CAUSES = pd.DataFrame(
    {"own": [0.0, 60.0, 0.0], "micro": [100.0, 0.0, 0.0], "macro": 0.0, "unknown": [0.0, 0.0, 40.0]},
    index=pd.MultiIndex.from_product([["CNY"], ["liquidity", "paperwork", "unknown"]], names=["currency", "cause"]),
)
GROUPS = pd.DataFrame(
    [
        ("<b>N</b>", "credit", 80.0, 0.8, 0.5, 30.0, 5, True),
        ("<b>N</b>", "habit", 20.0, 0.2, 0.5, -30.0, 2, False),
        ("S", "credit", 20.0, 0.2, 0.5, -30.0, 2, False),
        ("S", "habit", 80.0, 0.8, 0.5, 30.0, 1, True),
    ],
    columns=["group", "cause", "amount", "share", "usual", "excess", "customers", "clear"],
    index=pd.Index(["CNY"] * 4, name="currency"),
)
TYPES = pd.DataFrame(
    {"customers": [2, 3], "not_due": [50.0, 100.0], "overdue": [30.0, 10.0]},
    index=pd.MultiIndex.from_product([["CNY"], ["slowing", "prompt"]], names=["currency", "behaviour"]),
)
MOVES = pd.DataFrame([[4, 1], [0, 2]], index=["prompt", "slowing"], columns=["prompt", "slowing"])
DRAWN = {
    "by_cause": lambda lang: charts.by_cause(CAUSES, lang),
    "causes_by_group": lambda lang: charts.causes_by_group(GROUPS, lang),
    "by_type": lambda lang: charts.by_type(TYPES, lang),
    "type_moves": lambda lang: charts.type_moves(MOVES, lang),
}


def title(figure) -> str:
    return figure.layout.title.text


@pytest.mark.parametrize("name", DRAWN)
def test_titles_say_the_finding_in_both_languages(name):
    english, chinese = title(DRAWN[name]("en")), title(DRAWN[name]("zh"))
    assert english
    assert any("一" <= character <= "鿿" for character in chinese)


def test_the_largest_known_cause_is_the_finding():
    assert title(charts.by_cause(CAUSES)) == "Customer liquidity is the largest cause: 50.0% of what is overdue"


def test_where_most_is_not_known_that_is_the_finding():
    mostly = CAUSES.assign(unknown=[0.0, 0.0, 900.0])
    assert title(charts.by_cause(mostly)) == "The cause of 84.9% of what is overdue is not known"
    assert "100.0%" in title(charts.by_cause(CAUSES.iloc[[2]]))


def test_bars_have_the_colour_of_where_the_cause_lies_and_only_levels_that_occur():
    bars = [trace for trace in charts.by_cause(CAUSES).data if trace.type == "bar"]
    assert [bar.marker.color for bar in bars] == [palette.CAUSE_LEVELS[level] for level in ("own", "micro", "unknown")]


@pytest.mark.parametrize("vision", VISION)
def test_levels_stay_apart_for_every_colour_vision(vision):
    colours = palette.CAUSE_LEVELS.values()
    assert min(distance(a, b, vision) for a, b in itertools.combinations(colours, 2)) > 20


def test_a_group_stands_out_only_beyond_chance_and_one_customer():
    assert title(charts.causes_by_group(GROUPS)).startswith("Customer credit weighs most with")
    assert title(charts.causes_by_group(GROUPS.assign(clear=False))) == (
        "No cause weighs more in one group than chance may explain"
    )
    lone = charts.causes_by_group(GROUPS[GROUPS["group"] == "S"])
    assert title(lone) == "No cause weighs more in one group than chance may explain"


def test_ledger_text_in_the_matrix_is_escaped_and_clear_cells_are_bold():
    figure = charts.causes_by_group(GROUPS)
    assert "<b>N</b>" not in json.dumps(figure.to_plotly_json(), default=str)
    assert figure.data[0].text[0][0] == "<b>80%</b>"
    assert figure.data[0].text[0][1] == "20%"


def test_the_type_with_most_overdue_is_the_finding():
    figure = charts.by_type(TYPES, names={"slowing": "Slowing"})
    assert title(figure) == "75.0% of what is overdue is with customers of the type “Slowing”"
    assert title(charts.by_type(TYPES.assign(overdue=0.0))) == "Nothing is overdue"


def test_moves_count_those_who_kept_their_type():
    assert title(charts.type_moves(MOVES)) == "6 of 7 customers are of the same type as three months before"
