"""What the terms of the DSO bridge are called."""

from __future__ import annotations

from arkit.messages import Message

BRIDGE: dict[str, str] = {
    "bridge.start": Message("DSO before"),
    "bridge.calendar": Message("Calendar"),
    "bridge.sales": Message("Course of sales"),
    "bridge.mix": Message("Mix of sales"),
    "bridge.terms": Message("Claims not yet due"),
    "bridge.lateness": Message("Lateness"),
    "bridge.disputes": Message("Disputes"),
    "bridge.unapplied": Message("Unapplied credit"),
    "bridge.write_offs": Message("Write-offs"),
    "bridge.end": Message("DSO now"),
}
