"""Causes 欠款原因: why each overdue document is late, with evidence in words."""

from arkit.diagnosis.causes.result import Causes, causes, diagnose

__all__ = ["Causes", "causes", "diagnose"]
