"""Collecting 催收: the work list (whom, how, when, with what, what it brings) and plan against actual."""

from arkit.collecting.planning import Plan, plan
from arkit.collecting.result import WorkList, worklist
from arkit.collecting.timetable import Timetable, read_timetable, timetable

__all__ = ["Plan", "Timetable", "WorkList", "plan", "read_timetable", "timetable", "worklist"]
