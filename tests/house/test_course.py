"""The course in two languages: the same code, other words."""

import re
from pathlib import Path

import nbformat
import pytest

COURSE = Path(__file__).parents[2] / "notebooks/course"
NAMES = sorted(path.name for path in (COURSE / "en").glob("*.ipynb"))
HAN = re.compile(r"[一-鿿]")


def cells(lang, name, kind):
    notebook = nbformat.read(COURSE / lang / name, as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def test_both_languages_have_the_same_notebooks():
    assert NAMES == sorted(path.name for path in (COURSE / "zh").glob("*.ipynb")) != []


@pytest.mark.parametrize("name", NAMES)
def test_the_code_is_the_same_but_for_the_language(name):
    english, chinese = cells("en", name, "code"), cells("zh", name, "code")
    assert [source.replace('lang = "en"', 'lang = "zh"') for source in english] == chinese
    assert english != chinese


@pytest.mark.parametrize("name", NAMES)
def test_the_words_are_in_their_language(name):
    english, chinese = cells("en", name, "markdown"), cells("zh", name, "markdown")
    assert len(english) == len(chinese)
    assert [text for text in english if HAN.search(text)] == []
    assert [text for text in chinese if not HAN.search(text)] == []


def test_the_first_notebook_plays_three_scenarios_one_of_each_stage():
    from arkit.training import scenario

    played = re.findall(r'play\("(\w+)"', "\n".join(cells("en", NAMES[0], "code")))
    assert [scenario(name).stage for name in played] == ["warning", "collection", "resolution"]
