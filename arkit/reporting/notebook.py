"""The notebooks that reports are made from: where they are, and what their parameters cell says."""

from __future__ import annotations

import ast
import io
import json
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from arkit.errors import ParameterError
from arkit.messages import Message

PACKAGE = Path(__file__).resolve().parents[1]
ROOTS = (PACKAGE.parent / "notebooks", PACKAGE / "_data" / "notebooks")
"""A checkout keeps its notebooks at the top level; a wheel carries them inside the package."""

TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell: ``name: type = default  # help``."""

    name: str
    type: type
    default: str | int | float | bool
    help: str


def home() -> Path:
    """Return the folder that holds ``reports/`` and ``explore/``."""
    for root in ROOTS:
        if (root / "reports").is_dir():
            return root
    msg = f"no notebooks found in {' or '.join(map(str, ROOTS))}: the installation is not whole"
    raise FileNotFoundError(msg)


def locate(notebook: str | Path) -> Path:
    """Return the path of a report's notebook.

    Parameters
    ----------
    notebook
        Name of a notebook of ``notebooks/reports`` without its suffix, or the path of an ``.ipynb`` file.

    Raises
    ------
    ParameterError
        When there is no such notebook; the message names those at hand.
    """
    if str(notebook).endswith(".ipynb"):
        path = Path(notebook).expanduser().resolve()
        if path.is_file():
            return path
        raise ParameterError(Message("there is no notebook {path}", path=str(path)))
    reports = {path.stem: path for path in sorted((home() / "reports").glob("*.ipynb"))}
    if str(notebook) in reports:
        return reports[str(notebook)]
    message = Message("there is no report {name}; there is: {names}", name=str(notebook), names=", ".join(reports))
    raise ParameterError(message)


def parameters_cell(path: Path) -> str:
    """Return the source of the cell tagged ``parameters``; empty when there is none."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            source = cell["source"]
            return source if isinstance(source, str) else "".join(source)
    return ""


def parameters(path: Path) -> tuple[Parameter, ...]:
    """Read a notebook's parameters: names, types, defaults and help, in the order of the cell.

    Raises
    ------
    ParameterError
        When the cell holds anything but ``name: type = literal`` lines of text, numbers and truth values.
    """
    source = parameters_cell(path)
    comments = {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    return tuple(_parameter(node, comments.get(node.end_lineno or 0, ""), path) for node in ast.parse(source).body)


def _parameter(node: ast.stmt, comment: str, path: Path) -> Parameter:
    line = ast.unparse(node)
    refusal = Message(
        "{notebook}: a parameters cell holds lines like `months: int = 24  # help`, not `{line}`",
        notebook=path.name,
        line=line,
    )
    if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None):
        raise ParameterError(refusal)
    kind = TYPES.get(ast.unparse(node.annotation))
    default: Any
    try:
        default = ast.literal_eval(node.value)
    except ValueError:
        raise ParameterError(refusal) from None
    if kind is None or type(default) is not kind:
        raise ParameterError(refusal)
    return Parameter(node.target.id, kind, cast(str | int | float | bool, default), comment)
