"""Whatever happens to a file, it ends in a correct ledger or in a named refusal; nothing crashes, hangs or lies."""

from __future__ import annotations

import faulthandler
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random

import bombs  # noqa: F401 (its mutations enter the list by themselves)
import pytest
import workbook_mutations  # noqa: F401
from mutations import MUTATIONS, Mutant
from share import SEEDS
from specimens import Specimen, Unreadable, specimens

import arkit
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


def expected(specimen: Specimen, mutant: Mutant) -> Decimal:
    """Return what a mutated file adds up to."""
    if mutant.total is not None:
        return mutant.total
    return specimen.total_of(mutant.rows) if mutant.rows is not None else specimen.total_in(mutant.data, mutant.form)


def read(path: Path, specimen: Specimen) -> tuple[arkit.Ledger | None, set[str]]:
    """Return the ledger, or the rules for which it is refused."""
    try:
        return arkit.read(path, **specimen.options), set()
    except arkit.LedgerError as refusal:
        return None, {problem.rule for problem in refusal.problems}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mutated_file_is_read_exactly_or_refused_by_name(tmp_path: Path, seed: int):
    specimen, mutant, name = mutant_of(seed)
    path = tmp_path / f"{specimen.path.stem}{mutant.ending}"
    path.write_bytes(mutant.data)
    ledger, rules = read(path, specimen)
    if ledger is None:
        assert rules
        assert rules <= RULES_OF_THE_LEDGER | set(RULES)
        return
    intake = ledger.intake
    assert intake.ties()
    used = sum((Decimal(repr(amount)) for amount in ledger.documents["amount"].tolist()), Decimal(0))
    assert used == sum(intake.totals["used"], Decimal(0))
    assert not intake.refused.size
    if specimen.plain:
        try:
            total = expected(specimen, mutant)
        except Unreadable as cell:
            pytest.fail(f"{name}: read, though {cell!s:.80} is no amount")
        assert sum(intake.totals["file"], Decimal(0)) == total, name
