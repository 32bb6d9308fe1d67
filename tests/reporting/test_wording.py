"""What a diagnosis says, on a page: a sentence in the reader's language that names only what the file names."""

import pytest

from arkit.messages import Message
from arkit.reporting.wording import dated, joined, sentence, terms, told
from arkit.text import Text

EN, ZH = Text("en"), Text("zh")
OWES = Message("{used:.0%} of the limit of {limit:,.0f} {currency} is used", used=0.5, limit=1000, currency="XXX")


def test_a_file_without_currency_gets_no_code():
    assert told(OWES, EN) == "50% of the limit of 1,000 is used"
    assert "XXX" not in told(OWES, ZH)
    nested = Message("{first}; {second}", first=OWES, second=OWES)
    assert "XXX" not in told(nested, EN)


def test_tables_and_columns_are_named_as_on_the_page():
    lacks = Message("the table of {table} says nothing of {column}", table="customers", column="credit_limit")
    assert told(lacks, EN) == "the table of customers says nothing of credit limit"
    assert "信用额度" in told(lacks, ZH)
    assert "credit" not in told(lacks, ZH)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("eom+60", "月结 60 天"),
        ("acceptance+30", "验收后 30 天"),
        ("net 45", "票到 45 天"),
        ("2/10 n30", "2/10 n30"),
    ],
)
def test_terms_are_told_in_chinese_and_others_stand_as_written(written, shown):
    assert terms(written, ZH) == shown


@pytest.mark.parametrize(("said", "shown"), [("owes much", "Owes much."), ("Why?", "Why?"), ("", "")])
def test_a_sentence_has_a_capital_and_a_stop(said, shown):
    assert sentence(said, EN) == shown


def test_a_chinese_sentence_ends_in_its_own_stop():
    assert sentence("欠款", ZH) == "欠款。"


def test_only_the_first_few_are_joined():
    assert joined(["a", "b", "c"], EN, 2) == "A; b"
    assert joined([], EN, 2) == ""


def test_a_missing_date_is_not_defined():
    assert dated(None, EN) == "–"
    assert dated("2025-12-31", ZH) == "2025-12-31"
