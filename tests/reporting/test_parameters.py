"""A notebook is given what its parameters cell declares, or it does not run."""

import json
from datetime import UTC, date, datetime

import pytest

from arkit.errors import ParameterError
from arkit.reporting import notebook, parameters

MONTHLY = notebook.locate("monthly_diagnostic")


def problems(given, path=MONTHLY):
    with pytest.raises(ParameterError) as caught:
        parameters.validate(path, given)
    return caught.value.problems


def test_every_report_declares_a_model_equal_to_its_parameters_cell():
    for path in (notebook.home() / "reports").glob("*.ipynb"):
        scope = {}
        exec(notebook.parameters_cell(path), scope)
        declared = {name: scope[name] for name in scope["__annotations__"]}
        assert parameters.validate(path, {}) == declared
        assert {name: field.annotation for name, field in parameters.model(path).model_fields.items()} == scope[
            "__annotations__"
        ]
        assert all(field.description for field in parameters.model(path).model_fields.values())


@pytest.mark.parametrize(
    "text", ["00123", "1e5", "NO", "a=b # c", '#fff "quoted" \\n', "科目=应收", "1930571429.0", ""]
)
def test_text_stays_the_text_that_it_is(small, text):
    assert parameters.validate(small, {"code": text})["code"] == text


def test_a_number_is_not_taken_for_a_text_that_may_have_had_leading_zeros():
    (problem,) = problems({"title": 123})
    assert problem == "title: write it as text, so that nothing of it is lost (got 123)"


def test_numbers_are_read_from_text():
    assert parameters.validate(MONTHLY, {"months": "12"})["months"] == 12


@pytest.mark.parametrize("moment", [date(2026, 3, 31), datetime(2026, 3, 31, 12, 30, tzinfo=UTC), "2026-03-31"])
def test_a_date_is_handed_on_as_iso_text(moment):
    assert parameters.validate(MONTHLY, {"as_of": moment})["as_of"] == "2026-03-31"


@pytest.mark.parametrize("text", ["2026-02-30", "31.03.2026", "20260331", "2026-3-31", "today", ""])
def test_what_is_no_iso_date_is_refused(text):
    (problem,) = problems({"as_of": text})
    assert problem.startswith("as_of: write a date of the calendar as YYYY-MM-DD")


@pytest.mark.parametrize(("wrong", "meant"), [("asof", "as_of"), ("Ledger", "ledger"), ("month", "months")])
def test_an_unknown_parameter_is_refused_with_a_suggestion(wrong, meant):
    (problem,) = problems({wrong: "x"})
    assert problem == f"{wrong}: monthly_diagnostic has no such parameter; did you mean {meant}?"


def test_a_parameter_like_no_other_is_refused_with_the_names_at_hand(small):
    (problem,) = problems({"zzz": 1}, small)
    assert problem == "zzz: small has no such parameter; it has: lang, out, code, mode"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("lang", "fr", "choose one of: en, zh"),
        ("months", "x", "write a whole number"),
        ("months", 0, "write at least 1"),
        ("months", 1.5, "write a whole number"),
        ("currency", "usd", "write the three capital letters of ISO 4217"),
        ("buckets", "30,20", "write rising numbers of days"),
        ("buckets", "30;60", "write rising numbers of days"),
        ("ledger", "/no/such/file.csv", "there is no such file or folder"),
    ],
)
def test_an_ill_typed_value_is_refused_with_what_is_wanted(name, value, why):
    (problem,) = problems({name: value})
    assert problem.startswith(f"{name}: {why}")
    assert problem.endswith(f"(got {value!r})")


def test_all_refusals_come_at_once_and_in_chinese_too():
    found = problems({"asof": "x", "months": "x", "lang": "fr"})
    assert [problem.split(":")[0] for problem in found] == ["lang", "months", "asof"]
    assert all(problem.template for problem in found)


def test_a_ledger_is_handed_on_as_an_absolute_path(tmp_path, monkeypatch):
    (tmp_path / "a=b #1.csv").write_text("x")
    monkeypatch.chdir(tmp_path)
    assert parameters.validate(MONTHLY, {"ledger": "a=b #1.csv"})["ledger"] == str(tmp_path / "a=b #1.csv")


@pytest.mark.parametrize("line", ["x = 1", "x: int = 1 + 1", "x: date = 1", 'x: int = "1"', "import os"])
def test_a_parameters_cell_holds_typed_literals_only(tmp_path, line):
    path = tmp_path / "own.ipynb"
    path.write_text(json.dumps({"cells": [{"metadata": {"tags": ["parameters"]}, "source": [line]}]}))
    with pytest.raises(ParameterError, match=r"a parameters cell holds lines like"):
        parameters.model(path)


def test_an_unknown_report_is_refused_with_the_names_at_hand():
    with pytest.raises(ParameterError, match=r"there is no report monthly; there is: .*monthly_diagnostic"):
        notebook.locate("monthly")
