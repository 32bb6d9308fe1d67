"""Every report runs under plain papermill, as a scheduler calls it, and as the README says."""

import json
import re
import shlex
import warnings
from pathlib import Path

import papermill
import pytest
from typer.testing import CliRunner

import arkit
from arkit.cli import app
from arkit.reporting import aside
from arkit.reporting.page import Report
from arkit.reporting.sections import KINDS

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "notebooks" / "reports"
FIXTURES = ROOT / "tests" / "readers" / "fixtures"


@pytest.mark.parametrize("name", KINDS)
def test_a_report_runs_under_plain_papermill_in_chinese(name, tmp_path):
    given = {"lang": "zh", "out": str(tmp_path)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # papermill's own
        notebook = papermill.execute_notebook(
            str(REPORTS / f"{name}.ipynb"), None, parameters=given, progress_bar=False, kernel_name="python3"
        )
    assert {cell.metadata.papermill.status for cell in notebook.cells} == {"completed"}
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))["figures"]
    assert figures
    assert (tmp_path / "report.xlsx").stat().st_size


def test_the_same_figures_with_and_without_a_second_process(tmp_path):
    """``arkit report`` has one, plain papermill has none."""
    result = CliRunner().invoke(app, ["report", "--out", str(tmp_path / "cli"), "--notebook", "risk_signals"])
    assert result.exit_code == 0, result.output
    assert aside._pool is None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        papermill.execute_notebook(
            str(REPORTS / "risk_signals.ipynb"), None, parameters={"out": str(tmp_path)}, progress_bar=False
        )
    here, there = (json.loads((at / "figures.json").read_text(encoding="utf-8")) for at in (tmp_path, tmp_path / "cli"))
    assert here == there


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("file", "as_of"), [("invoices_settled", "2013-06-30"), ("sap_open_items", "2024-03-15")])
def test_every_report_says_what_the_layout_of_a_real_export_allows(file, as_of, lang):
    ledger = arkit.read(FIXTURES / file / f"{file}.csv")
    for name, kind in KINDS.items():
        made = Report(ledger, as_of=as_of, lang=lang, kind=name)
        for key in kind.sections:
            section = made.section(key)
            assert section.blocks or section.lead, (name, key)


def commands():
    """Return the report commands of the README that are about the sample company."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\.venv/bin/arkit (report --notebook .*)$", readme, flags=re.MULTILINE)
    return [shlex.split(line) for line in lines]


@pytest.mark.parametrize("words", commands(), ids=lambda words: words[2])
def test_the_commands_of_the_readme_run(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert (tmp_path / words[words.index("--out") + 1] / "report.html").stat().st_size


def test_the_readme_shows_such_commands():
    assert len(commands()) >= 2
