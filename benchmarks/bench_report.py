"""A whole report, HTML and Excel included, against plain papermill on an empty notebook in the same environment."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import Row, medians

ROOT = Path(__file__).parents[1]
LEDGER = ROOT.parent / "shared" / "ledgers" / "sap_open_items.csv"
AS_OF = "2020-05-22"
PUBLISHED = ("report.html", "report.xlsx", "report.ipynb", "figures.json", "run.json")
EMPTY = {
    "cells": [],
    "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}


def run(rounds: int = 5) -> list[Row]:
    """Measure the two commands, from start to exit."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "empty.ipynb").write_text(json.dumps(EMPTY), encoding="utf-8")
        ledger = [str(LEDGER), "--as-of", AS_OF] if LEDGER.exists() else []
        commands = {
            "papermill": [sys.executable, "-m", "papermill", "empty.ipynb", "ran.ipynb", "--no-progress-bar"],
            "arkit": [sys.executable, "-m", "arkit", "report", *ledger, "--out", "report"],
        }
        calls = {name: lambda command=command: _run(command, work) for name, command in commands.items()}
        medians(calls, rounds=1)  # the first run compiles
        taken = medians(calls, rounds=rounds)
        missing = [name for name in PUBLISHED if not (work / "report" / name).stat().st_size]
        if missing:
            msg = f"the report that was timed lacks {missing}"
            raise RuntimeError(msg)
    what = LEDGER.name if ledger else "the sample company"
    return [Row(f"whole report on {what} / plain papermill, empty notebook", taken["arkit"], taken["papermill"], 1.5)]


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
