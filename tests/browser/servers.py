"""JupyterLab and Voilà on a folder of notebooks, each with settings of its own; and the keyboard in their pages."""

import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import nbformat

OWN = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_SETTINGS_DIR")


def put(notebook, folder):
    """Copy a notebook without its outputs: what is seen was made there."""
    copied = nbformat.read(notebook, as_version=4)
    for cell in copied.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(copied, folder / Path(notebook).name)


@contextmanager
def served(folder, command, alive):
    """Run a server on a free port until the end; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {name: str(folder / "jupyter" / name.lower()) for name in OWN}
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *command(port)], stdout=log, stderr=subprocess.STDOUT, env=env, cwd=folder
        )
    try:
        _wait_until_answering(f"http://127.0.0.1:{port}{alive}", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


@contextmanager
def lab(folder):
    """JupyterLab; yields a function from a notebook's path to its address."""
    token = secrets.token_hex(16)

    def command(port):
        return [
            "jupyter", "lab", f"--ServerApp.port={port}", f"--ServerApp.root_dir={folder}",
            f"--IdentityProvider.token={token}", "--no-browser", "--allow-root",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ]  # fmt: skip

    with served(folder, command, f"/api/status?token={token}") as address:
        yield lambda path: f"{address}/doc/tree/{path}?reset&token={token}"


@contextmanager
def voila(folder):
    """Voilà; yields a function from a notebook's path to its address."""

    def command(port):
        return ["voila", f"--port={port}", "--no-browser", str(folder)]

    with served(folder, command, "/voila/static/voila.js") as address:
        yield lambda path: f"{address}/voila/render/{path}"


def _wait_until_answering(address, server):
    until = time.monotonic() + 120
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    message = f"{address} did not answer"
    raise TimeoutError(message)
