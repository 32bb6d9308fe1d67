"""Reading: any export becomes a ledger, or is refused with every reason at once."""

from __future__ import annotations

from arkit.readers.pipeline import read

__all__ = ["read"]
