"""The glossary is what its generator makes of the docstrings, whole and in both languages."""

from __future__ import annotations

import importlib.util
import re

import pytest


@pytest.fixture(scope="module")
def glossary(root):
    spec = importlib.util.spec_from_file_location("glossary", root / "docs" / "glossary.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_what_the_docstrings_say(glossary, lang) -> None:
    assert glossary.PAGES[lang].read_text(encoding="utf-8") == glossary.page(lang), "run: python docs/glossary.py"


@pytest.mark.parametrize("part", ["measures", "formulas"])
def test_every_public_function_is_explained(glossary, part) -> None:
    assert sorted(glossary.table()[part]) == glossary.names()[part]


@pytest.mark.parametrize("part", ["measures", "formulas"])
def test_nothing_is_missing_in_either_language(glossary, part) -> None:
    entries = list(glossary.entries(part))
    assert [(row.function, field) for row in entries for field, cell in row._asdict().items() if not cell] == []
    assert [row.function for row in entries if not re.search("[\u4e00-\u9fff]", row.zh)] == []
    assert [row.function for row in entries if re.search("[\u4e00-\u9fff]", row.term + row.meaning)] == []


@pytest.mark.parametrize("part", ["measures", "formulas"])
def test_what_a_docstring_states_is_not_written_twice(glossary, part) -> None:
    home = glossary.arkit if part == "measures" else glossary.formulas
    docs = {name: glossary.inspect.getdoc(getattr(home, name)) for name in glossary.names()[part]}
    told = glossary.table()[part]
    assert [name for name, doc in docs.items() if glossary.formula_of(doc) and "formula" in told[name]] == []
    assert [name for name, doc in docs.items() if glossary.source_of(doc) and "source" in told[name]] == []
