"""Collecting 催收: the work list, targets, plan against actual, what the team logged, and three evaluations."""

from arkit.collecting.activities import with_activities
from arkit.collecting.evaluation import Evaluation, evaluate
from arkit.collecting.exposure import credit
from arkit.collecting.planning import Plan, plan
from arkit.collecting.result import WorkList, worklist
from arkit.collecting.targets import Targets, collection_targets
from arkit.collecting.timetable import Timetable, read_timetable, timetable
from arkit.collecting.worklog import read_worklist

__all__ = [
    "Evaluation",
    "Plan",
    "Targets",
    "Timetable",
    "WorkList",
    "collection_targets",
    "credit",
    "evaluate",
    "plan",
    "read_timetable",
    "read_worklist",
    "timetable",
    "with_activities",
    "worklist",
]
