"""The work list 催收工作清单: whom to contact, how, when, with what, and what it is expected to bring."""

from arkit.worklist.result import WorkList, worklist
from arkit.worklist.timetable import Timetable, read_timetable, timetable

__all__ = ["Timetable", "WorkList", "read_timetable", "timetable", "worklist"]
