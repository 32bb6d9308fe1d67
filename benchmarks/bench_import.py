"""CPU time of ``import arkit`` against ``import pandas``, each in a fresh interpreter."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable

from benchmarks.timing import Row, gauge

PANDAS = "import pandas"
ARKIT = "import arkit"
FIRST_SESSION = "import arkit; arkit.read, arkit.Ledger, arkit.aging, arkit.dso"


def run(rounds: int = 9) -> list[Row]:
    """Measure user and system time of the whole process."""
    cpu = gauge({code: _cpu(code) for code in (PANDAS, ARKIT, FIRST_SESSION)}, rounds=rounds)
    return [
        Row("`import arkit`, CPU time / `import pandas`", cpu[ARKIT], cpu[PANDAS], 1.3),
        Row(
            "the same with `read`, `Ledger`, `aging`, `dso` at hand / `import pandas`", cpu[FIRST_SESSION], cpu[PANDAS]
        ),
    ]


def _cpu(code: str) -> Callable[[], float]:
    def measure() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return measure
