"""Small ledgers drawn by hypothesis, in which all happens that makes past positions hard."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from random import Random

from hypothesis import strategies as st
from random_ledgers import UNITS, Books, Tables, by_bill, one_sale, pay

SPLIT = ("invoice", "debit_note")
"""Kinds that can be split: nothing is ever settled by one."""


def ledgers(stories: int = 3) -> st.SearchStrategy[Tables]:
    """Return ledgers of one to so many stories."""
    return st.builds(
        make, st.lists(st.sampled_from(STORIES), min_size=1, max_size=stories), st.randoms(use_true_random=False)
    )


def dated_ledgers() -> st.SearchStrategy[tuple[Tables, dt.date]]:
    """Return ledgers, each with a day on which something in it happens or falls due, or with the day before that."""
    return ledgers().flatmap(lambda tables: st.tuples(st.just(tables), st.sampled_from(turning_days(tables))))


def turning_days(tables: Tables) -> list[dt.date]:
    """Return the days on which a position can change, and the days before them, from the first document on."""
    rows = [*tables.documents, *tables.applications]
    dated = {row[name] for row in rows for name in ("date", "due_date") if row.get(name)}
    first = min(row["date"] for row in tables.documents)
    return sorted(day for date in dated for day in (date - dt.timedelta(days=1), date) if day >= first)


def make(stories: list, random: Random) -> Tables:
    """Tell stories into fresh books."""
    books = Books(random)
    for story in stories:
        story(books)
    return Tables(books.documents, books.applications, books.customers)


def instalments(books: Books) -> None:
    """One invoice in three parts with due dates of their own; one receipt reaches into the second or third."""
    parts = _parts(books, 3)
    whole = sum((part["amount"] for part in parts), Decimal(0))
    _receive(books, parts, books.after(parts[0]["date"], 0, 60), books.part(whole, parts[0]["currency"]))


def advance(books: Books) -> None:
    """Money that comes, and is booked against an invoice, before there is one."""
    sale = _sale(books)
    date = books.after(sale["date"], -90, -1)
    booked = books.after(date, 0, 30)
    books.apply(sale, pay(books, sale, date, books.money(sale["currency"])), booked, sale["amount"], "payment")


def one_receipt(books: Books) -> None:
    """Several invoices settled by one receipt, at times on several days."""
    sales = [_sale(books)]
    sales += [_sale(books, like=sales[0]) for _ in range(2)]
    _receive(books, sales, books.after(sales[0]["date"], 0, 90), books.money(sales[0]["currency"], 5_000, 200_000))


def overpaid(books: Books) -> None:
    """More paid than owed; the rest waits, settles a later invoice, or is paid out."""
    sale = _sale(books)
    receipt = pay(books, sale, books.after(sale["date"], 0, 60), sale["amount"] + books.money(sale["currency"]))
    books.apply(sale, receipt, receipt["date"], sale["amount"], "payment")
    rest = books.left[receipt["document_id"]]
    fate = books.random.randint(0, 2)
    if fate == 1:
        later = _sale(books, like=sale, date=books.after(receipt["date"], 1, 40))
        books.apply(later, receipt, later["date"], rest, "payment")
    elif fate == 2:
        _pay_out(books, receipt, rest)


def credited_elsewhere(books: Books) -> None:
    """A credit note for one invoice that is set against another."""
    credited = _sale(books)
    other = _sale(books, like=credited)
    note = _credit_note(books, credited)
    books.apply(other, note, books.after(note["date"], -5, 30), abs(note["amount"]), "credit_note")


def applied_again(books: Books) -> None:
    """A credit note or receipt set against one invoice, taken back from it, and set against another."""
    first = _sale(books)
    second = _sale(books, like=first)
    by = _credit_note(books, first) if books.random.randint(0, 1) else pay(
        books, first, books.after(first["date"], 1, 60), books.money(first["currency"])
    )  # fmt: skip
    kind = by["kind"]
    books.apply(first, by, books.after(by["date"], 0, 20), abs(by["amount"]), kind)
    row = books.applications[-1]
    back = books.after(max(row["date"], by["date"], first["date"]), 1, 60)
    books.take_back(row, back)
    books.apply(second, by, books.after(back, 0, 30), abs(by["amount"]), kind)


def lost_and_recovered(books: Books) -> None:
    """An invoice written off, of which some is won back later."""
    sale = _sale(books)
    date = books.after(sale["date"], 30, 200)
    lost = books.random.choice([sale["amount"], books.part(sale["amount"], sale["currency"])])
    books.apply(sale, None, date, lost, "write_off")
    back, won = books.after(date, 5, 90), books.part(lost, sale["currency"])
    recovery = books.document("recovery", sale["customer_id"], sale["currency"], back, won, due_date=back)
    books.apply(recovery, pay(books, sale, books.after(back, 0, 20), won), books.after(back, 0, 30), won, "payment")


def refunded(books: Books) -> None:
    """An invoice paid in full and then credited; the credit is paid out, wholly or in part."""
    sale = _sale(books)
    receipt = pay(books, sale, books.after(sale["date"], 0, 40), sale["amount"])
    books.apply(sale, receipt, receipt["date"], sale["amount"], "payment")
    note = _credit_note(books, sale)
    owed = abs(note["amount"])
    _pay_out(books, note, books.random.choice([owed, books.part(owed, sale["currency"])]))


def bill(books: Books) -> None:
    """A bill handed over, which is paid, bounces or is still in hand."""
    by_bill(books, _sale(books))


def corrected(books: Books) -> None:
    """Money that nobody applied, and a correction either way."""
    sale = _sale(books)
    pay(books, sale, books.day(), books.money(sale["currency"]))
    amount = books.random.choice([1, -1]) * books.money(sale["currency"])
    due = books.random.choice([None, books.day()])
    books.document("adjustment", sale["customer_id"], sale["currency"], books.day(), amount, due_date=due)


STORIES = (
    instalments, advance, one_receipt, overpaid, credited_elsewhere, applied_again, lost_and_recovered, refunded,
    one_sale, bill, corrected,
)  # fmt: skip


def _sale(books: Books, like: dict | None = None, date: dt.date | None = None, **more: object) -> dict:
    if like is None:
        customer = books.random.choice(books.customers)["customer_id"]
        currency = books.random.choice(books.currency_of[customer])
    else:
        customer, currency = like["customer_id"], like["currency"]
    date = date or books.day()
    due = books.random.choice([None, *(date + dt.timedelta(days=days) for days in (0, 15, 30, 60, 90))])
    kind = books.random.choice(["invoice", "invoice", "debit_note"])
    return books.document(kind, customer, currency, date, books.money(currency), **({"due_date": due} | more))


def _parts(books: Books, count: int) -> list[dict]:
    first = _sale(books)
    due = [first["date"] + dt.timedelta(days=30 * step) for step in range(1, count)]
    shared = {"invoice_id": first["invoice_id"]}
    return [first, *(_sale(books, like=first, date=first["date"], due_date=day, **shared) for day in due)]


def _receive(books: Books, sales: list[dict], date: dt.date, amount: Decimal) -> None:
    receipt = pay(books, sales[0], date, amount)
    for sale in sales:
        booked = books.random.choice([date, books.after(date, -10, 20)])
        books.apply(sale, receipt, booked, books.left[sale["document_id"]], "payment")


def _credit_note(books: Books, sale: dict) -> dict:
    amount = books.random.choice([sale["amount"], books.part(sale["amount"], sale["currency"])])
    date = books.after(sale["date"], 0, 60)
    due = books.random.choice([None, date])
    return books.document("credit_note", sale["customer_id"], sale["currency"], date, -amount, due_date=due)


def _pay_out(books: Books, credit: dict, amount: Decimal) -> None:
    date = books.after(credit["date"], 1, 40)
    refund = books.document("refund", credit["customer_id"], credit["currency"], date, amount)
    books.apply(refund, credit, date, amount, "refund")


def split(tables: Tables, random: Random) -> Tables:
    """Split each invoice in two that are alike but for the amount; the first part is settled first, always."""
    halves = {row["document_id"]: _halves(row, random) for row in tables.documents if _can_split(row)}
    documents = [half for row in tables.documents for half in halves.get(row["document_id"], [row])]
    dates = {row["document_id"]: row["date"] for row in tables.documents}
    settled: dict[str, Decimal] = defaultdict(Decimal)
    applications = []
    for row in sorted(tables.applications, key=lambda row: _effective(row, dates)):
        left = row["amount"]
        parts = halves.get(row["document_id"], [])
        for part in parts if left > 0 else reversed(parts):
            number = part["document_id"]
            moved = min(left, part["amount"] - settled[number]) if left > 0 else max(left, -settled[number])
            if moved:
                settled[number] += moved
                left -= moved
                applications.append({**row, "document_id": number, "amount": moved})
        if not parts:
            applications.append(row)
    return Tables(documents, applications, tables.customers)


def _can_split(row: dict) -> bool:
    return row["kind"] in SPLIT and row["amount"] > UNITS[row["currency"]]


def _halves(row: dict, random: Random) -> list[dict]:
    unit = UNITS[row["currency"]]
    first = random.randint(1, int(row["amount"] / unit) - 1) * unit
    tax = row["tax"] and (row["tax"] * first / row["amount"]).quantize(unit)
    return [
        {**row, "document_id": f"{row['document_id']}/1", "amount": first, "tax": tax},
        {**row, "document_id": f"{row['document_id']}/2", "amount": row["amount"] - first,
         "tax": row["tax"] and row["tax"] - tax},
    ]  # fmt: skip


def _effective(row: dict, dates: dict[str, dt.date]) -> dt.date:
    return max(row["date"], *(dates[key] for key in (row["document_id"], row["by_document_id"]) if key))
