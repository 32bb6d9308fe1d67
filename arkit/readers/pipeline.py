"""Read any export into a ledger: open, recognise, type, shape, account; refuse rather than guess."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from os import PathLike
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from arkit.errors import ArkitError, LedgerError
from arkit.frames import day
from arkit.intake import Problem
from arkit.ledger import Ledger
from arkit.messages import Message
from arkit.money import known_currencies
from arkit.readers.account import account
from arkit.readers.control import compare
from arkit.readers.convert import Options, convert
from arkit.readers.database import Asked
from arkit.readers.dates import ORDERS, Order
from arkit.readers.findings import Findings, Sheet
from arkit.readers.numbers import MARKS, Mark
from arkit.readers.opening import described, open_source
from arkit.readers.recognise import recognise
from arkit.readers.refusal import accepted, refuse
from arkit.readers.shapes import shape
from arkit.readers.stacking import stacked

Engine = Literal["pandas", "duckdb"]


def read(
    source: Any,  # noqa: ANN401 (a path, an address, a frame, or a mapping of frames)
    *,
    table: Asked = None,
    query: Asked = None,
    profile: str | PathLike[str] | None = None,
    sheet: str | None = None,
    dates: Order | None = None,
    decimal: Mark | None = None,
    currency: str | None = None,
    exported_on: str | dt.date | None = None,
    control: str | Mapping[str, str | Decimal] | None = None,
    control_on: str | dt.date | None = None,
    accept: Iterable[str] = (),
    engine: Engine = "pandas",
) -> Ledger:
    """Read a ledger from a file, a folder of tables, a database, or frames.

    Parameters
    ----------
    source
        Path of a delimited text file (gzip and ZIP, too), of an Excel or OpenDocument workbook, of a Parquet file,
        or of a folder of CSV and Parquet tables; a pattern of paths (``data/*.parquet``); an address that fsspec
        opens (``s3://...``); the SQLAlchemy URL of a database; a pandas or Polars frame, an Arrow table, a DuckDB
        relation; or a mapping of table names to such frames. Of what is no file, the header counts as row 1.
    table, query
        Of a database: the table or view to read, or one SELECT; or a mapping of the ledger's tables to one each.
    profile
        Name of the layout (:func:`arkit.readers.profiles.names`), or the path of a profile file of one's own;
        recognised by the headers where not given.
    sheet
        The one sheet to read, where a workbook has several.
    dates, decimal
        Order of day and month, and decimal mark, for columns that read both ways.
    currency
        ISO 4217 code of rows, or of a whole file, that name none.
    exported_on
        The day of an export that tells what is open or was paid by then; by default the latest booking in it.
    control, control_on
        Balance of the general ledger, in major units, as text or Decimal (per currency, or one where the ledger has
        one), and its day; by default the export's own, or the ledger's last. A ledger that differs is refused.
    accept
        Rules whose rows are set aside and listed in ``ledger.intake.refused``, where they would else refuse the
        ledger (:data:`arkit.readers.refusal.ACCEPTABLE`).
    engine
        Where the ledger's tables live.

    Returns
    -------
    Ledger
        ``ledger.intake`` accounts for every row and all money of the file.

    Raises
    ------
    LedgerError
        With all problems at once: file, sheet, row, column, value, rule, what to do.
    ArkitError
        An argument is not one of its choices.
    """
    options, wanted = _options(dates, decimal, currency, exported_on, engine), accepted(accept)
    name = described(source)
    grids = open_source(source, table=table, query=query)
    layout, recognised, unused = recognise(grids, profile, sheet)
    findings = Findings(wanted, list(unused))
    parts: dict[str, list[Sheet]] = {}
    for match in layout.matches:
        parts.setdefault(match.table, []).append(convert(match, layout.profile, options, findings))
    used = layout.profile
    del grids, layout, match  # and with them the bytes of the file
    sheets = {table: stacked(several) for table, several in parts.items()}
    shaped = shape(sheets, used, options, findings)
    documents = shaped.frames.get("documents")
    intake = account(name, used.name, recognised, sheets.values(), documents, findings)
    if findings.errors:
        refuse(*findings.errors, intake=intake)
    try:
        ledger = Ledger(
            **_in_engine(shaped.frames, engine),
            scope=shaped.scope,
            snapshot_on=shaped.snapshot_on,
            intake=intake,
        )
    except LedgerError as error:
        refuse(*(_addressed(problem, sheets) for problem in error.problems), intake=intake)
    if control is None:
        return ledger
    return compare(ledger, control, control_on, wanted)


def _options(dates: Any, decimal: Any, currency: Any, exported_on: Any, engine: Any) -> Options:  # noqa: ANN401
    """Check the arguments that are choices."""
    choices = (("dates", dates, ORDERS), ("decimal", decimal, MARKS), ("engine", engine, get_args(Engine)))
    for argument, value, allowed in choices:
        if value is not None and value not in allowed:
            raise ArkitError(
                Message("{argument} must be one of {allowed}, got {value!r}", argument=argument,
                        allowed=", ".join(allowed), value=value)
            )  # fmt: skip
    if currency is not None and currency not in known_currencies():
        raise ArkitError(Message("currency must be an ISO 4217 code such as CNY, got {value!r}", value=currency))
    return Options(dates, decimal, currency, None if exported_on is None else day(exported_on))


def _in_engine(frames: dict[str, pd.DataFrame], engine: str) -> dict[str, Any]:
    """Return the frames where the ledger's work is to be done."""
    if engine == "pandas":
        return dict(frames)
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect()
    for name, frame in frames.items():
        connection.from_arrow(pa.Table.from_pandas(frame, preserve_index=False)).create(name)
    return {name: connection.table(name) for name in frames}


def _addressed(problem: Problem, sheets: dict[str, Sheet]) -> Problem:
    """Give a problem that the ledger itself found its place in the file."""
    table = problem.table if problem.table in sheets else "documents"
    sheet = sheets["documents"]
    position = None
    if problem.row is not None:
        position = int(np.flatnonzero(sheets[table].used)[problem.row])
    elif problem.value is not None:
        number = problem.value.split(": ", 1)[0]
        found = np.flatnonzero((pd.Series(sheet.columns["document_id"]) == number).to_numpy())
        position, table = (int(found[0]), "documents") if len(found) else (None, table)
    place = sheets[table].at("", position)
    row = None if position is None else int(sheets[table].rows[position])
    return replace(problem, table=table, file=place["file"], sheet=place["sheet"], row=row)
