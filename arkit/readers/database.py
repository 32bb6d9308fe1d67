"""Tables and query results of a database, by SQLAlchemy URL: one statement each, which can not write, read exactly.

URLs: https://docs.sqlalchemy.org/en/20/core/engines.html#database-urls. PostgreSQL reads in a transaction that is READ
ONLY, and through a cursor of the server, which takes one SELECT and no second statement; SQLite with its
``query_only``. In other systems the transaction is rolled back: give a user there who may only read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from arkit.errors import ArkitError
from arkit.intake import Problem
from arkit.messages import Message
from arkit.readers.grid import Grid
from arkit.readers.refusal import refuse, rule
from arkit.readers.typed import compact, open_table

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

DIALECTS = frozenset({"sqlite", "postgresql", "postgres", "mysql", "mariadb", "oracle", "mssql"})
"""What an URL of a database begins with; others are told by ``table`` or ``query`` being given."""
Asked = str | Mapping[str, str] | None
"""What is read: one, or one for each table of the ledger."""
FETCHED = 20_000
"""Rows that are fetched at once."""
_SECRET = re.compile(r"(?i)((?:pwd|passw\w*|secret|token)\s*=\s*)[^;&\s]+")


def is_database(source: str) -> bool:
    """Tell whether a text is the URL of a database.

    Examples
    --------
    >>> is_database("postgresql+psycopg://reader@host/erp"), is_database("s3://bucket/ledger.csv")
    (True, False)
    """
    scheme, found, _ = source.partition("://")
    return bool(found) and scheme.split("+")[0].lower() in DIALECTS


def shown(source: str) -> str:
    """Return the name of a database as it may be shown: no user, no password, no options.

    Examples
    --------
    >>> shown("postgresql://reader:secret@db.example.com/erp?sslpassword=secret")
    'postgresql:db.example.com/erp'
    """
    scheme = source.partition("://")[0].split("+")[0]
    try:
        url = _url(source)
    except (ImportError, ValueError):
        return scheme
    if scheme == "sqlite":
        return f"sqlite:{Path(url.database or ':memory:').name}"
    return f"{scheme}:{url.host or ''}/{url.database or ''}"


def open_database(source: str, table: Asked, query: Asked) -> list[Grid]:
    """Read tables, or the results of queries.

    Parameters
    ----------
    source
        The URL.
    table
        Name of a table or view, with or without its schema; or one for each table of the ledger, by its name.
    query
        One SELECT; or one for each table of the ledger.

    Raises
    ------
    LedgerError
        The URL, the driver, the table or the statement is at fault, or the database refuses.
    """
    if table is not None and query is not None:
        raise ArkitError(Message("give table= or query=, not both"))
    name = shown(source)
    engine = _engine(source, name)
    with _connected(engine, name) as connection:
        asked: dict[str | None, str] = {}
        if query is None:
            tables = table if isinstance(table, Mapping) else {table: table}
            asked |= {sheet: _select(connection, wanted, name) for sheet, wanted in tables.items()}
        else:
            asked |= query if isinstance(query, Mapping) else {None: query}
        return [_result(connection, statement, name, sheet) for sheet, statement in asked.items()]


def _url(source: str) -> URL:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(source)
    except (ArgumentError, ValueError):
        url = None
    if url is None or (url.host is not None and "@" in f"{url.host}{url.database}"):
        raise ValueError  # without a word of it: a password with an @ of its own is cut in the wrong place
    return url


def _engine(source: str, name: str) -> Engine:
    """Return the engine; nothing is connected yet."""
    problem = engine = None
    try:
        from sqlalchemy import create_engine
        from sqlalchemy.exc import ArgumentError, NoSuchModuleError
        from sqlalchemy.pool import NullPool
    except ImportError:
        refuse(rule("missing_package", file=name, package="sqlalchemy"))
    try:
        url = _url(source)
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    except ImportError as error:
        problem = rule("missing_package", file=name, package=error.name or str(error))
    except (NoSuchModuleError, ArgumentError, ValueError, TypeError):
        problem = rule("not_a_database_url", file=name)
    if engine is None:
        refuse(problem or rule("not_a_database_url", file=name))
    file = engine.url.database
    if (
        name.startswith("sqlite:")
        and file
        and file != ":memory:"
        and not file.startswith("file:")
        and not Path(file).is_file()
    ):
        refuse(rule("no_such_file", file=name))  # or SQLite would make it
    return engine


@contextmanager
def _connected(engine: Engine, name: str) -> Iterator[Connection]:
    """Connect so that nothing can be written."""
    connection, problem = None, None
    try:
        connection = engine.connect()
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(postgresql_readonly=True)
        elif engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
    except Exception as error:  # a driver may raise anything, and its words may hold the password
        problem = _said("no_connection", error, engine, name)
    if connection is None or problem is not None:
        refuse(problem or rule("no_connection", file=name, what="-"))
    with connection:
        yield connection


def _said(rule_name: str, error: Exception, engine: Engine, name: str, sheet: str | None = None) -> Problem:
    """Return the problem in the driver's own words, without what is secret in them."""
    text = " ".join(str(getattr(error, "orig", None) or error).split())
    url = engine.url
    secrets = [url.password, *(value for values in url.normalized_query.values() for value in values)]
    for secret in sorted((str(value) for value in secrets if value), key=len, reverse=True):
        text = text.replace(secret, "***")
    return rule(rule_name, file=name, sheet=sheet, what=_SECRET.sub(r"\1***", text)[:300])


def _select(connection: Connection, table: str | None, name: str) -> str:
    """Return the statement that reads a whole table, after a look whether there is one."""
    from sqlalchemy import inspect

    inspector = inspect(connection)
    schema, _, last = (table or "").rpartition(".")
    for where, what in ((None, table), (schema or None, last)):
        if what and inspector.has_table(what, schema=where):
            quote = connection.dialect.identifier_preparer.quote
            return f"SELECT * FROM {'' if where is None else quote(where) + '.'}{quote(what)}"
    tables = ", ".join(sorted([*inspector.get_table_names(), *inspector.get_view_names()])[:40]) or "-"
    refuse(rule("no_such_table" if table else "no_table_named", file=name, value=table, tables=tables))


def _result(connection: Connection, statement: str, name: str, sheet: str | None) -> Grid:
    """Run one statement and return its rows; its column names are the header."""
    names, chunks, problem = [], [], None
    options = {"stream_results": True, "no_parameters": True, "max_row_buffer": FETCHED}
    try:
        result = connection.execution_options(**options).exec_driver_sql(statement)
        if result.returns_rows:
            names = list(result.keys())
            while rows := result.fetchmany(FETCHED):
                chunks.append([compact(values) for values in zip(*rows, strict=True)])
        else:
            problem = rule("not_a_query", file=name, sheet=sheet, what=Message("it returns no rows"))
    except Exception as error:
        problem = _said("not_a_query", error, connection.engine, name, sheet)
    if problem is not None:
        refuse(problem)
    return open_table(names, lambda position: [chunk[position] for chunk in chunks], name, sheet)
