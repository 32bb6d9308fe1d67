"""Notebook hygiene: what papermill, nbval and a reader of diffs rely on."""

import ast
import re
from pathlib import Path

import nbformat
import pytest
from papermill.inspection import inspect_notebook

from arkit.reporting.sections import KINDS

ROOT = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(path for path in ROOT.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
REPORTS = [path for path in NOTEBOOKS if path.parent.name == "reports"]

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
every_report = pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)


def load(path):
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def parameter_lines(path):
    (cell,) = [cell for cell in load(path).cells if "parameters" in cell.metadata.get("tags", [])]
    return [line for line in cell.source.splitlines() if line.strip() and not line.startswith("#")]


def test_there_are_reports_and_a_tour():
    assert {"monthly_diagnostic", "01_tour"} <= {path.stem for path in NOTEBOOKS}


@every_notebook
def test_notebook_is_valid_and_runs_on_the_kernel_that_everyone_has(path):
    notebook = load(path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.metadata.kernelspec.name) == (4, "python3")


@every_notebook
def test_cell_ids_count_the_cells(path):
    ids = [cell.id for cell in load(path).cells]
    assert ids == [f"cell-{number:02d}" for number in range(1, len(ids) + 1)]


@every_notebook
def test_cells_are_short(path):
    """All but the list of parameters, which is as long as there are any."""
    told = [cell for cell in load(path).cells if "parameters" not in cell.metadata.get("tags", [])]
    assert [cell.id for cell in told if len(cell.source.splitlines()) > 15] == []


@every_notebook
def test_the_title_is_a_question(path):
    title = load(path).cells[0].source.splitlines()[0]
    assert re.match(r"# .*[?？]", title)


@every_report
def test_report_template_keeps_no_output(path):
    code = [cell for cell in load(path).cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []


@every_report
def test_parameters_are_literals_one_a_line(path):
    for line in parameter_lines(path):
        assert line.count("=") == 1, line
        (statement,) = ast.parse(line).body
        value = statement.value
        ast.literal_eval(value)


@every_report
@pytest.mark.filterwarnings("ignore::UserWarning:papermill")
def test_papermill_sees_every_parameter_with_type_and_help(path):
    seen = inspect_notebook(str(path))
    assert len(seen) == len(parameter_lines(path))
    assert [name for name, p in seen.items() if p["inferred_type_name"] == "None" or not p["help"]] == []


@every_report
def test_a_report_shows_its_sections_in_order(path):
    source = "\n".join(cell.source for cell in load(path).cells if cell.cell_type == "code")
    assert tuple(re.findall(r'report\.show\("(\w+)"\)', source)) == KINDS[path.stem].sections
