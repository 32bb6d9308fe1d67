"""Whatever happens to a file, it ends in a correct ledger or in a named refusal; nothing crashes, hangs or lies."""

from __future__ import annotations

import faulthandler
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import bombs  # noqa: F401 (its mutations enter the list by themselves)
import pytest
import workbook_mutations  # noqa: F401
from mutations import MUTATIONS, Mutant
from share import SEEDS
from specimens import FIXTURES, Cells, Specimen, amounts_of, read, specimens, totals_of
from spreadsheets import sheet, workbook
from writing import text

import arkit
from arkit.readers.rulebook import RULES

LIMIT_S = 10
"""Seconds of work that one file may take, its making included."""
RULES_OF_THE_LEDGER = {"over_applied"}
"""What the ledger itself refuses, not the reader."""


@pytest.fixture(autouse=True)
def no_hang() -> Iterator[None]:
    """Stop a worker that hangs, in whatever language it hangs."""
    specimens()
    faulthandler.dump_traceback_later(9 * LIMIT_S, exit=True, file=sys.__stderr__)
    started = time.process_time()
    yield
    faulthandler.cancel_dump_traceback_later()
    assert time.process_time() - started < LIMIT_S


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
    assert set(intake.refused["rule"]) <= set(specimen.options.get("accept", ()))
    said = tuple(map(tuple, cells(specimen, mutant)))
    if specimen.beside and any(problem.rule == "unused_table" for problem in intake.problems):
        return  # a file of several that is not read is told of
    if said == specimen.rows and not (specimen.beside and source.is_file()):
        assert totals_of(ledger) == specimen.totals, f"{name}: nothing else is said, but something else was read"
    elif specimen.plain:
        own = replace(specimen, amounts=amounts_of(ledger))  # without its columns another amount is taken, at times
        sums = [added for added in (specimen.sum_of(said), own.sum_of(said)) if added is not None]
        assert sums, f"{name}: read without a header"
        unreadable = sums[0][1]
        if unreadable:
            assert_same_without(unreadable, said, mutant, specimen, ledger, tmp_path / "again")
        else:
            wanted = {total for total, _ in sums} if mutant.total is None else {mutant.total}
            assert sum(intake.totals["file"], Decimal(0)) in wanted, name


def assert_same_without(
    positions: Collection[int], rows: Cells, mutant: Mutant, specimen: Specimen, ledger: arkit.Ledger, folder: Path
) -> None:
    """An amount that is none may stand in a row that is no document, and in no other: without it all is the same."""
    left = tuple(row for i, row in enumerate(rows) if i not in positions)
    data = workbook(sheet(left), name=specimen.sheet) if mutant.form is None else text(left, mutant.form)
    folder.mkdir()
    ending = ".xlsx" if mutant.form is None else mutant.ending
    again, rules = read(put(Mutant(data, mutant.form, left, ending=ending), specimen, folder), specimen.options)
    assert again is not None, rules
    assert len(again.documents) == len(ledger.documents)
    assert again.intake.totals["used"].to_dict() == ledger.intake.totals["used"].to_dict()


def test_every_fixture_is_a_specimen_and_most_are_checked_by_a_plain_sum():
    files = {path for path in FIXTURES.rglob("*") if path.is_file() and path.name != "expected.yaml"}
    assert {specimen.path for specimen in specimens()} == files
    assert sum(specimen.plain for specimen in specimens()) > len(files) / 2


def test_every_mutation_is_made():
    assert len({mutation.__name__ for mutation in MUTATIONS}) == len(MUTATIONS) < len(SEEDS)
