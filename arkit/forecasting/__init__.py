"""When the cash comes: by week and by customer, with a range, and with its own track record."""

from arkit.forecasting.result import Forecast, forecast

__all__ = ["Forecast", "forecast"]
