"""Tables and query results of a database, by SQLAlchemy URL: one statement each, which can not write, read exactly.

URLs: https://docs.sqlalchemy.org/en/20/core/engines.html#database-urls. PostgreSQL reads in a transaction that is READ
ONLY, and through a cursor of the server, which takes one SELECT and no second statement; SQLite with an authorizer
that lets nothing but reading through. In other systems the transaction is rolled back: give a user who may only read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from arkit.errors import ArkitError, LedgerError
from arkit.intake import Problem
from arkit.messages import Message
from arkit.readers.grid import Grid
from arkit.readers.refusal import refuse, rule
from arkit.readers.typed import compact, open_table

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

DIALECTS = frozenset({"sqlite", "postgresql", "postgres", "mysql", "mariadb", "oracle", "mssql"})
"""What an URL of a database begins with; others are told by ``table`` or ``query`` being given."""
Result = TypeVar("Result")
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
        if query is None:
            tables = [*table.items()] if isinstance(table, Mapping) else [(table, table)]
            asked = [(sheet, _select(connection, wanted, name)) for sheet, wanted in tables]
        else:
            asked = [*query.items()] if isinstance(query, Mapping) else [(None, query)]
        return [_result(connection, statement, name, sheet) for sheet, statement in asked]


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
    file = engine.url.database or ":memory:"
    in_a_file = engine.dialect.name == "sqlite" and not file.startswith((":memory:", "file:"))
    if in_a_file and not Path(file).is_file():  # SQLite would make it
        refuse(rule("no_such_file", file=name))
    return engine


@contextmanager
def _connected(engine: Engine, name: str) -> Iterator[Connection]:
    """Connect, in PostgreSQL for a transaction that can only read; whatever happens, nothing is committed."""

    def connect() -> Connection:
        connection = engine.connect()
        return connection.execution_options(postgresql_readonly=True) if _is(connection, "postgresql") else connection

    with _told(connect, "no_connection", engine, name) as connection:
        yield connection


def _is(connection: Connection, dialect: str) -> bool:
    return connection.dialect.name == dialect


def _told(run: Callable[[], Result], rule_name: str, engine: Engine, name: str, sheet: str | None = None) -> Result:
    """Return what a call to the driver returns, or refuse with what it says.

    The driver's error goes no further, not even as the context of ours: its words may hold the password.
    """
    try:
        return run()
    except LedgerError:
        raise
    except Exception as error:
        problem = _said(rule_name, error, engine, name, sheet)
    refuse(problem)


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

    def look() -> str:
        inspector = inspect(connection)
        schema, _, last = (table or "").rpartition(".")
        for where, what in ((None, table), (schema or None, last)):
            if what and inspector.has_table(what, schema=where):
                quote = connection.dialect.identifier_preparer.quote
                return f"SELECT * FROM {'' if where is None else quote(where) + '.'}{quote(what)}"
        tables = ", ".join(sorted([*inspector.get_table_names(), *inspector.get_view_names()])[:40]) or "-"
        refuse(rule("no_such_table" if table else "no_table_named", file=name, value=table, tables=tables))

    return _told(look, "no_connection", connection.engine, name)


def _result(connection: Connection, statement: str, name: str, sheet: str | None) -> Grid:
    """Run one statement and return its rows; its column names are the header."""

    def run() -> tuple[list[str], list[list[Any]]]:
        if _is(connection, "sqlite"):
            _only_reading(connection)
        options = {"stream_results": True, "no_parameters": True, "max_row_buffer": FETCHED}
        result = connection.execution_options(**options).exec_driver_sql(statement)
        if not result.returns_rows:
            refuse(rule("not_a_query", file=name, sheet=sheet, what=Message("it returns no rows")))
        chunks = []
        while rows := result.fetchmany(FETCHED):
            chunks.append([compact(values) for values in zip(*rows, strict=True)])
        return list(result.keys()), chunks

    names, chunks = _told(run, "not_a_query", connection.engine, name, sheet)
    return open_table(names, lambda position: [chunk[position] for chunk in chunks], name, sheet)


def _only_reading(connection: Connection) -> None:
    """Let SQLite prepare nothing but what reads: https://sqlite.org/c3ref/set_authorizer.html."""
    import sqlite3

    reads = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
    driver: Any = connection.connection.driver_connection
    driver.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in reads else sqlite3.SQLITE_DENY)
