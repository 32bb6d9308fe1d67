"""The five sentences: right in every edge case, in both languages."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from arkit.reporting import sentences
from arkit.reporting.standing import Cause, Contact, Contacts, Debtor, Position, Speed, Standing, Warned
from arkit.text import Text

EN, ZH = Text("en"), Text("zh")
NOV, DEC = dt.date(2025, 11, 30), dt.date(2025, 12, 31)
USUAL = Standing(
    currency="CNY",
    now=Position(DEC, 900.0, 1000.0, 300.0),
    before=Position(NOV, 800.0, 900.0, 180.0),
    documents=12,
    customers=6,
    oldest=40.0,
    oldest_days=90,
    oldest_items=2,
    unapplied=100.0,
    coverable=10.0,
    due_soon=250.0,
    late=tuple(
        Debtor(name, amount) for name, amount in zip("ABCDEF", (100.0, 80.0, 50.0, 40.0, 20.0, 10.0), strict=True)
    ),
    reach=4,
    largest=Debtor("A", 400.0),
    speed=Speed(dso=45.5, before=42.0, best=30.0),
)
FIRST = Contact("B", "call", dt.date(2026, 1, 5))
DIAGNOSED = replace(
    USUAL,
    cause=Cause("our own follow-up", 0.31),
    warned=Warned(90, dt.date(2025, 6, 30), 91, 0.69),
    contacts=Contacts(7, FIRST),
)
CALM = replace(
    USUAL, now=Position(DEC, 900.0, 1000.0, 0.0), late=(), reach=0, oldest=0.0, oldest_items=0, coverable=0.0
)
NOTHING = replace(
    CALM, now=Position(DEC, 0.0, 0.0, 0.0), documents=0, customers=0, unapplied=0.0, due_soon=0.0, largest=None
)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (
            USUAL,
            "Receivables are CNY 900.00, in 12 open items of 6 customers; "
            "CNY 100.00 (12.5%) more than on 30 November 2025.",
        ),
        (
            replace(USUAL, before=Position(NOV, 1200.0, 1200.0, 0.0), documents=1, customers=1),
            "Receivables are CNY 900.00, in 1 open item of 1 customer; "
            "CNY 300.00 (25.0%) less than on 30 November 2025.",
        ),
        (
            replace(USUAL, before=Position(NOV, 900.0, 900.0, 0.0)),
            "Receivables are CNY 900.00, in 12 open items of 6 customers; the same as on 30 November 2025.",
        ),
        (
            replace(USUAL, before=Position(NOV, -50.0, 0.0, 0.0)),
            "Receivables are CNY 900.00, in 12 open items of 6 customers; CNY 950.00 more than on 30 November 2025.",
        ),
        (
            replace(USUAL, before=None),
            "Receivables are CNY 900.00, in 12 open items of 6 customers; there is no earlier month to compare with.",
        ),
        (
            replace(USUAL, now=Position(DEC, -70.0, 30.0, 0.0)),
            "Credits exceed what customers owe by CNY 70.00: the firm owes them, not they the firm.",
        ),
        (NOTHING, "Nothing is owed on 31 December 2025."),
    ],
)
def test_position_says_how_much_and_how_it_moved(standing, said):
    assert plain(sentences.position(standing, EN)) == said


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (
            USUAL,
            "CNY 300.00 is overdue, 30.0% of what is owed; the share rose by 10.0 percentage points since "
            "30 November 2025; CNY 40.00 of it by more than 90 days.",
        ),
        (
            replace(USUAL, before=Position(NOV, 800.0, 900.0, 540.0), oldest=0.0),
            "CNY 300.00 is overdue, 30.0% of what is owed; the share fell by 30.0 percentage points since "
            "30 November 2025; none of it by more than 90 days.",
        ),
        (
            replace(USUAL, before=Position(NOV, 800.0, 1000.0, 300.0), oldest=0.0),
            "CNY 300.00 is overdue, 30.0% of what is owed; the same share as on 30 November 2025; "
            "none of it by more than 90 days.",
        ),
        (
            replace(USUAL, before=None),
            "CNY 300.00 is overdue, 30.0% of what is owed; CNY 40.00 of it by more than 90 days.",
        ),
        (
            replace(USUAL, before=Position(NOV, -5.0, 0.0, 0.0)),
            "CNY 300.00 is overdue, 30.0% of what is owed; CNY 40.00 of it by more than 90 days.",
        ),
        (CALM, "Nothing is overdue; on 30 November 2025 it was CNY 180.00."),
        (replace(CALM, before=None), "Nothing is overdue."),
        (replace(CALM, before=Position(NOV, 800.0, 900.0, 0.0)), "Nothing is overdue."),
    ],
)
def test_overdue_says_how_much_how_it_moved_and_how_old(standing, said):
    assert plain(sentences.overdue(standing, EN)) == said


@pytest.mark.parametrize(
    ("speed", "said"),
    [
        (
            USUAL.speed,
            "Receivables equal the last 45.5 days of sales (count-back DSO), up 3.5 days since 30 November 2025; "
            "with nothing overdue it would be 30.0 days (best possible DSO).",
        ),
        (
            Speed(dso=40.0, before=42.0, best=41.0),
            "Receivables equal the last 40.0 days of sales (count-back DSO), down 2.0 days since 30 November 2025.",
        ),
        (
            Speed(dso=42.0, before=42.01),
            "Receivables equal the last 42.0 days of sales (count-back DSO), unchanged since 30 November 2025.",
        ),
        (Speed(dso=42.0), "Receivables equal the last 42.0 days of sales (count-back DSO)."),
        (
            Speed(dso=32.5, warning="the last credit sale is old"),
            "DSO reads 32.5 days, but the last credit sale is old.",
        ),
        (Speed(reason="no credit sales in the period"), "DSO can not be given: no credit sales in the period."),
        (Speed(), "DSO can not be given: it is not defined here."),
    ],
)
def test_speed_says_dso_or_why_it_can_not_be_given(speed, said):
    assert plain(sentences.speed(replace(USUAL, speed=speed), EN)) == said


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (USUAL, "Of 6 customers with overdue items, five hold 96.7% of the amount; A has the most, CNY 100.00."),
        (replace(USUAL, late=USUAL.late[:2]), "2 customers have overdue items; A has the most, CNY 100.00."),
        (replace(USUAL, late=USUAL.late[:1]), "All that is overdue is owed by A."),
        (CALM, "The largest debtor is A with CNY 400.00, 44.4% of receivables."),
        (NOTHING, "No customer owes anything."),
    ],
)
def test_debtors_says_with_whom_the_money_is(standing, said):
    assert plain(sentences.debtors(standing, EN)) == said


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (USUAL, "First contact the 4 customers that hold 80% of what is overdue, beginning with A."),
        (replace(USUAL, reach=1), "First contact A, who holds most of what is overdue."),
        (
            replace(USUAL, coverable=90.0, reach=1),
            "First match CNY 90.00 of unapplied credit with overdue items of the same customers; then contact A, who "
            "holds most of what is overdue.",
        ),
        (
            replace(USUAL, oldest=200.0, oldest_items=1, reach=1),
            "First settle with a named person what becomes of the 1 item over 90 days; then contact A, who holds most "
            "of what is overdue.",
        ),
        (
            replace(USUAL, coverable=90.0, oldest=200.0, oldest_items=3),
            "First match CNY 90.00 of unapplied credit with overdue items of the same customers; then settle with a "
            "named person what becomes of each of the 3 items over 90 days; then contact the 4 customers that hold 80% "
            "of what is overdue, beginning with A.",
        ),
        (CALM, "Remind customers before the due date: CNY 250.00 falls due in the next 30 days."),
        (replace(CALM, due_soon=0.0), "Nothing to chase; keep reminding customers before the due date."),
        (NOTHING, "Check that all invoices up to 31 December 2025 are in the file."),
    ],
)
def test_action_follows_from_the_shape_of_the_position(standing, said):
    assert plain(sentences.action(standing, EN)) == said


@pytest.mark.parametrize(
    ("contacts", "said"),
    [
        (
            Contacts(7, FIRST),
            "First contact the 7 customers on the work list, beginning with B (call on 5 Jan).",
        ),
        (Contacts(1, FIRST), "First contact B (call on 5 Jan)."),
        (Contacts(1, FIRST, 1, 29.0), "First contact B (call on 5 Jan)."),
        (
            Contacts(1, FIRST, 2, 30.0),
            "First do our part on the 2 overdue documents that wait for us (CNY 30.00); then contact B (call on 5 "
            "Jan).",
        ),
        (
            Contacts(0, None),
            "Call nobody this week: who owes was contacted lately, has promised a day, or others bring more.",
        ),
    ],
)
def test_action_follows_the_work_list_where_there_is_one(contacts, said):
    assert plain(sentences.action(replace(USUAL, contacts=contacts), EN)) == said


def test_there_are_never_more_than_three_steps():
    busy = replace(USUAL, coverable=90.0, oldest=200.0, oldest_items=3, contacts=Contacts(1, FIRST, 9, 300.0))
    assert sentences.action(busy, EN).count(";") == 2


def test_with_nobody_to_contact_only_the_homework_is_left():
    said = sentences.action(replace(USUAL, coverable=90.0, contacts=Contacts(0, None)), EN)
    assert plain(said) == "First match CNY 90.00 of unapplied credit with overdue items of the same customers."


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (Cause("our own follow-up", 0.31), "CNY 100.00; the largest likely cause is our own follow-up (31%)."),
        (Cause("", 0.98), "CNY 100.00; why it is late is not known for 98% of it."),
        (None, "CNY 100.00."),
    ],
)
def test_debtors_ends_in_the_largest_cause_or_says_that_it_is_not_known(cause, said):
    assert plain(sentences.debtors(replace(USUAL, cause=cause), EN)).endswith(said)


def test_overdue_says_how_much_of_what_turned_bad_had_been_on_the_watch_list():
    said = plain(sentences.overdue(DIAGNOSED, EN))
    assert said.endswith(
        "CNY 40.00 of it by more than 90 days; of what went beyond 90 days since 30 June 2025, 69% had stood on the "
        "watch list 91 days before."
    )
    assert "watch list" not in sentences.overdue(USUAL, EN)


@pytest.mark.parametrize("standing", [USUAL, DIAGNOSED, CALM, NOTHING], ids=["usual", "diagnosed", "calm", "nothing"])
def test_five_sentences_end_once_and_are_chinese_in_chinese(standing):
    english, chinese = sentences.five(standing, EN), sentences.five(standing, ZH)
    assert len(english) == len(chinese) == 5
    for (_, en), (about, zh) in zip(english, chinese, strict=True):
        assert en.endswith(".")
        assert not en.endswith("..")
        assert zh.endswith("。")
        assert all("\u4e00" <= char <= "\u9fff" for char in about)


def test_a_name_that_ends_in_a_full_stop_does_not_double_it():
    one = replace(USUAL, late=(Debtor("Zhengzhou Metalworks Co., Ltd.", 300.0),), reach=1)
    assert dict(sentences.five(one, EN))["Debtors"] == "All that is overdue is owed by Zhengzhou Metalworks Co., Ltd."
