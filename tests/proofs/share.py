"""How much is tried: all of it with ``--proofs``, a share of it in every run of the tests."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

FULL = settings.get_current_profile_name() == "proofs"
SEEDS = range(2_000 if FULL else 100)
LEDGERS = range(200 if FULL else 3)
examples = settings(
    max_examples=500 if FULL else 8,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow],
)
two_hundred = settings(examples, max_examples=200 if FULL else 8)
"""For the properties of reading, and of the measures: each example builds ledgers, which takes long; nothing is kept
from one run to the next."""
