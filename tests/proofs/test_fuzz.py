"""Whatever happens to a file, it ends in a correct ledger or in a named refusal; nothing crashes, hangs or lies."""

from __future__ import annotations

import faulthandler
import sys
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random

import bombs  # noqa: F401 (its mutations enter the list by themselves)
import pytest
import workbook_mutations  # noqa: F401
from mutations import MUTATIONS, Mutant
from share import SEEDS
from specimens import FIXTURES, Specimen, Unreadable, read, specimens, totals_of

from arkit.readers.refusal import RULES

LIMIT_S = 10
"""Seconds that one file may take, on a busy machine."""
RULES_OF_THE_LEDGER = {"over_applied"}
"""What the ledger itself refuses, not the reader."""


@pytest.fixture(autouse=True)
def no_hang() -> Iterator[None]:
    """Stop a worker that hangs, in whatever language it hangs."""
    faulthandler.dump_traceback_later(6 * LIMIT_S, exit=True, file=sys.__stderr__)
    started = time.monotonic()
    yield
    faulthandler.cancel_dump_traceback_later()
    assert time.monotonic() - started < LIMIT_S


def mutant_of(seed: int) -> tuple[Specimen, Mutant, str]:
    """Return what a seed makes: each mutation in turn, on a specimen that fits it."""
    random = Random(seed)
    mutation = MUTATIONS[seed % len(MUTATIONS)]
    specimen = random.choice(specimens())
    return specimen, mutation(random, specimen), mutation.__name__


def cells(specimen: Specimen, mutant: Mutant) -> Sequence[Sequence[str]]:
    """Return what a mutated file says."""
    return specimen.rows_in(mutant.data, mutant.form) if mutant.rows is None else mutant.rows


def put(mutant: Mutant, specimen: Specimen, folder: Path) -> Path:
    """Write a mutated file, and a text's companions beside it; return what there is to read."""
    path = folder / f"{specimen.path.stem}{mutant.ending}"
    path.write_bytes(mutant.data)
    if not specimen.beside or mutant.ending != ".csv":
        return path
    for companion in specimen.beside:
        (folder / companion.name).write_bytes(companion.read_bytes())
    return folder


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mutated_file_is_read_exactly_or_refused_by_name(tmp_path: Path, seed: int):
    specimen, mutant, name = mutant_of(seed)
    source = put(mutant, specimen, tmp_path)
    ledger, rules = read(source, specimen.options)
    if ledger is None:
        assert rules
        assert rules <= RULES_OF_THE_LEDGER | set(RULES)
        return
    intake = ledger.intake
    assert intake.ties()
    used = sum((Decimal(repr(amount)) for amount in ledger.documents["amount"].tolist()), Decimal(0))
    assert used == sum(intake.totals["used"], Decimal(0))
    assert not intake.refused.size
    total = sum(intake.totals["file"], Decimal(0))
    said = tuple(map(tuple, cells(specimen, mutant)))
    if said == specimen.rows and not (specimen.beside and source.is_file()):
        assert totals_of(ledger) == specimen.totals, f"{name}: nothing else is said, but something else was read"
    elif specimen.plain:
        try:
            assert total == (specimen.total_of(said) if mutant.total is None else mutant.total), name
        except Unreadable as cell:
            pytest.fail(f"{name}: read, though {cell!s:.80} is no amount")


def test_every_fixture_is_a_specimen_and_most_are_checked_by_a_plain_sum():
    files = {path for path in FIXTURES.rglob("*") if path.is_file() and path.name != "expected.yaml"}
    assert {specimen.path for specimen in specimens()} == files
    assert sum(specimen.plain for specimen in specimens()) > len(files) / 2


def test_every_mutation_is_made_and_some_of_each_kind_are_read():
    assert len({mutation.__name__ for mutation in MUTATIONS}) == len(MUTATIONS) < len(SEEDS)
