"""A PostgreSQL server of the tests' own: unix socket, no TCP, gone when the tests are."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER, PASSWORD = "arkit", "s3cret/päss"
_DEBIAN = Path("/usr/lib/postgresql")


def _program(name: str) -> str:
    found = shutil.which(name) or next(map(str, sorted(_DEBIAN.glob(f"*/bin/{name}"), reverse=True)), None)
    assert found, f"no {name}: these tests need a PostgreSQL server (Debian: apt-get install postgresql)"
    return found


def _server_user() -> dict[str, object]:
    """The server refuses to run as root: there, it runs as its own user, or as nobody."""
    if os.getuid() != 0:
        return {}
    users = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def server() -> Iterator[Path]:
    """Run a server; gives the folder of its socket."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="arkit-pg-"))  # short: a socket's path has at most 107 characters
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    as_user = _server_user()
    if as_user:
        for path in (folder, folder / "password"):
            os.chown(path, int(as_user["user"]), int(as_user["group"]))

    def run(*command: str | Path) -> None:
        with (folder / "output").open("ab") as output:  # no pipe: the server would hold its end open
            done = subprocess.run(
                list(map(str, command)), cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                timeout=120, check=False, **as_user,
            )  # fmt: skip
        logs = "\n".join(
            path.read_text(errors="replace") for path in (folder / "output", folder / "log") if path.exists()
        )
        assert done.returncode == 0, logs

    data = folder / "data"
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c shared_buffers=16MB -c max_connections=10"
    try:
        run(
            initdb, "-D", data, "-U", USER, "--pwfile", folder / "password", "-A", "scram-sha-256", "--no-sync",
            "-E", "UTF8", "--locale", "C",
        )  # fmt: skip
        run(pg_ctl, "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
        try:
            yield folder
        finally:
            run(pg_ctl, "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)
