"""The program of a report's kernel: an IPython kernel that has imported what the notebook will need.

Run as ``python -m arkit.reporting.preload CONNECTION_FILE [MODULE ...]``. It imports while the parent does the same
for papermill and nbconvert on another core, and it leaves the full story of a refused ledger where the parent finds
it: an error's text in a notebook is English and cut short.
"""

from __future__ import annotations

import gc
import json
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from arkit.errors import ArkitError
from arkit.messages import LANGS
from arkit.reporting import aside, refusal

MODULES = (
    "pandas",
    "plotly.graph_objects",
    "pandera.backends.pandas.builtin_checks",
    "babel.dates",
    "babel.numbers",
    "narwhals.stable.v2",
    "xlsxwriter",
    "python_calamine",
    "yaml",
    "arkit.collecting",
    "arkit.diagnosis.backtest",
    "arkit.forecasting",
    "arkit.readers",
    "arkit.ledger",
    "arkit.reporting.page",
)
"""What reports import. One that is missing is reported by the cell that needs it."""


MADE_BEFORE_A_LOOK = 200_000
"""Objects made before Python looks for garbage: a workbook's cells are not any, and looking through them takes a fifth
of its time."""


def main() -> None:
    """Import, then serve the connection file given on the command line."""
    connection, *modules = sys.argv[1:]
    # Where hypothesis is installed, pandera brings it in (0.4 s) for strategies that no report draws from. None in
    # sys.modules is Python's own way to say "not installed"; a cell that wants hypothesis still gets it.
    sys.modules["hypothesis"] = None  # type: ignore[assignment] # see the import system's reference
    gc.disable()  # nothing that an import makes is garbage: a tenth of the time
    for module in modules:
        with suppress(ImportError):
            import_module(module)
    gc.freeze()
    gc.enable()
    gc.set_threshold(MADE_BEFORE_A_LOOK)
    del sys.modules["hypothesis"]
    aside.start()
    from ipykernel.kernelapp import IPKernelApp

    app: Any = IPKernelApp.instance()
    app.initialize(["-f", connection, "--HistoryManager.hist_file=:memory:"])
    leave_refusals(app.shell)
    app.start()


def leave_refusals(shell: Any) -> None:  # noqa: ANN401 (an IPython shell, untyped)
    """Write ``refusal.json`` into the working folder when a cell ends in an error of arkit's own."""

    def after_cell(result: Any) -> None:  # noqa: ANN401 (IPython's ExecutionResult)
        error = result.error_in_exec
        if isinstance(error, ArkitError):
            lang = shell.user_ns.get("lang")
            story = refusal.tell(error, lang if lang in LANGS else "en")
            Path(refusal.FILE).write_text(json.dumps(story, ensure_ascii=False), encoding="utf-8")

    shell.events.register("post_run_cell", after_cell)


if __name__ == "__main__":
    main()
