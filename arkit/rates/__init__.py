"""Exchange rates: a checked table of them, and a ledger of several currencies as one in its base currency."""

from __future__ import annotations

from arkit.rates.booking import in_currency
from arkit.rates.reading import read_rates

__all__ = ["in_currency", "read_rates"]
