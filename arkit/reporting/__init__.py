"""Reports: a notebook run, exported and published as a whole or not at all.

``report`` runs a notebook and publishes it; ``Report`` is what the notebook itself works with. Each is imported
when first used: the runner needs neither pandas nor plotly, the notebook neither papermill nor nbconvert.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.reporting.run import Published, ReportError, report

__all__ = ["Published", "Report", "ReportError", "report"]

_HOMES = {"Published": "run", "Report": "page", "ReportError": "run", "report": "run"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (whatever the name stands for)
    if name not in _HOMES:
        msg = f"module 'arkit.reporting' has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(f"arkit.reporting.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
