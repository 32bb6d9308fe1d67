"""How the parts of a report are displayed in its notebook: HTML, and charts with what stands for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from arkit.reporting.blocks import Chart, Html, plain

PLOTLY = "application/vnd.plotly.v1+json"


def show(block: Html, metadata: Mapping[str, Any] | None = None) -> None:
    """Display a fragment; its words stand for it where no HTML is shown."""
    data = {"text/html": f'<div class="part">{block.html}</div>', "text/plain": plain(block.html)}
    _display(data, {"arkit": dict(metadata)} if metadata else {})


def show_chart(chart: Chart) -> None:
    """Display a chart; its text alternative, caption and table go with it."""
    alt = {"alt": chart.alt, "caption": chart.caption, "table": chart.table}
    _display({PLOTLY: chart.figure.to_plotly_json(), "text/plain": chart.alt}, {"arkit": alt})


def _display(data: dict[str, Any], metadata: dict[str, Any]) -> None:
    from IPython.display import display

    put: Callable[..., Any] = display
    put(data, raw=True, metadata=metadata)
