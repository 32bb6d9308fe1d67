"""Every layout has a file of its maker's look, with the position worked by hand beside it (expected.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

import arkit

FIXTURES = Path(__file__).parent / "fixtures"
FOLDERS = sorted(path.parent for path in FIXTURES.glob("*/expected.yaml"))
EXPECTED = {folder.name: yaml.safe_load((folder / "expected.yaml").read_text("utf-8")) for folder in FOLDERS}
READ = [name for name, expected in EXPECTED.items() if "refused" not in expected]
REFUSED = [name for name in EXPECTED if name not in READ]
BROKEN = [(name, i) for name, expected in EXPECTED.items() for i in range(len(expected.get("broken", ())))]


def source(name: str) -> Path:
    """Return the one file of a fixture, or its folder where it has several."""
    files = [path for path in (FIXTURES / name).iterdir() if path.name != "expected.yaml"]
    return files[0] if len(files) == 1 else FIXTURES / name


def arguments(expected: Mapping[str, Any]) -> dict[str, Any]:
    return {key: str(value) if key == "exported_on" else value for key, value in (expected.get("read") or {}).items()}


def money(amounts: Mapping[str, str]) -> dict[str, Decimal]:
    return {currency: Decimal(amount) for currency, amount in amounts.items()}


@pytest.fixture(scope="module", params=READ)
def case(request: pytest.FixtureRequest) -> tuple[arkit.Ledger, dict[str, Any]]:
    expected = EXPECTED[request.param]
    return arkit.read(source(request.param), **arguments(expected)), expected


def test_the_layout_is_recognised_and_every_row_is_accounted_for(case) -> None:
    ledger, expected = case
    assert ledger.intake.profile == expected["profile"]
    assert ledger.scope == expected["scope"]
    assert ledger.documents["kind"].value_counts().to_dict() == expected["kinds"]
    assert ledger.documents["customer_id"].nunique() == expected["customers"]
    (table,) = (table for table in ledger.intake.tables if table.table == "documents")
    assert (table.folded, table.refused) == (expected["folded"], 0)
    assert table.rows == table.used + table.folded


def test_the_control_totals_are_the_files(case) -> None:
    ledger, expected = case
    assert ledger.intake.totals["used"].to_dict() == money(expected["used"])
    assert ledger.intake.ties()


def test_the_position_is_the_one_worked_by_hand(case) -> None:
    ledger, expected = case
    aging = arkit.aging(ledger, as_of=str(expected["as_of"]))
    cents = {
        currency: {column: Decimal(str(round(value, 3))) for column, value in row.items()}
        for currency, row in aging.to_dict("index").items()
    }
    for currency, row in expected["aging"].items():
        assert {name: cents[currency][name] for name in row} == money(row)
    assert {currency: row["total"] for currency, row in cents.items()} == money(expected["open"])


def test_it_warns_of_what_is_odd(case) -> None:
    ledger, expected = case
    assert set(expected.get("warnings") or ()) <= {p.rule for p in ledger.intake.problems if p.severity == "warning"}


@pytest.mark.parametrize("name", REFUSED)
def test_what_holds_no_documents_is_refused_by_name(name: str) -> None:
    with pytest.raises(arkit.LedgerError) as refusal:
        arkit.read(source(name))
    assert EXPECTED[name]["refused"] in {problem.rule for problem in refusal.value.problems}


@pytest.mark.parametrize(("name", "position"), BROKEN)
def test_a_broken_file_is_refused_by_name(name: str, position: int, tmp_path: Path) -> None:
    expected = EXPECTED[name]
    change = expected["broken"][position]
    path = source(name)
    data, (old, new) = path.read_bytes(), change["replace"]
    encoding = next(e for e in ("utf-8-sig", "gb18030", "utf-16") if _decodes(data, e))
    text = data.decode(encoding)
    assert old in text
    (tmp_path / path.name).write_bytes(text.replace(old, new, 1).encode(encoding))
    with pytest.raises(arkit.LedgerError) as refusal:
        arkit.read(tmp_path / path.name, **arguments(expected))
    assert change["rule"] in {problem.rule for problem in refusal.value.problems}


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
