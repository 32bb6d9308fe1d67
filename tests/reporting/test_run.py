"""A run ends in a whole report, or in a record of what went wrong beside the report before it."""

import hashlib
import json

import nbformat
import pytest

from arkit.errors import ParameterError
from arkit.reporting import export
from arkit.reporting.run import ReportError, report


def fingerprint(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def fails(published, small, mode, **options):
    """Run over a published report in a way that fails; return the error after checking what holds of every failure."""
    before = fingerprint(published.folder)
    with pytest.raises(ReportError) as caught:
        report(notebook=small, out=published.folder, parameters={"mode": mode}, **options)
    assert fingerprint(published.folder) == before
    assert sorted(p.name for p in published.folder.parent.iterdir()) == ["small", "small.failed"]
    record = json.loads(caught.value.record.read_text(encoding="utf-8"))
    assert caught.value.record == published.folder.parent / "small.failed" / "run.json"
    assert (record["status"], record["exit_code"]) == ("failed", caught.value.exit_code)
    assert record["parameters"]["mode"] == mode
    return caught.value, record


def statuses(published):
    notebook = nbformat.read(published.folder.with_name("small.failed") / "report.ipynb", as_version=4)
    return {
        cell.id: cell.metadata.papermill.status for cell in notebook.cells if cell.id.startswith("cell-0")
    }  # without the cell of parameters that papermill puts in


def test_a_good_run_publishes_page_notebook_files_and_record(published):
    assert sorted(fingerprint(published.folder)) == ["figures.json", "report.html", "report.ipynb", "run.json"]
    record = json.loads((published.folder / "run.json").read_text(encoding="utf-8"))
    assert record == published.record | {"files": sorted(fingerprint(published.folder))}
    assert (record["status"], record["exit_code"], record["parameters"]["code"]) == ("done", 0, "00123")
    assert record["duration_seconds"] > 0
    assert {"arkit", "python", "pandas", "papermill", "plotly"} <= record["versions"].keys()
    notebook = nbformat.read(published.notebook, as_version=4)
    assert {cell.metadata.papermill.status for cell in notebook.cells} == {"completed"}
    assert notebook.metadata.papermill.output_path == "report.ipynb"


def test_a_code_with_leading_zeros_arrives_in_the_notebook(published):
    assert "<p id='code'>00123</p>" in published.html.read_text(encoding="utf-8")


def test_a_killed_kernel_is_told_as_it_was(published, small):
    error, record = fails(published, small, "die")
    assert error.exit_code == 5
    assert (record["failure"], record["kernel"]) == ("kernel_died", {"status": -9, "signal": "SIGKILL"})
    assert record["failed_cell"]["id"] == "cell-03"
    assert statuses(published) == {
        "cell-01": "completed",
        "cell-02": "completed",
        "cell-03": "failed",
        "cell-04": "pending",
        "cell-05": "pending",
    }


def test_a_run_out_of_time_ends_its_kernel(published, small):
    error, record = fails(published, small, "sleep", timeout=1)
    assert (error.exit_code, record["failure"]) == (5, "timed_out")
    assert record["duration_seconds"] < 20
    assert statuses(published)["cell-04"] == "pending"


def test_a_failing_cell_is_named(published, small):
    error, record = fails(published, small, "fail")
    assert (error.exit_code, record["failure"]) == (4, "cell_failed")
    assert record["error"] == {"name": "ZeroDivisionError", "text": "division by zero"}
    assert record["failed_cell"]["id"] == "cell-03"
    assert statuses(published)["cell-05"] == "pending"


def test_a_cell_that_leaves_early_publishes_no_half_report(published, small):
    error, record = fails(published, small, "leave")
    assert (error.exit_code, record["failed_cell"]["id"]) == (4, "cell-03")


def test_a_refused_ledger_tells_every_problem(published, small):
    error, record = fails(published, small, "refuse")
    assert (error.exit_code, record["failure"]) == (3, "ledger_refused")
    assert error.message == "30 rows were refused"
    assert len(error.problems) == 30
    assert error.problems[29] == "a.csv:row 29: row 29 (got '=1+1') [x] mend it"
    assert record["problems"] == error.problems


def test_a_page_that_can_not_be_made_is_not_published(published, small, monkeypatch):
    monkeypatch.setattr(export, "page", lambda *_, **__: 1 / 0)
    error, record = fails(published, small, "good")
    assert (error.exit_code, record["failure"]) == (6, "export_failed")
    assert record["error"]["name"] == "ZeroDivisionError"


def test_the_record_of_a_failure_goes_with_the_next_good_run(published, small):
    failed = published.folder.with_name("small.failed")
    failed.mkdir(exist_ok=True)
    again = report(notebook=small, out=published.folder, parameters={"code": "=#1"})
    assert not failed.exists()
    assert "<p id='code'>=#1</p>" in again.html.read_text(encoding="utf-8")


def test_a_date_is_asked_for_with_a_ledger(tmp_path):
    with pytest.raises(ParameterError, match="give the date of the report"):
        report(__file__, out=tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_parameter_given_twice_is_refused(tmp_path):
    with pytest.raises(ParameterError, match="given twice: as_of"):
        report(as_of="2026-03-31", parameters={"as_of": "2026-04-30"}, out=tmp_path / "x")


def test_the_folder_is_no_parameter(tmp_path):
    with pytest.raises(ParameterError, match="is the argument out"):
        report(parameters={"out": "elsewhere"}, out=tmp_path / "x")


def test_a_run_tells_how_far_it_is(tmp_path, small):
    seen = []
    report(notebook=small, out=tmp_path / "x", watch=lambda done, total: seen.append((done, total)))
    assert seen == [(number, 6) for number in range(6)]


def test_hashes_of_the_input_are_on_record(tmp_path):
    from arkit.reporting import record

    (tmp_path / "b.csv").write_bytes(b"b")
    (tmp_path / "a.csv").write_bytes(b"a")
    files = record.inputs(str(tmp_path))
    assert [(file["path"], file["bytes"]) for file in files] == [
        (str(tmp_path / "a.csv"), 1),
        (str(tmp_path / "b.csv"), 1),
    ]
    assert files[0]["sha256"] == hashlib.sha256(b"a").hexdigest()
    assert record.inputs(str(tmp_path / "*.csv")) == files
    assert record.inputs(str(tmp_path / "b.csv"), str(tmp_path / "a.csv")) == files[::-1]
    assert record.inputs("", "postgresql+psycopg://here/ledger") == []
