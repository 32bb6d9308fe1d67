"""Small ledgers with everything in them that can happen to a receivable, made from a seed.

The tables are lists of plain rows (dates, Decimals), so that the reference reads them without any dataframe.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import NamedTuple

import duckdb
import pandas as pd
import polars as pl

from arkit import Ledger

START = dt.date(2024, 1, 1)
UNITS = {"USD": Decimal("0.01"), "CNY": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}
COLUMNS = (
    ("document_id", "customer_id", "kind", "date", "due_date", "amount", "currency", "invoice_id", "region",
     "salesperson", "tax"),
    ("document_id", "by_document_id", "date", "amount", "kind"),
    ("customer_id", "name", "type", "industry"),
    ("customer_id", "document_id", "date", "kind", "due_on", "outcome"),
)  # fmt: skip
DATES, AMOUNTS = ["date", "due_date", "due_on"], ["amount", "tax", "credit_limit"]
TYPES = {**dict.fromkeys(DATES, "DATE"), **dict.fromkeys(AMOUNTS, "DECIMAL(18,3)")}


class Tables(NamedTuple):
    """The tables as lists of rows; there may be a log of activities."""

    documents: list[dict]
    applications: list[dict]
    customers: list[dict]
    activities: Sequence[dict] = ()

    def until(self, day: dt.date) -> Tables:
        """Leave out all rows dated after a day, with the settlements of documents that are left out."""
        documents = [row for row in self.documents if row["date"] <= day]
        known = {row["document_id"] for row in documents} | {None}
        applications = [
            row
            for row in self.applications
            if row["date"] <= day and row["document_id"] in known and row["by_document_id"] in known
        ]
        activities = [row for row in self.activities if row["date"] <= day and row["document_id"] in known]
        return Tables(documents, applications, self.customers, activities)

    def shuffled(self, seed: int) -> Tables:
        """Put all rows in another order."""
        return Tables(*(Random(seed).sample(rows, len(rows)) for rows in self))


class Books:
    """Books that are kept in order: never more applied to a document than it holds."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.documents: list[dict] = []
        self.applications: list[dict] = []
        self.left: dict[str, Decimal] = {}
        self.customers = [
            {
                "customer_id": f"00{number}",
                "name": f"Customer {number}",
                "type": self.random.choice(["dealer", "retail", "engineering", None]),
                "industry": self.random.choice(["steel", "toys"]),
            }
            for number in range(1, 6)
        ]
        self.currency_of = {
            row["customer_id"]: self.random.sample(list(UNITS), k=self.random.choice([1, 1, 2]))
            for row in self.customers
        }

    def day(self, low: int = 0, high: int = 420) -> dt.date:
        return START + dt.timedelta(days=self.random.randint(low, high))

    def after(self, day: dt.date, low: int = 0, high: int = 90) -> dt.date:
        return day + dt.timedelta(days=self.random.randint(low, high))

    def money(self, currency: str, low: int = 100, high: int = 90_000) -> Decimal:
        return self.random.randint(low, high) * UNITS[currency] * (100 if currency == "JPY" else 1)

    def part(self, whole: Decimal, currency: str) -> Decimal:
        unit = UNITS[currency]
        return max(unit, (whole * self.random.randint(1, 99) / 100 // unit) * unit)

    def document(self, kind: str, customer: str, currency: str, date: dt.date, amount: Decimal, **more: object) -> dict:
        number = f"{kind[:2].upper()}{len(self.documents) + 1:04}"
        tax = None
        if kind in ("invoice", "debit_note", "credit_note") and self.random.random() < 0.8:
            tax = (amount * 13 / 113).quantize(UNITS[currency])
        row = {
            "document_id": number,
            "customer_id": customer,
            "kind": kind,
            "date": date,
            "due_date": None,
            "amount": amount,
            "currency": currency,
            "invoice_id": number,
            "region": self.random.choice(["North", "South", None]),
            "salesperson": self.random.choice(["Li", "Wang"]),
            "tax": tax,
            **more,
        }
        self.documents.append(row)
        self.left[number] = abs(amount)
        return row

    def apply(self, item: dict, by: dict | None, date: dt.date, amount: Decimal, kind: str) -> None:
        opposite = by is not None and (by["amount"] < 0) != (item["amount"] < 0)
        amount = min(amount, self.left[item["document_id"]])
        if by is not None and opposite:
            amount = min(amount, self.left[by["document_id"]])
        if not amount:
            return
        self.left[item["document_id"]] -= amount
        if by is not None and opposite:
            self.left[by["document_id"]] -= amount
        self.applications.append(
            {
                "document_id": item["document_id"],
                "by_document_id": by["document_id"] if by else None,
                "date": date,
                "amount": amount,
                "kind": kind,
            }
        )

    def take_back(self, row: dict, date: dt.date) -> None:
        """Undo a settlement; nothing is applied again, so the documents stay within what they hold."""
        by = row["by_document_id"]
        signs = {document["document_id"]: document["amount"] < 0 for document in self.documents}
        self.left[row["document_id"]] += row["amount"]
        if by is not None and signs[by] != signs[row["document_id"]]:
            self.left[by] += row["amount"]
        self.applications.append({**row, "date": date, "amount": -row["amount"]})


def make(seed: int, invoices: int = 40) -> Tables:
    """Make the tables of a ledger."""
    books = Books(Random(seed))
    for _ in range(invoices):
        one_sale(books)
    for _ in range(3):
        _loose_ends(books)
    for row in books.random.sample(books.applications, k=2):
        if row["kind"] == "payment" and row["amount"] > 0:
            books.take_back(row, books.after(row["date"], 1, 60))
    return Tables(books.documents, books.applications, books.customers)


def one_sale(books: Books) -> None:
    random = books.random
    customer = random.choice(books.customers)["customer_id"]
    currency = random.choice(books.currency_of[customer])
    date = books.day()
    kind = random.choice(["invoice"] * 6 + ["debit_note"])
    count = random.choice([1, 1, 1, 3])
    number = f"S{len(books.documents)}"
    for step in range(count):
        due = (
            None if random.random() < 0.1 else date + dt.timedelta(days=random.choice([0, 10, 30, 45, 60]) + 30 * step)
        )
        sale = books.document(kind, customer, currency, date, books.money(currency), due_date=due, invoice_id=number)
        random.choice([_paid, _paid, _paid, _paid_in_parts, _credited, by_bill, by_bill, _written_off, _short, _open])(
            books, sale
        )


def pay(books: Books, sale: dict, date: dt.date, amount: Decimal) -> dict:
    return books.document("payment", sale["customer_id"], sale["currency"], date, -amount)


def _open(books: Books, sale: dict) -> None:
    """Leave it unpaid."""


def _paid(books: Books, sale: dict) -> None:
    """Pay it all: by a payment (at times before the invoice, at times applied late), or by a day alone."""
    date = books.after(sale["date"], -10, 100)
    if books.random.random() < 0.25:
        books.apply(sale, None, date, sale["amount"], "payment")
        return
    payment = pay(books, sale, date, sale["amount"] + books.random.choice([0, 0, 1]) * books.money(sale["currency"]))
    books.apply(sale, payment, books.after(date, -5, 20), sale["amount"], "payment")


def _paid_in_parts(books: Books, sale: dict) -> None:
    rest, date = sale["amount"], sale["date"]
    for _ in range(books.random.randint(1, 3)):
        amount, date = books.part(rest, sale["currency"]), books.after(date, 5, 60)
        books.apply(sale, pay(books, sale, date, amount), date, amount, "payment")
        rest -= amount
        if not rest:
            break


def _credited(books: Books, sale: dict) -> None:
    """Credit a part; pay the rest at times; at times the credit note is not applied, or is paid back."""
    amount = books.part(sale["amount"], sale["currency"])
    date = books.after(sale["date"], 1, 60)
    due = books.random.choice([None, date])
    note = books.document("credit_note", sale["customer_id"], sale["currency"], date, -amount, due_date=due)
    fate = books.random.random()
    if fate < 0.6:
        books.apply(sale, note, books.after(date, 0, 20), amount, "credit_note")
        payment = pay(books, sale, books.after(date), sale["amount"])
        books.apply(sale, payment, payment["date"], sale["amount"], "payment")
    elif fate < 0.8:
        refund = books.document("refund", sale["customer_id"], sale["currency"], books.after(date, 5, 40), amount)
        books.apply(refund, note, refund["date"], amount, "refund")


def by_bill(books: Books, sale: dict) -> None:
    """Hand over a bill, which is paid at maturity, bounces, or is still in hand."""
    amount = books.random.choice([sale["amount"], books.part(sale["amount"], sale["currency"])])
    received = books.after(sale["date"], 5, 60)
    matures = received + dt.timedelta(days=books.random.choice([30, 90, 180]))
    customer, currency = sale["customer_id"], sale["currency"]
    bill = books.document("bill", customer, currency, received, amount, due_date=matures)
    books.apply(sale, bill, received, amount, "bill")
    fate = books.random.random()
    if fate < 0.45:
        books.apply(bill, pay(books, sale, matures, amount), matures, amount, "payment")
    elif fate < 0.75:
        bounced = books.document("bounced", customer, currency, matures, amount, due_date=matures)
        books.apply(bill, bounced, matures, amount, "bounced")
        if books.random.random() < 0.5:
            later = books.after(matures, 3, 60)
            books.apply(bounced, pay(books, sale, later, amount), later, amount, "payment")


def _written_off(books: Books, sale: dict) -> None:
    date = books.after(sale["date"], 60, 200)
    amount = books.part(sale["amount"], sale["currency"])
    books.apply(sale, None, date, amount, "write_off")
    if books.random.random() < 0.5:
        back = books.after(date, 10, 80)
        won = books.part(amount, sale["currency"])
        recovery = books.document("recovery", sale["customer_id"], sale["currency"], back, won, due_date=back)
        books.apply(recovery, pay(books, sale, back, won), back, won, "payment")


def _short(books: Books, sale: dict) -> None:
    """Pay with a discount taken, so that nothing is left."""
    date = books.after(sale["date"], 0, 15)
    discount = books.part(sale["amount"], sale["currency"])
    rest = sale["amount"] - discount
    books.apply(sale, None, date, discount, "discount")
    if rest:
        books.apply(sale, pay(books, sale, date, rest), date, rest, "payment")


def _loose_ends(books: Books) -> None:
    """Book receipts that nobody applied, one that settles several items, and corrections."""
    customer = books.random.choice(books.customers)["customer_id"]
    currency = books.random.choice(books.currency_of[customer])
    books.document("payment", customer, currency, books.day(), -books.money(currency))
    sign = books.random.choice([1, -1])
    books.document("adjustment", customer, currency, books.day(), sign * books.money(currency), due_date=books.day())
    waiting = [
        row
        for row in books.documents
        if row["kind"] == "invoice" and (row["customer_id"], row["currency"]) == (customer, currency)
    ]
    receipt = books.document("payment", customer, currency, books.day(), -books.money(currency, 5_000, 200_000))
    for row in waiting[:3]:
        books.apply(row, receipt, books.after(receipt["date"], 0, 10), books.left[row["document_id"]], "payment")


def day(text: str) -> dt.date:
    """Return a date written as ISO text."""
    return dt.date.fromisoformat(text)


def to_pandas(tables: Tables) -> Ledger:
    """Hand the tables over as pandas frames, amounts as floats."""
    return Ledger(**to_frames(tables))


def to_duckdb(tables: Tables, connection: duckdb.DuckDBPyConnection) -> Ledger:
    """Hand the tables over as DuckDB relations with DATE columns, amounts as exact decimals."""
    relations = {}
    for name, frame in to_frames(tables).items():
        fields = ", ".join(f"CAST({column} AS {TYPES.get(column, 'VARCHAR')}) AS {column}" for column in frame)
        connection.register(f"given_{name}", frame)
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {fields} FROM given_{name}")
        connection.unregister(f"given_{name}")
        relations[name] = connection.table(name)
    return Ledger(**relations)


def to_polars(tables: Tables) -> Ledger:
    """Hand the tables over as Polars frames with Date columns, amounts as floats."""
    frames = {}
    for name, frame in to_frames(tables).items():
        given = pl.from_pandas(frame)
        text = [column for column, kind in given.schema.items() if kind == pl.Null]
        dates = [column for column in given.columns if column in DATES]
        frames[name] = given.with_columns(pl.col(text).cast(pl.String), pl.col(dates).cast(pl.Date))
    return Ledger(**frames)


def to_engine(tables: Tables, engine: str) -> Ledger:
    """Hand the tables over as frames of an engine."""
    if engine == "duckdb":
        return to_duckdb(tables, duckdb.connect())
    return to_polars(tables) if engine == "polars" else to_pandas(tables)


def to_frames(tables: Tables) -> dict[str, pd.DataFrame]:
    """Return the tables as pandas frames, amounts as floats."""
    frames = {}
    for name, columns, rows in zip(Tables._fields, COLUMNS, tables, strict=True):
        limit = ["credit_limit"] if any("credit_limit" in row for row in rows) else []
        frame = pd.DataFrame(rows, columns=[*columns, *limit])
        for column in frame.columns.intersection(DATES):
            frame[column] = pd.to_datetime(frame[column])
        for column in frame.columns.intersection(AMOUNTS):
            frame[column] = frame[column].astype("float64")
        if len(frame) or name != "activities":
            frames[name] = frame
    return frames
