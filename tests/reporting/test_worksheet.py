"""The work file: laid out to work in, ledger text as text, and what is logged in it comes back."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pandas as pd
import pytest
from books import TODAY, Books, ago

import arkit
from arkit.collecting.workfile import CONTACTS, FILL_IN, OUTCOMES, PROMISES, choices
from arkit.errors import LedgerError

NEXT = TODAY + dt.timedelta(days=2)
EVIL = '=HYPERLINK("http://evil")'


def firm() -> arkit.Ledger:
    book = Books()
    for number, who in enumerate(("007", "C2", EVIL)):
        for due in range(100, 400, 60):
            book.sale(due + number, late=20, who=who)
        item = book.sale(40 + number, amount=1000 * (number + 1), who=who)
        if who == "007":
            book.promise(item, 20, 5, who=who, amount=500)
        book.customer(who, owner=("Ann", "Bob", EVIL)[number])
    item = book.sale(50, who="C2")
    book.log("call", 30, item, who="C2", reason="paperwork")
    return book.ledger()


@pytest.fixture(scope="module")
def ledger():
    return firm()


def written(ledger, path, lang="en"):
    found = arkit.worklist(ledger, as_of=TODAY, capacity=20)
    promises = arkit.plan(ledger, as_of=TODAY, months=1).promises
    arkit.write_worklist(found, path, lang=lang, promises=promises, names={"007": "Bond & Co."})
    return openpyxl.load_workbook(path)


def place(page, key, columns=CONTACTS):
    column = next(column for column in columns if column.key == key)
    return next(cell.column for cell in page[1] if column.named(cell.value))


def fill(book, path, who, sheet=0, columns=CONTACTS, **values):
    page = book.worksheets[sheet]
    at = place(page, "customer_id", columns)
    row = next(cells[0].row for cells in page.iter_rows(2) if page.cell(cells[0].row, at).value == who)
    for key, value in values.items():
        page.cell(row, place(page, key, columns), value)
    book.save(path)
    return row


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_team_can_work_in_it(ledger, tmp_path, lang):
    book = written(ledger, tmp_path / "w.xlsx", lang)
    contacts, promises, tasks = book.worksheets[:3]
    for page in (contacts, promises, tasks):
        assert page.freeze_panes is not None
        assert page.auto_filter.ref.startswith("A1:")
    rules = [rule for rule in contacts.data_validations.dataValidation]
    assert sorted(rule.type for rule in rules) == ["date", "date", "decimal", "list", "list", "list"]
    assert [cell.value for cell in contacts[1]] == [column.words.to(lang) for column in CONTACTS]
    lists = book.worksheets[-1]
    assert lists.sheet_state == "hidden"
    written_lists = {cell.value for cells in lists.iter_rows() for cell in cells if cell.value}
    assert {words.to(lang) for words in OUTCOMES.values()} <= written_lists
    assert len(tasks["A"]) >= 2
    assert "arkit.read_worklist" in " ".join(str(cell.value) for cell in book.worksheets[3]["A"])


def test_contacts_are_sorted_by_owner_and_carry_names_and_real_dates(ledger, tmp_path):
    page = written(ledger, tmp_path / "w.xlsx").worksheets[0]
    owners = [page.cell(row, 1).value for row in range(2, page.max_row + 1)]
    assert owners == sorted(owners)
    row = next(r for r in range(2, page.max_row + 1) if page.cell(r, place(page, "customer_id")).value == "007")
    assert page.cell(row, place(page, "name")).value == "Bond & Co."
    assert isinstance(page.cell(row, place(page, "on")).value, dt.datetime)


def test_text_of_the_ledger_is_never_a_formula(ledger, tmp_path):
    book = written(ledger, tmp_path / "w.xlsx")
    cells = [cell for page in book.worksheets for row in page.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert EVIL in {cell.value for cell in cells}


def test_the_same_list_gives_the_same_file(ledger, tmp_path):
    for name in ("a", "b"):
        written(ledger, tmp_path / f"{name}.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_logged_promise_comes_back_and_rests_the_customer(ledger, tmp_path, lang):
    path = tmp_path / "w.xlsx"
    book = written(ledger, path, lang)
    said = {key: words.to(lang) for name in ("outcome", "reason") for key, words in choices(name).items()}
    fill(
        book, path, "C2", done="call", outcome=said["promised"], promised_amount=1500.5,
        promised_date=NEXT + dt.timedelta(days=9), reason=said["liquidity"], done_on=NEXT, note="money from the bank",
    )  # fmt: skip
    log = arkit.read_worklist(path)
    assert log["kind"].tolist() == ["call", "promise"]
    assert set(log["customer_id"]) == {"C2"}
    assert set(log["owner"]) == {"Bob"}
    assert log["reason"].tolist() == ["liquidity", "liquidity"]
    assert (log["amount"][1], log["due_on"][1]) == (1500.5, pd.Timestamp(NEXT + dt.timedelta(days=9)))
    known = arkit.with_activities(ledger, log)
    week_later = TODAY + dt.timedelta(days=7)
    before, after = (arkit.worklist(each, as_of=week_later, capacity=20) for each in (ledger, known))
    assert "C2" in before.frame["customer_id"].tolist()
    assert "C2" not in after.frame["customer_id"].tolist()
    rest = after.resting.set_index("customer_id").loc["C2"]
    assert rest["promised_on"] == pd.Timestamp(NEXT + dt.timedelta(days=9))


def test_a_promise_that_was_followed_up_is_a_call_about_its_document(ledger, tmp_path):
    path = tmp_path / "w.xlsx"
    fill(written(ledger, path), path, "007", sheet=1, columns=PROMISES, outcome="no answer", done_on=NEXT, by="Eve")
    log = arkit.read_worklist(path)
    assert log[["customer_id", "document_id", "kind", "outcome", "owner"]].to_numpy().tolist() == [
        ["007", "I10", "call", "no_answer", "Eve"]
    ]


def test_done_otherwise_than_planned_and_a_dispute_about_a_document(ledger, tmp_path):
    path = tmp_path / "w.xlsx"
    fill(written(ledger, path), path, "C2", done="visit", outcome="disputes the debt", document_id="I11", done_on=NEXT)
    log = arkit.read_worklist(path)
    assert log[["kind", "document_id", "reason"]].fillna("").to_numpy().tolist() == [
        ["visit", "I11", ""], ["dispute_opened", "I11", "dispute"],
    ]  # fmt: skip


def test_a_file_in_which_nothing_was_filled_in_is_an_empty_log(ledger, tmp_path):
    written(ledger, tmp_path / "w.xlsx")
    log = arkit.read_worklist(tmp_path / "w.xlsx")
    assert log.empty
    assert arkit.with_activities(ledger, log).table("activities").equals(ledger.table("activities"))


def test_every_bad_cell_is_named_at_once(ledger, tmp_path):
    path = tmp_path / "w.xlsx"
    book = written(ledger, path)
    fill(book, path, "007", outcome="maybe", promised_amount="much", promised_date="soon", reason="tired", done_on=NEXT)
    fill(book, path, "C2", outcome="promised to pay", promised_amount=-5)
    row = fill(book, path, EVIL, promised_amount=7, done_on=NEXT, promised_date=ago(20))
    with pytest.raises(LedgerError, match=r"w\.xlsx was refused: 8 problem") as caught:
        arkit.read_worklist(path)
    found = {(p.rule, p.column, p.value) for p in caught.value.problems}
    assert found == {
        ("not_in_list", "Outcome", "maybe"), ("not_in_list", "Reason given", "tired"),
        ("not_a_number", "Promised amount", "much"), ("not_a_date", "Promised for", "soon"),
        ("no_contact_yet", "Done on", None), ("no_promised_day", "Promised for", None),
        ("not_positive", "Promised amount", "-5"), ("promised_before", "Promised for", ago(20)),
    }  # fmt: skip
    last = next(p for p in caught.value.problems if p.rule == "promised_before")
    assert (last.file, last.sheet, last.row) == ("w.xlsx", "Contact list", row)
    assert all(problem.message.to("zh") != str(problem.message) for problem in caught.value.problems)


def test_another_workbook_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["customer_id", "amount"])
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(LedgerError, match="no sheet has the columns of a work list"):
        arkit.read_worklist(tmp_path / "other.xlsx")
    with pytest.raises(LedgerError, match="no such file"):
        arkit.read_worklist(tmp_path / "none.xlsx")


def test_headers_of_a_sheet_differ_in_every_language():
    for columns in (CONTACTS, PROMISES):
        for lang in ("en", "zh"):
            words = [column.words.to(lang) for column in columns]
            assert len(set(words)) == len(words)
        assert {column.key for column in FILL_IN} <= {column.key for column in columns}
    for name in ("done", "outcome", "reason"):
        for lang in ("en", "zh"):
            assert len({words.to(lang) for words in choices(name).values()}) == len(choices(name))
