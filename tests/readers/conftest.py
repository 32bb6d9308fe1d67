"""Small files to read, written where a test needs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

HEADER = "document_id,customer_id,kind,date,due_date,amount,currency"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of the given lines (or bytes) and return its path."""

    def _write(*lines: str | bytes, name: str = "ledger.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = b"".join(line if isinstance(line, bytes) else (line + "\n").encode(encoding) for line in lines)
        path.write_bytes(data)
        return path

    return _write


@pytest.fixture
def documents(write: Write) -> Write:
    """Write a canonical documents table below its header."""

    def _write(*rows: str, header: str = HEADER, name: str = "documents.csv", encoding: str = "utf-8") -> Path:
        return write(header, *rows, name=name, encoding=encoding)

    return _write


def pytest_make_parametrize_id(val: object) -> str | None:
    """Show a row as its test's name."""
    return val[:40] if isinstance(val, str) else None
