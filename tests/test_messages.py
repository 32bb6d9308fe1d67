from __future__ import annotations

import copy
import json
import pickle

from arkit.messages import Message


def test_a_message_is_its_english_text():
    assert Message("{n} rows", n=3) == "3 rows"
    assert json.dumps({"why": Message("{n} rows", n=3)}) == '{"why": "3 rows"}'


def test_text_with_braces_and_no_parameters_is_taken_as_it_is():
    assert Message("a {brace} stays") == "a {brace} stays"


def test_copies_remember_template_and_parameters():
    message = Message("{n} rows", n=3)
    for twin in (copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert (twin, twin.template, twin.params) == ("3 rows", "{n} rows", {"n": 3})


def test_ledger_text_with_braces_can_be_a_parameter():
    assert Message("got {value}", value="{x}") == "got {x}"
