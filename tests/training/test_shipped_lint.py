"""The linter over every scenario that ships; apart from their other tests, so that two processes share the work."""

import pytest

from arkit.training.check import check_scenario
from arkit.training.shipped import FOLDER, names


@pytest.mark.parametrize("name", names())
def test_the_linter_finds_nothing(name):
    assert [str(finding) for finding in check_scenario(FOLDER / f"{name}.yaml")] == []
