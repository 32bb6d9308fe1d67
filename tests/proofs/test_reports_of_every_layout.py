"""Every layout that comes with arkit gives its report, and the report has the position that was worked by hand."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import arkit

FIXTURES = Path(__file__).parents[1] / "readers" / "fixtures"


def fixtures() -> dict[str, Path]:
    """Return the first fixture of each profile."""
    found: dict[str, Path] = {}
    for path in sorted(FIXTURES.glob("*/expected.yaml")):
        if name := yaml.safe_load(path.read_text("utf-8")).get("profile"):
            found.setdefault(name, path)
    return found


FOUND = fixtures()


@pytest.mark.parametrize("name", sorted(FOUND))
def test_a_fixture_gives_its_report(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--proofs"):
        pytest.skip("make proofs runs the reports of all layouts")
    expected = yaml.safe_load(FOUND[name].read_text("utf-8"))
    files = [path for path in FOUND[name].parent.iterdir() if path.name != "expected.yaml"]
    source = files[0] if len(files) == 1 else FOUND[name].parent
    said = (expected.get("read") or {}).items()
    parameters = {key: ",".join(value) if isinstance(value, list) else str(value) for key, value in said}
    made = arkit.report(source, as_of=str(expected["as_of"]), out=tmp_path / "out", parameters=parameters)
    assert made.html.stat().st_size > 0
    assert made.record["status"] == "done"
    figures = json.loads((tmp_path / "out" / "figures.json").read_text("utf-8"))["figures"]
    for currency, total in expected["open"].items():
        assert Decimal(str(figures[f"summary.{currency}.total"])) == Decimal(total)
