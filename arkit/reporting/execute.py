"""One run of a notebook through papermill, and the truth about how it ended.

Papermill tells a dead kernel only by its exception: the notebook it leaves says ``completed`` for every cell, also for
those that never ran. Here the hooks of nbclient keep a journal, and the notebook is put right by it.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arkit.messages import Message
from arkit.reporting import refusal
from arkit.reporting.failure import RunFailed

if TYPE_CHECKING:
    from arkit.reporting.kernel import Kernel

Watch = Callable[[int, int], None]
"""Called with the number of cells done and the number of all cells."""

REFUSALS = {"ParameterError": "wrong_parameters", "LedgerError": "ledger_refused"}


class Journal:
    """What happened to which cell, as nbclient's hooks tell it.

    ``last`` is called when nothing but the last cell is still to run.
    """

    def __init__(self, watch: Watch | None, deadline: float | None, last: Callable[[], object] | None = None) -> None:
        self.notebook: Any = None
        self.current: int | None = None
        self._watch = watch
        self._deadline = deadline
        self._last = last

    def hooks(self) -> dict[str, Callable[..., Any]]:
        """Return the hooks for ``papermill.execute_notebook``."""
        return {
            "on_notebook_start": self._notebook_started,
            "on_cell_start": self._cell_started,
            "timeout_func": self._seconds_left,
        }

    def _notebook_started(self, notebook: Any) -> None:  # noqa: ANN401 (nbformat is untyped)
        self.notebook = notebook

    def _cell_started(self, cell: Any, cell_index: int) -> None:  # noqa: ANN401 (the hook's form)
        self.current = cell_index
        if self._watch:
            self._watch(cell_index, len(self.notebook.cells))
        if self._last and cell_index == len(self.notebook.cells) - 1:
            self._last()

    def _seconds_left(self, cell: Any) -> int | None:  # noqa: ANN401 (the hook's form)
        if self._deadline is None:
            return None
        return max(1, math.ceil(self._deadline - time.monotonic()))

    def correct(self) -> None:
        """Mark the cell that was running as failed and those behind it as never run."""
        if self.notebook is None:
            return
        for index, cell in enumerate(self.notebook.cells):
            told = cell.metadata.get("papermill", {})
            if self.current is None or index > self.current:
                told.update(status="pending", exception=None, start_time=None, end_time=None, duration=None)
            elif index == self.current:
                told.update(status="failed", exception=True)
        self.notebook.metadata.papermill["exception"] = True


def execute(
    path: Path, values: Mapping[str, object], kernel: Kernel, journal: Journal, *, folder: Path, start_timeout: int = 60
) -> None:
    """Run a notebook from its first cell to its last in a kernel that is already starting.

    Parameters
    ----------
    path
        The notebook.
    values
        Its parameters, text, numbers and truth values only.
    kernel
        The kernel, started for this run; it is not ended here.
    journal
        Takes up the notebook as it is run.
    folder
        The kernel's working folder, where it leaves the story of what arkit refused.
    start_timeout
        Seconds to wait for the kernel to answer.

    Raises
    ------
    RunFailed
        When a cell fails, the kernel dies or time runs out.
    """
    import papermill

    try:
        papermill.execute_notebook(
            str(path).replace("{", "{{").replace("}", "}}"),  # papermill formats paths
            None,
            parameters=dict(values),
            progress_bar=False,
            request_save_on_cell_execute=False,
            cwd=str(folder),
            km=kernel.manager,
            start_timeout=start_timeout,
            iopub_timeout=60,
            **journal.hooks(),
        )
    except papermill.PapermillExecutionError as error:
        raise _cell_failed(error, journal, folder) from None
    except Exception as error:
        death = kernel.death()
        if death is None and not isinstance(error, TimeoutError) and "respond" not in str(error):
            raise
        journal.correct()
        raise _kernel_lost(death, journal) from None
    stopped = [cell for cell in journal.notebook.cells if cell.metadata.papermill.status == "failed"]
    if stopped:  # sys.exit() in a cell: papermill stops there and is content
        message = Message("a cell ended the run: {source}", source=first_line(stopped[0]))
        raise RunFailed("cell_failed", message, [], {"failed_cell": _address(stopped[0])})


def _cell_failed(error: Any, journal: Journal, folder: Path) -> RunFailed:  # noqa: ANN401 (papermill is untyped)
    failed = [cell for cell in journal.notebook.cells if cell.metadata.get("papermill", {}).get("status") == "failed"]
    cell = failed[0] if failed else journal.notebook.cells[journal.current or 0]
    kind = REFUSALS.get(error.ename, "cell_failed")
    detail: dict[str, object] = {
        "failed_cell": _address(cell),
        "error": {"name": error.ename, "text": error.evalue},
    }
    story = folder / refusal.FILE
    if kind != "cell_failed" and story.is_file():
        told: refusal.Refusal = json.loads(story.read_text(encoding="utf-8"))
        detail["problems"] = told["lines"]
        return RunFailed(kind, told["headline"], told["lines"], detail)
    message = Message(
        "cell {cell} failed: {name}: {text}",
        cell=f"`{first_line(cell)}`",
        name=error.ename,
        text=error.evalue,
    )
    return RunFailed(kind, message, [], detail)


def _kernel_lost(death: dict[str, object] | None, journal: Journal) -> RunFailed:
    detail: dict[str, object] = {"kernel": death or "did not answer in time, and was ended"}
    where = Message("before the first cell")
    if journal.notebook is not None and journal.current is not None:
        cell = journal.notebook.cells[journal.current]
        detail["failed_cell"] = _address(cell)
        where = Message("in cell {cell}", cell=f"`{first_line(cell)}`")
    if death is None:
        return RunFailed("timed_out", Message("time ran out {where}", where=where), [], detail)
    end = death["signal"] or death["status"]
    return RunFailed("kernel_died", Message("the kernel died {where} ({end})", where=where, end=end), [], detail)


def _address(cell: Any) -> dict[str, object]:  # noqa: ANN401 (nbformat is untyped)
    return {"id": cell.get("id"), "source": first_line(cell)}


def first_line(cell: Any) -> str:  # noqa: ANN401 (nbformat is untyped)
    """Return the first line of a cell that says something."""
    lines = [line.strip() for line in cell.source.splitlines() if line.strip() and not line.startswith("#")]
    return lines[0] if lines else ""
