"""What a run leaves on record: ``run.json``."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from glob import glob
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from arkit import __version__

NAME = "run.json"
PACKAGES = ("pandas", "narwhals", "pandera", "plotly", "papermill", "nbconvert", "ipykernel", "xlsxwriter", "duckdb")


def inputs(*sources: str) -> list[dict[str, object]]:
    """List the files that a report is made of, with size and SHA-256.

    Parameters
    ----------
    *sources
        Each the path of a file, or of a folder whose files are listed in order of name, or a pattern. What is no file
        (the address of a database) or is not given ("": the sample company, no rate table) has none.
    """
    files = [file for source in sources if source for file in _files(Path(source))]
    return [{"path": str(file), "bytes": file.stat().st_size, "sha256": _sha256(file)} for file in files]


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file())
    return [path] if path.is_file() else [Path(name) for name in sorted(glob(str(path)))]


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def versions() -> dict[str, str]:
    """Name the versions that made the report."""
    found = {"arkit": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # an optional one
            continue
    return found


def write(folder: Path, record: Mapping[str, object]) -> None:
    """Write a run's record into its folder, with the list of all files that the run leaves there."""
    files = sorted({NAME, *(entry.name for entry in folder.iterdir())})
    text = json.dumps({**record, "files": files}, ensure_ascii=False, indent=2)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")
