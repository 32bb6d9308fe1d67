"""The page about scenarios: its example plays, and what it says of rules and thresholds is what the code holds."""

from __future__ import annotations

import json
import re
from pathlib import Path

from arkit.training import Appraiser, json_schema, parse_scenario, replay, review_play, start
from arkit.training import check as checking
from arkit.training.check import check_text
from arkit.training.review import GRADES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```yaml\n(.*?)```", PAGE, re.S)[1]


def test_the_example_is_read_and_played():
    scenario = parse_scenario(EXAMPLE)
    appraiser = Appraiser(scenario)
    assert appraiser.best(start(scenario, 0)) == "ask"
    told = review_play(replay(scenario, 0, ["ask", "letter"]), appraiser)
    assert told.stands == told.start + sum(told.luck) - told.lost
    assert told.decisions[0].grade == "best"


def test_the_example_is_shorter_than_the_linter_lets_pass():
    assert {finding.rule for finding in check_text(EXAMPLE)} == {"few_decisions"}


def test_the_page_names_every_rule_and_no_other():
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "arkit" / "training").glob("*.py")))
    rules = set(re.findall(r'Finding\(\s*"([a-z_]+)"', code))
    table = PAGE.split("| rule |")[1]
    named = {
        name
        for row in table.splitlines()
        for name in re.findall(r"`([a-z_]+)`", row.split("|")[1] if "|" in row else "")
    }
    assert rules == named


def test_the_page_tells_the_thresholds_of_the_code():
    for name, below in GRADES:
        assert f"{name} below {below:.1%}".replace(".0%", "%").replace("%", " %") in " ".join(PAGE.split())
    assert f"at most {checking.MOST_WORDS} English words, {checking.MOST_CHARACTERS} Chinese characters" in PAGE


def test_the_published_schema_is_that_of_the_code():
    assert json.loads((ROOT / "docs" / "scenario.schema.json").read_text(encoding="utf-8")) == json_schema()
