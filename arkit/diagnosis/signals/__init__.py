"""Risk signals 危险信号: small functions over a past, thresholds in data files, a score, levels, changes."""

from arkit.diagnosis.signals.promises import promises
from arkit.diagnosis.signals.result import RiskSignals, compare, risk_signals
from arkit.diagnosis.signals.standing import Standing, standing

__all__ = ["RiskSignals", "Standing", "compare", "promises", "risk_signals", "standing"]
