"""The texts: what a person reads is right in both languages, and the catalogue lacks nothing."""

from __future__ import annotations

import ast
import gettext
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import arkit
from arkit.labels import LABELS
from arkit.text import MINUS, UNDEFINED, Text

PACKAGE = Path(arkit.__file__).parent
PO = PACKAGE / "locale" / "zh" / "LC_MESSAGES" / "arkit.po"
NBSP = "\N{NO-BREAK SPACE}"
EN, ZH = Text("en"), Text("zh")


def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="zh")


def said() -> set[str]:
    """Every literal template in the package, also those inside f-strings, which pybabel does not see."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            first = node.args[0]
            literal = isinstance(first, ast.Constant) and isinstance(first.value, str)
            if literal and name in {"Message", "N_", "say", "plural"}:
                found.add(first.value)
    return found


def fields(template: str) -> set[str]:
    return {name.split("!")[0] for _, name, _, _ in string.Formatter().parse(template) if name}


def singular(message_id: str | tuple[str, ...]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def test_catalogue_holds_every_message_of_the_package_and_no_other():
    held = {singular(message.id) for message in catalogue() if message.id}
    assert said() - held == set()
    assert held - said() == set()


def test_no_message_is_untranslated_or_fuzzy():
    messages = [message for message in catalogue() if message.id]
    empty = [m.id for m in messages if not (m.string if isinstance(m.string, str) else all(m.string))]
    assert empty == []
    assert [m.id for m in messages if m.fuzzy] == []


def test_translations_use_the_fields_of_their_template_and_no_other():
    for message in catalogue():
        if not message.id:
            continue
        both = message.id if isinstance(message.id, tuple) else (message.id,)
        known = set().union(*(fields(text) for text in both))
        for text in message.string if isinstance(message.string, tuple) else (message.string,):
            assert fields(text) - {"n"} == known - {"n"}, message.id


def test_compiled_catalogue_equals_its_source():
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in catalogue():
        if isinstance(message.id, tuple):
            assert compiled.ngettext(message.id[0], message.id[1], 2) == message.string[0]
        elif message.id:
            assert compiled.gettext(message.id) == message.string


@pytest.mark.parametrize(
    ("value", "currency", "en"),
    [
        (1234.5, "CNY", f"CNY{NBSP}1,234.50"),
        (-1234.5, "USD", f"USD{NBSP}{MINUS}1,234.50"),
        (1234.0, "JPY", f"JPY{NBSP}1,234"),
        (1.2345, "KWD", f"KWD{NBSP}1.234"),
        (7.0, "XXX", "7.00"),
        (-0.001, "USD", f"USD{NBSP}0.00"),
        (float("nan"), "USD", UNDEFINED),
        (None, "USD", UNDEFINED),
    ],
)
def test_money_has_its_code_and_its_currencys_decimals(value, currency, en):
    assert EN.money(value, currency) == en
    assert ZH.money(value, currency) == en


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        (275_113_716.83, f"275.1{NBSP}million", "2.75亿"),
        (44_471_009.08, f"44.5{NBSP}million", "4,447.1万"),
        (-1_234_567.0, f"{MINUS}1.23{NBSP}million", f"{MINUS}123.5万"),
        (710_567.0, "710,567", "71.1万"),
        (99_999.99, "99,999.99", "99,999.99"),
        (0.0, "0.00", "0.00"),
    ],
)
def test_large_amounts_are_said_in_the_units_of_the_language(value, en, zh):
    assert EN.short(value, money="USD") == en
    assert ZH.short(value, money="USD") == zh


def test_percent_days_dates_and_months():
    assert EN.percent(0.3556) == "35.6%"
    assert EN.percent(float("nan")) == UNDEFINED
    assert (EN.days(1.0), EN.days(26.445), ZH.days(26.445)) == ("1.0 day", "26.4 days", "26.4 天")
    assert (EN.date("2020-05-22"), ZH.date("2020-05-22")) == ("22 May 2020", "2020年5月22日")
    assert (EN.month("2020-05-22"), ZH.month("2020-05-22")) == ("May 2020", "2020年5月")
    assert EN.points(-0.054) == "5.4 percentage points"


def test_plural_forms_follow_the_number():
    forms = ("{n} customer", "{n} customers")
    assert EN.plural(*forms, 1) == "1 customer"
    assert EN.plural(*forms, 1200) == "1,200 customers"
    assert ZH.plural(*forms, 1) == "1 家客户"


def test_every_label_has_a_chinese_text_of_its_own():
    assert [key for key in LABELS if ZH.label(key) == EN.label(key)] == []


@pytest.mark.parametrize(("key", "en"), [("d1_45", "1–45 days"), ("over_120", "Over 120 days")])
def test_any_age_bucket_has_a_label(key, en):
    assert EN.label(key) == en


def test_ledger_text_is_not_a_label():
    assert EN.label("<script>") == "<script>"


def test_a_label_inside_a_sentence_is_lower_case_unless_it_is_an_abbreviation():
    assert EN.inline("type") == "customer type"
    assert EN.inline("dso") == "DSO"
