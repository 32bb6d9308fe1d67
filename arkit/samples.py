"""The sample company's ledger, as it ships with the project."""

from __future__ import annotations

from pathlib import Path

from arkit.errors import ArkitError
from arkit.ledger import Ledger
from arkit.messages import Message


def sample_folder() -> Path:
    """Return the folder of the sample company: the checkout's, or the wheel's own copy.

    Raises
    ------
    ArkitError
        Where neither is there.
    """
    package = Path(__file__).parent
    for folder in (package.parent / "sample_data", package / "_data" / "sample_data"):
        if (folder / "documents.csv").is_file():
            return folder
    raise ArkitError(Message("The sample company is missing from {folder}; install arkit again.", folder=package))


def sample() -> Ledger:
    """Read the sample company: a fictional manufacturer, 36 months to 2025-12-31.

    Returns
    -------
    Ledger
        As :func:`arkit.read` gives it, ``intake`` included.

    Examples
    --------
    >>> sample().currencies
    ('CNY', 'USD')
    """
    from arkit.readers import read

    return read(sample_folder())
