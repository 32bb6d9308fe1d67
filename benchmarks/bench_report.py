"""Whole reports, HTML and Excel included, against plain papermill on an empty notebook in the same environment."""

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
    """Measure the commands, from start to exit."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "empty.ipynb").write_text(json.dumps(EMPTY), encoding="utf-8")
        commands = {
            "papermill": [sys.executable, "-m", "papermill", "empty.ipynb", "ran.ipynb", "--no-progress-bar"],
            "sample": [sys.executable, "-m", "arkit", "report", "--out", "sample"],
        }
        if LEDGER.exists():
            commands["ledger"] = [
                sys.executable,
                "-m",
                "arkit",
                "report",
                str(LEDGER),
                "--as-of",
                AS_OF,
                "--out",
                "ledger",
            ]
        calls = {name: lambda command=command: _run(command, work) for name, command in commands.items()}
        medians(calls, rounds=1)  # the first run compiles
        taken = medians(calls, rounds=rounds)
        reports = [name for name in commands if name != "papermill"]
        missing = [f"{r}/{n}" for r in reports for n in PUBLISHED if not (work / r / n).stat().st_size]
        if missing:
            msg = f"the reports that were timed lack {missing}"
            raise RuntimeError(msg)
    whats = {
        "sample": ("whole diagnostic of the sample company / plain papermill, empty notebook", 2.5),
        "ledger": (f"whole report on {LEDGER.name} / plain papermill, empty notebook", 1.5),
    }
    return [Row(whats[name][0], taken[name], taken["papermill"], whats[name][1]) for name in reports]


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
