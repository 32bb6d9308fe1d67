"""The command line: what it takes, what it says, and its exit codes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import arkit
from arkit import cli
from arkit.reporting.run import Published, ReportError

SMALL = Path(__file__).parent / "reporting" / "notebooks" / "small.ipynb"


@pytest.fixture
def called(monkeypatch):
    """Stand in for ``arkit.report``: keep what it is called with, or raise what a test puts there."""
    seen = {}

    def report(source, **options):
        seen.update(options, source=source)
        if "error" in seen:
            raise seen["error"]
        return Published(Path(options["out"]), {})

    monkeypatch.setattr("arkit.reporting.run.report", report)
    return seen


def arkit_report(*arguments):
    return CliRunner().invoke(cli.app, ["report", *map(str, arguments)])


def start(*arguments):
    command = [sys.executable, "-m", "arkit", "report", "--notebook", SMALL, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_version_is_the_packages():
    result = CliRunner().invoke(cli.app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"arkit {arkit.__version__}\n")


def test_help_lists_only_commands_that_do_something():
    commands = {command.name or command.callback.__name__ for command in cli.app.registered_commands}
    assert commands == {"report", "check", "lab"}


def test_values_are_handed_on_as_the_text_they_are(called):
    arguments = ["-p", "code=00123", "-p", "title=a=b # c", "-p", "note=", "--as-of", "2026-03-31", "--lang", "zh"]
    result = arkit_report("ledger.csv", "--out", "X", *arguments, "--timeout", "90")
    assert (result.exit_code, result.stdout.strip()) == (0, "X/report.html")
    assert called["parameters"] == {"code": "00123", "title": "a=b # c", "note": ""}
    assert (called["source"], called["as_of"], called["lang"], called["timeout"]) == (
        "ledger.csv",
        "2026-03-31",
        "zh",
        90,
    )
    assert called["watch"] is None  # no terminal, no progress


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-p", "code"], "-p code: write NAME=VALUE"),
        (["-p", "code=1", "-p", "code=2"], "given twice: code"),
        (["-p", "mont=3"], "mont: monthly_diagnostic has no such parameter; did you mean months?"),
        (["--as-of", "31.3.2026"], "as_of: write a date of the calendar as YYYY-MM-DD"),
        (["nowhere.csv", "--as-of", "2026-03-31"], "ledger: there is no such file or folder (got 'nowhere.csv')"),
        ([__file__], "give the date of the report: --as-of YYYY-MM-DD"),
        (["--notebook", "yearly"], "there is no report yearly; there is: collection_plan, customer_review"),
        (["--lang", "fr"], "'fr' is not one of 'en', 'zh'"),
        (["--frequency", "monthly"], "No such option"),
    ],
)
def test_wrong_parameters_are_refused_with_code_2_and_nothing_is_written(tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    result = arkit_report("--out", tmp_path / "X", *arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_must_be_given():
    result = arkit_report()
    assert result.exit_code == 2
    assert "--out" in result.stderr


def test_a_failure_is_told_with_all_its_problems_and_where_its_record_is(called):
    called["error"] = ReportError("30 rows were refused", ["row 1", "row 2"], 3, Path("X.failed/run.json"))
    result = arkit_report("--out", "X")
    assert result.exit_code == 3
    assert result.stderr.splitlines() == [
        "30 rows were refused",
        "  row 1",
        "  row 2",
        "The record of this run: X.failed/run.json",
    ]


def test_a_killed_kernel_gives_code_5_and_a_record_that_says_so(tmp_path):
    process = start("--out", tmp_path / "X", "-p", "mode=die")
    said, complaint = process.communicate(timeout=60)
    assert (process.returncode, said) == (5, "")
    assert complaint.splitlines()[0].startswith("the kernel died in cell")
    record = json.loads((tmp_path / "X.failed" / "run.json").read_text(encoding="utf-8"))
    assert (record["status"], record["exit_code"], record["kernel"]["signal"]) == ("failed", 5, "SIGKILL")
    assert not (tmp_path / "X").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_neither_kernel_nor_temporary_folder(tmp_path, number, code):
    mark = tmp_path / "kernel.pid"
    process = start("--out", tmp_path / "X", "-p", "mode=sleep", "-p", f"code={mark}")
    deadline = time.monotonic() + 60
    while not (mark.exists() and mark.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in complaint
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["X.failed", "kernel.pid"]
    record = json.loads((tmp_path / "X.failed" / "run.json").read_text(encoding="utf-8"))
    assert (record["failure"], record["exit_code"]) == ("interrupted", code)


def test_a_caller_that_waits_for_the_output_does_not_wait_for_the_kernel(tmp_path):
    process = start("--out", tmp_path / "X")
    said, complaint = process.communicate(timeout=60)  # returns when nobody holds the pipes any more
    assert (process.returncode, said, complaint) == (0, f"{tmp_path / 'X' / 'report.html'}\n", "")


def test_the_lab_opens_a_copy_in_the_folder_that_is_named(tmp_path, monkeypatch):
    commands = []

    def run(command, check):
        commands.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    result = CliRunner().invoke(cli.app, ["lab", str(tmp_path / "mine")])
    assert result.exit_code == 0
    assert (tmp_path / "mine" / "reports" / "monthly_diagnostic.ipynb").is_file()
    assert commands[0][1:] == ["-m", "jupyterlab", f"--ServerApp.root_dir={tmp_path / 'mine'}"]


def test_the_lab_says_what_is_missing(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = CliRunner().invoke(cli.app, ["lab"])
    assert result.exit_code == 2
    assert "JupyterLab is not installed" in result.stderr
