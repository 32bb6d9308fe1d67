"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# A busy machine is not a failing test; CI looks at more examples than a developer who waits.
settings.register_profile("here", deadline=None, max_examples=50, derandomize=True)
settings.register_profile("ci", deadline=None, max_examples=200, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
