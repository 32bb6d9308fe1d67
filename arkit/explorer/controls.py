"""The two controls that ipywidgets lacks, as native elements: bars to choose from, and words that are announced.

Keyboard and screen reader work in them as in any form.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict

import anywidget
import traitlets

HERE = Path(__file__).parent


class Bar(TypedDict):
    """One bar: its key, what it is called, its amount as text, its length (0-1) and its colour."""

    key: str
    label: str
    amount: str
    length: float
    colour: str


class Bars(anywidget.AnyWidget):
    """Horizontal bars of which one is chosen: radio buttons.

    Attributes
    ----------
    legend
        What is chosen here.
    bars
        The bars, in order.
    value
        Key of the one chosen. A key that is not among the bars is refused.
    answered
        Counts the choices that the kernel has dealt with; the page says ``waiting`` when that takes too long.
    waiting
        Text shown when no answer comes: a kernel that died says nothing by itself.
    """

    _esm = HERE / "bars.js"
    _css = HERE / "explorer.css"

    legend = traitlets.Unicode().tag(sync=True)
    bars = traitlets.List(traitlets.Dict()).tag(sync=True)
    value = traitlets.Unicode().tag(sync=True)
    answered = traitlets.Int(0).tag(sync=True)
    waiting = traitlets.Unicode().tag(sync=True)

    def show(self, legend: str, bars: Sequence[Bar], value: str) -> None:
        """Draw other bars, with one of them chosen."""
        with self.hold_trait_notifications():
            self.legend = legend
            self.bars = [dict(bar) for bar in bars]
            self.value = value

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take a choice from the page; one of a bar that was redrawn meanwhile is taken back there."""
        try:
            super().set_state(sync_data)
        except traitlets.TraitError:
            self.answered += 1
            self.send_state("value")

    @traitlets.validate("value")
    def _is_there(self, proposal: dict[str, Any]) -> str:
        keys = [bar["key"] for bar in self.bars]
        if proposal["value"] not in keys:
            message = f"no bar {proposal['value']!r}; there are {', '.join(keys[:20])}"
            raise traitlets.TraitError(message)
        return str(proposal["value"])


class Notice(anywidget.AnyWidget):
    """A paragraph that a screen reader announces when its words change.

    Attributes
    ----------
    value
        The words.
    role
        ``status``, or ``alert`` for what went wrong.
    summary, detail
        A part to be opened, and its heading; none where ``detail`` is empty.
    """

    _esm = HERE / "notice.js"
    _css = HERE / "explorer.css"

    value = traitlets.Unicode().tag(sync=True)
    role = traitlets.Enum(["status", "alert"], "status").tag(sync=True)
    summary = traitlets.Unicode().tag(sync=True)
    detail = traitlets.Unicode().tag(sync=True)
