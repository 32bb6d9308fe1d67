"""The small notebook that the runner is tried on, and a report of it that stands already."""

from pathlib import Path

import pytest

from arkit.reporting.run import Published, report

SMALL = Path(__file__).parent / "notebooks" / "small.ipynb"


@pytest.fixture(scope="session")
def small() -> Path:
    return SMALL


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return report(notebook=SMALL, out=tmp_path_factory.mktemp("reports") / "small", parameters={"code": "00123"})
