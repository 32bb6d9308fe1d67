"""Explore a ledger in a notebook: pick a date, see the ageing move, drill from a bar to its documents."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from arkit.errors import ArkitError
from arkit.messages import Lang, Message

if TYPE_CHECKING:
    from arkit.explorer.panel import Explorer
    from arkit.ledger import Ledger

__all__ = ["explore"]


def explore(
    ledger: Ledger, *, as_of: str | dt.date | None = None, lang: Lang = "en", folder: str | Path = "."
) -> Explorer:
    """Show a ledger's ageing as a widget that can be drilled into.

    Parameters
    ----------
    ledger
        The ledger.
    as_of
        The date to begin with; without one the date of the latest document. A snapshot has only its own.
    lang
        ``en`` or ``zh``.
    folder
        Where the button "Export to Excel" writes.

    Returns
    -------
    Explorer
        An ipywidgets box. Its controls (``date``, ``earlier``, ``later``, ``currency``, ``buckets``,
        ``customers``, ``save``) can be driven by ``.value =`` and ``.click()``.

    Raises
    ------
    ArkitError
        Without the widgets' libraries, or for an empty ledger.
    """
    try:
        from arkit.explorer.panel import Explorer
    except ModuleNotFoundError as missing:
        message = Message(
            "explore needs {library}: install arkit-receivables with its extra 'lab'", library=missing.name
        )
        raise ArkitError(message) from missing
    return Explorer(ledger, as_of=as_of, lang=lang, folder=Path(folder))
