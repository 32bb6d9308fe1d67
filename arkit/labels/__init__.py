"""What columns and keys are called: headings for :class:`arkit.text.Text`, in families."""

from __future__ import annotations

from arkit.labels.allowance import ALLOWANCE
from arkit.labels.bridge import BRIDGE
from arkit.labels.diagnosis import CAUSES, COLLECTING, RISK
from arkit.labels.exports import EXPORTS
from arkit.labels.ledger import GROUPS, KINDS, LEDGER, MEASURES, READING
from arkit.labels.limits import LIMITS

LABELS: dict[str, str] = {
    **EXPORTS, **ALLOWANCE, **BRIDGE, **LEDGER, **MEASURES, **GROUPS, **KINDS, **READING, **CAUSES, **RISK,
    **COLLECTING, **LIMITS,
}  # fmt: skip
