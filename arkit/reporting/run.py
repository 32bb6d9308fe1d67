"""``arkit.report``: run a report's notebook, export it, publish it as a whole, and leave a record."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from arkit.errors import ArkitError, ParameterError
from arkit.messages import Lang, Message
from arkit.reporting import notebook as notebooks
from arkit.reporting import parameters as typed
from arkit.reporting import publish, record
from arkit.reporting.execute import Journal, Watch, execute
from arkit.reporting.failure import EXIT_CODES, RunFailed

if TYPE_CHECKING:
    from datetime import date

INTERRUPTED = {KeyboardInterrupt: 130, SystemExit: 143}
NOTEBOOK, PAGE, KERNEL_LOG = "report.ipynb", "report.html", "kernel.log"


@dataclass(frozen=True)
class Published:
    """A published report.

    Parameters
    ----------
    folder
        Holds ``report.html``, ``report.ipynb``, ``run.json`` and what the notebook wrote (``report.xlsx``,
        ``figures.json``).
    record
        The content of ``run.json``.
    """

    folder: Path
    record: Mapping[str, Any]

    @property
    def html(self) -> Path:
        """The page."""
        return self.folder / PAGE

    @property
    def notebook(self) -> Path:
        """The executed notebook."""
        return self.folder / NOTEBOOK


class ReportError(ArkitError):
    """A report that was not published; the one published before is untouched.

    Parameters
    ----------
    message
        What happened.
    problems
        Further lines, e.g. every problem of a refused ledger.
    exit_code
        3 ledger refused, 4 a cell failed, 5 the kernel died or ran out of time, 6 export failed, 2 parameters that
        only the notebook could judge.
    record
        Path of the failed run's ``run.json``.
    """

    def __init__(self, message: str, problems: list[str], exit_code: int, record: Path) -> None:
        super().__init__("\n".join([str(message), *(f"  {line}" for line in problems)]))
        self.message = message
        self.problems = problems
        self.exit_code = exit_code
        self.record = record


def report(
    source: str | Path | None = None,
    *,
    as_of: str | date | None = None,
    out: str | Path,
    lang: Lang = "en",
    notebook: str | Path = "monthly_diagnostic",
    parameters: Mapping[str, object] | None = None,
    timeout: float | None = None,
    watch: Watch | None = None,
) -> Published:
    """Run a report and publish it to a folder: all of it, or nothing.

    Parameters
    ----------
    source
        A ledger file or a folder of canonical tables; None for the sample company.
    as_of
        The date of the report. It may be left out for the sample company only, whose notebook states one.
    out
        The folder to publish to. A report that stands there is replaced in one step when the new one is whole.
    lang
        ``"en"`` or ``"zh"``.
    notebook
        Name of a notebook in ``notebooks/reports``, or the path of one of your own.
    parameters
        Further parameters of the notebook; see its parameters cell.
    timeout
        Seconds that the whole run may take; None for no limit.
    watch
        Called with the number of cells done and of all cells, for a display of progress.

    Returns
    -------
    Published
        The folder and the record of the run.

    Raises
    ------
    ParameterError
        When a parameter is unknown or ill-typed, or ``out`` holds somebody else's files. Nothing was run.
    ReportError
        When the run or its export failed; what failed stands in ``<out>.failed/run.json``.

    Examples
    --------
    >>> import arkit
    >>> arkit.report("ledger.csv", as_of="2026-03-31", out="reports/2026-03", lang="zh")  # doctest: +SKIP
    """
    path = notebooks.locate(notebook)
    values = typed.validate(path, _given(path, source, as_of, lang, parameters or {}))
    folder = publish.target(out)
    with publish.workshop(folder) as work:
        run = _Run(path, values, work, cast(Lang, values.get("lang", lang)))
        try:
            run.execute(timeout, watch)
            run.export()
            run.close(0)
            _publish(work, folder)
        except RunFailed as error:
            kept = run.keep(error.kind, EXIT_CODES[error.kind], folder, error.message, error.detail)
            raise ReportError(error.message, error.problems, EXIT_CODES[error.kind], kept) from error
        except BaseException as error:
            code = INTERRUPTED.get(type(error), 1)
            run.keep("interrupted" if code != 1 else "defect", code, folder, repr(error), {})
            raise
        return Published(folder, run.record)


def _given(
    path: Path, source: str | Path | None, as_of: str | date | None, lang: Lang, further: Mapping[str, object]
) -> dict[str, object]:
    declared = {parameter.name for parameter in notebooks.parameters(path)}
    named = {
        "ledger": None if source is None else str(source),
        "as_of": as_of,
        "lang": lang if "lang" in declared or lang != "en" else None,
    }
    given: dict[str, object] = {name: value for name, value in named.items() if value is not None}
    if "out" in further:
        raise ParameterError(Message("the folder of a report is the argument out, not a parameter of the notebook"))
    twice = sorted(given.keys() & further.keys())
    if twice:
        raise ParameterError(Message("given twice: {names}", names=", ".join(twice)))
    given |= further
    if given.get("ledger") and "as_of" not in given:
        raise ParameterError(Message("give the date of the report: --as-of YYYY-MM-DD"))
    if "out" in declared:
        given["out"] = "."  # the kernel works in the folder that will be published
    return given


def _publish(work: Path, folder: Path) -> None:
    try:
        publish.publish(work, folder)
    except OSError as error:
        message = Message("the report could not be put at {path}: {why}", path=str(folder), why=str(error.strerror))
        raise RunFailed("export_failed", message, [], {"error": {"name": "OSError", "text": str(error)}}) from error


class _Run:
    """One run in its temporary folder, and its record."""

    def __init__(self, path: Path, values: dict[str, Any], work: Path, lang: Lang) -> None:
        self.path, self.values, self.work, self.lang = path, values, work, lang
        self.journal: Journal | None = None
        self.early: Future[str] | None = None
        self.began = time.monotonic()
        self.record: dict[str, Any] = {
            "status": "running",
            "exit_code": None,
            "notebook": path.name,
            "started": datetime.now(UTC).isoformat(timespec="seconds"),
            "duration_seconds": None,
            "parameters": values,
            "inputs": [],
            "versions": {},
        }

    def execute(self, timeout: float | None, watch: Watch | None) -> None:
        """Run the notebook; the kernel starts first, and what the page will need is fetched meanwhile."""
        from arkit.reporting import preload
        from arkit.reporting.kernel import Kernel

        modules = preload.MODULES if "arkit.reporting" in self.path.read_text(encoding="utf-8") else ()
        with Kernel(self.work, self.work / KERNEL_LOG, modules) as kernel, ThreadPoolExecutor(1) as aside:
            ready = aside.submit(self._prepare)

            def begin_page() -> None:  # while the last cell writes files; what it shows itself is seen to below
                self.early = aside.submit(lambda: ready.result() or self._page(without_last=True))

            self.journal = Journal(watch, None if timeout is None else self.began + timeout, begin_page)
            execute(self.path, self.values, kernel, self.journal, folder=self.work)

    def _prepare(self) -> None:
        from arkit.reporting import export

        self.record["versions"] = record.versions()
        self.record["inputs"] = record.inputs(*(str(self.values.get(name, "")) for name in ("ledger", "rates")))
        export.plotly_js()
        _ = export.exporter().template

    def _page(self, *, without_last: bool = False) -> str:
        from arkit.reporting import export

        assert self.journal is not None
        notebook = self.journal.notebook
        if without_last:
            notebook = type(notebook)(notebook, cells=notebook.cells[:-1])
        return export.page(notebook, lang=self.lang, fallback_title=self.path.stem)

    def export(self) -> None:
        """Make the page."""
        assert self.journal is not None
        try:
            said_at_last = bool(self.journal.notebook.cells[-1].get("outputs"))
            page = self._page() if said_at_last or self.early is None else self.early.result()
            (self.work / PAGE).write_text(page, encoding="utf-8")
        except Exception as error:
            detail = {"name": type(error).__name__, "text": str(error)}
            message = Message("the page could not be made: {name}: {text}", **detail)
            raise RunFailed("export_failed", message, [], {"error": detail}) from error

    def close(self, exit_code: int) -> None:
        """Write the notebook and the record."""
        if self.journal is not None and self.journal.notebook is not None:
            self._write_notebook(self.journal.notebook)
        if exit_code == 0:
            (self.work / KERNEL_LOG).unlink(missing_ok=True)
        self.record["status"] = "failed" if exit_code else "done"
        self.record["exit_code"] = exit_code
        self.record["duration_seconds"] = round(time.monotonic() - self.began, 3)
        record.write(self.work, self.record)

    def _write_notebook(self, notebook: Any) -> None:  # noqa: ANN401 (nbformat is untyped)
        from nbformat import write as write_notebook

        notebook.metadata.papermill.update(input_path=self.path.name, output_path=NOTEBOOK)
        save: Any = write_notebook
        save(notebook, self.work / NOTEBOOK)

    def keep(self, kind: str, exit_code: int, folder: Path, message: str, detail: Mapping[str, object]) -> Path:
        """Record a failure and put it beside the target; return the path of its record."""
        self.record |= {"failure": kind, "message": str(message), **detail}
        self.close(exit_code)
        return publish.keep_failure(self.work, folder) / record.NAME
