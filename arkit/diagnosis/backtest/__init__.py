"""Back-test: what the signals and the payment model said at past month-ends, and what followed."""

from arkit.diagnosis.backtest.result import Backtest, backtest

__all__ = ["Backtest", "backtest"]
