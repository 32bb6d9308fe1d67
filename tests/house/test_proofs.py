"""What the proofs promise: 500 examples of every property, 200 ledgers, 2,000 mutated files, in CI."""

import re
import subprocess
import sys

LOOK = """
import pytest

class Look:
    def pytest_collection_finish(self):
        import share
        print("tried:", share.examples.max_examples, len(share.LEDGERS), len(share.SEEDS))

pytest.main([{options}, "--collect-only", "-qq", "tests/proofs"], plugins=[Look()])
"""


def tried(root, *options: str) -> tuple[int, ...]:
    """Return how many examples, ledgers and mutations there are."""
    code = LOOK.format(options=", ".join(map(repr, (*options, "--no-header"))))
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    return tuple(map(int, re.search(r"tried: (\d+) (\d+) (\d+)", run.stdout).groups()))


def test_make_proofs_tries_as_much_as_is_promised(root):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    command = re.search(r"^proofs:.*\n\t\$\(BIN\)/python -m pytest (.*)", makefile, flags=re.MULTILINE)[1].split()
    assert command[-1] == "tests/proofs"
    assert "--proofs" in command
    assert tried(root, "--proofs") == (500, 200, 2_000)


def test_every_property_takes_all_its_examples(root):
    for path in sorted((root / "tests/proofs").glob("test_*.py")):
        given = re.findall(r"^(.*)\n@given\(", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert set(given) <= {"@examples", "@two_hundred"}, path.name


def test_a_reference_has_nothing_of_what_it_judges(root):
    paths = [path for path in (root / "tests").glob("*reference.py") if not path.name.startswith("test_")]
    assert len(paths) > 10
    for path in paths:
        imported = set(re.findall(r"^\s*(?:from|import) (\w+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE))
        assert not imported & {"arkit", "pandas", "numpy", "narwhals", "polars", "duckdb"}, path.name
