"""What all tests share."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import settings

import arkit
from arkit.messages import Lang
from arkit.reporting import Published

# A busy machine is not a failing test; CI looks at more examples than a developer who waits.
settings.register_profile("here", deadline=None, max_examples=50, derandomize=True)
settings.register_profile("ci", deadline=None, max_examples=200, derandomize=True)
settings.register_profile("proofs", deadline=None, max_examples=500, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--proofs", action="store_true", help="500 examples of each property, 200 ledgers, 2,000 mutated files"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--proofs"):
        settings.load_profile("proofs")


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Published]:
    """Return a report on the sample company in a language, made once a session through the public function."""
    folder = tmp_path_factory.mktemp("reports")

    @cache
    def made(lang: Lang, notebook: str) -> Published:
        return arkit.report(out=folder / notebook / lang, lang=lang, notebook=notebook)

    def report(lang: Lang, notebook: str = "monthly_diagnostic") -> Published:
        return made(lang, notebook)

    return report
