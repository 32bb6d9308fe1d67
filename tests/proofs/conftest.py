"""Checks that are no test modules: their asserts tell as much as those of tests."""

import pytest

pytest.register_assert_rewrite("agreement", "exchange", "risk", "speed")
