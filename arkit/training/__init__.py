"""The collection conversation 催收对话: scenarios as data, a seeded engine, and a review of every decision.

Read the modules in this order: :mod:`~arkit.training.parts` and :mod:`~arkit.training.model` (what a scenario is),
:mod:`~arkit.training.moves` (the rules), :mod:`~arkit.training.engine` (play), :mod:`~arkit.training.belief` and
:mod:`~arkit.training.values` (what a choice is worth on what was known), :mod:`~arkit.training.review`,
:mod:`~arkit.training.check` (what an author must mend), :mod:`~arkit.training.attempt_file` (what participants did).
"""

from arkit.training.appraisal import Appraiser
from arkit.training.attempt_file import read_attempt
from arkit.training.check import check_scenario
from arkit.training.engine import choices, replay, start, step, take_back
from arkit.training.model import Scenario, json_schema
from arkit.training.money import result
from arkit.training.policies import policy_value
from arkit.training.proof import attempts
from arkit.training.reading import parse_scenario, read_scenario
from arkit.training.review import decision, review_play
from arkit.training.shipped import catalogue, scenario

__all__ = [
    "Appraiser",
    "Scenario",
    "attempts",
    "catalogue",
    "check_scenario",
    "choices",
    "decision",
    "json_schema",
    "parse_scenario",
    "policy_value",
    "read_attempt",
    "read_scenario",
    "replay",
    "result",
    "review_play",
    "scenario",
    "start",
    "step",
    "take_back",
]
