"""A kernel that starts before anything else, and whose end is known."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync


class _OwnInterpreter(KernelSpecManager):
    """Every kernel is this very interpreter: no kernel.json of the machine decides what a report runs on."""

    modules: Sequence[str] = ()

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        program = [sys.executable, "-m", "arkit.reporting.preload", "{connection_file}", *self.modules]
        return KernelSpec(argv=program, display_name="Python 3", language="python")


class _Manager(AsyncKernelManager):
    """A manager that remembers the client it gave to papermill, whose channels nobody else would close."""

    given: Any = None

    def client(self, **options: Any) -> Any:  # noqa: ANN401 (the interface)
        self.given = super().client(**options)
        return self.given


class Kernel:
    """A running Python kernel for one notebook.

    Its output goes to a file: a kernel that inherits the standard output keeps a waiting caller waiting. It leads a
    session of its own, so that Ctrl-C reaches the parent alone, which then ends it.

    Parameters
    ----------
    folder
        Its working folder.
    log
        File for what it and its libraries print outside cells, e.g. the last words of a crash.
    modules
        What to import before the first cell comes.
    """

    def __init__(self, folder: Path, log: Path, modules: Sequence[str] = ()) -> None:
        specs = _OwnInterpreter()
        specs.modules = modules
        self.manager = _Manager(kernel_spec_manager=specs)
        with log.open("wb") as file:
            run_sync(self.manager.start_kernel)(cwd=str(folder), stdout=file, stderr=file)
        provisioner: Any = self.manager.provisioner  # jupyter_client's LocalProvisioner
        self._process = provisioner.process

    def death(self) -> dict[str, object] | None:
        """Tell how the kernel ended: exit status and signal; None while it lives."""
        status = self._process.poll()
        if status is None:
            return None
        with suppress(ValueError):
            return {"status": status, "signal": signal.Signals(-status).name}
        return {"status": status, "signal": None}

    def close(self) -> None:
        """End the kernel and everything it started, at once."""
        if self.manager.given is not None:
            self.manager.given.stop_channels()
        if self._process.poll() is None:  # jupyter_client would look for its end once in a tenth of a second
            self._process.kill()
            self._process.wait()
        run_sync(self.manager.shutdown_kernel)(now=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
