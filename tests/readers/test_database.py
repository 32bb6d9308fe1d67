from __future__ import annotations

import datetime as dt
import os
import sqlite3
import sys
import traceback
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa

import arkit
from arkit.readers.opening import open_source
from tests.readers.postgres import PASSWORD, USER, server

CREATE = """create table {name} (
    document_id {text}, customer_id {text}, kind {text}, date date, due_date date, amount {money}, currency {text}
)"""
ROWS = [
    ("00123", "007", "invoice", "2024-01-31", "2024-03-01", "1234.50", "EUR"),
    ("124", "007", "payment", "2024-02-10", None, "-9007199254740.91", "EUR"),
]


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with server() as folder:
        url = f"postgresql+psycopg://{USER}:{quote(PASSWORD, safe='')}@/postgres?host={folder}"
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql(CREATE.format(name="ar_items", text="text", money="numeric(20,4)"))
            connection.exec_driver_sql("create schema erp")
            connection.exec_driver_sql('create view erp."Open Items" as select * from ar_items')
            for row in ROWS:
                connection.exec_driver_sql("insert into ar_items values (%s, %s, %s, %s, %s, %s, %s)", row)
        yield url


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    path = tmp_path / "ledger.db"
    with sqlite3.connect(path) as connection:
        connection.execute(CREATE.format(name="ar_items", text="text", money="numeric"))
        connection.executemany("insert into ar_items values (?, ?, ?, ?, ?, ?, ?)", ROWS)
    connection.close()
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(request.param)


def count(url: str) -> int:
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        return connection.exec_driver_sql("select count(*) from ar_items").scalar_one()


def test_a_table_is_read_exactly(url: str) -> None:
    ledger = arkit.read(url, table="ar_items")
    documents = ledger.documents
    assert documents["document_id"].tolist() == ["00123", "124"]
    assert documents["customer_id"].tolist() == ["007", "007"]
    assert [str(day)[:10] for day in documents["date"]] == ["2024-01-31", "2024-02-10"]
    assert ledger.intake.totals.loc["EUR", "file"] == Decimal("1234.50") - Decimal("9007199254740.91")
    table = ledger.intake.tables[0]
    assert (table.sheet, table.rows, table.used) == ("ar_items", 2, 2)


def test_a_query_is_read_with_its_percent_signs_and_colons(url: str) -> None:
    query = "select *, ' :a 100%' as note from ar_items where kind like 'inv%'"
    documents = arkit.read(url, query=query).documents
    assert documents["note"].tolist() == [" :a 100%"]


def test_each_table_of_the_ledger_may_have_its_own_query(url: str) -> None:
    settled = ("select document_id, '124' as by_document_id, due_date as date, 1000 as amount, 'payment' as kind "
               "from ar_items where kind = 'invoice'")  # fmt: skip
    ledger = arkit.read(url, query={"documents": "select * from ar_items", "applications": settled})
    assert ledger.applications["amount"].tolist() == [1000.0]
    assert [table.sheet for table in ledger.intake.tables] == ["documents", "applications"]
    ledger = arkit.read(url, table={"documents": "ar_items"})
    assert [table.sheet for table in ledger.intake.tables] == ["documents"]


def test_a_view_in_a_schema_is_found_whatever_it_is_called(postgres: str) -> None:
    assert len(arkit.read(postgres, table="erp.Open Items").documents) == 2


def test_types_of_postgres_become_the_text_that_files_hold(postgres: str) -> None:
    cells = {
        "1e-7::numeric": "0.0000001",
        "12345678901234567890.10::numeric": "12345678901234567890.1",
        "'NaN'::numeric": "",
        "1930571429::float8": "1930571429",
        "'2024-01-31'::date": "2024-01-31",
        "'2024-01-31 08:30'::timestamp": "2024-01-31 08:30:00",
        "true": "TRUE",
        "null::int": "",
        "'0007'::char(4)": "0007",
        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "date_trunc('day', now())": None,
    }
    query = "select " + ", ".join(f"{cell} as c{i}" for i, cell in enumerate(cells))
    (grid,) = open_source(postgres, query=query)
    read = [cells.to_pylist() for cells in grid.body(0).cells]
    assert [value for (value,) in read[:-1]] == list(cells.values())[:-1]
    assert dt.date.fromisoformat(read[-1][0])  # midnight by the clock of the session's own zone


def test_a_record_in_a_cell_is_refused_by_name(postgres: str) -> None:
    with pytest.raises(arkit.LedgerError, match=r"extra: the column holds struct.*\[not_a_cell\] Leave the column out"):
        arkit.read(postgres, query="""select *, '{"a": 1}'::jsonb as extra from ar_items""")


@pytest.mark.parametrize(
    "statement",
    [
        "select * from ar_items; delete from ar_items",
        "delete from ar_items",
        "delete from ar_items returning *",
        "with gone as (delete from ar_items returning *) select * from gone",
        "drop table ar_items",
        "selec * from ar_items",
        "select nothing from ar_items",
        "select * from no_such",
        "commit",
        "create table t as select * from ar_items",
        "pragma journal_mode = wal",
        "",
    ],
)
def test_what_is_not_one_select_is_refused_and_changes_nothing(url: str, statement: str) -> None:
    with pytest.raises(arkit.LedgerError, match=r"does not run the statement.*\[not_a_query\] Give one SELECT"):
        arkit.read(url, query=statement)
    assert count(url) == 2


def test_a_table_that_is_missing_or_not_named_is_refused_with_those_there_are(url: str) -> None:
    with pytest.raises(
        arkit.LedgerError, match=r"no such table; there are: ar_items \(got 'nothing'\) \[no_such_table"
    ):
        arkit.read(url, table="nothing")
    with pytest.raises(arkit.LedgerError, match=r"which table .*There are: ar_items \[no_table_named\] Give one of"):
        arkit.read(url)


def test_rows_are_counted_below_the_header(url: str) -> None:
    with pytest.raises(arkit.LedgerError, match=r"ar_items:row 3:kind: kind must be one of"):
        arkit.read(url, query={"ar_items": "select document_id, customer_id, date, due_date, amount, currency, "
                               "case kind when 'payment' then 'what' else kind end as kind from ar_items"})  # fmt: skip


def test_the_source_names_the_database_but_no_user_and_no_password(postgres: str, sqlite: str) -> None:
    assert arkit.read(postgres, table="ar_items").intake.source == "postgresql:/postgres"
    assert arkit.read(sqlite, table="ar_items").intake.source == "sqlite:ledger.db"


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("postgresql+psycopg://arkit:hunter2@/postgres?host=/nowhere", "no_connection"),
        ("postgresql+psycopg://arkit:hunter2@/nothing?host={folder}", "no_connection"),
        ("postgresql+psycopg://arkit:hun@ter2@host/name", "not_a_database_url"),
        ("postgresql+psycopg://arkit:x@hunter2/y@host/name", "not_a_database_url"),
        ("postgresql+psycopg://arkit@host:hunter2/name", "not_a_database_url"),
        ("postgresql+psycopg://arkit@/postgres?host=/nowhere&password=hunter2", "no_connection"),
        ("postgresql+psycopg://arkit@/postgres?host=/nowhere&hunter2=hunter2", "no_connection"),
        ("postgresql+nodriver://arkit:hunter2@host/name", "not_a_database_url"),
        ("postgres://arkit:hunter2@host/name", "not_a_database_url"),
        ("nothing://arkit:hunter2@host/name", "not_a_database_url"),
        ("mysql+pymysql://arkit:hunter2@host/name", "missing_package"),
    ],
)
def test_an_address_that_does_not_work_is_refused_without_its_password(postgres: str, address: str, rule: str) -> None:
    folder = sa.make_url(postgres).query["host"]
    with pytest.raises(arkit.LedgerError) as caught:
        arkit.read(address.format(folder=folder), table="ar_items")
    assert [problem.rule for problem in caught.value.problems] == [rule]
    # as Python prints it; the source lines of this file are no part of it
    told = [str(caught.value), *(str(e) for e in (caught.value.__context__, caught.value.__cause__) if e)]
    assert not any("hunter2" in text or "ter2" in text for text in told)
    assert "hunter2" not in "".join(traceback.format_exception_only(caught.value))


def test_a_driver_that_tells_the_password_is_not_quoted(sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("could not connect with user=a password=hunter2 PWD=other; token=third")

    monkeypatch.setattr(sqlite3, "connect", connect)
    monkeypatch.setattr(sqlite3.dbapi2, "connect", connect)
    with pytest.raises(arkit.LedgerError, match=r"user=a password=\*\*\* PWD=\*\*\*; token=\*\*\*"):
        arkit.read(sqlite, table="ar_items")


def test_sqlite_makes_no_database_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(arkit.LedgerError, match=r"sqlite:none.db: there is no such file.*\[no_such_file\]"):
        arkit.read(f"sqlite:///{tmp_path / 'none.db'}", table="ar_items")
    assert os.listdir(tmp_path) == []


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("no database at all" * 100)
    with pytest.raises(arkit.LedgerError, match=r"file is not a database\) \[no_connection\]"):
        arkit.read(f"sqlite:///{tmp_path / 'a.db'}", table="ar_items")


def test_without_sqlalchemy_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(arkit.LedgerError, match=r"postgresql: reading it needs the package sqlalchemy.*\[missing_pac"):
        arkit.read("postgresql://arkit:hunter2@host/name", table="t")


def test_table_and_query_go_with_a_database_and_not_together(url: str, tmp_path: Path) -> None:
    with pytest.raises(arkit.ArkitError, match="give table= or query=, not both"):
        arkit.read(url, table="ar_items", query="select 1")
    with pytest.raises(arkit.ArkitError, match=r"table= and query= are for the URL of a database, got a.csv"):
        arkit.read(tmp_path / "a.csv", table="ar_items")
