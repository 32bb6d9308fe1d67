"""Measure everything, or what is named: ``python -m benchmarks [import] [reading] [report] [ledger]``."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from benchmarks.timing import Row, table

NAMES = ("import", "reading", "report", "ledger")
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Print the table, keep it in ``results/``, and fail when a promise is broken."""
    names = sys.argv[1:] or NAMES
    unknown = set(names) - set(NAMES)
    if unknown:
        print(f"no such benchmark: {', '.join(sorted(unknown))}; there is: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        rows += import_module(f"benchmarks.bench_{name}").run()
    now = datetime.now(UTC)
    head = f"{now:%Y-%m-%d %H:%M} UTC, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    text = f"{head}\n\n{table(rows)}\n"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{now:%Y%m%dT%H%M%S}.md").write_text(text, encoding="utf-8")
    print(text)
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
