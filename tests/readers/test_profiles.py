from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from arkit import columns
from arkit.readers import profiles
from arkit.readers.profiles import form

NAMES = profiles.names()


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_has_the_form_of_one(name: str) -> None:
    raw = yaml.safe_load((Path(profiles.__file__).parent / f"{name}.yaml").read_text("utf-8"))
    form.File.model_validate(raw)
    assert not profiles.load(name).title.to("zh").isascii()


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_names_only_tables_and_values_that_there_are(name: str) -> None:
    profile = profiles.load(name)
    assert profile.name == name
    assert profile.shape in profiles.SHAPES
    assert set(profile.tables) <= set(columns.TABLES)
    for table in profile.tables.values():
        assert {name for names in table.required for name in names.split("|")} <= {*table.columns, *table.compose}
    for key in profile.values:
        table, column = key.split(".")
        assert column in profile.tables[table].columns


@pytest.mark.parametrize("name", NAMES)
def test_no_word_of_a_profile_stands_for_two_things(name: str) -> None:
    profile = profiles.load(name)
    for table in profile.tables.values():
        words = [word.casefold() for headers in table.columns.values() for word in headers]
        assert len(words) == len(set(words))
    for values in profile.values.values():
        labels = [label for words in values.values() for label in words]
        assert len(labels) == len(set(labels))


@pytest.mark.parametrize(("key", "kinds"), [("documents.kind", columns.DOCUMENT_KINDS),
                                            ("applications.kind", columns.APPLICATION_KINDS),
                                            ("activities.kind", columns.ACTIVITY_KINDS)])  # fmt: skip
def test_the_chinese_workbook_has_a_word_for_every_kind(key: str, kinds: tuple[str, ...]) -> None:
    profile = profiles.load("zh_workbook")
    assert set(profile.values[key]) == set(kinds)
    table, column = key.split(".")
    for kind in kinds:
        label = profile.label(table, column, kind)
        assert not label.isascii()
        assert profile.canonical(table, column, label) == kind


@pytest.mark.parametrize("terms", ["net 30", "eom+60", "acceptance+30", "prepaid"])
def test_terms_survive_their_way_through_chinese(terms: str) -> None:
    profile = profiles.load("zh_workbook")
    assert profile.canonical("documents", "terms", profile.label("documents", "terms", terms)) == terms


def test_a_word_that_is_not_known_stands_for_itself_on_the_way_out_and_for_nothing_on_the_way_in() -> None:
    profile = profiles.load("zh_workbook")
    assert profile.label("customers", "rating", "A") == "A"
    assert profile.canonical("documents", "kind", "别的") is None
